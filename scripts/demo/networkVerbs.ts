// What the homes of the demo do about their district: they join it, it takes them in, its index is asked.
import { join } from "node:path";
import { ENTRY_KINDS } from "../../src/network/index/networkIndex.ts";
import { openSqliteIndex } from "../../src/network/index/sqliteStore.ts";
import { acceptMember, joinNetwork } from "../../src/network/membership/actions.ts";
import { loadMembership } from "../../src/network/membership/store.ts";
import { actorOf, demand, type Home, type Looking, personOf } from "./lookup.ts";

type Joining = { readonly handle: string; readonly network: string; readonly by: string };

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

  /** What a network's index shows: how much of each kind, or the names of what words find. */
  askNetwork: async ({ config, db }: Home, { handle, find }: { handle: string; find: string | null }) => {
    const index = openSqliteIndex(join(config.dataFolder, "index.sqlite"));
    try {
      const { id: groupId } = actorOf(db, handle);
      const now = Date.now();
      const counts = await index.counts(groupId, "kind", now);
      const count = (...kinds: string[]) =>
        counts.filter(({ kind }) => kinds.includes(kind)).reduce((sum, one) => sum + one.count, 0);
      const wish = { groupId, now, kinds: ENTRY_KINDS, limit: 100 };
      const { entries } = find === null ? { entries: [] } : await index.search({ ...wish, find });
      return { members: count("gas", "producer"), products: count("product"), names: entries.map(({ name }) => name) };
    } finally {
      await index.close();
    }
  },
};
