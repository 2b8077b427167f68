// A network's desk for its sources: which, how fresh, what is wrong, read one now, pause one.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { loadFollow } from "../../partners/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { pauseSource, readSourceNow } from "./deskActions.ts";
import { type ShownSource, sourcesPage } from "./pages.ts";
import { countReaches, listSources, loadSource } from "./store.ts";

const COORDINATORS = { config: { policy: { seat: ["admin", "district"] as const } } };
const SHOWN = 500;
const SourceForm = Type.Object({ source: Type.String({ minLength: 1, maxLength: 2048 }) });

/** Where a network's desk leads to this room. */
export const SOURCES_DESK: readonly DeskEntry[] = [
  { path: "sources", label: "sources.nav", kinds: ["district"], roles: ["admin", "district"] },
];

type DeskRequest = FastifyRequest<{ Params: { handle: string } }>;

export function registerSources(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  app.get("/desk/:handle/sources", COORDINATORS, (request: DeskRequest, reply) => {
    const actorId = request.seat?.actorId ?? "";
    const sources = listSources(orm, actorId, SHOWN).map(({ reach, source }): ShownSource => {
      const { via, standing, depth, isPaused } = reach;
      const viaName = via === actorId ? null : (loadSource(orm, via)?.name ?? via);
      const isUnanswered = loadFollow(orm, actorId, "out", source.uri)?.state === "requested";
      return { source, standing, depth, isPaused, viaName, isUnanswered };
    });
    const view = { sources, total: countReaches(orm, actorId), mayBlock: request.visitor?.nodeAdmin ?? false };
    return sendPage(request, reply, sourcesPage(pageContext(request, reply), view));
  });
  const post = (name: string, act: (actorId: string, uri: string) => object | Refusal) =>
    app.post(`/desk/:handle/sources/${name}`, COORDINATORS, (request: DeskRequest, reply: FastifyReply) => {
      const form = readForm(SourceForm, request.body);
      if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
      const done = act(request.seat?.actorId ?? "", form.value.source);
      if (isRefusal(done)) return sendRefusal(request, reply, done);
      return reply.redirect(`/desk/${request.params.handle}/sources`, 303);
    });
  post("read", (actorId, uri) => readSourceNow(wire, actorId, uri));
  post("pause", (actorId, uri) => pauseSource(wire, { actorId, uri }, true));
  post("resume", (actorId, uri) => pauseSource(wire, { actorId, uri }, false));
}
