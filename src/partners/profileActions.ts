// An actor describes itself anew: its page shows it at once, followers and partners are told to ask again. PROTOCOL 2 and 3.

import type { LocalActor } from "../activitypub/actor.ts";
import { describeActor, describeForWire } from "../activitypub/actors.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { mintIri, type Recipient } from "../activitypub/outbox.ts";
import { loadActor, refuseRetired } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { formatInstant } from "../kernel/time.ts";
import { recordAudit } from "../web/auditStore.ts";
import { listAcquainted } from "./pacts/pactStore.ts";
import { followerInboxes } from "./store.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** What an actor says of itself to everybody. */
export type Profile = Pick<
  LocalActor,
  "name" | "summary" | "place" | "contact" | "website" | "icon" | "showsStatistics"
>;

/**
 * Changes what an actor says of itself and owes the news to followers and partners, in one transaction; nothing is sent when
 * nothing changed. `byId`: who did it; null: nobody signed in. Refuses `no-such-actor`, `bad-name`, `actor-retired`.
 */
export function describeAndTell(
  wire: Wire,
  actorId: string,
  change: Partial<Profile>,
  byId: string | null = null,
): LocalActor | Refusal {
  const told = transact(wire.db, (tx) => {
    const before = loadActor(tx, actorId);
    if (before && Object.entries(change).every(([key, value]) => before[key as keyof Profile] === value)) return before;
    const now = wire.clock.now();
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    const after = describeActor(tx, actorId, change, now);
    if (isRefusal(after)) return after;
    tellProfile(wire, tx, after, now);
    recordAudit(tx, { what: "profile", actorId, byId, aboutId: null, detail: Object.keys(change).join(", "), at: now });
    return after;
  });
  wire.senders.forget(actorId);
  return told;
}

/** Owes the news that an actor's document changed to everybody who would notice, and to `others`. Inside the caller's transaction. */
export function tellProfile(
  wire: Wire,
  tx: Tx,
  from: LocalActor,
  now: number,
  others: readonly Recipient[] = [],
): void {
  const known = [...listAcquaintances(tx, from.id), ...others];
  const recipients = [...new Map(known.map((one) => [one.inbox, one])).values()];
  if (recipients.length === 0) return;
  const activity = writeProfileUpdate(mintIri(from, "activities"), from, describeForWire(tx, from), now);
  wire.post(tx, {
    ...{ from, activity, lane: "social", thread: null, isPublic: false, isProven: false, recipients, now },
  });
}

/** Everybody who would notice that an actor changed or left: followers and whoever it has or had a pact with, each inbox once. */
export function listAcquaintances(tx: Tx, actorId: string): Recipient[] {
  const partners = listAcquainted(tx, actorId).map(({ inbox, peer }): Recipient => ({ inbox, actorUri: peer }));
  return [...new Map([...partners, ...followerInboxes(tx, actorId)].map((one) => [one.inbox, one])).values()];
}

/** The Update of an actor with its whole document, as other software expects it; Filiera nodes ask the origin themselves. */
export function writeProfileUpdate(id: string, actor: LocalActor, document: JsonObject, now: number): JsonObject {
  const { "@context": context, ...object } = document;
  const head = { "@context": context ?? [], type: "Update", id, actor: actor.id };
  return { ...head, published: formatInstant(now), to: [PUBLIC], cc: [`${actor.id}/followers`], object };
}
