// What the homes of the demo do about networks: they join them, these take them in, their index is asked.
import { ENTRY_KINDS } from "../../src/network/index/networkIndex.ts";
import { acceptMember, joinNetwork } from "../../src/network/membership/actions.ts";
import { loadMembership } from "../../src/network/membership/store.ts";
import { findComune } from "../../src/network/places/places.ts";
import { actorOf, demand, type Home, type Looking, personOf } from "./lookup.ts";

type Joining = { readonly handle: string; readonly network: string; readonly by: string };
type Asking = {
  readonly handle: string;
  readonly find: string | null;
  readonly near?: { readonly comune: string; readonly km: number };
};

export const networkVerbs = {
  /** Asks a network, by its handle, to be taken in. It has no charter yet. */
  joinNetwork: async ({ node, db }: Home, { handle, network, by }: Joining) => {
    const found = await node.wire.discover(network);
    if ("failed" in found) throw new Error(found.detail);
    demand(joinNetwork(node.wire, { actorId: actorOf(db, handle).id, byId: personOf(db, by) }, found, null));
  },

  /** Whether our network was asked by that actor, or has it as a member. */
  showMembership: ({ db }: Looking, { handle, peer }: { handle: string; peer: string }) =>
    loadMembership(db.orm, actorOf(db, handle).id, "network", peer)?.state ?? null,

  admit: ({ node, db }: Home, { handle, peer, by }: { handle: string; peer: string; by: string }) => {
    demand(acceptMember(node.wire, { actorId: actorOf(db, handle).id, peer, byId: personOf(db, by) }));
  },

  /** What a network's index shows: how much of each kind; who makes what words find; how many are near a place; what comes. */
  askNetwork: async ({ node, db }: Home, { handle, find, near }: Asking) => {
    const index = await node.index.open();
    const { id: groupId } = actorOf(db, handle);
    const now = node.wire.clock.now();
    const counts = await index.counts(groupId, "kind", now);
    const count = (wanted: string) => counts.find(({ kind }) => kind === wanted)?.count ?? 0;
    const wish = { groupId, now, kinds: ENTRY_KINDS, limit: 100 };
    const { entries } = find === null ? { entries: [] } : await index.search({ ...wish, find });
    const place = near ? findComune(near.comune) : null;
    const at = place && near ? { latitude: place.latitude, longitude: place.longitude, km: near.km } : null;
    const around = at ? await index.search({ ...wish, kinds: ["gas", "producer"], near: at }) : { entries: [] };
    const coming = await index.search({ ...wish, kinds: ["event"], openAt: now });
    return {
      events: coming.entries.map(({ name }) => name),
      ...{ groups: count("gas"), producers: count("producer"), products: count("product") },
      ...{ makers: entries.map(({ sourceId }) => sourceId), near: around.entries.length },
    };
  },
};
