// Where households book: the form of an order, for themselves, for a friend, or by the referente for another household.
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../activitypub/wire.ts";
import { loadAnnounced } from "../catalogs/announced/store.ts";
import type { Tx } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { creditOf } from "../ledger/creditActions.ts";
import { addFriend, removeFriend } from "../members/householdActions.ts";
import { type Household, householdOf, listAllFriends, listFriends, loadHousehold } from "../members/householdStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, formOf } from "../web/forms.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { holdsRole } from "../web/visitor.ts";
import { saveBasket } from "./basketActions.ts";
import { BOOK_FORM, type BookForm, type LineProblems, problemsOf, readWishes, writeWishes } from "./bookForm.ts";
import { bookedTotals, listHouseholdBookings, loadBasket } from "./bookingStore.ts";
import { bookPage } from "./bookPages.ts";
import { listHouseholdPortions } from "./deliveryStore.ts";
import { nameOf } from "./namesStore.ts";
import type { Order } from "./order.ts";
import { loadOrder } from "./store.ts";

type BookRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const BOOKERS = { config: { policy: { seat: ["member", "referente"], of: "order" } as const } };
const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const WHO_QUERY = Type.Object({
  friend: Type.Optional(Type.String({ maxLength: 40 })),
  household: Type.Optional(Type.String({ maxLength: 40 })),
});
const FRIEND_NAME = Type.Object({ name: Type.String({ maxLength: 200 }) });
const FRIEND = Type.Object({ friend: Type.String({ maxLength: 40 }) });

/** Who books what: the order, the household, and whether it is the visitor's own. */
type Place = { readonly order: Order; readonly household: Household; readonly isOwn: boolean };
/** What the page shows instead of the stored basket, after a no. */
type Answer = { readonly state: FormState; readonly problems: LineProblems; readonly refusal: Refusal | null };

/** Adds `/desk/{handle}/orders/{id}/book` and the friends of a household. */
export function registerBooking(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/book", BOOKERS, (request: BookRequest, reply) => {
    const query = readForm(WHO_QUERY, request.query);
    const who = "refused" in query ? {} : query.value;
    const place = findPlace(wire.db.orm, request, who.household);
    if (isRefusal(place)) return sendRefusal(request, reply, place);
    return show(wire, request, reply, place, who.friend ?? null, null);
  });
  app.post("/desk/:handle/orders/:id/book", BOOKERS, (request: BookRequest, reply) => {
    const form = readForm(BOOK_FORM, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    const typed = form.typed as Record<string, string>;
    const place = findPlace(wire.db.orm, request, typed.household);
    if (isRefusal(place)) return sendRefusal(request, reply, place);
    const friend = typed.friend ?? null;
    const no = (problems: LineProblems, refusal: Refusal | null) =>
      show(wire, request, reply, place, friend, { state: formOf(typed), problems, refusal });
    if ("refused" in form) return no(mistyped(Object.keys(form.errors)), { refused: "invalid-fields" });
    const saved = save(wire, request, place, form.value, typed);
    if (!isRefusal(saved)) return reply.redirect(addressAfter(request, form.value), 303);
    return saved.refused === "not-found" || saved.refused === "not-yours"
      ? sendRefusal(request, reply, saved)
      : no(problemsOf(saved), saved);
  });
  registerFriends(app, wire);
}

function registerFriends(app: FastifyInstance, wire: Wire): void {
  const change = (
    request: BookRequest,
    reply: FastifyReply,
    act: (key: { actorId: string; householdId: string }) => unknown,
  ): FastifyReply => {
    const place = findPlace(wire.db.orm, request, undefined);
    if (isRefusal(place)) return sendRefusal(request, reply, place);
    const done = act({ actorId: place.order.actorId, householdId: place.household.id });
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${request.params.handle}/orders/${request.params.id}/book`, 303);
  };
  app.post("/desk/:handle/orders/:id/book/friends", MEMBERS, (request: BookRequest, reply) => {
    const form = readForm(FRIEND_NAME, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-name" });
    return change(request, reply, (key) => addFriend(wire, key, form.value.name));
  });
  app.post("/desk/:handle/orders/:id/book/friends/remove", MEMBERS, (request: BookRequest, reply) => {
    const form = readForm(FRIEND, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return change(request, reply, (key) => removeFriend(wire, key, form.value.friend));
  });
}

/** Drafts are nobody's but the referente's: to all others an order begins when it opens. */
function findPlace(tx: Tx, request: BookRequest, householdId: string | undefined): Place | Refusal {
  const { actorId } = request.seat!;
  const { personId } = request.visitor!;
  const order = loadOrder(tx, actorId, request.params.id);
  const own = householdOf(tx, actorId, personId);
  const household = householdId === undefined ? own : loadHousehold(tx, actorId, householdId);
  if (!order || !household || order.state === "draft" || order.state === "scheduled") return { refused: "not-found" };
  const isOwn = household.id === own?.id;
  const mayHelp = holdsRole(request.visitor, actorId, ["referente"], order.producerId);
  return isOwn || mayHelp ? { order, household, isOwn } : { refused: "not-yours" };
}

function save(wire: Wire, request: BookRequest, { order, household }: Place, form: BookForm, typed: object) {
  const saved = listHouseholdBookings(wire.db.orm, order.id, household.id);
  const { wishes, problems } = readWishes(order, form, typed as Record<string, unknown>, saved);
  if (problems.size > 0)
    return { refused: "invalid-fields", wishes: [...problems].map(([lineNumber, no]) => ({ ...no, lineNumber })) };
  const isForFriend = form.friend !== undefined;
  return saveBasket(wire, {
    actorId: order.actorId,
    orderId: order.id,
    householdId: household.id,
    personId: request.visitor!.personId,
    seenVersion: form.seen,
    wishes,
    ...(isForFriend ? {} : { note: form.note ?? "" }),
    ...(isForFriend || form.pickup === undefined ? {} : { pickupId: form.pickup }),
    onceKey: form.key,
  });
}

function mistyped(fields: readonly string[]): LineProblems {
  const numbers = fields.flatMap((field) => /^(?:quantity|upto)\.(\d+)$/.exec(field)?.[1] ?? []);
  return new Map(numbers.map((number) => [Number(number), { refused: "not-a-quantity" }]));
}

/** Back to whom it was for, and to the line whose button was pressed. */
function addressAfter({ params }: BookRequest, { friend, household, more, less }: BookForm): string {
  const query = new URLSearchParams({ ...(household ? { household } : {}), ...(friend ? { friend } : {}) }).toString();
  const line = more ?? less;
  return `/desk/${params.handle}/orders/${params.id}/book${query === "" ? "" : `?${query}`}${line === undefined ? "" : `#line-${line}`}`;
}

function show(
  wire: Wire,
  request: BookRequest,
  reply: FastifyReply,
  { household, isOwn, order: { id, actorId } }: Place,
  friendId: string | null,
  answer: Answer | null,
): FastifyReply {
  const tx = wire.db.orm;
  // A save may just have closed it.
  const order = loadOrder(tx, actorId, id)!;
  const friends = listFriends(tx, household.id);
  const friend = friends.find((one) => one.id === friendId) ?? null;
  const basket = loadBasket(tx, id, household.id);
  const saved = listHouseholdBookings(tx, id, household.id);
  const stored = {
    ...writeWishes(saved, friend?.id ?? null),
    note: basket?.note ?? "",
    pickup: basket?.pickupId ?? "",
  };
  const copy = order.cycleIri && loadAnnounced(tx, { actorId, producerId: order.producerId, cycleIri: order.cycleIri });
  const view = {
    ...{ order, household, isOwn, friends, friend, basket, saved },
    friendNames: new Map(listAllFriends(tx, actorId).map((one) => [one.id, one.name])),
    portions: listHouseholdPortions(tx, id, household.id),
    producerName: nameOf(tx, order.producerId),
    totals: bookedTotals(tx, id),
    credit: creditOf(tx, actorId, household.id),
    commonMinimum: (copy && copy.copy?.commonMinimum) || null,
    onceKey: encodeId(randomBytes(16)),
    state: answer?.state ?? formOf(stored),
    problems: answer?.problems ?? new Map(),
    refusal: answer?.refusal ?? null,
  };
  return sendPage(request, reply, bookPage(pageContext(request, reply), view));
}
