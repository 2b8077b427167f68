// After a list of members came in: taking it back while nobody used it, and writing to who it brought.
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { words } from "../../web/words.ts";
import { inviteWithin, type MembersHouse } from "../actions.ts";
import { householdOf, listHouseholdPeople, loadHousehold } from "../households/householdStore.ts";
import { queueNotice } from "../notices/noticeActions.ts";
import { type OpenOrdersOf, wipePerson } from "../privacy/erasureActions.ts";
import { listPlaces } from "../seatStore.ts";
import { loadActorName, loadPersonRow } from "../store.ts";
import type { ImportDesk, Importer } from "./actions.ts";
import {
  discardOpenImports,
  type ImportStep,
  listNewcomers,
  listSteps,
  loadLastImport,
  saveWelcomed,
  updateImport,
} from "./store.ts";

const OPEN_KEPT_MS = 86_400_000;

/** What taking back needs besides. */
export type UndoDesk = ImportDesk & { readonly openOrdersOf: OpenOrdersOf };

/**
 * Takes back the last confirmed import, household by household: openings by their mirror, people it made and their seats. A household in
 * which somebody came in, was invited, booked or moved money since stays as it is and is counted. Refuses `no-such-list`, `not-found` for
 * who may not take people away.
 */
export function undoImport(desk: UndoDesk, by: Importer, importId: string): { taken: number; kept: number } | Refusal {
  const at = desk.clock.now();
  return transact(desk.db, (tx) => {
    const { actorId, personId: byId } = by;
    const last = loadLastImport(tx, actorId);
    if (last?.id !== importId) return { refused: "no-such-list" };
    const steps = listSteps(tx, importId);
    if (!by.mayAdd && steps.some(({ personId }) => personId !== null)) return { refused: "not-found" };
    const homes = Map.groupBy(listHouseholdPeople(tx, actorId), (one) => one.householdId);
    let taken = 0;
    for (const [householdId, theirs] of Map.groupBy(steps, (step) => step.householdId)) {
      // Into a household that the list made somebody else was invited: what it has is theirs too.
      const isMade = loadHousehold(tx, actorId, householdId)?.joinedAt === last.confirmedAt;
      const isListed = (id: string) => theirs.some(({ personId }) => personId === id);
      if (isMade && homes.get(householdId)?.some(({ personId }) => !isListed(personId))) continue;
      if (isUsed(desk, tx, actorId, householdId, theirs)) continue;
      const no = takeBack(desk, tx, by, theirs, at);
      if (no) return no;
      taken += theirs.length;
    }
    updateImport(tx, importId, { state: "undone", undoneAt: at });
    const kept = steps.length - taken;
    recordAudit(tx, {
      what: "people-import-undone",
      actorId,
      byId,
      aboutId: null,
      detail: `${taken} / ${kept}`,
      at,
    });
    return { taken, kept };
  });
}

function isUsed(desk: UndoDesk, tx: Tx, actorId: string, householdId: string, steps: readonly ImportStep[]): boolean {
  const movements = steps.flatMap(({ transactionId }) => (transactionId === null ? [] : [transactionId]));
  if (!desk.openings.isUntouched(tx, actorId, householdId, movements)) return true;
  if (desk.openOrdersOf(tx, actorId, householdId).length > 0) return true;
  return steps.some(({ personId }) => {
    const person = personId === null ? undefined : loadPersonRow(tx, personId);
    if (!person || personId === null) return false;
    const isElsewhere = householdOf(tx, actorId, personId)?.id !== householdId;
    return person.linksFromAt > 0 || isElsewhere || listPlaces(tx, personId).some((place) => place.actorId !== actorId);
  });
}

function takeBack(
  desk: UndoDesk,
  tx: Tx,
  { actorId, personId: byId }: Importer,
  steps: readonly ImportStep[],
  at: number,
): Refusal | null {
  const memo = words(desk.language)("imports.undoMemo");
  for (const { importId: listId, row, householdId, transactionId, cents, personId } of steps) {
    if (transactionId !== null && cents !== null) {
      const opening = { actorId, listId, row, householdId, cents };
      const back = desk.openings.takeBackOpening(tx, opening, { personId: byId, ownHouseholdId: null, at, memo });
      if (isRefusal(back)) return back;
    }
    if (personId !== null && loadPersonRow(tx, personId)?.erasedAt === null) wipePerson(desk, tx, personId, byId, at);
  }
  return null;
}

/**
 * Writes to everybody a list brought in who was not written to and never came in: that they sign in with their address. To an address that
 * signs somebody in already an invitation goes instead, and nobody here learns which it was (SAFETY C13). Refuses `no-mail`.
 */
export function welcomePeople(
  house: MembersHouse,
  { actorId, personId: byId }: Importer,
): { written: number } | Refusal<"no-mail"> {
  if (!house.mailer) return { refused: "no-mail" };
  const now = house.clock.now();
  const gas = loadActorName(house.db.orm, actorId) ?? "";
  const url = `${house.origin}/sign-in`;
  return transact(house.db, (tx) => {
    const newcomers = listNewcomers(tx, actorId);
    for (const { personId, email, claimedEmail } of newcomers) {
      saveWelcomed(tx, actorId, personId, now);
      if (email === null) {
        const home = householdOf(tx, actorId, personId);
        const into = home ? { householdId: home.id } : {};
        const letter = { what: "welcome" } as const;
        inviteWithin(tx, house, { actorId, role: "member", email: claimedEmail, byId, letter, ...into });
        continue;
      }
      const write = (say: ReturnType<typeof words>) => ({
        subject: say("imports.mail.subject", { gas }),
        text: say("imports.mail.text", { gas, url, email }),
      });
      queueNotice(tx, house, { personId, kind: "account", businessKey: `welcome:${actorId}`, write }, now);
    }
    const detail = String(newcomers.length);
    recordAudit(tx, { what: "people-welcomed", actorId, byId, aboutId: null, detail, at: now });
    return { written: newcomers.length };
  });
}

/** Lists that nobody confirmed within a day are forgotten: they say who people are. */
export function forgetOpenImports({ db }: Pick<MembersHouse, "db">): ClockTask {
  return {
    name: "forget lists of members that nobody confirmed",
    everyMs: 60 * 60_000,
    run: (now) => transact(db, (tx) => discardOpenImports(tx, null, now - OPEN_KEPT_MS)),
  };
}
