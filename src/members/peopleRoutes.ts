// Where those who administer a group or farm look after its people: the list, one person's roles, who is shut out, invitations.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Tx } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import { isMailAddress } from "../web/mail.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { ROLES } from "../web/visitor.ts";
import { invite, type MembersHouse } from "./actions.ts";
import { listGroupHouseholds } from "./households/groupStore.ts";
import { listAllFriends, listHouseholdPeople, listHouseholds } from "./households/householdStore.ts";
import { peopleTabs } from "./joining/joinPages.ts";
import { countWaiting } from "./joining/joinStore.ts";
import { type HouseholdLine, type KnownProducer, peoplePage, personPage } from "./peoplePages.ts";
import { changeRoles, disablePerson, enablePerson, findSeated, type SeatKey } from "./seatActions.ts";
import { listSeated, type SeatedPerson } from "./seatStore.ts";
import { rolesOf } from "./seats.ts";

type PersonRequest = FastifyRequest<{ Params: { handle: string; person: string } }>;

/** The producers a group can name a referente for, by name: from the rooms that know them. */
export type ProducersOf = (tx: Tx, actorId: string) => readonly KnownProducer[];

const ADMIN = { config: { policy: { seat: ["admin"] } } } as const;
const SHOWN = 40;
const ListQuery = Type.Object(LIST_QUERY);
const ROLE = Type.Union(ROLES.map((role) => Type.Literal(role)));
const InviteForm = Type.Object({ role: ROLE, email: Type.Optional(Type.String({ maxLength: 254 })) });
const RolesForm = Type.Object({
  roles: Type.Array(ROLE, { maxItems: ROLES.length }),
  producers: Type.Array(Type.String({ maxLength: 2048 }), { maxItems: 500 }),
});
const SavedQuery = Type.Object({ saved: Type.Optional(Type.Literal("1")) });

/** Adds `/desk/{handle}/people` and everything below it. */
export function addPeopleRoutes(app: FastifyInstance, house: MembersHouse, producersOf: ProducersOf): void {
  addListRoutes(app, house);
  addPersonRoutes(app, house, producersOf);
}

function addListRoutes(app: FastifyInstance, house: MembersHouse): void {
  type Link = ReturnType<typeof invite> | null;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, link: Link) => {
    const { actorId, actorKind } = request.seat!;
    const query = readForm(ListQuery, request.method === "GET" ? request.query : {});
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const tx = house.db.orm;
    const view = {
      tabs:
        actorKind === "gas"
          ? peopleTabs(pageContext(request, reply), "people", countWaiting(tx, actorId))
          : ("" as const),
      sifted: sift(listSeated(tx, actorId), query.value, {
        text: ({ name, email }) => `${name} ${email ?? ""}`,
        chips: Object.fromEntries(
          rolesOf(actorKind).map((role) => [
            role,
            ({ seats }: SeatedPerson) => seats.some((seat) => seat.role === role),
          ]),
        ),
        size: SHOWN,
      }),
      households: Object.keys(query.value).length === 0 ? listHouseholdLines(tx, actorId) : [],
      roles: rolesOf(actorKind),
      link,
    };
    return sendPage(request, reply, peoplePage(pageContext(request, reply), state, view));
  };
  app.get("/desk/:handle/people", ADMIN, (request, reply) => show(request, reply, FRESH, null));
  app.post("/desk/:handle/people/invite", ADMIN, (request, reply) => {
    const form = readForm(InviteForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, null);
    const { role, email = null } = form.value;
    const { actorId, actorKind } = request.seat!;
    if (!rolesOf(actorKind).includes(role)) return sendRefusal(request, reply, { refused: "bad-request" });
    if (email !== null && !isMailAddress(email))
      return show(request, reply, { typed: form.typed, errors: { email: "bad-address" } }, null);
    return show(request, reply, FRESH, invite(house, { actorId, role, email, byId: request.visitor!.personId }));
  });
}

function addPersonRoutes(app: FastifyInstance, house: MembersHouse, producersOf: ProducersOf): void {
  const tx = house.db.orm;
  const keyOf = (request: PersonRequest): SeatKey => ({
    actorId: request.seat!.actorId,
    personId: request.params.person,
    byId: request.visitor!.personId,
  });
  const answer = (request: PersonRequest, reply: FastifyReply, done: object | Refusal) => {
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    const { handle, person } = request.params;
    // Who took their own last seat away has nothing to come back to.
    const isThere = findSeated(house, request.seat!.actorId, person) !== undefined;
    return reply.redirect(`/desk/${handle}/people${isThere ? `/${person}?saved=1` : ""}`, 303);
  };
  app.get("/desk/:handle/people/:person", ADMIN, (request: PersonRequest, reply) => {
    const { actorId, actorKind } = request.seat!;
    const query = readForm(SavedQuery, request.query);
    const person = findSeated(house, actorId, request.params.person);
    if (!person || "refused" in query) return sendRefusal(request, reply, { refused: "not-found" });
    const view = {
      person,
      roles: rolesOf(actorKind),
      producers: actorKind === "gas" ? producersOf(tx, actorId) : [],
      isSelf: person.personId === request.visitor!.personId,
      isSaved: query.value.saved !== undefined,
    };
    return sendPage(request, reply, personPage(pageContext(request, reply), view));
  });
  app.post("/desk/:handle/people/:person/roles", ADMIN, (request: PersonRequest, reply) => {
    const form = readForm(RolesForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actorId, actorKind: kind } = request.seat!;
    const known = producersOf(tx, actorId).map(({ id }) => id);
    if (form.value.producers.some((id) => !known.includes(id)))
      return sendRefusal(request, reply, { refused: "bad-request" });
    return answer(request, reply, changeRoles(house, { ...keyOf(request), kind }, form.value));
  });
  app.post("/desk/:handle/people/:person/disable", ADMIN, (request: PersonRequest, reply) =>
    answer(request, reply, disablePerson(house, keyOf(request))),
  );
  app.post("/desk/:handle/people/:person/enable", ADMIN, (request: PersonRequest, reply) =>
    answer(request, reply, enablePerson(house, keyOf(request))),
  );
}

/** Each household with its people and its friends, by name. */
function listHouseholdLines(tx: Tx, actorId: string): HouseholdLine[] {
  const people = Map.groupBy(listHouseholdPeople(tx, actorId), ({ householdId }) => householdId);
  const friends = Map.groupBy(
    listAllFriends(tx, actorId).filter(({ isRemoved }) => !isRemoved),
    ({ householdId }) => householdId,
  );
  // Groups that we lead an order for are no families.
  const groups = new Set(listGroupHouseholds(tx, actorId).map(({ id }) => id));
  const families = listHouseholds(tx, actorId).filter(({ id }) => !groups.has(id));
  return families.map(({ id, name }) => ({
    name,
    people: (people.get(id) ?? []).map((person) => person.name),
    friends: (friends.get(id) ?? []).map((friend) => friend.name),
  }));
}
