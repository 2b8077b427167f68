// Every address of gatherings, where desks lead to them, and what they show on an actor's public page.
import type { FastifyInstance } from "fastify";
import type { LocalActor } from "../activitypub/actor.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { Html } from "../web/html.ts";
import type { PageContext } from "../web/page.ts";
import { registerBooking } from "./bookRoutes.ts";
import { registerGatheringsDesk } from "./deskRoutes.ts";
import { registerGatheringFeeds } from "./feedRoutes.ts";
import type { GatheringHouse } from "./materialActions.ts";
import { registerPublicNews } from "./news/publicRoutes.ts";
import { registerNewsDesk } from "./news/routes.ts";
import { nextGatherings } from "./pages.ts";
import { registerPeople } from "./peopleRoutes.ts";
import { registerPublicGatherings } from "./publicRoutes.ts";
import { listComing } from "./store.ts";

const SHOWN = 3;

/** Adds every route of this room. */
export function registerGatherings(app: FastifyInstance, parts: GatheringHouse): void {
  registerPublicGatherings(app, parts);
  registerBooking(app, parts);
  registerGatheringFeeds(app, parts.wire);
  registerGatheringsDesk(app, parts);
  registerPeople(app, parts);
  registerPublicNews(app, parts.wire);
  registerNewsDesk(app, parts);
}

/** The next gatherings of an actor on its public page; "" where there is none. */
export function renderGatherings({ db }: Wire, c: PageContext, actor: LocalActor): Html | "" {
  if (actor.kind === "node") return "";
  return nextGatherings(c, actor, listComing(db.orm, actor.id, c.now, SHOWN));
}
