// Bread every month at one group of the demo: an order that was handed out and paid, one that is on the counter today, and one
// that closes tonight. Told briefly: how an order goes was told before.
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import type { Plan as CyclePlan } from "../../src/sales/cycle.ts";
import { DEFAULT_RULES } from "../../src/sales/saleRules.ts";
import { GROUPS, type Item } from "./groups.ts";
import { bookBasket, findProduct, nameOf, type OrderTold, payAndBook } from "./orderStory.ts";
import type { Part, Stage } from "./story.ts";
import { inDays, passTo, settle } from "./time.ts";

/** The orders of bread, as pages are looked at. */
export type BreadTold = {
  readonly handle: string;
  readonly pastId: string;
  readonly counterId: string;
  readonly tonightId: string;
};

type Round = { readonly name: string; readonly closesAt: number; readonly startAt: number };

const BAKER = "forno";
const SKUS = ["PAN-01", "PAN-02", "PAN-03", "CRE-01", "BIS-01", "BIS-02"];
const GROUP = GROUPS[0]!;
const [LUCA, CHIARA, OMAR] = GROUP.members.map(({ email }) => email) as [string, string, string];
/** What everybody books of one delivery; the baker bakes from 40 euro on. */
const BASKETS: readonly { readonly email: string; readonly items: readonly Item[] }[] = [
  {
    email: LUCA,
    items: [
      { sku: "PAN-01", packages: 3 },
      { sku: "BIS-01", packages: 1 },
    ],
  },
  {
    email: CHIARA,
    items: [
      { sku: "PAN-02", packages: 2 },
      { sku: "CRE-01", packages: 3 },
    ],
  },
];
/** What some of them leave at the second delivery for whoever needs it, and pay for. */
export const LEFT = { sku: "PAN-01", by: [LUCA, CHIARA] } as const;
const TONIGHT: readonly Item[] = [
  { sku: "PAN-03", packages: 2 },
  { sku: "BIS-02", packages: 1 },
];

/** A month of bread, then today's. It is half past five in the afternoon when it ends. */
export async function bakeBread(stage: Stage): Promise<BreadTold> {
  const { say } = stage.teller;
  const past = await deliverRound(stage, say.breadPast);
  await closeAndPay(stage, past);
  await settle(stage.homes, stage.teller);
  await passTo(stage, inDays(stage.clock.now(), 24, "09:00"));
  const counter = await deliverRound(stage, say.breadCounter, (order) => leaveBread(stage, order));
  const now = stage.clock.now();
  const tonight = await openRound(stage, {
    ...{ name: say.breadTonight, closesAt: inDays(now, 0, "20:00"), startAt: inDays(now, 2, "17:30") },
  });
  await bookBasket(stage, tonight, { email: OMAR, items: TONIGHT, friendId: null });
  return { handle: GROUP.handle, pastId: past.orderId, counterId: counter.orderId, tonightId: tonight.orderId };
}

/** From the opening to the counter: booked, closed and confirmed by the clock, on the table four days later. */
async function deliverRound(
  stage: Stage,
  name: string,
  beforeItCloses: (order: OrderTold) => Promise<void> = async () => {},
): Promise<OrderTold> {
  const { teller, homes, clock } = stage;
  const from = clock.now();
  const order = await openRound(stage, { name, closesAt: inDays(from, 2, "20:00"), startAt: inDays(from, 4, "17:30") });
  for (const { email, items } of BASKETS) await bookBasket(stage, order, { email, items, friendId: null });
  await beforeItCloses(order);
  await settle(homes, teller);
  await passTo(stage, inDays(from, 2, "20:01"));
  await settle(homes, teller);
  await passTo(stage, inDays(from, 2, "21:30"));
  await seeStatus(stage, order, "confirmed");
  await settle(homes, teller);
  await passTo(stage, inDays(from, 4, "17:30"));
  const { gas, farm, group, orderId } = order;
  const { thread } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
  await farm.home.ask("shipOrder", { handle: farm.handle, thread: thread ?? "", came: [] });
  await seeStatus(stage, order, "shipped");
  await gas.home.ask("receiveGoods", { handle: gas.handle, orderId, email: group.referente });
  teller.fact(teller.say.breadCame(name, farm.name, gas.name));
  return order;
}

/** A loaf of each for whoever needs it: booked, paid and baked like every other. */
async function leaveBread(stage: Stage, { group, gas, farm, orderId }: OrderTold): Promise<void> {
  const { iri: productIri, name } = await findProduct(farm, LEFT.sku);
  const { handle, home } = gas;
  for (const email of LEFT.by) {
    const leave = { handle, orderId, email, productIri, packages: 1 };
    await payAndBook(stage, group, email, () => home.ask("leaveForOthers", leave));
    stage.teller.fact(stage.teller.say.leaves(nameOf(email), name));
  }
}

async function seeStatus({ teller }: Stage, { gas, orderId }: OrderTold, status: string): Promise<void> {
  const { say, see } = teller;
  await see(status === "confirmed" ? say.breadConfirmed(gas.name) : say.breadShipped(gas.name), async () => {
    const { agreement, notes } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
    return agreement?.status === status && (status === "confirmed" || notes.length > 0);
  });
}

/** The baker's cycle ends an hour after the group's order. */
async function openRound(stage: Stage, { name, closesAt, startAt }: Round): Promise<OrderTold> {
  const { teller, part, clock } = stage;
  const { say, see, format } = teller;
  const [farm, gas]: [Part, Part] = [part(BAKER), part(GROUP.handle)];
  const deliveries = [{ number: 1, startAt, endAt: startAt + 5_400_000, place: say.placeValley, position: null }];
  const rules = { ...DEFAULT_RULES, confirms: "clock" as const };
  const cyclePlan: CyclePlan = {
    ...{ name, note: say.breadNote, opensAt: null, closesAt: closesAt + 3_600_000, deliveries },
    ...{ minimumOrderCents: 4000, visibility: "public" as const, rules },
  };
  const cycle = await farm.home.ask("openCycle", { handle: farm.handle, skus: SKUS, plan: cyclePlan });
  await see(say.breadAnnounced(farm.name, gas.name, name), async () => {
    const copy = await gas.home.ask("showOffer", { handle: gas.handle, producerIri: farm.iri, cycleIri: cycle.iri });
    return copy?.status === "open" && copy.pricedCount === SKUS.length;
  });
  const plan = {
    ...{ name, note: "", opensAt: null, closesAt, completesUntil: null, modifiers: [] },
    pickups: [{ id: "p1", place: say.placeValley, startAt, endAt: startAt + 5_400_000 }],
    policies: { ...START_POLICIES, minimumCents: 4000, sendBy: "clock" as const, usesArrival: true },
  };
  const email = GROUP.referente;
  const wish = { handle: gas.handle, email, producerIri: farm.iri, cycleIri: cycle.iri, plan, shared: [] };
  const { orderId } = await gas.home.ask("openOrder", wish);
  teller.fact(say.orderOpened(nameOf(email), gas.name, format.dateTime(closesAt)));
  const startedAt = clock.now();
  return { group: GROUP, gas, farm, orderId, startedAt, cycle: { ...cycle, closesAt } };
}

/** Charged, invoiced and half paid: the treasurer pays the rest with the next one. */
async function closeAndPay({ teller }: Stage, { gas, farm, group, orderId }: OrderTold): Promise<void> {
  const { say, format, see } = teller;
  const { handle, home } = gas;
  const { chargedCents } = await home.ask("closeDelivery", { handle, orderId, email: group.referente });
  const paidCents = Math.round(chargedCents / 2);
  const wish = { handle, by: group.treasurer, orderId, producerIri: farm.iri, number: say.invoiceNumber, paidCents };
  await home.ask("recordInvoice", wish);
  const [charged, paid] = [chargedCents, paidCents].map((cents) => format.money(cents)) as [string, string];
  await see(say.breadPaid(nameOf(group.treasurer), charged, paid), async () => {
    const money = await home.ask("showOrderMoney", { handle, orderId });
    return money.invoicedCents === chargedCents && money.paidCents === paidCents;
  });
}
