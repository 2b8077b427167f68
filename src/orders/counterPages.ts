// The counter on delivery day: what arrived, who gets what, by household and by product, what each owes, closing. Pure.
import { UNITS, unitLabel } from "../kernel/units.ts";
import type { Household } from "../members/householdStore.ts";
import { actionButton, type FormState, postForm, selectField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { holdsRole } from "../web/visitor.ts";
import type { Basket } from "./bookingStore.ts";
import type { Settlement } from "./delivery.ts";
import type { Portion } from "./deliveryStore.ts";
import { lineOf, type Order } from "./order.ts";
import { seen } from "./orderPages.ts";
import { portionField } from "./weightForm.ts";
import { stateBadge, tellAmount } from "./wordsPages.ts";

/** Everything the counter shows of an order. */
export type CounterView = {
  readonly order: Order;
  readonly households: readonly Household[];
  readonly friendNames: ReadonlyMap<string, string>;
  readonly baskets: ReadonlyMap<string, Basket>;
  readonly portions: readonly Portion[];
  readonly expected: ReadonlyMap<number, number>;
  readonly arrived: ReadonlyMap<number, number>;
  readonly settlement: Settlement;
  readonly isCorrection: boolean;
  readonly onceKey: string;
};

/** Whether goods may be handed out and weights written. */
function isHandingOut({ state }: Pick<Order, "state">): boolean {
  return ["sent", "confirmed", "arrived", "delivering"].includes(state);
}

function baseOf(c: PageContext, order: Pick<Order, "id">): string {
  return `/desk/${c.seat?.handle ?? ""}/orders/${order.id}/delivery`;
}

/** The whole counter: arrival, households, products, closing. */
export function counterPage(c: PageContext, view: CounterView): View {
  const { say } = c;
  const { order } = view;
  const isOpen = isHandingOut(order);
  return {
    title: say("orders.counterDesk.title"),
    body: html`<p class="place">${order.name} ${stateBadge(c, order, true)}</p>
      ${isOpen ? arrivalPart(c, view) : ""}
      ${householdsPart(c, view)}
      ${productsPart(c, view)}
      ${isOpen ? extraPart(c, view) : ""}
      ${closingPart(c, view, isOpen)}
      <p><a href="/desk/${c.seat?.handle ?? ""}/orders/${order.id}">${say("orders.report.back")}</a></p>`,
  };
}

function arrivalPart(c: PageContext, { order, expected, arrived }: CounterView): Html {
  const { say } = c;
  const lines = order.lines.filter(({ number }) => (expected.get(number) ?? 0) > 0 || arrived.has(number));
  const state: FormState = {
    typed: Object.fromEntries(
      [...arrived].map(([number, q]) => [`arrived.${number}`, String(q / 1000).replace(".", ",")]),
    ),
    errors: {},
  };
  const fields = lines.map(({ number, goods }) =>
    textField(c, state, {
      name: `arrived.${number}`,
      label: `${goods.name} (${unitLabel(goods.unitCode, 2000, c.language)})`,
      hint: say("orders.counterDesk.expected", { quantity: tellAmount(c, expected.get(number) ?? 0, goods) }),
      inputmode: "decimal",
      short: true,
      required: true,
      maxLength: 20,
    }),
  );
  const isNew = arrived.size === 0 && order.state !== "delivering";
  return html`<details class="card"${isNew ? html` open` : ""}><summary>${say("orders.counterDesk.arrival")}</summary><p>${say("orders.counterDesk.arrivalLead")}</p>
      ${postForm(c, { action: `${baseOf(c, order)}/arrived` }, html`<input type="hidden" name="seen" value="${order.updatedAt}">${fields}<button type="submit">${say("orders.counterDesk.arrivalSave")}</button>`)}</details>`;
}

function householdsPart(c: PageContext, view: CounterView): Html {
  const { say } = c;
  const { order, settlement } = view;
  const base = baseOf(c, order);
  const charges = new Map(settlement.charges.map(({ householdId, cents }) => [householdId, cents]));
  const inOrder = new Set([...view.portions.map(({ householdId }) => householdId), ...charges.keys()]);
  const rows = view.households
    .filter(({ id }) => inOrder.has(id))
    .map(({ id, name }) => {
      const basket = view.baskets.get(id);
      const pickup = order.pickups.length > 1 ? order.pickups.find((one) => one.id === basket?.pickupId) : undefined;
      return html`<li class="row"><span><a href="${base}/household/${id}">${name}</a>${pickup ? html`<small>${pickup.place}</small>` : ""}</span>
        <span>${basket ? html`<span class="${basket.state === "not-collected" ? "badge stop" : basket.state === "locked" ? "badge wait" : "badge"}">${say(`orders.basket.${basket.state}`)}</span> ` : ""}${c.format.money(charges.get(id) ?? 0)}</span></li>`;
    });
  const others = view.households.filter(({ id, leftAt }) => !inOrder.has(id) && leftAt === null);
  return html`<h2>${say("orders.counterDesk.households")}</h2>
    ${rows.length === 0 ? html`<p class="empty">${say("orders.counterDesk.nobody")}</p>` : html`<ul class="rows">${rows}</ul>`}
    ${isHandingOut(order) && others.length > 0 ? html`<details><summary>${say("orders.counterDesk.addHousehold")}</summary><ul class="links">${others.map(({ id, name }) => html`<li><a href="${base}/household/${id}">${name}</a></li>`)}</ul></details>` : ""}`;
}

function productsPart(c: PageContext, { order, portions }: CounterView): Html {
  const { say } = c;
  const byLine = Map.groupBy(portions, ({ lineNumber }) => lineNumber);
  const rows = order.lines.flatMap(({ number, goods }) => {
    const theirs = byLine.get(number);
    if (!theirs) return [];
    const toGive = theirs.reduce((sum, one) => sum + (one.deliveredThousandths ?? one.allocatedThousandths), 0);
    const done = theirs.filter(({ deliveredThousandths }) => deliveredThousandths !== null).length;
    return [
      html`<li class="row"><a href="${baseOf(c, order)}/line/${number}">${goods.name}</a><span>${tellAmount(c, toGive, goods)}<small>${say("orders.counterDesk.done", { done, all: theirs.length })}</small></span></li>`,
    ];
  });
  return rows.length === 0 ? html`` : html`<h2>${say("orders.counterDesk.products")}</h2><ul class="rows">${rows}</ul>`;
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
  return html`<h2>${say("orders.settle.title")}</h2><dl class="facts">${figures}</dl>
    ${isOpen && settlement.charges.length > 0 && mayClose(c, order) ? html`<details class="card"><summary>${say("orders.settle.ask")}</summary>${postForm(c, { action: `${baseOf(c, order)}/close` }, form)}</details>` : ""}`;
}

/** Charging is for those who run the order, not for whoever hands out. */
function mayClose({ visitor, seat }: PageContext, { producerId }: Order): boolean {
  return holdsRole(visitor, seat?.actorId ?? "", ["admin", "referente"], producerId);
}

/** One household's or one product's portions: what they were to get, and what was weighed. `place` is the end of the address. */
export type PortionsView = CounterView & {
  readonly title: string;
  readonly place: string;
  readonly shown: readonly Portion[];
  readonly labelOf: (portion: Portion) => string;
  readonly household: Household | null;
  readonly state: FormState;
  readonly entered: number;
};

/** The list with a field for each portion; below it what can be done for one household. */
export function portionsPage(c: PageContext, view: PortionsView): View {
  const { say } = c;
  const { order, shown, household } = view;
  const isOpen = isHandingOut(order);
  const body = html`${shown.map((portion) => portionRow(c, view, portion, isOpen))}
    ${isOpen ? html`<div class="bar"><p>${say("orders.counterDesk.weighHint")}</p><button type="submit">${say("orders.counterDesk.save")}</button></div>` : ""}`;
  const wrong = Object.keys(view.state.errors).length;
  return {
    title: view.title,
    ...(wrong > 0 ? { status: 422 } : {}),
    body: html`<p class="place">${order.name} ${stateBadge(c, order, true)}</p>
      ${wrong > 0 ? html`<div class="problems" role="alert" tabindex="-1" autofocus><h2>${say("form.problems", { count: wrong })}</h2><p>${say("orders.counterDesk.someWrong")}</p></div>` : ""}
      ${shown.length === 0 ? html`<p class="empty">${say("orders.counterDesk.noPortions")}</p>` : postForm(c, { action: `${baseOf(c, order)}/${view.place}` }, body)}
      ${household ? householdActs(c, view, household, isOpen) : ""}
      <p><a href="${baseOf(c, order)}">${say("orders.counterDesk.back")}</a></p>`,
  };
}

function portionRow(c: PageContext, view: PortionsView, portion: Portion, isOpen: boolean): Html {
  const { goods } = lineOf(view.order, portion.lineNumber);
  const label = view.labelOf(portion);
  const expected = tellAmount(c, portion.allocatedThousandths, goods);
  if (!isOpen) {
    const got = portion.deliveredThousandths ?? portion.allocatedThousandths;
    return html`<p class="row"><span>${label}<small>${c.say("orders.counterDesk.expected", { quantity: expected })}</small></span><span>${tellAmount(c, got, goods)}</span></p>`;
  }
  return textField(c, view.state, {
    name: `weights.${portionField(portion)}`,
    label: `${label} (${unitLabel(goods.unitCode, 2000, c.language)})`,
    hint: portion.isAdded
      ? c.say("orders.counterDesk.added")
      : c.say("orders.counterDesk.expected", { quantity: expected }),
    inputmode: "decimal",
    required: true,
    maxLength: 300,
  });
}

/** Collected or not, something more, only the money. */
function householdActs(c: PageContext, view: PortionsView, household: Household, isOpen: boolean): Html {
  const { say } = c;
  const { order, settlement, shown, onceKey } = view;
  const base = `${baseOf(c, order)}/household/${household.id}`;
  const basket = view.baskets.get(household.id);
  const charge = settlement.charges.find(({ householdId }) => householdId === household.id);
  const owes = html`<p><strong>${say("orders.counterDesk.owes", { amount: c.format.money(charge?.cents ?? 0) })}</strong>${view.entered > 0 ? ` ${say("orders.counterDesk.enteredNote")}` : ""}</p>`;
  if (!isOpen) return owes;
  const moves = (["delivered", "not-collected", "saved"] as const).filter(
    (to) => basket && basket.state !== to && (to !== "saved" || ["delivered", "not-collected"].includes(basket.state)),
  );
  const free = order.lines.filter(
    ({ number }) => !shown.some((one) => one.lineNumber === number && one.friendId === null),
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
