// Who booked what: households down, products across, totals both ways; it scrolls inside itself. Pure.
import { unitLabel } from "../kernel/units.ts";
import type { Household } from "../members/householdStore.ts";
import { type FormState, postForm, selectField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext } from "../web/page.ts";
import { type Booking, lineMinimum, missingForCase } from "./booking.ts";
import { amountOf, lineOf, type Order, takesBookings } from "./order.ts";
import { tellAmount } from "./wordsPages.ts";

/** What the matrix shows. `helps`: whether the visitor may book for others. */
export type MatrixView = {
  readonly order: Order;
  readonly bookings: readonly Booking[];
  readonly households: readonly Household[];
  /** Those whose basket is to be confirmed, or was when the order closed. */
  readonly unconfirmed: ReadonlySet<string>;
  readonly helps: boolean;
};

/** Above this many cells the page would be heavy on a phone: the sheet has them all. */
const CELLS_MAX = 6000;

/** The matrix, and for each household without a booking a way to book for it. */
export function matrixPart(c: PageContext, view: MatrixView): Html {
  const { say } = c;
  const { order, bookings, households } = view;
  const isOpen = view.helps && takesBookings(order, c.now);
  const byHousehold = Map.groupBy(bookings, ({ householdId }) => householdId);
  const booked = households.filter(({ id }) => byHousehold.has(id));
  const numbers = [...new Set(bookings.map(({ lineNumber }) => lineNumber))].sort((a, b) => a - b);
  const base = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}`;
  const others = households.filter(({ id, leftAt }) => !byHousehold.has(id) && leftAt === null);
  const forOthers =
    isOpen && others.length > 0
      ? html`<details><summary>${say("orders.matrix.bookFor")}</summary><ul class="links">${others.map(({ id, name }) => html`<li><a href="${base}/book?household=${id}">${name}</a></li>`)}</ul></details>`
      : "";
  const table =
    bookings.length === 0
      ? html`<p class="empty">${say("orders.matrix.none")}</p>`
      : booked.length * numbers.length > CELLS_MAX
        ? html`<p><a href="${base}/reports/table">${say("orders.report.tableTitle")}</a></p>`
        : matrix(c, { ...view, isOpen, byHousehold, booked, numbers, base });
  return html`<h2>${say("orders.matrix.title")}</h2>${table}${forOthers}${isOpen ? byProduct(c, order, base) : ""}${lateForm(c, view)}`;
}

/** Every product that can be booked: also those that nobody has, which the matrix leaves out. */
function byProduct(c: PageContext, { lines }: Order, base: string): Html {
  const links = lines
    .filter(({ isOffered }) => isOffered)
    .map(({ number, goods }) => html`<li><a href="${base}/lines/${number}">${goods.name}</a></li>`);
  return html`<details><summary>${c.say("orders.matrix.byProduct")}</summary><ul class="links">${links}</ul></details>`;
}

/** After the closing, while nothing of it was sent: one product for one household. */
function lateForm(c: PageContext, { order, households, helps }: MatrixView): Html | "" {
  const { say } = c;
  if (!helps || order.state !== "closed") return "";
  const fresh: FormState = { typed: {}, errors: {} };
  const label = (name: string) => say(`orders.late.${name}`);
  const staying = households
    .filter(({ leftAt }) => leftAt === null)
    .map(({ id, name }) => ({ value: id, label: name }));
  const goods = order.lines.filter(({ isOffered }) => isOffered);
  const products = goods.map((line) => ({
    value: String(line.number),
    label: `${line.goods.name} (${unitLabel(line.goods.unitCode, 2000, c.language)})`,
  }));
  const body = html`<input type="hidden" name="seen" value="${order.updatedAt}">
    ${selectField(c, fresh, { name: "household", label: label("household"), required: true, choices: staying })}
    ${selectField(c, fresh, { name: "line", label: label("product"), required: true, choices: products })}
    ${textField(c, fresh, { name: "quantity", label: label("quantity"), hint: label("quantityHint"), inputmode: "decimal", short: true, required: true, maxLength: 20 })}
    <button type="submit" class="quiet">${label("save")}</button>`;
  const action = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}/late`;
  return html`<details class="card"><summary>${label("title")}</summary><p>${label("lead")}</p>${postForm(c, { action }, body)}</details>`;
}

type Drawn = MatrixView & {
  readonly isOpen: boolean;
  readonly byHousehold: ReadonlyMap<string, readonly Booking[]>;
  readonly booked: readonly Household[];
  readonly numbers: readonly number[];
  readonly base: string;
};

/** Something of these was booked when the order had closed. */
function isLate({ closedAt }: Order, bookings: readonly Booking[]): boolean {
  return closedAt !== null && bookings.some(({ bookedAt }) => bookedAt > closedAt);
}

function matrix(c: PageContext, drawn: Drawn): Html {
  const { order, bookings, unconfirmed, isOpen, byHousehold, booked, numbers, base } = drawn;
  const { say } = c;
  const lines = numbers.map((number) => lineOf(order, number));
  const sum = (list: readonly Booking[], number: number) =>
    list.reduce((total, one) => total + (one.lineNumber === number ? one.quantityThousandths : 0), 0);
  const cost = (list: readonly Booking[]) =>
    list.reduce((total, one) => total + amountOf(one.quantityThousandths, lineOf(order, one.lineNumber).goods), 0);
  const isTaking = takesBookings(order, c.now);
  const rows = booked.map(({ id, name }) => {
    const theirs = byHousehold.get(id) ?? [];
    const cells = numbers.map((number) => {
      const quantity = sum(theirs, number);
      return html`<td class="number">${quantity === 0 ? "" : c.format.quantity(quantity)}</td>`;
    });
    return html`<tr><th scope="row">${isOpen ? html`<a href="${base}/book?household=${id}">${name}</a>` : name}${isLate(order, theirs) ? html` <small>${say("orders.late.mark")}</small>` : ""}${unconfirmed.has(id) ? html` <small>${say(isTaking ? "orders.confirm.mark" : "orders.confirm.markClosed")}</small>` : ""}</th>${cells}<td class="number">${c.format.money(cost(theirs))}</td></tr>`;
  });
  const foot = (label: string, cells: (string | Html)[], last = "") =>
    html`<tr><th scope="row">${label}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}<td class="number">${last}</td></tr>`;
  const totals = lines.map((line) => sum(bookings, line.number));
  const missing = lines.map((line, i) => {
    const amount = line.rules.caseMode === "none" ? 0 : missingForCase(line, totals[i]!);
    return amount === 0 ? "" : tellAmount(c, amount, line.goods);
  });
  const short = lines.map((line, i) =>
    lineMinimum(line) > totals[i]! ? tellAmount(c, lineMinimum(line) - totals[i]!, line.goods) : "",
  );
  return html`<section class="scroll" tabindex="0" aria-label="${say("orders.matrix.title")}"><table class="sheet">
      <thead><tr><th scope="col">${say("orders.matrix.household")}</th>${lines.map(({ goods, number }) => html`<th scope="col" class="number">${isOpen ? html`<a href="${base}/lines/${number}">${goods.name}</a>` : goods.name} <small>${unitLabel(goods.unitCode, 2000, c.language)}</small></th>`)}<th scope="col" class="number">${say("orders.matrix.amount")}</th></tr></thead>
      <tbody>${rows}</tbody>
      <tfoot>${foot(
        say("orders.matrix.total"),
        lines.map((line, i) => tellAmount(c, totals[i]!, line.goods)),
        c.format.money(cost(bookings)),
      )}
        ${missing.some(Boolean) ? foot(say("orders.matrix.caseMissing"), missing) : ""}
        ${short.some(Boolean) ? foot(say("orders.matrix.minimumMissing"), short) : ""}</tfoot></table></section>`;
}
