import fc from "fast-check";
import t from "tap";
import { encodeId, isHandle, isId, isSlug, slugOf } from "../../src/kernel/ids.ts";

t.test("different bytes make different ids, all of one safe form", async (t) => {
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const same = Buffer.from(one).equals(Buffer.from(other));
      return isId(encodeId(one)) && (encodeId(one) === encodeId(other)) === same;
    }),
  );
  t.equal(encodeId(new Uint8Array(16)), "a".repeat(26));
  t.equal(encodeId(new Uint8Array(16).fill(255)), `${"7".repeat(25)}4`);
  t.notOk(isId("A".repeat(26)));
  t.throws(() => encodeId(new Uint8Array(8)), /128 bits/);
});

t.test("a name becomes a slug that can stand in an address", async (t) => {
  t.equal(slugOf("Pecorino, stagionato"), "pecorino-stagionato");
  t.equal(slugOf("Novità — caffè d'orzo"), "novita-caffe-d-orzo");
  t.equal(slugOf("→"), "");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => slugOf(name) === "" || isSlug(slugOf(name))));
  for (const text of ["", "-a", "a--b", "A", "a_b", "a".repeat(65)]) t.notOk(isSlug(text), text);
});

t.test("a handle is short, lower-case and starts and ends with a letter or digit", async (t) => {
  for (const text of ["gas-fano", "mulino", "a", "le_terre2", "x".repeat(30)]) t.ok(isHandle(text), text);
  for (const text of ["", "Gas", "-gas", "gas-", "gas.fano", "gàs", "a b", "x".repeat(31)])
    t.notOk(isHandle(text), text);
});
