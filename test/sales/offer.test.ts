// A cycle on the wire, for everyone and for partners.
import t from "tap";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import type { ReaderTerms } from "../../src/catalogs/proposal.ts";
import { NO_QUOTA } from "../../src/catalogs/quota.ts";
import { writeReminder } from "../../src/sales/activities.ts";
import { addLines, editCycle, tellProgress, withdrawLine } from "../../src/sales/cycle.ts";
import { LINES_A_PAGE, writeCycle, writeCycleStub, writeLine, writeLinesPage } from "../../src/sales/offer.ts";
import { DEFAULT_RULES, type Threshold } from "../../src/sales/saleRules.ts";
import { DEARER, draftOf, FARM, HONEY, HOUR, NOW, openOf, PLAN, sure } from "./cycles.ts";
import { matchesGolden } from "./golden.ts";

const itemsOf = (page: JsonObject | null) => (page?.items ?? []) as JsonObject[];
const whole: ReaderTerms = { priceDeltaHundredthsPercent: -500, includes: () => true, quotaOf: NO_QUOTA };

const PALLET: Threshold = { unitCode: "KGM", quantityThousandths: 800_000, whenMissed: "cancel", extensionHours: 0 };

t.test("a common minimum stands in the cycle and its stub with what is collected and what is missing", async (t) => {
  const open = openOf({ rules: { ...DEFAULT_RULES, threshold: PALLET } });
  t.match(writeCycle(open, null), { collected: { hasNumericalValue: "0" }, missing: { hasNumericalValue: "800" } });
  const progress = { collectedThousandths: 630_000, missingThousandths: 170_000, groupsCount: 3 };
  const told = tellProgress(open, progress, NOW + HOUR);
  matchesGolden(t, "cycle-threshold", writeCycle(told, null));
  matchesGolden(t, "update-progress", writeReminder(told));
  const few = tellProgress(open, { ...progress, groupsCount: null }, NOW + HOUR);
  t.notOk("groupsCount" in writeCycleStub(few), "how many they are is not said while they are few");
});

t.test("8.1 a group that leads an order says for which offer, until when, and how it shares", async (t) => {
  const joint = {
    collectsFor: "https://q.example/q/cycles/c3",
    allocationRule: "proportional",
    transportRule: "weight",
  } as const;
  const open = openOf({ visibility: "partners", rules: { ...DEFAULT_RULES, joint } });
  matchesGolden(t, "cycle-joint", writeCycle(open, null));
  const moved = sure(editCycle(open, { closesAt: open.closesAt + HOUR, rules: DEFAULT_RULES }, NOW + HOUR));
  t.same(moved.rules.joint, joint, "a form that does not know of it leaves it as it is");
  matchesGolden(t, "update-joint", writeReminder(moved));
});

t.test("a partner sees what other groups leave of a line, never less than nothing", async (t) => {
  const left = (held: number) => {
    const page = writeLinesPage(openOf(), whole, 1, new Map([[1, held]]));
    return itemsOf(page)[0];
  };
  t.match(left(0), { publishes: { availableQuantity: { hasNumericalValue: "1500" } } });
  t.match(left(1_200_000), { publishes: { availableQuantity: { hasNumericalValue: "300" } } });
  t.match(left(1_600_000), { publishes: { availableQuantity: { hasNumericalValue: "0" } } });
});

t.test("everyone reads what and when, and no price nor quantity", async (t) => {
  matchesGolden(t, "cycle-public", writeCycle(openOf(), null));
  matchesGolden(t, "lines-public", writeLinesPage(openOf(), null, 1));
});

t.test("a partner reads the price of its pact and what there is", async (t) => {
  matchesGolden(t, "cycle-partners", writeCycle(openOf({ visibility: "partners" }), whole));
  matchesGolden(t, "lines-partner", writeLinesPage(openOf({ visibility: "partners" }), whole, 1));
});

t.test("what the pact is not about is not there for this partner", async (t) => {
  const onlyHoney: ReaderTerms = {
    priceDeltaHundredthsPercent: 0,
    includes: (iri) => iri === HONEY.goods.productIri,
    quotaOf: NO_QUOTA,
  };
  t.match(writeCycle(openOf(), onlyHoney), { totalItems: 1, items: [`${FARM}/cycles/c12/2`] });
  t.match(itemsOf(writeLinesPage(openOf(), onlyHoney, 1)), [
    { name: HONEY.goods.facts.name, reciprocal: { resourceQuantity: { hasNumericalValue: "9.00" } } },
  ]);
});

t.test("a line has its own address, and a withdrawn one leaves its tombstone there", async (t) => {
  const corrected = sure(addLines(openOf(), [DEARER], NOW));
  t.match(writeLine(corrected, corrected.lines[2]!, whole), {
    id: `${FARM}/cycles/c12/3`,
    basedOn: DEARER.goods.productIri,
    unitPrice: { price: "1.805" },
  });
  t.match(writeLine(corrected, corrected.lines[0]!, whole), { type: "Tombstone", id: `${FARM}/cycles/c12/1` });
  t.same(writeCycle(corrected, null).items, [`${FARM}/cycles/c12/2`, `${FARM}/cycles/c12/3`]);
});

t.test("a hundred lines come in pages that name the next, and there is no page beyond", async (t) => {
  const wishes = Array.from({ length: 101 }, (_, i) => ({
    ...HONEY,
    goods: { ...HONEY.goods, productIri: `${FARM}/catalog/${i}` },
  }));
  const many = sure(addLines(draftOf(), wishes, NOW));
  const pages = [1, 2, 3].map((page) => writeLinesPage(many, null, page));
  t.same(
    pages.map((page) => itemsOf(page).length),
    [LINES_A_PAGE, LINES_A_PAGE, 3],
  );
  t.equal(pages[0]?.next, `${FARM}/cycles/c12/lines?page=2`);
  t.notOk("next" in pages[2]!);
  for (const page of [0, 4, 1.5, Number.NaN]) t.equal(writeLinesPage(many, null, page), null);
});

t.test("the stub says the dates, so that a new one is known before anything is fetched", async (t) => {
  const moved = sure(editCycle(openOf(), { deliveries: [] }, NOW + 5000));
  matchesGolden(t, "stub-moved", writeCycleStub(moved));
});

t.test("a plan without note, minimum, map point and code says nothing of them", async (t) => {
  const bare = {
    ...HONEY,
    goods: { ...HONEY.goods, facts: { ...startFacts("Miele", 90_000, "ZZZ"), isVariableWeight: true } },
  };
  const cycle = sure(
    addLines(
      draftOf({ note: "", minimumOrderCents: null, deliveries: [{ ...PLAN.deliveries[0]!, position: null }] }),
      [bare],
      NOW,
    ),
  );
  const document = writeCycle(cycle, null);
  t.notOk("minOrder" in document || "content" in document);
  t.same(Object.keys((document.deliveries as { location: object }[])[0]!.location), ["type", "name"]);
  t.match(itemsOf(writeLinesPage(cycle, null, 1)).at(-1), {
    variableWeight: true,
    publishes: { resourceQuantity: { hasUnit: "one", hasNumericalValue: "1" } },
  });
});

t.test("a withdrawn line is on no page", async (t) => {
  const fewer = sure(withdrawLine(openOf(), 1, NOW));
  t.equal(itemsOf(writeLinesPage(fewer, null, 1)).length, 1);
});
