// Every address of networks, where desks lead to them, and what they show on actors' public pages.
import type { FastifyInstance } from "fastify";
import type { LocalActor } from "../activitypub/actor.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { Html } from "../web/html.ts";
import type { DeskEntry, PageContext } from "../web/page.ts";
import { MEMBERS_ENTRY, registerNetworkDesk } from "./membership/deskRoutes.ts";
import { NETWORKS_ENTRY, registerJoining } from "./membership/joinRoutes.ts";
import { registerPublicMembership, renderMembership } from "./membership/publicRoutes.ts";

/** Where desks lead to this room. */
export const NETWORK_DESK: readonly DeskEntry[] = [MEMBERS_ENTRY, NETWORKS_ENTRY];

/** Adds every route of this room. */
export function registerNetwork(app: FastifyInstance, wire: Wire): void {
  registerPublicMembership(app, wire);
  registerNetworkDesk(app, wire);
  registerJoining(app, wire);
}

/** What an actor's public page shows of networks. */
export function renderNetwork(wire: Wire, c: PageContext, actor: LocalActor): Html | "" {
  return renderMembership(wire, c, actor);
}
