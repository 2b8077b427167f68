// Activities a second through our whole inbox: HTTP, gate, key of the sender, signature, log row and effect, on disk before
// the 202. "small" is a mix of Follow, Create and Update of twenty senders, "digest" an Update that lists a hundred items.
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { startBenchNode } from "../benchNode.ts";
import { hammer } from "../hammer.ts";
import { startActors } from "../peers.ts";
import { signPosts } from "../signedPosts.ts";

const SENDERS = 20;
const REQUESTS = 24_000;
const WARM_UP_MS = 2000;

const kind = process.argv[2];
const { actors, privateKey, close: closePeers } = await startActors(SENDERS);
const { actor: receiver, origin, port, close } = await startBenchNode("gas");
const AS = "https://www.w3.org/ns/activitystreams";

function writeSmall(number: number, actor: string): JsonObject {
  const id = `${actor}/activities/${number}`;
  const head = { "@context": AS, id, actor, to: [receiver.id] };
  if (number % 3 === 0) return { ...head, type: "Follow", object: receiver.id };
  const note = { id: `${actor}/notes/${number}`, type: "Note", attributedTo: actor, content: "Arance da mercoledì" };
  return { ...head, type: number % 3 === 1 ? "Create" : "Update", object: note };
}

function writeDigest(number: number, actor: string): JsonObject {
  const catalog = `${actor}/catalog`;
  const items = Array.from({ length: 100 }, (_, item) => ({
    id: `${catalog}/product-${item}`,
    type: "Object",
    updated: "2026-11-02T08:00:00Z",
  }));
  const object = { id: catalog, type: "Collection", attributedTo: actor, totalItems: 100, items };
  return { "@context": AS, id: `${actor}/activities/${number}`, type: "Update", actor, to: [receiver.id], object };
}

const write = kind === "digest" ? writeDigest : writeSmall;
const count = kind === "digest" ? REQUESTS / 3 : REQUESTS;
const batches = actors.map(({ id, keyId }, sender) => {
  const bodies: Buffer[] = [];
  for (let number = sender; number < count; number += SENDERS) {
    bodies.push(Buffer.from(JSON.stringify(write(number, id))));
  }
  return signPosts(bodies, { origin, path: "/g/inbox", keyId, privateKey });
});
const signed = await Promise.all(batches);
// The senders take turns, as they would.
const requests = signed[0]!.flatMap((_, turn) => signed.flatMap((posts) => posts[turn] ?? []));
const load = { port, requests, repeat: false, connections: 64, warmUpMs: WARM_UP_MS, durationMs: 5000 };
const struck = hammer(load, 202);
await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
const [before, beforeThread] = [process.cpuUsage(), process.threadCpuUsage()];
const { perSecond, count: answered } = await struck;
const [all, thread] = [process.cpuUsage(before), process.threadCpuUsage(beforeThread)];
await close();
closePeers();
// On a machine that others use too the time of the processor says more than the rate.
const cpuMicrosecondsEach = (all.user + all.system) / answered;
const mainThreadMicrosecondsEach = (thread.user + thread.system) / answered;
console.log(JSON.stringify({ value: perSecond, cpuMicrosecondsEach, mainThreadMicrosecondsEach }));
