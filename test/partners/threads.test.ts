// Messages about orders between two nodes, through the real inbox: read, proven, judged, kept; what must not pass does not.
import t from "tap";
import { createKeyring } from "../../src/activitypub/actors.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { addProof, digestOf } from "../../src/activitypub/proof.ts";
import { transact } from "../../src/db/transact.ts";
import { endPact, suspendPact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import type { MessageOf, ThreadMessage } from "../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../src/partners/threads/agreementDocument.ts";
import { checkThreads } from "../../src/partners/threads/contractActions.ts";
import { knowOrderObjects, listThreadMessages, recipientOf } from "../../src/partners/threads/threadStore.ts";
import { SAID, THREAD } from "./agreementArbitrary.ts";
import { partners, type Side } from "./threadSides.ts";
import { hand } from "./town.ts";

const ORDER = { ...SAID.order, revision: 1, supersedes: null };
const acceptOf = (order: MessageOf<"order">, offerDigest: string): MessageOf<"accepted"> => {
  const { offerIri, revision, lines } = order;
  return {
    ...SAID.accepted,
    offerIri,
    offerDigest,
    revision,
    lines,
    acceptIri: `${SAID.accepted.acceptIri}-${revision}`,
  };
};

/** Hands a message to the other side as its sender's key proves it, whether our own rules would send it or not. */
async function forge(
  from: Side,
  to: Side,
  message: ThreadMessage,
  change: (json: JsonObject) => JsonObject = (json) => json,
) {
  const { wire, secret } = from.node;
  const keyring = createKeyring(secret);
  const json = change(writeThreadMessage(message, from.actor, to.actor.id));
  const key = keyring.open(wire.db.orm, from.actor.id, "ed25519", to.actor.id);
  const row = {
    id: 0,
    actorId: from.actor.id,
    inbox: recipientOf(wire.db.orm, from.actor.id, to.actor.id)!.inbox,
    lane: "order" as const,
    receiptKey: null,
    json: JSON.stringify(addProof(json, key, wire.clock.now())),
  };
  const answer = await hand(from.node, row, to.node, to.actor);
  return { ...answer, refusal: to.node.logged().at(-1)!.refusal, json: JSON.parse(row.json) as JsonObject };
}

const kept = ({ node, actor }: Side) =>
  listThreadMessages(node.wire.db.orm, actor.id, THREAD).map(({ kind, direction }) => `${direction} ${kind}`);

t.test("an order and its answer reach the other side once, and both keep the same bytes of both", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  const { digest } = say(ORDER);
  await settle();
  t.same(farm.told, [{ by: "receive", message: ORDER }]);
  const accept = acceptOf(ORDER, digest);
  say(accept);
  await settle();
  t.same(gas.told, [{ by: "receive", message: accept }]);
  t.same(kept(gas), ["out order", "in accepted"]);
  t.same(kept(farm), ["in order", "out accepted"]);
  const bytes = ({ node, actor }: Side) =>
    listThreadMessages(node.wire.db.orm, actor.id, THREAD).map((one) => [
      one.digest,
      one.provenBy,
      one.bytes.toString(),
    ]);
  t.same(bytes(gas), bytes(farm));
  t.same(farm.node.owed(), [], "every letter has its receipt");
});

t.test("B6 an order that is delivered again changes nothing", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  say(ORDER);
  const [row] = gas.node.owed();
  await settle();
  t.match(await hand(gas.node, row!, farm.node, farm.actor), { status: 200, outcome: "applied" });
  t.equal(farm.told.length, 1);
});

t.test("an Accept of other amounts or other lines than offered is refused and leaves nothing", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  const { digest } = say(ORDER);
  await settle();
  const [first, second] = ORDER.lines;
  for (const lines of [
    [first!],
    [{ ...first!, amountCents: 17_501 }, second!],
    [{ ...first!, unit: "one" }, second!],
  ]) {
    const altered = {
      ...acceptOf(ORDER, digest),
      lines,
      acceptIri: `${SAID.accepted.acceptIri}-${lines.length}-${lines[0]!.unit}-${lines[0]!.amountCents}`,
    };
    t.match(await forge(farm, gas, altered), { status: 422, refusal: "result-differs" });
  }
  t.same(gas.told, []);
  t.same(kept(gas), ["out order"]);
});

t.test("an answer to a revision we never wrote, or to another text under our name, is refused", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  const { digest } = say(ORDER);
  await settle();
  t.match(await forge(farm, gas, { ...acceptOf(ORDER, digest), revision: 2 }), { refusal: "digest-differs" });
  t.match(await forge(farm, gas, { ...acceptOf(ORDER, "0".repeat(64)), acceptIri: "https://p.example/p/a/9" }), {
    status: 422,
    refusal: "digest-differs",
  });
  t.same(gas.told, []);
});

t.test("B16 two texts under one revision: the second is answered 409 and the thread is to be verified", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  say(ORDER);
  await settle();
  const other = { ...ORDER, offerIri: `${ORDER.offerIri}-b`, lines: [ORDER.lines[0]!] };
  t.match(await forge(gas, farm, other), { status: 409, refusal: "conflict" });
  t.same(farm.told, [
    { by: "receive", message: ORDER },
    { by: "suspect", message: other },
  ]);
  t.same(kept(farm), ["in order"], "the second text is not taken");
});

t.test("B16 two texts under one name: the second is answered 409 and the thread is to be verified", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  say(ORDER);
  await settle();
  const other = { ...ORDER, lines: [ORDER.lines[0]!] };
  t.match(await forge(gas, farm, other), { status: 409, outcome: "conflict" });
  t.same(farm.told.at(-1), { by: "suspect", message: other });
  t.equal(kept(farm).length, 1);
});

t.test("B16 an alarm needs the partner's proof: with another key the same attempt alarms nobody", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  say(ORDER);
  await settle();
  const other = { ...ORDER, lines: [ORDER.lines[0]!] };
  const spoil = (json: JsonObject) => ({ ...json, object: { ...(json.object as JsonObject) } });
  const { json } = await forge(gas, farm, { ...other, offerIri: `${ORDER.offerIri}-c` }, spoil);
  const before = farm.told.length;
  const row = {
    id: 0,
    actorId: gas.actor.id,
    inbox: `${farm.actor.id}/inbox`,
    lane: "order" as const,
    receiptKey: null,
  };
  const tampered = JSON.stringify({ ...json, id: ORDER.offerIri });
  t.match(await hand(gas.node, { ...row, json: tampered }, farm.node, farm.actor), { status: 409 });
  t.equal(farm.told.length, before);
});

t.test("a lower revision that comes late is stale: 200, nothing changes", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  say({ ...ORDER, revision: 2 });
  await settle();
  const late = { ...ORDER, offerIri: `${ORDER.offerIri}-old` };
  t.match(await forge(gas, farm, late), { status: 200, refusal: "stale" });
  t.equal(farm.told.length, 1);
});

t.test("what comes before what it is about waits for it, and is applied then", async (t) => {
  const { gas, farm, say, settle } = await partners(t);
  const { digest } = say(ORDER);
  await settle();
  const accept = acceptOf(ORDER, digest);
  const status = { ...SAID.status, epoch: 1, revision: 1, sequence: 2 };
  t.match(await forge(farm, gas, status), { status: 202, outcome: "parked" });
  t.same(gas.told, []);
  t.match(await forge(farm, gas, accept), { outcome: "applied" });
  t.same(
    gas.told.map(({ message }) => message.kind),
    ["accepted", "status"],
  );
});

t.test("I16 an Undo before its order: the order that follows reaches the room as withdrawn", async (t) => {
  const { gas, farm } = await partners(t);
  const unsent = writeThreadMessage(ORDER, gas.actor, farm.actor.id);
  const key = createKeyring(gas.node.secret).open(gas.node.wire.db.orm, gas.actor.id, "ed25519", farm.actor.id);
  const offerDigest = digestOf(addProof(unsent, key, gas.node.wire.clock.now()));
  await forge(gas, farm, { ...SAID.withdrawn, offerDigest });
  t.match(await forge(gas, farm, ORDER), { status: 202, outcome: "applied" });
  t.same(
    farm.told.map(({ message, isWithdrawn = false }) => [message.kind, isWithdrawn]),
    [
      ["withdrawn", false],
      ["order", true],
    ],
  );
});

t.test("B4 a proof that is not the pinned key's, or a text changed after it, is refused", async (t) => {
  const { gas, farm } = await partners(t);
  const first = await forge(gas, farm, ORDER, (json) => json);
  t.equal(first.outcome, "applied");
  const changed = { ...first.json, id: `${ORDER.offerIri}-x` };
  const row = {
    id: 0,
    actorId: gas.actor.id,
    inbox: `${farm.actor.id}/inbox`,
    lane: "order" as const,
    receiptKey: null,
  };
  await hand(gas.node, { ...row, json: JSON.stringify(changed) }, farm.node, farm.actor);
  t.equal(farm.node.logged().at(-1)!.refusal, "bad-proof");
});

t.test(
  "I13 nobody speaks for the other side: a seller's word from the buyer is refused, and the buyer's from the seller",
  async (t) => {
    const { gas, farm, say, settle } = await partners(t);
    const { digest } = say(ORDER);
    await settle();
    const asGas = {
      ...acceptOf(ORDER, digest),
      acceptIri: `${gas.actor.id}/a/1`,
      agreementIri: `${gas.actor.id}/agr/1`,
      thread: "https://p.example/p/threads/1",
    };
    t.match(await forge(gas, farm, asGas), { status: 422, refusal: "unknown-message" });
    const asFarm = {
      ...ORDER,
      offerIri: `${farm.actor.id}/a/1`,
      agreementIri: `${farm.actor.id}/o/1`,
      thread: `${farm.actor.id}/threads/1`,
    };
    t.match(await forge(farm, gas, asFarm), { status: 422, refusal: "unknown-message" });
  },
);

t.test(
  "what cannot be read whole is refused with the member's name in the log, and the room hears nothing",
  async (t) => {
    const { gas, farm } = await partners(t);
    const extra = (json: JsonObject) => ({ ...json, object: { ...(json.object as JsonObject), discount: "5.00" } });
    t.match(await forge(gas, farm, ORDER, extra), { status: 422, refusal: "unreadable-order" });
    t.same(farm.told, []);
  },
);

t.test("a thread that runs outlives the pact: its messages still count, suspended or ended", async (t) => {
  const { gas, say, settle } = await partners(t);
  const { digest } = say(ORDER);
  await settle();
  const [pact] = listPacts(gas.node.wire.db.orm, gas.actor.id, 1);
  suspendPact(gas.node.wire, { actorId: gas.actor.id, iri: pact!.pact.iri }, null);
  await settle();
  say(acceptOf(ORDER, digest));
  await settle();
  t.equal(gas.told.at(-1)?.message.kind, "accepted");
  endPact(gas.node.wire, { actorId: gas.actor.id, iri: pact!.pact.iri });
  await settle();
  say({ ...SAID.status, epoch: 1, revision: 1, sequence: 2 });
  await settle();
  t.equal(gas.told.at(-1)?.message.kind, "status");
});

t.test("what we say ourselves must be sayable: a second Accept of one revision is a bug, not a message", async (t) => {
  const { say, settle, farm } = await partners(t);
  const { digest } = say(ORDER);
  await settle();
  say(acceptOf(ORDER, digest));
  t.throws(() => say({ ...acceptOf(ORDER, digest), acceptIri: "https://p.example/p/a/2" }), /may be said now/);
  t.equal(kept(farm).length, 2, "and its transaction leaves nothing");
});

t.test("what was said is neither changed nor deleted, and the gate knows its names", async (t) => {
  const { gas, say } = await partners(t);
  say(ORDER);
  const { db } = gas.node.wire;
  t.throws(() => db.raw.prepare("DELETE FROM thread_messages").run(), /append-only/);
  t.throws(() => db.raw.prepare("UPDATE thread_messages SET at = 0").run(), /append-only/);
  t.ok(knowOrderObjects(db)(ORDER.offerIri));
  t.notOk(knowOrderObjects(db)("https://g.example/g/activities/other"));
  transact(db, (tx) => t.equal(listThreadMessages(tx, gas.actor.id, THREAD).length, 1));
});

t.test(
  "C42 a message altered behind the triggers, or triggers taken away, are found by the doctor's check",
  async (t) => {
    const { gas, farm, say, settle } = await partners(t);
    say(ORDER);
    await settle();
    const { db } = farm.node.wire;
    t.same(checkThreads(db.orm), []);
    t.same(checkThreads(gas.node.wire.db.orm), []);
    db.raw.exec("DROP TRIGGER thread_messages_unchanged");
    db.raw
      .prepare("UPDATE thread_messages SET bytes = CAST(replace(CAST(bytes AS TEXT), '175.00', '275.00') AS BLOB)")
      .run();
    t.match(checkThreads(db.orm), [/trigger/, ORDER.offerIri]);
  },
);
