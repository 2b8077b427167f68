// Who booked what, to read and to write: a table on wide screens, on a phone a list of the same rows and the same fields. Pure.
import type { Refusal } from "../../kernel/refusal.ts";
import { unitLabel } from "../../kernel/units.ts";
import type { Household } from "../../members/households/householdStore.ts";
import { postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import { type ListQuery, type Sifted, sift } from "../../web/lists.ts";
import type { PageContext, View } from "../../web/page.ts";
import { listPages, listTools, notice, problemBox, stickyBar, tabs } from "../../web/parts.ts";
import { amountOf, type Order, type OrderLine, takesBookings } from "../order.ts";
import { tellAmount } from "../wordsPages.ts";
import { type Booking, lineMinimum, missingForCase } from "./booking.ts";
import { tellProblem } from "./bookLinePages.ts";
import { shownIn } from "./columnForm.ts";
import { bookForPart } from "./forOthersPages.ts";
import { cellKey } from "./matrixForm.ts";

/**
 * `isOpen`: the visitor may write. `problems` and `typed`: by cell, of those that were not taken; `saved`: how many cells just were,
 * null where nobody asked.
 */
export type MatrixView = {
  readonly order: Order;
  readonly bookings: readonly Booking[];
  readonly households: readonly Household[];
  /** Those whose basket is to be confirmed, or was when the order closed. */
  readonly unconfirmed: ReadonlySet<string>;
  readonly isOpen: boolean;
  readonly by: "product" | "household";
  readonly query: ListQuery;
  readonly problems: ReadonlyMap<string, Refusal>;
  readonly typed: Readonly<Record<string, string>>;
  readonly saved: number | null;
};

/** More fields than that make a page heavy on a phone: the rest is on the next one. */
const CELLS_MAX = 600;
const ROWS_MAX = 50;

/** A row or a column: a product, or a household with what it booked. `isBad`: something typed for it was not taken, so that it stays. */
type Product = {
  readonly key: string;
  readonly name: string;
  readonly line: OrderLine;
  readonly total: number;
  readonly isBad: boolean;
};
type Taker = { readonly key: string; readonly name: string; readonly household: Household; readonly cents: number };

/** What is drawn of it. `own`: bookings by cell, a household's and its friends'. */
type Drawn = MatrixView & {
  readonly base: string;
  readonly products: readonly Product[];
  readonly takers: readonly Taker[];
  readonly own: ReadonlyMap<string, readonly Booking[]>;
};

/** The page: by product or by household, found by a word, narrowed, and no more of it at a time than a phone holds. */
export function matrixPage(c: PageContext, view: MatrixView): View {
  const { say } = c;
  const { order, by, query, problems, saved } = view;
  const drawn = draw(c, view);
  const keep: Record<string, string> = by === "household" ? { by } : {};
  const ways = (["product", "household"] as const).map((way) => ({
    href: `${c.path}${way === "household" ? "?by=household" : ""}`,
    label: say(`orders.counterDesk.${way}s`),
    isCurrent: by === way,
  }));
  const size = (columns: number) => Math.max(1, Math.min(ROWS_MAX, Math.floor(CELLS_MAX / Math.max(1, columns))));
  const text = ({ name }: { readonly name: string }) => name;
  const booked = ({ total, isBad }: Product) => total > 0 || isBad;
  const short = ({ line, total, isBad }: Product) =>
    isBad || (total > 0 && lacksOf(line, total).some((amount) => amount > 0));
  const products = sift(drawn.products, query, { text, chips: { booked, short }, size: size(drawn.takers.length) });
  const columns = drawn.products.filter(booked);
  const takers = sift(drawn.takers, query, { text, size: size(columns.length) });
  const list: Sifted<unknown> = by === "product" ? products : takers;
  const chips =
    by === "product" ? ["booked", "short"].map((name) => ({ name, label: say(`orders.matrix.${name}`) })) : [];
  const label = say(`orders.counterDesk.search${by === "product" ? "Product" : "Household"}`);
  const table =
    by === "product" ? productsTable(c, drawn, products.items) : householdsTable(c, drawn, takers.items, columns);
  const told =
    problems.size > 0
      ? problemsBox(c, drawn)
      : saved === null
        ? ""
        : notice(say("orders.matrix.saved", { count: saved }));
  return {
    title: say("orders.matrix.title"),
    wide: true,
    ...(problems.size > 0 ? { status: [...problems.values()].some(isClash) ? 409 : 422 } : {}),
    body: html`<p class="place"><a href="${drawn.base}">${order.name}</a></p>${told}
      ${tabs(say("orders.counterDesk.view"), ways)}
      ${listTools(c, list, { label, chips, keep })}
      ${list.items.length === 0 ? html`<p class="empty">${say(list.find === "" && list.only === "" ? "orders.matrix.none" : "orders.counterDesk.noneFound")}</p>` : form(c, view, list, table)}
      ${listPages(c, list, keep)}
      ${view.isOpen ? bookForPart(c, { base: drawn.base, bookings: view.bookings, households: view.households }) : ""}`,
  };
}

function isClash({ refused }: Refusal): boolean {
  return refused === "stale-version";
}

/**
 * The fields of the whole page are one form, which leads back to where it was typed, or saves on the way to the page before or after.
 * Leaving it otherwise with something typed asks first (static/app.js).
 */
function form(c: PageContext, { isOpen, by }: MatrixView, list: Sifted<unknown>, table: Html): Html {
  if (!isOpen) return table;
  const place = Object.entries({ by, find: list.find, only: list.only, page: list.page > 1 ? String(list.page) : "" })
    .filter(([, value]) => value !== "")
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const { page, pages } = list;
  const ways = [page - 1, page + 1]
    .filter((to) => to >= 1 && to <= pages)
    .map(
      (to) =>
        html`<button type="submit" class="quiet" name="to" value="${to}">${c.say("orders.matrix.saveTo", { page: to })}</button>`,
    );
  const lead = c.say(pages > 1 ? "orders.matrix.leadPages" : "orders.matrix.lead");
  const bar = html`<p>${lead}</p><button type="submit">${c.say("orders.column.save")}</button>${ways}`;
  return postForm(c, { action: c.path, class: "stack asks" }, html`${place}${table}${stickyBar(bar)}`);
}

function draw(c: PageContext, view: MatrixView): Drawn {
  const { order, bookings, households } = view;
  const lines = new Map(order.lines.map((line) => [line.number, line]));
  const totals = new Map<number, number>();
  const badCells = [...view.problems.keys()].map((key) => key.split("."));
  const badLines = new Set(badCells.map(([, number]) => Number(number)));
  const cents = new Map(badCells.map(([id = ""]) => [id, 0]));
  for (const { householdId, lineNumber, quantityThousandths } of bookings) {
    totals.set(lineNumber, (totals.get(lineNumber) ?? 0) + quantityThousandths);
    const amount = amountOf(quantityThousandths, lines.get(lineNumber)!.goods);
    cents.set(householdId, (cents.get(householdId) ?? 0) + amount);
  }
  return {
    ...view,
    base: `/desk/${c.seat?.handle ?? ""}/orders/${order.id}`,
    products: order.lines
      .filter(({ number, isOffered }) => totals.has(number) || (isOffered && view.isOpen))
      .map((line) => {
        const { number, goods } = line;
        const total = totals.get(number) ?? 0;
        return { key: String(number), name: goods.name, line, total, isBad: badLines.has(number) };
      }),
    takers: households
      .filter(({ id }) => cents.has(id))
      .map((household) => ({ key: household.id, name: household.name, household, cents: cents.get(household.id)! })),
    own: Map.groupBy(bookings, ({ householdId, lineNumber }) => cellKey(householdId, lineNumber)),
  };
}

/** What a line lacks: to its case, to its minimum. Thousandths. */
function lacksOf(line: OrderLine, total: number): [number, number] {
  const open = line.rules.caseMode === "none" ? 0 : missingForCase(line, total);
  return [open, Math.max(0, lineMinimum(line) - total)];
}
const LACKS = ["caseMissing", "minimumMissing"] as const;

function tellSome(c: PageContext, amount: number, { goods }: OrderLine): string {
  return amount === 0 ? "" : tellAmount(c, amount, goods);
}

/** A row for each product: what of it there is in all, what it lacks, and each household's part. */
function productsTable(c: PageContext, drawn: Drawn, rows: readonly Product[]): Html {
  const { say } = c;
  const { takers, isOpen, base } = drawn;
  const lacking = LACKS.filter((_, i) => rows.some(({ line, total }) => lacksOf(line, total)[i]! > 0));
  const body = rows.map((row) => {
    const { line, total } = row;
    const lacks = lacksOf(line, total);
    const facts = lacking.map(
      (name) =>
        html`<td class="number" data-label="${say(`orders.matrix.${name}`)}">${tellSome(c, lacks[LACKS.indexOf(name)]!, line)}</td>`,
    );
    const name = isOpen ? html`<a href="${base}/lines/${line.number}">${row.name}</a>` : row.name;
    const cells = takers.map((taker) => cell(c, drawn, { product: row, taker, label: taker.name }));
    const head = html`<th scope="row" id="p${row.key}">${name} <small>${unitOf(c, line)}</small></th>`;
    return html`<tr>${head}${reveal(
      c,
      drawn,
      takers.map(({ key }) => cellKey(key, line.number)),
      "others",
    )}<td class="number sum" data-label="${say("orders.matrix.total")}">${tellSome(c, total, line)}</td>${facts}${cells}</tr>`;
  });
  const whole = takers.reduce((sum, { cents }) => sum + cents, 0);
  const amounts = takers.map(
    ({ name, cents }) => html`<td class="number" data-label="${name}">${c.format.money(cents)}</td>`,
  );
  const blank = lacking.map(() => html`<td></td>`);
  const headed = takers.map(
    (taker) => html`<th scope="col" class="number" id="h-${taker.key}">${takerName(c, drawn, taker)}</th>`,
  );
  return table(c, {
    head: html`<th scope="col">${say("orders.late.product")}</th>${isOpen ? html`<td class="more"></td>` : ""}<th scope="col" class="number">${say("orders.matrix.total")}</th>${lacking.map((name) => html`<th scope="col" class="number">${say(`orders.matrix.${name}`)}</th>`)}${headed}`,
    body,
    foot: html`<tr><th scope="row">${say("orders.matrix.amount")}</th>${isOpen ? html`<td class="more"></td>` : ""}<td class="number sum" data-label="${say("orders.matrix.total")}">${c.format.money(whole)}</td>${blank}${amounts}</tr>`,
  });
}

/** A row for each household: what it comes to, and how much of each product that somebody booked. */
function householdsTable(c: PageContext, drawn: Drawn, rows: readonly Taker[], columns: readonly Product[]): Html {
  const { say } = c;
  const { isOpen, base } = drawn;
  const body = rows.map((taker) => {
    const cells = columns.map((product) => cell(c, drawn, { product, taker, label: product.name }));
    return html`<tr><th scope="row" id="h-${taker.key}">${takerName(c, drawn, taker)}</th>${reveal(
      c,
      drawn,
      columns.map(({ line }) => cellKey(taker.key, line.number)),
      "rest",
    )}<td class="number sum" data-label="${say("orders.matrix.amount")}">${c.format.money(taker.cents)}</td>${cells}</tr>`;
  });
  const whole = drawn.takers.reduce((sum, { cents }) => sum + cents, 0);
  const lacks = columns.map(({ line, total }) => lacksOf(line, total));
  const foot = (name: string, last: string, amounts: readonly number[]) =>
    html`<tr><th scope="row">${say(`orders.matrix.${name}`)}</th>${isOpen ? html`<td class="more"></td>` : ""}<td class="number sum" data-label="${say("orders.matrix.amount")}">${last}</td>${columns.map(({ line, name: product }, i) => html`<td class="number" data-label="${product}">${tellSome(c, amounts[i]!, line)}</td>`)}</tr>`;
  const short = LACKS.map((name, i) => {
    const amounts = lacks.map((two) => two[i]!);
    return amounts.some(Boolean) ? foot(name, "", amounts) : "";
  });
  const heads = columns.map(({ line, name, key }) => {
    const linked = isOpen ? html`<a href="${base}/lines/${line.number}">${name}</a>` : name;
    return html`<th scope="col" class="number" id="p${key}">${linked} <small>${unitOf(c, line)}</small></th>`;
  });
  return table(c, {
    head: html`<th scope="col">${say("orders.matrix.household")}</th>${isOpen ? html`<td class="more"></td>` : ""}<th scope="col" class="number">${say("orders.matrix.amount")}</th>${heads}`,
    body,
    foot: html`${foot(
      "total",
      c.format.money(whole),
      columns.map(({ total }) => total),
    )}${short}`,
  });
}

function table(
  c: PageContext,
  parts: { readonly head: Html; readonly body: readonly Html[]; readonly foot: Html },
): Html {
  return html`<section class="scroll" tabindex="0" aria-label="${c.say("orders.matrix.title")}"><table class="stacks matrix"><thead><tr>${parts.head}</tr></thead><tbody>${parts.body}</tbody><tfoot>${parts.foot}</tfoot></table></section>`;
}

function unitOf(c: PageContext, { goods }: OrderLine): string {
  return unitLabel(goods.unitCode, 2000, c.language);
}

/** A household by name: to its own page while one may write there. What it booked after the closing says so, and what it did not confirm. */
function takerName(c: PageContext, drawn: Drawn, { household: { id, name } }: Taker): Html {
  const { order, bookings, unconfirmed, isOpen, base } = drawn;
  const late = bookings.some(
    (one) => one.householdId === id && order.closedAt !== null && one.bookedAt > order.closedAt,
  );
  const confirm = takesBookings(order, c.now) ? "mark" : "markClosed";
  const marks = [late ? "orders.late.mark" : "", unconfirmed.has(id) ? `orders.confirm.${confirm}` : ""].filter(
    Boolean,
  );
  const said = marks.map((mark) => html` <small>${c.say(mark)}</small>`);
  return html`${isOpen ? html`<a href="${base}/book?household=${id}">${name}</a>` : name}${said}`;
}

/** On a phone only what is booked shows; a tick, which is no part of the form, shows the empty fields of a row too, where it has any. */
function reveal(
  c: PageContext,
  { isOpen, own, problems }: Drawn,
  cells: readonly string[],
  what: "others" | "rest",
): Html | "" {
  if (!isOpen) return "";
  if (cells.every((key) => own.has(key) || problems.has(key))) return html`<td class="more"></td>`;
  return html`<td class="more"><label><input type="checkbox"> ${c.say(`orders.matrix.${what}`)}</label></td>`;
}

/** A cell's name as the id of an element. */
function idOf(key: string): string {
  return key.replace(".", "-");
}

type CellOf = { readonly product: Product; readonly taker: Taker; readonly label: string };

/** What a household has of a product: a field while one may write. What its friends have stands beside it. */
function cell(c: PageContext, drawn: Drawn, { product, taker, label }: CellOf): Html {
  const { own, isOpen, problems, typed } = drawn;
  const key = cellKey(taker.key, product.line.number);
  const theirs = own.get(key) ?? [];
  const all = theirs.reduce((sum, one) => sum + one.quantityThousandths, 0);
  if (!isOpen) return html`<td class="number" data-label="${label}">${all === 0 ? "" : c.format.quantity(all)}</td>`;
  const was = shownIn(theirs, product.line.number);
  const problem = problems.get(key);
  const friends = theirs.reduce((sum, one) => sum + (one.friendId === null ? 0 : one.quantityThousandths), 0);
  const beside =
    friends > 0
      ? html`<small>${c.say("orders.column.friends", { quantity: tellAmount(c, friends, product.line.goods) })}</small>`
      : "";
  const error = problem
    ? html`<small class="error" id="e-${idOf(key)}">${tellProblem(c, product.line, problem)}</small>`
    : "";
  const marks = problem ? html` id="f-${idOf(key)}" aria-invalid="true" aria-describedby="e-${idOf(key)}"` : "";
  const before = was === "" ? "" : html`<input type="hidden" name="was.${key}" value="${was}">`;
  const kind = all === 0 && !problem ? "number none" : "number";
  return html`<td class="${kind}" data-label="${label}">${before}<input type="text" name="quantity.${key}" value="${problem ? (typed[key] ?? "") : was}" inputmode="decimal" maxlength="20" autocomplete="off" aria-labelledby="p${product.key} h-${taker.key}"${marks}>${error}${beside}</td>`;
}

/** What was not taken, each a link to its field. */
function problemsBox(c: PageContext, { problems, products, takers }: Drawn): Html {
  const entries = products.flatMap(({ name, line }) =>
    takers.flatMap((taker) => {
      const key = cellKey(taker.key, line.number);
      const problem = problems.get(key);
      return problem
        ? [{ href: `#f-${idOf(key)}`, label: `${name}, ${taker.name}`, reason: tellProblem(c, line, problem) }]
        : [];
    }),
  );
  return problemBox({ title: c.say("orders.matrix.notAll", { count: problems.size }), entries });
}
