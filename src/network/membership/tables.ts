// Who is a member of which network: our half of each membership, the charters people accepted, what a network has announced.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, oneOf, primaryKey, sql, sqliteTable, text } from "../../db/drizzle.ts";
import { MEMBERSHIP_STATES } from "./membership.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

export const memberships = sqliteTable(
  "memberships",
  {
    actorId: ownActor(),
    /** "network": our actor is the network and the peer its member; "member": our actor is the member, the peer the network. */
    side: text("side", { enum: ["network", "member"] }).notNull(),
    peer: text("peer").notNull(),
    host: text("host").notNull(),
    state: text("state", { enum: MEMBERSHIP_STATES }).notNull(),
    /** The Join in force or last seen. */
    joinIri: text("join_iri").notNull(),
    /** As last seen; a fresher copy of the peer's document goes before. */
    inbox: text("inbox").notNull(),
    /** The version of the charter that the member's person accepted, with its digest; null where there was none. */
    charterVersion: integer("charter_version"),
    charterDigest: text("charter_digest"),
    /** At the member: the text itself, as it was accepted. At the network null: it keeps its own versions. */
    charterText: text("charter_text"),
    /** Why not, or why no more: said to the member when refused, kept here when removed. */
    reason: text("reason"),
    /** What else made the answer, where a rule did and no person: a refusal's code. */
    code: text("code"),
    /** Since when it is a member; null while it is none. */
    since: integer("since"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.side, table.peer] }),
    index("memberships_peer").on(table.peer, table.side, table.state),
    index("memberships_join").on(table.joinIri, table.side),
    index("memberships_state").on(table.actorId, table.side, table.state, table.host),
    index("memberships_since").on(table.actorId, table.side, table.since, table.peer),
    check("memberships_side", oneOf(table.side)),
    check("memberships_state_known", oneOf(table.state)),
    check("memberships_since_when_in", sql`(${table.state} = 'member') = (${table.since} IS NOT NULL)`),
    check("memberships_not_itself", sql`${table.actorId} <> ${table.peer}`),
  ],
);

/** How a network takes members in. One that never chose has no row: people decide. */
export const networkChoices = sqliteTable(
  "network_choices",
  {
    actorId: text("actor_id")
      .primaryKey()
      .references(() => actors.id),
    admission: text("admission", { enum: ["person", "automatic"] }).notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [check("network_choices_admission", oneOf(table.admission))],
);

/** Every charter a network has had: a version is never changed, because somebody accepted it. */
export const networkCharters = sqliteTable(
  "network_charters",
  {
    actorId: ownActor(),
    version: integer("version").notNull(),
    text: text("text").notNull(),
    /** SHA-256 of the text's UTF-8, hexadecimal. */
    digest: text("digest").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.actorId, table.version] })],
);

/** What a network has announced of its members' posts: each object once, for ever (PROTOCOL 9). */
export const networkAnnounced = sqliteTable(
  "network_announced",
  {
    actorId: ownActor(),
    objectIri: text("object_iri").notNull(),
    member: text("member").notNull(),
    /** "over-limit": the member had said too much that day; "undone": taken back. */
    state: text("state", { enum: ["announced", "over-limit", "undone"] }).notNull(),
    /** The Announce; null where it was never sent. */
    announceIri: text("announce_iri"),
    at: integer("at").notNull(),
    /** Since when it is to be taken back, because its member has left; null where nothing is to be done. */
    undoAt: integer("undo_at"),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.objectIri] }),
    index("network_announced_member").on(table.actorId, table.member, table.at),
    index("network_announced_standing").on(table.actorId, table.member).where(sql`state = 'announced'`),
    index("network_announced_to_undo").on(table.undoAt).where(sql`undo_at IS NOT NULL`),
    check("network_announced_state", oneOf(table.state)),
  ],
);
