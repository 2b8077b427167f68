// An order as those who run it see it: what it waits for, the next step as a button, what was booked, what went through. Pure.
import { timeTag } from "../web/format.ts";
import { actionButton, postForm } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { notice } from "../web/parts.ts";
import { linesToComplete, missingToMinimum } from "./booking/booking.ts";
import { orderTimes } from "./booking/bookPages.ts";
import { progressOf } from "./limits.ts";
import { closingOf, isBackward, type Order, type OrderState } from "./order.ts";
import { findAimless } from "./planning/aims.ts";
import { FOUND_AGAIN } from "./recovered.ts";
import type { OrderHead, OrderMove } from "./store.ts";
import { stateBadge } from "./wordsPages.ts";

/** A row of the list of those who run orders. */
export type RunOrder = { readonly order: OrderHead; readonly producerName: string };

/** What is to be decided, what runs, what is over; each order a link to its page. */
export function runnersPart(
  c: PageContext,
  view: {
    readonly waiting: readonly RunOrder[];
    readonly all: readonly RunOrder[];
    readonly next: string | null;
    /** Aggregates whose shared costs can be charged now. */
    readonly toCharge: readonly { readonly id: string; readonly name: string }[];
  },
): Html {
  const { say } = c;
  const base = `/desk/${c.seat?.handle ?? ""}/orders`;
  const row = ({
    order,
    producerName,
  }: RunOrder) => html`<li class="row"><span><a href="${base}/${order.id}">${order.name}</a>
        <small>${[producerName, ...tellClosing(c, order)].join(" · ")}</small></span>
      <span class="row-acts">${order.needsPerson === null ? "" : html`<span class="badge stop">${say("orders.run.waits")}</span>`}${stateBadge(c, order, true)}</span></li>`;
  const charges = view.toCharge.map(
    ({ id, name }) =>
      html`<li class="row"><span><a href="/desk/${c.seat?.handle ?? ""}/aggregates/${id}">${name}</a><small>${say("aggregates.badge")}</small></span><span class="badge stop">${say("aggregates.toCharge")}</span></li>`,
  );
  return html`<div class="actions"><a role="button" href="${base}/new">${say("orders.run.new")}</a> <a href="${base}/repeats">${say("orders.repeat.title")}</a> <a href="/desk/${c.seat?.handle ?? ""}/aggregates">${say("aggregates.title")}</a></div>
    ${view.waiting.length + charges.length === 0 ? "" : html`<h2>${say("orders.run.toDecide")}</h2><ul class="rows">${view.waiting.map(row)}${charges}</ul>`}
    <h2>${say("orders.run.all")}</h2>
    ${view.all.length === 0 ? html`<p class="empty">${say("orders.run.none")}</p>` : html`<ul class="rows">${view.all.map(row)}</ul>`}
    ${view.next ? html`<p><a href="${base}?${view.next}">${say("orders.run.more")}</a></p>` : ""}`;
}

function tellClosing(c: PageContext, order: OrderHead): string[] {
  const closing = closingOf(order, c.now);
  if (!closing) return [];
  return [
    `${c.say(`orders.times.${closing.word}`)} ${closing.at === null ? c.say("orders.times.byHand") : c.format.moment(closing.at, c.now)}`,
  ];
}

/** The orders whose goods are on their way or here, each a link to its counter: for who hands out and runs no orders. */
export function handOutPart(c: PageContext, orders: readonly RunOrder[]): Html {
  const { say } = c;
  const rows = orders.map(
    ({
      order,
      producerName,
    }) => html`<li class="row"><span><a href="/desk/${c.seat?.handle ?? ""}/orders/${order.id}/delivery">${order.name}</a>
        <small>${producerName}</small></span>${stateBadge(c, order, true)}</li>`,
  );
  return html`<h2>${say("orders.counter.toHandOut")}</h2>
    ${rows.length === 0 ? html`<p class="empty">${say("orders.counter.nothingToHandOut")}</p>` : html`<ul class="rows">${rows}</ul>`}`;
}

/** What the page of one order shows. `parts`: what other files draw, in their place. */
export type OrderView = {
  readonly order: Order;
  readonly producerName: string;
  readonly totals: ReadonlyMap<number, number>;
  readonly bookersCount: number;
  /** Households that booked more than their credit holds by now: a charge or a lower limit came in between. */
  readonly overCreditCount: number;
  /** Baskets that their households have not confirmed, where the group asks for it. */
  readonly unconfirmedCount: number;
  /** People whose household has booked nothing, where they can be reminded now. */
  readonly unbookedCount: number;
  /** How many were just reminded; null where nobody asked. */
  readonly reminded: number | null;
  readonly moves: readonly OrderState[];
  readonly log: readonly (OrderMove & { readonly personName: string | null })[];
  readonly parts: Readonly<
    Record<"joined" | "trouble" | "answers" | "toConfirm" | "carry" | "booked" | "shifts", Html | "">
  >;
};

/** The page of one order for those who run it. */
export function orderPage(c: PageContext, view: OrderView): View {
  const { say } = c;
  const { order, parts } = view;
  const isEditable = ["draft", "scheduled", "open"].includes(order.state);
  const hasGoods = ["sent", "confirmed", "arrived", "delivering", "delivered"].includes(order.state);
  return {
    title: order.name,
    wide: true,
    body: html`<p class="place">${view.producerName} ${stateBadge(c, order, true)}</p>
      ${parts.joined}
      ${order.needsPerson === null ? "" : html`<div class="problems" role="status"><h2>${say("orders.run.waits")}</h2><p>${tellNeed(c, order.needsPerson)}</p></div>`}
      ${orderTimes(c, order)}
      ${aimless(c, order)}
      ${figures(c, view)}
      ${nextSteps(c, view)}
      <div class="actions">${isEditable ? html`<a href="${c.path}/edit">${say("orders.run.edit")}</a> <a href="${c.path}/lines">${say("orders.run.lines")}</a>` : ""}
        ${hasGoods ? html`<a role="button" href="${c.path}/delivery">${say("orders.run.delivery")}</a>` : ""}
        ${order.state === "draft" || order.state === "scheduled" ? "" : html`<a href="${c.path}/groups">${say("orders.run.groups")}</a> `}<a href="${c.path}/again">${say("orders.run.again")}</a> <a href="${c.path}/repeat">${say("orders.repeat.make")}</a></div>
      ${parts.trouble}
      ${parts.answers}
      ${parts.toConfirm}
      ${parts.carry}
      ${remindPart(c, view)}
      ${parts.booked}
      ${parts.shifts}
      ${order.state === "draft" ? "" : documents(c)}
      ${otherSteps(c, view)}
      ${story(c, view)}`,
  };
}

/** Costs that touch nobody as they stand, while the plan can still be changed. */
function aimless(c: PageContext, order: Order): Html | "" {
  const found = ["draft", "scheduled", "open"].includes(order.state) ? findAimless(order) : [];
  const rows = found.map(({ reason, name, about }) => html`<li>${c.say(`orders.aim.${reason}`, { name, about })}</li>`);
  return rows.length === 0
    ? ""
    : html`<div class="problems"><h2>${c.say("orders.aim.title")}</h2><ul>${rows}</ul><p><a href="${c.path}/edit">${c.say("orders.run.edit")}</a></p></div>`;
}

/** Who has booked nothing can be written to. */
function remindPart(c: PageContext, { unbookedCount, reminded }: OrderView): Html | "" {
  const told = reminded === null ? "" : notice(html`<p>${c.say("orders.remind.done", { count: reminded })}</p>`);
  if (unbookedCount === 0) return told;
  const label = c.say("orders.remind.act");
  const button = actionButton(c, { action: `${c.path}/remind`, label, kind: "quiet" });
  return html`${told}<details class="card"><summary>${c.say("orders.remind.who", { count: unbookedCount })}</summary><p>${c.say("orders.remind.explain")}</p>${button}</details>`;
}

/** Why a person must look, in a sentence. A code of another room stands in a sentence that fits all. */
function tellNeed(c: PageContext, code: string): string {
  return NEEDS.includes(code) ? c.say(`orders.need.${code}`) : c.say("orders.need.other", { code });
}

const NEEDS = [
  "minimum",
  "nothing-to-order",
  "counter",
  "counter-lapsed",
  "opening-missed",
  "silent",
  "to-verify",
  "refused",
  "revision-refused",
  "undo-asked",
  "undo-refused",
  "cancelled-by-producer",
  "note-after-delivery",
  "no-pact",
  "pact-suspended",
  "host-paused",
  "offer-doubtful",
];

function figures(c: PageContext, { order, totals, bookersCount, unconfirmedCount }: OrderView): Html {
  const { say } = c;
  const { cents, grams } = progressOf(order, totals);
  const missing = missingToMinimum(order, totals);
  const open = [...linesToComplete(order, totals)].length;
  return html`<dl class="facts"><dt>${say("orders.run.households")}</dt><dd>${c.format.count(bookersCount)}${unconfirmedCount === 0 ? "" : ` · ${say("orders.confirm.count", { count: unconfirmedCount })}`}</dd>
      <dt>${say("orders.run.booked")}</dt><dd>${c.format.money(cents)}${grams > 0 ? ` · ${c.format.quantity(grams)} kg` : ""}</dd>
      ${order.policies.minimumCents ? html`<dt>${say("orders.run.minimum")}</dt><dd>${missing.cents === 0 ? say("orders.run.reached") : say("orders.run.missing", { missing: c.format.money(missing.cents) })}</dd>` : ""}
      ${open > 0 ? html`<dt>${say("orders.run.openCases")}</dt><dd>${c.format.count(open)}</dd>` : ""}
      ${missing.lines.size > 0 ? html`<dt>${say("orders.run.shortLines")}</dt><dd>${c.format.count(missing.lines.size)}</dd>` : ""}</dl>`;
}

/** The acts of an order: the state it leads to and what the button says. Those that need no words stand as buttons. */
type Act = { readonly act: string; readonly to: OrderState };
const PLAIN: readonly Act[] = [
  { act: "open", to: "open" },
  { act: "schedule", to: "scheduled" },
  { act: "send", to: "sent" },
];
/** These ask first: what it means stands beside the button. */
const ASKED: readonly Act[] = [
  { act: "complete", to: "completing" },
  { act: "close", to: "closed" },
  { act: "confirm", to: "confirmed" },
  { act: "unschedule", to: "draft" },
];

function nextSteps(c: PageContext, view: OrderView): Html {
  const { order, moves } = view;
  const isForward = ({ to }: Act) => moves.includes(to) && !isBackward(order.state, to);
  const buttons = PLAIN.filter(isForward).map(({ act }, i) =>
    actionButton(c, {
      action: `${c.path}/${act}`,
      label: c.say(`orders.act.${act}`),
      fields: seen(order),
      kind: i === 0 ? "plain" : "quiet",
    }),
  );
  const asked = ASKED.filter(isForward).map(({ act }) => askedAct(c, view, act));
  return html`${buttons.length > 0 ? html`<div class="actions">${buttons}</div>` : ""}${asked}`;
}

function askedAct(c: PageContext, view: OrderView, act: string): Html {
  const { say } = c;
  const { order, totals } = view;
  const warnings =
    act === "close"
      ? [
          missingToMinimum(order, totals).cents > 0
            ? say(`orders.minimumOpen.${order.policies.whenMinimumMissed}`)
            : "",
          linesToComplete(order, totals).size > 0
            ? say(
                `orders.casesOpen.${order.policies.usesCompletion && order.state === "open" ? "complete" : order.policies.whenCaseOpen}`,
              )
            : "",
          view.unconfirmedCount > 0 ? say("orders.confirm.closing", { count: view.unconfirmedCount }) : "",
          view.overCreditCount > 0 ? say("orders.run.overCredit", { count: view.overCreditCount }) : "",
          say(order.policies.sendBy === "clock" ? "orders.run.sendsAtOnce" : "orders.run.sendsByHand"),
        ].filter(Boolean)
      : [say(`orders.explain.${act}`)];
  const button = actionButton(c, {
    action: `${c.path}/${act}`,
    label: say(`orders.act.${act}`),
    fields: seen(order),
  });
  return html`<details class="card"><summary>${say(`orders.ask.${act}`)}</summary>${warnings.map((text) => html`<p>${text}</p>`)}${button}</details>`;
}

/** The order as the person saw it, so that two hands do not overwrite each other. */
export function seen(order: Pick<Order, "updatedAt">): Record<string, string> {
  return { seen: String(order.updatedAt) };
}

/** Against the stream, with a reason: reopening, taking back; and calling it off. */
function otherSteps(c: PageContext, { order, moves }: OrderView): Html | "" {
  const { say } = c;
  const withReason = (act: string, more: Html | "", kind: string) =>
    html`<details class="card"><summary>${say(`orders.ask.${act}`)}</summary><p>${say(`orders.explain.${act}`)}</p>
      ${postForm(
        c,
        { action: `${c.path}/${act}` },
        html`<input type="hidden" name="seen" value="${order.updatedAt}">${more}
        <div class="field"><label for="f-reason-${act}">${say("orders.run.reason")}</label><input id="f-reason-${act}" name="reason" type="text" maxlength="500" required autocomplete="off"></div>
        <button type="submit" class="${kind}">${say(`orders.act.${act}`)}</button>`,
      )}</details>`;
  const closing = html`<div class="field"><label for="f-closesAt">${say("orders.run.newClosing")}</label><input id="f-closesAt" name="closesAt" type="datetime-local" required></div>`;
  const parts = [
    // Reopening sets a closing that is ahead: whether the old one is over does not matter.
    order.state === "closed" ? withReason("reopen", closing, "quiet") : "",
    order.state === "sent" && moves.includes("closed") ? withReason("takeBack", "", "quiet") : "",
    order.state === "delivered" && moves.includes("delivering") ? withReason("correct", "", "quiet") : "",
    order.state === "draft"
      ? html`<details class="card"><summary>${say("orders.ask.discard")}</summary><p>${say("orders.explain.discard")}</p>${actionButton(c, { action: `${c.path}/discard`, label: say("orders.act.discard"), kind: "danger", fields: seen(order) })}</details>`
      : "",
    moves.includes("cancelled") && order.state !== "draft" ? withReason("cancel", "", "danger") : "",
    order.needsPerson === "to-verify"
      ? actionButton(c, {
          action: `${c.path}/verified`,
          label: say("orders.act.verified"),
          kind: "quiet",
          fields: seen(order),
        })
      : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : html`<h2>${say("orders.run.otherSteps")}</h2>${parts}`;
}

function documents(c: PageContext): Html {
  const { say } = c;
  const names = ["households", "products", "table", "producer"] as const;
  const rows = names.map(
    (name) => html`<li class="row"><a href="${c.path}/reports/${name}">${say(`orders.report.${name}Title`)}</a>
      <span><a href="${c.path}/reports/${name}.pdf">PDF</a> · <a href="${c.path}/reports/${name}.csv">CSV</a></span></li>`,
  );
  return html`<h2>${say("orders.run.documents")}</h2><ul class="rows">${rows}</ul>`;
}

function story(c: PageContext, { order, log }: OrderView): Html {
  const { say } = c;
  const rows = log.map(({ from, to, mover, personName, reason, at }) => {
    const who = personName ?? say(`orders.mover.${mover}`);
    const facts = { from: say(`orders.state.${from}`), to: say(`orders.state.${to}`), who };
    return html`<li class="row"><span>${say("orders.run.moved", facts)}${reason ? html`<small>${tellReason(c, reason)}</small>` : ""}</span><span>${c.format.moment(at, c.now)}</span></li>`;
  });
  return html`<h2>${say("orders.run.story")}</h2><p>${say("orders.run.made")} ${timeTag(c.language, order.createdAt, c.now)}</p><ul class="rows">${rows}</ul>`;
}

/** Reasons that the node gives itself are codes; what a person wrote stands as it is. */
function tellReason(c: PageContext, reason: string): string {
  return REASONS.includes(reason) ? c.say(`orders.because.${reason}`) : reason;
}

const REASONS = [
  "minimum-missed",
  "nobody-booked",
  "limit-reached",
  "late-booking",
  "group-gave-up",
  "cases-complete",
  "counter-taken",
  "cancelled-by-producer",
  FOUND_AGAIN,
];
