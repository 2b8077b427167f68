// A group that a network hosts for its founders: made by whoever looks after the node, once the network has agreed. SAFETY C47.
import assert from "node:assert/strict";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import type { CreateActor, MembersHouse } from "../../members/actions.ts";
import { makeActorWithin } from "../../members/actorActions.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { writeMail } from "./mailActions.ts";
import { loadFounding, updateFounding } from "./store.ts";

/** What making an actor needs of the node. `makeActor`: with its keys, in the caller's transaction. */
export type HostParts = { readonly house: MembersHouse; readonly makeActor: CreateActor };

/** What the pages about new groups need. */
export type FoundingParts = HostParts & { readonly wire: Wire; readonly index: Pick<IndexDoor, "open"> };

/**
 * Makes the group with an invitation to administer it, for the founder's address alone, which is written there. All or nothing, and once.
 * Refuses `not-found`, `founding-decided` where it is not agreed or is made already, and what `createActor` refuses (`handle-taken`, ...).
 */
export function hostActor(
  { house, makeActor }: HostParts,
  foundingId: string,
  handle: string,
  byId: string,
): { url: string; expiresAt: number; handle: string; delivery: Promise<void> } | Refusal {
  const made = transact(house.db, (tx) => {
    const founding = loadFounding(tx, foundingId);
    if (founding?.wish !== "hosted") return { refused: "not-found" };
    if (founding.state !== "agreed") return { refused: "founding-decided" };
    const wish = { kind: "gas" as const, handle, name: founding.name, place: founding.comune };
    const by = { administrator: { email: founding.byEmail }, byId };
    const actor = makeActorWithin(tx, house, wish, by, makeActor);
    if (isRefusal(actor)) return actor;
    updateFounding(tx, foundingId, { state: "made", madeUri: actor.id });
    return { founding, actor };
  });
  if (isRefusal(made)) return made;
  const { founding, actor } = made;
  const { invitation } = actor;
  assert(invitation, "who has no account is invited");
  const { url, expiresAt } = invitation;
  const network = loadActor(house.db.orm, founding.actorId);
  const to = { email: founding.byEmail, language: founding.language };
  const facts = { name: founding.byName, group: founding.name, network: network?.name ?? "", url };
  return { url, expiresAt, handle: actor.handle, delivery: writeMail(house, to, "hosted", facts) };
}
