// Every node that ours speaks with, for who looks after ours: how each is in words, and what can be done about it. Pure.
import { timeTag } from "../../web/format.ts";
import { actionButton } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import { listQuery, type Sifted } from "../../web/lists.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, listPages, listTools, type Mood, statusBadge } from "../../web/parts.ts";
import { domain } from "../pages.ts";
import { type Health, type HostFacts, healthOf, troubleWith } from "./health.ts";

export const HOSTS_PATH = "/node/partners";
const MOODS: Readonly<Record<Health, Mood>> = {
  paused: "wait",
  "to-verify": "stop",
  "other-version": "stop",
  silent: "stop",
  waiting: "wait",
  well: "good",
  unheard: "plain",
};

/** `reports`: of people of other nodes, still to be read. */
export function nodeHostsPage(
  c: PageContext,
  view: { readonly hosts: Sifted<HostFacts>; readonly blocked: ReadonlySet<string>; readonly reports: number },
): View {
  const { say } = c;
  const { hosts, blocked, reports } = view;
  const chips = [{ name: "trouble", label: say("partners.nodeHosts.trouble") }];
  const list =
    hosts.items.length === 0
      ? emptyState({ text: say("partners.nodeHosts.empty") })
      : html`<ul class="cards">${hosts.items.map((facts) => hostCard(c, facts, blocked.has(facts.host), listQuery(hosts)))}</ul>`;
  return {
    title: say("partners.nodeHosts.title"),
    body: html`<p class="lead">${say("partners.nodeHosts.lead")}</p>
      ${reports > 0 ? html`<p class="notice"><a href="/node/federation">${say("partners.reports.title", { count: reports })}</a></p>` : ""}
      ${hosts.all === 0 ? "" : listTools(c, hosts, { label: say("partners.nodeHosts.find"), chips })}
      <p><small>${say("partners.pause.hint")}</small></p>
      ${list}${listPages(c, hosts)}
      <p><a href="/node/federation">${say("partners.nodeHosts.rules")}</a></p>`,
  };
}

/** What can be done about a node that is sent what it is owed. */
function sending({ origin }: PageContext, { host, waiting, toVerify }: HostFacts, act: Act): Html {
  const isOurs = host === new URL(origin).host;
  return html`${waiting + toVerify > 0 ? act("retry", "partners.health.retry", "plain") : ""}${waiting > 0 ? act("hold", "partners.health.hold", "quiet") : ""}${isOurs ? "" : act("pause", "partners.pause.pause", "quiet")}`;
}

type Act = (path: string, label: string, kind: "plain" | "quiet") => Html;

function hostCard(c: PageContext, facts: HostFacts, isBlocked: boolean, query: string): Html {
  const { say, format, now } = c;
  const { host, waiting, toVerify, nextAt, lastError } = facts;
  const health = healthOf(facts);
  const trouble = troubleWith(facts);
  const isPaused = facts.pausedAt !== null;
  const at = (time: number | null) => (time === null ? say("partners.health.never") : format.relative(time, now));
  const act: Act = (path, label, kind) =>
    actionButton(c, {
      action: `${HOSTS_PATH}/${path}${query}`,
      label: say(label),
      fields: { host },
      kind,
      describe: host,
    });
  return html`<li class="card"><h2>${domain(host)}</h2>
      <p>${statusBadge(MOODS[health], say(`partners.health.word.${health}`))} ${isBlocked ? statusBadge("stop", say("partners.nodeHosts.blocked")) : ""}</p>
      <dl class="facts stacked"><dt>${say("partners.health.heard")}</dt><dd>${at(facts.lastHeardAt)}</dd>
        <dt>${say("partners.nodeHosts.delivered")}</dt><dd>${at(facts.lastDeliveredAt)}</dd>
        <dt>${say("partners.health.waiting")}</dt><dd>${say("partners.health.letters", { count: waiting })}</dd>
        ${toVerify > 0 ? html`<dt>${say("partners.nodeHosts.verify")}</dt><dd>${say("partners.health.letters", { count: toVerify })}</dd>` : ""}
        ${isPaused ? html`<dt>${say("partners.pause.sinceLabel")}</dt><dd>${timeTag(c.language, facts.pausedAt ?? now, now)}</dd>` : ""}
        ${waiting > 0 && nextAt !== null && !isPaused ? html`<dt>${say("partners.health.next")}</dt><dd>${format.relative(Math.max(nextAt, now), now)}</dd>` : ""}
        ${trouble === "none" ? "" : html`<dt>${say("partners.health.trouble")}</dt><dd>${say(`partners.trouble.${trouble}`)} <small>${lastError ?? ""}</small></dd>`}
      </dl>
      <div class="actions">${isPaused ? act("resume", "partners.pause.resume", "plain") : sending(c, facts, act)}<a href="/node/federation?domain=${encodeURIComponent(host)}">${say("partners.health.block")}</a></div></li>`;
}
