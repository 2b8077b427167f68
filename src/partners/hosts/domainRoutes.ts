// The node's federation page: rules for domains, lists in Mastodon's format, reports, refusals.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { ALLOWLIST_FACT, countSecurityEvents, listDomainRules } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { loadFact } from "../../db/facts.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { type FormState, FRESH, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { takeUpload } from "../../web/readUpload.ts";
import { type PersonName, readReports } from "../reports/reportRoutes.ts";
import { blockDomains, chooseAllowlist, dropDomainRule, ruleDomain } from "./domainActions.ts";
import { readDomainCsv, writeDomainCsv } from "./domainCsv.ts";
import { DOMAINS_PATH, domainsPage } from "./domainPages.ts";

const NODE = { policy: { nodeAdmin: true } } as const;
const WEEK = 7 * 86_400_000;

const RuleForm = Type.Object({
  domain: Type.String({ maxLength: 253 }),
  rule: Type.Union([Type.Literal("block"), Type.Literal("allow")]),
  reason: Type.Optional(Type.String({ maxLength: 300 })),
});
const DomainForm = Type.Object({ domain: Type.String({ maxLength: 253 }) });
const ModeForm = Type.Object({ mode: Type.Union([Type.Literal("open"), Type.Literal("allowlist")]) });

export function registerDomains(app: FastifyInstance, wire: Wire, personName: PersonName): void {
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const { orm } = wire.db;
    const view = {
      isAllowlist: loadFact(orm, ALLOWLIST_FACT) === "on",
      rules: listDomainRules(orm),
      reports: readReports(orm, personName),
      refusals: countSecurityEvents(orm, wire.clock.now() - WEEK, 50),
    };
    return sendPage(request, reply, domainsPage(pageContext(request, reply), view, state));
  };
  registerRules(app, wire, show);
  registerLists(app, wire, show);
}

const byOf = (request: FastifyRequest) => request.visitor!.personId;
type Show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => FastifyReply;

function registerRules(app: FastifyInstance, wire: Wire, show: Show): void {
  app.get<{ Querystring: { domain?: string } }>(DOMAINS_PATH, { config: NODE }, (request, reply) => {
    const { domain } = request.query;
    return show(request, reply, typeof domain === "string" ? formOf({ domain: domain.slice(0, 253) }) : FRESH);
  });
  app.post(DOMAINS_PATH, { config: NODE }, (request, reply) => {
    const form = readForm(RuleForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    const done = ruleDomain(wire, { reason: "", ...form.value }, byOf(request));
    if (isRefusal(done)) return show(request, reply, { typed: form.typed, errors: { domain: done.refused } });
    return reply.redirect(DOMAINS_PATH, 303);
  });
  app.post(`${DOMAINS_PATH}/remove`, { config: NODE }, (request, reply) => {
    const form = readForm(DomainForm, request.body);
    const refusal =
      "value" in form ? dropDomainRule(wire, form.value.domain, byOf(request)) : { refused: "bad-request" };
    return refusal ? sendRefusal(request, reply, refusal) : reply.redirect(DOMAINS_PATH, 303);
  });
  app.post(`${DOMAINS_PATH}/mode`, { config: NODE }, (request, reply) => {
    const form = readForm(ModeForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    chooseAllowlist(wire, form.value.mode === "allowlist", byOf(request));
    return reply.redirect(DOMAINS_PATH, 303);
  });
}

function registerLists(app: FastifyInstance, wire: Wire, show: Show): void {
  app.get(`${DOMAINS_PATH}/blocks.csv`, { config: NODE }, (_request, reply) => {
    const blocks = listDomainRules(wire.db.orm).filter(({ rule }) => rule === "block");
    const file = { name: "blocks.csv", type: "text/csv; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(writeDomainCsv(blocks));
  });
  app.post(`${DOMAINS_PATH}/import`, { config: { ...NODE, upload: true } }, async (request, reply) => {
    const file = await takeUpload(request.body, "file");
    if ("refused" in file) return sendRefusal(request, reply, file);
    const read = readDomainCsv(file.bytes.toString("utf8"));
    if (!read) return show(request, reply, { typed: {}, errors: { file: "no-domain-list" } });
    blockDomains(wire, read.domains, byOf(request));
    return reply.redirect(DOMAINS_PATH, 303);
  });
}
