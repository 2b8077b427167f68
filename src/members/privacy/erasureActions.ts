// A person leaves for good: what would be left open stops it with a word; then who they were is wiped, what they booked and paid stays under
// an id that leads to nobody, and a list beside the database keeps it so after a restore. Art. 17 GDPR, SAFETY 9, C52.
import { deleteFact, loadFact, saveFact } from "../../db/facts.ts";
import { isStorageTrouble } from "../../db/storageTrouble.ts";
import { type Db, type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { romeTime } from "../../kernel/time.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { killSessions } from "../../web/store.ts";
import { holdsRole } from "../../web/visitor.ts";
import { type Language, words } from "../../web/words.ts";
import { householdLeftAlone, type LeaveDesk, leaveNow, weighLeaving } from "../households/leaveActions.ts";
import { countOtherNodeAdmins, listPlaces, saveErased } from "../seatStore.ts";
import { loadPerson, loadPersonRow } from "../store.ts";
import { wipePersonRows } from "./personDataStore.ts";

/** The orders in which a household booked and that are not settled yet, by name: from the room that knows orders. */
export type OpenOrdersOf = (tx: Tx, actorId: string, householdId: string) => readonly string[];

/** What erasing needs of the node. `keepErasure` writes the list beside the database, on disk when it returns. */
export type ErasureDesk = LeaveDesk & {
  readonly language: Language;
  readonly openOrdersOf: OpenOrdersOf;
  readonly keepErasure: (erasure: { readonly personId: string; readonly at: number }) => void;
};

/** A file as big as this is written anew at night. */
const BIG_BYTES = 256 * 1024 * 1024;
const SWEEP = "erasure-sweep";

/** What stands in the way of a person's erasure; null: nothing. Refuses `not-found`, `last-admin`, `household-open`, `orders-open` {orders}. */
export function weighErasure(desk: ErasureDesk, tx: Tx, personId: string): Refusal | null {
  const row = loadPersonRow(tx, personId);
  if (!row || row.erasedAt !== null) return { refused: "not-found" };
  if (row.nodeAdmin && countOtherNodeAdmins(tx, personId) === 0) return { refused: "last-admin" };
  for (const actorId of actorsOf(tx, personId)) {
    const householdId = householdLeftAlone(tx, { actorId, personId });
    const orders = householdId === undefined ? [] : desk.openOrdersOf(tx, actorId, householdId);
    if (orders.length > 0) return { refused: "orders-open", orders: orders.slice(0, 5).join(", ") };
    const open = weighLeaving(tx, desk, { actorId, personId });
    if (open) return open;
  }
  return null;
}

/**
 * Erases a person, by themselves or by who may: who looks after the node (null: on the command line), or who administers every actor they sit at. Refuses `not-found`,
 * `sits-elsewhere`, and as `weighErasure`.
 */
export function erasePerson(desk: ErasureDesk, personId: string, byId: string | null): { erased: string } | Refusal {
  const at = desk.clock.now();
  return transact(desk.db, (tx) => {
    const refusal = refuseEraser(tx, personId, byId) ?? weighErasure(desk, tx, personId);
    if (refusal) return refusal;
    wipePerson(desk, tx, personId, byId, at);
    recordAudit(tx, { what: "erased", actorId: null, byId, aboutId: personId, detail: "", at });
    desk.keepErasure({ personId, at });
    return { erased: personId };
  });
}

/** Does again, on data that come from before them, the erasures of the list beside the database. Gives how many there were to do. */
export function replayErasures(
  desk: Pick<ErasureDesk, "db" | "language">,
  list: readonly { readonly personId: string }[],
  at: number,
): number {
  return transact(desk.db, (tx) => {
    const due = list.filter(({ personId }) => loadPersonRow(tx, personId)?.erasedAt === null);
    for (const { personId } of due) {
      wipePerson(desk, tx, personId, null, at);
      recordAudit(tx, { what: "erased-again", actorId: null, byId: null, aboutId: personId, detail: "", at });
    }
    return due.length;
  });
}

/** Writes the file anew after an erasure, so that no byte of who was erased lies in what it no longer uses. */
export function sweepErased(db: Db): ClockTask {
  const sweep = (now: number) => {
    if (loadFact(db.orm, SWEEP) === undefined) return;
    const bytes =
      Number(db.raw.pragma("page_count", { simple: true })) * Number(db.raw.pragma("page_size", { simple: true }));
    const { time } = romeTime(now);
    if (bytes > BIG_BYTES && (time < "02:00" || time > "05:00")) return;
    try {
      db.raw.exec("VACUUM");
      db.raw.pragma("wal_checkpoint(TRUNCATE)");
    } catch (error) {
      // It takes the room of a second file: where there is none, the next time is soon.
      if (!isStorageTrouble(error)) throw error;
      return;
    }
    transact(db, (tx) => deleteFact(tx, SWEEP));
  };
  return { name: "sweep what was erased", everyMs: 60_000, run: sweep };
}

function refuseEraser(tx: Tx, personId: string, byId: string | null): Refusal | null {
  if (byId === null || personId === byId) return null;
  const by = loadPerson(tx, byId);
  const actors = actorsOf(tx, personId);
  const isMine = (actorId: string) => holdsRole(by, actorId, ["admin"]);
  if (!by || (!by.nodeAdmin && !actors.some(isMine))) return { refused: "not-found" };
  const isOnlyMine = actors.every(isMine) && loadPersonRow(tx, personId)?.nodeAdmin === false;
  return by.nodeAdmin || isOnlyMine ? null : { refused: "sits-elsewhere" };
}

/** Wipes who a person was, in the caller's transaction: out of every household and seat, every row as the data map says. */
export function wipePerson(
  desk: Pick<ErasureDesk, "db" | "language">,
  tx: Tx,
  personId: string,
  byId: string | null,
  at: number,
): void {
  for (const actorId of actorsOf(tx, personId)) leaveNow(tx, { actorId, personId }, byId, at);
  killSessions(tx, personId, null);
  wipePersonRows(desk.db, personId, words(desk.language)("privacy.gone"));
  saveErased(tx, personId, at);
  saveFact(tx, SWEEP, String(at));
}

function actorsOf(tx: Tx, personId: string): string[] {
  return [...new Set(listPlaces(tx, personId).map(({ actorId }) => actorId))];
}
