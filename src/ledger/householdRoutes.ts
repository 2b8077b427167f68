// The treasurer's households: who has what, one household's statement, and each thing to do about it on a page of its own.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { creditOf } from "./creditActions.ts";
import { listLimits, listReserved, loadLimit } from "./creditStore.ts";
import {
  actorOf,
  type IdRequest,
  isTreasurer,
  makeKey,
  moneyOf,
  readMoney,
  senderOf,
  TILL_KEEPERS,
  TREASURER,
} from "./deskRoutes.ts";
import { type MoneyDesk, sendLimit, sendMovement } from "./formActions.ts";
import {
  HOUSEHOLD_FORMS,
  type HouseholdForm,
  type HouseholdRow,
  householdFormPage,
  householdPage,
  householdsPage,
  limitPage,
} from "./householdPages.ts";
import { AMOUNT, DAY, KEY, MEMO, movementErrors, readAmount, readSignedAmount, TILL } from "./moneyForm.ts";
import type { Till } from "./movement.ts";
import { registerStatementSheet, StatementQuery, showStatement } from "./statementRoutes.ts";
import { listBalances, loadBalance } from "./store.ts";
import type { MoneyWish } from "./wish.ts";

type FormRequest = FastifyRequest<{ Params: { handle: string; id: string; form: string } }>;

const HouseholdsQuery = Type.Object({
  ...LIST_QUERY,
  done: Type.Optional(Type.String({ maxLength: 20 })),
});
const MoveForm = Type.Object({ key: KEY, amount: AMOUNT, till: Type.Optional(TILL), valuedOn: DAY, memo: MEMO });
const LimitForm = Type.Object({ key: KEY, limit: Type.Optional(AMOUNT) });

export function registerHouseholdRoutes(app: FastifyInstance, desk: MoneyDesk): void {
  registerList(app, desk);
  registerHousehold(app, desk);
  registerLimits(app, desk);
  registerForms(app, desk);
}

function registerList(app: FastifyInstance, desk: MoneyDesk): void {
  app.get("/desk/:handle/money/households", TILL_KEEPERS, (request, reply) => {
    const query = readForm(HouseholdsQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { done } = query.value;
    const actorId = actorOf(request);
    const tx = desk.db.orm;
    const balances = new Map(
      listBalances(tx, actorId, "household").map(({ ref, balanceCents }) => [ref, balanceCents]),
    );
    const reserved = new Map(listReserved(tx, actorId).map(({ householdId, cents }) => [householdId, cents]));
    const households = desk.people
      .households(tx, actorId)
      .map(({ id, name, leftAt }) => ({
        id,
        name,
        hasLeft: leftAt !== null,
        balanceCents: balances.get(id) ?? 0,
        reservedCents: reserved.get(id) ?? 0,
      }))
      // Who left and is square needs nobody's attention.
      .filter(({ hasLeft, balanceCents }) => !hasLeft || balanceCents !== 0);
    const limitCents = listLimits(tx, actorId).find(({ householdId }) => householdId === null)?.cents ?? 0;
    const chips = { below: ({ balanceCents }: HouseholdRow) => balanceCents < 0 };
    const sifted = sift<HouseholdRow>(households, query.value, { text: ({ name }) => name, chips });
    return sendPage(
      request,
      reply,
      householdsPage(pageContext(request, reply), {
        ...{ sifted, limitCents, done },
        isTreasurer: isTreasurer(request),
      }),
    );
  });
}

function findHousehold(desk: MoneyDesk, request: FastifyRequest<{ Params: { id: string } }>) {
  const { id } = request.params;
  const found = desk.people.household(desk.db.orm, actorOf(request), id);
  const own = desk.people.householdOf(desk.db.orm, actorOf(request), request.visitor?.personId ?? "");
  return found && { id, name: found.name, isOwn: own === id };
}

function registerHousehold(app: FastifyInstance, desk: MoneyDesk): void {
  app.get("/desk/:handle/money/households/:id", TREASURER, (request: IdRequest, reply) => {
    const query = readForm(StatementQuery, request.query);
    const household = findHousehold(desk, request);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    if (!household) return sendRefusal(request, reply, { refused: "not-found" });
    const { id } = household;
    const actorId = actorOf(request);
    const account = { kind: "household", ref: id } as const;
    const sheetPath = `${moneyOf(request)}/households/${id}/lines`;
    const statement = showStatement(request, reply, desk, {
      account,
      query: query.value,
      sheetPath,
      isTreasurer: true,
    });
    const credit = creditOf(desk.db.orm, actorId, id);
    const depositCents = loadBalance(desk.db.orm, actorId, { kind: "deposit", ref: id });
    const view = { ...household, credit, depositCents, statement, done: query.value.done };
    return sendPage(request, reply, householdPage(pageContext(request, reply), view));
  });
  registerStatementSheet(app, desk, {
    path: "/desk/:handle/money/households/:id/lines",
    config: TREASURER,
    find: (request) => {
      const found = findHousehold(desk, request);
      const back = `${moneyOf(request)}/households/${request.params.id}`;
      return found && { account: { kind: "household", ref: found.id }, back };
    },
  });
}

function registerLimits(app: FastifyInstance, desk: MoneyDesk): void {
  const route = (
    url: string,
    read: (request: IdRequest) => { id: string; name: string; isOwn: boolean } | null | undefined,
  ) => {
    const show = (request: IdRequest, reply: FastifyReply, state: FormState) => {
      const household = read(request);
      if (household === undefined) return sendRefusal(request, reply, { refused: "not-found" });
      const limitCents = loadLimit(desk.db.orm, actorOf(request), household?.id ?? "");
      const view = { name: household?.name ?? null, limitCents, key: makeKey() };
      return sendPage(request, reply, limitPage(pageContext(request, reply), state, view));
    };
    app.get(url, TREASURER, (request: IdRequest, reply) => show(request, reply, FRESH));
    app.post(url, TREASURER, (request: IdRequest, reply) => {
      const form = readMoney(request, reply, desk, {
        schema: LimitForm,
        show: (state) => show(request, reply, state),
        check: ({ limit }): Record<string, string> =>
          (readSignedAmount(limit) ?? -1) < 0 ? { limit: "bad-amount" } : {},
      });
      if (!form) return reply;
      const household = read(request);
      if (household === undefined) return sendRefusal(request, reply, { refused: "not-found" });
      const { key, limit } = form.value;
      const cents = limit === undefined ? null : readSignedAmount(limit);
      const set = sendLimit(desk, senderOf(request, key), { householdId: household?.id ?? null, cents });
      if (isRefusal(set)) return sendRefusal(request, reply, set);
      const back = household === null ? "households" : `households/${household.id}`;
      return reply.redirect(`${moneyOf(request)}/${back}?done=set`, 303);
    });
  };
  route("/desk/:handle/money/limit", () => null);
  route("/desk/:handle/money/households/:id/limit", (request) => findHousehold(desk, request));
}

function registerForms(app: FastifyInstance, desk: MoneyDesk): void {
  const formOf = (request: FormRequest) =>
    HOUSEHOLD_FORMS.find((form) => form === request.params.form && (form === "top-up" || isTreasurer(request)));
  const show = (request: FormRequest, reply: FastifyReply, state: FormState) => {
    const household = findHousehold(desk, request);
    const form = formOf(request);
    if (!household || !form) return sendRefusal(request, reply, { refused: "not-found" });
    const credit = creditOf(desk.db.orm, actorOf(request), household.id);
    const view = { ...household, form, credit, key: makeKey() };
    return sendPage(request, reply, householdFormPage(pageContext(request, reply), state, view));
  };
  app.get("/desk/:handle/money/households/:id/:form", TILL_KEEPERS, (request: FormRequest, reply) =>
    show(request, reply, FRESH),
  );
  app.post("/desk/:handle/money/households/:id/:form", TILL_KEEPERS, (request: FormRequest, reply) => {
    const household = findHousehold(desk, request);
    const what = formOf(request);
    if (!household || !what) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readMoney(request, reply, desk, {
      schema: MoveForm,
      show: (state) => show(request, reply, state),
      check: (value) => movementErrors(value, desk.clock.now()),
    });
    if (!form) return reply;
    const { key, amount, till = "bank", valuedOn, memo = "" } = form.value;
    const wish = wishOf(what, household.id, till, readAmount(amount) ?? 0);
    const about = valuedOn === undefined ? { memo } : { memo, valuedOn };
    const sent = sendMovement(desk, senderOf(request, key), wish, about);
    if (isRefusal(sent) && sent.refused === "no-reason")
      return show(request, reply, { ...form.state, errors: { memo: "required" } });
    if (isRefusal(sent)) return sendRefusal(request, reply, sent);
    const back = isTreasurer(request) ? `households/${household.id}` : "households";
    return reply.redirect(`${moneyOf(request)}/${back}?done=${"moved" in sent ? "moved" : "asked"}`, 303);
  });
}

function wishOf(form: HouseholdForm, householdId: string, till: Till, cents: number): MoneyWish {
  if (form === "refund") return { kind: "refund", householdId, from: "household", till, cents };
  if (form === "deposit-back") return { kind: "refund", householdId, from: "deposit", till, cents };
  return form === "grant" ? { kind: form, householdId, cents } : { kind: form, householdId, till, cents };
}
