// A farm and a GAS on nodes of their own, before, while and after they have a pact.
import type { Test } from "tap";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import { type HeldPact, loadPact } from "../../src/partners/pacts/pactStore.ts";
import type { Terms } from "../../src/partners/pacts/terms.ts";
import { exchange, makeClock, openNode } from "./town.ts";

export const DAY = 86_400_000;

export const TERMS: Terms = {
  catalogSubset: ["https://p.example/p/catalog"],
  priceDeltaHundredthsPercent: -250,
  minOrderCents: 15_000,
  deliveryCostCents: 1500,
  leadDays: 10,
  referents: [{ name: "Referente agrumi", email: "agrumi@g.example" }],
};

/** What was asked, which the test knows to be possible. */
export function held(result: HeldPact | Refusal): HeldPact {
  if (isRefusal(result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
}

/** The two on their nodes. `propose` is the GAS's proposal, whose thread it returns; `accept` the farm's yes to it. */
export function farmAndGas(t: Test) {
  const clock = makeClock();
  const [farmNode, gasNode] = [openNode(t, "p.example", clock), openNode(t, "g.example", clock)];
  const [farm, gas] = [farmNode.add("producer", "p"), gasNode.add("gas", "g")];
  const everyone = [
    { node: farmNode, actor: farm },
    { node: gasNode, actor: gas },
  ];
  const proposal = { as: "buyer", terms: TERMS, endsAt: null } as const;
  const propose = () => held(proposePact(gasNode.wire, gas.id, farmNode.describe(farm), proposal)).pact.iri;
  const accept = (iri: string) =>
    held(acceptPact(farmNode.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true }));
  const atFarm = (iri: string) => loadPact(farmNode.wire.db.orm, farm.id, iri)!;
  const atGas = (iri: string) => loadPact(gasNode.wire.db.orm, gas.id, iri)!;
  return { clock, farmNode, gasNode, farm, gas, everyone, propose, accept, atFarm, atGas };
}

/** The two with a pact that both hold in force. */
export async function concluded(t: Test) {
  const story = farmAndGas(t);
  const iri = story.propose();
  await exchange(story.everyone);
  story.accept(iri);
  await exchange(story.everyone);
  const [atFarmName, atGasName] = [
    { actorId: story.farm.id, iri },
    { actorId: story.gas.id, iri },
  ];
  return { ...story, iri, atFarmName, atGasName };
}
