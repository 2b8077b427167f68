// What a treasurer does at a home of the demo, and what its ledger says.
import { listActors } from "../../src/activitypub/store.ts";
import { transact } from "../../src/db/transact.ts";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import { creditOf } from "../../src/ledger/creditActions.ts";
import { topUp } from "../../src/ledger/moneyActions.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../src/ledger/movement.ts";
import { orderMoney } from "../../src/ledger/orderActions.ts";
import { listBalances } from "../../src/ledger/store.ts";
import { addFriend } from "../../src/members/households/householdActions.ts";
import { actorOf, demand, type Home, householdFor, type Looking, personOf } from "./lookup.ts";

export const moneyVerbs = {
  addFriend: ({ house, db }: Home, { handle, email, name }: { handle: string; email: string; name: string }) => {
    const { actorId, id: householdId } = householdFor(db, handle, email);
    return demand(addFriend(house, { actorId, householdId }, name));
  },

  /** What a member paid into the bank, as the treasurer enters it. Gives the credit after it. */
  topUp: ({ db, house }: Home, wish: { handle: string; by: string; to: string; cents: number; memo: string }) => {
    const { actorId, id: householdId } = householdFor(db, wish.handle, wish.to);
    const now = house.clock.now();
    const who = { at: now, personId: personOf(db, wish.by), ownHouseholdId: null };
    const act = { actorId, businessKey: `top-up:${householdId}:${now}`, memo: wish.memo, ...who };
    return transact(db, (tx) => {
      demand(topUp(tx, { householdId, till: "bank", cents: wish.cents }, act));
      return creditOf(tx, actorId, householdId);
    });
  },

  showCredit: ({ db }: Looking, { handle, email }: { handle: string; email: string }) => {
    const { actorId, id } = householdFor(db, handle, email);
    return creditOf(db.orm, actorId, id);
  },

  showOrderMoney: ({ db }: Looking, { handle, orderId }: { handle: string; orderId: string }) =>
    orderMoney(db.orm, actorOf(db, handle).id, orderId),

  /** Everything the ledgers of a home promise, proved anew; and the sum of each kind of account, in cents. */
  proveLedger: ({ db }: Looking, _: object): LedgerProof => {
    const actors = listActors(db.orm).filter(({ kind }) => kind === "gas");
    const sumOf = (kind: AccountKind) =>
      actors
        .flatMap(({ id }) => listBalances(db.orm, id, kind))
        .reduce((sum, { balanceCents }) => sum + balanceCents, 0);
    return {
      broken: checkLedger(db.orm),
      movements: db.raw.prepare<[], number>("SELECT count(*) FROM ledger_transactions").pluck().get() ?? 0,
      sumCents: db.raw.prepare<[], number>("SELECT coalesce(sum(cents), 0) FROM postings").pluck().get() ?? 0,
      centsByKind: Object.fromEntries(ACCOUNT_KINDS.map((kind) => [kind, sumOf(kind)])) as Record<AccountKind, number>,
    };
  },
};

export type LedgerProof = {
  /** What does not hold; none when all is well. */
  readonly broken: readonly string[];
  readonly movements: number;
  readonly sumCents: number;
  readonly centsByKind: Readonly<Record<AccountKind, number>>;
};
