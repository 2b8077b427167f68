// The suppliers of a group as who administers it sees them: the list, a file on its way in, what it would do, what came of it. Pure.
import { SUPPLIER_WORDS } from "../../exchange/supplierColumns.ts";
import { timeTag } from "../../web/format.ts";
import { actionButton, FRESH, fileField, formOf, postForm, radioField } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, type Mood, notice, problemBox, statusBadge } from "../../web/parts.ts";
import type { SupplierPreview } from "./actions.ts";
import { type ContactState, LETTER_FAILED, type SupplierStep } from "./plan.ts";
import type { Contact } from "./store.ts";

/** In the order in which a preview tells them. */
const DOES = ["follow", "find", "invite", "keep", "update", "nothing"] as const;
const MOODS: Readonly<Record<ContactState, Mood>> = {
  ...{ kept: "wait", invited: "wait", "to-find": "wait", "not-found": "stop", followed: "good" },
};
const SHOWN = 500;

/** A supplier in the list. `hasPact`: with whom it stands; `isOwed`: its letter has not left yet. */
type ListedContact = { readonly contact: Contact; readonly hasPact: boolean; readonly isOwed: boolean };

export type SuppliersView = {
  readonly base: string;
  readonly problem: { readonly status: number; readonly sentence: string } | null;
  readonly done: string | null;
  readonly contacts: readonly ListedContact[];
  /** The last import that stands. */
  readonly last: { readonly importId: string; readonly at: number } | null;
  readonly hasMail: boolean;
};

/** The suppliers written down, each with what became of it, and where a list is chosen. */
export function suppliersPage(c: PageContext, view: SuppliersView): View {
  const { say } = c;
  const { base, problem, done, contacts, last } = view;
  const names = c.format.list(Object.values(SUPPLIER_WORDS).map((one) => one[c.language]));
  const file = { name: "file", label: say("imports.file"), hint: say("imports.fileHint"), required: true };
  return {
    title: say("suppliers.title"),
    ...(problem ? { status: problem.status } : {}),
    body: html`<p><a href="${base.replace(/\/suppliers$/, "")}">${say("suppliers.back")}</a></p>
      ${problem ? problemBox({ title: problem.sentence }) : ""}${done ? notice(html`<p>${done}</p>`) : ""}
      <p class="lead">${say("suppliers.lead")}</p>
      ${
        contacts.length === 0
          ? emptyState({ text: say("suppliers.none") })
          : html`<ul class="rows">${contacts.map((one) => contactRow(c, view, one))}</ul>${waysPart(c, view)}`
      }
      <h2>${say("suppliers.bring")}</h2>
      ${postForm(
        c,
        { action: base, upload: true },
        html`${fileField(c, FRESH, { ...file, accept: ".xlsx,.ods,.xls,.csv,.txt" })}
        <p><button type="submit">${say("imports.read")}</button></p>`,
      )}
      <p><a href="${base}/template.csv">${say("imports.template")}</a></p>
      <details><summary>${say("imports.columnsTitle")}</summary><p>${say("suppliers.columnsLead", { names })}</p></details>
      ${last ? lastPart(c, base, last) : ""}`,
  };
}

/** Where somebody has no list here yet: what a group can do meanwhile. */
function waysPart(c: PageContext, { base, contacts }: SuppliersView): Html | "" {
  if (contacts.every(({ contact }) => contact.state === "followed" || contact.state === "to-find")) return "";
  const { say } = c;
  const outside = base.replace(/\/partners\/suppliers$/, "/outside");
  return html`<details><summary>${say("suppliers.ways.title")}</summary><ul>
      <li>${say("suppliers.ways.host")}</li>
      <li>${say("suppliers.ways.outside")} <a href="${outside}">${say("orders.outside.newTitle")}</a></li></ul></details>`;
}

function lastPart(c: PageContext, base: string, last: NonNullable<SuppliersView["last"]>): Html {
  const { say } = c;
  return html`<h2>${say("imports.lastTitle")}</h2>
    <p>${say("suppliers.last")} ${timeTag(c.language, last.at, c.now)}</p><p>${say("suppliers.undoLead")}</p>
    ${actionButton(c, { action: `${base}/import/${last.importId}/undo`, label: say("imports.undo"), kind: "danger" })}`;
}

function contactRow(
  c: PageContext,
  { base, hasMail }: SuppliersView,
  { contact, hasPact, isOwed }: ListedContact,
): Html {
  const { say } = c;
  const { id, name, state, peer, website, email } = contact;
  const facts = [contact.place, contact.referent, email, contact.phone, contact.vatNumber, contact.note];
  const site = safeUrl(website);
  const partners = base.replace(/\/suppliers$/, "");
  const mayPropose = state === "followed" && !hasPact && peer !== null;
  const mayWrite = hasMail && email !== "" && (state === "kept" || state === "not-found");
  const act = { describe: name, fields: { id } };
  return html`<li class="row"><div><strong>${name}</strong> ${statusBadge(hasPact ? "good" : MOODS[state], say(hasPact ? "suppliers.pact" : `suppliers.state.${state}`))}
      <small>${facts.filter((fact) => fact !== "").join(" · ")}</small>
      ${website && site ? html`<small><a href="${site}" rel="noopener noreferrer">${new URL(website).host}</a></small>` : ""}
      <small>${outcomeText(c, contact, isOwed)}</small></div>
      <div class="row-acts">${mayPropose ? html`<a href="${partners}/propose?peer=${encodeURIComponent(peer)}">${say("partners.pacts.propose")}</a>` : ""}
      ${mayWrite ? actionButton(c, { ...act, action: `${base}/invite`, label: say("suppliers.invite"), kind: "quiet" }) : ""}
      ${actionButton(c, { ...act, action: `${base}/remove`, label: say("suppliers.remove"), kind: "quiet" })}</div></li>`;
}

/** What became of it, in a sentence. */
function outcomeText(
  { say, format }: PageContext,
  { state, invitedAt, problem, address, email }: Contact,
  isOwed: boolean,
): string {
  if (state === "invited" && invitedAt !== null)
    return isOwed ? say("suppliers.outcome.owed") : say("suppliers.outcome.invited", { date: format.date(invitedAt) });
  if (state === "not-found")
    return say(`suppliers.outcome.${problem === "no-seller" ? "noSeller" : "notFound"}`, { address });
  if (problem === LETTER_FAILED && invitedAt !== null)
    return say("suppliers.outcome.letterFailed", { date: format.date(invitedAt), email });
  if (state === "to-find") return say("suppliers.outcome.toFind");
  return "";
}

/** What the list would do, row by row, and the yes. */
export function supplierPreviewPage(c: PageContext, base: string, preview: SupplierPreview, hasMail: boolean): View {
  const { say } = c;
  const { row, sheet, plan, digest } = preview;
  const byDeed = Map.groupBy(plan.steps, ({ does }) => does);
  const count = plan.steps.filter(({ does }) => does !== "nothing").length;
  const refusals = [
    ...sheet.badRows.map(({ row, column, value, problem }) => ({
      row,
      text: say(`catalogs.badRow.${problem}`, { row, column, value: value.slice(0, 60) }),
    })),
    ...plan.twice.map(({ row, name, first }) => ({ row, text: say("suppliers.twice", { row, name, first }) })),
  ].toSorted((one, other) => one.row - other.row);
  const groups = DOES.map((does) => deedPart(c, does, byDeed.get(does) ?? []));
  const form = html`<input type="hidden" name="digest" value="${digest}">${groups}
    ${(byDeed.get("invite")?.length ?? 0) > 0 && hasMail ? lettersChoice(c) : html`<input type="hidden" name="letters" value="later">`}
    <p><button type="submit">${say("suppliers.confirm")}</button></p>`;
  return {
    title: say("imports.previewTitle"),
    body: html`<p class="lead">${say("suppliers.previewLead", { file: row.fileName, count })}</p>
      <p><a href="${base}/import/${row.id}/columns">${say("catalogs.preview.columns")}</a></p>
      ${
        refusals.length === 0
          ? ""
          : html`<div class="problems"><h2>${say("catalogs.preview.refused", { count: refusals.length })}</h2>
      <ul>${refusals.slice(0, 100).map(({ text }) => html`<li>${text}</li>`)}</ul></div>`
      }
      ${count === 0 ? html`<p class="empty">${say("suppliers.nothing")}</p>${groups}` : postForm(c, { action: `${base}/import/${row.id}` }, form)}
      ${actionButton(c, { action: `${base}/import/discard`, label: say("catalogs.preview.discard"), kind: "quiet" })}`,
  };
}

function lettersChoice(c: PageContext): Html {
  const choices = (["later", "now"] as const).map((value) => ({ value, label: c.say(`suppliers.letters.${value}`) }));
  const field = { name: "letters", label: c.say("suppliers.letters.title"), choices, required: true };
  return radioField(c, formOf({ letters: "later" }), field);
}

function deedPart(c: PageContext, does: SupplierStep["does"], steps: readonly SupplierStep[]): Html | "" {
  if (steps.length === 0) return "";
  const rows = steps.slice(0, SHOWN).map(({ row }) => {
    const facts = [row.place, row.email, row.vatNumber, row.address].filter((fact) => fact !== "").join(" · ");
    return html`<li class="row"><div>${c.say("imports.line", { row: row.row, name: row.name })}<small>${facts}</small></div></li>`;
  });
  return html`<details open><summary>${c.say(`suppliers.does.${does}`, { count: steps.length })}</summary><ul class="rows">${rows}</ul></details>`;
}
