// The producer's orders on a phone: who ordered, what waits for an answer, one order with everything that can be done about
// it. Pure: view -> HTML.

import { formatQuantity } from "../kernel/quantity.ts";
import type { Pause } from "../partners/hosts/pauseActions.ts";
import { type Deadline, pausePart } from "../partners/hosts/pausePages.ts";
import { type AgreedLine, type ReasonCode, totalOf } from "../partners/threads/agreement.ts";
import { troublePart } from "../partners/threads/troublePages.ts";
import type { Trouble } from "../partners/threads/troubleStore.ts";
import { timeTag } from "../web/format.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  postForm,
  radioField,
  selectField,
  textArea,
  textField,
} from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, listPages, listTools } from "../web/parts.ts";
import { checkLines, mostOf } from "./answer.ts";
import type { Cycle } from "./cycle.ts";
import type { DeliveryNote } from "./deliveryNote.ts";
import type { LineTerms } from "./lineTerms.ts";
import { paidPart } from "./paidPages.ts";
import { isToPrepare } from "./productionSheet.ts";
import { actsOn, isRunning, type ReceivedOrder, type ReceivedState, STATUS_OF, stateOf } from "./received.ts";
import { unitName } from "./sheets.ts";

/** What an order is called in an address of ours. */
export function orderName(thread: string): string {
  return Buffer.from(thread).toString("base64url");
}

/** The thread such a name means, whoever wrote it. */
export function readOrderName(name: string): string {
  return Buffer.from(name, "base64url").toString("utf8");
}

/** What narrows the list of orders, in this order. */
export const ORDER_LIST_CHIPS = ["waiting", "prepare", "gone", "over"] as const;

/** Whether an order stands under a chip: it waits for the producer's word, is to be prepared, has left, is over. */
export function isUnder(chip: (typeof ORDER_LIST_CHIPS)[number], order: ReceivedOrder): boolean {
  const state = stateOf(order);
  if (chip === "waiting") return state === "received" || order.request !== null || order.doubt !== null;
  if (chip === "prepare") return isToPrepare(state);
  return chip === "gone" ? state === "shipped" || state === "delivered" : !isRunning(order);
}

/** A row of the list. `cycleName` null: ordered from the catalog. */
export type OrderRow = { readonly order: ReceivedOrder; readonly buyerName: string; readonly cycleName: string | null };

/** Orders received: found by group, cycle or what is in them, narrowed by where they stand. `waitingCount` wait for the producer. */
export function ordersPage(
  c: PageContext,
  view: { sifted: Sifted<OrderRow>; cycle: Cycle | null; waitingCount: number },
): View {
  const { say } = c;
  const { sifted, cycle, waitingCount } = view;
  const keep = cycle ? { cycle: cycle.id } : undefined;
  const isEmpty = sifted.all === 0 && sifted.find === "";
  const chips = ORDER_LIST_CHIPS.map((name) => ({ name, label: say(`sales.orders.chip.${name}`) }));
  const tools = { label: say("sales.orders.search"), chips, ...(keep ? { keep } : {}) };
  const rows = sifted.items.map((row) => orderRow(c, row));
  return {
    title: cycle ? say("sales.orders.titleOf", { name: cycle.name }) : say("sales.orders.title"),
    body: html`<p class="lead">${say("sales.orders.waiting", { count: waitingCount })}</p>
      <div class="actions"><a role="button" href="${c.path}/sheet${cycle ? `?cycle=${cycle.id}` : ""}">${say("sales.sheet.title")}</a><a href="${c.path}/history">${say("sales.history.title")}</a></div>
      ${
        isEmpty
          ? emptyState({ text: say("sales.orders.none") })
          : html`${listTools(c, sifted, tools)}${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : emptyState({ text: say("sales.orders.noneHere") })}${listPages(c, sifted, keep)}`
      }`,
  };
}

function orderRow(c: PageContext, { order, buyerName, cycleName }: OrderRow): Html {
  const { say } = c;
  const href = `${c.path}/${orderName(order.thread)}`;
  // Where only the person's word is missing, one tap says it; what is short is looked at first.
  const isPlain = order.waiting.length > 0 && order.waiting.every((why) => why === "by-hand");
  const fields = { seen: String(order.updatedAt), kind: "accept", back: "list" };
  return html`<li class="row"><div><a href="${href}">${buyerName}</a>
        <small>${cycleName ?? say("sales.orders.fromCatalog")}, ${c.format.money(totalOf(order.latest.lines))}</small></div>
      <div class="row-acts">${orderBadge(c, order)}${isPlain ? actionButton(c, { action: `${href}/answer`, label: say("sales.answer.accept"), describe: buyerName, fields }) : ""}</div></li>`;
}

/** The state in a word, or what is wanted of the producer. */
export function orderBadge({ say }: PageContext, order: ReceivedOrder): Html {
  if (order.doubt !== null) return html`<span class="badge stop">${say("sales.orders.toVerify")}</span>`;
  if (order.request) return html`<span class="badge stop">${say("sales.orders.asksBack")}</span>`;
  const state = stateOf(order);
  const tone: Partial<Record<ReceivedState, string>> = {
    received: " wait",
    countered: " wait",
    rejected: " stop",
    cancelled: " stop",
  };
  return html`<span class="badge${tone[state] ?? ""}">${say(`sales.orderState.${state}`)}</span>`;
}

/** Everything the page of one order shows. */
export type OrderView = {
  readonly order: ReceivedOrder;
  readonly buyerName: string;
  readonly cycle: Cycle | null;
  readonly terms: ReadonlyMap<string, LineTerms>;
  readonly note: DeliveryNote | null;
  readonly contractHref: string;
  /** Why the latest Offer was refused, by us or by itself; null where it was not. */
  readonly refusedFor: ReasonCode | null;
  readonly trouble: Trouble;
  readonly pause: Pause | null;
};

/** One order. `state` keeps what was typed into a form that did not hold. */
export function orderPage(c: PageContext, state: FormState, view: OrderView): View {
  const { say } = c;
  const { order, buyerName, cycle } = view;
  return {
    title: buyerName,
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="place">${orderBadge(c, order)} ${cycle ? html`<a href="/desk/${c.seat?.handle ?? ""}/cycles/${cycle.id}">${cycle.name}</a>` : say("sales.orders.fromCatalog")}</p>
      ${errorSummary(c, state, formLabels(c, view))}
      ${notices(c, view)}
      ${view.refusedFor === null ? "" : html`<p class="notice">${say(`sales.refusedFor.${view.refusedFor}`)}</p>`}
      ${pausePart(c, view.pause, deadlinesOf(order))}
      ${troublePart(c, view.trouble, buyerName)}
      ${lineTable(c, view)}
      <dl class="facts"><dt>${say("sales.order.received")}</dt><dd>${timeTag(c.language, order.latest.receivedAt, c.now)}</dd>
        <dt>${say("sales.order.revision")}</dt><dd>${order.latest.revision}</dd></dl>
      ${answerForms(c, state, view)}
      ${moveForms(c, state, view)}
      ${pickupForm(c, view)}
      ${notePart(c, view)}
      ${paidPart(c, order, c.path)}
      ${isToPrepare(stateOf(order)) && order.agreed ? html`<p><a href="/desk/${c.seat?.handle ?? ""}/sales/labels?order=${orderName(order.thread)}">${say("sales.labels.ofOrder")}</a></p>` : ""}
      ${order.agreed ? html`<p><a href="${view.contractHref}">${say("sales.order.contract")}</a></p>` : ""}`,
  };
}

/** What runs out while nothing of ours leaves. */
function deadlinesOf({ counter }: ReceivedOrder): Deadline[] {
  return counter ? [{ what: "proposal", at: counter.answerBy }] : [];
}

function notices(c: PageContext, { order, terms }: OrderView): Html {
  const { say } = c;
  const { doubt, request, waiting, counter } = order;
  const seen = { seen: String(order.updatedAt) };
  const short = checkLines(order.latest.lines, terms).filter(({ fault }) => fault === "not-available");
  const namesFor = (why: (typeof waiting)[number]) =>
    why === "old-price"
      ? [...terms.values()].filter(({ isFormer }) => isFormer).map(({ name }) => name)
      : short.map(({ lineIri }) => nameOf(terms, lineIri));
  // What was free when it came may be promised to others by now, and the other way round.
  const isShort = short.length > 0 && order.latest.answer === null;
  const why = [...waiting.filter((one) => one !== "not-available"), ...(isShort ? (["not-available"] as const) : [])];
  return html`${doubt === null ? "" : html`<div class="problems" role="alert"><h2>${say("sales.order.doubtTitle")}</h2><p>${say("sales.order.doubt")}</p>${actionButton(c, { action: `${c.path}/verified`, label: say("sales.order.verified"), fields: seen })}</div>`}
    ${
      request
        ? html`<div class="notice" role="status"><h2>${say("sales.order.requestTitle")}</h2><p>${say("sales.order.request")}</p>
          ${actionButton(c, { action: `${c.path}/request`, label: say("sales.order.grant"), kind: "danger", fields: { ...seen, granted: "yes" } })}
          ${actionButton(c, { action: `${c.path}/request`, label: say("sales.order.deny"), fields: { ...seen, granted: "no" } })}</div>`
        : ""
    }
    ${why.length === 0 ? "" : html`<div class="notice" role="status">${why.map((one) => html`<p>${say(`sales.why.${one}`, { lines: c.format.list(namesFor(one)) })}</p>`)}</div>`}
    ${counter ? html`<div class="notice" role="status"><p>${say("sales.order.proposed")} ${timeTag(c.language, counter.answerBy, c.now)}</p></div>` : ""}`;
}

function lineTable(c: PageContext, { order, terms }: OrderView): Html {
  const { say } = c;
  const byLine = (lines: readonly AgreedLine[] | undefined) =>
    new Map((lines ?? []).map((line) => [line.lineIri, line]));
  const [agreed, proposed] = [byLine(order.agreed?.lines), byLine(order.counter?.lines)];
  const isRevised = order.agreed !== null && order.agreed.offerIri !== order.latest.offerIri;
  const rows = order.latest.lines.map((line) => {
    const known = terms.get(line.lineIri);
    const told = (label: string, other: AgreedLine | undefined) =>
      html`<br><small>${say(label, { quantity: tellQuantity(c, line.unit, other?.quantityThousandths ?? 0) })}</small>`;
    const left = known?.freeThousandths ?? null;
    return html`<tr><th scope="row">${nameOf(terms, line.lineIri)}${left !== null && left < line.quantityThousandths ? told("sales.order.left", { ...line, quantityThousandths: left }) : ""}
        ${isRevised ? told("sales.order.agreed", agreed.get(line.lineIri)) : ""}${order.counter ? told("sales.order.proposedLine", proposed.get(line.lineIri)) : ""}</th>
      <td class="number">${tellQuantity(c, line.unit, line.quantityThousandths)}</td><td class="number">${c.format.money(line.amountCents)}</td></tr>`;
  });
  const title = say("sales.order.lines");
  return html`<section class="scroll" tabindex="0" aria-label="${title}"><table>
      <thead><tr><th scope="col">${say("sales.page.product")}</th><th scope="col" class="number">${say("sales.sheet.quantity")}</th><th scope="col" class="number">${say("sales.sheet.amount")}</th></tr></thead>
      <tbody>${rows}</tbody>
      <tfoot><tr><th scope="row">${say("sales.order.total")}</th><td></td><td class="number">${c.format.money(totalOf(order.latest.lines))}</td></tr></tfoot></table></section>`;
}

function answerForms(c: PageContext, state: FormState, view: OrderView): Html {
  const { say } = c;
  const { order, terms } = view;
  const acts = actsOn(order);
  const isShort = checkLines(order.latest.lines, terms).some(({ fault }) => fault === "not-available");
  const seen = html`<input type="hidden" name="seen" value="${order.updatedAt}">`;
  const action = `${c.path}/answer`;
  const hidden = (kind: string) => html`${seen}<input type="hidden" name="kind" value="${kind}">`;
  const overdraw = isShort
    ? checkboxField(c, state, {
        name: "overdraw",
        label: say("sales.answer.overdraw"),
        hint: say("sales.answer.overdrawHint"),
        required: true,
      })
    : "";
  const accept = postForm(
    c,
    { action },
    html`${hidden("accept")}${overdraw}<button type="submit">${say("sales.answer.accept")}</button>`,
  );
  const refuse = postForm(
    c,
    { action },
    html`${hidden("refuse")}${textField(c, { typed: {}, errors: {} }, { name: "why", label: say("sales.answer.refuseNote"), maxLength: 500 })}<button type="submit" class="danger">${say("sales.answer.refuse")}</button>`,
  );
  const isTyped = Object.keys(state.errors).length > 0;
  return html`${acts.includes("answer") ? html`<h2>${say("sales.answer.title")}</h2>${accept}` : ""}
    ${acts.includes("counter") ? html`<details${isShort || isTyped ? html` open` : ""}><summary>${say("sales.answer.change")}</summary>${changeForm(c, state, view, html`${hidden("change")}`)}</details>` : ""}
    ${acts.includes("answer") ? html`<details><summary>${say("sales.answer.refuseTitle")}</summary>${refuse}</details>` : ""}`;
}

function changeForm(c: PageContext, state: FormState, { order, terms }: OrderView, hidden: Html): Html {
  const { say } = c;
  const typed = {
    ...Object.fromEntries(
      order.latest.lines.map((line, i) => [`quantity.${i}`, written(mostOf(line, terms.get(line.lineIri)))]),
    ),
    whenSilent: "confirm",
    ...state.typed,
  };
  const shown = { typed, errors: state.errors };
  const fields = order.latest.lines.map((line, i) => {
    const known = terms.get(line.lineIri);
    const hint = say("sales.answer.quantityHint", {
      ordered: tellQuantity(c, line.unit, line.quantityThousandths),
      package: tellQuantity(c, line.unit, known?.packageThousandths ?? 1000),
    });
    const label = nameOf(terms, line.lineIri);
    return textField(c, shown, {
      name: `quantity.${i}`,
      label,
      hint,
      inputmode: "decimal",
      short: true,
      maxLength: 20,
      required: true,
    });
  });
  const choices = (["confirm", "cancel"] as const).map((value) => ({
    value,
    label: say(`sales.answer.silent.${value}`),
  }));
  return postForm(
    c,
    { action: `${c.path}/answer` },
    html`${hidden}<p>${say("sales.answer.changeLead")}</p>${fields}
      ${textArea(c, { typed: state.typed, errors: {} }, { name: "note", label: say("sales.answer.note"), rows: 2, maxLength: 500 })}
      ${order.agreed ? radioField(c, shown, { name: "whenSilent", label: say("sales.answer.whenSilent"), required: true, choices }) : ""}
      <button type="submit">${say("sales.answer.propose")}</button>`,
  );
}

function moveForms(c: PageContext, state: FormState, { order }: OrderView): Html {
  const { say } = c;
  const acts = actsOn(order);
  const fields = { seen: String(order.updatedAt) };
  const steps = (["confirm", "ship", "deliver", "close"] as const).filter((act) => acts.includes(act));
  const buttons = steps.map((act, i) =>
    actionButton(c, {
      action: `${c.path}/move`,
      label: say(`sales.move.${act}`),
      kind: i === 0 ? "plain" : "quiet",
      fields: { ...fields, act },
    }),
  );
  const field = { name: "reason", label: say("sales.desk.reason"), required: true, maxLength: 500 };
  const cancel = acts.includes("cancel")
    ? html`<details><summary>${say("sales.move.cancelTitle")}</summary>${postForm(
        c,
        { action: `${c.path}/move` },
        html`<input type="hidden" name="seen" value="${order.updatedAt}"><input type="hidden" name="act" value="cancel">${textField(c, { typed: {}, errors: state.errors }, field)}<button type="submit" class="danger">${say("sales.move.cancel")}</button>`,
      )}</details>`
    : "";
  return html`${buttons.length > 0 ? html`<h2>${say("sales.move.title")}</h2><div class="actions">${buttons}</div>` : ""}${cancel}`;
}

/** Where the group comes: asked only where there is a choice. */
function pickupForm(c: PageContext, { order, cycle }: OrderView): Html | "" {
  const { say } = c;
  if (!cycle || cycle.deliveries.length < 2) return "";
  const choices = [
    { value: "", label: say("sales.sheet.noPickup") },
    ...cycle.deliveries.map(({ number, place, startAt }) => ({
      value: String(number),
      label: `${place}, ${c.format.date(startAt)}`,
    })),
  ];
  const typed = { pickup: order.pickup === null ? "" : String(order.pickup) };
  return postForm(
    c,
    { action: `${c.path}/pickup` },
    html`<input type="hidden" name="seen" value="${order.updatedAt}">${selectField(c, { typed, errors: {} }, { name: "pickup", label: say("sales.order.pickup"), required: true, choices })}<button type="submit" class="quiet">${say("sales.order.savePickup")}</button>`,
  );
}

function notePart(c: PageContext, { order, note }: OrderView): Html | "" {
  const { say } = c;
  const mayWrite = actsOn(order).includes("note");
  if (!note && !mayWrite) return "";
  const handle = c.seat?.handle ?? "";
  return html`<h2>${say("sales.slip.title")}</h2>
    ${
      note
        ? html`<p><a href="/${handle}/delivery-notes/${note.id}">${say("sales.slip.see", { sequence: note.sequence })}</a> <span class="badge${note.state === "disputed" ? " stop" : ""}">${say(`sales.slip.state.${note.state}`)}</span></p>
    ${note.answer ? html`<blockquote>${note.answer}</blockquote>` : ""}`
        : ""
    }
    ${mayWrite ? html`<p><a role="button" href="${c.path}/note">${say(note ? "sales.slip.again" : "sales.slip.write")}</a></p>` : ""}`;
}

/** The form of a delivery note: what came of each line, and what is due beside the goods. */
export function noteFormPage(c: PageContext, state: FormState, { order, buyerName, terms }: OrderView): View {
  const { say } = c;
  const labels: Record<string, string> = {
    ...formLabels(c, { terms, order }, order.agreed?.lines),
    "charge.1": say("sales.slip.charge"),
    "cents.1": say("sales.slip.cents"),
    "charge.2": say("sales.slip.charge"),
    "cents.2": say("sales.slip.cents"),
  };
  const fields = (order.agreed?.lines ?? []).map((line, i) =>
    textField(c, state, {
      name: `quantity.${i}`,
      label: nameOf(terms, line.lineIri),
      hint: say("sales.slip.agreedHint", {
        quantity: tellQuantity(c, line.unit, line.quantityThousandths),
        amount: c.format.money(line.amountCents),
      }),
      inputmode: "decimal",
      short: true,
      required: true,
      maxLength: 20,
    }),
  );
  const charges = [1, 2].map(
    (n) => html`<fieldset><legend>${say("sales.slip.chargeNumber", { number: n })}</legend>
      ${textField(c, state, { name: `charge.${n}`, label: say("sales.slip.charge"), maxLength: 200 })}
      ${textField(c, state, { name: `cents.${n}`, label: say("sales.slip.cents"), inputmode: "decimal", short: true, maxLength: 20 })}</fieldset>`,
  );
  return {
    title: say("sales.slip.formTitle", { name: buyerName }),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say("sales.slip.lead")}</p>${errorSummary(c, state, labels)}
      ${postForm(c, { action: c.path }, html`<input type="hidden" name="seen" value="${order.updatedAt}">${fields}<h2>${say("sales.slip.charges")}</h2>${charges}<button type="submit">${say("sales.slip.send")}</button>`)}
      <p><a href="${c.path.replace(/\/note$/, "")}">${say("sales.slip.back")}</a></p>`,
  };
}

function formLabels(
  c: PageContext,
  { order, terms }: Pick<OrderView, "order" | "terms">,
  asked: readonly AgreedLine[] = order.latest.lines,
): Record<string, string> {
  const lines = asked.map(({ lineIri }, i) => [`quantity.${i}`, nameOf(terms, lineIri)]);
  return { ...Object.fromEntries(lines), overdraw: c.say("sales.answer.overdraw"), reason: c.say("sales.desk.reason") };
}

/** A quantity as a field shows it. */
export function written(thousandths: number): string {
  return formatQuantity(thousandths).replace(".", ",");
}

/** "8 kg": a quantity of the wire's unit in words. */
export function tellQuantity(c: PageContext, unit: string, thousandths: number): string {
  return `${c.format.quantity(thousandths)} ${unitName(unit, thousandths, c.language)}`;
}

function nameOf(terms: ReadonlyMap<string, LineTerms>, lineIri: string): string {
  return terms.get(lineIri)?.name ?? lineIri;
}

/** The acts a form of the page can ask for. */
export const MOVES = Object.keys(STATUS_OF) as (keyof typeof STATUS_OF)[];
