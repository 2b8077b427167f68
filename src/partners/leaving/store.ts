// Rows of departures <-> values; what an actor that leaves still has with others. The only queries on that table.
import { countOnTheirWay } from "../../activitypub/outboxListStore.ts";
import { actors } from "../../activitypub/tables.ts";
import { eq, isNull } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { countOpenPacts } from "../pacts/pactStore.ts";
import type { Departure, Ties } from "./leaving.ts";
import { departures } from "./tables.ts";

const COLUMNS = {
  actorId: departures.actorId,
  decidedAt: departures.decidedAt,
  lettersAt: departures.lettersAt,
  farewellAt: departures.farewellAt,
  goneAt: actors.goneAt,
};

export function loadDeparture(tx: Tx, actorId: string): Departure | undefined {
  return joined(tx).where(eq(departures.actorId, actorId)).get();
}

/** Those that are not over. */
export function listDepartures(tx: Tx): Departure[] {
  return joined(tx).where(isNull(actors.goneAt)).orderBy(departures.actorId).all();
}

export function insertDeparture(tx: Tx, actorId: string, decidedAt: number): void {
  tx.insert(departures).values({ actorId, decidedAt, lettersAt: null, farewellAt: null }).run();
}

type Reached = { decidedAt: number } | { lettersAt: number } | { farewellAt: number };

export function saveDeparture(tx: Tx, actorId: string, reached: Reached): void {
  tx.update(departures).set(reached).where(eq(departures.actorId, actorId)).run();
}

export function deleteDeparture(tx: Tx, actorId: string): void {
  tx.delete(departures).where(eq(departures.actorId, actorId)).run();
}

export function loadTies(tx: Tx, actorId: string): Ties {
  const { all, orders } = countOnTheirWay(tx, actorId);
  return { pacts: countOpenPacts(tx, actorId), orderLetters: orders, letters: all };
}

function joined(tx: Tx) {
  return tx.select(COLUMNS).from(departures).innerJoin(actors, eq(actors.id, departures.actorId));
}
