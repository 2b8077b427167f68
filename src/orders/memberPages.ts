// What a member sees of the group's orders: those open, what their household booked, what is to be collected, what was. Pure.
import type { Credit } from "../ledger/creditActions.ts";
import { timeTag } from "../web/format.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import type { Booking } from "./booking.ts";
import type { Basket } from "./bookingStore.ts";
import type { Portion } from "./deliveryStore.ts";
import { amountOf, type Order } from "./order.ts";
import type { OrderHead } from "./store.ts";
import { stateBadge, tellAmount } from "./wordsPages.ts";

/** An order a household may book in, with what it booked. */
export type OpenOrder = {
  readonly order: OrderHead;
  readonly producerName: string;
  readonly basket: Basket | undefined;
};

/** The orders that are open, the next to close first. Null household: the visitor belongs to none here. */
export function openOrdersPart(c: PageContext, orders: readonly OpenOrder[]): Html {
  const { say } = c;
  const cards = orders.map(({ order, producerName, basket }) => {
    const [first] = order.pickups;
    const isMine = basket !== undefined && basket.state !== "cancelled";
    return html`<li class="card"><p class="kind">${producerName}</p>
        <h3><a href="${deskUrl(c)}/orders/${order.id}/book">${order.name}</a></h3>
        <p>${say(order.state === "completing" ? "orders.times.completes" : "orders.times.closes")} ${closing(c, order)}</p>
        <p>${first ? html`${say("orders.times.pickup")}: ${timeTag(c.language, first.startAt, c.now)}, ${first.place}` : say("orders.times.noPickup")}</p>
        <p>${isMine ? html`<span class="badge">${say("orders.list.booked", { total: c.format.money(basket.totalCents) })}</span>` : html`<span class="badge wait">${say("orders.list.notBooked")}</span>`}</p></li>`;
  });
  return cards.length === 0
    ? html`<p class="empty">${say("orders.list.noneOpen")}</p>`
    : html`<ul class="cards">${cards}</ul>`;
}

function closing(c: PageContext, order: OrderHead): Html | string {
  const until = order.state === "completing" ? order.completesUntil : order.closesAt;
  return until === null ? c.say("orders.times.byHand") : timeTag(c.language, until, c.now);
}

/** The ways through a member's orders, one of them current. */
export function memberChips(c: PageContext, current: "open" | "mine"): Html {
  const base = `${deskUrl(c)}/orders`;
  const link = (key: "open" | "mine", href: string) =>
    html`<li><a href="${href}"${key === current ? html` aria-current="page"` : ""}>${c.say(`orders.chips.${key}`)}</a></li>`;
  return html`<ul class="chips">${link("open", base)}${link("mine", `${base}/mine`)}</ul>`;
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

/** Everything a household booked: what is to be collected, what is still on its way, what was. */
export function minePage(
  c: PageContext,
  view: { own: readonly OwnOrder[]; friendNames: ReadonlyMap<string, string>; credit: Credit },
): View {
  const { say } = c;
  const of = (kind: Kind) => view.own.filter(({ order, basket }) => kindOf(order, basket) === kind);
  const collect = of("collect").toSorted((a, b) => pickupOf(a).startAt - pickupOf(b).startAt);
  const part = (kind: Kind, orders: readonly OwnOrder[]) =>
    html`<h2>${say(`orders.mine.${kind}`)}</h2>${
      orders.length === 0
        ? html`<p class="empty">${say(`orders.mine.${kind}None`)}</p>`
        : html`<ul class="cards wide">${orders.map((one) => ownCard(c, one, view.friendNames))}</ul>`
    }`;
  return {
    title: say("orders.mine.title"),
    body: html`${memberChips(c, "mine")}
      ${creditFacts(c, view.credit)}
      ${part("collect", collect)}
      ${part("booked", of("booked"))}
      <h2>${say("orders.mine.past")}</h2>${pastTable(c, of("past"))}`,
  };
}

type Kind = "collect" | "booked" | "past";

function kindOf(order: Order, basket: Basket): Kind {
  if (["delivered", "archived", "cancelled"].includes(order.state)) return "past";
  if (["delivered", "not-collected", "cancelled"].includes(basket.state)) return "past";
  return order.state === "arrived" || order.state === "delivering" ? "collect" : "booked";
}

function pickupOf({ order, basket }: OwnOrder): { startAt: number; place: string } {
  const [first = { startAt: Number.MAX_SAFE_INTEGER, place: "" }] = order.pickups;
  return order.pickups.find(({ id }) => id === basket.pickupId) ?? first;
}

function creditFacts(c: PageContext, credit: Credit): Html {
  const { say, format } = c;
  return html`<dl class="facts"><dt>${say("orders.credit.balance")}</dt><dd>${format.money(credit.balanceCents)}</dd>
      <dt>${say("orders.credit.reserved")}</dt><dd>${format.money(credit.reservedCents)}</dd>
      <dt>${say("orders.credit.free")}</dt><dd>${format.money(credit.freeCents)}</dd></dl>`;
}

function ownCard(c: PageContext, own: OwnOrder, friendNames: ReadonlyMap<string, string>): Html {
  const { say } = c;
  const { order } = own;
  const pickup = pickupOf(own);
  return html`<li class="card"><p class="kind">${own.producerName}</p>
      <h3><a href="${deskUrl(c)}/orders/${order.id}/book">${order.name}</a> ${stateBadge(c, order)}</h3>
      ${pickup.place === "" ? "" : html`<p>${say("orders.times.pickup")}: ${timeTag(c.language, pickup.startAt, c.now)}, ${pickup.place}</p>`}
      ${portionList(c, own, friendNames)}</li>`;
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
  return html`<ul class="rows">${rows}</ul>`;
}

function pastTable(c: PageContext, past: readonly OwnOrder[]): Html {
  const { say } = c;
  if (past.length === 0) return html`<p class="empty">${say("orders.mine.pastNone")}</p>`;
  const rows = past.map(
    ({
      order,
      producerName,
      basket,
      due,
    }) => html`<li class="row"><span><a href="${deskUrl(c)}/orders/${order.id}/book">${order.name}</a><small>${producerName}, ${c.format.date(order.closesAt)}</small></span>
        <span>${say(`orders.basket.${basket.state}`)}${due ? `, ${tellDue(c, due)}` : ""}</span></li>`,
  );
  return html`<ul class="rows">${rows}</ul>`;
}

/** "12,50 €"; "circa 12,50 €" while it may still change. */
function tellDue(c: PageContext, { cents, isCharged }: Due): string {
  return isCharged ? c.format.money(cents) : c.say("orders.mine.about", { cents });
}
