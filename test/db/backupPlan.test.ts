// Which night it is and which copies have served, over years and changes of the clock.
import fc from "fast-check";
import t from "tap";
import { copiesToDrop, countNights, hasRoom, lastNight, nextNight } from "../../src/db/backupPlan.ts";

const DAY = 86_400_000;

t.test(
  "A16 each night comes once, also when clocks change, and the hour that spring leaves out is not left out",
  async (t) => {
    let at = Date.UTC(2026, 2, 27, 12);
    const nights: number[] = [];
    for (let i = 0; i < 5; i++) {
      at = nextNight(at, "02:30")!;
      t.equal(lastNight(at, "02:30"), at);
      t.ok(lastNight(at - 1, "02:30")! < at);
      nights.push(at);
    }
    t.same(
      nights.map((night) => new Date(night).toISOString().slice(5, 16)),
      ["03-28T01:30", "03-29T01:30", "03-30T00:30", "03-31T00:30", "04-01T00:30"],
    );
    t.equal(countNights(nights[0]!, nights[4]!), 4);
    t.equal(countNights(nights[4]!, nights[0]!), 0);
    const autumn = nextNight(Date.UTC(2026, 9, 24, 12), "02:30")!;
    t.equal(new Date(autumn).toISOString().slice(0, 16), "2026-10-25T00:30", "of the hour that comes twice, the first");
    t.equal(nextNight(autumn, "02:30")! - autumn, 25 * 3_600_000);
    t.equal(lastNight(0, "24:00"), null);
    t.equal(nextNight(0, "x"), null);
  },
);

t.test("of two years of nights the last seven days, four weeks and twelve months stay", async (t) => {
  const last = Date.UTC(2026, 10, 23, 2, 30);
  let copies: { name: string; at: number }[] = [];
  for (let i = 730; i >= 0; i--) {
    copies.push({ name: String(i), at: last - i * DAY });
    const dropped = new Set(copiesToDrop(copies, []).map(({ name }) => name));
    copies = copies.filter(({ name }) => !dropped.has(name));
  }
  const days = copies.map(({ at }) => new Date(at).toISOString().slice(0, 10)).reverse();
  t.same(days.slice(0, 7), [
    "2026-11-23",
    "2026-11-22",
    "2026-11-21",
    "2026-11-20",
    "2026-11-19",
    "2026-11-18",
    "2026-11-17",
  ]);
  t.same(days.slice(7, 9), ["2026-11-15", "2026-11-08"], "with this week's and last week's, four Sundays");
  t.equal(new Set(days.map((day) => day.slice(0, 7))).size, 12);
  t.ok(copies.length <= 7 + 4 + 12);
});

t.test("what is dropped is never what was named, never the newest, and dropping again drops nothing", async (t) => {
  const ats = fc.uniqueArray(fc.integer({ min: 0, max: 400 * DAY }), { maxLength: 60 });
  fc.assert(
    fc.property(ats, fc.nat(), (made, pick) => {
      const copies = made.map((at, i) => ({ name: String(i), at: at + Date.UTC(2025, 0, 1) }));
      const always = copies.length > 0 ? [copies[pick % copies.length]!.name] : [];
      const dropped = copiesToDrop(copies, always);
      const left = copies.filter((copy) => !dropped.includes(copy));
      const newest = copies.toSorted((one, other) => other.at - one.at)[0];
      return (
        dropped.every(({ name }) => !always.includes(name)) &&
        (newest === undefined || left.includes(newest)) &&
        copiesToDrop(left, always).length === 0
      );
    }),
  );
  t.pass("held");
});

t.test("a copy fits with its proof beside it and half a gigabyte to work in", async (t) => {
  const MEGABYTE = 1024 * 1024;
  t.equal(hasRoom(700 * MEGABYTE, 100 * MEGABYTE), true);
  t.equal(hasRoom(700 * MEGABYTE - 1, 100 * MEGABYTE), false);
});
