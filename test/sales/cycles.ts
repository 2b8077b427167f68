// What the tests of sales start from: a plan for oranges, their lines, and moments around them.

import { type ProductFacts, startFacts } from "../../src/catalogs/product.ts";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import { addLines, type Cycle, draftCycle, type NewLine, openCycle, type Plan } from "../../src/sales/cycle.ts";

export const FARM = "https://p.example/p";
export const NOW = Date.UTC(2026, 10, 2, 8);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** 1 December 2026, 23:00 in Rome. */
export const CLOSING = Date.UTC(2026, 11, 1, 22);

export const PLAN: Plan = {
  name: "Agrumi, consegna 12 dicembre",
  note: "Raccolti la settimana della consegna.",
  opensAt: null,
  closesAt: CLOSING,
  deliveries: [
    {
      number: 1,
      startAt: Date.UTC(2026, 11, 12, 8, 30),
      endAt: Date.UTC(2026, 11, 12, 10, 30),
      place: "Polisportiva, Modena",
      position: { latitudeMicrodegrees: 44_647_100, longitudeMicrodegrees: 10_925_200 },
    },
  ],
  minimumOrderCents: 15_000,
  visibility: "public",
};

const navel: ProductFacts = {
  ...startFacts("Arance Navel, cassetta 10 kg", 17_500, "KGM"),
  sku: "NAV10",
  supplierStepThousandths: 10_000,
  supplierMinThousandths: 20_000,
  vatRatePercent: 4,
  seasonMonths: [1, 2, 3, 11, 12],
};

/** Ten kilograms of navel oranges at 1.75 a kilogram. */
export const ORANGES: NewLine = {
  goods: { productIri: `${FARM}/catalog/nav10`, productVersion: 1, facts: navel },
  availableThousandths: 1_500_000,
};

/** The same a season later. */
export const DEARER: NewLine = {
  goods: { ...ORANGES.goods, productVersion: 2, facts: { ...navel, priceTenThousandths: 19_000 } },
  availableThousandths: 1_500_000,
};

/** Honey at 9.00 the jar. */
export const HONEY: NewLine = {
  goods: {
    productIri: `${FARM}/catalog/miele`,
    productVersion: 1,
    facts: { ...startFacts("Miele di sulla, vasetto 500 g", 90_000, "H87"), sku: "MIE" },
  },
  availableThousandths: null,
};

/** What was asked, which the test knows to be possible. */
export function sure<T>(result: T): Exclude<T, Refusal> {
  if (isRefusal(result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result as Exclude<T, Refusal>;
}

/** A draft with oranges and honey. */
export function draftOf(change: Partial<Plan> = {}): Cycle {
  const draft = sure(draftCycle({ ...PLAN, ...change }, "c12", FARM, NOW));
  return sure(addLines(draft, [ORANGES, HONEY], NOW));
}

/** The same, open. */
export function openOf(change: Partial<Plan> = {}): Cycle {
  return sure(openCycle(draftOf(change), "producer", NOW));
}
