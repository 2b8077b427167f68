// An order cycle: what a producer offers until when, and what may happen to it. Pure: now and ids are arguments.
// PROTOCOL.md section 5, DOMAIN.md section 4.
import type { ProductFacts } from "../catalogs/product.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { checkRules, DEFAULT_RULES, mayReplaceThreshold, type SaleRules } from "./saleRules.ts";
import type { Progress } from "./threshold.ts";

/** `draft` and `scheduled` never leave the node; the others are the `cycleStatus` of PROTOCOL section 5. */
export type CycleState = "draft" | "scheduled" | "open" | "frozen" | "closed" | "confirmed" | "cancelled";

/** Who may see it: everyone (prices for partners only), or partners alone. */
export type Visibility = "public" | "partners";

/** Who moves a cycle: the producer, or time. */
export type Mover = "producer" | "clock";

/** Where and when the goods are handed over. `number` names it for ever (`#d1`); times are epoch ms. */
export type Delivery = {
  readonly number: number;
  readonly startAt: number;
  readonly endAt: number;
  readonly place: string;
  readonly position: { readonly latitudeMicrodegrees: number; readonly longitudeMicrodegrees: number } | null;
};

/**
 * A product as the catalog had it when its line was made: with its package and its price. Versions never change. Of a product
 * with variants each has a line of its own, whose facts are the variant's (ADR 0012).
 */
type Goods = {
  readonly productIri: string;
  readonly productVersion: number;
  readonly facts: ProductFacts;
  readonly variantCode?: string;
};

/** A line. Its goods never change: a correction withdraws it and makes a new one. `number` is never used again. */
export type CycleLine = {
  readonly number: number;
  readonly goods: Goods;
  /** What there is in all, in thousandths of the sale unit; null: enough for everyone. */
  readonly availableThousandths: number | null;
  /** When it was made, or what there is of it last changed. */
  readonly updatedAt: number;
  readonly withdrawnAt: number | null;
};

/** What the producer decides and may change later. `opensAt` null: it is opened by hand. */
export type Plan = {
  readonly name: string;
  readonly note: string;
  readonly opensAt: number | null;
  readonly closesAt: number;
  readonly deliveries: readonly Delivery[];
  readonly minimumOrderCents: number | null;
  readonly visibility: Visibility;
  /** How orders are answered; left out: `DEFAULT_RULES`, or those the cycle has. */
  readonly rules?: SaleRules;
};

export type Cycle = Omit<Plan, "rules"> & {
  readonly id: string;
  readonly actorId: string;
  readonly state: CycleState;
  /** Grows when the content must be fetched again. A draft's is 1; after a restore it begins beyond what may have been told since. */
  readonly revision: number;
  /** Grows with every Update that leaves; 0 before the announcement. */
  readonly sequence: number;
  readonly lines: readonly CycleLine[];
  readonly rules: SaleRules;
  /** When its closing was put off because the common minimum was missed: once at most. */
  readonly extendedAt: number | null;
  /** How far the common minimum is, as it was last told; and when that was. */
  readonly progress: Progress | null;
  readonly toldAt: number | null;
  /** When what is collected or left is to be told next; null: nothing new to tell. */
  readonly tellAt: number | null;
  /** When the clock has dealt with its orders after closing. */
  readonly settledAt: number | null;
  readonly openedAt: number | null;
  /** When it stopped taking orders, for whatever reason. */
  readonly endedAt: number | null;
  readonly cancelReason: string | null;
  /** When its producer took it off: only its tombstone is left. */
  readonly removedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What a new line is made of. */
export type NewLine = { readonly goods: Goods; readonly availableThousandths: number | null };

const MINUTE = 60_000;
const YEAR = 366 * 24 * 60 * MINUTE;
export const LINES_MAX = 1000;
export const DELIVERIES_MAX = 10;

/** Who may move a cycle from where to where. What stands not here never happens. */
const MOVES: Readonly<Record<CycleState, Partial<Record<CycleState, readonly Mover[]>>>> = {
  draft: { scheduled: ["producer"], open: ["producer"] },
  // Back to draft by the clock: the node was down from before its opening until after its closing.
  scheduled: { draft: ["producer", "clock"], open: ["producer", "clock"] },
  open: { frozen: ["producer"], closed: ["producer", "clock"], cancelled: ["producer"] },
  // Open again by the clock: the common minimum was missed and there is one extension.
  frozen: { closed: ["producer", "clock"], cancelled: ["producer"], open: ["clock"] },
  // By the clock: as its rules say.
  closed: { confirmed: ["producer", "clock"], cancelled: ["producer", "clock"] },
  confirmed: {},
  cancelled: {},
};

/** Whether others know of it. */
export function isAnnounced(cycle: Pick<Cycle, "openedAt">): boolean {
  return cycle.openedAt !== null;
}

/** Whether it takes orders at this moment: the closing minute itself is too late. */
export function takesOrders(cycle: Pick<Cycle, "state" | "closesAt">, now: number): boolean {
  return cycle.state === "open" && now < cycle.closesAt;
}

/** The lines on offer, in the order they were made. */
export function activeLines(cycle: Pick<Cycle, "lines">): CycleLine[] {
  return cycle.lines.filter((line) => line.withdrawnAt === null);
}

/** A new cycle that nobody else sees. Refuses what `checkPlan` refuses. */
export function draftCycle(plan: Plan, id: string, actorId: string, now: number): Cycle | Refusal {
  const wrong = checkPlan(plan, now);
  if (wrong) return wrong;
  return {
    ...plan,
    rules: plan.rules ?? DEFAULT_RULES,
    extendedAt: null,
    progress: null,
    toldAt: null,
    tellAt: null,
    settledAt: null,
    id,
    actorId,
    state: "draft",
    revision: 1,
    sequence: 0,
    lines: [],
    openedAt: null,
    endedAt: null,
    cancelReason: null,
    removedAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Why a plan cannot stand: `bad-name`, `no-moment` (a time finer than the minute), `closing-not-ahead`,
 * `closing-too-far`, `opening-after-closing`, `too-many-deliveries`, `delivery-backwards`, `delivery-before-closing`,
 * `no-place`, `bad-minimum`, and what `checkRules` refuses. Null when it can.
 */
export function checkPlan(plan: Plan, now: number): Refusal | null {
  const { name, opensAt, closesAt, deliveries, minimumOrderCents } = plan;
  if (name.trim() === "" || name.length > 200) return { refused: "bad-name" };
  const times = [closesAt, opensAt ?? 0, ...deliveries.flatMap(({ startAt, endAt }) => [startAt, endAt])];
  if (times.some((at) => at % MINUTE !== 0)) return { refused: "no-moment" };
  if (closesAt <= now) return { refused: "closing-not-ahead" };
  if (closesAt > now + YEAR) return { refused: "closing-too-far" };
  if (opensAt !== null && opensAt >= closesAt) return { refused: "opening-after-closing" };
  if (deliveries.length > DELIVERIES_MAX) return { refused: "too-many-deliveries", limit: DELIVERIES_MAX };
  for (const { number, startAt, endAt, place } of deliveries) {
    if (place.trim() === "" || place.length > 200) return { refused: "no-place", number };
    if (endAt <= startAt) return { refused: "delivery-backwards", number };
    if (startAt < closesAt) return { refused: "delivery-before-closing", number };
  }
  if (minimumOrderCents !== null && minimumOrderCents < 0) return { refused: "bad-minimum" };
  return checkRules(plan.rules ?? DEFAULT_RULES);
}

/** Will open by itself at `opensAt`. Refuses `wrong-state`, `no-lines`, `opening-not-ahead` and what `checkPlan` refuses. */
export function scheduleCycle(cycle: Cycle, now: number): Cycle | Refusal {
  if (cycle.opensAt === null || cycle.opensAt <= now) return { refused: "opening-not-ahead" };
  const wrong = checkReady(cycle, now);
  if (wrong) return wrong;
  return move({ ...cycle, updatedAt: now }, "scheduled", "producer");
}

/** Back to the drawer. Refuses `wrong-state`. */
export function unscheduleCycle(cycle: Cycle, mover: Mover, now: number): Cycle | Refusal {
  return move({ ...cycle, updatedAt: now }, "draft", mover);
}

/** Opens it to orders; the announcement leaves with it. Refuses `wrong-state`, `no-lines` and what `checkPlan` refuses. */
export function openCycle(cycle: Cycle, mover: Mover, now: number): Cycle | Refusal {
  const wrong = checkReady(cycle, now);
  if (wrong) return wrong;
  const opened = move(cycle, "open", mover);
  return "refused" in opened ? opened : { ...opened, openedAt: now, updatedAt: now, sequence: cycle.revision };
}

/**
 * Changes of the plan. An announced cycle keeps its visibility and its opening (`visibility-fixed`); closing and delivery
 * dates travel in the stub, name, note and minimum must be fetched again; a common minimum is only ever lowered
 * (`threshold-fixed`). Nothing different: the same cycle. Refuses `wrong-state` and what `checkPlan` refuses.
 */
export function editCycle(cycle: Cycle, change: Partial<Plan>, now: number): Cycle | Refusal {
  if (!isEditable(cycle, now)) return wrongState(cycle);
  if (isAnnounced(cycle) && change.visibility !== undefined && change.visibility !== cycle.visibility)
    return { refused: "visibility-fixed" };
  const plan = { ...planOf(cycle), ...change, ...(isAnnounced(cycle) ? { opensAt: cycle.opensAt } : {}) };
  // What it gathers for is not in the form: it stays.
  const { joint } = cycle.rules;
  if (joint) plan.rules = { ...plan.rules, joint };
  const { threshold } = plan.rules;
  if (isAnnounced(cycle) && !mayReplaceThreshold(cycle.rules.threshold, threshold))
    return { refused: "threshold-fixed" };
  const wrong = checkPlan(plan, now);
  if (wrong) return wrong;
  if (cycle.state === "scheduled" && (plan.opensAt === null || plan.opensAt <= now))
    return { refused: "opening-not-ahead" };
  if (isSame(planOf(cycle), plan)) return cycle;
  const { name, note, minimumOrderCents } = cycle;
  const isContent = plan.name !== name || plan.note !== note || plan.minimumOrderCents !== minimumOrderCents;
  return published({ ...cycle, ...plan }, isContent || !isSame(plan.rules.threshold, cycle.rules.threshold), now);
}

/**
 * Adds lines; what is wished of a product is all of it, each of its variants. A product that is already on offer in another
 * version or package gets new lines and its old ones are withdrawn: a correction never changes a line. The same goods again change nothing.
 * Numbers up to `toldBefore` may have named lines that a restore forgot: others do not bear them. Refuses `wrong-state`, `too-many-lines`.
 */
export function addLines(cycle: Cycle, wishes: readonly NewLine[], now: number, toldBefore = 0): Cycle | Refusal {
  if (!isEditable(cycle, now)) return wrongState(cycle);
  const isWished = ({ goods }: CycleLine) => wishes.some((wish) => isSame(wish.goods, goods));
  const products = new Set(wishes.map(({ goods }) => goods.productIri));
  const isReplaced = (line: CycleLine) =>
    line.withdrawnAt === null && products.has(line.goods.productIri) && !isWished(line);
  const lines = cycle.lines.map((line) => (isReplaced(line) ? { ...line, withdrawnAt: now } : line));
  let last = Math.max(toldBefore, ...lines.map(({ number }) => number));
  for (const { goods, availableThousandths } of wishes) {
    if (lines.some((line) => line.withdrawnAt === null && isSame(line.goods, goods))) continue;
    last += 1;
    lines.push({ number: last, goods, availableThousandths, updatedAt: now, withdrawnAt: null });
  }
  if (lines.length > LINES_MAX) return { refused: "too-many-lines", limit: LINES_MAX };
  return isSame(lines, cycle.lines) ? cycle : published(dropUnseen({ ...cycle, lines }), true, now);
}

/** Takes a line off the offer; its address keeps a tombstone. Refuses `wrong-state`, `no-such-line`, `last-line`. */
export function withdrawLine(cycle: Cycle, number: number, now: number): Cycle | Refusal {
  if (!isEditable(cycle, now)) return wrongState(cycle);
  const line = activeLines(cycle).find((line) => line.number === number);
  if (!line) return { refused: "no-such-line", number };
  if (cycle.state !== "draft" && activeLines(cycle).length === 1) return { refused: "last-line" };
  const lines = cycle.lines.map((other) => (other === line ? { ...other, withdrawnAt: now } : other));
  return published(dropUnseen({ ...cycle, lines }), true, now);
}

/** How much there is of each of these lines (by number; null: enough). Refuses `wrong-state`, `no-such-line`. */
export function setAvailability(
  cycle: Cycle,
  availableByLine: ReadonlyMap<number, number | null>,
  now: number,
): Cycle | Refusal {
  if (!isEditable(cycle, now)) return wrongState(cycle);
  const known = new Set(activeLines(cycle).map((line) => line.number));
  for (const number of availableByLine.keys()) if (!known.has(number)) return { refused: "no-such-line", number };
  const lines = cycle.lines.map((line) => {
    const available = availableByLine.get(line.number);
    if (available === undefined || available === line.availableThousandths) return line;
    return { ...line, availableThousandths: available, updatedAt: now };
  });
  return isSame(lines, cycle.lines) ? cycle : published({ ...cycle, lines }, true, now);
}

/** Takes no more orders: by the producer at any time, by the clock from the closing minute on. Refuses `wrong-state`, `too-early`. */
export function closeCycle(cycle: Cycle, mover: Mover, now: number): Cycle | Refusal {
  if (mover === "clock" && now < cycle.closesAt) return { refused: "too-early" };
  const closed = move(cycle, "closed", mover);
  if ("refused" in closed) return closed;
  // Who reads the end sees when it really came.
  const closesAt = Math.min(cycle.closesAt, Math.floor(now / MINUTE) * MINUTE);
  return published({ ...closed, closesAt, endedAt: now }, false, now);
}

/** Holds what was ordered while the producer sums it up. Refuses `wrong-state`. */
export function freezeCycle(cycle: Cycle, now: number): Cycle | Refusal {
  const frozen = move(cycle, "frozen", "producer");
  return "refused" in frozen ? frozen : published(frozen, false, now);
}

/**
 * Once more time, because the common minimum was missed: open until so many hours later, though never into a delivery.
 * Refuses `wrong-state`, `already-extended`, and `no-time-left`.
 */
export function extendCycle(cycle: Cycle, now: number): Cycle | Refusal {
  const { threshold } = cycle.rules;
  if (threshold?.whenMissed !== "extend" || cycle.extendedAt !== null) return { refused: "already-extended" };
  const wished = Math.floor(now / MINUTE) * MINUTE + threshold.extensionHours * 60 * MINUTE;
  const closesAt = Math.min(wished, ...cycle.deliveries.map(({ startAt }) => startAt));
  if (closesAt <= now) return { refused: "no-time-left" };
  const open = cycle.state === "open" ? cycle : move(cycle, "open", "clock");
  if ("refused" in open) return open;
  return published({ ...open, closesAt, endedAt: null, extendedAt: now }, false, now);
}

/** Tells what is collected, and (where lines are limited) what is left of them, which must then be fetched again. */
export function tellProgress(cycle: Cycle, progress: Progress | null, now: number): Cycle {
  const isLimited = activeLines(cycle).some((line) => line.availableThousandths !== null);
  return { ...published(cycle, isLimited, now), progress, toldAt: now, tellAt: null };
}

/** What some reader is shown is otherwise now: everybody reads it again, and who is meant no letter says. */
export function retellCycle(cycle: Cycle, now: number): Cycle {
  return published(cycle, true, now);
}

/** The agreed orders stand. Refuses `wrong-state`. */
export function confirmCycle(cycle: Cycle, mover: Mover, now: number): Cycle | Refusal {
  const confirmed = move(cycle, "confirmed", mover);
  return "refused" in confirmed ? confirmed : published(confirmed, false, now);
}

/** Calls it off, saying why. Refuses `wrong-state`, `no-reason`. */
export function cancelCycle(cycle: Cycle, mover: Mover, reason: string, now: number): Cycle | Refusal {
  const cancelReason = reason.trim();
  if (cancelReason === "" || cancelReason.length > 500) return { refused: "no-reason" };
  const cancelled = move(cycle, "cancelled", mover);
  if ("refused" in cancelled) return cancelled;
  return published({ ...cancelled, cancelReason, endedAt: cycle.endedAt ?? now }, false, now);
}

/** Takes it off the public pages for ever; only a tombstone stays. Running orders forbid it. Refuses `wrong-state`. */
export function removeCycle(cycle: Cycle, now: number): Cycle | Refusal {
  if (cycle.state !== "cancelled" || cycle.removedAt !== null) return wrongState(cycle);
  return { ...published(cycle, true, now), removedAt: now };
}

/** What the clock has to do with this cycle now. */
export function dueMove(cycle: Cycle, now: number): "open" | "close" | "miss" | null {
  if (cycle.state === "scheduled" && cycle.opensAt !== null && cycle.opensAt <= now)
    return cycle.closesAt <= now ? "miss" : "open";
  return (cycle.state === "open" || cycle.state === "frozen") && cycle.closesAt <= now ? "close" : null;
}

/** The plan alone. */
export function planOf(cycle: Cycle): Plan & { readonly rules: SaleRules } {
  const { name, note, opensAt, closesAt, deliveries, minimumOrderCents, visibility, rules } = cycle;
  return { name, note, opensAt, closesAt, deliveries, minimumOrderCents, visibility, rules };
}

function checkReady(cycle: Cycle, now: number): Refusal | null {
  if (activeLines(cycle).length === 0) return { refused: "no-lines" };
  return checkPlan(planOf(cycle), now);
}

function isEditable(cycle: Cycle, now: number): boolean {
  return cycle.state === "draft" || cycle.state === "scheduled" || takesOrders(cycle, now);
}

function move(cycle: Cycle, to: CycleState, mover: Mover): Cycle | Refusal {
  if (!MOVES[cycle.state][to]?.includes(mover)) return wrongState(cycle);
  return { ...cycle, state: to };
}

function wrongState(cycle: Cycle): Refusal {
  return { refused: "wrong-state", state: cycle.state };
}

/**
 * Counts a change that others hear of; before the announcement there is nobody to hear. Its `updatedAt` is in a later
 * second than the last one, because others tell edits apart by their whole seconds.
 */
function published(cycle: Cycle, isContent: boolean, now: number): Cycle {
  if (!isAnnounced(cycle)) return { ...cycle, updatedAt: now };
  const revision = cycle.revision + (isContent ? 1 : 0);
  const updatedAt = Math.max(now, (Math.floor(cycle.updatedAt / 1000) + 1) * 1000);
  return { ...cycle, revision, sequence: cycle.sequence + 1, updatedAt };
}

/** Before the announcement nobody has seen a line: a withdrawn one leaves no tombstone and its number is free again. */
function dropUnseen(cycle: Cycle): Cycle {
  if (isAnnounced(cycle)) return cycle;
  const lines = activeLines(cycle).map((line, place) => ({ ...line, number: cycle.revision + place }));
  return { ...cycle, lines };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
