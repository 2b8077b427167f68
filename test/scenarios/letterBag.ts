// Letters taken off a node's hands before it sends them, to be handed over by a test when and as often as it likes: the same frozen
// bytes, freshly signed as the node signs them, over real HTTP.
import { request } from "undici";
import { createSigner } from "../../src/activitypub/signHttp.ts";
import type { TestNode } from "../tools/nodes.ts";

export type Letter = { readonly actorId: string; readonly inbox: string; readonly json: string };

/** What the order lane owes at this moment; to be called in the same breath as what caused it. The node holds it for delivered. */
export function takeLetters({ node }: TestNode): Letter[] {
  const letters = node.db.raw
    .prepare<[], Letter>(
      `SELECT o.actor_id AS actorId, o.inbox, a.json FROM outbox o JOIN activities a ON a.id = o.activity_id
       WHERE o.state = 'pending' AND o.lane = 'order' ORDER BY o.id`,
    )
    .all();
  node.db.raw.prepare("UPDATE outbox SET state = 'delivered' WHERE state = 'pending' AND lane = 'order'").run();
  return letters;
}

/** Hands a letter over. Gives the status and the word of the receipt, "" for none. */
export async function handOver({ node }: TestNode, { actorId, inbox, json }: Letter) {
  const body = Buffer.from(json);
  const headers = { "content-type": "application/activity+json" };
  const { db, keyring, clock } = node.wire;
  const sign = createSigner(keyring.open(db.orm, actorId, "rsa"), "rfc9421", clock.now);
  const signed = await sign({ method: "POST", url: inbox, headers, body });
  const answer = await request(inbox, { method: "POST", headers: { ...headers, ...signed }, body });
  await answer.body.dump();
  const [word = ""] = String(answer.headers["filiera-receipt"] ?? "").split(" ");
  return `${answer.statusCode} ${word}`.trim();
}
