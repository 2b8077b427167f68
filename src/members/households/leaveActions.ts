// How people change household and leave a GAS: with what is owed settled, and what they had kept as it was.

import { type Tx, transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import type { MembersHouse } from "../actions.ts";
import { countOtherAdmins, listSeated, replaceSeats } from "../seatStore.ts";
import { loadPerson } from "../store.ts";
import {
  ensureHousehold,
  householdOf,
  listHouseholdPeople,
  placeInHousehold,
  saveHouseholdLeft,
} from "./householdStore.ts";

/** What a household has and what is held of it, in cents: from the ledger. */
type Standing = { readonly balanceCents: number; readonly reservedCents: number; readonly depositCents: number };
export type StandingOf = (tx: Tx, actorId: string, householdId: string) => Standing;

/** What these actions need of the node. */
export type LeaveDesk = Pick<MembersHouse, "db" | "clock"> & { readonly standingOf: StandingOf };

type Place = { readonly actorId: string; readonly personId: string };

/**
 * A person leaves the household they share and gets one of their own. Refuses `not-found`, `alone` where there is nobody to leave.
 */
export function leaveHousehold(desk: LeaveDesk, { actorId, personId }: Place): { householdId: string } | Refusal {
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    const from = householdOf(tx, actorId, personId);
    if (!from) return { refused: "not-found" };
    if (othersIn(tx, actorId, from.id, personId) === 0) return { refused: "alone" };
    placeInHousehold(tx, actorId, personId, null);
    recordAudit(tx, { what: "household-left", actorId, byId: personId, aboutId: personId, detail: "", at: now });
    return { householdId: ensureHousehold(tx, actorId, personId, now) };
  });
}

/**
 * Joins another household of the same GAS inside the caller's transaction. A household nobody is left in ends, once it owes nothing and has
 * nothing: else `not-settled` {balanceCents, ...}.
 */
export function moveToHousehold(
  tx: Tx,
  desk: Pick<LeaveDesk, "standingOf">,
  { actorId, personId }: Place,
  householdId: string,
  now: number,
): Refusal | null {
  const from = householdOf(tx, actorId, personId);
  if (from?.id === householdId) return null;
  const open = from && endIfEmpty(tx, desk, { actorId, personId }, from.id, now);
  if (open) return open;
  placeInHousehold(tx, actorId, personId, householdId);
  recordAudit(tx, { what: "household-joined", actorId, byId: personId, aboutId: personId, detail: "", at: now });
  return null;
}

/** The last of a household takes it along; a debt or a credit keeps it. */
function endIfEmpty(
  tx: Tx,
  desk: Pick<LeaveDesk, "standingOf">,
  place: Place,
  householdId: string,
  now: number,
): Refusal | null {
  if (othersIn(tx, place.actorId, householdId, place.personId) > 0) return null;
  const open = weighHousehold(tx, desk, place.actorId, householdId);
  if (!open) saveHouseholdLeft(tx, householdId, { leftAt: now, leftBy: place.personId });
  return open;
}

function weighHousehold(
  tx: Tx,
  { standingOf }: Pick<LeaveDesk, "standingOf">,
  actorId: string,
  householdId: string,
): Refusal | null {
  const { balanceCents, reservedCents, depositCents } = standingOf(tx, actorId, householdId);
  if (balanceCents === 0 && reservedCents === 0 && depositCents === 0) return null;
  return { refused: "household-open", balanceCents, reservedCents, depositCents };
}

/** The household that would end if this person left; undefined where somebody stays, or there is none. */
export function householdLeftAlone(tx: Tx, { actorId, personId }: Place): string | undefined {
  const household = householdOf(tx, actorId, personId);
  return household && othersIn(tx, actorId, household.id, personId) === 0 ? household.id : undefined;
}

function othersIn(tx: Tx, actorId: string, householdId: string, personId: string): number {
  const inside = listHouseholdPeople(tx, actorId).filter((one) => one.householdId === householdId);
  return inside.filter((one) => one.personId !== personId).length;
}

/**
 * A person leaves the GAS, by themselves or by who administers: all their seats there go, what they booked and paid stays in its books.
 * The last of a household leaves only with its account at zero. Refuses `not-found`, `last-admin`, `household-open` {balanceCents,
 * reservedCents, depositCents}.
 */
export function leaveGroup(desk: LeaveDesk, place: Place, byId: string): { left: string } | Refusal {
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    const { actorId, personId } = place;
    const person = listSeated(tx, actorId).find((one) => one.personId === personId);
    const isAdmin = loadPerson(tx, byId)?.seats.some((seat) => seat.actorId === actorId && seat.role === "admin");
    if (!person || (byId !== personId && !isAdmin)) return { refused: "not-found" };
    const no = weighLeaving(tx, desk, place);
    if (no) return no;
    leaveNow(tx, place, byId, now);
    return { left: personId };
  });
}

/** What keeps a person at an actor: they alone administer it, or the account of a household that would end is open. */
export function weighLeaving(tx: Tx, desk: Pick<LeaveDesk, "standingOf">, place: Place): Refusal | null {
  const { actorId, personId } = place;
  const seats = listSeated(tx, actorId).find((one) => one.personId === personId)?.seats ?? [];
  const administers = seats.some(({ role }) => role === "admin");
  if (administers && countOtherAdmins(tx, actorId, personId) === 0) return { refused: "last-admin" };
  const householdId = householdLeftAlone(tx, place);
  return householdId === undefined ? null : weighHousehold(tx, desk, actorId, householdId);
}

/** A person's seats at an actor go, and their place in its household; who was alone there ends it. */
export function leaveNow(tx: Tx, place: Place, byId: string | null, now: number): void {
  const { actorId, personId } = place;
  const householdId = householdLeftAlone(tx, place);
  if (householdId !== undefined) saveHouseholdLeft(tx, householdId, { leftAt: now, leftBy: personId });
  placeInHousehold(tx, actorId, personId, null);
  replaceSeats(tx, place, [], now);
  recordAudit(tx, { what: "left", actorId, byId, aboutId: personId, detail: "", at: now });
}
