// A farm on its own database: a follower on Mastodon, a GAS with a pact, and what it owes to each.
import type { Test } from "tap";
import { createActor, createKeyring } from "../../src/activitypub/actors.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { createPost } from "../../src/activitypub/outbox.ts";
import { transact } from "../../src/db/transact.ts";
import type { Desk } from "../../src/sales/publishActions.ts";
import { openMigrated } from "../tools/migrated.ts";
import { NOW, sure } from "./cycles.ts";

const SECRET = Buffer.alloc(32, 7);
export const GAS = "https://g.example/g";

/** A letter as it lies in the outbox: what is said and where to. */
export type Owed = { readonly activity: JsonObject; readonly inboxes: string[] };

export function makeFarm(t: Test) {
  const db = openMigrated();
  t.teardown(() => db.raw.close());
  const clock = { at: NOW, now: () => clock.at };
  const desk: Desk = { db, clock, post: createPost(db, createKeyring(SECRET), () => {}) };
  const setting = { origin: "https://p.example", secret: SECRET, now: NOW, reserved: new Set<string>() };
  const farm = transact(db, (tx) => sure(createActor(tx, { kind: "producer", handle: "p", name: "P" }, setting)));
  const owed = (): Owed[] => {
    const rows = db.raw
      .prepare(
        `SELECT a.json, group_concat(o.inbox, ' ') AS inboxes FROM activities a LEFT JOIN outbox o ON o.activity_id = a.id
         GROUP BY a.id ORDER BY a.rowid`,
      )
      .all() as { json: string; inboxes: string | null }[];
    return rows.map(({ json, inboxes }) => ({ activity: JSON.parse(json), inboxes: inboxes?.split(" ").sort() ?? [] }));
  };
  return { db, clock, desk, farm, owed };
}
