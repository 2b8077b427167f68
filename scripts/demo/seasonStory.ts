// A season before the story begins: two groups of the region buy from one grower, six households each, and publish the month in
// figures. Told briefly: how an order goes is told later. Months leave 45 days after their end, so that it comes first.
import { addDays, addMonths, instantOfRome, romeTime } from "../../src/kernel/time.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { DEFAULT_RULES } from "../../src/sales/saleRules.ts";
import { CAST, type HomeKey } from "./cast.ts";
import { findProduct } from "./orderStory.ts";
import { BUYERS, type Buyer, GROWER } from "./region.ts";
import type { Part, Stage } from "./story.ts";
import type { Teller } from "./teller.ts";
import { inDays, passTo, settle } from "./time.ts";

type Ordered = { readonly gas: Part; readonly orderId: string };

const SKUS = ["VER-01", "VER-03", "VER-05"];
const PAID_IN_CENTS = 5000;
/** A month is told so many days after its end, and a day for the clock to come round. */
const TOLD_AFTER_DAYS = 46;
const HOUR = 3_600_000;

/** From the pact to the charged delivery, for both groups; then their months are out. */
export async function tellSeason(stage: Stage): Promise<void> {
  const { part, clock, homes, teller } = stage;
  const { say, fact, see, format } = teller;
  const farm = part(GROWER);
  const from = clock.now();
  await Promise.all(BUYERS.map(({ handle }) => befriend(stage, part(handle), farm)));
  const cycle = await openSeason(stage, farm, from);
  const orders: Ordered[] = [];
  for (const buyer of BUYERS) orders.push(await buy(stage, buyer, farm, part(buyer.handle), cycle));
  await settle(homes, teller);
  await passTo(stage, inDays(from, 2, "20:01"));
  await settle(homes, teller);
  await passTo(stage, inDays(from, 2, "21:30"));
  for (const order of orders) await seeStatus(teller, order, "confirmed");
  await settle(homes, teller);
  await passTo(stage, inDays(from, 4, "17:30"));
  for (const order of orders) await handOut(stage, order, farm);
  const names = format.list(orders.map(({ gas }) => gas.name));
  fact(say.seasonPaid(names, farm.name));
  for (const { gas } of orders) await gas.home.ask("publishMonths", { handle: gas.handle, by: keeperOf(gas.home.key) });
  await settle(homes, teller);
  await passTo(stage, toldAt(inDays(from, 4, "17:30")));
  for (const { gas } of orders)
    await see(say.monthOut(gas.name), async () => {
      const [month] = await gas.home.ask("listMonths", { handle: gas.handle });
      return month?.families === BUYERS.find(({ handle }) => handle === gas.handle)?.households.length;
    });
  await seeWithheld(stage);
}

/** What four households alone took is in no figure. */
async function seeWithheld({ part, teller }: Stage): Promise<void> {
  const { say, see } = teller;
  const { home, handle, name } = part(BUYERS[0]!.handle);
  await see(say.withheld(name), async () => {
    const [month] = await home.ask("listMonths", { handle });
    return month?.isWithheld === true && month.cells.map(({ category }) => category).join() === "ortaggi,zucche";
  });
}

function keeperOf(key: HomeKey): string {
  return CAST[key].people[0]!.email;
}

/** It follows the grower, and they agree a pact at list prices. */
async function befriend({ teller }: Stage, gas: Part, farm: Part): Promise<void> {
  const { see, say } = teller;
  await gas.home.ask("follow", { handle: gas.handle, peer: farm.typed });
  const terms = {
    ...{ catalogSubset: [`${farm.iri}/catalog`], priceDeltaHundredthsPercent: 0, minOrderCents: 0 },
    ...{ deliveryCostCents: 0, leadDays: 3, referents: [{ name: "Referente", email: "referente@gas.example" }] },
  };
  await farm.home.ask("proposePact", { handle: farm.handle, peer: gas.typed, as: "seller", terms });
  const show = () => gas.home.ask("showPact", { handle: gas.handle, peerIri: farm.iri });
  await see(say.pactAsked(farm.name, gas.name), async () => (await show()) !== null);
  const held = await show();
  if (!held) return;
  const { pact, revision } = held;
  await gas.home.ask("acceptPact", { handle: gas.handle, iri: pact.iri, revision, isCompared: true });
  await see(say.pactHolds(gas.name, farm.name), async () => (await show())?.state === "live");
}

async function openSeason({ teller }: Stage, farm: Part, from: number) {
  const startAt = inDays(from, 4, "17:30");
  const deliveries = [{ number: 1, startAt, endAt: startAt + HOUR, place: teller.say.seasonPlace, position: null }];
  const plan = {
    ...{ name: teller.say.seasonName, note: "", opensAt: null, closesAt: inDays(from, 2, "21:00"), deliveries },
    ...{ minimumOrderCents: 0, visibility: "public" as const },
    rules: { ...DEFAULT_RULES, confirms: "clock" as const },
  };
  return { ...(await farm.home.ask("openCycle", { handle: farm.handle, skus: SKUS, plan })), plan };
}

type Cycle = Awaited<ReturnType<typeof openSeason>>;

/** A group's order on it: every household pays in and books, the first ones of everything. */
async function buy({ teller }: Stage, buyer: Buyer, farm: Part, gas: Part, cycle: Cycle): Promise<Ordered> {
  const { say, see } = teller;
  const { home, handle } = gas;
  await see(say.seasonRead(gas.name), async () => {
    const copy = await home.ask("showOffer", { handle, producerIri: farm.iri, cycleIri: cycle.iri });
    return copy?.status === "open" && copy.pricedCount === SKUS.length;
  });
  const { name, deliveries, closesAt } = cycle.plan;
  const plan = {
    ...{ name, note: "", opensAt: null, closesAt: closesAt - HOUR, completesUntil: null, modifiers: [] },
    pickups: deliveries.map(({ startAt, endAt, place }) => ({ id: "p1", place, startAt, endAt })),
    policies: { ...START_POLICIES, minimumCents: null, sendBy: "clock" as const, usesArrival: true },
  };
  const email = keeperOf(home.key);
  const offer = { producerIri: farm.iri, cycleIri: cycle.iri };
  const { orderId } = await home.ask("openOrder", { handle, email, ...offer, plan, shared: [] });
  const products = await Promise.all(SKUS.map((sku) => findProduct(farm, sku)));
  for (const [i, household] of buyer.households.entries()) {
    const to = household.email;
    await home.ask("topUp", { handle, by: email, to, cents: PAID_IN_CENTS, memo: say.transferMemo });
    const taken = products.filter((_, product) => i < (buyer.takers[product] ?? 0));
    const wants = taken.map(({ iri: productIri }) => ({ productIri, packages: 2 }));
    const booked = await home.ask("book", { handle, orderId, email: to, wants });
    if ("refused" in booked) throw new Error(booked.refused);
  }
  return { gas, orderId };
}

async function handOut({ teller }: Stage, { gas, orderId }: Ordered, farm: Part): Promise<void> {
  const { home, handle } = gas;
  const { thread } = await home.ask("showOrder", { handle, orderId });
  await farm.home.ask("shipOrder", { handle: farm.handle, thread: thread ?? "", came: [] });
  await seeStatus(teller, { gas, orderId }, "shipped");
  const acting = { handle, orderId, email: keeperOf(home.key) };
  await home.ask("receiveGoods", acting);
  await home.ask("closeDelivery", acting);
}

async function seeStatus({ see, say }: Teller, { gas, orderId }: Ordered, status: "confirmed" | "shipped") {
  await see(status === "confirmed" ? say.seasonConfirmed(gas.name) : say.seasonShipped(gas.name), async () => {
    const { agreement, notes } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
    return agreement?.status === status && (status === "confirmed" || notes.length > 0);
  });
}

/** When the month of that moment (epoch ms) has left. */
function toldAt(at: number): number {
  const next = `${addMonths(romeTime(at).date, 1).slice(0, 7)}-01`;
  return instantOfRome({ date: addDays(next, TOLD_AFTER_DAYS), time: "09:00" }) ?? at;
}
