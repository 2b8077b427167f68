// What an actor that closes says to everybody who would notice, and to whom. PROTOCOL 11.
import { HUMAN } from "../../activitypub/context.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import type { Recipient } from "../../activitypub/outbox.ts";
import type { Tx } from "../../db/transact.ts";
import { formatInstant } from "../../kernel/time.ts";
import { listAcquaintances } from "../profileActions.ts";
import { listStandingOf } from "../store.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** The Delete of an actor by itself, as other software knows it: it takes its follows along, and its posts. */
export function writeFarewell(id: string, actor: string, now: number): JsonObject {
  return { "@context": HUMAN, type: "Delete", id, actor, object: actor, published: formatInstant(now), to: [PUBLIC] };
}

/** Followers, whoever is or was a partner, and whom it follows: each inbox once. */
export function listMourners(tx: Tx, actorId: string): Recipient[] {
  const followed = listStandingOf(tx, actorId, "out").map(({ inbox, peer }): Recipient => ({ inbox, actorUri: peer }));
  const all = [...followed, ...listAcquaintances(tx, actorId)];
  return [...new Map(all.map((one) => [one.inbox, one])).values()];
}
