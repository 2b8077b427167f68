// The public page of an actor, at the same address as its document: who it is, then what each room has to show of it.
import type { FastifyReply, FastifyRequest } from "fastify";
import { tellWebAddress } from "../kernel/webAddress.ts";
import { type Html, html, safeUrl } from "./html.ts";
import { type PageContext, pageContext, sendPage, type View } from "./page.ts";
import { notice, statusBadge } from "./parts.ts";
import type { ActorKind } from "./visitor.ts";

/** An actor as everybody may see it. `id` is its address for ever. */
export type ShownActor = {
  readonly id: string;
  readonly handle: string;
  readonly kind: ActorKind;
  /** Of a network: how far it reaches. */
  readonly level: string | null;
  readonly name: string;
  readonly place: string;
  readonly summary: string;
  /** The mail address of a role; empty: none. */
  readonly contact: string;
  /** Its site elsewhere; empty: none. And when that was last seen to link back here. */
  readonly website: string;
  readonly websiteProvenAt: number | null;
  /** Hash of the logo under /media; null: none. */
  readonly icon: string | null;
  /** As in LocalActor: since when it closes, and since when it is closed. */
  readonly retiredAt: number | null;
  readonly goneAt: number | null;
  /** Where it moved to. */
  readonly movedTo: string | null;
};

/** What one room shows of an actor: a section, or nothing. */
export type ActorSection<Actor extends ShownActor> = (c: PageContext, actor: Actor) => Html | "";

/** Shows the actor with its sections in the order given. */
export function showActorPage<Actor extends ShownActor>(
  request: FastifyRequest,
  reply: FastifyReply,
  actor: Actor,
  sections: readonly ActorSection<Actor>[],
): FastifyReply {
  const c = pageContext(request, reply);
  if (actor.goneAt !== null) return sendPage(request, reply, gonePage(c, actor, actor.goneAt));
  const address = `@${actor.handle}@${new URL(actor.id).host}`;
  const kind = c.say(actor.level ? `web.level.${actor.level}` : `web.kind.${actor.kind}`);
  const description = actor.summary || c.say("web.actor.description", { name: actor.name, kind });
  return sendPage(request, reply, {
    title: actor.name,
    description: description.slice(0, 300),
    alternate: actor.id,
    ...(actor.kind === "node" ? {} : { alternates: feedsOf(actor) }),
    ...(actor.icon ? { picture: `/media/${actor.icon}.jpg` } : {}),
    data: describeActor(c, actor),
    body: html`${actor.movedTo === null ? "" : notice(html`${c.say("leaving.actor.moved", { name: actor.name })} <a href="${actor.movedTo}">${actor.movedTo}</a>`)}${actor.retiredAt === null ? "" : notice(c.say("leaving.actor.closing", { name: actor.name }))}${actor.icon ? html`<img class="logo" src="/media/${actor.icon}.jpg" alt="" width="96" height="96">` : ""}<p class="kind">${kind}${actor.place ? html` · ${actor.place}` : ""}</p>
      ${actor.summary ? html`<div class="about">${actor.summary.split(/\n{2,}/).map((part) => html`<p class="lead">${part}</p>`)}</div>` : ""}
      ${actor.contact ? html`<p>${c.say("web.actor.contact")} <a href="mailto:${actor.contact}">${actor.contact}</a></p>` : ""}
      ${website(c, actor)}<p>${c.say("web.actor.address")} <code>${address}</code></p>
      ${sections.map((section) => section(c, actor))}`,
  });
}

/** What it tells everybody, for feed readers. */
function feedsOf({ handle, name }: ShownActor): NonNullable<View["alternates"]> {
  return [
    { type: "application/atom+xml", href: `/${handle}/feed.atom`, title: name },
    { type: "application/feed+json", href: `/${handle}/feed.json`, title: name },
  ];
}

/** The same for search engines; how to write to it stays on the page. */
function describeActor({ origin }: PageContext, { id, name, place, summary, icon, website }: ShownActor): object {
  const address = { "@type": "PostalAddress", addressLocality: place, addressCountry: "IT" };
  return {
    ...{ "@context": "https://schema.org", "@type": "Organization", "@id": id, url: id, name },
    ...(summary === "" ? {} : { description: summary }),
    ...(place === "" ? {} : { address }),
    ...(icon === null ? {} : { logo: `${origin}/media/${icon}.jpg` }),
    ...(website === "" ? {} : { sameAs: [website] }),
  };
}

/** By rel=me each says that the other is its own; verified only while the site says so too (EXPERIENCE 8). */
function website({ say }: PageContext, { website, websiteProvenAt }: ShownActor): Html | "" {
  if (website === "") return "";
  const badge = websiteProvenAt === null ? "" : html` ${statusBadge("good", say("web.actor.verified"))}`;
  return html`<p>${say("web.actor.website")} <a href="${safeUrl(website)}" rel="me noopener noreferrer">${tellWebAddress(website)}</a>${badge}</p>`;
}

/** What people find where an actor was. */
function gonePage({ say, format }: PageContext, { name, movedTo }: ShownActor, goneAt: number): View {
  return {
    title: say("leaving.actor.goneTitle", { name }),
    status: 410,
    body: html`<p class="lead">${say("leaving.actor.gone", { name, date: format.date(goneAt) })}</p>
      ${movedTo === null ? "" : html`<p>${say("leaving.actor.moved", { name })} <a href="${movedTo}">${movedTo}</a></p>`}
      <p><a role="button" href="/">${say("web.error.start")}</a></p>`,
  };
}
