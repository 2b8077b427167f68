// What goes on paper of money: every order side by side, the year's balance, an account's statement. Pure: values -> Sheet.
import { moneyCell, numberColumn, type Sheet, type SheetCell, type SheetTable, textColumn } from "../kernel/sheet.ts";
import { romeTime } from "../kernel/time.ts";
import { ACCOUNT_KINDS, type AccountKind, shownCents } from "./movement.ts";
import type { OrderMoney } from "./orderMoney.ts";
import type { StatementEnds, StatementHead, StatementLine, Year } from "./statement.ts";

/** How sheets speak, and whose they are. */
type Voice = {
  readonly say: (key: string, facts?: Record<string, unknown>) => string;
  readonly language: "it" | "en";
  readonly groupName: string;
};

/** An order on the sheet; cents, `bookedCents` null where nobody knows it any more. */
export type OrderRow = {
  readonly name: string;
  readonly producerName: string;
  readonly bookedCents: number | null;
  readonly money: OrderMoney;
};

const FIGURES = ["booked", "charged", "payable", "invoiced", "paid", "toPay", "difference"] as const;

/** Booked, charged, delivered, invoiced, paid, what is still to pay and what does not agree, order by order, with their sums. */
export function ordersSheet(voice: Voice, orders: readonly OrderRow[]): Sheet {
  const { say, language, groupName } = voice;
  const label = (name: string) => say(`ledger.orders.${name}`);
  const figures = orders.map(figuresOf);
  const sums = FIGURES.map((_, i) => figures.reduce((sum, row) => sum + (row[i] ?? 0), 0));
  const table: SheetTable = {
    heading: "",
    note: orders.length === 0 ? label("none") : "",
    columns: [
      ...["order", "producer", "state"].map((name) => textColumn(label(name))),
      ...FIGURES.map((name) => numberColumn(label(name))),
    ],
    rows: orders.map(({ name, producerName, money }, i): SheetCell[] => [
      ...[name, producerName, say(`ledger.state.${money.state}`)],
      ...figures[i]!.map((cents) => (cents === null ? null : moneyCell(cents))),
    ]),
    total: [say("ledger.orders.total"), "", "", ...sums.map(moneyCell)],
  };
  return {
    title: say("ledger.orders.title"),
    lines: [groupName],
    warnings: [],
    language,
    isWide: true,
    tables: [table],
  };
}

function figuresOf({ bookedCents, money }: OrderRow): (number | null)[] {
  const { chargedCents, payableCents, invoicedCents, paidCents, openCents, differenceCents } = money;
  return [bookedCents, chargedCents, payableCents, invoicedCents, paidCents, openCents, differenceCents];
}

/** Every kind of account at both ends of a year, and what moved it. What the GAS has is positive, as people say it. */
export function balanceSheet(voice: Voice, year: number, { openingByAccount, closingByAccount, parts }: Year): Sheet {
  const { say, language, groupName } = voice;
  const label = (name: string) => say(`ledger.year.${name}`);
  const kinds = ACCOUNT_KINDS.filter((kind) => closingByAccount.has(kind));
  const rows = kinds.flatMap((kind): SheetCell[][] => {
    const money = (cents: number) => moneyCell(shownCents(kind, cents));
    const account = say(`ledger.account.${kind}`);
    const moves = parts.filter(({ account: one }) => one === kind);
    return [
      [account, label("opening"), money(openingByAccount.get(kind) ?? 0)],
      ...moves.map((part): SheetCell[] => [account, say(`ledger.kind.${part.kind}`), money(part.cents)]),
      [account, label("closing"), money(closingByAccount.get(kind) ?? 0)],
    ];
  });
  const columns = [textColumn(label("account")), textColumn(label("what")), numberColumn(label("euro"))];
  const table: SheetTable = {
    heading: "",
    note: rows.length === 0 ? say("ledger.statement.empty") : "",
    columns,
    rows,
    total: null,
  };
  return {
    title: say("ledger.year.title", { year }),
    lines: [groupName],
    warnings: [],
    language,
    isWide: false,
    tables: [table],
  };
}

/**
 * An account over a period, oldest first, between what there was before and what there was after. `orderName` puts an order's name to a
 * line. `lines` null: more than one sheet holds; the sheet then says so and shows the ends alone, rather than a part as if it were all.
 */
export function statementSheet(
  { say, language }: Omit<Voice, "groupName">,
  account: AccountKind,
  head: StatementHead,
  statement: StatementEnds & { readonly lines: readonly StatementLine[] | null },
  orderName: (orderId: string) => string | undefined,
): Sheet {
  const money = (cents: number) => moneyCell(shownCents(account, cents));
  const row = (line: StatementLine): SheetCell[] => {
    const order = line.orderId === null ? undefined : orderName(line.orderId);
    const undone = line.reversedBy === null ? "" : say("ledger.statement.reversed");
    const what = [order, line.memo, undone].filter(Boolean).join(" · ");
    const { date } = romeTime(line.at);
    const day = (text: string) => (language === "it" ? text.split("-").reverse().join("/") : text);
    const written = day(date);
    const days = date === line.valuedOn ? written : `${written} (${say("ledger.csv.valuedOn")} ${day(line.valuedOn)})`;
    return [days, say(`ledger.kind.${line.kind}`), what, money(line.cents), money(line.balanceCents)];
  };
  const { lines, openingCents, closingCents } = statement;
  const table: SheetTable = {
    heading: "",
    note: lines?.length === 0 ? say("ledger.statement.empty") : "",
    columns: [
      ...["date", "kind", "memo"].map((name) => textColumn(say(`ledger.csv.${name}`))),
      ...["amount", "balance"].map((name) => numberColumn(say(`ledger.csv.${name}`))),
    ],
    rows: [["", say("ledger.statement.opening"), "", null, money(openingCents)], ...(lines ?? []).map(row)],
    total: ["", say("ledger.statement.closing"), "", money(closingCents - openingCents), money(closingCents)],
  };
  return {
    title: say("ledger.statement.title"),
    lines: [head.groupName, head.accountName, head.period],
    warnings: lines === null ? [say("ledger.statement.tooLong")] : [],
    language,
    isWide: false,
    tables: [table],
  };
}
