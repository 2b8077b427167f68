// The people of this node, their seats, their invitations and the links they have used. Nothing here ever federates.
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
  unique,
  uniqueIndex,
} from "../db/drizzle.ts";
import { ROLES } from "../web/visitor.ts";

/** `email` signs in and is unique; `claimedEmail` is what the person wrote, shown to them alone. Times are epoch ms. */
export const people = sqliteTable("people", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").unique(),
  claimedEmail: text("claimed_email"),
  /** As it came with a list of members or as the person wrote it; seen by who administers. */
  phone: text("phone"),
  language: text("language", { enum: ["it", "en"] }),
  nodeAdmin: integer("node_admin", { mode: "boolean" }).notNull().default(false),
  /** Sign-in links written before this moment are dead: a newer one was used. */
  linksFromAt: integer("links_from_at").notNull().default(0),
  /** Who must have a second factor works without one until then; null until they first sign in. */
  secondFactorDueAt: integer("second_factor_due_at"),
  createdAt: integer("created_at").notNull(),
  disabledAt: integer("disabled_at"),
  /** Since then nothing here says who they were; what they booked and paid keeps this id. */
  erasedAt: integer("erased_at"),
});

/** A role of a person in an actor of this node. */
export const seats = sqliteTable(
  "seats",
  {
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    role: text("role", { enum: ROLES }).notNull(),
    /** A referente's producers as a JSON list of IRIs; null: all of them. */
    producers: text("producers"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.personId, table.actorId, table.role] }),
    index("seats_of_actor").on(table.actorId),
    check("seats_role", oneOf(table.role)),
    check("seats_producers", sql`${table.producers} IS NULL OR ${table.role} = 'referente'`),
  ],
);

/** Who books and pays together in one GAS: the unit of bookings and of money. */
export const households = sqliteTable(
  "households",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    name: text("name").notNull(),
    joinedAt: integer("joined_at").notNull(),
    leftAt: integer("left_at"),
    /** Who was the last in it: when they are erased, its name is. */
    leftBy: text("left_by"),
    /** The group it stands for, by IRI, in the books of a group that leads an order for others; null: a household. */
    peer: text("peer"),
  },
  (table) => [
    uniqueIndex("households_peer").on(table.actorId, table.peer).where(sql`peer IS NOT NULL`),
    index("households_names").on(table.actorId, table.name),
    // So that what names a household can be held to the GAS it names.
    unique("households_of_actor").on(table.actorId, table.id),
  ],
);

/** Who belongs to a household: a person to one in each GAS. */
export const householdPeople = sqliteTable(
  "household_people",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    householdId: text("household_id").notNull(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.personId] }),
    index("household_people_household").on(table.householdId),
    foreignKey({
      columns: [table.actorId, table.householdId],
      foreignColumns: [households.actorId, households.id],
    }),
  ],
);

/** People without a seat for whom a household books too. A friend who was taken off stays for what they had. */
export const friends = sqliteTable(
  "friends",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    householdId: text("household_id").notNull(),
    name: text("name").notNull(),
    createdAt: integer("created_at").notNull(),
    removedAt: integer("removed_at"),
  },
  (table) => [
    index("friends_household").on(table.householdId),
    foreignKey({
      columns: [table.actorId, table.householdId],
      foreignColumns: [households.actorId, households.id],
    }),
  ],
);

/** One-time links that make a person: the set-up (no actor yet) or a seat in an actor. `tokenHash` is SHA-256, hex. */
export const invitations = sqliteTable(
  "invitations",
  {
    tokenHash: text("token_hash").primaryKey(),
    purpose: text("purpose", { enum: ["setup", "seat"] }).notNull(),
    actorId: text("actor_id").references(() => actors.id),
    role: text("role", { enum: ROLES }),
    email: text("email"),
    /** The household whose people invite: who accepts books with it. */
    householdId: text("household_id").references(() => households.id),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    spentAt: integer("spent_at"),
  },
  (table) => [
    check("invitations_purpose", oneOf(table.purpose)),
    check(
      "invitations_seat",
      sql`(${table.purpose} = 'seat') = (${table.actorId} IS NOT NULL AND ${table.role} IS NOT NULL)`,
    ),
    check("invitations_role", oneOf(table.role)),
  ],
);

/** The signed links that were used, until they would have expired. */
export const spentTokens = sqliteTable("spent_tokens", {
  id: text("id").primaryKey(),
  expiresAt: integer("expires_at").notNull(),
});

/** How often a sign-in link was asked for, by keyed hash of address and place: the wait grows with it. */
export const signInAsks = sqliteTable("sign_in_asks", {
  keyHash: text("key_hash").primaryKey(),
  count: integer("count").notNull(),
  lastAt: integer("last_at").notNull(),
});

/** Notices owed to people by mail, written in the transaction of their cause; an event writes to a person once, for ever. */
export const noticeQueue = sqliteTable(
  "notice_queue",
  {
    id: integer("id").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    kind: text("kind").notNull(),
    /** What happened: the same event for the same person is the same row. */
    businessKey: text("business_key").notNull(),
    subject: text("subject").notNull(),
    body: text("body").notNull(),
    /** `uncertain`: the server was handed the message and its answer never came; it is not written twice. */
    state: text("state", { enum: ["pending", "sending", "sent", "uncertain", "failed"] }).notNull(),
    attempts: integer("attempts").notNull(),
    nextAt: integer("next_at").notNull(),
    lastError: text("last_error"),
    createdAt: integer("created_at").notNull(),
    settledAt: integer("settled_at"),
  },
  (table) => [
    unique("notice_once").on(table.personId, table.businessKey),
    index("notice_due").on(table.nextAt).where(sql`state = 'pending'`),
    index("notice_sending").on(table.id).where(sql`state = 'sending'`),
    index("notice_settled").on(table.settledAt),
    check("notice_state", oneOf(table.state)),
    check(
      "notice_kind",
      sql`${table.kind} IN ('order-opened', 'order-reminder', 'order-closed', 'order-answered', 'order-received', 'delivery', 'join-asked', 'certificate', 'backup', 'report', 'release', 'gathering', 'fund', 'news', 'favourite', 'payment', 'account')`,
    ),
  ],
);

/** The notices a person has switched off; all others reach them. */
export const mutedNotices = sqliteTable(
  "muted_notices",
  {
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    kind: text("kind").notNull(),
    mutedAt: integer("muted_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.kind] })],
);

/** How a GAS takes people in, as its public page says. `places` null: as many as come; 0: a waiting list. */
export const joining = sqliteTable(
  "joining",
  {
    actorId: text("actor_id")
      .primaryKey()
      .references(() => actors.id),
    isOpen: integer("is_open", { mode: "boolean" }).notNull(),
    places: integer("places"),
    about: text("about").notNull(),
    how: text("how").notNull(),
    showsProducers: integer("shows_producers", { mode: "boolean" }).notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [check("joining_places", sql`${table.places} IS NULL OR ${table.places} >= 0`)],
);

/** Who asked to join a GAS, with their consent (`createdAt`), until it is decided and then forgotten. */
export const joinRequests = sqliteTable(
  "join_requests",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    name: text("name").notNull(),
    email: text("email").notNull(),
    place: text("place").notNull(),
    message: text("message").notNull(),
    language: text("language", { enum: ["it", "en"] }).notNull(),
    state: text("state", { enum: ["waiting", "approved", "refused"] }).notNull(),
    createdAt: integer("created_at").notNull(),
    decidedAt: integer("decided_at"),
    decidedBy: text("decided_by").references(() => people.id),
  },
  (table) => [
    index("join_requests_of_actor").on(table.actorId, table.createdAt),
    check("join_requests_state", oneOf(table.state)),
    check("join_requests_decided", sql`(${table.state} = 'waiting') = (${table.decidedAt} IS NULL)`),
  ],
);

/** argon2id with 19 MiB, t=2, p=1. Who has no row signs in by link. */
export const passwords = sqliteTable("passwords", {
  personId: text("person_id")
    .primaryKey()
    .references(() => people.id),
  salt: blob("salt", { mode: "buffer" }).notNull(),
  hash: blob("hash", { mode: "buffer" }).notNull(),
  setAt: integer("set_at").notNull(),
});

/** A new address to sign in with, asked for, proven by a link sent there, and undone by one sent to the old address. */
export const emailChanges = sqliteTable(
  "email_changes",
  {
    id: text("id").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    oldEmail: text("old_email"),
    newEmail: text("new_email").notNull(),
    askedAt: integer("asked_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    undoneAt: integer("undone_at"),
  },
  (table) => [index("email_changes_of_person").on(table.personId, table.askedAt)],
);

/** TOTP. `sealedSecret` opens with the node's secret alone; asked once `confirmedAt`; `lastStep` is the last half minute whose code was used. */
export const secondFactors = sqliteTable("second_factors", {
  personId: text("person_id")
    .primaryKey()
    .references(() => people.id),
  sealedSecret: blob("sealed_secret", { mode: "buffer" }).notNull(),
  confirmedAt: integer("confirmed_at"),
  lastStep: integer("last_step").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Codes on paper, each good once. SHA-256, hex: they have 48 random bits and tries are slowed. */
export const backupCodes = sqliteTable(
  "backup_codes",
  {
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    codeHash: text("code_hash").notNull(),
    spentAt: integer("spent_at"),
  },
  (table) => [primaryKey({ columns: [table.personId, table.codeHash] })],
);

/** Passkeys: `id` is the credential's own, base64url; `publicKey` is COSE. `counter` is the last the device told, 0 where it keeps none. */
export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text("id").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    publicKey: blob("public_key", { mode: "buffer" }).notNull(),
    counter: integer("counter").notNull(),
    name: text("name").notNull(),
    createdAt: integer("created_at").notNull(),
    usedAt: integer("used_at"),
  },
  (table) => [index("passkeys_of_person").on(table.personId), check("passkeys_counter", sql`${table.counter} >= 0`)],
);
