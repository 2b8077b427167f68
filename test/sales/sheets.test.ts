// A delivery note on paper: what was delivered, and the VAT in it by rate, where rates are known.
import t from "tap";
import { cellText } from "../../src/kernel/sheet.ts";
import type { VatRatePercent } from "../../src/kernel/vat.ts";
import type { DeliveryNote } from "../../src/sales/deliveryNote.ts";
import { notePaper } from "../../src/sales/sheets.ts";
import { GAS, honey, oranges, THREAD } from "./orderArbitrary.ts";

const note: DeliveryNote = {
  ...{ id: "n1", actorId: "https://p.example/p", thread: THREAD, documentIri: "https://p.example/p/notes/1" },
  ...{ sequence: 1, epoch: 1, state: "sent", answer: null, createdAt: 0, updatedAt: 0 },
  fulfilments: [oranges(80), honey(8)],
  charges: [{ name: "Trasporto", cents: 500 }],
};

/** The tables of the note as people read them. */
function paper(rateOf: (lineIri: string) => VatRatePercent | null): string[][][] {
  const facts = { title: GAS, lines: [], note, agreed: [oranges(100)], nameOf: (iri: string) => iri.slice(-1), rateOf };
  const { tables } = notePaper({ say: (key) => key, language: "it" }, facts);
  return tables.map(({ rows }) => rows.map((row) => row.map((cell) => cellText(cell, "it"))));
}

t.test("a note says what was agreed and delivered, and nothing of VAT where no rate is known", async (t) => {
  const [goods, ...more] = paper(() => null);
  t.same(goods, [
    ["1", "100", "80", "kg", "140,00"],
    ["2", "0", "8", "pezzi", "72,00"],
    ["Trasporto", "", "", "", "5,00"],
  ]);
  t.same(more, []);
});

t.test("the VAT of a note stands by rate, with what has none said so", async (t) => {
  const [, vat] = paper((iri) => (iri === oranges(1).lineIri ? 4 : null));
  t.same(
    vat?.find(([rate]) => rate === "4 %"),
    ["4 %", "134,62", "5,38", "140,00"],
  );
  t.same(
    vat?.find(([rate]) => rate !== "4 %"),
    ["sales.slip.vat.unknown", "", "", "72,00"],
  );
});
