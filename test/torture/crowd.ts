// A long queue: 100,000 letters to 300 peers, 90 of them dead, half of these silently; a node in a process of its own
// carries them while people look at its pages. SAFETY A30, with its figures printed.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { readConfig } from "../../src/config.ts";
import { openReadOnly } from "../../src/db/open.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { makeActor, openNodeWire } from "../../src/node.ts";
import { openNodeData } from "../../src/nodeData.ts";
import { cookieRules } from "../../src/web/sessions.ts";
import { insertSession } from "../../src/web/store.ts";
import { startHosts } from "../bench/peers.ts";
import { makeScratchFolder } from "../bench/scratch.ts";
import { freePort } from "../tools/nodes.ts";

const ROWS = 100_000;
const PEERS = 300;
const DEAD = 90;
const LONGEST_MS = 30 * 60_000;
const LIMITS = { peakMebibytes: 512, pageP95Ms: 300, deliveriesPerSecond: 50 };

/** Runs it and prints what was measured. Gives what misses its limit (none: all hold). */
export async function carryCrowd(): Promise<string[]> {
  const { folder, remove } = makeScratchFolder();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const settings = ["--origin", origin, "--port", String(port), "--data", folder, "--allow-private"];
  const hosts = await startHosts(PEERS, DEAD, true);
  const cookie = await fillOutbox(settings, hosts.inboxes);
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const node = spawn(process.execPath, [main, ...settings], { stdio: ["ignore", "ignore", "inherit"] });
  try {
    while ((await timePage(`${origin}/readyz`, cookie)) === null) await pause(50);
    const figures = await watch(folder, origin, cookie, node.pid ?? 0);
    console.log(JSON.stringify(figures));
    return findMisses(figures);
  } finally {
    node.kill("SIGKILL");
    hosts.close();
    remove();
  }
}

/** Writes the letters and a signed-in person. Gives the person's cookie. Nothing is sent yet. */
async function fillOutbox(settings: readonly string[], inboxes: readonly string[]): Promise<string> {
  const clock = { now: Date.now };
  const { config } = readConfig(settings, {});
  const db = openNodeData(config, clock);
  const { wire, close } = openNodeWire(config, db, clock);
  const wish = { kind: "producer", handle: "mulino", name: "Mulino" } as const;
  const mill = transact(db, (tx) => makeActor(tx, wish, config, clock));
  if (isRefusal(mill)) throw new Error(mill.refused);
  const recipients = inboxes.map((inbox) => ({ inbox, actorUri: null }));
  const how = { from: mill, lane: "social", thread: null, isPublic: true, isProven: true, now: clock.now() } as const;
  for (let left = ROWS; left > 0; left -= recipients.length) {
    const object = { id: mintIri(mill, "notes"), type: "Note", attributedTo: mill.id, content: "Arance da mercoledì" };
    const ids = { "@context": "https://www.w3.org/ns/activitystreams", id: mintIri(mill, "activities") };
    const activity = { ...ids, type: "Create", actor: mill.id, to: [`${mill.id}/followers`], object };
    transact(db, (tx) => wire.post(tx, { ...how, activity, recipients: recipients.slice(0, left) }));
  }
  const id = randomBytes(16).toString("base64url");
  const at = { createdAt: clock.now(), seenAt: clock.now() };
  transact(db, (tx) => {
    insertPerson(tx, { id: "person", name: "Person", createdAt: clock.now() });
    insertSeat(tx, { personId: "person", actorId: mill.id, role: "admin", createdAt: clock.now() });
    const idHash = createHash("sha256").update(id).digest("hex");
    insertSession(tx, { idHash, personId: "person", device: "torture", ...at });
  });
  await close();
  db.raw.close();
  return `${cookieRules(config.origin).session}=${id}`;
}

type Figures = Awaited<ReturnType<typeof watch>>;

/** Looks on until every living peer has all its letters. */
async function watch(folder: string, origin: string, cookie: string, pid: number) {
  const db = openReadOnly(`${folder}/db.sqlite`);
  const count = (sql: string) => Number(db.raw.prepare(`SELECT count(*) FROM outbox WHERE ${sql}`).pluck().get());
  const goal = Math.floor((ROWS * (PEERS - DEAD)) / PEERS);
  const started = performance.now();
  const pagesMs: number[] = [];
  let delivered = 0;
  while (delivered < goal && performance.now() - started < LONGEST_MS) {
    for (const path of ["/", "/mulino", "/mulino/outbox?page=1", "/desk/mulino/outbox"]) {
      const took = await timePage(origin + path, cookie);
      pagesMs.push(took ?? Number.POSITIVE_INFINITY);
      await pause(100);
    }
    delivered = count("state = 'delivered'");
  }
  const seconds = (performance.now() - started) / 1000;
  const deadTried = count("state <> 'delivered' AND last_error IS NOT NULL");
  db.raw.close();
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  pagesMs.sort((one, other) => one - other);
  return {
    delivered,
    missing: goal - delivered,
    seconds: Math.round(seconds),
    deliveriesPerSecond: Math.round(delivered / seconds),
    peakMebibytes: Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024),
    pages: pagesMs.length,
    pageP50Ms: Math.round(pagesMs[Math.floor(pagesMs.length / 2)] ?? Number.NaN),
    pageP95Ms: Math.round(pagesMs[Math.ceil(pagesMs.length * 0.95) - 1] ?? Number.NaN),
    pagesRefused: pagesMs.filter((ms) => !Number.isFinite(ms)).length,
    deadTried,
  };
}

function findMisses(figures: Figures): string[] {
  const misses: string[] = [];
  if (figures.missing > 0) misses.push(`${figures.missing} letters to the living are missing`);
  if (figures.pagesRefused > 0) misses.push(`${figures.pagesRefused} pages were not answered`);
  if (figures.deadTried > 2 * DEAD * (1 + figures.seconds / 30))
    misses.push(`the dead were tried ${figures.deadTried} times`);
  if (!(figures.peakMebibytes <= LIMITS.peakMebibytes)) misses.push(`${figures.peakMebibytes} MiB resident`);
  if (!(figures.pageP95Ms <= LIMITS.pageP95Ms)) misses.push(`pages take ${figures.pageP95Ms} ms at p95`);
  if (!(figures.deliveriesPerSecond >= LIMITS.deliveriesPerSecond))
    misses.push(`${figures.deliveriesPerSecond} deliveries a second`);
  return misses;
}

/** Milliseconds until the whole page is here; null when it is not answered with 200. */
async function timePage(url: string, cookie: string): Promise<number | null> {
  const started = performance.now();
  try {
    const answer = await request(url, { headers: { accept: "text/html", cookie } });
    await answer.body.dump();
    return answer.statusCode === 200 ? performance.now() - started : null;
  } catch {
    return null;
  }
}
