// The treasurer's sheets: what every order came to, and the year's balance.
import t from "tap";
import { cellText, type Sheet } from "../../src/kernel/sheet.ts";
import { weighOrder } from "../../src/ledger/orderMoney.ts";
import { balanceSheet, ordersSheet, statementSheet } from "../../src/ledger/sheets.ts";
import { words } from "../../src/web/words.ts";

const voice = { say: words("it"), language: "it", groupName: "GAS Fano" } as const;
const rowsOf = ({ tables }: Sheet) => tables[0]!.rows.map((row) => row.map((cell) => cellText(cell, "it")).join(" | "));

t.test("each order has its amounts side by side, and their sums below; what nobody knows is blank", async (t) => {
  const settled = weighOrder({ chargedCents: 5000, payableCents: 4800, invoicedCents: 4800, paidCents: 4800 });
  const differs = weighOrder({ chargedCents: 1000, payableCents: 1000, invoicedCents: 1100, paidCents: 200 });
  const sheet = ordersSheet(voice, [
    { name: "Arance", producerName: "Agrumeto", bookedCents: 5200, money: settled },
    { name: "Olio", producerName: "Frantoio", bookedCents: null, money: differs },
  ]);
  t.same(rowsOf(sheet), [
    "Arance | Agrumeto | saldato | 52,00 | 50,00 | 48,00 | 48,00 | 48,00 | 0,00 | 0,00",
    "Olio | Frantoio | insoluto |  | 10,00 | 10,00 | 11,00 | 2,00 | 9,00 | 1,00",
  ]);
  const total = sheet.tables[0]!.total!.map((cell) => cellText(cell, "it")).join(" | ");
  t.equal(total, "Totale |  |  | 52,00 | 60,00 | 58,00 | 59,00 | 50,00 | 9,00 | 1,00");
  t.match(ordersSheet(voice, []).tables, [{ note: "Qui non c'è niente da fare." }]);
});

t.test("a balance begins, moves and ends, with what the group has above zero", async (t) => {
  const sheet = balanceSheet(voice, 2026, {
    openingByAccount: new Map([["bank", -1000]]),
    closingByAccount: new Map([
      ["bank", -3500],
      ["household", 2500],
    ]),
    parts: [
      { account: "bank", kind: "top-up", cents: -2500 },
      { account: "household", kind: "top-up", cents: 2500 },
    ],
  });
  t.equal(sheet.title, "Bilancio 2026");
  t.same(rowsOf(sheet).sort(), [
    "Banca | Fine | 35,00",
    "Banca | Inizio | 10,00",
    "Banca | Ricarica | 25,00",
    "Conto famiglia | Fine | 25,00",
    "Conto famiglia | Inizio | 0,00",
    "Conto famiglia | Ricarica | 25,00",
  ]);
  const empty = balanceSheet(voice, 2020, { openingByAccount: new Map(), closingByAccount: new Map(), parts: [] });
  t.not(empty.tables[0]!.note, "");
});

t.test("a statement opens, tells each movement and closes; one too long shows its ends and says so", async (t) => {
  const head = { groupName: "GAS Fano", accountName: "Banca", period: "Dal 1 al 31" };
  const line = { id: 1, at: Date.UTC(2026, 0, 2), valuedOn: "2026-01-01", kind: "top-up", memo: "bonifico" } as const;
  const rest = { orderId: "o1", cents: -2500, balanceCents: -3500, reverses: null, reversedBy: 2 };
  const ends = { openingCents: -1000, closingCents: -3500 };
  const sheet = statementSheet(voice, "bank", head, { ...ends, lines: [{ ...line, ...rest }] }, () => "Arance");
  t.same(sheet.lines, ["GAS Fano", "Banca", "Dal 1 al 31"]);
  t.same(rowsOf(sheet), [
    " | All'inizio |  |  | 10,00",
    "02/01/2026 (Valuta 01/01/2026) | Ricarica | Arance · bonifico · stornato | 25,00 | 35,00",
  ]);
  t.equal(sheet.tables[0]!.total!.map((cell) => cellText(cell, "it")).join(" | "), " | Alla fine |  | 25,00 | 35,00");
  const long = statementSheet(voice, "bank", head, { ...ends, lines: null }, () => undefined);
  t.match(long.warnings, [/troppi movimenti/]);
  t.equal(rowsOf(long).length, 1);
});
