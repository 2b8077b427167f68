// What a referente may decide about an order, and what cannot stand.
import t from "tap";
import type { LineRules } from "../../../src/orders/order.ts";
import type { Modifier } from "../../../src/orders/planning/modifiers.ts";
import { checkPlan, checkRules, type Plan, planOf, START_POLICIES } from "../../../src/orders/planning/plan.ts";
import { CLOSING, HOUR, line, OPENING, order, policies } from "../oranges.ts";

const NOW = OPENING - HOUR;
const PLAN = planOf(order());
const [PICKUP] = PLAN.pickups;
const TRANSPORT: Modifier = {
  id: "m",
  name: "Trasporto",
  kind: "transport",
  value: { cents: 1500 },
  thresholdOn: null,
  thresholds: [],
  splitBy: "weight",
  isRecomputedOnDelivery: false,
};

const refusal = (change: Partial<Plan>, endsAt: number | null = null) => checkPlan({ ...PLAN, ...change }, endsAt, NOW);

t.test("a plan holds what the referente decides and nothing that happens to the order", async (t) => {
  t.same(Object.keys(PLAN).sort(), [
    "closesAt",
    "completesUntil",
    "modifiers",
    "name",
    "note",
    "opensAt",
    "pickups",
    "policies",
  ]);
  t.equal(checkPlan(PLAN, null, NOW), null);
  t.equal(refusal({ opensAt: null, completesUntil: null, pickups: [], policies: START_POLICIES }), null);
});

t.test("a plan that cannot stand says why", async (t) => {
  const pickup = { ...PICKUP!, endAt: null };
  const wrongs: [Partial<Plan>, string][] = [
    [{ name: "  " }, "bad-name"],
    [{ name: "x".repeat(201) }, "bad-name"],
    [{ note: "x".repeat(2001) }, "bad-note"],
    [{ closesAt: CLOSING + 1 }, "no-moment"],
    [{ pickups: [{ ...pickup, startAt: CLOSING + 30_000 }] }, "no-moment"],
    [{ closesAt: NOW }, "closing-not-ahead"],
    [{ closesAt: NOW + 367 * 24 * HOUR }, "closing-too-far"],
    [{ opensAt: CLOSING }, "opening-after-closing"],
    [{ completesUntil: CLOSING }, "completion-before-closing"],
    [{ modifiers: Array(21).fill(TRANSPORT) }, "too-many-modifiers"],
    [{ pickups: Array.from({ length: 21 }, (_, i) => ({ ...pickup, id: `d${i}` })) }, "too-many-pickups"],
    [{ pickups: [pickup, pickup] }, "bad-policy"],
    [{ pickups: [{ ...pickup, place: " " }] }, "no-place"],
    [{ pickups: [{ ...pickup, endAt: pickup.startAt }] }, "delivery-backwards"],
    [{ pickups: [{ ...pickup, startAt: CLOSING - HOUR }] }, "delivery-before-closing"],
    [{ policies: policies({ minimumCents: -1 }) }, "bad-policy"],
    [{ policies: policies({ autoCloseGrams: 0.5 }) }, "bad-policy"],
    [{ policies: policies({ acceptShortPercent: 101 }) }, "bad-policy"],
  ];
  for (const [change, code] of wrongs) t.match(refusal(change), { refused: code }, JSON.stringify(change).slice(0, 60));
});

t.test("members have done booking when the producer stops taking orders, completion of cases included", async (t) => {
  const withoutCompletion = { policies: policies({ usesCompletion: false }) };
  t.equal(refusal(withoutCompletion, CLOSING), null);
  t.same(refusal(withoutCompletion, CLOSING - HOUR), { refused: "closing-after-producers", endsAt: CLOSING - HOUR });
  t.same(refusal({}, CLOSING + HOUR), { refused: "closing-after-producers", endsAt: CLOSING + HOUR });
  t.equal(refusal({ completesUntil: CLOSING + HOUR }, CLOSING + HOUR), null);
  t.equal(refusal({ completesUntil: null }, CLOSING), null, "completion ended by hand is the referente's to watch");
});

t.test("rules of a line hold when a household can book by them; else the one that does not is named", async (t) => {
  const { rules } = line(1);
  t.equal(checkRules({ ...rules, minThousandths: 2000, maxThousandths: 2000 }), null);
  const wrongs: [Partial<LineRules>, string][] = [
    [{ stepThousandths: 0 }, "stepThousandths"],
    [{ stepThousandths: -1000 }, "stepThousandths"],
    [{ minThousandths: 0.5 }, "minThousandths"],
    [{ advisedMaxThousandths: -1 }, "advisedMaxThousandths"],
    [{ orderMaxThousandths: Number.MAX_SAFE_INTEGER + 1 }, "orderMaxThousandths"],
    [{ minThousandths: 3000, maxThousandths: 2000 }, "maxThousandths"],
  ];
  for (const [change, rule] of wrongs) t.same(checkRules({ ...rules, ...change }), { refused: "bad-rules", rule });
});
