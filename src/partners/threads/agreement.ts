// The words two partners use about an order: what a proven activity says, as a value, and the rules both sides must apply
// to it in the same way. Pure. PROTOCOL section 6; what a GAS or a producer does next is each one's own room.

/**
 * One line of an order. `lineIri` names the producer's line (the `Proposal`), `unit` is the wire's word as the line has it
 * ("kilogram", "one"), the amount is with VAT for the whole quantity.
 */
export type AgreedLine = {
  readonly lineIri: string;
  readonly unit: string;
  readonly quantityThousandths: number;
  readonly amountCents: number;
};

export const ORDER_STATUSES = ["accepted", "confirmed", "shipped", "delivered", "closed", "cancelled"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Why an order is refused or changed: PROTOCOL 6.6, and what its rules add. */
export const REASON_CODES = [
  "closed",
  "frozen",
  "frozen-out",
  "no-pact",
  "pact-suspended",
  "unknown-line",
  "unit",
  "not-multiple",
  "below-minimum",
  "not-available",
  "amount",
  "withdrawn",
  "stale",
  "refused-by-producer",
  "threshold-missed",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** The name of one document with the hash of exactly this text (PROTOCOL 6.3.5). */
type Answered = { readonly offerIri: string; readonly offerDigest: string };

/**
 * What a proven activity of the order channel says. `thread` is its `context`. `epoch` belongs to whoever counts the number
 * beside it: the buyer for an order's `revision`, the seller for every `sequence`; an answer repeats the revision it answers.
 * `note` and `text` are plain text for people, null when absent. Times are epoch ms.
 */
export type ThreadMessage =
  /** Offer{Agreement}: the whole order, new or revised. */
  | {
      readonly kind: "order";
      readonly offerIri: string;
      readonly agreementIri: string;
      readonly thread: string;
      readonly epoch: number;
      readonly revision: number;
      readonly supersedes: string | null;
      readonly lines: readonly AgreedLine[];
    }
  /** Accept{Offer}: the same quantities and amounts; one Agreement for all revisions. */
  | (Answered & {
      readonly kind: "accepted";
      readonly acceptIri: string;
      readonly agreementIri: string;
      readonly thread: string;
      readonly epoch: number;
      readonly revision: number;
      readonly sequence: number;
      readonly status: OrderStatus;
      readonly lines: readonly AgreedLine[];
      readonly note: string | null;
    })
  /** TentativeAccept{Offer}: what the seller could do instead, until `answerBy`. */
  | (Answered & {
      readonly kind: "countered";
      readonly answerIri: string;
      readonly thread: string;
      readonly epoch: number;
      readonly revision: number;
      readonly answerBy: number;
      readonly reason: ReasonCode | null;
      readonly lines: readonly AgreedLine[];
      readonly note: string | null;
    })
  /** Reject of an Offer or of an Undo. */
  | {
      readonly kind: "rejected";
      readonly answerIri: string;
      readonly objectIri: string;
      readonly objectDigest: string;
      readonly thread: string;
      readonly reason: ReasonCode;
      readonly note: string | null;
    }
  /** Undo{Offer}: the buyer takes back the thread; once confirmed only a request. */
  | (Answered & { readonly kind: "withdrawn"; readonly undoIri: string; readonly thread: string })
  /** Update{Agreement}: where the goods are; `revision` is the one in force, whose quantities stay. */
  | {
      readonly kind: "status";
      readonly updateIri: string;
      readonly agreementIri: string;
      readonly thread: string;
      readonly epoch: number;
      readonly revision: number;
      readonly sequence: number;
      readonly status: OrderStatus;
      readonly note: string | null;
      readonly paymentUrl: string | null;
    }
  /** Create or Update{Document}: what came and what is due for it; a later one replaces, never adds. */
  | {
      readonly kind: "delivery-note";
      readonly activityIri: string;
      readonly documentIri: string;
      readonly agreementIri: string;
      readonly thread: string;
      readonly epoch: number;
      readonly sequence: number;
      readonly url: string | null;
      readonly fulfilments: readonly AgreedLine[];
      readonly charges: readonly Charge[];
    }
  /** Accept{Document}: received as the note says. */
  | ({ readonly kind: "note-accepted" } & NoteAnswer)
  /** TentativeReject{Document}: a complaint. */
  | ({ readonly kind: "note-disputed" } & NoteAnswer);

/** `documentDigest` is that of the activity which carried the note. */
type NoteAnswer = {
  readonly answerIri: string;
  readonly documentIri: string;
  readonly documentDigest: string;
  readonly thread: string;
  readonly text: string | null;
};

/** Something beside the goods, such as transport; below zero where the producer gives it back. */
export type Charge = { readonly name: string; readonly cents: number };

export type MessageKind = ThreadMessage["kind"];
export const MESSAGE_KINDS = [
  "order",
  "accepted",
  "countered",
  "rejected",
  "withdrawn",
  "status",
  "delivery-note",
  "note-accepted",
  "note-disputed",
] as const satisfies MessageKind[];
export type MessageOf<Kind extends MessageKind> = Extract<ThreadMessage, { kind: Kind }>;

/** What the seller hears; everything else is said by the seller. PROTOCOL 6.1, SAFETY I13. */
export const BUYER_KINDS = ["order", "withdrawn", "note-accepted", "note-disputed"] as const satisfies MessageKind[];

/** A message in both directions carries at most so many lines: 5,000 JSON values are what any gate admits. */
export const MOST_LINES = 300;
/** Characters of a note, a text or the name of a charge. */
export const MOST_TEXT = 2000;

/** Which side says a message of that kind. */
export function speakerOf(kind: MessageKind): "buyer" | "seller" {
  return (BUYER_KINDS as readonly MessageKind[]).includes(kind) ? "buyer" : "seller";
}

/** The id of the activity behind a message. */
export function activityIriOf(message: ThreadMessage): string {
  switch (message.kind) {
    case "order":
      return message.offerIri;
    case "accepted":
      return message.acceptIri;
    case "withdrawn":
      return message.undoIri;
    case "status":
      return message.updateIri;
    case "delivery-note":
      return message.activityIri;
    default:
      return message.answerIri;
  }
}

/** Whether two texts agree on the same goods for the same money, in whatever order their lines stand. PROTOCOL 6.1. */
export function isSameText(one: readonly AgreedLine[], other: readonly AgreedLine[]): boolean {
  return gistOf(one) === gistOf(other);
}

function gistOf(lines: readonly AgreedLine[]): string {
  const plain = lines.map(({ lineIri, unit, quantityThousandths, amountCents }) =>
    JSON.stringify([lineIri, unit, quantityThousandths, amountCents]),
  );
  return plain.sort().join();
}

/** What the lines cost together, in cents. */
export function totalOf(lines: readonly AgreedLine[]): number {
  return lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
}

const ORDER_OF_STATUS: readonly OrderStatus[] = ["accepted", "confirmed", "shipped", "delivered", "closed"];

/**
 * Whether an agreement at `from` may come to stand at `to`: forward, also past a step nobody told us of; cancelled only
 * until it is shipped; closed and cancelled are the end. The same again is no step. PROTOCOL 6.3, SAFETY I6.
 */
export function canBecome(from: OrderStatus, to: OrderStatus): boolean {
  if (from === "cancelled" || from === to) return false;
  if (to === "cancelled") return from === "accepted" || from === "confirmed";
  return ORDER_OF_STATUS.indexOf(to) > ORDER_OF_STATUS.indexOf(from);
}
