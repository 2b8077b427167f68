// Our groups say in their own documents whether they take people in: what people chose, told to who reads them. PROTOCOL 2.
import { describeActor } from "../../activitypub/actors.ts";
import { listActors } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { joiningStateOf } from "../../members/joining/joinActions.ts";
import { tellProfile } from "../../partners/profileActions.ts";

/** Brings the documents of our groups up to date with what their people chose. Returns how many changed. */
export function syncJoining(wire: Wire): number {
  const { db, clock } = wire;
  const differs = listActors(db.orm).filter(
    ({ id, kind, goneAt, joining }) => kind === "gas" && goneAt === null && joiningStateOf(db.orm, id) !== joining,
  );
  for (const { id } of differs) {
    transact(db, (tx) => {
      const now = clock.now();
      const after = describeActor(tx, id, { joining: joiningStateOf(tx, id) }, now);
      if (!isRefusal(after)) tellProfile(wire, tx, after, now);
    });
    wire.senders.forget(id);
  }
  return differs.length;
}
