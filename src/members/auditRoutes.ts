// Where those who administer read what happened: at their own desk, or on the whole node for who looks after it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { sendRefusal } from "../web/errors.ts";
import { LIST_QUERY } from "../web/lists.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import type { MembersHouse } from "./actions.ts";
import { listAudit } from "./auditListStore.ts";
import { auditPage } from "./auditPages.ts";

/** Where the home of who looks after the node leads. */
export const AUDIT_NODE_ENTRY = { href: "/node/audit", label: "audit.navNode" } as const;

const ListQuery = Type.Object(LIST_QUERY);

/** Adds `/desk/{handle}/audit` and `/node/audit`. */
export function addAuditRoutes(app: FastifyInstance, house: Pick<MembersHouse, "db">): void {
  const show = (request: FastifyRequest, reply: FastifyReply, actorId: string | null) => {
    const query = readForm(ListQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const entries = listAudit(house.db.orm, actorId, query.value);
    return sendPage(request, reply, auditPage(pageContext(request, reply), entries, actorId === null));
  };
  app.get("/desk/:handle/audit", { config: { policy: { seat: ["admin"] } } }, (request, reply) =>
    show(request, reply, request.seat!.actorId),
  );
  app.get(AUDIT_NODE_ENTRY.href, { config: { policy: { nodeAdmin: true } } }, (request, reply) =>
    show(request, reply, null),
  );
}
