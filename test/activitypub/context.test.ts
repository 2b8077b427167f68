import { createHash } from "node:crypto";
import t from "tap";
import { ACTOR, DOCUMENT, HUMAN, MAP } from "../../src/activitypub/context.ts";
import { canonicalize } from "../../src/activitypub/jcs.ts";

t.test("the released map of terms is the one the protocol fixed by its hash", async (t) => {
  const hash = createHash("sha256").update(canonicalize(MAP)).digest("hex");
  t.equal(hash, "91a112c75220058b5d78ae0fe359d39293fb0edcea3ff639f945c995bd5f64df");
});

t.test("every context of ours is an inline array with ActivityStreams first", async (t) => {
  for (const context of [DOCUMENT, HUMAN, ACTOR]) t.equal(context[0], "https://www.w3.org/ns/activitystreams");
});
