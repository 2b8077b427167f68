// Money of households and of the GAS itself: top-ups, donations and grants, deposits, refunds, transfers, the annual fee.
import assert from "node:assert/strict";
import type { Tx } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { creditOf } from "./creditActions.ts";
import type { Till } from "./movement.ts";
import { type Posted, type PostRefusal, post } from "./postActions.ts";
import { findByKey, findReversal, loadBalance } from "./store.ts";
import { householdOfWish, type MoneyWish, postingsOf } from "./wish.ts";

/**
 * Who moves money and when. `businessKey`: of two with the same key one happens. `ownHouseholdId`: the household of who
 * acts, whose balance they do not touch alone; null where they have none. `at` epoch ms, `valuedOn` "YYYY-MM-DD".
 */
export type MoneyAct = {
  readonly actorId: string;
  readonly businessKey: string;
  readonly memo: string;
  readonly at: number;
  readonly personId: string | null;
  readonly ownHouseholdId: string | null;
  readonly approvedBy?: string | null;
  readonly valuedOn?: string | undefined;
};

export type MoneyRefusal = PostRefusal | Refusal<"not-positive" | "own-balance" | "credit-too-low" | "fund-too-low">;

/**
 * Does what a wish says. `own-balance`: it touches the household of who asks, and nobody else approved it (a member giving
 * to the fund is free to). `credit-too-low`: a donation or refund of more than is free; `fund-too-low`: a grant of more than
 * there is. SAFETY section 8: a treasurer does not move their own balance.
 */
export function moveMoney(tx: Tx, wish: MoneyWish, act: MoneyAct): Posted | MoneyRefusal {
  const { actorId, businessKey, memo, at, personId, approvedBy = null, valuedOn } = act;
  if (wish.kind !== "opening" && wish.cents <= 0) return { refused: "not-positive" };
  const isRepeat = findByKey(tx, actorId, businessKey) !== undefined;
  const refusal = isRepeat ? null : refuseWish(tx, wish, act);
  if (refusal) return refusal;
  const movement = {
    actorId,
    businessKey,
    kind: wish.kind,
    memo,
    at,
    personId,
    approvedBy,
    postings: postingsOf(wish),
  };
  return post(tx, valuedOn === undefined ? movement : { ...movement, valuedOn });
}

function refuseWish(
  tx: Tx,
  wish: MoneyWish,
  { actorId, ownHouseholdId, approvedBy = null }: MoneyAct,
): MoneyRefusal | null {
  const householdId = householdOfWish(wish);
  const isOwn = householdId !== null && householdId === ownHouseholdId && wish.kind !== "donation";
  if (isOwn && approvedBy === null) return { refused: "own-balance" };
  if (wish.kind === "grant") {
    const fundCents = loadBalance(tx, actorId, { kind: "solidarity" });
    if (wish.cents > fundCents) return { refused: "fund-too-low", fundCents };
  }
  const givesCredit = wish.kind === "donation" || (wish.kind === "refund" && wish.from === "household");
  if (givesCredit && householdId !== null) {
    // Never on credit: what is given back or given away must be there, whatever the limit.
    const { balanceCents, reservedCents } = creditOf(tx, actorId, householdId);
    const missingCents = wish.cents - (balanceCents - reservedCents);
    if (missingCents > 0) return { refused: "credit-too-low", missingCents };
  }
  if (wish.kind === "refund" && wish.from === "deposit") {
    const missingCents = wish.cents - loadBalance(tx, actorId, { kind: "deposit", ref: wish.householdId });
    if (missingCents > 0) return { refused: "credit-too-low", missingCents };
  }
  return null;
}

/** Adds to a household's credit what it paid into a till. */
export function topUp(
  tx: Tx,
  wish: { householdId: string; till: Till; cents: number },
  act: MoneyAct,
): Posted | MoneyRefusal {
  return moveMoney(tx, { kind: "top-up", ...wish }, act);
}

/** What a run of the annual fee did, household ids. `already` had been charged for that year before. */
export type FeeRun = { readonly charged: readonly string[]; readonly already: readonly string[] };

/**
 * Charges the annual fee to these households, each at most once a year: business key `fee:YEAR:HOUSEHOLD`, with `:2` and so on
 * behind it after a reversal. May take a balance below zero: it is owed. All or nothing. `not-positive`, `bad-year`.
 */
export function annualFee(
  tx: Tx,
  wish: { actorId: string; year: number; cents: number; householdIds: readonly string[]; memo: string },
  act: { at: number; personId: string | null },
): FeeRun | PostRefusal | Refusal<"not-positive" | "bad-year"> {
  const { actorId, year, cents, memo } = wish;
  if (cents <= 0) return { refused: "not-positive" };
  if (!Number.isInteger(year) || year < 2000 || year > 2200) return { refused: "bad-year" };
  const ids = [...new Set(wish.householdIds)].sort();
  const charged = ids.filter((id) => !hasPaidFee(tx, actorId, year, id));
  for (const householdId of charged) {
    const businessKey = nextFeeKey(tx, actorId, year, householdId).key;
    const postings = [
      { account: { kind: "household", ref: householdId } as const, cents: -cents },
      { account: { kind: "fees" } as const, cents },
    ];
    const movement = { actorId, businessKey, kind: "fee", memo, postings, ...act } as const;
    const posted = post(tx, movement);
    // The first refusal comes before anything was written, since all are alike.
    if (isRefusal(posted)) {
      assert(householdId === charged[0], "fees of one run are alike");
      return posted;
    }
  }
  return { charged, already: ids.filter((id) => !charged.includes(id)) };
}

/** Whether a household was charged the fee of a year, and it was not reversed since. */
export function hasPaidFee(tx: Tx, actorId: string, year: number, householdId: string): boolean {
  return nextFeeKey(tx, actorId, year, householdId).isCharged;
}

/** The first key under which no fee stands or stood that was reversed; `isCharged`: one stands. */
function nextFeeKey(tx: Tx, actorId: string, year: number, householdId: string): { key: string; isCharged: boolean } {
  const first = `fee:${year}:${householdId}`;
  for (let time = 1; ; time++) {
    const key = time === 1 ? first : `${first}:${time}`;
    const known = findByKey(tx, actorId, key);
    if (!known) return { key, isCharged: false };
    if (findReversal(tx, known.id) === undefined) return { key, isCharged: true };
  }
}
