// Rows of reading: the sources this node knows, who lists whom, how each of our groups reaches them, cycles heard of.
import { JOINING_STATES, NETWORK_LEVELS } from "../../activitypub/actor.ts";
import { actors } from "../../activitypub/tables.ts";
import { check, foreignKey, index, integer, oneOf, primaryKey, sqliteTable, text } from "../../db/drizzle.ts";
import type { Part } from "./source.ts";

/** One row a source, however many of our groups read it. See Source. */
export const networkSources = sqliteTable(
  "network_sources",
  {
    uri: text("uri").primaryKey(),
    host: text("host").notNull(),
    kind: text("kind", { enum: ["gas", "producer", "district", "other"] }),
    level: text("level", { enum: NETWORK_LEVELS }),
    name: text("name").notNull(),
    /** JSON list of the networks it says it belongs to. */
    claims: text("claims").notNull(),
    isDiscoverable: integer("is_discoverable", { mode: "boolean" }).notNull(),
    isIndexable: integer("is_indexable", { mode: "boolean" }).notNull(),
    factsKey: text("facts_key"),
    isGone: integer("is_gone", { mode: "boolean" }).notNull(),
    isDropDue: integer("is_drop_due", { mode: "boolean" }).notNull(),
    actorDueAt: integer("actor_due_at"),
    membersDueAt: integer("members_due_at"),
    catalogDueAt: integer("catalog_due_at"),
    cyclesDueAt: integer("cycles_due_at"),
    eventsDueAt: integer("events_due_at"),
    statisticsDueAt: integer("statistics_due_at"),
    retryAt: integer("retry_at").notNull(),
    /** The soonest of them, not before `retryAt`: so that what is due is found by one look at an index. */
    dueAt: integer("due_at"),
    membersIri: text("members_iri"),
    membersEtag: text("members_etag"),
    catalogIri: text("catalog_iri"),
    catalogSeen: text("catalog_seen"),
    catalogResume: text("catalog_resume"),
    catalogStarted: text("catalog_started"),
    catalogStartedAt: integer("catalog_started_at"),
    cyclesIri: text("cycles_iri"),
    cyclesEtag: text("cycles_etag"),
    eventsIri: text("events_iri"),
    eventsEtag: text("events_etag"),
    statisticsIri: text("statistics_iri"),
    statisticsEtag: text("statistics_etag"),
    /** Of a producer: the VAT number it shows to everybody, eleven digits. */
    vat: text("vat"),
    /** Whether it says that it takes people in, and where they ask. */
    joining: text("joining", { enum: JOINING_STATES }),
    joinPage: text("join_page"),
    triedAt: integer("tried_at"),
    okAt: integer("ok_at"),
    failures: integer("failures").notNull(),
    lastError: text("last_error"),
    tookMs: integer("took_ms").notNull(),
    spentDay: integer("spent_day").notNull(),
    spentPages: integer("spent_pages").notNull(),
    spentItems: integer("spent_items").notNull(),
    spentMs: integer("spent_ms").notNull(),
    entries: integer("entries").notNull(),
    lies: integer("lies").notNull(),
    lie: text("lie"),
    /** Which part it said that in, and when. */
    liePart: text("lie_part").$type<Part>(),
    lieAt: integer("lie_at"),
    /** JSON: when each part was last read whole, epoch ms by its name. */
    heard: text("heard").notNull().default("{}"),
  },
  (table) => [
    index("network_sources_due").on(table.dueAt),
    check("network_sources_kind", oneOf(table.kind)),
    check("network_sources_level", oneOf(table.level)),
    check("network_sources_joining", oneOf(table.joining)),
  ],
);

/** The members that another network's own collection lists, in its order. */
export const networkLinks = sqliteTable(
  "network_links",
  {
    networkUri: text("network_uri").notNull(),
    memberUri: text("member_uri").notNull(),
    position: integer("position").notNull(),
  },
  (table) => [primaryKey({ columns: [table.networkUri, table.memberUri] })],
);

/** How one of our groups reaches a source, and what its coordinator wants with it. */
export const networkReaches = sqliteTable(
  "network_reaches",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    sourceUri: text("source_uri")
      .notNull()
      .references(() => networkSources.uri),
    via: text("via").notNull(),
    depth: integer("depth").notNull(),
    standing: text("standing", { enum: ["agreed", "unread", "one-sided"] }).notNull(),
    /** The coordinator wants nothing of it shown or read for this group. */
    isPaused: integer("is_paused", { mode: "boolean" }).notNull(),
    /** We asked to follow it because of this: taken back with it. */
    isFollowed: integer("is_followed", { mode: "boolean" }).notNull(),
    since: integer("since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.sourceUri] }),
    index("network_reaches_source").on(table.sourceUri),
    check("network_reaches_standing", oneOf(table.standing)),
  ],
);

/** Cycles of a source: heard of and not read ("wanted"), open to everybody as last read, or over. */
export const networkCycles = sqliteTable(
  "network_cycles",
  {
    sourceUri: text("source_uri").notNull(),
    iri: text("iri").notNull(),
    state: text("state", { enum: ["wanted", "open", "over"] }).notNull(),
    sequence: integer("sequence").notNull(),
    dueAt: integer("due_at"),
  },
  (table) => [
    primaryKey({ columns: [table.sourceUri, table.iri] }),
    foreignKey({ columns: [table.sourceUri], foreignColumns: [networkSources.uri] }),
    check("network_cycles_state", oneOf(table.state)),
  ],
);
