// The rest of the treasurer's desk: annual fee, transfers, requests for a second person, the year and its file.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal } from "../kernel/refusal.ts";
import { romeTime } from "../kernel/time.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import { noteExport } from "../web/noteExport.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import type { Say } from "../web/words.ts";
import { writeLedgerCsv } from "./csv.ts";
import { feePreviewPage, feesPage, type RequestView, requestsPage, transferPage, yearPage } from "./deskPages.ts";
import {
  actorOf,
  csvWords,
  EYES,
  type IdRequest,
  makeKey,
  moneyOf,
  nameOf,
  orderName,
  readMoney,
  sendCsv,
  senderOf,
  TREASURER,
} from "./deskRoutes.ts";
import { type MoneyDesk, sendDecision, sendFees, sendMovement } from "./formActions.ts";
import { hasPaidFee } from "./moneyActions.ts";
import { AMOUNT, DAY, DONE_QUERY, KEY, movementErrors, readAmount } from "./moneyForm.ts";
import { readWish } from "./requestActions.ts";
import { listRequests, type MoneyRequest } from "./requestStore.ts";
import { eachMovement, readYear } from "./statementStore.ts";
import { loadBalance } from "./store.ts";
import { loadInvoice } from "./supplierStore.ts";
import { householdOfWish, type MoneyWish, OWN_KINDS } from "./wish.ts";

const Year = Type.Integer({ minimum: 2000, maximum: 2200 });
const YearQuery = Type.Object({
  year: Type.Optional(Year),
  charged: Type.Optional(Type.Integer({ minimum: 0 })),
  already: Type.Optional(Type.Integer({ minimum: 0 })),
});
const FeeForm = Type.Object({
  key: KEY,
  year: Year,
  amount: AMOUNT,
  household: Type.Record(Type.String({ pattern: "^[\\w-]{1,100}$" }), Type.String({ maxLength: 2 })),
  /** Sent by the preview alone. */
  sure: Type.Optional(Type.Literal("on")),
});
const OwnAccount = OWN_KINDS.map((kind) => Type.Literal(kind));
const TransferForm = Type.Object({
  key: KEY,
  from: Type.Union([...OwnAccount, Type.Literal("outside"), Type.Literal("opening")]),
  to: Type.Union(OwnAccount),
  amount: AMOUNT,
  valuedOn: DAY,
  memo: Type.String({ maxLength: 200 }),
});
const DecisionForm = Type.Object({ key: KEY });
const DECISIONS = ["approved", "rejected", "withdrawn"] as const;
const SHOWN = 50;

export function registerReportRoutes(app: FastifyInstance, desk: MoneyDesk): void {
  registerFees(app, desk);
  registerTransfer(app, desk);
  registerRequests(app, desk);
  registerYear(app, desk);
}

function thisYear(desk: MoneyDesk): number {
  return Number(romeTime(desk.clock.now()).date.slice(0, 4));
}

function registerFees(app: FastifyInstance, desk: MoneyDesk): void {
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, year: number, done: Html | "") => {
    const actorId = actorOf(request);
    const tx = desk.db.orm;
    const households = desk.people
      .households(tx, actorId)
      .filter(({ leftAt, isGroup }) => leftAt === null && !isGroup)
      .map(({ id, name }) => ({ id, name, isCharged: hasPaidFee(tx, actorId, year, id) }));
    const view = { year, households, key: makeKey(), done };
    return sendPage(request, reply, feesPage(pageContext(request, reply), state, view));
  };
  app.get("/desk/:handle/money/fees", TREASURER, (request, reply) => {
    const query = readForm(YearQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { year = thisYear(desk), charged, already = 0 } = query.value;
    const { say } = pageContext(request, reply);
    const told = charged === undefined ? "" : say("ledger.fees.done", { count: charged, already });
    return show(request, reply, FRESH, year, told ? html`<div class="notice" role="status"><p>${told}</p></div>` : "");
  });
  app.post("/desk/:handle/money/fees", TREASURER, (request, reply) => {
    const form = readMoney(request, reply, desk, {
      schema: FeeForm,
      show: (state) => show(request, reply, state, thisYear(desk), ""),
      check: ({ amount }): Record<string, string> => (readAmount(amount) === null ? { amount: "bad-amount" } : {}),
    });
    if (!form) return reply;
    const { key, year, amount, household, sure } = form.value;
    const actorId = actorOf(request);
    const tx = desk.db.orm;
    const chosen = desk.people
      .households(tx, actorId)
      .filter(({ id, leftAt, isGroup }) => leftAt === null && !isGroup && household[id]);
    const c = pageContext(request, reply);
    const cents = readAmount(amount) ?? 0;
    if (sure === undefined) {
      const households = chosen
        .filter(({ id }) => !hasPaidFee(tx, actorId, year, id))
        .map(({ id, name }) => ({ id, name, balanceCents: loadBalance(tx, actorId, { kind: "household", ref: id }) }));
      if (households.length > 0)
        return sendPage(request, reply, feePreviewPage(c, { year, cents, households, key: makeKey() }));
    }
    const householdIds = chosen.map(({ id }) => id);
    const wish = { year, cents, householdIds, memo: c.say("ledger.fees.memo", { year }) };
    const run = sendFees(desk, senderOf(request, key), wish);
    if (isRefusal(run)) return sendRefusal(request, reply, run);
    const told = new URLSearchParams({
      year: String(year),
      charged: String(run.charged.length),
      already: String(run.already.length),
    });
    return reply.redirect(`${moneyOf(request)}/fees?${told}`, 303);
  });
}

function registerTransfer(app: FastifyInstance, desk: MoneyDesk): void {
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, done?: string) =>
    sendPage(request, reply, transferPage(pageContext(request, reply), state, { key: makeKey(), done }));
  app.get("/desk/:handle/money/transfer", TREASURER, (request, reply) => {
    const query = readForm(DONE_QUERY, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    return show(request, reply, FRESH, query.value.done);
  });
  app.post("/desk/:handle/money/transfer", TREASURER, (request, reply) => {
    const form = readMoney(request, reply, desk, {
      schema: TransferForm,
      show: (state) => show(request, reply, state),
      check: (value) => ({
        ...movementErrors(value, desk.clock.now()),
        ...(value.from === value.to || (value.from === "outside" && value.to !== "bank" && value.to !== "cash")
          ? { to: "not-a-choice" }
          : {}),
      }),
    });
    if (!form) return reply;
    const { key, from, to, amount, valuedOn, memo } = form.value;
    const cents = readAmount(amount) ?? 0;
    const about = valuedOn === undefined ? { memo } : { memo, valuedOn };
    const sent = sendMovement(desk, senderOf(request, key), transferOf(from, to, cents), about);
    if (isRefusal(sent)) return sendRefusal(request, reply, sent);
    return reply.redirect(`${moneyOf(request)}/transfer?done=moved`, 303);
  });
}

type From = (typeof OWN_KINDS)[number] | "outside" | "opening";

function transferOf(from: From, to: (typeof OWN_KINDS)[number], cents: number): MoneyWish {
  if (from === "opening") return { kind: "opening", account: { kind: to }, cents };
  if (from !== "outside") return { kind: "transfer", from, to, cents };
  return { kind: "donation", householdId: null, till: to === "cash" ? "cash" : "bank", cents };
}

function registerRequests(app: FastifyInstance, desk: MoneyDesk): void {
  app.get("/desk/:handle/money/requests", EYES, (request, reply) => {
    const query = readForm(DONE_QUERY, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const c = pageContext(request, reply);
    const list = (isWaiting: boolean) =>
      listRequests(desk.db.orm, actorOf(request), isWaiting, SHOWN).map((one) =>
        viewOf(desk, one, {
          say: c.say,
          mine: request.visitor?.personId ?? "",
          isTreasurer: request.seat?.role === "treasurer",
        }),
      );
    const view = { waiting: list(true), decided: list(false), keyOf: makeKey, done: query.value.done };
    return sendPage(request, reply, requestsPage(c, view));
  });
  for (const decision of DECISIONS)
    app.post(`/desk/:handle/money/requests/:id/${decision}`, EYES, (request: IdRequest, reply: FastifyReply) => {
      const form = readMoney(request, reply, desk, {
        schema: DecisionForm,
        show: () => sendRefusal(request, reply, { refused: "bad-request" }),
      });
      if (!form) return reply;
      const wish = { requestId: request.params.id, decision, reason: "" };
      const decided = sendDecision(desk, senderOf(request, form.value.key), wish);
      if (isRefusal(decided)) return sendRefusal(request, reply, decided);
      return reply.redirect(`${moneyOf(request)}/requests?done=decided`, 303);
    });
}

function viewOf(
  desk: MoneyDesk,
  request: MoneyRequest,
  { say, mine, isTreasurer }: { say: Say; mine: string; isTreasurer: boolean },
): RequestView {
  const { id, kind, reason, personId, at, decision } = request;
  const person = (one: string) => desk.people.personName(desk.db.orm, one) ?? one.slice(0, 6);
  const wish = readWish(request);
  return {
    id,
    kind,
    reason,
    at,
    what: whatOf(desk, request, say),
    asker: person(personId),
    isMine: personId === mine,
    movementId: wish.kind === "reversal" && isTreasurer ? wish.transactionId : null,
    decision: decision && { word: decision.decision, by: person(decision.personId) },
  };
}

/** A request in a sentence: what it would do. */
function whatOf(desk: MoneyDesk, request: MoneyRequest, say: Say): string {
  const { actorId } = request;
  const wish = readWish(request);
  switch (wish.kind) {
    case "reversal":
      return say("ledger.request.movement", { id: wish.transactionId });
    case "recharge": {
      const chargedCents = wish.charge.charges.reduce((sum, { cents }) => sum + cents, 0);
      return say("ledger.request.charge", { order: orderName(desk, actorId, wish.charge.orderId), chargedCents });
    }
    case "invoice-cancel":
      return say("ledger.invoices.number", { number: loadInvoice(desk.db.orm, actorId, wish.invoiceId)?.number ?? "" });
    default: {
      const householdId = householdOfWish(wish.wish);
      const name = householdId === null ? "" : nameOf(desk, actorId, { kind: "household", ref: householdId });
      const { kind, cents } = wish.wish;
      // "Rimborso" stands before it already.
      if (kind === request.kind) return say("ledger.request.sum", { name, cents });
      return say("ledger.request.amount", { kind: say(`ledger.kind.${kind}`), name, cents });
    }
  }
}

function registerYear(app: FastifyInstance, desk: MoneyDesk): void {
  app.get("/desk/:handle/money/year", TREASURER, (request, reply) => {
    const query = readForm(YearQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { year = thisYear(desk) } = query.value;
    const facts = readYear(desk.db.orm, actorOf(request), year);
    return sendPage(request, reply, yearPage(pageContext(request, reply), { year, facts }));
  });
  app.get("/desk/:handle/money/year.csv", TREASURER, (request, reply) => {
    const query = readForm(YearQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { year = thisYear(desk) } = query.value;
    const days = { first: `${year}-01-01`, last: `${year}-12-31` };
    const movements = eachMovement(desk.db.orm, actorOf(request), days);
    noteExport(request, `ledger ${year}`);
    return sendCsv(reply, `${year}.csv`, writeLedgerCsv(movements, csvWords(request, reply, desk)));
  });
}
