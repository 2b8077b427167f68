// Everything that time brings to partners.
import type { Wire } from "../activitypub/wire.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { leavingClockTasks } from "./leaving/actions.ts";
import { pactClockTasks } from "./pactActions.ts";
import { forgetStrangersTask } from "./strangerActions.ts";

/** Pacts that end by themselves, actors of ours that close, strangers forgotten. */
export function partnersClockTasks(wire: Wire): ClockTask[] {
  return [...pactClockTasks(wire), ...leavingClockTasks(wire), forgetStrangersTask(wire)];
}
