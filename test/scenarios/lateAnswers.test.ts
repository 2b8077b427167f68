// Answers that come days late and in any order, across revisions of a pact: what was agreed later is never undone by them.
import fc from "fast-check";
import t from "tap";
import { revisionInForce } from "../../src/partners/pacts/pact.ts";
import { acceptPact, changeTerms, endPact } from "../../src/partners/pacts/pactActions.ts";
import { listPactMessages, listPacts, loadPact, refuseNewOrder, termsFor } from "../../src/partners/pacts/pactStore.ts";
import { DAY, farmAndGas, held, TERMS } from "../partners/pair.ts";
import { exchange, hand } from "../partners/town.ts";

t.test("A21 yeses delayed by up to three days and re-ordered never bring older terms back in force", async (t) => {
  const REVISIONS = 3;
  const delays = fc.array(fc.nat(3 * DAY), { minLength: REVISIONS, maxLength: REVISIONS });
  await fc.assert(
    fc.asyncProperty(delays, async (delaysMs) => {
      const { clock, farmNode, gasNode, farm, gas, everyone, propose, atFarm, atGas } = farmAndGas(t);
      const iri = propose();
      await exchange(everyone);
      held(acceptPact(farmNode.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true }));
      await exchange(everyone);
      // The farm hears each new proposal at once and says yes; its yes to each takes its own time back to the GAS.
      const late: { at: number; row: ReturnType<typeof farmNode.owed>[number]; revision: number }[] = [];
      for (const [i, delayMs] of delaysMs.entries()) {
        clock.at += DAY;
        const revision = i + 2;
        const terms = { ...TERMS, deliveryCostCents: 1000 + revision };
        held(changeTerms(farmNode.wire, { actorId: farm.id, iri }, { terms, endsAt: null }));
        for (const row of farmNode.owed()) {
          await hand(farmNode, row, gasNode, gas);
          farmNode.settle(row);
        }
        held(acceptPact(gasNode.wire, { actorId: gas.id, iri }, { revision, isCompared: false }));
        for (const row of gasNode.owed()) {
          gasNode.settle(row);
          late.push({ at: clock.at + delayMs, row, revision });
        }
        // The farm's next proposal needs no answer to the one before.
        for (const { row } of late.filter(({ at }) => at <= clock.at)) await hand(gasNode, row, farmNode, farm);
      }
      let newest = revisionInForce(atFarm(iri).pact)!.revision;
      for (const { at, row, revision } of late.sort((a, b) => a.at - b.at)) {
        clock.at = Math.max(clock.at, at);
        await hand(gasNode, row, farmNode, farm);
        newest = Math.max(newest, revision);
        t.equal(revisionInForce(atFarm(iri).pact)?.revision, newest, `after the yes to ${revision}`);
      }
      t.same(atFarm(iri).pact, atGas(iri).pact, "and in the end both hold one pact");
      t.equal(termsFor(farmNode.wire.db.orm, farm.id, gas.id)?.deliveryCostCents, 1000 + REVISIONS + 1);
    }),
    { numRuns: 8, seed: 21 },
  );
});

t.test(
  "B15 after a pact has ended its old Offer, its Accept and new terms are refused, and nothing is shown",
  async (t) => {
    const { clock, farmNode, gasNode, farm, gas, everyone, propose, atFarm } = farmAndGas(t);
    const iri = propose();
    const [offer] = gasNode.owed();
    await exchange(everyone);
    held(acceptPact(farmNode.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true }));
    await exchange(everyone);
    // The GAS proposes new terms, which are still on their way when the farm ends the pact.
    held(changeTerms(gasNode.wire, { actorId: gas.id, iri }, { terms: { ...TERMS, leadDays: 2 }, endsAt: null }));
    const [late] = gasNode.owed();
    held(endPact(farmNode.wire, { actorId: farm.id, iri }));
    const before = atFarm(iri);
    const messages = listPactMessages(farmNode.wire.db.orm, farm.id, iri).length;
    clock.at += 365 * DAY;
    t.match(await hand(gasNode, late!, farmNode, farm), { status: 200, outcome: "refused" });
    t.match(farmNode.logged().at(-1), { outcome: "refused", refusal: "stale" });
    await hand(gasNode, offer!, farmNode, farm);
    t.same(atFarm(iri), before);
    t.equal(listPactMessages(farmNode.wire.db.orm, farm.id, iri).length, messages);
    t.equal(refuseNewOrder(farmNode.wire.db.orm, farm.id, gas.id), "no-pact");
  },
);

t.test(
  "B15 letters about a pact that was never concluded, or was taken back, or by one who is no party to it, are refused",
  async (t) => {
    const { farmNode, gasNode, farm, gas, propose } = farmAndGas(t);
    const eve = gasNode.add("gas", "eve");
    const iri = propose();
    const [offer] = gasNode.owed();
    // Eve sends on what the GAS has signed.
    t.match(await hand(gasNode, { ...offer!, actorId: eve.id }, farmNode, farm), { status: 422 });
    t.same(listPacts(farmNode.wire.db.orm, farm.id, 10), []);
    await hand(gasNode, offer!, farmNode, farm);
    held(endPact(gasNode.wire, { actorId: gas.id, iri }));
    const undo = gasNode.owed().at(-1)!;
    t.match(await hand(gasNode, { ...undo, actorId: eve.id }, farmNode, farm), { status: 422 });
    t.equal(loadPact(farmNode.wire.db.orm, farm.id, iri)?.state, "proposed", "Eve took nothing back");
    await hand(gasNode, undo, farmNode, farm);
    t.match(acceptPact(farmNode.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true }), {
      refused: "stale-version",
    });
    t.equal(refuseNewOrder(farmNode.wire.db.orm, farm.id, gas.id), "no-pact");
  },
);
