// A district, a group and a farm, each on a node of its own, over real HTTP; and a person who acts for each.
import type { Test } from "tap";
import type { LocalActor, RemoteActor } from "../../../src/activitypub/actor.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { mintIri } from "../../../src/activitypub/outbox.ts";
import { transact } from "../../../src/db/transact.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { joinNetwork } from "../../../src/network/membership/actions.ts";
import { readCharter, type ShownCharter } from "../../../src/network/membership/charter.ts";
import { writeCharter } from "../../../src/network/membership/letters.ts";
import { loadCharter } from "../../../src/network/membership/listStore.ts";
import { loadMembership } from "../../../src/network/membership/store.ts";
import { listAudience } from "../../../src/partners/pacts/pactStore.ts";
import { startNodes, type TestNode } from "../../tools/nodes.ts";

export const BY = "p1";
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** What was asked, which the test knows to be possible. */
export function done<T>(result: T): Exclude<T, { refused: string }> {
  if (isRefusal(result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result as Exclude<T, { refused: string }>;
}

/** An actor as its own node shows it, read anew. */
export async function meet(home: TestNode, iri: string): Promise<RemoteActor> {
  const found = await home.node.wire.senders.findActor(iri, { fresh: true });
  if ("failed" in found) throw new Error(found.detail);
  return found;
}

export async function startValley(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["district", "gas", "farm"]);
  const district = nodes.district.addActor({ kind: "district", handle: "valli", name: "Distretto delle Valli" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  /** The charter as the network's node serves it. */
  const charterOf = (home: TestNode, network: LocalActor): ShownCharter | null => {
    const charter = loadCharter(home.node.db.orm, network.id);
    return charter ? done(readCharter(writeCharter(network.id, charter, network.name), network.id)) : null;
  };
  /** Asks as a person would who has read what the network shows now. */
  const ask = async (home: TestNode, member: LocalActor, networkHome = nodes.district, network = district) =>
    joinNetwork(
      home.node.wire,
      { actorId: member.id, byId: BY },
      await meet(home, network.id),
      charterOf(networkHome, network),
    );
  const atNetwork = (peer: LocalActor, home = nodes.district, network = district) =>
    loadMembership(home.node.db.orm, network.id, "network", peer.id);
  const atMember = (home: TestNode, member: LocalActor, network = district) =>
    loadMembership(home.node.db.orm, member.id, "member", network.id);
  return { nodes, clock, settle, district, gas, farm, ask, atNetwork, atMember };
}

/** A post of an actor to everybody, or to who follows it alone, as any software would send it. Returns its address. */
export function say(home: TestNode, from: LocalActor, text: string, { type = "Note", isPublic = true } = {}): string {
  const { wire } = home.node;
  const now = wire.clock.now();
  const to = [isPublic ? PUBLIC : `${from.id}/followers`];
  const object: JsonObject = { type, id: mintIri(from, "notes"), attributedTo: from.id, content: text, to };
  const activity: JsonObject = {
    ...{ "@context": "https://www.w3.org/ns/activitystreams", type: "Create", id: mintIri(from, "activities") },
    ...{ actor: from.id, to, object },
  };
  tell(home, from, activity, now);
  return String(object.id);
}

/** Takes a post away. */
export function unsay(home: TestNode, from: LocalActor, iri: string): void {
  const activity: JsonObject = {
    ...{ "@context": "https://www.w3.org/ns/activitystreams", type: "Delete", id: mintIri(from, "activities") },
    ...{ actor: from.id, to: [PUBLIC], object: { type: "Tombstone", id: iri } },
  };
  tell(home, from, activity, home.node.wire.clock.now());
}

function tell(home: TestNode, from: LocalActor, activity: JsonObject, now: number): void {
  transact(home.node.db, (tx) =>
    home.node.wire.post(tx, {
      ...{ from, activity, lane: "social", thread: null, isPublic: true, isProven: false, now },
      recipients: listAudience(tx, from.id, "everyone"),
    }),
  );
}

/** The activities of one type that an actor has written, in their order. */
export function written(home: TestNode, type: string): JsonObject[] {
  const sql = "SELECT json FROM activities WHERE type = ? ORDER BY created_at, rowid";
  return home.node.db.raw
    .prepare<[string], string>(sql)
    .pluck()
    .all(type)
    .map((json) => JSON.parse(json));
}
