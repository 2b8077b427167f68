import t from "tap";
import { rotateKey } from "../../src/activitypub/actors.ts";
import { addProof, digestOf } from "../../src/activitypub/proof.ts";
import { transact } from "../../src/db/transact.ts";
import { pactClockTasks } from "../../src/partners/clockActions.ts";
import { isOpenForOrders, openRevision, revisionInForce } from "../../src/partners/pacts/pact.ts";
import {
  acceptPact,
  changeTerms,
  endPact,
  proposePact,
  refusePact,
  resumePact,
  suspendPact,
} from "../../src/partners/pacts/pactActions.ts";
import {
  isPartner,
  listAudience,
  listPactMessages,
  listPacts,
  loadPinnedKey,
  refuseNewOrder,
  termsFor,
} from "../../src/partners/pacts/pactStore.ts";
import { concluded, DAY, farmAndGas, held, TERMS } from "./pair.ts";
import { exchange, hand } from "./town.ts";

t.test("a GAS proposes, the farm compares and accepts: both hold the same pact and each other's key", async (t) => {
  const { farmNode, gasNode, farm, gas, iri, atFarm, atGas } = await concluded(t);
  t.same(atFarm(iri).pact, atGas(iri).pact);
  t.equal(atFarm(iri).state, "live");
  t.same(termsFor(farmNode.wire.db.orm, farm.id, gas.id), TERMS);
  t.same(termsFor(gasNode.wire.db.orm, gas.id, farm.id), TERMS);
  t.equal(refuseNewOrder(gasNode.wire.db.orm, gas.id, farm.id), null);
  const gasKey = gasNode.describe(gas).ed25519Keys[0]!;
  t.match(loadPinnedKey(farmNode.wire.db.orm, farm.id, gas.id), { keyId: gasKey.id, multibase: gasKey.multibase });
  const farmTx = farmNode.wire.db.orm;
  t.same(listAudience(farmTx, farm.id, "partners"), [{ inbox: "https://g.example/g/inbox", actorUri: gas.id }]);
  t.same(listAudience(farmTx, farm.id, "everyone"), [{ inbox: "https://g.example/inbox", actorUri: null }]);
  t.same(listAudience(gasNode.wire.db.orm, gas.id, "everyone"), [], "who buys has nobody to tell");
  const logged = ({ raw }: typeof farmNode.wire.db) =>
    raw.prepare("SELECT detail FROM audit_log WHERE what = 'pact'").pluck().all();
  t.same(logged(gasNode.wire.db), [`proposed: ${farm.id}`]);
  t.same(logged(farmNode.wire.db), [`accepted: ${gas.id}`]);
});

t.test("both sides keep the same signed bytes of Offer and Accept", async (t) => {
  const { farmNode, gasNode, farm, gas, iri } = await concluded(t);
  const digests = (node: typeof farmNode, id: string) =>
    listPactMessages(node.wire.db.orm, id, iri).map(({ kind, digest, bytes, provenBy }) => {
      t.equal(digestOf(JSON.parse(bytes.toString())), digest);
      return [kind, digest, provenBy];
    });
  t.same(digests(farmNode, farm.id).sort(), digests(gasNode, gas.id).sort());
  t.equal(digests(farmNode, farm.id).length, 2);
});

t.test(
  "nobody accepts without having compared fingerprints, nor their own proposal, nor another revision",
  async (t) => {
    const { farmNode, gasNode, farm, gas, everyone, propose } = farmAndGas(t);
    const iri = propose();
    await exchange(everyone);
    const atFarm = { actorId: farm.id, iri };
    t.match(acceptPact(farmNode.wire, atFarm, { revision: 1, isCompared: false }), { refused: "not-compared" });
    t.match(acceptPact(farmNode.wire, atFarm, { revision: 2, isCompared: true }), { refused: "stale-version" });
    t.match(acceptPact(gasNode.wire, { actorId: gas.id, iri }, { revision: 1, isCompared: true }), {
      refused: "own-proposal",
    });
    t.equal(isPartner(farmNode.wire.db.orm, farm.id, gas.id), false);
  },
);

t.test("a refused proposal leaves no pact and no pinned key on either side", async (t) => {
  const { farmNode, farm, gas, gasNode, everyone, propose, atGas } = farmAndGas(t);
  const iri = propose();
  await exchange(everyone);
  held(refusePact(farmNode.wire, { actorId: farm.id, iri }, { revision: 1 }));
  await exchange(everyone);
  t.match(atGas(iri), { state: "refused", pact: { revisions: [{ rejectReason: "no-pact" }] } });
  t.equal(loadPinnedKey(farmNode.wire.db.orm, farm.id, gas.id), undefined);
  t.equal(refuseNewOrder(gasNode.wire.db.orm, gas.id, farm.id), "no-pact");
});

t.test(
  "a proposal that nobody answers in 30 days is withdrawn on both nodes; one answered in time stands",
  async (t) => {
    const { clock, farmNode, gasNode, farm, gas, everyone, propose, atFarm, atGas } = farmAndGas(t);
    const iri = propose();
    await exchange(everyone);
    clock.at += 30 * DAY - 1;
    for (const node of [farmNode, gasNode]) pactClockTasks(node.wire)[0]?.run(clock.at);
    t.equal(atGas(iri).state, "proposed");
    clock.at += 1;
    pactClockTasks(farmNode.wire)[0]?.run(clock.at);
    t.equal(atFarm(iri).state, "proposed", "only its proposer takes it back");
    pactClockTasks(gasNode.wire)[0]?.run(clock.at);
    await exchange(everyone);
    t.same([atFarm(iri).state, atGas(iri).state], ["ended", "ended"]);
    t.match(acceptPact(farmNode.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true }), {
      refused: "stale-version",
    });
    const again = propose();
    await exchange(everyone);
    held(acceptPact(farmNode.wire, { actorId: farm.id, iri: again }, { revision: 1, isCompared: true }));
    await exchange(everyone);
    // New terms that nobody answers wait on: taking those back would end the pact.
    held(
      changeTerms(gasNode.wire, { actorId: gas.id, iri: again }, { terms: { ...TERMS, leadDays: 3 }, endsAt: null }),
    );
    await exchange(everyone);
    clock.at += 90 * DAY;
    for (const node of [farmNode, gasNode]) pactClockTasks(node.wire)[0]?.run(clock.at);
    t.same([atFarm(again).state, atGas(again).state], ["live", "live"]);
  },
);

t.test("new terms hold only once the other side has accepted them", async (t) => {
  const { farmNode, gasNode, farm, gas, iri, everyone, atFarmName, atGasName } = await concluded(t);
  const dearer = { ...TERMS, deliveryCostCents: 2000 };
  held(changeTerms(farmNode.wire, atFarmName, { terms: dearer, endsAt: null }));
  await exchange(everyone);
  t.equal(termsFor(gasNode.wire.db.orm, gas.id, farm.id)?.deliveryCostCents, 1500);
  t.match(changeTerms(gasNode.wire, atGasName, { terms: TERMS, endsAt: null }), { refused: "proposal-pending" });
  held(acceptPact(gasNode.wire, atGasName, { revision: 2, isCompared: false }));
  await exchange(everyone);
  t.equal(termsFor(farmNode.wire.db.orm, farm.id, gas.id)?.deliveryCostCents, 2000);
  t.equal(termsFor(gasNode.wire.db.orm, gas.id, farm.id)?.deliveryCostCents, 2000);
  t.ok(iri);
});

t.test("when both propose new terms at the same moment both end up with the buyer's to answer", async (t) => {
  const { farmNode, gasNode, iri, everyone, atFarmName, atGasName, atFarm, atGas } = await concluded(t);
  held(changeTerms(farmNode.wire, atFarmName, { terms: { ...TERMS, leadDays: 14 }, endsAt: null }));
  held(changeTerms(gasNode.wire, atGasName, { terms: { ...TERMS, leadDays: 7 }, endsAt: null }));
  await exchange(everyone);
  t.equal(openRevision(atFarm(iri).pact)?.terms.leadDays, 7);
  t.equal(openRevision(atGas(iri).pact)?.terms.leadDays, 7);
});

t.test(
  "B44 a suspension closes new orders on both sides, keeps the partner's terms readable, and ends by itself",
  async (t) => {
    const { clock, farmNode, gasNode, farm, gas, iri, everyone, atFarmName, atGas } = await concluded(t);
    held(suspendPact(farmNode.wire, atFarmName, clock.at + 7 * DAY));
    t.match(suspendPact(farmNode.wire, atFarmName, clock.at + 7 * DAY), { refused: "already-so" });
    await exchange(everyone);
    t.equal(refuseNewOrder(gasNode.wire.db.orm, gas.id, farm.id), "pact-suspended");
    t.equal(isPartner(farmNode.wire.db.orm, farm.id, gas.id), true);
    const [task] = pactClockTasks(farmNode.wire);
    clock.at += 6 * DAY;
    task?.run(clock.at);
    t.equal(refuseNewOrder(farmNode.wire.db.orm, farm.id, gas.id), "pact-suspended");
    clock.at += DAY;
    task?.run(clock.at);
    await exchange(everyone);
    t.equal(isOpenForOrders(atGas(iri).pact), true);
    t.equal(refuseNewOrder(farmNode.wire.db.orm, farm.id, gas.id), null);
  },
);

t.test("each side resumes only its own suspension", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone, atFarmName, atGasName } = await concluded(t);
  held(suspendPact(farmNode.wire, atFarmName, null));
  await exchange(everyone);
  t.match(resumePact(gasNode.wire, atGasName), { refused: "already-so" });
  held(suspendPact(gasNode.wire, atGasName, null));
  held(resumePact(farmNode.wire, atFarmName));
  await exchange(everyone);
  t.equal(refuseNewOrder(farmNode.wire.db.orm, farm.id, gas.id), "pact-suspended");
  held(resumePact(gasNode.wire, atGasName));
  await exchange(everyone);
  t.equal(refuseNewOrder(farmNode.wire.db.orm, farm.id, gas.id), null);
});

for (const who of ["proposer", "acceptor"] as const)
  t.test(`the ${who} ends the pact: it is over on both sides, for good, and its key stays pinned`, async (t) => {
    const { farmNode, gasNode, farm, gas, iri, everyone, atFarmName, atGasName, atFarm, atGas } = await concluded(t);
    held(who === "proposer" ? endPact(gasNode.wire, atGasName) : endPact(farmNode.wire, atFarmName));
    await exchange(everyone);
    t.same([atFarm(iri).state, atGas(iri).state], ["ended", "ended"]);
    t.equal(isPartner(farmNode.wire.db.orm, farm.id, gas.id), false);
    t.match(endPact(farmNode.wire, atFarmName), { refused: "pact-over" });
    t.match(resumePact(gasNode.wire, atGasName), { refused: "pact-over" });
    t.ok(loadPinnedKey(farmNode.wire.db.orm, farm.id, gas.id));
  });

t.test("both end it at once: over on both sides, and nothing is left waiting", async (t) => {
  const { farmNode, gasNode, iri, everyone, atFarmName, atGasName, atFarm, atGas } = await concluded(t);
  held(endPact(farmNode.wire, atFarmName));
  held(endPact(gasNode.wire, atGasName));
  await exchange(everyone);
  t.same([atFarm(iri).state, atGas(iri).state], ["ended", "ended"]);
  t.same([farmNode.owed().length, gasNode.owed().length], [0, 0]);
});

t.test("a pact with an agreed end is over on that day on both nodes, without a message", async (t) => {
  const story = farmAndGas(t);
  const { clock, farmNode, gasNode, farm, gas, everyone } = story;
  const proposal = { as: "buyer", terms: TERMS, endsAt: clock.at + 30 * DAY } as const;
  const { iri } = held(proposePact(gasNode.wire, gas.id, farmNode.describe(farm), proposal)).pact;
  await exchange(everyone);
  held(acceptPact(farmNode.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true }));
  await exchange(everyone);
  clock.at += 30 * DAY;
  for (const node of [farmNode, gasNode]) pactClockTasks(node.wire)[0]?.run(clock.at);
  t.same([story.atFarm(iri).state, story.atGas(iri).state], ["ended", "ended"]);
  t.same([farmNode.owed().length, gasNode.owed().length], [0, 0]);
});

t.test("a GAS cannot sell, a district cannot buy, nobody has two pacts with one partner", async (t) => {
  const { farmNode, gasNode, farm, gas } = await concluded(t);
  const district = gasNode.add("district", "des");
  const proposal = { as: "buyer", terms: TERMS, endsAt: null } as const;
  t.match(proposePact(gasNode.wire, gas.id, farmNode.describe(farm), proposal), { refused: "already-partners" });
  t.match(proposePact(gasNode.wire, district.id, farmNode.describe(farm), proposal), { refused: "wrong-party" });
  t.match(proposePact(gasNode.wire, gas.id, farmNode.describe(farm), { ...proposal, as: "seller" }), {
    refused: "wrong-party",
  });
  const cheap = { ...TERMS, minOrderCents: -1 };
  t.match(
    changeTerms(gasNode.wire, { actorId: gas.id, iri: "https://g.example/none" }, { terms: cheap, endsAt: null }),
    {
      refused: "no-such-pact",
    },
  );
});

t.test(
  "A19 a proposal delivered five times at once is one proposal; a second id under its number is a conflict",
  async (t) => {
    const { farmNode, gasNode, farm, gas, propose } = farmAndGas(t);
    propose();
    const [row] = gasNode.owed();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => hand(gasNode, row!, farmNode, farm)));
    t.same(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 202]);
    t.equal(listPacts(farmNode.wire.db.orm, farm.id, 10).length, 1);
    const { proof: _, ...other } = JSON.parse(row!.json);
    const key = gasNode.wire.keyring.open(gasNode.wire.db.orm, gas.id, "ed25519");
    const again = addProof({ ...other, id: `${gas.id}/activities/again` }, key, farmNode.wire.clock.now());
    t.match(await hand(gasNode, { ...row!, json: JSON.stringify(again) }, farmNode, farm), { status: 409 });
  },
);

t.test(
  "I13 a proposal with one byte changed, by another key, or for another actor is refused and leaves no row",
  async (t) => {
    const { farmNode, gasNode, farm, gas, propose } = farmAndGas(t);
    propose();
    const [row] = gasNode.owed();
    const offer = JSON.parse(row!.json);
    const eve = gasNode.add("gas", "eve");
    const sign = (id: string, activity: object) => {
      const { proof: _, ...bare } = activity as Record<string, never>;
      return addProof(bare, gasNode.wire.keyring.open(gasNode.wire.db.orm, id, "ed25519"), farmNode.wire.clock.now());
    };
    const object = { ...offer.object, terms: { ...offer.object.terms, leadDays: 1 } };
    const forgeries = {
      "bad-proof": { ...offer, object },
      "wrong-keys": sign(gas.id, {
        ...offer,
        object: {
          ...offer.object,
          keys: [
            { ...offer.object.keys[0], publicKeyMultibase: offer.object.keys[1].publicKeyMultibase },
            offer.object.keys[1],
          ],
        },
      }),
      "not-addressed": sign(gas.id, { ...offer, to: ["https://p.example/other"] }),
      "unreadable-pact": sign(gas.id, { ...offer, object: { ...offer.object, discount: "10" } }),
    };
    for (const [refusal, forged] of Object.entries(forgeries)) {
      const json = JSON.stringify({ ...forged, id: `${gas.id}/activities/${refusal}` });
      const again = refusal === "bad-proof" ? json : JSON.stringify(sign(gas.id, JSON.parse(json)));
      t.match(await hand(gasNode, { ...row!, json: again }, farmNode, farm), { status: 422 }, refusal);
      t.match(farmNode.logged().at(-1), { outcome: "refused", refusal });
    }
    const byEve = sign(eve.id, { ...offer, id: `${eve.id}/activities/x`, actor: eve.id });
    t.match(await hand(gasNode, { ...row!, actorId: eve.id, json: JSON.stringify(byEve) }, farmNode, farm), {
      status: 422,
    });
    t.same(listPacts(farmNode.wire.db.orm, farm.id, 10), []);
  },
);

t.test("B13 an Accept whose terms are not the ones offered is refused, and the proposal still waits", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone, propose, atGas } = farmAndGas(t);
  const iri = propose();
  await exchange(everyone);
  held(acceptPact(farmNode.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true }));
  const [row] = farmNode.owed();
  const { proof: _, ...accept } = JSON.parse(row!.json);
  accept.result.terms.deliveryCost.price = "0.00";
  const key = farmNode.wire.keyring.open(farmNode.wire.db.orm, farm.id, "ed25519");
  const json = JSON.stringify(addProof({ ...accept, id: `${farm.id}/activities/y` }, key, farmNode.wire.clock.now()));
  t.match(await hand(farmNode, { ...row!, json }, gasNode, gas), { status: 422 });
  t.match(gasNode.logged().at(-1), { refusal: "result-differs" });
  t.equal(atGas(iri).state, "proposed");
});

t.test(
  "B59 B60 a partner whose key changed without notice is not believed: the pact and its pinned key stay",
  async (t) => {
    const { clock, farmNode, gasNode, farm, gas, iri, everyone, atGas } = await concluded(t);
    const pinned = loadPinnedKey(gasNode.wire.db.orm, gas.id, farm.id);
    transact(farmNode.wire.db, (tx) => rotateKey(tx, farm.id, "ed25519", farmNode.secret, clock.at));
    const stolen = farmNode.describe(farm);
    t.not(stolen.ed25519Keys[0]?.multibase, pinned?.multibase);
    held(suspendPact(farmNode.wire, { actorId: farm.id, iri }, null));
    await exchange(everyone);
    t.match(gasNode.logged().at(-1), { outcome: "refused", refusal: "bad-proof" });
    t.equal(isOpenForOrders(atGas(iri).pact), true);
    t.same(loadPinnedKey(gasNode.wire.db.orm, gas.id, farm.id), pinned);
    t.equal(revisionInForce(atGas(iri).pact)?.revision, 1);
  },
);
