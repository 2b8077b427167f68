// Backups of a district's machines, and the day one is lost: an older copy is put back by the verb's own function, and the node
// begins a new epoch that says nothing about orders before its partners were asked (SAFETY 6, I17).
import { isOrderLaneHeld } from "../../src/activitypub/laneStore.ts";
import { listActors } from "../../src/activitypub/store.ts";
import { currentEpoch } from "../../src/db/facts.ts";
import type { Node } from "../../src/node.ts";
import { listThreadPeers } from "../../src/partners/threads/threadStore.ts";
import type { World } from "./world.ts";

/** What happened to whom, if anything did, and what was wrong right after the start. */
export type Turn = { readonly said: string | null; readonly broken: readonly string[] };

/** Sometimes somebody makes a backup, or puts one back. */
export async function turnBack(world: World): Promise<Turn> {
  const { dice, machines } = world;
  if (dice.oneIn(7)) await dice.pick(machines).backUp();
  const kept = machines.filter(({ hasBackup }) => hasBackup);
  if (kept.length === 0 || !dice.oneIn(12)) return { said: null, broken: [] };
  const machine = dice.pick(kept);
  const { epoch } = await machine.putBack((backups) => dice.pick(backups));
  await machine.start();
  const broken = await machine.act((node) => lookAtStart(node, epoch));
  return {
    said: `${machine.name} put back, epoch ${epoch}`,
    broken: (broken ?? []).map((line) => `${machine.name}: ${line}`),
  };
}

function lookAtStart({ db }: Node, epoch: number): string[] {
  const broken = currentEpoch(db.orm) === epoch ? [] : [`the epoch is not ${epoch}`];
  for (const { id } of listActors(db.orm))
    if (listThreadPeers(db.orm, id).length > 0 && !isOrderLaneHeld(db.orm, id)) broken.push(`${id} may speak unasked`);
  return broken;
}
