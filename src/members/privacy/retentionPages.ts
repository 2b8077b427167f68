// How long the node keeps things, for who looks after it: each period with what it means, and what a shorter one takes away. Pure.
import { limitsOf, PERIODS, type Period, type Periods } from "../../kernel/retention.ts";
import { errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";
import type { Say } from "../../web/words.ts";
import type { Shortened } from "./retentionActions.ts";

export const RETENTION_PATH = "/node/retention";

/** Periods as they stand together on the page. */
const GROUPS: Readonly<Record<string, readonly Period[]>> = {
  enter: ["idle", "session", "links", "addresses"],
  ask: ["requests", "waiting", "seekers", "foundings", "bookings"],
  write: ["notices", "arrivals", "letters", "refusals", "reports"],
  log: ["audit"],
};

/** Whole years as years: "2 anni"; else "90 giorni". */
export function tellDays(say: Say, days: number): string {
  return days % 365 === 0 ? say("retention.years", { count: days / 365 }) : say("retention.days", { count: days });
}

/** Every period in words, by its name: what sentences of the informativa take up. */
export function tellPeriods(say: Say, periods: Periods): Readonly<Record<Period, string>> {
  return Object.fromEntries(PERIODS.map((period) => [period, tellDays(say, periods[period])])) as Record<
    Period,
    string
  >;
}

function labelsOf(say: Say): Record<string, string> {
  return Object.fromEntries(PERIODS.map((period) => [period, say(`retention.label.${period}`)]));
}

/** The form with every period. */
export function retentionPage(c: PageContext, state: FormState, view: { readonly isSaved: boolean }): View {
  const { say } = c;
  const labels = labelsOf(say);
  const field = (period: Period) => {
    const { usual, least, most } = limitsOf(period);
    const range = say("retention.range", { least, most, usual });
    const hint = `${say(`retention.hint.${period}`)} ${range}`;
    return textField(c, state, {
      ...{ name: period, label: labels[period] ?? period, hint },
      ...{ inputmode: "numeric", short: true, required: true, maxLength: 4 },
    });
  };
  const groups = Object.entries(GROUPS).map(
    ([group, periods]) => html`<h2>${say(`retention.group.${group}`)}</h2>${periods.map(field)}`,
  );
  return {
    title: say("retention.title"),
    ...formStatus(state),
    body: html`${view.isSaved ? html`<div class="notice" role="status"><p>${say("retention.saved")}</p></div>` : ""}
      <p class="lead">${say("retention.lead")} <a href="/privacy">${say("privacy.link")}</a></p>
      ${clashBox(c, state, labels)}${errorSummary(c, state, labels)}
      ${postForm(c, { action: RETENTION_PATH }, html`${seenField(state)}${groups}<button type="submit">${say("retention.save")}</button>`)}
      <h2>${say("retention.lawTitle")}</h2>
      <p>${say("retention.law")}</p>`,
  };
}

/** Asks before anything goes. `state` is what was typed: it is sent again as it is. */
export function shortenPage(c: PageContext, state: FormState, shortened: readonly Shortened[]): View {
  const { say } = c;
  const hidden = PERIODS.map(
    (period) => html`<input type="hidden" name="${period}" value="${String(state.typed[period] ?? "")}">`,
  );
  return {
    title: say("retention.sureTitle"),
    body: html`<p class="lead">${say("retention.sureLead")}</p>
      <ul class="rows">${shortened.map((one) => shortenedRow(c, one))}</ul>
      ${postForm(
        c,
        { action: RETENTION_PATH },
        html`${seenField(state)}${hidden}<input type="hidden" name="sure" value="on">
          <button type="submit" class="danger">${say("retention.sure")}</button>`,
      )}
      <p><a href="${RETENTION_PATH}">${say("retention.leave")}</a></p>`,
  };
}

function shortenedRow({ say }: PageContext, { period, before, after, rows }: Shortened): Html {
  const change = say("retention.change", { before: tellDays(say, before), after: tellDays(say, after) });
  return html`<li class="row"><div><strong>${say(`retention.label.${period}`)}</strong> ${change}
      <small>${rows === 0 ? say("retention.goesNone") : say("retention.goes", { count: rows })}</small></div></li>`;
}
