// Everything that time brings to networks.
import type { Wire } from "../activitypub/wire.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { announceClockTasks } from "./membership/announceActions.ts";

/** What was announced of who has left is taken back. */
export function networkClockTasks(wire: Wire): ClockTask[] {
  return [...announceClockTasks(wire)];
}
