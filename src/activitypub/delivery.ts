// What an attempt to deliver means for its row and for its host. Pure: times and chance are arguments. PROTOCOL 13.
import { VERSION } from "./context.ts";
import type { Lane } from "./outbox.ts";
import type { ReceiptWord } from "./proof.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long a letter is tried before a person must decide (orders) or it is let go (social). */
export const GIVE_UP_AFTER = 14 * DAY;
/** How long an order may fail before a person is told. */
export const TELL_AFTER = HOUR;

/** What came back, or why nothing did. `retryAfterMs` as the answer asked. */
export type Attempt =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly receipt: ReceiptWord | null;
      readonly retryAfterMs: number | null;
      /** What the peer's clock shows, where it refused our signature and is an hour or more away from ours. Epoch ms. */
      readonly otherClock?: number;
      /** The versions of the protocol the peer reads, where it refused ours: "2, 3". */
      readonly otherVersions?: string;
    }
  | { readonly kind: "failure"; readonly failure: string }
  /** Nothing was sent: an administrator has shut that domain out. */
  | { readonly kind: "blocked" }
  /** Nothing could be sent, for a fault of our own that no waiting mends: no key, no address, no readable letter. */
  | { readonly kind: "unsendable"; readonly cause: string };

/** The row as the decision needs it. `attempts` counts this one. */
export type Owed = { readonly lane: Lane; readonly attempts: number; readonly createdAt: number };

/** What becomes of the row, and whether its host is to be left alone until a time. */
export type Verdict = {
  readonly state: "delivered" | "pending" | "needs-human" | "abandoned";
  readonly nextAt: number;
  readonly error: string | null;
  /** The host itself failed: nothing else is sent there before its `nextAt`. */
  readonly isHostFailing: boolean;
  readonly hostNextAt: number;
};

/** Full jitter over 30 s doubled at each failure, at most an hour (orders) or six (social). `chance` is in [0, 1). */
export function backoffMs(failures: number, lane: Lane, chance: number): number {
  const cap = lane === "order" ? HOUR : 6 * HOUR;
  const span = Math.min(cap, 30_000 * 2 ** Math.min(failures - 1, 20));
  return Math.max(1000, Math.round(span * chance));
}

function sayAnswer(answer: Extract<Attempt, { kind: "answer" }>, now: number): string {
  const { status, otherClock, otherVersions } = answer;
  if (status < 300) return "no receipt";
  if (otherVersions !== undefined) return `version: ${VERSION} here, ${otherVersions} there (HTTP ${status})`;
  if (otherClock === undefined) return `HTTP ${status}`;
  const [ours, theirs] = [now, otherClock].map((at) => new Date(at).toISOString().slice(0, 16));
  return `clock: ${ours} here, ${theirs} there (HTTP ${status})`;
}

/** Decides what an attempt means. `hostFailures` counts the host's failures in a row, this one included. */
export function judge(row: Owed, attempt: Attempt, hostFailures: number, now: number, chance: number): Verdict {
  const healthy = { isHostFailing: false, hostNextAt: now };
  if (attempt.kind === "blocked")
    return { state: row.lane === "order" ? "needs-human" : "abandoned", nextAt: now, error: "blocked", ...healthy };
  // Also what is social: who mends the cause can send it again.
  if (attempt.kind === "unsendable")
    return { state: "needs-human", nextAt: now, error: `unsendable: ${attempt.cause}`, ...healthy };
  if (attempt.kind === "answer") {
    if (row.lane === "order" && attempt.receipt) {
      // What the partner does not take for its own or our fault has had no effect there: a person must know.
      const isTaken = attempt.receipt === "stored" || attempt.receipt === "stale";
      const state = isTaken ? "delivered" : "needs-human";
      return { state, nextAt: now, error: attempt.receipt === "stored" ? null : attempt.receipt, ...healthy };
    }
    if (row.lane === "social" && attempt.status >= 200 && attempt.status < 300)
      return { state: "delivered", nextAt: now, error: null, ...healthy };
    if (row.lane === "social" && (attempt.status === 404 || attempt.status === 410))
      return { state: "abandoned", nextAt: now, error: `HTTP ${attempt.status}`, ...healthy };
  }
  const error = attempt.kind === "failure" ? attempt.failure : sayAnswer(attempt, now);
  const isHostFailing = attempt.kind === "failure" || attempt.status >= 500 || attempt.status === 429;
  const asked = attempt.kind === "answer" ? Math.min(attempt.retryAfterMs ?? 0, DAY) : 0;
  const wait = Math.max(asked, backoffMs(isHostFailing ? hostFailures : row.attempts, row.lane, chance));
  const hostNextAt = isHostFailing ? now + wait : now;
  if (now - row.createdAt >= GIVE_UP_AFTER)
    return { state: row.lane === "order" ? "needs-human" : "abandoned", nextAt: now, error, isHostFailing, hostNextAt };
  return { state: "pending", nextAt: isHostFailing ? now : now + wait, error, isHostFailing, hostNextAt };
}
