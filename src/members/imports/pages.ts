// A list of members on its way in, as who brings it sees it: the file, its columns, what would happen, the yes, what came of it. Pure.
import type { ColumnGuess, HeadingWords } from "../../exchange/headings.ts";
import { MEMBER_WORDS } from "../../exchange/memberColumns.ts";
import type { BadRow } from "../../exchange/priceList.ts";
import { timeTag } from "../../web/format.ts";
import { actionButton, FRESH, fileField, formOf, postForm, radioField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { notice, problemBox } from "../../web/parts.ts";
import { sureForm } from "../privacy/dataPages.ts";
import type { Preview } from "./actions.ts";
import type { RefusedRow, RollLine } from "./roll.ts";

const SHOWN = 500;

/** What the first page shows besides the form. */
export type UploadView = {
  readonly base: string;
  readonly back: string;
  readonly problem: { readonly status: number; readonly sentence: string } | null;
  readonly done: string | null;
  /** The last import that stands: when, and how many rows it brought. */
  readonly last: { readonly importId: string; readonly at: number; readonly rows: number } | null;
  /** How many were brought in, never written to and never came in; `hasMail`: the node sends mail. */
  readonly newcomers: number;
  readonly hasMail: boolean;
};

/** Where a list is chosen, the last one taken back, and who it brought is written to. */
export function uploadPage(c: PageContext, view: UploadView): View {
  const { say } = c;
  const { base, problem, done } = view;
  const words = Object.values(MEMBER_WORDS);
  return {
    title: say("imports.title"),
    ...(problem ? { status: problem.status } : {}),
    body: html`<p><a href="${view.back}">${say("imports.back")}</a></p>
      ${problem ? problemBox({ title: problem.sentence }) : ""}${done ? notice(html`<p>${done}</p>`) : ""}
      <p class="lead">${say("imports.lead")}</p>
      ${postForm(
        c,
        { action: base, upload: true },
        html`${fileField(c, FRESH, { name: "file", label: say("imports.file"), hint: say("imports.fileHint"), accept: ".xlsx,.ods,.xls,.csv,.txt", required: true })}
        <p><button type="submit">${say("imports.read")}</button></p>`,
      )}
      <p><a href="${base}/template.csv">${say("imports.template")}</a></p>
      <details><summary>${say("imports.columnsTitle")}</summary><p>${say("imports.columnsLead", { names: c.format.list(words.map((one) => one[c.language])) })}</p></details>
      ${view.newcomers > 0 ? welcomePart(c, view) : ""}
      ${view.last ? lastPart(c, base, view.last) : ""}`,
  };
}

function welcomePart(c: PageContext, { base, newcomers, hasMail }: UploadView): Html {
  const { say } = c;
  return html`<h2 id="welcome">${say("imports.welcomeTitle", { count: newcomers })}</h2>
    <p>${say(hasMail ? "imports.welcomeLead" : "imports.welcomeNoMail")}</p>
    ${hasMail ? actionButton(c, { action: `${base}/welcome`, label: say("imports.welcome") }) : ""}`;
}

function lastPart(c: PageContext, base: string, last: NonNullable<UploadView["last"]>): Html {
  const { say } = c;
  return html`<h2>${say("imports.lastTitle")}</h2>
    <p>${say("imports.last", { count: last.rows })} ${timeTag(c.language, last.at, c.now)}</p>
    <p>${say("imports.undoLead")}</p>
    <details><summary>${say("imports.undoAsk")}</summary>${sureForm(c, `${base}/${last.importId}/undo`, say("imports.undo"))}</details>`;
}

/** What each column of a list means, whatever it is about: guessed, to be corrected. `problem` is a sentence when a choice did not do. */
export function columnsPage<F extends string>(
  c: PageContext,
  view: {
    readonly base: string;
    readonly importId: string;
    readonly words: Readonly<Record<F, HeadingWords>>;
    readonly lead: string;
    readonly columns: readonly ColumnGuess<F>[];
    readonly hasHeader: boolean;
    readonly problem: string | null;
  },
): View {
  const { say } = c;
  const ignore = { value: "ignore", label: say("catalogs.columns.ignore") };
  const words = Object.entries<HeadingWords>(view.words);
  const fields = words.map(([value, heading]) => ({ value, label: heading[c.language] }));
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
    body: html`${view.problem ? problemBox({ title: view.problem }) : ""}
      <p class="lead">${view.lead}</p>
      ${postForm(
        c,
        { action: `${view.base}/${view.importId}/columns` },
        html`${columns}
        <div class="choice"><input type="checkbox" id="has-header" name="hasHeader" value="on"${view.hasHeader ? html` checked` : ""}>
        <label for="has-header">${say("catalogs.columns.hasHeader")}</label></div>
        <p><button type="submit">${say("catalogs.columns.submit")}</button></p>`,
      )}
      <p><a href="${view.base}">${say("catalogs.import.another")}</a></p>`,
  };
}

/** What the list would do, row by row, and the yes. */
export function previewPage(c: PageContext, base: string, preview: Preview, hasMail: boolean): View {
  const { say } = c;
  const { row, sheet, comparison, digest } = preview;
  const { added, here, refused } = comparison;
  const opened = [...added, ...here].filter(({ openingCents }) => openingCents !== null);
  const sumCents = opened.reduce((sum, { openingCents }) => sum + (openingCents ?? 0), 0);
  const facts = { file: row.fileName, added: added.length, here: here.length };
  const refusals = [
    ...sheet.badRows.map((bad) => ({ row: bad.row, text: badRowText(c, bad) })),
    ...refused.map((bad) => ({ row: bad.row, text: refusedText(c, bad) })),
  ].toSorted((one, other) => one.row - other.row);
  return {
    title: say("imports.previewTitle"),
    body: html`<p class="lead">${say("imports.previewLead", facts)}</p>
      ${opened.length > 0 ? html`<p>${say("imports.openings", { count: opened.length, sum: c.format.money(sumCents) })}</p>` : ""}
      <p><a href="${base}/${row.id}/columns">${say("catalogs.preview.columns")}</a></p>
      ${refusedPart(c, refusals)}
      ${
        added.length + opened.length === 0
          ? html`<p class="empty">${say("imports.nothing")}</p>`
          : postForm(
              c,
              { action: `${base}/${row.id}` },
              html`<input type="hidden" name="digest" value="${digest}">
          ${part(c, "added", added)}${part(c, "here", here)}
          ${added.length > 0 && hasMail ? welcomeChoice(c) : html`<input type="hidden" name="welcome" value="later">`}
          <p><button type="submit">${say("imports.confirm")}</button></p>`,
            )
      }
      ${added.length + opened.length === 0 ? part(c, "here", here) : ""}
      ${actionButton(c, { action: `${base}/discard`, label: say("catalogs.preview.discard"), kind: "quiet" })}`,
  };
}

function welcomeChoice(c: PageContext): Html {
  const { say } = c;
  const choices = (["later", "now"] as const).map((value) => ({
    value,
    label: say(`imports.welcomeChoice.${value}`),
    hint: say(`imports.welcomeHint.${value}`),
  }));
  const field = { name: "welcome", label: say("imports.welcomeChoice.title"), choices, required: true };
  return radioField(c, formOf({ welcome: "later" }), field);
}

function refusedPart(c: PageContext, refusals: readonly { readonly text: string }[]): Html | "" {
  if (refusals.length === 0) return "";
  return html`<div class="problems"><h2>${c.say("catalogs.preview.refused", { count: refusals.length })}</h2>
      <ul>${refusals.slice(0, 100).map(({ text }) => html`<li>${text}</li>`)}</ul></div>`;
}

function badRowText({ say }: PageContext, { row, column, value, problem }: BadRow): string {
  return say(`catalogs.badRow.${problem}`, { row, column, value: value.slice(0, 60) });
}

function refusedText({ say }: PageContext, { row, name, problem, first }: RefusedRow): string {
  return say(`imports.refused.${problem}`, { row, name, first: first ?? 0 });
}

function part(c: PageContext, kind: "added" | "here", lines: readonly RollLine[]): Html | "" {
  if (lines.length === 0) return "";
  const more = lines.length - SHOWN;
  return html`<details><summary>${c.say(`imports.${kind}`, { count: lines.length })}</summary>
      <ul class="rows">${lines.slice(0, SHOWN).map((line) => lineRow(c, line))}</ul>
      ${more > 0 ? html`<p>${c.say("imports.more", { count: more })}</p>` : ""}</details>`;
}

function lineRow(c: PageContext, { row, household, openingCents, isOpened, personId }: RollLine): Html {
  const { say, format } = c;
  const isNew = household !== null && "key" in household;
  const balance =
    openingCents !== null
      ? say("imports.balance", { amount: format.money(openingCents) })
      : isOpened
        ? say("imports.hasBalance")
        : "";
  const facts =
    personId === null
      ? [row.email ?? "", row.phone ?? "", format.list(row.roles.map((role) => say(`web.role.${role}`))), balance]
      : [balance];
  const home = household ? say(isNew ? "imports.newHousehold" : "imports.household", { name: household.name }) : "";
  const told = [home, ...facts].filter((text) => text !== "").join(" · ");
  return html`<li class="row"><div>${say("imports.line", { row: row.row, name: row.name })}<small>${told}</small></div></li>`;
}
