// What who administers reads of the audit log: one page of it, searched by person and narrowed by group. SAFETY C41, C45.
import { and, asc, count, desc, eq, gt, inArray, isNull, or, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { AUDIT_KINDS, type AuditKind } from "../../web/audit.ts";
import { auditLog } from "../../web/auditTables.ts";
import { type ListQuery, matchesText, type Sifted } from "../../web/lists.ts";
import { people, seats } from "../tables.ts";

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

/** Which entries: of an actor and of its people's sign-ins, all of the node, or those about one person. */
export type AuditScope = { readonly actorId: string | null } | { readonly aboutId: string };

/** A page of the entries of a scope, the latest first. */
export function listAudit(tx: Tx, scope: AuditScope, query: ListQuery): Sifted<NamedEntry> {
  const find = query.find ?? "";
  const found = foundBy(tx, scope, find);
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
  return { items: nameAll(tx, items), total, all, page, pages, find, only, counts };
}

/** Every entry that a page of the same query would lead to, the oldest first, read in slices while it is written out. */
export function* eachAudit(tx: Tx, scope: AuditScope, query: ListQuery): Generator<NamedEntry> {
  const SLICE = 500;
  const only = AUDIT_KINDS.find((kind) => kind === query.only);
  const found = and(foundBy(tx, scope, query.find ?? ""), only && eq(auditLog.kind, only));
  for (let last = 0; ; ) {
    const slice = tx
      .select()
      .from(auditLog)
      .where(and(found, gt(auditLog.id, last)))
      .orderBy(asc(auditLog.id))
      .limit(SLICE)
      .all();
    yield* nameAll(tx, slice);
    last = slice.at(-1)?.id ?? last;
    if (slice.length < SLICE) return;
  }
}

function nameAll(tx: Tx, items: readonly (typeof auditLog.$inferSelect)[]): NamedEntry[] {
  const names = namesOf(tx, [...new Set(items.flatMap(({ byId, aboutId }) => [byId ?? "", aboutId ?? ""]))]);
  return items.map(({ byId, aboutId, digest: _, ...entry }) => ({
    ...entry,
    by: names.get(byId ?? "") ?? null,
    about: names.get(aboutId ?? "") ?? null,
  }));
}

function foundBy(tx: Tx, scope: AuditScope, find: string) {
  const theirs = "aboutId" in scope ? eq(auditLog.aboutId, scope.aboutId) : scopeOf(tx, scope.actorId);
  return and(theirs, find === "" ? undefined : matching(tx, find));
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
