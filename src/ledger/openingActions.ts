// What households bring along from the books before ours: opening balances out of a list, each once, and taken back whole.
import type { Tx } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { creditOf } from "./creditActions.ts";
import { moveMoney } from "./moneyActions.ts";
import { hasMovedBesides, listOpened } from "./openingStore.ts";
import { post } from "./postActions.ts";
import { requestMovement } from "./requestActions.ts";
import { listRequests } from "./requestStore.ts";
import { type MoneyWish, postingsOf } from "./wish.ts";

const WAITING_MAX = 200;

/** A household's balance on a row of a list; cents as people say them (what it has to its credit is positive). */
export type Opening = {
  readonly actorId: string;
  readonly listId: string;
  readonly row: number;
  readonly householdId: string;
  readonly cents: number;
};

/** Who brings it in and when (epoch ms), the household of who does, and what the statement says. */
type Bringing = {
  readonly personId: string;
  readonly ownHouseholdId: string | null;
  readonly at: number;
  readonly memo: string;
};

/**
 * Posts an opening balance against the account of openings, in the caller's transaction; a row of a list counts once for ever. About the
 * household of who brings it in a second person is asked (SAFETY section 8). Refuses as `moveMoney`, `requestMovement`.
 */
export function openBalance(tx: Tx, opening: Opening, by: Bringing): { moved: number } | { asked: string } | Refusal {
  const { actorId, householdId, cents } = opening;
  const { personId, ownHouseholdId, at, memo } = by;
  const wish: MoneyWish = { kind: "opening", account: { kind: "household", ref: householdId }, cents };
  if (householdId === ownHouseholdId) {
    const asked = requestMovement(tx, wish, { actorId, personId, reason: memo, at });
    return isRefusal(asked) ? asked : { asked: asked.id };
  }
  const moved = moveMoney(tx, wish, { actorId, businessKey: keyOf(opening), memo, at, personId, ownHouseholdId });
  return isRefusal(moved) ? moved : { moved: moved.id };
}

/** The households that have an opening balance or moved money already, or for which an opening waits for a second person. */
export function listWithOpening(tx: Tx, actorId: string): ReadonlySet<string> {
  const waiting = listRequests(tx, actorId, true, WAITING_MAX).filter(({ wish }) => wish.includes('"kind":"opening"'));
  const asked = waiting.flatMap(({ householdId }) => (householdId === null ? [] : [householdId]));
  return new Set([...listOpened(tx, actorId), ...asked]);
}

/** Whether nothing but these movements ever happened on a household's accounts, and nothing of it is held. */
export function isUntouched(tx: Tx, actorId: string, householdId: string, movements: readonly number[]): boolean {
  if (creditOf(tx, actorId, householdId).reservedCents > 0) return false;
  return !hasMovedBesides(tx, actorId, householdId, movements);
}

/** Takes an opening balance back by its mirror, which is an opening too and counts once. Refuses as `post`. */
export function takeBackOpening(tx: Tx, opening: Opening, by: Bringing): { moved: number } | Refusal {
  const { actorId, householdId, cents } = opening;
  const { personId, at, memo } = by;
  const postings = postingsOf({ kind: "opening", account: { kind: "household", ref: householdId }, cents: -cents });
  const businessKey = `${keyOf(opening)}:back`;
  const posted = post(tx, { actorId, businessKey, kind: "opening", memo, at, personId, postings });
  return isRefusal(posted) ? posted : { moved: posted.id };
}

function keyOf({ listId, row }: Opening): string {
  return `opening:${listId}:${row}`;
}
