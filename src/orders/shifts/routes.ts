// Where members see who helps at the next deliveries and sign up, and who runs orders says what is needed.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { runsOrders } from "../runRoutes.ts";
import { joinShift, planShift, turnsOf } from "./actions.ts";
import { shiftsPage } from "./pages.ts";
import { NEEDED_MAX } from "./shift.ts";

const PEOPLE = { config: { policy: { seat: ["member", "referente", "admin", "delivery"] as const } } };
const PLANNERS = { config: { policy: { seat: ["referente", "admin"] as const } } };
const PATH = "/desk/:handle/shifts";

type IdRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const PlanForm = Type.Object({
  turn: Type.String({ pattern: "^[0-9a-zA-Z_-]{1,60}\\.[0-9a-zA-Z_-]{1,20}$" }),
  task: Type.String({ maxLength: 80 }),
  needed: Type.Integer({ minimum: 0, maximum: NEEDED_MAX }),
});

/** Where a group's desk leads to its shifts. */
export const SHIFTS_DESK: readonly DeskEntry[] = [
  { path: "shifts", label: "shifts.nav", kinds: ["gas"], roles: ["member", "referente", "admin", "delivery"] },
];

/** Adds `/desk/{handle}/shifts`. */
export function registerShifts(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const turns = turnsOf(orm, request.seat!.actorId, wire.clock.now());
    const mayPlan = (producerId: string) => runsOrders(request, producerId);
    return sendPage(request, reply, shiftsPage(pageContext(request, reply), turns, mayPlan, state));
  };
  const back = (request: FastifyRequest, reply: FastifyReply) =>
    reply.redirect(`/desk/${request.seat!.handle}/shifts`, 303);
  app.get(PATH, PEOPLE, (request, reply) => show(request, reply, FRESH));
  app.post(PATH, PLANNERS, (request, reply) => {
    const form = readForm(PlanForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const [orderId = "", pickupId = ""] = form.value.turn.split(".");
    const { actorId } = request.seat!;
    const turn = turnsOf(orm, actorId, wire.clock.now()).find((one) => one.orderId === orderId);
    if (!turn || !runsOrders(request, turn.producerId)) return sendRefusal(request, reply, { refused: "not-found" });
    const refusal = planShift(wire, actorId, { ...form.value, orderId, pickupId });
    return refusal ? sendRefusal(request, reply, refusal) : back(request, reply);
  });
  const press = (path: "join" | "leave") =>
    app.post(`${PATH}/:id/${path}`, PEOPLE, (request: IdRequest, reply) => {
      const { personId } = request.visitor!;
      const refusal = joinShift(wire, request.seat!.actorId, request.params.id, personId, path === "join");
      return refusal ? sendRefusal(request, reply, refusal) : back(request, reply);
    });
  press("join");
  press("leave");
}
