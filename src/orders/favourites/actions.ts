// What can happen to a star, each thing one synchronous transaction; who waits for a product is told once that it can be booked.
import { createHash } from "node:crypto";
import { loadActor } from "../../activitypub/store.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { queueNotice } from "../../members/notices/noticeActions.ts";
import { saveMuted } from "../../members/notices/noticeStore.ts";
import { formats } from "../../web/format.ts";
import { bookedTotals } from "../booking/bookingStore.ts";
import { nameOf } from "../namesStore.ts";
import { listMembers, type TellingHouse } from "../notices/noticeActions.ts";
import type { Order } from "../order.ts";
import { loadOrder } from "../store.ts";
import {
  FAVOURITES_MAX,
  type Favourite,
  type FavouriteAct,
  productsToHave,
  type Starred,
  type Stars,
  type Whose,
} from "./favourite.ts";
import {
  countFavourites,
  deleteFavourite,
  listAwaited,
  listAwaitedOrders,
  listFavourites,
  loadFavourite,
  saveFavourite,
} from "./store.ts";

const MINUTE = 60_000;

/** Done twice it is done once. Who asks to be told switches that mail on again. Refuses `too-many-favourites` {limit}. */
export function changeFavourite(
  { db, clock }: Pick<TellingHouse, "db" | "clock">,
  whose: Whose,
  product: Starred,
  act: FavouriteAct,
): Refusal | null {
  const now = clock.now();
  return transact(db, (tx) => {
    if (act === "unstar") {
      deleteFavourite(tx, whose, product.productIri);
      return null;
    }
    const known = loadFavourite(tx, whose, product.productIri);
    if (!known && act === "unask") return null;
    if (!known && countFavourites(tx, whose) >= FAVOURITES_MAX)
      return { refused: "too-many-favourites", limit: FAVOURITES_MAX };
    const { personId, actorId } = whose;
    const { productIri, producerId, name } = product;
    const fresh = {
      personId,
      actorId,
      productIri,
      producerId,
      name: name.slice(0, 500),
      askedAt: null,
      createdAt: now,
    };
    const favourite = known ?? fresh;
    const askedAt = act === "ask" ? (favourite.askedAt ?? now) : act === "unask" ? null : favourite.askedAt;
    saveFavourite(tx, { ...favourite, askedAt });
    if (act === "ask") saveMuted(tx, personId, "favourite", false, now);
    return null;
  });
}

/** A person's stars in a group, as pages need them. */
export function starsOf(tx: Tx, whose: Whose, canAsk: boolean): Stars {
  return { of: new Map(listFavourites(tx, whose).map((one) => [one.productIri, one])), canAsk };
}

/** The clock's part; nothing where the node writes no mail. */
export function favouriteClockTasks(house: TellingHouse): ClockTask[] {
  if (!house.mailer) return [];
  const run = () => {
    for (const { actorId, orderId } of listAwaitedOrders(house.db.orm, house.clock.now()))
      transact(house.db, (tx) => {
        const order = loadOrder(tx, actorId, orderId);
        if (order) tellBack(tx, house, order);
      });
  };
  return [{ name: "tell who waits for a product that it is back", everyMs: MINUTE, run }];
}

/** One mail a person for all that is back in an order. Who has left the group waits for nothing any more. */
function tellBack(tx: Tx, house: TellingHouse, order: Order): void {
  const back = productsToHave(order.lines, bookedTotals(tx, order.id));
  const awaited = listAwaited(tx, order).filter(({ productIri }) => back.has(productIri));
  if (awaited.length === 0) return;
  const names = new Map(listMembers(tx, order).map(({ personId, name }) => [personId, name]));
  for (const [personId, theirs] of Map.groupBy(awaited, (one) => one.personId)) {
    for (const one of theirs) saveFavourite(tx, { ...one, askedAt: null });
    const name = names.get(personId);
    if (name !== undefined) tellPerson(tx, house, order, { personId, name }, theirs);
  }
}

function tellPerson(
  tx: Tx,
  house: TellingHouse,
  order: Order,
  { personId, name }: { readonly personId: string; readonly name: string },
  back: readonly Favourite[],
): void {
  const names = back.map((one) => one.name).sort();
  const asked = back.map(({ productIri, askedAt }) => `${productIri} ${askedAt}`).sort();
  const hash = createHash("sha256").update(asked.join("\n")).digest("hex").slice(0, 16);
  const handle = loadActor(tx, order.actorId)?.handle ?? "";
  const url = `${house.origin}/desk/${handle}/orders/${order.id}/book?only=starred`;
  const notice = {
    ...({ personId, kind: "favourite", businessKey: `back:${order.id}:${hash}` } as const),
    write: (say: (key: string, facts?: Record<string, unknown>) => string, language: "it" | "en") => {
      const closes = formats(language).dateTime(order.closesAt);
      const list = names.map((one) => `- ${one}`).join("\n");
      const facts = { name, list, order: order.name, producer: nameOf(tx, order.producerId), closes, url };
      const subject = say("favourites.mail.subject", {
        first: names[0],
        count: names.length,
        others: names.length - 1,
      });
      return { subject, text: say("favourites.mail.text", facts) };
    },
  };
  queueNotice(tx, house, notice, house.clock.now());
}
