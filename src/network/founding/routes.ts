// Every address about new groups, and where desks and the node's home lead to them.
import type { FastifyInstance } from "fastify";
import type { DeskEntry } from "../../web/page.ts";
import { BUDDING_ENTRY, registerBudding } from "./budRoutes.ts";
import { FOUNDING_ENTRY, HOSTING_NODE_ENTRY, registerFoundingDesk, registerHosting } from "./deskRoutes.ts";
import type { FoundingParts } from "./hostActions.ts";
import { registerNear } from "./nearRoutes.ts";
import { registerStart } from "./startRoutes.ts";

/** Where desks lead to it. */
export const FOUNDING_DESK: readonly DeskEntry[] = [FOUNDING_ENTRY, BUDDING_ENTRY];

/** Where the home of who looks after the node leads. */
export const FOUNDING_NODE_ENTRIES = [HOSTING_NODE_ENTRY] as const;

/** Adds `/{handle}/near`, `/{handle}/start`, a network's and a group's desk, and `/node/hosting`. */
export function registerFounding(app: FastifyInstance, parts: FoundingParts): void {
  registerNear(app, parts);
  registerStart(app, parts);
  registerFoundingDesk(app, parts);
  registerHosting(app, parts);
  registerBudding(app, parts);
}
