// Where who looks after the node sees how it is with every other node, has letters tried again, and holds them.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { isBlockedHost, readBlocks } from "../../activitypub/blocks.ts";
import { holdHost, retryAll } from "../../activitypub/outboxListStore.ts";
import { listActors, listDomainRules } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { LIST_QUERY, listQuery, sift } from "../../web/lists.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { countOpenReports } from "../reports/reportStore.ts";
import { healthOf } from "./health.ts";
import { listHosts } from "./hostStore.ts";
import { HOSTS_PATH, nodeHostsPage } from "./nodeHostPages.ts";
import { pausePartner, resumePartner } from "./pauseActions.ts";

const NODE = { config: { policy: { nodeAdmin: true as const } } };
const DAY = 86_400_000;
const HostForm = Type.Object({ host: Type.String({ maxLength: 300 }) });
const Query = Type.Object({ ...LIST_QUERY });

/** Adds `/node/partners`. */
export function registerNodeHosts(app: FastifyInstance, wire: Wire): void {
  app.get(HOSTS_PATH, NODE, (request, reply) => {
    const query = readForm(Query, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { orm } = wire.db;
    const rules = listDomainRules(orm).filter(({ rule }) => rule === "block");
    const blocks = readBlocks(rules.map(({ domain }) => domain));
    const hosts = sift(listHosts(orm, wire.clock.now()), query.value, {
      text: ({ host }) => host,
      chips: { trouble: (facts) => ["paused", "to-verify", "other-version", "silent"].includes(healthOf(facts)) },
    });
    const blocked = new Set(
      hosts.items.map(({ host }) => host).filter((host) => isBlockedHost(new URL(`https://${host}`).hostname, blocks)),
    );
    const view = { hosts, blocked, reports: countOpenReports(orm) };
    return sendPage(request, reply, nodeHostsPage(pageContext(request, reply), view));
  });
  const onHost = (path: string, act: (host: string, byId: string) => Refusal | undefined) =>
    app.post(`${HOSTS_PATH}/${path}`, NODE, (request, reply) => {
      const form = readForm(HostForm, request.body);
      const query = readForm(Query, request.query);
      if (!("value" in form) || "refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
      const { find = "", only = "", page } = query.value;
      const refusal = act(form.value.host, request.visitor!.personId);
      if (refusal) return sendRefusal(request, reply, refusal);
      return reply.redirect(`${HOSTS_PATH}${listQuery({ find, only }, page ? { page } : {})}`, 303);
    });
  const forEach = (act: (tx: Tx, actorId: string, now: number) => unknown): undefined =>
    transact(wire.db, (tx) => {
      for (const { id } of listActors(tx)) act(tx, id, wire.clock.now());
      return undefined;
    });
  onHost("retry", (host) => forEach((tx, actorId, now) => retryAll(tx, actorId, now, host)));
  onHost("hold", (host) => forEach((tx, actorId, now) => holdHost(tx, actorId, host, now + DAY)));
  onHost("pause", (host, byId) => pausePartner(wire, host, byId));
  onHost("resume", (host, byId) => resumePartner(wire, host, byId));
}
