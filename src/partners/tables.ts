// Whom we know on other nodes: who follows whom, pacts with their revisions and halves, pinned keys, what people reported.
import { actors } from "../activitypub/tables.ts";
import {
  blob,
  check,
  foreignKey,
  index,
  integer,
  oneOf,
  primaryKey,
  sql,
  sqliteTable,
  text,
  uniqueIndex,
} from "../db/drizzle.ts";
import { MESSAGE_KINDS, ORDER_STATUSES } from "./threads/agreement.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

export const follows = sqliteTable(
  "follows",
  {
    actorId: ownActor(),
    /** "out": our actor follows the peer; "in": the peer follows our actor. */
    direction: text("direction", { enum: ["in", "out"] }).notNull(),
    peer: text("peer").notNull(),
    host: text("host").notNull(),
    state: text("state", { enum: ["requested", "accepted", "rejected", "ended"] }).notNull(),
    /** The IRI of the Follow in force or last seen. */
    followIri: text("follow_iri").notNull(),
    /** As last seen with the Follow; a fresher copy of the peer's document goes before these. */
    inbox: text("inbox").notNull(),
    sharedInbox: text("shared_inbox"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.direction, table.peer] }),
    index("follows_peer").on(table.peer, table.direction),
    index("follows_iri").on(table.followIri),
    index("follows_state").on(table.actorId, table.direction, table.state, table.host),
    check("follows_direction", oneOf(table.direction)),
    check("follows_state_known", oneOf(table.state)),
  ],
);

export const pacts = sqliteTable(
  "pacts",
  {
    actorId: ownActor(),
    /** The thread's IRI, the `context` of every message about it. */
    iri: text("iri").notNull(),
    peer: text("peer").notNull(),
    host: text("host").notNull(),
    /** The peer's own inbox as last seen; a fresher copy of its document goes before. */
    inbox: text("inbox").notNull(),
    buyer: text("buyer").notNull(),
    seller: text("seller").notNull(),
    state: text("state", { enum: ["proposed", "live", "refused", "ended"] }).notNull(),
    endedBy: text("ended_by", { enum: ["buyer", "seller", "time"] }),
    /** When our own suspension ends by itself; null when it does not. */
    resumeAt: integer("resume_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.iri] }),
    index("pacts_peer").on(table.actorId, table.peer, table.state),
    index("pacts_resume").on(table.resumeAt).where(sql`resume_at IS NOT NULL`),
    check("pacts_state", oneOf(table.state)),
    check("pacts_ended_by", oneOf(table.endedBy)),
    check(
      "pacts_parties",
      sql`${table.actorId} IN (${table.buyer}, ${table.seller}) AND ${table.buyer} <> ${table.seller}`,
    ),
  ],
);

export const pactRevisions = sqliteTable(
  "pact_revisions",
  {
    actorId: ownActor(),
    iri: text("iri").notNull(),
    revision: integer("revision").notNull(),
    epoch: integer("epoch").notNull().default(1),
    offeredBy: text("offered_by", { enum: ["buyer", "seller"] }).notNull(),
    offerIri: text("offer_iri").notNull(),
    offerDigest: text("offer_digest").notNull(),
    /** JSON of Terms. */
    terms: text("terms").notNull(),
    /** JSON of the two keys the parties would know each other by. */
    keys: text("keys").notNull(),
    endsAt: integer("ends_at"),
    acceptIri: text("accept_iri"),
    acceptEpoch: integer("accept_epoch"),
    rejectIri: text("reject_iri"),
    rejectReason: text("reject_reason"),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.iri, table.revision] }),
    foreignKey({ columns: [table.actorId, table.iri], foreignColumns: [pacts.actorId, pacts.iri] }),
    check("pact_revisions_offered_by", oneOf(table.offeredBy)),
    check("pact_revisions_one_answer", sql`${table.acceptIri} IS NULL OR ${table.rejectIri} IS NULL`),
  ],
);

export const pactHalves = sqliteTable(
  "pact_halves",
  {
    actorId: ownActor(),
    iri: text("iri").notNull(),
    party: text("party", { enum: ["buyer", "seller"] }).notNull(),
    relationshipIri: text("relationship_iri").notNull(),
    epoch: integer("epoch").notNull().default(1),
    sequence: integer("sequence").notNull(),
    status: text("status", { enum: ["active", "suspended"] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.iri, table.party] }),
    foreignKey({ columns: [table.actorId, table.iri], foreignColumns: [pacts.actorId, pacts.iri] }),
    check("pact_halves_party", oneOf(table.party)),
    check("pact_halves_status", oneOf(table.status)),
  ],
);

/** Every signed message about a pact, both sides', as its raw bytes: the contract, verifiable years later. */
export const pactMessages = sqliteTable(
  "pact_messages",
  {
    actorId: ownActor(),
    activityIri: text("activity_iri").notNull(),
    iri: text("iri").notNull(),
    sender: text("sender").notNull(),
    kind: text("kind", { enum: ["offer", "accept", "reject", "update", "undo", "notice", "notice-answer"] }).notNull(),
    /** The revision of an offer and its answers, the sequence of an update; 0 for the rest. */
    number: integer("number").notNull(),
    /** The sender's, where the message carries a half of the pact; 1 for the rest. */
    epoch: integer("epoch").notNull().default(1),
    digest: text("digest").notNull(),
    bytes: blob("bytes", { mode: "buffer" }).notNull(),
    /** The Ed25519 key that proves it, as multibase. */
    provenBy: text("proven_by").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.activityIri] }),
    index("pact_messages_thread").on(table.actorId, table.iri, table.at),
    index("pact_messages_name").on(table.activityIri),
    uniqueIndex("pact_messages_once")
      .on(table.actorId, table.iri, table.sender, table.kind, table.epoch, table.number)
      .where(sql`number > 0`),
    check("pact_messages_kind", oneOf(table.kind)),
  ],
);

/**
 * Every proven message about orders, both sides' words, as raw bytes: the contract. Triggers refuse UPDATE and DELETE: nothing
 * here is ever changed or forgotten (PROTOCOL 6.5 asks for ten years).
 */
export const threadMessages = sqliteTable(
  "thread_messages",
  {
    /** In the order in which they came or went. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    actorId: ownActor(),
    thread: text("thread").notNull(),
    activityIri: text("activity_iri").notNull(),
    peer: text("peer").notNull(),
    /** "out": our actor said it; "in": the peer did. */
    direction: text("direction", { enum: ["in", "out"] }).notNull(),
    kind: text("kind", { enum: MESSAGE_KINDS }).notNull(),
    /** The columns from here to the digest: as MessageFacts of threadRules.ts. */
    subject: text("subject").notNull(),
    epoch: integer("epoch").notNull(),
    number: integer("number").notNull(),
    sequence: integer("sequence"),
    agreementIri: text("agreement_iri"),
    status: text("status", { enum: ORDER_STATUSES }),
    digest: text("digest").notNull(),
    bytes: blob("bytes", { mode: "buffer" }).notNull(),
    /** The Ed25519 key that proves it, as multibase. */
    provenBy: text("proven_by").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    uniqueIndex("thread_messages_name").on(table.actorId, table.activityIri),
    index("thread_messages_thread").on(table.actorId, table.thread, table.id),
    index("thread_messages_peer").on(table.actorId, table.peer, table.at, table.id),
    index("thread_messages_subject").on(table.subject),
    index("thread_messages_iri").on(table.activityIri),
    uniqueIndex("thread_messages_once")
      .on(table.actorId, table.thread, table.direction, table.kind, table.subject, table.epoch, table.number)
      .where(sql`number > 0`),
    check("thread_messages_direction", oneOf(table.direction)),
    check("thread_messages_kind", oneOf(table.kind)),
    check("thread_messages_status", oneOf(table.status)),
  ],
);

/** How far we have read what each partner keeps of our threads with it, to catch up and to find what a restore forgot. */
export const threadReadings = sqliteTable(
  "thread_readings",
  {
    actorId: ownActor(),
    peer: text("peer").notNull(),
    /** The `updated` of the last thing read, as the partner wrote it; null before the first. */
    cursor: text("cursor"),
    /** The epoch of this node in which the partner was last read to its end, or a person said to go on without. */
    epoch: integer("epoch").notNull(),
    readAt: integer("read_at"),
    triedAt: integer("tried_at").notNull(),
    failure: text("failure"),
    /** Who said to go on without having asked: a person's id or "cli"; null when the partner answered. */
    releasedBy: text("released_by"),
  },
  (table) => [primaryKey({ columns: [table.actorId, table.peer] })],
);

/** Which Ed25519 key of a partner we trust: compared by people once, then changed only by a signed notice or by people. */
export const pinnedKeys = sqliteTable(
  "pinned_keys",
  {
    actorId: ownActor(),
    peer: text("peer").notNull(),
    keyId: text("key_id").notNull(),
    multibase: text("multibase").notNull(),
    pinnedBy: text("pinned_by", { enum: ["pact", "notice", "person"] }).notNull(),
    pinnedAt: integer("pinned_at").notNull(),
    /** Old keys stay for old documents. */
    retiredAt: integer("retired_at"),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.peer, table.keyId, table.pinnedAt] }),
    index("pinned_keys_current").on(table.actorId, table.peer).where(sql`retired_at IS NULL`),
    check("pinned_keys_by", oneOf(table.pinnedBy)),
  ],
);

/** What people of other nodes reported to us (Flag): read by a person, answered by none. */
/** What others report to us, and what people here report of others to who looks after the node. */
export const reports = sqliteTable(
  "reports",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    sender: text("sender").notNull(),
    /** At which desk a person here made it, and who; null for what came from elsewhere. Neither leaves the node. */
    actorId: text("actor_id").references(() => actors.id),
    personId: text("person_id"),
    /** Whom a person here reports. */
    accused: text("accused"),
    /** Of whom it is about, where it was made here; of the sender otherwise. */
    host: text("host").notNull(),
    objects: text("objects").notNull(),
    content: text("content").notNull(),
    at: integer("at").notNull(),
    seenAt: integer("seen_at"),
    decision: text("decision", { enum: ["seen", "blocked", "forwarded"] }),
    /** A person's id; null where it was decided before that was kept. */
    decidedBy: text("decided_by"),
  },
  (table) => [
    index("reports_unseen").on(table.at).where(sql`seen_at IS NULL`),
    check("reports_decision", sql`${table.decision} IN ('seen', 'blocked', 'forwarded')`),
    check("reports_made_here", sql`(${table.personId} IS NULL) = (${table.accused} IS NULL)`),
  ],
);
