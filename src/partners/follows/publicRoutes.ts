// What strangers reach: the counted collections of an actor, following from elsewhere, and being sent here to follow.
import type { FastifyInstance } from "fastify";
import type { LocalActor } from "../../activitypub/actor.ts";
import { answerDocument, answerNotFound, wantsActivityJson } from "../../activitypub/answer.ts";
import { HUMAN } from "../../activitypub/context.ts";
import { sendDocument } from "../../activitypub/routes.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { sendRefusal } from "../../web/errors.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import type { FieldErrors } from "../../web/readForm.ts";
import { DECIDE, reasonOf } from "../deskRoutes.ts";
import { previewPage } from "../pages.ts";
import { registerActorFeeds } from "./feedRoutes.ts";
import { interactPage, nobodyThere } from "./publicPages.ts";

const PUBLIC = { policy: { public: true } } as const;
const SIGNED_IN = { policy: { signedIn: true }, rateLimit: { max: 30, timeWindow: 60_000 } } as const;
// Each question makes this node ask another: strangers get few.
const SLOW = { ...PUBLIC, rateLimit: { max: 10, timeWindow: 60_000 } } as const;

export function registerPublicPartners(app: FastifyInstance, wire: Wire): void {
  registerCollections(app, wire);
  registerInteract(app, wire);
  registerArrivals(app, wire);
  registerActorFeeds(app, wire);
}

/** Neither who nor how many: whom a group follows, and who follows it, is nobody else's business (SAFETY B38). */
function registerCollections(app: FastifyInstance, wire: Wire): void {
  for (const name of ["followers", "following"])
    app.get<{ Params: { handle: string } }>(`/:handle/${name}`, { config: PUBLIC }, (request, reply) => {
      const actor = loadPublicActor(wire, request.params.handle);
      if (!actor) return sendDocument(reply, answerNotFound());
      if (!wantsActivityJson(request.headers.accept)) return reply.redirect(`/${actor.handle}`, 303);
      const document = {
        "@context": HUMAN,
        id: `${actor.id}/${name}`,
        type: "OrderedCollection",
        attributedTo: actor.id,
      };
      return sendDocument(reply, answerDocument(document, { ifNoneMatch: request.headers["if-none-match"] }));
    });
}

/** From the form on an actor's page to the visitor's own server. A page in between: a redirect to elsewhere is no form's. */
function registerInteract(app: FastifyInstance, wire: Wire): void {
  app.get<{ Querystring: { handle?: string; account?: string } }>(
    "/interact",
    { config: SLOW },
    async (request, reply) => {
      const { handle = "", account = "" } = request.query;
      const actor = loadPublicActor(wire, String(handle));
      if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
      const typed = String(account).trim().slice(0, 300);
      const c = pageContext(request, reply);
      if (typed === "")
        return sendPage(request, reply, interactPage(c, actor, { typed: {}, errors: { account: "required" } }, null));
      const found = await wire.findFollowPage(typed, actor.id);
      const errors: FieldErrors = "failed" in found ? { account: "no-follow-page" } : {};
      return sendPage(
        request,
        reply,
        interactPage(c, actor, { typed: { account: typed }, errors }, "failed" in found ? null : found.url),
      );
    },
  );
}

/** From another server's "follow" button to ours: whom they found, and as whom we may follow. */
function registerArrivals(app: FastifyInstance, wire: Wire): void {
  app.get<{ Querystring: { uri?: string } }>(
    "/authorize_interaction",
    { config: SIGNED_IN },
    async (request, reply) => {
      const uri = String(request.query.uri ?? "")
        .trim()
        .slice(0, 2048);
      const c = pageContext(request, reply);
      if (uri === "") return reply.redirect("/", 303);
      const peer = await wire.discover(uri);
      if ("failed" in peer) return sendPage(request, reply, nobodyThere(c, uri, reasonOf(peer)));
      const seats = (request.visitor?.seats ?? []).filter(({ role }) => DECIDE.policy.seat.some((one) => one === role));
      const asSeats = [
        ...new Map(seats.map(({ handle, actorName }) => [handle, { handle, name: actorName }])).values(),
      ].filter(({ handle }) => loadActorByHandle(wire.db.orm, handle)?.id !== peer.id);
      const hasCatalog = typeof peer.document.catalog === "string";
      return sendPage(request, reply, previewPage(c, { peer, hasCatalog, state: null, asSeats }));
    },
  );
}

function loadPublicActor(wire: Wire, handle: string): LocalActor | null {
  const actor = loadActorByHandle(wire.db.orm, handle);
  return actor && actor.kind !== "node" ? actor : null;
}
