// Every address of networks, where desks lead to them, and what they show on actors' public pages.
import type { FastifyInstance } from "fastify";
import type { LocalActor } from "../activitypub/actor.ts";
import { loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Html, html } from "../web/html.ts";
import type { DeskEntry, PageContext } from "../web/page.ts";
import { registerFeeds } from "./directory/feedRoutes.ts";
import { type DirectoryHouse, registerDirectory, renderDirectoryWays } from "./directory/routes.ts";
import { HUB_DESK, registerHub } from "./hub/routes.ts";
import type { FoundEntry, ShownIndex } from "./index/networkIndex.ts";
import type { IndexDoor } from "./index/openStore.ts";
import { MEMBERS_ENTRY, registerNetworkDesk } from "./membership/deskRoutes.ts";
import { NETWORKS_ENTRY, registerJoining } from "./membership/joinRoutes.ts";
import { registerPublicMembership, renderMembership } from "./membership/publicRoutes.ts";
import { registerOpenData } from "./opendata/routes.ts";
import { heardAt } from "./reading/freshness.ts";
import { registerSources, SOURCES_DESK } from "./reading/routes.ts";
import { listHeard } from "./reading/store.ts";

/** Where desks lead to this room. */
export const NETWORK_DESK: readonly DeskEntry[] = [MEMBERS_ENTRY, ...SOURCES_DESK, NETWORKS_ENTRY, ...HUB_DESK];

/** Adds every route of this room. */
export function registerNetwork(app: FastifyInstance, wire: Wire, index: IndexDoor): void {
  registerSources(app, wire);
  registerPublicMembership(app, wire);
  registerNetworkDesk(app, wire);
  registerJoining(app, wire);
  const shown: DirectoryHouse = {
    findNetwork: async (handle) => findNetwork(wire, handle),
    index: { open: async () => dateParts(wire, await index.open()) },
    clock: wire.clock,
  };
  registerDirectory(app, shown);
  registerFeeds(app, shown);
  registerHub(app, { wire, index });
  registerOpenData(app, { wire, index });
}

/** Each entry as old as the part of its source that it came with: a producer may answer for itself while its list fails. */
function dateParts({ db }: Wire, { counts, search }: ShownIndex): ShownIndex {
  return {
    counts,
    search: async (query) => {
      const { entries, next } = await search(query);
      const heard = listHeard(db.orm, [...new Set(entries.map(({ sourceId }) => sourceId))]);
      const date = (entry: FoundEntry): FoundEntry => {
        return { ...entry, contactAt: heardAt(entry.kind, heard.get(entry.sourceId), entry.contactAt) };
      };
      return { entries: entries.map(date), next };
    },
  };
}

function findNetwork(wire: Wire, handle: string): LocalActor | null {
  const actor = loadActorByHandle(wire.db.orm, handle);
  return actor?.kind === "district" && actor.goneAt === null ? actor : null;
}

/** What an actor's public page shows of networks. */
export function renderNetwork(wire: Wire, c: PageContext, actor: LocalActor): Html | "" {
  return html`${renderDirectoryWays(c, actor)}${renderMembership(wire, c, actor)}`;
}
