import t from "tap";
import { instantOfRome } from "../../../src/kernel/time.ts";
import { checkPlace, nextTimeOf, type PlaceWish } from "../../../src/orders/group/places.ts";
import { readPlace } from "../../../src/orders/group/settingsForm.ts";

const rome = (date: string, time: string) => instantOfRome({ date, time })!;
const FRIDAYS: PlaceWish = {
  ...{ name: "Centro sociale", address: "Via Verdi 3, Fano" },
  ...{ weekday: 5, fromTime: "18:00", untilTime: "19:30" },
};

t.test("an order that closes on Tuesday is collected on the Friday after it", async (t) => {
  t.same(nextTimeOf(FRIDAYS, rome("2026-11-24", "20:00")), {
    startAt: rome("2026-11-27", "18:00"),
    endAt: rome("2026-11-27", "19:30"),
  });
});

t.test("an order that closes on the very day is collected that day while its hour is still ahead", async (t) => {
  t.equal(nextTimeOf(FRIDAYS, rome("2026-11-27", "18:00"))?.startAt, rome("2026-11-27", "18:00"));
  t.equal(nextTimeOf(FRIDAYS, rome("2026-11-27", "18:01"))?.startAt, rome("2026-12-04", "18:00"));
});

t.test("the hour of the pickup stays when the clocks change in between", async (t) => {
  const sundays = { ...FRIDAYS, weekday: 7 };
  t.equal(nextTimeOf(sundays, rome("2026-10-24", "20:00"))?.startAt, Date.UTC(2026, 9, 25, 17));
});

t.test("a place without a usual day proposes nothing", async (t) => {
  t.equal(nextTimeOf({ ...FRIDAYS, weekday: null, fromTime: null, untilTime: null }, 0), null);
});

t.test("a place says which of its parts does not hold", async (t) => {
  t.equal(checkPlace(FRIDAYS), null);
  t.match(checkPlace({ ...FRIDAYS, name: " " }), { refused: "no-place" });
  t.match(checkPlace({ ...FRIDAYS, weekday: null }), { refused: "no-day" });
  t.match(checkPlace({ ...FRIDAYS, fromTime: null }), { refused: "no-time" });
  t.match(checkPlace({ ...FRIDAYS, fromTime: "25:00" }), { refused: "bad-time" });
  t.match(checkPlace({ ...FRIDAYS, untilTime: "18:00" }), { refused: "before-start" });
});

t.test("hours are read as people write them", async (t) => {
  const read = readPlace({ name: "Centro  sociale", weekday: 5, from: "9.30", until: "11" });
  t.match(read, { name: "Centro sociale", address: "", fromTime: "09:30", untilTime: "11:00" });
  t.equal(readPlace({ name: "x", from: "alle sei" }).fromTime, "alle sei", "and what is none is left to be refused");
});

t.test("a place whose next hour is the one that the clocks leave out begins when they have gone on", async (t) => {
  const nights = { ...FRIDAYS, weekday: 7, fromTime: "02:30", untilTime: null };
  t.same(nextTimeOf(nights, rome("2026-03-22", "03:00")), { startAt: rome("2026-03-29", "03:30"), endAt: null });
});
