// The JSON of every letter about memberships, compared whole with test/golden/; and a charter that reads back as it was written.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import t from "tap";
import type { LocalActor } from "../../../src/activitypub/actor.ts";
import { writeActor } from "../../../src/activitypub/document.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { digestOfCharter, readCharter, reviseCharter } from "../../../src/network/membership/charter.ts";
import {
  readAnsweredJoin,
  readJoinCharter,
  readReason,
  writeAnnounce,
  writeCharter,
  writeJoin,
  writeJoinAccept,
  writeJoinReject,
  writeLeave,
  writeListing,
  writeUndoAnnounce,
} from "../../../src/network/membership/letters.ts";
import { writeProfileUpdate } from "../../../src/partners/profileActions.ts";

const GAS = "https://g.example/g";
const NETWORK = "https://d.example/d";
const NOTE = "https://p.example/p/notes/1";
const FROM_GAS = { id: "https://g.example/g/activities/1", actor: GAS };
const FROM_NETWORK = { id: "https://d.example/d/activities/1", actor: NETWORK };
const JOIN = { iri: FROM_GAS.id, member: GAS };
const AT = Date.UTC(2026, 10, 23, 8);
const TEXT = "Si coltiva senza veleni.\n\nSi dice il prezzo <giusto>.";
const CHARTER = { version: 3, text: TEXT, digest: digestOfCharter(TEXT), createdAt: AT };
const SHOWN = { iri: `${NETWORK}/charter/3`, digest: CHARTER.digest };

const LETTERS: Record<string, JsonObject> = {
  join: writeJoin(FROM_GAS, { network: NETWORK, charter: SHOWN }),
  "join-without-charter": writeJoin(FROM_GAS, { network: NETWORK, charter: null }),
  "join-accept": writeJoinAccept(FROM_NETWORK, JOIN),
  "join-reject": writeJoinReject(FROM_NETWORK, JOIN, { reason: "Venite <prima> alla riunione.", code: null }),
  "join-reject-by-rule": writeJoinReject(FROM_NETWORK, JOIN, { reason: null, code: "charter-changed" }),
  leave: writeLeave(FROM_GAS, NETWORK),
  add: writeListing("Add", FROM_NETWORK, { member: GAS, isListed: true }),
  "add-quiet": writeListing("Add", FROM_NETWORK, { member: GAS, isListed: false }),
  remove: writeListing("Remove", FROM_NETWORK, { member: GAS, isListed: true }),
  announce: writeAnnounce(FROM_NETWORK, NOTE, AT),
  "announce-undo": writeUndoAnnounce(FROM_NETWORK, { iri: `${NETWORK}/activities/7`, objectIri: NOTE }),
  charter: writeCharter(NETWORK, CHARTER, "La carta di D"),
};

/** An actor that says anew what it is; its context is ACTOR of the protocol's section 12. */
function describeAnew(change: Partial<LocalActor>): JsonObject {
  const actor: LocalActor = {
    ...{
      id: GAS,
      handle: "g",
      kind: "gas",
      level: null,
      name: "GAS G",
      summary: "Insieme.",
      place: "Fano",
      icon: null,
    },
    ...{ contact: "ordini@g.example", approvesFollowers: false, discoverable: true, indexable: true },
    ...{
      memberOf: [NETWORK],
      createdAt: 0,
      updatedAt: AT,
      retiredAt: null,
      goneAt: null,
      movedTo: null,
      alsoKnownAs: null,
      joining: null,
      vatNumber: "",
      website: "",
      websiteProvenAt: null,
      showsStatistics: false,
      showsPrices: false,
      keptBy: null,
      keeps: [],
      keepsNot: [],
    },
    ...change,
  };
  const { id } = actor;
  const rsa = { id: `${id}#main-key`, pem: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n" };
  const ed25519 = [{ id: `${id}#ed25519-1`, multibase: "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX" }];
  const update = writeProfileUpdate(`${id}/activities/1`, actor, writeActor(actor, { rsa, ed25519 }), AT);
  return { ...update, "@context": "ACTOR" };
}

LETTERS["member-says-so"] = describeAnew({});
LETTERS["network-reaches-further"] = describeAnew({
  ...{ id: NETWORK, kind: "district", level: "province", memberOf: ["https://r.example/r"] },
});

for (const [name, letter] of Object.entries(LETTERS))
  t.test(`${name} is what others have learnt to read`, async (t) => {
    const golden = new URL(`../../golden/membership/${name}.json`, import.meta.url);
    const json = JSON.parse(JSON.stringify(letter));
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, `${JSON.stringify(json, null, 2)}\n`);
    t.ok(existsSync(golden), "it has its file");
    t.same(json, JSON.parse(readFileSync(golden, "utf8")));
  });

t.test("what a Join accepts, and what an answer is about, read back as they were written", async (t) => {
  t.same(readJoinCharter(LETTERS.join!), SHOWN);
  t.equal(readJoinCharter(LETTERS["join-without-charter"]!), null);
  t.same(readAnsweredJoin(LETTERS["join-accept"]!), { iri: FROM_GAS.id, member: GAS, network: NETWORK });
  t.same(readAnsweredJoin({ type: "Accept", object: FROM_GAS.id }), { iri: FROM_GAS.id, member: null, network: null });
  t.same(readReason(LETTERS["join-reject"]!), { reason: "Venite <prima> alla riunione.", code: null });
  t.same(readReason(LETTERS["join-reject-by-rule"]!), { reason: null, code: "charter-changed" });
  t.same(readReason({ content: "<p>A</p><script>x</script>", result: { "filiera:refusal": "<b>" } }).code, null);
});

t.test("a charter of any text reads back as it was written; one letter changed, it does not", async (t) => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 300 }), (typed) => {
      const made = reviseCharter(null, typed, AT);
      if ("refused" in made) return;
      const document = JSON.parse(JSON.stringify(writeCharter(NETWORK, made, "La carta")));
      t.match(readCharter(document, NETWORK), { version: 1, text: made.text, digest: made.digest });
      document.source.content += ".";
      t.match(readCharter(document, NETWORK), { refused: "bad-charter" });
    }),
    { numRuns: 100 },
  );
  const document = writeCharter(NETWORK, CHARTER, "La carta");
  t.match(readCharter(document, "https://evil.example/d"), { refused: "bad-charter" });
  t.match(readCharter({ ...document, attributedTo: GAS }, NETWORK), { refused: "bad-charter" });
});

t.test("a charter is a new version only when its words are new", async (t) => {
  t.equal(reviseCharter(CHARTER, `${TEXT}\r\n`, AT + 1), CHARTER);
  t.match(reviseCharter(CHARTER, "Altro", AT + 1), { version: 4, createdAt: AT + 1 });
  t.match(reviseCharter(CHARTER, " ", AT), { refused: "no-charter-text" });
  t.match(reviseCharter(null, "a".repeat(20_001), AT), { refused: "charter-too-long" });
});
