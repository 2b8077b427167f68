// The counter on delivery day: what arrived, who gets what, by household and by product, what each owes, closing. Pure.
import { UNITS, unitLabel } from "../../kernel/units.ts";
import type { Household } from "../../members/households/householdStore.ts";
import { actionButton, type FormState, postForm, selectField, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { Sifted } from "../../web/lists.ts";
import { type LiveMark, liveSpot } from "../../web/live.ts";
import type { PageContext, View } from "../../web/page.ts";
import { listPages, listTools, progressLine, statusBadge, tabs } from "../../web/parts.ts";
import { holdsRole } from "../../web/visitor.ts";
import type { Basket } from "../booking/bookingStore.ts";
import { type LineFacts, lineForm } from "../handouts/pages.ts";
import { lineOf, type Order } from "../order.ts";
import { seen } from "../orderPages.ts";
import { stateBadge, tellAmount } from "../wordsPages.ts";
import type { Settlement } from "./delivery.ts";
import type { Portion } from "./deliveryStore.ts";

/** Everything the counter shows of an order. */
export type CounterView = {
  readonly order: Order;
  readonly households: readonly Household[];
  readonly friendNames: ReadonlyMap<string, string>;
  readonly baskets: ReadonlyMap<string, Basket>;
  readonly portions: readonly Portion[];
  readonly expected: ReadonlyMap<number, number>;
  /** What can be handed out, and what came and cannot. */
  readonly arrived: ReadonlyMap<number, number>;
  readonly damaged: ReadonlyMap<number, number>;
  readonly settlement: Settlement;
  readonly isCorrection: boolean;
  /** How many lines households left for others. */
  readonly suspendedCount: number;
  readonly onceKey: string;
  /** The aggregate it is in, which has one list over all its orders. */
  readonly aggregateId: string | undefined;
  /** What it shows now, in short. */
  readonly mark: LiveMark;
};

/** Whether goods may be handed out and weights written. */
function isHandingOut({ state }: Pick<Order, "state">): boolean {
  return ["sent", "confirmed", "arrived", "delivering"].includes(state);
}

function baseOf(c: PageContext, order: Pick<Order, "id">): string {
  return `/desk/${c.seat?.handle ?? ""}/orders/${order.id}/delivery`;
}

/** The whole counter: arrival, the same numbers by household or by product, closing. */
export function counterPage(c: PageContext, view: CounterView, lists: CounterLists): View {
  const { say } = c;
  const { order, portions } = view;
  const isOpen = isHandingOut(order);
  const done = portions.filter(({ deliveredThousandths }) => deliveredThousandths !== null).length;
  const ways = (["household", "product"] as const).map((by) => ({
    href: `${baseOf(c, order)}${by === "product" ? "?by=product" : ""}`,
    label: say(by === "product" ? "orders.counterDesk.products" : "orders.counterDesk.households"),
    isCurrent: lists.by === by,
  }));
  return {
    title: say("orders.counterDesk.title"),
    kept: true,
    ...(isOpen ? { script: "live.js" as const } : {}),
    body: html`${isOpen ? liveSpot(`${baseOf(c, order)}/live`, view.mark) : ""}<p class="place">${order.name} ${stateBadge(c, order, true)}</p>
      ${portions.length > 0 ? progressLine(say("orders.counterDesk.progress", { done, all: portions.length }), { value: done, max: portions.length }) : ""}
      ${view.aggregateId === undefined ? "" : html`<p><a href="/desk/${c.seat?.handle ?? ""}/aggregates/${view.aggregateId}/counter">${say("aggregates.counter.link")}</a></p>`}
      ${isOpen ? arrivalPart(c, view) : ""}
      ${tabs(say("orders.counterDesk.view"), ways)}
      ${lists.by === "product" ? productsPart(c, view, lists.products) : householdsPart(c, view, lists.households)}
      ${isOpen ? extraPart(c, view) : ""}
      ${portions.length > 0 ? html`<p><a href="${baseOf(c, order)}/portions">${say("orders.counterDesk.table")}</a></p>` : ""}
      ${view.suspendedCount > 0 ? html`<p><a href="${baseOf(c, order)}/suspended">${say("solidarity.counter.link", { count: view.suspendedCount })}</a></p>` : ""}
      ${closingPart(c, view, isOpen)}
      <p><a href="/desk/${c.seat?.handle ?? ""}/orders/${order.id}">${say("orders.report.back")}</a></p>`,
  };
}

function writeTyped(byLine: ReadonlyMap<number, number>, name: string): [string, string][] {
  return [...byLine].map(([number, q]) => [`${name}.${number}`, String(q / 1000).replace(".", ",")]);
}

function arrivalPart(c: PageContext, { order, expected, arrived, damaged }: CounterView): Html {
  const { say } = c;
  const lines = order.lines.filter(({ number }) => (expected.get(number) ?? 0) > 0 || arrived.has(number));
  const whole = new Map([...arrived].map(([number, q]) => [number, q + (damaged.get(number) ?? 0)]));
  const state: FormState = {
    typed: Object.fromEntries([...writeTyped(whole, "arrived"), ...writeTyped(damaged, "damaged")]),
    errors: {},
  };
  const fields = lines.map(({ number, goods }) => {
    const due = expected.get(number) ?? 0;
    const missing = arrived.has(number) ? due - (whole.get(number) ?? 0) : 0;
    const hint = say("orders.counterDesk.expected", { quantity: tellAmount(c, due, goods) });
    const short = missing > 0 ? say("orders.counterDesk.missing", { quantity: tellAmount(c, missing, goods) }) : "";
    const field = { inputmode: "decimal", short: true, required: true, maxLength: 20 } as const;
    return html`<div class="arrival">
        ${textField(c, state, { ...field, name: `arrived.${number}`, label: `${goods.name} (${unitLabel(goods.unitCode, 2000, c.language)})`, hint: [hint, short].filter(Boolean).join(" · ") })}
        ${textField(c, state, { ...field, name: `damaged.${number}`, label: say("orders.counterDesk.damaged"), required: false })}
      </div>`;
  });
  const isNew = arrived.size === 0 && order.state !== "delivering";
  return html`<details class="card"${isNew ? html` open` : ""}><summary>${say("orders.counterDesk.arrival")}</summary><p>${say("orders.counterDesk.arrivalLead")}</p>
      ${postForm(c, { action: `${baseOf(c, order)}/arrived` }, html`<input type="hidden" name="seen" value="${order.updatedAt}">${fields}<button type="submit">${say("orders.counterDesk.arrivalSave")}</button>`)}</details>`;
}

/** A household at the counter: what it still has to be given, what it owes. */
type CounterHousehold = {
  readonly household: Household;
  readonly doneCount: number;
  readonly count: number;
  readonly cents: number;
  readonly hasMore: boolean;
};
/** A product at the counter. */
type CounterProduct = {
  readonly lineNumber: number;
  readonly name: string;
  readonly doneCount: number;
  readonly count: number;
  readonly quantityThousandths: number;
};
/** The two views, as they were searched. */
export type CounterLists = {
  readonly by: "household" | "product";
  readonly households: Sifted<CounterHousehold>;
  readonly products: Sifted<CounterProduct>;
};

function householdsPart(c: PageContext, view: CounterView, list: Sifted<CounterHousehold>): Html {
  const { say } = c;
  const { order } = view;
  const base = baseOf(c, order);
  const isOpen = isHandingOut(order);
  const rows = list.items.map(({ household: { id, name }, doneCount, count, cents, hasMore }) => {
    const basket = view.baskets.get(id);
    const pickup = order.pickups.length > 1 ? order.pickups.find((one) => one.id === basket?.pickupId) : undefined;
    const tick = isOpen
      ? html`<input type="checkbox" name="household" value="${id}" id="take-${id}" aria-label="${say("orders.counterDesk.choose", { name })}">`
      : "";
    return html`<li class="row take" data-text="${name}">${tick}<span class="take-who"><a href="${base}/household/${id}">${name}</a><small>${[pickup?.place, say("orders.counterDesk.done", { done: doneCount, all: count })].filter(Boolean).join(" · ")}</small></span>
        <span class="take-what">${hasMore ? html`${statusBadge("plain", say("orders.counterDesk.alsoShort"))} ` : ""}${basket ? html`${statusBadge(basket.state === "not-collected" ? "stop" : basket.state === "locked" ? "wait" : "good", say(`orders.basket.${basket.state}`))} ` : ""}${c.format.money(cents)}</span></li>`;
  });
  const inOrder = new Set(view.portions.map(({ householdId }) => householdId));
  const others = view.households.filter(({ id, leftAt }) => !inOrder.has(id) && leftAt === null);
  const form = html`<ul class="rows" data-keep>${rows}</ul>${isOpen ? html`<p class="hint">${say("orders.counterDesk.restLead")}</p><button type="submit" class="quiet">${say("orders.counterDesk.restMany")}</button>` : ""}`;
  return html`${listTools(c, list, { label: say("orders.counterDesk.searchHousehold"), chips: [{ name: "todo", label: say("orders.counterDesk.todo") }] })}
    ${rows.length > 0 ? postForm(c, { action: `${base}/rest` }, form) : html`<p class="empty">${say(list.find === "" ? "orders.counterDesk.nobody" : "orders.counterDesk.noneFound")}</p>`}
    ${listPages(c, list)}
    ${isOpen && others.length > 0 ? html`<details><summary>${say("orders.counterDesk.addHousehold")}</summary><ul class="links">${others.map(({ id, name }) => html`<li data-text="${name}"><a href="${base}/household/${id}">${name}</a></li>`)}</ul></details>` : ""}`;
}

function productsPart(c: PageContext, { order }: CounterView, list: Sifted<CounterProduct>): Html {
  const { say } = c;
  const keep = { by: "product" };
  const rows = list.items.map(
    ({ lineNumber, name, doneCount, count, quantityThousandths }) =>
      html`<li class="row" data-text="${name}"><span><a href="${baseOf(c, order)}/line/${lineNumber}">${name}</a><small>${say("orders.counterDesk.done", { done: doneCount, all: count })}</small></span><span>${tellAmount(c, quantityThousandths, lineOf(order, lineNumber).goods)}</span></li>`,
  );
  const tools = {
    label: say("orders.counterDesk.searchProduct"),
    chips: [{ name: "todo", label: say("orders.counterDesk.todo") }],
    keep,
  };
  return html`${listTools(c, list, tools)}
    ${rows.length > 0 ? html`<ul class="rows" data-keep>${rows}</ul>` : html`<p class="empty">${say(list.find === "" ? "orders.counterDesk.nobody" : "orders.counterDesk.noneFound")}</p>`}
    ${listPages(c, list, keep)}`;
}

function extraPart(c: PageContext, { order }: CounterView): Html {
  const { say } = c;
  const fresh: FormState = { typed: { unit: "KGM", package: "1" }, errors: {} };
  const label = (name: string) => say(`orders.extra.${name}`);
  const units = UNITS.filter(({ base }) => base !== null).map(({ code }) => ({
    value: code,
    label: unitLabel(code, 2000, c.language),
  }));
  return html`<details><summary>${label("title")}</summary><p>${label("lead")}</p>
      ${postForm(
        c,
        { action: `${baseOf(c, order)}/extra` },
        html`<input type="hidden" name="seen" value="${order.updatedAt}">
        ${textField(c, fresh, { name: "name", label: label("name"), required: true, maxLength: 200 })}
        ${textField(c, fresh, { name: "package", label: label("package"), inputmode: "decimal", short: true, required: true, maxLength: 20 })}
        ${selectField(c, fresh, { name: "unit", label: label("unit"), required: true, choices: units })}
        ${textField(c, fresh, { name: "price", label: label("price"), inputmode: "decimal", short: true, required: true, maxLength: 20 })}
        <button type="submit" class="quiet">${label("add")}</button>`,
      )}</details>`;
}

function closingPart(c: PageContext, view: CounterView, isOpen: boolean): Html {
  const { say } = c;
  const { order, settlement, isCorrection, onceKey } = view;
  const { chargedCents, payableCents, stockCents, transportCents, roundingCents } = settlement;
  const figures = Object.entries({ chargedCents, stockCents, payableCents, transportCents, roundingCents })
    .filter(([name, cents]) => cents !== 0 || name === "chargedCents" || name === "payableCents")
    .map(([name, cents]) => html`<dt>${say(`orders.settle.${name}`)}</dt><dd>${c.format.money(cents)}</dd>`);
  const memo = isCorrection
    ? html`<p>${say("orders.settle.correction")}</p>${textField(c, { typed: {}, errors: {} }, { name: "memo", label: say("orders.run.reason"), required: true, maxLength: 500 })}`
    : html`<p>${say("orders.settle.lead")}</p>`;
  const form = html`<input type="hidden" name="seen" value="${order.updatedAt}"><input type="hidden" name="key" value="${onceKey}">${memo}
      <button type="submit">${say("orders.settle.close")}</button>`;
  const again = html`<p>${say("orders.counterDesk.correctLead")}</p><input type="hidden" name="seen" value="${order.updatedAt}">
      ${textField(c, { typed: {}, errors: {} }, { name: "reason", label: say("orders.run.reason"), required: true, maxLength: 500 })}
      <button type="submit">${say("orders.counterDesk.correct")}</button>`;
  const reopen = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}/correct`;
  return html`<h2>${say("orders.settle.title")}</h2><dl class="facts">${figures}</dl>
    ${order.state === "delivered" && mayClose(c, order) ? html`<details class="card"><summary>${say("orders.counterDesk.correct")}</summary>${postForm(c, { action: reopen }, again)}</details>` : ""}
    ${isOpen && settlement.charges.length > 0 && mayClose(c, order) ? html`<details class="card"><summary>${say("orders.settle.ask")}</summary>${postForm(c, { action: `${baseOf(c, order)}/close` }, form)}</details>` : ""}`;
}

/** Charging is for those who run the order, not for whoever hands out. */
function mayClose({ visitor, seat }: PageContext, { producerId }: Order): boolean {
  return holdsRole(visitor, seat?.actorId ?? "", ["admin", "referente"], producerId);
}

/** One household's or one product's lines. `place` is the end of the address. */
export type PortionsView = CounterView & {
  readonly title: string;
  readonly place: string;
  readonly lines: readonly LineFacts[];
  readonly next: string | null;
  readonly household: Household | null;
  /** What else the household takes home; a link only where whoever looks may stand at that counter too. */
  readonly also: readonly { readonly orderId: string; readonly name: string; readonly isInReach: boolean }[];
  readonly status: 200 | 422;
  readonly entered: number;
};

/** The lines, each a form; "as booked" for what is left; below it what can be done for one household. */
export function portionsPage(c: PageContext, view: PortionsView): View {
  const { say } = c;
  const { order, lines, household, place } = view;
  const isOpen = isHandingOut(order);
  const base = baseOf(c, order);
  const left = lines.filter(({ portion }) => portion.deliveredThousandths === null).length;
  const [kind, name = ""] = place.split("/");
  const rest = actionButton(c, {
    action: `${base}/rest`,
    label: say("orders.counterDesk.rest"),
    kind: "quiet",
    fields: { [kind === "line" ? "line" : "household"]: name, back: place },
  });
  const also = view.also.map(({ orderId, name, isInReach }) =>
    isInReach
      ? html`<li><a href="/desk/${c.seat?.handle ?? ""}/orders/${orderId}/delivery/household/${household?.id ?? ""}">${name}</a></li>`
      : html`<li>${name}</li>`,
  );
  const isLong = lines.length > LONG;
  return {
    title: view.title,
    kept: true,
    status: view.status,
    ...(isOpen ? { script: "live.js" as const } : {}),
    body: html`${isOpen ? liveSpot(`${base}/${place}/live`, view.mark) : ""}<p class="place">${order.name} ${stateBadge(c, order, true)}</p>
      ${also.length > 0 ? html`<div class="notice"><h2>${say("orders.counterDesk.also")}</h2><ul>${also}</ul></div>` : ""}
      ${isOpen && lines.length > 0 ? html`<p class="hint">${say("orders.counterDesk.hintLine")}</p>` : ""}
      ${isLong ? html`<div class="search" role="search"><label for="find">${say("orders.counterDesk.searchHousehold")}</label><input id="find" name="find" type="search" autocomplete="off" data-script></div>` : ""}
      ${lines.length === 0 ? html`<p class="empty">${say("orders.counterDesk.noPortions")}</p>` : portionLines(c, view, isOpen)}
      ${isOpen && left > 0 ? html`<div class="actions">${rest} <small>${say("orders.counterDesk.restLead")}</small></div>` : ""}
      ${household ? householdActs(c, view, household, isOpen) : ""}
      <p><a href="${base}${kind === "line" ? "?by=product" : ""}">${say("orders.counterDesk.back")}</a></p>`,
  };
}

function portionLines(c: PageContext, { order, lines, place, next }: PortionsView, isOpen: boolean): Html[] {
  const where = { order, base: baseOf(c, order), back: place, next };
  return lines.map((line) => (isOpen ? lineForm(c, where, line) : doneRow(c, order, line)));
}

/** What others' weights change of it: the lines, and what the household owes. */
export function portionsParts(c: PageContext, view: PortionsView): Html {
  return html`${portionLines(c, view, isHandingOut(view.order))}${view.household ? owedLine(c, view, view.household) : ""}`;
}

/** More lines than this are searched by name. */
const LONG = 12;

function doneRow(c: PageContext, order: Order, { portion, label }: LineFacts): Html {
  const { goods } = lineOf(order, portion.lineNumber);
  const got = portion.deliveredThousandths ?? portion.allocatedThousandths;
  const expected = tellAmount(c, portion.allocatedThousandths, goods);
  return html`<p class="row"><span>${label}<small>${c.say("orders.counterDesk.expected", { quantity: expected })}</small></span><span>${tellAmount(c, got, goods)}</span></p>`;
}

/** Collected or not, something more, only the money. */
function householdActs(c: PageContext, view: PortionsView, household: Household, isOpen: boolean): Html {
  const { say } = c;
  const { order, lines, onceKey } = view;
  const base = `${baseOf(c, order)}/household/${household.id}`;
  const basket = view.baskets.get(household.id);
  const owes = owedLine(c, view, household);
  if (!isOpen) return owes;
  const moves = (["delivered", "not-collected", "saved"] as const).filter(
    (to) => basket && basket.state !== to && (to !== "saved" || ["delivered", "not-collected"].includes(basket.state)),
  );
  const free = order.lines.filter(
    ({ number }) => !lines.some(({ portion }) => portion.lineNumber === number && portion.friendId === null),
  );
  const fresh: FormState = { typed: {}, errors: {} };
  const add = html`<input type="hidden" name="seen" value="${order.updatedAt}">
    ${selectField(c, fresh, { name: "line", label: say("orders.counterDesk.product"), required: true, choices: free.map(({ number, goods }) => ({ value: String(number), label: goods.name })) })}
    ${textField(c, fresh, { name: "quantity", label: say("orders.counterDesk.quantity"), inputmode: "decimal", short: true, required: true, maxLength: 20 })}
    <button type="submit" class="quiet">${say("orders.counterDesk.add")}</button>`;
  const money = html`<input type="hidden" name="key" value="${onceKey}">
    ${textField(c, fresh, { name: "amount", label: say("orders.counterDesk.amount"), hint: say("orders.counterDesk.amountHint"), inputmode: "decimal", short: true, required: true, maxLength: 20 })}
    ${textField(c, fresh, { name: "memo", label: say("orders.run.reason"), required: true, maxLength: 500 })}
    <button type="submit" class="quiet">${say("orders.counterDesk.saveAmount")}</button>`;
  return html`${owes}
    <div class="actions">${moves.map((to) => actionButton(c, { action: `${base}/collected`, label: say(`orders.collect.${to}`), kind: to === "delivered" ? "plain" : "quiet", fields: { ...seen(order), to } }))}</div>
    ${free.length > 0 ? html`<details><summary>${say("orders.counterDesk.addProduct")}</summary>${postForm(c, { action: `${base}/add` }, add)}</details>` : ""}
    <details><summary>${say("orders.counterDesk.onlyMoney")}</summary><p>${say("orders.counterDesk.onlyMoneyLead")}</p>${postForm(c, { action: `${base}/money` }, money)}</details>`;
}

function owedLine({ say, format }: PageContext, { settlement, entered }: PortionsView, { id }: Household): Html {
  const charge = settlement.charges.find(({ householdId }) => householdId === id);
  return html`<p id="owes"><strong>${say("orders.counterDesk.owes", { amount: format.money(charge?.cents ?? 0) })}</strong>${entered > 0 ? ` ${say("orders.counterDesk.enteredNote")}` : ""}</p>`;
}
