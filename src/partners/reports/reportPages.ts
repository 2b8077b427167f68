// Reports as people see them: the form with which somebody here makes one, and the list of who decides about them. Pure.
import { timeTag } from "../../web/format.ts";
import { actionButton, errorSummary, type FormState, formOf, postForm, textArea, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { notice } from "../../web/parts.ts";
import { domain } from "../pages.ts";

/** A report with the names that belong to it; null where it is from elsewhere, or nobody has decided. */
export type ShownReport = {
  readonly id: number;
  readonly host: string;
  readonly objects: string;
  readonly content: string;
  readonly at: number;
  readonly reporter: { readonly person: string; readonly group: string } | null;
  readonly decided: {
    readonly decision: "seen" | "blocked" | "forwarded";
    readonly by: string;
    readonly at: number;
  } | null;
};

export const REPORT_MAX = 2000;

/** Where a person tells who looks after the node about somebody elsewhere. */
export function reportPage(c: PageContext, state: FormState, isSent: boolean): View {
  const { say } = c;
  const labels = {
    who: say("partners.report.who"),
    about: say("partners.report.about"),
    content: say("partners.report.content"),
  };
  const fields = html`${textField(c, state, { name: "who", label: labels.who, hint: say("partners.report.whoHint"), required: true, maxLength: 500 })}
    ${textField(c, state, { name: "about", label: labels.about, hint: say("partners.report.aboutHint"), maxLength: 2048 })}
    ${textArea(c, state, { name: "content", label: labels.content, hint: say("partners.report.contentHint"), required: true, rows: 5, maxLength: REPORT_MAX })}
    <button type="submit">${say("partners.report.send")}</button>`;
  return {
    title: say("partners.report.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say("partners.report.lead")}</p>
      ${isSent ? notice(say("partners.report.sent")) : ""}
      ${errorSummary(c, state, labels)}${postForm(c, { action: c.path }, fields)}`,
  };
}

/** Reports that wait for a decision, each with what can be done, and what was decided lately. */
export function reportList(
  c: PageContext,
  { open, decided, path }: { open: readonly ShownReport[]; decided: readonly ShownReport[]; path: string },
): Html {
  const { say } = c;
  const cards = open.map((report) => html`<li class="card">${reportBody(c, report)}${decisions(c, report, path)}</li>`);
  const past = decided.map((report) => {
    const { decision, by, at } = report.decided!;
    return html`<li>${timeTag(c.language, at, c.now)}: ${say(`partners.reports.decision.${decision}`)} (${by}). ${domain(report.host)} <small>${report.content}</small></li>`;
  });
  return html`${cards.length === 0 ? "" : html`<h2>${say("partners.reports.title", { count: cards.length })}</h2><ul class="cards">${cards}</ul>`}
    ${past.length === 0 ? "" : html`<details class="card"><summary>${say("partners.reports.decided")}</summary><ul>${past}</ul></details>`}`;
}

function reportBody(c: PageContext, { host, at, content, objects, reporter }: ShownReport): Html {
  const { say } = c;
  return html`<h3>${domain(host)}</h3><p>${timeTag(c.language, at, c.now)}</p>
    ${reporter ? html`<p>${say("partners.reports.from", reporter)}</p>` : html`<p>${say("partners.reports.fromElsewhere")}</p>`}
    <p>${content || say("partners.reports.silent")}</p>
    <ul>${objects.split("\n").map((iri) => html`<li><code>${iri}</code></li>`)}</ul>`;
}

/** One from here can be passed on, in words that the decider has seen; the domain in question can be blocked at once. */
function decisions(c: PageContext, { id, host, content, reporter }: ShownReport, path: string): Html {
  const { say } = c;
  const act = (name: string, label: string, kind: "plain" | "quiet" | "danger") =>
    actionButton(c, { action: `${path}/report/${name}`, label, fields: { id: String(id) }, kind, describe: host });
  const name = `content-${id}`;
  const forward = html`<details><summary>${say("partners.reports.forward")}</summary><p>${say("partners.reports.forwardHint")}</p>${postForm(
    c,
    { action: `${path}/report/forward` },
    html`<input type="hidden" name="id" value="${id}">
      ${textArea(c, formOf({ [name]: content }), { name, label: say("partners.reports.words"), rows: 4, maxLength: REPORT_MAX })}
      <button type="submit" class="quiet">${say("partners.reports.forwardNow", { host })}</button>`,
  )}</details>`;
  return html`<div class="actions">${act("settle", say("partners.reports.settle"), "plain")}${act("block", say("partners.reports.block", { host }), "danger")}</div>
    ${reporter ? forward : ""}`;
}
