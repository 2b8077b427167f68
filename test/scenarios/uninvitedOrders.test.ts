// Orders that nobody has a right to send: without a pact, from a blocked domain, after the end, for last year's cycle.
import t from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { saveDomainRule } from "../../src/activitypub/store.ts";
import { transact } from "../../src/db/transact.ts";
import { endPact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts, loadPinnedKey } from "../../src/partners/pacts/pactStore.ts";
import type { AgreedLine, MessageOf } from "../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../src/partners/threads/agreementDocument.ts";
import { sure } from "../sales/cycles.ts";
import { CRATE, CRATE_CENTS, type OrderTown, openOrderTown } from "./orderTown.ts";

/** A new order for a crate, said by an actor of the group's node that minds no rule. Gives its thread. */
function order(town: OrderTown, from: LocalActor, change: Partial<AgreedLine> = {}): string {
  const { wire } = town.gasHome.node;
  const line = {
    lineIri: `${town.cycleIri}/1`,
    unit: "kilogram",
    quantityThousandths: CRATE,
    amountCents: CRATE_CENTS,
  };
  const thread = mintIri(from, "threads");
  const message: MessageOf<"order"> = {
    kind: "order",
    ...{ offerIri: mintIri(from, "activities"), agreementIri: mintIri(from, "orders"), thread },
    ...{ epoch: 1, revision: 1, supersedes: null, lines: [{ ...line, ...change }] },
  };
  transact(wire.db, (tx) => {
    const receiptKey = loadPinnedKey(tx, from.id, town.farm.id)?.multibase;
    const recipient = { inbox: `${town.farm.id}/inbox`, actorUri: town.farm.id, ...(receiptKey ? { receiptKey } : {}) };
    const activity = writeThreadMessage(message, from, town.farm.id);
    const letter = { from, activity, thread, isPublic: false, isProven: true, now: wire.clock.now() };
    wire.post(tx, { ...letter, lane: "order", recipients: [recipient] });
  });
  return thread;
}

const refusals = (town: OrderTown) =>
  town.farmHome.node.db.raw.prepare("SELECT DISTINCT code FROM security_events").pluck().all();
const standing = (town: OrderTown) => town.farmStates().filter((state) => state !== "rejected");

t.test("B15 an order without a pact is refused, leaves one trace and is shown to nobody", async (t) => {
  const town = await openOrderTown(t);
  const stranger = town.gasHome.addActor({ kind: "gas", handle: "jesi", name: "GAS Jesi" });
  const thread = order(town, stranger);
  await town.settle();
  t.same(town.farmStates(), []);
  t.equal(town.atFarm(thread), undefined);
  t.same(refusals(town), ["no-pact"]);
  t.equal(town.count(town.farmHome, "SELECT count(*) FROM thread_messages"), 0);
});

t.test("B15 an order from a domain that was blocked since the pact stops at the gate", async (t) => {
  const town = await openOrderTown(t);
  const { hostname: domain } = new URL(town.gasHome.origin);
  saveDomainRule(town.farmHome.node.db.orm, { domain, rule: "block", reason: "", createdAt: town.clock.at });
  const thread = order(town, town.gas);
  await town.settle();
  t.equal(town.atFarm(thread), undefined);
  t.same(refusals(town), ["blocked"]);
});

t.test(
  "B15 after a pact has ended a new order is refused with its reason, and nothing waits for the farmer",
  async (t) => {
    const town = await openOrderTown(t);
    const [held] = listPacts(town.farmHome.node.db.orm, town.farm.id, 1);
    sure(endPact(town.farmHome.node.wire, { actorId: town.farm.id, iri: held!.pact.iri }));
    await town.settle();
    const thread = order(town, town.gas);
    await town.settle();
    t.same(standing(town), []);
    t.match(lastSaid(town, thread), { type: "Reject", reasonCode: "no-pact" });
  },
);

t.test(
  "B15 an order for a cycle of last year is refused with its reason, and nothing waits for the farmer",
  async (t) => {
    const town = await openOrderTown(t);
    town.clock.advance({ days: 365 });
    await town.settle();
    const thread = order(town, town.gas);
    await town.settle();
    t.same(standing(town), []);
    t.match(lastSaid(town, thread), { type: "Reject", reasonCode: "closed" });
    const other = order(town, town.gas, { lineIri: `${town.farm.id}/cycles/${"a".repeat(26)}/1` });
    await town.settle();
    t.same(standing(town), []);
    t.match(lastSaid(town, other), { type: "Reject" });
  },
);

function lastSaid(town: OrderTown, thread: string): unknown {
  const { raw } = town.farmHome.node.db;
  const sql = "SELECT bytes FROM thread_messages WHERE thread = ? AND direction = 'out' ORDER BY id DESC LIMIT 1";
  const bytes = raw.prepare(sql).pluck().get(thread) as Buffer | undefined;
  return bytes && JSON.parse(bytes.toString());
}
