// Owes people the mails about orders. What happened is read from the log of moves, from a cursor that goes on in the transaction
// that owes the mails: a crash loses none and writes none twice (SAFETY A46). What only time tells is named by its day.
import { loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import { loadFact, saveFact } from "../../db/facts.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { addDays, instantOfRome, romeTime } from "../../kernel/time.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { listAllFriends, listHouseholdPeople, listHouseholds } from "../../members/households/householdStore.ts";
import type { NoticeKind } from "../../members/notices/notice.ts";
import { type NoticeHouse, queueNotice } from "../../members/notices/noticeActions.ts";
import { listSeated } from "../../members/seatStore.ts";
import type { HeldSeat } from "../../members/seats.ts";
import { formats } from "../../web/format.ts";
import { aggregate } from "../aggregate.ts";
import { readCostsToCome } from "../aggregates/costActions.ts";
import type { AgreedSnapshot } from "../answers/allotActions.ts";
import { listBaskets, listBookings } from "../booking/bookingStore.ts";
import { remindsToConfirm } from "../booking/confirming.ts";
import { type Buying, type OrderKey, onOrder } from "../changeActions.ts";
import { loadClosed } from "../closeActions.ts";
import { partsOf } from "../delivery/delivery.ts";
import { listPortions } from "../delivery/deliveryStore.ts";
import { readGroups, readPlaceOf } from "../delivery/settlementStore.ts";
import { onlyFollowers } from "../favourites/store.ts";
import { loadMailText } from "../group/mailStore.ts";
import type { MailKind } from "../group/mailTexts.ts";
import { amountOf, type Order, takesBookings } from "../order.ts";
import { markGroups, splitModifiers } from "../planning/modifiers.ts";
import {
  type LoggedMove,
  listMovesAfter,
  listToRemind,
  loadOrder,
  loadOrderHead,
  loadSnapshot,
  markReminded,
} from "../store.ts";
import { answerName, type News, newsOf, REMIND_BEFORE_MS, remindsOf } from "./notice.ts";
import { listAskingToConfirm, listOrdersToCollect, loadOpenedAt } from "./noticeStore.ts";
import {
  agreedMail,
  askedMail,
  cancelledMail,
  closedMail,
  deliveryMail,
  type Mail,
  type OrderFacts,
  type OwnLine,
  openedMail,
  refusedMail,
  reminderMail,
  unconfirmedMail,
  type Voice,
} from "./noticeText.ts";

const CURSOR = "orders-told";
const MOVES_AT_ONCE = 100;
const ORDERS_AT_ONCE = 100;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** On the day of a pickup people are told from this hour on, Rome's time. */
const MORNING = "07:00";

/** What telling people needs of the node. */
export type TellingHouse = NoticeHouse & Pick<MembersHouse, "db" | "clock">;

/** Whose part of which line it is, and how much. */
type Taken = {
  readonly householdId: string;
  readonly lineNumber: number;
  readonly friendId: string | null;
  readonly quantityThousandths: number;
};

/** An event about an order, within the transaction that owes the mails. */
type Telling = {
  readonly house: TellingHouse;
  readonly tx: Tx;
  readonly order: Order;
  readonly kind: NoticeKind;
  readonly businessKey: string;
  readonly now: number;
};

type Reader = { readonly personId: string; readonly name: string; readonly householdId: string | null };

/** Everything about orders that people are told by mail; nothing where the node writes none. */
export function orderNoticeTasks(house: TellingHouse): ClockTask[] {
  if (!house.mailer) return [];
  const told = { date: "", orders: new Set<string>() };
  return [
    { name: "tell people what happened to orders", everyMs: 1000, run: () => tellMoves(house) },
    { name: "remind people of closings", everyMs: MINUTE, run: () => remindAll(house) },
    { name: "remind people to confirm", everyMs: MINUTE, run: () => remindToConfirm(house) },
    { name: "tell people what to collect today", everyMs: MINUTE, run: () => tellDeliveries(house, told) },
  ];
}

/** An order with hundreds of members is a transaction of its own, and others get their turn in between. */
async function tellMoves(house: TellingHouse): Promise<void> {
  while (transact(house.db, (tx) => tellNextMoves(house, tx)))
    await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Goes through the log until something was told. False at its end. */
function tellNextMoves(house: TellingHouse, tx: Tx): boolean {
  const cursor = Number(loadFact(tx, CURSOR) ?? "0");
  const moves = listMovesAfter(tx, cursor, MOVES_AT_ONCE);
  let seen = cursor;
  for (const move of moves) {
    seen = move.id;
    if (tellMove(house, tx, move)) break;
  }
  if (seen !== cursor) saveFact(tx, CURSOR, String(seen));
  return seen !== cursor;
}

/** Whether the move was news. */
function tellMove(house: TellingHouse, tx: Tx, move: LoggedMove): boolean {
  const now = house.clock.now();
  const head = loadOrderHead(tx, move.actorId, move.orderId);
  const news = head ? newsOf(move, head, now) : [];
  const order = news.length > 0 ? loadOrder(tx, move.actorId, move.orderId) : undefined;
  if (!order) return false;
  for (const one of news) tellNews(house, tx, order, move, one);
  return true;
}

function tellNews(house: TellingHouse, tx: Tx, order: Order, move: LoggedMove, { what, businessKey }: News): void {
  const kind = what === "opened" ? "order-opened" : what === "closed" ? "order-closed" : "order-answered";
  const telling: Telling = { house, tx, order, kind, businessKey, now: house.clock.now() };
  if (what === "opened") {
    const members = listMembers(tx, order);
    tellEach(telling, members, openedMail);
    // Who switched openings off but follows the producer: the event's name keeps it to one mail.
    tellEach({ ...telling, kind: "favourite" }, onlyFollowers(tx, order, members), openedMail);
  } else if (what === "closed") tellBookers(telling, null, closedMail);
  else if (what === "agreed") tellAgreed(telling);
  else if (what === "refused") tellBookers(telling, null, (voice, facts) => refusedMail(voice, facts, move.reason));
  else if (what === "cancelled")
    tellBookers(telling, null, (voice, facts) => cancelledMail(voice, facts, order.cancelReason ?? ""));
  else tellEach(telling, listRunners(tx, order), (voice, facts) => askedMail(voice, facts, order.needsPerson ?? ""));
}

/** What is in force now is told, once for each revision. */
function tellAgreed(telling: Telling): void {
  const { tx, order } = telling;
  const agreed = loadSnapshot<AgreedSnapshot>(tx, order.id, 2)?.content;
  if (!agreed) return;
  const shares = agreed.shares.map(([householdId, lineNumber, friendId, quantityThousandths]): Taken => {
    return { householdId, lineNumber, friendId: friendId === "" ? null : friendId, quantityThousandths };
  });
  const byLine = new Map(agreed.lines.map((line) => [line.lineNumber, line.agreedThousandths]));
  const businessKey = answerName(order.id, agreed.revision);
  tellBookers({ ...telling, businessKey }, { shares, byLine }, agreedMail);
}

/** Each household that booked, of its own part. `agreed` null: what was ordered at the cut-off is all that is known. */
function tellBookers(
  telling: Telling,
  agreed: { readonly shares: readonly Taken[]; readonly byLine: ReadonlyMap<number, number> } | null,
  write: (voice: Voice, facts: OrderFacts, lines: readonly OwnLine[], otherCents: number) => Mail,
): void {
  const { tx, order } = telling;
  const { lines, closed } = listOwnLines(tx, order, agreed);
  const placeOf = readPlaceOf(tx, order);
  const groups = readGroups(tx, order);
  const booked = markGroups(partsOf(order, closed, placeOf), groups);
  const taken = agreed === null ? null : markGroups(partsOf(order, agreed.shares, placeOf), groups);
  const splits = splitModifiers(order.modifiers, booked, taken);
  const readers = listMembers(tx, order, true).filter(({ householdId }) => lines.has(householdId ?? ""));
  const sharedOf = sharedCosts(tx, order);
  tellEach(telling, readers, (voice, facts, { householdId }) => {
    const otherCents = splits.reduce((sum, { shares }) => sum + (shares.get(householdId ?? "") ?? 0), 0);
    const shared = sharedOf(householdId ?? "");
    return write(voice, { ...facts, shared }, lines.get(householdId ?? "") ?? [], otherCents);
  });
}

/** The part of each household in what the orders delivered together are still to bear. */
function sharedCosts(tx: Tx, order: Order): (householdId: string) => OrderFacts["shared"] {
  const costs = readCostsToCome(tx, order);
  return (householdId) => costs && { name: costs.name, cents: costs.shares.get(householdId) ?? 0 };
}

/** The lines of each household that booked, and what the cut-off made of the bookings. */
function listOwnLines(
  tx: Tx,
  order: Order,
  agreed: { readonly shares: readonly Taken[]; readonly byLine: ReadonlyMap<number, number> } | null,
): { lines: Map<string, OwnLine[]>; closed: Taken[] } {
  const bookings = listBookings(tx, order.id);
  const cutOff = aggregate(order, bookings);
  const closed = cutOff.lines.flatMap(({ shares }) =>
    shares.map(({ claim, quantityThousandths }): Taken => ({ ...claim, quantityThousandths })),
  );
  const bookedByKey = new Map(bookings.map((one) => [keyOf(one), one.quantityThousandths]));
  const closedByKey = new Map(closed.map((one) => [keyOf(one), one.quantityThousandths]));
  const givenByKey = agreed ? new Map(agreed.shares.map((one) => [keyOf(one), one])) : null;
  const orderedByLine = new Map(cutOff.lines.map((line) => [line.lineNumber, line.orderedThousandths]));
  const goods = new Map(order.lines.map((line) => [line.number, line.goods]));
  const friends = new Map(listAllFriends(tx, order.actorId).map(({ id, name }) => [id, name]));
  const all = bookings.map((booking): OwnLine & { householdId: string; lineNumber: number } => {
    const { householdId, lineNumber, friendId } = booking;
    const closedThousandths = closedByKey.get(keyOf(booking)) ?? 0;
    const quantityThousandths = givenByKey
      ? (givenByKey.get(keyOf(booking))?.quantityThousandths ?? 0)
      : closedThousandths;
    const its = goods.get(lineNumber)!;
    const orderedThousandths = orderedByLine.get(lineNumber) ?? 0;
    return {
      ...{ householdId, lineNumber, name: its.name, unitCode: its.unitCode },
      friendName: friendId === null ? null : (friends.get(friendId) ?? ""),
      bookedThousandths: bookedByKey.get(keyOf(booking)) ?? 0,
      ...{ closedThousandths, quantityThousandths, cents: amountOf(quantityThousandths, its), orderedThousandths },
      agreedThousandths: agreed?.byLine.get(lineNumber) ?? orderedThousandths,
    };
  });
  all.sort((one, other) => one.lineNumber - other.lineNumber);
  return { lines: Map.groupBy(all, ({ householdId }) => householdId), closed };
}

function keyOf({ householdId, lineNumber, friendId }: Omit<Taken, "quantityThousandths">): string {
  return `${householdId} ${lineNumber} ${friendId ?? ""}`;
}

/** Owes the mail to each reader, in their language. Gives how many are owed one that were not before. */
function tellEach(
  telling: Telling,
  readers: readonly Reader[],
  write: (voice: Voice, facts: OrderFacts, reader: Reader) => Mail,
): number {
  const { house, tx, order, kind, businessKey, now } = telling;
  if (readers.length === 0) return 0;
  const actor = loadActor(tx, order.actorId);
  const seller = loadRemoteActor(tx, order.producerId) ?? loadActor(tx, order.producerId);
  const baskets = new Map(listBaskets(tx, order.id).map((basket) => [basket.householdId, basket]));
  const unconfirmed = loadClosed(tx, order.id)?.content.unconfirmed ?? [];
  const desk = `${house.origin}/desk/${actor?.handle}/orders/${order.id}`;
  const textOf = (mail: MailKind, language: "it" | "en") =>
    loadMailText(tx, { actorId: order.actorId, kind: mail, language });
  let count = 0;
  for (const reader of readers) {
    const { personId, name, householdId } = reader;
    const own = order.pickups.filter(({ id }) => id === baskets.get(householdId ?? "")?.pickupId);
    const facts: OrderFacts = {
      ...{ reader: name, order, producer: seller?.name ?? new URL(order.producerId).host, group: actor?.name ?? "" },
      pickups: own.length > 0 ? own : order.pickups,
      url: householdId === null ? desk : `${desk}/book`,
      isUnconfirmed: unconfirmed.includes(householdId ?? ""),
      textOf,
    };
    const notice = {
      ...{ personId, kind, businessKey },
      write: (say: Voice["say"], language: "it" | "en") =>
        write({ language, say, format: formats(language) }, facts, reader),
    };
    if (queueNotice(tx, house, notice, now)) count++;
  }
  return count;
}

/** The people of the group's households; with `withFormer` also of those that left, which may have booked before. */
export function listMembers(tx: Tx, { actorId }: Pick<Order, "actorId">, withFormer = false): Reader[] {
  const households = new Set(listHouseholds(tx, actorId, withFormer).map(({ id }) => id));
  return listHouseholdPeople(tx, actorId).filter(({ householdId }) => households.has(householdId));
}

/** Who decides about orders of this producer: those who look after them, or the group's admins where nobody does. */
function listRunners(tx: Tx, { actorId, producerId }: Order): Reader[] {
  const people = listSeated(tx, actorId).filter(({ disabledAt }) => disabledAt === null);
  const runsIt = ({ role, producers }: HeldSeat) =>
    role === "referente" && (producers === null || producers.includes(producerId));
  const runners = people.filter(({ seats }) => seats.some(runsIt));
  const asked = runners.length > 0 ? runners : people.filter(({ seats }) => seats.some(({ role }) => role === "admin"));
  return asked.map(({ personId, name }) => ({ personId, name, householdId: null }));
}

/**
 * Reminds who has booked nothing, because somebody wants to: each person once a day at most, whoever presses. `count`: to how many it is
 * written now. Refuses `not-found`, `order-not-open`, `no-mailer` where the node writes none.
 */
export function remindByHand(house: TellingHouse, buying: Buying, key: OrderKey): { count: number } | Refusal {
  return onOrder(buying, key, ({ tx, now }, order) => {
    if (!house.mailer) return { refused: "no-mailer" };
    if (!takesBookings(order, now)) return { refused: "order-not-open", state: order.state };
    const businessKey = `reminder:${order.id}:${romeTime(now).date}`;
    const count = tellEach(
      { house, tx, order, kind: "order-reminder", businessKey, now },
      listUnbooked(tx, order),
      reminderMail,
    );
    markReminded(tx, order.id, now);
    return { count };
  });
}

/** The people of households that have booked nothing. */
export function listUnbooked(tx: Tx, order: Order): Reader[] {
  const busy = new Set(listBaskets(tx, order.id).map(({ householdId }) => householdId));
  return listMembers(tx, order).filter(({ householdId }) => !busy.has(householdId ?? ""));
}

/** Who has booked nothing yet is reminded once of each closing, unless somebody did it within the day before. */
function remindAll(house: TellingHouse): void {
  const now = house.clock.now();
  for (const { id, actorId } of listToRemind(house.db.orm, now, {
    beforeMs: REMIND_BEFORE_MS,
    standsForMs: DAY,
    limit: ORDERS_AT_ONCE,
  }))
    transact(house.db, (tx) => {
      const order = loadOrder(tx, actorId, id);
      if (!order) return;
      markReminded(tx, id, now);
      if (!remindsOf(order, loadOpenedAt(tx, id) ?? now, now)) return;
      const businessKey = `reminder:${id}:${order.closesAt}`;
      tellEach({ house, tx, order, kind: "order-reminder", businessKey, now }, listUnbooked(tx, order), reminderMail);
    });
}

/** Who left a basket unconfirmed is reminded once of each closing, at whatever moment of its last day they left it. */
function remindToConfirm(house: TellingHouse): void {
  const now = house.clock.now();
  for (const { id, actorId } of listAskingToConfirm(house.db.orm, now, now + REMIND_BEFORE_MS))
    transact(house.db, (tx) => {
      const order = loadOrder(tx, actorId, id);
      if (!order) return;
      const left = new Set(
        listBaskets(tx, id).flatMap((one) => (remindsToConfirm(order, one, now) ? [one.householdId] : [])),
      );
      const readers = listMembers(tx, order).filter(({ householdId }) => left.has(householdId ?? ""));
      const businessKey = `confirm:${id}:${order.closesAt}`;
      tellEach({ house, tx, order, kind: "order-reminder", businessKey, now }, readers, unconfirmedMail);
    });
}

/** On the day, from the morning on. `told` only spares work: what was owed is known by its name. */
function tellDeliveries(house: TellingHouse, told: { date: string; orders: Set<string> }): void {
  const now = house.clock.now();
  const { date, time } = romeTime(now);
  if (time < MORNING) return;
  if (told.date !== date) told.orders.clear();
  told.date = date;
  const from = instantOfRome({ date, time: "00:00" }) ?? now;
  const until = instantOfRome({ date: addDays(date, 1), time: "00:00" }) ?? now;
  for (const { id, actorId } of listOrdersToCollect(house.db.orm, from, until)) {
    if (told.orders.has(id)) continue;
    const isTold = transact(house.db, (tx) => {
      const order = loadOrder(tx, actorId, id);
      return order !== undefined && tellDelivery(house, tx, order, { date, from, until });
    });
    if (isTold) told.orders.add(id);
  }
}

/** False while nobody knows what there will be to collect. */
function tellDelivery(
  house: TellingHouse,
  tx: Tx,
  order: Order,
  day: { date: string; from: number; until: number },
): boolean {
  const shares = listToCollect(tx, order);
  if (shares === null) return false;
  const now = house.clock.now();
  const pickups = order.pickups.filter(({ startAt }) => startAt >= day.from && startAt < day.until);
  const baskets = new Map(listBaskets(tx, order.id).map((basket) => [basket.householdId, basket]));
  const { lines } = listOwnLines(tx, order, { shares, byLine: new Map() });
  const readers = listMembers(tx, order, true).filter(({ householdId }) => {
    const basket = baskets.get(householdId ?? "");
    const isToday = !basket?.pickupId || pickups.some(({ id }) => id === basket.pickupId);
    const isWaiting = basket?.state === "locked" || basket?.state === "saved";
    const gets = lines.get(householdId ?? "")?.some(({ quantityThousandths }) => quantityThousandths > 0);
    return isToday && isWaiting && gets === true;
  });
  const businessKey = `delivery:${order.id}:${day.date}`;
  const telling: Telling = { house, tx, order: { ...order, pickups }, kind: "delivery", businessKey, now };
  const sharedOf = sharedCosts(tx, order);
  tellEach(telling, readers, (voice, facts, { householdId }) => {
    const shared = sharedOf(householdId ?? "");
    return deliveryMail(voice, { ...facts, shared }, lines.get(householdId ?? "") ?? []);
  });
  return true;
}

/** What each household is to get: as shared out; without an answer to wait for, as ordered; else nobody knows yet (null). */
function listToCollect(tx: Tx, order: Order): Taken[] | null {
  const portions = listPortions(tx, order.id);
  if (portions.length > 0)
    return portions.map(({ deliveredThousandths, allocatedThousandths, ...place }) => ({
      ...place,
      quantityThousandths: deliveredThousandths ?? allocatedThousandths,
    }));
  if (order.state === "sent" && order.policies.usesConfirmation) return null;
  return listOwnLines(tx, order, null).closed;
}
