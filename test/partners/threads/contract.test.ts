// A contract checked by itself: the samples of the protocol hold, also years later and under keys long retired; whatever is
// altered in them does not.
import { generateKeyPairSync } from "node:crypto";
import t from "tap";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { addProof, digestOf, writePublicKeyMultibase } from "../../../src/activitypub/proof.ts";
import type { MessageOf, ThreadMessage } from "../../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../../src/partners/threads/agreementDocument.ts";
import {
  type ContractFile,
  type ContractKey,
  hashText,
  readContractFile,
  verifyContract,
  writeContractFile,
} from "../../../src/partners/threads/contract.ts";
import { contractLines } from "../../../src/partners/threads/contractPages.ts";
import { words } from "../../../src/web/words.ts";
import { ACCEPT, OFFER } from "../../fixtures/orderSamples.ts";
import { FARM, GAS, partiesOf, SAID, THREAD } from "../agreementArbitrary.ts";

// The seeds of the protocol's samples: 32 times 0x01 for the GAS, 0x02 for the producer.
const SAMPLE_KEYS: ContractKey[] = [
  {
    owner: GAS,
    keyId: `${GAS}#ed25519-1`,
    publicKeyMultibase: "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
  },
  {
    owner: FARM,
    keyId: `${FARM}#ed25519-1`,
    publicKeyMultibase: "z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH",
  },
];
const SAMPLE: ContractFile = {
  thread: "https://g.example/threads/12",
  keys: SAMPLE_KEYS,
  messages: [JSON.stringify(OFFER), JSON.stringify(ACCEPT)],
};

function makeKey(owner: string, n: number) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const keyId = `${owner}#ed25519-${n}`;
  return { owner, keyId, privateKey, publicKeyMultibase: writePublicKeyMultibase(publicKey) };
}

type Keys = Readonly<Record<string, ReturnType<typeof makeKey>>>;
const OLD: Keys = { [GAS]: makeKey(GAS, 1), [FARM]: makeKey(FARM, 1) };
const NEW: Keys = { [GAS]: makeKey(GAS, 2), [FARM]: makeKey(FARM, 2) };
const ALL_KEYS = [OLD, NEW].flatMap((pair) => [pair[GAS]!, pair[FARM]!]);

/** A message as its sender signs it. */
function sign(message: ThreadMessage, keys = OLD): JsonObject {
  const { from, to } = partiesOf(message.kind);
  return addProof(writeThreadMessage(message, from, to), keys[from.id]!, Date.UTC(2026, 11, 1));
}

const ORDER: MessageOf<"order"> = { ...SAID.order, revision: 1, supersedes: null };
const SIGNED_ORDER = sign(ORDER);
const acceptance = (change: Partial<MessageOf<"accepted">> = {}): MessageOf<"accepted"> => ({
  ...SAID.accepted,
  offerIri: ORDER.offerIri,
  offerDigest: digestOf(SIGNED_ORDER),
  revision: 1,
  ...change,
});
const contract = (...messages: JsonObject[]): ContractFile => ({
  thread: THREAD,
  keys: ALL_KEYS.map(({ owner, keyId, publicKeyMultibase }) => ({ owner, keyId, publicKeyMultibase })),
  messages: messages.map((message) => JSON.stringify(message)),
});

t.test("the sample contract of the protocol holds: both signed, both wrote the same text", async (t) => {
  const report = verifyContract(SAMPLE);
  t.match(report, { holds: true, buyer: GAS, seller: FARM, status: "accepted", isWithdrawn: false });
  t.match(report.inForce, { revision: 2, totalCents: 17_500, agreementIri: "https://p.example/agr/77" });
  t.equal(report.inForce?.buyerHash, report.inForce?.sellerHash);
  t.equal(report.inForce?.buyerHash, hashText(report.inForce!.lines));
});

t.test("a contract travels as a file and is the same afterwards, byte for byte", async (t) => {
  t.same(readContractFile(writeContractFile(SAMPLE)), SAMPLE);
  for (const text of ["", "{}", "[1]", "{ not json", JSON.stringify({ format: "other" })])
    t.equal(readContractFile(text), null);
});

t.test("one digit of the amount altered in the kept Accept: the contract does not hold, and says where", async (t) => {
  const messages = [SAMPLE.messages[0]!, SAMPLE.messages[1]!.replace("175.00", "275.00")];
  const report = verifyContract({ ...SAMPLE, messages });
  t.match(report, { holds: false, inForce: null });
  t.same(
    report.messages.map(({ flaw }) => flaw),
    [null, "bad-proof"],
  );
});

t.test(
  "an Accept that was signed for another text than the Offer is no agreement, however right its signature",
  async (t) => {
    const [first, second] = ORDER.lines;
    const altered = sign(acceptance({ lines: [{ ...first!, amountCents: 1 }, second!] }));
    t.same(
      verifyContract(contract(SIGNED_ORDER, altered)).messages.map(({ flaw }) => flaw),
      [null, "result-differs"],
    );
    const other = sign(acceptance({ offerDigest: "0".repeat(64) }));
    t.equal(verifyContract(contract(SIGNED_ORDER, other)).messages[1]?.flaw, "digest-differs");
  },
);

t.test("keys that were retired since still prove what was signed with them; new ones prove the rest", async (t) => {
  const status = sign({ ...SAID.status, epoch: 1, revision: 1, sequence: 2, status: "confirmed" }, NEW);
  const report = verifyContract(contract(SIGNED_ORDER, sign(acceptance()), status));
  t.match(report, { holds: true, status: "confirmed" });
  t.same(
    report.messages.map(({ keyId }) => keyId),
    [`${GAS}#ed25519-1`, `${FARM}#ed25519-1`, `${FARM}#ed25519-2`],
  );
});

t.test("a key that nobody compared proves nothing, nor does one under another's name", async (t) => {
  const stranger = makeKey(FARM, 9);
  const forged = addProof(writeThreadMessage(acceptance(), { id: FARM }, GAS), stranger, 0);
  t.equal(verifyContract(contract(SIGNED_ORDER, forged)).messages[1]?.flaw, "unknown-key");
  const borrowed = addProof(writeThreadMessage(acceptance(), { id: FARM }, GAS), OLD[GAS]!, 0);
  t.equal(verifyContract(contract(SIGNED_ORDER, borrowed)).messages[1]?.flaw, "unknown-key");
});

t.test("two texts under one revision, a message of another thread or party, and rubbish are all seen", async (t) => {
  const twin = sign({ ...ORDER, offerIri: `${ORDER.offerIri}-b`, lines: [ORDER.lines[0]!] });
  const elsewhere = sign({ ...ORDER, offerIri: `${ORDER.offerIri}-c`, thread: `${THREAD}-13` });
  const toOther = addProof(
    writeThreadMessage({ ...ORDER, offerIri: `${ORDER.offerIri}-d`, revision: 2 }, { id: GAS }, "https://q.example/q"),
    OLD[GAS]!,
    0,
  );
  const accepted = sign(acceptance());
  const file = contract(SIGNED_ORDER, twin, elsewhere, toOther, accepted);
  const report = verifyContract({ ...file, messages: [...file.messages, "{", '{"type":"Note"}'] });
  t.same(
    report.messages.map(({ flaw }) => flaw),
    [null, "conflict", "other-thread", "other-party", null, "not-json", "not-readable"],
  );
  t.notOk(report.holds);
  t.ok(report.inForce, "what was agreed is still shown");
});

t.test("of several revisions the last accepted is in force, also while a newer one waits", async (t) => {
  const second = { ...ORDER, offerIri: `${GAS}/activities/r2`, revision: 2, lines: [ORDER.lines[0]!] };
  const signed = sign(second);
  const both = [SIGNED_ORDER, sign(acceptance()), signed];
  t.equal(verifyContract(contract(...both)).inForce?.revision, 1);
  const answer = acceptance({
    acceptIri: `${FARM}/activities/second`,
    offerIri: second.offerIri,
    offerDigest: digestOf(signed),
    revision: 2,
    sequence: 2,
    lines: second.lines,
  });
  t.match(verifyContract(contract(...both, sign(answer))).inForce, { revision: 2, totalCents: 17_500 });
});

t.test("an order without an answer is no contract yet", async (t) => {
  t.match(verifyContract(contract(SIGNED_ORDER)), { holds: false, inForce: null, status: null });
  t.match(verifyContract(contract()), { holds: false, buyer: null });
});

t.test("the command line says line by line what was signed, by which key, and the verdict last", async (t) => {
  const said = contractLines(verifyContract(SAMPLE), words("en"), "en");
  t.match(said[1], /ok {2}2026-12-01T06:40:00Z {2}Order {2}https:\/\/g\.example\/g \([0-9a-f]{4} /);
  t.ok(
    said.some((line) => /100 kg.*€175\.00/.test(line)),
    said.join("\n"),
  );
  t.match(said.at(-1), /^It holds/);
  const altered = { ...SAMPLE, messages: [SAMPLE.messages[0]!, SAMPLE.messages[1]!.replace("175.00", "275.00")] };
  const bad = contractLines(verifyContract(altered), words("it"), "it");
  t.ok(bad.some((line) => line.includes("NO la firma non torna")));
  t.match(bad.at(-1), /Non c'è ancora un accordo/);
});
