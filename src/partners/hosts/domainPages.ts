// The node's federation for who looks after it: domains it speaks with or not, reports, what was refused and why. Pure.
import {
  actionButton,
  errorSummary,
  type FormState,
  FRESH,
  fileField,
  formOf,
  postForm,
  radioField,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { domain } from "../pages.ts";
import { reportList, type ShownReport } from "../reports/reportPages.ts";

export type DomainsView = {
  readonly isAllowlist: boolean;
  readonly rules: readonly { domain: string; rule: "block" | "allow"; reason: string; createdAt: number }[];
  readonly reports: { readonly open: readonly ShownReport[]; readonly decided: readonly ShownReport[] };
  /** Refusals of the last days, counted by their code. */
  readonly refusals: readonly { code: string; total: number; lastAt: number; host: string }[];
};

export const DOMAINS_PATH = "/node/federation";

export function domainsPage(c: PageContext, view: DomainsView, state: FormState): View {
  const { say } = c;
  return {
    title: say("partners.domains.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say("partners.domains.lead")}</p>
      ${reportList(c, { ...view.reports, path: DOMAINS_PATH })}
      ${errorSummary(c, state, { domain: say("partners.domains.domain"), file: say("partners.domains.file") })}
      ${ruleForm(c, state)}
      ${ruleList(c, view)}
      ${modeForm(c, view)}
      ${listForms(c, state)}
      ${refusalList(c, view)}`,
  };
}

function ruleForm(c: PageContext, state: FormState): Html {
  const { say } = c;
  const choices = (["block", "allow"] as const).map((value) => ({
    value,
    label: say(`partners.domains.rule.${value}`),
    hint: say(`partners.domains.ruleHint.${value}`),
  }));
  return html`<h2>${say("partners.domains.add")}</h2>${postForm(
    c,
    { action: DOMAINS_PATH },
    html`${textField(c, state, { name: "domain", label: say("partners.domains.domain"), hint: say("partners.domains.domainHint"), required: true, maxLength: 253 })}
      ${radioField(c, state.typed.rule ? state : { ...state, typed: { ...state.typed, rule: "block" } }, { name: "rule", label: say("partners.domains.what"), required: true, choices })}
      ${textField(c, state, { name: "reason", label: say("partners.domains.reason"), hint: say("partners.domains.reasonHint"), maxLength: 300 })}
      <button type="submit">${say("partners.domains.submit")}</button>`,
  )}`;
}

function ruleList(c: PageContext, { rules }: DomainsView): Html {
  const { say } = c;
  if (rules.length === 0) return html`<p class="empty">${say("partners.domains.empty")}</p>`;
  const rows = rules.map(
    (
      rule,
    ) => html`<li class="row"><div>${domain(rule.domain)} <span class="badge${rule.rule === "block" ? " stop" : ""}">${say(`partners.domains.rule.${rule.rule}`)}</span>
        ${rule.reason ? html`<small>${rule.reason}</small>` : ""}</div>
      ${actionButton(c, { action: `${DOMAINS_PATH}/remove`, label: say("partners.domains.remove"), fields: { domain: rule.domain }, kind: "quiet", describe: rule.domain })}</li>`,
  );
  return html`<ul class="rows">${rows}</ul>`;
}

function modeForm(c: PageContext, { isAllowlist }: DomainsView): Html {
  const { say } = c;
  const choices = (["open", "allowlist"] as const).map((value) => ({
    value,
    label: say(`partners.domains.mode.${value}`),
    hint: say(`partners.domains.modeHint.${value}`),
  }));
  const state = formOf({ mode: isAllowlist ? "allowlist" : "open" });
  return html`<h2>${say("partners.domains.modeTitle")}</h2>${postForm(
    c,
    { action: `${DOMAINS_PATH}/mode` },
    html`${radioField(c, state, { name: "mode", label: say("partners.domains.modeLabel"), required: true, choices })}
      <button type="submit" class="quiet">${say("partners.domains.modeSubmit")}</button>`,
  )}`;
}

function listForms(c: PageContext, state: FormState): Html {
  const { say } = c;
  const shown = state.errors.file ? state : FRESH;
  return html`<h2>${say("partners.domains.lists")}</h2>
    <p><a href="${DOMAINS_PATH}/blocks.csv" download>${say("partners.domains.export")}</a></p>
    ${postForm(
      c,
      { action: `${DOMAINS_PATH}/import`, upload: true },
      html`${fileField(c, shown, { name: "file", label: say("partners.domains.file"), hint: say("partners.domains.fileHint"), required: true, accept: ".csv,.txt" })}
        <button type="submit" class="quiet">${say("partners.domains.import")}</button>`,
    )}`;
}

function refusalList(c: PageContext, { refusals }: DomainsView): Html {
  const { say, format, now } = c;
  if (refusals.length === 0) return html``;
  const rows = refusals.map(
    (one) =>
      html`<tr><td><code>${one.code}</code></td><td class="number">${format.count(one.total)}</td><td>${one.host}</td><td>${format.relative(one.lastAt, now)}</td></tr>`,
  );
  const title = say("partners.refusals.title");
  return html`<h2>${title}</h2><p>${say("partners.refusals.lead")}</p>
    <section class="scroll" tabindex="0" aria-label="${title}"><table>
      <thead><tr><th>${say("partners.refusals.code")}</th><th>${say("partners.refusals.times")}</th><th>${say("partners.refusals.host")}</th><th>${say("partners.refusals.last")}</th></tr></thead>
      <tbody>${rows}</tbody></table></section>`;
}
