import t from "tap";
import { instantOfRome } from "../../../src/kernel/time.ts";
import type { Goods, OrderLine } from "../../../src/orders/order.ts";
import type { Modifier } from "../../../src/orders/planning/modifiers.ts";
import { checkPlan, type Plan, planOf } from "../../../src/orders/planning/plan.ts";
import {
  lineKey,
  planErrors,
  readLines,
  readPlan,
  writeLines,
  writePlan,
} from "../../../src/orders/planning/planForm.ts";
import { SLOTS } from "../../../src/orders/slots.ts";
import { goods, HOUR, line, order, policies } from "../oranges.ts";

type PlanWish = Parameters<typeof readPlan>[0];
type LinesForm = Parameters<typeof readLines>[0];

const rome = (date: string, time: string) => instantOfRome({ date, time })!;

/** The least that can be typed: a name and a closing; the rest as the form shows it unless changed. */
function typed(change: Partial<PlanWish> = {}): PlanWish {
  return {
    ...{ name: "Agrumi di novembre", closesAt: "2026-11-05T20:00" },
    ...{ whenMinimumMissed: "ask", whenCaseOpen: "down", allocation: "proportional", sendBy: "hand" },
    ...{
      acceptShortPercent: 100,
      usesCompletion: false,
      skipsConfirmation: false,
      usesArrival: false,
      asksToConfirm: false,
    },
    ...{ start: {}, end: {}, place: {}, modName: {}, modKind: {}, modValue: {}, modUnit: {}, modSplit: {} },
    ...{ modOn: {}, modSteps: {}, modFor: {}, modProduct: {}, modPlace: {}, modRedone: {} },
    ...change,
  };
}

function planned(change: Partial<PlanWish> = {}, before: Plan | null = null): Plan {
  const read = readPlan(typed(change), before);
  if ("errors" in read) throw new Error(`not read: ${Object.entries(read.errors).join(" ")}`);
  return read.plan;
}

/** What a browser sends of the fields a plan is shown in: `place.1` under its group, flags as such, empty fields not. */
function sent(fields: Readonly<Record<string, string>>): PlanWish {
  const wish: Record<string, unknown> = { ...typed() };
  for (const [name, text] of Object.entries(fields).filter(([, value]) => value !== "")) {
    const [group = "", slot] = name.split(".");
    if (slot) wish[group] = { ...(wish[group] as object), [slot]: text };
    else wish[group] = typeof wish[group] === "boolean" ? true : group === "acceptShortPercent" ? Number(text) : text;
  }
  return wish as PlanWish;
}

function modifier(id: string, change: Partial<Modifier> = {}): Modifier {
  return {
    ...{ id, name: `Voce ${id}`, kind: "transport", value: { cents: 1250 }, splitBy: "value" },
    ...{ thresholdOn: null, thresholds: [], isRecomputedOnDelivery: true },
    ...change,
  };
}

t.test("the least that can be typed is a plan that can stand", async (t) => {
  const plan = planned();
  t.same(plan, {
    ...{ name: "Agrumi di novembre", note: "", opensAt: null, closesAt: rome("2026-11-05", "20:00") },
    ...{ completesUntil: null, pickups: [], modifiers: [] },
    policies: policies({ usesCompletion: false, usesArrival: false }),
  });
  t.equal(checkPlan(plan, null, plan.closesAt - HOUR), null);
});

t.test("a plan is shown in fields that read back as the same plan, whatever it holds", async (t) => {
  const pickups = [
    { id: "d1", place: "Polisportiva", startAt: rome("2026-11-09", "17:00"), endAt: rome("2026-11-09", "19:00") },
    { id: "d3", place: "Da Anna", startAt: rome("2026-11-10", "18:30"), endAt: null },
  ];
  const full = planOf(
    order({
      ...{ note: "Portate le cassette", pickups },
      policies: policies({
        ...{ minimumCents: 25_000, autoCloseCents: 100_050, autoCloseGrams: 400_500, usesConfirmation: false },
        ...{ whenMinimumMissed: "cancel", whenCaseOpen: "up", allocation: "equal", sendBy: "clock" },
        acceptShortPercent: 80,
      }),
      modifiers: [
        modifier("m1", { thresholdOn: "value", thresholds: [{ from: 50_000, value: { cents: 0 } }] }),
        modifier("m4", { kind: "discount", value: { hundredthsPercent: 350 }, splitBy: "head" }),
        modifier("m2", { kind: "surcharge", value: { centsPerKg: 5 }, isRecomputedOnDelivery: false }),
      ],
    }),
  );
  const fields = writePlan(full);
  t.match(fields, {
    ...{ minimum: "250,00", autoClose: "1000,50", autoCloseKg: "400,5", skipsConfirmation: "on", "end.2": "" },
    ...{ "modUnit.2": "percent", "modValue.2": "3,50", "modUnit.3": "perKg", "modValue.3": "0,05" },
  });
  t.same(readPlan(sent(fields), full), { plan: full });
  const bare = planned();
  t.match(writePlan(bare), { opensAt: "", minimum: "", autoCloseKg: "", usesArrival: "", usesCompletion: "" });
  t.same(readPlan(sent(writePlan(bare)), bare), { plan: bare });
});

t.test("every field that cannot be read is told, each with its own reason", async (t) => {
  const wrong = typed({
    ...{ opensAt: "domani", closesAt: "2027-03-28T02:30", minimum: "-5", autoClose: "molto", autoCloseKg: "tanto" },
    ...{ start: { 1: "sabato", 2: "2026-11-09T17:00" }, place: { 1: "Polisportiva", 3: "Da Anna" } },
    ...{ modName: { 1: "Furgone", 2: "Sconto", 4: "Cassa" }, modValue: { 1: "venti", 3: "5", 4: "-1" } },
  });
  t.same(readPlan(wrong, null), {
    errors: {
      ...{ opensAt: "bad-time", closesAt: "hour-not-there" },
      ...{ minimum: "not-money", autoClose: "not-money", autoCloseKg: "not-a-number" },
      ...{ "start.1": "bad-time", "place.2": "required", "start.3": "required" },
      ...{ "modValue.1": "not-a-number", "modValue.2": "required", "modName.3": "required" },
      "modValue.4": "not-a-number",
    },
  });
});

t.test("a percentage above a hundred is no modifier", async (t) => {
  const percent = (value: string) =>
    readPlan(typed({ modName: { 1: "Sconto" }, modValue: { 1: value }, modUnit: { 1: "percent" } }), null);
  t.same(percent("100,01"), { errors: { "modValue.1": "bad-format" } });
  t.match(percent("100"), { plan: { modifiers: [{ value: { hundredthsPercent: 10_000 } }] } });
});

t.test("when completion ends counts only where the order is completed", async (t) => {
  const completesUntil = "2026-11-06T20:00";
  t.equal(planned({ usesCompletion: true, completesUntil }).completesUntil, rome("2026-11-06", "20:00"));
  t.equal(planned({ usesCompletion: true }).completesUntil, null, "ended by hand");
  t.equal(planned({ completesUntil: "boh" }).completesUntil, null, "a field without meaning is not read");
});

t.test("a pickup that was there keeps its id when others come and go, so that baskets still choose it", async (t) => {
  const start = { 1: "2026-11-09T17:00", 2: "2026-11-10T17:00", 3: "2026-11-11T17:00", 20: "2026-11-12T17:00" };
  const place = { 1: "Polisportiva", 2: "Da Anna", 3: "Parrocchia", 20: "Cascina" };
  const ids = (plan: Plan) => plan.pickups.map(({ id, place }) => `${id} ${place}`);
  const first = planned({ start, place });
  t.same(ids(first), ["d1 Polisportiva", "d2 Da Anna", "d3 Parrocchia", "d4 Cascina"]);
  const second = planned({ start: { 2: start[2] }, place: { 2: place[2] } }, first);
  t.same(ids(second), ["d2 Da Anna"]);
  const third = planned({ start: { 1: start[2], 2: start[1] }, place: { 1: place[2], 2: "Circolo" } }, second);
  t.same(ids(third), ["d2 Da Anna", "d1 Circolo"]);
  const all = Array.from({ length: SLOTS }, (_, index) => [index + 1, "2026-11-09T17:00"]);
  const full = planned({ start: Object.fromEntries(all), place: Object.fromEntries(all) }, second);
  t.equal(new Set(full.pickups.map(({ id }) => id)).size, SLOTS, "no two have one name, however many there are");
});

t.test("a modifier that is added after another was taken off never takes the name of one that stays", async (t) => {
  const first = planned({ modName: { 1: "Furgone", 2: "Cassa" }, modValue: { 1: "30", 2: "2" } });
  t.same(first.modifiers[0], modifier("m1", { name: "Furgone", value: { cents: 3000 } }));
  const second = planned({ modName: { 2: "Cassa" }, modValue: { 2: "2" } }, first);
  const third = planned({ modName: { 1: "Cassa", 2: "Sconto" }, modValue: { 1: "2", 2: "5" } }, second);
  t.same(
    third.modifiers.map(({ id, name }) => `${id} ${name}`),
    ["m2 Cassa", "m1 Sconto"],
  );
});

t.test("what the form does not show of a modifier stays as it was", async (t) => {
  const before = { ...planned(), modifiers: [modifier("m1", { isRecomputedOnDelivery: false })] };
  const after = planned({ modName: { 1: "Furgone" }, modValue: { 1: "12,50" } }, before);
  t.same(after.modifiers, [modifier("m1", { isRecomputedOnDelivery: false, name: "Furgone" })]);
});

t.test("a refused plan points at the field it is about, and at none where it is about the whole", async (t) => {
  const plan = planned();
  const late = checkPlan(plan, plan.closesAt - HOUR, plan.closesAt - 2 * HOUR)!;
  t.same(planErrors(late), { closesAt: "after-producers" });
  t.same(planErrors(checkPlan(plan, null, plan.closesAt)!), { closesAt: "not-ahead" });
  t.equal(planErrors({ refused: "wrong-state" }), null);
});

/** The fields of lines as a browser sends them, from names like `step.KEY`. */
function chosen(fields: Readonly<Record<string, string>>): LinesForm {
  const groups: Record<string, Record<string, string>> = {};
  for (const name of ["pick", "step", "min", "max", "advised", "orderMin", "orderMax", "case", "cut"])
    groups[name] = {};
  for (const [name, text] of Object.entries(fields).filter(([, value]) => value !== "")) {
    const [group = "", key = ""] = name.split(".");
    groups[group]![key] = text;
  }
  return { seen: 0, ...groups } as LinesForm;
}

function show(lines: readonly OrderLine[], offer: readonly Goods[], change: Record<string, string> = {}) {
  return readLines(chosen({ ...writeLines(lines, offer), ...change }), offer);
}

t.test("chosen lines are shown with their rules and read back the same; what was not chosen is no line", async (t) => {
  const oranges = line(
    1,
    {},
    {
      ...{ minThousandths: 2000, maxThousandths: 20_500, advisedMaxThousandths: 10_000, orderMinThousandths: 50_000 },
      ...{ orderMaxThousandths: 400_000, caseMode: "complete", isCut: true },
    },
  );
  const jars = line(2, { unitCode: "H87", packageThousandths: 1000 }, { isCut: false });
  const gone = { ...line(3), isOffered: false };
  const offer = [oranges.goods, jars.goods, gone.goods, goods({ lineIri: "https://p.example/c/12/4" })];
  t.same(show([oranges, jars, gone], offer), {
    lines: [oranges, jars].map(({ goods: { lineIri }, rules }) => ({ lineIri, rules })),
  });
});

t.test("goods not yet chosen are shown with rules to begin with, and are chosen by their tick alone", async (t) => {
  const crate = goods();
  const key = lineKey(crate.lineIri);
  const fields = writeLines([], [crate]);
  t.match(fields, { [`step.${key}`]: "1", [`min.${key}`]: "1", [`max.${key}`]: "", [`case.${key}`]: "warn" });
  t.notOk(`pick.${key}` in fields);
  t.same(show([], [crate]), { lines: [] });
  t.match(show([], [crate], { [`pick.${key}`]: "on" }), {
    lines: [{ lineIri: crate.lineIri, rules: { stepThousandths: 1000, minThousandths: 1000, caseMode: "warn" } }],
  });
  t.match(show([], [crate], { [`pick.${key}`]: "on", [`min.${key}`]: "", [`case.${key}`]: "" }), {
    lines: [{ rules: { minThousandths: 0, caseMode: "none" } }],
  });
});

t.test("a line that nobody could book as typed is told by its field", async (t) => {
  const one = line(1);
  const key = lineKey(one.goods.lineIri);
  const errors = (change: Record<string, string>) => {
    const named = Object.entries(change).map(([field, text]) => [`${field}.${key}`, text]);
    return show([one], [one.goods], Object.fromEntries(named));
  };
  t.same(errors({ step: "" }), { errors: { [`step.${key}`]: "required" } });
  t.same(errors({ step: "0" }), { errors: { [`step.${key}`]: "required" } });
  t.same(errors({ step: "uno", advised: "-1" }), {
    errors: { [`step.${key}`]: "not-a-number", [`advised.${key}`]: "not-a-number" },
  });
  t.same(errors({ min: "5", max: "4" }), { errors: { [`max.${key}`]: "too-small" } });
  t.same(errors({ orderMin: "50", orderMax: "40" }), { errors: { [`orderMax.${key}`]: "too-small" } });
  t.match(errors({ orderMax: "40" }), { lines: [{ rules: { orderMaxThousandths: 40_000 } }] }, "no minimum to reach");
});

t.test("two lines never share a field, however alike their names", async (t) => {
  const keys = [lineKey("https://p.example/c/12/1"), lineKey("https://p.example/c/12/11")];
  for (const key of keys) t.match(key, /^[0-9a-f]{16}$/);
  t.not(keys[0], keys[1]);
});
