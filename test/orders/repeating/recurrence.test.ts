import fc from "fast-check";
import t from "tap";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { addDays, instantOfRome, romeTime } from "../../../src/kernel/time.ts";
import {
  checkRecurrence,
  dueOccurrences,
  occurrenceAt,
  previewOccurrences,
  type Recurrence,
  resume,
  suspend,
  suspensionOn,
} from "../../../src/orders/repeating/recurrence.ts";

const DAY = 24 * 3_600_000;

/** Every second Tuesday the order closes at 20:00; it opened ten days before, and is handed out on the Saturday after. */
function recurrence(change: Partial<Recurrence> = {}): Recurrence {
  return {
    anchor: "closing",
    startsOn: "2026-10-13",
    endsOn: null,
    every: 2,
    unit: "week",
    opening: { days: -10, time: "08:00" },
    closing: { days: 0, time: "20:00" },
    completion: { days: 1, time: "20:00" },
    delivery: { days: 4, time: "17:00" },
    deliveryEndTime: "19:00",
    madeDaysAhead: 3,
    suspensions: [],
    ...change,
  };
}

const rome = (date: string, time: string) => instantOfRome({ date, time })!;
const shown = (at: number | null | undefined) => {
  const { date, time } = romeTime(at!);
  return `${date} ${time}`;
};

t.test("A16 an order that closes on Tuesdays at 20:00 closes so before and after the change of hour", async (t) => {
  const [before, after] = [occurrenceAt(recurrence(), 0)!, occurrenceAt(recurrence(), 1)!];
  t.equal(shown(before.opensAt), "2026-10-03 08:00");
  t.equal(shown(before.closesAt), "2026-10-13 20:00");
  t.equal(shown(before.completesUntil), "2026-10-14 20:00");
  t.equal(shown(before.pickup?.startAt), "2026-10-17 17:00");
  t.equal(shown(before.pickup?.endAt), "2026-10-17 19:00");
  t.equal(shown(after.closesAt), "2026-10-27 20:00");
  t.equal(after.closesAt - before.closesAt, 14 * DAY + 3_600_000);
});

t.test("a month is counted from the first day, so that short months shorten nothing after them", async (t) => {
  const monthly = recurrence({ unit: "month", every: 1, startsOn: "2026-10-31" });
  t.same(
    [0, 1, 2, 4, 5].map((index) => occurrenceAt(monthly, index)?.anchorDate),
    ["2026-10-31", "2026-11-30", "2026-12-31", "2027-02-28", "2027-03-31"],
  );
  const leap = recurrence({ unit: "month", every: 12, startsOn: "2028-02-29" });
  t.same(
    [1, 4].map((index) => occurrenceAt(leap, index)?.anchorDate),
    ["2029-02-28", "2032-02-29"],
  );
});

t.test("the day that recurs is that of the opening, the closing or the delivery", async (t) => {
  const opening = recurrence({ anchor: "opening", unit: "day", every: 10, opening: { days: 0, time: "08:00" } });
  t.equal(shown(occurrenceAt(opening, 1)?.opensAt), "2026-10-23 08:00");
  const delivery = recurrence({
    anchor: "delivery",
    closing: { days: -3, time: "20:00" },
    completion: null,
    delivery: { days: 0, time: "17:00" },
    deliveryEndTime: null,
  });
  t.match(occurrenceAt(delivery, 0), {
    completesUntil: null,
    pickup: { startAt: rome("2026-10-13", "17:00"), endAt: null },
  });
  t.equal(shown(occurrenceAt(delivery, 0)?.closesAt), "2026-10-10 20:00");
  t.equal(occurrenceAt(recurrence({ delivery: null, deliveryEndTime: null }), 0)?.pickup, null);
});

t.test("an order is made some days before it opens, once", async (t) => {
  const opensAt = rome("2026-10-03", "08:00");
  t.same(dueOccurrences(recurrence(), -1, opensAt - 3 * DAY - 1), { due: [], lastIndex: -1 });
  const made = dueOccurrences(recurrence(), -1, opensAt - 3 * DAY);
  t.match(made, { due: [{ index: 0, opensAt }], lastIndex: 0 });
  t.same(dueOccurrences(recurrence(), made.lastIndex, opensAt), { due: [], lastIndex: 0 });
});

t.test("after weeks without the node only what can still be booked is made", async (t) => {
  const { due, lastIndex } = dueOccurrences(recurrence(), -1, rome("2026-12-01", "12:00"));
  t.same(
    due.map((one) => one.anchorDate),
    ["2026-12-08"],
  );
  t.equal(lastIndex, 4);
});

t.test("a row that began a hundred years ago is not counted through from there", async (t) => {
  for (const [unit, every] of [
    ["day", 1],
    ["week", 1],
    ["month", 1],
  ] as const) {
    const old = recurrence({ unit, every, startsOn: "1926-10-13" });
    const now = rome("2026-12-01", "12:00");
    const started = performance.now();
    const { due, lastIndex } = dueOccurrences(old, -1, now);
    t.ok(performance.now() - started < 5000, unit);
    t.ok(due.every((one) => one.closesAt > now) && due.length > 0, unit);
    const next = occurrenceAt(old, lastIndex + 1)!;
    t.ok(next.opensAt - old.madeDaysAhead * DAY > now, unit);
    t.same(dueOccurrences(old, due[0]!.index - 1, now).due, due, unit);
  }
});

t.test("the row ends on its last day", async (t) => {
  const short = recurrence({ endsOn: "2026-10-26" });
  t.equal(occurrenceAt(short, 1), null);
  t.equal(dueOccurrences(short, 0, rome("2030-01-01", "00:00")).lastIndex, 0);
  t.equal(dueOccurrences(short, -1, rome("2030-01-01", "00:00")).lastIndex, 0);
  t.equal(previewOccurrences(short, -1, 5).length, 1);
});

t.test("a suspended order is passed over, and the row goes on by itself on the day that was said", async (t) => {
  const holiday = suspend(recurrence(), { from: "2026-10-20", until: "2026-11-10" }) as Recurrence;
  const preview = previewOccurrences(holiday, -1, 4).map(({ occurrence, suspension }) => [
    occurrence.anchorDate,
    suspension?.until ?? null,
  ]);
  t.same(preview, [
    ["2026-10-13", null],
    ["2026-10-27", "2026-11-10"],
    ["2026-11-10", null],
    ["2026-11-24", null],
  ]);
  t.same(
    dueOccurrences(holiday, 0, rome("2026-11-01", "12:00")).due.map((one) => one.anchorDate),
    ["2026-11-10"],
  );
});

t.test("what is suspended without an end waits for a person, and misses nothing that is still ahead", async (t) => {
  const stopped = suspend(recurrence(), { from: "2026-10-20", until: null }) as Recurrence;
  t.same(dueOccurrences(stopped, 0, rome("2026-10-25", "12:00")), { due: [], lastIndex: 1 });
  const again = resume(stopped, rome("2026-11-01", "12:00"));
  t.same(again.suspensions, [{ from: "2026-10-20", until: "2026-11-01" }]);
  t.match(dueOccurrences(again, 1, rome("2026-11-01", "12:00")), { due: [{ anchorDate: "2026-11-10" }] });
});

t.test("resuming ends what runs, forgets what began today and leaves what is planned or over", async (t) => {
  const suspensions = [
    { from: "2026-08-01", until: "2026-09-01" },
    { from: "2026-10-20", until: null },
    { from: "2026-11-01", until: "2026-11-05" },
    { from: "2026-12-24", until: "2027-01-07" },
  ];
  const again = resume(recurrence({ suspensions }), rome("2026-11-01", "00:10"));
  t.same(again.suspensions, [suspensions[0], { from: "2026-10-20", until: "2026-11-01" }, suspensions[3]]);
  t.equal(suspensionOn(again, "2026-11-01"), null);
});

t.test("a suspension that ends before it begins is refused, and so are too many", async (t) => {
  for (const [from, until] of [
    ["2026-02-30", null],
    ["2026-11-01", "2026-11-01"],
    ["2026-11-01", "domani"],
  ] as const)
    t.same(suspend(recurrence(), { from, until }), { refused: "bad-suspension" });
  const suspensions = Array.from({ length: 50 }, () => ({ from: "2026-01-01", until: "2026-01-02" }));
  t.match(suspend(recurrence({ suspensions }), { from: "2026-03-01", until: null }), {
    refused: "too-many-suspensions",
  });
});

t.test("a rhythm that makes no sense is refused", async (t) => {
  t.equal(checkRecurrence(recurrence()), null);
  const at = (days: number, time: string) => ({ days, time });
  const refused: [string, Partial<Recurrence>][] = [
    ["bad-rhythm", { every: 0 }],
    ["bad-rhythm", { unit: "week", every: 54 }],
    ["bad-rhythm", { madeDaysAhead: -1 }],
    ["bad-start", { startsOn: "2026-02-29" }],
    ["bad-end", { endsOn: "2026-10-12" }],
    ["bad-end", { endsOn: "mai" }],
    ["bad-time", { opening: at(-10, "8:00") }],
    ["bad-time", { completion: at(0.5, "20:00") }],
    ["bad-time", { deliveryEndTime: "24:00" }],
    ["bad-time", { deliveryEndTime: "17:00" }],
    ["anchor-moved", { closing: at(1, "20:00") }],
    ["no-delivery", { anchor: "delivery", delivery: null, deliveryEndTime: null }],
    ["no-delivery", { delivery: null }],
    ["opening-after-closing", { opening: at(0, "20:00") }],
    ["completion-before-closing", { completion: at(0, "19:00") }],
    ["delivery-before-closing", { delivery: at(1, "17:00") }],
  ];
  for (const [code, change] of refused)
    t.equal(checkRecurrence(recurrence(change))?.refused, code, JSON.stringify(change));
});

t.test(
  "A16 whatever the rhythm, moments keep their order and orders follow each other, over every change of hour",
  async () => {
    const anyTime = fc
      .tuple(fc.constantFrom("00", "01", "02", "03", "20"), fc.constantFrom("00", "15", "30"))
      .map((two) => two.join(":"));
    const anyMoment = (least: number) => fc.record({ days: fc.integer({ min: least, max: least + 3 }), time: anyTime });
    const anyRecurrence = fc.record({
      startsOn: fc.integer({ min: 0, max: 800 }).map((days) => addDays("2026-03-01", days)),
      every: fc.integer({ min: 1, max: 20 }),
      unit: fc.constantFrom("day" as const, "week" as const, "month" as const),
      opening: anyMoment(-2),
      closing: anyTime.map((time) => ({ days: 0, time })),
      completion: fc.option(anyMoment(0), { nil: null }),
      delivery: anyMoment(0),
    });
    fc.assert(
      fc.property(anyRecurrence, fc.nat(60), (drawn, index) => {
        const one = recurrence({ ...drawn, deliveryEndTime: null });
        if (isRefusal(checkRecurrence(one))) return true;
        const [now, next] = [occurrenceAt(one, index)!, occurrenceAt(one, index + 1)!];
        const { opensAt, closesAt, completesUntil, pickup } = now;
        const steps = [opensAt, closesAt, completesUntil ?? closesAt + 1, pickup!.startAt + 2];
        return steps.every((at, place) => place === 0 || steps[place - 1]! < at) && next.anchorDate > now.anchorDate;
      }),
      { numRuns: 500 },
    );
  },
);

t.test(
  "however often and whenever the clock looks, each order is made once at most, and none that can be booked is missed",
  async () => {
    const looks = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(looks, fc.integer({ min: 1, max: 9 }), (days, every) => {
        const often = recurrence({ unit: "day", every, opening: { days: -2, time: "08:00" }, madeDaysAhead: 1 });
        let [now, last] = [rome("2026-10-01", "00:00"), -1];
        const made: number[] = [];
        for (const more of days) {
          now += more * DAY;
          const { due, lastIndex } = dueOccurrences(often, last, now);
          if (lastIndex < last || due.some((one) => one.closesAt <= now || one.index <= last)) return false;
          made.push(...due.map((one) => one.index));
          // Whatever could be booked at this moment was made now or before.
          for (let index = Math.max(0, lastIndex - 3); index <= lastIndex; index++)
            if (occurrenceAt(often, index)!.closesAt > now && !made.includes(index)) return false;
          last = lastIndex;
        }
        return new Set(made).size === made.length;
      }),
      { numRuns: 50 },
    );
  },
);
