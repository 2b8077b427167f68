// A farm with its catalog on a node of its own, without HTTP: a database, keys, an outbox, a clock the test moves.
import type { Test } from "tap";
import type { LocalActor, RemoteActor } from "../../src/activitypub/actor.ts";
import { createActor, describeForWire } from "../../src/activitypub/actors.ts";
import { readActor } from "../../src/activitypub/document.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { openWire } from "../../src/activitypub/openWire.ts";
import type { Wire } from "../../src/activitypub/wire.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { type Product, type ProductFacts, startFacts } from "../../src/catalogs/product.ts";
import { transact } from "../../src/db/transact.ts";
import type { Terms } from "../../src/partners/pacts/terms.ts";
import * as standing from "../partners/standing.ts";
import { openMigrated } from "../tools/migrated.ts";

const SECRET = Buffer.alloc(32, 7);

export type Farm = {
  readonly wire: Wire;
  readonly actor: LocalActor;
  readonly clock: { now(): number; at: number };
  /** Another actor of the same node. */
  readonly addActor: (handle: string, kind: "gas" | "producer") => LocalActor;
  /** Saves a new product and gives it back. */
  readonly sells: (facts: Partial<ProductFacts> & { name: string }) => Product;
  /** Every activity posted, oldest first, with the inboxes it is owed to. */
  readonly posted: () => { activity: JsonObject; inboxes: string[] }[];
  readonly close: () => Promise<void>;
};

export const NOON = Date.UTC(2026, 10, 23, 11, 0, 0);

/** Opens it; `file` keeps the database, else it is in memory. */
export function openFarm(t: Test, origin = "https://p.example", file = ":memory:"): Farm {
  const db = openMigrated(file);
  const clock = { at: NOON, now: () => clock.at };
  const open = openWire({
    db,
    clock,
    origin,
    secret: SECRET,
    allowPrivate: true,
    chance: () => 0.5,
    rulesOf: () => [],
    isOrderObject: () => false,
  });
  const addActor = (handle: string, kind: "gas" | "producer" | "node") => {
    const made = transact(db, (tx) =>
      createActor(
        tx,
        { kind, handle, name: handle },
        { origin, secret: SECRET, now: clock.now(), reserved: new Set() },
      ),
    );
    if ("refused" in made) throw new Error(made.refused);
    return made;
  };
  addActor("actor", "node");
  const actor = addActor("valle", "producer");
  const close = async () => {
    await open.close();
    if (db.raw.open) db.raw.close();
  };
  t.teardown(close);
  return {
    wire: open.wire,
    actor,
    clock,
    addActor,
    sells: (facts) => {
      const start = startFacts(facts.name, 25_000, "KGM");
      const made = saveProduct(open.wire, actor, {
        productId: null,
        expectedVersion: 0,
        facts: { ...start, ...facts },
      });
      if ("refused" in made) throw new Error(JSON.stringify(made));
      return made;
    },
    posted: () => listPosted(open.wire),
    close,
  };
}

function listPosted({ db }: Wire) {
  const rows = db.raw.prepare("SELECT id, json FROM activities ORDER BY rowid").all() as { id: string; json: string }[];
  const owed = db.raw.prepare("SELECT inbox FROM outbox WHERE activity_id = ? ORDER BY inbox").pluck();
  return rows.map(({ id, json }) => ({ activity: JSON.parse(json) as JsonObject, inboxes: owed.all(id) as string[] }));
}

/** Our actor as others read it from its own document. */
export function asRemote({ wire, actor }: { wire: Wire; actor: LocalActor }): RemoteActor {
  return readActor(describeForWire(wire.db.orm, actor), wire.clock.now())!;
}

/** A GAS of another node follows the farm. */
export function addFollower({ wire, actor }: Farm, peer: string): void {
  standing.addFollower(wire.db.orm, actor.id, peer);
}

/** A pact in force by which the farm sells to a GAS, at these terms; `holder` keeps it, the farm or a GAS of its node. */
export function addPact(
  { wire, actor }: Pick<Farm, "wire" | "actor">,
  buyer: string,
  change: Partial<Terms> = {},
  holder = actor.id,
): void {
  standing.addPact(wire.db.orm, buyer, actor.id, holder, change);
}
