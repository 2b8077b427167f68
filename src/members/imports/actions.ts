// What happens to a list of members on its way in: read, its columns settled, compared, confirmed at once, taken back; and who it brought is
// written to when somebody says so. DOMAIN.md 2.5, EXPERIENCE.md 2.8.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { type Tx, transact } from "../../db/transact.ts";
import type { ColumnGuess, ColumnMapping } from "../../exchange/headings.ts";
import type { MemberField } from "../../exchange/memberColumns.ts";
import type { MemberSheet } from "../../exchange/memberSheet.ts";
import { readMembers } from "../../exchange/readMembers.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { words } from "../../web/words.ts";
import { type MembersHouse, makePerson } from "../actions.ts";
import {
  ensureHousehold,
  householdOf,
  listHouseholdPeople,
  listHouseholds,
  placeInHousehold,
  saveHouseholdName,
} from "../households/householdStore.ts";
import { listSeated } from "../seatStore.ts";
import { plainAddress } from "../signIn.ts";
import { insertSeat } from "../store.ts";
import { type Comparison, compareRoll, type Roll, type RollLine } from "./roll.ts";
import {
  discardOpenImports,
  type ImportRow,
  insertImport,
  insertStep,
  loadColumnMapping,
  loadImport,
  updateImport,
} from "./store.ts";

/** A balance a household brings along; `row` of the list `listId`. Cents as people say them. */
type Opening = {
  readonly actorId: string;
  readonly listId: string;
  readonly row: number;
  readonly householdId: string;
  readonly cents: number;
};
type Bringing = {
  readonly personId: string;
  readonly ownHouseholdId: string | null;
  readonly at: number;
  readonly memo: string;
};

/** What the room of money does with opening balances, in the caller's transaction. */
export type OpeningBook = {
  readonly listWithOpening: (tx: Tx, actorId: string) => ReadonlySet<string>;
  /** About the household of who brings it in a second person is asked. */
  readonly openBalance: (tx: Tx, opening: Opening, by: Bringing) => { moved: number } | { asked: string } | Refusal;
  readonly takeBackOpening: (tx: Tx, opening: Opening, by: Bringing) => { moved: number } | Refusal;
  readonly isUntouched: (tx: Tx, actorId: string, householdId: string, movements: readonly number[]) => boolean;
};

/** What these actions need of the node. */
export type ImportDesk = MembersHouse & { readonly openings: OpeningBook };

/** Who brings a list into which GAS. `mayAdd`: they administer it, and may make people; else balances alone. */
export type Importer = { readonly actorId: string; readonly personId: string; readonly mayAdd: boolean };

export type StartedImport = { readonly importId: string; readonly needsColumns: boolean };

/** A list against the people who are here; `digest` tells whether anything changed before the yes. */
export type Preview = {
  readonly row: ImportRow;
  readonly sheet: MemberSheet;
  readonly comparison: Comparison;
  readonly digest: string;
};

/** Reads an uploaded list with the columns remembered for this GAS. Nothing of it is done. Refuses as `readMembers`. */
export async function startImport(
  desk: ImportDesk,
  by: Importer,
  file: { name: string; bytes: Buffer },
): Promise<StartedImport | Refusal> {
  const read = await readFile(file, loadColumnMapping(desk.db.orm, by.actorId));
  if (isRefusal(read) && read.refused !== "columns-unclear") return read;
  const importId = encodeId(randomBytes(16));
  const now = desk.clock.now();
  transact(desk.db, (tx) => {
    discardOpenImports(tx, by.actorId, now + 1);
    const known = isRefusal(read) ? { list: null, columnMapping: null } : toColumns(read);
    const times = { createdAt: now, confirmedAt: null, undoneAt: null };
    const row = { id: importId, actorId: by.actorId, byId: by.personId, state: "open" as const };
    insertImport(tx, { ...row, fileName: file.name, bytes: file.bytes, ...known, ...times });
  });
  return { importId, needsColumns: isRefusal(read) };
}

/** The columns of the file as guessed or chosen so far, with samples, to be corrected. */
export async function askColumns(
  desk: ImportDesk,
  by: Importer,
  importId: string,
): Promise<{ columns: ColumnGuess<MemberField>[]; mapping: ColumnMapping<MemberField> } | Refusal> {
  const row = loadImport(desk.db.orm, by.actorId, importId);
  if (row?.state !== "open" || !row.bytes) return { refused: "no-such-list" };
  const read = await readFile({ name: row.fileName, bytes: row.bytes }, row.columnMapping);
  if (!isRefusal(read)) return read.sheet;
  if (read.refused !== "columns-unclear") return read;
  return { columns: read.columns as ColumnGuess<MemberField>[], mapping: { hasHeader: true, fields: {} } };
}

/** Reads the file again with the columns a person chose. They are remembered once the import is confirmed. */
export async function chooseImportColumns(
  desk: ImportDesk,
  by: Importer,
  importId: string,
  mapping: ColumnMapping<MemberField>,
): Promise<StartedImport | Refusal> {
  const row = loadImport(desk.db.orm, by.actorId, importId);
  if (row?.state !== "open" || !row.bytes) return { refused: "no-such-list" };
  const read = await readFile({ name: row.fileName, bytes: row.bytes }, JSON.stringify(mapping));
  if (isRefusal(read)) return read;
  transact(desk.db, (tx) => updateImport(tx, importId, toColumns(read)));
  return { importId, needsColumns: false };
}

/** The list against the people as they are now. `columns-unclear` where the columns are still to be chosen. */
export function previewImport(
  desk: ImportDesk,
  tx: Tx,
  by: Importer,
  importId: string,
): Preview | Refusal<"no-such-list" | "columns-unclear"> {
  const row = loadImport(tx, by.actorId, importId);
  if (row?.state !== "open") return { refused: "no-such-list" };
  if (row.list === null) return { refused: "columns-unclear" };
  const sheet = JSON.parse(row.list) as MemberSheet;
  const comparison = compareRoll(loadRoll(desk, tx, by), sheet.rows);
  const digest = createHash("sha256").update(JSON.stringify(comparison)).digest("hex");
  return { row, sheet, comparison, digest };
}

/** What an import came to. `asked`: balances that wait for a second person. */
export type ImportCounts = {
  readonly people: number;
  readonly households: number;
  readonly openings: number;
  readonly asked: number;
};

/**
 * Does all of it in one transaction, or nothing. Refuses `no-such-list`, `columns-unclear`, `stale-version` when people or balances
 * changed since the page was shown, and what the ledger refuses.
 */
export function confirmImport(
  desk: ImportDesk,
  by: Importer,
  importId: string,
  digest: string,
): ImportCounts | Refusal {
  const at = desk.clock.now();
  return transact(desk.db, (tx) => {
    const preview = previewImport(desk, tx, by, importId);
    if (isRefusal(preview)) return preview;
    if (preview.digest !== digest) return { refused: "stale-version" };
    const { actorId, personId: byId } = by;
    const done = bringIn(desk, tx, by, importId, preview.comparison, at);
    if (isRefusal(done)) return done;
    updateImport(tx, importId, { state: "confirmed", bytes: null, list: null, confirmedAt: at, byId });
    const detail = `${done.people} / ${done.households} / ${done.openings + done.asked}`;
    recordAudit(tx, { what: "people-imported", actorId, byId, aboutId: null, detail, at });
    return done;
  });
}

/** Lets an import go that nobody confirmed. */
export function discardImport(desk: ImportDesk, by: Importer): void {
  transact(desk.db, (tx) => discardOpenImports(tx, by.actorId, desk.clock.now() + 1));
}

function bringIn(
  desk: ImportDesk,
  tx: Tx,
  by: Importer,
  importId: string,
  { added, here }: Comparison,
  at: number,
): ImportCounts | Refusal {
  const { actorId, personId } = by;
  const ownHouseholdId = householdOf(tx, actorId, personId)?.id ?? null;
  const memo = words(desk.language)("imports.memo");
  const made = new Map<string, string>();
  let [openings, asked] = [0, 0];
  for (const line of [...added, ...here]) {
    const { row, openingCents: cents } = line;
    if (line.personId !== null && cents === null) continue;
    const placed = line.personId === null ? addPerson(tx, by, line, made, at) : { personId: null, ...placeOf(line) };
    const opening = { actorId, listId: importId, row: row.row, householdId: placed.householdId };
    const opened =
      cents === null
        ? null
        : desk.openings.openBalance(tx, { ...opening, cents }, { personId, ownHouseholdId, at, memo });
    if (isRefusal(opened)) return opened;
    const transactionId = opened && "moved" in opened ? opened.moved : null;
    if (opened && "asked" in opened) asked++;
    if (transactionId !== null) openings++;
    const posted = transactionId === null ? null : cents;
    insertStep(tx, { importId, row: row.row, actorId, ...placed, transactionId, cents: posted, welcomedAt: null });
  }
  return { people: added.length, households: made.size, openings, asked };
}

/** A person of the list with their seats, in the household the row says; one that is not here yet is made, under its name. */
function addPerson(
  tx: Tx,
  { actorId, personId: byId }: Importer,
  { row, household }: RollLine,
  made: Map<string, string>,
  at: number,
): { personId: string; householdId: string } {
  assert(household, "who is new comes with a household");
  const { name, email, phone, roles } = row;
  const personId = makePerson(tx, { name, email, phone, nodeAdmin: false, now: at });
  const known = "id" in household ? household.id : made.get(household.key);
  if (known !== undefined) placeInHousehold(tx, actorId, personId, known);
  const householdId = known ?? ensureHousehold(tx, actorId, personId, at);
  if (known === undefined && "key" in household) {
    saveHouseholdName(tx, householdId, household.name);
    made.set(household.key, householdId);
  }
  for (const role of roles) insertSeat(tx, { personId, actorId, role, createdAt: at });
  const given = roles.filter((role) => role !== "member").join(", ");
  if (given !== "") recordAudit(tx, { what: "roles", actorId, byId, aboutId: personId, detail: given, at });
  return { personId, householdId };
}

function placeOf({ household }: RollLine): { householdId: string } {
  assert(household && "id" in household, "a balance of who is here has a household");
  return { householdId: household.id };
}

function loadRoll({ openings }: ImportDesk, tx: Tx, { actorId, mayAdd }: Importer): Roll {
  const homes = new Map(
    listHouseholdPeople(tx, actorId).map(({ personId, householdId }) => [personId, householdId] as const),
  );
  const opened = openings.listWithOpening(tx, actorId);
  const people = listSeated(tx, actorId).map(({ personId, name, email }) => ({
    personId,
    name,
    email: email === null ? null : plainAddress(email),
    householdId: homes.get(personId) ?? null,
  }));
  const households = listHouseholds(tx, actorId).map(({ id, name }) => ({ id, name, hasOpening: opened.has(id) }));
  return { people, households, mayAdd };
}

/** `mapping` is the JSON of a column mapping, as rows keep it. */
function readFile({ name, bytes }: { name: string; bytes: Buffer }, mapping: string | null) {
  return readMembers(bytes, name, mapping ? { mapping: JSON.parse(mapping) as ColumnMapping<MemberField> } : {});
}

function toColumns(read: MemberSheet): { list: string; columnMapping: string } {
  return { list: JSON.stringify(read), columnMapping: JSON.stringify(read.sheet.mapping) };
}
