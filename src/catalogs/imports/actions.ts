// What happens to a price list on its way in: read, its columns settled, compared, confirmed at once, undone; and out.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { LocalActor } from "../../activitypub/actor.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ColumnMapping } from "../../exchange/columns.ts";
import { writeGdxp } from "../../exchange/gdxpWrite.ts";
import { writeListCsv } from "../../exchange/listOut.ts";
import type { Party, PriceList } from "../../exchange/priceList.ts";
import { type PriceListRead, readPriceList, type SheetGuess } from "../../exchange/readPriceList.ts";
import { encodeId } from "../../kernel/ids.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { romeTime } from "../../kernel/time.ts";
import { type CatalogChange, changeCatalog } from "../actions.ts";
import type { CatalogWire } from "../activities.ts";
import { toListed } from "../listed.ts";
import { compareListing, isDoubtful, type Listing } from "../listing.ts";
import type { Product } from "../product.ts";
import { listCurrentProducts, loadCatalog, loadProduct, loadProductVersion, saveColumnMapping } from "../store.ts";
import {
  discardOpenImports,
  type ImportRow,
  insertImport,
  insertImportChange,
  listImportChanges,
  loadImport,
  loadLastImport,
  updateImport,
} from "./store.ts";

/** What stays of a file once read: the list of one supplier, and how its sheet was understood. */
type ReadList = {
  readonly format: PriceListRead["format"];
  readonly list: PriceList;
  /** Suppliers of the same file that were left out. */
  readonly others: readonly string[];
  readonly sheet: SheetGuess | null;
};

/** A list in the file's own words and in ours, and the moment of the catalog it was compared with. */
export type Preview = {
  readonly row: ImportRow;
  readonly read: ReadList;
  readonly listing: Listing;
  readonly sequence: number;
};

export type StartedImport = { readonly importId: string; readonly needsColumns: boolean };

/** What to do with products that the list no longer names. */
export const GONE_CHOICES = ["keep", "pause", "remove"] as const;
type GoneChoice = (typeof GONE_CHOICES)[number];

/** Reads an uploaded file with the columns remembered for this producer. Nothing of the catalog changes. */
export async function startImport(
  wire: CatalogWire,
  actor: LocalActor,
  file: { name: string; bytes: Buffer },
): Promise<StartedImport | Refusal> {
  const remembered = loadCatalog(wire.db.orm, actor.id)?.columnMapping ?? null;
  const read = await readFile(file, remembered);
  if ("refused" in read && read.refused !== "columns-unclear") return read;
  const importId = encodeId(randomBytes(16));
  transact(wire.db, (tx) => {
    discardOpenImports(tx, actor.id);
    const known = "refused" in read ? { list: null, columnMapping: null } : toColumns(read);
    const times = { createdAt: wire.clock.now(), confirmedAt: null, undoneAt: null };
    const row = { id: importId, actorId: actor.id, state: "open" as const, fileName: file.name, bytes: file.bytes };
    insertImport(tx, { ...row, ...known, ...times });
  });
  return { importId, needsColumns: "refused" in read };
}

/** The columns of the file as guessed or chosen so far, with samples, to be corrected. */
export async function askColumns(
  wire: CatalogWire,
  actor: LocalActor,
  importId: string,
): Promise<Pick<SheetGuess, "columns" | "mapping"> | Refusal> {
  const row = loadImport(wire.db.orm, actor.id, importId);
  if (row?.state !== "open" || !row.bytes) return { refused: "no-such-import" };
  const read = await readFile({ name: row.fileName, bytes: row.bytes }, row.columnMapping);
  if (!("refused" in read)) return read.sheet ?? { refused: "no-columns" };
  if (read.refused !== "columns-unclear") return read;
  return { columns: read.columns as SheetGuess["columns"], mapping: { hasHeader: true, fields: {} } };
}

/** Reads the file again with the columns a person chose. They are remembered once the import is confirmed. */
export async function chooseImportColumns(
  wire: CatalogWire,
  actor: LocalActor,
  importId: string,
  mapping: ColumnMapping,
): Promise<StartedImport | Refusal> {
  const row = loadImport(wire.db.orm, actor.id, importId);
  if (row?.state !== "open" || !row.bytes) return { refused: "no-such-import" };
  const read = await readFile({ name: row.fileName, bytes: row.bytes }, JSON.stringify(mapping));
  if ("refused" in read) return read;
  transact(wire.db, (tx) => updateImport(tx, importId, toColumns(read)));
  return { importId, needsColumns: false };
}

/** The list against the catalog as it is now. `columns-unclear` where the columns are still to be chosen. */
export function previewImport(
  tx: Tx,
  actorId: string,
  importId: string,
): Preview | Refusal<"no-such-import" | "columns-unclear"> {
  const row = loadImport(tx, actorId, importId);
  if (row?.state !== "open") return { refused: "no-such-import" };
  if (row.list === null) return { refused: "columns-unclear" };
  const read = JSON.parse(row.list) as ReadList;
  const listing = compareListing(listCurrentProducts(tx, actorId), read.list.products, read.list.badRows);
  return { row, read, listing, sequence: loadCatalog(tx, actorId)?.sequence ?? 0 };
}

/** A person's yes: which lines, what of the missing products, and the moment of the catalog they looked at. */
export type Confirmation = {
  readonly rows: ReadonlySet<number>;
  readonly gone: GoneChoice;
  readonly sequence: number;
};

export type ImportCounts = { readonly added: number; readonly changed: number; readonly gone: number };

/** Does all of it in one transaction with one digest, or nothing. `stale-version` when the catalog moved on meanwhile. */
export function confirmImport(
  wire: CatalogWire,
  actor: LocalActor,
  importId: string,
  { rows, gone, sequence }: Confirmation,
): ImportCounts | Refusal {
  return transact(wire.db, (tx) => {
    const preview = previewImport(tx, actor.id, importId);
    if ("refused" in preview) return preview;
    if (preview.sequence !== sequence) return { refused: "stale-version" };
    const planned = planChanges(tx, preview.listing, rows, gone);
    const changes = [...planned.added, ...planned.changed, ...planned.gone];
    const after = changeCatalog(wire, tx, actor, changes, "import");
    for (const [i, product] of after.entries()) insertImportChange(tx, toImportChange(importId, changes[i]!, product));
    const now = wire.clock.now();
    const { columnMapping } = preview.row;
    if (columnMapping !== null) saveColumnMapping(tx, actor.id, columnMapping, now);
    updateImport(tx, importId, { state: "confirmed", bytes: null, list: null, confirmedAt: now });
    return { added: planned.added.length, changed: planned.changed.length, gone: planned.gone.length };
  });
}

/** Rows a person need not look at: everything but what is doubtful. */
export function trustedRows({ added, changed }: Listing): Set<number> {
  return new Set([...added, ...changed].filter((line) => !isDoubtful(line)).map(({ row }) => row));
}

/**
 * Takes back the last confirmed import: former versions return as new ones, products it brought go, those it took away come
 * back. What somebody edited since stays as it is and is counted.
 */
export function undoImport(
  wire: CatalogWire,
  actor: LocalActor,
  importId: string,
): { restored: number; kept: number } | Refusal<"no-such-import"> {
  return transact(wire.db, (tx) => {
    if (loadLastImport(tx, actor.id)?.id !== importId) return { refused: "no-such-import" };
    const steps = listImportChanges(tx, importId);
    const changes = steps.flatMap((step): CatalogChange[] => {
      const product = loadProduct(tx, step.productId);
      assert(product, "an imported product stays");
      const isUntouched = product.version === step.afterVersion && (product.removedAt !== null) === step.isRemoval;
      if (!isUntouched) return [];
      if (step.beforeVersion === null) return [{ kind: "remove", product }];
      const former = loadProductVersion(tx, step.productId, step.beforeVersion);
      assert(former, "versions are never deleted");
      return [{ kind: "revise", product, facts: former.facts }];
    });
    changeCatalog(wire, tx, actor, changes, "undo");
    updateImport(tx, importId, { state: "undone", undoneAt: wire.clock.now() });
    return { restored: changes.length, kept: steps.length - changes.length };
  });
}

/** Lets an import go that nobody confirmed. */
export function discardImport(wire: CatalogWire, actor: LocalActor): void {
  transact(wire.db, (tx) => discardOpenImports(tx, actor.id));
}

/**
 * For the command line: reads a file, compares, and with `confirm` takes over every line that is not doubtful; what is gone
 * stays. The listing says the rest.
 */
export async function importCatalogFile(
  wire: CatalogWire,
  actor: LocalActor,
  bytes: Buffer,
  filename: string,
  { confirm }: { confirm: boolean },
): Promise<{ importId: string; listing: Listing; counts: ImportCounts | null } | Refusal> {
  const started = await startImport(wire, actor, { name: filename, bytes });
  if ("refused" in started) return started;
  const preview = previewImport(wire.db.orm, actor.id, started.importId);
  if ("refused" in preview) return preview;
  const { listing, sequence } = preview;
  const wish = { rows: trustedRows(listing), gone: "keep" as const, sequence };
  const counts = confirm ? confirmImport(wire, actor, started.importId, wish) : null;
  if (counts && "refused" in counts) return counts;
  return { importId: started.importId, listing, counts };
}

/** The catalog as a file for other programs; `now` is epoch ms, the CSV's headings are in the language. */
export function exportCatalog(
  tx: Tx,
  actor: LocalActor,
  format: "gdxp" | "csv",
  { now, language }: { now: number; language: "it" | "en" },
): string {
  const products = listCurrentProducts(tx, actor.id).map(({ facts }, i) => toListed(facts, i + 1));
  if (format === "csv") return writeListCsv(products, language);
  const contacts = [{ kind: "webSite" as const, value: actor.id }];
  const nowhere = { vatNumber: null, taxCode: null, street: "", zipCode: "", note: "" };
  const supplier: Party = { name: actor.name, locality: actor.place, contacts, ...nowhere };
  const blocks = [{ supplier, products, modifiers: [], order: null }];
  return writeGdxp({ createdOn: romeTime(now).date, subject: supplier, blocks });
}

/** `mapping` is the JSON of a column mapping, as rows keep it. */
async function readFile(
  { name, bytes }: { name: string; bytes: Buffer },
  mapping: string | null,
): Promise<ReadList | Refusal> {
  const read = await readPriceList(bytes, name, mapping ? { mapping: JSON.parse(mapping) as ColumnMapping } : {});
  if ("refused" in read) return read;
  const [list, ...rest] = read.lists.toSorted((one, other) => other.products.length - one.products.length);
  assert(list, "a file that was read has a list");
  const others = rest.map(({ supplier }) => supplier?.name ?? "").slice(0, 20);
  return { format: read.format, list, others, sheet: read.sheet };
}

function toColumns(read: ReadList): { list: string; columnMapping: string | null } {
  return { list: JSON.stringify(read), columnMapping: read.sheet && JSON.stringify(read.sheet.mapping) };
}

function planChanges(tx: Tx, listing: Listing, rows: ReadonlySet<number>, gone: GoneChoice) {
  const current = (id: string): Product => {
    const product = loadProduct(tx, id);
    assert(product, "the preview was made in this transaction");
    return product;
  };
  const added = listing.added.filter(({ row }) => rows.has(row));
  const changed = listing.changed.filter(({ row }) => rows.has(row));
  const leaving = listing.gone.filter(({ facts }) => gone === "remove" || (gone === "pause" && facts.isActive));
  return {
    added: added.map(({ after }): CatalogChange => ({ kind: "add", facts: after })),
    changed: changed.map(
      ({ product, after }): CatalogChange => ({ kind: "revise", product: current(product.id), facts: after }),
    ),
    gone: leaving.map(({ id }): CatalogChange => {
      const product = current(id);
      if (gone === "remove") return { kind: "remove", product };
      return { kind: "revise", product, facts: { ...product.facts, isActive: false } };
    }),
  };
}

function toImportChange(importId: string, change: CatalogChange, after: Product) {
  return {
    importId,
    productId: after.id,
    actorId: after.actorId,
    beforeVersion: change.kind === "add" ? null : change.product.version,
    afterVersion: after.version,
    isRemoval: change.kind === "remove",
  };
}
