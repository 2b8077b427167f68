// The story of the demo, chapter by chapter. Whatever passes between two homes is a signed letter over HTTP; what is checked
// is looked up in the other home's own database.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FirstActor } from "../../src/members/actions.ts";
import { answerShort, showContracts } from "./answerStory.ts";
import { bakeBread } from "./breadStory.ts";
import { actorsAt, CAST, HOME_KEYS, type HomeKey } from "./cast.ts";
import type { StoryClock } from "./clock.ts";
import { type CycleTold, prolongCycle, tellCycle } from "./cycleStory.ts";
import { confirmByClock, deliver, proveLedgers } from "./deliveryStory.ts";
import type { Places } from "./doors.ts";
import { foundGroup } from "./foundingStory.ts";
import type { HomeProcess, Homes } from "./homes.ts";
import { type LedTold, leadOthers } from "./ledStory.ts";
import { createLetterBook, type LetterBook } from "./letters.ts";
import { liveTogether } from "./lifeStory.ts";
import { holdEvening, seeCalendar } from "./meetingStory.ts";
import { joinDistrict } from "./networkStory.ts";
import { beginAnew } from "./nextStory.ts";
import { bookBaskets, closeByClock, type OrderTold, openOrders, payIn } from "./orderStory.ts";
import { makePacts } from "./pactStory.ts";
import { changePrice, withdrawProduct } from "./priceStory.ts";
import { joinRegion, settleOthers, sumUp } from "./regionStory.ts";
import { tellSeason } from "./seasonStory.ts";
import { shareWithOthers } from "./solidarityStory.ts";
import type { Teller } from "./teller.ts";
import { countOwed, settle } from "./time.ts";

/** One actor at its home: `iri` is its address, `handle` what others type to find it. */
export type Part = FirstActor & {
  readonly home: HomeProcess;
  readonly iri: string;
  readonly typed: string;
};

export type Stage = {
  readonly homes: Homes;
  readonly teller: Teller;
  readonly clock: StoryClock;
  readonly letters: LetterBook;
  readonly part: (handle: string) => Part;
};

/** Whether nodes are killed: the farm's while a price changes; the farm's and a group's in the midst of the orders. */
export type Disasters = { readonly kills: boolean; readonly chaos: boolean };

/** Tells it all. Gives what there is to look at. */
export async function tellStory(
  homes: Homes,
  teller: Teller,
  clock: StoryClock,
  { kills, chaos }: Disasters,
): Promise<Places> {
  const { say } = teller;
  const stage: Stage = {
    homes,
    teller,
    clock,
    letters: createLetterBook(homes, teller),
    part: (handle) => cast(homes, handle),
  };
  await chapter(stage, say.people, seatPeople);
  await quietChapter(stage, say.season, tellSeason);
  await chapter(stage, say.lists, importLists);
  await chapter(stage, say.follows, followEachOther);
  await chapter(stage, say.pacts, makePacts);
  const cycle = await chapter(stage, say.cycle, (stage) => tellCycle(stage, say.cycleName));
  await chapter(stage, say.price, (stage) => changePrice(stage, kills));
  await chapter(stage, say.withdrawn, withdrawProduct);
  await chapter(stage, say.edit, (stage) => prolongCycle(stage, cycle));
  const orders = await tellOrders(stage, cycle, chaos);
  const led: LedTold = await chapter(stage, say.led, leadOthers);
  const bread = await chapter(stage, say.bread, bakeBread);
  await chapter(stage, say.life, (stage) => liveTogether(stage, bread));
  await chapter(stage, say.sharing, (stage) => shareWithOthers(stage, bread));
  // Not before the days that went by: whoever looks after a network reads all of it anew each day.
  await chapter(stage, say.district, joinDistrict);
  const next = await chapter(stage, say.again, beginAnew);
  const evening = await chapter(stage, say.meetings, holdEvening);
  await quietChapter(stage, say.region, async (stage) => {
    await joinRegion(stage);
    await seeCalendar(stage);
  });
  await quietChapter(stage, say.figures, sumUp);
  const founding = await chapter(stage, say.founding, foundGroup);
  const nodes = teller.format.count(HOME_KEYS.length);
  const letters = teller.format.count(stage.letters.countSeen());
  await teller.see(say.letterCount(letters, nodes), async () => (await countOwed(homes)) === 0);
  const places = orders.map((order) => placeOf(order, next));
  const iris = { cycleIri: cycle.iri, nextCycleIri: next[0]!.cycle.iri };
  return { ...iris, led, evening, bread, founding, orders: await Promise.all(places) };
}

async function placeOf({ gas, orderId }: OrderTold, next: readonly OrderTold[]): Promise<Places["orders"][number]> {
  const { orderId: nextOrderId } = next.find((order) => order.gas.handle === gas.handle)!;
  const { thread } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
  const { state } = await gas.home.ask("showOrder", { handle: gas.handle, orderId: nextOrderId });
  return { handle: gas.handle, orderId, thread: thread ?? "", nextOrderId, isNextOpen: state === "open" };
}

/** From the first payment to the last proof; with `chaos` nodes die in between, and it all comes out the same. */
async function tellOrders(stage: Stage, cycle: CycleTold, chaos: boolean): Promise<OrderTold[]> {
  const { say } = stage.teller;
  await chapter(stage, say.purses, payIn);
  const orders = await chapter(stage, say.orders, (stage) => openOrders(stage, cycle, say.orderName));
  await chapter(stage, say.bookings, (stage) => bookBaskets(stage, orders));
  await chapter(stage, say.closing, (stage) => closeByClock(stage, orders, chaos));
  await chapter(stage, say.answers, (stage) => answerShort(stage, orders, chaos));
  await chapter(stage, say.contracts, (stage) => showContracts(stage, orders));
  await chapter(stage, say.confirming, (stage) => confirmByClock(stage, orders));
  await chapter(stage, say.delivery, (stage) => deliver(stage, orders));
  await chapter(stage, say.ledgers, proveLedgers);
  return orders;
}

async function chapter<T>(stage: Stage, title: string, tell: (stage: Stage) => Promise<T>): Promise<T> {
  const { teller, letters, homes } = stage;
  teller.chapter(title);
  const told = await tell(stage);
  await settle(homes, teller);
  await letters.print();
  return told;
}

/** A chapter whose letters are many and all of one kind: they are counted and looked up like the others, and not told one by one. */
async function quietChapter(stage: Stage, title: string, tell: (stage: Stage) => Promise<void>): Promise<void> {
  const { teller, letters, homes } = stage;
  teller.chapter(title);
  await tell(stage);
  await settle(homes, teller);
  const count = await letters.tally();
  if (count > 0) teller.fact(teller.say.lettersToo(teller.format.count(count)));
}

function cast(homes: Homes, handle: string): Part {
  const key = HOME_KEYS.find((key) => actorsAt(key).some((actor) => actor.handle === handle));
  const actor = key && actorsAt(key).find((one) => one.handle === handle);
  if (!key || !actor) throw new Error(`nobody plays ${handle}`);
  const home = homes[key];
  const { host } = new URL(home.origin);
  return { ...actor, home, iri: `${home.origin}/${handle}`, typed: `@${handle}@${host}` };
}

async function seatPeople(stage: Stage): Promise<void> {
  const { homes, teller } = stage;
  const { say, format, fact } = teller;
  const settled = await Promise.all(HOME_KEYS.map(async (key) => [key, await settleHome(homes[key], key)] as const));
  for (const [key, seated] of settled) {
    const { actors, people } = CAST[key];
    fact(say.settled(people[0]!.name, format.list(actors.map(({ name }) => name))));
    for (const { name, handle } of seated)
      fact(say.seated(name, actors.find((actor) => actor.handle === handle)?.name ?? handle));
  }
  await settleOthers(stage);
}

/** The first person opens the node with the first actor; the others come by invitation. */
async function settleHome(home: HomeProcess, key: HomeKey) {
  const [actor, ...others] = CAST[key].actors;
  const [person, ...guests] = CAST[key].people;
  await home.ask("setUpNode", { actor: actor!, person: person! });
  for (const other of others) await home.ask("addActor", other);
  for (const guest of guests) await home.ask("seatPerson", guest);
  return guests;
}

const LISTS = [
  { handle: "fattoria", file: "listino-fattoria.csv", folder: "../../examples" },
  { handle: "forno", file: "forno.csv", folder: "." },
  { handle: "apiario", file: "apiario.csv", folder: "." },
] as const;

async function importLists({ teller, part }: Stage): Promise<void> {
  const { say, format, see } = teller;
  for (const { handle, file, folder } of LISTS) {
    const bytes = readFileSync(join(import.meta.dirname, folder, file));
    const lines = bytes.toString("utf8").trim().split("\n").length;
    const { home, name } = part(handle);
    const { added, left } = await home.ask("importList", { handle, name: file, bytes });
    const { count } = await home.ask("countProducts", { handle });
    const told = say.imported(name, file, format.count(added), format.count(count));
    await see(told, async () => left === 0 && added === lines - 1);
  }
}

const FOLLOWS = [
  ["gas-valle", "fattoria"],
  ["gas-valle", "forno"],
  ["gas-valle", "apiario"],
  ["gas-costa", "fattoria"],
  ["gas-costa", "apiario"],
  ["des", "fattoria"],
  ["des", "forno"],
  ["des", "apiario"],
  ["des", "gas-valle"],
  ["des", "gas-costa"],
  ["fattoria", "des"],
  ["gas-valle", "des"],
  ["gas-costa", "des"],
] as const;

async function followEachOther({ teller, part }: Stage): Promise<void> {
  const { say, format, see } = teller;
  for (const [from, to] of FOLLOWS) await part(from).home.ask("follow", { handle: from, peer: part(to).typed });
  for (const [from, to] of FOLLOWS) {
    const [a, b] = [part(from), part(to)];
    await see(say.followed(a.name, b.name), async () => {
      const asked = await a.home.ask("showFollow", { handle: from, direction: "out", peerIri: b.iri });
      const held = await b.home.ask("showFollow", { handle: to, direction: "in", peerIri: a.iri });
      return asked === "accepted" && held === "accepted";
    });
  }
  for (const [from, to] of FOLLOWS.filter(([from, to]) => part(from).kind === "gas" && part(to).kind === "producer")) {
    const [a, b] = [part(from), part(to)];
    const { count } = await b.home.ask("countProducts", { handle: to });
    await see(say.mirrored(a.name, b.name, format.count(count)), async () => {
      const mirror = await a.home.ask("showMirror", { handle: from, producerIri: b.iri });
      return mirror?.count === count && mirror.lastError === null;
    });
  }
}
