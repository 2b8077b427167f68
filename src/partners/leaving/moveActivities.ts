// What an actor that moves says, and how the word of others that they moved arrives: nothing is believed before both addresses said so
// themselves. FEP-7628, PROTOCOL 11, SAFETY B56.
import { readId, readMember } from "../../activitypub/activityShape.ts";
import type { RemoteActor } from "../../activitypub/actor.ts";
import { HUMAN } from "../../activitypub/context.ts";
import type { InboxRule, Outcome } from "../../activitypub/inbox.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { formatInstant } from "../../kernel/time.ts";
import { listActorsWhoKnow, saveMove } from "./moveStore.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const LONGEST_IRI = 2048;

/** The Move of an actor by itself to another address of its own. */
export function writeMove(move: { id: string; actor: string; target: string; now: number }): JsonObject {
  const { id, actor, target, now } = move;
  const published = formatInstant(now);
  return { "@context": HUMAN, type: "Move", id, actor, object: actor, target, published, to: [PUBLIC] };
}

/** Whether the new address says that it was the old one, and the old one that it is now the new. Documents are each origin's own. */
export function areBothClaimed(old: RemoteActor, target: RemoteActor): boolean {
  return old.document.movedTo === target.id && isKnownAs(target, old.id);
}

/** Whether an actor's own document says that it was that address before. */
export function isKnownAs({ document }: RemoteActor, old: string): boolean {
  return [document.alsoKnownAs].flat().includes(old);
}

/** The rule by which a Move arrives: it is noted for those of ours whom it concerns, and looked into by the clock. */
export const moveInboxRule: InboxRule = { channel: "social", types: ["Move"], receive: takeMove };

function takeMove(tx: Parameters<InboxRule["receive"]>[0], arrival: Parameters<InboxRule["receive"]>[1]): Outcome {
  const { activity, sender, receivedAt } = arrival;
  const target = readId(readMember(activity, "target"));
  if (readId(readMember(activity, "object")) !== sender.id || target === null || target === sender.id)
    return "not-mine";
  if (target.length > LONGEST_IRI || !URL.canParse(target)) return { refused: "unreadable-move" };
  const concerned = listActorsWhoKnow(tx, sender.id);
  for (const actorId of concerned)
    saveMove(tx, { actorId, peer: sender.id, target, state: "told", dueAt: receivedAt, toldAt: receivedAt });
  return concerned.length > 0 ? "applied" : "not-mine";
}
