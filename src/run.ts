// The life of a node's process: it is built, listens, says where it is, and stops gracefully.
import { flushCompileCache } from "node:module";
import { type Config, ConfigError } from "./config.ts";
import { checkDataFolder, DataError, damageOf } from "./db/dataFolder.ts";
import { watchDisk } from "./db/diskFailure.ts";
import { NewerSchemaError } from "./db/migrate.ts";
import { findLostTail, markInUse } from "./db/tail.ts";
import { isRefusal } from "./kernel/refusal.ts";
import { issueSetupLink } from "./members/actions.ts";
import { buildNode, membersHouse } from "./node.ts";
import { databaseFile } from "./nodeData.ts";
import { openLog } from "./web/log.ts";

const ANSWERS_MS = 500;
/** After the first who were waiting for the node. */
const SETTLES_MS = 300;

/** Starts the node of these settings; resolves once it listens. Ends the process where its data or its settings forbid it. */
export async function run(config: Config): Promise<void> {
  try {
    await start(config);
  } catch (error) {
    const isSaid = [ConfigError, NewerSchemaError, DataError].some((kind) => error instanceof kind);
    if (!(isSaid && error instanceof Error)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

async function start(config: Config): Promise<void> {
  checkDataFolder(config.dataFolder);
  const logger = openLog();
  const node = await buildNode(config, { logger });
  for (const line of findLostTail(node.db)) logger.warn({ line }, "data are missing: run filiera doctor");
  markInUse(node.db);
  watchDisk(node.db, (failure) => {
    logger.fatal({ err: failure }, "the disk failed: stopping, because only the next start can tell what was kept");
    // Whoever waits for an answer hears first that nothing is sure.
    setTimeout(() => process.exit(1), ANSWERS_MS);
  });
  void node.damage.then((detail) => {
    if (detail === null) return;
    logger.fatal(damageOf(databaseFile(config), detail).message);
    setTimeout(() => process.exit(2), ANSWERS_MS);
  });
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, "stopping");
    // A stop never hangs on a slow peer: what is not done is released by its lease.
    setTimeout(() => process.exit(1), 10_000).unref();
    await node.stop();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  await node.start();
  logger.info({ origin: config.origin }, `Filiera is at ${config.origin}`);
  const setup = issueSetupLink(membersHouse(config, node.db, { now: Date.now }));
  // On the screen of whoever starts the node and nowhere else: the link makes the first administrator.
  if (!isRefusal(setup))
    console.log(`\nBenvenuti. Questo nodo non ha ancora nessuno: aprite entro un'ora\n\n  ${setup.url}\n`);
  // Now and not only at the end, which a power cut leaves out.
  setImmediate(flushCompileCache);
  setTimeout(dropWhatStartingLeft, SETTLES_MS).unref();
}

/**
 * Gives back what only the start needed, some 10 MB in a tenth of a second, once: V8 collects when memory is asked for, which a node
 * that waits never does. Where Node is started without `--expose-gc` it stays.
 */
function dropWhatStartingLeft(): void {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
}
