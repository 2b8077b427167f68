// A group's figures: for who decides what leaves, exactly what would; for everybody, the months that left. Pure: view -> HTML.
import { actionButton } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { chips, emptyState, statusBadge } from "../../web/parts.ts";
import { dueAtOf, type ToldMonth } from "./month.ts";
import { monthName, monthTables } from "./monthPages.ts";

/** A month that was written down: what it told, null where it told nothing or was taken back. */
export type ShownMonth = { readonly month: string; readonly told: ToldMonth | null; readonly revokedAt: number | null };

/** What a group decides on: its months so far, those that are to come, and how one of them would leave (`told` null: nothing would). */
export type StatisticsView = {
  readonly handle: string;
  readonly shows: boolean;
  readonly written: readonly ShownMonth[];
  readonly open: readonly string[];
  readonly preview: { readonly month: string; readonly told: ToldMonth | null } | null;
};

const RULES = ["few", "neighbour", "most", "ordered", "euros", "rounded", "frozen", "names"] as const;

/** The desk page: the choice, the preview, what left. */
export function statisticsDeskPage(c: PageContext, view: StatisticsView): View {
  const { say } = c;
  const { handle, shows } = view;
  const press = { action: c.path, label: say(shows ? "statistics.desk.stop" : "statistics.desk.start") };
  const fields = { shows: shows ? "no" : "yes" };
  return {
    title: say("statistics.title"),
    body: html`<p class="lead">${say("statistics.desk.lead")}</p>
      <p>${statusBadge(shows ? "good" : "plain", say(shows ? "statistics.desk.on" : "statistics.desk.off"))} ${shows ? html`<a href="/${handle}/statistics">${say("statistics.desk.see")}</a>` : ""}</p>
      ${actionButton(c, { ...press, fields, kind: shows ? "quiet" : "plain" })}
      <p><small>${say(shows ? "statistics.desk.stopHint" : "statistics.desk.startHint")}</small></p>
      <h2>${say("statistics.desk.rules")}</h2><ul>${RULES.map((rule) => html`<li>${say(`statistics.rule.${rule}`)}</li>`)}</ul>
      <h2>${say("statistics.desk.preview")}</h2>${previewPart(c, view)}
      <h2>${say("statistics.desk.left")}</h2>${writtenPart(c, view)}`,
  };
}

function previewPart(c: PageContext, { open, preview, shows }: StatisticsView): Html {
  const { say, format } = c;
  if (!preview) return html`<p>${say("statistics.desk.noPreview")}</p>`;
  const { month, told } = preview;
  const ways = open.map((one) => ({
    href: `${c.path}?month=${one}`,
    label: monthName(c.language, one),
    isCurrent: one === month,
  }));
  const due = dueAtOf(month);
  const facts = { month: monthName(c.language, month), date: format.date(due) };
  const when = due <= c.now ? (shows ? "soon" : "atOnce") : "later";
  return html`${chips(say("statistics.desk.months"), ways)}
    <p>${say(`statistics.desk.${when}`, facts)}</p>
    ${told ? monthTables(c, told) : html`<p class="found">${say("statistics.tooFew")}</p>`}`;
}

function writtenPart(c: PageContext, { written, handle }: StatisticsView): Html {
  const { say } = c;
  if (written.length === 0) return emptyState({ text: say("statistics.desk.nothingLeft") });
  const rows = written.map(({ month, told, revokedAt }) => {
    const name = monthName(c.language, month);
    const state =
      revokedAt !== null
        ? statusBadge("stop", say("statistics.desk.revoked", { date: c.format.date(revokedAt) }))
        : told
          ? actionButton(c, {
              ...{ action: `${c.path}/revoke`, label: say("statistics.desk.revoke"), describe: name },
              ...{ fields: { month }, kind: "danger" as const },
            })
          : statusBadge("plain", say("statistics.desk.nothing"));
    return html`<li class="row"><div>${told ? html`<a href="/${handle}/statistics/${month}">${name}</a>` : name}</div>${state}</li>`;
  });
  return html`<p>${say("statistics.desk.revokeHint")}</p><ul class="rows">${rows}</ul>`;
}

/** A group as the pages about its figures name it. */
export type Publisher = { readonly id: string; readonly handle: string; readonly name: string };

/** Everybody's page: the months that left, each as a table. */
export function monthsPage(c: PageContext, group: Publisher, months: readonly ToldMonth[]): View {
  const { say } = c;
  const parts = months.map((told) => {
    const name = monthName(c.language, told.month);
    return html`<section><h2><a href="/${group.handle}/statistics/${told.month}">${name}</a></h2>${monthTables(c, told)}</section>`;
  });
  return {
    title: say("statistics.of", { name: group.name }),
    description: say("statistics.description", { name: group.name }),
    alternate: `${group.id}/statistics`,
    body: html`<p class="lead">${say("statistics.lead")}</p>
      ${parts.length === 0 ? emptyState({ text: say("statistics.noneYet") }) : parts}
      ${rulesPart(c)}`,
  };
}

/** One month. */
export function monthPage(c: PageContext, group: Publisher, told: ToldMonth, publishedAt: number): View {
  const { say, format } = c;
  return {
    title: say("statistics.document", { name: group.name, month: monthName(c.language, told.month) }),
    description: say("statistics.description", { name: group.name }),
    alternate: `${group.id}/statistics/${told.month}`,
    body: html`<p>${say("statistics.published", { date: format.date(publishedAt) })}</p>${monthTables(c, told)}
      <p><a href="/${group.handle}/statistics">${say("statistics.all")}</a></p>${rulesPart(c)}`,
  };
}

function rulesPart({ say }: PageContext): Html {
  return html`<details><summary>${say("statistics.how")}</summary><ul>${RULES.map((rule) => html`<li>${say(`statistics.rule.${rule}`)}</li>`)}</ul></details>`;
}
