// Rows of favourites <-> values; the only queries on them.
import { and, asc, count, eq, isNotNull, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { FAVOURITES_MAX, type Favourite, type Whose } from "./favourite.ts";
import { favourites } from "./tables.ts";

const theirs = ({ personId, actorId }: Whose) =>
  and(eq(favourites.personId, personId), eq(favourites.actorId, actorId));

/** A person's in a group, by name. */
export function listFavourites(tx: Tx, whose: Whose): Favourite[] {
  return tx.select().from(favourites).where(theirs(whose)).orderBy(asc(favourites.name)).limit(FAVOURITES_MAX).all();
}

export function countFavourites(tx: Tx, whose: Whose): number {
  return tx.select({ n: count() }).from(favourites).where(theirs(whose)).get()?.n ?? 0;
}

export function loadFavourite(tx: Tx, whose: Whose, productIri: string): Favourite | undefined {
  return tx
    .select()
    .from(favourites)
    .where(and(theirs(whose), eq(favourites.productIri, productIri)))
    .get();
}

export function saveFavourite(tx: Tx, favourite: Favourite): void {
  const { askedAt } = favourite;
  const target = [favourites.personId, favourites.actorId, favourites.productIri];
  tx.insert(favourites).values(favourite).onConflictDoUpdate({ target, set: { askedAt } }).run();
}

export function deleteFavourite(tx: Tx, whose: Whose, productIri: string): void {
  tx.delete(favourites)
    .where(and(theirs(whose), eq(favourites.productIri, productIri)))
    .run();
}

/** What people of a group wait for of a producer. */
export function listAwaited(tx: Tx, { actorId, producerId }: Pick<Favourite, "actorId" | "producerId">): Favourite[] {
  const its = and(eq(favourites.actorId, actorId), eq(favourites.producerId, producerId));
  return tx
    .select()
    .from(favourites)
    .where(and(its, isNotNull(favourites.askedAt)))
    .all();
}

/** Those of these people who wait for every order of a producer. */
export function onlyFollowers<T extends { readonly personId: string }>(
  tx: Tx,
  key: Pick<Favourite, "actorId" | "producerId">,
  people: readonly T[],
): T[] {
  const whole = listAwaited(tx, key).filter(({ productIri }) => productIri === key.producerId);
  const followers = new Set(whole.map(({ personId }) => personId));
  return people.filter(({ personId }) => followers.has(personId));
}

/** The open orders that offer something somebody waits for. */
export function listAwaitedOrders(tx: Tx, now: number): { orderId: string; actorId: string }[] {
  return tx.all(sql`SELECT DISTINCT o.id AS "orderId", o.actor_id AS "actorId" FROM favourites f
    JOIN orders o ON o.actor_id = f.actor_id AND o.producer_id = f.producer_id AND o.state = 'open' AND o.closes_at > ${now}
    JOIN order_lines l ON l.order_id = o.id AND l.is_offered = 1 AND l.goods ->> 'productIri' = f.product_iri
    WHERE f.asked_at IS NOT NULL`);
}
