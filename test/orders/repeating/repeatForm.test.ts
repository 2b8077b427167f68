import t from "tap";
import { instantOfRome } from "../../../src/kernel/time.ts";
import { checkRecurrence, occurrenceAt } from "../../../src/orders/repeating/recurrence.ts";
import { readRepeat as read, startRepeat, writeRepeat } from "../../../src/orders/repeating/repeatForm.ts";
import { sure } from "../group.ts";
import { order } from "../oranges.ts";

type RepeatForm = Parameters<typeof read>[0];

/** A rhythm that holds together. */
const readRepeat = (...args: Parameters<typeof read>) => sure(read(...args));

const rome = (date: string, time: string) => instantOfRome({ date, time })!;

/** Every second week: open for ten days up to a Tuesday at 20:00, handed out on the Saturday after. */
function typed(change: Partial<RepeatForm> = {}): RepeatForm {
  return {
    ...{ anchor: "closing", startsOn: "2026-11-10", every: 2, unit: "week" },
    ...{ openDays: 10, openTime: "08:00", closeTime: "20:00", deliverDays: 4, deliverTime: "17:00" },
    ...change,
  };
}

/** An order between such moments of Rome, as the form begins from it. */
function begin(opens: [string, string], closes: [string, string], delivers: [string, string]) {
  const startAt = rome(...delivers);
  const pickups = [{ id: "d1", place: "Polisportiva", startAt, endAt: null }];
  return startRepeat(order({ opensAt: rome(...opens), closesAt: rome(...closes), pickups }));
}

t.test("days typed before and after closing are counted over to the day that counts", async (t) => {
  const days = (anchor: RepeatForm["anchor"]) => {
    const rhythm = readRepeat(typed({ anchor }));
    t.equal(checkRecurrence(rhythm), null, `a rhythm by its ${anchor} can stand`);
    return [rhythm.opening.days, rhythm.closing.days, rhythm.delivery?.days];
  };
  t.same(days("closing"), [-10, 0, 4]);
  t.same(days("opening"), [0, 10, 14]);
  t.same(days("delivery"), [-14, -4, 0]);
});

t.test("a rhythm keeps what was typed and runs for ever unless an end was said", async (t) => {
  t.same(readRepeat(typed()), {
    ...{ anchor: "closing", startsOn: "2026-11-10", endsOn: null, every: 2, unit: "week" },
    ...{ opening: { days: -10, time: "08:00" }, closing: { days: 0, time: "20:00" }, completion: null },
    ...{ delivery: { days: 4, time: "17:00" }, deliveryEndTime: null, madeDaysAhead: 3, suspensions: [] },
  });
  t.equal(readRepeat(typed({ endsOn: "2027-06-30" })).endsOn, "2027-06-30");
});

t.test(
  "a delivery of which only half was said is asked for whole; of none no order can be counted from it",
  async (t) => {
    const { deliverDays, deliverTime, ...without } = typed();
    t.same(read({ ...without, deliverDays: 4 }), { refused: "no-deliver-time" });
    t.same(read({ ...without, deliverTime: "17:00" }), { refused: "no-deliver-days" });
    const none = readRepeat(without);
    t.equal(none.delivery, null);
    t.equal(checkRecurrence(none), null, "the order itself can stand");
    t.same(checkRecurrence(readRepeat({ ...without, anchor: "delivery" })), { refused: "no-delivery" });
  },
);

t.test("the form begins with the order's own times, a week on", async (t) => {
  t.same(begin(["2026-11-02", "08:00"], ["2026-11-05", "20:00"], ["2026-11-09", "17:00"]), {
    ...{ anchor: "closing", every: "1", unit: "month", startsOn: "2026-11-12", endsOn: "" },
    ...{ openDays: "3", openTime: "08:00", closeTime: "20:00", deliverDays: "4", deliverTime: "17:00" },
  });
});

t.test("days are those of the calendar, however few or many hours lie between", async (t) => {
  const sameDay = begin(["2026-11-05", "08:00"], ["2026-11-05", "23:00"], ["2026-11-06", "07:00"]);
  t.match(sameDay, { openDays: "0", deliverDays: "1" });
  t.match(begin(["2026-11-03", "23:00"], ["2026-11-05", "08:00"], ["2026-11-05", "21:00"]), {
    ...{ openDays: "2", deliverDays: "0" },
  });
});

t.test("the night when clocks go back takes no day from what the form begins with", async (t) => {
  t.match(begin(["2026-10-12", "08:00"], ["2026-10-20", "00:30"], ["2026-10-27", "00:15"]), {
    ...{ startsOn: "2026-10-27", openDays: "8", deliverDays: "7" },
  });
});

t.test("an order opened by hand without a pickup begins with when it was made and no delivery", async (t) => {
  const createdAt = rome("2026-11-01", "09:15");
  const closesAt = rome("2026-11-05", "20:00");
  t.match(startRepeat(order({ opensAt: null, createdAt, closesAt, pickups: [] })), {
    ...{ openDays: "4", openTime: "09:15", deliverDays: "", deliverTime: "" },
  });
});

t.test("what the form begins with, sent as it is, makes the same order again", async (t) => {
  const form = begin(["2026-11-03", "23:00"], ["2026-11-05", "20:00"], ["2026-11-06", "07:00"]);
  const { openDays, deliverDays, startsOn, openTime, closeTime, deliverTime } = form as Record<string, string>;
  const sent = { startsOn: startsOn!, openTime: openTime!, closeTime: closeTime!, deliverTime: deliverTime! };
  const rhythm = readRepeat(typed({ ...sent, openDays: Number(openDays), deliverDays: Number(deliverDays) }));
  t.equal(checkRecurrence(rhythm), null);
  t.match(occurrenceAt(rhythm, 0), {
    opensAt: rome("2026-11-10", "23:00"),
    closesAt: rome("2026-11-12", "20:00"),
    pickup: { startAt: rome("2026-11-13", "07:00") },
  });
});

t.test("a rhythm is shown in fields that read back as the same rhythm, with what the form does not show", async (t) => {
  const fields = (form: Record<string, string>) =>
    ({
      ...form,
      every: Number(form.every),
      openDays: Number(form.openDays),
      endsOn: form.endsOn || undefined,
    }) as object;
  for (const anchor of ["opening", "closing", "delivery"] as const) {
    const rule = {
      ...readRepeat(typed({ anchor, endsOn: "2027-06-30" })),
      ...{ deliveryEndTime: "19:00", madeDaysAhead: 5, suspensions: [{ from: "2026-12-24", until: null }] },
    };
    const withCompletion = { ...rule, completion: { days: rule.closing.days + 1, time: "12:00" } };
    const form = writeRepeat(withCompletion);
    const sent = { ...fields(form), deliverDays: Number(form.deliverDays) } as RepeatForm;
    t.same(readRepeat(sent, withCompletion), withCompletion, anchor);
  }
  const without = readRepeat({ ...typed(), deliverDays: undefined, deliverTime: undefined } as unknown as RepeatForm);
  t.match(writeRepeat(without), { deliverDays: "", deliverTime: "" });
});

t.test("a completion moves with the day that counts", async (t) => {
  const before = { ...readRepeat(typed()), completion: { days: 1, time: "12:00" } };
  t.match(readRepeat(typed({ anchor: "opening" }), before), { closing: { days: 10 }, completion: { days: 11 } });
});
