// The JSON that a farm's node sends, as the tests of sales keep it: what one side writes the other must read.
import { readFileSync } from "node:fs";
import type { JsonObject } from "../../../src/activitypub/json.ts";

/** One of test/golden/sales, by name. */
export function golden(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../../golden/sales/${name}.json`, import.meta.url), "utf8"));
}
