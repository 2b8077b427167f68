// What money does: accounts, movements that sum to zero, and the digest that chains them. Pure.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Refusal } from "../kernel/refusal.ts";

/**
 * Kinds of account. `household` and `deposit` hold what the GAS owes a household (ref: its id), `producer` what it owes a
 * producer (ref: the producer's id). The others belong to the GAS itself and have no ref.
 */
export const ACCOUNT_KINDS = [
  "household",
  "producer",
  "cash",
  "bank",
  "rounding",
  "fees",
  "solidarity",
  "stock",
  "transport",
  "deposit",
  "opening",
] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** Accounts that are somebody's: they carry a ref. */
const OF_SOMEBODY: readonly AccountKind[] = ["household", "producer", "deposit"];
/** What the GAS has rather than owes: a raw balance of -100 means that 100 are there. */
const HELD: readonly AccountKind[] = ["cash", "bank", "stock"];

/** Kinds of movement. A refund and a reversal need a second person (SAFETY section 7). */
export const MOVEMENT_KINDS = [
  "charge",
  "invoice-difference",
  "payment",
  "top-up",
  "refund",
  "fee",
  "donation",
  "grant",
  "deposit",
  "transfer",
  "opening",
  "reversal",
] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** An account by what it is: `ref` is a household's or producer's id, absent for the GAS's own accounts. */
export type AccountKey = { readonly kind: AccountKind; readonly ref?: string };

/** One side of a movement, in cents. Positive: the GAS owes more (or earned); negative: it owes less (or has more). */
export type Posting = { readonly account: AccountKey; readonly cents: number };

/** Where money lies. */
export type Till = "cash" | "bank";

/** A movement as asked for. `at` epoch ms; `valuedOn` the day it counts for, "YYYY-MM-DD", else the day of `at` in Rome. */
export type Movement = {
  readonly actorId: string;
  /** Of two movements of one actor with the same key only one ever exists (SAFETY I7). */
  readonly businessKey: string;
  readonly kind: Exclude<MovementKind, "reversal">;
  readonly memo: string;
  readonly at: number;
  /** Who did it; null for the clock. */
  readonly personId: string | null;
  /** The second person, where one was needed. */
  readonly approvedBy?: string | null;
  readonly orderId?: string | null;
  readonly valuedOn?: string;
  readonly postings: readonly Posting[];
};

/** The largest amount of one posting: ten million euro, in cents. */
export const MAX_CENTS = 1_000_000_000;

/** A text that tells accounts of one actor apart. */
export function accountName({ kind, ref = "" }: AccountKey): string {
  return `${kind}:${ref}`;
}

/** A balance as people say it: what lies in the till or on the shelf is positive. */
export function shownCents(kind: AccountKind, balanceCents: number): number {
  return HELD.includes(kind) && balanceCents !== 0 ? -balanceCents : balanceCents;
}

/**
 * The postings of a movement in a fixed order: one per account, none of zero, summing to zero. `unbalanced` says by how
 * much they miss; `nothing-to-post` when nothing is left; `amount-too-big` beyond MAX_CENTS.
 */
export function settlePostings(
  postings: readonly Posting[],
): Posting[] | Refusal<"unbalanced" | "nothing-to-post" | "amount-too-big"> {
  const byName = new Map<string, Posting>();
  for (const { account, cents } of postings) {
    assert(Number.isSafeInteger(cents), "cents are whole");
    const { kind, ref = "" } = account;
    assert.equal(OF_SOMEBODY.includes(kind), ref !== "", `whose account is ${kind}?`);
    const name = accountName(account);
    byName.set(name, { account, cents: (byName.get(name)?.cents ?? 0) + cents });
  }
  const settled = [...byName.values()].filter(({ cents }) => cents !== 0).sort(inOrder);
  const sumCents = settled.reduce((sum, { cents }) => sum + cents, 0);
  if (sumCents !== 0) return { refused: "unbalanced", sumCents };
  if (settled.length === 0) return { refused: "nothing-to-post" };
  if (settled.some(({ cents }) => Math.abs(cents) > MAX_CENTS))
    return { refused: "amount-too-big", maxCents: MAX_CENTS };
  return settled;
}

/** The order in which postings of a movement stand: by kind, then by whose they are. */
export function inOrder(a: Posting, b: Posting): number {
  return accountName(a.account) < accountName(b.account) ? -1 : 1;
}

/** The postings that undo these. */
export function mirrorPostings(postings: readonly Posting[]): Posting[] {
  return postings.map(({ account, cents }) => ({ account, cents: -cents }));
}

/** A movement as it stands in the ledger. */
export type Booked = Required<Omit<Movement, "kind">> & {
  readonly id: number;
  readonly kind: MovementKind;
  readonly reverses: number | null;
};

/** SHA-256, hex, over a movement and the digest of the one before it in the same ledger: a later change breaks the chain (I19). */
export function digestMovement(previousDigest: string, booked: Booked): string {
  const { id, actorId, businessKey, kind, memo, at, valuedOn, personId, approvedBy, orderId, reverses } = booked;
  const sides = booked.postings.map(({ account, cents }) => [account.kind, account.ref ?? "", cents]);
  const facts = [
    previousDigest,
    id,
    actorId,
    businessKey,
    kind,
    memo,
    at,
    valuedOn,
    personId,
    approvedBy,
    orderId,
    reverses,
  ];
  return createHash("sha256")
    .update(JSON.stringify([...facts, sides]))
    .digest("hex");
}
