// The money forms of the desk: each one transaction, counted once however often it is sent (SAFETY 6, A48).

import { type Once, onceOnly } from "../db/onceOnly.ts";
import { type Db, type Tx, transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { AuditWhat } from "../web/audit.ts";
import { recordAudit } from "../web/auditStore.ts";
import type { Language, Say } from "../web/words.ts";
import { saveLimit } from "./creditStore.ts";
import type { DeliveredVat, InvoiceWish } from "./invoice.ts";
import { annualFee, type FeeRun, moveMoney } from "./moneyActions.ts";
import {
  type Deciding,
  decideRequest,
  requestInvoiceCancel,
  requestMovement,
  requestReversal,
} from "./requestActions.ts";
import { acceptDifference, type PaymentWish, pay, recordInvoice } from "./supplierActions.ts";
import { householdOfWish, type MoneyWish } from "./wish.ts";

/** Names of who has an account, from the rooms that know them. */
/** `isGroup`: another group that we lead an order for; it pays no fee. */
type MoneyHousehold = {
  readonly id: string;
  readonly name: string;
  readonly leftAt: number | null;
  readonly isGroup: boolean;
};

type MoneyPeople = {
  /** Households of the GAS by name, those that left included; `leftAt` epoch ms. */
  readonly households: (tx: Tx, actorId: string) => readonly MoneyHousehold[];
  readonly household: (tx: Tx, actorId: string, id: string) => { name: string } | undefined;
  /** The household a person books for. */
  readonly householdOf: (tx: Tx, actorId: string, personId: string) => string | undefined;
  readonly producerName: (tx: Tx, actorId: string, producerId: string) => string | undefined;
  readonly personName: (tx: Tx, personId: string) => string | undefined;
};

/** An order as the orders room knows it: the ledger knows only its id. Cents. */
export type OrderFacts = {
  readonly orderId: string;
  readonly name: string;
  readonly producerId: string;
  readonly bookedCents: number;
  /** What was delivered, rate by rate; null where that is not known. */
  readonly delivered: readonly DeliveredVat[] | null;
  /** Under the group's desk, where the sums stand of several orders of which this is one; null: it is alone. */
  readonly sumsAt: string | null;
};

/** The orders room, as far as money needs it. */
export type OrderBook = {
  /** The name alone: statements ask it for each of their lines. */
  readonly nameOf: (tx: Tx, actorId: string, orderId: string) => string | undefined;
  readonly find: (tx: Tx, actorId: string, orderId: string) => OrderFacts | undefined;
  /** Orders that closed and are not archived, the latest first. */
  readonly listClosed: (tx: Tx, actorId: string, limit: number) => readonly OrderFacts[];
};

/** Writing to the people of a household; how many mails that came to. Of the same `businessKey` a person gets one. */
type MoneyLetters = {
  readonly origin: string;
  readonly write: (
    tx: Tx,
    to: { readonly actorId: string; readonly householdId: string },
    businessKey: string,
    letter: (say: Say, language: Language, name: string) => { readonly subject: string; readonly text: string },
  ) => number;
};

/** What the money forms and pages need of the node. */
export type MoneyDesk = {
  readonly db: Db;
  readonly clock: { now(): number };
  readonly people: MoneyPeople;
  readonly orders: OrderBook;
  /** Null: nobody is written to from here. */
  readonly letters: MoneyLetters | null;
};

const DECIDED = {
  approved: "correction-approved",
  rejected: "correction-refused",
  withdrawn: "correction-withdrawn",
} as const;

/** Who sent a form, and the key it carried. */
export type Sender = { readonly actorId: string; readonly personId: string; readonly key: string };

/** What a form about a balance came to: done, or waiting for a second person. */
export type Moved = { readonly moved: number } | { readonly asked: string };

/** What was done, for the audit log, with a short fact of it. */
type Said<T> = readonly [what: AuditWhat | ((done: T) => AuditWhat), detail: string];

/** Does it once for each key a form carries, and writes it into the log of what happened. */
export function once<T>(
  desk: MoneyDesk,
  sender: Sender,
  said: Said<T>,
  request: unknown,
  act: (tx: Tx, now: number) => T | Refusal,
) {
  const { actorId, personId: scope, key } = sender;
  const now = desk.clock.now();
  const form: Once = { scope, key, request: [actorId, request], now };
  return transact(desk.db, (tx) =>
    onceOnly(tx, form, () => {
      const done = act(tx, now);
      const [what, detail] = said;
      const entry = { actorId, byId: scope, aboutId: null, detail, at: now };
      if (!isRefusal(done)) recordAudit(tx, { ...entry, what: typeof what === "string" ? what : what(done) });
      return done;
    }),
  );
}

/** Moves money, or asks a second person where it is a refund or about the sender's own balance (SAFETY sections 7, 8). */
export function sendMovement(
  desk: MoneyDesk,
  sender: Sender,
  wish: MoneyWish,
  about: { memo: string; valuedOn?: string | undefined },
): Moved | Refusal {
  const { actorId, personId, key } = sender;
  return once<Moved>(
    desk,
    sender,
    [(done) => ("asked" in done ? "money-asked" : "moved"), wish.kind],
    [wish, about],
    (tx, at) => {
      const ownHouseholdId = desk.people.householdOf(tx, actorId, personId) ?? null;
      const isOwn = householdOfWish(wish) !== null && householdOfWish(wish) === ownHouseholdId;
      if (wish.kind === "refund" || (isOwn && wish.kind !== "donation")) {
        const { memo: reason, valuedOn } = about;
        const asked = requestMovement(tx, wish, { actorId, personId, reason, at, valuedOn });
        return "refused" in asked ? asked : { asked: asked.id };
      }
      const act = { actorId, businessKey: `form:${key}`, at, personId, ownHouseholdId, ...about };
      const moved = moveMoney(tx, wish, act);
      return "refused" in moved ? moved : { moved: moved.id };
    },
  );
}

/** Sets how far below zero a household, or (null) every household without its own limit, may go; cents null takes it away. */
export function sendLimit(
  desk: MoneyDesk,
  sender: Sender,
  limit: { householdId: string | null; cents: number | null },
): { set: true } | Refusal {
  const { actorId, personId } = sender;
  return once<{ set: true }>(desk, sender, ["limit", ""], limit, (tx, setAt) => {
    const own = desk.people.householdOf(tx, actorId, personId);
    if (limit.householdId !== null && limit.householdId === own) return { refused: "own-balance" };
    saveLimit(tx, { actorId, ...limit, personId, setAt });
    return { set: true };
  });
}

/** Charges the annual fee. */
export function sendFees(
  desk: MoneyDesk,
  sender: Sender,
  wish: { year: number; cents: number; householdIds: readonly string[]; memo: string },
): FeeRun | Refusal {
  const { actorId, personId } = sender;
  return once<FeeRun>(desk, sender, ["fees", String(wish.year)], wish, (tx, at) =>
    annualFee(tx, { actorId, ...wish }, { at, personId }),
  );
}

/** Keeps an invoice. */
export function sendInvoice(desk: MoneyDesk, sender: Sender, wish: InvoiceWish): { id: string } | Refusal {
  const { actorId, personId } = sender;
  return once<{ id: string }>(desk, sender, ["invoice", wish.number], wish, (tx, at) =>
    recordInvoice(tx, wish, { actorId, personId, at }),
  );
}

/** Pays a producer. */
export function sendPayment(
  desk: MoneyDesk,
  sender: Sender,
  wish: Omit<PaymentWish, "businessKey">,
): { id: number } | Refusal {
  const { actorId, personId, key } = sender;
  return once<{ id: number }>(desk, sender, ["payment", ""], wish, (tx, at) =>
    pay(tx, { ...wish, businessKey: `form:${key}` }, { actorId, personId, at }),
  );
}

/** Accepts the difference between what was invoiced and delivered. */
export function sendDifference(
  desk: MoneyDesk,
  sender: Sender,
  wish: { orderId: string; memo: string },
): { id: number } | Refusal {
  const { actorId, personId } = sender;
  return once<{ id: number }>(desk, sender, ["difference", ""], wish, (tx, at) =>
    acceptDifference(tx, wish, { actorId, personId, at }),
  );
}

/** Asks to reverse a movement or to cancel an invoice. */
export function sendCorrection(
  desk: MoneyDesk,
  sender: Sender,
  wish: { reason: string } & ({ transactionId: number } | { invoiceId: string }),
): { id: string } | Refusal {
  const { actorId, personId } = sender;
  return once<{ id: string }>(desk, sender, ["correction-asked", ""], wish, (tx, at) => {
    const asking = { actorId, personId, reason: wish.reason, at };
    return "transactionId" in wish
      ? requestReversal(tx, wish.transactionId, asking)
      : requestInvoiceCancel(tx, wish.invoiceId, asking);
  });
}

/** Decides on a request. */
export function sendDecision(
  desk: MoneyDesk,
  sender: Sender,
  wish: Pick<Deciding, "requestId" | "decision" | "reason">,
): { id: string } | Refusal {
  const { actorId, personId } = sender;
  return once<{ id: string }>(desk, sender, [DECIDED[wish.decision], ""], wish, (tx, at) => {
    const ownHouseholdId = desk.people.householdOf(tx, actorId, personId) ?? null;
    return decideRequest(tx, { ...wish, actorId, personId, ownHouseholdId, at });
  });
}
