// Copies of other nodes' actors are a cache: of those that nobody here has to do with, few are kept and not for long, so that a
// crowd of made-up names costs no more than a bounded table (SAFETY I23, B53).
import type { Wire } from "../activitypub/wire.ts";
import { keptMs } from "../db/periods.ts";
import { transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { deleteOldReports } from "./reports/reportStore.ts";
import { deleteStrangers } from "./store.ts";

/** Strangers whose documents are kept at most: more than a node hears from in a day. */
export const STRANGERS_MAX = 5000;
const KEEP_MS = 30 * 86_400_000;

/** Forgets strangers: who neither follows nor is followed, has no pact and waits for nothing. */
export function forgetStrangersTask({ db }: Pick<Wire, "db">): ClockTask {
  return {
    name: "forget strangers",
    everyMs: 3_600_000,
    run: (now) =>
      transact(db, (tx) => {
        deleteStrangers(tx, now - KEEP_MS, STRANGERS_MAX);
        deleteOldReports(tx, now - keptMs(tx, "reports"));
      }),
  };
}
