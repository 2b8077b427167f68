// The process of a node begins here: its settings, then its life (run.ts).
import { type Config, ConfigError, readConfig } from "./config.ts";
import { run } from "./run.ts";

process.umask(0o077);
await run(readSettings());

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
