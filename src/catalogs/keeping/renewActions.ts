// Who keeps a list, and who names whom, is read again: at once when an Update said that it changed, else each day. PROTOCOL 9.
import { loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { listNamersHere, listToAsk, saidBy } from "../../partners/keeperStore.ts";
import { tellProfile } from "../../partners/profileActions.ts";

const EVERY_MS = 60_000;
const DAY = 86_400_000;
const LISTED = 200;
const AT_ONCE = 5;
/** Whoever did not answer is left alone for so long: a dead node must not keep the others waiting. */
const SILENT_FOR_MS = 3_600_000;

export function keepingClockTask(wire: Wire): ClockTask {
  const silentUntil = new Map<string, number>();
  const { orm } = wire.db;
  /** Reads it again; what it says otherwise without our having heard a letter of it is told on here. */
  const ask = async (id: string, now: number) => {
    // A letter made the copy old: it was told on as it came (partners/keeperActivities).
    const isTold = loadRemoteActor(orm, id)?.fetchedAt === 0;
    const before = new Map(listNamersHere(orm, id).map((producer) => [producer.id, saidBy(orm, id, producer.id)]));
    const found = await wire.senders.findActor(id, { fresh: true });
    if ("failed" in found) silentUntil.set(id, now + SILENT_FOR_MS);
    else if (!isTold)
      transact(wire.db, (tx) => {
        for (const producer of listNamersHere(tx, id))
          if (before.has(producer.id) && before.get(producer.id) !== saidBy(tx, id, producer.id))
            tellProfile(wire, tx, producer, now);
      });
  };
  const renew = async (now: number) => {
    for (const [id, until] of silentUntil) if (until <= now) silentUntil.delete(id);
    const due = listToAsk(orm, now - DAY, LISTED + silentUntil.size).filter((id) => !silentUntil.has(id));
    for (const id of due.slice(0, AT_ONCE)) await ask(id, now);
  };
  return { name: "look again at who keeps lists", everyMs: EVERY_MS, run: renew };
}
