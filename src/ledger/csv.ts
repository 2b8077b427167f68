// Statements and ledgers as CSV: dates and amounts a spreadsheet reads as such, texts that can never run. Pure.
import { type OutCell, writeCsvPieces } from "../exchange/csvOut.ts";
import { formatEuros } from "../kernel/money.ts";
import { romeTime } from "../kernel/time.ts";
import { type AccountKey, type AccountKind, shownCents } from "./movement.ts";
import type { ExportedMovement, StatementEnds, StatementHead, StatementLine } from "./statement.ts";

/** What to call things: a words function, and names for accounts. */
export type CsvWords = {
  readonly say: (key: string) => string;
  readonly nameOf: (account: AccountKey) => string;
};

/**
 * An account's statement, oldest first, as pieces of one CSV file; amounts as people say them. The first row holds what there was
 * before, the last what there was after; group and account stand in every row, so that several files can be put together.
 */
export function* writeStatementCsv(
  lines: Iterable<StatementLine>,
  { kind: account, head, ends }: { kind: AccountKind; head: StatementHead; ends: StatementEnds },
  { say }: Pick<CsvWords, "say">,
): Generator<string> {
  const names = ["group", "account", "date", "valuedOn", "kind", "memo", "amount", "balance"];
  const shown = (cents: number) => euros(shownCents(account, cents));
  const own = [head.groupName, head.accountName];
  const end = (name: string, cents: number) => [[...own, "", "", say(name), head.period, "", shown(cents)]];
  const rows = function* (): Generator<OutCell[][]> {
    yield end("ledger.statement.opening", ends.openingCents);
    for (const { at, valuedOn, kind, memo, cents, balanceCents } of lines)
      yield [
        [...own, romeTime(at).date, valuedOn, say(`ledger.kind.${kind}`), memo, shown(cents), shown(balanceCents)],
      ];
    yield end("ledger.statement.closing", ends.closingCents);
  };
  yield* writeCsvPieces(
    names.map((name) => say(`ledger.csv.${name}`)),
    rows(),
    (row) => row,
  );
}

/**
 * Movements with all their sides, one row a side, as pieces of one CSV file. Amounts as people say them: into the bank is
 * positive.
 */
export function* writeLedgerCsv(movements: Iterable<ExportedMovement>, { say, nameOf }: CsvWords): Generator<string> {
  const names = ["number", "date", "valuedOn", "kind", "memo", "account", "name", "amount", "raw", "order", "reverses"];
  const head = names.map((name) => say(`ledger.csv.${name}`));
  // Words and dates are the same in thousands of rows, and cost more than all the rest of a row.
  const kindName = sayOnce((kind) => say(`ledger.kind.${kind}`));
  const accountName = sayOnce((kind) => say(`ledger.account.${kind}`));
  yield* writeCsvPieces(head, movements, ({ id, at, valuedOn, kind, memo, orderId, reverses, postings }) => {
    const { date } = romeTime(at);
    return postings.map(({ account, cents }) => [
      String(id),
      date,
      valuedOn,
      kindName(kind),
      memo,
      accountName(account.kind),
      nameOf(account),
      euros(shownCents(account.kind, cents)),
      euros(cents),
      orderId ?? "",
      reverses === null ? "" : String(reverses),
    ]);
  });
}

function sayOnce(say: (kind: string) => string): (kind: string) => string {
  const said = new Map<string, string>();
  return (kind) => {
    const known = said.get(kind) ?? say(kind);
    said.set(kind, known);
    return known;
  };
}

function euros(cents: number): OutCell {
  return { decimal: formatEuros(cents) };
}
