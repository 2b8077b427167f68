// A partner that owns its keys and minds no rule: says anything on the order channel, proven and signed, over real HTTP.
import type { KeyObject } from "node:crypto";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { addProof } from "../../src/activitypub/proof.ts";
import type { ThreadMessage } from "../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../src/partners/threads/agreementDocument.ts";
import type { TestNode } from "./nodes.ts";
import { tell } from "./tell.ts";

/** What is changed: the document before it is proven, and afterwards; `key` proves it instead of the compared one. */
export type Forgery = {
  readonly before?: (json: JsonObject) => JsonObject;
  readonly after?: (json: JsonObject) => JsonObject;
  readonly key?: KeyObject;
};

/** Somebody's words to somebody: `say` gives the status, the outcome as `to`'s node has logged it, and the name of what was said. */
export function forgerOf(home: TestNode, from: LocalActor, toHome: TestNode, to: LocalActor) {
  const say = async (message: ThreadMessage, { before = same, after = same, key }: Forgery = {}) => {
    const { db, wire } = home.node;
    const pinned = wire.keyring.open(db.orm, from.id, "ed25519", to.id);
    const prover = { keyId: pinned.keyId, privateKey: key ?? pinned.privateKey };
    const json = after(addProof(before(writeThreadMessage(message, from, to.id)), prover, wire.clock.now()));
    const signer = wire.keyring.open(db.orm, from.id, "rsa");
    const { status } = await tell(`${to.id}/inbox`, json, { ...signer, now: wire.clock.now(), spec: "rfc9421" });
    const row = toHome.node.db.raw
      .prepare("SELECT outcome, refusal FROM inbox_log WHERE activity_id = ? AND sender = ?")
      .get(json.id, from.id) as { outcome: string; refusal: string | null } | undefined;
    return { status, outcome: row?.outcome ?? null, refusal: row?.refusal ?? null, json };
  };
  return say;
}

function same(json: JsonObject): JsonObject {
  return json;
}
