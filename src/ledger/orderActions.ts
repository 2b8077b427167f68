// The money of an order: charging the households at delivery, and where it stands. Orders are ids here, nothing more.

import type { Tx } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { recordAudit } from "../web/auditStore.ts";
import { release } from "./creditActions.ts";
import { type Posting, settlePostings } from "./movement.ts";
import { type OrderMoney, weighOrder } from "./orderMoney.ts";
import { type PostRefusal, post, reverse } from "./postActions.ts";
import { insertCharge, loadCharge, loadChargeVersion, loadFigures } from "./supplierStore.ts";

/**
 * What closing a delivery owes, in cents. It must hold, to the cent, that
 * charges + stock = payable + transport + rounding: the households pay and the GAS keeps what went to its stock; the
 * producer, the carrier and (the cents of rounding, either sign) the GAS get it. SAFETY I12.
 */
export type Charge = {
  readonly actorId: string;
  readonly orderId: string;
  readonly producerId: string;
  /** 1 for the first charge; a correction takes the next number. */
  readonly version: number;
  readonly charges: readonly { readonly householdId: string; readonly cents: number }[];
  readonly payableCents: number;
  readonly roundingCents: number;
  readonly transportCents: number;
  readonly stockCents: number;
};

/** Who charges and when (epoch ms); `approvedBy` is the second person of a correction. `memo` "" for an ordinary charge. */
export type ChargeAct = {
  readonly at: number;
  readonly personId: string | null;
  readonly approvedBy?: string | null;
  readonly memo?: string;
};

export type ChargeRefusal =
  | PostRefusal
  | Refusal<"already-charged" | "wrong-version" | "second-person" | "no-such-movement" | "reversal-stays">;

/**
 * Charges the households for an order and lets go of its reservations; once per order and version, for ever: the same
 * again gives the same answer. Version 2 and later is a correction: it reverses the charge before it and needs
 * `approvedBy`, another person (`second-person`); `wrong-version` when it is not the one that comes next. `id` is null where
 * nothing was charged and nothing is owed. Business key `charge:ORDER:VERSION`. SAFETY section 7.
 */
export function chargeOrder(tx: Tx, charge: Charge & ChargeAct): { id: number | null } | ChargeRefusal {
  const { actorId, orderId, producerId, version, payableCents, at, personId, approvedBy = null } = charge;
  const key = { actorId, orderId, version };
  const known = loadChargeVersion(tx, key);
  if (known) return repeat(tx, charge, known.transactionId);
  const before = loadCharge(tx, actorId, orderId);
  if (version !== before.version + 1) return { refused: "wrong-version", version, next: before.version + 1 };
  if (version > 1 && (approvedBy === null || personId === null || approvedBy === personId))
    return { refused: "second-person" };
  // Before anything is written: whoever gets a refusal commits what was done up to there.
  const settled = settlePostings(chargePostings(charge));
  if (isRefusal(settled) && settled.refused !== "nothing-to-post") return settled;
  if (before.current?.transactionId && personId !== null && approvedBy !== null) {
    const { transactionId } = before.current;
    const undone = reverse(tx, { actorId, transactionId, memo: charge.memo ?? "", at, personId, approvedBy });
    if (isRefusal(undone)) return undone;
  }
  const posted = postCharge(tx, charge);
  if (isRefusal(posted)) return posted;
  const chargedCents = charge.charges.reduce((sum, { cents }) => sum + cents, 0);
  insertCharge(tx, { ...key, producerId, chargedCents, payableCents, transactionId: posted.id, at });
  recordAudit(tx, { what: "charged", actorId, byId: approvedBy ?? personId, aboutId: null, detail: `v${version}`, at });
  release(tx, { actorId, orderId });
  return posted;
}

function postCharge(tx: Tx, charge: Charge & ChargeAct): { id: number | null } | PostRefusal {
  const { actorId, orderId, version, at, personId, approvedBy = null, memo = "" } = charge;
  const businessKey = `charge:${orderId}:${version}`;
  const postings = chargePostings(charge);
  const posted = post(tx, { actorId, businessKey, kind: "charge", memo, at, personId, approvedBy, orderId, postings });
  return isRefusal(posted) && posted.refused === "nothing-to-post" ? { id: null } : posted;
}

// The ledger itself compares what is charged again with what was.
function repeat(tx: Tx, charge: Charge & ChargeAct, transactionId: number | null): { id: number | null } | PostRefusal {
  const posted = postCharge(tx, charge);
  if (isRefusal(posted) || posted.id === transactionId) return posted;
  return { refused: "key-of-another", businessKey: `charge:${charge.orderId}:${charge.version}` };
}

function chargePostings({ charges, producerId, ...amounts }: Charge): Posting[] {
  const { payableCents, roundingCents, transportCents, stockCents } = amounts;
  return [
    ...charges.map(({ householdId, cents }) => ({
      account: { kind: "household", ref: householdId } as const,
      cents: -cents,
    })),
    { account: { kind: "producer", ref: producerId }, cents: payableCents },
    { account: { kind: "transport" }, cents: transportCents },
    { account: { kind: "stock" }, cents: -stockCents },
    { account: { kind: "rounding" }, cents: roundingCents },
  ];
}

/** Where the money of an order stands, machine C. All zero and "none" for an order the ledger has not heard of. */
export function orderMoney(tx: Tx, actorId: string, orderId: string): OrderMoney {
  return weighOrder(loadFigures(tx, actorId, orderId));
}
