// What happens to a list of suppliers on its way in: read, its columns settled, compared, confirmed at once, taken back. DOMAIN.md 2.5.
import { createHash, randomBytes } from "node:crypto";
import { type LocalActor, sells } from "../../activitypub/actor.ts";
import { isJsonObject, type JsonObject } from "../../activitypub/json.ts";
import { listActors, loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ColumnGuess, ColumnMapping } from "../../exchange/headings.ts";
import { readSuppliers } from "../../exchange/readSuppliers.ts";
import type { SupplierField } from "../../exchange/supplierColumns.ts";
import type { SupplierSheet } from "../../exchange/supplierSheet.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { bareVatNumber } from "../../kernel/vat.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { queueLetter } from "../../members/letters/letterActions.ts";
import { dropPendingLetters } from "../../members/letters/letterStore.ts";
import { unfollow } from "../../partners/follows/followActions.ts";
import { termsFor } from "../../partners/pacts/pactStore.ts";
import { listFollows } from "../../partners/store.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { type KnownProducer, mergeFacts, plain, planSuppliers, type SupplierPlan, type SupplierStep } from "./plan.ts";
import {
  type Contact,
  deleteContact,
  discardOpenImports,
  type ImportRow,
  insertImport,
  listContacts,
  loadContact,
  loadImport,
  loadLastConfirmed,
  saveContact,
  updateImport,
} from "./store.ts";

/** What these actions need of the node. */
export type SupplierDesk = { readonly wire: Wire; readonly house: Pick<MembersHouse, "mailer"> };
/** Who brings a list into which group. */
export type Bringer = { readonly actorId: string; readonly personId: string };
/** A list against the suppliers that are known; `digest` tells whether anything changed before the yes. */
export type SupplierPreview = {
  readonly row: ImportRow;
  readonly sheet: SupplierSheet;
  readonly plan: SupplierPlan;
  readonly digest: string;
};

const CONTACTS_MAX = 2000;
const FOLLOWS_READ = 2000;

/** Reads an uploaded list with the columns remembered for this group. Nothing of it is done. Refuses as `readSuppliers`. */
export async function startImport(
  { wire }: SupplierDesk,
  by: Bringer,
  file: { name: string; bytes: Buffer },
): Promise<{ importId: string; needsColumns: boolean } | Refusal> {
  const read = await readFile(file, loadLastConfirmed(wire.db.orm, by.actorId)?.columnMapping ?? null);
  if (isRefusal(read) && read.refused !== "columns-unclear") return read;
  const importId = encodeId(randomBytes(16));
  const now = wire.clock.now();
  transact(wire.db, (tx) => {
    discardOpenImports(tx, by.actorId, now + 1);
    const known = isRefusal(read) ? { list: null, columnMapping: null } : toColumns(read);
    const row = { id: importId, actorId: by.actorId, byId: by.personId, state: "open" as const };
    insertImport(tx, { ...row, fileName: file.name, bytes: file.bytes, ...known, createdAt: now, confirmedAt: null });
  });
  return { importId, needsColumns: isRefusal(read) };
}

/** The columns of the file as guessed or chosen so far, with samples, to be corrected. Refuses `no-such-list`. */
export async function askColumns(
  { wire }: SupplierDesk,
  by: Bringer,
  importId: string,
): Promise<{ columns: ColumnGuess<SupplierField>[]; mapping: ColumnMapping<SupplierField> } | Refusal> {
  const row = loadImport(wire.db.orm, by.actorId, importId);
  if (row?.state !== "open" || !row.bytes) return { refused: "no-such-list" };
  const read = await readFile({ name: row.fileName, bytes: row.bytes }, row.columnMapping);
  if (!isRefusal(read)) return read.sheet;
  if (read.refused !== "columns-unclear") return read;
  return { columns: read.columns as ColumnGuess<SupplierField>[], mapping: { hasHeader: true, fields: {} } };
}

/** Reads the file again with the columns a person chose; they are remembered once the import is confirmed. Refuses as `askColumns`. */
export async function chooseImportColumns(
  { wire }: SupplierDesk,
  by: Bringer,
  importId: string,
  mapping: ColumnMapping<SupplierField>,
): Promise<{ importId: string } | Refusal> {
  const row = loadImport(wire.db.orm, by.actorId, importId);
  if (row?.state !== "open" || !row.bytes) return { refused: "no-such-list" };
  const read = await readFile({ name: row.fileName, bytes: row.bytes }, JSON.stringify(mapping));
  if (isRefusal(read)) return read;
  transact(wire.db, (tx) => updateImport(tx, importId, toColumns(read)));
  return { importId };
}

/** The list against what is known now. Refuses `no-such-list`, `columns-unclear` where the columns are still to be chosen. */
export function previewImport(
  { wire, house }: SupplierDesk,
  tx: Tx,
  { actorId }: Bringer,
  importId: string,
): SupplierPreview | Refusal<"no-such-list" | "columns-unclear"> {
  const row = loadImport(tx, actorId, importId);
  if (row?.state !== "open") return { refused: "no-such-list" };
  if (row.list === null) return { refused: "columns-unclear" };
  const sheet = JSON.parse(row.list) as SupplierSheet;
  const producers = listProducers(tx, actorId, wire.origin);
  const plan = planSuppliers(sheet.rows, listContacts(tx, actorId), producers, house.mailer !== null);
  const digest = createHash("sha256").update(JSON.stringify(plan)).digest("hex");
  return { row, sheet, plan, digest };
}

/**
 * Does all of it in one transaction: contacts written down, letters owed where `writes`, who is on Filiera to be found and followed by
 * the clock. Refuses `no-such-list`, `columns-unclear`, `stale-version` when what is known changed since the page was shown,
 * `too-many-rows` beyond what a group may write down.
 */
export function confirmImport(
  desk: SupplierDesk,
  by: Bringer,
  importId: string,
  yes: { readonly digest: string; readonly writes: boolean },
): { done: number } | Refusal {
  const { wire } = desk;
  return transact(wire.db, (tx) => {
    const preview = previewImport(desk, tx, by, importId);
    if (isRefusal(preview)) return preview;
    if (preview.digest !== yes.digest) return { refused: "stale-version" };
    const { actorId, personId: byId } = by;
    const steps = preview.plan.steps.filter(({ does }) => does !== "nothing");
    const rows = listContacts(tx, actorId).length + steps.filter(({ contactId }) => contactId === null).length;
    if (rows > CONTACTS_MAX) return { refused: "too-many-rows", rows, limit: CONTACTS_MAX };
    const now = wire.clock.now();
    for (const step of steps) takeStep(tx, desk, { actorId, importId, now, writes: yes.writes }, step);
    updateImport(tx, importId, { state: "confirmed", bytes: null, list: null, confirmedAt: now, byId });
    const detail = String(steps.length);
    recordAudit(tx, { what: "suppliers-imported", actorId, byId, aboutId: null, detail, at: now });
    return { done: steps.length };
  });
}

type Taking = { readonly actorId: string; readonly importId: string; readonly now: number; readonly writes: boolean };

function takeStep(tx: Tx, desk: SupplierDesk, { actorId, importId, now, writes }: Taking, step: SupplierStep): void {
  const {
    row: { row: _, ...facts },
    does,
    contactId,
    peer,
  } = step;
  const before = contactId === null ? undefined : loadContact(tx, contactId);
  const base: Contact = before ?? {
    ...{ id: encodeId(randomBytes(16)), actorId, importId, ...facts, state: "kept", peer: null, problem: null },
    ...{ isFollowedByList: false, attempts: 0, nextAt: null, invitedAt: null, createdAt: now, updatedAt: now },
  };
  const merged: Contact = { ...base, ...mergeFacts(base, facts), updatedAt: now };
  const isSought = does === "follow" || does === "find";
  saveContact(tx, isSought ? { ...merged, state: "to-find", peer, attempts: 0, nextAt: now, problem: null } : merged);
  if (does === "invite" && writes) oweLetter(tx, desk, merged, now);
}

/** Lets an import go that nobody confirmed. */
export function discardImport({ wire }: SupplierDesk, { actorId }: Bringer): void {
  transact(wire.db, (tx) => discardOpenImports(tx, actorId, wire.clock.now() + 1));
}

/**
 * Takes the last import back: contacts that it made go, with letters that have not left; whom it began to follow is left again. Who was
 * written to, and with whom a pact stands, stays and is counted. Refuses `no-such-list`.
 */
export function undoImport(
  { wire }: SupplierDesk,
  { actorId, personId: byId }: Bringer,
  importId: string,
): { taken: number; kept: number } | Refusal {
  const left: string[] = [];
  const done = transact(wire.db, (tx) => {
    const last = loadLastConfirmed(tx, actorId);
    if (last?.id !== importId || last.state !== "confirmed") return { refused: "no-such-list" };
    const made = listContacts(tx, actorId).filter((contact) => contact.importId === importId);
    const taken = made.filter((contact) => {
      dropPendingLetters(tx, "supplier", contact.id);
      const isBound = contact.peer !== null && termsFor(tx, actorId, contact.peer) !== null;
      return contact.state !== "invited" && !isBound;
    });
    for (const { id, peer, isFollowedByList } of taken) {
      if (peer !== null && isFollowedByList) left.push(peer);
      deleteContact(tx, id);
    }
    updateImport(tx, importId, { state: "undone" });
    const counts = { taken: taken.length, kept: made.length - taken.length };
    const detail = `${counts.taken} / ${counts.kept}`;
    const at = wire.clock.now();
    recordAudit(tx, { what: "suppliers-import-undone", actorId, byId, aboutId: null, detail, at });
    return counts;
  });
  for (const peer of left) unfollow(wire, actorId, peer);
  return done;
}

/** Writes to a supplier that is only written down. Refuses `not-found`, `no-mail`, `wrong-state`. */
export function inviteContact(desk: SupplierDesk, { actorId }: Bringer, id: string): Contact | Refusal {
  return transact(desk.wire.db, (tx) => {
    const contact = loadContact(tx, id);
    if (contact?.actorId !== actorId) return { refused: "not-found" };
    if (!desk.house.mailer) return { refused: "no-mail" };
    const isWritable = contact.state === "kept" || contact.state === "not-found";
    if (!isWritable || contact.email === "") return { refused: "wrong-state", state: contact.state };
    return oweLetter(tx, desk, contact, desk.wire.clock.now());
  });
}

/** Forgets a supplier. Whom the group follows it goes on following. Refuses `not-found`. */
export function removeContact({ wire }: SupplierDesk, { actorId }: Bringer, id: string): { removed: string } | Refusal {
  return transact(wire.db, (tx) => {
    if (loadContact(tx, id)?.actorId !== actorId) return { refused: "not-found" };
    dropPendingLetters(tx, "supplier", id);
    deleteContact(tx, id);
    return { removed: id };
  });
}

function oweLetter(tx: Tx, { house }: SupplierDesk, contact: Contact, now: number): Contact {
  if (!queueLetter(tx, house, { actorId: contact.actorId, kind: "supplier", subjectId: contact.id }, now))
    return contact;
  const invited: Contact = { ...contact, state: "invited", problem: null, invitedAt: now, updatedAt: now };
  saveContact(tx, invited);
  return invited;
}

/** Who sells on this node, and whoever else that sells the group follows. */
function listProducers(tx: Tx, actorId: string, origin: string): KnownProducer[] {
  const own = listActors(tx).filter(({ id, kind, goneAt }) => kind === "producer" && goneAt === null && id !== actorId);
  const followed = listFollows(tx, actorId, "out", "accepted", FOLLOWS_READ).flatMap(
    ({ peer }) => loadRemoteActor(tx, peer) ?? [],
  );
  return [
    ...own.map((actor) => describeOwn(actor, origin)),
    ...followed
      .filter(({ kind }) => sells(kind))
      .map(({ id, handle, document }) => ({
        id,
        names: [plain(id), ...(handle ? [plain(handle)] : [])],
        vatNumber: readVatNumber(document),
      })),
  ];
}

function describeOwn({ id, handle, vatNumber }: LocalActor, origin: string): KnownProducer {
  return { id, names: [plain(id), `${handle}@${new URL(origin).host}`], vatNumber };
}

/** What an actor says its VAT number is; whether it is true nobody has checked. */
function readVatNumber({ attachment }: JsonObject): string {
  const facts = (Array.isArray(attachment) ? attachment : [attachment]).filter(
    (one): one is JsonObject => one !== undefined && isJsonObject(one),
  );
  const said = facts.find(({ name }) => name === "Partita IVA")?.value;
  return typeof said === "string" ? bareVatNumber(said) : "";
}

/** `mapping` is the JSON of a column mapping, as rows keep it. */
function readFile({ name, bytes }: { name: string; bytes: Buffer }, mapping: string | null) {
  return readSuppliers(bytes, name, mapping ? { mapping: JSON.parse(mapping) as ColumnMapping<SupplierField> } : {});
}

function toColumns(read: SupplierSheet): { list: string; columnMapping: string } {
  return { list: JSON.stringify(read), columnMapping: JSON.stringify(read.sheet.mapping) };
}
