// What time does in the room of people: notices are sent, what nobody needs any more is forgotten.
import { keptMs } from "../db/periods.ts";
import { transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { deleteOldAudit } from "../web/auditStore.ts";
import { forgetDeadSessions } from "../web/sessions.ts";
import { forgetOldUnsent } from "../web/unsent.ts";
import { forgetOldLinks, type MembersHouse } from "./actions.ts";
import { deleteOldEmailChanges } from "./email/emailStore.ts";
import { forgetOpenImports } from "./imports/afterActions.ts";
import { forgetJoinRequests } from "./joining/joinActions.ts";
import { noticeClockTasks } from "./notices/noticeActions.ts";
import { sweepErased } from "./privacy/erasureActions.ts";

/** Every task of this room; `chance` in [0, 1) spreads what is tried again. */
export function membersClockTasks(house: MembersHouse, chance: () => number): ClockTask[] {
  const forgetAudit: ClockTask = {
    name: "forget old audit entries",
    everyMs: 86_400_000,
    run: (now) => transact(house.db, (tx) => deleteOldAudit(tx, now)),
  };
  const forgetSessions: ClockTask = {
    name: "forget dead sessions, forms nobody came back for and old changes of address",
    everyMs: 3_600_000,
    run: (now) =>
      transact(house.db, (tx) => {
        forgetDeadSessions(tx, now);
        forgetOldUnsent(tx, now);
        deleteOldEmailChanges(tx, now - keptMs(tx, "addresses"));
      }),
  };
  return [
    ...noticeClockTasks(house, chance),
    forgetSessions,
    forgetOldLinks(house),
    forgetJoinRequests(house),
    forgetOpenImports(house),
    forgetAudit,
    sweepErased(house.db),
  ];
}
