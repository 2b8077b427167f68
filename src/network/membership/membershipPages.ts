// The desk of who joins: the networks it is in or waits for, and the page on which a person reads a charter and asks. Pure.
import type { RemoteActor } from "../../activitypub/actor.ts";
import { domain } from "../../partners/pages.ts";
import type { Peer } from "../../partners/peer.ts";
import { actionButton, checkboxField, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, type Mood, statusBadge } from "../../web/parts.ts";
import type { ShownCharter } from "./charter.ts";
import type { Membership, MembershipState } from "./membership.ts";
import { charterText, kindKey } from "./publicPages.ts";

type ShownNetwork = { readonly peer: Peer; readonly half: Membership };

const MOODS: Readonly<Record<MembershipState, Mood>> = {
  asked: "wait",
  member: "good",
  refused: "stop",
  left: "plain",
  removed: "stop",
};

/** What a rule of a network may answer; another code is shown as none. */
const CODES = ["charter-changed", "network-full", "level-too-high"];

/** Every network our actor has to do with, and the field to find one more. */
export function networksPage(
  c: PageContext,
  networks: readonly ShownNetwork[],
  state: FormState,
  mayDecide: boolean,
): View {
  const { say } = c;
  const label = say("membership.networks.who");
  const find = html`<form method="get" action="${networksPath(c)}/find" class="stack" novalidate>
      ${textField(c, state, { name: "who", label, hint: say("membership.networks.whoHint"), required: true, maxLength: 500 })}
      <button type="submit">${say("membership.networks.find")}</button></form>`;
  return {
    title: say("membership.networks.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say("membership.networks.lead")}</p>
      ${errorSummary(c, state, { who: label })}
      ${networks.length === 0 ? emptyState({ text: say("membership.networks.empty") }) : html`<ul class="cards">${networks.map((one) => networkCard(c, one, mayDecide))}</ul>`}
      ${mayDecide ? html`<h2>${say("membership.networks.more")}</h2>${find}` : ""}`,
  };
}

function networkCard(c: PageContext, { peer, half }: ShownNetwork, mayDecide: boolean): Html {
  const { say, format } = c;
  const { state, since, reason, code, charterVersion } = half;
  const why = reason ?? (code !== null && CODES.includes(code) ? say(`membership.code.${code}`) : null);
  const leave = actionButton(c, {
    action: `${networksPath(c)}/leave`,
    label: say(state === "asked" ? "membership.networks.withdraw" : "membership.networks.leave"),
    fields: { peer: peer.id },
    kind: "quiet",
    describe: peer.name,
  });
  const again = html`<a href="${networksPath(c)}/find?who=${encodeURIComponent(peer.id)}">${say("membership.networks.again")}</a>`;
  return html`<li class="card"><h3><a href="${safeUrl(peer.id)}" rel="noopener noreferrer">${peer.name}</a> ${statusBadge(MOODS[state], say(`membership.state.${state}`))}</h3>
      <p><small>${domain(peer.host)}${peer.kind ? html` · ${say(kindKey(peer))}` : ""}</small></p>
      ${since === null ? "" : html`<p>${say("membership.networks.since", { date: format.date(since) })}</p>`}
      ${charterVersion === null ? "" : html`<p>${say("membership.networks.accepted", { version: charterVersion })}</p>`}
      ${why === null ? "" : html`<p class="kept-lines">${say("membership.networks.why", { why })}</p>`}
      ${mayDecide ? html`<div class="actions">${state === "asked" || state === "member" ? leave : again}</div>` : ""}</li>`;
}

/** What a network says of itself and what it asks, before anything is sent. */
export function askPage(
  c: PageContext,
  view: { readonly network: RemoteActor; readonly charter: ShownCharter | null },
  state: FormState,
): View {
  const { say } = c;
  const { network, charter } = view;
  const label = say("membership.ask.accept");
  const fields = html`<input type="hidden" name="peer" value="${network.id}">
    ${charter ? html`<input type="hidden" name="digest" value="${charter.digest}">${checkboxField(c, state, { name: "accepted", label, required: true })}` : ""}
    <button type="submit">${say("membership.ask.send", { name: network.name })}</button>`;
  return {
    title: say("membership.ask.title", { name: network.name }),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say("membership.ask.lead")}</p>
      ${errorSummary(c, state, { accepted: label, digest: say("membership.ask.charter") })}
      <dl class="facts stacked">
        <dt>${say("membership.desk.kind")}</dt><dd>${say(kindKey(network))}</dd>
        <dt>${say("membership.desk.address")}</dt><dd><a href="${safeUrl(network.id)}" rel="noopener noreferrer">${network.handle ? `@${network.handle}` : network.id}</a> ${domain(new URL(network.id).host)}</dd>
      </dl>
      <h2>${say("membership.ask.charter")}</h2>
      ${charter ? html`<p>${say("membership.desk.version", { version: charter.version })}</p>${charterText(charter.text)}` : html`<p class="empty">${say("membership.public.noCharter")}</p>`}
      <p><small>${say("membership.ask.meaning")}</small></p>
      ${postForm(c, { action: `${networksPath(c)}/join` }, fields)}`,
  };
}

function networksPath(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/networks`;
}
