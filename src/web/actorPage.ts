// The public page of an actor, at the same address as its document: who it is, then what each room has to show of it.
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Html, html } from "./html.ts";
import { type PageContext, pageContext, sendPage } from "./page.ts";
import type { ActorKind } from "./visitor.ts";

/** An actor as everybody may see it. `id` is its address for ever. */
export type ShownActor = {
  readonly id: string;
  readonly handle: string;
  readonly kind: ActorKind;
  readonly name: string;
  readonly place: string;
  readonly summary: string;
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
  const address = `@${actor.handle}@${new URL(actor.id).host}`;
  const description =
    actor.summary || c.say("web.actor.description", { name: actor.name, kind: c.say(`web.kind.${actor.kind}`) });
  return sendPage(request, reply, {
    title: actor.name,
    description: description.slice(0, 300),
    alternate: actor.id,
    body: html`<p class="kind">${c.say(`web.kind.${actor.kind}`)}${actor.place ? html` · ${actor.place}` : ""}</p>
      ${actor.summary ? html`<p class="lead">${actor.summary}</p>` : ""}
      <p>${c.say("web.actor.address")} <code>${address}</code></p>
      ${sections.map((section) => section(c, actor))}`,
  });
}
