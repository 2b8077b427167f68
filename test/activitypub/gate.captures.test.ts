import { readdirSync, readFileSync } from "node:fs";
import t from "tap";
import { readId } from "../../src/activitypub/activityShape.ts";
import { inspectDelivery } from "../../src/activitypub/gate.ts";
import { verifySignature } from "../../src/activitypub/verifySignature.ts";
import { deliver, RSA, SETTINGS } from "./signedDelivery.ts";

const FOLDER = new URL("../fixtures/captures/", import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const REFUSED = new Map([
  // An activity without id, and two that take another host's name.
  ["wp.test-update.json", "id"],
  ["snac.test-undo.json", "id-of-another"],
  ["snac2.test-undo.json", "id-of-another"],
]);

t.test("what eight other servers send is read under the lenient rules, and verified", async (t) => {
  t.equal(NAMES.length, 59);
  for (const name of NAMES) {
    const body = readFileSync(new URL(name, FOLDER));
    const activity = JSON.parse(body.toString());
    const actor = readId(activity.actor)!;
    for (const spec of ["draft-cavage", "rfc9421"] as const) {
      const answer = inspectDelivery(deliver(body, { spec, keyId: `${actor}#main-key` }), SETTINGS);
      if (REFUSED.has(name)) {
        t.match(answer, { refused: REFUSED.get(name), status: 400 }, name);
        continue;
      }
      t.match(answer, { pass: { profile: "lenient", actor, id: activity.id, type: activity.type } }, name);
      t.ok(!("refused" in answer) && verifySignature(answer.pass, RSA.publicKey), name);
    }
  }
});
