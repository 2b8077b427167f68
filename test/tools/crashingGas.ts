// A GAS's node in a process of its own that dies by SIGKILL at a crash point, and goes on where it was when started again:
// `node crashingGas.ts FARM before-send:2 SETTINGS...` (the second time it is about to send). Each run suspends or resumes the
// pact five times, so that there is always something to say. Exits 0 once it follows the farm, the pact is live, all is told.

import { loadActorByHandle } from "../../src/activitypub/store.ts";
import { readConfig } from "../../src/config.ts";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { buildNode, makeActor } from "../../src/node.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { proposePact, resumePact, suspendPact } from "../../src/partners/pacts/pactActions.ts";
import { findPact, listPacts } from "../../src/partners/pacts/pactStore.ts";
import { isFollowing, loadFollow } from "../../src/partners/store.ts";

const [farm = "", dieAt = "", ...settings] = process.argv.slice(2);
const [point = "", occurrence = ""] = dieAt.split(":");
const { config } = readConfig(settings, {});

let hits = 0;
setCrashTrap((name) => {
  if (name !== point) return;
  hits += 1;
  if (hits === Number(occurrence)) process.kill(process.pid, "SIGKILL");
});

const node = await buildNode(config, { chance: () => 0, busyAfterMs: 0 });
await node.start();
const { wire, db } = node;
const gas =
  loadActorByHandle(db.orm, "fano") ??
  transact(db, (tx) => makeActor(tx, { kind: "gas", handle: "fano", name: "GAS Fano" }, config, wire.clock));
if (isRefusal(gas)) throw new Error(gas.refused);

const terms = {
  catalogSubset: [`${farm}/catalog`],
  priceDeltaHundredthsPercent: 0,
  minOrderCents: 0,
  deliveryCostCents: 0,
  leadDays: 3,
  referents: [],
};
const isOver = () => {
  const owed = db.raw.prepare("SELECT count(*) FROM outbox WHERE state <> 'delivered'").pluck().get();
  return isFollowing(db.orm, gas.id, farm) && findPact(db.orm, gas.id, farm)?.state === "live" && owed === 0;
};
let toggles = 5;
for (let turn = 0; turn < 400 && !(isOver() && toggles === 0); turn++) {
  const peer = await wire.senders.findActor(farm);
  if (!("failed" in peer)) {
    if (!loadFollow(db.orm, gas.id, "out", farm)) followActor(wire, gas.id, peer);
    const pact = listPacts(db.orm, gas.id, 10)[0];
    if (!pact) proposePact(wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
    else if (pact.state === "live" && toggles > 0) {
      toggles -= 1;
      const name = { actorId: gas.id, iri: pact.pact.iri };
      if (isRefusal(suspendPact(wire, name, null))) resumePact(wire, name);
    }
  }
  await node.runDue();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const exitCode = isOver() ? 0 : 3;
setCrashTrap(null);
await node.stop();
process.exit(exitCode);
