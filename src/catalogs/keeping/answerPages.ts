// Who names a group or network as keeper of its list, and what it says to each. Pure: view -> HTML.
import { domain } from "../../partners/pages.ts";
import type { Peer } from "../../partners/peer.ts";
import { actionButton } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { statusBadge } from "../../web/parts.ts";
import type { KeeperAnswer } from "./actions.ts";

/** One producer and its list. `said`: what this actor says of it; `isNamed`: whether the producer names it now. */
export type KeptList = {
  readonly producer: Peer;
  readonly said: KeeperAnswer;
  readonly isNamed: boolean;
  /** Where its people work on the list; null: that is not open to them from here. */
  readonly deskHref: string | null;
};

export type AnswersView = {
  readonly handle: string;
  readonly lists: readonly KeptList[];
  /** What was just said, if anything. */
  readonly done: KeeperAnswer | null;
};

export function answersPage(c: PageContext, { handle, lists, done }: AnswersView): View {
  const { say } = c;
  const action = `/desk/${handle}/keeping`;
  const part = (title: string, some: readonly KeptList[]): Html | "" =>
    some.length === 0
      ? ""
      : html`<h2>${title}</h2><ul class="cards">${some.map((one) => listCard(c, action, one))}</ul>`;
  const asking = lists.filter(({ said }) => said === "nothing");
  const answered = lists.filter(({ said }) => said !== "nothing");
  return {
    title: say("catalogs.keeping.title"),
    body: html`${done ? html`<div class="notice" role="status"><p>${say(`catalogs.keeping.done.${done}`)}</p></div>` : ""}
      <p class="lead">${say("catalogs.keeping.lead")}</p>
      ${lists.length === 0 ? html`<p class="empty">${say("catalogs.keeping.nobody")}</p>` : ""}
      ${part(say("catalogs.keeping.asking"), asking)}
      ${part(say("catalogs.keeping.answered"), answered)}`,
  };
}

function listCard(c: PageContext, action: string, { producer, said, isNamed, deskHref }: KeptList): Html {
  const { say } = c;
  const { id, name, host } = producer;
  const press = (answer: KeeperAnswer, label: string, kind?: "quiet") =>
    actionButton(c, { action, label, fields: { producer: id, answer }, ...(kind ? { kind } : {}) });
  const badge =
    said === "nothing"
      ? ""
      : statusBadge(said === "yes" && isNamed ? "good" : "wait", say(`catalogs.keeping.said.${said}`));
  const isWaste = said === "yes" && !isNamed;
  return html`<li class="card"><h3><a href="${safeUrl(id)}" rel="noopener noreferrer">${name}</a> ${domain(host)}</h3>
      <p>${badge} ${say(`catalogs.keeping.${isNamed ? "names" : "namesNot"}`, { name })}</p>
      ${deskHref === null ? "" : html`<p><a href="${deskHref}">${say("catalogs.keeping.open")}</a></p>`}
      <div class="actions">${said !== "yes" && isNamed ? press("yes", say("catalogs.keeping.yes")) : ""}
      ${said === "nothing" ? press("no", say("catalogs.keeping.no"), "quiet") : ""}
      ${said === "yes" ? press("nothing", say(isWaste ? "catalogs.keeping.clear" : "catalogs.keeping.takeBack"), "quiet") : ""}
      ${said === "no" ? press("nothing", say("catalogs.keeping.clear"), "quiet") : ""}</div></li>`;
}
