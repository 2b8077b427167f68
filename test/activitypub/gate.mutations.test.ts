import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import t from "tap";
import { isPublic, readIris, readObject, readTypes } from "../../src/activitypub/activityShape.ts";
import { inspectDelivery, type Pass } from "../../src/activitypub/gate.ts";
import type { Json } from "../../src/activitypub/json.ts";
import { deliver, ED25519, SETTINGS } from "./signedDelivery.ts";

const FOLDER = new URL("../fixtures/captures/", import.meta.url);
const BODIES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => readFileSync(new URL(name, FOLDER)));
// Pieces that have broken parsers before, and the words our rules turn on.
const PIECES = [
  ...'{}[]",:\\0-eE. \n\t/',
  "\u0000",
  "\ufeff",
  "\\ud800",
  "\\u0000",
  '"__proto__":{}',
  '"@graph":[]',
  '"@context":{"actor":"as:object"}',
  '"type":"Agreement"',
  '"object":',
  "null",
  "1e999",
  "[[[[[[[[[[[[[[[[[",
  "https://gas.test/",
  "https://e.test/",
].map((piece) => Buffer.from(piece));

const ODD_VALUES: Json[] = [
  ["https://p.test/1", "https://p.test/2"],
  { id: "https://e.test/1", type: "Agreement" },
  { "@id": "https://e.test/1", "@type": ["Offer"] },
  { type: "Undo", object: { type: "Undo", object: { type: "Document" } } },
  "https://www.w3.org/ns/activitystreams#Public",
  "as:Public",
  ["https://www.w3.org/ns/activitystreams", { x: "as:act", who: "x:or" }],
  { verificationMethod: "https://e.test/e#key" },
  "https://gas.test/users/banco",
  "Offer",
];

const cut = fc.record({ at: fc.nat(), length: fc.nat(40), piece: fc.constantFrom(...PIECES) });
const flip = fc.record({ at: fc.nat(), bit: fc.nat(7) });
const copy = fc.record({ at: fc.nat(), from: fc.nat(), size: fc.nat(600) });
const damage = fc.array(fc.oneof(cut, flip, copy), { minLength: 1, maxLength: 4 });
// Bytes that still are JSON, with one value in a place where nobody expects it.
const graft = fc.record({
  place: fc.nat(),
  value: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...ODD_VALUES)),
});
const grafts = fc.array(graft, { minLength: 1, maxLength: 2 });

t.test("B65 real messages with random damage never make the gate throw, lie or take long", async (t) => {
  const costs: number[] = [];
  let passed = 0;
  fc.assert(
    fc.property(fc.constantFrom(...BODIES), fc.oneof(damage, grafts), fc.nat(3), (body, changes, kind) => {
      const damaged = changes.reduce<Buffer>(apply, body);
      const delivery = deliver(damaged, { key: ED25519.privateKey, algorithm: "hs2019", keyId: keyIdOf(body, kind) });
      const start = process.threadCpuUsage();
      const answer = inspectDelivery(delivery, SETTINGS);
      const { user, system } = process.threadCpuUsage(start);
      costs.push((user + system) / 1000);
      if ("refused" in answer) return [400, 401, 403, 413].includes(answer.status);
      passed++;
      return holdsPromises(answer.pass);
    }),
    { seed: 1, numRuns: 10_000 },
  );
  t.ok(passed > 1_000, `${passed} were still fit to be read`);
  const slowest = costs.sort((a, b) => a - b)[Math.floor(costs.length * 0.99)]!;
  t.ok(slowest <= 50, `99 of 100 took at most ${slowest} ms of the processor`);
});

type Change =
  | { place: number; value: unknown }
  | { at: number; length: number; piece: Buffer }
  | { at: number; bit: number }
  | { at: number; from: number; size: number };

function apply(body: Buffer, change: Change): Buffer {
  if ("place" in change) return graftValue(body, change.place, change.value);
  const at = change.at % (body.length + 1);
  if ("piece" in change) return Buffer.concat([body.subarray(0, at), change.piece, body.subarray(at + change.length)]);
  if ("bit" in change) {
    const flipped = Buffer.from(body);
    if (at < flipped.length) flipped[at]! ^= 1 << change.bit;
    return flipped;
  }
  const from = change.from % (body.length + 1);
  return Buffer.concat([body.subarray(0, at), body.subarray(from, from + change.size), body.subarray(at)]);
}

// The members of the tree in order of visit; one of them gets the value.
function graftValue(body: Buffer, place: number, value: unknown): Buffer {
  const places: (() => void)[] = [];
  const root = JSON.parse(body.toString(), function (this: Record<string, unknown>, key, member) {
    if (key !== "") places.push(() => (this[key] = value));
    return member;
  });
  places[place % places.length]?.();
  return Buffer.from(JSON.stringify(root));
}

// Mostly the sender's own key; one in four is somebody else's.
function keyIdOf(body: Buffer, kind: number): string {
  const { actor } = JSON.parse(body.toString());
  return kind === 0 ? "https://e.test/e#main-key" : `${actor.id ?? actor}#main-key`;
}

// What everyone behind the gate relies on: one origin, plain names, and readers that do not throw.
function holdsPromises({ activity, id, actor, keyId, type, profile }: Pass): boolean {
  readTypes(activity);
  readIris(activity.object);
  readObject(activity);
  isPublic(activity);
  const origins = new Set([id, actor, keyId].map((iri) => new URL(iri).origin));
  return origins.size === 1 && !origins.has(SETTINGS.origin) && type !== "" && profile === "lenient";
}
