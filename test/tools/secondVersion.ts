// `node --import ./test/tools/secondVersion.ts ...`: the same program as if a second version of the protocol had been published, with a
// term more. It reads both and writes the second, whoever it writes to (SAFETY A42).
import assert from "node:assert/strict";
import { registerHooks } from "node:module";

const FIRST = "export const VERSION = 1;";
const TERMS = "export const MAP: JsonObject = {";
const LIST = "export const PUBLISHED: Json[][] = [DOCUMENT];";

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith("/src/activitypub/context.ts")) return loaded;
    const source = String(loaded.source);
    for (const text of [FIRST, TERMS, LIST]) assert(source.includes(text), `context.ts says: ${text}`);
    const second = source
      .replace(FIRST, "export const VERSION = 2;")
      .replace(TERMS, `${TERMS} pickedBy: "filiera:pickedBy",`)
      .replace(
        LIST,
        "const { pickedBy: _, ...OLD } = MAP; export const PUBLISHED: Json[][] = [[AS, DI, OLD], DOCUMENT];",
      );
    return { ...loaded, source: second };
  },
});
