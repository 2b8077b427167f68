// A farm or a group in a process of its own that may be killed at any moment and started again on the same data:
// `node orderSide.ts farm|gas FARM MOST DIE-AT SETTINGS...`. The group opens up to MOST orders in all, one after the other (a farm waits
// for so many). DIE-AT is
// `before-send:2` (SIGKILL the second time it is about to send; with `:memory` the kernel kills, for want of memory) or "never". It ends by itself, with 0, only where it is to die:
// once all MOST orders are over and nothing is owed, with 3 when that takes too long.
import { loadActorByHandle } from "../../src/activitypub/store.ts";
import { readConfig } from "../../src/config.ts";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { buildNode, makeActor } from "../../src/node.ts";
import { actAsFarm, actAsGroup } from "./orderPeople.ts";

const [side = "", farm = "", most = "", dieAt = "", ...settings] = process.argv.slice(2);
const [point = "", occurrence = "", how = ""] = dieAt.split(":");
const { config } = readConfig(settings, {});

let hits = 0;
setCrashTrap((name) => {
  if (name !== point) return;
  hits += 1;
  if (hits !== Number(occurrence)) return;
  if (how === "memory") eatMemory();
  process.kill(process.pid, "SIGKILL");
});

/** Takes more and more, up to 2 GiB; where less is allowed the kernel ends it. */
function eatMemory(): void {
  const eaten: Buffer[] = [];
  while (eaten.length < 256) eaten.push(Buffer.alloc(8 * 1024 * 1024, 1));
  throw new Error("nobody limits the memory of this process");
}

const node = await buildNode(config, { chance: () => 0, busyAfterMs: 0 });
await node.start();
const { wire, db } = node;
const wish =
  side === "farm"
    ? ({ kind: "producer", handle: "mulino", name: "Mulino del Piano" } as const)
    : ({ kind: "gas", handle: "fano", name: "GAS Fano" } as const);
const us = loadActorByHandle(db.orm, wish.handle) ?? transact(db, (tx) => makeActor(tx, wish, config, wire.clock));
if (isRefusal(us)) throw new Error(us.refused);

const count = (sql: string) => Number(db.raw.prepare(sql).pluck().get());
const FINISHED =
  side === "farm"
    ? "SELECT count(*) FROM received_orders WHERE state = 'closed'"
    : "SELECT count(*) FROM order_delivery_notes WHERE answer = 'accepted'";
const isOver = () =>
  count(FINISHED) >= Number(most) && count("SELECT count(*) FROM outbox WHERE state <> 'delivered'") === 0;
for (let turn = 0; dieAt === "never" || (turn < 600 && !isOver()); turn++) {
  if (side === "farm") actAsFarm(node, us);
  else await actAsGroup(node, us, farm, Number(most));
  await node.runDue();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const exitCode = isOver() ? 0 : 3;
setCrashTrap(null);
await node.stop();
process.exit(exitCode);
