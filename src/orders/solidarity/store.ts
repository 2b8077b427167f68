// Rows of families, rules, gifts and goods left for others <-> values; the only queries on them.
import { and, asc, desc, eq, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { households } from "../../members/tables.ts";
import type { Turn } from "./fund.ts";
import {
  solidarityFamilies,
  solidarityGiftRuns,
  solidarityGifts,
  solidarityRules,
  suspendedFriends,
  suspendedLines,
  suspendedPasses,
} from "./tables.ts";

type FamilyRow = typeof solidarityFamilies.$inferSelect;
/** A family as the group knows it: by its tree. `leftAt` (epoch ms): when its household left the group, null while it is with us. */
export type Family = Omit<FamilyRow, "codeHash"> & { readonly name: string; readonly leftAt: number | null };
/** How a group's fund works. */
export type FundRules = {
  readonly perOrderCents: number;
  readonly roundsUp: boolean;
  readonly monthlyPercent: number;
};
export type Gift = typeof solidarityGifts.$inferSelect;
export type GiftRun = typeof solidarityGiftRuns.$inferSelect;
export type SuspendedRow = typeof suspendedLines.$inferSelect;

/** What a group that never chose proposes: no gift, and half of the fund a month. */
export const START_RULES: FundRules = { perOrderCents: 0, roundsUp: false, monthlyPercent: 50 };

const FAMILY = {
  ...{ id: solidarityFamilies.id, actorId: solidarityFamilies.actorId, householdId: solidarityFamilies.householdId },
  ...{
    codeTail: solidarityFamilies.codeTail,
    points: solidarityFamilies.points,
    capCents: solidarityFamilies.capCents,
  },
  ...{ service: solidarityFamilies.service, state: solidarityFamilies.state },
  ...{ createdAt: solidarityFamilies.createdAt, endedAt: solidarityFamilies.endedAt },
  ...{ name: households.name, leftAt: households.leftAt },
};

/** The families of a group by their trees, those that ended last. */
export function listFamilies(tx: Tx, actorId: string): Family[] {
  return tx
    .select(FAMILY)
    .from(solidarityFamilies)
    .innerJoin(households, eq(households.id, solidarityFamilies.householdId))
    .where(eq(solidarityFamilies.actorId, actorId))
    .orderBy(sql`${solidarityFamilies.state} = 'ended'`, asc(households.name))
    .all();
}

export function insertFamily(tx: Tx, row: FamilyRow): void {
  tx.insert(solidarityFamilies).values(row).run();
}

/** The family of a code's hash. */
export function findFamilyByCode(tx: Tx, actorId: string, codeHash: string): Family | undefined {
  return tx
    .select(FAMILY)
    .from(solidarityFamilies)
    .innerJoin(households, eq(households.id, solidarityFamilies.householdId))
    .where(and(eq(solidarityFamilies.actorId, actorId), eq(solidarityFamilies.codeHash, codeHash)))
    .get();
}

/** The family goes by another code from now on. */
export function saveFamilyCode(tx: Tx, id: string, code: { codeHash: string; codeTail: string }): void {
  tx.update(solidarityFamilies).set(code).where(eq(solidarityFamilies.id, id)).run();
}

export function saveFamilyState(tx: Tx, id: string, state: Family["state"], endedAt: number | null): void {
  tx.update(solidarityFamilies).set({ state, endedAt }).where(eq(solidarityFamilies.id, id)).run();
}

/** What the group chose; undefined where it never did. */
export function loadRules(tx: Tx, actorId: string): FundRules | undefined {
  const { perOrderCents, roundsUp, monthlyPercent } = solidarityRules;
  return tx
    .select({ perOrderCents, roundsUp, monthlyPercent })
    .from(solidarityRules)
    .where(eq(solidarityRules.actorId, actorId))
    .get();
}

export function saveRules(tx: Tx, actorId: string, rules: FundRules, updatedAt: number): void {
  const row = { ...rules, updatedAt };
  tx.insert(solidarityRules)
    .values({ actorId, ...row })
    .onConflictDoUpdate({ target: solidarityRules.actorId, set: row })
    .run();
}

/** What a household was granted on days from `first` to `last` ("YYYY-MM-DD"), what was reversed since left out, in cents. */
export function grantedTo(tx: Tx, actorId: string, householdId: string, first: string, last: string): number {
  const [row] = tx.values<[number]>(sql`
    SELECT coalesce(sum(p.cents), 0) FROM accounts a JOIN postings p ON p.account_id = a.id
      JOIN ledger_transactions t ON t.id = p.transaction_id
    WHERE a.actor_id = ${actorId} AND a.kind = 'household' AND a.ref = ${householdId} AND t.kind = 'grant'
      AND t.valued_on BETWEEN ${first} AND ${last}
      AND NOT EXISTS (SELECT 1 FROM ledger_transactions r WHERE r.reverses = t.id)`);
  return row?.[0] ?? 0;
}

/** What a household gives with each order; undefined: nothing. */
export function loadGift(tx: Tx, actorId: string, householdId: string): Gift | undefined {
  return tx
    .select()
    .from(solidarityGifts)
    .where(and(eq(solidarityGifts.actorId, actorId), eq(solidarityGifts.householdId, householdId)))
    .get();
}

export function saveGift(tx: Tx, { actorId, householdId, ...row }: Gift): void {
  const target = [solidarityGifts.actorId, solidarityGifts.householdId];
  tx.insert(solidarityGifts)
    .values({ actorId, householdId, ...row })
    .onConflictDoUpdate({ target, set: row })
    .run();
}

export function dropGift(tx: Tx, actorId: string, householdId: string): void {
  tx.delete(solidarityGifts)
    .where(and(eq(solidarityGifts.actorId, actorId), eq(solidarityGifts.householdId, householdId)))
    .run();
}

/** A gift that is due: an order was charged to a household that gives, and nothing became of it yet. Cents. */
export type DueGift = {
  readonly actorId: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly householdId: string;
  readonly centsPerOrder: number;
  readonly roundsUp: boolean;
  readonly chargedCents: number;
};

/** Gifts due with orders charged since `from` (epoch ms) and since their household chose to give. */
export function listDueGifts(tx: Tx, from: number, limit: number): DueGift[] {
  return tx
    .all<Omit<DueGift, "roundsUp"> & { roundsUp: 0 | 1 }>(sql`
      SELECT g.actor_id AS "actorId", c.order_id AS "orderId", o.name AS "orderName", g.household_id AS "householdId",
        g.cents_per_order AS "centsPerOrder", g.rounds_up AS "roundsUp", -p.cents AS "chargedCents"
      FROM solidarity_gifts g
      JOIN order_charges c ON c.actor_id = g.actor_id AND c.version = 1 AND c.at >= g.since AND c.at >= ${from}
      JOIN orders o ON o.id = c.order_id
      JOIN accounts a ON a.actor_id = g.actor_id AND a.kind = 'household' AND a.ref = g.household_id
      JOIN postings p ON p.transaction_id = c.transaction_id AND p.account_id = a.id AND p.cents < 0
      WHERE (g.cents_per_order > 0 OR p.cents % 100 <> 0) AND NOT EXISTS
        (SELECT 1 FROM solidarity_gift_runs r WHERE r.order_id = c.order_id AND r.household_id = g.household_id)
      ORDER BY c.at, c.order_id, g.household_id LIMIT ${limit}`)
    .map((row) => ({ ...row, roundsUp: row.roundsUp === 1 }));
}

export function insertGiftRun(tx: Tx, run: GiftRun): void {
  tx.insert(solidarityGiftRuns).values(run).run();
}

/** The last gifts of a household, the newest first. */
export function listGiftRuns(tx: Tx, actorId: string, householdId: string, limit: number): GiftRun[] {
  return tx
    .select()
    .from(solidarityGiftRuns)
    .where(and(eq(solidarityGiftRuns.actorId, actorId), eq(solidarityGiftRuns.householdId, householdId)))
    .orderBy(desc(solidarityGiftRuns.at))
    .limit(limit)
    .all();
}

/** The friend of a household for whom it leaves goods, if it ever did and did not take them off its list. */
export function findSuspendedFriend(tx: Tx, actorId: string, householdId: string): string | undefined {
  const [row] = tx.values<[string]>(sql`SELECT s.friend_id FROM suspended_friends s JOIN friends f ON f.id = s.friend_id
    WHERE s.actor_id = ${actorId} AND s.household_id = ${householdId} AND f.removed_at IS NULL`);
  return row?.[0];
}

export function insertSuspendedFriend(tx: Tx, actorId: string, householdId: string, friendId: string): void {
  tx.insert(suspendedFriends).values({ actorId, householdId, friendId }).run();
}

/** What households of an order left for others, line by line: what is there of it (thousandths), and what became of it. */
export type Suspended = {
  readonly householdId: string;
  readonly lineNumber: number;
  readonly quantityThousandths: number;
  readonly state: SuspendedRow["state"] | null;
  readonly givenTo: string | null;
};

/** Everything that was left in an order, in the order of its lines; what was not delivered is not there. */
export function listSuspended(tx: Tx, orderId: string): Suspended[] {
  return tx.all<Suspended>(sql`
    SELECT d.household_id AS "householdId", d.line_number AS "lineNumber", l.state, l.given_to AS "givenTo",
      coalesce(l.quantity_thousandths, sum(coalesce(d.delivered_thousandths, d.allocated_thousandths))) AS "quantityThousandths"
    FROM order_deliveries d JOIN suspended_friends s ON s.friend_id = d.friend_id
    LEFT JOIN suspended_lines l ON l.order_id = d.order_id AND l.household_id = d.household_id
      AND l.line_number = d.line_number
    WHERE d.order_id = ${orderId} AND coalesce(l.quantity_thousandths, d.delivered_thousandths, d.allocated_thousandths) > 0
    GROUP BY d.line_number, d.household_id ORDER BY d.line_number, d.household_id`);
}

export function insertSuspended(tx: Tx, row: SuspendedRow): void {
  tx.insert(suspendedLines).values(row).run();
}

/** Takes back what became of a line. False where nothing had. */
export function dropSuspended(tx: Tx, key: { orderId: string; householdId: string; lineNumber: number }): boolean {
  const { orderId, householdId, lineNumber } = suspendedLines;
  return (
    tx
      .delete(suspendedLines)
      .where(and(eq(orderId, key.orderId), eq(householdId, key.householdId), eq(lineNumber, key.lineNumber)))
      .run().changes > 0
  );
}

/** A family is not at this order's counter. */
export function insertPass(tx: Tx, row: typeof suspendedPasses.$inferSelect): void {
  tx.insert(suspendedPasses).values(row).onConflictDoNothing().run();
}

/** It came after all. */
export function dropPass(tx: Tx, orderId: string, familyId: string): void {
  tx.delete(suspendedPasses)
    .where(and(eq(suspendedPasses.orderId, orderId), eq(suspendedPasses.familyId, familyId)))
    .run();
}

/** The families that were not there, the first passed over first. */
export function listPassed(tx: Tx, orderId: string): string[] {
  return tx
    .select({ familyId: suspendedPasses.familyId })
    .from(suspendedPasses)
    .where(eq(suspendedPasses.orderId, orderId))
    .orderBy(asc(suspendedPasses.at), asc(suspendedPasses.familyId))
    .all()
    .map(({ familyId }) => familyId);
}

/** The families whose turn may come, with how many goods each had from `from` on (epoch ms). */
export function listTurns(tx: Tx, actorId: string, from: number): (Turn & { name: string })[] {
  return tx.all<Turn & { name: string }>(sql`
    SELECT f.id, f.points, h.name,
      (SELECT count(*) FROM suspended_lines l WHERE l.given_to = f.id AND l.at >= ${from}) AS "got"
    FROM solidarity_families f JOIN households h ON h.id = f.household_id
    WHERE f.actor_id = ${actorId} AND f.state = 'active' AND h.left_at IS NULL`);
}

/** How many families had a grant on days from `first` on ("YYYY-MM-DD"). */
export function countHelped(tx: Tx, actorId: string, first: string): number {
  const [row] = tx.values<[number]>(sql`
    SELECT count(DISTINCT f.id) FROM solidarity_families f
      JOIN accounts a ON a.actor_id = f.actor_id AND a.kind = 'household' AND a.ref = f.household_id
      JOIN postings p ON p.account_id = a.id JOIN ledger_transactions t ON t.id = p.transaction_id
    WHERE f.actor_id = ${actorId} AND t.kind = 'grant' AND t.valued_on >= ${first}
      AND NOT EXISTS (SELECT 1 FROM ledger_transactions r WHERE r.reverses = t.id)`);
  return row?.[0] ?? 0;
}
