// What a note of who leads an order charges beside the goods, as costs that our own households bear.
import t from "tap";
import { ownModifiers, withNoteCharges } from "../../../src/orders/delivery/noteCharges.ts";
import type { Modifier } from "../../../src/orders/planning/modifiers.ts";

const OWN: Modifier = {
  ...{ id: "m1", name: "Furgone nostro", kind: "transport", value: { cents: 500 }, thresholdOn: null, thresholds: [] },
  ...{ splitBy: "weight", isRecomputedOnDelivery: true },
};

t.test(
  "8.1 what the lead charges beside the goods is split as our own transport is; a newer note replaces it",
  async (t) => {
    const first = withNoteCharges([OWN], [{ name: "Trasporto", cents: 700 }], 5000);
    t.match(first, [OWN, { name: "Trasporto", kind: "surcharge", value: { cents: 700 }, splitBy: "weight" }]);
    const charges = [
      { name: "Trasporto", cents: 650 },
      { name: "Arrotondamento", cents: -2 },
      { name: "Niente", cents: 0 },
    ];
    const second = withNoteCharges(first, charges, 5000);
    t.match(second.slice(1), [{ value: { cents: 650 } }, { kind: "discount", value: { cents: 2 } }]);
    t.equal(second.length, 3);
    t.same(ownModifiers(second), [OWN], "and the next order begins without");
    t.match(withNoteCharges([], charges, 5000)[0], { splitBy: "value" });
  },
);

t.test("8.1 who charges more for the way than for the goods is not believed without a person", async (t) => {
  t.same(withNoteCharges([OWN], [{ name: "Trasporto", cents: 5001 }], 5000), [OWN]);
  t.same(
    withNoteCharges(
      [],
      Array.from({ length: 11 }, () => ({ name: "Varie", cents: 1 })),
      5000,
    ),
    [],
  );
});
