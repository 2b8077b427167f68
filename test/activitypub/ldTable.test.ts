import t from "tap";
import { DOCUMENT, HUMAN, MAP } from "../../src/activitypub/context.ts";
import { inspectDelivery } from "../../src/activitypub/gate.ts";
import type { Json, JsonObject } from "../../src/activitypub/json.ts";
import { checkLinkedData } from "../../src/activitypub/ldTable.ts";
import { OFFER } from "../fixtures/orderSamples.ts";
import { deliver, FOLLOW, SETTINGS } from "./signedDelivery.ts";

const AS = "https://www.w3.org/ns/activitystreams";
const withMap = (map: Json): JsonObject => ({ ...FOLLOW, "@context": [AS, map] });
const refusalOf = (activity: JsonObject) => checkLinkedData(activity, "lenient")?.refused ?? null;

t.test("contexts as they stand in the field are taken", async (t) => {
  const mastodon = {
    ostatus: "http://ostatus.org#",
    atomUri: "ostatus:atomUri",
    sensitive: "as:sensitive",
    toot: "http://joinmastodon.org/ns#",
    votersCount: "toot:votersCount",
    blurhash: "toot:blurhash",
    focalPoint: { "@container": "@list", "@id": "toot:focalPoint" },
    Hashtag: "as:Hashtag",
    movedTo: { "@id": "as:movedTo", "@type": "@id" },
    alsoKnownAs: { "@id": "as:alsoKnownAs", "@type": "@id" },
    schema: "http://schema.org#",
    PropertyValue: "schema:PropertyValue",
    value: "schema:value",
  };
  const peertube = {
    pt: "https://joinpeertube.org/ns#",
    likes: { "@id": "as:likes", "@type": "@id" },
    uuid: "pt:uuid",
  };
  const mobilizon = { sc: "http://schema.org#", location: { "@id": "sc:location", "@type": "sc:Place" } };
  const others: Json[] = [
    { "@language": "und" },
    { "@version": 1.1 },
    { id: "@id", type: "@type" },
    { as: `${AS}#`, to: { "@type": "@id" } },
    { tags: { "@id": "https://example.test/ns#tags", "@container": ["@set"] } },
    { a: "b", b: "a", c: "c:c" },
    MAP,
  ];
  for (const map of [mastodon, peertube, mobilizon, ...others])
    t.equal(refusalOf(withMap(map)), null, JSON.stringify(map));
  for (const context of [AS, `${AS}#`, [AS], [AS, "https://w3id.org/security/v1"], [...HUMAN], [...DOCUMENT]]) {
    t.equal(refusalOf({ ...FOLLOW, "@context": context }), null);
  }
  const { "@context": _, ...bare } = FOLLOW;
  t.equal(refusalOf(bare), null, "the media type alone says ActivityStreams");
});

t.test("a foreign context that cannot be fetched costs nothing: it is never fetched", async (t) => {
  const contexts = ["https://unreachable.invalid/ns", "https://10.0.0.1/context", "http://[::1]:1/", "not a url"];
  const activity = {
    ...FOLLOW,
    "@context": [AS, ...contexts],
    object: { "@context": contexts, id: "https://p.test/o" },
  };
  const start = performance.now();
  for (let round = 0; round < 100; round++) {
    const answer = inspectDelivery(deliver(activity), SETTINGS);
    t.notOk("refused" in answer);
  }
  t.ok(performance.now() - start < 5_000, "no name was looked up, no connection tried");
});

t.test("B18 a context that gives our words another meaning is refused", async (t) => {
  const maps: Json[] = [
    { actor: "https://e.test/ns#actor" },
    { actor: { "@id": "as:object", "@type": "@id" } },
    { object: null },
    { object: { "@id": null } },
    { to: 1 },
    { id: "https://e.test/ns#id" },
    { type: { "@id": "@id" } },
    { Follow: "as:Undo" },
    { publicKey: "https://e.test/ns#k" },
    { signature: "https://e.test/ns#s" },
    { proof: "https://e.test/ns#p" },
    { as: "https://e.test/ns#" },
    { sec: "https://e.test/ns#" },
    { who: "as:actor" },
    { who: "actor" },
    { who: { "@id": `${AS}#actor` } },
    { who: "x:or", x: `${AS}#act` },
    { who: "y", y: "x:ctor", x: `${AS}#a` },
    { name2: "@id" },
    { kind: "@type" },
    { kind: "type" },
    { sig: "https://w3id.org/security#signature" },
    { activity: `${AS}#` },
  ];
  for (const map of maps) t.equal(refusalOf(withMap(map)), "context-redefines", JSON.stringify(map));
  const nested = { ...withMap({ x: `${AS}#act` }), object: { "@context": { who: "x:or" }, id: "https://p.test/o" } };
  t.equal(refusalOf(nested), "context-redefines", "a prefix of the outer context");
  const redefined: Json[] = [AS, { x: `${AS}#act`, who: "x:or" }, { x: "https://e.test/" }];
  const twice = { ...FOLLOW, "@context": redefined };
  t.equal(refusalOf(twice), "context-redefines", "a prefix that is changed afterwards");
});

t.test("B18 a context without ActivityStreams, or that is no context, is refused", async (t) => {
  const contexts: Json[] = [
    "https://e.test/ns",
    ["https://e.test/ns"],
    [],
    {},
    null,
    1,
    [null],
    [[AS]],
    { who: "as:actor" },
  ];
  for (const context of contexts) {
    t.equal(refusalOf({ ...FOLLOW, "@context": context }), "context-unknown", JSON.stringify(context));
  }
  t.equal(refusalOf({ ...FOLLOW, "@context": [AS, null] }), "context-unknown");
  t.equal(refusalOf({ ...FOLLOW, "@context": [AS, [AS]] }), "context-unknown");
  t.equal(refusalOf({ ...FOLLOW, object: { "@context": 7 } }), "context-unknown");
});

t.test("B18 keywords that move meaning around are refused wherever they stand", async (t) => {
  for (const keyword of ["@graph", "@included", "@base", "@nest", "@import", "@vocab", "@reverse", "@index", "@json"]) {
    const places: JsonObject[] = [
      { ...FOLLOW, [keyword]: {} },
      { ...FOLLOW, object: { [keyword]: [] } },
      { ...FOLLOW, tag: [{ type: "Mention", deep: [{ [keyword]: "x" }] }] },
      withMap({ [keyword]: "https://e.test/" }),
      withMap({ term: { "@id": "https://e.test/t", [keyword]: "x" } }),
      withMap({ term: { "@id": "https://e.test/t", "@container": keyword } }),
    ];
    for (const place of places) t.equal(refusalOf(place), "keyword-forbidden", JSON.stringify(place).slice(0, 160));
  }
  const others: JsonObject[] = [
    withMap({ "as:actor": "https://e.test/" }),
    withMap({ term: { "@id": "https://e.test/t", "@context": {} } }),
    withMap({ "@language": {} }),
    { ...FOLLOW, "@id": "https://e.test/1" },
    { ...FOLLOW, "@type": "Undo" },
    { ...FOLLOW, object: { id: "https://p.test/1", "@id": "https://p.test/2" } },
  ];
  for (const activity of others) t.equal(refusalOf(activity), "keyword-forbidden", JSON.stringify(activity));
  const plain = {
    ...FOLLOW,
    object: { "@id": "https://p.test/1", "@type": "Note" },
    name: { "@value": "x", "@language": "it" },
  };
  t.equal(refusalOf(plain), null);
});

t.test("B18 aliased members of the root are refused", async (t) => {
  for (const key of ["as:actor", `${AS}#actor`, "sec:signature", ":", "x:y"]) {
    t.equal(refusalOf({ ...FOLLOW, [key]: "https://e.test/e" }), "key-not-plain", key);
  }
});

t.test("orders are read only as published: our context, plain keys, whole numbers", async (t) => {
  const strict = (change: JsonObject) => checkLinkedData({ ...OFFER, ...change }, "strict")?.refused ?? null;
  t.equal(strict({}), null);
  t.equal(strict({ "@context": JSON.parse(JSON.stringify(DOCUMENT)) }), null);
  const contexts: Json[] = [AS, [...DOCUMENT].reverse(), [...HUMAN], [AS, DOCUMENT[1]!, { ...MAP, filiera: "x:y" }]];
  for (const context of contexts) t.equal(strict({ "@context": context }), "context-unknown");
  const newer: Json[] = [
    [AS, DOCUMENT[1]!, { ...MAP, pickedBy: "filiera:pickedBy" }],
    [...DOCUMENT, {}],
  ];
  for (const context of newer) t.equal(strict({ "@context": context }), "other-version", "A42 our words, and more");
  t.equal(strict({ object: { "@id": "x" } }), "keyword-forbidden");
  t.equal(strict({ object: { "@context": [] } }), "keyword-forbidden");
  t.equal(strict({ object: [{ "vf:action": "x" }] }), "key-not-plain");
  t.equal(strict({ revision: 2.5 }), "number-not-whole");
  t.equal(strict({ object: { amounts: [1, 0.1] } }), "number-not-whole");
});
