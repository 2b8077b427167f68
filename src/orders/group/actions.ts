// What can happen to a group's settings and places, each thing one synchronous transaction.

import { randomBytes } from "node:crypto";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { checkPlace, PLACES_MAX, type Place, type PlaceWish } from "./places.ts";
import type { GroupSettings } from "./settings.ts";
import { countPlaces, listPlaces, loadPlace, saveGroupSettings, savePlaceRow } from "./store.ts";

type House = Pick<Wire, "db" | "clock">;

/** Keeps what new orders of the group begin with. Orders that exist stay as they are. */
export function chooseSettings({ db, clock }: House, actorId: string, settings: GroupSettings, byId: string): void {
  const at = clock.now();
  transact(db, (tx) => {
    saveGroupSettings(tx, actorId, settings, at);
    recordAudit(tx, { what: "orders-begin", actorId, byId, aboutId: null, detail: "", at });
  });
}

/** Adds a place (`id` null) or changes one. Refuses `not-found`, `too-many-places` {limit}, `place-taken`, and as checkPlace. */
export function savePlace(
  { db, clock }: House,
  actorId: string,
  id: string | null,
  wish: PlaceWish,
  byId: string | null = null,
): Place | Refusal {
  const refusal = checkPlace(wish);
  if (refusal) return refusal;
  return transact(db, (tx) => {
    const before = id === null ? null : loadPlace(tx, actorId, id);
    if (before === undefined) return { refused: "not-found" };
    if (before === null && countPlaces(tx, actorId) >= PLACES_MAX)
      return { refused: "too-many-places", limit: PLACES_MAX };
    if (before?.retiredAt == null && isTaken(tx, actorId, wish.name, id)) return { refused: "place-taken" };
    const place = { ...wish, id: id ?? encodeId(randomBytes(16)), retiredAt: before?.retiredAt ?? null };
    savePlaceRow(tx, actorId, place, clock.now());
    notePlace(tx, actorId, place, byId, clock.now());
    return place;
  });
}

function notePlace(tx: Tx, actorId: string, { name }: Place, byId: string | null, at: number): void {
  recordAudit(tx, { what: "place", actorId, byId, aboutId: null, detail: name, at });
}

/** Offers a place no more, or again. Orders that name it stay as they are. Refuses `not-found`, `place-taken`. */
export function retirePlace(
  { db, clock }: House,
  actorId: string,
  id: string,
  isRetired: boolean,
  byId: string | null = null,
): Place | Refusal {
  return transact(db, (tx) => {
    const before = loadPlace(tx, actorId, id);
    if (!before) return { refused: "not-found" };
    if (!isRetired && isTaken(tx, actorId, before.name, id)) return { refused: "place-taken" };
    const place = { ...before, retiredAt: isRetired ? clock.now() : null };
    savePlaceRow(tx, actorId, place, clock.now());
    notePlace(tx, actorId, place, byId, clock.now());
    return place;
  });
}

function isTaken(tx: Tx, actorId: string, name: string, id: string | null): boolean {
  return listPlaces(tx, actorId).some((place) => place.name === name && place.id !== id);
}
