// The gate's reader of JSON in the shape in which fetched documents are read.
import type { ReadJson } from "../../src/activitypub/fetchDocument.ts";
import { isJsonObject } from "../../src/activitypub/json.ts";
import { readJson } from "../../src/activitypub/jsonScan.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";

export const parseDocument: ReadJson = (bytes) => {
  const read = readJson(bytes);
  if (isRefusal(read)) return read;
  return isJsonObject(read.json) ? read.json : { refused: "not-an-object" };
};
