// Which versions of the protocol an actor's node says it reads.
import t from "tap";
import { profileOf, versionOf } from "../../src/activitypub/context.ts";
import { isOfOtherVersions, readVersions } from "../../src/activitypub/document.ts";
import type { Json } from "../../src/activitypub/json.ts";

const actor = (implemented: Json) => ({ generator: { type: "Application", implements: implemented } });

t.test(
  "A42 a node of ours that reads none of our versions is told from other software and from one we understand",
  async (t) => {
    const [one, two] = [{ href: profileOf(1), name: "Filiera 1" }, profileOf(2)];
    t.same(readVersions(actor([one, two])), [1, 2]);
    t.same(
      [readVersions({}), readVersions(actor("https://other.example")), readVersions(actor([7, {}]))],
      [[], [], []],
    );
    t.same([actor([one, two]), actor(two), actor([]), {}].map(isOfOtherVersions), [false, true, false, false]);
    t.same(["https://w3id.org/filiera#profile-0", "https://w3id.org/filiera#profile-1x", ""].map(versionOf), [
      null,
      null,
      null,
    ]);
  },
);
