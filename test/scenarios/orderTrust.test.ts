// What a partner, a stranger or a broken line can do to an order, and what of the members reaches other nodes: nothing.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import t from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { transact } from "../../src/db/transact.ts";
import { sendOrder, takeBackOrder } from "../../src/orders/closeActions.ts";
import { listSentOffers } from "../../src/orders/dealingStore.ts";
import type { AgreedLine, ThreadMessage } from "../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../src/partners/threads/agreementDocument.ts";
import { recipientOf } from "../../src/partners/threads/threadStore.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import { CRATE_CENTS, MEMBERS, makePact, openOrderTown } from "./orderTown.ts";

/** Says what a node of other software, or of ill will, might say: signed and proven, and minding no rule. */
function sayAnything({ node }: TestNode, from: LocalActor, peer: string, message: ThreadMessage): void {
  const { wire } = node;
  transact(wire.db, (tx) => {
    const activity = writeThreadMessage(message, from, peer);
    const letter = { from, activity, thread: message.thread, isPublic: false, isProven: true, now: wire.clock.now() };
    wire.post(tx, { ...letter, lane: "order", recipients: [recipientOf(tx, from.id, peer)!] });
  });
}

t.test("B13 nobody else's yes, no yes to an unknown text and no second yes agrees an order", async (t) => {
  const town = await openOrderTown(t, { rules: { answers: "hand" } });
  const press = town.farmHome.addActor({ kind: "producer", handle: "frantoio", name: "Frantoio" });
  await makePact({ ...town, farm: press });
  const order = town.sendNewOrder();
  await town.settle();
  const { thread } = town.farmKey(order);
  const { offerIri, digest, lines } = town.atFarm(thread)!.latest;
  const yes = (from: LocalActor, change: object = {}) => {
    const names = { acceptIri: mintIri(from, "activities"), agreementIri: mintIri(from, "agreements") };
    const count = { thread, epoch: 1, revision: 1, sequence: 1, status: "accepted" } as const;
    const message = { kind: "accepted", ...names, offerIri, offerDigest: digest, ...count, lines, note: null } as const;
    sayAnything(town.farmHome, from, town.gas.id, { ...message, ...change });
  };
  yes(press);
  yes(town.farm, { offerIri: `${town.gas.id}/activities/nessuna` });
  yes(town.farm, { offerDigest: "0".repeat(64) });
  yes(town.farm, { lines: lines.map((line) => ({ ...line, amountCents: line.amountCents + 1 })) });
  await town.settle();
  t.equal(town.atGas(order).state, "sent");
  t.equal(town.hold(order).gas, undefined);
  sure(answerOrder(town.farmHome.node.wire, town.farmKey(order), { kind: "accept", mayOverdraw: false, note: "" }));
  await town.settle();
  const agreed = town.hold(order);
  t.match(agreed.gas, { status: "accepted" });
  yes(town.farm, { sequence: 2 });
  await town.settle();
  t.same(town.hold(order).gas, agreed.gas, "the first yes stands");
  t.equal(town.atGas(order).needsPerson, "to-verify");
});

for (const [says, change] of [
  ["more", (line: AgreedLine) => ({ ...line, quantityThousandths: 40_000, amountCents: 4 * CRATE_CENTS })],
  ["a higher price", (line: AgreedLine) => ({ ...line, amountCents: line.amountCents + 300 })],
  ["another product", (line: AgreedLine) => ({ ...line, lineIri: `${line.lineIri}0` })],
] as const)
  t.test(`B14 a proposal of ${says} waits for a person, however generous the group's policy`, async (t) => {
    const town = await openOrderTown(t, { rules: { answers: "hand" } });
    const order = town.sendNewOrder({ acceptShortPercent: 1 });
    await town.settle();
    const held = "SELECT sum(cents) FROM reservations";
    const before = town.count(town.gasHome, held);
    const { thread } = town.farmKey(order);
    const { offerIri, digest: offerDigest, lines } = town.atFarm(thread)!.latest;
    sayAnything(town.farmHome, town.farm, town.gas.id, {
      ...{ kind: "countered", answerIri: mintIri(town.farm, "activities"), offerIri, offerDigest, thread },
      ...{ epoch: 1, revision: 1, answerBy: town.clock.at + 86_400_000, reason: null, note: null },
      lines: [change(lines[0]!), ...lines.slice(1)],
    });
    await town.settle();
    t.match(town.atGas(order), { state: "sent", needsPerson: "counter" });
    t.equal(listSentOffers(town.gasHome.node.db.orm, order.id).length, 1, "nothing was offered for it");
    t.equal(town.count(town.gasHome, held), before, "nobody's credit holds more");
  });

t.test("A17 the farm's line is down for six hours: all arrives once and in order, after few attempts", async (t) => {
  const town = await openOrderTown(t);
  await town.farmHome.stop();
  let probes = 0;
  const down = createServer((socket) => {
    probes += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => down.listen(town.farmHome.config.port, "127.0.0.1", resolve));
  const order = town.sendNewOrder();
  for (let step = 0; step < 36; step++) {
    if (step === 18) {
      sure(takeBackOrder(town.gasHome.node.wire, town.keyOf(order), "Si rivede"));
      sure(sendOrder(town.gasHome.node.wire, town.keyOf(order)));
    }
    town.clock.advance({ minutes: 10 });
    await town.gasHome.node.runDue();
  }
  t.ok(probes > 0 && probes <= 36, `${probes} attempts in 36 steps`);
  await new Promise((resolve) => down.close(resolve));
  await town.farmHome.start();
  await town.pass({ hours: 6 });
  const end = town.hold(order);
  t.match(end.gas, { revision: 2, status: "accepted" });
  t.same(end.gas, end.farm);
  t.same(
    end.kinds.farm.filter((kind) => kind.startsWith("in")),
    ["in order", "in order"],
    "each once",
  );
  t.equal(town.count(town.gasHome, "SELECT count(*) FROM outbox WHERE state <> 'delivered'"), 0);
});

t.test(
  "B39 I20 an order with names, notes and addresses in every basket leaves none of them on the farm's node",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.sendNewOrder();
    await town.settle();
    const { wire } = town.farmHome.node;
    sure(moveOrder(wire, town.farmKey(order), "confirm", ""));
    sure(writeDeliveryNote(wire, town.farmKey(order), { deliveredByLine: new Map(), charges: [] }));
    await town.pass({ days: 1 });
    t.match(town.hold(order).gas, { status: "confirmed" });
    const said = town.gasHome.node.db.raw.prepare("SELECT json FROM activities").pluck().all().join("\n");
    town.farmHome.node.db.raw.pragma("wal_checkpoint(TRUNCATE)");
    const kept = readFileSync(`${town.farmHome.config.dataFolder}/db.sqlite`).toString("latin1");
    const own = readFileSync(`${town.gasHome.config.dataFolder}/db.sqlite`).toString("latin1");
    const wal = readFileSync(`${town.gasHome.config.dataFolder}/db.sqlite-wal`).toString("latin1");
    t.ok(`${own}${wal}`.includes("Ginestrelli"), "the group's own node knows them");
    for (const word of [...MEMBERS.flatMap((name) => name.split(" ")), "posta.example", town.members[0]!.householdId]) {
      const isThere = (text: string) => text.toLowerCase().includes(word.toLowerCase());
      t.notOk(isThere(said), `nothing said names ${word}`);
      t.notOk(isThere(kept), `the farm's node holds no ${word}`);
    }
  },
);
