// How long it takes to close an order of so many households, products and lines of each household: the cut-off, its snapshot, the
// signed Offer, all on disk; in ms, the slowest of several. "floor": the least that can do the same, the same rows read and written
// without a thought, one Ed25519 signature, one commit on disk.
import { generateKeyPairSync, sign } from "node:crypto";
import { closeOrder, loadClosed } from "../../../src/orders/closeActions.ts";
import type { Order } from "../../../src/orders/order.ts";
import { listThreadMessages } from "../../../src/partners/threads/threadStore.ts";
import { sure } from "../../orders/group.ts";
import { type Crowd, openCrowd } from "../crowd.ts";

const ORDERS = 5;

const [what, households = "300", products = "200", linesEach = "15"] = process.argv.slice(2);
const crowd = openCrowd(Number(households), Number(products));
const { group } = crowd;
const orders = Array.from({ length: ORDERS }, () => crowd.openBooked(Number(linesEach)));
const close =
  what === "floor" ? makeFloor(crowd) : (order: Order) => sure(closeOrder(group.buying, group.keyOf(order)));

const timesMs: number[] = [];
const before = process.cpuUsage();
for (const order of orders) {
  const started = performance.now();
  close(order);
  timesMs.push(performance.now() - started);
}
const cpu = process.cpuUsage(before);
await crowd.close();
// On a machine that others use too the time of the processor says more than the clock on the wall.
const cpuMsEach = (cpu.user + cpu.system) / 1000 / ORDERS;
console.log(JSON.stringify({ value: Math.max(...timesMs), fastestMs: Math.min(...timesMs), cpuMsEach }));

function makeFloor({ group, openBooked }: Crowd): (order: Order) => void {
  const { raw, orm } = group.db;
  const model = sure(closeOrder(group.buying, group.keyOf(openBooked(Number(linesEach)))));
  const snapshot = JSON.stringify(loadClosed(orm, model.id)?.content);
  const offer = Buffer.from(listThreadMessages(orm, group.gas.id, model.thread ?? "")[0]!.bytes);
  const { privateKey } = generateKeyPairSync("ed25519");
  raw.exec("CREATE TABLE floor (order_id TEXT NOT NULL, content BLOB NOT NULL) STRICT");
  const read = raw.prepare("SELECT * FROM bookings WHERE order_id = ?").raw();
  const lock = raw.prepare("UPDATE baskets SET state = 'locked', version = version + 1 WHERE order_id = ?");
  const keep = raw.prepare("INSERT INTO floor (order_id, content) VALUES (?, ?)");
  return raw.transaction(({ id }: Order) => {
    read.all(id);
    lock.run(id);
    keep.run(id, Buffer.from(snapshot));
    // The Offer lies with the thread, in the outbox and with the order.
    for (let copy = 0; copy < 3; copy++) keep.run(id, offer);
    keep.run(id, sign(null, offer, privateKey));
  });
}
