// A further actor on a node that has people: made by who looks after it, for whoever shall administer it. The first comes with the set-up.
import { type Tx, transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { recordAudit } from "../web/auditStore.ts";
import {
  type CreateActor,
  type FirstActor,
  type InvitationLetter,
  inviteWithin,
  type MembersHouse,
} from "./actions.ts";
import { insertSeat } from "./store.ts";

/**
 * Who administers it: the one who makes it, or whoever opens the invitation; with an address, that address alone, to which it is written where
 * the letter says so.
 */
export type Administrator =
  | { readonly personId: string }
  | { readonly email: string | null; readonly letter?: InvitationLetter };

/** The new actor, and the invitation for its administrator where somebody else shall be it. `expiresAt` epoch ms. */
export type MadeActor = {
  readonly id: string;
  readonly handle: string;
  readonly invitation: { readonly url: string; readonly expiresAt: number } | null;
};

/** Makes an actor with somebody to administer it, or neither. Refuses what `createActor` refuses. */
export function makeFurtherActor(
  house: MembersHouse,
  wish: FirstActor,
  { administrator, byId }: { readonly administrator: Administrator; readonly byId: string },
  createActor: CreateActor,
): MadeActor | Refusal {
  return transact(house.db, (tx) => makeActorWithin(tx, house, wish, { administrator, byId }, createActor));
}

/** The same inside the caller's transaction. */
export function makeActorWithin(
  tx: Tx,
  house: Parameters<typeof inviteWithin>[1],
  wish: FirstActor,
  { administrator, byId }: { readonly administrator: Administrator; readonly byId: string },
  createActor: CreateActor,
): MadeActor | Refusal {
  const made = createActor(tx, wish);
  if (isRefusal(made)) return made;
  const { id: actorId, handle } = made;
  const at = house.clock.now();
  recordAudit(tx, { what: "actor-made", actorId, byId, aboutId: null, detail: handle, at });
  if ("personId" in administrator) {
    const { personId } = administrator;
    const roles = wish.kind === "producer" ? (["admin", "producer"] as const) : (["admin"] as const);
    for (const role of roles) insertSeat(tx, { personId, actorId, role, createdAt: at });
    recordAudit(tx, { what: "joined", actorId, byId, aboutId: personId, detail: roles.join(", "), at });
    return { id: actorId, handle, invitation: null };
  }
  const invitation = inviteWithin(tx, house, { actorId, role: "admin", byId, ...administrator });
  return { id: actorId, handle, invitation };
}
