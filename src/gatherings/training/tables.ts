// Training paths of our actors, their modules, who learns, what they did, and the certificates they have.
import { actors } from "../../activitypub/tables.ts";
import {
  check,
  foreignKey,
  index,
  integer,
  oneOf,
  primaryKey,
  sql,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from "../../db/drizzle.ts";
import { people } from "../../members/tables.ts";
import { gatherings } from "../tables.ts";
import { LEARNERS, MODULE_KINDS, PATH_STATES } from "./training.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);
const ofPath = () =>
  text("path_id")
    .notNull()
    .references(() => trainingPaths.id);
const ofPerson = () =>
  text("person_id")
    .notNull()
    .references(() => people.id);

/** `slug` is its name in the address, for ever. `requiredPercent`: how many of the lessons one must have been at. */
export const trainingPaths = sqliteTable(
  "training_paths",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    summary: text("summary").notNull(),
    forWhom: text("for_whom", { enum: LEARNERS }).notNull(),
    hoursThousandths: integer("hours_thousandths").notNull(),
    requiredPercent: integer("required_percent").notNull(),
    state: text("state", { enum: PATH_STATES }).notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** When followers were told that it is open; null: they were not. */
    announcedAt: integer("announced_at"),
    removedAt: integer("removed_at"),
  },
  (table) => [
    unique("training_paths_slug").on(table.actorId, table.slug),
    check("training_paths_learners", oneOf(table.forWhom)),
    check("training_paths_state", oneOf(table.state)),
    check("training_paths_required", sql`${table.requiredPercent} BETWEEN 1 AND 100`),
    check("training_paths_hours", sql`${table.hoursThousandths} >= 0`),
  ],
);

/** A reading, a lesson (a gathering of the actor) or questions; `questions` is JSON, as training.ts reads it. */
export const trainingModules = sqliteTable(
  "training_modules",
  {
    pathId: ofPath(),
    number: integer("number").notNull(),
    actorId: ownActor(),
    kind: text("kind", { enum: MODULE_KINDS }).notNull(),
    name: text("name").notNull(),
    content: text("content").notNull(),
    gatheringId: text("gathering_id").references(() => gatherings.id),
    questions: text("questions"),
  },
  (table) => [
    primaryKey({ columns: [table.pathId, table.number] }),
    index("training_modules_lesson").on(table.gatheringId).where(sql`gathering_id IS NOT NULL`),
    check("training_modules_kind", oneOf(table.kind)),
    check("training_modules_lesson_only", sql`${table.gatheringId} IS NULL OR ${table.kind} = 'lesson'`),
    check("training_modules_questions", sql`(${table.questions} IS NULL) = (${table.kind} <> 'question')`),
  ],
);

/** Who learns: a person of this node; `organisation` as they wrote it. */
export const trainingLearners = sqliteTable(
  "training_learners",
  {
    pathId: ofPath(),
    personId: ofPerson(),
    actorId: ownActor(),
    organisation: text("organisation").notNull(),
    startedAt: integer("started_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.pathId, table.personId] }),
    index("training_learners_person").on(table.personId),
  ],
);

/** Who asked for the way onto a path and has not had it: forgotten once the letter has left. */
export const trainingAsks = sqliteTable(
  "training_asks",
  {
    id: text("id").primaryKey(),
    pathId: ofPath(),
    actorId: ownActor(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    organisation: text("organisation").notNull(),
    language: text("language", { enum: ["it", "en"] }).notNull(),
    askedAt: integer("asked_at").notNull(),
  },
  (table) => [
    index("training_asks_of").on(table.pathId, table.askedAt),
    check("training_asks_language", oneOf(table.language)),
  ],
);

/** A module done: read, answered (`score`: right answers in a hundred), or a lesson one was at. */
export const trainingSteps = sqliteTable(
  "training_steps",
  {
    pathId: text("path_id").notNull(),
    number: integer("number").notNull(),
    personId: ofPerson(),
    actorId: ownActor(),
    doneAt: integer("done_at").notNull(),
    score: integer("score"),
  },
  (table) => [
    primaryKey({ columns: [table.pathId, table.number, table.personId] }),
    foreignKey({
      columns: [table.pathId, table.number],
      foreignColumns: [trainingModules.pathId, trainingModules.number],
      name: "training_steps_module",
    }),
    index("training_steps_person").on(table.personId),
  ],
);

/**
 * What somebody has learnt, as it was signed then: later changes of the path do not touch it. `digest`: SHA-256 of the canonical JSON of its
 * facts, the name among them; `proofValue`, `keyId`: the actor's Ed25519 signature over the same.
 */
export const trainingCertificates = sqliteTable(
  "training_certificates",
  {
    code: text("code").primaryKey(),
    pathId: ofPath(),
    actorId: ownActor(),
    personId: ofPerson(),
    nameWritten: text("name_written").notNull(),
    pathName: text("path_name").notNull(),
    hoursThousandths: integer("hours_thousandths").notNull(),
    issuedAt: integer("issued_at").notNull(),
    digest: text("digest").notNull(),
    keyId: text("key_id").notNull(),
    proofValue: text("proof_value").notNull(),
    revokedAt: integer("revoked_at"),
    /** Why it was taken back, for its person and the desk; null: nobody said, or it was not. */
    revokedReason: text("revoked_reason"),
    /** It was taken back for good: there is another only once the desk says so. */
    isBarring: integer("is_barring", { mode: "boolean" }).notNull().default(false),
  },
  (table) => [
    // One that was taken back stays to say so, beside the one that was given anew.
    uniqueIndex("training_certificates_once").on(table.pathId, table.personId).where(sql`revoked_at IS NULL`),
    index("training_certificates_person").on(table.personId),
  ],
);
