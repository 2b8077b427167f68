// The desk of those we know: whom we follow, who follows us, our pacts, and how it goes with each node. Pure.
import { type RemoteActor, sells } from "../activitypub/actor.ts";
import type { RefusedLetter } from "../activitypub/inboxStore.ts";
import { timeTag } from "../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, radioField, textField } from "../web/forms.ts";
import { type Html, html, safeUrl } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import type { FollowState } from "./follows/follow.ts";
import { type HostFacts, healthOf, troubleWith } from "./hosts/health.ts";
import { readHostName } from "./keys/fingerprint.ts";
import type { PactState } from "./pacts/pact.ts";
import type { Peer } from "./peer.ts";
import { newestRefusedPart } from "./threads/troublePages.ts";

/** Somebody we follow: since when our copy of the catalog is as it is, null where there is none. */
type FollowedPeer = Peer & { readonly state: FollowState; readonly mirroredAt: number | null };

/** A pact in a list. */
type ListedPact = {
  readonly iri: string;
  readonly peer: Peer;
  readonly state: PactState;
  readonly isOpenForOrders: boolean;
  readonly awaitsUs: boolean;
};

export type PartnersView = {
  readonly followed: readonly FollowedPeer[];
  readonly asking: readonly Peer[];
  readonly followers: readonly Peer[];
  readonly followersTotal: number;
  readonly approves: boolean;
  readonly pacts: readonly ListedPact[];
  readonly hosts: readonly HostFacts[];
  /** False for a referente of named producers: then only these stand here, and nothing of who follows us. */
  readonly isWhole: boolean;
  /** Letters about orders and pacts that were not taken, the newest. */
  readonly refused: readonly RefusedLetter[];
  /** May change pacts and who follows. */
  readonly mayDecide: boolean;
  readonly mayBlock: boolean;
};

/** Everything about those we know, what waits for a person first. */
export function partnersPage(c: PageContext, view: PartnersView, state: FormState): View {
  const { say } = c;
  return {
    title: say("partners.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say("partners.lead")}</p>
      ${errorSummary(c, state, { who: say("partners.find.who") })}
      ${view.isWhole ? findForm(c, state) : html`<p>${say("partners.named")}</p>`}
      ${view.mayDecide && c.seat?.actorKind === "gas" ? html`<p><a href="${desk(c)}/suppliers">${say("suppliers.title")}</a></p>` : ""}
      ${view.asking.length > 0 ? askingList(c, view) : ""}
      <h2>${say("partners.pacts.title")}</h2>
      ${pactList(c, view.pacts)}
      <h2>${say("partners.followed.title")}</h2>
      ${followedList(c, view)}
      ${view.isWhole ? html`<h2>${say("partners.followers.title")}</h2>${followersList(c, view)}` : ""}
      <h2>${say("partners.health.title")}</h2>
      ${hostList(c, view)}
      ${newestRefusedPart(c, view.refused)}`,
  };
}

function findForm(c: PageContext, state: FormState): Html {
  const { say } = c;
  const field = { name: "who", label: say("partners.find.who"), hint: say("partners.find.hint"), required: true };
  return html`<form method="get" action="${desk(c)}/find" class="stack" novalidate>
      ${textField(c, state, { ...field, maxLength: 500 })}
      <button type="submit">${say("partners.find.submit")}</button>
    </form>`;
}

function askingList(c: PageContext, { asking, mayDecide }: PartnersView): Html {
  const { say } = c;
  const rows = asking.map(
    (peer) => html`<li class="row"><div>${peerName(c, peer)}</div>
      ${mayDecide ? html`<div class="actions">${button(c, "followers/approve", peer, "partners.asking.approve")}${button(c, "followers/reject", peer, "partners.asking.reject", "quiet")}</div>` : ""}</li>`,
  );
  return html`<section class="notice"><h2>${say("partners.asking.title", { count: asking.length })}</h2>
      <p>${say("partners.asking.lead")}</p><ul class="rows">${rows}</ul></section>`;
}

function pactList(c: PageContext, pacts: readonly ListedPact[]): Html {
  const { say } = c;
  if (pacts.length === 0) return html`<p class="empty">${say("partners.pacts.empty")}</p>`;
  const rows = pacts.map(
    (
      pact,
    ) => html`<li class="row"><div><a href="${desk(c)}/pact?iri=${encodeURIComponent(pact.iri)}">${pact.peer.name}</a>
        <small>${domain(pact.peer.host)}</small></div>
      <span class="badge${badgeOf(pact)}">${say(pactWord(pact))}</span></li>`,
  );
  return html`<ul class="rows">${rows}</ul>`;
}

function badgeOf({ state, isOpenForOrders }: ListedPact): string {
  if (state === "live" && isOpenForOrders) return "";
  return state === "proposed" || state === "live" ? " wait" : " stop";
}

function pactWord({ state, isOpenForOrders, awaitsUs }: ListedPact): string {
  if (awaitsUs) return "partners.pacts.awaitsUs";
  if (state === "live" && !isOpenForOrders) return "partners.pacts.suspended";
  return `partners.pacts.state.${state}`;
}

function followedList(c: PageContext, { followed, mayDecide }: PartnersView): Html {
  const { say, language, now } = c;
  if (followed.length === 0) return html`<p class="empty">${say("partners.followed.empty")}</p>`;
  const rows = followed.map((peer) => {
    const age =
      peer.mirroredAt === null
        ? ""
        : html`<small>${say("partners.followed.mirrored")} ${timeTag(language, peer.mirroredAt, now)}</small>`;
    const propose = `${desk(c)}/propose?peer=${encodeURIComponent(peer.id)}`;
    const canPropose = sells(peer.kind) && c.seat?.actorKind === "gas";
    const acts = html`<div class="actions">${canPropose ? html`<a href="${propose}">${say("partners.pacts.propose")}</a>` : ""}${button(c, "unfollow", peer, "partners.followed.unfollow", "quiet")}</div>`;
    return html`<li class="row"><div>${peerName(c, peer)}
        ${peer.state === "accepted" ? "" : html`<small>${say(`partners.followed.state.${peer.state}`)}</small>`}${age}</div>
      ${mayDecide ? acts : ""}</li>`;
  });
  return html`<ul class="rows">${rows}</ul>`;
}

function followersList(c: PageContext, view: PartnersView): Html {
  const { say } = c;
  const { followers, followersTotal, mayDecide } = view;
  const rows = followers.map((peer) => {
    const propose = `${desk(c)}/propose?peer=${encodeURIComponent(peer.id)}`;
    const canPropose = peer.kind === "gas" && c.seat?.actorKind === "producer";
    return html`<li class="row"><div>${peerName(c, peer)}</div>
      ${mayDecide ? html`<div class="actions">${canPropose ? html`<a href="${propose}">${say("partners.pacts.propose")}</a>` : ""}${button(c, "followers/reject", peer, "partners.followers.remove", "quiet")}</div>` : ""}</li>`;
  });
  const choices = (["automatic", "manual"] as const).map((value) => ({
    value,
    label: say(`partners.approval.${value}`),
    hint: say(`partners.approval.hint.${value}`),
  }));
  const typed = { typed: { approval: view.approves ? "manual" : "automatic" }, errors: {} };
  return html`<p>${say("partners.followers.count", { count: followersTotal })}</p>
    ${followers.length > 0 ? html`<ul class="rows">${rows}</ul>` : ""}
    ${
      mayDecide
        ? postForm(
            c,
            { action: `${desk(c)}/approval` },
            html`${radioField(c, typed, { name: "approval", label: say("partners.approval.label"), required: true, choices })}
        <button type="submit" class="quiet">${say("partners.approval.submit")}</button>`,
          )
        : ""
    }`;
}

function hostList(c: PageContext, { hosts, mayBlock, mayDecide }: PartnersView): Html {
  const { say, format, now } = c;
  if (hosts.length === 0) return html`<p class="empty">${say("partners.health.empty")}</p>`;
  const rows = hosts.map((facts) => {
    const health = healthOf(facts);
    const trouble = troubleWith(facts);
    const { host, waiting, nextAt } = facts;
    const at = (time: number | null) => (time === null ? say("partners.health.never") : format.relative(time, now));
    const mark =
      health === "well" || health === "unheard" ? "" : health === "waiting" || health === "paused" ? " wait" : " stop";
    const acts = html`${act(c, "retry", host, "partners.health.retry")}${act(c, "hold", host, "partners.health.hold", "quiet")}`;
    return html`<li class="card"><h3>${domain(host)} <span class="badge${mark}">${say(`partners.health.word.${health}`)}</span></h3>
      <dl class="facts stacked"><dt>${say("partners.health.heard")}</dt><dd>${at(facts.lastHeardAt)}</dd>
        <dt>${say("partners.health.waiting")}</dt><dd>${say("partners.health.letters", { count: waiting })}</dd>
        ${facts.pausedAt === null ? "" : html`<dt>${say("partners.pause.sinceLabel")}</dt><dd>${at(facts.pausedAt)}</dd>`}
        ${waiting > 0 && nextAt !== null && facts.pausedAt === null ? html`<dt>${say("partners.health.next")}</dt><dd>${format.relative(Math.max(nextAt, now), now)}</dd>` : ""}
        ${trouble === "none" ? "" : html`<dt>${say("partners.health.trouble")}</dt><dd>${say(`partners.trouble.${trouble}`)} <small>${facts.lastError ?? ""}</small></dd>`}
      </dl>
      <div class="actions">${waiting > 0 && mayDecide && facts.pausedAt === null ? acts : ""}${mayBlock ? html`<a href="/node/federation?domain=${encodeURIComponent(host)}">${say("partners.health.block")}</a>` : ""}</div></li>`;
  });
  return html`<ul class="cards">${rows}</ul>`;
}

function act(c: PageContext, path: string, host: string, label: string, kind: "plain" | "quiet" = "plain"): Html {
  return actionButton(c, { action: `${desk(c)}/${path}`, label: c.say(label), fields: { host }, kind, describe: host });
}

/** What the other side says of itself, before anything is sent. `asSeats`: whom the visitor may follow as. */
export function previewPage(
  c: PageContext,
  view: {
    peer: RemoteActor;
    hasCatalog: boolean;
    state: FollowState | null;
    asSeats: readonly { handle: string; name: string }[];
  },
): View {
  const { say } = c;
  const { peer, state } = view;
  const host = new URL(peer.id).host;
  const name = readHostName(host);
  const follow = view.asSeats.map((seat) =>
    actionButton(c, {
      action: `/desk/${seat.handle}/partners/follow`,
      label: say("partners.preview.follow", { name: seat.name }),
      fields: { peer: peer.id },
    }),
  );
  return {
    title: peer.name,
    body: html`<p class="lead">${say("partners.preview.lead")}</p>
      <dl class="facts stacked">
        <dt>${say("partners.preview.kind")}</dt><dd>${peer.kind ? say(`web.kind.${peer.kind}`) : say("partners.preview.other", { type: peer.type })}</dd>
        <dt>${say("partners.preview.domain")}</dt><dd>${name.shown}</dd>
        ${name.shown === name.ascii ? "" : html`<dt>${say("partners.preview.ascii")}</dt><dd><code>${name.ascii}</code></dd>`}
        <dt>${say("partners.preview.handle")}</dt><dd>${peer.handle ? `@${peer.handle}` : "-"}</dd>
        <dt>${say("partners.preview.address")}</dt><dd><a href="${safeUrl(peer.id)}" rel="noopener noreferrer">${peer.id}</a></dd>
        <dt>${say("partners.preview.catalog")}</dt><dd>${say(view.hasCatalog ? "partners.preview.yes" : "partners.preview.no")}</dd>
      </dl>
      ${name.shown === name.ascii ? "" : html`<p class="problems">${say("partners.preview.lookalike")}</p>`}
      ${state === "accepted" || state === "requested" ? html`<p class="notice">${say(`partners.preview.${state}`)}</p>` : html`<div class="actions">${follow}</div>`}
      <p><small>${say("partners.preview.meaning")}</small></p>
      <p><a href="/desk/${c.seat?.handle ?? ""}/report?who=${encodeURIComponent(peer.id)}">${say("partners.report.link")}</a></p>`,
  };
}

/** Address of this desk's room of partners. */
export function desk(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/partners`;
}

/** A domain in both spellings where they differ. */
export function domain(host: string): Html {
  const { shown, ascii } = readHostName(host);
  return shown === ascii ? html`${host}` : html`${shown} <code>${ascii}</code>`;
}

/** A peer's name with its domain, which is what cannot be borrowed. */
export function peerName(c: PageContext, peer: Peer): Html {
  const kind = peer.kind ? ` · ${c.say(`web.kind.${peer.kind}`)}` : "";
  return html`<a href="${safeUrl(peer.id)}" rel="noopener noreferrer">${peer.name}</a> <small>${domain(peer.host)}${kind}</small>`;
}

function button(c: PageContext, path: string, peer: Peer, label: string, kind: "plain" | "quiet" = "plain"): Html {
  const fields = { peer: peer.id };
  return actionButton(c, { action: `${desk(c)}/${path}`, label: c.say(label), fields, kind, describe: peer.name });
}
