// A person's data in their own hands: the list, the file, the erasure; and the erasure of somebody by who administers. C51, C52.
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadPeriods } from "../../db/periods.ts";
import { transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { sentenceOf } from "../../web/refusals.ts";
import { endSession } from "../../web/sessions.ts";
import { isFresh } from "../../web/visitor.ts";
import type { Say } from "../../web/words.ts";
import type { MembersHouse } from "../actions.ts";
import { listPlaces } from "../seatStore.ts";
import { PERSONAL_TABLES } from "./dataMap.ts";
import { goodbyePage, ownDataPage } from "./dataPages.ts";
import { type ErasureDesk, erasePerson, weighErasure } from "./erasureActions.ts";
import { countPersonRows, listBookedNames, listPersonRows } from "./personDataStore.ts";
import { writePersonFile } from "./personFile.ts";
import { tellPeriods } from "./retentionPages.ts";

const SIGNED_IN = { config: { policy: { signedIn: true }, rateLimit: { max: 20, timeWindow: 60_000 } } } as const;
const ADMIN = { config: { policy: { seat: ["admin"] } } } as const;
const SureForm = Type.Object({ sure: Type.Literal("on") });

type PersonRequest = FastifyRequest<{ Params: { handle: string; person: string } }>;
type Rooms = Pick<ErasureDesk, "standingOf" | "openOrdersOf" | "keepErasure">;

/** Adds `/account/data`, `/account/erase` and `/desk/{handle}/people/{person}/erase`. */
export function addDataRoutes(app: FastifyInstance, house: MembersHouse, rooms: Rooms): void {
  const { db, clock, language } = house;
  const { standingOf, openOrdersOf, keepErasure } = rooms;
  const desk: ErasureDesk = { db, clock, language, standingOf, openOrdersOf, keepErasure };
  addExport(app, house, desk);
  addErasure(app, desk);
}

function refuseStale(request: FastifyRequest, reply: FastifyReply, next: string): FastifyReply | null {
  if (isFresh(request.visitor!, request.server.web.clock.now())) return null;
  return sendRefusal(request, reply, { refused: "own-sign-in-again", next });
}

function addExport(app: FastifyInstance, house: MembersHouse, desk: ErasureDesk): void {
  const { db } = house;
  app.get("/account/data", SIGNED_IN, (request, reply) => {
    const { personId } = request.visitor!;
    const c = pageContext(request, reply);
    const counted = PERSONAL_TABLES.map((map) => ({ table: map.table, rows: countPersonRows(db, map, personId) }));
    const obstacle = weighErasure(desk, db.orm, personId);
    const view = { counts: counted.filter(({ rows }) => rows > 0), obstacle: obstacle && wordOf(obstacle, c.say) };
    return sendPage(request, reply, ownDataPage(c, view));
  });
  app.post("/account/data", SIGNED_IN, (request, reply) => {
    const stale = refuseStale(request, reply, "/account/data");
    if (stale) return stale;
    const { personId } = request.visitor!;
    const at = house.clock.now();
    const entry = { actorId: null, byId: personId, aboutId: personId, detail: "", at };
    transact(db, (tx) => recordAudit(tx, { what: "own-data", ...entry }));
    const { say } = pageContext(request, reply);
    const periods = tellPeriods(say, loadPeriods(db.orm));
    const pieces = writePersonFile(
      { origin: house.origin, personId, at },
      {
        describe: (key) => say(`privacy.${key}`, periods),
        rowsOf: (map) => listPersonRows(db, map, personId),
        names: () => listBookedNames(db, personId),
      },
    );
    const name = `filiera-${new Date(at).toISOString().slice(0, 10)}.json`;
    const file = { name, type: "application/json; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(Readable.from(pieces));
  });
}

/** The sentence of what keeps somebody here, said to themselves. */
function wordOf(obstacle: Refusal, say: Say): string {
  return obstacle.refused === "last-admin" ? say("data.onlyAdmin") : sentenceOf(obstacle, say);
}

function addErasure(app: FastifyInstance, desk: ErasureDesk): void {
  app.post("/account/erase", SIGNED_IN, (request, reply) => {
    const stale = refuseStale(request, reply, "/account/data");
    if (stale) return stale;
    if ("refused" in readForm(SureForm, request.body)) return sendRefusal(request, reply, { refused: "not-sure" });
    const { personId } = request.visitor!;
    const done = erasePerson(desk, personId, personId);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    endSession(request, reply);
    request.visitor = null;
    return sendPage(request, reply, goodbyePage(pageContext(request, reply)));
  });
  app.post("/desk/:handle/people/:person/erase", ADMIN, (request: PersonRequest, reply) => {
    const { handle, person } = request.params;
    const stale = refuseStale(request, reply, `/desk/${handle}/people/${person}`);
    if (stale) return stale;
    if ("refused" in readForm(SureForm, request.body)) return sendRefusal(request, reply, { refused: "not-sure" });
    const { personId } = request.visitor!;
    const sitsHere = listPlaces(desk.db.orm, person).some(({ actorId }) => actorId === request.seat!.actorId);
    // Who leaves themselves does it from their own page.
    const done: object =
      sitsHere && person !== personId ? erasePerson(desk, person, personId) : { refused: "not-found" };
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${handle}/people`, 303);
  });
}
