import fc from "fast-check";
import t from "tap";
import { readOrigin } from "../../src/activitypub/iri.ts";

t.test("the origin of an id is written in the id itself, letter by letter", async () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string()), (iri) => {
      const origin = readOrigin(iri, false);
      return origin === null || (iri.startsWith(`${origin}/`) && new URL(iri).origin === origin);
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

t.test("ids as servers make them have an origin", async (t) => {
  for (const iri of [
    "https://wp.test/?author=1",
    "https://wp.test/?p=8#activity-create-2026-11-22T18:32:20Z",
    "https://gancio.test/federation/m/https://gas.test/users/banco#follow",
    "https://nodebb.test/user/1#activity/accept:follow/banco@gas.test/1795371142421",
    "https://xn--caff-8oa.test/è",
  ]) {
    t.equal(readOrigin(iri, false), iri.split("/").slice(0, 3).join("/"), iri);
  }
});

t.test("http is for loopback, and only where private addresses are allowed", async (t) => {
  for (const iri of [
    "http://localhost:8000/a",
    "http://farm.localhost/a",
    "http://127.0.0.1:8001/a",
    "http://[::1]:9/a",
  ]) {
    t.equal(readOrigin(iri, true), new URL(iri).origin);
    t.equal(readOrigin(iri, false), null);
  }
  for (const iri of [
    "http://p.test/a",
    "http://10.0.0.1/a",
    "http://127.0.0.1.e.test/a",
    "https://localhost:8443/a",
    "ftp://localhost/a",
  ]) {
    t.equal(readOrigin(iri, true), null, iri);
  }
});
