// An order that one group of the demo leads for two others, each on a node of its own choosing: totals go in, one sum goes to the
// apiary, what comes short is shared, and every group has its note to the cent. PROTOCOL 8.1.
import { isDeepStrictEqual } from "node:util";
import type { Modifier } from "../../src/orders/planning/modifiers.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { DEFAULT_RULES } from "../../src/sales/saleRules.ts";
import { lastLetter } from "./disaster.ts";
import { findProduct, nameOf } from "./orderStory.ts";
import type { Part, Stage } from "./story.ts";
import { inDays, passTo, settle } from "./time.ts";

/** The led order, as pages are looked at. */
export type LedTold = { readonly handle: string; readonly orderId: string };

type Basket = { readonly email: string; readonly jars: readonly number[] };
/** Who runs its order, who takes money in, and what its households book: jars of each honey. */
type Group = {
  readonly handle: string;
  readonly email: string;
  readonly treasurer: string;
  readonly baskets: readonly Basket[];
};

const MAKER = "apiario";
/** Cases of six jars; of the second there is one case alone. */
const SKUS = ["MIE-01", "MIE-03"] as const;
const CASE = 6;
const LEAD: Group = {
  ...{ handle: "gas-costa", email: "davide@gas-costa.example", treasurer: "teresa@gas-costa.example" },
  baskets: [
    { email: "bruno@gas-costa.example", jars: [2, 1] },
    { email: "ilaria@gas-costa.example", jars: [1, 1] },
  ],
};
const GROUPS: readonly Group[] = [
  {
    ...{ handle: "gas-valle", email: "marta@gas-valle.example", treasurer: "nadia@gas-valle.example" },
    baskets: [
      { email: "luca@gas-valle.example", jars: [3, 4] },
      { email: "chiara@gas-valle.example", jars: [2, 2] },
    ],
  },
  {
    ...{ handle: "gas-senigallia", email: "giulia@gas-costa.example", treasurer: "giulia@gas-costa.example" },
    baskets: [
      { email: "gino@gas-senigallia.example", jars: [2, 2] },
      { email: "ida@gas-senigallia.example", jars: [2, 2] },
    ],
  },
];
const PURSE_CENTS = 8000;
const CREDIT_CENTS = 30_000;
const HOUR = 3_600_000;

/** A group with the order it opened on what the lead offers. */
type Taking = { readonly group: Group; readonly gas: Part; readonly orderId: string; readonly before: number };
type Offered = { readonly seller: Part; readonly cycleIri: string };

/** From the pacts to the accepted notes. */
export async function leadOthers(stage: Stage): Promise<LedTold> {
  const { part, clock, teller } = stage;
  const { say, format, see, fact } = teller;
  const [lead, maker] = [part(LEAD.handle), part(MAKER)];
  const from = clock.now();
  for (const { handle } of GROUPS) await befriend(stage, part(handle), lead);
  const made = await openAtMaker(stage, maker, from);
  const orderId = await openOwn(stage, LEAD, { seller: maker, cycleIri: made }, inDays(from, 3, "20:00"));
  const freezesAt = inDays(from, 2, "20:00");
  const wish = { handle: lead.handle, orderId, email: LEAD.email, freezesAt, note: say.ledNote };
  const { iri } = await lead.home.ask("shareOrder", { ...wish, creditCents: CREDIT_CENTS });
  fact(say.ledShared(lead.name, maker.name, format.dateTime(freezesAt)));
  const taking: Taking[] = [];
  for (const group of GROUPS) {
    const gas = part(group.handle);
    const before = await lastLetter(gas);
    const own = await openOwn(stage, group, { seller: lead, cycleIri: iri }, inDays(from, 2, "19:00"));
    taking.push({ group, gas, orderId: own, before });
  }
  await book(stage, LEAD, lead, orderId);
  for (const { group, gas, orderId } of taking) await book(stage, group, gas, orderId);
  await later(stage, inDays(from, 2, "19:01"));
  for (const { gas } of taking)
    await see(say.ledHeld(lead.name, gas.name, await ordered(lead, orderId, gas, stage)), async () => {
      const shown = await groupOf(lead, orderId, gas);
      return shown?.state === "accepted" && shown.problem === null;
    });
  const told = { lead, maker, orderId, taking, from };
  await sendSum(stage, told);
  await shareShort(stage, told);
  await handOut(stage, told);
  for (const { group, gas, before } of taking) await seeNoNames(stage, group, gas, before);
  return { handle: lead.handle, orderId };
}

type Told = {
  readonly lead: Part;
  readonly maker: Part;
  readonly orderId: string;
  readonly taking: readonly Taking[];
  readonly from: number;
};

async function befriend({ teller }: Stage, gas: Part, lead: Part): Promise<void> {
  const { see, say } = teller;
  await gas.home.ask("follow", { handle: gas.handle, peer: lead.typed });
  const terms = {
    ...{ catalogSubset: [`${lead.iri}/catalog`], priceDeltaHundredthsPercent: 0, minOrderCents: 0 },
    ...{ deliveryCostCents: 0, leadDays: 0, referents: [{ name: "Referente", email: "referente@gas.example" }] },
  };
  await lead.home.ask("proposePact", { handle: lead.handle, peer: gas.typed, as: "seller", terms });
  const show = () => gas.home.ask("showPact", { handle: gas.handle, peerIri: lead.iri });
  await see(say.pactAsked(lead.name, gas.name), async () => (await show()) !== null);
  const { pact, revision } = (await show())!;
  await gas.home.ask("acceptPact", { handle: gas.handle, iri: pact.iri, revision, isCompared: true });
  const shown = () => lead.home.ask("showPact", { handle: lead.handle, peerIri: gas.iri });
  await see(say.ledJoins(gas.name, lead.name), async () => (await shown())?.state === "live");
}

async function openAtMaker({ teller }: Stage, maker: Part, from: number): Promise<string> {
  const { say } = teller;
  const startAt = inDays(from, 5, "17:30");
  const deliveries = [{ number: 1, startAt, endAt: startAt + HOUR, place: say.placeCoast, position: null }];
  const plan = {
    ...{ name: say.ledName, note: "", opensAt: null, closesAt: inDays(from, 3, "21:00"), deliveries },
    ...{ minimumOrderCents: null, visibility: "partners" as const },
    rules: { ...DEFAULT_RULES, answers: "hand" as const, confirms: "clock" as const },
  };
  return (await maker.home.ask("openCycle", { handle: maker.handle, skus: [...SKUS], plan })).iri;
}

/** A group opens its order on what the seller offers; whoever leads adds the transport. */
async function openOwn(stage: Stage, group: Group, { seller, cycleIri }: Offered, closesAt: number): Promise<string> {
  const { teller, part, clock } = stage;
  const { say, see } = teller;
  const { home, handle, name } = part(group.handle);
  const told = group === LEAD ? say.announced(name, String(SKUS.length)) : say.ledSeen(name, seller.name);
  await see(told, async () => {
    const copy = await home.ask("showOffer", { handle, producerIri: seller.iri, cycleIri });
    return copy?.status === "open" && copy.pricedCount === SKUS.length;
  });
  const startAt = inDays(clock.now(), 5, "17:30");
  const transport: Modifier = {
    ...{ id: "m1", name: say.ledTransport, kind: "transport", value: { cents: 1200 }, thresholdOn: null },
    ...{ thresholds: [], splitBy: "value", isRecomputedOnDelivery: true },
  };
  const plan = {
    ...{ name: say.ledName, note: "", opensAt: null, closesAt, completesUntil: null },
    pickups: [{ id: "p1", place: say.placeCoast, startAt, endAt: null }],
    policies: { ...START_POLICIES, acceptShortPercent: 30, sendBy: "clock" as const, usesArrival: true },
    modifiers: group === LEAD ? [transport] : [],
  };
  // What the lead offers on are its own lines, jar by jar.
  const shared = await wanted(stage);
  const wish = { handle, email: group.email, producerIri: seller.iri, cycleIri, plan, shared };
  return (await home.ask("openOrder", group === LEAD ? { ...wish, pieces: CASE } : wish)).orderId;
}

/** The apiary's products by their addresses: households of the lead book single jars of a case. */
async function wanted({ part }: Stage): Promise<string[]> {
  return Promise.all(SKUS.map(async (sku) => (await findProduct(part(MAKER), sku)).iri));
}

async function book({ teller }: Stage, group: Group, { home, handle, name }: Part, orderId: string): Promise<void> {
  const { say, format, fact } = teller;
  const { lines } = await home.ask("showOrder", { handle, orderId });
  let cents = 0;
  for (const { email, jars } of group.baskets) {
    await home.ask("topUp", { handle, by: group.treasurer, to: email, cents: PURSE_CENTS, memo: say.transferMemo });
    const wants = jars.map((count, at) => {
      const { productIri } = lines[at]!.goods;
      return { productIri, packages: group === LEAD ? count / CASE : count };
    });
    const booked = await home.ask("book", { handle, orderId, email, wants });
    if ("refused" in booked) throw new Error(booked.refused);
    cents += booked.totalCents;
  }
  fact(say.ledBooked(name, format.count(group.baskets.length), format.money(cents)));
}

/** The lead closes: the apiary hears of one order, by the lead, in whole cases. */
async function sendSum(stage: Stage, { lead, maker, orderId, from }: Told): Promise<void> {
  const { say, format, see } = stage.teller;
  await later(stage, inDays(from, 3, "20:01"));
  const all = [LEAD, ...GROUPS].flatMap(({ baskets }) => baskets);
  const cases = SKUS.map((_, at) => all.reduce((sum, { jars }) => sum + jars[at]!, 0) / CASE);
  await see(say.ledSum(maker.name, lead.name, format.count(cases[0]! + cases[1]!)), async () => {
    const { thread, lines } = await lead.home.ask("showOrder", { handle: lead.handle, orderId });
    const sale = await maker.home.ask("showSale", { handle: maker.handle, thread: thread ?? "" });
    const sent = lines.map(({ goods: { lineIri, packageThousandths } }) => {
      const line = sale?.lines.find((one) => one.lineIri === lineIri);
      return (line?.quantityThousandths ?? 0) / packageThousandths;
    });
    return sale?.buyer === lead.iri && isDeepStrictEqual(sent, cases);
  });
}

/** There is one case of the second honey: the lead shares it, and every group takes what there is for it. */
async function shareShort(stage: Stage, { lead, maker, orderId, taking, from }: Told): Promise<void> {
  const { say, format, see, fact } = stage.teller;
  const { lines, thread } = await lead.home.ask("showOrder", { handle: lead.handle, orderId });
  const { lineIri, name, packageThousandths } = lines[1]!.goods;
  fact(say.ledShort(maker.name, name));
  const wishes = [{ lineIri, quantityThousandths: packageThousandths }];
  const less = { handle: maker.handle, thread: thread ?? "", wishes, note: say.ledShortNote, diesAfter: false };
  await maker.home.ask("proposeLess", less);
  await settle(stage.homes, stage.teller);
  await later(stage, inDays(from, 3, "21:30"));
  const shown = () => lead.home.ask("showGroups", { handle: lead.handle, orderId });
  const nameOfGroup = (iri: string) => taking.find(({ gas }) => gas.iri === iri)?.gas.name ?? iri;
  let parts = "";
  await see(say.cycleConfirmed(maker.name), async () => {
    const groups = await shown();
    const cents = (all: number | null) => format.money(all ?? 0);
    parts = format.list(groups.map((one) => say.ledPart(nameOfGroup(one.buyer), cents(one.allottedCents))));
    return groups.every(({ allottedCents }) => allottedCents !== null);
  });
  const { count } = await lead.home.ask("answerGroups", { handle: lead.handle, orderId, email: LEAD.email });
  await see(say.ledDivided(lead.name, parts), async () => count === taking.length);
  await settle(stage.homes, stage.teller);
  for (const { gas, orderId: own } of taking)
    await see(say.ledTaken(gas.name), async () => {
      await breathe(stage);
      const { agreement } = await gas.home.ask("showOrder", { handle: gas.handle, orderId: own });
      const group = await groupOf(lead, orderId, gas);
      const cents = agreement?.lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
      return agreement?.status === "confirmed" && group?.state === "confirmed" && group.orderedCents === cents;
    });
}

/** The honey is at the lead's door, then at every group's; every note says what the lead charges. */
async function handOut(stage: Stage, { lead, maker, orderId, taking, from }: Told): Promise<void> {
  const { say, format, see } = stage.teller;
  await later(stage, inDays(from, 5, "17:30"));
  const { thread } = await lead.home.ask("showOrder", { handle: lead.handle, orderId });
  await maker.home.ask("shipOrder", { handle: maker.handle, thread: thread ?? "", came: [] });
  await see(say.noteCame(lead.name, maker.name), async () => {
    const { notes } = await lead.home.ask("showOrder", { handle: lead.handle, orderId });
    return notes.length > 0;
  });
  const acting = { handle: lead.handle, orderId, email: LEAD.email };
  await lead.home.ask("receiveGoods", acting);
  await lead.home.ask("closeDelivery", acting);
  for (const { gas, group, orderId: own } of taking) {
    const charged = (await groupOf(lead, orderId, gas))?.chargedCents ?? 0;
    await see(say.ledNote2(gas.name, format.money(charged)), async () => {
      await breathe(stage);
      const { notes } = await gas.home.ask("showOrder", { handle: gas.handle, orderId: own });
      return notes.length > 0 && (await groupOf(lead, orderId, gas))?.noteCents === charged;
    });
    const theirs = { handle: gas.handle, orderId: own, email: group.email };
    await gas.home.ask("receiveGoods", theirs);
    await gas.home.ask("closeDelivery", theirs);
    await see(say.ledOver(gas.name), async () => (await groupOf(lead, orderId, gas))?.state === "closed");
  }
}

async function seeNoNames({ teller }: Stage, group: Group, gas: Part, after: number): Promise<void> {
  const names = group.baskets.flatMap(({ email }) => [nameOf(email), email]);
  await teller.see(teller.say.ledNoNames(gas.name), async () => {
    const letters = await gas.home.ask("listLetters", { after });
    return letters.length > 0 && !letters.some(({ json }) => names.some((name) => json.includes(name)));
  });
}

async function groupOf(lead: Part, orderId: string, gas: Part) {
  const groups = await lead.home.ask("showGroups", { handle: lead.handle, orderId });
  return groups.find(({ buyer }) => buyer === gas.iri);
}

/** What a group booked, once it has come: how the sentence says it. */
async function ordered(lead: Part, orderId: string, gas: Part, stage: Stage): Promise<string> {
  await settle(stage.homes, stage.teller);
  return stage.teller.format.money((await groupOf(lead, orderId, gas))?.orderedCents ?? 0);
}

async function later(stage: Stage, at: number): Promise<void> {
  await settle(stage.homes, stage.teller);
  await passTo(stage, at);
}

/** Some seconds pass, in which the lead carries what is to be carried. */
async function breathe({ clock, part }: Stage): Promise<void> {
  clock.moveTo(clock.now() + 5000);
  await part(LEAD.handle).home.ask("runDue", {});
}
