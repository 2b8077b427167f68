// What people decide about closing an actor or the whole node, and what time then does: pacts end, farewells leave, the address
// closes. Each step is a state of a row, so that whoever dies in between goes on after the next start. PROTOCOL 11, ADR 0025.
import assert from "node:assert/strict";
import { mintIri } from "../../activitypub/outbox.ts";
import { listActors, loadActor, NODE_RETIRED_FACT, updateActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { currentEpoch, deleteFact, loadFact, saveFact } from "../../db/facts.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import type { AuditWhat } from "../../web/audit.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { openRevision } from "../pacts/pact.ts";
import { endPact, refusePact } from "../pacts/pactActions.ts";
import { listAllOpen } from "../pacts/pactStore.ts";
import { listStandingOf, saveFollow } from "../store.ts";
import { listMourners, writeFarewell } from "./activities.ts";
import { type Affair, type Departure, dueStep, isNamed, lettersLeaveAt } from "./leaving.ts";
import { deleteDeparture, insertDeparture, listDepartures, loadDeparture, loadTies, saveDeparture } from "./store.ts";

const MINUTE = 60_000;
const WAITED = "leaving.epoch";

/** What still runs at an actor, of orders bought and sold: other rooms know. */
type AffairsOf = (tx: Tx, actorId: string) => readonly Affair[];

/** The node's wire, and what still runs. */
export type Leaving = { readonly wire: Pick<Wire, "db" | "clock" | "origin">; readonly affairsOf: AffairsOf };

/** `typed`: the name by which whoever decides shows that they know what they close; `byId` null: from the command line. */
export type LeavingWish = { readonly typed: string; readonly byId: string | null };

/**
 * Decides that an actor closes. Nothing new begins from now on; after a day, in which this can be taken back, its pacts end, its farewells
 * leave, and its address closes. Refuses `no-such-actor`, `wrong-name` {name}, `already-retired`, `affairs-open` {count}.
 */
export function retireActor(leaving: Leaving, actorId: string, wish: LeavingWish): Departure | Refusal {
  const { wire } = leaving;
  return transact(wire.db, (tx) => {
    const actor = loadActor(tx, actorId);
    if (!actor || actor.kind === "node") return { refused: "no-such-actor" };
    if (!isNamed(wish.typed, actor.handle)) return { refused: "wrong-name", name: actor.handle };
    if (actor.retiredAt !== null) return { refused: "already-retired", name: actor.name };
    const open = refuseOpen(tx, leaving, [actorId]);
    if (open) return open;
    decide(tx, actorId, wire.clock.now(), wish.byId);
    return loadDeparture(tx, actorId)!;
  });
}

/**
 * Decides that every actor of the node closes, and that none is made any more. Refuses `wrong-name` {name} (the node's host),
 * `already-retired`, `affairs-open` {count}.
 */
export function retireNode(leaving: Leaving, wish: LeavingWish): { readonly decided: string[] } | Refusal {
  const { wire } = leaving;
  return transact(wire.db, (tx) => {
    const { host } = new URL(wire.origin);
    if (!isNamed(wish.typed, host)) return { refused: "wrong-name", name: host };
    if (loadFact(tx, NODE_RETIRED_FACT) !== undefined) return { refused: "already-retired", name: host };
    const working = listWorking(tx);
    const open = refuseOpen(tx, leaving, working);
    if (open) return open;
    const now = wire.clock.now();
    saveFact(tx, NODE_RETIRED_FACT, String(now));
    note(tx, "retired", null, wish.byId, host, now);
    for (const actorId of working) decide(tx, actorId, now, wish.byId);
    return { decided: working };
  });
}

/** Takes the decision about an actor back, until its first letter leaves. Refuses `not-retired`, `letters-left`, `node-retired`. */
export function keepActor(
  leaving: Leaving,
  actorId: string,
  byId: string | null,
): { readonly kept: string[] } | Refusal {
  const { wire } = leaving;
  return transact(wire.db, (tx) => {
    if (loadFact(tx, NODE_RETIRED_FACT) !== undefined) return { refused: "node-retired" };
    return takeBack(
      tx,
      [loadDeparture(tx, actorId)].flatMap((one) => one ?? []),
      byId,
      wire.clock.now(),
    );
  });
}

/** Takes the decision about the node back, for the actors of which no letter has left. Refuses `not-retired`, `letters-left`. */
export function keepNode(leaving: Leaving, byId: string | null): { readonly kept: string[] } | Refusal {
  const { wire } = leaving;
  return transact(wire.db, (tx) => {
    const since = loadFact(tx, NODE_RETIRED_FACT);
    if (since === undefined) return { refused: "not-retired" };
    const now = wire.clock.now();
    // Who had decided for itself before stays with that.
    const own = listActors(tx)
      .flatMap(({ id }) => loadDeparture(tx, id) ?? [])
      .filter(({ decidedAt }) => decidedAt === Number(since));
    const kept = own.length === 0 ? { kept: [] } : takeBack(tx, own, byId, now);
    if (isRefusal(kept)) return kept;
    deleteFact(tx, NODE_RETIRED_FACT);
    note(tx, "retired-not", null, byId, new URL(wire.origin).host, now);
    return kept;
  });
}

/**
 * After a restore: a decision that still waited in the backup may have been taken back since, and nobody here remembers. Nothing of it
 * leaves for another day, in which it can be taken back. Once for each epoch, at the start of a node.
 */
export function waitAfterRestore(tx: Tx, now: number): void {
  const epoch = String(currentEpoch(tx));
  if ((loadFact(tx, WAITED) ?? "1") === epoch) return;
  saveFact(tx, WAITED, epoch);
  const since = Number(loadFact(tx, NODE_RETIRED_FACT));
  for (const { actorId, decidedAt } of listDepartures(tx).filter(({ lettersAt }) => lettersAt === null)) {
    const isOfNode = decidedAt === since;
    if (isOfNode) saveFact(tx, NODE_RETIRED_FACT, String(now));
    // Who had decided for itself before the node did stays told apart from it.
    const anew = { decidedAt: isOfNode ? now : now - 1 };
    saveDeparture(tx, actorId, anew);
    note(tx, "retired", actorId, null, tellWhen(anew), now);
  }
}

/** What time does to who leaves. */
export function leavingClockTasks(wire: Wire): ClockTask[] {
  return [
    {
      name: "end pacts and say farewell for actors that close",
      everyMs: MINUTE,
      run: () => {
        for (const { actorId } of listDepartures(wire.db.orm)) takeDueSteps(wire, actorId);
      },
    },
  ];
}

/** Several may be due at once: pacts that end and, where there was none, the farewell. */
function takeDueSteps(wire: Wire, actorId: string): void {
  for (let due = nextStep(wire, actorId); due !== null; due = nextStep(wire, actorId)) {
    if (due === "end-pacts") endPacts(wire, actorId);
    else if (due === "begin") transact(wire.db, (tx) => saveDeparture(tx, actorId, { lettersAt: wire.clock.now() }));
    else if (due === "say-farewell") sayFarewell(wire, actorId);
    else close(wire, actorId);
  }
}

function nextStep({ db, clock }: Wire, actorId: string): ReturnType<typeof dueStep> {
  const departure = loadDeparture(db.orm, actorId);
  return departure ? dueStep(departure, loadTies(db.orm, actorId), clock.now()) : null;
}

/** Each in its own transaction, as by hand: what a dead process had not ended is ended by the next. */
function endPacts(wire: Wire, actorId: string): void {
  for (const held of listAllOpen(wire.db.orm, actorId)) {
    const name = { actorId, iri: held.pact.iri };
    const open = openRevision(held.pact);
    const isTheirs = held.state === "proposed" && open !== null && open.offeredBy !== held.party;
    const done = isTheirs ? refusePact(wire, name, { revision: open.revision }) : endPact(wire, name);
    assert(!isRefusal(done), "a pact that is not over can be ended by either side");
  }
}

/** Whom it follows and who follows it are told, and from then on it has neither: nothing else is ever sent to them. */
function sayFarewell(wire: Wire, actorId: string): void {
  transact(wire.db, (tx) => {
    const from = loadActor(tx, actorId);
    assert(from, "who leaves is here");
    const now = wire.clock.now();
    const activity = writeFarewell(mintIri(from, "activities"), actorId, now);
    const recipients = listMourners(tx, actorId);
    wire.post(tx, {
      ...{ from, activity, lane: "social", thread: null, isPublic: true, isProven: false, recipients, now },
    });
    for (const direction of ["in", "out"] as const)
      for (const follow of listStandingOf(tx, actorId, direction))
        saveFollow(tx, { ...follow, state: "ended", updatedAt: now });
    saveDeparture(tx, actorId, { farewellAt: now });
  });
}

function close(wire: Wire, actorId: string): void {
  transact(wire.db, (tx) => {
    const now = wire.clock.now();
    updateActor(tx, actorId, { goneAt: now, updatedAt: now });
    note(tx, "gone", actorId, null, "", now);
  });
  wire.senders.forget(actorId);
}

function listWorking(tx: Tx): string[] {
  return listActors(tx)
    .filter(({ kind, retiredAt }) => kind !== "node" && retiredAt === null)
    .map(({ id }) => id);
}

function refuseOpen(tx: Tx, { affairsOf }: Leaving, actorIds: readonly string[]): Refusal | null {
  const count = actorIds.reduce((sum, actorId) => sum + affairsOf(tx, actorId).length, 0);
  return count === 0 ? null : { refused: "affairs-open", count };
}

function decide(tx: Tx, actorId: string, now: number, byId: string | null): void {
  updateActor(tx, actorId, { retiredAt: now });
  insertDeparture(tx, actorId, now);
  note(tx, "retired", actorId, byId, tellWhen({ decidedAt: now }), now);
}

function tellWhen(decided: Pick<Departure, "decidedAt">): string {
  return new Date(lettersLeaveAt(decided)).toISOString().slice(0, 16);
}

function takeBack(tx: Tx, departures: readonly Departure[], byId: string | null, now: number) {
  if (departures.length === 0) return { refused: "not-retired" };
  const waiting = departures.filter(({ lettersAt }) => lettersAt === null);
  if (waiting.length === 0) return { refused: "letters-left" };
  for (const { actorId } of waiting) {
    deleteDeparture(tx, actorId);
    updateActor(tx, actorId, { retiredAt: null });
    note(tx, "retired-not", actorId, byId, "", now);
  }
  return { kept: waiting.map(({ actorId }) => actorId) };
}

function note(tx: Tx, what: AuditWhat, actorId: string | null, byId: string | null, detail: string, at: number): void {
  recordAudit(tx, { what, actorId, byId, aboutId: null, detail, at });
}
