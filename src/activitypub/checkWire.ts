// What must hold of our actors, keys, letters and arrivals at any moment: for `doctor`, tests and restored backups.
import type { Db } from "../db/transact.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { readJson } from "./jsonScan.ts";
import { openKey } from "./keys.ts";
import { listActors, loadKeys } from "./store.ts";

/** One thing that must hold, and what breaks it (none: it holds). */
export type Check = { readonly name: string; readonly broken: readonly string[] };

const MOST_SHOWN = 20;

/** Checks keys against the node's secret, ids against its origin, the outbox against its activities (I8), the inbox log (I7). */
export function checkWire(db: Db, origin: string, secret: Buffer): Check[] {
  const texts = (sql: string) => db.raw.prepare(`${sql} LIMIT ${MOST_SHOWN}`).pluck().all() as string[];
  return [
    { name: "actor-keys", broken: listActors(db.orm).flatMap((actor) => checkKeys(db, actor.id, secret)) },
    {
      name: "actor-origin",
      broken: listActors(db.orm)
        .filter(({ id, handle }) => id !== `${origin}/${handle}`)
        .map(({ id }) => id),
    },
    { name: "activity-json", broken: checkActivities(db) },
    // I8: whoever is owed something is in the host table with a time, or the relay would never see the row.
    {
      name: "outbox-seen",
      broken: texts(
        "SELECT DISTINCT host FROM outbox WHERE state = 'pending' AND host NOT IN (SELECT host FROM peers WHERE next_at IS NOT NULL)",
      ),
    },
    {
      name: "outbox-lease",
      broken: texts("SELECT activity_id FROM outbox WHERE (state = 'leased') <> (lease_until IS NOT NULL)"),
    },
    {
      name: "outbox-finished",
      broken: texts(
        "SELECT activity_id FROM outbox WHERE state IN ('delivered', 'needs-human', 'abandoned') AND finished_at IS NULL",
      ),
    },
    {
      name: "inbox-parked",
      broken: texts("SELECT activity_id FROM inbox_log WHERE (outcome = 'parked') <> (parked_for IS NOT NULL)"),
    },
    {
      name: "inbox-refused",
      broken: texts("SELECT activity_id FROM inbox_log WHERE (outcome = 'refused') <> (refusal IS NOT NULL)"),
    },
  ];
}

function checkKeys(db: Db, actorId: string, secret: Buffer): string[] {
  const keys = loadKeys(db.orm, actorId);
  const missing = (["rsa", "ed25519"] as const).filter(
    (algorithm) => keys.filter((key) => key.algorithm === algorithm && key.retiredAt === null).length !== 1,
  );
  const sealed = keys.filter((key) => {
    try {
      openKey(secret, key.sealedPrivateKey);
      return false;
    } catch {
      return true;
    }
  });
  return [...missing.map((algorithm) => `${actorId} ${algorithm}`), ...sealed.map((key) => key.id)];
}

function checkActivities(db: Db): string[] {
  const rows = db.raw.prepare<[], { id: string; json: string }>("SELECT id, json FROM activities").iterate();
  const broken: string[] = [];
  for (const { id, json } of rows) {
    const read = readJson(Buffer.from(json));
    const isItself = !isRefusal(read) && (read.json as { id?: unknown }).id === id;
    if (!isItself && broken.length < MOST_SHOWN) broken.push(id);
  }
  return broken;
}
