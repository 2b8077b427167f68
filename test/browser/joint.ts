// Orders that are run as one in the lived-in town: one that is being handed out and one that is open, and the pages that show them.

import { addOrder, listAggregates, logDeed, saveAggregate } from "../../src/orders/aggregates/store.ts";
import type { Modifier } from "../../src/orders/planning/modifiers.ts";
import type { Visit } from "./table.ts";
import type { Town } from "./town.ts";

const AGGREGATES = "/desk/gas-fano/aggregates";
const VAN: Modifier = {
  ...{ id: "m1", name: "Furgone da Fano", kind: "transport", value: { cents: 4000 }, splitBy: "head" },
  ...{ thresholdOn: null, thresholds: [], isRecomputedOnDelivery: true },
};

/** The page of the aggregate, which is put together by who first looks: the orders keep their dates, other pages walk them too. */
function aggregatePath({ lived, shopping, dealings }: Town): string {
  const { db, wire } = lived.node;
  const actorId = `${lived.origin}/gas-fano`;
  const base = `${lived.origin}${AGGREGATES}`;
  const [known] = listAggregates(db.orm, actorId, 1);
  if (known) return `${base}/${known.id}`;
  const now = wire.clock.now();
  const closesAt = Math.floor(now / 60_000) * 60_000 + 5 * 86_400_000;
  const aggregate = {
    ...{ id: "a".repeat(26), actorId, name: "Consegna di fine mese", opensAt: null, closesAt, dissolvedAt: null },
    pickups: [{ id: "d1", place: "Centro sociale", startAt: closesAt + 2 * 86_400_000, endAt: null }],
    ...{ costs: [VAN], createdAt: now, updatedAt: now },
  };
  saveAggregate(db.orm, aggregate);
  logDeed(db.orm, aggregate, { what: "made", about: "", personId: null, at: now });
  for (const orderId of [shopping.open, dealings.delivering.order]) addOrder(db.orm, aggregate, orderId, now);
  return `${base}/${aggregate.id}`;
}

const minor = { as: "admin", isMinor: true } as const;
const at = (rest: string) => (town: Town) => `${aggregatePath(town)}${rest}`;

export const JOINT_PAGES: readonly Visit[] = [
  { name: "aggregates-none", url: ({ lived }) => `${lived.origin}${AGGREGATES}`, ...minor },
  { name: "aggregate-new", url: ({ lived }) => `${lived.origin}${AGGREGATES}/new`, ...minor },
  {
    ...{ name: "aggregate-mistakes", ...minor, status: 422 },
    url: ({ lived }) => `${lived.origin}${AGGREGATES}/new`,
    act: async (page) => {
      await page.fill("[name=closesAt]", "2020-01-01T10:00");
      await page.click("main form.stack > button");
    },
  },
  { name: "aggregate", url: at(""), as: "admin" },
  {
    name: "aggregates",
    url: (town) => {
      aggregatePath(town);
      return `${town.lived.origin}${AGGREGATES}`;
    },
    ...minor,
  },
  { name: "aggregate-plan", url: at("/plan"), ...minor },
  { name: "aggregate-again", url: at("/again"), ...minor },
  { name: "aggregate-repeat", url: at("/repeat"), as: "admin" },
  {
    name: "aggregate-repeats",
    ...{ ...minor, leadsTo: "/desk/:handle/orders/repeats" },
    url: at("/repeat"),
    act: async (page) => {
      await page.selectOption("[name=unit]", "week");
      await page.fill("[name=startsOn]", "2027-01-16");
      await page.fill("[name=openTime]", "08:00");
      await page.fill("[name=closeTime]", "20:00");
      await page.click("main form.stack > button");
    },
  },
  { name: "aggregate-counter", url: at("/counter"), as: "admin" },
  { name: "aggregate-sheet", url: at("/sheets/households"), ...minor },
  { name: "aggregate-places", url: at("/sheets/places"), ...minor },
  {
    name: "book-with-shared-costs",
    url: (town) => {
      aggregatePath(town);
      return `${town.lived.origin}/desk/gas-fano/orders/${town.shopping.open}/book`;
    },
    ...minor,
  },
  { name: "aggregate-sums", url: at("/sheets/sums"), ...minor },
];
