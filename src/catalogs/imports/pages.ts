// A price list on its way in, as its producer sees it: the file, its columns, what would change, the yes.

import type { ColumnGuess } from "../../exchange/columns.ts";
import { FIELD_WORDS } from "../../exchange/columnWords.ts";
import type { BadRow } from "../../exchange/priceList.ts";
import { actionButton, type FormState, FRESH, fileField, postForm, radioField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { type BadLine, type ChangedLine, isDoubtful, type ListingDoubt, type NewLine } from "../listing.ts";
import { compareText, priceText } from "../pages.ts";
import type { FactName, ProductFacts } from "../product.ts";
import { GONE_CHOICES, type Preview } from "./actions.ts";

/** Where a file is chosen. `problem` says why the last one did not do, in a sentence. */
export function uploadPage(c: PageContext, handle: string, problem: { status: number; sentence: string } | null): View {
  const { say } = c;
  const base = `/desk/${handle}/catalog`;
  return {
    title: say("catalogs.import.title"),
    ...(problem ? { status: problem.status } : {}),
    body: html`<p><a href="${base}">${say("catalogs.editor.back")}</a></p>
      ${problem ? html`<div class="problems" role="alert" tabindex="-1" autofocus><p>${problem.sentence}</p></div>` : ""}
      <p class="lead">${say("catalogs.import.lead")}</p>
      ${postForm(
        c,
        { action: `${base}/import`, upload: true },
        html`${fileField(c, FRESH, { name: "file", label: say("catalogs.import.file"), hint: say("catalogs.import.fileHint"), accept: ".xlsx,.ods,.xls,.csv,.txt,.json,.xml,.gdxp", required: true })}
        <p><button type="submit">${say("catalogs.import.read")}</button></p>`,
      )}`,
  };
}

/** What each column means: guessed, to be corrected. `problem` is a sentence when a choice did not do. */
export function columnsPage(
  c: PageContext,
  view: {
    handle: string;
    importId: string;
    columns: readonly ColumnGuess[];
    hasHeader: boolean;
    problem: string | null;
  },
): View {
  const { say } = c;
  const base = `/desk/${view.handle}/catalog/import`;
  const ignore = { value: "ignore", label: say("catalogs.columns.ignore") };
  const fields = Object.entries(FIELD_WORDS).map(([value, words]) => ({ value, label: words[c.language] }));
  const columns = view.columns.map(({ column, heading, field, samples }) => {
    const name = heading || say("catalogs.columns.unnamed", { number: column + 1 });
    const options = [ignore, ...fields].map(({ value, label }) =>
      value === (field ?? "ignore")
        ? html`<option value="${value}" selected>${label}</option>`
        : html`<option value="${value}">${label}</option>`,
    );
    return html`<div class="field"><label for="column-${column}">${name}</label>
      <small class="hint" id="column-${column}-hint">${samples.length > 0 ? samples.join(" · ") : say("catalogs.columns.blank")}</small>
      <select id="column-${column}" name="column.${column}" aria-describedby="column-${column}-hint">${options}</select></div>`;
  });
  return {
    title: say("catalogs.columns.title"),
    ...(view.problem ? { status: 422 } : {}),
    body: html`${view.problem ? html`<div class="problems" role="alert" tabindex="-1" autofocus><p>${view.problem}</p></div>` : ""}
      <p class="lead">${say("catalogs.columns.lead")}</p>
      ${postForm(
        c,
        { action: `${base}/${view.importId}/columns` },
        html`${columns}
        <div class="choice"><input type="checkbox" id="has-header" name="hasHeader" value="on"${view.hasHeader ? html` checked` : ""}>
        <label for="has-header">${say("catalogs.columns.hasHeader")}</label></div>
        <p><button type="submit">${say("catalogs.columns.submit")}</button></p>`,
      )}
      <p><a href="${base}">${say("catalogs.import.another")}</a></p>`,
  };
}

/** What the list would do, line by line, and the yes. */
export function previewPage(c: PageContext, handle: string, { row, read, listing, sequence }: Preview): View {
  const { say } = c;
  const base = `/desk/${handle}/catalog/import`;
  const { added, changed, same, gone, unreadable, impossible } = listing;
  const doubtful = [...added, ...changed].filter(isDoubtful);
  const isNothing = added.length + changed.length + gone.length === 0;
  const note = (condition: boolean, text: string) => (condition ? html`<p class="notice">${text}</p>` : "");
  const facts = { added: added.length, changed: changed.length, same: same.length, gone: gone.length };
  return {
    title: say("catalogs.preview.title"),
    body: html`<p class="lead">${say("catalogs.preview.lead", { file: row.fileName, ...facts })}</p>
      ${note(read.others.length > 0, say("catalogs.preview.others", { names: c.format.list(read.others) }))}
      ${note(read.list.doubts.length > 0, read.list.doubts.map((doubt) => doubtText(c, doubt)).join(" "))}
      ${read.sheet ? html`<p><a href="${base}/${row.id}/columns">${say("catalogs.preview.columns")}</a></p>` : ""}
      ${refusedRows(c, unreadable, impossible)}
      ${
        isNothing
          ? html`<p class="empty">${say("catalogs.preview.nothing")}</p>`
          : postForm(
              c,
              { action: `${base}/${row.id}` },
              html`<input type="hidden" name="sequence" value="${sequence}">
        ${section(c, "doubtful", doubtful)}
        ${section(
          c,
          "changed",
          changed.filter((line) => !isDoubtful(line)),
        )}
        ${section(
          c,
          "added",
          added.filter((line) => !isDoubtful(line)),
        )}
        ${
          gone.length > 0
            ? goneChoice(
                c,
                gone.map(({ facts: { name } }) => name),
              )
            : html`<input type="hidden" name="gone" value="keep">`
        }
        <p><button type="submit">${say("catalogs.preview.submit")}</button></p>`,
            )
      }
      ${actionButton(c, { action: `${base}/discard`, label: say("catalogs.preview.discard"), kind: "quiet" })}`,
  };
}

function refusedRows(c: PageContext, unreadable: readonly BadRow[], impossible: readonly BadLine[]): Html | "" {
  if (unreadable.length + impossible.length === 0) return "";
  const { say } = c;
  const bad = unreadable.map(({ row, column, value, problem }) =>
    say(`catalogs.badRow.${problem}`, { row, column, value: value.slice(0, 60) }),
  );
  const lines = impossible.map(({ row, name, field, problem }) => {
    const facts = { row, name, field: say(`catalogs.field.${field}`), reason: say(`form.reason.${problem}`) };
    return say("catalogs.badRow.impossible", facts);
  });
  const count = bad.length + lines.length;
  return html`<div class="problems"><h2>${say("catalogs.preview.refused", { count })}</h2>
      <ul>${[...bad, ...lines].slice(0, 100).map((line) => html`<li>${line}</li>`)}</ul></div>`;
}

type Line = NewLine | ChangedLine;

function section(c: PageContext, kind: "doubtful" | "changed" | "added", lines: readonly Line[]): Html | "" {
  if (lines.length === 0) return "";
  const { say } = c;
  const body = html`<ul class="rows">${lines.map((line) => lineRow(c, line))}</ul>`;
  const title = say(`catalogs.preview.${kind}`, { count: lines.length });
  // A long list of what is simply new is folded; what changes a price is not.
  if (kind === "added") return html`<details><summary>${title}</summary>${body}</details>`;
  return html`<h2>${title}</h2>${kind === "doubtful" ? html`<p>${say("catalogs.preview.doubtfulHint")}</p>` : ""}${body}`;
}

function lineRow(c: PageContext, line: Line): Html {
  const id = `row-${line.row}`;
  const doubts = line.doubts.map((doubt) => doubtText(c, doubt));
  const says = line.kind === "new" ? withCompared(c, line.after) : changeText(c, line);
  return html`<li class="row"><div class="choice"><input type="checkbox" id="${id}" name="rows" value="${line.row}"${isDoubtful(line) ? "" : html` checked`}>
      <label for="${id}">${line.after.name}<small>${says}</small>${doubts.length > 0 ? html`<small>${doubts.join(" ")}</small>` : ""}</label></div></li>`;
}

function withCompared(c: PageContext, facts: ProductFacts): string {
  return [priceText(c, facts), compareText(c, facts)].filter(Boolean).join(" · ");
}

const PRICE_FACTS: readonly FactName[] = ["priceTenThousandths", "priceUnitCode", "saleUnitCode", "content"];

/** Old price and new, by the kilogram too, and the names of what else changes. */
function changeText(c: PageContext, { product, after, fields }: ChangedLine): string {
  const hasNewPrice = fields.some((field) => PRICE_FACTS.includes(field));
  const others = fields.filter((field) => field !== "priceTenThousandths");
  const price = hasNewPrice
    ? c.say("catalogs.preview.price", { before: withCompared(c, product.facts), after: withCompared(c, after) })
    : "";
  const rest = c.format.list(others.map((field) => c.say(`catalogs.field.${field}`)));
  return [price, rest && c.say("catalogs.preview.alsoChanged", { fields: rest })].filter(Boolean).join(" · ");
}

function doubtText(c: PageContext, { doubt, value = "" }: ListingDoubt): string {
  return c.say(`catalogs.doubt.${doubt}`, { value: value.slice(0, 60) });
}

function goneChoice(c: PageContext, names: readonly string[]): Html {
  const { say } = c;
  const state: FormState = { typed: { gone: "keep" }, errors: {} };
  const choices = GONE_CHOICES.map((value) => ({ value, label: say(`catalogs.gone.${value}`) }));
  const shown = names.slice(0, 200);
  return html`<h2>${say("catalogs.preview.gone", { count: names.length })}</h2>
      <details><summary>${say("catalogs.preview.goneNames")}</summary><ul>${shown.map((name) => html`<li>${name}</li>`)}</ul></details>
      ${radioField(c, state, { name: "gone", label: say("catalogs.gone.title"), choices, required: true })}`;
}
