// A sheet on the screen, on paper by the browser, as CSV and as PDF: the same tables, for the one who asks and no cache.
import type { FastifyReply, FastifyRequest } from "fastify";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { cellText, headOf, type Sheet, type SheetTable } from "../kernel/sheet.ts";
import { sendRefusal } from "./errors.ts";
import { nameFile } from "./files.ts";
import { type Html, html } from "./html.ts";
import { type PageContext, pageContext, sendPage } from "./page.ts";

/** Who writes a sheet as a file; `exchange` knows how, and hands it in. `writtenAt` is epoch ms. */
export type SheetWriters = {
  readonly csv: (sheet: Sheet, headingLabel: string) => string;
  readonly pdf: (sheet: Sheet, writtenAt: number, signal?: AbortSignal) => Promise<Uint8Array | Refusal>;
};

export type SheetEnding = "" | "csv" | "pdf";

/**
 * How a sheet is asked for. `name` is its file's, without ending; `base` the address of its page, to which an ending is added, and
 * `query` ("?cycle=1" or "") what stands behind; `headingLabel` heads the column of the tables' headings in a CSV file.
 */
export type SheetWish = {
  readonly ending: SheetEnding;
  readonly name: string;
  readonly headingLabel: string;
  readonly base: string;
  readonly query?: string;
  readonly back: { readonly href: string; readonly label: string };
  /** What can be done with it on the screen, beneath its links. */
  readonly tools?: Html;
};

/** Parts "report.csv" into its name and its ending; null for any other ending. */
export function splitEnding(text: string): { readonly name: string; readonly ending: SheetEnding } | null {
  const [, name, ending = ""] = /^([\w-]+)(?:\.(csv|pdf))?$/.exec(text) ?? [];
  return name === undefined ? null : { name, ending: ending as SheetEnding };
}

/** Answers with the sheet as it was asked for. A PDF that cannot be drawn now is refused (`too-busy`, `too-heavy`). */
export async function sendSheet(
  request: FastifyRequest,
  reply: FastifyReply,
  sheet: Sheet,
  wish: SheetWish,
  writers: SheetWriters,
): Promise<FastifyReply> {
  const c = pageContext(request, reply);
  const { ending, name, headingLabel, base, query = "" } = wish;
  if (ending === "csv")
    return nameFile(reply, { name: `${name}.csv`, type: "text/csv; charset=utf-8", how: "attachment" }).send(
      writers.csv(sheet, headingLabel),
    );
  if (ending === "pdf") {
    const pdf = await drawFor(request, reply, (signal) => writers.pdf(sheet, c.now, signal));
    if (isRefusal(pdf)) return sendRefusal(request, reply, pdf);
    return nameFile(reply, { name: `${name}.pdf`, type: "application/pdf", how: "inline" }).send(Buffer.from(pdf));
  }
  reply.header("cache-control", "private, no-store");
  const links = { csv: `${base}.csv${query}`, pdf: `${base}.pdf${query}` };
  return sendPage(request, reply, { title: sheet.title, wide: sheet.isWide, body: sheetBody(c, sheet, links, wish) });
}

/** So many documents one person has drawn at once: the others' turn comes too. */
const DRAWN_AT_ONCE = 2;
const drawing = new Map<string, number>();

/** Draws a document for the one who asks, for as long as they wait for it. Refuses `too-busy` beyond two at once. */
export async function drawFor(
  request: FastifyRequest,
  reply: FastifyReply,
  draw: (signal: AbortSignal) => Promise<Uint8Array | Refusal>,
): Promise<Uint8Array | Refusal> {
  const who = request.visitor?.personId ?? request.ip;
  const own = drawing.get(who) ?? 0;
  if (own >= DRAWN_AT_ONCE) return { refused: "too-busy" };
  const gone = new AbortController();
  const leave = () => gone.abort();
  reply.raw.once("close", leave);
  drawing.set(who, own + 1);
  try {
    return await draw(gone.signal);
  } finally {
    reply.raw.off("close", leave);
    const left = (drawing.get(who) ?? 1) - 1;
    if (left > 0) drawing.set(who, left);
    else drawing.delete(who);
  }
}

function sheetBody(
  c: PageContext,
  sheet: Sheet,
  links: { readonly csv: string; readonly pdf: string },
  { back, tools = html`` }: SheetWish,
): Html {
  const { say } = c;
  return html`<p class="no-print actions"><a href="${back.href}">${back.label}</a> <a href="${links.pdf}">${say("web.sheet.pdf")}</a> <a href="${links.csv}">${say("web.sheet.csv")}</a></p>${tools}
    ${sheet.lines.map((line) => html`<p>${line}</p>`)}
    ${sheet.warnings.length > 0 ? html`<ul class="warning">${sheet.warnings.map((warning) => html`<li>${warning}</li>`)}</ul>` : ""}
    ${sheet.tables.map((table) => tableBody(table, sheet.language))}`;
}

/** Tables of no more columns than that stand on a phone as one card a row, each number under its name. */
const STACKED_COLUMNS = 10;

function tableBody(table: SheetTable, language: "it" | "en"): Html {
  const { heading, note, columns, rows, total } = table;
  const stacks = columns.length <= STACKED_COLUMNS;
  const cells = (row: SheetTable["rows"][number]) =>
    row.map((cell, i) => {
      const kind = columns[i]?.kind ?? "text";
      return html`<td class="${kind}"${stacks && i > 0 ? html` data-label="${headOf(table, i)}"` : ""}>${cellText(cell, language)}</td>`;
    });
  return html`<section class="sheet-table">
      ${heading === "" ? "" : html`<h2>${heading}</h2>`}
      ${note === "" ? "" : html`<p>${note}</p>`}
      <section class="scroll" tabindex="0" aria-label="${heading || (columns[0]?.label ?? "")}"><table class="${stacks ? "sheet stacks" : "sheet"}">
        <thead><tr>${columns.map(({ kind }, i) => html`<th scope="col" class="${kind}">${headOf(table, i)}</th>`)}</tr></thead>
        <tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody>
        ${total ? html`<tfoot><tr>${cells(total)}</tr></tfoot>` : ""}
      </table></section>
    </section>`;
}
