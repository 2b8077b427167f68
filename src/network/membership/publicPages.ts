// A network as everybody sees it: who is in it, its charter, how to join; and of any other actor, the networks it is in. Pure.
import type { Peer } from "../../partners/peer.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import type { Charter } from "./charter.ts";

type Named = { readonly id: string; readonly handle: string; readonly name: string };

/** What the public page of a network shows of its members, its charter and the way in. */
export function networkPart(
  c: PageContext,
  network: Named,
  view: { readonly peers: readonly Peer[]; readonly total: number; readonly charterVersion: number | null },
): Html {
  const { say } = c;
  const more = view.total > view.peers.length;
  return html`<section id="members"><h2>${say("membership.public.members", { count: view.total })}</h2>
      ${view.peers.length === 0 ? html`<p class="empty">${say("membership.public.nobody")}</p>` : peerList(c, view.peers)}
      ${more ? html`<p><a href="/${network.handle}/members">${say("membership.public.all", { count: view.total })}</a></p>` : ""}
      <h2>${say("membership.public.join")}</h2>
      <p>${say("membership.public.how", { address: `@${network.handle}@${new URL(network.id).host}` })}</p>
      ${view.charterVersion === null ? html`<p>${say("membership.public.noCharter")}</p>` : html`<p><a href="/${network.handle}/charter">${say("membership.public.charter", { version: view.charterVersion })}</a></p>`}
    </section>`;
}

/** The networks that an actor is in, as its own document says. */
export function memberOfPart(c: PageContext, networks: readonly Peer[]): Html | "" {
  if (networks.length === 0) return "";
  return html`<h2>${c.say("membership.public.memberOf")}</h2>${peerList(c, networks)}`;
}

/** All members that let themselves be listed, a page at a time. */
export function membersPage(
  c: PageContext,
  network: Named,
  view: { readonly peers: readonly Peer[]; readonly page: number; readonly pages: number; readonly total: number },
): View {
  const { say } = c;
  const { page, pages, peers, total } = view;
  const way = (number: number, label: string) =>
    html`<a role="button" class="quiet" href="/${network.handle}/members?page=${number}">${say(label)}</a>`;
  return {
    title: say("membership.public.membersTitle", { name: network.name }),
    description: say("membership.public.membersLead", { name: network.name, count: total }),
    alternate: `${network.id}/members`,
    body: html`<p class="lead">${say("membership.public.membersLead", { name: network.name, count: total })}</p>
      ${peers.length === 0 ? html`<p class="empty">${say("membership.public.nobody")}</p>` : peerList(c, peers)}
      ${pages > 1 ? html`<div class="actions">${page > 1 ? way(page - 1, "membership.public.before") : ""}${page < pages ? way(page + 1, "membership.public.after") : ""}</div>` : ""}
      <p><a href="/${network.handle}">${network.name}</a></p>`,
  };
}

/** One version of a charter, and the way to the others. */
export function charterPage(
  c: PageContext,
  network: Named,
  charter: Charter,
  versions: readonly Pick<Charter, "version" | "createdAt">[],
): View {
  const { say, format } = c;
  const others = versions.filter(({ version }) => version !== charter.version);
  const isNewest = versions[0]?.version === charter.version;
  const title = say("membership.charter.of", { name: network.name });
  const list = others.map(
    ({ version, createdAt }) =>
      html`<li><a href="/${network.handle}/charter/${version}">${say("membership.charter.version", { version, date: format.date(createdAt) })}</a></li>`,
  );
  return {
    title,
    description: say("membership.charter.version", { version: charter.version, date: format.date(charter.createdAt) }),
    alternate: `${network.id}/charter/${charter.version}`,
    body: html`<p class="lead">${say("membership.charter.version", { version: charter.version, date: format.date(charter.createdAt) })}</p>
      ${isNewest ? "" : html`<p class="notice">${say("membership.charter.old")}</p>`}
      ${charterText(charter.text)}
      ${others.length > 0 ? html`<h2>${say("membership.charter.others")}</h2><ul>${list}</ul>` : ""}
      <p><small>${say("membership.charter.digest")} <code>${charter.digest}</code></small></p>
      <p><a href="/${network.handle}">${network.name}</a></p>`,
  };
}

/** A charter's paragraphs, lines kept. */
export function charterText(text: string): Html {
  return html`<div class="about">${text.split(/\n{2,}/).map((part) => html`<p class="kept-lines">${part}</p>`)}</div>`;
}

function peerList(c: PageContext, peers: readonly Peer[]): Html {
  const rows = peers.map(
    (peer) => html`<li class="row"><div><a href="${safeUrl(peer.id)}" rel="noopener noreferrer">${peer.name}</a>
      <small>${peer.host}${peer.kind ? ` · ${c.say(kindKey(peer))}` : ""}</small></div></li>`,
  );
  return html`<ul class="rows">${rows}</ul>`;
}

/** The words for what an actor is: a network by how far it reaches. */
export function kindKey({ kind, level }: Pick<Peer, "kind" | "level">): string {
  return level ? `web.level.${level}` : `web.kind.${kind}`;
}
