// Our actors and keys, the actors we have met, what came in, what we wrote and what is still owed.
import { blob, check, index, integer, oneOf, primaryKey, sql, sqliteTable, text, uniqueIndex } from "../db/drizzle.ts";
import { JOINING_STATES, NETWORK_LEVELS } from "./actor.ts";

export const actors = sqliteTable(
  "actors",
  {
    id: text("id").primaryKey(),
    handle: text("handle").notNull().unique(),
    kind: text("kind", { enum: ["node", "gas", "producer", "district"] }).notNull(),
    /** Of a network alone. */
    level: text("level", { enum: NETWORK_LEVELS }),
    name: text("name").notNull(),
    summary: text("summary").notNull().default(""),
    place: text("place").notNull().default(""),
    /** The mail address of a role, shown to everybody. */
    contact: text("contact").notNull().default(""),
    /** An https address, shown to everybody; when it is looked at next, and when it last linked back (rel=me). */
    website: text("website").notNull().default(""),
    websiteDueAt: integer("website_due_at"),
    websiteProvenAt: integer("website_proven_at"),
    /** Hash of the logo. */
    icon: text("icon"),
    approvesFollowers: integer("approves_followers", { mode: "boolean" }).notNull().default(false),
    discoverable: integer("discoverable", { mode: "boolean" }).notNull().default(true),
    indexable: integer("indexable", { mode: "boolean" }).notNull().default(true),
    /** JSON of the networks that have taken it in: what its document says; who keeps memberships writes it. */
    memberOf: text("member_of", { mode: "json" }).$type<readonly string[]>().notNull().default([]),
    /** Of a group: what it tells everybody of taking people in. Null: nothing. */
    joining: text("joining", { enum: JOINING_STATES }),
    /** Eleven digits, shown to everybody; empty: not shown. */
    vatNumber: text("vat_number").notNull().default(""),
    showsStatistics: integer("shows_statistics", { mode: "boolean" }).notNull().default(false),
    showsPrices: integer("shows_prices", { mode: "boolean" }).notNull().default(false),
    /** Of a producer: the IRI of who keeps its list. Null: itself. */
    keptBy: text("kept_by"),
    /** Of a group or network: IRIs of the producers whose lists it says that it keeps, and that it does not. */
    keeps: text("keeps", { mode: "json" }).$type<readonly string[]>().notNull().default([]),
    keepsNot: text("keeps_not", { mode: "json" }).$type<readonly string[]>().notNull().default([]),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** When people decided that it closes: it begins nothing new from then on. Null: it works. */
    retiredAt: integer("retired_at"),
    /** When its farewells had left: its address answers 410 from then on. */
    goneAt: integer("gone_at"),
    /** The address it moved to, and the one it had before: IRIs (FEP-7628). */
    movedTo: text("moved_to"),
    alsoKnownAs: text("also_known_as"),
  },
  (table) => [
    check("actors_kind", oneOf(table.kind)),
    check("actors_level", oneOf(table.level)),
    check("actors_joining", oneOf(table.joining)),
  ],
);

export const actorKeys = sqliteTable(
  "actor_keys",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    algorithm: text("algorithm", { enum: ["rsa", "ed25519"] }).notNull(),
    /** PEM for RSA, multibase for Ed25519. */
    publicKey: text("public_key").notNull(),
    /** PKCS#8 sealed with the node's secret; never in clear on disk. */
    sealedPrivateKey: blob("sealed_private_key", { mode: "buffer" }).notNull(),
    createdAt: integer("created_at").notNull(),
    retiredAt: integer("retired_at"),
  },
  (table) => [index("actor_keys_actor").on(table.actorId), check("actor_keys_algorithm", oneOf(table.algorithm))],
);

/** Which Ed25519 key of ours a peer still knows us by, while it has not answered the notice of a newer one. */
export const expectedKeys = sqliteTable(
  "expected_keys",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    peer: text("peer").notNull(),
    keyId: text("key_id")
      .notNull()
      .references(() => actorKeys.id),
  },
  (table) => [primaryKey({ columns: [table.actorId, table.peer] })],
);

export const remoteActors = sqliteTable(
  "remote_actors",
  {
    id: text("id").primaryKey(),
    host: text("host").notNull(),
    inbox: text("inbox").notNull(),
    sharedInbox: text("shared_inbox"),
    handle: text("handle"),
    name: text("name").notNull(),
    isFiliera: integer("is_filiera", { mode: "boolean" }).notNull(),
    document: text("document").notNull(),
    /** Whom a producer's document names as keeper of its list, unread: `readKeptBy` says whether it holds. */
    keptBy: text("kept_by").generatedAlwaysAs(sql`json_extract(document, '$."filiera:keptBy"')`, { mode: "virtual" }),
    fetchedAt: integer("fetched_at").notNull(),
    /** When its origin said 410 or sent a Delete of itself. */
    goneAt: integer("gone_at"),
  },
  (table) => [
    index("remote_actors_host").on(table.host),
    index("remote_actors_kept_by").on(table.keptBy).where(sql`kept_by IS NOT NULL`),
  ],
);

export const inboxLog = sqliteTable(
  "inbox_log",
  {
    sender: text("sender").notNull(),
    activityId: text("activity_id").notNull(),
    receiver: text("receiver").notNull(),
    type: text("type").notNull(),
    digest: text("digest").notNull(),
    /** Raw bytes as received: kept while the retention of their channel says so, then null. */
    bytes: blob("bytes", { mode: "buffer" }),
    channel: text("channel", { enum: ["order", "social"] }).notNull(),
    outcome: text("outcome", { enum: ["applied", "ignored", "refused", "parked"] }).notNull(),
    refusal: text("refusal"),
    parkedFor: text("parked_for"),
    /** The thread that a refused message of the order channel named: people are shown it there. */
    thread: text("thread"),
    receivedAt: integer("received_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sender, table.activityId] }),
    index("inbox_log_parked").on(table.parkedFor).where(sql`parked_for IS NOT NULL`),
    index("inbox_log_received").on(table.receivedAt),
    index("inbox_log_refused").on(table.receiver, table.receivedAt).where(sql`thread IS NOT NULL`),
    index("inbox_log_refused_on").on(table.thread, table.receiver, table.receivedAt).where(sql`thread IS NOT NULL`),
    check("inbox_log_outcome", oneOf(table.outcome)),
    check("inbox_log_channel", oneOf(table.channel)),
  ],
);

export const activities = sqliteTable(
  "activities",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    type: text("type").notNull(),
    /** The frozen JSON, proof included: every attempt sends these bytes. */
    json: text("json").notNull(),
    isPublic: integer("is_public", { mode: "boolean" }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("activities_outbox").on(table.actorId, table.isPublic, table.createdAt)],
);

export const outbox = sqliteTable(
  "outbox",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    activityId: text("activity_id")
      .notNull()
      .references(() => activities.id),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    inbox: text("inbox").notNull(),
    host: text("host").notNull(),
    recipient: text("recipient"),
    lane: text("lane", { enum: ["order", "social"] }).notNull(),
    /** Rows of one thread to one inbox leave in order. */
    thread: text("thread"),
    /** The Ed25519 multibase key whose receipt ends an order row. */
    receiptKey: text("receipt_key"),
    state: text("state", { enum: ["pending", "leased", "delivered", "needs-human", "abandoned"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAt: integer("next_at").notNull(),
    leaseUntil: integer("lease_until"),
    token: integer("token").notNull().default(0),
    firstFailedAt: integer("first_failed_at"),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    createdAt: integer("created_at").notNull(),
    finishedAt: integer("finished_at"),
  },
  (table) => [
    index("outbox_host").on(table.host, table.state, table.nextAt, table.id),
    index("outbox_thread").on(table.thread, table.inbox, table.id).where(sql`state IN ('pending', 'leased')`),
    index("outbox_state").on(table.state, table.createdAt),
    // What a desk's page reads, in its order: a queue of 100,000 letters costs it as little as one of ten.
    index("outbox_waiting")
      .on(table.actorId, table.id, table.firstFailedAt, table.state)
      .where(sql`state IN ('pending', 'leased')`),
    index("outbox_settled")
      .on(table.actorId, table.state, table.id)
      .where(sql`state IN ('delivered', 'needs-human', 'abandoned')`),
    uniqueIndex("outbox_once").on(table.activityId, table.inbox),
    check("outbox_lane", oneOf(table.lane)),
    check("outbox_state_known", oneOf(table.state)),
  ],
);

/**
 * In which epoch of the node an actor's order letters may leave; 1 where there is no row. After a restore they stay until the
 * partners were asked what they heard (SAFETY 6, I17).
 */
export const orderLanes = sqliteTable("order_lanes", {
  actorId: text("actor_id")
    .primaryKey()
    .references(() => actors.id),
  epoch: integer("epoch").notNull(),
});

export const peers = sqliteTable(
  "peers",
  {
    host: text("host").primaryKey(),
    /** When this host may next be tried; null while nothing is waiting for it. */
    nextAt: integer("next_at"),
    failures: integer("failures").notNull().default(0),
    failingSince: integer("failing_since"),
    lastServedAt: integer("last_served_at").notNull().default(0),
    lastDeliveredAt: integer("last_delivered_at"),
    lastHeardAt: integer("last_heard_at"),
    lastError: text("last_error"),
    /** Since when a person has paused it: nothing is sent to it and no order begins with it until they say so. */
    pausedAt: integer("paused_at"),
    /** The signature this host understood last. */
    signatureSpec: text("signature_spec", { enum: ["rfc9421", "draft-cavage"] }),
  },
  (table) => [index("peers_due").on(table.nextAt)],
);

export const domainRules = sqliteTable(
  "domain_rules",
  {
    domain: text("domain").primaryKey(),
    rule: text("rule", { enum: ["block", "allow"] }).notNull(),
    reason: text("reason").notNull().default(""),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [check("domain_rules_rule", oneOf(table.rule))],
);

export const securityEvents = sqliteTable(
  "security_events",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    code: text("code").notNull(),
    host: text("host").notNull(),
    detail: text("detail").notNull(),
  },
  (table) => [index("security_events_at").on(table.at)],
);
