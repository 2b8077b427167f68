// Rows of training <-> values; the only queries on them.
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import { and, asc, count, desc, eq, inArray, isNotNull, isNull, max, ne, or, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { hasLeft } from "../../members/letters/letterStore.ts";
import { people } from "../../members/tables.ts";
import { gatheringBookings } from "../tables.ts";
import type { Certificate } from "./certificate.ts";
import {
  trainingAsks,
  trainingCertificates,
  trainingLearners,
  trainingModules,
  trainingPaths,
  trainingSteps,
} from "./tables.ts";
import type { PathModule, Question, Step } from "./training.ts";

export type TrainingPath = typeof trainingPaths.$inferSelect;
/** Who waits for the way onto a path. */
export type LearnAsk = typeof trainingAsks.$inferSelect;
export type Learner = typeof trainingLearners.$inferSelect;

/** An actor's paths by name, for its desk. */
export function listPaths(tx: Tx, actorId: string): TrainingPath[] {
  return tx
    .select()
    .from(trainingPaths)
    .where(and(eq(trainingPaths.actorId, actorId), isNull(trainingPaths.removedAt)))
    .orderBy(asc(trainingPaths.name))
    .all();
}

/** A path of that actor, one that was taken away too. */
export function loadPath(tx: Tx, actorId: string, id: string): TrainingPath | undefined {
  return tx
    .select()
    .from(trainingPaths)
    .where(and(eq(trainingPaths.id, id), eq(trainingPaths.actorId, actorId)))
    .get();
}

/** By its name in the address, one that was taken away too. */
export function findPath(tx: Tx, actorId: string, slug: string): TrainingPath | undefined {
  return tx
    .select()
    .from(trainingPaths)
    .where(and(eq(trainingPaths.slug, slug), eq(trainingPaths.actorId, actorId)))
    .get();
}

export function savePathRow(tx: Tx, path: TrainingPath): void {
  tx.insert(trainingPaths).values(path).onConflictDoUpdate({ target: trainingPaths.id, set: path }).run();
}

/** Forgets the modules of a path that nobody has begun. */
export function deleteModules(tx: Tx, pathId: string): void {
  tx.delete(trainingModules).where(eq(trainingModules.pathId, pathId)).run();
}

/** Forgets a path nobody has seen and that has no modules any more. */
export function deletePath(tx: Tx, id: string): void {
  tx.delete(trainingPaths).where(eq(trainingPaths.id, id)).run();
}

/** The modules of a path in their order. */
export function listModules(tx: Tx, pathId: string): PathModule[] {
  return tx
    .select()
    .from(trainingModules)
    .where(eq(trainingModules.pathId, pathId))
    .orderBy(asc(trainingModules.number))
    .all()
    .map(({ number, kind, name, content, gatheringId, questions }) => ({
      ...{ number, kind, name, content, gatheringId },
      questions: questions === null ? [] : (JSON.parse(questions) as Question[]),
    }));
}

export function nextModuleNumber(tx: Tx, pathId: string): number {
  const found = tx
    .select({ last: max(trainingModules.number) })
    .from(trainingModules)
    .where(eq(trainingModules.pathId, pathId))
    .get();
  return (found?.last ?? 0) + 1;
}

export function saveModuleRow(tx: Tx, path: TrainingPath, { questions, ...module }: PathModule): void {
  const row = {
    ...{ pathId: path.id, actorId: path.actorId, ...module },
    questions: module.kind === "question" ? JSON.stringify(questions) : null,
  };
  tx.insert(trainingModules)
    .values(row)
    .onConflictDoUpdate({ target: [trainingModules.pathId, trainingModules.number], set: row })
    .run();
}

/** A path that has that gathering as a lesson. */
export function findPathOfLesson(tx: Tx, gatheringId: string): TrainingPath | undefined {
  return tx
    .select({ path: trainingPaths })
    .from(trainingModules)
    .innerJoin(trainingPaths, eq(trainingPaths.id, trainingModules.pathId))
    .where(and(eq(trainingModules.gatheringId, gatheringId), isNull(trainingPaths.removedAt)))
    .get()?.path;
}

/** Takes a module out while nobody has done it; false where somebody has. */
export function deleteModule(tx: Tx, pathId: string, number: number): boolean {
  const isOne = and(eq(trainingSteps.pathId, pathId), eq(trainingSteps.number, number));
  if (tx.select().from(trainingSteps).where(isOne).limit(1).get()) return false;
  tx.delete(trainingModules)
    .where(and(eq(trainingModules.pathId, pathId), eq(trainingModules.number, number)))
    .run();
  return true;
}

export function loadLearner(tx: Tx, pathId: string, personId: string): Learner | undefined {
  return tx
    .select()
    .from(trainingLearners)
    .where(and(eq(trainingLearners.pathId, pathId), eq(trainingLearners.personId, personId)))
    .get();
}

/** Who learns already goes on as they are. */
export function insertLearner(tx: Tx, learner: Learner): void {
  tx.insert(trainingLearners).values(learner).onConflictDoNothing().run();
}

/** Who learns on a path, by name, for its desk. */
export function listLearners(tx: Tx, pathId: string): (Learner & { name: string })[] {
  return tx
    .select({ learner: trainingLearners, name: people.name })
    .from(trainingLearners)
    .innerJoin(people, eq(people.id, trainingLearners.personId))
    .where(eq(trainingLearners.pathId, pathId))
    .orderBy(asc(people.name))
    .all()
    .map(({ learner, name }) => ({ ...learner, name }));
}

export function countLearners(tx: Tx, pathId: string): number {
  return tx.select({ n: count() }).from(trainingLearners).where(eq(trainingLearners.pathId, pathId)).get()?.n ?? 0;
}

/** The paths a person learns on, the latest begun first. */
export function listPathsOf(tx: Tx, personId: string): TrainingPath[] {
  return tx
    .select({ path: trainingPaths })
    .from(trainingLearners)
    .innerJoin(trainingPaths, eq(trainingPaths.id, trainingLearners.pathId))
    .where(eq(trainingLearners.personId, personId))
    .orderBy(desc(trainingLearners.startedAt))
    .all()
    .map(({ path }) => path);
}

const wasThere = () =>
  and(
    isNotNull(gatheringBookings.attendedAt),
    or(eq(gatheringBookings.personId, people.id), eq(gatheringBookings.email, people.email)),
  );

/** What a person has done on a path: what they did themselves, and the lessons they were ticked at. */
export function listSteps(tx: Tx, pathId: string, personId: string): Step[] {
  const own = tx
    .select({ number: trainingSteps.number, score: trainingSteps.score })
    .from(trainingSteps)
    .where(and(eq(trainingSteps.pathId, pathId), eq(trainingSteps.personId, personId)))
    .all();
  const attended = tx
    .select({ number: trainingModules.number })
    .from(trainingModules)
    .innerJoin(people, eq(people.id, personId))
    .innerJoin(gatheringBookings, and(eq(gatheringBookings.gatheringId, trainingModules.gatheringId), wasThere()))
    .where(eq(trainingModules.pathId, pathId))
    .all();
  return [...own, ...attended.map(({ number }) => ({ number, score: null }))];
}

/** Notes a module as done; of questions the better score stays. */
export function saveStep(tx: Tx, step: typeof trainingSteps.$inferInsert): void {
  tx.insert(trainingSteps)
    .values(step)
    .onConflictDoUpdate({
      target: [trainingSteps.pathId, trainingSteps.number, trainingSteps.personId],
      set: { doneAt: sql`excluded.done_at`, score: sql`excluded.score` },
      setWhere: sql`excluded.score > score`,
    })
    .run();
}

/** The lessons that learners were ticked at and that no step says yet: bookings are forgotten, steps are not. */
export function listUnnoted(
  tx: Tx,
  limit: number,
): { pathId: string; number: number; personId: string; actorId: string }[] {
  return tx
    .selectDistinct({
      pathId: trainingModules.pathId,
      number: trainingModules.number,
      personId: trainingLearners.personId,
      actorId: trainingModules.actorId,
    })
    .from(trainingLearners)
    .innerJoin(people, eq(people.id, trainingLearners.personId))
    .innerJoin(trainingModules, eq(trainingModules.pathId, trainingLearners.pathId))
    .innerJoin(gatheringBookings, and(eq(gatheringBookings.gatheringId, trainingModules.gatheringId), wasThere()))
    .leftJoin(
      trainingSteps,
      and(
        eq(trainingSteps.pathId, trainingModules.pathId),
        eq(trainingSteps.number, trainingModules.number),
        eq(trainingSteps.personId, trainingLearners.personId),
      ),
    )
    .where(isNull(trainingSteps.personId))
    .limit(limit)
    .all();
}

export function insertCertificate(tx: Tx, certificate: Certificate): void {
  tx.insert(trainingCertificates).values(certificate).run();
}

/** By its code alone: whoever has it may check it. */
export function findCertificate(tx: Tx, code: string): Certificate | undefined {
  return tx.select().from(trainingCertificates).where(eq(trainingCertificates.code, code)).get();
}

/** Of one person on one path: the one that holds, else the one that bars another, else the last that was taken back. */
export function loadCertificate(tx: Tx, pathId: string, personId: string): Certificate | undefined {
  return tx
    .select()
    .from(trainingCertificates)
    .where(and(eq(trainingCertificates.pathId, pathId), eq(trainingCertificates.personId, personId)))
    .orderBy(
      desc(isNull(trainingCertificates.revokedAt)),
      desc(trainingCertificates.isBarring),
      desc(trainingCertificates.revokedAt),
    )
    .get();
}

/** Of one path by its code. */
export function findOfPath(tx: Tx, pathId: string, code: string): Certificate | undefined {
  return tx
    .select()
    .from(trainingCertificates)
    .where(and(eq(trainingCertificates.code, code), eq(trainingCertificates.pathId, pathId)))
    .get();
}

export function changeCertificate(
  tx: Tx,
  code: string,
  change: Partial<Pick<Certificate, "revokedAt" | "revokedReason" | "isBarring">>,
): void {
  tx.update(trainingCertificates).set(change).where(eq(trainingCertificates.code, code)).run();
}

/** Whether one that was taken back from that person keeps them from another. */
export function isBarred(tx: Tx, pathId: string, personId: string): boolean {
  const { pathId: path, personId: person, isBarring } = trainingCertificates;
  const barring = and(eq(path, pathId), eq(person, personId), eq(isBarring, true));
  return tx.select({ isBarring }).from(trainingCertificates).where(barring).get() !== undefined;
}

/** The paths everybody may see: first those that take people in, then those that do no more, by name. */
export function listShownPaths(tx: Tx, actorId: string): TrainingPath[] {
  return tx
    .select()
    .from(trainingPaths)
    .where(and(eq(trainingPaths.actorId, actorId), ne(trainingPaths.state, "draft"), isNull(trainingPaths.removedAt)))
    .orderBy(desc(trainingPaths.state), asc(trainingPaths.name))
    .all();
}

/** An actor of this node that is not gone. */
export function findTeacher(tx: Tx, handle: string): LocalActor | null {
  const actor = loadActorByHandle(tx, handle);
  return actor && actor.kind !== "node" && actor.goneAt === null ? actor : null;
}

/** A path of an actor that everybody may see, or once could. */
export function findShownOnce(tx: Tx, handle: string, slug: string): { actor: LocalActor; path: TrainingPath } | null {
  const actor = findTeacher(tx, handle);
  const path = actor ? findPath(tx, actor.id, slug) : undefined;
  return actor && path && path.state !== "draft" ? { actor, path } : null;
}

/** A path of an actor that everybody may see. */
export function findShown(tx: Tx, handle: string, slug: string): { actor: LocalActor; path: TrainingPath } | null {
  const found = findShownOnce(tx, handle, slug);
  return found?.path.removedAt === null ? found : null;
}

/** Keeps who asks for the way onto a path; beyond so many the one who waits longest is forgotten. */
export function insertAsk(tx: Tx, ask: LearnAsk, limit: number): void {
  const over = tx
    .select({ id: trainingAsks.id })
    .from(trainingAsks)
    .where(eq(trainingAsks.pathId, ask.pathId))
    .orderBy(desc(trainingAsks.askedAt), desc(trainingAsks.id))
    .limit(1000)
    .offset(limit - 1);
  tx.delete(trainingAsks).where(inArray(trainingAsks.id, over)).run();
  tx.insert(trainingAsks).values(ask).run();
}

export function loadAsk(tx: Tx, id: string): LearnAsk | undefined {
  return tx.select().from(trainingAsks).where(eq(trainingAsks.id, id)).get();
}

/** Forgets whose letter has left. */
export function deleteSentAsks(tx: Tx): void {
  tx.delete(trainingAsks).where(hasLeft("learn", "training_asks")).run();
}
