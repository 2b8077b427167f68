// Four eyes: corrections, refunds and movements of one's own balance wait for somebody else's word (SAFETY section 7).
import { randomBytes } from "node:crypto";
import type { Tx } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { moveMoney } from "./moneyActions.ts";
import { type Charge, chargeOrder } from "./orderActions.ts";
import { reverse } from "./postActions.ts";
import { insertDecision, insertRequest, listRequests, loadRequest, type MoneyRequest } from "./requestStore.ts";
import { findReversal, loadMovement } from "./store.ts";
import { cancelInvoice } from "./supplierActions.ts";
import { loadCharge, loadInvoice } from "./supplierStore.ts";
import { householdOfWish, type MoneyWish } from "./wish.ts";

/** Who asks, why and when (epoch ms). `valuedOn` "YYYY-MM-DD" where money moves. */
export type Asking = {
  readonly actorId: string;
  readonly personId: string;
  readonly reason: string;
  readonly at: number;
};

/** What is asked for, as it is kept: enough to do it once somebody else says yes. */
type Wish =
  | { readonly kind: "reversal"; readonly transactionId: number }
  | { readonly kind: "refund" | "own-movement"; readonly wish: MoneyWish; readonly valuedOn?: string | undefined }
  | { readonly kind: "recharge"; readonly charge: Charge }
  | { readonly kind: "invoice-cancel"; readonly invoiceId: string };

type Asked = { readonly id: string } | Refusal;
const MAX_WAITING = 200;

/** Asks to undo a movement. `no-such-movement`, `reversal-stays`, `already-so` (undone), `already-asked`. */
export function requestReversal(tx: Tx, transactionId: number, asking: Asking): Asked {
  const movement = loadMovement(tx, asking.actorId, transactionId);
  if (!movement) return { refused: "no-such-movement" };
  if (movement.reverses !== null) return { refused: "reversal-stays" };
  if (findReversal(tx, transactionId) !== undefined) return { refused: "already-so" };
  const touched = movement.postings.flatMap(({ account }) =>
    account.kind === "household" || account.kind === "deposit" ? [account.ref ?? ""] : [],
  );
  // A charge touches everybody, approvers too; what touches one household alone is that household's own matter.
  const [only] = touched;
  return file(tx, { kind: "reversal", transactionId }, asking, touched.length === 1 ? (only ?? null) : null);
}

/** Asks to give money back to a household, or to move the balance of who asks. `not-positive`. */
export function requestMovement(tx: Tx, wish: MoneyWish, asking: Asking & { valuedOn?: string | undefined }): Asked {
  if (wish.cents <= 0 && wish.kind !== "opening") return { refused: "not-positive" };
  const { valuedOn, ...rest } = asking;
  const kind = wish.kind === "refund" ? "refund" : "own-movement";
  return file(tx, { kind, wish, valuedOn }, rest, householdOfWish(wish));
}

/**
 * Asks to correct what an order was charged: the charge before is reversed and this one posted once somebody else agrees.
 * `wrong-version` when it is not the version that comes next. For the orders room's corrections after delivery.
 */
export function requestRecharge(tx: Tx, charge: Charge, asking: Asking): Asked {
  const { version } = loadCharge(tx, asking.actorId, charge.orderId);
  if (charge.version !== version + 1) return { refused: "wrong-version", version: charge.version, next: version + 1 };
  return file(tx, { kind: "recharge", charge }, asking, null);
}

/** Asks that an invoice count no more. `no-such-invoice`, `already-so`. */
export function requestInvoiceCancel(tx: Tx, invoiceId: string, asking: Asking): Asked {
  const invoice = loadInvoice(tx, asking.actorId, invoiceId);
  if (!invoice) return { refused: "no-such-invoice" };
  if (invoice.cancelledAt !== null) return { refused: "already-so" };
  return file(tx, { kind: "invoice-cancel", invoiceId }, asking, null);
}

function file(tx: Tx, wish: Wish, asking: Asking, householdId: string | null): Asked {
  if (asking.reason.trim() === "") return { refused: "no-reason" };
  const text = JSON.stringify(wish);
  const waiting = listRequests(tx, asking.actorId, true, MAX_WAITING);
  const known = waiting.some(
    (request) => request.wish === text && wish.kind !== "refund" && wish.kind !== "own-movement",
  );
  if (known) return { refused: "already-asked" };
  if (waiting.length === MAX_WAITING) return { refused: "too-many-requests" };
  const id = encodeId(randomBytes(16));
  const { actorId, personId, reason, at } = asking;
  insertRequest(tx, { id, actorId, kind: wish.kind, wish: text, householdId, reason, personId, at });
  return { id };
}

/** A decision: `ownHouseholdId` is the household of who decides. */
export type Deciding = {
  readonly actorId: string;
  readonly requestId: string;
  readonly decision: "approved" | "rejected" | "withdrawn";
  readonly personId: string;
  readonly ownHouseholdId: string | null;
  readonly reason: string;
  readonly at: number;
};

/**
 * Decides on a request; approving does it, in the same transaction. `second-person`: who asked decides nothing but to take it
 * back, and nobody else takes it back; `own-balance`: it is about the household of who approves; `already-decided`. What can
 * no longer be done is refused with its own reason, and the request stays open.
 */
export function decideRequest(tx: Tx, deciding: Deciding): { id: string } | Refusal {
  const { actorId, requestId, decision, personId, ownHouseholdId, reason, at } = deciding;
  const request = loadRequest(tx, actorId, requestId);
  if (!request) return { refused: "no-such-request" };
  if (request.decision) {
    const same = request.decision.decision === decision && request.decision.personId === personId;
    return same ? { id: requestId } : { refused: "already-decided" };
  }
  if ((request.personId === personId) !== (decision === "withdrawn")) return { refused: "second-person" };
  if (decision === "approved") {
    if (request.householdId !== null && request.householdId === ownHouseholdId) return { refused: "own-balance" };
    const done = carryOut(tx, request, personId, at);
    if (isRefusal(done)) return done;
  }
  insertDecision(tx, { requestId, actorId, decision, reason, personId, at });
  return { id: requestId };
}

/** What a request asks for. */
export function readWish(request: MoneyRequest): Wish {
  return JSON.parse(request.wish);
}

function carryOut(tx: Tx, request: MoneyRequest, approvedBy: string, at: number): unknown {
  const { actorId, personId, reason } = request;
  const wish = readWish(request);
  switch (wish.kind) {
    case "reversal":
      if (findReversal(tx, wish.transactionId) !== undefined) return { refused: "already-so" };
      return reverse(tx, { actorId, transactionId: wish.transactionId, memo: reason, at, personId, approvedBy });
    case "refund":
    case "own-movement": {
      const { valuedOn } = wish;
      const who = { actorId, personId, approvedBy, ownHouseholdId: null };
      return moveMoney(tx, wish.wish, { ...who, businessKey: `request:${request.id}`, memo: reason, at, valuedOn });
    }
    case "recharge":
      return chargeOrder(tx, { ...wish.charge, actorId, at, personId, approvedBy, memo: reason });
    case "invoice-cancel":
      return cancelInvoice(tx, { invoiceId: wish.invoiceId, reason, approvedBy }, { actorId, at, personId });
  }
}
