// A network's desk: its sources, how each is reached, how fresh it is, what went wrong, what it said that is not its to say. Pure.
import { actionButton } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { DAILY_BUDGET } from "./budget.ts";
import { freshnessOf, listStaleParts } from "./freshness.ts";
import { MOST_DEPTH, MOST_SOURCES, type Standing } from "./reach.ts";
import { dueAtOf, MOST_ENTRIES, type Source } from "./source.ts";

/** A source as its page shows it. `viaName`: the network that lists it; null: our own. */
export type ShownSource = {
  readonly source: Source;
  readonly standing: Standing;
  readonly depth: number;
  readonly isPaused: boolean;
  readonly viaName: string | null;
  /** We asked to follow it, and nobody there has answered: its news come once a day, and nothing of it is announced. */
  readonly isUnanswered: boolean;
};

export type SourcesView = {
  readonly sources: readonly ShownSource[];
  readonly total: number;
  /** Whoever looks after the node may shut out a whole domain. */
  readonly mayBlock: boolean;
};

/** The sources, those in trouble first in each step. */
export function sourcesPage(c: PageContext, view: SourcesView): View {
  const { say } = c;
  const rows = view.sources.map((shown) => sourceRow(c, shown));
  const limits = {
    ...{ pages: c.format.count(DAILY_BUDGET.pages), items: c.format.count(DAILY_BUDGET.items) },
    ...{ seconds: DAILY_BUDGET.ms / 1000, entries: c.format.count(MOST_ENTRIES) },
    ...{ sources: c.format.count(MOST_SOURCES), depth: MOST_DEPTH },
  };
  return {
    title: say("sources.title"),
    body: html`<p class="lead">${say("sources.lead")}</p>
      ${rows.length === 0 ? html`<p class="empty">${say("sources.empty")}</p>` : html`<p>${say("sources.count", { count: view.total })}</p><ul class="rows">${rows}</ul>`}
      ${view.mayBlock ? html`<p><a href="/node/federation">${say("sources.block")}</a></p>` : html`<p>${say("sources.blockHint")}</p>`}
      <h2>${say("sources.limits")}</h2><p>${say("sources.limitsText", limits)}</p>`,
  };
}

function sourceRow(c: PageContext, shown: ShownSource): Html {
  const { say } = c;
  const { source, isPaused } = shown;
  const name = source.name || source.uri;
  const fields = { source: source.uri };
  const act = (action: string, label: string) =>
    actionButton(c, { action: `${c.path}/${action}`, label, fields, kind: "quiet", describe: name });
  return html`<li class="row"><div><a href="${safeUrl(source.uri)}" rel="noopener">${name}</a>
      <small>${kindOf(c, source)} · ${wayOf(c, shown)}</small>
      <small>${ageOf(c, source)} · ${say("sources.entries", { count: source.entries })}</small>
      ${troubles(c, shown).map((text) => html`<p class="warning">${text}</p>`)}</div>
      <div class="actions">${act("read", say("sources.read"))}${isPaused ? act("resume", say("sources.resume")) : act("pause", say("sources.pause"))}</div></li>`;
}

function kindOf({ say }: PageContext, { kind, level }: Source): string {
  if (kind === null) return say("sources.kind.unread");
  return say(kind === "district" ? `sources.level.${level ?? "des"}` : `sources.kind.${kind}`);
}

function wayOf({ say }: PageContext, { viaName, depth }: ShownSource): string {
  return viaName === null ? say("sources.own") : say("sources.via", { name: viaName, count: depth });
}

function ageOf({ say, format, now }: PageContext, { okAt }: Source): string {
  const when = okAt === null ? "" : format.relative(okAt, now);
  return say(`sources.age.${freshnessOf(okAt, now)}`, { when });
}

/** What a person should know, in sentences; nothing where all is well. */
function troubles(c: PageContext, { source, standing, isPaused, viaName, isUnanswered }: ShownSource): string[] {
  const { say, format, now } = c;
  const told: string[] = [];
  if (isPaused) told.push(say("sources.paused"));
  if (source.isGone) told.push(say("sources.gone"));
  else if (standing === "one-sided") told.push(say("sources.oneSided", { name: viaName ?? say("sources.ours") }));
  if (standing === "agreed" && !source.isGone && !source.isDiscoverable) told.push(say("sources.unlisted"));
  else if (standing === "agreed" && !source.isGone && !source.isIndexable) told.push(say("sources.unfound"));
  if (isUnanswered && !source.isGone) told.push(say("sources.unanswered"));
  if (source.failures > 0 && !source.isGone) {
    // One part may be put off alone: it is then the first to be due.
    const when = format.relative(dueAtOf(source) ?? source.retryAt, now);
    told.push(say("sources.failing", { count: source.failures, why: whyOf(c, source.lastError ?? ""), when }));
  } else if (source.lastError === "day-spent")
    told.push(say("sources.spent", { when: format.relative(source.retryAt, now) }));
  else if (source.lastError === "too-many-items") told.push(say("sources.tooMany", { count: MOST_ENTRIES }));
  for (const { part, at } of listStaleParts(source, now))
    told.push(say("sources.stalePart", { part: say(`sources.part.${part}`), when: format.relative(at, now) }));
  if (source.lies > 0) told.push(say("sources.lies", { count: source.lies, first: source.lie ?? "" }));
  return told;
}

/** Why it failed: a sentence for what is common, and in brackets what was really heard. */
function whyOf({ say }: PageContext, lastError: string): string {
  const cause = (["timeout", "refused", "dns", "tls", "too-large"] as const).find((word) => lastError.includes(word));
  return `${say(`sources.why.${cause ?? "other"}`)} (${lastError})`;
}
