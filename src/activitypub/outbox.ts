// What we owe to others: an activity is written, proven and frozen in the transaction of its cause, one row per inbox.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Db, Tx } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import type { LocalActor } from "./actor.ts";
import type { Keyring } from "./actors.ts";
import type { JsonObject } from "./json.ts";
import { addProof } from "./proof.ts";

/** The order channel ends only with a signed receipt; the social one with a 2xx. PROTOCOL 13. */
export type Lane = "order" | "social";

/** One inbox to reach. `receiptKey` is the Ed25519 multibase key whose receipt we accept on the order channel. */
export type Recipient = { readonly inbox: string; readonly actorUri: string | null; readonly receiptKey?: string };

/** An activity with where it goes. `activity` is complete but for its proof; `now` is epoch ms. */
type Letter = {
  readonly from: LocalActor;
  readonly activity: JsonObject;
  readonly lane: Lane;
  /** Letters of one thread reach one inbox in order. */
  readonly thread: string | null;
  /** Listed in the actor's outbox and readable by anyone at its id. */
  readonly isPublic: boolean;
  /** Add an Ed25519 proof (always on the order channel). */
  readonly isProven: boolean;
  readonly recipients: readonly Recipient[];
  readonly now: number;
};

/** Freezes a letter and owes it to its recipients, inside the caller's transaction. Returns the activity as frozen. */
export type Post = (tx: Tx, letter: Letter) => JsonObject;

/** A fresh IRI under an actor: 128 random bits, so that nothing can be counted or guessed. */
export function mintIri(actor: { readonly id: string }, collection: string): string {
  return `${actor.id}/${collection}/${encodeId(randomBytes(16))}`;
}

/** Makes the one door for outgoing activities. `onPosted` wakes the relay once the transaction is over. */
export function createPost(db: Db, keyring: Keyring, onPosted: () => void): Post {
  const insertActivity = db.raw.prepare(
    "INSERT INTO activities (id, actor_id, type, json, is_public, created_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const insertRow = db.raw.prepare(
    `INSERT INTO outbox (activity_id, actor_id, inbox, host, recipient, lane, thread, receipt_key, state, next_at, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT DO NOTHING`,
  );
  // A failing host keeps its own time of the next probe: new letters do not knock for it.
  const wakePeer = db.raw.prepare(
    `INSERT INTO peers (host, next_at) VALUES (@host, @now) ON CONFLICT (host) DO UPDATE SET next_at =
       CASE WHEN failing_since IS NULL THEN min(coalesce(next_at, @now), @now) ELSE coalesce(next_at, @now) END`,
  );
  return (tx, letter) => {
    const { from, lane, thread, isPublic, now } = letter;
    const { id, type } = letter.activity;
    assert(typeof id === "string" && typeof type === "string", "an activity has one id and one type");
    assert.equal(letter.activity.actor, from.id, "nobody speaks for another");
    assert(lane === "social" || letter.isProven, "the order channel is proven");
    // An order letter has one reader, who may not know our newest key yet.
    const reader = lane === "order" ? letter.recipients[0]?.actorUri : null;
    const frozen = letter.isProven
      ? addProof(letter.activity, keyring.open(tx, from.id, "ed25519", reader), now)
      : letter.activity;
    insertActivity.run(id, from.id, type, JSON.stringify(frozen), isPublic ? 1 : 0, now);
    for (const { inbox, actorUri, receiptKey = null } of letter.recipients) {
      const { host } = new URL(inbox);
      insertRow.run(id, from.id, inbox, host, actorUri, lane, thread, receiptKey, now, now);
      wakePeer.run({ host, now });
    }
    if (letter.recipients.length > 0) onPosted();
    return frozen;
  };
}
