// A member's own household, and the way out of it and of the GAS.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { invite, type MembersHouse } from "../actions.ts";
import { renameHousehold } from "./householdActions.ts";
import { householdPage } from "./householdPages.ts";
import { type Household, householdOf, listFriends, listHouseholdPeople } from "./householdStore.ts";
import { type LeaveDesk, leaveGroup, leaveHousehold, type StandingOf } from "./leaveActions.ts";

const MEMBERS = { config: { policy: { seat: ["member"] } } } as const;
const ADMIN = { config: { policy: { seat: ["admin"] } } } as const;
const NameForm = Type.Object({ name: Type.String({ maxLength: 200 }) });
const SavedQuery = Type.Object({ saved: Type.Optional(Type.Literal("1")) });

type PersonRequest = FastifyRequest<{ Params: { handle: string; person: string } }>;

/** Adds `/desk/{handle}/household` and what hangs on it. */
export function addHouseholdRoutes(app: FastifyInstance, house: MembersHouse, standingOf: StandingOf): void {
  const desk: LeaveDesk = { db: house.db, clock: house.clock, standingOf };
  const tx = house.db.orm;
  type Link = ReturnType<typeof invite> | null;
  const own = (request: FastifyRequest) => householdOf(tx, request.seat!.actorId, request.visitor!.personId);
  const show = (request: FastifyRequest, reply: FastifyReply, household: Household, state: FormState, link: Link) => {
    const query = readForm(SavedQuery, request.method === "GET" ? request.query : {});
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { id, actorId, name } = household;
    const people = listHouseholdPeople(tx, actorId).filter(({ householdId }) => householdId === id);
    const friends = listFriends(tx, id).map((friend) => friend.name);
    const view = { name, people, friends, link, isSaved: query.value.saved !== undefined };
    return sendPage(request, reply, householdPage(pageContext(request, reply), state, view));
  };
  const withOwn =
    (act: (request: FastifyRequest, reply: FastifyReply, household: Household) => FastifyReply) =>
    (request: FastifyRequest, reply: FastifyReply) => {
      const household = own(request);
      return household ? act(request, reply, household) : sendRefusal(request, reply, { refused: "not-found" });
    };
  const back = ({ seat }: FastifyRequest) => `/desk/${seat!.handle}/household?saved=1`;
  app.get(
    "/desk/:handle/household",
    MEMBERS,
    withOwn((request, reply, household) => show(request, reply, household, formOf({ name: household.name }), null)),
  );
  app.post(
    "/desk/:handle/household/name",
    MEMBERS,
    withOwn((request, reply, household) => {
      const form = readForm(NameForm, request.body);
      if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
      if ("refused" in form) return show(request, reply, household, form, null);
      const done = renameHousehold(desk, { actorId: household.actorId, householdId: household.id }, form.value.name);
      return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(back(request), 303);
    }),
  );
  app.post(
    "/desk/:handle/household/invite",
    MEMBERS,
    withOwn((request, reply, household) => {
      const { actorId, id: householdId, name } = household;
      const link = invite(house, { actorId, role: "member", email: null, householdId });
      return show(request, reply, household, formOf({ name }), link);
    }),
  );
  app.post(
    "/desk/:handle/household/leave",
    MEMBERS,
    withOwn((request, reply, { actorId }) => {
      const done = leaveHousehold(desk, { actorId, personId: request.visitor!.personId });
      return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(back(request), 303);
    }),
  );
  addLeaving(app, desk);
}

/** Out of the GAS: by oneself, or by who administers. */
function addLeaving(app: FastifyInstance, desk: LeaveDesk): void {
  app.post("/desk/:handle/household/quit", MEMBERS, (request, reply) => {
    const { personId } = request.visitor!;
    const done = leaveGroup(desk, { actorId: request.seat!.actorId, personId }, personId);
    return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect("/", 303);
  });
  app.post("/desk/:handle/people/:person/remove", ADMIN, (request: PersonRequest, reply) => {
    const place = { actorId: request.seat!.actorId, personId: request.params.person };
    const done = leaveGroup(desk, place, request.visitor!.personId);
    const here = `/desk/${request.params.handle}/people`;
    return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(here, 303);
  });
}
