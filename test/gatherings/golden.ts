// Compares JSON with the file that keeps it, whole. `UPDATE_GOLDEN=1` writes the files anew, to be read before they are kept.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Test } from "tap";
import { DOCUMENT, HUMAN } from "../../src/activitypub/context.ts";

/** Ids are random by design: `…` stands for the last part of an activity's own; the context by its name. */
export function matchesGolden(t: Test, name: string, json: unknown, folder = "event"): void {
  const file = new URL(`../golden/${folder}/${name}.json`, import.meta.url);
  const text = JSON.stringify(json)
    .replaceAll(/\/activities\/[a-z2-7]{26}/g, "/activities/…")
    .replace(JSON.stringify(DOCUMENT), '"DOCUMENT"')
    .replace(JSON.stringify(HUMAN), '"HUMAN"');
  const plain = JSON.parse(text);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(plain, null, 2)}\n`);
  t.ok(existsSync(file), `${name} has its file`);
  t.same(plain, JSON.parse(readFileSync(file, "utf8")), name);
}
