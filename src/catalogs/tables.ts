// Rows of catalogs: products and their immutable versions, imports, pictures, and the dated copies of others' catalogs.
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
} from "../db/drizzle.ts";

const ownedBy = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/** One row a producer. `updatedAt` is a whole second that grows with every change, so that readers can ask "since". */
export const catalogs = sqliteTable("catalogs", {
  actorId: ownedBy().primaryKey(),
  updatedAt: integer("updated_at").notNull(),
  sequence: integer("sequence").notNull(),
  /** Products on offer now. */
  totalItems: integer("total_items").notNull(),
  /** The columns of this producer's files, as a person last corrected them: JSON of exchange's mapping. */
  columnMapping: text("column_mapping"),
});

export const products = sqliteTable(
  "products",
  {
    id: text("id").primaryKey(),
    actorId: ownedBy(),
    slug: text("slug").notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    removedAt: integer("removed_at"),
    /** On offer: neither removed nor paused. What follows repeats the current version, for lists and search. */
    isOffered: integer("is_offered", { mode: "boolean" }).notNull(),
    sortName: text("sort_name").notNull(),
    searchText: text("search_text").notNull(),
    category: text("category").notNull(),
  },
  (table) => [
    unique("products_slug").on(table.actorId, table.slug),
    index("products_changes").on(table.actorId, table.updatedAt, table.id),
    index("products_offered").on(table.actorId, table.isOffered, table.updatedAt, table.id),
    index("products_names").on(table.actorId, table.sortName, table.id),
  ],
);

/** The most of a product that one partner may have: known to its producer, and to that partner as what is left for it. */
export const quotas = sqliteTable(
  "catalog_quotas",
  {
    actorId: ownedBy(),
    peer: text("peer").notNull(),
    productId: text("product_id")
      .notNull()
      .references(() => products.id),
    /** The wire's word, and thousandths of it. */
    unit: text("unit").notNull(),
    mostThousandths: integer("most_thousandths").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.peer, table.productId] }),
    check("catalog_quotas_most", sql`${table.mostThousandths} >= 0`),
  ],
);

/** Never changed once written: orders and cycles point here for ever. */
export const productVersions = sqliteTable(
  "product_versions",
  {
    productId: text("product_id")
      .notNull()
      .references(() => products.id),
    version: integer("version").notNull(),
    actorId: ownedBy(),
    /** JSON of ProductFacts. */
    facts: text("facts").notNull(),
    cause: text("cause", { enum: ["edit", "import", "undo"] }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.productId, table.version] }),
    check("product_versions_cause", oneOf(table.cause)),
  ],
);

/** A list on its way in: kept with its bytes until a person confirms it, then as the record of what it did. */
export const imports = sqliteTable(
  "catalog_imports",
  {
    id: text("id").primaryKey(),
    actorId: ownedBy(),
    state: text("state", { enum: ["open", "confirmed", "undone", "discarded"] }).notNull(),
    fileName: text("file_name").notNull(),
    /** Dropped when the import is no longer open. */
    bytes: blob("bytes", { mode: "buffer" }),
    /** JSON of the columns chosen for this file; null for GDXP. */
    columnMapping: text("column_mapping"),
    /** JSON of the price list as read. */
    list: text("list"),
    createdAt: integer("created_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    undoneAt: integer("undone_at"),
  },
  (table) => [
    index("catalog_imports_actor").on(table.actorId, table.createdAt),
    check("catalog_imports_state", oneOf(table.state)),
  ],
);

/** What a confirmed import did to each product; `beforeVersion` is null for one it brought. */
export const importChanges = sqliteTable(
  "catalog_import_changes",
  {
    importId: text("import_id")
      .notNull()
      .references(() => imports.id),
    productId: text("product_id")
      .notNull()
      .references(() => products.id),
    actorId: ownedBy(),
    beforeVersion: integer("before_version"),
    afterVersion: integer("after_version").notNull(),
    isRemoval: integer("is_removal", { mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.productId] })],
);

/** Pictures as re-encoded, by the SHA-256 of their bytes; the bytes lie in the data folder. */
export const pictures = sqliteTable(
  "pictures",
  {
    actorId: ownedBy(),
    hash: text("hash").notNull(),
    width: integer("width").notNull(),
    height: integer("height").notNull(),
    byteCount: integer("byte_count").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.actorId, table.hash] }), index("pictures_hash").on(table.hash)],
);

/** Certificates' documents that are PDFs, by the SHA-256 of their bytes, which lie in the data folder. */
export const certificateFiles = sqliteTable(
  "certificate_files",
  {
    actorId: ownedBy(),
    hash: text("hash").notNull(),
    byteCount: integer("byte_count").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.actorId, table.hash] }), index("certificate_files_hash").on(table.hash)],
);

/** Pictures of other nodes' products that one of ours shows: fetched by this node, by the address their producer gave. */
export const pictureCopies = sqliteTable(
  "picture_copies",
  {
    actorId: ownedBy(),
    url: text("url").notNull(),
    /** Of the picture as re-encoded here; null until it is fetched. */
    hash: text("hash"),
    dueAt: integer("due_at"),
    failures: integer("failures").notNull(),
    /** When a catalog or a cycle last named it. */
    seenAt: integer("seen_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.actorId, table.url] }), index("picture_copies_due").on(table.dueAt)],
);

/** One of our actors keeps a dated copy of one producer's catalog. `dueAt` null: up to date as far as we were told. */
export const mirrors = sqliteTable(
  "mirrors",
  {
    actorId: ownedBy(),
    producerId: text("producer_id").notNull(),
    catalogIri: text("catalog_iri").notNull(),
    dueAt: integer("due_at"),
    /** The next fetch reads everything: the first one, after a gap, after new terms. */
    isFullDue: integer("is_full_due", { mode: "boolean" }).notNull(),
    /** `updated` of the catalog as last seen, verbatim. */
    seenUpdated: text("seen_updated"),
    seenSequence: integer("seen_sequence").notNull(),
    /** The highest sequence a digest told of. */
    toldSequence: integer("told_sequence").notNull(),
    /** The pact and revision whose prices this copy shows; "" without a pact. New terms are read anew. */
    termsKey: text("terms_key").notNull().default(""),
    /** When the producer's node last answered us with its catalog. */
    fetchedAt: integer("fetched_at"),
    failures: integer("failures").notNull(),
    lastError: text("last_error"),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.producerId] }),
    index("mirrors_due").on(table.dueAt),
    index("mirrors_producer").on(table.producerId),
  ],
);

/** What a producer's node said of a product, each time it said something new. The highest version is what it says now. */
export const mirrorItems = sqliteTable(
  "mirror_items",
  {
    actorId: ownedBy(),
    producerId: text("producer_id").notNull(),
    itemId: text("item_id").notNull(),
    version: integer("version").notNull(),
    isCurrent: integer("is_current", { mode: "boolean" }).notNull(),
    isGone: integer("is_gone", { mode: "boolean" }).notNull(),
    /** `updated` of the Proposal, verbatim. */
    updated: text("updated").notNull(),
    sortName: text("sort_name").notNull(),
    searchText: text("search_text").notNull(),
    /** JSON of MirroredProduct: checked, sanitised values only. */
    product: text("product").notNull(),
    /** SHA-256 of the whole Proposal and of its public part: two of them under one `updated` are two truths (B16). */
    hash: text("hash").notNull(),
    publicHash: text("public_hash").notNull(),
    isDoubtful: integer("is_doubtful", { mode: "boolean" }).notNull(),
    seenAt: integer("seen_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.itemId, table.version] }),
    index("mirror_items_list").on(table.actorId, table.producerId, table.isCurrent, table.sortName, table.itemId),
    index("mirror_items_truth").on(table.itemId, table.updated),
    foreignKey({
      columns: [table.actorId, table.producerId],
      foreignColumns: [mirrors.actorId, mirrors.producerId],
    }).onDelete("cascade"),
  ],
);

/** An order cycle that a producer announced to one of ours: the dated copy, as its origin last showed it to that reader. */
export const announcedCycles = sqliteTable(
  "announced_cycles",
  {
    actorId: ownedBy(),
    producerId: text("producer_id").notNull(),
    cycleIri: text("cycle_iri").notNull(),
    noteIri: text("note_iri"),
    /** "unread" until its origin answers; "gone" once its origin says so. */
    status: text("status", {
      enum: ["unread", "open", "frozen", "closed", "confirmed", "cancelled", "gone"],
    }).notNull(),
    endsAt: integer("ends_at"),
    revision: integer("revision").notNull(),
    sequence: integer("sequence").notNull(),
    /** JSON of CycleCopy: checked, sanitised values only. */
    copy: text("copy"),
    noticedAt: integer("noticed_at").notNull(),
    fetchedAt: integer("fetched_at"),
    dueAt: integer("due_at"),
    failures: integer("failures").notNull(),
    lastError: text("last_error"),
    /** Since when its origin has been saying otherwise under the same numbers: to be verified by a person. */
    doubtedAt: integer("doubted_at"),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.producerId, table.cycleIri] }),
    index("announced_cycles_due").on(table.dueAt),
    index("announced_cycles_open").on(table.actorId, table.status, table.endsAt),
    index("announced_cycles_producer").on(table.producerId, table.cycleIri),
    index("announced_cycles_note").on(table.noteIri),
    check("announced_cycles_status", oneOf(table.status)),
    check("announced_cycles_read", sql`(${table.copy} IS NULL) = (${table.fetchedAt} IS NULL)`),
  ],
);

/** What the origin of an announced cycle first said under each of its numbers (B16). The first stands. */
export const cycleTexts = sqliteTable(
  "cycle_texts",
  {
    actorId: ownedBy(),
    producerId: text("producer_id").notNull(),
    cycleIri: text("cycle_iri").notNull(),
    part: text("part", { enum: ["state", "content", "line"] }).notNull(),
    name: text("name").notNull(),
    hash: text("hash").notNull(),
    seenAt: integer("seen_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.producerId, table.cycleIri, table.part, table.name] }),
    index("cycle_texts_cycle").on(table.producerId, table.cycleIri),
    check("cycle_texts_part", oneOf(table.part)),
  ],
);
