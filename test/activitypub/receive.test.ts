// Deliveries by strangers and forgers to a real node over real HTTP: what is refused leaves no row but one security event.
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import t, { type Test } from "tap";
import { request } from "undici";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { createSigner, type SignatureSpec } from "../../src/activitypub/signHttp.ts";
import { type EvilActor, type EvilPeer, startEvilPeer } from "../tools/evilPeer.ts";
import { startNodes, type TestClock, type TestNode } from "../tools/nodes.ts";

type Stage = { gas: TestNode; us: LocalActor; peer: EvilPeer; evil: EvilPeer; clock: TestClock };
type Signing = { keyId: string; privateKey: KeyObject; spec?: SignatureSpec; at?: number };

async function stage(t: Test, limits = {}): Promise<Stage> {
  const { nodes, clock } = await startNodes(t, ["gas"], { inboxLimits: limits });
  const us = nodes.gas.addActor({ kind: "gas", handle: "gas", name: "GAS di prova" });
  const [peer, evil] = [await startEvilPeer(), await startEvilPeer()];
  t.teardown(() => Promise.all([peer.close(), evil.close()]));
  return { gas: nodes.gas, us, peer, evil, clock };
}

let counter = 0;
function like(actor: { id: string }, more: JsonObject = {}): JsonObject {
  counter += 1;
  const origin = new URL(actor.id).origin;
  return {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${origin}/likes/${counter}`,
    type: "Like",
    actor: actor.id,
    ...more,
  };
}

async function deliver(
  { us, clock }: Stage,
  activity: JsonObject,
  { keyId, privateKey, spec = "rfc9421", at = clock.now() }: Signing,
  inbox = `${us.id}/inbox`,
) {
  const body = Buffer.from(JSON.stringify({ object: us.id, ...activity }));
  const headers = { "content-type": "application/activity+json" };
  const signed = await createSigner(
    { keyId, privateKey },
    spec,
    () => at,
  )({ method: "POST", url: inbox, headers, body });
  const answer = await request(inbox, { method: "POST", headers: { ...headers, ...signed }, body });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    refused: ((await answer.body.json().catch(() => ({}))) as { refused?: string }).refused,
  };
}

const logged = ({ gas }: Stage) =>
  gas.node.db.raw.prepare("SELECT sender, outcome FROM inbox_log").all() as { sender: string; outcome: string }[];
const events = ({ gas }: Stage) => gas.node.db.raw.prepare("SELECT code FROM security_events").pluck().all();

t.test("a stranger whose actor lists the key is heard, in both spellings of the signature", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  for (const spec of ["rfc9421", "draft-cavage"] as const)
    t.equal((await deliver(s, like(mill), { ...mill, spec })).status, 202);
  t.equal(logged(s).length, 2);
  t.equal(s.peer.hits.filter((hit) => hit.path === "/mulino").length, 1, "its key was fetched once");
});

t.test("B1 a key that names the victim as its owner signs nothing as the victim", async (t) => {
  const s = await stage(t);
  const victim = s.peer.serveActor("mulino");
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKeyPem = publicKey.export({ type: "spki", format: "pem" });
  // A key document of the attacker's, naming the victim, both on the attacker's host and under a path of the victim's name.
  for (const path of ["/key", "/mulino"]) {
    const keyId = `${s.evil.origin}${path}`;
    s.evil.serve(path, { body: { id: keyId, type: "Key", owner: victim.id, publicKeyPem } });
    for (const spec of ["rfc9421", "draft-cavage"] as const) {
      const forged = await deliver(s, like(victim), { keyId, privateKey, spec });
      t.match(forged, { status: 401, refused: "key-of-another" });
    }
  }
  // A key id on the victim's host that the victim does not list, and the listed id with another key.
  for (const keyId of [`${victim.id}#other-key`, victim.keyId])
    t.equal((await deliver(s, like(victim), { keyId, privateKey })).status, 401);
  // The attacker's own actor claims the victim's key.
  const evil = s.evil.serveActor("e", { publicKey: { id: victim.keyId, owner: victim.id, publicKeyPem } });
  t.equal((await deliver(s, like(evil), { keyId: evil.keyId, privateKey: evil.privateKey })).status, 401);
  t.same(logged(s), []);
});

t.test("B6 A19 a delivery repeated ten times in parallel, and again an hour later, counts once", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  const activity = like(mill);
  const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(s, activity, mill)));
  t.same(new Set(answers.map(({ status }) => status)), new Set([202]));
  s.clock.advance({ minutes: 59 });
  t.equal((await deliver(s, activity, mill)).status, 202);
  t.equal(logged(s).length, 1);
});

t.test("B8 a signature more than an hour away is refused with our own date as a hint", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  for (const minutes of [-61, 61]) {
    const answer = await deliver(s, like(mill), { ...mill, at: s.clock.now() + minutes * 60_000 });
    t.equal(answer.status, 401);
    t.equal(answer.headers["date"], new Date(s.clock.now()).toUTCString());
  }
});

t.test(
  "B9 an id on another origin or on ours is refused, and an id taken by another does not bar its owner",
  async (t) => {
    const s = await stage(t);
    const mill = s.peer.serveActor("mulino");
    const evil = s.evil.serveActor("e");
    const wanted = like(mill);
    t.equal((await deliver(s, { ...like(evil), id: wanted.id! }, evil)).status, 400);
    t.equal((await deliver(s, { ...like(evil), id: `${s.gas.origin}/activities/1` }, evil)).status, 400);
    t.equal((await deliver(s, wanted, mill)).status, 202);
    t.same(logged(s), [{ sender: mill.id, outcome: "ignored" }]);
  },
);

t.test("a sender whose document names its key in full is heard; one that names another's key so is not", async (t) => {
  const s = await stage(t);
  const SEC = "https://w3id.org/security#";
  const write = (handle: string, owner: (id: string) => unknown) => {
    const actor = s.peer.serveActor(handle);
    const { publicKey, ...rest } = actor.document as { publicKey: { id: string; publicKeyPem: string } };
    const key = {
      "@id": publicKey.id,
      [`${SEC}owner`]: owner(actor.id),
      [`${SEC}publicKeyPem`]: publicKey.publicKeyPem,
    };
    s.peer.serve(`/${handle}`, { body: { ...rest, [`${SEC}publicKey`]: key } });
    return actor;
  };
  const honest = write("onesto", (id) => ({ "@id": id }));
  t.equal((await deliver(s, like(honest), honest)).status, 202);
  const thief = write("ladro", () => ({ "@id": honest.id }));
  t.equal((await deliver(s, like(thief), thief)).status, 401);
});

t.test("C17 what an inbox answers carries few headers, and none that a browser would need", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  const taken = await deliver(s, like(mill), mill);
  const refused = await deliver(s, { ...like(mill), id: `${s.gas.origin}/x` }, mill);
  const absent = await deliver(s, like(mill), mill, `${s.gas.origin}/nobody/inbox`);
  t.match([taken.status, refused.status], [202, 400]);
  for (const { status, headers } of [taken, refused, absent]) {
    t.match(
      headers,
      { "x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'" },
      `${status}`,
    );
    const known = ["connection", "content-length", "content-type", "date", "keep-alive", "vary", "cache-control"];
    const others = Object.keys(headers)
      .filter((name) => !known.includes(name))
      .sort();
    t.same(others, ["content-security-policy", "x-content-type-options"], `${status}`);
  }
});

t.test("B45 a new key under a new or the same id is learned at its origin; the old one is refused", async (t) => {
  const s = await stage(t);
  const before = s.peer.serveActor("mulino");
  t.equal((await deliver(s, like(before), before)).status, 202);
  s.clock.advance({ minutes: 6 });
  const after = s.peer.serveActor("mulino");
  t.equal((await deliver(s, like(after), after)).status, 202, "same id, new key");
  s.clock.advance({ minutes: 6 });
  t.equal((await deliver(s, like(before), before)).status, 401, "the old key no longer speaks");
});

t.test("B46 while the sender's actor cannot be fetched we answer 503, and hear it once it can", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  const { document } = mill;
  s.peer.serve("/mulino", { status: 500 });
  const activity = like(mill);
  const early = await deliver(s, activity, mill);
  t.match(early, { status: 503, refused: "sender-unreachable" });
  t.ok(early.headers["retry-after"]);
  s.peer.serve("/mulino", { body: document });
  s.clock.advance({ minutes: 2 });
  t.equal((await deliver(s, activity, mill)).status, 202);
});

t.test("an actor that is gone may say farewell, and nothing else", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  s.peer.serve("/mulino", { status: 410 });
  t.equal((await deliver(s, { ...like(mill), type: "Delete", object: mill.id }, mill)).status, 202);
  t.equal((await deliver(s, like(mill), mill)).status, 401);
  t.same(logged(s), []);
});

t.test("B43 B44 a blocked domain is refused at the gate, also an instant after it was heard", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  t.equal((await deliver(s, like(mill), mill)).status, 202);
  const { saveDomainRule } = await import("../../src/activitypub/store.ts");
  saveDomainRule(s.gas.node.db.orm, { domain: "127.0.0.1", rule: "block", reason: "", createdAt: s.clock.now() });
  t.match(await deliver(s, like(mill), mill), { status: 403, refused: "blocked" });
});

t.test("in allowlist mode only listed domains are heard", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  const { saveAllowlistMode, saveDomainRule } = await import("../../src/activitypub/store.ts");
  saveAllowlistMode(s.gas.node.db.orm, true);
  t.equal((await deliver(s, like(mill), mill)).status, 403);
  saveDomainRule(s.gas.node.db.orm, { domain: "127.0.0.1", rule: "allow", reason: "", createdAt: s.clock.now() });
  t.equal((await deliver(s, like(mill), mill)).status, 202);
});

t.test(
  "B52 one address that knocks too often is asked to wait; a proven partner pays from its own purse",
  async (t) => {
    const s = await stage(t, { requestsPerAddress: 3 });
    const mill = s.peer.serveActor("mulino");
    for (let i = 0; i < 6; i++)
      t.equal((await deliver(s, like(mill), mill)).status, 202, "a partner gets its place back");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++)
      statuses.push((await deliver(s, like(mill), { keyId: `${mill.id}#no-${i}`, privateKey })).status);
    t.same(statuses, [401, 401, 401, 429, 429]);
  },
);

t.test("B7 what is for another host is answered 421", async (t) => {
  const s = await stage(t);
  const mill = s.peer.serveActor("mulino");
  const body = Buffer.from(JSON.stringify({ ...like(mill), object: s.us.id }));
  const headers = { "content-type": "application/activity+json", host: "altro.example" };
  const signed = await createSigner(
    mill,
    "rfc9421",
    s.clock.now,
  )({ method: "POST", url: `${s.us.id}/inbox`, headers, body });
  const answer = await request(`${s.us.id}/inbox`, { method: "POST", headers: { ...headers, ...signed }, body });
  await answer.body.dump();
  t.equal(answer.statusCode, 421);
});

t.test(
  "B3 B10 B11 B20 B21 whatever is unsigned, misshapen, deep or huge is refused, leaves one event and no row",
  async (t) => {
    const s = await stage(t);
    const mill: EvilActor = s.peer.serveActor("mulino");
    const send = async (body: string, headers: Record<string, string> = {}) => {
      const answer = await request(`${s.us.id}/inbox`, {
        method: "POST",
        headers: { "content-type": "application/activity+json", ...headers },
        body,
      });
      await answer.body.dump();
      return answer.statusCode;
    };
    t.equal(await send(JSON.stringify(like(mill))), 401, "unsigned");
    t.equal(await send(`${"[".repeat(5000)}${"]".repeat(5000)}`), 400, "deep");
    t.equal(await send(`{"a":"${"x".repeat(300_000)}"}`), 413, "huge");
    t.equal(await send("{}", { "content-encoding": "gzip" }), 415, "packed");
    t.equal(await send("{}", { "content-type": "text/plain" }), 415, "another type");
    for (const id of [null, ["a"], "data:,x", "javascript:x", `https://a.example/${"x".repeat(10_000)}`])
      t.equal((await deliver(s, { ...like(mill), id: id as string }, mill)).status, 400);
    for (const actor of [[mill.id, s.us.id], { id: mill.id, publicKey: {} }, s.us.id]) {
      const status = (await deliver(s, { ...like(mill), actor: actor as string }, mill)).status;
      t.ok(status === 400 || status === 401 || status === 202, `${status}`);
    }
    t.ok(logged(s).every((row) => row.sender === mill.id));
    t.ok(events(s).length >= 8);
  },
);

t.test("B5 an RSA key too short, or with another exponent, speaks for nobody", async (t) => {
  const s = await stage(t);
  for (const options of [{ modulusLength: 1024 }, { modulusLength: 2048, publicExponent: 3 }]) {
    const { privateKey } = generateKeyPairSync("rsa", options);
    const publicKeyPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
    const handle = `debole-${options.modulusLength}-${options.publicExponent ?? 65537}`;
    const id = `${s.peer.origin}/${handle}`;
    const weak = s.peer.serveActor(handle, { publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem } });
    t.equal((await deliver(s, like(weak), { keyId: weak.keyId, privateKey })).status, 401);
  }
});
