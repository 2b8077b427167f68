import fc from "fast-check";
import t from "tap";
import { canonicalize } from "../../src/activitypub/jcs.ts";
import type { Json } from "../../src/activitypub/json.ts";

t.test("a canonical text reads back as the same value and writes itself again", async () => {
  const safe = fc.jsonValue().filter((value) => !/\d{16}|e\+/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(safe, (value) => {
      const text = canonicalize(value as Json);
      return canonicalize(JSON.parse(text)) === text;
    }),
    { seed: 1, numRuns: 500 },
  );
});

t.test("B62 keys in another order and another escape give one canonical form", async (t) => {
  const one = canonicalize(JSON.parse('{"b":[1,"\\u00e8"],"a":{"z":1.0,"\\ud83c\\udf4a":0}}'));
  const other = canonicalize(JSON.parse('{ "a": {"🍊": -0, "z": 1}, "b": [1e0, "è"] }'));
  t.equal(one, other);
});

t.test("what has no single JSON form is refused loudly", async (t) => {
  const values = [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    1e308,
    10n,
    () => 1,
    Symbol("x"),
    new Date(0),
    new Map(),
    "\ud800",
    { "\udc00": 1 },
    { a: undefined },
    new Array(1),
  ];
  for (const value of values) {
    t.throws(() => canonicalize(value as Json), String(value));
    t.throws(() => canonicalize([{ deep: value }] as unknown as Json), `deep ${String(value)}`);
  }
});
