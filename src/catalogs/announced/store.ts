// Rows of announced cycles <-> values; the only queries on them.
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lte, ne, sql } from "../../db/drizzle.ts";
import { asked, placeholders, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import { announcedCycles, cycleTexts } from "../tables.ts";
import type { CycleCopy, CycleStatus } from "./announced.ts";
import type { CycleText } from "./cycleTexts.ts";

/** Which copy: of which of ours, announced by whom. */
export type AnnouncedKey = { readonly actorId: string; readonly producerId: string; readonly cycleIri: string };

/** A copy with its date. `copy` null: its origin has not answered yet. `fetchedAt` and the others are epoch ms. */
export type AnnouncedCycle = AnnouncedKey & {
  readonly noteIri: string | null;
  readonly status: CycleStatus | "unread" | "gone";
  readonly copy: CycleCopy | null;
  readonly sequence: number;
  readonly noticedAt: number;
  readonly fetchedAt: number | null;
  readonly dueAt: number | null;
  readonly failures: number;
  readonly lastError: string | null;
  /** Since when its origin has been contradicting itself (epoch ms); null: as far as we saw it has not. */
  readonly doubtedAt: number | null;
};

/** Keeps the notice of a cycle and wants it read now. A Note's address given once stays. */
export function noticeCycle(tx: Tx, key: AnnouncedKey, noteIri: string | null, now: number): void {
  tx.insert(announcedCycles)
    .values({ ...key, noteIri, status: "unread", revision: 0, sequence: 0, noticedAt: now, dueAt: now, failures: 0 })
    .onConflictDoUpdate({
      target: [announcedCycles.actorId, announcedCycles.producerId, announcedCycles.cycleIri],
      set: { dueAt: now, failures: 0, ...(noteIri === null ? {} : { noteIri }) },
    })
    .run();
}

/** The copies made after this Note, whoever announced it. */
export function listByNote(tx: Tx, noteIri: string): AnnouncedCycle[] {
  return tx.select().from(announcedCycles).where(eq(announcedCycles.noteIri, noteIri)).all().map(toValue);
}

const copiesOfCycle = prepareOnce((tx) =>
  tx
    .select()
    .from(announcedCycles)
    .where(and(eq(announcedCycles.producerId, asked("producerId")), eq(announcedCycles.cycleIri, asked("cycleIri"))))
    .prepare(),
);

/** The copies of this cycle that its producer announced to any of ours. */
export function listByCycle(tx: Tx, producerId: string, cycleIri: string): AnnouncedCycle[] {
  return copiesOfCycle(tx).all({ producerId, cycleIri }).map(toValue);
}

const ASKED_KEY = and(
  eq(announcedCycles.actorId, asked("actorId")),
  eq(announcedCycles.producerId, asked("producerId")),
  eq(announcedCycles.cycleIri, asked("cycleIri")),
);
const copyOfKey = prepareOnce((tx) => tx.select().from(announcedCycles).where(ASKED_KEY).prepare());

export function loadAnnounced(tx: Tx, { actorId, producerId, cycleIri }: AnnouncedKey): AnnouncedCycle | undefined {
  const row = copyOfKey(tx).get({ actorId, producerId, cycleIri });
  return row && toValue(row);
}

const dueCopies = prepareOnce((tx) =>
  tx
    .select()
    .from(announcedCycles)
    .where(and(isNotNull(announcedCycles.dueAt), lte(announcedCycles.dueAt, asked("now"))))
    .orderBy(asc(announcedCycles.dueAt))
    .limit(asked("limit"))
    .prepare(),
);

/** Copies to be read again, the longest due first. */
export function listDueAnnounced(tx: Tx, now: number, limit: number): AnnouncedCycle[] {
  return dueCopies(tx).all({ now, limit }).map(toValue);
}

/** Open offers to one of ours, the next to close first. */
export function listOpenOffers(tx: Tx, actorId: string, now: number, limit: number): AnnouncedCycle[] {
  const isOpen = and(
    eq(announcedCycles.actorId, actorId),
    eq(announcedCycles.status, "open"),
    gt(announcedCycles.endsAt, now),
  );
  return tx
    .select()
    .from(announcedCycles)
    .where(isOpen)
    .orderBy(asc(announcedCycles.endsAt))
    .limit(limit)
    .all()
    .map(toValue);
}

/** What was announced and is not open: waiting for its origin, over, cancelled; the latest first. */
export function listOtherOffers(tx: Tx, actorId: string, now: number, limit: number): AnnouncedCycle[] {
  const isOther = and(
    eq(announcedCycles.actorId, actorId),
    sql`NOT (${announcedCycles.status} = 'open' AND ${announcedCycles.endsAt} > ${now})`,
    ne(announcedCycles.status, "gone"),
  );
  return tx
    .select()
    .from(announcedCycles)
    .where(isOther)
    .orderBy(desc(announcedCycles.noticedAt))
    .limit(limit)
    .all()
    .map(toValue);
}

/** The most that is kept of one cycle for one reader; the oldest goes. */
const TEXTS_MAX = { state: 100, content: 100, line: 3000 } as const;

const textsOfCycle = prepareOnce((tx) =>
  tx
    .select()
    .from(cycleTexts)
    .where(and(eq(cycleTexts.producerId, asked("producerId")), eq(cycleTexts.cycleIri, asked("cycleIri"))))
    .prepare(),
);

/** Which of these texts somebody on this node was shown otherwise under the same name. */
export function findOtherTexts(
  tx: Tx,
  { producerId, cycleIri }: Pick<AnnouncedKey, "producerId" | "cycleIri">,
  texts: readonly CycleText[],
): CycleText[] {
  const kept = textsOfCycle(tx).all({ producerId, cycleIri });
  const seen = Map.groupBy(kept, ({ part, name }) => `${part} ${name}`);
  const formOf = (hash: string) => hash.split(":")[0];
  return texts.filter(({ part, name, hash }) =>
    seen.get(`${part} ${name}`)?.some((one) => one.hash !== hash && formOf(one.hash) === formOf(hash)),
  );
}

const insertText = prepareOnce((tx) =>
  tx
    .insert(cycleTexts)
    .values(placeholders("actorId", "producerId", "cycleIri", "part", "name", "hash", "seenAt"))
    .onConflictDoNothing()
    .prepare(),
);
const textsByAge = prepareOnce((tx) =>
  tx
    .select({ seenAt: cycleTexts.seenAt })
    .from(cycleTexts)
    .where(
      and(
        eq(cycleTexts.actorId, asked("actorId")),
        eq(cycleTexts.producerId, asked("producerId")),
        eq(cycleTexts.cycleIri, asked("cycleIri")),
        eq(cycleTexts.part, asked("part")),
      ),
    )
    .orderBy(desc(cycleTexts.seenAt))
    .limit(1)
    .offset(asked("offset"))
    .prepare(),
);

/** Keeps what was shown under each name; what stands there stays (I4). */
export function keepTexts(tx: Tx, key: AnnouncedKey, texts: readonly CycleText[], now: number): void {
  const { actorId, producerId, cycleIri } = key;
  for (const text of texts) insertText(tx).run({ actorId, producerId, cycleIri, ...text, seenAt: now });
  for (const part of ["state", "content", "line"] as const) {
    const last = textsByAge(tx).get({ actorId, producerId, cycleIri, part, offset: TEXTS_MAX[part] });
    const its = and(isTextOf(key), eq(cycleTexts.part, part));
    if (last)
      tx.delete(cycleTexts)
        .where(and(its, lte(cycleTexts.seenAt, last.seenAt)))
        .run();
  }
}

/** Marks every copy of a cycle on this node as one that a person must verify; since when stays. */
export function doubtCycle(
  tx: Tx,
  { producerId, cycleIri }: Pick<AnnouncedKey, "producerId" | "cycleIri">,
  now: number,
): void {
  const those = and(eq(announcedCycles.producerId, producerId), eq(announcedCycles.cycleIri, cycleIri));
  tx.update(announcedCycles)
    .set({ doubtedAt: now })
    .where(and(those, isNull(announcedCycles.doubtedAt)))
    .run();
}

const updateCopy = prepareOnce((tx) =>
  tx
    .update(announcedCycles)
    .set({
      status: sql`${asked("status")}`,
      endsAt: sql`${asked("endsAt")}`,
      revision: sql`${asked("revision")}`,
      sequence: sql`${asked("sequence")}`,
      copy: sql`${asked("copy")}`,
      fetchedAt: sql`${asked("now")}`,
      dueAt: sql`${asked("dueAt")}`,
      failures: 0,
      lastError: null,
      doubtedAt: null,
    })
    .where(and(ASKED_KEY, lte(announcedCycles.sequence, asked("sequence"))))
    .prepare(),
);

/** Keeps what the origin shows now, unless we already hold something newer. What does not contradict anything ends a doubt. */
export function saveCopy(tx: Tx, key: AnnouncedKey, copy: CycleCopy, now: number, dueAt: number | null): void {
  const { actorId, producerId, cycleIri } = key;
  const { status, endsAt, revision, sequence } = copy;
  const row = { status, endsAt, revision, sequence, copy: JSON.stringify(copy), now, dueAt };
  updateCopy(tx).run({ ...row, actorId, producerId, cycleIri });
}

const updateRead = prepareOnce((tx) =>
  tx
    .update(announcedCycles)
    .set({
      status: sql`coalesce(${asked("status")}, ${announcedCycles.status})`,
      dueAt: sql`${asked("dueAt")}`,
      failures: sql`${asked("failures")}`,
      lastError: sql`${asked("lastError")}`,
    })
    .where(ASKED_KEY)
    .prepare(),
);

/** What became of a read that brought no copy. */
export function settleRead(
  tx: Tx,
  { actorId, producerId, cycleIri }: AnnouncedKey,
  change: { status?: "gone"; dueAt: number | null; failures: number; lastError: string | null },
): void {
  updateRead(tx).run({ status: null, ...change, actorId, producerId, cycleIri });
}

/** Forgets what its producer never offered. */
export function deleteAnnounced(tx: Tx, key: AnnouncedKey): void {
  tx.delete(cycleTexts).where(isTextOf(key)).run();
  tx.delete(announcedCycles).where(isKey(key)).run();
}

/** Forgets cycles that ended before, and notices no origin ever confirmed. Returns how many. */
export function deleteOldAnnounced(tx: Tx, before: number): number {
  const isOver = and(
    lte(announcedCycles.noticedAt, before),
    inArray(announcedCycles.status, ["unread", "closed", "cancelled", "gone"]),
  );
  const { changes } = tx.delete(announcedCycles).where(isOver).run();
  if (changes > 0)
    tx.run(sql`DELETE FROM ${cycleTexts} WHERE NOT EXISTS (SELECT 1 FROM ${announcedCycles} a
      WHERE a.actor_id = cycle_texts.actor_id AND a.producer_id = cycle_texts.producer_id AND a.cycle_iri = cycle_texts.cycle_iri)`);
  return changes;
}

function isTextOf({ actorId, producerId, cycleIri }: AnnouncedKey) {
  return and(eq(cycleTexts.actorId, actorId), eq(cycleTexts.producerId, producerId), eq(cycleTexts.cycleIri, cycleIri));
}

function isKey({ actorId, producerId, cycleIri }: AnnouncedKey) {
  return and(
    eq(announcedCycles.actorId, actorId),
    eq(announcedCycles.producerId, producerId),
    eq(announcedCycles.cycleIri, cycleIri),
  );
}

function toValue(row: typeof announcedCycles.$inferSelect): AnnouncedCycle {
  const { endsAt: _, revision: __, copy, ...rest } = row;
  // Copies made before cycles could ask for a common minimum do not name it.
  return { ...rest, copy: copy === null ? null : { commonMinimum: null, ...JSON.parse(copy) } };
}
