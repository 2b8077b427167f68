import fc from "fast-check";
import t from "tap";
import {
  applyMessage,
  endByTime,
  findUndoable,
  type Half,
  isOpenForOrders,
  nextRevision,
  openRevision,
  otherParty,
  type Pact,
  type PactMessage,
  type Party,
  revisionInForce,
  stateOf,
} from "../../../src/partners/pacts/pact.ts";
import type { Terms } from "../../../src/partners/pacts/terms.ts";

const TERMS: Terms = {
  catalogSubset: ["https://p.example/p/catalog"],
  priceDeltaHundredthsPercent: 0,
  minOrderCents: 15_000,
  deliveryCostCents: 1500,
  leadDays: 10,
  referents: [],
};
const THREAD = { iri: "https://g.example/g/pacts/4", buyer: "https://g.example/g", seller: "https://p.example/p" };

const half = (by: Party, sequence: number, status: Half["status"] = "active", epoch = 1): Half => ({
  relationshipIri: `https://${by}.example/half`,
  epoch,
  sequence,
  status,
});

function offered(by: Party, revision: number, sequence: number): Extract<PactMessage, { kind: "offered" }> {
  const offerIri = `https://${by}.example/offer/${revision}`;
  const draft = { revision, offerIri, offerDigest: `digest of ${offerIri}`, terms: TERMS, keys: [], endsAt: null };
  return { kind: "offered", by, thread: THREAD, half: half(by, sequence), ...draft };
}

function accepted(by: Party, revision: number, sequence: number): PactMessage {
  const offerIri = `https://${otherParty(by)}.example/offer/${revision}`;
  const acceptIri = `https://${by}.example/accept/${revision}`;
  return { kind: "accepted", by, offerIri, objectDigest: `digest of ${offerIri}`, acceptIri, half: half(by, sequence) };
}

function rejected(by: Party, revision: number): PactMessage {
  const offerIri = `https://${otherParty(by)}.example/offer/${revision}`;
  const rejectIri = `https://${by}.example/reject/${revision}`;
  return { kind: "rejected", by, offerIri, objectDigest: `digest of ${offerIri}`, rejectIri, reason: "no-pact" };
}

/** The pact after these messages; throws on the first that is not taken. */
function after(...messages: PactMessage[]): Pact {
  let pact: Pact | null = null;
  for (const message of messages) {
    const next = applyMessage(pact, message);
    if ("refused" in next || "parkedFor" in next) throw new Error(JSON.stringify(next));
    pact = next;
  }
  return pact!;
}

t.test("a proposal waits, its Accept puts it in force, and both halves stand", async (t) => {
  const proposed = after(offered("buyer", 1, 1));
  t.equal(stateOf(proposed), "proposed");
  const live = after(offered("buyer", 1, 1), accepted("seller", 1, 1));
  t.equal(stateOf(live), "live");
  t.equal(isOpenForOrders(live), true);
  t.equal(findUndoable(proposed, "seller"), null, "who has said nothing has nothing to take back");
});

t.test("I13 nobody accepts or rejects their own proposal, nor undoes what the other said", async (t) => {
  const proposed = after(offered("buyer", 1, 1));
  t.match(applyMessage(proposed, { ...accepted("seller", 1, 1), by: "buyer" } as PactMessage), {
    refused: "not-owner",
  });
  t.match(applyMessage(proposed, { ...rejected("seller", 1), by: "buyer" } as PactMessage), { refused: "not-owner" });
  const undo: PactMessage = { kind: "undone", by: "seller", objectIri: "https://buyer.example/offer/1" };
  t.match(applyMessage(proposed, undo), { refused: "not-owner" });
});

t.test("I18 an Accept of other terms than ours is stale and changes nothing", async (t) => {
  const proposed = after(offered("buyer", 1, 1));
  t.match(applyMessage(proposed, { ...accepted("seller", 1, 1), objectDigest: "other" } as PactMessage), {
    refused: "stale",
  });
});

t.test("I5 an older proposal is stale, the same number with other content is a conflict", async (t) => {
  const second = after(offered("buyer", 1, 1), accepted("seller", 1, 1), offered("buyer", 2, 2));
  t.match(applyMessage(second, offered("buyer", 1, 1)), { refused: "stale" });
  t.match(applyMessage(second, { ...offered("buyer", 2, 2), offerDigest: "other" }), { refused: "conflict" });
});

t.test("B13 accepted and rejected for one proposal is a conflict, whichever came first", async (t) => {
  const live = after(offered("buyer", 1, 1), accepted("seller", 1, 1));
  t.match(applyMessage(live, rejected("seller", 1)), { refused: "conflict" });
  const refused = after(offered("buyer", 1, 1), rejected("seller", 1));
  t.match(applyMessage(refused, accepted("seller", 1, 1)), { refused: "conflict" });
});

t.test("new terms stay a proposal until accepted: the old ones hold, also when the new ones are refused", async (t) => {
  const first = [offered("buyer", 1, 1), accepted("seller", 1, 1), offered("seller", 2, 2)];
  const open = after(...first);
  t.equal(revisionInForce(open)?.revision, 1);
  t.equal(openRevision(open)?.revision, 2);
  const refused = after(...first, rejected("buyer", 2));
  t.equal(stateOf(refused), "live");
  t.equal(revisionInForce(refused)?.revision, 1);
  t.equal(nextRevision(refused, "buyer", 1), 3);
});

t.test("when both propose new terms at once the buyer's stand on both sides", async (t) => {
  const live = [offered("buyer", 1, 1), accepted("seller", 1, 1)];
  const atBuyer = after(...live, offered("buyer", 2, 2));
  t.match(applyMessage(atBuyer, offered("seller", 2, 2)), { refused: "stale" });
  const atSeller = after(...live, offered("seller", 2, 2), offered("buyer", 2, 2));
  t.equal(openRevision(atSeller)?.offeredBy, "buyer");
});

t.test("a suspension by either side closes new orders, its end opens them again", async (t) => {
  const live = [offered("buyer", 1, 1), accepted("seller", 1, 1)];
  const suspended = after(...live, { kind: "half-changed", by: "seller", half: half("seller", 2, "suspended") });
  t.equal(stateOf(suspended), "live");
  t.equal(isOpenForOrders(suspended), false);
  const resumed = applyMessage(suspended, { kind: "half-changed", by: "seller", half: half("seller", 3) });
  t.equal(isOpenForOrders(resumed as Pact), true);
  const older: PactMessage = { kind: "half-changed", by: "seller", half: half("seller", 1, "suspended") };
  t.match(applyMessage(resumed as Pact, older), { refused: "stale" });
});

t.test("I6 an ended pact takes nothing more", async (t) => {
  const live = after(offered("buyer", 1, 1), accepted("seller", 1, 1));
  const ended = applyMessage(live, { kind: "undone", by: "buyer", objectIri: findUndoable(live, "buyer")! }) as Pact;
  t.equal(stateOf(ended), "ended");
  for (const message of [offered("buyer", 2, 2), offered("seller", 2, 2), rejected("seller", 1)])
    t.match(applyMessage(ended, message), { refused: "stale" });
});

t.test("A20 an Undo that comes before what it undoes waits for it", async (t) => {
  const undo: PactMessage = { kind: "undone", by: "buyer", objectIri: "https://buyer.example/offer/1" };
  t.same(applyMessage(null, undo), { parkedFor: "https://buyer.example/offer/1" });
});

t.test("a pact with an agreed end is over when that moment comes, not before", async (t) => {
  const live = after({ ...offered("buyer", 1, 1), endsAt: 1000 }, accepted("seller", 1, 1));
  t.equal(stateOf(endByTime(live, 999)), "live");
  t.equal(stateOf(endByTime(live, 1000)), "ended");
});

// Two nodes, each with its own copy; what one says travels to the other late, out of order and more than once.
type Node = { party: Party; epoch: number; pact: Pact | null; parked: Map<string, PactMessage[]> };

type Step = { who: Party; act: string } | { deliver: number; again: boolean };
const living = ["propose", "accept", "reject", "suspend", "resume"];
const stepsOf = (acts: string[]): fc.Arbitrary<Step[]> => {
  const act = fc.record({ who: fc.constantFrom<Party>("buyer", "seller"), act: fc.constantFrom(...acts) });
  const delivery = fc.record({ deliver: fc.nat(50), again: fc.boolean() });
  return fc.array(fc.oneof(act, delivery), { minLength: 10, maxLength: 80, size: "max" });
};

function speak(node: Node, act: string): PactMessage | null {
  const { party, pact, epoch } = node;
  const open = pact && openRevision(pact);
  const sequence = (pact?.halves[party]?.sequence ?? 0) + 1;
  const now = { relationshipIri: `https://${party}.example/half`, epoch, sequence };
  const status = pact?.halves[party]?.status ?? "active";
  if (act === "propose" && (!pact || (stateOf(pact) === "live" && !open))) {
    const message = offered(party, pact ? nextRevision(pact, party, epoch) : 1, 0);
    return pact || party === "buyer" ? { ...message, half: { ...now, status } } : null;
  }
  if (!pact || pact.endedBy) return null;
  if (act === "accept" && open && open.offeredBy !== party)
    return { ...accepted(party, open.revision, 0), half: { ...now, status } } as PactMessage;
  if (act === "reject" && open && open.offeredBy !== party) return rejected(party, open.revision);
  if (stateOf(pact) !== "live") return null;
  if (act === "suspend") return { kind: "half-changed", by: party, half: { ...now, status: "suspended" } };
  if (act === "resume") return { kind: "half-changed", by: party, half: { ...now, status: "active" } };
  const objectIri = findUndoable(pact, party);
  return act === "end" && objectIri ? { kind: "undone", by: party, objectIri } : null;
}

function hear(node: Node, message: PactMessage): void {
  const next = applyMessage(node.pact, message);
  if ("refused" in next) return;
  if ("parkedFor" in next) {
    node.parked.set(next.parkedFor, [...(node.parked.get(next.parkedFor) ?? []), message]);
    return;
  }
  node.pact = next;
  const name = message.kind === "offered" ? message.offerIri : message.kind === "accepted" ? message.acceptIri : "";
  const waiting = node.parked.get(name) ?? [];
  node.parked.delete(name);
  for (const one of waiting) hear(node, one);
}

const gist = ({ pact }: Node) =>
  pact && {
    state: stateOf(pact),
    inForce: pact.endedBy ? null : (revisionInForce(pact)?.offerIri ?? null),
    open: pact.endedBy ? null : (openRevision(pact)?.offerIri ?? null),
    halves: pact.endedBy ? null : [pact.halves.buyer?.status, pact.halves.seller?.status],
  };

type Town = { nodes: Record<Party, Node>; travelling: PactMessage[] };

/** Two nodes that never met; each may have been put back from a backup before, so that its epoch says nothing of the other's. */
function makeTown(epochs: Record<Party, number>): Town {
  const node = (party: Party): Node => ({ party, epoch: epochs[party], pact: null, parked: new Map() });
  return { nodes: { buyer: node("buyer"), seller: node("seller") }, travelling: [] };
}

function deliver({ nodes, travelling }: Town, i: number, again: boolean): void {
  const message = travelling[i % travelling.length]!;
  if (!again) travelling.splice(i % travelling.length, 1);
  const to = nodes[otherParty(message.by)];
  const before = to.pact;
  hear(to, message);
  // A version or a state once over never comes back.
  if (before?.endedBy && !to.pact?.endedBy) throw new Error("an ended pact came back");
  if (before && (revisionInForce(to.pact!)?.revision ?? 0) < (revisionInForce(before)?.revision ?? 0))
    throw new Error("older terms replaced newer ones");
}

function say(town: Town, node: Node, act: string): PactMessage | null {
  const message = speak(node, act);
  if (message) {
    hear(node, message);
    town.travelling.push(message);
  }
  return message;
}

function play(town: Town, steps: readonly Step[]): void {
  for (const one of steps)
    if ("act" in one) say(town, town.nodes[one.who], one.act);
    else if (town.travelling.length > 0) deliver(town, one.deliver, one.again);
}

const someSteps = stepsOf([...living, "end"]);
const livingSteps = stepsOf(living);
const someEpochs = fc.record({ buyer: fc.constantFrom(1, 1, 2, 3), seller: fc.constantFrom(1, 1, 2, 3) });

t.test(
  "A20 I3 I5 I6 both nodes hold the same pact once all has arrived, in whatever order and however often",
  async () => {
    fc.assert(
      fc.property(someSteps, someEpochs, (steps, epochs) => {
        const town = makeTown(epochs);
        play(town, steps);
        while (town.travelling.length > 0) deliver(town, 0, false);
        const [buyer, seller] = [JSON.stringify(gist(town.nodes.buyer)), JSON.stringify(gist(town.nodes.seller))];
        if (buyer !== seller) throw new Error(`${buyer} at the buyer, ${seller} at the seller`);
      }),
      { numRuns: 5000 },
    );
  },
);

t.test("I17 a restored node's next terms and next half stand on both nodes, whatever it has forgotten", async (t) => {
  let stories = 0;
  const who = fc.constantFrom<Party>("buyer", "seller");
  fc.assert(
    fc.property(who, someEpochs, livingSteps, livingSteps, fc.array(fc.nat(50)), (who, epochs, kept, lost, order) => {
      const town = makeTown(epochs);
      const [node, other] = [town.nodes[who], town.nodes[otherParty(who)]];
      say(town, town.nodes.buyer, "propose");
      deliver(town, 0, false);
      say(town, town.nodes.seller, "accept");
      deliver(town, 0, false);
      play(town, kept);
      const { pact, parked } = node;
      const backup = { pact, parked: new Map(parked) };
      play(town, lost);
      Object.assign(node, backup, { epoch: node.epoch + 1 });
      const status = pact?.halves[who]?.status === "active" ? "suspend" : "resume";
      const said = [say(town, node, status), say(town, node, "propose")];
      if (!said[0] || !said[1]) return;
      for (const i of order) if (town.travelling.length > 0) deliver(town, i, false);
      while (town.travelling.length > 0) deliver(town, 0, false);
      stories += 1;
      if (!say(town, other, "accept")) throw new Error("the other side has nothing to answer");
      while (town.travelling.length > 0) deliver(town, 0, false);
      const held = [node, other].map((one) => revisionInForce(one.pact!)?.offerIri);
      if (held[0] !== held[1]) throw new Error(`${held[0]} at the restored node, ${held[1]} at the other`);
      const halves = [node, other].map((one) => JSON.stringify(one.pact!.halves[who]));
      if (halves[0] !== halves[1]) throw new Error(`${halves[0]} at the restored node, ${halves[1]} at the other`);
    }),
    { numRuns: 5000 },
  );
  t.ok(stories > 1000, `${stories} restored nodes were heard`);
});

t.test("I17 a half of a later epoch counts though its sequence is lower, one of an earlier epoch never", async (t) => {
  const live = [offered("buyer", 1, 1), accepted("seller", 1, 1)];
  const told = after(...live, { kind: "half-changed", by: "seller", half: half("seller", 9, "suspended") });
  const restored = applyMessage(told, { kind: "half-changed", by: "seller", half: half("seller", 2, "active", 2) });
  t.match(restored, { halves: { seller: { epoch: 2, sequence: 2, status: "active" } } });
  const late: PactMessage = { kind: "half-changed", by: "seller", half: half("seller", 10, "suspended") };
  t.match(applyMessage(restored as Pact, late), { refused: "stale" });
  const clone: PactMessage = { kind: "half-changed", by: "seller", half: half("seller", 2, "suspended", 2) };
  t.match(applyMessage(restored as Pact, clone), { refused: "conflict" });
});

t.test(
  "I17 a yes said again by a node that had forgotten it replaces the first, which its Undo may name",
  async (t) => {
    const live = after(offered("buyer", 1, 1), accepted("seller", 1, 1));
    const yes = accepted("seller", 1, 1) as Extract<PactMessage, { kind: "accepted" }>;
    const again = { ...yes, acceptIri: "https://seller.example/accept/again" };
    t.match(applyMessage(live, again), { refused: "conflict" }, "in one epoch there is one answer");
    const taken = applyMessage(live, { ...again, half: half("seller", 1, "active", 2) }) as Pact;
    t.equal(revisionInForce(taken)?.acceptIri, again.acceptIri);
    t.match(applyMessage(taken, { kind: "undone", by: "seller", objectIri: again.acceptIri }), { endedBy: "seller" });
  },
);
