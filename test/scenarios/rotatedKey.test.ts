// A farm changes its key while an order runs, the group loses its machine, and years later somebody reads the contract again: what
// was signed with the old key is proven by the old key, on the page and on the command line. PROTOCOL 6.5, SAFETY A33, B45.
import { execFile } from "node:child_process";
import { chmodSync, readdirSync } from "node:fs";
import t from "tap";
import { rotateProofKey } from "../../src/partners/keys/keyActions.ts";
import { listPinnedKeys, loadPinnedKey } from "../../src/partners/pacts/pactStore.ts";
import { contractPath } from "../../src/partners/threads/contractRoutes.ts";
import { listThreadMessages } from "../../src/partners/threads/threadStore.ts";
import { moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import { deskBrowser } from "../web/deskBrowser.ts";
import { type OrderTown, openOrderTown } from "./orderTown.ts";

/** The order is agreed under the old key, what came is told under the new one. */
async function dealAcrossKeys(town: OrderTown) {
  const { farmHome, farm, gasHome } = town;
  const { wire } = farmHome.node;
  const backup = town.backUp(gasHome);
  const order = town.sendNewOrder();
  await town.settle();
  sure(moveOrder(wire, town.farmKey(order), "confirm", ""));
  await town.settle();
  const key = sure(rotateProofKey(wire, farm.id, farmHome.config.secret));
  await town.settle();
  const { lineIri } = town.atFarm(town.atGas(order).thread!)!.latest.lines[0]!;
  sure(writeDeliveryNote(wire, town.farmKey(order), { deliveredByLine: new Map([[lineIri, 29_400]]), charges: [] }));
  await town.settle();
  return { backup, order, thread: town.atGas(order).thread!, newKey: key.publicKey };
}

/** `filiera contract verify` over the data of a node, as its operator types it. */
function verify({ config, origin }: TestNode, thread: string, actor: string): Promise<{ status: number; out: string }> {
  const argv = ["src/cli.ts", "contract", "verify", "--thread", thread, "--actor", actor];
  const env = {
    PATH: process.env.PATH,
    FILIERA_DATA: config.dataFolder,
    FILIERA_LANGUAGE: "en",
    FILIERA_ORIGIN: origin,
  };
  // Inside a test nobody but its own user may be kept out; the command line looks at the files all the same.
  for (const name of readdirSync(config.dataFolder))
    if (name.startsWith("db.")) chmodSync(`${config.dataFolder}/${name}`, 0o600);
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { env }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out: out + err }),
    );
  });
}

t.test(
  "A33 B45 an old contract is read again under a rotated key, after a restore and years later, and still holds",
  async (t) => {
    const town = await openOrderTown(t);
    const { backup, order, thread, newKey } = await dealAcrossKeys(town);
    const before = town.hold(order);
    const provers = () =>
      listThreadMessages(town.gasHome.node.db.orm, town.gas.id, thread)
        .filter(({ direction }) => direction === "in")
        .map(({ kind, provenBy }) => `${kind} ${provenBy === newKey ? "new" : "old"}`);
    const proven = provers();
    t.ok(proven.includes("accepted old") && proven.includes("delivery-note new"), proven.join());

    await town.putBack(town.gasHome, backup);
    await town.settleLong();
    const after = town.hold(order);
    t.same(after.digests.gas.toSorted(), before.digests.gas.toSorted(), "the signed copies are back, under both keys");
    t.same(provers().toSorted(), proven.toSorted());
    t.same(after.gas, before.gas);
    const { orm } = town.gasHome.node.db;
    t.equal(loadPinnedKey(orm, town.gas.id, town.farm.id)?.multibase, newKey, "and so is the key that counts now");
    t.equal(listPinnedKeys(orm, town.gas.id, town.farm.id).length, 2, "with the one before it");

    town.clock.advance({ days: 3 * 365 });
    for (const [home, handle, person] of [
      [town.gasHome, "fano", "giulia"],
      [town.farmHome, "agrumeto", "sergio"],
    ] as const) {
      const browser = await deskBrowser(home, [handle], person);
      const page = await browser.get(contractPath(handle, thread));
      t.equal(page.status, 200);
      t.notMatch(page.body, /badge stop/, `${handle}: every signature holds`);
    }
    for (const contract of town.hold(order).contracts) t.equal(contract?.holds, true);
    t.match(await verify(town.gasHome, thread, "fano"), { status: 0, out: /It holds/ });
  },
);
