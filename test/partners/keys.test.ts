import t from "tap";
import { addProof } from "../../src/activitypub/proof.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { rotateProofKey } from "../../src/partners/keys/keyActions.ts";
import { isOpenForOrders } from "../../src/partners/pacts/pact.ts";
import { changeTerms, suspendPact } from "../../src/partners/pacts/pactActions.ts";
import { listPinnedKeys, loadPact, loadPinnedKey } from "../../src/partners/pacts/pactStore.ts";
import { concluded, farmAndGas, held, TERMS } from "./pair.ts";
import { exchange, hand } from "./town.ts";

/** The same pair with the farm's change of key, and the key by which the GAS knows it. */
function withKeys<Story extends ReturnType<typeof farmAndGas>>(story: Story) {
  const { farmNode, gasNode, farm, gas } = story;
  const rotate = () => {
    const made = rotateProofKey(farmNode.wire, farm.id, farmNode.secret);
    if (isRefusal(made)) throw new Error(made.refused);
    return made;
  };
  return { ...story, rotate, known: () => loadPinnedKey(gasNode.wire.db.orm, gas.id, farm.id)?.multibase };
}

t.test(
  "B45 a farm changes its key: the GAS hears it under the old one, pins the new, and the old proves nothing more",
  async (t) => {
    const { clock, farmNode, gasNode, farm, gas, everyone, iri, rotate, known } = withKeys(await concluded(t));
    const old = known();
    clock.at += 60_000;
    const key = rotate();
    const stolen = farmNode.wire.keyring.open(farmNode.wire.db.orm, farm.id, "ed25519", gas.id);
    t.not(stolen.keyId, key.id, "until the GAS has answered, proofs are made with the key it knows");
    await exchange(everyone);
    t.equal(known(), key.publicKey);
    t.match(
      listPinnedKeys(gasNode.wire.db.orm, gas.id, farm.id).map(({ multibase, retiredAt }) => [multibase, retiredAt]),
      [
        [key.publicKey, null],
        [old, clock.at],
      ],
      "the old key stays for old documents",
    );
    held(suspendPact(farmNode.wire, { actorId: farm.id, iri }, null));
    const [row] = farmNode.owed();
    const letter = JSON.parse(row!.json);
    t.equal(letter.proof.verificationMethod, key.id);
    const { proof: _, ...bare } = letter;
    const forged = JSON.stringify(addProof({ ...bare, id: `${farm.id}/activities/stolen` }, stolen, clock.at));
    t.match(await hand(farmNode, { ...row!, json: forged }, gasNode, gas), { status: 422 });
    t.match(gasNode.logged().at(-1), { refusal: "bad-proof" });
    await exchange(everyone);
    t.equal(isOpenForOrders(loadPact(gasNode.wire.db.orm, gas.id, iri)!.pact), false);
    t.same([farmNode.owed(), gasNode.owed()], [[], []]);
  },
);

t.test("what was on its way when the key changed still arrives, in both directions", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone, iri, rotate, known } = withKeys(await concluded(t));
  held(suspendPact(farmNode.wire, { actorId: farm.id, iri }, null));
  held(changeTerms(gasNode.wire, { actorId: gas.id, iri }, { terms: { ...TERMS, leadDays: 3 }, endsAt: null }));
  const key = rotate();
  held(changeTerms(farmNode.wire, { actorId: farm.id, iri }, { terms: { ...TERMS, leadDays: 9 }, endsAt: null }));
  await exchange(everyone);
  t.equal(known(), key.publicKey);
  t.same([farmNode.owed(), gasNode.owed()], [[], []]);
  t.equal(loadPact(farmNode.wire.db.orm, farm.id, iri)?.pact.revisions.at(-1)?.terms.leadDays, 3);
});

t.test("two changes before the first is answered reach the GAS one after the other", async (t) => {
  const { farmNode, gasNode, gas, farm, everyone, rotate, known } = withKeys(await concluded(t));
  rotate();
  const last = rotate();
  await exchange(everyone);
  t.equal(known(), last.publicKey);
  t.equal(listPinnedKeys(gasNode.wire.db.orm, gas.id, farm.id).length, 3);
  t.same([farmNode.owed(), gasNode.owed()], [[], []]);
});

t.test("a key changed while a proposal waits is told once the pact is concluded", async (t) => {
  const { farmNode, gasNode, everyone, propose, accept, rotate, known } = withKeys(farmAndGas(t));
  const iri = propose();
  await exchange(everyone);
  const key = rotate();
  accept(iri);
  await exchange(everyone);
  t.equal(known(), key.publicKey);
  t.same([farmNode.owed(), gasNode.owed()], [[], []]);
});

t.test("B59 a notice that the pinned key did not prove is refused, and changes nothing", async (t) => {
  const { clock, farmNode, gasNode, farm, gas, rotate, known } = withKeys(await concluded(t));
  const before = known();
  rotate();
  const [row] = farmNode.owed();
  const { proof: _, ...notice } = JSON.parse(row!.json);
  const fresh = farmNode.wire.keyring.open(farmNode.wire.db.orm, farm.id, "ed25519");
  const forged = JSON.stringify(addProof({ ...notice, id: `${farm.id}/activities/forged` }, fresh, clock.at));
  t.match(await hand(farmNode, { ...row!, json: forged }, gasNode, gas), { status: 422 });
  t.equal(known(), before);
});
