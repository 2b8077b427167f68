// The papers of orders that are run as one: each household once, over all producers, and sums that meet.
import t from "tap";
import type { SheetCell } from "../../../src/kernel/sheet.ts";
import { cellText } from "../../../src/kernel/sheet.ts";
import { shareCosts } from "../../../src/orders/aggregates/costs.ts";
import { JOINT_SHEETS, type JointReport, joinHouseholds } from "../../../src/orders/aggregates/sheets.ts";
import { partsOf, settleDelivery } from "../../../src/orders/delivery/delivery.ts";
import { line } from "../oranges.ts";

const say = (key: string, facts: Record<string, unknown> = {}) =>
  `${key.split(".").at(-1)}${"place" in facts ? ` ${facts.place}` : ""}`;

/** An order of oranges at 1.75 EUR the kilogram: kilograms by household. */
function orderOf(producerName: string, kilograms: Readonly<Record<string, number>>, pickup = "Circolo") {
  const taken = Object.entries(kilograms).map(([householdId, kg]) => ({
    ...{ householdId, lineNumber: 1, friendId: null, quantityThousandths: kg * 1000, weights: [], isAdded: false },
  }));
  const order = { name: `Ordine ${producerName}`, lines: [line(1)], modifiers: [] };
  const booked = partsOf(order, taken);
  const settlement = settleDelivery(order, { handouts: taken, entered: [], arrivedByLine: new Map(), booked });
  const households = settlement.charges.map(({ householdId, cents, lines }) => ({
    ...{ householdId, name: householdId.toUpperCase(), pickup, note: "", enteredCents: null, others: [] },
    totalCents: cents,
    portions: lines.map(({ lineNumber, quantityThousandths, cents: own }) => ({
      ...{ lineNumber, quantityThousandths, bookedThousandths: quantityThousandths, cents: own },
      ...{ friendName: null, weights: null, note: "" },
    })),
  }));
  const words = { language: "it" as const, say, warnings: [], when: "", groupName: "GAS", ordered: new Map() };
  return { booked, joint: { report: { ...words, order, producerName, households }, stateName: "aperto", settlement } };
}

const VAN = {
  ...{ id: "m", name: "Furgone", kind: "transport" as const, value: { cents: 1000 }, splitBy: "head" as const },
  ...{ thresholdOn: null, thresholds: [], isRecomputedOnDelivery: true },
};
const ORDERS = [orderOf("Agrumeto", { anna: 10, bruno: 5 }), orderOf("Casaro", { bruno: 2, carla: 1 }, "Scuola")];
const REPORT: JointReport = {
  ...{ name: "Consegna", groupName: "GAS", when: "", warnings: [], language: "it", say },
  orders: ORDERS.map(({ joint }) => joint),
  shared: shareCosts(
    [VAN],
    ORDERS.map(({ booked }) => ({ booked, delivered: null })),
  ),
  householdNames: new Map(),
};
const texts = (cells: readonly SheetCell[] | null) => (cells ?? []).map((cell) => cellText(cell, "it"));

t.test(
  "each household stands there once, with what it collects of every producer and its part of the costs",
  async (t) => {
    const { tables } = JOINT_SHEETS.households(REPORT);
    t.same(
      tables.map(({ heading, note }) => [heading, note]),
      [
        ["ANNA", "Circolo"],
        ["BRUNO", "Circolo · Scuola"],
        ["CARLA", "Scuola"],
      ],
    );
    const bruno = tables[1]!;
    t.same(
      bruno.rows.map((row) => texts(row)[0]),
      ["Agrumeto", "Casaro", ""],
    );
    t.equal(texts(bruno.rows.at(-1)!)[1], "costs");
  },
);

t.test("what the households owe, the papers' total and the sums of the treasurer are one", async (t) => {
  const all = joinHouseholds(REPORT).reduce((sum, { totalCents }) => sum + totalCents, 0);
  const charged = ORDERS.reduce((sum, { joint }) => sum + joint.settlement.chargedCents, 0);
  t.equal(all, charged + 1000);
  const [orders, costs, households] = JOINT_SHEETS.sums(REPORT).tables;
  t.equal(texts(orders!.total).at(-1), cellText({ decimal: (charged / 100).toFixed(2), digits: 2 }, "it"));
  t.equal(texts(costs!.total).at(-1), "10,00");
  t.equal(texts(households!.total).at(-1), cellText({ decimal: (all / 100).toFixed(2), digits: 2 }, "it"));
});

t.test("place by place: the goods that go there, and who collects them", async (t) => {
  const { tables } = JOINT_SHEETS.places(REPORT);
  t.same(
    tables.map(({ heading }) => heading),
    ["goodsAt Circolo", "peopleAt Circolo", "goodsAt Scuola", "peopleAt Scuola"],
  );
  t.same(texts(tables[0]!.rows[0]!).slice(0, 3), ["Agrumeto", "Arance", "15"]);
  t.same(
    tables[3]!.rows.map((row) => texts(row)[0]),
    ["BRUNO", "CARLA"],
  );
});

t.test("who bears a cost and is in no order any more is not forgotten", async (t) => {
  const shared = { ...REPORT.shared, shares: new Map([["dora", 300]]) };
  const alone = { ...REPORT, orders: [], shared, householdNames: new Map([["dora", "Dora"]]) };
  t.match(joinHouseholds(alone), [{ name: "Dora", totalCents: 300 }]);
});
