// A month in figures as a table, for who decides whether it leaves and for everybody who reads it. Pure: view -> HTML.

import { unitLabel } from "../../kernel/units.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import type { Language } from "../../web/words.ts";
import type { ToldCell, ToldMonth } from "./month.ts";

const LOCALES: Readonly<Record<Language, string>> = { it: "it-IT", en: "en-GB" };
const SEVERAL = 2000;

/** "ottobre 2026" of "2026-10". */
export function monthName(language: Language, month: string): string {
  const shown = new Intl.DateTimeFormat(LOCALES[language], { month: "long", year: "numeric", timeZone: "UTC" });
  return shown.format(Date.parse(`${month}-01T00:00:00Z`));
}

/** What a month tells: its sums, then its categories, each with its unit. */
export function monthTables(c: PageContext, told: ToldMonth): Html {
  const { say, format } = c;
  const sums = [
    { label: say("statistics.families"), text: format.count(told.families) },
    { label: say("statistics.orders"), text: format.count(told.orders) },
    { label: say("statistics.producers"), text: format.count(told.producers) },
    { label: say("statistics.euros"), text: told.euros === null ? say("statistics.untold") : eurosOf(c, told.euros) },
  ];
  return html`<dl class="sums">${sums.map(({ label, text }) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>
    ${told.cells.length === 0 ? html`<p>${say("statistics.noCells")}</p>` : cellTable(c, told)}
    ${told.isWithheld ? html`<p><small>${say("statistics.withheld")}</small></p>` : ""}`;
}

function cellTable(c: PageContext, { cells, month }: ToldMonth): Html {
  const { say } = c;
  const heads = ["families", "ordered", "delivered", "euros"] as const;
  return html`<section class="scroll" tabindex="0" aria-label="${say("statistics.cells", { month: monthName(c.language, month) })}"><table class="stacks">
      <thead><tr><th scope="col">${say("statistics.category")}</th>${heads.map((head) => html`<th scope="col" class="number">${say(`statistics.${head}`)}</th>`)}</tr></thead>
      <tbody>${cells.map((cell) => cellRow(c, cell))}</tbody></table></section>`;
}

function cellRow(c: PageContext, cell: ToldCell): Html {
  const { say, format } = c;
  const untold = say("statistics.untold");
  const quantity = (units: number | null) =>
    units === null ? untold : `${format.count(units)} ${unitLabel(cell.unit, units * 1000 || SEVERAL, c.language)}`;
  const amounts = [
    { head: "families", text: format.count(cell.families) },
    { head: "ordered", text: quantity(cell.ordered) },
    { head: "delivered", text: quantity(cell.delivered) },
    { head: "euros", text: cell.euros === null ? untold : eurosOf(c, cell.euros) },
  ];
  return html`<tr><th scope="row">${cell.category}</th>${amounts.map(({ head, text }) => html`<td class="number" data-label="${say(`statistics.${head}`)}">${text}</td>`)}</tr>`;
}

/** Whole euros: "1.840 €". */
function eurosOf({ format }: PageContext, euros: number): string {
  return `${format.count(euros)} €`;
}
