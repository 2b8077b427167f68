// Everything that time brings to partners.
import type { Wire } from "../activitypub/wire.ts";
import { transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { leavingClockTasks } from "./leaving/actions.ts";
import { moveClockTask } from "./leaving/moveActions.ts";
import { endByTime } from "./pacts/pact.ts";
import { endPact, resumePact } from "./pacts/pactActions.ts";
import { listPactsPastEnd, listPactsToResume, listProposalsToWithdraw, savePact } from "./pacts/pactStore.ts";
import { forgetStrangersTask } from "./strangerActions.ts";
import { websiteClockTask } from "./websiteActions.ts";

/** Pacts that end by themselves, actors of ours that close, moves of others, strangers forgotten. */
export function partnersClockTasks(wire: Wire): ClockTask[] {
  return [
    ...pactClockTasks(wire),
    ...leavingClockTasks(wire),
    moveClockTask(wire),
    websiteClockTask(wire),
    forgetStrangersTask(wire),
  ];
}

/** What time brings to pacts: agreed ends, suspensions that end by themselves, proposals that nobody answered. */
export function pactClockTasks(wire: Wire): ClockTask[] {
  return [
    {
      name: "end, resume and withdraw pacts",
      everyMs: 60_000,
      run: (now) => {
        transact(wire.db, (tx) => {
          for (const held of listPactsPastEnd(tx, now)) {
            const pact = endByTime(held.pact, now);
            if (pact !== held.pact) savePact(tx, { ...held, pact, resumeAt: null, updatedAt: now });
          }
        });
        for (const { actorId, pact } of listPactsToResume(wire.db.orm, now))
          resumePact(wire, { actorId, iri: pact.iri });
        for (const { actorId, pact } of listProposalsToWithdraw(wire.db.orm, now))
          endPact(wire, { actorId, iri: pact.iri });
      },
    },
  ];
}
