// Which versions of the protocol an actor's node says it reads.
import t from "tap";
import { profileOf, versionOf } from "../../src/activitypub/context.ts";
import { isOfOtherVersions, readActor, readVersions } from "../../src/activitypub/document.ts";
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

t.test("B34 an actor's name and handle are one line each, with nothing in them that hides or turns text", async (t) => {
  const id = "https://m.example/m";
  const said = {
    ...{ id, type: "Organization", inbox: `${id}/inbox`, preferredUsername: "m\u202eoilum" },
    ...{ name: "Mulino\u202e\u2066 della\nValle\u200b\ud83c", webfinger: "mulino\u2067@m.example" },
  };
  t.match(readActor(said, 0), { name: "Mulino della Valle\ufffd", handle: "mulino@m.example" });
  t.match(readActor({ ...said, name: "\u200b", webfinger: null }, 0), { name: "moilum", handle: "moilum@m.example" });
  t.equal(readActor({ ...said, name: `${"a".repeat(198)}\u{1f33e}\u{1f33e}` }, 0)?.name, `${"a".repeat(198)}…`);
});
