// What those who administer an actor do to the people there: give and take roles, shut somebody out, let them in again.

import { type Tx, transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { recordAudit } from "../web/auditStore.ts";
import { killSessions } from "../web/store.ts";
import { type ActorKind, holdsRole, type Role } from "../web/visitor.ts";
import type { MembersHouse } from "./actions.ts";
import {
  countOtherAdmins,
  countOtherNodeAdmins,
  listPlaces,
  listSeated,
  replaceSeats,
  type SeatedPerson,
  saveDisabled,
} from "./seatStore.ts";
import { type HeldSeat, weighDisabling, weighSeats } from "./seats.ts";
import { loadPerson, loadPersonRow } from "./store.ts";

/** Whose seat at which actor, and who decides; `byId` null: who holds the node's files, on the command line. */
export type SeatKey = { readonly actorId: string; readonly personId: string; readonly byId: string | null };

/**
 * Gives and takes roles; they act at the next request. `producers`: whose orders a referente runs, none for all. Refuses `not-found`
 * (nobody there, or not by somebody who administers), what `weighSeats` refuses.
 */
export function changeRoles(
  house: MembersHouse,
  key: SeatKey & { readonly kind: ActorKind },
  wish: { readonly roles: readonly Role[]; readonly producers: readonly string[] },
): { seats: readonly HeldSeat[] } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const { actorId, personId, byId, kind } = key;
    const person = listSeated(tx, actorId).find((one) => one.personId === personId);
    if (!person || !mayDecide(tx, byId, actorId)) return { refused: "not-found" };
    const otherAdmins = countOtherAdmins(tx, actorId, personId);
    const seats = weighSeats({ kind, held: person.seats, otherAdmins, ...wish });
    if (isRefusal(seats)) return seats;
    replaceSeats(tx, key, seats, now);
    const roles = seats.map(({ role, producers }) => (producers ? `${role} (${producers.length})` : role)).join(", ");
    recordAudit(tx, { what: "roles", actorId, byId, aboutId: personId, detail: roles, at: now });
    return { seats };
  });
}

/** Shuts a person out of the node: their sessions end at once, their seats wait. Refuses `not-found`, what `weighDisabling` refuses. */
export function disablePerson(house: MembersHouse, key: SeatKey): { disabled: string } | Refusal {
  return transact(house.db, (tx) => {
    const person = listSeated(tx, key.actorId).find(({ personId }) => personId === key.personId);
    if (!person || !mayDecide(tx, key.byId, key.actorId)) return { refused: "not-found" };
    const no = weighDisabling(
      { isSelf: key.byId === key.personId, byNodeAdmin: looksAfterNode(tx, key.byId) },
      {
        nodeAdmin: person.nodeAdmin,
        otherNodeAdmins: countOtherNodeAdmins(tx, key.personId),
        places: [...Map.groupBy(listPlaces(tx, key.personId), ({ actorId }) => actorId)].map(([actorId, seats]) => ({
          isAdmin: seats.some(({ role }) => role === "admin"),
          otherAdmins: countOtherAdmins(tx, actorId, key.personId),
          isMine: mayDecide(tx, key.byId, actorId),
        })),
      },
    );
    if (no) return no;
    const at = house.clock.now();
    saveDisabled(tx, key.personId, at);
    recordAudit(tx, { what: "shut-out", ...entryOf(key), at });
    killSessions(tx, key.personId, null);
    return { disabled: key.personId };
  });
}

/** Lets a person in again, with the seats they had. Refuses `not-found`, `sits-elsewhere` as `disablePerson`. */
export function enablePerson(house: MembersHouse, key: SeatKey): { enabled: string } | Refusal {
  return transact(house.db, (tx) => {
    const row = loadPersonRow(tx, key.personId);
    const places = listPlaces(tx, key.personId);
    const sitsHere = places.some(({ actorId }) => actorId === key.actorId);
    if (!row || !sitsHere || !mayDecide(tx, key.byId, key.actorId)) return { refused: "not-found" };
    const isOnlyMine = !row.nodeAdmin && places.every(({ actorId }) => mayDecide(tx, key.byId, actorId));
    if (!looksAfterNode(tx, key.byId) && !isOnlyMine) return { refused: "sits-elsewhere" };
    saveDisabled(tx, key.personId, null);
    recordAudit(tx, { what: "let-in", ...entryOf(key), at: house.clock.now() });
    return { enabled: key.personId };
  });
}

function mayDecide(tx: Tx, byId: string | null, actorId: string): boolean {
  return byId === null || holdsRole(loadPerson(tx, byId), actorId, ["admin"]);
}

function looksAfterNode(tx: Tx, byId: string | null): boolean {
  return byId === null || loadPerson(tx, byId)?.nodeAdmin === true;
}

function entryOf({ actorId, personId, byId }: SeatKey) {
  return { actorId, byId, aboutId: personId, detail: "" };
}

/** A person of an actor, for the page about them. */
export function findSeated(house: MembersHouse, actorId: string, personId: string): SeatedPerson | undefined {
  return listSeated(house.db.orm, actorId).find((one) => one.personId === personId);
}
