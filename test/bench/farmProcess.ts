// A farm's node in a process of its own: its catalog is followed and read, its prices change when asked.
import { fork } from "node:child_process";
import { changeCatalog } from "../../src/catalogs/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { changeQuickly } from "../../src/catalogs/quickActions.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { acceptPact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { startBenchNode } from "./benchNode.ts";

type Asked = { readonly price: number } | { readonly accept: true };

export type FarmProcess = {
  readonly actorId: string;
  /** Saves a new price of the first product, in ten-thousandths of a euro; gives the moment it was saved, epoch ms. */
  readonly changePrice: (price: number) => Promise<number>;
  /** Accepts whatever was proposed; gives how many pacts it was. */
  readonly acceptPacts: () => Promise<number>;
  readonly close: () => void;
};

/** Starts the farm with this many products. */
export function startFarmProcess(products: number): Promise<FarmProcess> {
  const child = fork(new URL(import.meta.url), ["--farm", String(products)]);
  const ask = (asked: Asked) =>
    new Promise<number>((resolve) => {
      child.once("message", (answer) => resolve(answer as number));
      child.send(asked);
    });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the farm broke (exit ${code})`)));
    child.once("message", (actorId) =>
      resolve({
        actorId: String(actorId),
        changePrice: (price) => ask({ price }),
        acceptPacts: () => ask({ accept: true }),
        close: () => child.disconnect(),
      }),
    );
  });
}

async function serveFarm(products: number): Promise<void> {
  const { node, actor, close } = await startBenchNode("producer");
  const { wire, db } = node;
  const goods = Array.from({ length: products }, (_, number) => startFacts(`Prodotto ${number + 1}`, 25_000, "KGM"));
  const changes = goods.map((facts) => ({ kind: "add", facts }) as const);
  let [product] = transact(db, (tx) => changeCatalog(wire, tx, actor, changes, "edit"));
  const changePrice = (priceTenThousandths: number): number => {
    const wish = { productId: product!.id, expectedVersion: product!.version, change: { priceTenThousandths } };
    const saved = changeQuickly(wire, actor, wish);
    if (isRefusal(saved)) throw new Error(`not saved: ${saved.refused}`);
    product = saved;
    return performance.timeOrigin + performance.now();
  };
  const acceptPacts = (): number => {
    const asked = listPacts(db.orm, actor.id, 10).filter(({ state }) => state !== "live");
    for (const { pact } of asked) {
      const made = acceptPact(wire, { actorId: actor.id, iri: pact.iri }, { revision: 1, isCompared: true });
      if (isRefusal(made)) throw new Error(`no pact: ${made.refused}`);
    }
    return asked.length;
  };
  process.on("message", (asked: Asked) => process.send?.("price" in asked ? changePrice(asked.price) : acceptPacts()));
  // Whoever started us has done, or is gone.
  process.once("disconnect", () => void close().then(() => process.exit()));
  process.send?.(actor.id);
}

if (process.argv[2] === "--farm") await serveFarm(Number(process.argv[3]));
