// Numbers and dates as people here write them.
import t from "tap";
import { formats, timeTag } from "../../src/web/format.ts";

const it = formats("it");
const en = formats("en");
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

t.test("money has its comma, its point and two decimals", async (t) => {
  t.equal(plain(it.money(2430)), "24,30 €");
  t.equal(plain(it.money(123450)), "1.234,50 €");
  t.equal(plain(it.money(-5)), "-0,05 €");
  t.equal(plain(en.money(123450)), "€1,234.50");
});

t.test("a unit price shows two decimals, and up to four when it has them", async (t) => {
  t.equal(plain(it.unitPrice(24500)), "2,45 €");
  t.equal(plain(it.unitPrice(24567)), "2,4567 €");
});

t.test("a quantity shows only the decimals it has", async (t) => {
  t.equal(it.quantity(1500), "1,5");
  t.equal(it.quantity(12000), "12");
  t.equal(it.quantity(1234567), "1.234,567");
});

t.test("dates are Rome's, with the weekday, on both sides of the change of hour", async (t) => {
  t.match(it.dateTime(Date.UTC(2026, 10, 24, 19)), /^martedì 24 novembre 2026.* 20:00$/);
  t.match(it.dateTime(Date.UTC(2026, 6, 24, 18)), /^venerdì 24 luglio 2026.* 20:00$/);
  t.equal(it.time(Date.UTC(2026, 9, 25, 0, 30)), "02:30");
  t.equal(it.time(Date.UTC(2026, 9, 25, 1, 30)), "02:30");
});

t.test("tomorrow is tomorrow on Rome's calendar, however few the hours", async (t) => {
  const evening = Date.UTC(2026, 10, 24, 20);
  t.equal(it.relative(evening + 10 * 3_600_000, evening), "domani");
  t.equal(it.relative(evening + 50 * 3_600_000, evening), "dopodomani");
  t.equal(it.relative(evening + 2 * 3_600_000, evening), "tra 2 ore");
  t.equal(it.relative(evening - 5 * 60_000, evening), "5 minuti fa");
});

t.test("a time is written for the machine too", async (t) => {
  const at = Date.UTC(2026, 10, 24, 19);
  t.match(
    String(timeTag("it", at, at - 3_600_000)),
    /^<time datetime="2026-11-24T19:00:00\.000Z">martedì .*\(tra 1 ora\)<\/time>$/,
  );
});
