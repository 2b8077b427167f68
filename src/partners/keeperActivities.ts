// A keeper says yes to a producer's list, or takes it back: the producer's own node hears it and has everybody look who knows the producer.
import { readId, readMember, readObject } from "../activitypub/activityShape.ts";
import { readKeeps } from "../activitypub/document.ts";
import type { Arrival, InboxRule, Outcome } from "../activitypub/inbox.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import { listNamersHere, saidBy } from "./keeperStore.ts";
import { tellProfile } from "./profileActions.ts";

const DAY = 86_400_000;
/** So often a day a keeper's words go on to all who know a producer: it may change its mind, and not make us shout. */
const TOLD_A_DAY_MAX = 12;

/** Looks on at every Update by which an actor describes itself. What it says is not believed: others are told to read, and read both. */
export function keeperInboxRule(wire: Wire): InboxRule {
  const told = new Map<string, number[]>();
  const mayTell = (producerId: string, now: number) => {
    const lately = (told.get(producerId) ?? []).filter((at) => now - at < DAY);
    if (lately.length >= TOLD_A_DAY_MAX) return false;
    told.set(producerId, [...lately, now]);
    return true;
  };
  const receive = (tx: Tx, { activity, sender, receivedAt: now }: Arrival): Outcome => {
    const document = readObject(activity);
    if (document === null || readId(readMember(activity, "object")) !== sender.id) return "not-mine";
    const changed = listNamersHere(tx, sender.id).filter(
      ({ id }) => readKeeps(document, id) !== saidBy(tx, sender.id, id) && mayTell(id, now),
    );
    for (const producer of changed) tellProfile(wire, tx, producer, now);
    return changed.length > 0 ? "applied" : "not-mine";
  };
  return { channel: "social", types: ["Update"], isWitness: true, receive };
}
