// Letters of a peer as they come over the wire: signed, posted, and what was answered.
import { request } from "undici";
import { createSigner } from "../../src/activitypub/signHttp.ts";
import type { EvilActor } from "./evilPeer.ts";

/** Posts an activity to an inbox, signed by that actor. Rejects when nobody answers. */
export async function deliver(inbox: string, signer: EvilActor, activity: object) {
  const body = Buffer.from(JSON.stringify(activity));
  const headers = { "content-type": "application/activity+json" };
  const signed = await createSigner(signer, "rfc9421", Date.now)({ method: "POST", url: inbox, headers, body });
  const answer = await request(inbox, { method: "POST", headers: { ...headers, ...signed }, body });
  await answer.body.dump();
  return { status: answer.statusCode, retryAfter: answer.headers["retry-after"] };
}

/** The status of a page as a browser sees it; 0 when nobody answers. */
export async function statusOf(url: string): Promise<number> {
  const answer = await request(url, { headers: { accept: "text/html" } }).catch(() => null);
  await answer?.body.dump();
  return answer?.statusCode ?? 0;
}

/** Something harmless to send, its `number`-th. */
export function writeLike(actor: EvilActor, number: number) {
  const id = `${actor.id}/likes/${number}`;
  return { "@context": "https://www.w3.org/ns/activitystreams", id, type: "Like", actor: actor.id, object: actor.id };
}

/** What a supervisor hears. */
export async function askReady(origin: string) {
  const answer = await request(`${origin}/readyz`);
  return { status: answer.statusCode, body: await answer.body.json() };
}
