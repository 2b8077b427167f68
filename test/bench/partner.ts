// A group's node in this process that follows the farm of another process and has a pact with it.
import { isRefusal } from "../../src/kernel/refusal.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { proposePact } from "../../src/partners/pacts/pactActions.ts";
import { findPact } from "../../src/partners/pacts/pactStore.ts";
import { isFollowing } from "../../src/partners/store.ts";
import { type BenchNode, startBenchNode } from "./benchNode.ts";
import { type FarmProcess, startFarmProcess } from "./farmProcess.ts";

const GIVE_UP_MS = 30_000;

export type Partner = { readonly group: BenchNode; readonly farm: FarmProcess; readonly close: () => Promise<void> };

/** Starts both nodes and waits until the pact is in force on the group's. */
export async function startPartner(products: number): Promise<Partner> {
  const farm = await startFarmProcess(products);
  const group = await startBenchNode("gas");
  const { actor, node } = group;
  const { wire, db } = node;
  const peer = await wire.senders.findActor(farm.actorId);
  if ("failed" in peer) throw new Error(`no farm: ${peer.detail}`);
  followActor(wire, actor.id, peer);
  await until(() => isFollowing(db.orm, actor.id, farm.actorId));
  const terms = {
    catalogSubset: [`${farm.actorId}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 0,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [],
  };
  const proposed = proposePact(wire, actor.id, peer, { as: "buyer", terms, endsAt: null });
  if (isRefusal(proposed)) throw new Error(`no pact: ${proposed.refused}`);
  await until(async () => (await farm.acceptPacts()) > 0);
  await until(() => findPact(db.orm, actor.id, farm.actorId) !== undefined);
  const close = async () => {
    await group.close();
    farm.close();
  };
  return { group, farm, close };
}

/** Asks again each millisecond until it is so; throws after half a minute. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await isSo())) {
    if (performance.now() - started > GIVE_UP_MS) throw new Error("it never came");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
