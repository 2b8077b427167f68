// What a coordinator does with the sources of a network: has one read now, pauses one, takes it up again.
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import type { Source } from "./source.ts";
import { loadReach, loadSource, markReach, saveSource } from "./store.ts";

type Desk = Pick<Wire, "db" | "clock">;

/** Everything of a source is due now; what a day may cost still holds. Refuses `no-such-source`. */
export function readSourceNow({ db, clock }: Desk, actorId: string, uri: string): Source | Refusal<"no-such-source"> {
  return transact(db, (tx) => {
    const source = loadReach(tx, actorId, uri) && loadSource(tx, uri);
    if (!source) return { refused: "no-such-source" };
    const now = clock.now();
    const dueNow = (at: number | null) => (at === null ? null : now);
    const { membersDueAt, catalogDueAt, cyclesDueAt, eventsDueAt, statisticsDueAt } = source;
    const due = {
      ...source,
      ...{ actorDueAt: now, membersDueAt: dueNow(membersDueAt), catalogDueAt: dueNow(catalogDueAt) },
      ...{
        cyclesDueAt: dueNow(cyclesDueAt),
        eventsDueAt: dueNow(eventsDueAt),
        statisticsDueAt: dueNow(statisticsDueAt),
      },
      ...{ membersEtag: null, cyclesEtag: null, eventsEtag: null, statisticsEtag: null, retryAt: now },
    };
    saveSource(tx, due);
    return due;
  });
}

/** Shows and reads nothing of a source for this network, or does so again. Refuses `no-such-source`. */
export function pauseSource(
  { db }: Desk,
  key: { actorId: string; uri: string },
  isPaused: boolean,
): { isPaused: boolean } | Refusal<"no-such-source"> {
  return transact(db, (tx) => {
    const reach = loadReach(tx, key.actorId, key.uri);
    if (!reach) return { refused: "no-such-source" };
    markReach(tx, reach, { isPaused });
    return { isPaused };
  });
}
