// What a member sees of the group's orders: those open, what their household booked, what is to be collected, what was. Pure.
import type { Credit } from "../ledger/creditActions.ts";
import { postForm } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import { listQuery, type Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { countdown, emptyState, listPages, listTools, statusBadge, stepper, sums, tabs } from "../web/parts.ts";
import { bookingStep, writeAmount, writeLine } from "./booking/bookForm.ts";
import type { Booking } from "./booking/booking.ts";
import type { Basket } from "./booking/bookingStore.ts";
import { isToConfirm } from "./booking/confirming.ts";
import type { Portion } from "./delivery/deliveryStore.ts";
import type { OrderGroup } from "./group/settings.ts";
import { amountOf, type Order, takesBookings } from "./order.ts";
import { type OutsideOrder, siteOf } from "./outside/outside.ts";
import { outsideCard } from "./outside/pages.ts";
import type { OrderHead } from "./store.ts";
import { stateBadge, tellAmount } from "./wordsPages.ts";

/** An order a household may book in, with what it booked. */
export type OpenOrder = {
  readonly order: OrderHead;
  readonly producerName: string;
  readonly basket: Basket | undefined;
};

/** What stands among the open orders: one of ours, or one that is booked elsewhere. */
export type HomeOrder = OpenOrder | OutsideOrder;

/** By what an order is found on the home. */
export function factsOf(one: HomeOrder) {
  if (!("url" in one)) return { ...one.order, producer: one.producerName };
  return { closesAt: one.closesAt, pickups: one.pickup ? [one.pickup] : [], producer: one.producer || siteOf(one) };
}

/** The orders that are open, as the group wants them: the next to close first, or under the next pickups or their producers. */
export function openOrdersPart(c: PageContext, groups: readonly OrderGroup<HomeOrder>[]): Html {
  const { say } = c;
  const parts = groups.map(({ pickup, producer, orders }) => {
    const isHeaded = groups.length > 1 || pickup !== null || producer !== "";
    const heading = pickup
      ? html`${countdown(c, pickup.startAt)}, ${pickup.place}`
      : producer === ""
        ? say("orders.times.noPickup")
        : producer;
    return html`${isHeaded ? html`<h3>${heading}</h3>` : ""}<ul class="cards">${orders.map((one) => ("url" in one ? outsideCard(c, one, isHeaded) : openCard(c, one, isHeaded, producer === "")))}</ul>`;
  });
  if (groups.length > 0) return html`${parts}`;
  return emptyState({
    text: say("orders.list.noneOpen"),
    action: { href: `${deskUrl(c)}/mirrors`, label: say("orders.list.producers") },
  });
}

function openCard(
  c: PageContext,
  { order, producerName, basket }: OpenOrder,
  isBelow: boolean,
  isNamed: boolean,
): Html {
  const { say } = c;
  const [first] = order.pickups;
  const isMine = basket !== undefined && basket.state !== "cancelled";
  const link = html`<a href="${deskUrl(c)}/orders/${order.id}/book">${order.name}</a>`;
  // Under its producer's own heading an order does not name it once more.
  return html`<li class="card">${isNamed ? html`<p class="kind">${producerName}</p>` : ""}
        ${isBelow ? html`<h4>${link}</h4>` : html`<h3>${link}</h3>`}
        <p>${say(order.state === "completing" ? "orders.times.completes" : "orders.times.closes")} ${closing(c, order)}</p>
        <p>${first ? html`${say("orders.times.pickup")}: ${countdown(c, first.startAt)}, ${first.place}` : say("orders.times.noPickup")}</p>
        <p>${isMine ? statusBadge("good", say("orders.list.booked", { total: c.format.money(basket.totalCents) })) : statusBadge("plain", say("orders.list.notBooked"))}${toConfirmBadge(c, order, basket)}</p></li>`;
}

function toConfirmBadge(
  c: PageContext,
  order: Pick<Order, "policies" | "state">,
  basket: Basket | undefined,
): Html | "" {
  return isToConfirm(order, basket) ? html` ${statusBadge("wait", c.say("orders.book.toConfirm"))}` : "";
}

function closing(c: PageContext, order: OrderHead): Html | string {
  const until = order.state === "completing" ? order.completesUntil : order.closesAt;
  return until === null ? c.say("orders.times.byHand") : countdown(c, until);
}

/** The ways through a member's orders. */
type MemberTab = "open" | "mine" | "history";
const TAB_PATHS: Readonly<Record<MemberTab, string>> = {
  open: "orders",
  mine: "orders/mine",
  history: "orders/history",
};

/** The ways through a member's orders, one of them current. */
export function memberTabs(c: PageContext, current: MemberTab): Html {
  const ways = (Object.keys(TAB_PATHS) as MemberTab[]).map((name) => ({
    href: `${deskUrl(c)}/${TAB_PATHS[name]}`,
    label: c.say(`orders.tabs.${name}`),
    isCurrent: name === current,
  }));
  return tabs(c.say("orders.tabs.label"), ways);
}

function deskUrl(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}`;
}

/** One order of a household with what it booked of it, and what it gets or got. */
export type OwnOrder = {
  readonly order: Order;
  readonly producerName: string;
  readonly basket: Basket;
  readonly bookings: readonly Booking[];
  readonly portions: readonly Portion[];
  readonly due: Due | null;
};

/** What a household owes for an order, in cents: as the ledger charged it, or as it would be charged now. */
export type Due = { readonly cents: number; readonly isCharged: boolean };

/** What comes and goes of a household's money, cents: what it has, what bookings hold of it, what is being handed out. */
export type OwnSums = { readonly credit: Credit; readonly bookedCents: number; readonly deliveringCents: number };

/** Sums a household's running orders, apart: booked, and at the counter. */
export function sumOwn(own: readonly OwnOrder[], credit: Credit): OwnSums {
  const at = own.filter(({ order, basket }) => kindOf(order.state, basket.state) === "collect");
  const on = own.filter(({ order, basket }) => kindOf(order.state, basket.state) === "booked");
  return {
    credit,
    bookedCents: on.reduce((sum, { basket }) => sum + basket.totalCents, 0),
    deliveringCents: at.reduce((sum, { due, basket }) => sum + (due?.cents ?? basket.totalCents), 0),
  };
}

/** Credit, booked and in delivery, apart, so that nobody has to subtract. */
export function ownSums(c: PageContext, { credit, bookedCents, deliveringCents }: OwnSums): Html {
  return sums(c, [
    { label: c.say("orders.credit.balance"), cents: credit.balanceCents },
    { label: c.say("orders.credit.booked"), cents: bookedCents },
    { label: c.say("orders.credit.delivering"), cents: deliveringCents },
    { label: c.say("orders.credit.free"), cents: credit.freeCents },
  ]);
}

/** What waits to be collected, at the head of the home; nothing where nothing waits. */
export function collectNote(c: PageContext, own: readonly OwnOrder[]): Html | "" {
  const [first] = groupByPickup(own.filter(({ order, basket }) => kindOf(order.state, basket.state) === "collect"));
  if (!first) return "";
  const place =
    first.place === "" ? c.say("orders.times.noPickup") : html`${countdown(c, first.startAt)}, ${first.place}`;
  return html`<div class="notice" role="status"><h2>${c.say("orders.mine.collect")}</h2><p>${place}</p><p><a href="${deskUrl(c)}/pickups">${c.say("orders.pickups.see", { count: first.orders.length })}</a></p></div>`;
}

/** The whole basket over all producers: what can still be changed, in place, and what is on its way. */
export function minePage(
  c: PageContext,
  view: {
    own: readonly OwnOrder[];
    friendNames: ReadonlyMap<string, string>;
    credit: Credit;
    /** A fresh once key for each form. */
    makeKey: () => string;
  },
): View {
  const { say } = c;
  const rank = ({ order }: OwnOrder) => (takesBookings(order, c.now) ? 0 : 1);
  const running = view.own
    .filter(({ order, basket, bookings }) => kindOf(order.state, basket.state) === "booked" && bookings.length > 0)
    // What can still be changed comes first.
    .toSorted((a, b) => rank(a) - rank(b) || pickupOf(a).startAt - pickupOf(b).startAt);
  const cards = running.map((own) => ownCard(c, own, view.friendNames, view.makeKey));
  return {
    title: say("orders.mine.title"),
    body: html`${memberTabs(c, "mine")}${ownSums(c, sumOwn(view.own, view.credit))}${
      cards.length > 0
        ? html`<ul class="cards wide">${cards}</ul>`
        : emptyState({
            text: say("orders.mine.bookedNone"),
            action: { href: `${deskUrl(c)}/orders`, label: say("orders.tabs.open") },
          })
    }`,
  };
}

/** Where a household's part of an order stands: it can or could be booked, waits at the counter, is done. */
export function kindOf(orderState: Order["state"], basketState: Basket["state"]): "collect" | "booked" | "past" {
  if (["delivered", "archived", "cancelled"].includes(orderState)) return "past";
  if (["delivered", "not-collected", "cancelled"].includes(basketState)) return "past";
  return orderState === "arrived" || orderState === "delivering" ? "collect" : "booked";
}

function pickupOf({ order, basket }: OwnOrder): { startAt: number; place: string } {
  const [first = { startAt: Number.MAX_SAFE_INTEGER, place: "" }] = order.pickups;
  return order.pickups.find(({ id }) => id === basket.pickupId) ?? first;
}

function ownCard(c: PageContext, own: OwnOrder, friendNames: ReadonlyMap<string, string>, makeKey: () => string): Html {
  const { order } = own;
  const pickup = pickupOf(own);
  const isOpen = takesBookings(order, c.now) && order.state === "open";
  const friends = [...new Set(own.bookings.map(({ friendId }) => friendId))];
  const body = isOpen
    ? friends.map((friendId) => editForm(c, own, friendId, friendNames, makeKey()))
    : portionList(c, own, friendNames);
  const total = c.format.money(own.basket.totalCents);
  return html`<li class="card" id="order-${order.id}"><p class="kind">${own.producerName}</p>
      <h2><a href="${deskUrl(c)}/orders/${order.id}/book">${order.name}</a> ${stateBadge(c, order)}${toConfirmBadge(c, order, own.basket)}</h2>
      ${isOpen ? html`<p>${c.say("orders.times.closes")}: ${closing(c, order)}</p>` : ""}
      ${pickup.place === "" ? "" : html`<p>${c.say("orders.times.pickup")}: ${countdown(c, pickup.startAt)}, ${pickup.place}</p>`}
      ${body}
      <p><strong>${c.say("orders.book.total", { total })}</strong></p></li>`;
}

/** An order's bookings for oneself or for a friend, each with its stepper: the same form as the order's own page. */
function editForm(
  c: PageContext,
  { order, bookings }: OwnOrder,
  friendId: string | null,
  friendNames: ReadonlyMap<string, string>,
  key: string,
): Html {
  const rows = bookings.filter((one) => one.friendId === friendId).map((booking) => editRow(c, order, booking));
  const friend = friendId === null ? "" : html`<input type="hidden" name="friend" value="${friendId}">`;
  const name = friendId === null ? "" : (friendNames.get(friendId) ?? c.say("orders.friends.former"));
  const body = html`<button type="submit" hidden>${c.say("orders.book.save")}</button><input type="hidden" name="key" value="${key}"><input type="hidden" name="back" value="mine">${friend}${
    name === "" ? "" : html`<p>${c.say("orders.book.forFriend", { name })}</p>`
  }<ul class="rows">${rows}</ul>`;
  return postForm(c, { action: `${deskUrl(c)}/orders/${order.id}/book`, class: "edit" }, body);
}

function editRow(c: PageContext, order: Order, booking: Booking): Html {
  const { say } = c;
  const line = order.lines.find(({ number }) => number === booking.lineNumber)!;
  const { goods, number } = line;
  const id = `q-${order.id}-${number}-${booking.friendId ?? "own"}`;
  const facts = { step: tellAmount(c, bookingStep(line), goods), name: goods.name };
  return html`<li class="row"><div class="line-what"><label for="${id}">${goods.name}</label><small>${tellAmount(c, booking.quantityThousandths, goods)}, ${c.format.money(amountOf(booking.quantityThousandths, goods))}</small></div>
      <div class="line-how"><input type="hidden" name="was.${number}" value="${writeLine(booking)}">${keptFields(booking)}${stepper(
        {
          ...{
            id,
            name: `quantity.${number}`,
            value: writeAmount(booking.quantityThousandths),
            number,
            isEmpty: false,
          },
          less: say("orders.book.less", facts),
          more: say("orders.book.more", facts),
        },
      )}</div></li>`;
}

/** Tolerance and note go along as they are. */
function keptFields({ lineNumber, quantityThousandths, toleranceThousandths, note }: Booking): Html {
  const upTo = toleranceThousandths === 0 ? "" : writeAmount(quantityThousandths + toleranceThousandths);
  return html`<input type="hidden" name="upto.${lineNumber}" value="${upTo}"><input type="hidden" name="remark.${lineNumber}" value="${note}">`;
}

type PickupGroup = { readonly startAt: number; readonly place: string; readonly orders: readonly OwnOrder[] };

/** Orders by where and when they are handed out, the next first: one trip, one group. */
function groupByPickup(own: readonly OwnOrder[]): PickupGroup[] {
  const groups = Map.groupBy(own, (one) => `${pickupOf(one).startAt} ${pickupOf(one).place}`);
  return [...groups.values()]
    .map((orders) => ({ ...pickupOf(orders[0]!), orders }))
    .sort((a, b) => a.startAt - b.startAt);
}

/** What a household collects, trip by trip: what is there now, then what is on its way. */
export function pickupsPage(
  c: PageContext,
  view: { own: readonly OwnOrder[]; friendNames: ReadonlyMap<string, string>; calendar: Html },
): View {
  const { say } = c;
  const of = (kind: "collect" | "booked") =>
    groupByPickup(
      view.own.filter(
        ({ order, basket, bookings, portions }) =>
          kindOf(order.state, basket.state) === kind && bookings.length + portions.length > 0,
      ),
    );
  const part = (groups: readonly PickupGroup[]) =>
    groups.map(
      ({
        startAt,
        place,
        orders,
      }) => html`<section class="trip"><h3>${place === "" ? say("orders.times.noPickup") : place}</h3>
        ${place === "" ? "" : html`<p>${countdown(c, startAt)}</p>`}
        ${orders.map((own) => html`<h4>${own.producerName}: <a href="${deskUrl(c)}/orders/${own.order.id}/book">${own.order.name}</a></h4>${portionList(c, own, view.friendNames)}${own.due ? html`<p><strong>${say("orders.pickups.due", { amount: tellDue(c, own.due) })}</strong></p>` : ""}`)}</section>`,
    );
  const [now, later] = [of("collect"), of("booked")];
  const open = { href: `${deskUrl(c)}/orders`, label: say("orders.tabs.open") };
  return {
    title: say("orders.pickups.title"),
    body: html`<h2>${say("orders.mine.collect")}</h2>${now.length > 0 ? part(now) : emptyState({ text: say("orders.mine.collectNone"), ...(later.length === 0 ? { action: open } : {}) })}
      ${later.length > 0 ? html`<h2>${say("orders.pickups.later")}</h2>${part(later)}` : ""}
      ${view.calendar}`,
  };
}

/** What was booked line by line; where less or more comes, that is said in a sentence. */
export function portionList(
  c: PageContext,
  { order, bookings, portions }: Pick<OwnOrder, "order" | "bookings" | "portions">,
  friendNames: ReadonlyMap<string, string>,
): Html {
  const keyOf = (one: { lineNumber: number; friendId: string | null }) => `${one.lineNumber} ${one.friendId ?? ""}`;
  const portionByKey = new Map(portions.map((one) => [keyOf(one), one]));
  const bookingByKey = new Map(bookings.map((one) => [keyOf(one), one]));
  const keys = [...bookings, ...portions.filter((one) => !bookingByKey.has(keyOf(one)))];
  const rows = keys.map((key) => {
    const line = order.lines.find(({ number }) => number === key.lineNumber)!;
    const booked = bookingByKey.get(keyOf(key))?.quantityThousandths ?? 0;
    const portion = portionByKey.get(keyOf(key));
    const gets = portion ? (portion.deliveredThousandths ?? portion.allocatedThousandths) : booked;
    const friend = key.friendId === null ? null : (friendNames.get(key.friendId) ?? c.say("orders.friends.former"));
    const isFinal = portion?.deliveredThousandths !== null && portion !== undefined;
    const facts = { gets: tellAmount(c, gets, line.goods), booked: tellAmount(c, booked, line.goods) };
    const differs =
      gets === booked
        ? ""
        : html`<small>${c.say(isFinal ? "orders.mine.got" : "orders.mine.confirmed", facts)}</small>`;
    return html`<li class="row"><span>${line.goods.name}${friend === null ? "" : html`<small>${c.say("orders.book.forFriend", { name: friend })}</small>`}${differs}</span>
        <span>${tellAmount(c, gets, line.goods)}, ${c.format.money(amountOf(gets, line.goods))}</span></li>`;
  });
  return html`<ul class="rows amounts">${rows}</ul>`;
}

/** A finished order of a household: booked | confirmed | delivered | paid, and a sentence for each difference. */
export type PastOrder = OwnOrder & {
  readonly confirmedCents: number | null;
  readonly deliveredCents: number | null;
};

/** What was, a page at a time, found by a word. */
export function historyPage(
  c: PageContext,
  view: { list: Sifted<unknown>; past: readonly PastOrder[]; friendNames: ReadonlyMap<string, string> },
): View {
  const { say } = c;
  const { list, past, friendNames } = view;
  const isEmpty = list.total === 0 && list.find === "";
  const open = { href: `${deskUrl(c)}/orders`, label: say("orders.tabs.open") };
  return {
    title: say("orders.history.title"),
    body: html`${memberTabs(c, "history")}${
      isEmpty
        ? emptyState({ text: say("orders.mine.pastNone"), action: open })
        : html`${listTools(c, list, { label: say("orders.history.find") })}<ul class="cards wide">${past.map((one) => pastCard(c, one, friendNames))}</ul>${listPages(c, list)}${historyFiles(c, list)}`
    }`,
  };
}

/** The same as a file: what was found, all pages of it. */
function historyFiles(c: PageContext, list: Pick<Sifted<unknown>, "find" | "only">): Html {
  const links = ["pdf", "csv"].map(
    (ending) => html`<li><a href="${c.path}.${ending}${listQuery(list)}">${c.say(`web.sheet.${ending}`)}</a></li>`,
  );
  return html`<h2>${c.say("orders.history.keep")}</h2><ul class="links">${links}</ul>`;
}

function pastCard(c: PageContext, past: PastOrder, friendNames: ReadonlyMap<string, string>): Html {
  const { say, format } = c;
  const { order, producerName, basket, bookings, due, confirmedCents, deliveredCents } = past;
  const goods = new Map(order.lines.map((line) => [line.number, line.goods]));
  const bookedCents = bookings.reduce(
    (sum, one) => sum + amountOf(one.quantityThousandths, goods.get(one.lineNumber)!),
    0,
  );
  const amounts = [
    ["booked", bookedCents],
    ["confirmed", confirmedCents],
    ["delivered", deliveredCents],
    ["paid", due?.isCharged ? due.cents : null],
  ] as const;
  return html`<li class="card"><p class="kind">${producerName}, ${format.date(order.closesAt)}</p>
      <h2><a href="${deskUrl(c)}/orders/${order.id}/book">${order.name}</a> <span class="badge plain">${say(`orders.basket.${basket.state}`)}</span></h2>
      <dl class="sums">${amounts.map(([name, cents]) => html`<div><dt>${say(`orders.history.${name}`)}</dt><dd>${cents === null ? "–" : format.money(cents)}</dd></div>`)}</dl>
      <details><summary>${say("orders.history.details")}</summary>${portionList(c, past, friendNames)}</details></li>`;
}

/** "12,50 €"; "circa 12,50 €" while it may still change. */
function tellDue(c: PageContext, { cents, isCharged }: Due): string {
  return isCharged ? c.format.money(cents) : c.say("orders.mine.about", { cents });
}
