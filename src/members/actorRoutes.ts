// Where who looks after the node sees its actors and makes one more: a group, a farm or a network for others. The first comes with the set-up.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { NETWORK_LEVELS } from "../activitypub/actor.ts";
import { listActors, NODE_RETIRED_FACT } from "../activitypub/store.ts";
import { loadFact } from "../db/facts.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, formOf } from "../web/forms.ts";
import { isMailAddress } from "../web/mail.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import type { Role } from "../web/visitor.ts";
import type { CreateActor, MembersHouse } from "./actions.ts";
import { makeFurtherActor } from "./actorActions.ts";
import { type ActorsView, ADMINISTRATORS, actorsPage, NODE_ACTORS_PATH } from "./actorPages.ts";
import { listSeated } from "./seatStore.ts";
import { ACTOR_KINDS } from "./setup/setupPages.ts";

const NODE = { config: { policy: { nodeAdmin: true as const } } };
const KEEPERS: readonly Role[] = ["admin", "producer", "district"];
/** Handles that do not do, and what the field says then. */
const HANDLE_REASONS: Readonly<Record<string, string>> = {
  "handle-taken": "taken",
  "handle-reserved": "reserved",
  "bad-handle": "bad-handle",
};
const FIRST = formOf({ kind: "gas", level: "des", administrator: "me" });

/** Where the home of who looks after the node leads. */
export const ACTORS_NODE_ENTRY = { href: NODE_ACTORS_PATH, label: "founding.further.nav" } as const;

const ActorForm = Type.Object({
  kind: Type.Union(ACTOR_KINDS.map((kind) => Type.Literal(kind))),
  level: Type.Optional(Type.Union(NETWORK_LEVELS.map((level) => Type.Literal(level)))),
  name: Type.String({ minLength: 2, maxLength: 100 }),
  handle: Type.String({ minLength: 1, maxLength: 30 }),
  place: Type.String({ minLength: 1, maxLength: 80 }),
  administrator: Type.Union(ADMINISTRATORS.map((who) => Type.Literal(who))),
  email: Type.Optional(Type.String({ maxLength: 254 })),
});

/** Adds `/node/actors`. */
export function addActorRoutes(app: FastifyInstance, house: MembersHouse, createActor: CreateActor): void {
  const { orm } = house.db;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, made: ActorsView["made"] = null) => {
    const actors = listActors(orm)
      .filter(({ kind, goneAt }) => kind !== "node" && goneAt === null)
      .map((actor) => ({ actor, keepers: countKeepers(house, actor.id) }));
    const view = { actors, made, isClosing: loadFact(orm, NODE_RETIRED_FACT) !== undefined };
    return sendPage(request, reply, actorsPage(pageContext(request, reply), state, view));
  };
  app.get(NODE_ACTORS_PATH, NODE, (request, reply) => show(request, reply, FIRST));
  app.post(NODE_ACTORS_PATH, NODE, (request, reply) => {
    const form = readForm(ActorForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const isBad = "value" in form && form.value.email !== undefined && !isMailAddress(form.value.email);
    if ("refused" in form) return show(request, reply, form);
    if (isBad) return show(request, reply, { typed: form.typed, errors: { email: "bad-address" } });
    const { administrator, email = null, ...wish } = form.value;
    const { personId } = request.visitor!;
    const other = email === null ? { email } : { email, letter: { what: "administer" } as const };
    const by = { administrator: administrator === "me" ? { personId } : other, byId: personId };
    const made = makeFurtherActor(house, wish, by, createActor);
    if (isRefusal(made)) {
      const reason = HANDLE_REASONS[made.refused];
      return reason
        ? show(request, reply, { typed: form.typed, errors: { handle: reason } })
        : sendRefusal(request, reply, made);
    }
    const isMailed = made.invitation !== null && email !== null && house.mailer !== null;
    return show(request, reply, FIRST, { ...made, isMailed });
  });
}

/** People who can act for it: a farm has its producer, a network its coordinator, whoever set them up. */
function countKeepers(house: MembersHouse, actorId: string): number {
  const keeps = ({ disabledAt, seats }: ReturnType<typeof listSeated>[number]) =>
    disabledAt === null && seats.some(({ role }) => KEEPERS.includes(role));
  return listSeated(house.db.orm, actorId).filter(keeps).length;
}
