// The public page that says what this node knows of people.
import type { FastifyInstance } from "fastify";
import { listActors } from "../../activitypub/store.ts";
import { loadPeriods } from "../../db/periods.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import type { MembersHouse } from "../actions.ts";
import { privacyPage } from "./privacyPages.ts";

/** Adds `/privacy`. */
export function addPrivacyRoutes(app: FastifyInstance, { db }: Pick<MembersHouse, "db">): void {
  app.get("/privacy", { config: { policy: { public: true } } }, (request, reply) => {
    const controllers = listActors(db.orm).filter(({ kind, discoverable }) => kind !== "node" && discoverable);
    return sendPage(request, reply, privacyPage(pageContext(request, reply), controllers, loadPeriods(db.orm)));
  });
}
