// A sheet on the screen and on paper by the browser: the same tables that CSV and PDF have.
import { cellText, type Sheet, type SheetTable } from "../kernel/sheet.ts";
import { type Html, html } from "./html.ts";
import type { PageContext } from "./page.ts";

/** The sheet's body. `links` are the addresses of the same sheet as CSV and PDF, `back` where it belongs. */
export function sheetBody(
  c: PageContext,
  sheet: Sheet,
  links: { readonly csv: string; readonly pdf: string },
  back: { readonly href: string; readonly label: string },
): Html {
  const { say } = c;
  return html`<p class="no-print actions"><a href="${back.href}">${back.label}</a> <a href="${links.pdf}">${say("web.sheet.pdf")}</a> <a href="${links.csv}">${say("web.sheet.csv")}</a></p>
    ${sheet.lines.map((line) => html`<p>${line}</p>`)}
    ${sheet.warnings.length > 0 ? html`<ul class="warning">${sheet.warnings.map((warning) => html`<li>${warning}</li>`)}</ul>` : ""}
    ${sheet.tables.map((table) => tableBody(table, sheet.language))}`;
}

function tableBody({ heading, note, columns, rows, total }: SheetTable, language: "it" | "en"): Html {
  const cells = (row: SheetTable["rows"][number]) =>
    row.map((cell, i) => html`<td class="${columns[i]?.kind ?? "text"}">${cellText(cell, language)}</td>`);
  return html`<section class="sheet-table">
      ${heading === "" ? "" : html`<h2>${heading}</h2>`}
      ${note === "" ? "" : html`<p>${note}</p>`}
      <section class="scroll" tabindex="0" aria-label="${heading || (columns[0]?.label ?? "")}"><table class="sheet">
        <thead><tr>${columns.map(({ label, kind }) => html`<th scope="col" class="${kind}">${label}</th>`)}</tr></thead>
        <tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody>
        ${total ? html`<tfoot><tr>${cells(total)}</tr></tfoot>` : ""}
      </table></section>
    </section>`;
}
