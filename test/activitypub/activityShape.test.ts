import { readFileSync } from "node:fs";
import fc from "fast-check";
import t from "tap";
import {
  isPublic,
  readId,
  readIris,
  readMember,
  readObject,
  readType,
  readTypes,
} from "../../src/activitypub/activityShape.ts";
import type { Json, JsonObject } from "../../src/activitypub/json.ts";

const AS = "https://www.w3.org/ns/activitystreams#";
const capture = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`../fixtures/captures/${name}.json`, import.meta.url), "utf8"));

t.test("Public is Public however it is written", async (t) => {
  const spellings: Json[] = [
    `${AS}Public`,
    "as:Public",
    "Public",
    { id: `${AS}Public` },
    { "@id": "as:Public", type: "Collection" },
  ];
  for (const spelling of spellings) {
    for (const field of ["to", "cc", "audience", "as:to", `${AS}cc`]) {
      t.ok(isPublic({ [field]: spelling }), JSON.stringify(spelling));
      t.ok(isPublic({ [field]: ["https://p.test/p/followers", spelling] }), JSON.stringify(spelling));
    }
    t.notOk(isPublic({ attributedTo: spelling }));
  }
  for (const private_ of [null, "", "public", "https://p.test/#Public", {}, [], 1, { id: 1 }] as Json[]) {
    t.notOk(isPublic({ to: private_ }), JSON.stringify(private_));
  }
  for (const name of [
    "bot.test-create-note",
    "opp.test-create-note",
    "wp.test-create-note",
    "gancio.test-create-event",
  ]) {
    t.ok(isPublic(capture(name)), name);
  }
  t.notOk(isPublic(capture("snac.test-follow")));
});

t.test("an Undo of a Follow without actor takes back the Follow of whoever undoes it", async (t) => {
  const undo = capture("bot.test-undo-follow");
  t.match(readObject(undo), { type: "Follow", actor: "https://bot.test/user/drive" });
  t.equal(readId(readObject(undo)?.object), "https://gas.test/users/banco");
  const foreign = { ...undo, object: { type: "Follow", actor: "https://e.test/e" } };
  t.match(readObject(foreign), { actor: "https://e.test/e" }, "a claimed actor is left for the owner rule");
  t.notOk(Object.hasOwn(readObject({ ...undo, type: "Accept" })!, "actor"), "only an Undo is of the same actor");
});

t.test("an object is embedded or only named", async (t) => {
  t.same(readObject({ object: { type: "Note" } }), { type: "Note" });
  t.same(readObject({ "as:object": [{ type: "Note" }] }), { type: "Note" });
  for (const object of ["https://p.test/1", null, [], [{}, {}], 1] as Json[]) t.equal(readObject({ object }), null);
  t.equal(readObject({}), null);
});

t.test("ids keep their query strings, and one id is not two", async (t) => {
  t.equal(readId(capture("wp.test-create-note").actor), "https://wp.test/?author=1");
  t.equal(readId(capture("wp.test-delete-note").object), "https://wp.test/?p=8");
  t.equal(readId(capture("opp.test-follow-person").actor), "https://opp.test/person/PSiXcZyOcH9_AJmriKKtW");
  t.equal(readId([{ "@id": "https://p.test/1" }]), "https://p.test/1");
  for (const value of [undefined, null, [], 1, {}, ["https://p.test/1", "https://p.test/2"]])
    t.equal(readId(value), null);
});

t.test("a list of IRIs is read from scalars, objects, Links and lists of them", async (t) => {
  t.same(readIris(["a:1", { id: "a:2" }, { type: "Link", href: "a:3" }, { "@id": "a:4" }, 5, null, {}]), [
    "a:1",
    "a:2",
    "a:3",
    "a:4",
  ]);
});

t.test("types and members are read short, prefixed and in full", async (t) => {
  t.equal(readType({ type: "Note" }), "Note");
  t.equal(readType({ "@type": [`${AS}Note`] }), "Note");
  t.equal(readType({ type: 7 }), null);
  t.same(readTypes({ type: ["as:Note", "vf:Agreement", "https://e.test/Thing", 1] }), [
    "Note",
    "Agreement",
    "https://e.test/Thing",
  ]);
  t.equal(readMember({ [`${AS}name`]: "x" }, "name"), "x");
  t.equal(readMember({ name: "y", "as:name": "x" }, "name"), "y");
  t.equal(readMember({}, "toString"), undefined);
});

t.test("no JSON makes a reader throw", async () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("type", "id", "to", "object", "actor", "@type"), fc.jsonValue()),
      (object) => {
        for (const read of [readType, readTypes, readObject, isPublic]) read(object as JsonObject);
        readIris(object as JsonObject);
        readId(object as JsonObject);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});
