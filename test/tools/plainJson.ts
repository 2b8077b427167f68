// A reader of JSON without limits, for tests of what surrounds the reading.
import type { ReadJson } from "../../src/activitypub/fetchDocument.ts";
import { isJsonObject } from "../../src/activitypub/json.ts";

export const readPlainJson: ReadJson = (bytes) => {
  try {
    const json: unknown = JSON.parse(bytes.toString());
    return isJsonObject(json) ? json : { refused: "json-not-an-object" };
  } catch {
    return { refused: "json-unreadable" };
  }
};
