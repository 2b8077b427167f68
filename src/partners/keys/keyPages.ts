// The keys of each actor of the node, for who looks after it: since when, who still knows only the old one, and how to change it. Pure.

import { timeTag } from "../../web/format.ts";
import { postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";

export const KEYS_PATH = "/node/keys";
export const KEY_ALGORITHMS = ["ed25519", "rsa"] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

/** `since`: when each current key was made. `unanswered`: partners that were told of the newest proof key and have not answered. */
export type ActorKeys = {
  readonly handle: string;
  readonly name: string;
  readonly since: Readonly<Record<KeyAlgorithm, number>>;
  readonly unanswered: readonly string[];
};

/** Every actor with its two keys. */
export function keysPage(c: PageContext, actors: readonly ActorKeys[]): View {
  const { say } = c;
  return {
    title: say("partners.keys.title"),
    body: html`<p class="lead">${say("partners.keys.lead")}</p>${actors.map((actor) => actorCard(c, actor))}`,
  };
}

function actorCard(c: PageContext, { handle, name, since, unanswered }: ActorKeys): Html {
  const { say, language, now } = c;
  const line = (algorithm: KeyAlgorithm) => html`<dt>${say(`partners.keys.of.${algorithm}`)}</dt>
    <dd>${say("partners.keys.since")} ${timeTag(language, since[algorithm], now)}<br>
      <a href="${KEYS_PATH}/${handle}/${algorithm}" aria-label="${say("partners.keys.change")}: ${name}, ${say(`partners.keys.of.${algorithm}`)}">${say("partners.keys.change")}</a></dd>`;
  return html`<section class="card"><h2>${name}</h2><dl class="facts stacked">${KEY_ALGORITHMS.map(line)}</dl>
    ${unanswered.length === 0 ? "" : html`<p>${say("partners.keys.unanswered", { count: unanswered.length })}</p><ul>${unanswered.map((peer) => html`<li>${peer}</li>`)}</ul>`}</section>`;
}

/** What happens, before it does. */
export function changeKeyPage(c: PageContext, actor: ActorKeys, algorithm: KeyAlgorithm): View {
  const { say } = c;
  const { handle, name } = actor;
  const action = `${KEYS_PATH}/${handle}/${algorithm}`;
  return {
    title: say("partners.keys.changeTitle", { name }),
    body: html`<p class="lead">${say(`partners.keys.of.${algorithm}`)}</p>
      <ul>${["now", "others", "old"].map((what) => html`<li>${say(`partners.keys.happens.${algorithm}.${what}`)}</li>`)}</ul>
      ${postForm(c, { action }, html`<button type="submit">${say("partners.keys.do")}</button>`)}
      <p><a href="${KEYS_PATH}">${say("partners.keys.leave")}</a></p>`,
  };
}
