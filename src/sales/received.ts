// An order as its seller holds it: what the buyer last said, what is agreed, where the goods are. The state is what the
// messages of its thread say, so that after a restore the same messages give the same state. Pure. PROTOCOL.md section 6.3.
import assert from "node:assert/strict";
import type { AgreedLine, MessageOf, OrderStatus, ReasonCode } from "../partners/threads/agreement.ts";

/** What the buyer's newest Offer says and what we answered. Times are epoch ms, quantities thousandths of the wire's unit. */
type LatestOffer = {
  readonly offerIri: string;
  readonly digest: string;
  readonly epoch: number;
  readonly revision: number;
  readonly lines: readonly AgreedLine[];
  readonly receivedAt: number;
  readonly answer: "accepted" | "rejected" | null;
  /** Whether we have proposed something instead, also when that has lapsed since: once per revision (6.3.3). */
  readonly isCountered: boolean;
};

/** The text in force: that of the last Offer we accepted (6.3.4). */
type InForce = Pick<LatestOffer, "offerIri" | "digest" | "revision" | "lines">;

/** What happens to what is agreed when the buyer stays silent about our proposal. */
export type WhenSilent = "confirm" | "cancel";

/** Our own proposal about the latest Offer, open until `answerBy`. */
export type Counter = {
  readonly lines: readonly AgreedLine[];
  readonly answerBy: number;
  readonly reason: ReasonCode | null;
  readonly whenSilent: WhenSilent;
};

/** Why an Offer was not answered by itself; its words are `sales.why.<Waiting>`. */
export type Waiting =
  | "by-hand"
  | "not-available"
  | "minimum-order"
  | "beyond-proposal"
  | "variants"
  | "restored"
  | "old-price";

export type ReceivedOrder = {
  readonly actorId: string;
  readonly thread: string;
  readonly buyer: string;
  /** Null: ordered from the catalog, without a cycle. */
  readonly cycleId: string | null;
  readonly latest: LatestOffer;
  readonly counter: Counter | null;
  readonly agreed: InForce | null;
  /** Ours, from the first Accept on: one for all revisions. */
  readonly agreementIri: string | null;
  readonly epoch: number;
  readonly sequence: number;
  readonly status: OrderStatus | null;
  /** The buyer took the thread back before anything was confirmed. */
  readonly isWithdrawn: boolean;
  /** The buyer asks to take a confirmed order back: a person answers. */
  readonly request: { readonly undoIri: string; readonly digest: string } | null;
  /** The change of price it was ordered at: a pact that changes or ends leaves it as it is. */
  readonly priceDeltaHundredthsPercent: number;
  /** Which delivery of the cycle the buyer comes to. */
  readonly pickup: number | null;
  readonly waiting: readonly Waiting[];
  /** "Da verificare": two texts exclude each other, and a person must look. */
  readonly doubt: string | null;
  /** When the farm marked it as paid: its own note, said to nobody; null: it has not. */
  readonly paidAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** As people see it. */
export const RECEIVED_STATES = [
  "received",
  "countered",
  "accepted",
  "confirmed",
  "shipped",
  "delivered",
  "closed",
  "rejected",
  "cancelled",
] as const;
export type ReceivedState = (typeof RECEIVED_STATES)[number];

/** Where an order stands. */
export function stateOf(order: ReceivedOrder): ReceivedState {
  const { status, isWithdrawn, counter, latest } = order;
  if (status !== null && status !== "accepted") return status;
  if (isWithdrawn) return "cancelled";
  if (counter) return "countered";
  if (latest.answer === null) return "received";
  return status === "accepted" ? "accepted" : "rejected";
}

/** Whether money is due for it: what is confirmed and was not called off. */
export function isToBePaid(order: ReceivedOrder): boolean {
  return ["confirmed", "shipped", "delivered", "closed"].includes(stateOf(order));
}

/** Whether somebody has still to do something about it; those that run keep their keys, prices and pages (PROTOCOL 7). */
export function isRunning(order: ReceivedOrder): boolean {
  return !["closed", "rejected", "cancelled"].includes(stateOf(order));
}

/** Whether quantities are held for it: agreed, or offered in a proposal of ours that is still open. SAFETY I15. */
export function heldLines(order: ReceivedOrder): AgreedLine[] {
  if (stateOf(order) === "cancelled" || stateOf(order) === "rejected") return [];
  const held = new Map((order.agreed?.lines ?? []).map((line) => [line.lineIri, line]));
  for (const line of order.counter?.lines ?? []) {
    const other = held.get(line.lineIri);
    if (!other || other.quantityThousandths < line.quantityThousandths) held.set(line.lineIri, line);
  }
  return [...held.values()];
}

type First = Pick<ReceivedOrder, "actorId" | "buyer" | "cycleId" | "priceDeltaHundredthsPercent" | "pickup">;

/** The order with an Offer that the rules of the thread let through. A counter of ours was about the Offer before. */
export function hearOffer(
  order: ReceivedOrder | null,
  message: MessageOf<"order">,
  digest: string,
  first: First,
  now: number,
): ReceivedOrder {
  const { offerIri, epoch, revision, lines, thread } = message;
  const latest: LatestOffer = {
    offerIri,
    digest,
    epoch,
    revision,
    lines,
    receivedAt: now,
    answer: null,
    isCountered: false,
  };
  if (order) return { ...order, latest, counter: null, waiting: [], updatedAt: now };
  return {
    ...first,
    thread,
    latest,
    counter: null,
    agreed: null,
    agreementIri: null,
    epoch: 1,
    sequence: 0,
    status: null,
    isWithdrawn: false,
    request: null,
    waiting: [],
    doubt: null,
    paidAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The order once the buyer has said that it takes it back. Before `confirmed` that ends it, afterwards it is a request. */
export function hearWithdrawal(
  order: ReceivedOrder,
  { undoIri }: MessageOf<"withdrawn">,
  digest: string,
  now: number,
): ReceivedOrder {
  const { status } = order;
  if (status === null || status === "accepted")
    return { ...order, isWithdrawn: true, counter: null, waiting: [], updatedAt: now };
  return { ...order, request: { undoIri, digest }, updatedAt: now };
}

/** What we may say on a thread. */
export type Said = MessageOf<"accepted" | "countered" | "rejected" | "status">;

/**
 * The order after something we said, whether just now or recalled after a restore. `whenSilent` is our own note to a proposal,
 * which the wire does not carry.
 */
export function applySaid(
  order: ReceivedOrder,
  message: Said,
  now: number,
  whenSilent: WhenSilent = "confirm",
): ReceivedOrder {
  const { latest } = order;
  const updatedAt = now;
  switch (message.kind) {
    case "accepted": {
      const { offerIri, revision, offerDigest: digest, lines, agreementIri, epoch, sequence, status } = message;
      const isLatest = offerIri === latest.offerIri;
      return {
        ...order,
        latest: isLatest ? { ...latest, answer: "accepted" } : latest,
        counter: isLatest ? null : order.counter,
        agreed: { offerIri, revision, digest, lines },
        agreementIri,
        epoch,
        sequence,
        status,
        waiting: isLatest ? [] : order.waiting,
        updatedAt,
      };
    }
    case "countered": {
      if (message.offerIri !== latest.offerIri) return order;
      const { lines, answerBy, reason } = message;
      const proposed = { ...latest, isCountered: true };
      return { ...order, latest: proposed, counter: { lines, answerBy, reason, whenSilent }, waiting: [], updatedAt };
    }
    case "rejected": {
      if (message.objectIri === order.request?.undoIri) return { ...order, request: null, updatedAt };
      if (message.objectIri !== latest.offerIri) return order;
      return { ...order, latest: { ...latest, answer: "rejected" }, counter: null, waiting: [], updatedAt };
    }
    case "status": {
      const { epoch, sequence, status } = message;
      const isOver = status === "cancelled";
      const request = isOver ? null : order.request;
      // Once confirmed nothing is open any more: what came lives in delivery notes.
      return { ...order, epoch, sequence, status, counter: null, waiting: [], request, updatedAt };
    }
  }
}

// The steps of PROTOCOL 6.3; what stands not here is never said. SAFETY I6.
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  accepted: ["confirmed", "cancelled"],
  confirmed: ["shipped", "delivered", "cancelled"],
  shipped: ["delivered"],
  delivered: ["closed"],
  closed: [],
  cancelled: [],
};

function isNextStatus(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT[from].includes(to);
}

/** What the seller can do now, by the words of the buttons. SAFETY I6. */
export type Act =
  | "answer"
  | "counter"
  | "confirm"
  | "ship"
  | "deliver"
  | "close"
  | "cancel"
  | "note"
  | "answer-request";

/** Every act that the order's state allows. */
export function actsOn(order: ReceivedOrder): Act[] {
  const { latest, counter, request, status, isWithdrawn } = order;
  const isOpen = !isWithdrawn && (status === null || status === "accepted");
  const acts: Act[] = [];
  if (isOpen && latest.answer === null) acts.push("answer");
  // One proposal per revision, also after its Accept (6.3.3).
  if (isOpen && counter === null && !latest.isCountered && latest.answer !== "rejected") acts.push("counter");
  if (status === "accepted" && !isWithdrawn) acts.push("confirm");
  if (status !== null && isNextStatus(status, "shipped")) acts.push("ship");
  if (status !== null && isNextStatus(status, "delivered")) acts.push("deliver");
  if (status !== null && isNextStatus(status, "closed")) acts.push("close");
  if (status !== null && isNextStatus(status, "cancelled") && !isWithdrawn) acts.push("cancel");
  if (status === "confirmed" || status === "shipped" || status === "delivered") acts.push("note");
  if (request) acts.push("answer-request");
  return acts;
}

/** The status of an act that is one. */
export const STATUS_OF = {
  confirm: "confirmed",
  ship: "shipped",
  deliver: "delivered",
  close: "closed",
  cancel: "cancelled",
} as const satisfies Partial<Record<Act, OrderStatus>>;

/** The Update that says so. */
export function writeStatus(
  order: ReceivedOrder,
  status: OrderStatus,
  said: { readonly updateIri: string; readonly epoch: number; readonly note: string | null },
): MessageOf<"status"> {
  const { agreementIri, thread, agreed } = order;
  assert(agreementIri && agreed && order.status, "only what was accepted has a status");
  assert(isNextStatus(order.status, status), `${order.status} is not followed by ${status}`);
  const { revision } = agreed;
  return {
    kind: "status",
    ...said,
    agreementIri,
    thread,
    revision,
    sequence: order.sequence + 1,
    status,
    paymentUrl: null,
  };
}
