// The JSON of every activity this room sends, compared whole with test/golden/. The pact is the one of PROTOCOL section 7.
import { existsSync, readFileSync } from "node:fs";
import t from "tap";
import type { JsonObject } from "../../src/activitypub/json.ts";
import {
  writeFlag,
  writeFollow,
  writeFollowAnswer,
  writeUndoFollow,
} from "../../src/partners/follows/followActivities.ts";
import { writeFarewell } from "../../src/partners/leaving/activities.ts";
import { writeMove } from "../../src/partners/leaving/moveActivities.ts";
import {
  isSameAgreement,
  type ReadRelationship,
  readKeyNotice,
  readRelationship,
  writeKeyNotice,
  writeKeyNoticeAnswer,
  writePactAccept,
  writePactOffer,
  writePactReject,
  writePactUndo,
  writePactUpdate,
  writeRelationship,
} from "../../src/partners/pacts/pactDocument.ts";

const GAS = "https://g.example/g";
const FARM = "https://p.example/p";
const DIGEST = "0a6e5c1d".repeat(8);
const PROTOCOL = new URL("../../../shared/PROTOCOL.md", import.meta.url);

const RELATIONSHIP: ReadRelationship = {
  iri: "https://g.example/pacts/4",
  buyer: GAS,
  seller: FARM,
  owner: GAS,
  revision: 1,
  terms: {
    catalogSubset: ["https://p.example/p/catalog"],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 15_000,
    deliveryCostCents: 1500,
    leadDays: 10,
    referents: [{ name: "Referente agrumi", email: "agrumi@g.example" }],
  },
  keys: [
    { owner: GAS, keyId: `${GAS}#ed25519-1`, multibase: "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX" },
    { owner: FARM, keyId: `${FARM}#ed25519-1`, multibase: "z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH" },
  ],
  endsAt: null,
  half: { relationshipIri: "https://g.example/pacts/4/r1", epoch: 1, sequence: 1, status: "active" },
};
const FROM_GAS = { id: "https://g.example/a/204", actor: GAS, to: FARM, context: RELATIONSHIP.iri };
const FROM_FARM = { id: "https://p.example/a/77", actor: FARM, to: GAS, context: RELATIONSHIP.iri };
const OFFERED = { offerIri: FROM_GAS.id, objectDigest: DIGEST };
const RESULT: ReadRelationship = {
  ...RELATIONSHIP,
  owner: FARM,
  half: { relationshipIri: "https://p.example/pacts/9/r1", epoch: 1, sequence: 1, status: "active" },
};
const END = Date.UTC(2027, 5, 30);
const NEW_KEY = { owner: FARM, keyId: `${FARM}#ed25519-2`, multibase: RELATIONSHIP.keys[0]!.multibase };

const LETTERS: Record<string, JsonObject> = {
  follow: writeFollow({ id: "https://g.example/a/1", actor: GAS, peer: FARM }),
  "follow-undo": writeUndoFollow({
    id: "https://g.example/a/2",
    actor: GAS,
    peer: FARM,
    followIri: "https://g.example/a/1",
  }),
  "follow-accept": writeFollowAnswer("Accept", {
    id: "https://p.example/a/1",
    actor: FARM,
    peer: GAS,
    followIri: "https://g.example/a/1",
  }),
  "follow-reject": writeFollowAnswer("Reject", {
    id: "https://p.example/a/2",
    actor: FARM,
    peer: GAS,
    followIri: "https://g.example/a/1",
  }),
  move: writeMove({
    id: "https://p.example/a/4",
    actor: FARM,
    target: "https://q.example/p",
    now: Date.UTC(2026, 10, 23, 8),
  }),
  farewell: writeFarewell("https://p.example/a/3", FARM, Date.UTC(2026, 10, 23, 8)),
  report: writeFlag({
    ...{ id: "https://g.example/node/activities/1", actor: "https://g.example/node", peer: "https://p.example/node" },
    ...{ objects: [FARM, `${FARM}/posts/1`], content: "Vende sotto il nome di un altro." },
  }),
  "pact-offer": writePactOffer(FROM_GAS, writeRelationship(RELATIONSHIP)),
  "pact-offer-after-restore": writePactOffer(
    FROM_GAS,
    writeRelationship({
      ...RELATIONSHIP,
      endsAt: END,
      revision: 1002,
      half: { ...RELATIONSHIP.half, epoch: 2, sequence: 2 },
    }),
  ),
  "pact-accept-after-restore": writePactAccept(FROM_FARM, {
    ...OFFERED,
    result: writeRelationship({
      ...RESULT,
      endsAt: END,
      revision: 1002,
      half: { ...RESULT.half, epoch: 2, sequence: 2 },
    }),
  }),
  "pact-accept": writePactAccept(FROM_FARM, { ...OFFERED, result: writeRelationship(RESULT) }),
  "pact-reject": writePactReject(FROM_FARM, { ...OFFERED, reasonCode: "no-pact" }),
  "pact-suspended": writePactUpdate(
    FROM_FARM,
    writeRelationship({ ...RESULT, half: { ...RESULT.half, sequence: 2, status: "suspended" } }),
  ),
  "pact-resumed-after-restore": writePactUpdate(
    FROM_FARM,
    writeRelationship({ ...RESULT, endsAt: END, half: { ...RESULT.half, epoch: 2, sequence: 2 } }),
  ),
  "pact-undo": writePactUndo(FROM_GAS, { iri: FROM_GAS.id, objectDigest: DIGEST }),
  "key-notice": writeKeyNotice(FROM_FARM, NEW_KEY),
  "key-notice-accept": writeKeyNoticeAnswer(FROM_GAS, { noticeIri: FROM_FARM.id, objectDigest: DIGEST }),
};

for (const [name, letter] of Object.entries(LETTERS))
  t.test(`${name} is what others have learnt to read`, async (t) => {
    const golden = new URL(`../golden/${name}.json`, import.meta.url);
    t.same(letter, JSON.parse(readFileSync(golden, "utf8")));
  });

t.test("the proposal is the sample of the protocol, member by member", { skip: !existsSync(PROTOCOL) }, async (t) => {
  const section = readFileSync(PROTOCOL, "utf8").split("## 7. Pact")[1]!;
  const sample = JSON.parse(/```json\n(.*?)```/s.exec(section)![1]!);
  const { "@context": _, ...letter } = LETTERS["pact-offer"]!;
  t.same(letter, sample);
});

t.test("a Relationship reads back as it was written, whatever stands in it", async (t) => {
  const endsAt = Date.UTC(2027, 5, 30);
  const restored = { ...RESULT, half: { ...RESULT.half, epoch: 3 } };
  for (const relationship of [RELATIONSHIP, RESULT, restored, { ...RELATIONSHIP, endsAt }])
    t.same(readRelationship(writeRelationship(relationship), relationship.owner), relationship);
});

t.test("the halves of both sides say the same; another price, key or end is another agreement", async (t) => {
  t.ok(isSameAgreement(RELATIONSHIP, RESULT));
  t.notOk(isSameAgreement(RELATIONSHIP, { ...RESULT, terms: { ...RESULT.terms, deliveryCostCents: 0 } }));
  t.notOk(isSameAgreement(RELATIONSHIP, { ...RESULT, endsAt: 0 }));
  t.notOk(isSameAgreement(RELATIONSHIP, { ...RESULT, keys: [NEW_KEY, RESULT.keys[1]!] }));
});

t.test("a Relationship that is not whole, not theirs or not closed is not read, and the member is named", async (t) => {
  const sound = writeRelationship(RELATIONSHIP);
  const terms = sound.terms as JsonObject;
  const cases: [string, JsonObject][] = [
    ["attributedTo", { ...sound, attributedTo: FARM }],
    ["attributedTo", { ...sound, subject: FARM }],
    ["id", { ...sound, id: "https://e.example/r1" }],
    ["context", { ...sound, context: "https://e.example/pacts/4" }],
    ["revision", { ...sound, revision: 0 }],
    ["epoch", { ...sound, epoch: 0 }],
    ["sequence", { ...sound, sequence: "1" }],
    ["pactStatus", { ...sound, pactStatus: "closed" }],
    ["relationship", { ...sound, relationship: "https://w3id.org/filiera#groupPact" }],
    ["endTime", { ...sound, endTime: "next year" }],
    ["terms/catalogSubset", { ...sound, terms: { ...terms, catalogSubset: ["https://e.example/catalog"] } }],
    ["terms/priceDelta", { ...sound, terms: { ...terms, priceDelta: "-5,0" } }],
    ["terms/priceDeltaHundredthsPercent", { ...sound, terms: { ...terms, priceDelta: "150.0" } }],
    [
      "terms/deliveryCost/price",
      { ...sound, terms: { ...terms, deliveryCost: { price: "-1.00", priceCurrency: "EUR" } } },
    ],
    [
      "terms/minOrder/priceCurrency",
      { ...sound, terms: { ...terms, minOrder: { minPrice: "1.00", priceCurrency: "USD" } } },
    ],
    ["terms/referents", { ...sound, terms: { ...terms, referents: [{ name: "Marta", url: "tel:+390733000000" }] } }],
    ["keys", { ...sound, keys: [(sound.keys as JsonObject[])[0]!, (sound.keys as JsonObject[])[0]!] }],
  ];
  for (const [member, json] of cases) t.same(readRelationship(json, GAS), { bad: member }, member);
  t.match(readRelationship({ ...sound, discount: "10" }, GAS), { bad: /./ });
  t.match(readRelationship("https://g.example/pacts/4/r1", GAS), { bad: /./ });
});

t.test("a key notice names one new key of its own sender", async (t) => {
  const notice = LETTERS["key-notice"]!;
  t.same(readKeyNotice(notice, FARM), NEW_KEY);
  t.equal(readKeyNotice(notice, GAS), null);
  t.equal(readKeyNotice({ ...notice, keys: [] }, FARM), null);
  t.equal(readKeyNotice({ ...notice, object: GAS }, FARM), null);
});
