// What who administers reads of the audit log: one page of it, searched by person and narrowed by group. SAFETY C41, C45.
import { and, count, desc, eq, inArray, isNull, or, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { AUDIT_KINDS, type AuditKind } from "../web/audit.ts";
import { auditLog } from "../web/auditTables.ts";
import { type ListQuery, matchesText, type Sifted } from "../web/lists.ts";
import { people, seats } from "./tables.ts";

/** An entry with the names of its people, as they are now; null: nobody known. */
export type NamedEntry = {
  readonly id: number;
  readonly at: number;
  readonly kind: AuditKind;
  readonly what: string;
  readonly actorId: string | null;
  readonly by: string | null;
  readonly about: string | null;
  readonly detail: string;
};

const PAGE_SIZE = 50;
const PEOPLE_FOUND_MAX = 200;
/** What happens to a person at no desk in particular and is still the business of who administers theirs. */
const OF_PEOPLE = ["sign-in", "sign-in-failed", "account"] as const;

/** The entries of an actor and of its people's sign-ins; `actorId` null: all of the node. The latest first. */
export function listAudit(tx: Tx, actorId: string | null, query: ListQuery): Sifted<NamedEntry> {
  const find = query.find ?? "";
  const found = and(scopeOf(tx, actorId), find === "" ? undefined : matching(tx, find));
  const perKind = tx
    .select({ kind: auditLog.kind, n: count() })
    .from(auditLog)
    .where(found)
    .groupBy(auditLog.kind)
    .all();
  const counts = new Map(perKind.map(({ kind, n }) => [String(kind), n]));
  const only = AUDIT_KINDS.find((kind) => kind === query.only) ?? "";
  const all = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const total = only === "" ? all : (counts.get(only) ?? 0);
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const page = Math.min(query.page ?? 1, pages);
  const items = tx
    .select()
    .from(auditLog)
    .where(and(found, only === "" ? undefined : eq(auditLog.kind, only)))
    .orderBy(desc(auditLog.id))
    .limit(PAGE_SIZE)
    .offset((page - 1) * PAGE_SIZE)
    .all();
  const names = namesOf(tx, [...new Set(items.flatMap(({ byId, aboutId }) => [byId ?? "", aboutId ?? ""]))]);
  const named = items.map(({ byId, aboutId, digest: _, ...entry }) => ({
    ...entry,
    by: names.get(byId ?? "") ?? null,
    about: names.get(aboutId ?? "") ?? null,
  }));
  return { items: named, total, all, page, pages, find, only, counts };
}

function scopeOf(tx: Tx, actorId: string | null) {
  if (actorId === null) return undefined;
  const seated = tx.select({ id: seats.personId }).from(seats).where(eq(seats.actorId, actorId));
  const ofPeople = and(
    isNull(auditLog.actorId),
    inArray(auditLog.kind, [...OF_PEOPLE]),
    inArray(auditLog.aboutId, seated),
  );
  return or(eq(auditLog.actorId, actorId), ofPeople);
}

/** Entries by or about somebody whose name has these words, or whose fact has them. */
function matching(tx: Tx, find: string) {
  const everybody = tx.select({ id: people.id, name: people.name }).from(people).all();
  const ids = everybody.filter(({ name }) => matchesText(name, find)).map(({ id }) => id);
  const some = ids.slice(0, PEOPLE_FOUND_MAX);
  const inDetail = sql`instr(lower(${auditLog.detail}), ${find.toLowerCase()}) > 0`;
  return or(inArray(auditLog.byId, some), inArray(auditLog.aboutId, some), inDetail);
}

function namesOf(tx: Tx, ids: readonly string[]): ReadonlyMap<string, string> {
  const rows = tx
    .select({ id: people.id, name: people.name })
    .from(people)
    .where(inArray(people.id, [...ids]))
    .all();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
