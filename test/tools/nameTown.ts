// A farm that writes to peers whose names are in every kind of trouble: `node nameTown.ts FOLDER`, in a network and with a
// resolv.conf of its own (test/scenarios/names.test.ts). Prints what was seen as one line of JSON.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { rootCertificates, setDefaultCACertificates } from "node:tls";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { readConfig } from "../../src/config.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { buildNode, makeActor } from "../../src/node.ts";
import { type NameAnswer, startNameServer } from "./nameServer.ts";

const HOSTS = ["good", "absent", "failing", "silent", "private", "six", "loop", "alias"] as const;
const nameOf = (host: string) => `${host}.example`;
const HERE: NameAnswer = { addresses: ["127.0.0.1"], ttlSeconds: 60 };

const folder = process.argv[2] ?? "";
execFileSync("ip", ["link", "set", "lo", "up"]);
const names = new Map<string, NameAnswer>([
  [nameOf("good"), HERE],
  [nameOf("failing"), "server-failure"],
  [nameOf("silent"), "silence"],
  [nameOf("private"), { addresses: ["10.0.0.1", "192.168.1.1"], ttlSeconds: 60 }],
  [nameOf("six"), { addresses: ["::1"], ttlSeconds: 60 }],
  [nameOf("loop"), { alias: nameOf("pool") }],
  [nameOf("pool"), { alias: nameOf("loop") }],
  [nameOf("alias"), { alias: nameOf("good") }],
]);
await startNameServer(names);

// One certificate for all of them.
const [key, cert] = [`${folder}/key.pem`, `${folder}/certificate.pem`];
const fresh = [
  "-newkey",
  "ec",
  "-pkeyopt",
  "ec_paramgen_curve:prime256v1",
  "-nodes",
  "-days",
  "2",
  "-subj",
  "/CN=peers",
];
const alternatives = `subjectAltName=${HOSTS.map((host) => `DNS:${nameOf(host)}`).join(",")}`;
execFileSync("openssl", ["req", "-x509", ...fresh, "-addext", alternatives, "-keyout", key, "-out", cert], {
  stdio: "pipe",
});
setDefaultCACertificates([...rootCertificates, readFileSync(cert, "utf8")]);

type Hit = { host: string; address: string; method: string };
const hits: Hit[] = [];
const publicKeyPem = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
  type: "spki",
  format: "pem",
});
for (const address of ["127.0.0.1", "127.0.0.2", "::1"]) {
  const peer = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    const host = (request.headers.host ?? "").replace(".example", "");
    hits.push({ host, address, method: request.method ?? "" });
    const id = `https://${request.headers.host}/actor`;
    const document = {
      "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
      ...{ id, type: "Organization", inbox: `${id}/inbox`, outbox: `${id}/outbox`, preferredUsername: "actor" },
      publicKey: { id: `${id}#key`, owner: id, publicKeyPem },
    };
    // A connection that is kept needs no name: each request is to ask anew.
    const headers = { "content-type": "application/activity+json", connection: "close" };
    response.writeHead(request.method === "GET" ? 200 : 202, headers).end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => peer.listen(443, address, resolve));
}

const flags = ["--origin", "http://127.0.0.1:8000", "--port", "8000", "--data", `${folder}/data`, "--allow-private"];
const { config } = readConfig(flags, {});
const clock = { at: Date.now(), now: () => clock.at };
const node = await buildNode(config, { clock, chance: () => 0.5, busyAfterMs: 0 });
await node.start();
const mill = transact(node.db, (tx) => makeActor(tx, { kind: "producer", handle: "p", name: "Mulino" }, config, clock));
if (isRefusal(mill)) throw new Error(mill.refused);

function owe(hosts: readonly string[]): void {
  if (isRefusal(mill)) return;
  const activity = {
    "@context": "https://www.w3.org/ns/activitystreams",
    type: "Like",
    actor: mill.id,
    object: mill.id,
  };
  const recipients = hosts.map((host) => ({ inbox: `https://${nameOf(host)}/actor/inbox`, actorUri: null }));
  const letter = { from: mill, lane: "social", thread: null, isPublic: false, isProven: false, recipients } as const;
  transact(node.db, (tx) =>
    node.wire.post(tx, { ...letter, activity: { ...activity, id: mintIri(mill, "activities") }, now: clock.now() }),
  );
}
const rows = () => {
  const all = node.db.raw.prepare("SELECT host, state, attempts, last_error AS error FROM outbox ORDER BY id").all();
  return Object.fromEntries((all as { host: string }[]).map(({ host, ...row }) => [host.replace(".example", ""), row]));
};
const readAll = async () => {
  const found = HOSTS.map(async (host) => {
    const actor = await node.wire.senders.findActor(`https://${nameOf(host)}/actor`);
    return [host, "failed" in actor ? `${actor.failed} ${actor.detail}` : "found"] as const;
  });
  return Object.fromEntries(await Promise.all(found));
};
const deliveredTo = (from: Hit[]) =>
  from.filter(({ method }) => method === "POST").map(({ host, address }) => `${host} ${address}`);

owe(HOSTS);
await node.runDue();
const inTrouble = { rows: rows(), actors: await readAll(), delivered: deliveredTo(hits).sort() };

const mended = new Map(HOSTS.map((host) => [nameOf(host), HERE]));
for (const [name, answer] of mended) names.set(name, answer);
clock.at += 10 * 60_000;
hits.length = 0;
await node.runDue();
const after = { rows: rows(), actors: await readAll(), delivered: deliveredTo(hits).sort() };

// The peer moves. Its old address may be used for as long as it said, and no longer.
names.set(nameOf("good"), { addresses: ["127.0.0.1"], ttlSeconds: 1 });
hits.length = 0;
owe(["good"]);
await node.runDue();
names.set(nameOf("good"), { addresses: ["127.0.0.2"], ttlSeconds: 1 });
await pause(1500);
owe(["good"]);
await node.runDue();
console.log(JSON.stringify({ inTrouble, after, moved: deliveredTo(hits) }));
process.exit(0);
