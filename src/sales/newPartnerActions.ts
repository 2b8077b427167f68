// A group whose pact began, or whose terms changed, hears what is open to it now: the announcement went out before it could.
import { loadActor } from "../activitypub/store.ts";
import { loadFact, saveFact } from "../db/facts.ts";
import { type Tx, transact } from "../db/transact.ts";
import { listAudience, listPactsChanged } from "../partners/pacts/pactStore.ts";
import { writeReminder } from "./activities.ts";
import { takesOrders } from "./cycle.ts";
import { cycleUrls } from "./offer.ts";
import type { Desk } from "./publishActions.ts";
import { listOpen } from "./store.ts";

/** How long after a pact changed its group is told: soon, and the day after, since the first letter may be faster than the pact's. */
const TOLD_AFTER = [0, 86_400_000] as const;
const CYCLES_MAX = 50;

/** Tells each partner whose pact changed since the last time. For the clock; what is told is read again, so that twice does no harm. */
export function tellNewPartners(desk: Desk, now: number): void {
  for (const after of TOLD_AFTER) {
    const name = `sales.pacts-told-${after}`;
    transact(desk.db, (tx) => {
      const known = loadFact(tx, name);
      // What changes in this very millisecond may not be written yet: it is the next time's.
      const until = now - after - 1;
      const changed = listPactsChanged(tx, Number(known ?? until), until);
      for (const { sellerId, peer } of changed) tellOpen(tx, desk, sellerId, peer, now);
      // Nothing is written while nothing happens.
      if (changed.length > 0 || known === undefined) saveFact(tx, name, String(until));
    });
  }
}

function tellOpen(tx: Tx, desk: Desk, sellerId: string, peer: string, now: number): void {
  const from = loadActor(tx, sellerId);
  const recipients = listAudience(tx, sellerId, "partners").filter(({ actorUri }) => actorUri === peer);
  if (!from || recipients.length === 0) return;
  for (const cycle of listOpen(tx, sellerId, ["public", "partners"], CYCLES_MAX).filter((one) => takesOrders(one, now)))
    desk.post(tx, {
      ...{ from, activity: writeReminder(cycle), lane: "social", thread: cycleUrls(from.id, cycle.id).iri },
      ...{ isPublic: false, isProven: true, recipients, now },
    });
}
