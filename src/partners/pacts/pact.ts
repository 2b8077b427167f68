// The pact between who buys and who sells: revisions of its terms, each side's own half, its end. Both nodes run this same
// code over the same messages, so that both hold the same pact whatever order they came in. Pure. PROTOCOL 6.3 and 7.
import type { Refusal } from "../../kernel/refusal.ts";
import type { Terms } from "./terms.ts";

export type Party = "buyer" | "seller";
export type PactStatus = "active" | "suspended";
export type PactState = "proposed" | "live" | "refused" | "ended";

/** The Ed25519 key by which one party knows the other's signed messages. */
export type PactKey = { readonly owner: string; readonly keyId: string; readonly multibase: string };

/**
 * What one party says of itself; only its owner changes it. Its changes are ordered by the owner's `epoch`, then by
 * `sequence`: a node put back from a backup counts on from what it still knows, in a new epoch.
 */
export type Half = {
  readonly relationshipIri: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly status: PactStatus;
};

/** The terms as proposed once, and what became of them. `endsAt` is epoch ms, null for a pact without an end. */
export type Revision = {
  readonly revision: number;
  /** The epoch of who proposed them. */
  readonly epoch: number;
  readonly offeredBy: Party;
  readonly offerIri: string;
  readonly offerDigest: string;
  readonly terms: Terms;
  readonly keys: readonly PactKey[];
  readonly endsAt: number | null;
  readonly acceptIri: string | null;
  /** The epoch of who accepted them. */
  readonly acceptEpoch: number | null;
  readonly rejectIri: string | null;
  readonly rejectReason: string | null;
};

/** `iri` is the thread; `buyer` and `seller` are actors; revisions stand in ascending order. */
export type Pact = {
  readonly iri: string;
  readonly buyer: string;
  readonly seller: string;
  readonly revisions: readonly Revision[];
  readonly halves: { readonly [party in Party]: Half | null };
  /** Who ended it as we heard first: when both end it at once each node may name the other. */
  readonly endedBy: Party | "time" | null;
};

type Draft = Pick<Revision, "revision" | "offerIri" | "offerDigest" | "terms" | "keys" | "endsAt">;

/** What one party said. `by` is who proved it, never what the text claims. */
export type PactMessage =
  | ({ kind: "offered"; by: Party; thread: Pick<Pact, "iri" | "buyer" | "seller">; half: Half } & Draft)
  | { kind: "accepted"; by: Party; offerIri: string; objectDigest: string; acceptIri: string; half: Half }
  | { kind: "rejected"; by: Party; offerIri: string; objectDigest: string; rejectIri: string; reason: string }
  | { kind: "half-changed"; by: Party; half: Half }
  | { kind: "undone"; by: Party; objectIri: string };

export type PactRefusal = Refusal<"stale" | "conflict" | "not-owner" | "unknown-pact" | "unknown-offer">;

/** More revisions than people ever negotiate. */
const MOST_REVISIONS = 200;

/** Days that the proposal of a new pact waits for its answer before its proposer takes it back. PROTOCOL 7. */
export const PROPOSAL_WAITS_DAYS = 30;

/** Numbers left free for each epoch begun, more than the revisions a node may have forgotten. PROTOCOL 6.3. */
const FORGOTTEN_REVISIONS = 1000;

export function otherParty(party: Party): Party {
  return party === "buyer" ? "seller" : "buyer";
}

/**
 * The pact after a message; a refusal (`stale`: nothing to change any more; `conflict`: the same place, other content;
 * `not-owner`: not theirs to say); or the IRI of the message that must come first. PROTOCOL 6.3, SAFETY I5, I6, I13, I18.
 */
export function applyMessage(
  pact: Pact | null,
  message: PactMessage,
): Pact | PactRefusal | { readonly parkedFor: string } {
  if (message.kind === "offered") return takeOffer(pact, message);
  if (!pact) return "objectIri" in message ? { parkedFor: message.objectIri } : { refused: "unknown-pact" };
  if (pact.endedBy) return { refused: "stale" };
  if (message.kind === "undone") return takeUndo(pact, message);
  if (message.kind === "half-changed") return takeHalf(pact, message.by, message.half, "only-newer");
  return takeAnswer(pact, message);
}

/** `proposed` waits for an answer, `live` is in force (suspended or not), the others are over. */
export function stateOf(pact: Pact): PactState {
  if (pact.endedBy) return "ended";
  if (revisionInForce(pact)) return "live";
  return openRevision(pact) ? "proposed" : "refused";
}

/** The last accepted revision: it holds until a newer one is accepted (PROTOCOL 6.3.4). */
export function revisionInForce(pact: Pact): Revision | null {
  return pact.revisions.findLast(({ acceptIri }) => acceptIri !== null) ?? null;
}

/** The proposal that waits for an answer: the highest revision, when nobody answered it. */
export function openRevision(pact: Pact): Revision | null {
  const last = pact.revisions.at(-1);
  return last && !pact.endedBy && last.acceptIri === null && last.rejectIri === null ? last : null;
}

/** Whether new orders may be sent: in force, and neither side has suspended it (PROTOCOL 7). */
export function isOpenForOrders(pact: Pact): boolean {
  const { buyer, seller } = pact.halves;
  return stateOf(pact) === "live" && buyer?.status === "active" && seller?.status === "active";
}

/**
 * The number of the party's next proposal. Both parties number the revisions of a pact in one row, so that the epoch of
 * one says nothing about the numbers of the other: the first proposal in a new epoch leaves room for those forgotten.
 */
export function nextRevision({ revisions }: Pact, party: Party, epoch: number): number {
  const next = (revisions.at(-1)?.revision ?? 0) + 1;
  if (revisions.some((one) => one.offeredBy === party && one.epoch === epoch)) return next;
  const spoken = revisions.map((one) => (one.offeredBy === party ? one.epoch : (one.acceptEpoch ?? epoch)));
  return next + FORGOTTEN_REVISIONS * (epoch - Math.min(epoch, ...spoken));
}

/** What the party may undo to end the pact: its own Offer or its own Accept of the newest revision it spoke about. */
export function findUndoable(pact: Pact, by: Party): string | null {
  const inForce = revisionInForce(pact);
  const spoken = inForce ? [inForce] : pact.revisions;
  for (const revision of [...spoken].reverse()) {
    if (revision.offeredBy === by) return revision.offerIri;
    if (revision.acceptIri) return revision.acceptIri;
  }
  return null;
}

/** The pact once its agreed end has come; the same value before. `now` is epoch ms. */
export function endByTime(pact: Pact, now: number): Pact {
  const endsAt = revisionInForce(pact)?.endsAt ?? null;
  return pact.endedBy === null && endsAt !== null && now >= endsAt ? { ...pact, endedBy: "time" } : pact;
}

/** When the party takes back a proposal that nobody answered; null unless the whole pact is that one proposal of its own. */
export function withdrawalAt(pact: Pact, party: Party, proposedAt: number): number | null {
  const isOwn = stateOf(pact) === "proposed" && openRevision(pact)?.offeredBy === party;
  return isOwn ? proposedAt + PROPOSAL_WAITS_DAYS * 86_400_000 : null;
}

type Message<Kind extends PactMessage["kind"]> = Extract<PactMessage, { kind: Kind }>;

function takeOffer(pact: Pact | null, message: Message<"offered">): Pact | PactRefusal {
  const { kind: _, by, thread, half, ...draft } = message;
  const { epoch } = half;
  const unanswered = { acceptIri: null, acceptEpoch: null, rejectIri: null, rejectReason: null };
  const offered: Revision = { ...draft, epoch, offeredBy: by, ...unanswered };
  const before = pact ?? { ...thread, revisions: [], halves: { buyer: null, seller: null }, endedBy: null };
  if (before.buyer !== thread.buyer || before.seller !== thread.seller) return { refused: "conflict" };
  if (before.endedBy) return { refused: "stale" };
  const top = before.revisions.at(-1);
  if (draft.revision < (top?.revision ?? 1)) return { refused: "stale" };
  if (before.revisions.length >= MOST_REVISIONS) return { refused: "conflict" };
  let revisions = before.revisions;
  if (top?.revision === draft.revision) {
    if (top.offeredBy === by) return top.offerDigest === draft.offerDigest ? before : { refused: "conflict" };
    // Both proposed at once: the buyer's proposal stands, on both sides.
    if (by === "seller" || top.acceptIri !== null || top.rejectIri !== null) return { refused: "stale" };
    revisions = revisions.slice(0, -1);
  }
  return takeHalf({ ...before, revisions: [...revisions, offered] }, by, half, "or-keep");
}

function takeAnswer(pact: Pact, message: Message<"accepted"> | Message<"rejected">): Pact | PactRefusal {
  const revision = pact.revisions.find(({ offerIri }) => offerIri === message.offerIri);
  if (!revision) return { refused: "unknown-offer" };
  if (revision.offeredBy === message.by) return { refused: "not-owner" };
  if (revision.offerDigest !== message.objectDigest) return { refused: "stale" };
  const given = revision.acceptIri ?? revision.rejectIri;
  const answerIri = message.kind === "accepted" ? message.acceptIri : message.rejectIri;
  if (given === answerIri) return pact;
  if (given !== null && !isAcceptedAgain(revision, message)) return { refused: "conflict" };
  // A late answer about terms already replaced is kept too: it changes nothing in force, and an Undo may name it.
  const answered: Revision =
    message.kind === "accepted"
      ? { ...revision, acceptIri: message.acceptIri, acceptEpoch: message.half.epoch }
      : { ...revision, rejectIri: message.rejectIri, rejectReason: message.reason };
  const after = { ...pact, revisions: pact.revisions.map((one) => (one === revision ? answered : one)) };
  return message.kind === "accepted" ? takeHalf(after, message.by, message.half, "or-keep") : after;
}

// Put back from a backup that did not know its own Accept any more, a party may say the same yes once more.
function isAcceptedAgain({ acceptEpoch }: Revision, message: Message<"accepted"> | Message<"rejected">): boolean {
  return message.kind === "accepted" && acceptEpoch !== null && message.half.epoch > acceptEpoch;
}

/** An older half never replaces a newer one; two halves with one number are one party saying two things. */
function takeHalf(pact: Pact, by: Party, half: Half, mode: "only-newer" | "or-keep"): Pact | PactRefusal {
  const known = pact.halves[by];
  const order = known ? half.epoch - known.epoch || half.sequence - known.sequence : 1;
  if (known && order <= 0) {
    if (order === 0 && half.status !== known.status) return { refused: "conflict" };
    return mode === "or-keep" ? pact : { refused: "stale" };
  }
  return { ...pact, halves: { ...pact.halves, [by]: half } };
}

// Any Offer or Accept of one's own names the pact: an Undo that crossed a newer revision still ends it.
function takeUndo(pact: Pact, { by, objectIri }: Message<"undone">): Pact | PactRefusal | { parkedFor: string } {
  const offer = pact.revisions.find(({ offerIri }) => offerIri === objectIri);
  const accept = pact.revisions.find(({ acceptIri }) => acceptIri === objectIri);
  const owner = offer ? offer.offeredBy : accept && otherParty(accept.offeredBy);
  if (!owner) return { parkedFor: objectIri };
  return owner === by ? { ...pact, endedBy: by } : { refused: "not-owner" };
}
