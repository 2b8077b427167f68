// The month of a group as its node publishes it: read, and judged before it is believed. Pure. PROTOCOL.md section 3.

import { readId, readMember, readType } from "../../activitypub/activityShape.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import { digestOf, verifyProof } from "../../activitypub/proof.ts";
import { SMALLEST } from "../../kernel/cells.ts";
import { foldText } from "../../kernel/foldText.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { romeTime } from "../../kernel/time.ts";

/**
 * What is told of one category in one unit (a UN/ECE code): whole units, whole euros. `ordered` and `euros` are null where the group
 * cannot tell them without telling of a few.
 */
export type MonthCell = {
  readonly category: string;
  readonly unit: string;
  readonly families: number;
  readonly lines: number;
  readonly ordered: number | null;
  readonly delivered: number;
  readonly euros: number | null;
};

/** A published month ("YYYY-MM"). `istat`: six digits of its comune, null where none is said. `isWithheld`: some categories are not in it. */
export type PublishedMonth = {
  readonly iri: string;
  readonly month: string;
  readonly istat: string | null;
  readonly families: number;
  readonly orders: number;
  readonly producers: number;
  readonly euros: number | null;
  readonly isWithheld: boolean;
  readonly cells: readonly MonthCell[];
  /** SHA-256 of what it says, without the signature: the same after its actor took another key. Hex. */
  readonly digest: string;
};

/** The Ed25519 keys that the group's own document has. */
export type Keys = readonly { readonly id: string; readonly multibase: string }[];

const MOST_CELLS = 500;
const MONTH = /^20\d\d-(?:0[1-9]|1[0-2])$/;
const COUNT = /^(?:0|[1-9]\d{0,8})$/;
const UNIT = /^[A-Z0-9]{2,4}$/;
const LONGEST_CATEGORY = 80;

/**
 * The month, if it is the group's own, signed with a key of its own, over, and no cell of it tells of fewer than five families.
 * Refuses `not-owner`, `bad-proof`, `not-a-month` {field}, `month-not-over`, `small-cell`.
 */
export function readMonth(document: JsonObject, sourceUri: string, keys: Keys, now: number): PublishedMonth | Refusal {
  const iri = readId(readMember(document, "id"));
  if (iri === null || !isOn(iri, sourceUri) || readId(readMember(document, "attributedTo")) !== sourceUri)
    return { refused: "not-owner" };
  if (!isProven(document, keys)) return { refused: "bad-proof" };
  const month = document["filiera:month"];
  if (readType(document) !== "Page" || typeof month !== "string" || !MONTH.test(month))
    return { refused: "not-a-month", field: "month" };
  if (month >= romeTime(now).date.slice(0, 7)) return { refused: "month-not-over", month };
  const istat = document["filiera:istat"] ?? null;
  if (istat !== null && (typeof istat !== "string" || !/^\d{6}$/.test(istat)))
    return { refused: "not-a-month", field: "istat" };
  const sums = readCounts(document, ["families", "orders", "producers"], ["euros"]);
  if (isRefusal(sums)) return sums;
  const cells = readCells(document["filiera:cells"]);
  if (isRefusal(cells)) return cells;
  if ([sums, ...cells].some(({ families }) => families < SMALLEST)) return { refused: "small-cell", month };
  if (cells.some(({ families }) => families > sums.families)) return { refused: "not-a-month", field: "families" };
  const { proof: _, ...said } = document;
  const isWithheld = document["filiera:withheld"] === true;
  return { iri, month, istat, ...sums, isWithheld, cells, digest: digestOf(said) };
}

function isProven(document: JsonObject, keys: Keys): boolean {
  const { proof } = document;
  const key = isJsonObject(proof) && keys.find(({ id }) => id === proof.verificationMethod);
  return key ? verifyProof(document, key.multibase) : false;
}

function readCells(value: Json | undefined): MonthCell[] | Refusal {
  if (!Array.isArray(value) || value.length > MOST_CELLS) return { refused: "not-a-month", field: "cells" };
  const cells: MonthCell[] = [];
  const seen = new Set<string>();
  for (const item of value) {
    const cell = isJsonObject(item) ? readCell(item) : ({ refused: "not-a-month", field: "cell" } as const);
    if ("refused" in cell) return cell;
    const key = `${cell.unit} ${cell.category}`;
    if (seen.has(key)) return { refused: "not-a-month", field: "category" };
    seen.add(key);
    cells.push(cell);
  }
  return cells;
}

function readCell(item: JsonObject): MonthCell | Refusal {
  const { "filiera:category": said, "filiera:unit": unit } = item;
  const category = typeof said === "string" && said.length <= LONGEST_CATEGORY ? foldText(said) : "";
  if (category === "") return { refused: "not-a-month", field: "category" };
  if (typeof unit !== "string" || !UNIT.test(unit)) return { refused: "not-a-month", field: "unit" };
  const sums = readCounts(item, ["families", "lines", "delivered"], ["ordered", "euros"]);
  return isRefusal(sums) ? sums : { category, unit, ...sums };
}

/** Whole numbers below a milliard, as decimal strings; those of `maybe` are null where they are not told. */
function readCounts<Name extends string, Maybe extends string>(
  item: JsonObject,
  names: readonly Name[],
  maybe: readonly Maybe[],
): (Readonly<Record<Name, number>> & Readonly<Record<Maybe, number | null>>) | Refusal {
  const read: Record<string, number | null> = {};
  for (const name of [...names, ...maybe]) {
    const value = item[`filiera:${name}`];
    const isTold = value !== undefined || names.some((one) => one === name);
    if (isTold && (typeof value !== "string" || !COUNT.test(value))) return { refused: "not-a-month", field: name };
    read[name] = isTold ? Number(value) : null;
  }
  return read as Record<Name, number> & Record<Maybe, number | null>;
}

function isOn(iri: string, actorId: string): boolean {
  return iri.length <= 2048 && URL.canParse(iri) && new URL(iri).origin === new URL(actorId).origin;
}
