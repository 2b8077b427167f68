// A group's own figures over a period, as bars and as a table: by producer, category or household. Pure: view -> HTML.
import { countCell, moneyCell, numberColumn, type Sheet, textColumn } from "../../kernel/sheet.ts";
import { drawBars } from "../../web/chart.ts";
import { textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { chips, emptyState, sums } from "../../web/parts.ts";
import { CUTS, type Cut, centsOf, type Span, type TotalRow, type Totals } from "./totals.ts";

/** `periods`: spans offered beside the one that is shown, by the word that names them. */
export type TotalsView = {
  readonly cut: Cut;
  readonly span: Span;
  readonly periods: readonly { readonly word: "thisYear" | "lastYear" | "twelve"; readonly span: Span }[];
  readonly totals: Totals;
  readonly nameOf: (row: TotalRow) => string;
  /** They see some producers' orders alone. */
  readonly isNarrow: boolean;
  readonly publishHref: string | null;
};

/** So many rows are drawn: more are read in the table. */
const MOST_BARS = 12;

export function totalsPage(c: PageContext, view: TotalsView): View {
  const { say, format } = c;
  const { span, totals, publishHref } = view;
  const noon = (date: string) => format.date(Date.parse(`${date}T12:00:00Z`));
  const { goodsCents, otherCents, orders } = totals.all;
  return {
    title: say("statistics.own.title"),
    body: html`<p class="lead">${say("statistics.own.lead")}</p>
      ${view.isNarrow ? html`<p class="notice">${say("statistics.own.reach")}</p>` : ""}
      ${chips(say("statistics.own.cuts"), waysOf(c, view))}
      ${periodPart(c, view)}
      <p>${say("statistics.own.span", { from: noon(span.from), to: noon(span.to) })}</p>
      ${
        totals.rows.length === 0
          ? emptyState({ text: say("statistics.own.empty") })
          : html`${sums(c, [
              { label: say("statistics.own.total"), cents: goodsCents + otherCents, hint: ordersText(c, orders) },
              { label: say("statistics.own.goods"), cents: goodsCents },
              { label: say("statistics.own.other"), cents: otherCents },
            ])}${barsPart(c, view)}${tablePart(c, view)}
      <p class="no-print"><a href="${c.path}.csv${queryOf(view.cut, span)}" download>${say("statistics.own.csv")}</a></p>`
      }
      ${publishHref === null ? "" : html`<p class="no-print"><a href="${publishHref}">${say("statistics.own.publish")}</a></p>`}`,
  };
}

/** The same as a sheet: every row, and what all of them come to. */
export function totalsSheet(c: PageContext, { cut, span, totals, nameOf }: TotalsView): Sheet {
  const { say, language } = c;
  const cells = (row: Totals["all"]) =>
    HEADS[cut].map((head) => {
      const amount = amountOf(row, head);
      return "count" in amount ? countCell(amount.count) : moneyCell(amount.cents);
    });
  const table = {
    ...{ heading: "", note: "" },
    columns: [textColumn(say(`statistics.own.row.${cut}`)), ...headsOf(cut).map((head) => numberColumn(say(head)))],
    rows: totals.rows.map((row) => [nameOf(row), ...cells(row)]),
    total: [say("statistics.own.total"), ...cells(totals.all)],
  };
  const lines = [`${span.from} - ${span.to}`];
  return { title: say("statistics.own.title"), lines, warnings: [], language, isWide: false, tables: [table] };
}

/** What stands in an address for a cut of a period. */
function queryOf(cut: Cut, { from, to }: Span): string {
  return `?${new URLSearchParams({ by: cut, from, to })}`;
}

function ordersText({ say, format }: PageContext, count: number): string {
  return `${say("statistics.own.orders")}: ${format.count(count)}`;
}

/** Of a household it goes without saying how many it is; of a category nobody knows the other costs. */
const HEADS: Readonly<Record<Cut, readonly Head[]>> = {
  producer: ["orders", "households", "goods", "other", "total"],
  category: ["orders", "households", "goods"],
  household: ["orders", "goods", "other", "total"],
};
type Head = "orders" | "households" | "goods" | "other" | "total";

function headsOf(cut: Cut): string[] {
  return HEADS[cut].map((head) => `statistics.own.${head}`);
}

function amountOf(row: Totals["all"], head: Head): { readonly count: number } | { readonly cents: number } {
  if (head === "orders" || head === "households") return { count: row[head] };
  return { cents: head === "total" ? centsOf(row) : row[head === "goods" ? "goodsCents" : "otherCents"] };
}

function waysOf(c: PageContext, { cut, span }: TotalsView) {
  return CUTS.map((one) => ({
    href: `${c.path}${queryOf(one, span)}`,
    label: c.say(`statistics.own.cut.${one}`),
    isCurrent: one === cut,
  }));
}

function periodPart(c: PageContext, { cut, span, periods }: TotalsView): Html {
  const { say } = c;
  const isOffered = periods.some((one) => one.span.from === span.from && one.span.to === span.to);
  const ways = periods.map(({ word, span: one }) => ({
    href: `${c.path}${queryOf(cut, one)}`,
    label: say(`statistics.own.${word}`),
    isCurrent: one.from === span.from && one.to === span.to,
  }));
  const state = { typed: { ...span }, errors: {} };
  return html`${chips(say("statistics.own.period"), ways)}
    <details class="no-print"${isOffered ? "" : html` open`}><summary>${say("statistics.own.period")}</summary>
      <form method="get" action="${c.path}" class="stack"><input type="hidden" name="by" value="${cut}">
        ${textField(c, state, { name: "from", label: say("statistics.own.from"), type: "date" })}
        ${textField(c, state, { name: "to", label: say("statistics.own.to"), type: "date" })}
        <button type="submit" class="quiet">${say("statistics.own.show")}</button></form></details>`;
}

function barsPart(c: PageContext, { cut, totals, nameOf }: TotalsView): Html {
  const { say, format } = c;
  const shown = totals.rows.filter((row) => centsOf(row) > 0).slice(0, MOST_BARS);
  const bars = shown.map((row) => ({ label: nameOf(row), value: centsOf(row), text: format.money(centsOf(row)) }));
  if (bars.length === 0) return html``;
  const title = say("statistics.own.chart", { cut: say(`statistics.own.cut.${cut}`) });
  const isCut = totals.rows.length > bars.length;
  return html`<figure class="chart-frame"><figcaption>${title}${isCut ? html`. ${say("statistics.own.rest")}` : ""}</figcaption>${drawBars("totals", title, bars)}</figure>`;
}

function tablePart(c: PageContext, { cut, totals, nameOf }: TotalsView): Html {
  const { say, format } = c;
  const heads = headsOf(cut).map((key) => say(key));
  const cells = (row: Totals["all"]) => {
    const texts = HEADS[cut].map((head) => {
      const amount = amountOf(row, head);
      return "count" in amount ? format.count(amount.count) : format.money(amount.cents);
    });
    return texts.map((text, i) => html`<td class="number" data-label="${heads[i]}"><span>${text}</span></td>`);
  };
  const row = (name: string, one: Totals["all"]) => html`<tr><th scope="row">${name}</th>${cells(one)}</tr>`;
  return html`<section class="scroll" tabindex="0" aria-label="${say(`statistics.own.cut.${cut}`)}"><table class="stacks">
      <thead><tr><th scope="col">${say(`statistics.own.row.${cut}`)}</th>${heads.map((head) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead>
      <tbody>${totals.rows.map((one) => row(nameOf(one), one))}</tbody>
      <tfoot>${row(say("statistics.own.total"), totals.all)}</tfoot></table></section>
    ${cut === "category" ? html`<p><small>${say("statistics.own.categoryNote")}</small></p>` : ""}`;
}
