// What each save changed in a household's basket <-> values; the only queries on it.
import { and, eq, lte, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { Booking, Wish } from "./booking.ts";
import { basketChanges } from "./changeTables.ts";

/** The same place in a basket before a save: what stood there (null: nothing), who saved, when (epoch ms). */
export type BasketChange = {
  readonly lineNumber: number;
  readonly friendId: string | null;
  readonly personId: string;
  readonly at: number;
  readonly before: Pick<Wish, "quantityThousandths" | "toleranceThousandths" | "note"> | null;
};

/** How many saves of a basket are remembered. */
const KEPT_VERSIONS = 40;

type Save = {
  readonly orderId: string;
  readonly householdId: string;
  readonly actorId: string;
  readonly version: number;
  readonly personId: string;
  readonly at: number;
  /** The version that this save takes back; null for any other. */
  readonly undoes: number | null;
};

/** Remembers what a save changes: each booking that differs, as it was before. */
export function recordChanges(tx: Tx, save: Save, before: readonly Booking[], after: readonly Booking[]): void {
  const keyOf = (one: Booking) => `${one.lineNumber} ${one.friendId ?? ""}`;
  const now = new Map(after.map((one) => [keyOf(one), one]));
  const then = new Map(before.map((one) => [keyOf(one), one]));
  const changed = [...before, ...after.filter((one) => !then.has(keyOf(one)))].filter(
    (one) => contentOf(then.get(keyOf(one))) !== contentOf(now.get(keyOf(one))),
  );
  const rows = changed.map((one) => [one.lineNumber, one.friendId ?? "", contentOf(then.get(keyOf(one)))]);
  const { orderId, householdId, actorId, version, personId, at, undoes } = save;
  tx.run(sql`INSERT INTO basket_changes (order_id, household_id, version, line_number, friend_id, actor_id, person_id, at, before,
      is_undo)
    SELECT ${orderId}, ${householdId}, ${version}, value ->> 0, value ->> 1, ${actorId}, ${personId}, ${at}, value ->> 2,
      ${undoes === null ? 0 : 1} FROM json_each(${JSON.stringify(rows)})`);
  if (undoes !== null)
    tx.update(basketChanges)
      .set({ undoneBy: version })
      .where(and(ofBasket(orderId, householdId), eq(basketChanges.version, undoes)))
      .run();
  tx.delete(basketChanges)
    .where(and(ofBasket(orderId, householdId), lte(basketChanges.version, version - KEPT_VERSIONS)))
    .run();
}

function ofBasket(orderId: string, householdId: string) {
  return and(eq(basketChanges.orderId, orderId), eq(basketChanges.householdId, householdId));
}

function contentOf(booking: Booking | undefined): string | null {
  if (!booking) return null;
  const { quantityThousandths, toleranceThousandths, note } = booking;
  return JSON.stringify({ quantityThousandths, toleranceThousandths, note });
}

/** The last save that can be taken back, with what it changed; undefined where there is none. */
export function lastUndoable(
  tx: Tx,
  orderId: string,
  householdId: string,
): { version: number; changes: BasketChange[] } | undefined {
  const rows = tx
    .select()
    .from(basketChanges)
    .where(
      and(
        ofBasket(orderId, householdId),
        sql`version = (SELECT max(version) FROM basket_changes WHERE order_id = ${orderId} AND household_id = ${householdId}
          AND is_undo = 0 AND undone_by IS NULL)`,
      ),
    )
    .all();
  const [first] = rows;
  return first && { version: first.version, changes: rows.map(toChange) };
}

/** Who changed a line last, for whom: undefined when nobody did since the order took bookings. */
export function lastChangeOf(
  tx: Tx,
  place: { orderId: string; householdId: string; lineNumber: number; friendId: string | null },
): BasketChange | undefined {
  const { orderId, householdId, lineNumber, friendId } = place;
  const row = tx
    .select()
    .from(basketChanges)
    .where(
      and(
        ofBasket(orderId, householdId),
        eq(basketChanges.lineNumber, lineNumber),
        eq(basketChanges.friendId, friendId ?? ""),
      ),
    )
    .orderBy(sql`version DESC`)
    .limit(1)
    .get();
  return row && toChange(row);
}

/** Whether somebody else, or more saves than are remembered, changed what a basket holds after this version of it. */
export function isChangedByOthers(
  tx: Tx,
  basket: { orderId: string; householdId: string; version: number },
  seen: { version: number; personId: string },
): boolean {
  const { orderId, householdId, version } = basket;
  if (version - seen.version >= KEPT_VERSIONS) return true;
  const row = tx.get(sql`SELECT 1 FROM basket_changes WHERE order_id = ${orderId} AND household_id = ${householdId}
    AND version > ${seen.version} AND person_id <> ${seen.personId} LIMIT 1`);
  return row !== undefined;
}

/** Forgets the saves of an order that takes no more bookings. */
export function forgetChanges(tx: Tx, orderId: string): void {
  tx.delete(basketChanges).where(eq(basketChanges.orderId, orderId)).run();
}

function toChange(row: typeof basketChanges.$inferSelect): BasketChange {
  const { lineNumber, friendId, personId, at, before } = row;
  return {
    ...{ lineNumber, personId, at },
    friendId: friendId === "" ? null : friendId,
    before: before === null ? null : JSON.parse(before),
  };
}
