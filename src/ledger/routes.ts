// The desk of money: what a treasurer sees first, one account, one movement, and a member's own statement.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { html } from "../web/html.ts";
import { type DeskEntry, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { holdsRole, type Role } from "../web/visitor.ts";
import { askedOf, registerAsking } from "./asking/routes.ts";
import { creditOf } from "./creditActions.ts";
import { movementPage } from "./deskPages.ts";
import {
  actorOf,
  type IdRequest,
  makeKey,
  moneyOf,
  nameOf,
  OWN,
  orderName,
  readMoney,
  senderOf,
  TREASURER,
} from "./deskRoutes.ts";
import { type MoneyDesk, sendCorrection, sendMovement } from "./formActions.ts";
import { ownPage } from "./householdPages.ts";
import { registerHouseholdRoutes } from "./householdRoutes.ts";
import { AMOUNT, KEY, MEMO, movementErrors, REASON_FORM, readAmount } from "./moneyForm.ts";
import { ACCOUNT_KINDS, type AccountKey, type AccountKind } from "./movement.ts";
import { countOpenOrders, registerMoneyOverview } from "./overviewRoutes.ts";
import { overviewPage } from "./pages.ts";
import { registerReportRoutes } from "./reportRoutes.ts";
import { listRequests } from "./requestStore.ts";
import { accountTitle, registerStatementSheet, StatementQuery, showStatement } from "./statementRoutes.ts";
import { findReversal, listBalances, loadBalance, loadMovement } from "./store.ts";
import { registerSupplierRoutes } from "./supplierRoutes.ts";

/** Where a GAS's desk leads to this room. */
export const LEDGER_DESK: readonly DeskEntry[] = [
  { path: "money", label: "ledger.nav.money", kinds: ["gas"], roles: ["treasurer", "cashier", "member", "admin"] },
];

const ANYBODY = { config: { policy: { seat: ["treasurer", "cashier", "member", "admin"] as const } } };

/** Adds every route of this room. */
export function registerLedger(app: FastifyInstance, desk: MoneyDesk): void {
  registerOverview(app, desk);
  registerAccounts(app, desk);
  registerMovements(app, desk);
  registerOwn(app, desk);
  registerHouseholdRoutes(app, desk);
  registerSupplierRoutes(app, desk);
  registerReportRoutes(app, desk);
  registerMoneyOverview(app, desk);
  registerAsking(app, desk);
}

function registerOverview(app: FastifyInstance, desk: MoneyDesk): void {
  app.get("/desk/:handle/money", ANYBODY, (request, reply) => {
    const actorId = actorOf(request);
    const holds = (role: Role) => holdsRole(request.visitor, actorId, [role]);
    const firstPage = holds("cashier") ? "households" : holds("member") ? "statement" : "requests";
    if (!holds("treasurer")) return reply.redirect(`${moneyOf(request)}/${firstPage}`, 303);
    const tx = desk.db.orm;
    const sumOf = (kind: AccountKind) =>
      listBalances(tx, actorId, kind).reduce((sum, { balanceCents }) => sum + balanceCents, 0);
    const balances = new Map(ACCOUNT_KINDS.map((kind) => [kind, sumOf(kind)]));
    const waiting = listRequests(tx, actorId, true, 200).length;
    const openOrders = countOpenOrders(desk, actorId);
    return sendPage(request, reply, overviewPage(pageContext(request, reply), { balances, waiting, openOrders }));
  });
}

function registerAccounts(app: FastifyInstance, desk: MoneyDesk): void {
  const accountOf = (request: IdRequest, ref: string | undefined): AccountKey | undefined => {
    const kind = ACCOUNT_KINDS.find((one) => one === request.params.id);
    if (kind === undefined || kind === "household" || kind === "deposit") return undefined;
    if ((kind === "producer") !== (ref !== undefined)) return undefined;
    return ref === undefined ? { kind } : { kind, ref };
  };
  app.get("/desk/:handle/money/accounts/:id", TREASURER, (request: IdRequest, reply) => {
    const query = readForm(StatementQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { ref } = query.value;
    const account = accountOf(request, ref);
    if (!account) return sendRefusal(request, reply, { refused: "not-found" });
    const c = pageContext(request, reply);
    const title = accountTitle(c, desk, actorOf(request), account);
    const keep: Record<string, string> = ref === undefined ? {} : { ref };
    const sheetPath = `${c.path}/lines`;
    const wish = { account, query: query.value, sheetPath, isTreasurer: true, keep };
    const body = showStatement(request, reply, desk, wish);
    return sendPage(request, reply, { title, body });
  });
  registerStatementSheet(app, desk, {
    path: "/desk/:handle/money/accounts/:id/lines",
    config: TREASURER,
    find: (request, ref) => {
      const account = accountOf(request, ref);
      return account && { account, back: `${moneyOf(request)}/accounts/${account.kind}` };
    },
  });
}

function registerMovements(app: FastifyInstance, desk: MoneyDesk): void {
  const show = (request: IdRequest, reply: FastifyReply, state: FormState) => {
    const { id } = request.params;
    const actorId = actorOf(request);
    const tx = desk.db.orm;
    const movement = /^[1-9]\d{0,14}$/.test(id) ? loadMovement(tx, actorId, Number(id)) : undefined;
    if (!movement) return sendRefusal(request, reply, { refused: "not-found" });
    const person = (personId: string | null) =>
      personId === null ? null : (desk.people.personName(tx, personId) ?? personId.slice(0, 6));
    const order = movement.orderId === null ? null : orderName(desk, actorId, movement.orderId);
    const page = movementPage({ ...pageContext(request, reply), path: `${moneyOf(request)}/movements/${id}` }, state, {
      ...movement,
      memo: [order, movement.memo].filter(Boolean).join(" · "),
      person: person(movement.personId),
      approvedBy: person(movement.approvedBy),
      sides: movement.postings.map((posting) => ({ posting, name: nameOf(desk, actorId, posting.account) })),
      reversedBy: findReversal(tx, movement.id) ?? null,
      key: makeKey(),
      done: undefined,
    });
    return sendPage(request, reply, page);
  };
  app.get("/desk/:handle/money/movements/:id", TREASURER, (request: IdRequest, reply) => show(request, reply, FRESH));
  app.post("/desk/:handle/money/movements/:id/reverse", TREASURER, (request: IdRequest, reply) => {
    const form = readMoney(request, reply, desk, { schema: REASON_FORM, show: (state) => show(request, reply, state) });
    if (!form) return reply;
    const { key, memo } = form.value;
    const transactionId = Number(request.params.id);
    if (!Number.isSafeInteger(transactionId)) return sendRefusal(request, reply, { refused: "not-found" });
    const asked = sendCorrection(desk, senderOf(request, key), { transactionId, reason: memo });
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    return reply.redirect(`${moneyOf(request)}/requests?done=asked`, 303);
  });
}

const DonateForm = Type.Object({ key: KEY, amount: AMOUNT, memo: MEMO });

function registerOwn(app: FastifyInstance, desk: MoneyDesk): void {
  const householdOf = (request: FastifyRequest) =>
    desk.people.householdOf(desk.db.orm, actorOf(request), request.visitor?.personId ?? "");
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, key = makeKey()) => {
    const query = readForm(StatementQuery, request.method === "GET" ? request.query : {});
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const id = householdOf(request);
    const tx = desk.db.orm;
    const path = `${moneyOf(request)}/statement`;
    const account = { kind: "household", ref: id ?? "" } as const;
    const statement =
      id === undefined
        ? html``
        : showStatement(request, reply, desk, {
            account,
            query: query.value,
            sheetPath: `${path}/lines`,
            isTreasurer: false,
          });
    const page = ownPage(
      { ...pageContext(request, reply), path },
      {
        credit: id === undefined ? null : creditOf(tx, actorOf(request), id),
        statement,
        asked: id === undefined ? "" : askedOf(pageContext(request, reply), desk, actorOf(request), id),
        state,
        key,
        fundCents: loadBalance(tx, actorOf(request), { kind: "solidarity" }),
        done: query.value.done,
      },
    );
    return sendPage(request, reply, page);
  };
  app.get("/desk/:handle/money/statement", OWN, (request, reply) => show(request, reply, FRESH));
  registerStatementSheet(app, desk, {
    path: "/desk/:handle/money/statement/lines",
    config: OWN,
    find: (request) => {
      const ref = householdOf(request);
      return ref === undefined
        ? undefined
        : { account: { kind: "household", ref }, back: `${moneyOf(request)}/statement` };
    },
  });
  app.post("/desk/:handle/money/donate", OWN, (request, reply) => {
    const form = readMoney(request, reply, desk, {
      schema: DonateForm,
      show: (state) => show(request, reply, state),
      check: (value) => movementErrors(value, desk.clock.now()),
    });
    if (!form) return reply;
    const householdId = householdOf(request);
    if (householdId === undefined) return sendRefusal(request, reply, { refused: "not-found" });
    const { key, amount, memo = "" } = form.value;
    const wish = { kind: "donation", householdId, till: "bank", cents: readAmount(amount) ?? 0 } as const;
    const given = sendMovement(desk, senderOf(request, key), wish, { memo });
    if (isRefusal(given)) return sendRefusal(request, reply, given);
    return reply.redirect(`${moneyOf(request)}/statement?done=moved`, 303);
  });
}
