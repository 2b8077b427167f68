// The page on which a household books: one product a row, step by step or typed, with what is missing and what is free. Pure.
import type { CommonMinimum } from "../../catalogs/announced/announced.ts";
import { commonMinimumBox } from "../../catalogs/announced/pages.ts";
import { keeperNote } from "../../catalogs/keeping/pages.ts";
import { slugOf } from "../../kernel/ids.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import type { Friend, Household } from "../../members/households/householdStore.ts";
import {
  actionButton,
  type FormState,
  postForm,
  radioField,
  selectField,
  textArea,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { ListQuery, Sifted } from "../../web/lists.ts";
import { listQuery, sift } from "../../web/lists.ts";
import type { PageContext, View } from "../../web/page.ts";
import { countdown, emptyState, listPages, listTools, problemBox, progressLine, stickyBar } from "../../web/parts.ts";
import { sentenceOf, statusOf } from "../../web/refusals.ts";
import { sharedCostsNote } from "../aggregates/ownPages.ts";
import type { Portion } from "../delivery/deliveryStore.ts";
import { starForm } from "../favourites/pages.ts";
import { portionList } from "../memberPages.ts";
import { closingOf, type Order, type OrderLine, takesBookings } from "../order.ts";
import type { Modifier } from "../planning/modifiers.ts";
import { orderShiftsPart } from "../shifts/notePages.ts";
import type { Turn } from "../shifts/shift.ts";
import { stateBadge } from "../wordsPages.ts";
import { type Booking, linesToComplete, missingForCase, missingToMinimum } from "./booking.ts";
import { barBody, costOf, type LinesView, lineFacts, lineRow, tellProblem } from "./bookLinePages.ts";

/** What the page shows. `friend` null: the household itself. `refusal`: why what was typed was not taken, as a whole. */
export type BookView = LinesView & {
  readonly producerName: string;
  /** Who keeps the producer's list, as it says; null: itself. */
  readonly keeperName: string | null;
  readonly household: Household;
  readonly isOwn: boolean;
  readonly friends: readonly Friend[];
  readonly friend: Friend | null;
  readonly portions: readonly Portion[];
  /** Names of all friends, also of those taken off the list. */
  readonly friendNames: ReadonlyMap<string, string>;
  readonly commonMinimum: CommonMinimum | null;
  readonly refusal: Refusal | null;
  readonly query: ListQuery;
  /** Help that is asked for at this order's deliveries. */
  readonly turns: readonly Turn[];
  /** Whether the household bought from this producer before: its last order can be repeated. */
  readonly canRepeat: boolean;
  /** What it bears together with other orders, where it comes with them. */
  readonly sharedCosts: readonly Modifier[];
  /** Whether there are families for whom one can leave goods. */
  readonly canLeave: boolean;
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
    enhanced: true,
    kept: true,
    ...(isOpen ? { script: "live.js" as const } : {}),
    body: html`<p class="place">${view.producerName} ${stateBadge(c, order)}</p>
      ${keeperNote(c, view.keeperName)}
      ${view.isOwn ? "" : html`<div class="notice" role="status"><p>${say("orders.book.forOther", { name: view.household.name })}</p></div>`}
      <div id="troubles">${troubles(c, view)}</div>
      ${savedNote(c, view, isOpen)}
      <div class="order-head">${order.note === "" ? "" : html`<p class="lead">${order.note}</p>`}
      ${orderTimes(c, order, isOpen ? (view.basket?.pickupId ?? null) : undefined)}</div>
      ${isOpen && order.policies.asksToConfirm ? html`<p class="fact">${say("orders.book.howToConfirm")}</p>` : ""}
      ${view.commonMinimum ? commonMinimumBox(c, view.commonMinimum) : ""}
      ${minimumBox(c, view)}
      ${isOpen ? html`${forWhom(c, view)}${view.saved.length === 0 ? repeatLink(c, view) : ""}${bookingForm(c, view)}${view.saved.length === 0 ? "" : repeatLink(c, view)}${leaveLink(c, view)}${friendsBox(c, view)}` : bookedList(c, view)}
      ${orderShiftsPart(c, view.turns)}
      ${sharedCostsNote(c, view.sharedCosts)}
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
  const entries = order.lines
    .filter(({ number }) => problems.has(number))
    .map((line) => ({
      href: `#f-quantity-${line.number}`,
      label: line.goods.name,
      reason: tellProblem(c, line, problems.get(line.number)!),
    }));
  const title = say(refusal?.refused === "stale-version" ? "orders.book.meanwhile" : "orders.book.notSaved");
  return problemBox({
    title,
    entries,
    ...(refusal && entries.length === 0 ? { text: tellWhole(c, view, refusal) } : {}),
  });
}

function tellWhole(c: PageContext, view: BookView, refusal: Refusal): string {
  if (refusal.refused === "stale-version") return c.say("orders.book.meanwhileLead");
  if (refusal.refused !== "order-not-open") return sentenceOf(refusal, c.say);
  const lines = countGoods(view.saved);
  const total = c.format.money(costOf(view.order, view.saved));
  const when = c.format.moment(view.order.closedAt ?? view.order.closesAt, c.now);
  return lines === 0
    ? c.say("orders.book.closedEmpty", { when })
    : c.say("orders.book.closedKept", { when, count: lines, total });
}

/** Says what is on disk once nothing more can be changed; while it can, the bar says it. */
function savedNote(c: PageContext, view: BookView, isOpen: boolean): Html | "" {
  const { basket, saved, order } = view;
  if (isOpen || !basket || saved.length === 0) return "";
  const total = c.format.money(costOf(order, saved));
  const time = c.format.moment(basket.updatedAt, c.now);
  return html`<div class="notice" role="status"><p>${c.say("orders.book.saved", { time, count: countGoods(saved), total })}</p></div>`;
}

/** How many products were booked: one for oneself and for a friend is one. */
function countGoods(bookings: readonly Booking[]): number {
  return new Set(bookings.map(({ lineNumber }) => lineNumber)).size;
}

/**
 * When it closes or was closed, and where and when it is handed out. `chosenId`: of several pickups, the one of who books here, null
 * before they chose; the choice itself stands below the products.
 */
export function orderTimes(
  c: PageContext,
  order: Parameters<typeof closingOf>[0] & Pick<Order, "pickups">,
  chosenId?: string | null,
): Html {
  const { say } = c;
  const closing = closingOf(order, c.now);
  const isChoice = chosenId !== undefined && order.pickups.length > 1;
  const chosen = isChoice ? order.pickups.find(({ id }) => id === chosenId) : undefined;
  const choose = isChoice
    ? html` <a class="no-print" href="#f-pickup">${say(chosen ? "orders.times.otherPickup" : "orders.times.choosePickup")}</a>`
    : "";
  const times = c.format.list([...new Set(order.pickups.map(({ startAt }) => c.format.moment(startAt, c.now)))]);
  const places =
    isChoice && !chosen
      ? [html`<dd>${times}.${choose}</dd>`]
      : (chosen ? [chosen] : order.pickups).map(
          ({ place, startAt }) =>
            html`<dd>${countdown(c, startAt)}<br>${place}${choose === "" ? "" : html`.${choose}`}</dd>`,
        );
  return html`<dl class="facts" id="times">
      ${closing ? html`<dt>${say(`orders.times.${closing.word}`)}</dt><dd>${closing.at === null ? say("orders.times.byHand") : countdown(c, closing.at)}</dd>` : ""}
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
  };
  const sentence = c.say(missing === 0 ? "orders.book.minimumReached" : "orders.book.minimumMissing", facts);
  return html`<div class="field" id="minimum">${progressLine(sentence, { value: booked, max: minimumCents })}</div>`;
}

/** What a press may change above the products: how far the minimum is, and where one collects if that was chosen anew. */
export function headParts(
  c: PageContext,
  { order, totals, basket }: Pick<BookView, "order" | "totals" | "basket">,
  { pickup = "", wasPickup = "" }: { readonly pickup?: string; readonly wasPickup?: string },
): { id: string; body: Html; isWhole: true }[] {
  const minimum = minimumBox(c, { order, totals });
  return [
    ...(minimum === "" ? [] : [{ id: "minimum", body: minimum, isWhole: true as const }]),
    ...(pickup === wasPickup
      ? []
      : [{ id: "times", body: orderTimes(c, order, basket?.pickupId ?? null), isWhole: true as const }]),
  ];
}

/** What others' bookings change on the page: drawn anew while it stays open. */
export function liveParts(c: PageContext, view: Pick<BookView, "order" | "totals">, lines: readonly OrderLine[]): Html {
  return html`${minimumBox(c, view)}${lines.map((line) => lineFacts(c, view, line))}`;
}

/** For us, or for one of the friends. */
function forWhom(c: PageContext, view: BookView): Html | "" {
  if (view.friends.length === 0) return "";
  const household = view.isOwn ? "" : `household=${view.household.id}`;
  const link = (friend: Friend | null) => {
    const query = [household, friend ? `friend=${friend.id}` : ""].filter(Boolean).join("&");
    const current = friend?.id === view.friend?.id ? html` aria-current="true"` : "";
    return html`<li><a href="${c.path}${query === "" ? "" : `?${query}`}"${current}>${friend ? c.say("orders.book.forOne", { name: friend.name }) : view.isOwn ? c.say("orders.book.forUs") : view.household.name}</a></li>`;
  };
  return html`<section class="for-whom no-print" aria-label="${c.say("orders.book.forWhom")}"><ul class="chips">${link(null)}${view.friends.map(link)}</ul></section>`;
}

/** Last time's goods again, for whom bought here before. */
function repeatLink(c: PageContext, { canRepeat, isOwn, friend, order }: BookView): Html | "" {
  if (!canRepeat || !isOwn || friend || order.state !== "open") return "";
  return html`<p class="no-print tight"><a href="${c.path}/again">${c.say("orders.again.link")}</a></p>`;
}

/** Goods for whoever needs them. */
function leaveLink(c: PageContext, { canLeave, isOwn, order }: BookView): Html | "" {
  if (!canLeave || !isOwn) return "";
  const href = `${listUrl(c)}/${order.id}/suspended`;
  return html`<p class="no-print tight"><a href="${href}">${c.say("solidarity.leave.link")}</a></p>`;
}

/** The lines that can be booked now: those on offer and those one has; while cases are completed only what they lack. */
export function bookableLines({ order, saved, totals }: Pick<LinesView, "order" | "saved" | "totals">): OrderLine[] {
  const toFill = order.state === "completing" ? linesToComplete(order, totals) : null;
  const mine = new Set(saved.map(({ lineNumber }) => lineNumber));
  return order.lines.filter(({ number, isOffered }) => (toFill ? toFill.has(number) : isOffered || mine.has(number)));
}

const LINES_SHOWN = 400;
const SHORT_LINES = 6;

/** The lines of the page that its address asks for. */
export function siftLines(view: Omit<BookView, "pictures" | "live">): Sifted<OrderLine> {
  const mine = new Set(view.saved.map(({ lineNumber }) => lineNumber));
  const lacks = ({ number, ...line }: OrderLine) => {
    const total = view.totals.get(number) ?? 0;
    return (
      total > 0 && !["none", "multiple"].includes(line.rules.caseMode) && missingForCase({ number, ...line }, total) > 0
    );
  };
  const isStarred = ({ goods }: OrderLine) => view.stars?.of.has(goods.productIri) ?? false;
  const lines = bookableLines(view);
  const kinds = kindsOf(lines).map((kind): [string, (line: OrderLine) => boolean] => [
    chipOf(kind),
    ({ goods }) => goods.category === kind,
  ]);
  return sift(lines, view.query, {
    text: ({ goods }) => `${goods.name} ${goods.category ?? ""} ${goods.text}`,
    chips: { mine: ({ number }) => mine.has(number), starred: isStarred, lacking: lacks, ...Object.fromEntries(kinds) },
    size: LINES_SHOWN,
  });
}

/** More would be a list of their own. */
const KINDS_SHOWN = 12;

/** The categories of these lines, as their producer names them, by name; none where all stand in one. */
function kindsOf(lines: readonly OrderLine[]): string[] {
  const kinds = new Set(lines.flatMap(({ goods }) => goods.category ?? []));
  return kinds.size < 2 ? [] : [...kinds].sort(byName).slice(0, KINDS_SHOWN);
}

const byName = new Intl.Collator("it").compare;

/** What a category is called in an address: its own chips never mix with ours. */
function chipOf(kind: string): string {
  return `c-${slugOf(kind).slice(0, 36)}`;
}

/** Whether a star of the person is on any line of the order. */
function hasStarred({ stars, order, query }: BookView): boolean {
  return query.only === "starred" || order.lines.some(({ goods }) => stars?.of.has(goods.productIri));
}

function bookingForm(c: PageContext, view: BookView): Html {
  const { say } = c;
  const { friend, household, isOwn, basket } = view;
  const lines = siftLines(view);
  if (lines.all === 0 && lines.find === "")
    return emptyState({
      text: say("orders.book.nothing"),
      action: { href: listUrl(c), label: say("orders.book.back") },
    });
  const whom = { ...(friend ? { friend: friend.id } : {}), ...(isOwn ? {} : { household: household.id }) };
  const hidden = { ...whom, wasNote: basket?.note ?? "", wasPickup: basket?.pickupId ?? "" };
  const chips = [
    ...["mine", ...(hasStarred(view) ? ["starred"] : []), "lacking"].map((name) => ({
      name,
      label: say(`orders.book.chip.${name}`),
    })),
    ...kindsOf(bookableLines(view)).map((kind) => ({ name: chipOf(kind), label: kind })),
  ];
  // A short order is seen at a glance.
  const isShort = lines.all <= SHORT_LINES && lines.find === "" && lines.only === "";
  const tools = isShort ? "" : listTools(c, lines, { label: say("orders.book.find"), chips, keep: whom });
  // The first button of a form is the one that Enter presses: it saves, and never steps.
  const body = html`<button type="submit" hidden>${say("orders.book.save")}</button>
    ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
    ${lines.total === 0 ? html`<p class="empty">${say("orders.book.noneFound")}</p>` : html`<ul class="rows lines">${lines.items.map((line) => lineRow(c, view, line))}</ul>`}
    ${friend === null ? basketFields(c, view) : ""}
    ${stickyBar(barBody(c, view))}`;
  const press = { trigger: "submit, change", sync: "this:queue all", swap: "none" };
  // Each press adds to what is saved: those that wait for the network all count, in their order.
  const queue = { line: "", label: view.order.name };
  const stars = view.stars
    ? starForm(c, `${c.path}/star${listQuery(lines, {}, friend ? { friend: friend.id } : {})}`, html``, true)
    : "";
  return html`${tools}${stars}${postForm(c, { action: `${c.path}${listQuery(lines)}`, press, queue }, body)}${listPages(c, lines, whom)}`;
}

/** Where to collect, and a word to who runs the order. */
function basketFields(c: PageContext, { order, basket, typed }: BookView): Html {
  const sent = (name: string, stored: string) => (typeof typed[name] === "string" ? String(typed[name]) : stored);
  const state: FormState = {
    typed: { note: sent("note", basket?.note ?? ""), pickup: sent("pickup", basket?.pickupId ?? "") },
    errors: {},
  };
  const note = {
    ...{ name: "note", label: c.say("orders.book.note"), hint: c.say("orders.book.noteHint"), rows: 2, maxLength: 500 },
  };
  return html`${pickupField(c, order, state)}${textArea(c, state, note)}`;
}

function pickupField(c: PageContext, order: Order, state: FormState): Html | "" {
  if (order.pickups.length < 2) return "";
  const choices = order.pickups.map(({ id, place, startAt }) => ({
    value: id,
    label: `${c.format.moment(startAt, c.now)}, ${place}`,
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
