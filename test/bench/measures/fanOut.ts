// Deliveries a second of small activities to 200 inboxes on 200 hosts, from the outbox row to the row that says delivered.
// The argument is how many of the hosts are dead; only deliveries to the living count.

import { mintIri } from "../../../src/activitypub/outbox.ts";
import { transact } from "../../../src/db/transact.ts";
import { startBenchNode } from "../benchNode.ts";
import { startHosts } from "../peers.ts";

const HOSTS = 200;
const LETTERS = 60;
const DURATION_MS = 6000;

const dead = Number(process.argv[2] ?? "0");
const { inboxes, close: closeHosts } = await startHosts(HOSTS, dead);
const { node, actor, close } = await startBenchNode("producer");
const recipients = inboxes.map((inbox) => ({ inbox, actorUri: null }));
const countDelivered = node.db.raw.prepare("SELECT count(*) FROM outbox WHERE state = 'delivered'").pluck();

const started = performance.now();
const [before, beforeThread] = [process.cpuUsage(), process.threadCpuUsage()];
for (let letter = 0; letter < LETTERS; letter++) {
  const id = mintIri(actor, "activities");
  const object = { id: mintIri(actor, "notes"), type: "Note", attributedTo: actor.id, content: "Arance da mercoledì" };
  const context = "https://www.w3.org/ns/activitystreams";
  const activity = { "@context": context, id, type: "Create", actor: actor.id, to: [`${actor.id}/followers`], object };
  const how = { lane: "social", thread: null, isPublic: true, isProven: true } as const;
  transact(node.db, (tx) => node.wire.post(tx, { from: actor, activity, ...how, recipients, now: Date.now() }));
}
const goal = LETTERS * (HOSTS - dead);
let delivered = 0;
while (delivered < goal && performance.now() - started < DURATION_MS) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  delivered = Number(countDelivered.get());
}
const value = delivered / ((performance.now() - started) / 1000);
const [all, thread] = [process.cpuUsage(before), process.threadCpuUsage(beforeThread)];
await close();
closeHosts();
// On a machine that others use too the time of the processor says more than the rate; signatures are made beside.
const cpuMicrosecondsEach = (all.user + all.system) / delivered;
const mainThreadMicrosecondsEach = (thread.user + thread.system) / delivered;
console.log(JSON.stringify({ value, cpuMicrosecondsEach, mainThreadMicrosecondsEach }));
