// How an actor leaves: what must be over before, which step is due when, what people are told. Pure. PROTOCOL 11, ADR 0025.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** For so long nothing leaves after the decision, and who took it may take it back. */
const GRACE_MS = DAY;
/** So long the farewell waits for the letters that end the pacts, so that nobody hears "gone" before "ended". */
const FAREWELL_WAITS_MS = 3 * DAY;
/** After so long the address closes, whoever was not reached: as long as a letter is tried. */
const CLOSES_AFTER_MS = 14 * DAY;

/**
 * Something that still runs and must be brought to its end first. `path` is where, under `/desk/{handle}/`. "order": a GAS buys;
 * "repeat": orders that come again; "cycle": a producer offers; "sale": an order it received.
 */
export type Affair = {
  readonly what: "order" | "repeat" | "cycle" | "sale";
  readonly name: string;
  readonly path: string;
};

/** How far an actor is on its way out. Times are epoch ms; null: not yet. */
export type Departure = {
  readonly actorId: string;
  readonly decidedAt: number;
  /** When the letters that end the pacts began to leave: from then on nothing is taken back. */
  readonly lettersAt: number | null;
  readonly farewellAt: number | null;
  readonly goneAt: number | null;
};

/** "waiting": it can be taken back; "leaving": letters are on their way; "gone": the address answers 410. */
export type Phase = "waiting" | "leaving" | "gone";

/** What an actor still has with others: pacts that are not over, letters still being tried. */
export type Ties = { readonly pacts: number; readonly orderLetters: number; readonly letters: number };

export type LeavingStep = "begin" | "end-pacts" | "say-farewell" | "close";

export function phaseOf({ lettersAt, goneAt }: Departure): Phase {
  return goneAt !== null ? "gone" : lettersAt !== null ? "leaving" : "waiting";
}

/** When the letters leave of somebody who decided then. */
export function lettersLeaveAt({ decidedAt }: Pick<Departure, "decidedAt">): number {
  return decidedAt + GRACE_MS;
}

/** When the address closes at the latest. */
export function closesBy(departure: Pick<Departure, "decidedAt">): number {
  return lettersLeaveAt(departure) + CLOSES_AFTER_MS;
}

/** The step that is due now; null: time or an answer is waited for. Each leads to a state in which it is not due any more. */
export function dueStep(departure: Departure, ties: Ties, now: number): LeavingStep | null {
  const { lettersAt, farewellAt, goneAt } = departure;
  if (goneAt !== null) return null;
  if (lettersAt === null) return now >= lettersLeaveAt(departure) ? "begin" : null;
  if (ties.pacts > 0) return "end-pacts";
  if (farewellAt === null)
    return ties.orderLetters === 0 || now >= lettersAt + FAREWELL_WAITS_MS ? "say-farewell" : null;
  return ties.letters === 0 || now >= lettersAt + CLOSES_AFTER_MS ? "close" : null;
}

/** Whether somebody typed the name that shows they know what they close: the host of the node, the handle of an actor. */
export function isNamed(typed: string, name: string): boolean {
  return typed.trim().toLowerCase() === name.toLowerCase();
}
