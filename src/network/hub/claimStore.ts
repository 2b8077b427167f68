// Rows of claims <-> values: whose each VAT number is, and which producers the hub shows. The only queries on claims.
import { and, asc, eq, inArray, isNotNull, isNull, min, ne, or, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { networkReaches, networkSources } from "../reading/tables.ts";
import { hubClaims } from "./tables.ts";

export type Claim = typeof hubClaims.$inferSelect;
/** A claim with the name of who makes it; "" where it is not read any more. */
export type NamedClaim = Claim & { readonly name: string };

/** Producers that a network agreed on with both sides, does not pause, and that want to be listed and found. */
const isShown = () =>
  and(
    eq(networkReaches.standing, "agreed"),
    eq(networkReaches.isPaused, false),
    eq(networkSources.kind, "producer"),
    eq(networkSources.isDiscoverable, true),
    eq(networkSources.isIndexable, true),
    eq(networkSources.isGone, false),
  );

/**
 * Makes claims agree with what producers say of themselves now. Who says another number, none, or that it is no more gives its own up.
 * Who is new holds its number if nobody does, the longest reached first; else it claims it. What a coordinator refused stays refused.
 */
export function noteClaims(tx: Tx, now: number): void {
  for (const { vat, subject } of listGivenUp(tx)) tx.delete(hubClaims).where(isClaim({ vat, subject })).run();
  const fresh = listUnnoted(tx);
  for (const { vat, subject } of fresh)
    tx.insert(hubClaims).values({ vat, subject, standing: "claims", since: now }).run();
  for (const vat of new Set([...fresh.map((one) => one.vat), ...listFree(tx)])) giveToFirst(tx, vat);
}

/** Claims of those that do not say so any more. Who was not read since it is known again has said nothing. */
function listGivenUp(tx: Tx): Pick<Claim, "vat" | "subject">[] {
  const isOver = or(eq(networkSources.isGone, true), sql`${networkSources.vat} IS NOT ${hubClaims.vat}`);
  return tx
    .select({ vat: hubClaims.vat, subject: hubClaims.subject })
    .from(hubClaims)
    .innerJoin(networkSources, eq(networkSources.uri, hubClaims.subject))
    .where(and(ne(hubClaims.standing, "refused"), isNotNull(networkSources.kind), isOver))
    .all();
}

/** Producers that our networks show and whose number is in no claim of theirs, the longest reached first. */
function listUnnoted(tx: Tx): Pick<Claim, "vat" | "subject">[] {
  const since = min(networkReaches.since);
  return tx
    .select({ vat: sql<string>`${networkSources.vat}`, subject: networkSources.uri })
    .from(networkReaches)
    .innerJoin(networkSources, eq(networkSources.uri, networkReaches.sourceUri))
    .leftJoin(hubClaims, and(eq(hubClaims.subject, networkSources.uri), eq(hubClaims.vat, networkSources.vat)))
    .where(and(isShown(), isNotNull(networkSources.vat), isNull(hubClaims.subject)))
    .groupBy(networkSources.uri)
    .orderBy(asc(since), asc(networkSources.uri))
    .all();
}

/** Numbers that somebody claims and nobody holds. */
function listFree(tx: Tx): string[] {
  const isHeld = sql`EXISTS (SELECT 1 FROM hub_claims AS h WHERE h.vat = hub_claims.vat AND h.standing = 'holds')`;
  const rows = tx
    .selectDistinct({ vat: hubClaims.vat })
    .from(hubClaims)
    .where(and(eq(hubClaims.standing, "claims"), sql`NOT ${isHeld}`))
    .all();
  return rows.map(({ vat }) => vat);
}

/** Where nobody holds a number, the first that claims it does now. */
function giveToFirst(tx: Tx, vat: string): void {
  const claims = listClaims(tx, vat);
  if (claims.some(({ standing }) => standing === "holds")) return;
  const first = claims.find(({ standing }) => standing === "claims");
  if (first) tx.update(hubClaims).set({ standing: "holds" }).where(isClaim(first)).run();
}

/** Who says that a number is its own, the first first. */
export function listClaims(tx: Tx, vat: string): Claim[] {
  // Noted at one time: in the order in which they were.
  return tx
    .select()
    .from(hubClaims)
    .where(eq(hubClaims.vat, vat))
    .orderBy(asc(hubClaims.since), asc(sql`hub_claims.rowid`))
    .all();
}

/** Gives a number to one of those that claim it, and refuses it to the others. */
export function assignTo(tx: Tx, vat: string, subject: string): void {
  const others = and(eq(hubClaims.vat, vat), ne(hubClaims.subject, subject));
  tx.update(hubClaims).set({ standing: "refused" }).where(others).run();
  tx.update(hubClaims).set({ standing: "holds" }).where(isClaim({ vat, subject })).run();
}

/** The numbers that more than one producer says, or that one says to whom a coordinator refused it, of those of a network; with all who say them. */
export function listDisputes(tx: Tx, groupId: string): Map<string, NamedClaim[]> {
  const isOurs = sql`EXISTS (SELECT 1 FROM hub_claims AS o JOIN network_reaches AS r ON r.source_uri = o.subject
    WHERE o.vat = hub_claims.vat AND r.actor_id = ${groupId} AND r.standing = 'agreed')`;
  const isDisputed = sql`EXISTS (SELECT 1 FROM hub_claims AS d JOIN network_sources AS s ON s.uri = d.subject
    WHERE d.vat = hub_claims.vat AND d.standing <> 'holds' AND s.vat = d.vat)`;
  // What was refused and is not said any more is nobody's matter.
  const isSaid = or(ne(hubClaims.standing, "refused"), eq(networkSources.vat, hubClaims.vat));
  const rows = tx
    .select({ claim: hubClaims, name: networkSources.name })
    .from(hubClaims)
    .leftJoin(networkSources, eq(networkSources.uri, hubClaims.subject))
    .where(and(isOurs, isDisputed, isSaid))
    .orderBy(asc(hubClaims.vat), asc(hubClaims.since), asc(sql`hub_claims.rowid`))
    .all();
  const disputes = new Map<string, NamedClaim[]>();
  for (const { claim, name } of rows) {
    const named = { ...claim, name: name ?? "" };
    const known = disputes.get(claim.vat);
    if (known) known.push(named);
    else disputes.set(claim.vat, [named]);
  }
  return disputes;
}

/** Which networks of this node have agreed with a producer that it is in them. */
export function listReachedBy(tx: Tx, subject: string): string[] {
  const those = and(eq(networkReaches.sourceUri, subject), eq(networkReaches.standing, "agreed"));
  const rows = tx.select({ actorId: networkReaches.actorId }).from(networkReaches).where(those).all();
  return rows.map(({ actorId }) => actorId);
}

/** A producer that one of these networks shows under its VAT number: by which of them, and since when its last reading stands. */
export type ReachedProducer = {
  readonly uri: string;
  readonly groupId: string;
  readonly vat: string;
  readonly okAt: number | null;
};

/** The producers of those networks that hold the VAT number they say; with `vat`: who holds that one. */
export function listProducers(tx: Tx, groupIds: readonly string[], vat?: string): ReachedProducer[] {
  return tx
    .select({
      uri: networkSources.uri,
      groupId: sql<string>`min(${networkReaches.actorId})`,
      vat: hubClaims.vat,
      okAt: networkSources.okAt,
    })
    .from(hubClaims)
    .innerJoin(networkSources, and(eq(networkSources.uri, hubClaims.subject), eq(networkSources.vat, hubClaims.vat)))
    .innerJoin(networkReaches, eq(networkReaches.sourceUri, networkSources.uri))
    .where(
      and(
        eq(hubClaims.standing, "holds"),
        vat === undefined ? undefined : eq(hubClaims.vat, vat),
        inArray(networkReaches.actorId, [...groupIds]),
        isShown(),
      ),
    )
    .groupBy(networkSources.uri)
    .orderBy(asc(networkSources.uri))
    .all();
}

function isClaim({ vat, subject }: Pick<Claim, "vat" | "subject">) {
  return and(eq(hubClaims.vat, vat), eq(hubClaims.subject, subject));
}
