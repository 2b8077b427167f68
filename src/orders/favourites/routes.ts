// Where a member puts stars and takes them away: from an order, from a producer's list, from the page of them all.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { StarsOnList } from "../../catalogs/mirror/routes.ts";
import { loadCurrentItem, loadMirror } from "../../catalogs/mirror/store.ts";
import type { Tx } from "../../db/transact.ts";
import { householdOf } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { html } from "../../web/html.ts";
import { LIST_QUERY } from "../../web/lists.ts";
import { pageContext, replaceMain, sendPage, sendParts, wantsParts } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { safePath } from "../../web/safePath.ts";
import { bookedTotals } from "../booking/bookingStore.ts";
import { nameOf } from "../namesStore.ts";
import type { TellingHouse } from "../notices/noticeActions.ts";
import { type Order, takesBookings } from "../order.ts";
import { listOrders, loadOrder } from "../store.ts";
import { changeFavourite, starsOf } from "./actions.ts";
import {
  canBeHad,
  FAVOURITE_ACTS,
  type FavouriteAct,
  isProducerStar,
  productsToHave,
  type Starred,
  type Whose,
} from "./favourite.ts";
import { favouritesPage, followPart, lineStar, type ShownFavourite, starButton, starForm } from "./pages.ts";
import { listFavourites, loadFavourite } from "./store.ts";

const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const OPEN_SEEN = 100;
const Iri = Type.Optional(Type.String({ minLength: 1, maxLength: 2048 }));
const Line = Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,3}$" }));
const AnyForm = Type.Object({
  ...{ star: Iri, unstar: Iri, ask: Iri, unask: Iri },
  back: Type.Optional(Type.String({ maxLength: 1000 })),
});
const LineForm = Type.Object({ star: Line, unstar: Line, ask: Line, unask: Line });
const Query = Type.Object({ ...LIST_QUERY, friend: Type.Optional(Type.String({ maxLength: 40 })) });

type DeskRequest = FastifyRequest<{ Params: { handle: string } }>;
type LineRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type Pressed = { readonly act: FavouriteAct; readonly value: string };

/** Adds `/desk/{handle}/favourites` and the stars of an order. */
export function registerFavourites(app: FastifyInstance, house: TellingHouse): void {
  const { orm } = house.db;
  app.get("/desk/:handle/favourites", MEMBERS, (request: DeskRequest, reply) => {
    const c = pageContext(request, reply);
    return sendPage(request, reply, favouritesPage(c, listShown(orm, whoseOf(request), c.now), house.mailer !== null));
  });
  app.post("/desk/:handle/favourites", MEMBERS, (request: DeskRequest, reply) => {
    const form = readForm(AnyForm, request.body);
    const pressed = "refused" in form ? null : pressedOf(form.value);
    if ("refused" in form || !pressed) return sendRefusal(request, reply, { refused: "bad-request" });
    const whose = whoseOf(request);
    const product = findProduct(orm, whose, pressed.value);
    if (!product) return sendRefusal(request, reply, { refused: "not-found" });
    const refused = changeFavourite(house, whose, product, pressed.act);
    if (refused) return sendRefusal(request, reply, refused);
    const back = form.value.back === undefined ? "/" : safePath(form.value.back);
    return reply.redirect(back === "/" ? `/desk/${request.params.handle}/favourites` : back, 303);
  });
  app.post("/desk/:handle/orders/:id/book/star", MEMBERS, (request: LineRequest, reply) =>
    starLine(house, request, reply),
  );
}

function starLine(house: TellingHouse, request: LineRequest, reply: FastifyReply): FastifyReply {
  const { orm } = house.db;
  const form = readForm(LineForm, request.body);
  const pressed = "refused" in form ? null : pressedOf(form.value);
  if (!pressed) return sendRefusal(request, reply, { refused: "bad-request" });
  const whose = whoseOf(request);
  const found = findLine(orm, whose, request.params.id, Number(pressed.value));
  const refused = found
    ? changeFavourite(house, whose, productOf(found), pressed.act)
    : ({ refused: "not-found" } as const);
  if (!found || refused)
    return sendRefusal(request, wantsParts(request) ? replaceMain(reply) : reply, refused ?? { refused: "not-found" });
  const { line, order } = found;
  if (wantsParts(request)) {
    const { number, goods } = line;
    const isLeft = canBeHad(line, bookedTotals(orm, order.id).get(number) ?? 0);
    const shown = { number, name: goods.name, productIri: goods.productIri, isLeft };
    const { star, ask } = lineStar(pageContext(request, reply), starsOf(orm, whose, house.mailer !== null), shown);
    const parts = [{ id: `star-${number}`, body: star, isWhole: true }];
    return sendParts(
      request,
      reply,
      ask === "" ? parts : [...parts, { id: `ask-${number}`, body: ask, isWhole: true }],
    );
  }
  const query = readForm(Query, request.query);
  const asked = new URLSearchParams(
    "refused" in query
      ? {}
      : Object.fromEntries(Object.entries(query.value).map(([name, value]) => [name, String(value)])),
  ).toString();
  const { handle, id } = request.params;
  return reply.redirect(`/desk/${handle}/orders/${id}/book${asked === "" ? "" : `?${asked}`}#line-${line.number}`, 303);
}

/** Stars in a group belong to who is in one of its households. */
function findLine(tx: Tx, { personId, actorId }: Whose, orderId: string, number: number) {
  const order = loadOrder(tx, actorId, orderId);
  if (!order || order.state === "draft" || order.state === "scheduled" || !householdOf(tx, actorId, personId))
    return null;
  const line = order.lines.find((one) => one.number === number);
  return line ? { order, line } : null;
}

function productOf({ order, line }: NonNullable<ReturnType<typeof findLine>>): Starred {
  return { productIri: line.goods.productIri, producerId: order.producerId, name: line.goods.name };
}

/** What has a star already, stands in a list that the group reads, or is the producer of one. */
function findProduct(tx: Tx, whose: Whose, productIri: string): Starred | null {
  const known = loadFavourite(tx, whose, productIri);
  if (known) return known;
  const item = loadCurrentItem(tx, whose.actorId, productIri);
  if (item) return { productIri, producerId: item.producerId, name: item.product.name };
  const isProducer = loadMirror(tx, whose.actorId, productIri) !== undefined;
  return isProducer ? { productIri, producerId: productIri, name: nameOf(tx, productIri) } : null;
}

function whoseOf(request: FastifyRequest): Whose {
  return { personId: request.visitor!.personId, actorId: request.seat!.actorId };
}

function pressedOf(form: Partial<Record<FavouriteAct, string>>): Pressed | null {
  const [first, ...more] = FAVOURITE_ACTS.flatMap((act) =>
    form[act] === undefined ? [] : [{ act, value: form[act] }],
  );
  return first && more.length === 0 ? first : null;
}

/** Each with the open order that has some of it, the one that closes first. */
function listShown(tx: Tx, whose: Whose, now: number): ShownFavourite[] {
  const mine = listFavourites(tx, whose);
  const producers = new Set(mine.map(({ producerId }) => producerId));
  const orders = listOrders(tx, whose.actorId, { states: ["open"], limit: OPEN_SEEN })
    .filter(({ producerId }) => producers.has(producerId))
    .flatMap(({ id }): Order[] => {
      const order = loadOrder(tx, whose.actorId, id);
      return order ? [order] : [];
    })
    .filter((order) => takesBookings(order, now))
    .sort((one, other) => one.closesAt - other.closesAt)
    .map((order) => ({ order, has: productsToHave(order.lines, bookedTotals(tx, order.id)) }));
  return mine.map((one) => ({
    ...one,
    producerName: nameOf(tx, one.producerId),
    order:
      orders.find(
        ({ has, order }) => order.producerId === one.producerId && (isProducerStar(one) || has.has(one.productIri)),
      )?.order ?? null,
  }));
}

/** The stars on the copy of a producer's list, for who is in a household of the group. `canAsk`: the node writes mail. */
export const starsOnList =
  (canAsk: boolean): StarsOnList =>
  (tx, c, whose, { back, producerId, name }) => {
    if (!householdOf(tx, whose.actorId, whose.personId)) return null;
    const { of } = starsOf(tx, whose, canAsk);
    const hidden = html`<input type="hidden" name="back" value="${back}">`;
    const isFollowed = of.get(producerId)?.askedAt != null;
    return {
      producer: canAsk ? followPart(c, { name, producerId, isFollowed }) : html``,
      form: starForm(c, `/desk/${c.seat?.handle ?? ""}/favourites`, hidden),
      of: (productIri, name) => starButton(c, { name, value: productIri, isOn: of.has(productIri) }),
    };
  };
