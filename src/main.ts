// The process of a node begins here: its settings, then its life (run.ts), or that of one who shows an index (indexServer.ts).
import { type Config, ConfigError, readConfig } from "./config.ts";

process.umask(0o077);
const config = readSettings();
const { indexUrl } = config;
if (config.isIndexReader && indexUrl !== null) {
  const { serveIndex } = await import("./indexServer.ts");
  await serveIndex({ ...config, indexUrl });
} else {
  const { run } = await import("./run.ts");
  await run(config);
}

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
