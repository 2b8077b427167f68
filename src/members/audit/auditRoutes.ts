// Where those who administer read what happened: at their own desk, or on the whole node for who looks after it.
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadPeriods } from "../../db/periods.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { LIST_QUERY } from "../../web/lists.ts";
import { noteExport } from "../../web/noteExport.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import type { MembersHouse } from "../actions.ts";
import { type AuditScope, eachAudit, listAudit } from "./auditListStore.ts";
import { type AuditOf, auditPage, writeAuditCsv } from "./auditPages.ts";

/** Where the home of who looks after the node leads. */
export const AUDIT_NODE_ENTRY = { href: "/node/audit", label: "audit.navNode" } as const;

const ListQuery = Type.Object(LIST_QUERY);

/** Adds `/desk/{handle}/audit`, `/node/audit` and `/account/audit`, each with its `.csv`. */
export function addAuditRoutes(app: FastifyInstance, house: Pick<MembersHouse, "db">): void {
  const { orm } = house.db;
  const show = (request: FastifyRequest, reply: FastifyReply, whose: AuditOf) => {
    const query = readForm(ListQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const entries = listAudit(orm, scopeOf(request, whose), query.value);
    return sendPage(request, reply, auditPage(pageContext(request, reply), entries, whose, loadPeriods(orm).audit));
  };
  const send = (request: FastifyRequest, reply: FastifyReply, whose: AuditOf) => {
    const query = readForm(ListQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    noteExport(request, "audit");
    const pieces = writeAuditCsv(pageContext(request, reply), eachAudit(orm, scopeOf(request, whose), query.value));
    const file = { name: "audit.csv", type: "text/csv; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(Readable.from(pieces, { objectMode: false }));
  };
  const ways = [
    ["/desk/:handle/audit", { seat: ["admin"] }, "desk"],
    [AUDIT_NODE_ENTRY.href, { nodeAdmin: true }, "node"],
    ["/account/audit", { signedIn: true }, "own"],
  ] as const;
  for (const [path, policy, whose] of ways) {
    app.get(path, { config: { policy } }, (request, reply) => show(request, reply, whose));
    app.get(`${path}.csv`, { config: { policy } }, (request, reply) => send(request, reply, whose));
  }
}

function scopeOf(request: FastifyRequest, whose: AuditOf): AuditScope {
  if (whose === "own") return { aboutId: request.visitor!.personId };
  return { actorId: whose === "node" ? null : request.seat!.actorId };
}
