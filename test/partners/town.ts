// Two nodes on two database files that exchange frozen bytes without HTTP: what each owes is handed to the other's inbox.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import type { ActorKind, LocalActor, RemoteActor } from "../../src/activitypub/actor.ts";
import { createActor, createKeyring, describeForWire } from "../../src/activitypub/actors.ts";
import { readActor } from "../../src/activitypub/document.ts";
import { type Arrival, Inbox, type InboxAnswer, type InboxRule } from "../../src/activitypub/inbox.ts";
import { createPost } from "../../src/activitypub/outbox.ts";
import { digestOf, readReceipt } from "../../src/activitypub/proof.ts";
import { listActors, saveRemoteActor } from "../../src/activitypub/store.ts";
import type { Wire } from "../../src/activitypub/wire.ts";
import { createGroupCommit } from "../../src/db/groupCommit.ts";
import { type Db, transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { partnersInboxRules } from "../../src/partners/activities.ts";
import { openMigrated } from "../tools/migrated.ts";

export type Clock = { at: number; now(): number };

type Owed = {
  id: number;
  actorId: string;
  inbox: string;
  lane: "order" | "social";
  receiptKey: string | null;
  json: string;
};

/** One node of the town. `describe` is an actor as others see it; `owed` what it has not delivered. */
export type Node = {
  readonly wire: Wire;
  readonly secret: Buffer;
  readonly inbox: Inbox;
  readonly blocked: Set<string>;
  add(kind: ActorKind, handle: string): LocalActor;
  describe(actor: LocalActor): RemoteActor;
  owed(): Owed[];
  settle(row: Owed): void;
  logged(): { type: string; outcome: string; refusal: string | null }[];
};

export function openNode(t: Test, host: string, clock: Clock, moreRules: readonly InboxRule[] = []): Node {
  const folder = mkdtempSync(join(tmpdir(), "filiera-"));
  const db = openMigrated(join(folder, "node.sqlite"));
  t.teardown(() => {
    db.raw.close();
    rmSync(folder, { recursive: true });
  });
  const secret = randomBytes(32);
  const origin = `https://${host}`;
  const blocked = new Set<string>();
  const wire = silentWire({ db, clock, origin, secret, blocked });
  const { keyring, commitTogether } = wire;
  const inbox = new Inbox({
    db,
    rules: [...partnersInboxRules(wire), ...moreRules],
    keyring,
    commitTogether,
    tellBug: () => {},
  });
  const describe = (actor: LocalActor) => {
    const read = readActor(describeForWire(db.orm, actor), clock.now());
    assert(read, "our own actor reads back");
    return read;
  };
  return {
    wire,
    secret,
    inbox,
    blocked,
    describe,
    add: (kind, handle) => {
      const made = transact(db, (tx) =>
        createActor(tx, { kind, handle, name: handle }, { origin, secret, reserved: new Set(), now: clock.now() }),
      );
      assert(!isRefusal(made), "the actor is new");
      return made;
    },
    owed: () =>
      db.raw
        .prepare<[], Owed>(
          `SELECT o.id, o.actor_id AS actorId, o.inbox, o.lane, o.receipt_key AS receiptKey, a.json
           FROM outbox o JOIN activities a ON a.id = o.activity_id WHERE o.state = 'pending' ORDER BY o.id`,
        )
        .all(),
    settle: (row) => void db.raw.prepare("UPDATE outbox SET state = 'delivered' WHERE id = ?").run(row.id),
    logged: () =>
      db.raw
        .prepare<[], { type: string; outcome: string; refusal: string | null }>(
          "SELECT type, outcome, refusal FROM inbox_log ORDER BY received_at, rowid",
        )
        .all(),
  };
}

/** A wire that writes what it owes and reaches nobody. */
function silentWire(parts: { db: Db; clock: Clock; origin: string; secret: Buffer; blocked: Set<string> }): Wire {
  const { db, clock, origin, secret, blocked } = parts;
  const keyring = createKeyring(secret);
  const absent = async () => ({ failed: "unreachable", detail: "no network in this test" }) as const;
  return {
    db,
    clock,
    origin,
    allowPrivate: false,
    keyring,
    commitTogether: createGroupCommit(db),
    post: createPost(db, keyring, () => {}),
    senders: { findActor: absent, findKey: absent, forget: () => {} } as unknown as Wire["senders"],
    fetchDocument: absent,
    readDocument: absent,
    fetchCollection: absent,
    fetchPicture: absent,
    fetchPage: absent,
    discover: absent,
    findFollowPage: absent,
    identifyReader: async () => null,
    isBlocked: (name) => blocked.has(name),
    hear: () => assert.fail("nothing is read from elsewhere in this test"),
    wakeParked: () => assert.fail("nothing is read from elsewhere in this test"),
  };
}

const START = Date.UTC(2026, 10, 22, 8);

/** A clock that stands still until a test sets `at`. */
export function makeClock(): Clock {
  const clock: Clock = { at: START, now: () => clock.at };
  return clock;
}

/** Hands one owed activity to a node as if it had come over HTTP, signed by its actor. */
export async function hand(from: Node, row: Owed, to: Node, actor: LocalActor): Promise<InboxAnswer> {
  const sender = senders(from).find(({ id }) => id === row.actorId)!;
  transact(to.wire.db, (tx) => saveRemoteActor(tx, sender));
  const activity = JSON.parse(row.json);
  const arrival: Arrival = {
    activity,
    sender,
    receiver: row.inbox.endsWith("/inbox") && new URL(row.inbox).pathname !== "/inbox" ? actor : null,
    bytes: Buffer.from(row.json),
    digest: digestOf(activity),
    receivedAt: to.wire.clock.now(),
    profile: row.lane === "order" ? "strict" : "lenient",
  };
  return to.inbox.apply(arrival);
}

function senders(node: Node): RemoteActor[] {
  return listActors(node.wire.db.orm).map((actor) => node.describe(actor));
}

/** Hands everything owed back and forth until nothing is left; an order letter is done with its signed receipt only. */
export async function exchange(pairs: readonly { node: Node; actor: LocalActor }[]): Promise<void> {
  for (let round = 0; round < 20; round++) {
    let handed = 0;
    for (const { node } of pairs) {
      for (const row of node.owed()) {
        const target = pairs.find(({ actor }) => new URL(actor.id).origin === new URL(row.inbox).origin);
        if (!target) continue;
        const answer = await hand(node, row, target.node, target.actor);
        const receipt = row.receiptKey && answer.receipt;
        const isDone =
          row.lane === "social" || (receipt && readReceipt(receipt, digestOf(JSON.parse(row.json)), row.receiptKey!));
        if (!isDone) continue;
        node.settle(row);
        handed += 1;
      }
    }
    if (handed === 0) return;
  }
}
