// What a story came to, as one short word: told twice, a seed gives the same; changed by nothing that only makes stories quicker.
import { createHash } from "node:crypto";
import type { Machine } from "./machine.ts";

/** RSA keys are nobody's choice, not even the seed's: what holds them is left out. */
const LEFT_OUT: readonly string[] = ["actor_keys", "remote_actors"];

/** A digest of every row of every machine that is up. */
export async function digestMachines(machines: readonly Machine[]): Promise<string> {
  const hash = createHash("sha256");
  for (const machine of machines) {
    hash.update(`${machine.name} ${machine.crashes} ${machine.restores}\n`);
    await machine.act(({ db: { raw } }) => {
      const tables = raw.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();
      for (const table of (tables as string[]).filter((name) => !LEFT_OUT.includes(name) && !name.startsWith("_"))) {
        hash.update(`${table}\n`);
        for (const row of raw.prepare(`SELECT * FROM "${table}"`).raw().all()) hash.update(`${JSON.stringify(row)}\n`);
      }
    });
  }
  return hash.digest("hex").slice(0, 12);
}
