// A group's desk for becoming two: who administers proposes, households answer and later go along, treasurers settle.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor } from "../../activitypub/store.ts";
import type { Tx } from "../../db/transact.ts";
import { SHEET_FILES } from "../../exchange/writePdf.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { standingOf } from "../../ledger/creditActions.ts";
import { householdOf, listHouseholds } from "../../members/households/householdStore.ts";
import { isPartner, listAllOpen } from "../../partners/pacts/pactStore.ts";
import { loadPeerName } from "../../partners/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import type { Html } from "../../web/html.ts";
import { type DeskEntry, type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { sendSheet, splitEnding } from "../../web/sheetPage.ts";
import { holdsRole } from "../../web/visitor.ts";
import { findComune } from "../places/places.ts";
import {
  answerBud,
  askToMake,
  dropBud,
  enterBud,
  listBalances,
  listGoing,
  proposeBud,
  weighGroup,
} from "./budActions.ts";
import { type BudView, balancesName, balancesSheet, budNote, budPage, type PactToRedo } from "./budPages.ts";
import { type Budding, findOpenBudding, findOrigin, listAnswers, listMadeBuddings } from "./budStore.ts";
import type { FoundingParts } from "./hostActions.ts";

const PEOPLE = { config: { policy: { seat: ["admin", "treasurer", "member"] as const } } };
const ADMIN = { config: { policy: { seat: ["admin"] as const } } };
const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const BOOKS = { config: { policy: { seat: ["admin", "treasurer"] as const } } };
const FIELD_REASONS: Readonly<Record<string, string>> = { "handle-taken": "taken", "bad-handle": "bad-handle" };

/** Where a group's desk leads to it; members are led there while there is something to answer. */
export const BUDDING_ENTRY: DeskEntry = {
  ...{ path: "budding", label: "founding.bud.nav", kinds: ["gas"], roles: ["admin", "treasurer"] },
};

type Desk = { Params: { handle: string } };
const Nothing = Type.Object({});
const ProposeForm = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 100 }),
  comune: Type.String({ minLength: 1, maxLength: 80 }),
  handle: Type.String({ minLength: 1, maxLength: 30 }),
});
const AnswerForm = Type.Object({
  says: Type.Union([Type.Literal("yes"), Type.Literal("no")]),
  offersToRun: Type.Boolean(),
});

/** Adds `/desk/{handle}/budding`. */
export function registerBudding(app: FastifyInstance, { wire, house }: FoundingParts): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/budding";
  const here = (request: FastifyRequest) => `/desk/${request.seat!.handle}/budding?saved=1`;
  const keyOf = (request: FastifyRequest) => ({
    actorId: request.seat!.actorId,
    byId: request.visitor!.personId,
  });
  const isGroup = (request: FastifyRequest) => request.seat!.actorKind === "gas";
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    if (!isGroup(request)) return sendRefusal(request, reply, { refused: "not-found" });
    return sendPage(request, reply, budPage(pageContext(request, reply), state, viewOf(orm, request)));
  };
  app.get<Desk>(path, PEOPLE, (request, reply) => show(request, reply, FRESH));
  app.post<Desk>(path, ADMIN, (request, reply) => {
    const form = readForm(ProposeForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    const { typed } = form;
    const place = findComune(form.value.comune);
    if (!place) return show(request, reply, { typed, errors: { comune: "unknown-place" } });
    const { name, handle } = form.value;
    const asked = proposeBud(house, keyOf(request), { name, handle, place });
    if (!isRefusal(asked)) return reply.redirect(here(request), 303);
    const reason = FIELD_REASONS[asked.refused];
    return reason ? show(request, reply, { typed, errors: { handle: reason } }) : sendRefusal(request, reply, asked);
  });
  app.post<Desk>(`${path}/answer`, MEMBERS, (request, reply) => {
    const form = readForm(AnswerForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const said = answerBud(house, keyOf(request), form.value);
    return isRefusal(said) ? sendRefusal(request, reply, said) : reply.redirect(here(request), 303);
  });
  app.post<Desk>(`${path}/enter`, MEMBERS, (request, reply) => {
    if ("refused" in readForm(Nothing, request.body)) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actorId, byId: personId } = keyOf(request);
    const made = listMadeBuddings(orm, actorId);
    const budding = made.find((one) => mayEnter(orm, one, personId)) ?? made[0];
    const entered = budding ? enterBud(house, { buddingId: budding.id, personId }) : { refused: "not-found" };
    if (isRefusal(entered)) return sendRefusal(request, reply, entered);
    return reply.redirect(`/desk/${entered.handle}/orders`, 303);
  });
  const end = (name: string, act: (key: ReturnType<typeof keyOf>) => object) =>
    app.post<Desk>(`${path}/${name}`, ADMIN, (request, reply) => {
      if ("refused" in readForm(Nothing, request.body)) return sendRefusal(request, reply, { refused: "bad-request" });
      const done = act(keyOf(request));
      return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(here(request), 303);
    });
  end("ready", (key) => askToMake(house, key));
  end("drop", (key) => dropBud(house, key));
  registerBalances(app, orm);
}

/** The table for both treasurers: on the screen, on paper, as CSV and PDF. */
function registerBalances(app: FastifyInstance, orm: Tx): void {
  app.get<{ Params: { handle: string; file: string } }>("/desk/:handle/budding/:file", BOOKS, (request, reply) => {
    const { actorId, handle } = request.seat!;
    const file = splitEnding(request.params.file);
    const origin = findOrigin(orm, actorId);
    const all = [...listMadeBuddings(orm, actorId), ...(origin ? [origin] : [])];
    // Of several each has its own; the latest also without a name.
    const budding = file?.name === "balances" ? all[0] : all.find((one) => file?.name === balancesName(one));
    if (!file || !budding) return sendRefusal(request, reply, { refused: "not-found" });
    const c = pageContext(request, reply);
    const names = { old: loadActor(orm, budding.actorId)?.name ?? "", made: budding.name };
    const sheet = balancesSheet(c, names, listBalances(orm, budding, standingOf));
    const base = `/desk/${handle}/budding/${file.name}`;
    const back = { href: `/desk/${handle}/budding`, label: c.say("founding.bud.title") };
    const headingLabel = c.say("founding.bud.title");
    return sendSheet(request, reply, sheet, { ...file, headingLabel, base, back }, SHEET_FILES);
  });
}

/** What a member's home says of a proposal that their household has not answered. */
export function renderBudNote(tx: Tx, c: PageContext, actorId: string, personId: string): Html | "" {
  const budding = findOpenBudding(tx, actorId);
  const household = budding && householdOf(tx, actorId, personId);
  if (!budding || !household) return "";
  const isAnswered = listAnswers(tx, budding.id).some(({ householdId }) => householdId === household.id);
  return isAnswered ? "" : budNote(c, c.seat?.handle ?? "", budding);
}

function viewOf(tx: Tx, request: FastifyRequest): BudView {
  const { actorId } = request.seat!;
  const { personId } = request.visitor!;
  const budding = findOpenBudding(tx, actorId) ?? null;
  const going = budding ? listGoing(tx, budding) : [];
  const household = householdOf(tx, actorId, personId);
  const answer = budding ? listAnswers(tx, budding.id).find(({ householdId }) => householdId === household?.id) : null;
  const here = new Set(listHouseholds(tx, actorId).map(({ id }) => id));
  const { saved } = request.query as { saved?: unknown };
  return {
    full: weighGroup(tx, actorId),
    budding,
    made: listMadeBuddings(tx, actorId).map((one) => ({
      budding: one,
      newHandle: one.madeId === null ? "" : (loadActor(tx, one.madeId)?.handle ?? ""),
      mayEnter: mayEnter(tx, one, personId),
    })),
    going: going.length,
    staying: budding
      ? listAnswers(tx, budding.id).filter(({ says, householdId }) => says === "no" && here.has(householdId)).length
      : 0,
    mine: household ? { answer: answer ?? null } : null,
    isAdmin: holdsRole(request.visitor, actorId, ["admin"]),
    keepsBooks: holdsRole(request.visitor, actorId, ["admin", "treasurer"]),
    origin: originOf(tx, actorId),
    isSaved: saved === "1",
  };
}

/** Whether that group is made, the person's household goes along and they have no place there yet. */
function mayEnter(tx: Tx, budding: Budding, personId: string): boolean {
  const home = householdOf(tx, budding.actorId, personId)?.id;
  const isGoing = listGoing(tx, budding).some(({ householdId }) => householdId === home);
  return budding.madeId !== null && isGoing && !householdOf(tx, budding.madeId, personId);
}

function originOf(tx: Tx, actorId: string): BudView["origin"] {
  const origin = findOrigin(tx, actorId);
  if (!origin) return null;
  return { budding: origin, name: loadActor(tx, origin.actorId)?.name ?? "", pacts: listPactsToRedo(tx, origin) };
}

/** With whom the old group has a pact and the new one none yet. */
function listPactsToRedo(tx: Tx, { actorId, madeId }: Budding): PactToRedo[] {
  const peers = new Set(listAllOpen(tx, actorId).map(({ peer }) => peer));
  return [...peers]
    .filter((peer) => madeId !== null && !isPartner(tx, madeId, peer))
    .map((id) => ({ id, name: loadPeerName(tx, id).name }))
    .sort((a, b) => a.name.localeCompare(b.name, "it"));
}
