// One node of the demo, a process of its own: it does what the story asks through the actions behind the pages.
import { once } from "node:events";
import { dirname } from "node:path";
import { readConfig } from "../../src/config.ts";
import { buildNode, membersHouse } from "../../src/node.ts";
import { openNodeData } from "../../src/nodeData.ts";
import { readClock } from "./clock.ts";
import type { Home } from "./lookup.ts";
import { type Verbs, verbs } from "./verbs.ts";

/** What the story asks of a home, and what comes back. */
export type Question = { readonly id: number; readonly verb: keyof Verbs; readonly wish: unknown };
export type Answer = { readonly id: number } & ({ readonly gift: unknown } | { readonly failed: string });

/** The first thing a home says: it listens, and so many letters were waiting in its outbox when it opened. */
export type Ready = { readonly ready: true; readonly owed: number };

process.umask(0o077);
// Ctrl-C reaches every process of the terminal: the story stops its homes itself, by hanging up, maybe while they start.
process.on("SIGINT", () => {});
const hungUp = once(process, "disconnect");
const { config } = readConfig(process.argv.slice(2), {});
const clock = readClock(dirname(config.dataFolder));
const before = openNodeData(config, clock);
const owed = verbs.countOwed({ db: before }, {});
before.raw.close();
// Six nodes share this machine with whatever else runs on it: none turns the others away because the machine is busy.
const node = await buildNode(config, { clock, busyAfterMs: 0 });
await node.start();
const home: Home = { node, db: node.db, config, house: membersHouse(config, node.db, clock) };

// A story that hung up meanwhile does not wait for the answer any more.
const answer = (answer: Answer | Ready) => process.connected && process.send?.(answer, undefined, {}, () => {});

process.on("message", async ({ id, verb, wish }: Question) => {
  try {
    const act = verbs[verb] as (home: Home, wish: unknown) => unknown;
    answer({ id, gift: await act(home, wish) });
  } catch (error) {
    answer({ id, failed: error instanceof Error ? error.message : String(error) });
  }
});
answer({ ready: true, owed });
await hungUp;
setTimeout(() => process.exit(1), 10_000).unref();
await node.stop();
process.exit(0);
