// Every address of networks, where desks lead to them, and what they show on actors' public pages.
import type { FastifyInstance } from "fastify";
import type { LocalActor } from "../activitypub/actor.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Html, html } from "../web/html.ts";
import type { DeskEntry, PageContext } from "../web/page.ts";
import { registerFeeds } from "./directory/feedRoutes.ts";
import { registerDirectory, renderDirectoryWays } from "./directory/routes.ts";
import { HUB_DESK, registerHub } from "./hub/routes.ts";
import type { IndexDoor } from "./index/openStore.ts";
import { MEMBERS_ENTRY, registerNetworkDesk } from "./membership/deskRoutes.ts";
import { NETWORKS_ENTRY, registerJoining } from "./membership/joinRoutes.ts";
import { registerPublicMembership, renderMembership } from "./membership/publicRoutes.ts";
import { registerOpenData } from "./opendata/routes.ts";
import { registerSources, SOURCES_DESK } from "./reading/routes.ts";

/** Where desks lead to this room. */
export const NETWORK_DESK: readonly DeskEntry[] = [MEMBERS_ENTRY, ...SOURCES_DESK, NETWORKS_ENTRY, ...HUB_DESK];

/** Adds every route of this room. */
export function registerNetwork(app: FastifyInstance, wire: Wire, index: IndexDoor): void {
  registerSources(app, wire);
  registerPublicMembership(app, wire);
  registerNetworkDesk(app, wire);
  registerJoining(app, wire);
  registerDirectory(app, { wire, index });
  registerFeeds(app, { wire, index });
  registerHub(app, { wire, index });
  registerOpenData(app, { wire, index });
}

/** What an actor's public page shows of networks. */
export function renderNetwork(wire: Wire, c: PageContext, actor: LocalActor): Html | "" {
  return html`${renderDirectoryWays(c, actor)}${renderMembership(wire, c, actor)}`;
}
