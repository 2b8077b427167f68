// Asks households to pay what they owe, over all orders at once: each at most once a day, by mail where there is one, and on their
// own page until it is paid. Moves no money.
import { loadActor } from "../../activitypub/store.ts";
import type { Tx } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { romeTime } from "../../kernel/time.ts";
import { formats } from "../../web/format.ts";
import type { Language, Say } from "../../web/words.ts";
import { type MoneyDesk, once, type Sender } from "../formActions.ts";
import { readStatement } from "../statementStore.ts";
import { listBalances } from "../store.ts";
import { type Debt, debtOf } from "./debt.ts";
import { type Ask, listAsks, saveAsk } from "./store.ts";

const LINES_READ = 200;

/** A household below zero. `askedAt`: when it was last asked, epoch ms; `isToday`: today, so that it is not again. */
export type Debtor = {
  readonly id: string;
  readonly name: string;
  readonly debt: Debt;
  readonly askedAt: number | null;
  readonly isToday: boolean;
};

/** The group's own households below zero, by name. */
export function listDebtors(desk: MoneyDesk, tx: Tx, actorId: string): Debtor[] {
  const balances = new Map(listBalances(tx, actorId, "household").map(({ ref, balanceCents }) => [ref, balanceCents]));
  const asks = new Map(listAsks(tx, actorId).map((ask) => [ask.householdId, ask]));
  const today = romeTime(desk.clock.now()).date;
  return desk.people.households(tx, actorId).flatMap(({ id, name, leftAt, isGroup }): Debtor[] => {
    const cents = balances.get(id) ?? 0;
    if (cents >= 0 || leftAt !== null || isGroup) return [];
    const askedAt = asks.get(id)?.at ?? null;
    const isToday = askedAt !== null && romeTime(askedAt).date === today;
    return [{ id, name, debt: readDebt(tx, actorId, id, cents), askedAt, isToday }];
  });
}

/** Where what a household owes comes from; `balanceCents` is below zero. */
export function readDebt(tx: Tx, actorId: string, householdId: string, balanceCents: number): Debt {
  const account = { kind: "household", ref: householdId } as const;
  const all = { fromAt: null, untilAt: null, limit: LINES_READ, before: null };
  return debtOf(balanceCents, readStatement(tx, actorId, account, all).lines);
}

/** How many households were asked, and how many mails that came to. */
export type Asked = { readonly asked: number; readonly written: number };

/** Asks these households; who is not below zero any more, or was asked today, is passed over. Refuses `nobody-to-ask`. */
export function askToPay(
  desk: MoneyDesk,
  sender: Sender,
  wish: { readonly householdIds: readonly string[]; readonly how: string },
): Asked | Refusal {
  const { actorId } = sender;
  return once<Asked>(desk, sender, ["payment-asked", ""], wish, (tx, at) => {
    const chosen = listDebtors(desk, tx, actorId).filter(
      ({ id, isToday }) => !isToday && wish.householdIds.includes(id),
    );
    if (chosen.length === 0) return { refused: "nobody-to-ask" };
    const written = chosen.map(({ id: householdId, debt }) => {
      const ask = { actorId, householdId, cents: debt.owedCents, how: wish.how, at };
      saveAsk(tx, ask);
      return writeTo(desk, tx, ask, debt);
    });
    return { asked: chosen.length, written: written.reduce((sum, count) => sum + count, 0) };
  });
}

function writeTo(desk: MoneyDesk, tx: Tx, { actorId, householdId, how, at }: Ask, debt: Debt): number {
  const group = loadActor(tx, actorId);
  if (!desk.letters || !group) return 0;
  const { origin, write } = desk.letters;
  const businessKey = `pay:${actorId}:${romeTime(at).date}`;
  return write(tx, { actorId, householdId }, businessKey, (say, language, name) => {
    const { money } = formats(language);
    const facts = { name, group: group.name, amount: money(debt.owedCents) };
    const paragraphs = [
      say("ledger.ask.mail.text", facts),
      debtLines(desk, tx, actorId, debt, { say, language }).join("\n"),
      ...(how === "" ? [] : [say("ledger.ask.mail.how", { how })]),
      say("ledger.ask.mail.own", { url: `${origin}/desk/${group.handle}/money/statement` }),
    ];
    return {
      subject: say("ledger.ask.mail.subject", facts),
      text: paragraphs.filter((one) => one !== "").join("\n\n"),
    };
  });
}

/** Each cause in a line, then what was there before or was paid since. */
export function debtLines(
  { orders }: Pick<MoneyDesk, "orders">,
  tx: Tx,
  actorId: string,
  { parts, creditCents }: Debt,
  { say, language }: { readonly say: Say; readonly language: Language },
): string[] {
  const { money } = formats(language);
  const lines = parts.map(({ orderId, kind, cents }) => {
    const name = orderId === null ? undefined : orders.nameOf(tx, actorId, orderId);
    return say("ledger.ask.part", { what: name ?? say(`ledger.kind.${kind}`), amount: money(cents) });
  });
  return creditCents === 0 ? lines : [...lines, say("ledger.ask.credit", { amount: money(creditCents) })];
}
