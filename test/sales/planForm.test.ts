// A cycle's plan as people type it.
import t from "tap";
import { planErrors, readPlan, writePlan } from "../../src/sales/planForm.ts";
import { DEFAULT_RULES, type SaleRules } from "../../src/sales/saleRules.ts";
import { CLOSING, PLAN } from "./cycles.ts";

const TYPED = {
  name: "Agrumi",
  visibility: "public",
  closesAt: "2026-12-01T23:00",
  minimumOrder: "150,00",
  start: { 1: "2026-12-12T09:30" },
  end: { 1: "2026-12-12T11:30" },
  place: { 1: "Polisportiva, Modena" },
  position: { 1: "44.6471, 10.9252" },
} as const;

t.test("what is typed on the clocks of Rome becomes a plan in instants and cents", async (t) => {
  t.match(readPlan(TYPED), {
    plan: { closesAt: CLOSING, opensAt: null, minimumOrderCents: 15_000, deliveries: PLAN.deliveries, note: "" },
  });
});

t.test("a plan shown in a form and sent back unchanged is the same plan", async (t) => {
  const opening = { ...PLAN, opensAt: CLOSING - 86_400_000, minimumOrderCents: 123_450 };
  const bare = {
    ...PLAN,
    minimumOrderCents: null,
    deliveries: PLAN.deliveries.map((one) => ({ ...one, position: null })),
  };
  const rules: SaleRules = {
    answers: "hand",
    confirms: "clock",
    answerHours: 24,
    threshold: { unitCode: "KGM", quantityThousandths: 800_500, whenMissed: "extend", extensionHours: 72 },
  };
  for (const plan of [opening, bare, PLAN, { ...PLAN, rules }])
    t.same(readPlan(unfold(writePlan(plan))), { plan: { rules: DEFAULT_RULES, ...plan } });
});

t.test("each field that cannot be read is named, all at once", async (t) => {
  const read = readPlan({
    ...TYPED,
    opensAt: "domani",
    closesAt: "2027-03-28T02:30",
    minimumOrder: "tanto",
    start: { 1: "ieri" },
    end: {},
    place: {},
    position: { 1: "Modena" },
  });
  t.same(read, {
    errors: {
      opensAt: "bad-time",
      closesAt: "hour-not-there",
      minimumOrder: "not-money",
      "start.1": "bad-time",
      "end.1": "required",
      "place.1": "required",
      "position.1": "no-position",
    },
  });
});

t.test("an empty slot is no delivery, and a point off the globe is none", async (t) => {
  t.match(readPlan({ ...TYPED, start: {}, end: {}, place: {}, position: {} }), { plan: { deliveries: [] } });
  t.match(readPlan({ ...TYPED, position: { 1: "91.0, 10.0" } }), { errors: { "position.1": "no-position" } });
  t.match(readPlan({ ...TYPED, position: { 1: "-12.5, -181.0" } }), { errors: { "position.1": "no-position" } });
});

t.test("a common minimum is typed as a quantity, and an extension says how long", async (t) => {
  t.match(readPlan({ ...TYPED, threshold: "800,5" }), {
    plan: { rules: { threshold: { unitCode: "KGM", quantityThousandths: 800_500, whenMissed: "cancel" } } },
  });
  t.match(readPlan({ ...TYPED, threshold: "tanto" }), { errors: { threshold: "not-a-number" } });
  t.match(readPlan({ ...TYPED, threshold: "8", whenMissed: "extend" }), { errors: { extensionHours: "required" } });
});

t.test("a refused plan points at its field, and another refusal at none", async (t) => {
  t.same(planErrors({ refused: "delivery-before-closing", number: 2 }), { "start.2": "before-closing" });
  t.same(planErrors({ refused: "closing-not-ahead" }), { closesAt: "not-ahead" });
  t.equal(planErrors({ refused: "wrong-state" }), null);
});

/** What a browser sends of a form that shows this: empty optional fields are absent. */
function unfold(typed: Record<string, string>) {
  const sent: Record<string, unknown> = { start: {}, end: {}, place: {}, position: {} };
  for (const [name, text] of Object.entries(typed)) {
    const [field = "", slot] = name.split(".");
    if (text === "") continue;
    if (slot === undefined) sent[field] = /Hours$/.test(field) ? Number(text) : text;
    else (sent[field] as Record<string, string>)[slot] = text;
  }
  return sent as unknown as Parameters<typeof readPlan>[0];
}
