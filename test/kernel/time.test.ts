import fc from "fast-check";
import t from "tap";
import {
  addDays,
  addMonths,
  formatInstant,
  instantOfRome,
  isDate,
  parseInstant,
  romeTime,
  sequenceOf,
} from "../../src/kernel/time.ts";

t.test("an instant on the wire is UTC in whole seconds and reads back", async (t) => {
  t.equal(formatInstant(1_762_070_400_999), "2025-11-02T08:00:00Z");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      return parseInstant(formatInstant(seconds * 1000)) === seconds * 1000;
    }),
  );
});

t.test("other servers' offsets and fractions are read, what is no moment is refused", async (t) => {
  t.equal(parseInstant("2026-11-30T23:00:00.000000Z"), Date.UTC(2026, 10, 30, 23));
  t.equal(parseInstant("2026-12-01T00:00:00+01:00"), Date.UTC(2026, 10, 30, 23));
  for (const text of [
    "2026-02-30T00:00:00Z",
    "2026-12-01",
    "2026-12-01T00:00:00",
    "2026-12-01 00:00:00Z",
    "domani",
    "",
  ]) {
    t.equal(parseInstant(text), null, text);
  }
});

t.test("an order that closes at 20:00 in Rome closes so in summer and in winter", async (t) => {
  t.equal(instantOfRome({ date: "2026-07-14", time: "20:00" }), Date.UTC(2026, 6, 14, 18));
  t.equal(instantOfRome({ date: "2026-11-24", time: "20:00" }), Date.UTC(2026, 10, 24, 19));
  t.same(romeTime(Date.UTC(2026, 10, 30, 23)), { date: "2026-12-01", time: "00:00" });
});

t.test("the hour spring leaves out and the hour autumn repeats each have one meaning", async (t) => {
  t.equal(instantOfRome({ date: "2026-03-29", time: "02:30" }), Date.UTC(2026, 2, 29, 1, 30));
  t.equal(instantOfRome({ date: "2026-10-25", time: "02:30" }), Date.UTC(2026, 9, 25, 0, 30));
  t.same(romeTime(Date.UTC(2026, 9, 25, 1, 30)), { date: "2026-10-25", time: "02:30" });
});

t.test("every whole minute outside a change of hour goes to Rome and back", async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000_000 }), (minutes) => {
      const at = minutes * 60_000;
      const back = instantOfRome(romeTime(at));
      return back === at || back === at - 3_600_000;
    }),
  );
});

t.test("a day of the calendar is told from one that is not", async (t) => {
  t.ok(isDate("2028-02-29"));
  for (const text of ["2026-02-29", "2026-13-01", "20260101", "2026-1-1", ""]) t.notOk(isDate(text), text);
  t.equal(instantOfRome({ date: "2026-02-29", time: "10:00" }), null);
  t.equal(instantOfRome({ date: "2026-02-28", time: "24:00" }), null);
  t.equal(addDays("2026-02-28", 1), "2026-03-01");
  t.equal(addDays("2026-03-01", -1), "2026-02-28");
});

t.test("a month later is the same day, or the last one of a month that is too short", async (t) => {
  t.equal(addMonths("2026-01-31", 1), "2026-02-28");
  t.equal(addMonths("2028-01-31", 1), "2028-02-29");
  t.equal(addMonths("2028-02-29", 12), "2029-02-28");
  t.equal(addMonths("2028-02-29", 48), "2032-02-29");
  t.equal(addMonths("2026-12-15", 1), "2027-01-15");
});

t.test("a change counts in calendars as seconds since the beginning, never below zero, for sixty years", async (t) => {
  const beginning = Date.UTC(2026, 0, 1);
  t.same([0, beginning, beginning + 1999, beginning + 2000].map(sequenceOf), [0, 0, 1, 2]);
  t.ok(sequenceOf(Date.UTC(2090, 0, 1)) < 2 ** 31);
});
