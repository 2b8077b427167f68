// Who follows an order confirms a basket for a household that said so by word of mouth.
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { readForm } from "../../web/readForm.ts";
import { HELPERS, keyOf } from "../runRoutes.ts";
import { confirmBasket } from "./basketActions.ts";

const ConfirmForm = Type.Object({
  household: Type.String({ maxLength: 40 }),
  version: Type.Integer({ minimum: 1 }),
});

/** Adds `/desk/{handle}/orders/{id}/baskets/confirm`. */
export function registerConfirming(app: FastifyInstance, wire: Wire): void {
  app.post(
    "/desk/:handle/orders/:id/baskets/confirm",
    HELPERS,
    (request: FastifyRequest<{ Params: { handle: string; id: string } }>, reply) => {
      const form = readForm(ConfirmForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const { household: householdId, version } = form.value;
      const done = confirmBasket(wire, { ...keyOf(request), householdId, version });
      if (isRefusal(done)) return sendRefusal(request, reply, done);
      const { handle, id } = request.params;
      return reply.redirect(`/desk/${handle}/orders/${id}#to-confirm`, 303);
    },
  );
}
