// Gatherings of our actors, who books a place at them, and what is handed out there.
import { actors } from "../activitypub/tables.ts";
import { check, index, integer, oneOf, real, sql, sqliteTable, text, unique, uniqueIndex } from "../db/drizzle.ts";
import { people } from "../members/tables.ts";
import { GATHERING_AUDIENCES, GATHERING_KINDS, GATHERING_STATES } from "./gathering.ts";
import { BOOKING_STATES } from "./queue.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);
const ofGathering = () =>
  text("gathering_id")
    .notNull()
    .references(() => gatherings.id);

export const gatherings = sqliteTable(
  "gatherings",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    kind: text("kind", { enum: GATHERING_KINDS }).notNull(),
    audience: text("audience", { enum: GATHERING_AUDIENCES }).notNull(),
    name: text("name").notNull(),
    summary: text("summary").notNull(),
    content: text("content").notNull(),
    startsAt: integer("starts_at").notNull(),
    endsAt: integer("ends_at").notNull(),
    venue: text("venue").notNull(),
    street: text("street").notNull(),
    comune: text("comune").notNull(),
    latitude: real("latitude"),
    longitude: real("longitude"),
    onlineUrl: text("online_url"),
    /** SHA-256 of a picture under /media. */
    picture: text("picture"),
    pictureAlt: text("picture_alt"),
    state: text("state", { enum: GATHERING_STATES }).notNull(),
    cancelReason: text("cancel_reason"),
    takesBookings: integer("takes_bookings", { mode: "boolean" }).notNull(),
    capacity: integer("capacity"),
    closesAt: integer("closes_at"),
    /** The lesson of a path; null both: it is none. */
    pathId: text("path_id"),
    moduleNumber: integer("module_number"),
    sequence: integer("sequence").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    publishedAt: integer("published_at"),
    updatedAt: integer("updated_at").notNull(),
    removedAt: integer("removed_at"),
  },
  (table) => [
    index("gatherings_starting").on(table.actorId, table.startsAt),
    index("gatherings_state").on(table.actorId, table.state),
    index("gatherings_path").on(table.pathId, table.moduleNumber).where(sql`path_id IS NOT NULL`),
    check("gatherings_kind", oneOf(table.kind)),
    check("gatherings_audience", oneOf(table.audience)),
    check("gatherings_state_known", oneOf(table.state)),
    check("gatherings_name", sql`length(${table.name}) BETWEEN 3 AND 200`),
    check("gatherings_forwards", sql`${table.endsAt} > ${table.startsAt}`),
    check("gatherings_places", sql`${table.capacity} > 0`),
    check("gatherings_point", sql`(${table.latitude} IS NULL) = (${table.longitude} IS NULL)`),
    check("gatherings_reason", sql`(${table.cancelReason} IS NULL) = (${table.state} <> 'cancelled')`),
    check("gatherings_told", sql`(${table.publishedAt} IS NULL) = (${table.sequence} = 0)`),
    check("gatherings_published", sql`(${table.publishedAt} IS NULL) = (${table.state} = 'draft')`),
  ],
);

export const gatheringBookings = sqliteTable(
  "gathering_bookings",
  {
    id: text("id").primaryKey(),
    gatheringId: ofGathering(),
    actorId: ownActor(),
    /** Whose account it is; null: somebody without one, or not proven yet. */
    personId: text("person_id").references(() => people.id),
    name: text("name").notNull(),
    /** Where they are written to; null: an account of this node, or nobody said. */
    email: text("email"),
    organisation: text("organisation").notNull(),
    state: text("state", { enum: BOOKING_STATES }).notNull(),
    guests: integer("guests").notNull(),
    language: text("language", { enum: ["it", "en"] }).notNull(),
    /** Its turn: given when the place is first asked for in earnest. */
    position: integer("position"),
    createdAt: integer("created_at").notNull(),
    /** When the form last came with this address: not every time a letter leaves. */
    askedAt: integer("asked_at").notNull(),
    provenAt: integer("proven_at"),
    cancelledAt: integer("cancelled_at"),
    attendedAt: integer("attended_at"),
    attendedBy: text("attended_by"),
    remindedAt: integer("reminded_at"),
  },
  (table) => [
    unique("gathering_bookings_address").on(table.gatheringId, table.email),
    uniqueIndex("gathering_bookings_person").on(table.gatheringId, table.personId).where(sql`person_id IS NOT NULL`),
    index("gathering_bookings_of_person").on(table.personId).where(sql`person_id IS NOT NULL`),
    index("gathering_bookings_queue").on(table.gatheringId, table.state, table.position),
    check("gathering_bookings_state", oneOf(table.state)),
    check("gathering_bookings_language", oneOf(table.language)),
    check("gathering_bookings_guests", sql`${table.guests} BETWEEN 0 AND 9`),
    check("gathering_bookings_turn", sql`${table.state} NOT IN ('booked', 'waiting') OR ${table.position} IS NOT NULL`),
  ],
);

/** What is handed out: a link, or a PDF that lies in the data folder. */
export const gatheringMaterials = sqliteTable(
  "gathering_materials",
  {
    id: text("id").primaryKey(),
    gatheringId: ofGathering(),
    actorId: ownActor(),
    name: text("name").notNull(),
    url: text("url"),
    fileHash: text("file_hash"),
    bytes: integer("bytes").notNull(),
    forWhom: text("for_whom", { enum: ["everybody", "booked"] }).notNull(),
    position: integer("position").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    index("gathering_materials_of").on(table.gatheringId, table.position),
    index("gathering_materials_file").on(table.fileHash).where(sql`file_hash IS NOT NULL`),
    check("gathering_materials_whom", oneOf(table.forWhom)),
    check("gathering_materials_one", sql`(${table.url} IS NULL) <> (${table.fileHash} IS NULL)`),
  ],
);
