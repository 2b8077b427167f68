// What leaves the farm on paper: the production sheet over all groups, and a delivery note. Pure: values -> Sheet.

import {
  moneyCell,
  numberColumn,
  quantityCell,
  type Sheet,
  type SheetCell,
  type SheetTable,
  textColumn,
} from "../kernel/sheet.ts";
import { unitLabel, unitOfWire } from "../kernel/units.ts";
import { sumByRate, type VatRatePercent } from "../kernel/vat.ts";
import type { AgreedLine } from "../partners/threads/agreement.ts";
import { type DeliveryNote, dueCents } from "./deliveryNote.ts";
import { isToPrepare, type ProductionSheet, type SheetGoods, type SheetRow } from "./productionSheet.ts";

type Language = "it" | "en";

/** How sheets speak: the sentences of a language. */
type Voice = { readonly say: (key: string, facts?: Record<string, unknown>) => string; readonly language: Language };

/** The name of a unit the wire has ("kilogram"), for so much of it. */
export function unitName(unit: string, quantityThousandths: number, language: Language): string {
  const code = unitOfWire(unit);
  return code === null ? unit : unitLabel(code, quantityThousandths, language);
}

/** What to prepare: all products first, then each delivery with who gets what. `placeOf` names a delivery. */
export function productionPaper(
  { say, language }: Voice,
  view: {
    readonly title: string;
    readonly sheet: ProductionSheet;
    readonly placeOf: (pickup: number | null) => string;
    /** No order will come any more. */
    readonly isOver: boolean;
  },
): Sheet {
  const { title, sheet, placeOf, isOver } = view;
  const empty = say(isOver ? "sales.sheet.nothing" : "sales.sheet.empty");
  const columns = [
    textColumn(say("sales.sheet.product")),
    textColumn(say("sales.sheet.group")),
    numberColumn(say("sales.sheet.quantity")),
    textColumn(say("sales.sheet.unit")),
    numberColumn(say("sales.sheet.packages")),
    numberColumn(say("sales.sheet.open")),
  ];
  const row = (goods: SheetGoods, group: string, agreed: number, open: number): SheetCell[] => [
    goods.sku ? `${goods.name} (${goods.sku})` : goods.name,
    group,
    quantityCell(agreed),
    unitName(goods.unit, agreed, language),
    quantityCell(Math.round((agreed * 1000) / goods.packageThousandths)),
    open === 0 ? null : quantityCell(open),
  ];
  const whole: SheetTable = {
    heading: say("sales.sheet.all"),
    note: sheet.rows.length === 0 ? empty : say("sales.sheet.note"),
    columns,
    rows: sheet.rows.map(({ goods, agreedThousandths, openThousandths }) =>
      row(goods, "", agreedThousandths, openThousandths),
    ),
    total: null,
  };
  // Of a delivery at which nothing is agreed yet there is nothing to hand over.
  const agreed = sheet.pickups.filter(({ rows }) => rows.some(({ byThread }) => byThread.size > 0));
  const pickups = agreed.map(({ pickup, orders, rows }): SheetTable => {
    const nameOf = new Map(orders.map(({ thread, buyerName }) => [thread, buyerName]));
    const names = [...new Set(orders.filter(({ state }) => isToPrepare(state)).map(({ buyerName }) => buyerName))];
    const parts = ({ goods, byThread }: SheetRow) =>
      [...byThread].map(([thread, thousandths]) => row(goods, nameOf.get(thread) ?? "", thousandths, 0));
    return { heading: placeOf(pickup), note: names.join(", "), columns, rows: rows.flatMap(parts), total: null };
  });
  return { title, lines: [], warnings: [], language, isWide: false, tables: [whole, ...pickups] };
}

/** A delivery note: what came of what was agreed, what is due. `nameOf` names a line by its IRI. */
export function notePaper(
  { say, language }: Voice,
  view: {
    readonly title: string;
    readonly lines: readonly string[];
    readonly note: DeliveryNote;
    readonly agreed: readonly AgreedLine[];
    readonly nameOf: (lineIri: string) => string;
    readonly rateOf: (lineIri: string) => VatRatePercent | null;
  },
): Sheet {
  const { title, lines, note, agreed, nameOf, rateOf } = view;
  const agreedByLine = new Map(agreed.map((line) => [line.lineIri, line.quantityThousandths]));
  const goods = note.fulfilments.map(({ lineIri, unit, quantityThousandths, amountCents }): SheetCell[] => [
    nameOf(lineIri),
    quantityCell(agreedByLine.get(lineIri) ?? 0),
    quantityCell(quantityThousandths),
    unitName(unit, quantityThousandths, language),
    moneyCell(amountCents),
  ]);
  const charges = note.charges.map(({ name, cents }): SheetCell[] => [name, null, null, "", moneyCell(cents)]);
  const table: SheetTable = {
    heading: "",
    note: "",
    columns: [
      textColumn(say("sales.sheet.product")),
      numberColumn(say("sales.sheet.agreed")),
      numberColumn(say("sales.sheet.delivered")),
      textColumn(say("sales.sheet.unit")),
      numberColumn(say("sales.sheet.amountEuro")),
    ],
    rows: [...goods, ...charges],
    total: [say("sales.sheet.due"), null, null, "", moneyCell(dueCents(note))],
  };
  return { title, lines, warnings: [], language, isWide: false, tables: [table, ...vatTable(say, note, rateOf)] };
}

/** Net, VAT and total of the goods by rate; none where no rate is known. Charges have no rate: they stand in the note alone. */
function vatTable(
  say: Voice["say"],
  { fulfilments }: DeliveryNote,
  rateOf: (lineIri: string) => VatRatePercent | null,
): SheetTable[] {
  const lines = fulfilments.map(({ lineIri, amountCents }) => ({
    ratePercent: rateOf(lineIri),
    grossCents: amountCents,
  }));
  const sums = sumByRate(lines.filter(({ grossCents }) => grossCents !== 0));
  if (sums.every(({ ratePercent }) => ratePercent === null)) return [];
  const rows = sums.map(({ ratePercent, grossCents, netCents, vatCents }): SheetCell[] =>
    ratePercent === null
      ? [say("sales.slip.vat.unknown"), null, null, moneyCell(grossCents)]
      : [`${ratePercent} %`, moneyCell(netCents), moneyCell(vatCents), moneyCell(grossCents)],
  );
  const columns = [
    textColumn(say("sales.slip.vat.rate")),
    ...(["net", "tax", "gross"] as const).map((part) => numberColumn(say(`sales.slip.vat.${part}`))),
  ];
  return [{ heading: say("sales.slip.vat.title"), note: "", columns, rows, total: null }];
}
