// What a cycle says under a number of its own, each as one hash: two of them under one number are two truths. Pure. PROTOCOL 5,
// SAFETY I4, B16.
import { createHash } from "node:crypto";
import { canonicalize } from "../../activitypub/jcs.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import type { CopiedLine, CycleCopy } from "./announced.ts";

/**
 * `state` is named by the cycle's `sequence`, `content` by its `revision`, `line` by its own IRI: package and words of a line never
 * change, a correction is a new line. `hash` is hex SHA-256.
 */
export type CycleText = { readonly part: "state" | "content" | "line"; readonly name: string; readonly hash: string };

/** Whoever changes what is hashed counts on: hashes of another form are compared with none. */
const FORM = "1";

/** What a copy says, without what differs by right: a partner's lines and prices, and what is left of them. */
export function textsOf(copy: CycleCopy): CycleText[] {
  const { status, startsAt, endsAt, revision, deliveries, commonMinimum } = copy;
  const { name, note, minimumOrderCents } = copy;
  const goal = commonMinimum?.goal ?? null;
  const collected = commonMinimum?.collected ?? null;
  const groupsCount = commonMinimum?.groupsCount ?? null;
  return [
    textOf("state", `${copy.sequence}`, { status, startsAt, endsAt, revision, deliveries, collected, groupsCount }),
    textOf("content", `${revision}`, { name, note, minimumOrderCents, goal }),
    ...copy.lines.map(lineText),
  ];
}

function lineText(line: CopiedLine): CycleText {
  const { name, sku, text, minimum, isVariableWeight, certifications, controlBody, basedOn } = line;
  const goods = { name, sku, text, package: line.package, minimum, isVariableWeight };
  return textOf("line", line.id, { ...goods, certifications, controlBody, basedOn });
}

function textOf(part: CycleText["part"], name: string, said: object): CycleText {
  const hash = createHash("sha256")
    .update(canonicalize(said as JsonObject))
    .digest("hex");
  return { part, name, hash: `${FORM}:${hash}` };
}

/** Whether a line that both copies of one reader name has two prices. Under one pact and one revision it has one. */
export function pricesDiffer(held: CycleCopy, read: CycleCopy): boolean {
  const prices = new Map(held.lines.map(({ id, packagePriceCents }) => [id, packagePriceCents]));
  return read.lines.some(({ id, packagePriceCents }) => {
    const before = prices.get(id) ?? null;
    return before !== null && packagePriceCents !== null && before !== packagePriceCents;
  });
}
