// An aggregate as those who run it see it: each order with what it has and what it lacks, what is done to all at once, what all bear
// together. Pure.

import type { Refusal } from "../../kernel/refusal.ts";
import { timeTag } from "../../web/format.ts";
import { actionButton, FRESH, postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { notice } from "../../web/parts.ts";
import { sentenceOf } from "../../web/refusals.ts";
import type { Order } from "../order.ts";
import { stateBadge } from "../wordsPages.ts";
import type { SharedCosts } from "./costs.ts";
import {
  type Aggregate,
  isBeforeClosing,
  isOver,
  ordersFor,
  strayFrom,
  TOGETHER_ACTS,
  type TogetherAct,
} from "./plan.ts";
import { type JoinableOrder, orderBoxes } from "./planPages.ts";
import type { AggregateMove } from "./store.ts";

/** One of its orders. `isOurs`: who looks runs it. `cannotFollow`: why it does not take the plan's dates. */
export type OrderRow = {
  readonly order: Order;
  readonly producerName: string;
  readonly isOurs: boolean;
  readonly bookersCount: number;
  readonly bookedCents: number;
  readonly missingCents: number;
  readonly openCasesCount: number;
  readonly shortLinesCount: number;
  readonly cannotFollow: Refusal | null;
};

/** What was charged of the costs. `changedCount`: households for which a new split would say otherwise; `waits`: for a second person. */
type CostState = {
  readonly chargedCents: number | null;
  readonly version: number;
  readonly changedCount: number;
  readonly waits: boolean;
};

export type AggregateView = {
  readonly aggregate: Aggregate;
  readonly rows: readonly OrderRow[];
  readonly householdsCount: number;
  readonly shared: SharedCosts;
  readonly costs: CostState;
  readonly householdNames: ReadonlyMap<string, string>;
  readonly joinable: readonly JoinableOrder[];
  /** How it repeats: when the next one opens, null where that is not known (it is suspended, or over). Null: it does not. */
  readonly repeat: { readonly nextOpensAt: number | null } | null;
  readonly log: readonly (AggregateMove & { readonly personName: string | null })[];
  /** What was just done to all, and what could not be. */
  readonly told: {
    readonly what: string;
    readonly count: number;
    readonly left: readonly { name: string; refusal: Refusal }[];
  } | null;
};

/** The list of a group's aggregates. */
export function aggregatesPage(
  c: PageContext,
  list: readonly { readonly aggregate: Aggregate; readonly count: number }[],
): View {
  const { say } = c;
  const rows = list.map(
    ({ aggregate, count }) => html`<li class="row"><span><a href="${c.path}/${aggregate.id}">${aggregate.name}</a>
        <small>${say("aggregates.ordersCount", { count })}</small></span><span>${say("orders.times.closes")} ${c.format.moment(aggregate.closesAt, c.now)}</span></li>`,
  );
  return {
    title: say("aggregates.title"),
    body: html`<p class="lead">${say("aggregates.lead")}</p>
      <div class="actions"><a role="button" href="${c.path}/new">${say("aggregates.new")}</a></div>
      ${rows.length === 0 ? html`<p class="empty">${say("aggregates.none")}</p>` : html`<ul class="rows">${rows}</ul>`}
      <p><a href="/desk/${c.seat?.handle ?? ""}/orders">${say("aggregates.backToOrders")}</a></p>`,
  };
}

/** The page of one aggregate. `c.path` may be that of an act: `base` is the page's own. */
export function aggregatePage(c: PageContext, base: string, view: AggregateView): View {
  const { say } = c;
  const { aggregate, rows } = view;
  const isDone = aggregate.dissolvedAt !== null;
  return {
    title: aggregate.name,
    wide: true,
    ...(view.told && view.told.left.length > 0 ? { status: 409 } : {}),
    body: html`<p class="place">${say("aggregates.badge")}${isDone ? html` <span class="badge">${say("aggregates.dissolved")}</span>` : ""}</p>
      ${toldPart(c, view)}
      ${isDone ? "" : planPart(c, base, view)}
      ${figures(c, view)}
      ${isDone ? "" : html`<div class="actions">${togetherButtons(c, base, view)}</div>${closePart(c, base, view)}`}
      <h2>${say("aggregates.orders")}</h2>
      ${rows.length === 0 ? html`<p class="empty">${say("aggregates.empty")}</p>` : html`<ul class="cards">${rows.map((row) => orderCard(c, base, view, row))}</ul>`}
      ${isDone ? "" : joinPart(c, base, view)}
      ${costsPart(c, base, view)}
      ${papersPart(c, base, view)}
      ${isDone ? "" : undoPart(c, base, view)}
      ${storyPart(c, view)}
      <p><a href="${base.replace(/\/[^/]+$/, "")}">${say("aggregates.back")}</a></p>`,
  };
}

function toldPart(c: PageContext, { told }: AggregateView): Html | "" {
  if (!told) return "";
  const { say } = c;
  const good = told.count > 0 ? notice(say(`aggregates.done.${told.what}`, { count: told.count })) : "";
  if (told.left.length === 0) return good === "" ? notice(say("aggregates.nothingToDo")) : good;
  const rows = told.left.map(({ name, refusal }) => html`<li>${name}: ${sentenceOf(refusal, say)}</li>`);
  return html`${good}<div class="problems" role="alert"><h2>${say("aggregates.leftTitle", { count: told.left.length })}</h2><ul>${rows}</ul></div>`;
}

function planPart(c: PageContext, base: string, view: AggregateView): Html {
  const { say } = c;
  const { aggregate, rows, repeat } = view;
  const isNew = repeat === null && rows.length > 0 && isAllOurs(rows);
  const { opensAt, closesAt, pickups } = aggregate;
  const edit = rows.every(({ isOurs }) => isOurs)
    ? html`<a href="${base}/plan">${say("aggregates.editPlan")}</a> `
    : "";
  const places = pickups.map(({ place, startAt }) => html`<li>${timeTag(c.language, startAt, c.now)}, ${place}</li>`);
  return html`<dl class="facts">${opensAt === null ? "" : html`<dt>${say("aggregates.opens")}</dt><dd>${timeTag(c.language, opensAt, c.now)}</dd>`}
      <dt>${say(closesAt > c.now ? "orders.times.closes" : "orders.times.closed")}</dt><dd>${timeTag(c.language, closesAt, c.now)}</dd>
      <dt>${say("orders.times.pickup")}</dt><dd>${places.length === 0 ? say("orders.times.noPickup") : html`<ul>${places}</ul>`}</dd>${repeatFact(c, view)}</dl>
    <div class="actions">${edit}<a href="${base}/again">${say("aggregates.again")}</a>${isNew ? html` <a href="${base}/repeat">${say("orders.repeat.make")}</a>` : ""}</div>`;
}

/** That it comes again by itself, and when. */
function repeatFact(c: PageContext, { repeat }: AggregateView): Html | "" {
  if (repeat === null) return "";
  const { say } = c;
  const next =
    repeat.nextOpensAt === null
      ? say("aggregates.repeat.held")
      : say("aggregates.repeat.next", { opens: c.format.dateTime(repeat.nextOpensAt) });
  return html`<dt>${say("aggregates.repeat.fact")}</dt><dd>${next} <a href="/desk/${c.seat?.handle ?? ""}/orders/repeats">${say("aggregates.repeat.change")}</a></dd>`;
}

function figures(c: PageContext, { rows, householdsCount, shared }: AggregateView): Html {
  const { say } = c;
  const bookedCents = rows.reduce((sum, row) => sum + row.bookedCents, 0);
  return html`<dl class="facts"><dt>${say("orders.run.households")}</dt><dd>${c.format.count(householdsCount)}</dd>
      <dt>${say("orders.run.booked")}</dt><dd>${c.format.money(bookedCents)}</dd>
      ${shared.splits.length === 0 ? "" : html`<dt>${say("aggregates.costs")}</dt><dd>${c.format.money(shared.cents)}</dd>`}</dl>`;
}

function togetherButtons(c: PageContext, base: string, { rows }: AggregateView): Html[] {
  const ours = rows.filter(({ isOurs }) => isOurs).map(({ order }) => order);
  const plain = TOGETHER_ACTS.filter((act) => act !== "close" && isSensible(act, ours, c.now));
  return plain.map((act, i) =>
    actionButton(c, {
      action: `${base}/${act}`,
      label: c.say(`aggregates.act.${act}`, { count: ordersFor(act, ours).length }),
      kind: i === 0 ? "plain" : "quiet",
    }),
  );
}

/** What has no opening ahead is opened by hand, not scheduled. */
function isSensible(act: TogetherAct, orders: readonly Order[], now: number): boolean {
  const fitting = ordersFor(act, orders);
  if (act === "schedule") return fitting.some(({ opensAt }) => opensAt !== null && opensAt > now);
  return fitting.length > 0;
}

/** Closing all of them, with what each would do. */
function closePart(c: PageContext, base: string, { rows }: AggregateView): Html | "" {
  const { say } = c;
  const running = rows.filter(({ order, isOurs }) => isOurs && ordersFor("close", [order]).length > 0);
  if (running.length === 0) return "";
  const told = running.map((row) => {
    const { order } = row;
    const does = [
      ...(row.missingCents > 0 ? [say(`orders.minimumOpen.${order.policies.whenMinimumMissed}`)] : []),
      ...(row.openCasesCount > 0 ? [say(`orders.casesOpen.${casesWord(order)}`)] : []),
      say(order.policies.sendBy === "clock" ? "orders.run.sendsAtOnce" : "orders.run.sendsByHand"),
    ];
    return html`<li><strong>${row.producerName}</strong>: ${does.join(" ")}</li>`;
  });
  return html`<details class="card"><summary>${say("aggregates.ask.close", { count: running.length })}</summary><p>${say("aggregates.closeLead")}</p><ul>${told}</ul>
      ${actionButton(c, { action: `${base}/close`, label: say("aggregates.act.close", { count: running.length }) })}</details>`;
}

function casesWord({ policies, state }: Order): string {
  return policies.usesCompletion && state === "open" ? "complete" : policies.whenCaseOpen;
}

function orderCard(c: PageContext, base: string, view: AggregateView, row: OrderRow): Html {
  const { say } = c;
  const { order, producerName, isOurs } = row;
  const desk = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}`;
  const missing = [
    ...(row.missingCents > 0 ? [say("aggregates.missing", { missing: c.format.money(row.missingCents) })] : []),
    ...(row.openCasesCount > 0 ? [`${say("orders.run.openCases")}: ${c.format.count(row.openCasesCount)}`] : []),
    ...(row.shortLinesCount > 0 ? [`${say("orders.run.shortLines")}: ${c.format.count(row.shortLinesCount)}`] : []),
  ];
  const hasGoods = ["sent", "confirmed", "arrived", "delivering", "delivered"].includes(order.state);
  const leave =
    isOurs && isBeforeClosing(order) && view.costs.version === 0
      ? actionButton(c, {
          ...{ action: `${base}/leave`, label: say("aggregates.act.leave"), kind: "quiet", describe: order.name },
          fields: { seen: String(view.aggregate.updatedAt), order: order.id },
        })
      : "";
  return html`<li class="card"><p class="kind">${producerName}</p>
      <h3>${isOurs ? html`<a href="${desk}">${order.name}</a>` : order.name}</h3>
      <p>${stateBadge(c, order, true)}${order.needsPerson === null ? "" : html` <span class="badge stop">${say("orders.run.waits")}</span>`}</p>
      <p>${say("aggregates.has", { count: row.bookersCount, sum: c.format.money(row.bookedCents) })}</p>
      ${missing.length === 0 || isOver(order) ? "" : html`<ul>${missing.map((text) => html`<li>${text}</li>`)}</ul>`}
      ${strayPart(c, base, view, row)}
      <div class="row-acts">${isOurs && hasGoods ? html`<a href="${desk}/delivery">${say("orders.run.delivery")}</a>` : ""}${leave}</div></li>`;
}

/** Dates that are not the plan's, and why. */
function strayPart(c: PageContext, base: string, { aggregate }: AggregateView, row: OrderRow): Html | "" {
  const { say } = c;
  const stray = strayFrom(row.order, aggregate);
  if (stray.length === 0 || aggregate.dissolvedAt !== null) return "";
  const what = stray.map((name) => say(`aggregates.stray.${name}`)).join(", ");
  const closes = `${say("orders.times.closes")} ${c.format.moment(row.order.closesAt, c.now)}.`;
  const why = row.cannotFollow ? sentenceOf(row.cannotFollow, say) : "";
  const apply =
    row.isOurs && !row.cannotFollow
      ? actionButton(c, {
          ...{ action: `${base}/follow`, label: say("aggregates.act.follow"), kind: "quiet", describe: row.order.name },
          fields: { order: row.order.id },
        })
      : "";
  return html`<p><span class="badge wait">${say("aggregates.strays", { what })}</span> ${closes} ${why}</p>${apply}`;
}

function joinPart(c: PageContext, base: string, { joinable, aggregate, costs }: AggregateView): Html | "" {
  if (joinable.length === 0 || costs.version > 0) return "";
  const { say } = c;
  const body = html`<input type="hidden" name="seen" value="${aggregate.updatedAt}"><p>${say("aggregates.joinLead")}</p>${orderBoxes(c, FRESH, joinable)}
      <button type="submit">${say("aggregates.act.join")}</button>`;
  return html`<details class="card"><summary>${say("aggregates.join")}</summary>${postForm(c, { action: `${base}/join` }, body)}</details>`;
}

/** What all bear together: each cost, who bears what of it, and the charge. */
function costsPart(c: PageContext, base: string, view: AggregateView): Html {
  const { say } = c;
  const { aggregate, shared, costs } = view;
  if (aggregate.costs.length === 0 && costs.version === 0)
    return html`<h2>${say("aggregates.costs")}</h2><p>${say("aggregates.noCosts")}</p>`;
  const rows = shared.splits.map(
    ({ modifier, cents, shares }) =>
      html`<li class="row"><span>${modifier.name} <small>${say(`orders.modifier.${modifier.splitBy}`)} · ${say("aggregates.over", { count: [...shares.values()].filter((one) => one !== 0).length })}</small></span><span class="number">${c.format.money(cents)}</span></li>`,
  );
  const names = new Intl.Collator("it").compare;
  const shares = [...shared.shares]
    .filter(([, cents]) => cents !== 0)
    .map(([id, cents]) => ({ name: view.householdNames.get(id) ?? "", cents }))
    .sort((one, other) => names(one.name, other.name));
  const each = shares.map(
    ({ name, cents }) =>
      html`<li class="row"><span>${name}</span><span class="number">${c.format.money(cents)}</span></li>`,
  );
  const bearers =
    each.length === 0
      ? html`<p class="empty">${say("aggregates.nobodyBears")}</p>`
      : html`<details><summary>${say("aggregates.shares", { count: each.length })}</summary><ul class="rows">${each}</ul></details>`;
  return html`<h2>${say("aggregates.costs")}</h2><ul class="rows">${rows}</ul>
      ${isAllOurs(view.rows) ? bearers : ""}
      ${chargePart(c, base, view)}`;
}

/** Names and sums of households, plan and charge are for who runs all of the orders. */
function isAllOurs(rows: readonly OrderRow[]): boolean {
  return rows.every(({ isOurs }) => isOurs);
}

function chargePart(c: PageContext, base: string, { aggregate, rows, shared, costs }: AggregateView): Html {
  const { say } = c;
  const seen = { seen: String(aggregate.updatedAt) };
  const underWay = rows.filter(({ order }) => !isOver(order));
  const charged =
    costs.chargedCents === null
      ? ""
      : html`<p>${say("aggregates.charged", { sum: c.format.money(costs.chargedCents) })}</p>`;
  if (aggregate.dissolvedAt !== null) return html`${charged}`;
  if (underWay.length > 0)
    return html`${charged}<p>${say("aggregates.chargeLater", { count: underWay.length })} ${underWay.map(({ producerName }) => producerName).join(", ")}.</p>`;
  if (rows.length === 0 || !isAllOurs(rows)) return html`${charged}`;
  if (costs.version === 0)
    return html`<details class="card" open><summary>${say("aggregates.ask.charge")}</summary><p>${say("aggregates.chargeLead")}</p>
      ${actionButton(c, { action: `${base}/charge`, label: say("aggregates.act.charge", { sum: c.format.money(shared.cents) }), fields: seen })}</details>`;
  if (costs.waits) return html`${charged}${notice(say("aggregates.asked"))}`;
  if (costs.changedCount === 0) return html`${charged}`;
  const form = html`<input type="hidden" name="seen" value="${aggregate.updatedAt}">
      <div class="field"><label for="f-reason">${say("orders.run.reason")}</label><input id="f-reason" name="reason" type="text" maxlength="500" required autocomplete="off"></div>
      <button type="submit">${say("aggregates.act.correct", { sum: c.format.money(shared.cents) })}</button>`;
  return html`${charged}<details class="card" open><summary>${say("aggregates.ask.correct", { count: costs.changedCount })}</summary><p>${say("aggregates.correctLead")}</p>${postForm(c, { action: `${base}/charge` }, form)}</details>`;
}

/** Papers are for who runs all of it: they have everybody's names and sums. */
function papersPart(c: PageContext, base: string, { rows }: AggregateView): Html | "" {
  const { say } = c;
  if (rows.length === 0) return "";
  const names = isAllOurs(rows) ? (["households", "places", "sums"] as const) : [];
  const sheets = names.map(
    (name) => html`<li class="row"><a href="${base}/sheets/${name}">${say(`aggregates.sheet.${name}Title`)}</a>
      <span><a href="${base}/sheets/${name}.pdf">PDF</a> · <a href="${base}/sheets/${name}.csv">CSV</a></span></li>`,
  );
  return html`<h2>${say("aggregates.papers")}</h2><ul class="rows"><li class="row"><a href="${base}/counter">${say("aggregates.counter.link")}</a></li>${sheets}</ul>`;
}

function undoPart(c: PageContext, base: string, { aggregate, rows, costs }: AggregateView): Html | "" {
  const { say } = c;
  const isFree = rows.every(({ order, isOurs }) => isOurs && (isBeforeClosing(order) || order.state === "cancelled"));
  if (!isFree || costs.version > 0) return "";
  return html`<details class="card"><summary>${say("aggregates.ask.dissolve")}</summary><p>${say("aggregates.dissolveLead")}</p>
      ${actionButton(c, { action: `${base}/dissolve`, label: say("aggregates.act.dissolve"), kind: "danger", fields: { seen: String(aggregate.updatedAt) } })}</details>`;
}

function storyPart(c: PageContext, { log }: AggregateView): Html {
  const { say } = c;
  const rows = log.map(
    ({ what, about, personName, at }) =>
      html`<li class="row"><span>${say(`aggregates.deed.${what}`, { who: personName ?? say("orders.mover.system"), about })}</span><span>${c.format.moment(at, c.now)}</span></li>`,
  );
  return html`<h2>${say("orders.run.story")}</h2><ul class="rows">${rows}</ul>`;
}
