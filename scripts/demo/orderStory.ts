// The orders of the demo: members pay in and book, the orders close by the clock, and totals alone leave for the farm.
import { isDeepStrictEqual } from "node:util";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { CAST, FRIEND, HOME_KEYS } from "./cast.ts";
import type { CycleTold } from "./cycleStory.ts";
import { die, lastLetter, seeOnce, wake } from "./disaster.ts";
import { CLOSING_DAYS, GROUPS, type Group, type Item, POTATOES } from "./groups.ts";
import type { Want } from "./orderVerbs.ts";
import type { Part, Stage } from "./story.ts";
import { inDays, passTo, settle } from "./time.ts";

/** An order that runs. `startedAt`: the first day of the story, epoch ms. */
export type OrderTold = {
  readonly group: Group;
  readonly gas: Part;
  readonly farm: Part;
  readonly cycle: CycleTold;
  readonly orderId: string;
  readonly startedAt: number;
};

/** Who of the cast signs in with that address. */
export function nameOf(email: string): string {
  return HOME_KEYS.flatMap((key) => CAST[key].people).find((player) => player.email === email)?.name ?? email;
}

/** A product of the farm by its code: its address and its name. */
export async function findProduct(farm: Part, sku: string): Promise<{ iri: string; name: string }> {
  const { id: iri, name } = await farm.home.ask("showProduct", { handle: farm.handle, sku });
  return { iri, name };
}

export async function payIn(stage: Stage): Promise<void> {
  for (const group of GROUPS)
    for (const { email, paidInCents } of group.members) await topUp(stage, group, email, paidInCents);
}

async function topUp({ teller, part }: Stage, group: Group, email: string, cents: number): Promise<void> {
  const { say, format, see } = teller;
  const { home, handle, name } = part(group.handle);
  const before = await home.ask("showCredit", { handle, email });
  await home.ask("topUp", { handle, by: group.treasurer, to: email, cents, memo: say.transferMemo });
  const told = say.paidIn(nameOf(email), format.money(cents), nameOf(group.treasurer), name);
  await see(told, async () => {
    const { balanceCents } = await home.ask("showCredit", { handle, email });
    return balanceCents === before.balanceCents + cents;
  });
}

/** Each group opens an order of that name on the cycle. */
export async function openOrders(stage: Stage, cycle: CycleTold, name: string): Promise<OrderTold[]> {
  const startedAt = stage.clock.now();
  const farm = stage.part("fattoria");
  const told: OrderTold[] = [];
  for (const group of GROUPS) {
    const gas = stage.part(group.handle);
    const orderId = await openOrder(stage, name, { group, gas, farm, cycle, startedAt });
    told.push({ group, gas, farm, cycle, orderId, startedAt });
  }
  return told;
}

async function openOrder({ teller }: Stage, name: string, about: Omit<OrderTold, "orderId">): Promise<string> {
  const { say, format, fact, see } = teller;
  const { group, gas, farm, cycle, startedAt } = about;
  const closesAt = inDays(startedAt, CLOSING_DAYS, group.closes);
  const startAt = inDays(startedAt, group.pickupDays, "17:30");
  const { minimumCents, acceptShortPercent } = group;
  const plan = {
    name,
    note: "",
    opensAt: null,
    closesAt,
    completesUntil: null,
    pickups: [{ id: "p1", place: say[group.place], startAt, endAt: null }],
    policies: { ...START_POLICIES, minimumCents, acceptShortPercent, sendBy: "clock" as const, usesArrival: true },
    modifiers: [],
  };
  const shared = [(await findProduct(farm, POTATOES)).iri];
  const wish = { handle: gas.handle, email: group.referente, producerIri: farm.iri, cycleIri: cycle.iri, plan, shared };
  const { orderId } = await gas.home.ask("openOrder", wish);
  await see(say.orderOpened(nameOf(group.referente), gas.name, format.dateTime(closesAt)), async () => {
    const order = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
    return order.state === "open" && order.closesAt === closesAt;
  });
  fact(acceptShortPercent < 100 ? say.takesShort(format.count(acceptShortPercent)) : say.takesWhole);
  return orderId;
}

export async function bookBaskets(stage: Stage, orders: readonly OrderTold[]): Promise<void> {
  for (const order of orders) {
    const friendId = await nameFriend(stage, order);
    for (const { email, items } of order.group.members) await bookBasket(stage, order, { email, items, friendId });
  }
}

/** The friend of a household of this group, if there is one. */
async function nameFriend({ teller }: Stage, { group, gas }: OrderTold): Promise<string | null> {
  if (!group.members.some(({ email }) => email === FRIEND.email)) return null;
  const { friendId } = await gas.home.ask("addFriend", { handle: gas.handle, ...FRIEND });
  teller.fact(teller.say.booksFor(nameOf(FRIEND.email), FRIEND.name));
  return friendId;
}

type Basket = { readonly email: string; readonly items: readonly Item[]; readonly friendId: string | null };

/** Who has too little credit is told how much is missing, pays it in and books. */
export async function bookBasket(stage: Stage, order: OrderTold, { email, items, friendId }: Basket): Promise<void> {
  const { say, format, see } = stage.teller;
  const { gas, farm, orderId } = order;
  const wants = await Promise.all(items.map((item) => wantOf(farm, item, friendId)));
  const wish = { handle: gas.handle, orderId, email, wants };
  const { totalCents } = await payAndBook(stage, order.group, email, () => gas.home.ask("book", wish));
  await see(say.booked(nameOf(email), format.money(totalCents)), async () => {
    const credit = await gas.home.ask("showCredit", { handle: gas.handle, email });
    return credit.reservedCents === totalCents;
  });
}

/** Books; who is told that credit is missing pays it in and books again. */
export async function payAndBook<T extends object>(
  stage: Stage,
  group: Group,
  email: string,
  book: () => Promise<T | Refusal>,
): Promise<T> {
  const { say, format, fact } = stage.teller;
  let booked = await book();
  if (isRefusal(booked) && booked.refused === "credit-too-low") {
    const missing = Number(booked.missingCents);
    fact(say.tooLittle(nameOf(email), format.money(missing)));
    await topUp(stage, group, email, missing);
    booked = await book();
  }
  if (isRefusal(booked)) throw new Error(booked.refused);
  return booked;
}

async function wantOf(farm: Part, { sku, forFriend, ...amount }: Item, friendId: string | null): Promise<Want> {
  const { iri: productIri } = await findProduct(farm, sku);
  return { productIri, ...amount, ...(forFriend && friendId !== null ? { friendId } : {}) };
}

/** Time closes both orders. With `kills` the farm is dead in that moment, and hears of it when it is back. */
export async function closeByClock(stage: Stage, orders: readonly OrderTold[], kills: boolean): Promise<void> {
  const { teller, homes } = stage;
  const { say, format, see } = teller;
  const [{ farm, startedAt }] = orders as [OrderTold];
  const before = await Promise.all(orders.map(({ gas }) => lastLetter(gas)));
  await settle(homes, teller);
  if (kills) await die(stage, farm);
  await passTo(stage, inDays(startedAt, CLOSING_DAYS, "20:31"));
  for (const { gas, orderId } of orders)
    await see(say.closedByClock(gas.name), async () => {
      const { state, offer } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
      return state === "sent" && offer !== undefined;
    });
  if (kills) await wake(stage, farm, false);
  for (const [i, order] of orders.entries()) {
    const { gas, orderId } = order;
    const { thread, offer } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
    const told = say.offerCame(farm.name, gas.name, format.money(offer?.totalCents ?? 0));
    await see(told, async () => {
      const sale = await farm.home.ask("showSale", { handle: farm.handle, thread: thread ?? "" });
      return isDeepStrictEqual(sale?.lines, offer?.lines);
    });
    await seeOnce(stage, gas, farm.home, before[i]!);
    await seeNoNames(stage, order, before[i]!);
  }
}

/** Members stay at home: no name of theirs, nor a friend's, is in anything that left. */
async function seeNoNames({ teller }: Stage, { group, gas }: OrderTold, after: number): Promise<void> {
  const names = [...group.members.flatMap(({ email }) => [nameOf(email), email]), FRIEND.name];
  await teller.see(teller.say.noNames(gas.name), async () => {
    const letters = await gas.home.ask("listLetters", { after });
    return letters.length > 0 && !letters.some(({ json }) => names.some((name) => json.includes(name)));
  });
}
