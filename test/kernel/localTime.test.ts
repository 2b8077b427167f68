// Times as people type them, with the two nights of the year that are not like the others.
import fc from "fast-check";
import t from "tap";
import { moveByDays, readLocalMinute, writeLocalMinute } from "../../src/kernel/localTime.ts";

t.test("eight in the evening is another hour of the world in winter and in summer", async (t) => {
  t.same(readLocalMinute("2026-12-01T20:00"), { at: Date.UTC(2026, 11, 1, 19) });
  t.same(readLocalMinute("2026-07-01T20:00"), { at: Date.UTC(2026, 6, 1, 18) });
  t.same(readLocalMinute("2026-07-01 9.30"), { at: Date.UTC(2026, 6, 1, 7, 30) });
});

t.test("half past two in the night of the spring change is not there, and the answer says what is", async (t) => {
  t.match(readLocalMinute("2026-03-29T02:30"), { refused: "hour-not-there", instead: "03:30" });
  t.same(readLocalMinute("2026-03-29T03:00"), { at: Date.UTC(2026, 2, 29, 1) });
});

t.test("half past two in the night of the autumn change is the first of the two", async (t) => {
  t.same(readLocalMinute("2026-10-25T02:30"), { at: Date.UTC(2026, 9, 25, 0, 30) });
});

t.test("what is no moment is refused", async (t) => {
  for (const text of ["", "domani", "2026-02-30T10:00", "2026-12-01T24:00", "2026-12-01", "2026-12-01T20:00:30"])
    t.match(readLocalMinute(text), { refused: "bad-time" }, text);
});

t.test("what a form shows is read back as the same minute, except in the repeated hour", async () => {
  const minutes = fc.integer({ min: Date.UTC(2024, 0, 1) / 60_000, max: Date.UTC(2036, 0, 1) / 60_000 });
  fc.assert(
    fc.property(minutes, (minute) => {
      const at = minute * 60_000;
      const read = readLocalMinute(writeLocalMinute(at));
      return "at" in read && (read.at === at || read.at === at - 3_600_000);
    }),
  );
});

t.test("a week later is the same hour on the clocks, also across the change", async (t) => {
  const before = Date.UTC(2026, 9, 22, 18);
  t.equal(writeLocalMinute(before), "2026-10-22T20:00");
  t.equal(writeLocalMinute(moveByDays(before, 7)), "2026-10-29T20:00");
});
