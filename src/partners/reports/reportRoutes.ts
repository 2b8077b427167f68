// Where people report an actor elsewhere to who looks after the node, and where those decide.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { ROLES } from "../../web/visitor.ts";
import { type Desk, reasonOf, seatOf } from "../deskRoutes.ts";
import { DOMAINS_PATH } from "../hosts/domainPages.ts";
import { blockReported, forwardReport, makeReport, settleReport } from "./reportActions.ts";
import { REPORT_MAX, reportPage, type ShownReport } from "./reportPages.ts";
import { listDecidedReports, listOpenReports, loadReport, type Report } from "./reportStore.ts";

const NODE = { config: { policy: { nodeAdmin: true } as const } };
const PEOPLE = { policy: { seat: ROLES } } as const;
// Each look-up makes this node ask another.
const SENDING = { ...PEOPLE, rateLimit: { max: 10, timeWindow: 60_000 } } as const;
const SHOWN = 100;
const DECIDED_SHOWN = 30;

/** What a person is called, which is another room's matter. */
export type PersonName = (tx: Tx, personId: string) => string | undefined;

const MakeForm = Type.Object({
  who: Type.String({ minLength: 1, maxLength: 500 }),
  about: Type.Optional(Type.String({ maxLength: 2048 })),
  content: Type.String({ minLength: 1, maxLength: REPORT_MAX }),
});
const DecideForm = Type.Object({ id: Type.Integer({ minimum: 1 }) });

/** What the federation page shows of reports. */
export function readReports(tx: Tx, personName: PersonName): { open: ShownReport[]; decided: ShownReport[] } {
  const shown = (report: Report): ShownReport => {
    const { id, host, objects, content, at, actorId, personId, seenAt, decision, decidedBy } = report;
    const group = actorId === null ? "" : (loadActor(tx, actorId)?.name ?? "");
    return {
      ...{ id, host, objects, content, at },
      reporter: personId === null ? null : { person: personName(tx, personId) ?? "?", group },
      decided:
        seenAt === null || decision === null
          ? null
          : { decision, at: seenAt, by: (decidedBy && personName(tx, decidedBy)) ?? "?" },
    };
  };
  const decided = listDecidedReports(tx, DECIDED_SHOWN).map(shown);
  return { open: listOpenReports(tx, SHOWN).map(shown), decided: decided.filter((one) => one.decided !== null) };
}

export function registerReports(app: FastifyInstance, wire: Wire): void {
  registerMaking(app, wire);
  registerDeciding(app, wire);
}

function registerMaking(app: FastifyInstance, wire: Wire): void {
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, isSent = false) =>
    sendPage(request, reply, reportPage(pageContext(request, reply), state, isSent));
  type Asked = Desk & { Querystring: { who?: unknown; about?: unknown; sent?: unknown } };
  app.get<Asked>("/desk/:handle/report", { config: PEOPLE }, (request, reply) => {
    const { who, about, sent } = request.query;
    const text = (value: unknown, most: number) => (typeof value === "string" ? value.slice(0, most) : "");
    return show(request, reply, formOf({ who: text(who, 500), about: text(about, 2048) }), sent === "yes");
  });
  app.post<Desk>("/desk/:handle/report", { config: SENDING }, async (request, reply) => {
    const form = readForm(MakeForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    const { who, about = "", content } = form.value;
    const again = (field: string, reason: string) =>
      show(request, reply, { typed: form.typed, errors: { [field]: reason } });
    const accused = await wire.discover(who.trim());
    if ("failed" in accused) return again("who", reasonOf(accused));
    const { actorId, handle } = seatOf(request);
    const refusal = makeReport(wire, { actorId, personId: request.visitor!.personId }, accused, { about, content });
    if (refusal?.refused === "not-remote") return again("who", refusal.refused);
    if (refusal?.refused === "not-theirs") return again("about", refusal.refused);
    if (refusal) return sendRefusal(request, reply, refusal);
    return reply.redirect(`/desk/${handle}/report?sent=yes`, 303);
  });
}

type Wish = { id: number; decidedBy: string; content: string };

function registerDeciding(app: FastifyInstance, wire: Wire): void {
  const act = (name: string, decide: (wish: Wish) => Refusal | null | Promise<Refusal | null>) =>
    app.post(`${DOMAINS_PATH}/report/${name}`, NODE, async (request, reply) => {
      // The field of the words bears the report's number, so that each has its own label on the page.
      const { id: named, ...rest } = (request.body ?? {}) as Record<string, unknown>;
      const form = readForm(DecideForm, { id: named });
      if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
      const { id } = form.value;
      const field = `content-${id}`;
      const words = readForm(Type.Object({ [field]: Type.Optional(Type.String({ maxLength: REPORT_MAX })) }), rest);
      if (!("value" in words)) return sendRefusal(request, reply, { refused: "bad-request" });
      const content = String(words.value[field] ?? "");
      const refusal = await decide({ id, decidedBy: request.visitor!.personId, content });
      return refusal ? sendRefusal(request, reply, refusal) : reply.redirect(DOMAINS_PATH, 303);
    });
  act("settle", (wish) => settleReport(wire, wish));
  act("block", (wish) => blockReported(wire, wish));
  act("forward", async (wish) => {
    const accused = await wire.senders.findActor(loadReport(wire.db.orm, wish.id)?.accused ?? "");
    return "failed" in accused ? { refused: `peer-${reasonOf(accused)}` } : forwardReport(wire, accused, wish);
  });
}
