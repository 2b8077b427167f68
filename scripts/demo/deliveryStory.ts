// The end of the demo's orders: confirmed by the clock, carried, weighed, charged; and every ledger adds up to nothing.
import { CAST, HOME_KEYS } from "./cast.ts";
import { CHEESE } from "./groups.ts";
import { findProduct, nameOf, type OrderTold } from "./orderStory.ts";
import type { Stage } from "./story.ts";
import { inDays, passTo, settle } from "./time.ts";

/** The farm's cycle ends on this day; ten minutes later nothing more can come. */
const CYCLE_DAYS = 7;

export async function confirmByClock(stage: Stage, orders: readonly OrderTold[]): Promise<void> {
  const { teller, homes } = stage;
  const { say, see } = teller;
  const [{ farm, cycle, startedAt }] = orders as [OrderTold];
  await settle(homes, teller);
  await passTo(stage, inDays(startedAt, CYCLE_DAYS, "21:30"));
  await see(say.cycleConfirmed(farm.name), async () => {
    const state = await farm.home.ask("showCycle", { handle: farm.handle, cycleId: cycle.cycleId });
    return state === "confirmed";
  });
  for (const { gas, orderId } of orders)
    await see(say.heardConfirmed(gas.name), async () => {
      const { agreement } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
      return agreement?.status === "confirmed";
    });
}

export async function deliver(stage: Stage, orders: readonly OrderTold[]): Promise<void> {
  for (const order of orders) {
    await settle(stage.homes, stage.teller);
    await passTo(stage, inDays(order.startedAt, order.group.pickupDays, "17:30"));
    await ship(stage, order);
    await weighAndCharge(stage, order);
  }
}

async function ship({ teller }: Stage, { farm, gas, group, orderId }: OrderTold): Promise<void> {
  const { say, see } = teller;
  const cheese = await findProduct(farm, CHEESE);
  const { lines, thread } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
  const { lineIri } = lines.find(({ goods }) => goods.productIri === cheese.iri)!.goods;
  const came = [{ lineIri, quantityThousandths: sumOf(group.cheese.grams) }];
  await farm.home.ask("shipOrder", { handle: farm.handle, thread: thread ?? "", came });
  await see(say.noteCame(gas.name, farm.name), async () => {
    const { notes, agreement } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
    const carried = notes[0]?.fulfilments.find((line) => line.lineIri === lineIri)?.quantityThousandths;
    return agreement?.status === "shipped" && carried === came[0]?.quantityThousandths;
  });
}

async function weighAndCharge({ teller }: Stage, { farm, gas, group, orderId }: OrderTold): Promise<void> {
  const { say, format, fact, see } = teller;
  const { handle, home } = gas;
  const cheese = await findProduct(farm, CHEESE);
  const acting = { handle, orderId, email: group.referente };
  await home.ask("receiveGoods", acting);
  const { email, grams } = group.cheese;
  await home.ask("weigh", { ...acting, household: email, productIri: cheese.iri, grams });
  const pieces = format.list(grams.map((one) => `${format.quantity(one)} kg`));
  await see(say.weighed(nameOf(email), cheese.name, pieces), async () => {
    const portions = await home.ask("showPortions", { handle, orderId, productIri: cheese.iri });
    return portions.length === 1 && portions[0]?.deliveredThousandths === sumOf(grams);
  });
  const { chargedCents } = await home.ask("closeDelivery", acting);
  await see(say.charged(gas.name, format.money(chargedCents)), async () => {
    const money = await home.ask("showOrderMoney", { handle, orderId });
    return money.state === "charged" && money.chargedCents === chargedCents;
  });
  for (const member of group.members) {
    const { balanceCents, reservedCents } = await home.ask("showCredit", { handle, email: member.email });
    if (reservedCents !== 0) throw new Error(`${member.email}: ${reservedCents}`);
    fact(say.left(nameOf(member.email), format.money(balanceCents)));
  }
  await see(say.noteAccepted(farm.name, gas.name), async () => {
    const { thread, state } = await home.ask("showOrder", { handle, orderId });
    const sale = await farm.home.ask("showSale", { handle: farm.handle, thread: thread ?? "" });
    return state === "delivered" && sale?.noteState === "accepted" && sale.state === "closed";
  });
}

/** Every ledger on every node proves itself: each movement balances, and all accounts together are nothing. */
export async function proveLedgers({ homes, teller }: Stage): Promise<void> {
  const { say, format, see } = teller;
  for (const key of HOME_KEYS) {
    const proof = await homes[key].ask("proveLedger", {});
    const { household, producer, bank } = proof.centsByKind;
    const parts = [household, producer, bank].map((cents) => format.money(cents)) as [string, string, string];
    const { actors, quiet } = CAST[key];
    const name = say.others(format.list(actors.map((one) => one.name)), format.count(quiet.length));
    const told = proof.movements === 0 ? say.noMoney(name) : say.addsUp(name, format.count(proof.movements), ...parts);
    await see(told, async () => proof.broken.length === 0 && proof.sumCents === 0);
  }
}

function sumOf(grams: readonly number[]): number {
  return grams.reduce((sum, one) => sum + one, 0);
}
