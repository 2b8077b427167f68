// One seed, one story: people act, the network misbehaves, the power fails; then all heals, and every promise is checked.
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { findDamage } from "../../src/db/backup.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { listPacts } from "../../src/partners/pactStore.ts";
import { FAIR, FOUL } from "./air.ts";
import { DEEDS, type Deed } from "./deeds.ts";
import { armCrashes, type Machine } from "./machine.ts";
import { makeDice, seedIds } from "./seed.ts";
import { openWorld, type Place, rest, type Size, settleWorld, type World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS = 40;
const SIZES: readonly Size[] = [
  { farms: 1, groups: 1 },
  { farms: 1, groups: 2 },
  { farms: 2, groups: 2 },
  { farms: 2, groups: 4 },
];

/** How a story ended: `broken` is empty when every promise held. `record` tells it step by step. */
export type Ending = {
  readonly seed: number;
  readonly broken: readonly string[];
  readonly record: readonly string[];
  readonly crashes: number;
};

/** Plays one seed. `folder` keeps the worlds as they start, one per size, between seeds. */
export async function playSeed(folder: string, seed: number): Promise<Ending> {
  const size = SIZES[makeDice(seed).below(SIZES.length)]!;
  const start = `${folder}/start-${size.farms}-${size.groups}`;
  if (!existsSync(start)) await settleWorld(start, size);
  const stage = `${folder}/seed-${seed}`;
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  cpSync(start, stage, { recursive: true });
  const restoreIds = seedIds(seed);
  armCrashes();
  try {
    const ending = await play(openWorld(stage, size, seed), seed);
    if (ending.broken.length === 0) rmSync(stage, { recursive: true, force: true });
    return ending;
  } finally {
    restoreIds();
  }
}

async function play(world: World, seed: number): Promise<Ending> {
  const record: string[] = [];
  const broken: string[] = [];
  for (const machine of world.machines) await machine.start();
  for (let step = 0; step < STEPS; step++) {
    const said = await playStep(world);
    record.push(`${step} ${new Date(world.clock.at).toISOString()} ${said}`);
    broken.push(...(await checkStep(world)).map((line) => `after step ${step}: ${line}`));
    if (broken.length > 0) break;
  }
  if (broken.length === 0) {
    await heal(world);
    broken.push(...(await checkEach(world)), ...(await checkTogether(world)));
  }
  const crashes = world.machines.reduce((sum, machine) => sum + machine.crashes, 0);
  for (const machine of world.machines) await machine.stop();
  return { seed, broken, record, crashes };
}

/** Time passes, the weather turns, the power may fail, somebody does something, nodes do what is due. */
async function playStep(world: World): Promise<string> {
  const { dice, clock, air, machines } = world;
  clock.at += dice.pick([MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR]);
  if (dice.oneIn(5)) air.weather = dice.oneIn(2) ? FAIR : FOUL;
  if (dice.oneIn(12)) turnPartition(world);
  for (const machine of machines) if (!machine.isUp && dice.oneIn(2)) await machine.start();
  if (dice.oneIn(4)) dice.pick(machines).lightFuse(dice.below(30));
  const said = await doSomething(world);
  await air.bringDelayed();
  for (const machine of machines) if (dice.oneIn(2)) await machine.act((node) => node.runDue());
  for (const machine of machines) machine.quench();
  const dead = machines.filter(({ isUp }) => !isUp).map(({ name, lastCrash }) => `${name} down since ${lastCrash}`);
  return [said, ...dead].join("; ");
}

async function doSomething(world: World): Promise<string> {
  const deed = drawDeed(world);
  const places = [...world.farms, ...world.groups].filter(({ kind }) => deed.who === "both" || deed.who === kind);
  const place: Place = world.dice.pick(places);
  const made = await place.machine.act((node) => deed.run(node, place, world));
  const how = isRefusal(made) ? `refused ${made.refused}` : made === null ? "nothing" : "done";
  return `${place.machine.name} ${deed.name}: ${how}`;
}

function drawDeed({ dice }: World): Deed {
  const total = DEEDS.reduce((sum, [weight]) => sum + weight, 0);
  let left = dice.below(total);
  for (const [weight, deed] of DEEDS) {
    left -= weight;
    if (left < 0) return deed;
  }
  return DEEDS[0]![1];
}

function turnPartition({ dice, air, machines }: World): void {
  const [from, to] = [dice.pick(machines), dice.pick(machines)];
  const pair = `${from.origin}>${to.origin}`;
  if (!air.partitions.delete(pair)) air.partitions.add(pair);
}

/** Fair weather, everybody up, and days enough for everything that waits. */
async function heal(world: World): Promise<void> {
  const { air, machines, clock } = world;
  air.weather = FAIR;
  air.partitions.clear();
  for (const machine of machines) await machine.start();
  for (let round = 0; round < 12; round++) {
    clock.at += 5 * HOUR;
    await rest(world, 1);
  }
  await rest(world);
}

/** What must hold on each node after each step, read from its books alone. */
async function checkStep(_world: World): Promise<string[]> {
  return [];
}

/** What must hold on each node at the end: the same as `doctor` looks at. */
async function checkEach(world: World): Promise<string[]> {
  const broken: string[] = [];
  for (const machine of world.machines)
    await machine.act((node) => {
      const wire = checkWire(node.db, node.config.origin, node.config.secret).flatMap((check) => check.broken);
      broken.push(...[...findDamage(node.db), ...wire].map((line) => `${machine.name}: ${line}`));
    });
  return broken;
}

/** What must hold between nodes once nothing is on its way (I3, I8, I21). */
async function checkTogether(world: World): Promise<string[]> {
  const broken: string[] = [];
  for (const { machine, actorId } of [...world.farms, ...world.groups]) {
    const owed = await count(
      machine,
      "SELECT count(*) FROM outbox WHERE state IN ('pending', 'leased', 'needs-human')",
    );
    if (owed) broken.push(`${machine.name}: ${owed} letters still owed`);
    broken.push(...(await comparePacts(world, machine, actorId)));
  }
  return broken;
}

async function comparePacts(world: World, machine: Machine, actorId: string): Promise<string[]> {
  const ours = (await machine.act((node) => listPacts(node.db.orm, actorId, 50))) ?? [];
  const broken: string[] = [];
  for (const { pact, peer } of ours) {
    const other = world.machines.find(({ origin }) => peer.startsWith(`${origin}/`));
    const theirs = (await other?.act((node) => listPacts(node.db.orm, peer, 50))) ?? [];
    const same = theirs.find((held) => held.pact.iri === pact.iri);
    if (JSON.stringify(same?.pact) !== JSON.stringify(pact))
      broken.push(`${machine.name}: ${pact.iri} differs at ${peer}`);
  }
  return broken;
}

async function count(machine: Machine, query: string): Promise<number> {
  return (await machine.act((node) => Number(node.db.raw.prepare(query).pluck().get()))) ?? 0;
}
