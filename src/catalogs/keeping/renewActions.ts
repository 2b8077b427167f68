// Who keeps a list, and who names whom, is read again: at once when an Update said that it changed, else each day. PROTOCOL 9.
import type { Wire } from "../../activitypub/wire.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { listToAsk } from "../../partners/keeperStore.ts";

const EVERY_MS = 60_000;
const DAY = 86_400_000;
const LISTED = 200;
const AT_ONCE = 5;
/** Whoever did not answer is left alone for so long: a dead node must not keep the others waiting. */
const SILENT_FOR_MS = 3_600_000;

export function keepingClockTask(wire: Pick<Wire, "db" | "senders">): ClockTask {
  const silentUntil = new Map<string, number>();
  const renew = async (now: number) => {
    for (const [id, until] of silentUntil) if (until <= now) silentUntil.delete(id);
    const due = listToAsk(wire.db.orm, now - DAY, LISTED + silentUntil.size).filter((id) => !silentUntil.has(id));
    for (const id of due.slice(0, AT_ONCE)) {
      const found = await wire.senders.findActor(id, { fresh: true });
      if ("failed" in found) silentUntil.set(id, now + SILENT_FOR_MS);
    }
  };
  return { name: "look again at who keeps lists", everyMs: EVERY_MS, run: renew };
}
