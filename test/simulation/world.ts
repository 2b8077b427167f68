// A small district in one process: farms and groups on nodes of their own, with pacts between them, ready for a story.
import { mkdirSync, rmSync } from "node:fs";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import { post } from "../../src/ledger/postActions.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { makeActor, type Node } from "../../src/node.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { Air } from "./air.ts";
import { Machine } from "./machine.ts";
import { type Dice, makeDice } from "./seed.ts";

const NOON = Date.UTC(2026, 10, 23, 11, 0, 0);
const FIRST_PORT = 21_000;
/** The people of every group; Rita keeps its orders. */
export const MEMBERS = ["rita", "ada", "bruno", "carla"] as const;
const CREDIT_CENTS = 20_000;

/** Who lives on a machine. */
export type Place = { readonly machine: Machine; readonly kind: "producer" | "gas"; readonly actorId: string };

export type World = {
  readonly dice: Dice;
  readonly clock: { at: number; now: () => number };
  readonly air: Air;
  readonly machines: readonly Machine[];
  readonly farms: readonly Place[];
  readonly groups: readonly Place[];
};

/** How many of each: 2 to 6 nodes. */
export type Size = { readonly farms: number; readonly groups: number };

/** The world as it is on disk in `folder`, with everybody down; `seed` is for the dice from now on. */
export function openWorld(folder: string, size: Size, seed: number): World {
  const clock = { at: NOON, now: () => clock.at };
  const dice = makeDice(seed);
  const machines: Machine[] = [];
  const air = new Air({
    dice,
    now: clock.now,
    answererOf: (origin) => machines.find((machine) => machine.origin === origin)?.answer ?? null,
  });
  const place = (kind: Place["kind"], name: string, handle: string): Place => {
    const port = FIRST_PORT + machines.length;
    const machine = new Machine({ name, port, folder, clock, air, chance: dice.chance });
    machines.push(machine);
    return { machine, kind, actorId: `${machine.origin}/${handle}` };
  };
  const farms = Array.from({ length: size.farms }, (_, i) => place("producer", `farm${i}`, "podere"));
  const groups = Array.from({ length: size.groups }, (_, i) => place("gas", `gas${i}`, "gas"));
  return { dice, clock, air, machines, farms, groups };
}

/** Makes the world in an empty folder: actors, products, follows and pacts, in fair weather. Everybody is down again at the end. */
export async function settleWorld(folder: string, size: Size): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const world = openWorld(folder, size, 1);
  for (const machine of world.machines) await machine.start();
  for (const { machine, kind, actorId } of [...world.farms, ...world.groups])
    await machine.act((node) => settle(node, kind, actorId));
  for (const group of world.groups)
    for (const farm of world.farms) {
      await group.machine.act(async (node) => befriend(node, group.actorId, farm.actorId));
      await rest(world);
    }
  for (const farm of world.farms) await farm.machine.act((node) => acceptAll(node, farm.actorId));
  await rest(world);
  for (const machine of world.machines) await machine.stop();
}

/** Everybody does what is due until nothing more is on its way. */
export async function rest(world: World, rounds = 6): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await world.air.bringDelayed();
    for (const machine of world.machines) await machine.act((node) => node.runDue());
  }
}

function settle(node: Node, kind: Place["kind"], actorId: string): void {
  const handle = actorId.split("/").at(-1)!;
  const wish = { kind, handle, name: kind === "gas" ? "GAS del Chienti" : "Podere del Colle" };
  const actor = sure(transact(node.db, (tx) => makeActor(tx, wish, node.config, node.wire.clock)));
  if (kind === "gas") for (const name of MEMBERS) addMember(node, actor.id, name);
  if (kind === "producer")
    for (const [i, name] of ["Arance", "Ceci", "Olio"].entries()) addProduct(node, actor, name, i);
}

function acceptAll(node: Node, farmId: string): void {
  for (const { pact, actorId } of listPacts(node.db.orm, farmId, 20))
    sure(acceptPact(node.wire, { actorId, iri: pact.iri }, { revision: 1, isCompared: true }));
}

/** A member with a household, some money on its account and, for the first, the orders to keep. */
function addMember(node: Node, actorId: string, name: (typeof MEMBERS)[number]): void {
  const now = node.wire.clock.now();
  transact(node.db, (tx) => {
    insertPerson(tx, { id: name, name, createdAt: now });
    insertSeat(tx, { personId: name, actorId, role: "member", createdAt: now });
    if (name === "rita") insertSeat(tx, { personId: name, actorId, role: "referente", createdAt: now });
    const household = householdOf(tx, actorId, name)!;
    const postings = [
      { account: { kind: "cash" }, cents: -CREDIT_CENTS },
      { account: { kind: "household", ref: household.id }, cents: CREDIT_CENTS },
    ] as const;
    const businessKey = `top-up:${name}`;
    sure(post(tx, { actorId, businessKey, kind: "top-up", memo: "", at: now, personId: "rita", postings }));
  });
}

function addProduct(node: Node, actor: LocalActor, name: string, i: number): void {
  const facts = {
    ...startFacts(name, 17_500 + 3_300 * i, "KGM"),
    supplierStepThousandths: [10_000, 500, 1000][i]!,
    availableThousandths: [200_000, null, 60_000][i]!,
  };
  sure(saveProduct(node.wire, actor, { productId: null, expectedVersion: 0, facts }));
}

async function befriend(node: Node, groupId: string, farmId: string): Promise<void> {
  const peer = await node.wire.senders.findActor(farmId);
  if ("failed" in peer) throw new Error(peer.detail);
  sure(followActor(node.wire, groupId, peer));
  const terms = {
    catalogSubset: [`${farmId}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 0,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [],
  };
  sure(proposePact(node.wire, groupId, peer, { as: "buyer", terms, endsAt: null }));
}

/** The value, or a loud end: the story asked for something that must succeed. */
function sure<T>(made: T | Refusal): T {
  if (isRefusal(made)) throw new Error(`refused: ${JSON.stringify(made)}`);
  return made as T;
}
