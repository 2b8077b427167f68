// A whole node for measuring: own folder and file, real HTTP on loopback, one actor, no limit on how often one may knock.

import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { INBOX_LIMITS } from "../../src/activitypub/gateLimits.ts";
import { readConfig } from "../../src/config.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { buildNode, makeActor, type Node } from "../../src/node.ts";
import { makeScratchFolder } from "./scratch.ts";

export type BenchNode = {
  readonly node: Node;
  readonly actor: LocalActor;
  readonly origin: string;
  readonly port: number;
  readonly close: () => Promise<void>;
};

/** Starts a node with the actor "g" of a GAS, or "p" of a producer. */
export async function startBenchNode(kind: "gas" | "producer"): Promise<BenchNode> {
  const { folder, remove } = makeScratchFolder();
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const flags = ["--origin", origin, "--port", String(port), "--data", folder, "--allow-private"];
  const { config } = readConfig(flags, {});
  const often = { requestsPerAddress: 1e9, requestsPerPartner: 1e9 };
  const node = await buildNode(config, { inboxLimits: { ...INBOX_LIMITS, ...often } as never, busyAfterMs: 0 });
  const wish = { kind, handle: kind === "gas" ? "g" : "p", name: "Bench" };
  const actor = transact(node.db, (tx) => makeActor(tx, wish, config, node.wire.clock));
  if (isRefusal(actor)) throw new Error(`no actor: ${actor.refused}`);
  await node.start();
  const close = async () => {
    await node.stop();
    remove();
  };
  return { node, actor, origin, port, close };
}

/** A port nobody listens on now. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
