// An order of a GAS: what is on offer until when, and who may move it from which state to which. Pure: now and ids are
// arguments. DOMAIN.md section 4, machine A.
import assert from "node:assert/strict";
import { divideHalfUp } from "../kernel/money.ts";
import type { Refusal } from "../kernel/refusal.ts";
import type { VatRatePercent } from "../kernel/vat.ts";
import type { Modifier } from "./planning/modifiers.ts";

export const ORDER_STATES = [
  "draft",
  "scheduled",
  "open",
  "completing",
  "closed",
  "sent",
  "confirmed",
  "arrived",
  "delivering",
  "delivered",
  "archived",
  "cancelled",
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** Who moves an order: a person of the GAS, time, what the producer's signed letter says, or what another step implies. */
export type Mover = "referente" | "clock" | "producer" | "system";

/**
 * What a line sells, as the producer's line had it when it was taken over; it never changes. Quantities are thousandths of
 * the unit `unitCode` (UN/ECE; `wireUnit` is its word on the wire). The price is a ratio: `packagePriceCents` for
 * `packageThousandths`. `gramsPerUnit`: what one unit weighs, null where nobody said and the unit is none of weight.
 * `group` is the product whose variants are shown together.
 */
export type Goods = {
  readonly lineIri: string;
  readonly productIri: string;
  readonly name: string;
  readonly text: string;
  readonly unitCode: string;
  readonly wireUnit: string;
  readonly packageThousandths: number;
  readonly packagePriceCents: number;
  readonly supplierMinThousandths: number;
  readonly availableThousandths: number | null;
  readonly gramsPerUnit: number | null;
  readonly isVariableWeight: boolean;
  readonly hasSeparateWeights: boolean;
  readonly group: string | null;
  /** Where its producer's list has it; absent: nowhere. */
  readonly category?: string;
  /** Its picture at its producer's node, shown once this node holds it, and what it shows. */
  readonly picture?: { readonly url: string; readonly alt: string };
  /** VAT in the price, in percent; null or absent where the producer's node has not said. */
  readonly vatRatePercent?: VatRatePercent | null;
};

/** What an open case does: nothing, a warning, its own phase of completion, or every booking is whole packages. */
type CaseMode = "none" | "warn" | "complete" | "multiple";

/**
 * What the GAS lets a household book of a line: step and minimum of one booking, maximum of a household with its friends,
 * advised maximum (a warning only), minimum and maximum over the whole order. `isCut`: what comes is shared to the gram
 * (thousandth); otherwise in whole steps.
 */
export type LineRules = {
  readonly stepThousandths: number;
  readonly minThousandths: number;
  readonly maxThousandths: number | null;
  readonly advisedMaxThousandths: number | null;
  readonly orderMinThousandths: number | null;
  readonly orderMaxThousandths: number | null;
  readonly caseMode: CaseMode;
  readonly isCut: boolean;
};

/** A line. `number` names it for ever within its order; a line that is no longer offered keeps its bookings. */
export type OrderLine = {
  readonly number: number;
  readonly goods: Goods;
  readonly rules: LineRules;
  readonly isOffered: boolean;
};

/** What comes short is shared by these: in proportion to what was booked, first come first served, or as equal as it goes. */
export type AllocationPolicy = "proportional" | "arrival" | "equal";

export type Policies = {
  /** The producer's or pact's minimum for the whole order. */
  readonly minimumCents: number | null;
  readonly whenMinimumMissed: "send" | "ask" | "cancel";
  /** An open case at closing: filled up, the rest to the GAS's stock, or cut down. */
  readonly whenCaseOpen: "up" | "down";
  readonly allocation: AllocationPolicy;
  /** A counter is taken at once when every line keeps at least this share and no price rises; 100: only what is whole. */
  readonly acceptShortPercent: number;
  readonly sendBy: "hand" | "clock";
  readonly usesCompletion: boolean;
  /** Whether the producer's answer must be there before goods arrive; without it the step may be skipped. */
  readonly usesConfirmation: boolean;
  /** Whether goods are received apart from being handed out; without it the step may be skipped. */
  readonly usesArrival: boolean;
  /** Whether a household is asked to say that its basket is complete (confirming.ts); absent: it is not. */
  readonly asksToConfirm?: boolean;
  /** The order closes by itself when so much is booked. */
  readonly autoCloseCents: number | null;
  readonly autoCloseGrams: number | null;
};

/** Where and when the GAS hands out. `id` names it within the order; times are epoch ms. */
export type Pickup = {
  readonly id: string;
  readonly place: string;
  readonly startAt: number;
  readonly endAt: number | null;
};

export type Order = {
  readonly id: string;
  readonly actorId: string;
  readonly producerId: string;
  /** The producer's cycle it buys in; null: it was opened on the producer's catalog. */
  readonly cycleIri: string | null;
  readonly name: string;
  readonly note: string;
  readonly state: OrderState;
  /** Null: it is opened by hand. */
  readonly opensAt: number | null;
  readonly closesAt: number;
  /** When the phase of completion ends; null: by hand. */
  readonly completesUntil: number | null;
  readonly pickups: readonly Pickup[];
  readonly lines: readonly OrderLine[];
  readonly policies: Policies;
  readonly modifiers: readonly Modifier[];
  /** The thread with the producer, once it was sent. */
  readonly thread: string | null;
  /** Of the last Offer; 0 before. */
  readonly revision: number;
  /** When bookings ended; null while they run. */
  readonly closedAt: number | null;
  readonly cancelReason: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Why a person must look at it: "counter", "silent", "to-verify", "minimum", "refused", ...; null: nobody must. */
  readonly needsPerson: string | null;
};

/** The state as the default pages show it: five while it runs, the others under their own name. DOMAIN.md section 4. */
export type SimpleState =
  | "draft"
  | "scheduled"
  | "open"
  | "closed"
  | "delivering"
  | "delivered"
  | "archived"
  | "cancelled";

/** What the clock has to do. `miss`: the node was down from before its opening until after its closing. */
export type DueMove = "open" | "miss" | "close" | "end-completion" | "send";

const REASON_CHARS_MAX = 500;

type Step = {
  readonly by: readonly Mover[];
  /** A step against the stream: says why, and is logged. */
  readonly isBack?: true;
  /** Steps that are left out by this move: each only where the GAS does without. */
  readonly skips?: readonly ("usesConfirmation" | "usesArrival")[];
};

const CANCEL: Step = { by: ["referente", "system", "clock"] };
/** Once it was sent the producer may call it off too: a threshold missed, no harvest (PROTOCOL.md 6.3). */
const CANCEL_SENT: Step = { by: ["referente", "producer"] };

/** Who may move an order from where to where. What stands not here never happens. */
const STEPS: Readonly<Record<OrderState, Partial<Record<OrderState, Step>>>> = {
  draft: {
    scheduled: { by: ["referente", "clock", "system"] },
    open: { by: ["referente"] },
    cancelled: CANCEL,
  },
  scheduled: { draft: { by: ["referente", "clock"] }, open: { by: ["referente", "clock"] }, cancelled: CANCEL },
  open: {
    completing: { by: ["referente", "clock", "system"] },
    closed: { by: ["referente", "clock", "system"] },
    cancelled: CANCEL,
  },
  completing: { closed: { by: ["referente", "clock", "system"] }, cancelled: CANCEL },
  closed: {
    open: { by: ["referente"], isBack: true },
    sent: { by: ["referente", "clock", "system"] },
    cancelled: CANCEL,
  },
  sent: {
    closed: { by: ["referente", "producer"], isBack: true },
    confirmed: { by: ["producer", "referente"] },
    arrived: { by: ["referente"], skips: ["usesConfirmation"] },
    delivering: { by: ["referente"], skips: ["usesConfirmation", "usesArrival"] },
    cancelled: CANCEL_SENT,
  },
  confirmed: {
    arrived: { by: ["referente"] },
    delivering: { by: ["referente"], skips: ["usesArrival"] },
    cancelled: CANCEL_SENT,
  },
  arrived: { delivering: { by: ["referente"] }, cancelled: { by: ["referente"] } },
  delivering: { delivered: { by: ["referente"] } },
  delivered: { delivering: { by: ["referente"], isBack: true }, archived: { by: ["system"] } },
  archived: {},
  cancelled: {},
};

const SIMPLE: Readonly<Record<OrderState, SimpleState>> = {
  draft: "draft",
  scheduled: "scheduled",
  open: "open",
  completing: "closed",
  closed: "closed",
  sent: "closed",
  confirmed: "closed",
  arrived: "delivering",
  delivering: "delivering",
  delivered: "delivered",
  archived: "archived",
  cancelled: "cancelled",
};

/**
 * The order in another state, if this mover may bring it there now. Backward steps and a cancellation say why.
 * `areAccountsClosed`: whether money of it was invoiced or paid (machine C); only a delivery whose accounts are open goes back.
 * What a person was asked is answered by moving on; only "to-verify" stays until somebody verified.
 * Refuses `wrong-state` {state, to}, `not-yours` {mover, to}, `step-not-skipped` {step}, `step-not-used`, `no-reason`,
 * `accounts-closed`, `no-lines`, `opening-not-ahead`, `closing-not-ahead`, `completion-over`, `too-early` {at}.
 */
export function moveOrder(
  order: Order,
  to: OrderState,
  mover: Mover,
  now: number,
  reason: string | null = null,
  areAccountsClosed = true,
): Order | Refusal {
  const step = STEPS[order.state][to];
  if (!step) return { refused: "wrong-state", state: order.state, to };
  if (!step.by.includes(mover)) return { refused: "not-yours", mover, to };
  const kept = step.skips?.find((option) => order.policies[option]);
  if (kept) return { refused: "step-not-skipped", step: kept === "usesArrival" ? "arrived" : "confirmed" };
  const why = (reason ?? "").trim();
  const needsReason = step.isBack === true || to === "cancelled";
  if (needsReason && (why === "" || why.length > REASON_CHARS_MAX)) return { refused: "no-reason" };
  if (order.state === "delivered" && to === "delivering" && areAccountsClosed) return { refused: "accounts-closed" };
  const untimely = checkMoment(order, to, mover, now);
  if (untimely) return untimely;
  return {
    ...order,
    state: to,
    closedAt: closedAtAfter(order, to, now),
    cancelReason: to === "cancelled" ? why : order.cancelReason,
    needsPerson: order.needsPerson === "to-verify" ? order.needsPerson : null,
    updatedAt: now,
  };
}

/** The states this mover could bring the order to now, in the order of their life cycle; a reason is taken for granted. */
export function possibleMoves(order: Order, mover: Mover, now: number, areAccountsClosed = true): OrderState[] {
  return ORDER_STATES.filter((to) => !("refused" in moveOrder(order, to, mover, now, "-", areAccountsClosed)));
}

/** Whether the step from one state to another goes against the stream. */
export function isBackward(from: OrderState, to: OrderState): boolean {
  return STEPS[from][to]?.isBack === true;
}

/** The state as the simple view names it. */
export function simpleState(order: Pick<Order, "state">): SimpleState {
  return SIMPLE[order.state];
}

/** Whether bookings are taken at this moment: the closing minute itself is too late. */
export function takesBookings(order: Pick<Order, "state" | "closesAt" | "completesUntil">, now: number): boolean {
  if (order.state === "completing") return order.completesUntil === null || now < order.completesUntil;
  return order.state === "open" && now < order.closesAt;
}

/** What the clock has to do with this order now; nothing while a person must decide. */
export function dueMove(order: Order, now: number): DueMove | null {
  const { state, opensAt, closesAt, completesUntil } = order;
  if (state === "scheduled" && opensAt !== null && opensAt <= now) return closesAt <= now ? "miss" : "open";
  if (state === "open" && closesAt <= now) return "close";
  if (state === "completing" && completesUntil !== null && completesUntil <= now) return "end-completion";
  return state === "closed" && order.policies.sendBy === "clock" && order.needsPerson === null ? "send" : null;
}

/** What so much of the goods costs, in cents, half-up away from zero: once per line, never per kilogram. SAFETY.md I12. */
export function amountOf(
  quantityThousandths: number,
  goods: Pick<Goods, "packagePriceCents" | "packageThousandths">,
): number {
  return divideHalfUp(BigInt(quantityThousandths) * BigInt(goods.packagePriceCents), BigInt(goods.packageThousandths));
}

/** The line of a number; asking for one that is not there is a bug. */
export function lineOf(order: Pick<Order, "lines">, number: number): OrderLine {
  const line = order.lines.find((one) => one.number === number);
  assert(line, `the order has a line ${number}`);
  return line;
}

function checkMoment(order: Order, to: OrderState, mover: Mover, now: number): Refusal | null {
  const { state, opensAt, closesAt, completesUntil } = order;
  if (to === "scheduled" || to === "open") {
    if (!order.lines.some((line) => line.isOffered)) return { refused: "no-lines" };
    if (closesAt <= now) return { refused: "closing-not-ahead" };
  }
  if (to === "scheduled" && (opensAt === null || opensAt <= now)) return { refused: "opening-not-ahead" };
  if (to === "completing" && !order.policies.usesCompletion) return { refused: "step-not-used", step: "completing" };
  if (to === "completing" && completesUntil !== null && completesUntil <= now) return { refused: "completion-over" };
  if (mover !== "clock") return null;
  const at = dueAt(state, to, order);
  return at === null || now < at ? { refused: "too-early", at } : null;
}

/** From when on time itself may do this; 0: at any moment, null: never. */
function dueAt(state: OrderState, to: OrderState, order: Order): number | null {
  if (state === "scheduled" && to === "open") return order.opensAt;
  if (state === "scheduled" && to === "draft") return order.closesAt;
  if (state === "completing" && to === "closed") return order.completesUntil;
  return state === "open" ? order.closesAt : 0;
}

/**
 * What to say of an order's closing, and when that is (epoch ms; null: by hand). Once it took its last booking the hour at which it was
 * closed counts, which a person may have done long before `closesAt`. Null for an order called off before it closed.
 */
export function closingOf(
  { state, closesAt, completesUntil, closedAt }: Pick<Order, "state" | "closesAt" | "completesUntil" | "closedAt">,
  now: number,
): { word: "closes" | "closed" | "completes"; at: number | null } | null {
  if (state === "completing") return { word: "completes", at: completesUntil };
  if (state === "draft" || state === "scheduled" || state === "open")
    return { word: closesAt > now ? "closes" : "closed", at: closesAt };
  if (closedAt === null && state === "cancelled") return null;
  return { word: "closed", at: closedAt ?? closesAt };
}

function closedAtAfter(order: Order, to: OrderState, now: number): number | null {
  if (to === "open") return null;
  const isClosing = (order.state === "open" || order.state === "completing") && to === "closed";
  return isClosing ? now : order.closedAt;
}
