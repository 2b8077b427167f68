// Every address of networks, and what they show on actors' public pages.
import type { FastifyInstance } from "fastify";
import type { Wire } from "../activitypub/wire.ts";
import { registerPublicMembership } from "./membership/publicRoutes.ts";

/** Adds every route of this room. */
export function registerNetwork(app: FastifyInstance, wire: Wire): void {
  registerPublicMembership(app, wire);
}
