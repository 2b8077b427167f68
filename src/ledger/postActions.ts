// The one way money is written: post a movement, or reverse one. Inside the transaction of the cause.
import type { Tx } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { romeTime } from "../kernel/time.ts";
import {
  accountName,
  digestMovement,
  type Movement,
  type MovementKind,
  mirrorPostings,
  type Posting,
  settlePostings,
} from "./movement.ts";
import {
  findByKey,
  findReversal,
  insertMovement,
  listPostings,
  loadLast,
  loadMovement,
  nextTransactionId,
} from "./store.ts";

/** A movement that stands in the ledger. */
export type Posted = { readonly id: number };

export type PostRefusal = Refusal<
  "unbalanced" | "nothing-to-post" | "amount-too-big" | "key-of-another" | "second-person"
>;

/**
 * Writes a movement; its business key makes it happen once for ever: the same again gives the same answer and changes
 * nothing, another under that key is `key-of-another`. `unbalanced`, `nothing-to-post`, `amount-too-big` as in
 * `settlePostings`. `second-person`: a refund, or an approver who is the one who asked. SAFETY section 7, I7, I10.
 */
export function post(tx: Tx, movement: Movement): Posted | PostRefusal {
  if (needsSecondPerson(movement)) return { refused: "second-person" };
  const settled = settlePostings(movement.postings);
  if (isRefusal(settled)) return settled;
  return write(tx, movement, settled, null);
}

/** A reversal as asked for: `personId` asks and `approvedBy`, another person, said yes. `at` epoch ms. */
export type ReversalWish = {
  readonly actorId: string;
  readonly transactionId: number;
  readonly memo: string;
  readonly at: number;
  readonly personId: string;
  readonly approvedBy: string;
};

/**
 * Undoes a movement by its mirror, which names it; at most once each, and a reversal is never reversed. Asked again, the
 * same answer. `no-such-movement`, `reversal-stays`, `second-person`. SAFETY section 7.
 */
export function reverse(
  tx: Tx,
  wish: ReversalWish,
): Posted | PostRefusal | Refusal<"no-such-movement" | "reversal-stays"> {
  const { actorId, transactionId, memo, at, personId, approvedBy } = wish;
  if (personId === approvedBy) return { refused: "second-person" };
  const original = loadMovement(tx, actorId, transactionId);
  if (!original) return { refused: "no-such-movement" };
  if (original.reverses !== null) return { refused: "reversal-stays" };
  const done = findReversal(tx, transactionId);
  if (done !== undefined) return { id: done };
  const mirror = mirrorPostings(original.postings);
  const { orderId } = original;
  const businessKey = `reversal:${transactionId}`;
  const movement = {
    actorId,
    businessKey,
    kind: "reversal",
    memo,
    at,
    personId,
    approvedBy,
    orderId,
    postings: mirror,
  } as const;
  return write(tx, movement, mirror, transactionId);
}

function needsSecondPerson({ kind, personId, approvedBy = null }: Movement): boolean {
  return approvedBy === null ? kind === "refund" : approvedBy === personId || personId === null;
}

type Written = Omit<Movement, "kind"> & { readonly kind: MovementKind };

function write(tx: Tx, movement: Written, settled: Posting[], reverses: number | null): Posted | PostRefusal {
  const { actorId, businessKey, kind, memo, personId, approvedBy = null, orderId = null } = movement;
  const known = findByKey(tx, actorId, businessKey);
  if (known) {
    const same = known.kind === kind && describe(listPostings(tx, known.id)) === describe(settled);
    return same ? { id: known.id } : { refused: "key-of-another", businessKey };
  }
  const last = loadLast(tx, actorId);
  // A clock that was set back must not shuffle what a statement says.
  const at = Math.max(movement.at, last.at);
  const valuedOn = movement.valuedOn ?? romeTime(at).date;
  const id = nextTransactionId(tx);
  const row = { id, actorId, businessKey, kind, memo, at, valuedOn, personId, approvedBy, orderId, reverses };
  const booked = { ...row, postings: settled };
  insertMovement(tx, booked, digestMovement(last.digest, booked));
  return { id };
}

function describe(postings: readonly Posting[]): string {
  return postings
    .map(({ account, cents }) => `${accountName(account)} ${cents}`)
    .sort()
    .join("\n");
}
