// The JSON of every message of the order channel: as others have learnt to read it, back to the same value, and refused where
// anything in it is not sound.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import t, { type Test } from "tap";
import { DOCUMENT } from "../../../src/activitypub/context.ts";
import { MAX_BODY_BYTES } from "../../../src/activitypub/gateLimits.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { readJson } from "../../../src/activitypub/jsonScan.ts";
import { pickProfile } from "../../../src/activitypub/profile.ts";
import {
  MESSAGE_KINDS,
  type MessageOf,
  MOST_LINES,
  type ThreadMessage,
} from "../../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../../src/partners/threads/agreementDocument.ts";
import { kindOf, readThreadMessage } from "../../../src/partners/threads/readAgreement.ts";
import { ACCEPT, OFFER } from "../../fixtures/orderSamples.ts";
import { anyMessage, DIGEST, FARM, GAS, ORANGES, partiesOf, SAID, THREAD } from "../agreementArbitrary.ts";

function matchesGolden(t: Test, name: string, json: JsonObject): void {
  const file = new URL(`../../golden/agreement/${name}.json`, import.meta.url);
  const plain = JSON.parse(JSON.stringify({ ...json, "@context": "DOCUMENT" }));
  t.same(json["@context"], DOCUMENT);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(plain, null, 2)}\n`);
  t.ok(existsSync(file), `${name} has its file`);
  t.same(plain, JSON.parse(readFileSync(file, "utf8")), name);
}

for (const kind of MESSAGE_KINDS)
  t.test(`${kind} is what others have learnt to read, and reads back as what was said`, async (t) => {
    const { from, to } = partiesOf(kind);
    const json = writeThreadMessage(SAID[kind], from, to);
    matchesGolden(t, kind, json);
    t.equal(kindOf(json), kind);
    t.same(readThreadMessage(json), SAID[kind]);
    t.equal(
      pickProfile(json, () => false),
      "strict",
      "a node that knows nothing of the thread takes it strictly too",
    );
  });

/** The same messages with what only some of them have: another epoch, words for people, a later version. */
const VARIANTS: Readonly<Record<string, ThreadMessage>> = {
  "order-after-restore": { ...SAID.order, epoch: 2 },
  "accepted-after-restore": { ...SAID.accepted, epoch: 2, note: "Va bene." },
  "countered-after-restore": { ...SAID.countered, epoch: 2 },
  "rejected-with-words": { ...SAID.rejected, note: "La prossima settimana, volentieri." },
  "delivery-note-corrected": { ...SAID["delivery-note"], epoch: 2, sequence: 2 },
  "note-accepted-with-words": { ...SAID["note-accepted"], text: "Grazie." },
  "note-disputed-with-words": { ...SAID["note-disputed"], text: "Ne manca una cassetta." },
};

for (const [name, message] of Object.entries(VARIANTS))
  t.test(`${name} is what others have learnt to read, and reads back as what was said`, async (t) => {
    const { from, to } = partiesOf(message.kind);
    const json = writeThreadMessage(message, from, to);
    matchesGolden(t, name, json);
    t.same(readThreadMessage(json), message);
  });

t.test("whatever can be said is read back as the same value", async () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const { from, to } = partiesOf(message.kind);
      const json = writeThreadMessage(message, from, to);
      assert.deepEqual(readThreadMessage(JSON.parse(JSON.stringify(json))), message);
    }),
    { numRuns: 300 },
  );
});

t.test("the samples of the protocol are read, and written again member by member", async (t) => {
  for (const sample of [OFFER, ACCEPT]) {
    const message = readThreadMessage(sample);
    if ("bad" in message) throw new Error(message.bad);
    const { proof: _, ...unsigned } = sample;
    t.same(writeThreadMessage(message, { id: String(sample.actor) }, (sample.to as string[])[0]!), unsigned);
  }
});

t.test("FEP-0837 a single line may come as an object where we write an array", async (t) => {
  const object = OFFER.object as JsonObject;
  const [stipulates] = object.stipulates as JsonObject[];
  const [stipulatesReciprocal] = object.stipulatesReciprocal as JsonObject[];
  const single = {
    ...OFFER,
    object: { ...object, stipulates: stipulates!, stipulatesReciprocal: stipulatesReciprocal! },
  };
  t.same(readThreadMessage(single), readThreadMessage(OFFER));
  const note = writeThreadMessage(
    { ...SAID["delivery-note"], charges: [{ name: "Trasporto", cents: 1 }] },
    { id: FARM },
    GAS,
  );
  const document = note.object as JsonObject;
  const [charge] = document.charges as JsonObject[];
  t.match(readThreadMessage({ ...note, object: { ...document, charges: charge! } }), {
    charges: [{ name: "Trasporto", cents: 1 }],
  });
});

for (const kind of ["order", "accepted", "countered"] as const)
  t.test(`FEP-0837 the single line of ${kind} may come in the form without a list, and says the same`, async (t) => {
    const { from, to } = partiesOf(kind);
    const json = writeThreadMessage({ ...SAID[kind], lines: [ORANGES] } as ThreadMessage, from, to);
    const member = kind === "order" ? "object" : "result";
    const agreement = json[member] as JsonObject;
    const alone = (name: string) => (agreement[name] as JsonObject[])[0]!;
    const single = {
      ...agreement,
      stipulates: alone("stipulates"),
      stipulatesReciprocal: alone("stipulatesReciprocal"),
    };
    t.same(readThreadMessage({ ...json, [member]: single }), readThreadMessage(json));
    const half = { ...single, stipulatesReciprocal: [] };
    t.match(readThreadMessage({ ...json, [member]: half }), { bad: /stipulates/ }, "given, and nothing paid for it");
    const crossed = { ...single, stipulates: alone("stipulatesReciprocal"), stipulatesReciprocal: alone("stipulates") };
    t.match(
      readThreadMessage({ ...json, [member]: crossed }),
      { bad: /stipulates/ },
      "the halves in each other's place",
    );
    const foreign = { ...alone("stipulates"), resourceQuantity: { hasUnit: "kg of", hasNumericalValue: "1" } };
    t.match(readThreadMessage({ ...json, [member]: { ...single, stipulates: foreign } }), { bad: /stipulates/ });
  });

t.test("a message of 300 lines passes the gate's limits, and a longer one is not written", async (t) => {
  const host = `https://${"a".repeat(60)}.example`;
  const lines = Array.from({ length: MOST_LINES }, (_, i) => ({
    ...ORANGES,
    lineIri: `${host}/azienda-agricola/cycles/${"c".repeat(26)}/${i}`,
  }));
  const accept = { ...SAID.accepted, agreementIri: `${FARM}/agreements/${"g".repeat(26)}`, lines };
  const bytes = Buffer.from(JSON.stringify(writeThreadMessage(accept, { id: FARM }, GAS)));
  t.ok(bytes.length < MAX_BODY_BYTES, `${bytes.length} bytes`);
  t.ok("json" in readJson(bytes), "its JSON values are few enough");
  t.throws(() => writeThreadMessage({ ...accept, lines: [...lines, ORANGES] }, { id: FARM }, GAS), /300 lines/);
});

/** The sample order with something else in its only line. */
function orderWith(primary: JsonObject, reciprocal: JsonObject = {}): JsonObject {
  const json = writeThreadMessage({ ...SAID.order, lines: [ORANGES] }, { id: GAS }, FARM);
  const object = json.object as JsonObject;
  const change = (half: string, by: JsonObject) => [{ ...(object[half] as JsonObject[])[0], ...by }];
  const halves = {
    stipulates: change("stipulates", primary),
    stipulatesReciprocal: change("stipulatesReciprocal", reciprocal),
  };
  return { ...json, object: { ...object, ...halves } };
}

for (const value of [
  "1e308",
  "9007199254740993",
  "-1",
  "0.1000",
  "1.234,56",
  "NaN",
  "1e-7",
  "0x10",
  "+5",
  "01",
  " 5",
  "",
  "10.",
])
  t.test(`B17 the quantity "${value}" is no quantity`, async (t) => {
    t.match(readThreadMessage(orderWith({ resourceQuantity: { hasUnit: "kilogram", hasNumericalValue: value } })), {
      bad: /stipulates/,
    });
  });

t.test(
  "B17 a number where a decimal string belongs, none at all, and an amount of half a cent are refused",
  async (t) => {
    const quantity = (hasNumericalValue: unknown) => ({ resourceQuantity: { hasUnit: "kilogram", hasNumericalValue } });
    const euros = (hasNumericalValue: unknown, hasUnit = "one") => ({
      resourceQuantity: { hasUnit, hasNumericalValue },
    });
    const cases = [
      orderWith(quantity(100) as JsonObject),
      orderWith(quantity(null) as JsonObject),
      orderWith(quantity(["100"]) as JsonObject),
      orderWith(quantity("0") as JsonObject),
      orderWith({}, euros("175") as JsonObject),
      orderWith({}, euros("175.005") as JsonObject),
      orderWith({}, euros("-175.00") as JsonObject),
      orderWith({}, euros(175) as JsonObject),
      orderWith({}, euros("175.00", "euro") as JsonObject),
    ];
    for (const json of cases) t.match(readThreadMessage(json), { bad: /stipulates/ });
  },
);

t.test("a member nobody has agreed on is refused with its whole message, wherever it stands", async (t) => {
  const order = writeThreadMessage(SAID.order, { id: GAS }, FARM);
  const accept = writeThreadMessage(SAID.accepted, { id: FARM }, GAS);
  const cases: [JsonObject, RegExp][] = [
    [{ ...order, summary: "a hint" }, /^summary$/],
    [{ ...order, object: { ...(order.object as JsonObject), discount: "5" } }, /object/],
    [orderWith({ price: "1" }), /stipulates/],
    [orderWith({ resourceQuantity: { hasUnit: "kilogram", hasNumericalValue: "1", about: "1" } }), /stipulates/],
    [{ ...accept, cc: [GAS] }, /^cc$/],
    [{ ...accept, result: { ...(accept.result as JsonObject), pickup: "x" } }, /result/],
  ];
  for (const [json, bad] of cases) t.match(readThreadMessage(json), { bad });
});

t.test(
  "a message that is not whole, not its sender's or not of its thread is not read, and the member is named",
  async (t) => {
    const order = writeThreadMessage(SAID.order, { id: GAS }, FARM);
    const object = order.object as JsonObject;
    const accept = writeThreadMessage(SAID.accepted, { id: FARM }, GAS);
    const undo = writeThreadMessage(SAID.withdrawn, { id: GAS }, FARM);
    const result = accept.result as JsonObject;
    const inOrder = (change: JsonObject) => ({ ...order, object: { ...object, ...change } });
    const inAccept = (change: JsonObject) => ({ ...accept, result: { ...result, ...change } });
    const status = writeThreadMessage(SAID.status, { id: FARM }, GAS);
    const note = writeThreadMessage(SAID["delivery-note"], { id: FARM }, GAS);
    const cases: [string, JsonObject][] = [
      ["type", { ...order, type: "Announce" }],
      ["object/attributedTo", { ...order, actor: FARM }],
      ["actor", { ...undo, actor: FARM }],
      ["actor", { ...undo, actor: "g" }],
      ["id", { ...order, id: "https://e.example/a/1" }],
      ["context", { ...undo, context: "https://p.example/threads/1" }],
      ["to", { ...order, to: [FARM, GAS] }],
      ["object/attributedTo", inOrder({ attributedTo: FARM })],
      ["object/context", inOrder({ context: `${GAS}/threads/13` })],
      ["object/revision", inOrder({ revision: 0 })],
      ["object/epoch", inOrder({ epoch: 1.5 })],
      ["object/stipulates", inOrder({ stipulates: [], stipulatesReciprocal: [] })],
      [
        "object/stipulatesReciprocal",
        inOrder({ stipulatesReciprocal: (object.stipulatesReciprocal as JsonObject[]).slice(1) }),
      ],
      [
        "object/stipulates",
        inOrder({ stipulates: [...(object.stipulates as JsonObject[]), ...(object.stipulates as JsonObject[])] }),
      ],
      ["objectDigest", { ...accept, objectDigest: DIGEST.toUpperCase() }],
      ["result/attributedTo", inAccept({ attributedTo: GAS })],
      ["result/context", inAccept({ context: `${GAS}/threads/13` })],
      ["result/orderStatus", inAccept({ orderStatus: "paid" })],
      ["result/stipulates", inAccept({ id: `${FARM}/agreements/78` })],
      ["answerBy", { ...writeThreadMessage(SAID.countered, { id: FARM }, GAS), answerBy: "domani" }],
      ["reasonCode", { ...writeThreadMessage(SAID.rejected, { id: FARM }, GAS), reasonCode: "because" }],
      ["object/url", { ...status, object: { ...(status.object as JsonObject), url: "javascript:alert(1)" } }],
      ["object/sequence", { ...note, type: "Update" }],
      ["object/context", { ...note, object: { ...(note.object as JsonObject), context: THREAD } }],
    ];
    for (const [bad, json] of cases) {
      const read = readThreadMessage(json);
      t.ok("bad" in read && read.bad.startsWith(bad), `${bad}: ${JSON.stringify(read).slice(0, 120)}`);
    }
  },
);

t.test("an Accept keeps the name of its Agreement over its commitments, also where two lines end alike", async (t) => {
  const twins = [ORANGES, { ...ORANGES, lineIri: "https://p.example/p/cycles/13/7" }];
  const accept: MessageOf<"accepted"> = { ...SAID.accepted, lines: twins };
  const json = writeThreadMessage(accept, { id: FARM }, GAS);
  const ids = ((json.result as JsonObject).stipulates as JsonObject[]).map(({ id }) => id);
  t.same(ids, [`${accept.agreementIri}#l7-primary`, `${accept.agreementIri}#l7.2-primary`]);
  t.same(readThreadMessage(json), accept);
});
