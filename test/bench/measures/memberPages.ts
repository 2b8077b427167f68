// How long a member waits for a page, in ms at the 95th percentile: "book" the page of an open order of 200 products, "list" the open
// orders, "mine" their own orders, "statement" their account. "old": with 250,000 lines of history behind it; "new": with none.
import { createHash } from "node:crypto";
import { readConfig } from "../../../src/config.ts";
import { transact } from "../../../src/db/transact.ts";
import { chargeOrder } from "../../../src/ledger/orderActions.ts";
import { buildNode } from "../../../src/node.ts";
import type { Order } from "../../../src/orders/order.ts";
import { insertSession } from "../../../src/web/store.ts";
import { DAY, GROVE, NOW, sure } from "../../orders/group.ts";
import { type Crowd, openCrowd } from "../crowd.ts";

const HOUSEHOLDS = 300;
const PRODUCTS = 200;
const LINES_EACH = 15;
/** Orders of 4,500 lines: 252,000 lines. */
const ORDERS_BEFORE = 56;
const WARM_UP = 30;
const REQUESTS = 200;

const [page = "book", age = "old"] = process.argv.slice(2);
// Copied orders have no log behind them.
const crowd = openCrowd(HOUSEHOLDS, PRODUCTS, age === "new");
const { group, people, folder } = crowd;
const order = crowd.openBooked(LINES_EACH);
if (age === "old") writeHistory(crowd, order);
const { config } = readConfig(["--origin", "https://g.example", "--data", folder], {});
const carry = async () => ({ ok: false, failure: "unreachable", detail: "nobody is there" });
const node = await buildNode(config, {
  clock: group.clock,
  busyAfterMs: 0,
  carrier: { get: carry, post: carry, close: async () => {} } as never,
});
await node.app.ready();
const path = { book: `orders/${order.id}/book`, list: "orders", mine: "orders/mine", statement: "money/statement" }[
  page
];
const cookies = people.slice(0, 20).map(signIn);
const timesMs: number[] = [];
let before = process.cpuUsage();
for (let count = 0; count < WARM_UP + REQUESTS; count++) {
  if (count === WARM_UP) before = process.cpuUsage();
  const started = performance.now();
  const headers = { host: "g.example", accept: "text/html", cookie: cookies[count % cookies.length]! };
  const answer = await node.app.inject({ method: "GET", url: `/desk/g/${path}`, headers });
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${answer.body.slice(0, 300)}`);
  if (count >= WARM_UP) timesMs.push(performance.now() - started);
}
const cpu = process.cpuUsage(before);
await node.stop();
await crowd.close();
timesMs.sort((one, other) => one - other);
const cpuMsEach = (cpu.user + cpu.system) / 1000 / REQUESTS;
console.log(
  JSON.stringify({ value: timesMs[Math.ceil(REQUESTS * 0.95) - 1], p50Ms: timesMs[REQUESTS / 2], cpuMsEach }),
);

function signIn({ personId }: Crowd["people"][number]): string {
  const id = `bench-${personId}`;
  const idHash = createHash("sha256").update(id).digest("hex");
  insertSession(node.db.orm, { idHash, personId, device: "", createdAt: NOW, seenAt: NOW });
  return `__Host-filiera=${id}`;
}

/** Copies of the open order as it would lie there after years: archived, each household charged for its basket. */
function writeHistory({ group, people }: Crowd, order: Order): void {
  const { raw } = group.db;
  for (let number = 1; number <= ORDERS_BEFORE; number++) {
    const id = `o${String(number).padStart(25, "a")}`;
    // From the first: the ledger takes no movement before its last.
    const at = NOW - (ORDERS_BEFORE - number + 1) * 14 * DAY;
    transact(group.db, (tx) => {
      copyRows(raw, "orders", "id", order.id, { id, closes_at: at, updated_at: at });
      copyRows(raw, "order_lines", "order_id", order.id, { order_id: id });
      copyRows(raw, "baskets", "order_id", order.id, { order_id: id, state: "delivered", updated_at: at });
      copyRows(raw, "bookings", "order_id", order.id, { order_id: id, booked_at: at });
      raw
        .prepare(`INSERT INTO order_deliveries SELECT order_id, household_id, line_number, friend_id, actor_id, quantity_thousandths,
          quantity_thousandths, NULL, 0 FROM bookings WHERE order_id = ?`)
        .run(id);
      raw.prepare("UPDATE orders SET state = 'archived', closed_at = closes_at WHERE id = ?").run(id);
      const charges = people.map(({ householdId }, index) => ({ householdId, cents: 3000 + index }));
      const payableCents = charges.reduce((sum, { cents }) => sum + cents, 0);
      const none = { roundingCents: 0, transportCents: 0, stockCents: 0 };
      const act = { at, personId: "rita", version: 1, actorId: group.gas.id, producerId: GROVE };
      sure(chargeOrder(tx, { ...act, ...none, orderId: id, charges, payableCents }));
    });
  }
  raw.exec("PRAGMA optimize");
}

type Raw = Crowd["group"]["db"]["raw"];

/** The rows of a table once more, with these columns otherwise. */
function copyRows(raw: Raw, table: string, key: string, from: string, change: Record<string, string | number>): void {
  const columns = raw.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table) as string[];
  const values = columns.map((name) => (name in change ? `@${name}` : `"${name}"`));
  const names = columns.map((name) => `"${name}"`).join(", ");
  raw
    .prepare(`INSERT INTO ${table} (${names}) SELECT ${values.join(", ")} FROM ${table} WHERE ${key} = @from`)
    .run({ ...change, from });
}
