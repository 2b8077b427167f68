// A group's node at ten times the use of a busy evening, for so many minutes: `soak.ts MINUTES`. Fifty pages a second are asked for and one
// basket a second is saved. By how much an hour its memory grew after the first third ("rssPercentPerHour"), how many more files
// it holds open in the end ("files"), the longest its log of writes became in MB ("walMb"), how long the loop was held up ("lagP99Ms").
import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../../src/config.ts";
import { buildNode } from "../../../src/node.ts";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import { insertSession } from "../../../src/web/store.ts";
import { NOW, sure } from "../../orders/group.ts";
import { openCrowd } from "../crowd.ts";
import { watchLag } from "../lag.ts";

const HOUSEHOLDS = 300;
const PRODUCTS = 200;
const PAGES_PER_SECOND = 50;
const HOUR_MS = 3_600_000;

const minutes = Number(process.argv[2] ?? 480);
const crowd = openCrowd(HOUSEHOLDS, PRODUCTS);
const order = crowd.group.open();
const { config } = readConfig(["--origin", "https://g.example", "--data", crowd.folder, "--backup-time", "off"], {});
const carry = async () => ({ ok: false, failure: "unreachable", detail: "nobody is there" });
const node = await buildNode(config, {
  clock: crowd.group.clock,
  busyAfterMs: 0,
  carrier: { get: carry, post: carry, close: async () => {} } as never,
});
await node.app.ready();
const cookies = crowd.people.slice(0, 50).map(({ personId }) => signIn(personId));
const paths = ["/desk/g/orders", `/desk/g/orders/${order.id}/book`, "/desk/g/money/statement"];
const versions = new Map<number, number>();
const looks: { atMs: number; rss: number }[] = [];
const wal = join(crowd.folder, "db.sqlite-wal");
let [walMb, filesBefore] = [0, 0];
const stopLag = watchLag();
const started = performance.now();
for (let second = 0; performance.now() - started < minutes * 60_000; second++) {
  const due = started + second * 1000;
  for (let page = 0; page < PAGES_PER_SECOND; page++)
    await ask(paths[page % paths.length]!, cookies[page]!, looks.length * PAGES_PER_SECOND + page);
  save(second);
  looks.push({ atMs: performance.now() - started, rss: process.memoryUsage.rss() });
  if (existsSync(wal)) walMb = Math.max(walMb, statSync(wal).size / 1e6);
  if (second === 0) filesBefore = countFiles();
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due + 1000 - performance.now())));
}
const lagP99Ms = stopLag();
const files = countFiles() - filesBefore;
const pages = looks.length * PAGES_PER_SECOND;
await node.stop();
await crowd.close();
console.log(JSON.stringify({ rssPercentPerHour: slope(), files, walMb, lagP99Ms, pages }));
process.exit(0);

async function ask(url: string, cookie: string, i: number): Promise<void> {
  const headers = { host: "g.example", accept: "text/html", cookie };
  // An address each: how often one may ask is part of the product and not what is measured.
  const remoteAddress = `10.3.${(i >> 8) & 255}.${i & 255}`;
  const { statusCode } = await node.app.inject({ url, headers, remoteAddress });
  if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`);
}

/** The next household changes its basket. */
function save(second: number): void {
  const household = second % HOUSEHOLDS;
  const seenVersion = versions.get(household) ?? 0;
  const wishes = Array.from({ length: 10 }, (_, n) => ({
    lineNumber: order.lines[(household * 7 + n * 13 + seenVersion) % order.lines.length]!.number,
    ...{ friendId: null, quantityThousandths: 6000, toleranceThousandths: 0, note: "" },
  }));
  sure(saveBasket(crowd.group.buying, { ...crowd.people[household]!, orderId: order.id, seenVersion, wishes }));
  versions.set(household, seenVersion + 1);
}

function signIn(personId: string): string {
  const id = `bench-${personId}`;
  const idHash = createHash("sha256").update(id).digest("hex");
  insertSession(node.db.orm, { idHash, personId, device: "", createdAt: NOW, seenAt: NOW });
  return `__Host-filiera=${id}`;
}

function countFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

/** The straight line through what was seen after the first third, as a share of its beginning. */
function slope(): number {
  const later = looks.slice(Math.floor(looks.length / 3));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [atMs, rss] = [mean(later.map((look) => look.atMs)), mean(later.map((look) => look.rss))];
  const over = later.reduce((sum, look) => sum + (look.atMs - atMs) * (look.rss - rss), 0);
  const under = later.reduce((sum, look) => sum + (look.atMs - atMs) ** 2, 0);
  return ((100 * (over / under)) / rss) * HOUR_MS;
}
