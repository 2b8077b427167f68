// What a producer shows to everybody of its list, and the list itself in the words of other software.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { bareVatNumber } from "../../kernel/vat.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { findDeskProducer } from "../deskRoutes.ts";
import { chooseOpen } from "./actions.ts";
import { openChoicePage } from "./pages.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };

const ChoiceForm = Type.Object({
  vatNumber: Type.Optional(Type.String({ maxLength: 20 })),
  showsPrices: Type.Boolean(),
});

type Desk = FastifyRequest<{ Params: { handle: string }; Querystring: { done?: unknown } }>;

/** Adds `/desk/:handle/catalog/open`. */
export function registerOpenCatalog(app: FastifyInstance, wire: Wire): void {
  const path = "/desk/:handle/catalog/open";
  const show = (request: Desk, reply: FastifyReply, state: FormState | null) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const stored = formOf({ vatNumber: actor.vatNumber, showsPrices: actor.showsPrices ? "on" : "" });
    const isSaved = state === null && request.query.done === "saved";
    return sendPage(
      request,
      reply,
      openChoicePage(pageContext(request, reply), actor.handle, state ?? stored, isSaved),
    );
  };
  app.get(path, SELLERS, (request: Desk, reply) => show(request, reply, null));
  app.post(path, SELLERS, (request: Desk, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(ChoiceForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const { vatNumber = "", showsPrices } = form.value;
    const choice = { vatNumber: bareVatNumber(vatNumber), showsPrices };
    const chosen = chooseOpen(wire, actor.id, choice, request.visitor!.personId);
    if (isRefusal(chosen) && chosen.refused === "bad-vat-number")
      return show(request, reply, { typed: form.typed, errors: { vatNumber: "bad-vat-number" } });
    if (isRefusal(chosen)) return sendRefusal(request, reply, chosen);
    return reply.redirect(`/desk/${actor.handle}/catalog/open?done=saved`, 303);
  });
}
