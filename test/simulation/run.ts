// One seed, one story: people act, the network misbehaves, the power fails; then all heals, and every promise is checked.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { FAIR, FOUL } from "./air.ts";
import { checkEach, checkStep, checkTogether } from "./checks.ts";
import { DEEDS } from "./deeds/all.ts";
import { startOrder } from "./deeds/buying.ts";
import type { Deed } from "./deeds/deed.ts";
import { startCycle } from "./deeds/selling.ts";
import { digestMachines } from "./digest.ts";
import { armCrashes } from "./machine.ts";
import { turnBack } from "./restoring.ts";
import { makeDice, seedProcess } from "./seed.ts";
import { openWorld, type Place, rest, type Size, settleWorld, type World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEPS = 18;
/** The small districts come up more often: they cost less, and most trouble needs two. */
const SIZES: readonly Size[] = [
  ...Array(4).fill({ farms: 1, groups: 1 }),
  ...Array(3).fill({ farms: 1, groups: 2 }),
  ...Array(2).fill({ farms: 2, groups: 2 }),
  { farms: 2, groups: 4 },
];

/** How a story ended: `broken` is empty when every promise held. `record` tells it step by step. */
export type Ending = {
  readonly seed: number;
  readonly broken: readonly string[];
  readonly record: readonly string[];
  readonly crashes: number;
  readonly restores: number;
  /** Of everything all machines hold at the end; null unless it was asked for. */
  readonly digest: string | null;
};

/** Plays one seed. `folder` keeps the worlds as they start, one per size, between seeds. */
export async function playSeed(folder: string, seed: number, wantsDigest: boolean): Promise<Ending> {
  const size = SIZES[makeDice(seed).below(SIZES.length)]!;
  const start = `${folder}/start-${size.farms}-${size.groups}`;
  if (!existsSync(start)) await settleOnce(start, size);
  const stage = `${folder}/seed-${seed}`;
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  cpSync(start, stage, { recursive: true });
  const restoreProcess = seedProcess(seed);
  armCrashes();
  try {
    const ending = await play(openWorld(stage, size, seed), seed, wantsDigest);
    if (ending.broken.length === 0) rmSync(stage, { recursive: true, force: true });
    return ending;
  } finally {
    restoreProcess();
  }
}

/** Several processes share the folder: whoever sees a start under its name sees a whole one. */
async function settleOnce(start: string, size: Size): Promise<void> {
  const unfinished = `${start}.${process.pid}`;
  const restoreProcess = seedProcess(0);
  try {
    await settleWorld(unfinished, size);
    renameSync(unfinished, start);
  } catch (error) {
    // Another was quicker.
    if (!existsSync(start)) throw error;
  } finally {
    restoreProcess();
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function play(world: World, seed: number, wantsDigest: boolean): Promise<Ending> {
  const record: string[] = [];
  const broken: string[] = [];
  for (const machine of world.machines) await machine.start();
  await begin(world);
  for (let step = 0; step < STEPS; step++) {
    const said = await playStep(world);
    const turn = await turnBack(world);
    const words = turn.said === null ? said : `${said}; ${turn.said}`;
    record.push(`${step} ${new Date(world.clock.at).toISOString()} ${words}`);
    broken.push(...turn.broken.map((line) => `after step ${step}: ${line}`));
    broken.push(...(await checkStep(world)).map((line) => `after step ${step}: ${line}`));
    if (broken.length > 0) break;
  }
  if (broken.length === 0) {
    await heal(world);
    broken.push(...(await checkStep(world)), ...(await checkEach(world)), ...(await checkTogether(world)));
  }
  const sum = (of: "crashes" | "restores") => world.machines.reduce((total, machine) => total + machine[of], 0);
  const digest = wantsDigest ? await digestMachines(world.machines) : null;
  for (const machine of world.machines) {
    await machine.stop();
    await machine.bury();
  }
  return { seed, broken, record, crashes: sum("crashes"), restores: sum("restores"), digest };
}

/** Time passes, the weather turns, the power may fail, somebody does something, nodes do what is due. */
async function playStep(world: World): Promise<string> {
  const { dice, clock, air, machines } = world;
  clock.at += dice.pick([MINUTE, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR, 24 * HOUR]);
  if (dice.oneIn(5)) air.weather = dice.oneIn(2) ? FAIR : FOUL;
  if (dice.oneIn(12)) turnPartition(world);
  for (const machine of machines) if (!machine.isUp && dice.oneIn(2)) await machine.start();
  if (dice.oneIn(4)) dice.pick(machines).lightFuse(dice.below(30));
  if (dice.oneIn(8)) dice.pick(machines).fillDisk(1 + dice.below(6));
  const said = await doSomething(world);
  await air.bringDelayed();
  for (const machine of machines) if (dice.oneIn(3)) await machine.act((node) => node.runDue());
  for (const machine of machines) machine.quench();
  const dead = machines.filter(({ isUp }) => !isUp).map(({ name, lastCrash }) => `${name} down since ${lastCrash}`);
  return [said, ...dead].join("; ");
}

/** Somebody who can do something does it. */
async function doSomething(world: World): Promise<string> {
  for (let attempt = 0; attempt < 6; attempt++) {
    const deed = drawDeed(world);
    const places = [...world.farms, ...world.groups].filter(({ kind }) => deed.who === "both" || deed.who === kind);
    const place: Place = world.dice.pick(places);
    const made = await place.machine.act((node) => deed.run(node, place, world));
    if (made === null && place.machine.isUp) continue;
    const how = isRefusal(made) ? `refused ${made.refused}` : made === null ? "died" : "done";
    return `${place.machine.name} ${deed.name}: ${how}`;
  }
  return "nobody does anything";
}

/** Before anything goes wrong each farm offers something, and each group opens an order on it. */
async function begin(world: World): Promise<void> {
  for (const farm of world.farms) await farm.machine.act((node) => startCycle.run(node, farm, world));
  await rest(world, 3);
  for (const group of world.groups) await group.machine.act((node) => startOrder.run(node, group, world));
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
  for (let round = 0; round < 6; round++) {
    clock.at += 11 * HOUR;
    await rest(world, 1);
  }
  await rest(world);
}
