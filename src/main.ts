// The process of a node begins here: its settings, then its life (run.ts). What Node compiles is kept beside the packages,
// so that a later start takes a third less of the processor; nothing is lost by deleting it. Not under the data folder:
// the disk there is for the ledger.
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { type Config, ConfigError, readConfig } from "./config.ts";

process.umask(0o077);
const config = readSettings();
const packages = fileURLToPath(new URL("../node_modules/", import.meta.url));
// Where we may not write there, Node goes on without; a release has no such folder and is compiled from one file.
if (existsSync(packages)) enableCompileCache(`${packages}.cache/filiera`);
// Only now: what is imported before the cache is opened is compiled each time.
const { run } = await import("./run.ts");
await run(config);

function readSettings(): Config {
  try {
    const { config, rest } = readConfig(process.argv.slice(2), process.env);
    if (rest.length > 0) throw new ConfigError(`Unknown flag: ${rest.join(" ")}.`);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
