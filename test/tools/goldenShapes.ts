// What our nodes may say: the members of every activity in test/golden. What the nodes of a scenario have written is held
// against them, so that nothing is sent whose JSON nobody has read and kept.
import { readdirSync, readFileSync } from "node:fs";
import type { Test } from "tap";
import { isJsonObject, type Json, type JsonObject } from "../../src/activitypub/json.ts";
import type { Db } from "../../src/db/transact.ts";
import type { TestNode } from "./nodes.ts";

const FOLDER = new URL("../golden/", import.meta.url);
/** The newest letters of a node that are looked at: a crowd says the same thing thousands of times. */
const LOOKED_AT = 500;
/** What tests of the carrying itself send, for a letter of any sort: no room of ours ever writes one. */
const ANY_LETTER = "Like";

/** Every JSON file under test/golden that is an activity, by its name. */
export function listGoldenActivities(): { readonly name: string; readonly json: JsonObject }[] {
  const names = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  return names
    .map((name) => ({ name, json: JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as JsonObject }))
    .filter(({ json }) => typeof json.actor === "string");
}

/** "Accept result Agreement", "Update of Collection", "Undo of an address": what sort of activity it is. */
export function sortOf({ type, object, result }: JsonObject): string {
  const of = isJsonObject(object) ? String(object.type) : "an address";
  return `${type} of ${of}${isJsonObject(result) ? ` with ${result.type}` : ""}`;
}

/** The members an activity has, by their paths, without those of contexts, proofs and the actor documents it carries. */
function membersOf(json: JsonObject): Set<string> {
  const paths = new Set<string>();
  const walk = (value: Json | undefined, path: string): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, path);
    else if (isJsonObject(value))
      for (const [name, inner] of Object.entries(value)) {
        if (name === "@context" || name === "proof" || name === "contentMap") continue;
        paths.add(`${path}${name}`);
        walk(inner, `${path}${name}/`);
      }
  };
  walk(json, "");
  return paths;
}

let known: Map<string, Set<string>> | null = null;

function knownMembers(): Map<string, Set<string>> {
  if (known) return known;
  known = new Map();
  for (const { json } of listGoldenActivities()) {
    const members = known.get(sortOf(json)) ?? new Set();
    for (const path of membersOf(json)) members.add(path);
    known.set(sortOf(json), members);
  }
  return known;
}

/** What activities say that no golden file of their sort has: the sort, or the member. */
export function findUnread(activities: readonly JsonObject[]): string[] {
  const unread = activities.flatMap((json) => {
    const members = knownMembers().get(sortOf(json));
    if (!members) return [sortOf(json)];
    return [...membersOf(json)].filter((path) => !members.has(path)).map((path) => `${sortOf(json)}: ${path}`);
  });
  return [...new Set(unread)];
}

/** Fails the test at its end when one of its nodes that still runs has written what stands in no golden file. */
export function refuseUnread(t: Test, nodes: readonly TestNode[]): void {
  t.teardown(async () => {
    const unread = nodes.flatMap(({ node: { db } }) => (db.raw.open ? findUnreadOf(db) : []));
    if (unread.length === 0) return;
    // Of what a teardown throws nothing is told, and none that comes after it is run.
    await Promise.all(nodes.map((node) => node.stop()));
    process.stderr.write(`written, but in no file of test/golden: ${unread.join("; ")}\n`);
    throw new Error("written, but in no file of test/golden");
  });
}

function findUnreadOf(db: Db): string[] {
  const sql = "SELECT json FROM activities ORDER BY rowid DESC LIMIT ?";
  const rows = db.raw.prepare<[number], string>(sql).pluck().all(LOOKED_AT);
  const written = rows.map((row): JsonObject => JSON.parse(row));
  // Rooms of ours write no context that is not one of the published ones: that is a test speaking as other software does.
  const ours = written.filter((json) => json.type !== ANY_LETTER && typeof json["@context"] !== "string");
  return findUnread(ours);
}
