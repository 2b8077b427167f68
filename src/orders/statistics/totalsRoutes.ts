// A group's own figures, for those who administer or run its orders: on the screen and as CSV. Nothing of them leaves the node.
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { SHEET_FILES } from "../../exchange/writePdf.ts";
import { addMonths } from "../../kernel/time.ts";
import { listHouseholds } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { noteExport } from "../../web/noteExport.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { holdsRole, producersInReach, type Role } from "../../web/visitor.ts";
import { listCharged } from "./store.ts";
import { addUpTotals, CUTS, type Cut, ENTERED, instantsOf, readSpan, type TotalRow } from "./totals.ts";
import { type TotalsView, totalsPage, totalsSheet } from "./totalsPages.ts";

const RUN_ROLES: readonly Role[] = ["admin", "referente"];
const LOOK = {
  config: { policy: { seat: RUN_ROLES, of: "reach" } as const },
  schema: {
    querystring: Type.Object({
      by: Type.Optional(Type.Enum(CUTS)),
      from: Type.Optional(Type.String({ maxLength: 10 })),
      to: Type.Optional(Type.String({ maxLength: 10 })),
    }),
  },
};
type Asked = FastifyRequest<{ Querystring: { by?: Cut; from?: string; to?: string } }>;
const PATH = "/desk/:handle/statistics/own";

/** Adds `/desk/{handle}/statistics/own` and its `.csv`. */
export function registerTotals(app: FastifyInstance, wire: Wire): void {
  app.get(PATH, LOOK, (request: Asked, reply) => {
    const c = pageContext(request, reply);
    const view = readTotals(wire, request, c);
    return view ? sendPage(request, reply, totalsPage(c, view)) : sendRefusal(request, reply, { refused: "not-found" });
  });
  app.get(`${PATH}.csv`, LOOK, (request: Asked, reply) => {
    const c = pageContext(request, reply);
    const view = readTotals(wire, request, c);
    if (!view) return sendRefusal(request, reply, { refused: "not-found" });
    const { cut, span } = view;
    noteExport(request, `totals ${cut} ${span.from} ${span.to}`);
    const name = `${cut}-${span.from}-${span.to}.csv`;
    const file = { name, type: "text/csv; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(SHEET_FILES.csv(totalsSheet(c, view), ""));
  });
}

/** What the address asks for; null for an actor that is no group. A referente of named producers sees theirs alone. */
function readTotals(wire: Wire, request: Asked, c: PageContext): TotalsView | null {
  const { orm } = wire.db;
  const { actorId, handle } = request.seat!;
  if (loadActor(orm, actorId)?.kind !== "gas") return null;
  const now = wire.clock.now();
  const { by: cut = "producer", from, to } = request.query;
  const span = readSpan({ ...(from && { from }), ...(to && { to }) }, now);
  const reach = producersInReach(request.visitor, actorId, RUN_ROLES);
  const thisYear = readSpan({}, now);
  const year = Number(thisYear.to.slice(0, 4)) - 1;
  return {
    ...{ cut, span },
    periods: [
      { word: "thisYear", span: thisYear },
      { word: "lastYear", span: { from: `${year}-01-01`, to: `${year}-12-31` } },
      { word: "twelve", span: { from: addMonths(thisYear.to, -12), to: thisYear.to } },
    ],
    totals: addUpTotals(listCharged(orm, actorId, instantsOf(span), reach), cut),
    nameOf: nameRows(wire, c, actorId, cut),
    isNarrow: reach !== null,
    publishHref: holdsRole(request.visitor, actorId, ["admin"]) ? `/desk/${handle}/statistics` : null,
  };
}

function nameRows({ db: { orm } }: Wire, { say }: PageContext, actorId: string, cut: Cut): (row: TotalRow) => string {
  if (cut === "category")
    return ({ key, name }) =>
      key === ENTERED ? say("statistics.own.entered") : name || say("statistics.own.noCategory");
  if (cut === "producer")
    return ({ key }) => loadRemoteActor(orm, key)?.name || loadActor(orm, key)?.name || new URL(key).host;
  const names = new Map(listHouseholds(orm, actorId, true).map(({ id, name }) => [id, name]));
  return ({ key }) => names.get(key) || say("statistics.own.gone");
}
