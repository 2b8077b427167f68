// Refusals that are worth remembering and have no transaction of their own: who asked for what is not theirs, links that were dead.
import { loadActorByHandle } from "../../activitypub/store.ts";
import { isStorageTrouble } from "../../db/storageTrouble.ts";
import { transact } from "../../db/transact.ts";
import type { AuditEntry } from "../../web/audit.ts";
import { recordKnock } from "../../web/auditStore.ts";
import type { MembersHouse } from "../actions.ts";

type House = Pick<MembersHouse, "db" | "clock">;

/** Keeps that a person was refused a route, at the desk of that handle where there is one. */
export function noteDenial(house: House, denial: { personId: string; handle: string; route: string }): void {
  const { personId, handle, route } = denial;
  const actorId = loadActorByHandle(house.db.orm, handle)?.id ?? null;
  const at = house.clock.now();
  keep(house, { what: "denied", actorId, byId: personId, aboutId: null, detail: route, at });
}

/** Keeps that somebody came with a sign-in link that is spent, old or made up. */
export function noteDeadLink(house: House): void {
  keep(house, { what: "dead-link", actorId: null, byId: null, aboutId: null, detail: "", at: house.clock.now() });
}

/** A no is said also while the disk is full. */
function keep({ db }: House, entry: AuditEntry): void {
  try {
    transact(db, (tx) => recordKnock(tx, entry));
  } catch (error) {
    if (!isStorageTrouble(error)) throw error;
  }
}
