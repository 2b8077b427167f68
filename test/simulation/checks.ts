// Every promise of SAFETY section 2, as it can be looked up: in one node's books at any moment, between nodes once all is quiet.
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { listSecurityEvents } from "../../src/activitypub/store.ts";
import { findDamage } from "../../src/db/backup.ts";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import type { Node } from "../../src/node.ts";
import { checkOrders } from "../../src/orders/checkStore.ts";
import { loadDealing } from "../../src/orders/dealingStore.ts";
import { listOrders } from "../../src/orders/store.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { checkSales } from "../../src/sales/checkStore.ts";
import { listAllReceived } from "../../src/sales/receivedStore.ts";
import type { Machine } from "./machine.ts";
import type { Place, World } from "./world.ts";

/** How many rows each running node had written when its books were last found whole. */
const provenAt = new WeakMap<Node, number>();

/**
 * What must hold on each node after each step, read from its books alone (I10, I15 and what the rooms know). The proofs read nothing but
 * the database: where nothing was written since they held, they hold.
 */
export async function checkStep(world: World): Promise<string[]> {
  const broken: string[] = [];
  for (const { machine, kind } of [...world.farms, ...world.groups])
    await machine.act((node) => {
      const { orm, raw } = node.db;
      const written = Number(raw.prepare("SELECT total_changes()").pluck().get());
      if (provenAt.get(node) === written) return;
      const found = kind === "gas" ? [...checkLedger(orm), ...checkOrders(orm)] : checkSales(orm);
      broken.push(...found.map((line) => `${machine.name}: ${line}`));
      if (found.length === 0) provenAt.set(node, written);
    });
  return broken;
}

/** What must hold on each node at the end: the same as `doctor` looks at. */
export async function checkEach(world: World): Promise<string[]> {
  const broken: string[] = [];
  for (const machine of world.machines)
    await machine.act((node) => {
      const wire = checkWire(node.db, node.config.origin, node.config.secret).flatMap((check) => check.broken);
      broken.push(...[...findDamage(node.db), ...wire].map((line) => `${machine.name}: ${line}`));
      for (const { code, detail } of listSecurityEvents(node.db.orm, 1000))
        if (code === "equivocation") broken.push(`${machine.name}: cries ${code} of ${detail}`);
    });
  return broken;
}

/** What must hold between nodes once nothing is on its way (I3, I8, I21). */
export async function checkTogether(world: World): Promise<string[]> {
  const broken: string[] = [];
  for (const place of [...world.farms, ...world.groups]) {
    const { machine } = place;
    const owed = await count(
      machine,
      "SELECT count(*) FROM outbox WHERE state IN ('pending', 'leased', 'needs-human')",
    );
    if (owed) broken.push(`${machine.name}: ${owed} letters still owed`);
    broken.push(...(await comparePacts(world, place)));
  }
  for (const group of world.groups) broken.push(...(await compareOrders(world, group)));
  return broken;
}

async function comparePacts(world: World, { machine, actorId }: Place): Promise<string[]> {
  const ours = (await machine.act((node) => listPacts(node.db.orm, actorId, 50))) ?? [];
  const broken: string[] = [];
  for (const { pact, peer } of ours) {
    const theirs = (await machineOf(world, peer)?.act((node) => listPacts(node.db.orm, peer, 50))) ?? [];
    const same = theirs.find((held) => held.pact.iri === pact.iri);
    if (JSON.stringify(same?.pact) !== JSON.stringify(pact))
      broken.push(`${machine.name}: ${pact.iri} differs at ${peer}`);
  }
  return broken;
}

/** Both hold one text of each order: what is agreed, in which state, under which number. */
async function compareOrders(world: World, { machine, actorId }: Place): Promise<string[]> {
  const broken: string[] = [];
  const ours = (await machine.act((node) => readOurs(node, actorId))) ?? [];
  for (const { thread, producerId, text } of ours) {
    const theirs = await machineOf(world, producerId)?.act((node) => readTheirs(node, producerId, thread));
    if (theirs !== text) broken.push(`${machine.name}: order ${thread}: we hold ${text}, the producer holds ${theirs}`);
  }
  return broken;
}

function readOurs(node: Node, actorId: string) {
  return listOrders(node.db.orm, actorId, { limit: 200 }).flatMap(({ id, thread, producerId }) => {
    if (thread === null) return [];
    const { agreement } = loadDealing(node.db.orm, id);
    const { agreementIri, revision, sequence, status, lines } = agreement ?? {};
    const text = agreement
      ? JSON.stringify({ agreementIri, revision, sequence, status, lines: sorted(lines) })
      : "nothing";
    return [{ thread, producerId, text }];
  });
}

function readTheirs(node: Node, producerId: string, thread: string): string {
  const order = listAllReceived(node.db.orm, producerId).find((one) => one.thread === thread);
  if (!order?.agreed) return "nothing";
  const { agreementIri, sequence, status, agreed } = order;
  const { revision, lines } = agreed;
  return JSON.stringify({ agreementIri, revision, sequence, status, lines: sorted(lines) });
}

function sorted(lines: readonly { readonly lineIri: string }[] | undefined) {
  return [...(lines ?? [])].sort((one, other) => (one.lineIri < other.lineIri ? -1 : 1));
}

function machineOf(world: World, actorId: string): Machine | undefined {
  return world.machines.find(({ origin }) => actorId.startsWith(`${origin}/`));
}

async function count(machine: Machine, query: string): Promise<number> {
  return (await machine.act((node) => Number(node.db.raw.prepare(query).pluck().get()))) ?? 0;
}
