// One product of an order and all households: who takes how much, each with a field. Pure.
import type { Refusal } from "../../kernel/refusal.ts";
import { unitLabel } from "../../kernel/units.ts";
import type { Household } from "../../members/households/householdStore.ts";
import { postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { notice, stickyBar } from "../../web/parts.ts";
import type { Order, OrderLine } from "../order.ts";
import { tellAmount } from "../wordsPages.ts";
import { bookingStep } from "./bookForm.ts";
import type { Booking } from "./booking.ts";
import { lineFacts, tellPrice, tellProblem } from "./bookLinePages.ts";
import { shownIn } from "./columnForm.ts";

/** `problems` and `typed`: by household, of those that were not taken. `saved`: how many just were; null where nobody asked. */
export type ColumnView = {
  readonly order: Order;
  readonly line: OrderLine;
  readonly households: readonly Household[];
  readonly bookings: readonly Booking[];
  readonly totals: ReadonlyMap<number, number>;
  readonly problems: ReadonlyMap<string, Refusal>;
  readonly typed: Readonly<Record<string, string>>;
  readonly saved: number | null;
};

/** Those who take of it first, then all others, by name each. */
export function columnPage(c: PageContext, view: ColumnView): View {
  const { say } = c;
  const { order, line, bookings, problems, saved, households, totals } = view;
  const base = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}`;
  const takers = new Set(bookings.filter((one) => one.lineNumber === line.number).map((one) => one.householdId));
  const isTaking = ({ id }: Household) => takers.has(id) || problems.has(id);
  const list = (those: readonly Household[], key: string) =>
    those.length === 0
      ? ""
      : html`<h2>${say(`orders.column.${key}`)}</h2><ul class="rows">${those.map((one) => householdRow(c, view, one))}</ul>`;
  const total = tellAmount(c, totals.get(line.number) ?? 0, line.goods);
  const told =
    problems.size > 0
      ? html`<div class="problems" role="alert" tabindex="-1" autofocus><h2>${say("orders.column.notAll", { count: problems.size })}</h2><ul>${households
          .filter(({ id }) => problems.has(id))
          .map(({ id, name }) => html`<li><a href="#f-${id}">${name}</a></li>`)}</ul></div>`
      : saved === null
        ? ""
        : notice(html`<p>${say("orders.column.saved", { count: saved })}</p>`);
  const bar = html`<p><strong>${say("orders.column.total", { total })}</strong></p><button type="submit">${say("orders.column.save")}</button>`;
  const rows = html`${list(households.filter(isTaking), "takers")}${list(
    households.filter((one) => !isTaking(one) && one.leftAt === null),
    "others",
  )}${stickyBar(bar)}`;
  return {
    title: line.goods.name,
    ...(problems.size > 0 ? { status: [...problems.values()].some(isClash) ? 409 : 422 } : {}),
    body: html`<p class="place"><a href="${base}">${order.name}</a> · ${tellPrice(c, line)}</p>${told}
      <p>${say("orders.column.lead", { step: tellAmount(c, bookingStep(line), line.goods) })}</p>
      ${lineFacts(c, { totals }, line)}
      ${postForm(c, { action: `${base}/lines/${line.number}` }, rows)}`,
  };
}

function isClash({ refused }: Refusal): boolean {
  return refused === "stale-version";
}

function householdRow(c: PageContext, view: ColumnView, { id, name }: Household): Html {
  const { line, bookings, problems, typed } = view;
  const theirs = bookings.filter((one) => one.householdId === id && one.lineNumber === line.number);
  const was = shownIn(theirs, line.number);
  const problem = problems.get(id);
  const field = `f-${id}`;
  const friends = theirs.reduce((sum, one) => sum + (one.friendId === null ? 0 : one.quantityThousandths), 0);
  const remark = theirs.find(({ friendId }) => friendId === null)?.note ?? "";
  const facts = [
    friends > 0 ? c.say("orders.column.friends", { quantity: tellAmount(c, friends, line.goods) }) : "",
    remark === "" ? "" : `«${remark}»`,
  ].filter(Boolean);
  const error = problem ? html`<small class="error" id="${field}-error">${tellProblem(c, line, problem)}</small>` : "";
  const marks = problem ? html` aria-invalid="true" aria-describedby="${field}-error"` : "";
  return html`<li class="row${problem ? " bad" : ""}"><div><label for="${field}">${name}</label>${facts.length > 0 ? html`<small>${facts.join(" · ")}</small>` : ""}${error}</div>
      <div class="measure"><input type="hidden" name="was.${id}" value="${was}"><input id="${field}" name="quantity.${id}" class="short" type="text" inputmode="decimal" maxlength="20" autocomplete="off" value="${problem ? (typed[id] ?? "") : was}"${marks}> ${unitLabel(line.goods.unitCode, 2000, c.language)}</div></li>`;
}
