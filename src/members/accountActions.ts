// An account made by who holds the node's files: a person with their seats, who then signs in by a link to their address.
import { transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { recordAudit } from "../web/auditStore.ts";
import type { ActorKind, Role } from "../web/visitor.ts";
import { type MembersHouse, makePerson } from "./actions.ts";
import { weighSeats } from "./seats.ts";
import { plainAddress } from "./signIn.ts";
import { insertSeat, loadPersonByEmail } from "./store.ts";

/**
 * Gives somebody seats at an actor: who signs in with that address already keeps their account. Refuses `bad-request` for a role that does
 * not exist there.
 */
export function addByHand(
  house: Pick<MembersHouse, "db" | "clock">,
  wish: {
    readonly actorId: string;
    readonly kind: ActorKind;
    readonly email: string;
    readonly name: string;
    readonly roles: readonly Role[];
  },
): { personId: string } | Refusal {
  const { actorId, kind, email, name, roles } = wish;
  const at = house.clock.now();
  const seats = weighSeats({ kind, held: [], roles, producers: [], otherAdmins: 1 });
  if (isRefusal(seats)) return seats;
  return transact(house.db, (tx) => {
    const known = loadPersonByEmail(tx, plainAddress(email))?.id;
    const personId = known ?? makePerson(tx, { name, email, nodeAdmin: false, now: at });
    for (const { role } of seats) insertSeat(tx, { personId, actorId, role, createdAt: at });
    const detail = seats.map(({ role }) => role).join(", ");
    recordAudit(tx, { what: "joined", actorId, byId: null, aboutId: personId, detail, at });
    return { personId };
  });
}
