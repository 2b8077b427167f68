// Rows of orders that repeat <-> values; the only queries on them.
import { and, asc, eq, isNotNull, lte } from "../../db/drizzle.ts";
import { asked, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import type { LineRules, Order } from "../order.ts";
import { recurrences } from "../tables.ts";
import type { Recurrence } from "./recurrence.ts";

/** What a row makes: one order, or several that are run as one. */
type Template = OrderTemplate | JointTemplate;

/**
 * What each order of a row is made of. `buysFrom`: the partner's catalog, or the cycle of the producer's that is next to close. Lines
 * are products by name with the GAS's rules; those not on offer any more stay out.
 */
export type OrderTemplate = Pick<Order, "name" | "note" | "policies" | "modifiers"> & {
  readonly buysFrom: "catalog" | "cycle";
  readonly place: string;
  readonly lines: readonly { readonly productIri: string; readonly name: string; readonly rules: LineRules }[];
};

/**
 * Several orders run as one, once more: `aggregateId` is the last of them, whose orders, costs and places the next one takes, and
 * `startedFrom` the first. `place`: where its first pickup is, "" for none. `waiting`: orders that could not be made with the last one,
 * by their refusal's code; they come in as soon as they can, and are tried again with the next.
 */
export type JointTemplate = Pick<Order, "name" | "closesAt"> & {
  readonly aggregateId: string;
  readonly startedFrom: string;
  readonly place: string;
  readonly waiting: readonly { readonly orderId: string; readonly name: string; readonly refused: string }[];
};

/** Orders that repeat. `producerId`: the group itself where several producers' orders are run as one. `trouble`: why the one that is due could not be made yet, by its refusal's code. Times are epoch ms. */
export type Repeat = {
  readonly id: string;
  readonly actorId: string;
  readonly producerId: string;
  readonly state: "active" | "suspended" | "ended";
  readonly rule: Recurrence;
  readonly template: Template;
  readonly nextAt: number | null;
  readonly lastIndex: number;
  readonly lastOrderId: string | null;
  readonly trouble: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** A row that makes several orders run as one. */
export type JointRepeat = Repeat & { readonly template: JointTemplate };

export function isJoint(repeat: Repeat): repeat is JointRepeat {
  return "aggregateId" in repeat.template;
}

export function loadRepeat(tx: Tx, actorId: string, id: string): Repeat | undefined {
  const row = tx
    .select()
    .from(recurrences)
    .where(and(eq(recurrences.id, id), eq(recurrences.actorId, actorId)))
    .get();
  return row && toRepeat(row);
}

/** A group's rows of orders, those that run first, then by when the next is due. */
export function listRepeats(tx: Tx, actorId: string): Repeat[] {
  return tx
    .select()
    .from(recurrences)
    .where(eq(recurrences.actorId, actorId))
    .orderBy(asc(recurrences.state), asc(recurrences.nextAt))
    .all()
    .map(toRepeat);
}

const dueRepeats = prepareOnce((tx) =>
  tx
    .select()
    .from(recurrences)
    .where(and(isNotNull(recurrences.nextAt), lte(recurrences.nextAt, asked("now"))))
    .orderBy(asc(recurrences.nextAt))
    .limit(asked("limit"))
    .prepare(),
);

export function listDueRepeats(tx: Tx, now: number, limit: number): Repeat[] {
  return dueRepeats(tx).all({ now, limit }).map(toRepeat);
}

export function saveRepeat(tx: Tx, repeat: Repeat): void {
  const { id, ...rest } = repeat;
  const row = { ...rest, rule: JSON.stringify(repeat.rule), template: JSON.stringify(repeat.template) };
  tx.insert(recurrences)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: recurrences.id, set: row })
    .run();
}

function toRepeat(row: typeof recurrences.$inferSelect): Repeat {
  return { ...row, rule: JSON.parse(row.rule), template: JSON.parse(row.template) };
}
