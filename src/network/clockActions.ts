// Everything that time brings to networks.
import type { Wire } from "../activitypub/wire.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { announceClockTasks } from "./membership/announceActions.ts";
import { partingClockTasks } from "./membership/partingActions.ts";
import { renewClockTasks } from "./membership/renewActions.ts";
import { membershipTellTasks, type TellCoordinators } from "./membership/tellActions.ts";

/** What was announced of who has left is taken back; people hear of what others did; memberships end with blocks and closings. */
export function networkClockTasks(wire: Wire, tell: TellCoordinators): ClockTask[] {
  return [
    ...partingClockTasks(wire),
    ...announceClockTasks(wire),
    ...membershipTellTasks(wire, tell),
    ...renewClockTasks(wire),
  ];
}
