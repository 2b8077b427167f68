import t from "tap";
import {
  readCertification,
  readContentCell,
  readSeason,
  readVariants,
  readVat,
  readYesNo,
} from "../../src/exchange/cellValues.ts";
import { recogniseColumns } from "../../src/exchange/columns.ts";
import { findContent, readUnitCell, splitPriceCell } from "../../src/exchange/content.ts";
import { bareCell, writeCsv } from "../../src/exchange/csvOut.ts";
import { readDay, readNumber } from "../../src/exchange/foreignJson.ts";
import { judgeOdsSize } from "../../src/exchange/odsSize.ts";
import { cleanText, readLine, readText } from "../../src/exchange/plainText.ts";
import { parseDecimal, parseWrittenDecimal } from "../../src/kernel/decimal.ts";
import { isHandle, isId, isSlug, slugOf } from "../../src/kernel/ids.ts";
import { parseInstant } from "../../src/kernel/time.ts";
import { readUnit } from "../../src/kernel/units.ts";
import { bareVatNumber } from "../../src/kernel/vat.ts";

const LENGTH = 100_000;
/** A pattern that goes back and forth takes seconds; where coverage is counted a good one takes 12 ms at times, and else fewer than 10. */
const MOST_MS = 30;

const readers: Record<string, (text: string) => unknown> = {
  bareCell,
  bareVatNumber,
  cleanText: (text) => cleanText(text, 5000),
  findContent: (text) => findContent(text, ","),
  isHandle,
  isId,
  isSlug,
  judgeOdsSize,
  parseDecimal: (text) => parseDecimal(text, 2),
  parseInstant,
  parseWrittenDecimal: (text) => parseWrittenDecimal(text, 4, ","),
  readCertification,
  readContentCell: (text) => readContentCell(text, ","),
  readDay,
  readLine: (text) => readLine(text, 200),
  readNumber: (text) => readNumber(text, 4),
  readSeason,
  readText: (text) => readText(text, 5000),
  readUnit,
  readUnitCell: (text) => readUnitCell(text, ","),
  readVariants,
  readVat,
  readYesNo,
  recogniseColumns: (text) => recogniseColumns([text], null),
  slugOf,
  splitPriceCell,
  writeCsv: (text) => writeCsv([[text]]),
};

t.test("C32 no text of a hundred thousand characters holds up a reader", async (t) => {
  const pieces = [
    "1",
    "a",
    " ",
    "-",
    "1.",
    "1,",
    "<a ",
    "<",
    "&#1",
    "&a",
    "kg ",
    "1 x ",
    "'",
    "=",
    "€",
    "10/",
    "a-",
    "<table:table-cell ",
    "IT",
  ];
  for (const [name, reader] of Object.entries(readers)) {
    const slowest = pieces.map((piece) => {
      const text = `${piece.repeat(Math.ceil(LENGTH / piece.length))}!`;
      // The best of several: a busy machine is not a slow pattern.
      return { piece, ms: Math.min(...Array.from({ length: 5 }, () => timed(reader, text))) };
    });
    t.same(
      slowest.filter(({ ms }) => ms > MOST_MS),
      [],
      name,
    );
  }
});

function timed(reader: (text: string) => unknown, text: string): number {
  const started = process.hrtime.bigint();
  reader(text);
  return Number(process.hrtime.bigint() - started) / 1e6;
}
