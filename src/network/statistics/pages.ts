// A network in six figures: each with what it counts, when, of how many groups, its picture, its table and its files. Pure: view -> HTML.
import { unitLabel } from "../../kernel/units.ts";
import { type Bar, drawBars } from "../../web/chart.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState } from "../../web/parts.ts";
import { ways } from "../directory/pages.ts";
import { comuneOf } from "../places/places.ts";
import type { Column, Figure, FigureName, Value } from "./figures.ts";

/**
 * `groups`: how many the network shows; `openOrders`: how many orders are open now; `awaited`: how many sources are still to be read before
 * this month's supply is counted.
 */
export type FiguresView = {
  readonly network: { readonly handle: string; readonly name: string };
  readonly figures: readonly Figure[];
  readonly span: { readonly from: string; readonly to: string } | null;
  readonly groups: number;
  readonly openOrders: number;
  readonly awaited: number;
};

const MOST_BARS = 12;
const SEVERAL = 2000;
const NAMED = { month: "long", year: "numeric", timeZone: "UTC" } as const;
/** Made once: a table names a month in each of its rows. */
const MONTH_NAMES = { it: new Intl.DateTimeFormat("it-IT", NAMED), en: new Intl.DateTimeFormat("en-GB", NAMED) };

export function figuresPage(c: PageContext, view: FiguresView): View {
  const { say } = c;
  const { network, figures, span, openOrders } = view;
  const facts = span && { from: nameOfMonth(c, span.from), to: nameOfMonth(c, span.to) };
  return {
    title: say("statistics.network.title", { name: network.name }),
    description: say("statistics.network.description", { name: network.name }),
    body: html`${ways(c, network, "statistics")}
      <p class="lead">${say("statistics.network.lead")}</p>
      <p>${facts ? say("statistics.network.span", facts) : say("statistics.network.noMonths")} ${say("statistics.network.openOrders", { count: openOrders })}</p>
      ${figures.map((figure) => figurePart(c, view, figure))}
      <p><small>${say("statistics.network.suppressed")}</small></p>`,
  };
}

function figurePart(c: PageContext, view: FiguresView, figure: Figure): Html {
  const { say } = c;
  const { name } = figure;
  const title = say(`statistics.figure.${name}.title`);
  const base = `/${view.network.handle}/statistics/${name}`;
  return html`<section class="figure" id="${name}"><h2>${title}</h2>
    <p>${say(`statistics.figure.${name}.definition`)}</p>
    <p><small>${provenanceOf(c, view, figure)}</small></p>
    ${name === "seasons" && view.awaited > 0 ? html`<p>${say("statistics.network.awaited", { count: view.awaited })}</p>` : ""}
    ${figure.rows.length === 0 ? emptyState({ text: say("statistics.network.nothing") }) : html`${chartsOf(c, figure)}${tableOf(c, shownOf(figure), title)}${restOf(c, figure)}`}
    <p class="no-print">${say("statistics.network.files")} <a href="${base}.csv">CSV</a> · <a href="${base}.json">JSON</a></p></section>`;
}

/** "7 GAS su 8, fino a ottobre 2026". */
function provenanceOf(c: PageContext, { span, groups }: FiguresView, { counted, isPartial }: Figure): string {
  const { say, format, now } = c;
  const date = format.date(now);
  if (span === null || counted === null) return say("statistics.network.countedNow", { date });
  const facts = { counted, groups: Math.max(groups, counted), month: nameOfMonth(c, span.to), date };
  return `${say("statistics.network.counted", facts)}${isPartial ? ` ${say("statistics.network.partial")}` : ""}`;
}

/** Which columns each figure draws: what a bar is called, what it measures, a second bar of the same measure. */
type Drawn = { readonly label: number; readonly value: number; readonly second?: number; readonly unit?: number };
const DRAWN: Readonly<Record<FigureName, Drawn>> = {
  places: { label: 0, value: 1 },
  months: { label: 0, value: 1 },
  goods: { label: 0, value: 2, unit: 1 },
  shortfalls: { label: 0, value: 2, second: 3, unit: 1 },
  seasons: { label: 1, value: 4 },
  together: { label: 0, value: 1 },
};

/** A picture for each unit: bars of different measures are never beside each other. */
function chartsOf(c: PageContext, figure: Figure): Html {
  const { unit } = DRAWN[figure.name];
  if (figure.name === "seasons") return seasonChart(c, figure);
  if (unit === undefined) return chartOf(c, figure, figure.rows, null);
  const units = [...new Set(figure.rows.map((row) => String(row[unit])))];
  return html`${units.map((one) =>
    chartOf(
      c,
      figure,
      figure.rows.filter((row) => row[unit] === one),
      one,
    ),
  )}`;
}

/** The month of the seasons that is drawn and listed: the last one that has demand. */
function monthShown({ rows }: Figure): Value {
  return (rows.findLast((row) => row[4] !== null) ?? rows.at(-1))?.[0] ?? null;
}

/** What the table on the page lists: of the seasons the month that is drawn, since a year of them is thousands of lines. */
function shownOf(figure: Figure): Figure {
  if (figure.name !== "seasons") return figure;
  const month = monthShown(figure);
  return { ...figure, rows: figure.rows.filter((row) => row[0] === month) };
}

/** Where the rest of a year of seasons is. */
function restOf(c: PageContext, figure: Figure): Html | "" {
  if (shownOf(figure).rows.length === figure.rows.length) return "";
  return html`<p><small>${c.say("statistics.network.otherMonths")}</small></p>`;
}

/** What families took in that month, beside how many producers had it. */
function seasonChart(c: PageContext, figure: Figure): Html {
  const month = monthShown(figure);
  // The lines of a category follow each other.
  const once = shownOf(figure).rows.filter((row, n, here) => here[n - 1]?.[1] !== row[1]);
  const named = once.map((row) => {
    const label = `${row[1]} · ${c.say("statistics.figure.seasons.beside", { count: Number(row[2]) })}`;
    return row.map((value, n) => (n === 1 ? label : value));
  });
  return chartOf(c, figure, named, null, nameOfMonth(c, String(month)));
}

function chartOf(c: PageContext, figure: Figure, rows: Figure["rows"], unit: string | null, month = ""): Html {
  const { say } = c;
  const { name, columns } = figure;
  const { label, value, second } = DRAWN[name];
  const amount = (row: readonly Value[], column: number) => Number(row[column] ?? 0);
  const isByMonth = columns[label]?.kind === "month";
  const sorted = isByMonth ? rows.slice(-MOST_BARS) : [...rows].sort((a, b) => amount(b, value) - amount(a, value));
  const textOf = (row: readonly Value[], column: number) =>
    row[column] === null ? say("statistics.untold") : withUnit(c, amount(row, column), unit);
  const pair = (row: readonly Value[], other: number): Partial<Bar> => ({
    text: `${textOf(row, value)} ${say(`statistics.figure.${name}.first`)}`,
    second: { value: amount(row, other), text: `${textOf(row, other)} ${say(`statistics.figure.${name}.second`)}` },
  });
  const bars = sorted.slice(0, MOST_BARS).map(
    (row): Bar => ({
      ...{
        label: cellText(c, columns[label]!, row[label] ?? null),
        value: amount(row, value),
        text: textOf(row, value),
      },
      ...(second === undefined ? {} : pair(row, second)),
    }),
  );
  const facts = { month, unit: unit === null ? "" : unitLabel(unit, SEVERAL, c.language) };
  const title = say(`statistics.figure.${name}.chart`, facts);
  const isCut = sorted.length > MOST_BARS;
  return html`<figure class="chart-frame"><figcaption>${title}${isCut ? `. ${say("statistics.network.more", { count: MOST_BARS })}` : ""}</figcaption>${drawBars(`${name}${unit ?? ""}`, title, bars)}</figure>`;
}

function tableOf(c: PageContext, { columns, rows }: Figure, title: string): Html {
  const { say } = c;
  const head = ({ key }: Column) => say(`statistics.column.${key}`);
  const cell = (row: readonly Value[], column: Column, n: number) => {
    const text = cellText(c, column, row[n] ?? null);
    if (n === 0) return html`<th scope="row">${text}</th>`;
    return html`<td class="${column.kind === "count" ? "number" : ""}" data-label="${head(column)}">${text}</td>`;
  };
  return html`<section class="scroll" tabindex="0" aria-label="${title}"><table class="stacks">
      <thead><tr>${columns.map((column) => html`<th scope="col" class="${column.kind === "count" ? "number" : ""}">${head(column)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr>${columns.map((column, n) => cell(row, column, n))}</tr>`)}</tbody></table></section>`;
}

function cellText(c: PageContext, { kind }: Column, value: Value): string {
  if (value === null) return c.say("statistics.untold");
  if (kind === "month") return nameOfMonth(c, String(value));
  if (kind === "comune") return nameOfComune(c, String(value));
  if (kind === "unit") return unitLabel(String(value), SEVERAL, c.language);
  return typeof value === "number" ? c.format.count(value) : value;
}

function nameOfComune({ say }: PageContext, istat: string): string {
  return (
    comuneOf(istat)?.name ??
    (istat === "" ? say("statistics.network.nowhere") : say("statistics.network.elsewhere", { istat }))
  );
}

function withUnit(c: PageContext, amount: number, unit: string | null): string {
  const number = c.format.count(amount);
  return unit === null ? number : `${number} ${unitLabel(unit, amount * 1000 || SEVERAL, c.language)}`;
}

/** "ottobre 2026" of "2026-10". */
function nameOfMonth({ language }: PageContext, month: string): string {
  return MONTH_NAMES[language].format(Date.parse(`${month}-01T00:00:00Z`));
}
