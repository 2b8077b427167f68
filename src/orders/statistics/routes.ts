// Where a group's administrator chooses whether its months leave and sees how, and where everybody and others' nodes read those that did.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { answerDocument, answerGone, answerNotFound, wantsActivityJson } from "../../activitypub/answer.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { sendDocument } from "../../activitypub/routes.ts";
import { loadActor, loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type Html, html } from "../../web/html.ts";
import { type DeskEntry, type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { chooseStatistics, previewMonth, revokeMonth } from "./actions.ts";
import { findPublisher, proveMonth, readTold, writeMonthList, writeMonthTombstone } from "./activities.ts";
import { openMonths } from "./month.ts";
import { monthPage, monthsPage, type ShownMonth, statisticsDeskPage } from "./pages.ts";
import { listWritten, loadWritten, type WrittenMonth } from "./store.ts";
import { registerTotals } from "./totalsRoutes.ts";

const PUBLIC = { config: { policy: { public: true as const } } };
const ADMINS = { config: { policy: { seat: ["admin"] as const } } };
const MONTH = "^20\\d\\d-(0[1-9]|1[0-2])$";
const LOOK = {
  ...ADMINS,
  schema: { querystring: Type.Object({ month: Type.Optional(Type.String({ pattern: MONTH })) }) },
};
const ChoiceForm = Type.Object({ shows: Type.Union([Type.Literal("yes"), Type.Literal("no")]) });
const MonthForm = Type.Object({ month: Type.String({ pattern: MONTH }) });
const PATH = "/desk/:handle/statistics";
/** Two years stand on a group's page; older months have their own. */
const ON_PAGE = 24;

/** Where a group's desk leads to its figures. */
export const STATISTICS_DESK: readonly DeskEntry[] = [
  { path: "statistics", label: "statistics.nav", kinds: ["gas"], roles: ["admin"] },
  { path: "statistics/own", label: "statistics.own.nav", kinds: ["gas"], roles: ["admin", "referente"] },
];

/** The figures of a network stand at the same address as a group's; its own room shows them. */
type ShowNetwork = (request: FastifyRequest, reply: FastifyReply, network: LocalActor) => Promise<FastifyReply>;

/** Adds `/desk/{handle}/statistics`, `/{handle}/statistics` and its months. */
export function registerStatistics(app: FastifyInstance, wire: Wire, showNetwork: ShowNetwork): void {
  registerDesk(app, wire);
  registerTotals(app, wire);
  registerMonths(app, wire, showNetwork);
}

/** The way to a group's figures, on its own page. */
export function renderFigures(c: PageContext, actor: LocalActor): Html | "" {
  if (actor.kind !== "gas" || !actor.showsStatistics || actor.goneAt !== null) return "";
  return html`<p><a href="/${actor.handle}/statistics">${c.say("statistics.link")}</a></p>`;
}

function registerDesk(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const back = (request: FastifyRequest, reply: FastifyReply, done: object | Refusal) =>
    isRefusal(done)
      ? sendRefusal(request, reply, done)
      : reply.redirect(`/desk/${request.seat!.handle}/statistics`, 303);
  const who = (request: FastifyRequest) => ({ actorId: request.seat!.actorId, byId: request.visitor!.personId });
  app.get(PATH, LOOK, (request: FastifyRequest<{ Querystring: { month?: string } }>, reply) => {
    const actor = loadActor(orm, request.seat!.actorId);
    if (actor?.kind !== "gas") return sendRefusal(request, reply, { refused: "not-found" });
    const months = listWritten(orm, actor.id);
    const written = months.map(({ month }) => month);
    const open = openMonths(wire.clock.now(), actor.createdAt, written);
    const month = open.find((one) => one === request.query.month) ?? open[0];
    const preview = month === undefined ? null : { month, told: previewMonth(orm, actor.id, month) };
    const shown = months.map((one) => toShown(one));
    const view = { handle: actor.handle, shows: actor.showsStatistics, written: shown, open, preview };
    return sendPage(request, reply, statisticsDeskPage(pageContext(request, reply), view));
  });
  app.post(PATH, ADMINS, (request, reply) => {
    const form = readForm(ChoiceForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return back(request, reply, chooseStatistics(wire, who(request), form.value.shows === "yes"));
  });
  app.post(`${PATH}/revoke`, ADMINS, (request, reply) => {
    const form = readForm(MonthForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return back(request, reply, revokeMonth(wire, who(request), form.value.month));
  });
}

function toShown({ month, document, revokedAt }: WrittenMonth): ShownMonth {
  return { month, told: document && readTold(document), revokedAt };
}

function registerMonths(app: FastifyInstance, wire: Wire, showNetwork: ShowNetwork): void {
  const { orm } = wire.db;
  app.get("/:handle/statistics", PUBLIC, (request: FastifyRequest<{ Params: { handle: string } }>, reply) => {
    const actor = loadActorByHandle(orm, request.params.handle);
    const wantsJson = wantsActivityJson(request.headers.accept);
    if (actor?.kind === "district" && actor.goneAt === null && !wantsJson) return showNetwork(request, reply, actor);
    const group = findPublisher(orm, request.params.handle);
    if (!group) return sendNothing(request, reply);
    reply.header("vary", "accept");
    if (wantsJson) return sendJson(request, reply, writeMonthList(orm, group.id));
    const told = listWritten(orm, group.id).flatMap(({ document }) => (document ? [readTold(document)] : []));
    return sendPage(request, reply, monthsPage(pageContext(request, reply), group, told.slice(0, ON_PAGE)));
  });
  type Asked = FastifyRequest<{ Params: { handle: string; month: string } }>;
  app.get("/:handle/statistics/:month", PUBLIC, (request: Asked, reply) => {
    const group = findPublisher(orm, request.params.handle);
    const written = group && loadWritten(orm, group.id, request.params.month);
    if (!group || !written || (written.document === null && written.revokedAt === null))
      return sendNothing(request, reply);
    reply.header("vary", "accept");
    const wantsJson = wantsActivityJson(request.headers.accept);
    if (written.document === null) {
      if (!wantsJson) return sendRefusal(request, reply, { refused: "gone" });
      return sendDocument(reply, answerGone(writeMonthTombstone(group.id, written)));
    }
    if (wantsJson) return sendJson(request, reply, proveMonth(wire, orm, group.id, written));
    const c = pageContext(request, reply);
    return sendPage(request, reply, monthPage(c, group, readTold(written.document), written.createdAt));
  });
}

function sendJson(request: FastifyRequest, reply: FastifyReply, document: JsonObject): FastifyReply {
  return sendDocument(reply, answerDocument(document, { ifNoneMatch: request.headers["if-none-match"] }));
}

function sendNothing(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return wantsActivityJson(request.headers.accept)
    ? sendDocument(reply, answerNotFound())
    : sendRefusal(request, reply, { refused: "not-found" });
}
