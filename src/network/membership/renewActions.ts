// A member that says it has changed is looked at again at once: whether it lets itself be listed, and whether it still says that it is in.
import type { Wire } from "../../activitypub/wire.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { listChangedMembers } from "./listStore.ts";

const EVERY_MS = 60_000;
const AT_ONCE = 5;
/** Whoever did not answer is left alone for so long: a dead node must not keep the others waiting. */
const SILENT_FOR_MS = 3_600_000;

/** Asks the origin of each member whose copy was expired by an Update of its own (PROTOCOL 9: who hides is hidden at once). */
export function renewClockTasks(wire: Pick<Wire, "db" | "senders">): ClockTask[] {
  const silentUntil = new Map<string, number>();
  const renew = async (now: number) => {
    for (const [uri, until] of silentUntil) if (until <= now) silentUntil.delete(uri);
    const due = listChangedMembers(wire.db.orm).filter((uri) => !silentUntil.has(uri));
    for (const uri of due.slice(0, AT_ONCE)) {
      const found = await wire.senders.findActor(uri, { fresh: true });
      if ("failed" in found) silentUntil.set(uri, now + SILENT_FOR_MS);
    }
  };
  return [{ name: "look again at members that have changed", everyMs: EVERY_MS, run: renew }];
}
