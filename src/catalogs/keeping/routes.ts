// Where a producer's administrators say who keeps its list.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { loadNaming } from "../../partners/keeperStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import type { FormState } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import { findDeskProducer } from "../deskRoutes.ts";
import { listKeeperChoices, nameKeeper } from "./actions.ts";
import { keepingPage } from "./pages.ts";

// Naming somebody gives them a right: not for who keeps the list, nor for everybody who sells.
const ADMIN = { config: { policy: { seat: ["admin"] as const } } };
const PATH = "/desk/:handle/catalog/keeper";

const KeeperForm = Type.Object({
  keptBy: Type.Optional(Type.String({ maxLength: 2048 })),
  seen: Type.Optional(Type.String({ maxLength: 40 })),
});

type Desk = FastifyRequest<{ Params: { handle: string }; Querystring: { before?: unknown } }>;

/** Adds `/desk/:handle/catalog/keeper`. */
export function registerKeeping(app: FastifyInstance, wire: Wire): void {
  const show = (request: Desk, reply: FastifyReply, actor: LocalActor, state: FormState) => {
    const choices = listKeeperChoices(wire.db.orm, actor);
    const { before } = request.query;
    const isKnown = before === "" || choices.some(({ id }) => id === before);
    const isChange = typeof before === "string" && isKnown && before !== (actor.keptBy ?? "");
    const view = {
      handle: actor.handle,
      choices,
      before: isChange ? before : null,
      naming: loadNaming(wire.db.orm, actor.id),
    };
    return sendPage(request, reply, keepingPage(pageContext(request, reply), view, state));
  };
  app.get(PATH, ADMIN, (request: Desk, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, actor, savedForm(savedOf(actor)));
  });
  app.post(PATH, ADMIN, (request: Desk, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(KeeperForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const clash = clashWith(savedOf(actor), form.typed);
    if (clash) return show(request, reply, actor, clash);
    const named = nameKeeper(wire, actor.id, form.value.keptBy || null, request.visitor!.personId);
    if (isRefusal(named)) return sendRefusal(request, reply, named);
    const before = encodeURIComponent(actor.keptBy ?? "");
    return reply.redirect(`/desk/${actor.handle}/catalog/keeper?before=${before}`, 303);
  });
}

function savedOf({ keptBy }: LocalActor) {
  return { keptBy: keptBy ?? "" };
}
