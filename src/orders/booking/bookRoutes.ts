// Where households book: the form of an order, for themselves, for a friend, or by the referente for another household.
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { loadAnnounced } from "../../catalogs/announced/store.ts";
import { findPictures } from "../../catalogs/pictures/copyActions.ts";
import type { Tx } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { creditOf } from "../../ledger/creditActions.ts";
import { addFriend, removeFriend } from "../../members/households/householdActions.ts";
import {
  type Household,
  householdOf,
  listAllFriends,
  listFriends,
  loadHousehold,
} from "../../members/households/householdStore.ts";
import { loadPersonRow } from "../../members/store.ts";
import { loadKeeper } from "../../partners/keeperStore.ts";
import { sendRefusal, wantsHtml } from "../../web/errors.ts";
import { LIST_QUERY } from "../../web/lists.ts";
import { markOf, sendLive } from "../../web/live.ts";
import { pageContext, replaceMain, sendPage, sendParts, wantsParts } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { holdsRole } from "../../web/visitor.ts";
import { loadAggregateOf } from "../aggregates/store.ts";
import { listHouseholdPortions } from "../delivery/deliveryStore.ts";
import { starsOf } from "../favourites/actions.ts";
import { nameOf } from "../namesStore.ts";
import { type Order, type OrderLine, takesBookings } from "../order.ts";
import { turnsOf } from "../shifts/actions.ts";
import { listTurns } from "../solidarity/store.ts";
import { loadOrder } from "../store.ts";
import { changeBasket, type SavedBasket, undoSave } from "./basketActions.ts";
import { BOOK_FORM, type BookForm, type LineProblems, outdatedLines, problemsOf, readWishes } from "./bookForm.ts";
import { type Basket, bookedTotals, listHouseholdBookings, loadBasket } from "./bookingStore.ts";
import { barBody, lineRow } from "./bookLinePages.ts";
import { type BookView, bookableLines, bookPage, headParts, liveParts, siftLines } from "./bookPages.ts";
import { isChangedByOthers, lastChangeOf, lastUndoable } from "./changeStore.ts";
import { findLastBought } from "./lastBoughtStore.ts";

type BookRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const BOOKERS = { config: { policy: { seat: ["member", "referente"], of: "order" } as const } };
const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const Who = Type.Optional(Type.String({ maxLength: 40 }));
const BOOK_QUERY = Type.Object({ ...LIST_QUERY, friend: Who, household: Who });
type BookQuery = Static<typeof BOOK_QUERY>;
const FRIEND_NAME = Type.Object({ name: Type.String({ maxLength: 200 }) });
const FRIEND = Type.Object({ friend: Type.String({ maxLength: 40 }) });

/** Who books what: the order, the household, and whether it is the visitor's own. */
type Place = { readonly order: Order; readonly household: Household; readonly isOwn: boolean };
/** What was not taken of what was sent: fields as typed, the lines with their reasons, and the reason of the whole. */
type Answer = {
  readonly typed: Readonly<Record<string, unknown>>;
  readonly problems: LineProblems;
  readonly refusal: Refusal | null;
};
const FINE: Answer = { typed: {}, problems: new Map(), refusal: null };

/** Adds `/desk/{handle}/orders/{id}/book` and the friends of a household. */
export function registerBooking(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/book", BOOKERS, (request: BookRequest, reply) => {
    const query = queryOf(request);
    const place = findPlace(wire.db.orm, request, query.household);
    if (isRefusal(place)) return sendRefusal(request, reply, place);
    return show(wire, request, reply, place, query, FINE);
  });
  app.post("/desk/:handle/orders/:id/book", BOOKERS, (request: BookRequest, reply) => {
    const form = readForm(BOOK_FORM, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    const typed = form.typed as Record<string, string>;
    const place = findPlace(wire.db.orm, request, typed.household);
    if (isRefusal(place)) return sendRefusal(request, reply, place);
    const query = { ...queryOf(request), ...(typed.friend ? { friend: typed.friend } : {}) };
    if ("refused" in form) {
      const problems = mistyped(Object.keys(form.errors));
      return show(wire, request, reply, place, query, { typed, problems, refusal: { refused: "invalid-fields" } });
    }
    const done = wantsParts(request) ? pressOnce : saveAll;
    const answer = done(wire, request, place, form.value, typed);
    const { refused } = answer.refusal ?? {};
    if (refused === "not-found" || refused === "not-yours") return sendRefusal(request, reply, { refused });
    if (wantsParts(request)) return showParts(wire, request, reply, place, { query, form: form.value, answer });
    if (answer.refusal && !wantsHtml(request)) return sendRefusal(request, reply, answer.refusal);
    return refused === undefined
      ? reply.redirect(addressAfter(request, form.value), 303)
      : show(wire, request, reply, place, query, answer);
  });
  app.get("/desk/:handle/orders/:id/book/live", BOOKERS, (request: BookRequest, reply) => {
    const query = queryOf(request);
    const place = findPlace(wire.db.orm, request, query.household);
    if (isRefusal(place)) return sendRefusal(request, reply, place);
    const view = viewOf(wire, request, place, query, FINE);
    return sendLive(request, reply, view.live.mark, () =>
      liveParts(pageContext(request, reply), view, siftLines(view).items),
    );
  });
  registerFriends(app, wire);
}

function queryOf(request: BookRequest): BookQuery {
  const query = readForm(BOOK_QUERY, request.query);
  return "refused" in query ? {} : query.value;
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

/** Saves all that the form says, or nothing of it. */
function saveAll(
  wire: Wire,
  request: BookRequest,
  place: Place,
  form: BookForm,
  typed: Record<string, unknown>,
): Answer {
  const saved = save(wire, request, place, form, typed, new Set());
  if (!isRefusal(saved) || saved.refused === "unchanged") return FINE;
  return { typed, problems: tellWho(wire.db.orm, place, form, problemsOf(saved)), refusal: saved };
}

/**
 * Saves what holds of the form: a press on one line is not held up by what another line lacks. Lines that are refused are tried no
 * more, and told.
 */
function pressOnce(
  wire: Wire,
  request: BookRequest,
  place: Place,
  form: BookForm,
  typed: Record<string, unknown>,
): Answer {
  const problems: LineProblems = new Map();
  for (;;) {
    const saved = save(wire, request, place, form, typed, new Set(problems.keys()));
    const isDone = !isRefusal(saved) || saved.refused === "unchanged";
    const wrong = isDone ? new Map<number, Refusal>() : tellWho(wire.db.orm, place, form, problemsOf(saved));
    // Nobody's line in particular: said beside those that were to change.
    if (!isDone && saved.refused === "credit-too-low") {
      const stored = listHouseholdBookings(wire.db.orm, place.order.id, place.household.id);
      const { changed } = readWishes(place.order, form, typed, stored, new Set(problems.keys()));
      for (const number of changed) wrong.set(number, saved);
    }
    const news = [...wrong].filter(([number]) => !problems.has(number));
    if (isDone || news.length === 0) return { typed, problems, refusal: isDone ? null : saved };
    for (const [number, problem] of news) problems.set(number, problem);
  }
}

function save(
  wire: Wire,
  request: BookRequest,
  { order, household }: Place,
  form: BookForm,
  typed: Record<string, unknown>,
  skip: ReadonlySet<number>,
): SavedBasket | Refusal {
  const who = {
    ...{ actorId: order.actorId, orderId: order.id, householdId: household.id, personId: request.visitor!.personId },
  };
  if (form.undo !== undefined) return undoSave(wire, { ...who, version: form.undo, onceKey: form.key });
  const isForFriend = form.friend !== undefined;
  const note =
    !isForFriend && form.back === undefined && (form.note ?? "") !== (form.wasNote ?? "")
      ? { note: form.note ?? "" }
      : {};
  const pickup = !isForFriend && form.pickup !== form.wasPickup && form.pickup ? { pickupId: form.pickup } : {};
  const isBasketSame = Object.keys(note).length + Object.keys(pickup).length === 0;
  const request_ = { form, skip: [...skip] };
  // A basket of which something was not taken is not the one that was confirmed.
  const isFinal = form.confirm !== undefined && skip.size === 0;
  const attempt = (onceKey: string | null) =>
    changeBasket(wire, { ...who, ...note, ...pickup, request: request_, onceKey }, (tx, saved, basket) => {
      if (isFinal && basket && !isSeen(tx, basket, form.confirm ?? 0, who.personId))
        return { refused: "stale-version", version: basket.version };
      const { wishes, problems, changed } = readWishes(order, form, typed, saved, skip);
      if (problems.size > 0) {
        const refused = [...problems.values()].some((one) => one.refused === "stale-version");
        const told = [...problems].map(([lineNumber, no]) => ({ ...no, lineNumber }));
        return { refused: refused ? "stale-version" : "invalid-fields", wishes: told };
      }
      const isSame = changed.length === 0 && isBasketSame && !(isFinal && basket?.state === "draft");
      return isSame ? { refused: "unchanged" } : { wishes, isFinal };
    });
  const saved = attempt(form.key);
  // The page gives each press a key of its own; where its script did not run, another press under the same key is another press.
  return isRefusal(saved) && saved.refused === "key-reused" && wantsParts(request) ? attempt(null) : saved;
}

/** One's own taps may still be on their way when one confirms; what another of the household saved meanwhile one has not seen. */
function isSeen(tx: Tx, basket: Basket, version: number, personId: string): boolean {
  if (basket.version === version) return true;
  return basket.savedBy === personId && !isChangedByOthers(tx, basket, { version, personId });
}

/** Where two of a household said two things of a line: who the other is, and when. */
function tellWho(tx: Tx, { order, household }: Place, form: BookForm, problems: LineProblems): LineProblems {
  const friendId = form.friend ?? null;
  return new Map(
    [...problems].map(([lineNumber, problem]) => {
      if (problem.refused !== "stale-version") return [lineNumber, problem];
      const last = lastChangeOf(tx, { orderId: order.id, householdId: household.id, lineNumber, friendId });
      const byName = last ? (loadPersonRow(tx, last.personId)?.name ?? "") : "";
      return [lineNumber, { ...problem, byName, at: last?.at ?? 0 }];
    }),
  );
}

function mistyped(fields: readonly string[]): LineProblems {
  const numbers = fields.flatMap((field) => /^(?:quantity|upto)\.(\d+)$/.exec(field)?.[1] ?? []);
  return new Map(numbers.map((number) => [Number(number), { refused: "not-a-quantity" }]));
}

/** Back to whom it was for, to what was searched, and to the line whose button was pressed. */
function addressAfter(request: BookRequest, { friend, household, more, less, drop, mine, back }: BookForm): string {
  if (back !== undefined) return `/desk/${request.params.handle}/orders/mine#order-${request.params.id}`;
  const { find, only } = queryOf(request);
  const asked = { household, friend, find, only };
  const query = new URLSearchParams(
    Object.entries(asked).flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : [])),
  ).toString();
  const line = more ?? less ?? drop ?? mine;
  const { handle, id } = request.params;
  return `/desk/${handle}/orders/${id}/book${query === "" ? "" : `?${query}`}${line === undefined ? "" : `#line-${line}`}`;
}

/** Answers a press with the rows it changed and the bar; with the page, where the order takes no more. */
function showParts(
  wire: Wire,
  request: BookRequest,
  reply: FastifyReply,
  place: Place,
  { query, form, answer }: { query: BookQuery; form: BookForm; answer: Answer },
): FastifyReply {
  const view = viewOf(wire, request, place, query, answer);
  const c = pageContext(request, reply);
  const isWhole = answer.refusal !== null && answer.problems.size === 0;
  if (!takesBookings(view.order, c.now) || isWhole) return sendPage(request, replaceMain(reply), bookPage(c, view));
  const numbers = new Set([...outdatedLines(form, view.saved), ...answer.problems.keys(), form.drop, form.mine]);
  const rows = bookableLines(view)
    .filter(({ number }) => numbers.has(number))
    .map((line) => ({ id: `line-${line.number}`, body: lineRow(c, view, line), isWhole: true }));
  const isClash = [...answer.problems.values()].some(({ refused }) => refused === "stale-version");
  const status = answer.problems.size === 0 ? 200 : isClash ? 409 : 422;
  return sendParts(
    request,
    reply,
    [...rows, ...headParts(c, view, form), { id: "bar", body: barBody(c, view) }, { id: "troubles", body: "" }],
    status,
  );
}

function show(
  wire: Wire,
  request: BookRequest,
  reply: FastifyReply,
  place: Place,
  query: BookQuery,
  answer: Answer,
): FastifyReply {
  return sendPage(request, reply, bookPage(pageContext(request, reply), viewOf(wire, request, place, query, answer)));
}

function viewOf(
  wire: Wire,
  request: BookRequest,
  { household, isOwn, order: { id, actorId } }: Place,
  query: BookQuery,
  { typed, problems, refusal }: Answer,
): BookView {
  const tx = wire.db.orm;
  // A save may just have closed it.
  const order = loadOrder(tx, actorId, id)!;
  const friends = listFriends(tx, household.id);
  const friend = friends.find((one) => one.id === query.friend) ?? null;
  const copy = order.cycleIri && loadAnnounced(tx, { actorId, producerId: order.producerId, cycleIri: order.cycleIri });
  const canUndo = order.state === "open";
  const isPress = wantsParts(request);
  const view = {
    ...{ order, household, isOwn, friends, friend, typed, problems, refusal, query },
    friendId: friend?.id ?? null,
    basket: loadBasket(tx, id, household.id),
    saved: listHouseholdBookings(tx, id, household.id),
    friendNames: new Map(listAllFriends(tx, actorId).map((one) => [one.id, one.name])),
    portions: listHouseholdPortions(tx, id, household.id),
    stars: isOwn
      ? starsOf(tx, { personId: request.visitor!.personId, actorId }, request.server.web.hasMail ?? false)
      : null,
    producerName: nameOf(tx, order.producerId),
    keeperName: loadKeeper(tx, order.producerId)?.name ?? null,
    totals: bookedTotals(tx, id),
    credit: creditOf(tx, actorId, household.id),
    commonMinimum: (copy && copy.copy?.commonMinimum) || null,
    onceKey: encodeId(randomBytes(16)),
    undoVersion: canUndo ? (lastUndoable(tx, id, household.id)?.version ?? null) : null,
    canLeave: listTurns(tx, actorId, wire.clock.now()).length > 0,
    canRepeat: !isPress && findLastBought(tx, order, household.id) !== null,
    sharedCosts: isPress ? [] : (loadAggregateOf(tx, order)?.costs ?? []),
    turns: isPress ? [] : turnsOf(tx, actorId, wire.clock.now()).filter(({ orderId }) => orderId === id),
  };
  return { ...view, pictures: picturesOf(wire, actorId, siftLines(view).items), live: liveOf(request, view) };
}

/** Its own bookings, and whether and what may be booked, draw the page anew; what others book only what is said of that. */
function liveOf(
  request: BookRequest,
  view: Pick<BookView, "order" | "basket" | "totals" | "household">,
): BookView["live"] {
  const { handle, id } = request.params;
  const { order, basket, totals } = view;
  const { state, closesAt, completesUntil, lines } = order;
  const offered = lines.filter(({ isOffered }) => isOffered).map(({ number }) => number);
  const whole = markOf([basket?.version ?? 0, state, closesAt, completesUntil, offered]);
  const asked = queryOf(request);
  const query = new URLSearchParams(
    Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  const url = `/desk/${handle}/orders/${id}/book/live${query === "" ? "" : `?${query}`}`;
  const stock = lines.map(({ goods }) => goods.availableThousandths);
  return { url, mark: { whole, parts: markOf([...totals, stock]) } };
}

/** Hundreds of products at once are a list to search in, and their pictures a burden; narrowed, it shows them. */
const PICTURED_MAX = 150;

function picturesOf(wire: Wire, actorId: string, lines: readonly OrderLine[]): ReadonlyMap<string, string> {
  if (lines.length > PICTURED_MAX) return new Map();
  const urls = lines.flatMap(({ goods: { picture } }) => (picture ? [picture.url] : []));
  return findPictures(wire.db.orm, wire.origin, actorId, urls);
}
