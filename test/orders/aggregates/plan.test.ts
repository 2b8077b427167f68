// One plan over several orders: what each takes of it, and where it strays.
import t from "tap";
import { readAggregatePlan, writeAggregatePlan } from "../../../src/orders/aggregates/form.ts";
import {
  checkAggregatePlan,
  datesFor,
  ordersFor,
  refuseJoining,
  strayFrom,
} from "../../../src/orders/aggregates/plan.ts";
import { CLOSING, DAY, HOUR, NOW } from "../group.ts";

const PLAN = {
  name: "Consegna di marzo",
  opensAt: null,
  closesAt: CLOSING,
  pickups: [
    { id: "d1", place: "Circolo", startAt: CLOSING + DAY, endAt: null },
    { id: "d2", place: "Polisportiva", startAt: CLOSING + DAY, endAt: CLOSING + DAY + HOUR },
  ],
  costs: [],
};
const ORDER = {
  state: "draft" as const,
  opensAt: null,
  closesAt: CLOSING - DAY,
  completesUntil: CLOSING - DAY + HOUR,
  pickups: [{ id: "d1", place: "polisportiva ", startAt: CLOSING + 2 * DAY, endAt: null }],
};

t.test("a place that an order had keeps its id, so that baskets that chose it still do", async (t) => {
  t.match(datesFor(ORDER, PLAN), {
    closesAt: CLOSING,
    completesUntil: CLOSING + HOUR,
    pickups: [
      { id: "d2", place: "Circolo" },
      { id: "d1", place: "Polisportiva", endAt: CLOSING + DAY + HOUR },
    ],
  });
});

t.test(
  "an order says in what it strays; one that is open keeps its opening, one that has closed is left alone",
  async (t) => {
    t.same(strayFrom(ORDER, { ...PLAN, opensAt: NOW + HOUR }), ["opensAt", "closesAt", "pickups"]);
    t.same(strayFrom({ ...ORDER, ...datesFor(ORDER, PLAN) }, PLAN), []);
    t.same(strayFrom({ ...ORDER, ...datesFor(ORDER, PLAN), state: "open" }, { ...PLAN, opensAt: NOW + HOUR }), []);
    t.same(strayFrom({ ...ORDER, state: "sent" }, PLAN), []);
  },
);

t.test("a closing that is over may stay where it was, and not be set anew", async (t) => {
  const past = { ...PLAN, closesAt: NOW - DAY, pickups: [] };
  t.match(checkAggregatePlan(past, null, NOW), { refused: "closing-not-ahead" });
  t.equal(checkAggregatePlan({ ...past, name: "Altro nome" }, past, NOW), null);
  t.match(checkAggregatePlan({ ...past, name: " " }, past, NOW), { refused: "bad-name" });
  t.match(checkAggregatePlan({ ...PLAN, opensAt: CLOSING }, null, NOW), { refused: "opening-after-closing" });
});

t.test("orders come in until they close, and are in one aggregate at most", async (t) => {
  t.equal(refuseJoining({ state: "open", name: "Agrumi" }, false), null);
  t.match(refuseJoining({ state: "closed", name: "Agrumi" }, false), { refused: "aggregate-closed-order" });
  t.match(refuseJoining({ state: "draft", name: "Agrumi" }, true), { refused: "in-another-aggregate", name: "Agrumi" });
  t.same(ordersFor("close", [{ state: "draft" }, { state: "open" }, { state: "completing" }]), [
    { state: "open" },
    { state: "completing" },
  ]);
});

t.test("a plan comes back from its form as it was; what cannot be read is said by its field", async (t) => {
  const cost = {
    ...{ id: "m1", name: "Furgone", kind: "transport" as const, value: { cents: 3050 }, thresholdOn: null },
    ...{ thresholds: [], splitBy: "head" as const, isRecomputedOnDelivery: true },
  };
  const plan = { ...PLAN, costs: [cost] };
  const typed = writeAggregatePlan(plan);
  const slots = (head: string) =>
    Object.fromEntries(
      Object.entries(typed).flatMap(([name, value]) =>
        name.startsWith(`${head}.`) && value !== "" ? [[name.slice(head.length + 1), value]] : [],
      ),
    );
  const mod = Object.fromEntries(
    ["Name", "Kind", "Value", "Unit", "Split", "For", "Product", "Redone", "On", "Steps"].map((field) => [
      `mod${field}`,
      slots(`mod${field}`),
    ]),
  );
  const wish = {
    ...{ name: typed.name, closesAt: typed.closesAt, start: slots("start"), end: slots("end"), place: slots("place") },
    ...mod,
  } as unknown as Parameters<typeof readAggregatePlan>[0];
  t.same(readAggregatePlan(wish, plan), { plan });
  t.match(readAggregatePlan({ ...wish, closesAt: "domani", opensAt: "ieri" }, plan), {
    errors: { closesAt: "bad-time", opensAt: "bad-time" },
  });
});
