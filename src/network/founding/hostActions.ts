// A group that a network hosts for its founders: made by whoever looks after the node, once the network has agreed. SAFETY C47.
import assert from "node:assert/strict";
import { refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { type CreateActor, inviteWithin, type MembersHouse } from "../../members/actions.ts";
import { makeActorWithin } from "../../members/actorActions.ts";
import { listHouseholds } from "../../members/households/householdStore.ts";
import { listSeated } from "../../members/seatStore.ts";
import { NEW_RUN } from "../../members/setup/setup.ts";
import { saveFirstRun } from "../../members/setup/setupStore.ts";
import { deleteOpenInvitations } from "../../members/store.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { oweWord } from "./foundActions.ts";
import { type Founding, loadFounding, updateFounding } from "./store.ts";

/** What making an actor needs of the node. `makeActor`: with its keys, in the caller's transaction. */
export type HostParts = { readonly house: MembersHouse; readonly makeActor: CreateActor };

/** What the pages about new groups need. */
export type FoundingParts = HostParts & { readonly wire: Wire; readonly index: Pick<IndexDoor, "open"> };

/**
 * Makes the group with an invitation to administer it, for the founder's address alone, to which the way in is owed. All or nothing, and once.
 * Refuses `not-found`, `founding-decided` where it is not agreed or is made already, and what `createActor` refuses (`handle-taken`, ...).
 */
export function hostActor(
  { house, makeActor }: HostParts,
  foundingId: string,
  handle: string,
  byId: string,
): { url: string; expiresAt: number; handle: string } | Refusal {
  return transact(house.db, (tx) => {
    const founding = loadFounding(tx, foundingId);
    if (founding?.wish !== "hosted") return { refused: "not-found" };
    if (founding.state !== "agreed") return { refused: "founding-decided" };
    const wish = { kind: "gas" as const, handle, name: founding.name, place: founding.comune };
    const by = { administrator: { email: founding.byEmail }, byId };
    const made = makeActorWithin(tx, house, wish, by, makeActor);
    if (isRefusal(made)) return made;
    updateFounding(tx, foundingId, { state: "made", madeUri: made.id });
    // Who comes in finds the first steps, as on a node of their own.
    saveFirstRun(tx, made.handle, NEW_RUN);
    oweWord(tx, house, founding);
    assert(made.invitation, "who has no account is invited");
    const { url, expiresAt } = made.invitation;
    return { url, expiresAt, handle: made.handle };
  });
}

/** Whether the group that was made of a founding still waits for its founder: nobody was ever in it. */
export function mayEnterHosted(tx: Tx, { wish, state, madeUri }: Founding): boolean {
  if (wish !== "hosted" || state !== "made" || madeUri === null || refuseRetired(tx, madeUri)) return false;
  return listSeated(tx, madeUri).length === 0 && listHouseholds(tx, madeUri, true).length === 0;
}

/**
 * A way into the group for who founded it, made when they come, so that what the letter says does not run out; earlier ones end. Returns the
 * path of an invitation for their address. Refuses `not-found`, `founding-decided` once somebody is in.
 */
export function enterHosted(house: MembersHouse, foundingId: string): { path: string } | Refusal {
  return transact(house.db, (tx) => {
    const founding = loadFounding(tx, foundingId);
    if (!founding?.madeUri) return { refused: "not-found" };
    if (!mayEnterHosted(tx, founding)) return { refused: "founding-decided" };
    deleteOpenInvitations(tx, founding.madeUri);
    const { url } = inviteWithin(tx, house, { actorId: founding.madeUri, role: "admin", email: founding.byEmail });
    return { path: new URL(url).pathname };
  });
}
