// The page on which a household books: one product a row, step by step or typed, with what is missing and what is free. Pure.
import type { CommonMinimum } from "../catalogs/announced/announced.ts";
import { commonMinimumBox } from "../catalogs/announced/pages.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { pricePerBase, unitLabel } from "../kernel/units.ts";
import type { Credit } from "../ledger/creditActions.ts";
import type { Friend, Household } from "../members/householdStore.ts";
import { timeTag } from "../web/format.ts";
import { actionButton, type FormState, postForm, radioField, selectField, textArea, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { sentenceOf, statusOf } from "../web/refusals.ts";
import { bookingStep, type LineProblems } from "./bookForm.ts";
import {
  type Booking,
  lineMaximum,
  lineMinimum,
  linesToComplete,
  missingForCase,
  missingToMinimum,
} from "./booking.ts";
import type { Basket } from "./bookingStore.ts";
import type { Portion } from "./deliveryStore.ts";
import { portionList } from "./memberPages.ts";
import { amountOf, type Order, type OrderLine, takesBookings } from "./order.ts";
import { stateBadge, tellAmount, tellPackage } from "./wordsPages.ts";

/** What the page shows. `friend` null: the household itself. `refusal`: why what was typed was not taken, as a whole. */
export type BookView = {
  readonly order: Order;
  readonly producerName: string;
  readonly household: Household;
  readonly isOwn: boolean;
  readonly friends: readonly Friend[];
  readonly friend: Friend | null;
  readonly basket: Basket | undefined;
  readonly saved: readonly Booking[];
  readonly portions: readonly Portion[];
  /** Names of all friends, also of those taken off the list. */
  readonly friendNames: ReadonlyMap<string, string>;
  readonly totals: ReadonlyMap<number, number>;
  readonly credit: Credit;
  readonly commonMinimum: CommonMinimum | null;
  readonly onceKey: string;
  readonly state: FormState;
  readonly problems: LineProblems;
  readonly refusal: Refusal | null;
};

/** The page: bookable while the order takes bookings, otherwise what was booked. */
export function bookPage(c: PageContext, view: BookView): View {
  const { say } = c;
  const { order, refusal } = view;
  const isOpen = takesBookings(order, c.now);
  const status = refusal ? statusOf(refusal) : view.problems.size > 0 ? 422 : 200;
  return {
    title: order.name,
    ...(status === 200 ? {} : { status }),
    body: html`<p class="place">${view.producerName} ${stateBadge(c, order)}</p>
      ${view.isOwn ? "" : html`<div class="notice" role="status"><p>${say("orders.book.forOther", { name: view.household.name })}</p></div>`}
      ${troubles(c, view)}
      ${savedNote(c, view, isOpen)}
      ${order.note === "" ? "" : html`<p class="lead">${order.note}</p>`}
      ${orderTimes(c, order)}
      ${view.commonMinimum ? commonMinimumBox(c, view.commonMinimum) : ""}
      ${minimumBox(c, view)}
      ${isOpen ? html`${forWhom(c, view)}${bookingForm(c, view)}${friendsBox(c, view)}` : bookedList(c, view)}
      <p><a href="${listUrl(c)}">${say("orders.book.back")}</a></p>`,
  };
}

function listUrl(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/orders`;
}

/** What did not go, in a focused box, each with its place. What was saved before stays, and says so. */
function troubles(c: PageContext, view: BookView): Html | "" {
  const { say } = c;
  const { refusal, problems, order } = view;
  if (!refusal && problems.size === 0) return "";
  const rows = order.lines
    .filter(({ number }) => problems.has(number))
    .map(
      (line) =>
        html`<li><a href="#f-quantity-${line.number}">${line.goods.name}</a>: ${tellProblem(c, line, problems.get(line.number)!)}</li>`,
    );
  const isAbout = refusal && rows.length === 0;
  return html`<div class="problems" role="alert" tabindex="-1" autofocus>
      <h2>${say(refusal?.refused === "stale-version" ? "orders.book.meanwhile" : "orders.book.notSaved")}</h2>
      ${isAbout ? html`<p>${tellWhole(c, view, refusal)}</p>` : ""}
      ${rows.length > 0 ? html`<ul>${rows}</ul>` : ""}
    </div>`;
}

function tellWhole(c: PageContext, view: BookView, refusal: Refusal): string {
  if (refusal.refused === "stale-version") return c.say("orders.book.meanwhileLead");
  if (refusal.refused !== "order-not-open") return sentenceOf(refusal, c.say);
  const lines = countGoods(view.saved);
  const total = c.format.money(costOf(view.order, view.saved));
  const when = c.format.dateTime(view.order.closedAt ?? view.order.closesAt);
  return lines === 0
    ? c.say("orders.book.closedEmpty", { when })
    : c.say("orders.book.closedKept", { when, count: lines, total });
}

/** Why a line is not taken, in a sentence with its quantities. */
function tellProblem(c: PageContext, line: OrderLine, { refused, ...facts }: Refusal): string {
  const amounts = Object.entries(facts).flatMap(([name, value]): [string, string][] =>
    name.endsWith("Thousandths") && typeof value === "number"
      ? [[name.slice(0, -"Thousandths".length), tellAmount(c, value, line.goods)]]
      : [],
  );
  return KNOWN.includes(refused)
    ? c.say(`orders.wish.${refused}`, Object.fromEntries(amounts))
    : sentenceOf({ refused, ...facts }, c.say);
}

const KNOWN = [
  "not-a-quantity",
  "bad-quantity",
  "not-a-multiple",
  "below-minimum",
  "above-maximum",
  "not-available",
  "not-offered",
  "only-grows",
  "above-missing",
];

/** Says what is on disk: nothing else is called booked. */
function savedNote(c: PageContext, view: BookView, isOpen: boolean): Html | "" {
  const { basket, saved, order } = view;
  if (!basket || saved.length === 0) return "";
  const total = c.format.money(costOf(order, saved));
  const time = c.format.dateTime(basket.updatedAt);
  const open = isOpen ? html` ${c.say("orders.book.untilClosing")}` : "";
  return html`<div class="notice" role="status"><p>${c.say("orders.book.saved", { time, count: countGoods(saved), total })}${open}</p></div>`;
}

/** How many products were booked: one for oneself and for a friend is one. */
function countGoods(bookings: readonly Booking[]): number {
  return new Set(bookings.map(({ lineNumber }) => lineNumber)).size;
}

/** What a set of bookings costs, goods alone, rounded once a booking. */
function costOf(order: Order, bookings: readonly Booking[]): number {
  const goods = new Map(order.lines.map((line) => [line.number, line.goods]));
  return bookings.reduce((sum, one) => sum + amountOf(one.quantityThousandths, goods.get(one.lineNumber)!), 0);
}

/** When it closes, and where and when it is handed out. */
export function orderTimes(
  c: PageContext,
  order: Pick<Order, "state" | "closesAt" | "completesUntil" | "pickups">,
): Html {
  const { say, language, now } = c;
  const isCompleting = order.state === "completing";
  const until = isCompleting ? order.completesUntil : order.closesAt;
  const places = order.pickups.map(
    ({ place, startAt }) => html`<dd>${timeTag(language, startAt, now)}<br>${place}</dd>`,
  );
  return html`<dl class="facts">
      <dt>${say(isCompleting ? "orders.times.completes" : until !== null && until <= now ? "orders.times.closed" : "orders.times.closes")}</dt>
      <dd>${until === null ? say("orders.times.byHand") : timeTag(language, until, now)}</dd>
      <dt>${say("orders.times.pickup")}</dt>${places.length > 0 ? places : html`<dd>${say("orders.times.noPickup")}</dd>`}</dl>`;
}

/** "Minimo d'ordine: 210 € su 300 €", as words and bar. */
function minimumBox(c: PageContext, { order, totals }: Pick<BookView, "order" | "totals">): Html | "" {
  const { minimumCents } = order.policies;
  if (minimumCents === null || minimumCents === 0) return "";
  const missing = missingToMinimum(order, totals).cents;
  const booked = minimumCents - missing;
  const facts = {
    booked: c.format.money(booked),
    minimum: c.format.money(minimumCents),
    missing: c.format.money(missing),
  };
  const sentence = c.say(missing === 0 ? "orders.book.minimumReached" : "orders.book.minimumMissing", facts);
  return html`<div class="field"><p>${sentence}</p><progress max="${minimumCents}" value="${booked}" aria-label="${sentence}"></progress></div>`;
}

/** For us, or for one of the friends. */
function forWhom(c: PageContext, view: BookView): Html | "" {
  if (view.friends.length === 0) return "";
  const household = view.isOwn ? "" : `household=${view.household.id}`;
  const link = (friend: Friend | null) => {
    const query = [household, friend ? `friend=${friend.id}` : ""].filter(Boolean).join("&");
    const current = friend?.id === view.friend?.id ? html` aria-current="true"` : "";
    return html`<li><a href="${c.path}${query === "" ? "" : `?${query}`}"${current}>${friend?.name ?? view.household.name}</a></li>`;
  };
  return html`<section aria-label="${c.say("orders.book.forWhom")}"><p>${c.say("orders.book.forWhom")}</p>
      <ul class="chips">${link(null)}${view.friends.map(link)}</ul></section>`;
}

function bookingForm(c: PageContext, view: BookView): Html {
  const { say } = c;
  const { order, friend, household, isOwn, basket, onceKey, state, totals } = view;
  const toFill = linesToComplete(order, totals);
  const shown = order.lines.filter(({ number, isOffered }) =>
    order.state === "completing"
      ? toFill.has(number)
      : isOffered || view.saved.some((one) => one.lineNumber === number),
  );
  if (shown.length === 0) return html`<p class="empty">${say("orders.book.nothing")}</p>`;
  const hidden = {
    seen: String(basket?.version ?? 0),
    key: onceKey,
    ...(friend ? { friend: friend.id } : {}),
    ...(isOwn ? {} : { household: household.id }),
  };
  // The first button of a form is the one that Enter presses: it saves, and never steps.
  const body = html`<button type="submit" hidden>${say("orders.book.save")}</button>
    ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
    <ul class="rows lines">${shown.map((line) => lineRow(c, view, line))}</ul>
    ${friend === null ? pickupField(c, view) : ""}
    ${friend === null ? textArea(c, state, { name: "note", label: say("orders.book.note"), hint: say("orders.book.noteHint"), rows: 2, maxLength: 500 }) : ""}
    ${bar(c, view)}`;
  return postForm(c, { action: c.path }, body);
}

function bar(c: PageContext, { order, saved, credit }: BookView): Html {
  const total = c.format.money(costOf(order, saved));
  const free = c.format.money(credit.freeCents);
  return html`<div class="bar"><p><output><strong>${c.say("orders.book.total", { total })}</strong></output><small>${c.say("orders.book.free", { free })}</small></p>
      <button type="submit">${c.say("orders.book.save")}</button></div>`;
}

function lineRow(c: PageContext, view: BookView, line: OrderLine): Html {
  const { say } = c;
  const { number, goods, rules } = line;
  const { state, problems, friend, saved } = view;
  const booked = saved.find((one) => one.lineNumber === number && one.friendId === (friend?.id ?? null));
  const problem = problems.get(number);
  const typed = String(state.typed[`quantity.${number}`] ?? "");
  const step = tellAmount(c, bookingStep(line), goods);
  const id = `f-quantity-${number}`;
  const ids = [`${id}-hint`, problem ? `${id}-error` : ""].filter(Boolean).join(" ");
  const hint = say(rules.minThousandths > bookingStep(line) ? "orders.book.stepFrom" : "orders.book.step", {
    step,
    minimum: tellAmount(c, rules.minThousandths, goods),
  });
  const isStale = view.refusal?.refused === "stale-version" && typed !== writeTyped(booked);
  return html`<li class="row line${problem ? " bad" : ""}" id="line-${number}">
      <div class="line-what"><h3>${goods.name}</h3>
        <p>${tellPrice(c, line)}</p>
        ${goods.text === "" ? "" : html`<details><summary>${say("orders.book.about")}</summary><p>${goods.text}</p></details>`}
        ${lineFacts(c, view, line)}
        ${booked ? html`<p><span class="badge">${say("orders.book.booked", { quantity: tellAmount(c, booked.quantityThousandths, goods), amount: c.format.money(amountOf(booked.quantityThousandths, goods)) })}</span></p>` : ""}
        ${isStale ? html`<p class="place">${say("orders.book.typedInstead", { typed: typed === "" ? "0" : typed })}</p>` : ""}
      </div>
      <div class="line-how"><label for="${id}">${say("orders.book.quantity", { unit: unitLabel(goods.unitCode, 2000, c.language) })}</label>
        ${problem ? html`<small class="error" id="${id}-error">${tellProblem(c, line, problem)}</small>` : ""}
        <div class="stepper">
          <button type="submit" class="quiet" name="less" value="${number}" aria-label="${say("orders.book.less", { step, name: goods.name })}">−</button>
          <input id="${id}" name="quantity.${number}" type="text" inputmode="decimal" autocomplete="off" maxlength="20" value="${typed}" placeholder="0" aria-describedby="${ids}"${problem ? html` aria-invalid="true"` : ""}>
          <button type="submit" class="quiet" name="more" value="${number}" aria-label="${say("orders.book.more", { step, name: goods.name })}">+</button></div>
        <small id="${id}-hint">${hint}</small>
        ${lineExtras(c, view, line)}
      </div></li>`;
}

function writeTyped(booked: Booking | undefined): string {
  return booked ? String(booked.quantityThousandths / 1000).replace(".", ",") : "";
}

/** "17,50 € la cassetta da 10 kg, 1,75 € al kg"; what is weighed later is an estimate. */
function tellPrice(c: PageContext, { goods }: OrderLine): string {
  const { packagePriceCents, packageThousandths, unitCode } = goods;
  const price = c.format.money(packagePriceCents);
  const perUnit = (money: string, code: string) =>
    c.say("orders.book.perUnit", { price: money, unit: unitLabel(code, 1000, c.language) });
  const isUnit = packageThousandths === 1000;
  const one = isUnit ? perUnit(price, unitCode) : c.say("orders.book.price", { price, package: tellPackage(c, goods) });
  const per = pricePerBase(packagePriceCents * 100, packageThousandths, unitCode);
  const base =
    per && !(isUnit && per.base === unitCode) ? perUnit(c.format.unitPrice(per.priceTenThousandths), per.base) : "";
  return [one, base, goods.isVariableWeight ? c.say("orders.book.estimate") : ""].filter(Boolean).join(" · ");
}

/** What the group's bookings of a line still miss, and what is left of it. */
function lineFacts(c: PageContext, { totals }: BookView, line: OrderLine): Html {
  const { say } = c;
  const { goods, rules, number } = line;
  const total = totals.get(number) ?? 0;
  const tell = (key: string, thousandths: number, more: Record<string, string> = {}) =>
    html`<p class="fact">${say(key, { quantity: tellAmount(c, thousandths, goods), ...more })}</p>`;
  const missing = missingForCase(line, total);
  const caseText = { package: tellPackage(c, goods) };
  const most = lineMaximum(line);
  const short = lineMinimum(line) - total;
  return html`${rules.caseMode === "none" || rules.caseMode === "multiple" || total === 0 ? "" : missing > 0 ? html`${tell("orders.book.caseMissing", missing, caseText)}<progress max="${goods.packageThousandths}" value="${goods.packageThousandths - missing}" aria-hidden="true"></progress>` : tell("orders.book.caseWhole", total, caseText)}
    ${total > 0 && short > 0 ? tell("orders.book.lineShort", short) : ""}
    ${most === null ? "" : tell("orders.book.left", Math.max(0, most - total))}
    ${rules.maxThousandths === null ? "" : tell("orders.book.atMost", rules.maxThousandths)}
    ${rules.advisedMaxThousandths === null ? "" : tell("orders.book.advisedMost", rules.advisedMaxThousandths)}
    ${line.isOffered ? "" : html`<p class="fact">${say("orders.book.gone")}</p>`}`;
}

/** Tolerance and note, put away until they are wanted. */
function lineExtras(c: PageContext, { state }: BookView, line: OrderLine): Html {
  const { say } = c;
  const { number, goods, rules } = line;
  const [upTo, remark] = [`upto.${number}`, `remark.${number}`];
  const isUsed = Boolean(state.typed[upTo]) || Boolean(state.typed[remark]);
  const takesTolerance = rules.caseMode === "warn" || rules.caseMode === "complete";
  const title = say(takesTolerance ? "orders.book.extras" : "orders.book.remark");
  const unit = unitLabel(goods.unitCode, 2000, c.language);
  return html`<details${isUsed ? html` open` : ""}><summary aria-label="${title}: ${goods.name}">${title}</summary>
      ${takesTolerance ? textField(c, state, { name: upTo, label: say("orders.book.upTo", { unit }), hint: say("orders.book.upToHint"), inputmode: "decimal", short: true, maxLength: 20 }) : ""}
      ${textField(c, state, { name: remark, label: say("orders.book.remark"), maxLength: 500 })}</details>`;
}

function pickupField(c: PageContext, { order, state }: BookView): Html | "" {
  if (order.pickups.length < 2) return "";
  const choices = order.pickups.map(({ id, place, startAt }) => ({
    value: id,
    label: `${c.format.dateTime(startAt)}, ${place}`,
  }));
  const field = { name: "pickup", label: c.say("orders.book.pickup") };
  if (choices.length <= 4) return radioField(c, state, { ...field, choices });
  return selectField(c, state, {
    ...field,
    choices: [{ value: "", label: c.say("orders.book.pickupLater") }, ...choices],
  });
}

/** Friends for whom the household books: added and taken off here. */
function friendsBox(c: PageContext, view: BookView): Html | "" {
  const { say } = c;
  if (!view.isOwn) return "";
  const rows = view.friends.map(
    (friend) =>
      html`<li class="row"><span>${friend.name}</span>${actionButton(c, { action: `${c.path}/friends/remove`, label: say("orders.friends.remove"), kind: "quiet", describe: friend.name, fields: { friend: friend.id } })}</li>`,
  );
  const name = { name: "name", label: say("orders.friends.name"), required: true, maxLength: 200 };
  const add = html`${textField(c, { typed: {}, errors: {} }, name)}<button type="submit" class="quiet">${say("orders.friends.add")}</button>`;
  return html`<details><summary>${say("orders.friends.title")}</summary><p>${say("orders.friends.lead")}</p>
      ${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : ""}
      ${postForm(c, { action: `${c.path}/friends` }, add)}</details>`;
}

/** What was booked and what comes of it, when nothing can be changed any more. */
function bookedList(c: PageContext, view: BookView): Html {
  if (view.saved.length === 0 && view.portions.length === 0)
    return html`<p class="empty">${c.say("orders.book.nothingBooked")}</p>`;
  const list = portionList(c, { order: view.order, bookings: view.saved, portions: view.portions }, view.friendNames);
  return html`<h2>${c.say("orders.book.whatYouBooked")}</h2>${list}`;
}
