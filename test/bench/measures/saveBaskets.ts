// How long a household waits from its tap to the basket on disk, in ms at the 95th percentile: 300 households saving 15 changes each
// within ten minutes, at moments drawn from a seed, each behind those that came before. Time between saves is only counted, not
// waited for. "floor": the least that can do the same, the same rows read and written without a thought, a commit on disk each.
// `saveBaskets.ts save HOUSEHOLDS small`: so many households, on one processor alone; it fails where the process ever held 512 MB.
import { execFileSync } from "node:child_process";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import { replaceBookings } from "../../../src/orders/booking/bookingStore.ts";
import type { Order } from "../../../src/orders/order.ts";
import { NOW, sure } from "../../orders/group.ts";
import { type Crowd, openCrowd } from "../crowd.ts";

const SMALL_MB = 512;
const PRODUCTS = 200;
const CHANGES = 15;
const WITHIN_MS = 10 * 60_000;
const SEED = 2026;

const [what, households = "300", room] = process.argv.slice(2);
const HOUSEHOLDS = Number(households);
if (room === "small") execFileSync("taskset", ["-acp", "0", String(process.pid)]);
const crowd = openCrowd(HOUSEHOLDS, PRODUCTS);
const order = crowd.group.open();
const save = what === "floor" ? makeFloor(crowd, order) : makeSave(crowd, order);

// Who saves when; the first of a household's saves is its first change.
const draw = makeDraw(SEED);
const taps = Array.from({ length: HOUSEHOLDS * CHANGES }, (_, index) => ({
  household: index % HOUSEHOLDS,
  at: draw() * WITHIN_MS,
})).sort((one, other) => one.at - other.at);
const changes = new Map<number, number>();
const waitsMs: number[] = [];
let freeAt = 0;
const before = process.cpuUsage();
for (const { household, at } of taps) {
  const change = (changes.get(household) ?? 0) + 1;
  changes.set(household, change);
  const started = performance.now();
  save(household, change);
  freeAt = Math.max(at, freeAt) + performance.now() - started;
  waitsMs.push(freeAt - at);
}
const cpu = process.cpuUsage(before);
await crowd.close();
const mostMb = process.resourceUsage().maxRSS / 1000;
if (room === "small" && mostMb > SMALL_MB) throw new Error(`${mostMb} MB`);
waitsMs.sort((one, other) => one - other);
const cpuMsEach = (cpu.user + cpu.system) / 1000 / taps.length;
const at = (share: number) => waitsMs[Math.ceil(waitsMs.length * share) - 1];
console.log(JSON.stringify({ value: at(0.95), p50Ms: at(0.5), slowestMs: at(1), cpuMsEach, mostMb }));

/** The basket of a household after so many changes: each adds a product. */
function wishesOf({ lines }: Order, household: number, change: number) {
  return Array.from({ length: change }, (_, index) => {
    const { number } = lines[(household * 7 + index * 13) % lines.length]!;
    return { lineNumber: number, friendId: null, quantityThousandths: 2000, toleranceThousandths: 0, note: "" };
  });
}

function makeSave({ group, people }: Crowd, order: Order): (household: number, change: number) => void {
  return (household, change) => {
    const who = people[household]!;
    const wishes = wishesOf(order, household, change);
    sure(saveBasket(group.buying, { ...who, orderId: order.id, seenVersion: change - 1, wishes }));
  };
}

function makeFloor({ group, people }: Crowd, order: Order): (household: number, change: number) => void {
  const { raw, orm } = group.db;
  const totals = raw.prepare(
    "SELECT line_number, sum(quantity_thousandths) FROM bookings WHERE order_id = ? GROUP BY 1",
  );
  const basket =
    raw.prepare(`INSERT INTO baskets (order_id, household_id, actor_id, version, state, note, total_cents, updated_at)
    VALUES (?, ?, ?, 1, 'confirmed', '', 100, ?) ON CONFLICT DO UPDATE SET version = version + 1, updated_at = excluded.updated_at`);
  raw.exec("CREATE TABLE floor (household_id TEXT PRIMARY KEY, cents INTEGER NOT NULL) STRICT");
  const reservation = raw.prepare("INSERT INTO floor VALUES (?, ?) ON CONFLICT DO UPDATE SET cents = excluded.cents");
  return raw.transaction((household: number, change: number) => {
    const who = people[household]!;
    totals.raw().all(order.id);
    reservation.run(who.householdId, change);
    basket.run(order.id, who.householdId, who.actorId, NOW + change);
    const bookings = wishesOf(order, household, change).map((wish) => ({ ...wish, ...who, bookedAt: NOW }));
    replaceBookings(orm, { ...who, orderId: order.id }, bookings);
  });
}

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
function makeDraw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
