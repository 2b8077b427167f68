import t from "tap";
import { type Delivery, type GateSettings, inspectDelivery } from "../../src/activitypub/gate.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { digestOf } from "../../src/activitypub/proof.ts";
import { verifySignature } from "../../src/activitypub/verifySignature.ts";
import { OFFER } from "../fixtures/orderSamples.ts";
import { type Changes, deliver, FOLLOW, NOW, RSA, SETTINGS } from "./signedDelivery.ts";

const SPECS = ["draft-cavage", "rfc9421"] as const;
const G_KEY = "https://g.example/g#main-key";
const AT_PRODUCER: GateSettings = {
  ...SETTINGS,
  origin: "https://p.example",
  findInbox: (path) => (path === "/p/inbox" ? "https://p.example/p" : path === "/inbox" ? null : undefined),
};

t.test("a signed Follow passes under the lenient rules, with what the listener needs to go on", async (t) => {
  for (const spec of SPECS) {
    const answer = inspectDelivery(deliver(FOLLOW, { spec }), SETTINGS);
    if ("refused" in answer) return t.fail(answer.refused);
    t.match(answer.pass, {
      activity: FOLLOW,
      id: FOLLOW.id,
      actor: FOLLOW.actor,
      type: "Follow",
      profile: "lenient",
      keyId: "https://p.test/p#main-key",
      signature: { spec, algorithm: "rsa-v1_5-sha256" },
      digest: digestOf(FOLLOW),
    });
    t.ok(verifySignature(answer.pass, RSA.publicKey));
  }
});

t.test("an order passes under the strict rules at its receiver's own inbox", async (t) => {
  for (const spec of SPECS) {
    const answer = inspectDelivery(deliverOrder(OFFER, { spec }), AT_PRODUCER);
    if ("refused" in answer) return t.fail(answer.refused);
    t.match(answer.pass, { profile: "strict", type: "Offer", actor: "https://g.example/g" });
    t.ok(verifySignature(answer.pass, RSA.publicKey));
  }
});

t.test("an order that is not exactly in order is refused", async (t) => {
  const proof = OFFER.proof as JsonObject;
  const { proof: _, ...unproven } = OFFER;
  const changes: [string, JsonObject][] = [
    ["not-addressed", { to: "https://p.example/p" }],
    ["not-addressed", { to: ["https://p.example/p", "https://p.example/q"] }],
    ["not-addressed", { to: ["https://p.example/q"] }],
    ["not-addressed", { cc: [] }],
    ["not-addressed", { bto: ["https://e.example/e"] }],
    ["signature", { signature: { type: "RsaSignature2017", creator: G_KEY } }],
    ["proof", { proof: [proof] }],
    ["proof", { proof: { ...proof, verificationMethod: "https://e.example/e#ed25519-1" } }],
    ["context-unknown", { "@context": "https://www.w3.org/ns/activitystreams" }],
    ["actor", { actor: { id: "https://g.example/g" } }],
    ["type", { type: ["Offer"] }],
    ["type", { type: "as:Offer" }],
  ];
  t.match(inspectDelivery(deliverOrder(unproven), AT_PRODUCER), { refused: "proof", status: 400 });
  for (const [refused, change] of changes) {
    const answer = inspectDelivery(deliverOrder({ ...OFFER, ...change }), AT_PRODUCER);
    t.match(answer, { refused, status: 400 }, JSON.stringify(change));
  }
});

t.test("B55 an order at the shared inbox or at another actor's inbox is not taken", async (t) => {
  t.match(inspectDelivery(deliverOrder(OFFER, { path: "/inbox" }), AT_PRODUCER), { refused: "not-addressed" });
  const elsewhere = { ...AT_PRODUCER, findInbox: () => "https://p.example/q" };
  t.match(inspectDelivery(deliverOrder(OFFER), elsewhere), { refused: "not-addressed" });
});

t.test("B1 E cannot sign as P: its key, its documents and its proofs stay E's, whatever they claim", async (t) => {
  const note = {
    ...FOLLOW,
    type: "Create",
    object: { type: "Note", id: "https://p.test/n", attributedTo: FOLLOW.actor },
  };
  for (const spec of SPECS) {
    for (const keyId of [
      "https://e.test/e#main-key",
      "https://e.test/https://p.test/p#main-key",
      "https://e.test/p#main-key",
      "https://p.test.e.test/p#main-key",
      "https://e.test/?https://p.test/p#main-key",
    ]) {
      t.match(
        inspectDelivery(deliver(note, { spec, keyId }), SETTINGS),
        { refused: "key-of-another", status: 401 },
        keyId,
      );
    }
  }
  const creator = "https://e.test/e#main-key";
  const claims: [string, JsonObject][] = [
    ["signature", { signature: { type: "RsaSignature2017", creator, signatureValue: "eA==" } }],
    ["proof", { proof: { type: "DataIntegrityProof", verificationMethod: creator } }],
    ["proof", { proof: [{ verificationMethod: "https://p.test/p#key" }, { verificationMethod: creator }] }],
    ["actor", { actor: { id: FOLLOW.actor, publicKey: { id: creator, owner: FOLLOW.actor, publicKeyPem: "x" } } }],
  ];
  for (const [refused, claim] of claims) {
    t.match(inspectDelivery(deliver({ ...note, ...claim }), SETTINGS), { refused, status: 400 }, refused);
  }
});

t.test("B2 a keyId counts for P only when it is spelled on P's exact origin", async (t) => {
  const stranger = [
    "https://p.test:443/p#main-key",
    "https://p.test:8443/p#main-key",
    "http://p.test/p#main-key",
    "https://user@p.test/p#main-key",
    "https://p.test@e.test/p#main-key",
    "https://P.TEST/p#main-key",
    "HTTPS://p.test/p#main-key",
    "https://p.test./p#main-key",
    "https://p.test#main-key",
    "https:p.test/p#main-key",
    "https:///p.test/p#main-key",
    "https://p。test/p#main-key",
    "https://xn--p.test/p#main-key",
    "https://p.test\\\\@e.test/p",
    "acct:p@p.test",
    "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
    "main-key",
  ];
  for (const keyId of stranger) {
    t.match(inspectDelivery(deliver(FOLLOW, { keyId }), SETTINGS), { status: 401 }, keyId);
    t.match(inspectDelivery(deliver(FOLLOW, { keyId, spec: "rfc9421" }), SETTINGS), { status: 401 }, keyId);
  }
  for (const keyId of ["https://p.test/p#main-key", "https://p.test/p/keys/2", "https://p.test/?author=1#main-key"]) {
    t.notOk("refused" in inspectDelivery(deliver(FOLLOW, { keyId }), SETTINGS), keyId);
  }
});

t.test("B10 an id that is missing, no plain https IRI, or too long is refused", async (t) => {
  const ids: unknown[] = [
    undefined,
    null,
    1,
    [FOLLOW.id],
    { id: FOLLOW.id },
    "",
    "data:text/plain,1",
    "javascript:alert(1)",
    "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "//p.test/1",
    "https://p.test",
    "https://p.test:8443/1",
    "https://a:b@p.test/1",
    `https://p.test/${"1".repeat(10_240)}`,
    `https://p.test/${"è".repeat(1_020)}`,
    "https://p.test/a b",
    "https://p.test/a\u0007",
    "https://p.test/a\n",
    "\thttps://p.test/a",
    "https://p.test\\a",
  ];
  for (const id of ids) {
    t.match(
      inspectDelivery(deliver({ ...FOLLOW, id }), SETTINGS),
      { refused: "id", status: 400 },
      String(id).slice(0, 60),
    );
  }
});

t.test("B9 an id on another host than its actor's, or on ours, is refused", async (t) => {
  for (const id of ["https://e.test/1", "https://gas.test/act/1", "https://sub.p.test/1", "https://p.test.e.test/1"]) {
    t.match(inspectDelivery(deliver({ ...FOLLOW, id }), SETTINGS), { refused: "id-of-another", status: 400 }, id);
  }
  const asUs = { ...FOLLOW, id: "https://gas.test/act/1", actor: "https://gas.test/users/banco" };
  t.match(inspectDelivery(deliver(asUs), SETTINGS), { refused: "id-of-another", status: 400 });
});

t.test("B11 an actor that is a list, carries keys or speaks for another author is refused", async (t) => {
  const actor = FOLLOW.actor;
  const actors: unknown[] = [
    undefined,
    null,
    7,
    "",
    [actor],
    [actor, "https://e.test/e"],
    {},
    { id: [actor] },
    { id: actor, publicKey: "https://p.test/p#main-key" },
    { id: actor, assertionMethod: [] },
    "acct:p@p.test",
  ];
  for (const one of actors) {
    t.match(inspectDelivery(deliver({ ...FOLLOW, actor: one }), SETTINGS), { refused: "actor", status: 400 });
  }
  const foreign = [
    { attributedTo: "https://e.test/e" },
    { type: "Create", object: { type: "Note", attributedTo: "https://e.test/e" } },
    { type: "Update", object: { type: "Note", attributedTo: ["https://e.test/e"] } },
    { type: "Create", object: { type: "Note", attributedTo: { id: "https://p.test/q" } } },
  ];
  for (const change of foreign) {
    const answer = inspectDelivery(deliver({ ...FOLLOW, ...change }), SETTINGS);
    t.match(answer, { refused: "attributed-to-another", status: 400 }, JSON.stringify(change));
  }
});

t.test("an activity of several types is read by its first; nameless ones are refused", async (t) => {
  const typed = (type: unknown) => inspectDelivery(deliver({ ...FOLLOW, type }), SETTINGS);
  t.match(typed(["Follow", "https://example.test/ns#Subscribe"]), { pass: { type: "Follow" } });
  t.match(typed("https://www.w3.org/ns/activitystreams#Follow"), { pass: { type: "Follow" } });
  for (const type of [undefined, null, 1, [], [1], "", "a b", {}, Array(9).fill("Follow"), "x".repeat(201)]) {
    t.match(typed(type), { refused: "type", status: 400 }, JSON.stringify(type)?.slice(0, 60));
  }
  t.match(inspectDelivery(deliver([FOLLOW]), SETTINGS), { refused: "not-an-object", status: 400 });
});

t.test("B43 a blocked host and its subdomains are turned away before their signature is looked at", async (t) => {
  for (const host of ["evil.test", "a.b.evil.test"]) {
    const activity = { ...FOLLOW, id: `https://${host}/1`, actor: `https://${host}/e` };
    t.match(inspectDelivery(deliver(activity, { headers: { signature: null } }), SETTINGS), {
      refused: "blocked",
      status: 403,
    });
  }
});

t.test("B64 the same inbox is reached by one path and two media types only", async (t) => {
  const ok = [
    "application/activity+json",
    "APPLICATION/Activity+JSON",
    "application/activity+json; charset=utf-8",
    'application/activity+json;charset="UTF-8"',
    "application/activity+json\t;\tq=1",
    "application/ld+json",
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
  ];
  const wrong: (string | null | string[])[] = [
    null,
    "",
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/activity+json, text/html",
    "application/activity+json2",
    "application/x-activity+json",
    "application/activity+json; charset=utf-16",
    ["application/activity+json", "text/plain"],
  ];
  for (const type of ok) t.notOk("refused" in inspectDelivery(withHeader("content-type", type), SETTINGS), type);
  for (const type of wrong) {
    t.match(
      inspectDelivery(withHeader("content-type", type), SETTINGS),
      { refused: "media-type", status: 415 },
      `${type}`,
    );
  }
  const paths = [
    "/Inbox",
    "//inbox",
    "/inbox/",
    "/%69nbox",
    "/%2569nbox",
    "/inbox?",
    "/inbox#",
    "https://gas.test/inbox",
    "/./inbox",
    "",
  ];
  for (const path of paths) t.match(inspectDelivery(deliver(FOLLOW, { path }), SETTINGS), { status: 404 }, path);
  t.match(inspectDelivery({ ...deliver(FOLLOW), method: "GET" }, SETTINGS), { status: 404 });
  t.notOk("refused" in inspectDelivery(deliver(FOLLOW, { path: "/inbox" }), SETTINGS));
});

t.test("B48 a Host that is not ours, missing or doubled is misdirected", async (t) => {
  for (const host of [
    null,
    "",
    "e.test",
    "gas.test.e.test",
    "gas.test:8443",
    "gas.test:80",
    "gas.test.",
    ["gas.test", "gas.test"],
  ]) {
    t.match(inspectDelivery(withHeader("host", host), SETTINGS), { refused: "not-our-host", status: 421 }, `${host}`);
  }
  t.notOk(
    "refused" in
      inspectDelivery(
        withHeader("host", "GAS.test", { covered: ["(request-target)", "date", "digest", "host"] }),
        SETTINGS,
      ),
  );
  const local = { ...SETTINGS, origin: "http://127.0.0.1:8000" };
  t.match(inspectDelivery(withHeader("host", "127.0.0.1:8000"), local), { pass: {} });
  t.match(inspectDelivery(withHeader("host", "127.0.0.1"), local), { status: 421 });
});

t.test("B21 a body of more than 256 KiB, or one that would have to be unpacked, is refused unread", async (t) => {
  const note = (bytes: number) => {
    const empty = JSON.stringify({ ...FOLLOW, content: "" });
    return JSON.stringify({ ...FOLLOW, content: "x".repeat(bytes - empty.length) });
  };
  t.notOk("refused" in inspectDelivery(deliver(note(262_144)), SETTINGS));
  t.match(inspectDelivery(deliver(note(262_145)), SETTINGS), { refused: "body-too-long", status: 413 });
  t.match(inspectDelivery(deliver(Buffer.alloc(20_000_000, "[")), SETTINGS), { status: 413 });
  for (const encoding of ["gzip", "br", "identity", ""]) {
    t.match(inspectDelivery(withHeader("content-encoding", encoding), SETTINGS), { status: 415 }, encoding);
  }
  t.match(inspectDelivery(withHeader("x-filler", "x".repeat(65_536)), SETTINGS), { status: 431 });
});

t.test("http senders on loopback pass only where private addresses are allowed", async (t) => {
  const actor = "http://127.0.0.1:8001/farm";
  const delivery = deliver({ ...FOLLOW, id: `${actor}/1`, actor }, { keyId: `${actor}#main-key` });
  t.match(inspectDelivery(delivery, SETTINGS), { refused: "id", status: 400 });
  t.match(inspectDelivery(delivery, { ...SETTINGS, allowPrivate: true }), { pass: { actor } });
});

t.test("an unsigned delivery is told our date, so that a wrong clock can be seen", async (t) => {
  const answer = inspectDelivery(withHeader("signature", null), SETTINGS);
  t.match(answer, { refused: "not-signed", status: 401, date: new Date(NOW).toUTCString() });
});

t.test("a bare IRI is an order matter when we know it as one", async (t) => {
  const undo = { ...FOLLOW, type: "Undo", object: "https://p.test/offers/1" };
  t.match(inspectDelivery(deliver(undo), SETTINGS), { pass: { profile: "lenient" } });
  const knowing = { ...SETTINGS, isOrderObject: (iri: string) => iri === "https://p.test/offers/1" };
  t.match(inspectDelivery(deliver(undo), knowing), { refused: "context-unknown", status: 400 });
});

function deliverOrder(order: JsonObject, changes: Changes = {}): Delivery {
  return deliver(order, { origin: "https://p.example", path: "/p/inbox", keyId: G_KEY, ...changes });
}

function withHeader(name: string, value: string | string[] | null, changes: Changes = {}): Delivery {
  return deliver(FOLLOW, { ...changes, headers: { [name]: value } });
}
