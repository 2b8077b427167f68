// Orders and their money: booked, charged, invoiced, paid side by side; paying; invoices. Pure: view -> HTML.
import { VAT_RATES_PERCENT } from "../kernel/vat.ts";
import { errorSummary, type FormState, postForm, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { listPages, listTools } from "../web/parts.ts";
import type { VatDifference } from "./invoice.ts";
import type { OrderMoney } from "./orderMoney.ts";
import { amount, calendarDay, doneNotice, moneyErrors, moneyForm, moneyPath } from "./pages.ts";

/** An order with its money. `bookedCents` null: the orders room knows it no more. */
export type OrderView = {
  readonly orderId: string;
  readonly name: string;
  readonly producerId: string;
  readonly producerName: string;
  readonly bookedCents: number | null;
  readonly money: OrderMoney;
};

/** Orders with their four amounts side by side. `chips`: what one may want to see alone, by name. */
export function ordersPage(
  c: PageContext,
  view: { orders: readonly OrderView[]; sifted: Sifted<unknown>; chips: readonly string[] },
): View {
  const { say } = c;
  const sheet = `${moneyPath(c)}/sheets/orders`;
  const chips = view.chips.map((name) => ({ name, label: say(`ledger.orders.chip.${name}`) }));
  return {
    title: say("ledger.orders.title"),
    wide: true,
    body: html`<p class="lead">${say("ledger.orders.lead")}</p>
      ${listTools(c, view.sifted, { label: say("ledger.orders.find"), chips })}
      ${view.orders.length === 0 ? html`<p class="empty">${say("ledger.orders.none")}</p>` : ordersTable(c, view.orders)}
      ${listPages(c, view.sifted)}
      <div class="actions"><a role="button" class="quiet" href="${moneyPath(c)}/pay">${say("ledger.pay.title")}</a></div>
      <p class="actions"><a href="${sheet}">${say("ledger.orders.sheet")}</a> <a href="${sheet}.csv">CSV</a> <a href="${sheet}.pdf">PDF</a></p>`,
  };
}

function ordersTable(c: PageContext, orders: readonly OrderView[]): Html {
  const { say } = c;
  const names = ["booked", "charged", "invoiced", "paid"] as const;
  const heads = names.map((name) => html`<th scope="col" class="number">${say(`ledger.orders.${name}`)}</th>`);
  const rows = orders.map((order) => {
    const { orderId, name, producerName, bookedCents, money } = order;
    const { chargedCents, invoicedCents, paidCents } = money;
    const below = differencesOf(order);
    const figures = { booked: bookedCents, charged: chargedCents, invoiced: invoicedCents, paid: paidCents };
    const cells = names.map((one) => moneyCell(c, figures[one], one, below[one]));
    return html`<tr><th scope="row"><a href="${moneyPath(c)}/orders/${orderId}">${name}</a><br><small>${producerName}</small></th>
        <td>${stateBadge(c, money)}</td>${cells}</tr>`;
  });
  const sum = (of: (order: OrderView) => number | null) => orders.reduce((total, order) => total + (of(order) ?? 0), 0);
  const sums = [
    sum(({ bookedCents }) => bookedCents),
    sum(({ money }) => money.chargedCents),
    sum(({ money }) => money.invoicedCents),
    sum(({ money }) => money.paidCents),
  ];
  return html`<section class="scroll" tabindex="0" aria-label="${say("ledger.orders.title")}"><table class="stacks">
      <thead><tr><th scope="col">${say("ledger.orders.order")}</th><th scope="col">${say("ledger.orders.state")}</th>${heads}</tr></thead>
      <tbody>${rows}</tbody>
      <tfoot><tr><th scope="row">${say("ledger.orders.total")}</th><td></td>${sums.map((cents, i) => html`<td class="number" data-label="${say(`ledger.orders.${names[i]}`)}"><span>${c.format.money(cents)}</span></td>`)}</tr></tfoot></table></section>`;
}

/** What each amount differs by from the one before it: charged from booked, invoiced from delivered, paid from what is due. */
function differencesOf({ bookedCents, money }: OrderView): Record<string, number> {
  const isCharged = money.chargedCents !== 0;
  return {
    charged: isCharged && bookedCents !== null ? money.chargedCents - bookedCents : 0,
    invoiced: money.differenceCents,
    paid: money.openCents,
  };
}

function moneyCell(c: PageContext, cents: number | null, name: string, differenceCents = 0): Html {
  const difference =
    differenceCents === 0
      ? ""
      : c.say(`ledger.orders.than.${name}`, {
          amount: name === "paid" ? c.format.money(differenceCents) : signed(c, differenceCents),
        });
  // Nothing of it happened yet: a dash is read faster than a row of zeros.
  const shown = cents === null || cents === 0 ? "–" : c.format.money(cents);
  return html`<td class="number" data-label="${c.say(`ledger.orders.${name}`)}"><span>${shown}${difference ? html`<br><small>${difference}</small>` : ""}</span></td>`;
}

function signed(c: PageContext, cents: number): string {
  return cents > 0 ? `+${c.format.money(cents)}` : c.format.money(cents);
}

function stateBadge(c: PageContext, { state }: OrderMoney): Html {
  const look = state === "settled" ? "badge" : state === "unpaid" ? "badge stop" : "badge wait";
  return html`<span class="${look}">${c.say(`ledger.state.${state}`)}</span>`;
}

/** One order: figures, differences, VAT, invoices, and what can be done. */
export function orderPage(
  c: PageContext,
  state: FormState,
  view: {
    order: OrderView;
    vat: readonly VatDifference[];
    invoices: readonly { id: string; number: string; cents: number }[];
    chargeId: number | null;
    /** Under the group's desk, the sums of the orders it is one of; null: of none. */
    sumsAt: string | null;
    keys: { readonly difference: string; readonly pay: string };
    done: string | undefined;
  },
): View {
  const { say } = c;
  const { order, keys } = view;
  const { money } = order;
  const base = moneyPath(c);
  const fact = (name: string, cents: number | null) =>
    html`<dt>${say(`ledger.orders.${name}`)}</dt><dd>${cents === null ? "–" : amount(c, cents)}</dd>`;
  return {
    title: order.name,
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${doneNotice(c, view.done)}${moneyErrors(c, state)}
      <p>${order.producerName} ${stateBadge(c, money)}</p>
      <dl class="facts">${fact("booked", order.bookedCents)}${fact("charged", money.chargedCents)}${fact("payable", money.payableCents)}
        ${fact("invoiced", money.invoicedCents)}${fact("paid", money.paidCents)}${fact("toPay", money.openCents)}</dl>
      ${view.sumsAt === null ? "" : html`<p><a href="/desk/${c.seat?.handle ?? ""}/${view.sumsAt}">${say("ledger.orders.sums")}</a></p>`}
      ${view.chargeId === null ? "" : html`<p><a href="${base}/movements/${view.chargeId}">${say("ledger.orders.charge")}</a></p>`}
      ${money.differenceCents === 0 ? "" : differencePart(c, money.differenceCents, order.orderId, keys.difference)}
      ${vatPart(c, view.vat)}
      ${order.producerId === c.seat?.actorId ? "" : invoicesPart(c, order, view.invoices)}
      ${money.openCents > 0 ? payPart(c, state, order, keys.pay) : ""}`,
  };
}

/** What the group shares out in its own name (costs of several orders) has no producer who would write one. */
function invoicesPart(
  c: PageContext,
  { producerId }: OrderView,
  invoices: readonly { id: string; number: string; cents: number }[],
): Html {
  const { say } = c;
  const base = moneyPath(c);
  const rows = invoices.map(
    ({ id, number, cents }) =>
      html`<li class="row"><a href="${base}/invoices/${id}">${say("ledger.invoices.number", { number })}</a> ${amount(c, cents)}</li>`,
  );
  return html`<h2>${say("ledger.invoices.title")}</h2>
      ${rows.length === 0 ? html`<p class="empty">${say("ledger.invoices.noneYet")}</p>` : html`<ul class="rows">${rows}</ul>`}
      <p><a href="${base}/invoices/new?producer=${encodeURIComponent(producerId)}">${say("ledger.invoices.record")}</a></p>`;
}

function differencePart(c: PageContext, cents: number, orderId: string, key: string): Html {
  const { say } = c;
  return html`<div class="notice"><p>${say(cents > 0 ? "ledger.orders.invoiceMore" : "ledger.orders.invoiceLess", { amount: c.format.money(Math.abs(cents)) })}</p>
      ${postForm(c, { action: `${moneyPath(c)}/orders/${orderId}/difference`, class: "inline" }, html`<input type="hidden" name="key" value="${key}"><button type="submit" class="quiet">${say("ledger.act.difference")}</button>`)}</div>`;
}

function payPart(c: PageContext, state: FormState, order: OrderView, key: string): Html {
  const { say } = c;
  const typed =
    state.typed.amount === undefined ? { ...state.typed, amount: plainAmount(order.money.openCents) } : state.typed;
  return html`<h2>${say("ledger.pay.one")}</h2>
      ${moneyForm(c, { ...state, typed }, { action: `${moneyPath(c)}/orders/${order.orderId}/pay`, key, amountLabel: say("ledger.form.amount"), hasTill: true, hasDay: true, memoHint: say("ledger.form.memoHint"), submit: say("ledger.act.pay") })}`;
}

/** An amount as a field holds it: "12,40". */
function plainAmount(cents: number): string {
  return `${Math.trunc(cents / 100)},${String(cents % 100).padStart(2, "0")}`;
}

/**
 * VAT of invoice and delivery side by side, rate by rate: net, VAT, total. Where the rates of what was delivered are not known, the
 * invoice's, and a word why; where the invoice has none, the delivery's.
 */
function vatPart(c: PageContext, vat: readonly VatDifference[]): Html | "" {
  const { say } = c;
  if (vat.length === 0) return "";
  const isKnown = vat.every(({ deliveredCents }) => deliveredCents !== null);
  const isInvoiced = vat.some(({ invoicedCents }) => invoicedCents !== 0);
  const label = (name: string, part: string) => `${say(`ledger.vat.${name}`)}: ${say(`ledger.vat.${part}`)}`;
  const money = (cents: number, head: string) =>
    html`<td class="number" data-label="${head}"><span>${c.format.money(cents)}</span></td>`;
  const parts = (name: string, gross: number, net: number) =>
    html`${money(net, label(name, "net"))}${money(gross - net, label(name, "tax"))}${money(gross, label(name, "gross"))}`;
  const names = [...(isKnown ? ["delivered"] : []), ...(isInvoiced ? ["invoiced"] : [])];
  const heads = names.flatMap((name) => ["net", "tax", "gross"].map((part) => label(name, part)));
  const differs = isKnown && isInvoiced;
  const cells = (
    line: VatDifference,
  ) => html`${isKnown ? parts("delivered", line.deliveredCents ?? 0, line.deliveredNetCents ?? 0) : ""}
      ${isInvoiced ? parts("invoiced", line.invoicedCents, line.invoicedNetCents) : ""}${differs ? money(line.differenceCents ?? 0, say("ledger.vat.difference")) : ""}`;
  return html`<h2>${say("ledger.vat.title")}</h2>
      ${isKnown ? "" : html`<p>${say("ledger.vat.unknown")}</p>`}
      <section class="scroll" tabindex="0" aria-label="${say("ledger.vat.title")}"><table class="stacks">
      <thead><tr><th scope="col">${say("ledger.vat.rate")}</th>${[...heads, ...(differs ? [say("ledger.vat.difference")] : [])].map((head) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead>
      <tbody>${vat.map((line) => html`<tr><th scope="row">${line.ratePercent} %</th>${cells(line)}</tr>`)}</tbody></table></section>`;
}

/** What is to be paid, producer by producer: many orders with one transfer. */
export function payPage(
  c: PageContext,
  state: FormState,
  view: {
    producers: readonly { id: string; name: string; orders: readonly OrderView[]; key: string }[];
    done: string | undefined;
  },
): View {
  const { say } = c;
  const forms = view.producers.map(({ id, name, orders, key }, index) => {
    const sumCents = orders.reduce((sum, { money }) => sum + money.openCents, 0);
    const boxes = orders.map(
      (
        order,
        n,
      ) => html`<div class="choice"><input type="checkbox" id="pay-${index}-${n}" name="pay.${order.orderId}" value="${String(order.money.openCents)}" checked>
        <label for="pay-${index}-${n}">${order.name} ${amount(c, order.money.openCents)} <small>${say(`ledger.state.${order.money.state}`)}</small></label></div>`,
    );
    return html`<section aria-labelledby="producer-${index}"><h2 id="producer-${index}">${name}: ${c.format.money(sumCents)}</h2>
      ${postForm(
        c,
        { action: `${moneyPath(c)}/pay` },
        html`<input type="hidden" name="key" value="${key}"><input type="hidden" name="producer" value="${id}">
          <fieldset><legend>${say("ledger.pay.orders")}</legend>${boxes}</fieldset>
          <div class="field"><label for="till-${index}">${say("ledger.form.till")}</label>
          <select id="till-${index}" name="till"><option value="bank">${say("ledger.account.bank")}</option><option value="cash">${say("ledger.account.cash")}</option></select></div>
          <div class="field"><label for="day-${index}">${say("ledger.form.valuedOn")}</label><small class="hint" id="day-hint-${index}">${say("ledger.form.valuedOnHint")}</small>
          <input id="day-${index}" name="valuedOn" type="date" aria-describedby="day-hint-${index}"></div>
          <div class="field"><label for="memo-${index}">${say("ledger.form.memo")}</label><small class="hint" id="memo-hint-${index}">${say("ledger.pay.memoHint")}</small>
          <input id="memo-${index}" name="memo" type="text" maxlength="200" autocomplete="off" aria-describedby="memo-hint-${index}"></div>
          <button type="submit">${say("ledger.act.payAll")}</button>`,
      )}</section>`;
  });
  return {
    title: say("ledger.pay.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${doneNotice(c, view.done)}${moneyErrors(c, state)}<p class="lead">${say("ledger.pay.lead")}</p>
      ${forms.length === 0 ? html`<p class="empty">${say("ledger.pay.none")}</p>` : forms}`,
  };
}

/** Invoices, the latest first. */
export function invoicesPage(
  c: PageContext,
  view: {
    sifted: Sifted<{
      readonly id: string;
      readonly number: string;
      readonly producerName: string;
      readonly issuedOn: string;
      readonly totalCents: number;
      readonly isCancelled: boolean;
    }>;
    producers: readonly { id: string; name: string }[];
  },
): View {
  const { say } = c;
  const base = `${moneyPath(c)}/invoices`;
  const rows = view.sifted.items.map(
    (
      one,
    ) => html`<li class="row"><div><a href="${base}/${one.id}">${one.producerName}, ${say("ledger.invoices.number", { number: one.number })}</a>
        ${one.isCancelled ? html`<span class="badge stop">${say("ledger.invoices.cancelled")}</span>` : ""}<small>${calendarDay(c, one.issuedOn)}</small></div>${amount(c, one.totalCents)}</li>`,
  );
  return {
    title: say("ledger.invoices.title"),
    body: html`<h2>${say("ledger.invoices.record")}</h2>
      ${view.producers.length === 0 ? html`<p class="empty">${say("ledger.invoices.noOrders")}</p>` : html`<p>${say("ledger.invoices.ofWhom")}</p><ul class="chips">${view.producers.map(({ id, name }) => html`<li><a href="${base}/new?producer=${encodeURIComponent(id)}">${name}</a></li>`)}</ul>`}
      <h2>${say("ledger.invoices.recorded")}</h2>
      ${listTools(c, view.sifted, { label: say("ledger.invoices.find") })}
      ${rows.length === 0 ? html`<p class="empty">${say("ledger.invoices.none")}</p>` : html`<ul class="rows">${rows}</ul>`}
      ${listPages(c, view.sifted)}`,
  };
}

/** A new invoice of one producer, against the orders that may be on it. */
export function invoiceFormPage(
  c: PageContext,
  state: FormState,
  view: { producerId: string; producerName: string; orders: readonly OrderView[]; key: string },
): View {
  const { say } = c;
  const label = (name: string) => say(`ledger.form.${name}`);
  const labels: Record<string, string> = Object.fromEntries(
    ["number", "issuedOn", "dueOn", "total", "note"].map((name) => [name, label(name)]),
  );
  for (const { orderId, name } of view.orders) labels[`order.${orderId}`] = name;
  for (const rate of VAT_RATES_PERCENT) {
    labels[`taxable.${rate}`] = say("ledger.vat.taxable", { rate });
    labels[`vat.${rate}`] = say("ledger.vat.vat", { rate });
  }
  const euro = { inputmode: "decimal", short: true, maxLength: 20 } as const;
  const orders = view.orders.map(({ orderId, name, money }) =>
    textField(c, state, {
      ...euro,
      name: `order.${orderId}`,
      label: name,
      hint: say("ledger.invoices.delivered", { amount: c.format.money(money.payableCents) }),
    }),
  );
  const vat = VAT_RATES_PERCENT.map((rate) =>
    ["taxable", "vat"].map((part) =>
      textField(c, state, { ...euro, name: `${part}.${rate}`, label: labels[`${part}.${rate}`] ?? "" }),
    ),
  );
  const hasVat = Object.keys(state.typed).some((name) => /^(?:taxable|vat)\./.test(name) && state.typed[name] !== "");
  const problem = state.errors.form;
  return {
    title: say("ledger.invoices.newTitle", { name: view.producerName }),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${problem ? html`<div class="problems" role="alert"><p>${problem}</p></div>` : errorSummary(c, state, labels)}
      ${postForm(
        c,
        { action: c.path },
        html`<input type="hidden" name="key" value="${view.key}"><input type="hidden" name="producer" value="${view.producerId}">
          ${textField(c, state, { name: "number", label: label("number"), required: true, maxLength: 40 })}
          ${textField(c, state, { name: "issuedOn", label: label("issuedOn"), type: "date", required: true })}
          ${textField(c, state, { name: "dueOn", label: label("dueOn"), type: "date" })}
          ${textField(c, state, { ...euro, name: "total", label: label("total"), hint: say("ledger.invoices.totalHint"), required: true })}
          <h2>${say("ledger.invoices.forOrders")}</h2><p>${say("ledger.invoices.forOrdersHint")}</p>
          ${orders.length === 0 ? html`<p class="empty">${say("ledger.invoices.noOrders")}</p>` : orders}
          <details${hasVat ? html` open` : ""}><summary>${say("ledger.vat.title")}</summary><p>${say("ledger.vat.hint")}</p>${vat}</details>
          ${textField(c, state, { name: "note", label: label("note"), maxLength: 500 })}
          <button type="submit">${say("ledger.act.invoice")}</button>`,
      )}`,
  };
}

/** One invoice. */
export function invoicePage(
  c: PageContext,
  state: FormState,
  view: {
    producerName: string;
    number: string;
    issuedOn: string;
    dueOn: string | null;
    totalCents: number;
    note: string;
    isCancelled: boolean;
    orders: readonly { orderId: string; name: string; cents: number }[];
    vat: readonly VatDifference[];
    key: string;
    done: string | undefined;
  },
): View {
  const { say } = c;
  const fact = (name: string, value: Html | string | null) =>
    value === null || value === "" ? "" : html`<dt>${say(`ledger.form.${name}`)}</dt><dd>${value}</dd>`;
  return {
    title: `${view.producerName}, ${say("ledger.invoices.number", { number: view.number })}`,
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${doneNotice(c, view.done)}${moneyErrors(c, state)}
      ${view.isCancelled ? html`<p><span class="badge stop">${say("ledger.invoices.cancelled")}</span></p>` : ""}
      <dl class="facts">${fact("total", amount(c, view.totalCents))}${fact("issuedOn", calendarDay(c, view.issuedOn))}${fact("dueOn", view.dueOn && calendarDay(c, view.dueOn))}${fact("note", view.note)}</dl>
      <ul class="rows">${view.orders.map(({ orderId, name, cents }) => html`<li class="row"><a href="${moneyPath(c)}/orders/${orderId}">${name}</a> ${amount(c, cents)}</li>`)}</ul>
      ${vatPart(c, view.vat)}
      ${view.isCancelled ? "" : html`<h2>${say("ledger.invoices.cancel")}</h2>${reasonForm(c, state, { action: `${c.path}/cancel`, key: view.key })}`}`,
  };
}

/** Asks for a second person's word: a reason and a button. */
export function reasonForm(c: PageContext, state: FormState, form: { action: string; key: string }): Html {
  const { say } = c;
  return postForm(
    c,
    { action: form.action },
    html`<p>${say("ledger.household.secondPerson")}</p><input type="hidden" name="key" value="${form.key}">
      ${textField(c, state, { name: "memo", label: say("ledger.form.reason"), hint: say("ledger.form.reasonHint"), required: true, maxLength: 200 })}
      <button type="submit" class="danger">${say("ledger.act.ask")}</button>`,
  );
}
