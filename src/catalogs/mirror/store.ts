// Rows of the dated copies of others' catalogs <-> values; the only queries on them.
import { and, asc, eq, isNotNull, like, lte, sql } from "../../db/drizzle.ts";
import { asked, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import { plainText } from "../listing.ts";
import type { MirroredProduct } from "../readProposal.ts";
import { mirrorItems, mirrors } from "../tables.ts";

export type Mirror = typeof mirrors.$inferSelect;
type ItemRow = typeof mirrorItems.$inferSelect;

/** A product of another node as we last read it. `seenAt` is when it first said this; `isDoubtful`: it said otherwise elsewhere. */
export type MirrorItem = Omit<ItemRow, "product"> & { readonly product: MirroredProduct };

const mirrorOfProducer = prepareOnce((tx) =>
  tx
    .select()
    .from(mirrors)
    .where(and(eq(mirrors.actorId, asked("actorId")), eq(mirrors.producerId, asked("producerId"))))
    .prepare(),
);

export function loadMirror(tx: Tx, actorId: string, producerId: string): Mirror | undefined {
  return mirrorOfProducer(tx).get({ actorId, producerId });
}

/** When our actor's copy of the producer's catalog was last read, epoch ms; null where there is none yet. */
export function mirroredAt(tx: Tx, actorId: string, producerId: string): number | null {
  return loadMirror(tx, actorId, producerId)?.fetchedAt ?? null;
}

const mirrorsOfActor = prepareOnce((tx) =>
  tx
    .select()
    .from(mirrors)
    .where(eq(mirrors.actorId, asked("actorId")))
    .orderBy(asc(mirrors.producerId))
    .prepare(),
);

export function listMirrors(tx: Tx, actorId: string): Mirror[] {
  return mirrorsOfActor(tx).all({ actorId });
}

const allMirrors = prepareOnce((tx) => tx.select().from(mirrors).prepare());

export function listAllMirrors(tx: Tx): Mirror[] {
  return allMirrors(tx).all();
}

const dueMirrors = prepareOnce((tx) =>
  tx
    .select()
    .from(mirrors)
    .where(and(isNotNull(mirrors.dueAt), lte(mirrors.dueAt, asked("now"))))
    .orderBy(asc(mirrors.dueAt))
    .limit(asked("limit"))
    .prepare(),
);

export function listDueMirrors(tx: Tx, now: number, limit: number): Mirror[] {
  return dueMirrors(tx).all({ now, limit });
}

/** A mirror to be filled from scratch; one that is there already is read again as a whole. */
export function saveWantedMirror(
  tx: Tx,
  wanted: Pick<Mirror, "actorId" | "producerId" | "catalogIri" | "termsKey">,
  now: number,
): void {
  const fresh = { seenUpdated: null, seenSequence: 0, toldSequence: 0, fetchedAt: null, failures: 0, lastError: null };
  tx.insert(mirrors)
    .values({ ...wanted, ...fresh, dueAt: now, isFullDue: true })
    .onConflictDoUpdate({
      target: [mirrors.actorId, mirrors.producerId],
      set: { catalogIri: wanted.catalogIri, termsKey: wanted.termsKey, dueAt: now, isFullDue: true, failures: 0 },
    })
    .run();
}

export function deleteMirror(tx: Tx, actorId: string, producerId: string): void {
  tx.delete(mirrors)
    .where(and(eq(mirrors.actorId, actorId), eq(mirrors.producerId, producerId)))
    .run();
}

/** Makes every mirror of this catalog due that has not seen the sequence yet. Returns how many mirrors there are. */
export function markCatalogDue(
  tx: Tx,
  catalog: { producerId: string; catalogIri: string; sequence: number },
  now: number,
): number {
  const its = and(eq(mirrors.producerId, catalog.producerId), eq(mirrors.catalogIri, catalog.catalogIri));
  tx.update(mirrors)
    .set({ dueAt: now, toldSequence: catalog.sequence })
    .where(and(its, sql`max(${mirrors.seenSequence}, ${mirrors.toldSequence}) < ${catalog.sequence}`))
    .run();
  return tx.select({ actorId: mirrors.actorId }).from(mirrors).where(its).all().length;
}

export function updateMirror(tx: Tx, mirror: Mirror, change: Partial<Mirror>): void {
  tx.update(mirrors)
    .set(change)
    .where(and(eq(mirrors.actorId, mirror.actorId), eq(mirrors.producerId, mirror.producerId)))
    .run();
}

const toItem = (row: ItemRow): MirrorItem => ({ ...row, product: JSON.parse(row.product) as MirroredProduct });

/** What we hold of an item now, gone or not. */
export function loadCurrentItem(tx: Tx, actorId: string, itemId: string): MirrorItem | undefined {
  const row = tx
    .select()
    .from(mirrorItems)
    .where(and(eq(mirrorItems.actorId, actorId), eq(mirrorItems.itemId, itemId), eq(mirrorItems.isCurrent, true)))
    .get();
  return row && toItem(row);
}

/** Whether anybody on this node was told another public truth under the same `updated` (SAFETY B16). */
export function hasOtherTruth(
  tx: Tx,
  { itemId, updated, publicHash }: Pick<ItemRow, "itemId" | "updated" | "publicHash">,
): boolean {
  const same = and(eq(mirrorItems.itemId, itemId), eq(mirrorItems.updated, updated), eq(mirrorItems.isGone, false));
  const rows = tx.select({ publicHash: mirrorItems.publicHash }).from(mirrorItems).where(same).all();
  return rows.some((row) => row.publicHash !== publicHash);
}

/** Adds what an item says now as its next version, and makes it the current one. */
export function insertItemVersion(
  tx: Tx,
  item: Omit<ItemRow, "version" | "isCurrent" | "product" | "sortName" | "searchText"> & { product: MirroredProduct },
): void {
  const { actorId, itemId, product } = item;
  const its = and(eq(mirrorItems.actorId, actorId), eq(mirrorItems.itemId, itemId));
  const last = tx
    .select({ version: sql<number | null>`max(${mirrorItems.version})` })
    .from(mirrorItems)
    .where(its)
    .get();
  tx.update(mirrorItems)
    .set({ isCurrent: false })
    .where(and(its, eq(mirrorItems.isCurrent, true)))
    .run();
  tx.insert(mirrorItems)
    .values({
      ...item,
      version: (last?.version ?? 0) + 1,
      isCurrent: true,
      sortName: plainText(product.name),
      searchText: plainText(`${product.name} ${product.sku ?? ""}`),
      product: JSON.stringify(product),
    })
    .run();
}

/** Ids of everything this mirror shows as offered. */
export function listCurrentIds(tx: Tx, actorId: string, producerId: string): string[] {
  return tx
    .select({ itemId: mirrorItems.itemId })
    .from(mirrorItems)
    .where(offered(actorId, producerId))
    .all()
    .map((row) => row.itemId);
}

/** What the mirror shows, by name. `after` is the last item of the page before. */
export function listMirrorItems(
  tx: Tx,
  actorId: string,
  producerId: string,
  wish: { search?: string; category?: string; after?: { sortName: string; itemId: string }; limit: number },
): MirrorItem[] {
  const words = plainText(wish.search ?? "")
    .split(" ")
    .filter(Boolean)
    .slice(0, 6);
  const { after, category = "" } = wish;
  return tx
    .select()
    .from(mirrorItems)
    .where(
      and(
        offered(actorId, producerId),
        ...words.map((word) => like(mirrorItems.searchText, `%${word}%`)),
        category === "" ? undefined : sql`${CATEGORY} = ${category}`,
        after && sql`(${mirrorItems.sortName}, ${mirrorItems.itemId}) > (${after.sortName}, ${after.itemId})`,
      ),
    )
    .orderBy(asc(mirrorItems.sortName), asc(mirrorItems.itemId))
    .limit(wish.limit)
    .all()
    .map(toItem);
}

const CATEGORY = sql<string | null>`json_extract(${mirrorItems.product}, '$.category')`;

/** The kinds of what the mirror shows, in order, at most thirty: the words are another node's. */
export function listMirrorCategories(tx: Tx, actorId: string, producerId: string): string[] {
  const rows = tx
    .selectDistinct({ category: CATEGORY })
    .from(mirrorItems)
    .where(offered(actorId, producerId))
    .orderBy(asc(CATEGORY))
    .limit(30)
    .all();
  return rows.flatMap(({ category }) => (category ? [category] : []));
}

function offered(actorId: string, producerId: string) {
  return and(
    eq(mirrorItems.actorId, actorId),
    eq(mirrorItems.producerId, producerId),
    eq(mirrorItems.isCurrent, true),
    eq(mirrorItems.isGone, false),
  );
}
