// Rows of what was written at the counter, change by change <-> values; the only queries on them.
import { and, desc, eq, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { Portion, PortionKey } from "../delivery/deliveryStore.ts";
import { handoutChanges } from "./tables.ts";

/** What is known of a portion: thousandths (null: nothing yet) and its pieces where they were weighed apart. */
export type Given = Pick<Portion, "deliveredThousandths" | "weights">;

/** The last change of a portion. `version` 0 (and nobody): it was never written. */
export type LastChange = {
  readonly version: number;
  readonly before: Given;
  readonly personId: string | null;
  /** Epoch ms. */
  readonly at: number;
};

type ChangeRow = typeof handoutChanges.$inferSelect;

const NEVER: LastChange = {
  version: 0,
  before: { deliveredThousandths: null, weights: null },
  personId: null,
  at: 0,
};

/** The last change of one portion. */
export function loadLastChange(tx: Tx, orderId: string, { householdId, lineNumber, friendId }: PortionKey): LastChange {
  const row = tx
    .select()
    .from(handoutChanges)
    .where(
      and(
        eq(handoutChanges.orderId, orderId),
        eq(handoutChanges.householdId, householdId),
        eq(handoutChanges.lineNumber, lineNumber),
        eq(handoutChanges.friendId, friendId ?? ""),
      ),
    )
    .orderBy(desc(handoutChanges.version))
    .limit(1)
    .get();
  return row ? toChange(row) : NEVER;
}

/** The last change of every portion of an order that was ever written, by `changeKey`. */
export function listLastChanges(tx: Tx, orderId: string): Map<string, LastChange> {
  const rows = tx
    .select()
    .from(handoutChanges)
    .where(eq(handoutChanges.orderId, orderId))
    .orderBy(handoutChanges.version)
    .all();
  return new Map(
    rows.map((row) => [changeKey({ ...row, friendId: row.friendId === "" ? null : row.friendId }), toChange(row)]),
  );
}

/** What `listLastChanges` calls a portion. */
export function changeKey({ householdId, lineNumber, friendId }: PortionKey): string {
  return `${householdId} ${lineNumber} ${friendId ?? ""}`;
}

/** Adds a change of a portion; its version is the next. */
export function insertChange(
  tx: Tx,
  order: { readonly id: string; readonly actorId: string },
  place: PortionKey,
  change: {
    readonly before: Given;
    readonly after: Given;
    readonly version: number;
    readonly personId: string | null;
    readonly at: number;
  },
): void {
  const { before, after, version, personId, at } = change;
  tx.insert(handoutChanges)
    .values({
      ...{ orderId: order.id, actorId: order.actorId, version, personId, at },
      ...{ householdId: place.householdId, lineNumber: place.lineNumber, friendId: place.friendId ?? "" },
      ...{ beforeThousandths: before.deliveredThousandths, beforeWeights: toText(before.weights) },
      ...{ afterThousandths: after.deliveredThousandths, afterWeights: toText(after.weights) },
    })
    .run();
}

/** Households for which another order of the group lies ready too: by household, those orders. */
export function listOtherPickups(
  tx: Tx,
  order: { readonly id: string; readonly actorId: string },
): Map<string, { readonly orderId: string; readonly producerId: string; readonly name: string }[]> {
  const rows = tx.all<{ householdId: string; orderId: string; producerId: string; name: string }>(
    sql`SELECT DISTINCT d.household_id AS "householdId", o.id AS "orderId", o.producer_id AS "producerId", o.name AS name
      FROM orders o JOIN order_deliveries d ON d.order_id = o.id
      LEFT JOIN baskets b ON b.order_id = o.id AND b.household_id = d.household_id
      WHERE o.actor_id = ${order.actorId} AND o.id <> ${order.id} AND o.state IN ('arrived', 'delivering')
        AND coalesce(d.delivered_thousandths, d.allocated_thousandths) > 0
        AND coalesce(b.state, 'locked') NOT IN ('delivered', 'not-collected')
      ORDER BY o.name, o.id`,
  );
  return Map.groupBy(rows, ({ householdId }) => householdId);
}

function toChange({ version, beforeThousandths, beforeWeights, personId, at }: ChangeRow): LastChange {
  const weights = beforeWeights === null ? null : (JSON.parse(beforeWeights) as number[]);
  return { version, before: { deliveredThousandths: beforeThousandths, weights }, personId, at };
}

function toText(weights: readonly number[] | null): string | null {
  return weights && JSON.stringify(weights);
}
