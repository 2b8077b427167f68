// Where a treasurer asks households to pay what they owe.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import type { Html } from "../../web/html.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { actorOf, makeKey, moneyOf, readMoney, senderOf, TREASURER } from "../deskRoutes.ts";
import type { MoneyDesk } from "../formActions.ts";
import { KEY } from "../moneyForm.ts";
import { loadBalance } from "../store.ts";
import { type Asked, askToPay, debtLines, listDebtors, readDebt } from "./actions.ts";
import { askedPart, askPage } from "./pages.ts";
import { listAsks, loadAsk } from "./store.ts";

const Count = Type.Integer({ minimum: 0, maximum: 100_000 });
const DoneQuery = Type.Object({ asked: Type.Optional(Count), written: Type.Optional(Count) });
const AskForm = Type.Object({
  key: KEY,
  how: Type.Optional(Type.String({ maxLength: 500 })),
  household: Type.Record(Type.String({ pattern: "^[a-z0-9-]{1,40}$" }), Type.Literal("on")),
});

/** Adds `/desk/{handle}/money/ask`. */
export function registerAsking(app: FastifyInstance, desk: MoneyDesk): void {
  const { orm } = desk.db;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, done: Asked | null = null) => {
    const c = pageContext(request, reply);
    const debtors = listDebtors(desk, orm, actorOf(request)).map(({ debt, ...row }) => ({
      ...row,
      owedCents: debt.owedCents,
      lines: debtLines(desk, orm, actorOf(request), debt, c),
    }));
    return sendPage(request, reply, askPage(c, state, { debtors, key: makeKey(), done }));
  };
  app.get("/desk/:handle/money/ask", TREASURER, (request, reply) => {
    const query = readForm(DoneQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { asked, written = 0 } = query.value;
    // The group's account number is written once.
    const how = listAsks(orm, actorOf(request))[0]?.how ?? "";
    return show(request, reply, formOf({ how }), asked === undefined ? null : { asked, written });
  });
  app.post("/desk/:handle/money/ask", TREASURER, (request, reply) => {
    const form = readMoney(request, reply, desk, { schema: AskForm, show: (state) => show(request, reply, state) });
    if (!form) return reply;
    const { key, how = "", household } = form.value;
    const wish = { householdIds: Object.keys(household), how: how.trim() };
    const done = askToPay(desk, senderOf(request, key), wish);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`${moneyOf(request)}/ask?asked=${done.asked}&written=${done.written}`, 303);
  });
}

/** What a household below zero was asked, for its own page; nothing where it was not, or has paid. */
export function askedOf(c: PageContext, desk: MoneyDesk, actorId: string, householdId: string): Html | "" {
  const { orm } = desk.db;
  const ask = loadAsk(orm, actorId, householdId);
  const balanceCents = loadBalance(orm, actorId, { kind: "household", ref: householdId });
  if (!ask || balanceCents >= 0) return "";
  const debt = readDebt(orm, actorId, householdId, balanceCents);
  return askedPart(c, { ...ask, owedCents: debt.owedCents, lines: debtLines(desk, orm, actorId, debt, c) });
}
