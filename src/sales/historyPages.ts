// The orders of a year: searched and narrowed, and what they come to by product and by group. Pure: view -> HTML.
import { moneyCell, numberColumn, quantityCell, type Sheet, textColumn } from "../kernel/sheet.ts";
import { totalOf } from "../partners/threads/agreement.ts";
import { type FormState, selectField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, listPages, listTools, sums } from "../web/parts.ts";
import { type HistoryTotals, ORDER_CHIP_NAMES, type PastOrder } from "./history.ts";
import { orderBadge, orderName, tellQuantity } from "./orderPages.ts";
import { stateOf } from "./received.ts";
import { unitName } from "./sheets.ts";

export type HistoryView = {
  readonly year: number;
  readonly years: readonly number[];
  /** Buyer's IRI ("" for all) and every buyer of the year by name. */
  readonly group: string;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly sifted: Sifted<PastOrder>;
  readonly totals: HistoryTotals;
};

export function historyPage(c: PageContext, view: HistoryView): View {
  const { say } = c;
  const { year, group, sifted, totals } = view;
  const keep = { year: String(year), ...(group === "" ? {} : { group }) };
  const chips = ORDER_CHIP_NAMES.map((name) => ({ name, label: say(`sales.history.chip.${name}`) }));
  const rows = sifted.items.map((one) => orderRow(c, one));
  const isEmpty = sifted.all === 0 && sifted.find === "";
  const csv = `${c.path}.csv?${new URLSearchParams({ ...keep, ...(sifted.find ? { find: sifted.find } : {}), ...(sifted.only ? { only: sifted.only } : {}) })}`;
  return {
    title: say("sales.history.title"),
    body: html`<p><a href="${c.path.replace(/\/history$/, "")}">${say("sales.orders.title")}</a></p>
      ${periodForm(c, view)}
      ${
        isEmpty
          ? emptyState({ text: say("sales.history.empty", { year }) })
          : html`${sums(c, [
              {
                label: say("sales.history.total", { year }),
                cents: totals.cents,
                hint: say("sales.history.orders", { count: totals.orders }),
              },
              { label: say("sales.history.paid"), cents: totals.paidCents },
            ])}
      ${totalsPart(c, totals)}
      <h2>${say("sales.orders.nav")}</h2>${listTools(c, sifted, { label: say("sales.history.search"), chips, keep })}
      ${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : emptyState({ text: say("sales.history.none") })}
      ${listPages(c, sifted, keep)}<p><a href="${csv}">${say("web.sheet.csv")}</a></p>`
      }`,
  };
}

function periodForm(c: PageContext, { year, years, group, groups }: HistoryView): Html {
  const { say } = c;
  const state: FormState = { typed: { year: String(year), group }, errors: {} };
  const all = [
    { value: "", label: say("sales.history.allGroups") },
    ...groups.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return html`<form method="get" action="${c.path}" class="stack">
      ${selectField(c, state, { name: "year", label: say("sales.history.year"), required: true, choices: years.map((one) => ({ value: String(one), label: String(one) })) })}
      ${groups.length > 1 ? selectField(c, state, { name: "group", label: say("sales.sheet.group"), choices: all }) : ""}
      <button type="submit" class="quiet">${say("sales.history.show")}</button></form>`;
}

function totalsPart(c: PageContext, { goods, groups }: HistoryTotals): Html {
  const { say } = c;
  const line = (name: string, told: string, cents: number) =>
    html`<li class="row"><span>${name}</span><span class="amount"><strong>${c.format.money(cents)}</strong> <small>${told}</small></span></li>`;
  const byGoods = goods.map((one) => line(one.name, tellQuantity(c, one.unit, one.quantityThousandths), one.cents));
  const byGroup = groups.map((one) => line(one.name, say("sales.history.orders", { count: one.orders }), one.cents));
  return html`<details><summary>${say("sales.history.byGoods")}</summary><ul class="rows goods">${byGoods}</ul></details>
    <details><summary>${say("sales.history.byGroup")}</summary><ul class="rows goods">${byGroup}</ul></details>`;
}

function orderRow(c: PageContext, { order, buyerName, cycleName }: PastOrder): Html {
  const { say } = c;
  const lines = (order.agreed ?? order.latest).lines;
  return html`<li class="row"><div><a href="${c.path.replace(/\/history$/, "")}/${orderName(order.thread)}">${buyerName}</a>
      <small>${cycleName ?? say("sales.orders.fromCatalog")}, ${c.format.date(order.createdAt)}</small></div>
    <div>${order.paidAt === null ? "" : html`<span class="badge">${say("sales.history.isPaid")}</span> `}${orderBadge(c, order)} ${c.format.money(totalOf(lines))}</div></li>`;
}

/** The orders line by line, for a spreadsheet. `nameOf` names a line by its IRI; dates as "YYYY-MM-DD". */
export function historySheet(
  c: PageContext,
  orders: readonly PastOrder[],
  nameOf: (lineIri: string) => string,
  dateOf: (at: number) => string,
): Sheet {
  const { say, language } = c;
  const rows = orders.flatMap(({ order, buyerName, cycleName }) =>
    (order.agreed ?? order.latest).lines.map((line) => [
      ...[
        dateOf(order.createdAt),
        buyerName,
        cycleName ?? "",
        say(`sales.orderState.${stateOf(order)}`),
        nameOf(line.lineIri),
      ],
      quantityCell(line.quantityThousandths),
      unitName(line.unit, line.quantityThousandths, language),
      moneyCell(line.amountCents),
      order.paidAt === null ? "" : dateOf(order.paidAt),
    ]),
  );
  const columns = [
    ...[
      textColumn(say("sales.history.date")),
      textColumn(say("sales.sheet.group")),
      textColumn(say("sales.history.cycle")),
    ],
    ...[
      textColumn(say("sales.history.state")),
      textColumn(say("sales.sheet.product")),
      numberColumn(say("sales.sheet.quantity")),
    ],
    ...[textColumn(say("sales.sheet.unit")), numberColumn(say("sales.sheet.amountEuro"))],
    textColumn(say("sales.history.paidOn")),
  ];
  const table = { heading: "", note: "", columns, rows, total: null };
  return { title: say("sales.history.title"), lines: [], warnings: [], language, isWide: true, tables: [table] };
}
