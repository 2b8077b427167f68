// The public page that says how far this node can be used by everybody, and where to write when it cannot.
import type { FastifyInstance } from "fastify";
import { listActors } from "../activitypub/store.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { accessibilityPage } from "./accessibilityPages.ts";
import type { MembersHouse } from "./actions.ts";

/** Adds `/accessibility`. `contact`: who looks after the node, an address of mail or of the web; null where none is set. */
export function addAccessibilityRoutes(
  app: FastifyInstance,
  { db }: Pick<MembersHouse, "db">,
  node: { readonly contact: string | null; readonly version: string },
): void {
  app.get("/accessibility", { config: { policy: { public: true } } }, (request, reply) => {
    const groups = listActors(db.orm).filter(
      ({ kind, discoverable, contact }) => kind !== "node" && discoverable && contact !== "",
    );
    return sendPage(request, reply, accessibilityPage(pageContext(request, reply), { ...node, groups }));
  });
}
