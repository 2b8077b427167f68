// What a message means after what is known of its thread: new, said before, too late, in conflict, or too early. Both sides
// judge alike, so that both hold one text. Only numbers, names and digests count, never a date. Pure. PROTOCOL 6.3 and 6.6,
// SAFETY I4, I5, I16, I17, I18.
import { activityIriOf, type MessageKind, type OrderStatus, type ThreadMessage } from "./agreement.ts";

/** What the rules look at in a message, known or arriving. */
export type MessageFacts = {
  readonly activityIri: string;
  readonly kind: MessageKind;
  /** What the message is about and its number counts: the thread of an order, the IRI answered, the Agreement, the note. */
  readonly subject: string;
  readonly epoch: number;
  /** The revision of an order and its answers, the sequence of a status or a note; 0 where nothing is counted. */
  readonly number: number;
  /** The seller's count of an Agreement's states; null for what does not move it. */
  readonly sequence: number | null;
  readonly agreementIri: string | null;
  readonly status: OrderStatus | null;
  /** PROTOCOL 6.3.5. */
  readonly digest: string;
};

/**
 * - `fresh`: apply it. `movesStatus` is false for an Accept that came after later news of its Agreement: it counts for the
 *   text in force, not for the status.
 * - `repeated`: exactly this is known; nothing changes.
 * - `stale`: later things are known; nothing changes.
 * - `conflict`: another text under the same number, or answers that exclude each other; a person must look (`with` names it).
 * - `withdrawn`: an Offer on a thread that its buyer took back; the seller answers Reject `withdrawn`.
 * - `early`: what it is about has not come; keep it until the IRI `before` has.
 * - `foreign`: it answers a text that was never ours.
 */
export type Verdict =
  | { readonly verdict: "fresh"; readonly movesStatus: boolean }
  | { readonly verdict: "repeated" | "stale" | "withdrawn" | "foreign" }
  | { readonly verdict: "conflict"; readonly with: string }
  | { readonly verdict: "early"; readonly before: string };

const FRESH: Verdict = { verdict: "fresh", movesStatus: true };
const STALE: Verdict = { verdict: "stale" };

/** The facts of a message with that digest. */
export function factsOf(message: ThreadMessage, digest: string): MessageFacts {
  const base = { activityIri: activityIriOf(message), kind: message.kind, digest };
  const none = { epoch: 1, number: 0, sequence: null, agreementIri: null, status: null };
  switch (message.kind) {
    case "order":
      return { ...base, ...none, subject: message.thread, epoch: message.epoch, number: message.revision };
    case "accepted": {
      const { offerIri: subject, epoch, revision: number, sequence, agreementIri, status } = message;
      return { ...base, subject, epoch, number, sequence, agreementIri, status };
    }
    case "countered":
      return { ...base, ...none, subject: message.offerIri, epoch: message.epoch, number: message.revision };
    case "rejected":
      return { ...base, ...none, subject: message.objectIri };
    case "withdrawn":
      return { ...base, ...none, subject: message.offerIri };
    case "status": {
      const { agreementIri, epoch, sequence, status } = message;
      return { ...base, subject: agreementIri, epoch, number: sequence, sequence, agreementIri, status };
    }
    case "delivery-note": {
      const { documentIri: subject, agreementIri, epoch, sequence: number } = message;
      return { ...base, subject, epoch, number, sequence: null, agreementIri, status: null };
    }
    default:
      // One may complain of a note and accept it afterwards: each answer stands for itself.
      return { ...base, ...none, subject: message.documentIri };
  }
}

/** Judges a message of a thread against everything known of it, both sides' words. PROTOCOL 6.3. */
export function judge(known: readonly MessageFacts[], message: ThreadMessage, digest: string): Verdict {
  const arrived = factsOf(message, digest);
  const twin = known.find(({ activityIri }) => activityIri === arrived.activityIri);
  if (twin) return twin.digest === digest ? { verdict: "repeated" } : conflictWith(twin);
  switch (message.kind) {
    case "order":
      return judgeOrder(known, arrived);
    case "accepted":
    case "countered":
      return judgeAnswer(known, arrived, message.offerDigest);
    case "rejected":
      return judgeRejection(known, arrived, message.objectDigest);
    case "withdrawn":
      return judgeWithdrawal(known, arrived, message.offerDigest);
    case "status":
      return judgeStatus(known, arrived, message.revision);
    case "delivery-note":
      return known.some((one) => one.kind === "accepted" && one.agreementIri === arrived.agreementIri)
        ? judgeCount(ofKind(known, "delivery-note"), arrived)
        : { verdict: "early", before: arrived.agreementIri! };
    default:
      return judgeNoteAnswer(known, arrived, message.documentDigest);
  }
}

function judgeOrder(known: readonly MessageFacts[], arrived: MessageFacts): Verdict {
  const counted = judgeCount(ofKind(known, "order"), arrived);
  if (counted.verdict !== "fresh") return counted;
  return isWithdrawn(known) ? { verdict: "withdrawn" } : counted;
}

/** Whether one of these messages of the other side answers this one, or shows that it was dealt with. */
export function isAnsweredBy(message: ThreadMessage, answers: readonly ThreadMessage[]): boolean {
  const those = answers.filter(({ thread }) => thread === message.thread);
  switch (message.kind) {
    case "order":
      return those.some(
        (one) =>
          ((one.kind === "accepted" || one.kind === "countered") && one.offerIri === message.offerIri) ||
          (one.kind === "rejected" && one.objectIri === message.offerIri),
      );
    case "withdrawn":
      return those.some(
        (one) =>
          (one.kind === "rejected" && (one.objectIri === message.undoIri || one.objectIri === message.offerIri)) ||
          (one.kind === "status" && one.status === "cancelled"),
      );
    case "countered":
      return those.some(
        (one) =>
          (one.kind === "order" && one.supersedes === message.offerIri) ||
          (one.kind === "withdrawn" && one.offerIri === message.offerIri),
      );
    case "delivery-note":
      return those.some(
        (one) =>
          (one.kind === "note-accepted" || one.kind === "note-disputed") && one.documentIri === message.documentIri,
      );
    default:
      return false;
  }
}

/** Whether the buyer took the thread back and the seller did not refuse that. PROTOCOL 6.1, 6.3.8. */
export function isWithdrawn(known: readonly MessageFacts[]): boolean {
  const refused = new Set(ofKind(known, "rejected").map(({ subject }) => subject));
  return ofKind(known, "withdrawn").some(({ activityIri }) => !refused.has(activityIri));
}

function judgeAnswer(known: readonly MessageFacts[], arrived: MessageFacts, answers: string): Verdict {
  const offer = ofKind(known, "order").find(({ activityIri }) => activityIri === arrived.subject);
  if (!offer) return { verdict: "early", before: arrived.subject };
  if (offer.digest !== answers || offer.number !== arrived.number) return { verdict: "foreign" };
  return arrived.kind === "accepted" ? judgeAccept(known, arrived, offer) : judgeCounter(known, arrived, offer);
}

function judgeAccept(known: readonly MessageFacts[], arrived: MessageFacts, offer: MessageFacts): Verdict {
  const accepts = ofKind(known, "accepted");
  const other = accepts.find(({ agreementIri }) => agreementIri !== arrived.agreementIri);
  const refused = ofKind(known, "rejected").find(({ subject }) => subject === offer.activityIri);
  const twice = accepts.find(({ subject, epoch }) => subject === offer.activityIri && epoch >= arrived.epoch);
  // A seller put back from a backup may say its Accept again, in a new epoch and for the same Agreement; else never twice.
  const clash = other ?? refused ?? twice;
  if (clash) return conflictWith(clash);
  const offers = new Map(ofKind(known, "order").map((one) => [one.activityIri, one]));
  const isOutdone = accepts.some(({ subject }) => {
    const accepted = offers.get(subject);
    return accepted !== undefined && compare(accepted, offer) > 0;
  });
  if (isOutdone) return STALE;
  // A newer Offer may be on its way: until that is accepted, this one is in force (6.3.4).
  const states = known.filter(
    ({ agreementIri, sequence }) => agreementIri === arrived.agreementIri && sequence !== null,
  );
  const equal = states.find((one) => compareSequence(one, arrived) === 0);
  if (equal) return conflictWith(equal);
  return { verdict: "fresh", movesStatus: states.every((one) => compareSequence(one, arrived) < 0) };
}

function judgeCounter(known: readonly MessageFacts[], arrived: MessageFacts, offer: MessageFacts): Verdict {
  const twice = ofKind(known, "countered").find(
    ({ subject, epoch }) => subject === offer.activityIri && epoch >= arrived.epoch,
  );
  if (twice) return twice.epoch > arrived.epoch ? STALE : conflictWith(twice);
  const isRefused = ofKind(known, "rejected").some(({ subject }) => subject === offer.activityIri);
  const isOutdone = ofKind(known, "order").some((one) => compare(one, offer) > 0);
  const isSettled = known.some(({ status }) => status !== null && status !== "accepted");
  return isRefused || isOutdone || isSettled ? STALE : FRESH;
}

function judgeRejection(known: readonly MessageFacts[], arrived: MessageFacts, answers: string): Verdict {
  const about = known.find(
    ({ activityIri, kind }) => activityIri === arrived.subject && (kind === "order" || kind === "withdrawn"),
  );
  if (!about) return { verdict: "early", before: arrived.subject };
  if (about.digest !== answers) return { verdict: "foreign" };
  const clash = known.find(
    ({ kind, subject }) => subject === arrived.subject && (kind === "accepted" || kind === "rejected"),
  );
  return clash ? conflictWith(clash) : FRESH;
}

function judgeWithdrawal(known: readonly MessageFacts[], arrived: MessageFacts, answers: string): Verdict {
  const offer = ofKind(known, "order").find(({ activityIri }) => activityIri === arrived.subject);
  if (offer && offer.digest !== answers) return { verdict: "foreign" };
  return isWithdrawn(known) ? STALE : FRESH;
}

function judgeStatus(known: readonly MessageFacts[], arrived: MessageFacts, revision: number): Verdict {
  const accepts = ofKind(known, "accepted").filter(({ agreementIri }) => agreementIri === arrived.agreementIri);
  // The Accept of the revision it is about may still be on its way.
  if (!accepts.some(({ number }) => number >= revision)) return { verdict: "early", before: arrived.subject };
  return judgeCount([...accepts, ...ofKind(known, "status")], arrived);
}

function judgeNoteAnswer(known: readonly MessageFacts[], arrived: MessageFacts, answers: string): Verdict {
  const notes = ofKind(known, "delivery-note").filter(({ subject }) => subject === arrived.subject);
  if (notes.length === 0) return { verdict: "early", before: arrived.subject };
  const note = notes.find(({ digest }) => digest === answers);
  if (!note) return { verdict: "foreign" };
  return notes.some((one) => compare(one, note) > 0) ? STALE : FRESH;
}

/** By the counter of the thing itself: the same number twice is a conflict, a lower one is stale. */
function judgeCount(others: readonly MessageFacts[], arrived: MessageFacts): Verdict {
  const count = (one: MessageFacts) => (arrived.sequence === null ? one.number : (one.sequence ?? 0));
  const name = (one: MessageFacts) => (arrived.sequence === null ? one.subject : one.agreementIri);
  const those = others.filter((one) => name(one) === name(arrived));
  const orderTo = (one: MessageFacts) => one.epoch - arrived.epoch || count(one) - count(arrived);
  const equal = those.find((one) => orderTo(one) === 0);
  if (equal) return conflictWith(equal);
  return those.some((one) => orderTo(one) > 0) ? STALE : FRESH;
}

function ofKind(known: readonly MessageFacts[], kind: MessageKind): MessageFacts[] {
  return known.filter((one) => one.kind === kind);
}

function compare(one: MessageFacts, other: MessageFacts): number {
  return one.epoch - other.epoch || one.number - other.number;
}

function compareSequence(one: MessageFacts, other: MessageFacts): number {
  return one.epoch - other.epoch || (one.sequence ?? 0) - (other.sequence ?? 0);
}

function conflictWith({ activityIri }: MessageFacts): Verdict {
  return { verdict: "conflict", with: activityIri };
}
