// "Oggi", the producer's first page on a phone: what wants a word, what goes out, what to prepare for when. Pure: view -> HTML.

import type { Health } from "../partners/hosts/health.ts";
import { totalOf } from "../partners/threads/agreement.ts";
import { actionButton } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { countdown, emptyState, statusBadge } from "../web/parts.ts";
import { orderBadge, orderName, tellQuantity } from "./orderPages.ts";
import type { SheetRow } from "./productionSheet.ts";
import type { Day, DayCycle, Days, Handover, ToAnswer } from "./today.ts";

/** Something a producer should know; `key` a sentence of `sales.today.notice` with its facts, `href` where it is mended. */
export type DayNotice = {
  readonly key: string;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly href: string;
  readonly isGrave: boolean;
};

export type TodayView = {
  readonly toAnswer: readonly ToAnswer[];
  /** Closed cycles that wait to be confirmed. */
  readonly toConfirm: readonly DayCycle[];
  readonly days: Days;
  readonly closing: readonly DayCycle[];
  readonly notices: readonly DayNotice[];
  /** The first thing a new producer has not done yet; null for who has begun. */
  readonly start: "catalog" | "cycle" | null;
};

/** Whether a partner's node is in a trouble that a producer should hear of. */
export function isGrave(health: Health): boolean {
  return health === "silent" || health === "to-verify" || health === "other-version";
}

/** The day. Empty parts are left out, but for what wants an answer: that there is none is news too. */
export function todayPage(c: PageContext, view: TodayView): View {
  const { say } = c;
  const { toAnswer, toConfirm, days, closing, notices, start } = view;
  const hasGoods = days.today || days.late.length > 0 || days.next.length > 0 || days.undated;
  const desk = deskOf(c);
  return {
    title: say("sales.today.title"),
    kept: true,
    body: html`<p class="lead">${c.format.date(c.now)}</p>
      ${notices.length > 0 ? html`<ul class="warning">${notices.map((one) => noticeRow(c, one))}</ul>` : ""}
      ${start === null ? html`<h2>${say("sales.today.toAnswer")}</h2>${answerRows(c, toAnswer, toConfirm)}` : emptyState({ title: say(`sales.today.start.${start}.title`), text: say(`sales.today.start.${start}.text`), action: { href: `${desk}/${start === "catalog" ? "catalog/import" : "cycles/new"}`, label: say(`sales.today.start.${start}.action`) } })}
      ${days.late.length > 0 ? html`<h2>${say("sales.today.late")}</h2>${days.late.map((day) => dayBody(c, day))}` : ""}
      ${days.today ? html`<h2>${say("sales.today.goesOut")}</h2>${dayBody(c, days.today)}` : ""}
      ${days.next.length > 0 || days.undated ? html`<h2>${say("sales.today.prepare")}</h2>${days.next.map((day) => dayBody(c, day))}${days.undated ? dayBody(c, days.undated) : ""}` : ""}
      ${start === null && !hasGoods ? html`<h2>${say("sales.today.prepare")}</h2>${emptyState({ text: say("sales.today.nothing") })}` : ""}
      ${closing.length > 0 ? html`<h2>${say("sales.today.closing")}</h2><ul class="rows">${closing.map((cycle) => closingRow(c, cycle))}</ul>` : ""}`,
  };
}

function deskOf(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}`;
}

function noticeRow(c: PageContext, { key, facts, href, isGrave }: DayNotice): Html {
  const { say } = c;
  // A certificate is told of by its kind and its last day, in the reader's language.
  const name = [say(`catalogs.kind.${facts.kind}`), facts.body].filter(Boolean).join(", ");
  const told = "kind" in facts ? { name, date: c.format.date(Number(facts.at)) } : facts;
  return html`<li>${statusBadge(isGrave ? "stop" : "wait", say(`sales.today.mood.${isGrave ? "grave" : "mild"}`))} <a href="${href}">${say(`sales.today.notice.${key}`, told)}</a></li>`;
}

function answerRows(c: PageContext, toAnswer: readonly ToAnswer[], toConfirm: readonly DayCycle[]): Html {
  const { say } = c;
  if (toAnswer.length === 0 && toConfirm.length === 0) return emptyState({ text: say("sales.today.allAnswered") });
  const confirms = toConfirm.map(
    (
      cycle,
    ) => html`<li class="row"><div><a href="${deskOf(c)}/cycles/${cycle.id}">${cycle.name}</a><small>${say("sales.today.toConfirm")}</small></div>
      <div><a role="button" href="${deskOf(c)}/cycles/${cycle.id}">${say("sales.today.look")}</a></div></li>`,
  );
  return html`<ul class="rows">${toAnswer.map((one) => answerRow(c, one))}${confirms}</ul>`;
}

/** One tap where only the person's word is missing; else the order itself, where what is short is seen first. */
function answerRow(c: PageContext, { order, buyerName, cycle, answerBy }: ToAnswer): Html {
  const { say } = c;
  const href = `${deskOf(c)}/sales/${orderName(order.thread)}`;
  const isPlain =
    order.doubt === null &&
    !order.request &&
    order.waiting.length > 0 &&
    order.waiting.every((why) => why === "by-hand");
  const fields = { seen: String(order.updatedAt), kind: "accept", back: "today" };
  const isLate = answerBy !== null && answerBy < c.now;
  const by =
    answerBy === null
      ? ""
      : html`<small>${say(isLate ? "sales.today.late1" : "sales.today.by")} ${countdown(c, answerBy)}</small>`;
  return html`<li class="row"><div><a href="${href}">${buyerName}</a> ${orderBadge(c, order)}
      <small>${cycle?.name ?? say("sales.orders.fromCatalog")}, ${c.format.money(totalOf(order.latest.lines))}</small>
      <small>${say("sales.today.arrived", { when: c.format.relative(order.latest.receivedAt, c.now) })}</small>${by}</div>
    <div class="actions">${isPlain ? actionButton(c, { action: `${href}/answer`, label: say("sales.answer.accept"), describe: buyerName, fields }) : ""}<a role="button" class="quiet" href="${href}">${say("sales.today.look")}<span class="skip"> ${buyerName}</span></a></div></li>`;
}

function dayBody(c: PageContext, { date, handovers, rows }: Day): Html {
  const { say } = c;
  const [first] = handovers;
  const heading =
    date === null || !first?.delivery ? say("sales.sheet.noPickup") : c.format.date(first.delivery.startAt);
  const inAll =
    handovers.length > 1
      ? html`<details><summary>${say("sales.today.inAll")}</summary>${goodsList(c, rows)}</details>`
      : "";
  const isAgreed = rows.some(({ agreedThousandths }) => agreedThousandths > 0);
  const labels =
    date !== null && handovers.length > 1 && isAgreed
      ? html`<p><a href="${deskOf(c)}/sales/labels?day=${date}">${say("sales.labels.ofDay")}</a></p>`
      : "";
  return html`<section class="day"><h3>${heading}</h3>${inAll}${labels}${handovers.map((one) => handoverCard(c, one))}</section>`;
}

function handoverCard(c: PageContext, { cycle, delivery, orders, rows }: Handover): Html {
  const { say } = c;
  const name = cycle?.name ?? say("sales.orders.fromCatalog");
  // Without a pickup the heading above has said so: then the goods' own name stands here.
  const place = delivery
    ? say("sales.today.place", {
        place: delivery.place,
        from: c.format.time(delivery.startAt),
        to: c.format.time(delivery.endAt),
      })
    : name;
  const buyers = [...new Set(orders.map(({ buyerName }) => buyerName))];
  const query = cycle ? `?cycle=${cycle.id}` : "";
  const agreed = rows.some(({ agreedThousandths }) => agreedThousandths > 0);
  const labels = cycle ? `${query}${delivery ? `&pickup=${delivery.number}` : ""}` : "";
  return html`<article class="card"><h4>${place}</h4>
      <p class="fact">${delivery ? `${name}: ` : ""}${c.format.list(buyers)}</p>
      ${goodsList(c, rows)}
      <div class="actions"><a href="${deskOf(c)}/sales/sheet${query}">${say("sales.sheet.title")}</a>${agreed ? html`<a href="${deskOf(c)}/sales/labels${labels}">${say("sales.labels.title")}</a>` : ""}</div></article>`;
}

/** Goods and how much of them; what is not agreed yet stands apart, so that nobody picks it in vain. */
function goodsList(c: PageContext, rows: readonly SheetRow[]): Html {
  const { say } = c;
  const items = rows.map(({ goods, agreedThousandths, openThousandths }) => {
    const packages = Math.round((agreedThousandths * 1000) / goods.packageThousandths);
    const isPlain = agreedThousandths === 0 || packages === agreedThousandths;
    const count = { count: packages / 1000, packagesThousandths: packages };
    return html`<li class="row"><span>${goods.name}</span>
      <span class="amount">${agreedThousandths === 0 ? "" : html`<strong>${tellQuantity(c, goods.unit, agreedThousandths)}</strong>`}
      ${isPlain ? "" : html`<small>${say("sales.today.packages", count)}</small>`}
      ${openThousandths === 0 ? "" : html`<small>${say("sales.today.open", { quantity: tellQuantity(c, goods.unit, openThousandths) })}</small>`}</span></li>`;
  });
  return html`<ul class="rows goods">${items}</ul>`;
}

function closingRow(c: PageContext, cycle: DayCycle): Html {
  return html`<li class="row"><div><a href="${deskOf(c)}/cycles/${cycle.id}">${cycle.name}</a>
      <small>${c.say("sales.facts.closes")} ${countdown(c, cycle.closesAt)}</small></div></li>`;
}
