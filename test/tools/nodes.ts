// Real nodes for scenarios: own folder, own SQLite file, real HTTP on loopback, one clock that the test moves.
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import type { Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import type { NewActor } from "../../src/activitypub/actors.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { buildNode, makeActor, type Node, type NodeSetting } from "../../src/node.ts";
import { databaseFile } from "../../src/nodeData.ts";
import { refuseUnread } from "./goldenShapes.ts";
import { placeMigrated } from "./migrated.ts";

/** Epoch ms under the test's hand. */
export type TestClock = {
  now: () => number;
  at: number;
  advance: (by: { minutes?: number; hours?: number; days?: number }) => void;
};

/** Nights without copies, unless a test is about them: days pass quickly here. */
const QUIET = ["--backup-time", "off"];

/** A node that can be stopped and started again on the same data. */
export type TestNode = {
  readonly name: string;
  readonly origin: string;
  readonly config: Config;
  node: Node;
  stop: () => Promise<void>;
  start: () => Promise<void>;
  /** Makes an actor with its keys. */
  addActor: (wish: NewActor) => LocalActor;
};

/** A clock at noon of a Monday in autumn. */
function makeClock(): TestClock {
  const clock: TestClock = {
    at: Date.UTC(2026, 10, 23, 11, 0, 0),
    now: () => clock.at,
    advance: ({ minutes = 0, hours = 0, days = 0 }) => {
      clock.at += ((days * 24 + hours) * 60 + minutes) * 60_000;
    },
  };
  return clock;
}

/**
 * Starts one node per name on free ports, never too busy to answer; all are stopped when the test ends. `flags` are
 * settings of them all, as the command line has them.
 */
export async function startNodes<Name extends string>(
  t: Test,
  names: readonly Name[],
  setting: NodeSetting = {},
  flags: readonly string[] = [],
): Promise<{ nodes: Record<Name, TestNode>; clock: TestClock; settle: () => Promise<void> }> {
  const clock = makeClock();
  const folder = t.testdir();
  const nodes = {} as Record<Name, TestNode>;
  for (const name of names)
    nodes[name] = await startNode(t, name, `${folder}/${name}`, { clock, busyAfterMs: 0, ...setting }, flags);
  // What any of them sends, on either lane, others must have been able to read beforehand.
  refuseUnread(t, Object.values(nodes));
  return { nodes, clock, settle: () => settle(Object.values(nodes)) };
}

/**
 * For `carrier`: there is no network at all, nothing listens, and a node does by itself nothing that it is not told to (`runDue`). For
 * pages over tables and an index that a test fills by its own hand, which a reader would set right.
 */
export const NO_NETWORK: NonNullable<NodeSetting["carrier"]> = {
  get: async (url) => ({ ok: false, failure: "dns", detail: "no network", url }),
  post: async (url) => ({ ok: false, failure: "dns", detail: "no network", url }),
  close: async () => {},
};

/** Lets every node do what is due, and what that causes, until nothing more is on its way. */
async function settle(nodes: readonly TestNode[]): Promise<void> {
  for (let round = 0; round < 6; round++) for (const { node } of nodes) await node.runDue();
}

async function startNode(
  t: Test,
  name: string,
  folder: string,
  setting: NodeSetting,
  flags: readonly string[],
): Promise<TestNode> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const argv = ["--origin", origin, "--port", String(port), "--data", folder, "--allow-private", ...QUIET, ...flags];
  const { config } = readConfig(argv, {});
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  placeMigrated(databaseFile(config));
  const test: TestNode = {
    name,
    origin,
    config,
    node: await buildNode(config, setting),
    stop: async () => {
      if (isRunning) await test.node.stop();
      isRunning = false;
    },
    start: async () => {
      test.node = await buildNode(config, setting);
      await test.node.start();
      isRunning = true;
    },
    addActor: (wish) => {
      const made = transact(test.node.db, (tx) => makeActor(tx, wish, config, test.node.wire.clock));
      if (isRefusal(made)) throw new Error(`no actor: ${made.refused}`);
      return made;
    },
  };
  let isRunning = true;
  await test.node.start();
  t.teardown(() => test.stop());
  return test;
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
