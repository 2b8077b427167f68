// Where the fund is looked after, a household says what it gives and leaves, and what was left is handed out.
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { addMonths, romeTime } from "../../kernel/time.ts";
import { readAmount, readSignedAmount } from "../../ledger/moneyForm.ts";
import { loadBalance } from "../../ledger/store.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { householdOf } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH, formOf } from "../../web/forms.ts";
import type { Html } from "../../web/html.ts";
import { type DeskEntry, type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import { holdsRole, isFresh } from "../../web/visitor.ts";
import { readAmount as readQuantity } from "../booking/bookForm.ts";
import { listHouseholdBookings } from "../booking/bookingStore.ts";
import { takesBookings } from "../order.ts";
import { HANDLERS, keyOf } from "../runRoutes.ts";
import { loadOrder } from "../store.ts";
import {
  moveFamily,
  type NamedFamily,
  type NewCode,
  nameFamily,
  renewFamilyCode,
  renewFamilyLink,
  type WayIn,
} from "./familyActions.ts";
import { publicFund } from "./fund.ts";
import { allocate, chooseGift, chooseRules, proposeShares } from "./fundActions.ts";
import { fundPage, fundSection, giftPage, leavePage, suspendedPage } from "./pages.ts";
import {
  countHelped,
  type FundRules,
  findSuspendedFriend,
  listFamilies,
  listGiftRuns,
  listPassed,
  listSuspended,
  loadGift,
  loadRules,
  START_RULES,
} from "./store.ts";
import { giveSuspended, leaveSuspended, listPresent, settleSuspended, takeBackPass } from "./suspendedActions.ts";

const KEEPERS = { config: { policy: { seat: ["treasurer", "admin"] as const } } };
const TREASURER = { config: { policy: { seat: ["treasurer"] as const } } };
const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const PATH = "/desk/:handle/solidarity";
const RUNS = 20;

/** Where a group's desk leads to its fund. */
export const SOLIDARITY_DESK: readonly DeskEntry[] = [
  { path: "solidarity", label: "solidarity.nav", kinds: ["gas"], roles: ["treasurer", "admin"] },
];

const Key = Type.String({ pattern: "^[a-z2-7]{26}$" });
const Amount = Type.Optional(Type.String({ maxLength: 20 }));
const Line = Type.Integer({ minimum: 1, maximum: 9999 });
const RulesForm = Type.Object({
  seen: Type.Optional(Type.String({ maxLength: 40 })),
  perOrder: Amount,
  roundsUp: Type.Boolean(),
  monthlyPercent: Type.Integer({ minimum: 0, maximum: 100 }),
});
const FamilyForm = Type.Object({
  key: Key,
  service: Type.Optional(Type.String({ maxLength: 120 })),
  points: Type.Integer({ minimum: 1, maximum: 9 }),
  cap: Type.String({ maxLength: 20 }),
});
const MoveForm = Type.Object({ to: Type.Enum(["active", "paused", "ended"]) });
const CodeForm = Type.Object({ key: Key, code: Type.String({ maxLength: 60 }) });
const AnewForm = Type.Object({ key: Key, family: Key });
const ShareForm = Type.Object({ key: Key, stamp: Type.String({ maxLength: 40 }) });
const GiftForm = Type.Object({ amount: Amount, roundsUp: Type.Boolean() });
const LeaveForm = Type.Object({ key: Key, line: Line, quantity: Type.String({ maxLength: 20 }) });
const GiveForm = Type.Object({
  ...{ key: Key, line: Line, household: Type.Optional(Key), not: Type.Optional(Key) },
});
const SettleForm = Type.Object({ line: Line, household: Key, to: Type.Enum(["returned", "kept", "undo"]) });
const ArrivedForm = Type.Object({ family: Key });
const DoneQuery = Type.Object({ done: Type.Optional(Type.String({ maxLength: 20 })) });

type OrderRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

/** Adds `/desk/{handle}/solidarity`, and for an order `/suspended` and `/delivery/suspended`. */
export function registerSolidarity(app: FastifyInstance, wire: Wire, house: MembersHouse): void {
  const desk = fundDesk(wire);
  registerFund(app, wire, desk);
  registerFamilies(app, house, desk);
  registerCode(app, house, desk);
  registerGift(app, wire);
  registerLeaving(app, wire);
  registerLeft(app, wire);
}

/** What everybody may know of the fund of a group that has one. */
export function renderFund(
  wire: Wire,
  c: PageContext,
  actor: { readonly id: string; readonly kind: string },
): Html | "" {
  const { orm } = wire.db;
  if (actor.kind !== "gas" || !loadRules(orm, actor.id)) return "";
  const yearAgo = addMonths(romeTime(c.now).date, -12);
  const balance = loadBalance(orm, actor.id, { kind: "solidarity" });
  return fundSection(c, publicFund(balance, countHelped(orm, actor.id, yearAgo)));
}

type FundForms = {
  readonly rules?: FormState;
  readonly family?: FormState;
  readonly code?: FormState;
  readonly made?: NamedFamily | NewCode | WayIn;
};

/** How the pages of the fund answer: with the desk, its forms as they stand, or back at it after something was done. */
function fundDesk(wire: Wire) {
  const { orm } = wire.db;
  const rulesOf = (actorId: string) => writeRules(loadRules(orm, actorId) ?? START_RULES);
  const byOf = (request: FastifyRequest) => request.visitor!.personId;
  const show = (request: FastifyRequest, reply: FastifyReply, forms: FundForms) => {
    const { actorId, actorKind } = request.seat!;
    if (actorKind !== "gas") return sendRefusal(request, reply, { refused: "not-found" });
    const query = readForm(DoneQuery, request.method === "GET" ? request.query : {});
    const c = pageContext(request, reply);
    const view = {
      ...{ rules: savedForm(rulesOf(actorId)), family: FRESH, code: FRESH, made: null, ...forms },
      proposal: proposeShares(orm, actorId, c.now),
      families: listFamilies(orm, actorId),
      done: "value" in query ? query.value.done : undefined,
      keys: { share: makeKey(), family: makeKey(), code: makeKey(), anew: makeKey() },
      shares: holdsRole(request.visitor, actorId, ["treasurer"]),
    };
    return sendPage(request, reply, fundPage({ ...c, path: `/desk/${request.seat!.handle}/solidarity` }, view));
  };
  const back = (request: FastifyRequest, reply: FastifyReply, done: object | Refusal, how: string) =>
    isRefusal(done)
      ? sendRefusal(request, reply, done)
      : reply.redirect(`/desk/${request.seat!.handle}/solidarity?done=${how}`, 303);
  return { show, back, rulesOf, byOf };
}

type FundDesk = ReturnType<typeof fundDesk>;

function registerFund(app: FastifyInstance, wire: Wire, { show, back, rulesOf, byOf }: FundDesk): void {
  app.get(PATH, KEEPERS, (request, reply) => show(request, reply, {}));
  app.post(`${PATH}/rules`, KEEPERS, (request, reply) => {
    const form = readForm(RulesForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, { rules: form }) : sendRefusal(request, reply, form);
    const { perOrder, roundsUp, monthlyPercent } = form.value;
    const perOrderCents = readSignedAmount(perOrder);
    if (perOrderCents === null || perOrderCents < 0)
      return show(request, reply, { rules: { typed: form.typed, errors: { perOrder: "bad-amount" } } });
    const { actorId } = request.seat!;
    const clash = clashWith(rulesOf(actorId), form.typed);
    if (clash) return show(request, reply, { rules: clash });
    chooseRules(wire, actorId, { perOrderCents, roundsUp, monthlyPercent }, byOf(request));
    return back(request, reply, {}, "saved");
  });
  app.post(`${PATH}/share`, TREASURER, (request, reply) => {
    const form = readForm(ShareForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { handle, actorId } = request.seat!;
    if (!isFresh(request.visitor!, wire.clock.now()))
      return sendRefusal(request, reply, { refused: "sign-in-again", next: `/desk/${handle}/solidarity` });
    const { key: onceKey, stamp } = form.value;
    const memo = pageContext(request, reply).say("solidarity.share.memo");
    return back(request, reply, allocate(wire, actorId, byOf(request), { stamp, onceKey, memo }), "shared");
  });
}

function registerFamilies(app: FastifyInstance, house: MembersHouse, { show, back, byOf }: FundDesk): void {
  app.post(`${PATH}/families`, KEEPERS, (request, reply) => {
    const form = readForm(FamilyForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, { family: form }) : sendRefusal(request, reply, form);
    const { key, service = "", points, cap } = form.value;
    const capCents = readAmount(cap);
    if (capCents === null)
      return show(request, reply, { family: { typed: form.typed, errors: { cap: "bad-amount" } } });
    const made = nameFamily(house, request.seat!.actorId, { points, capCents, service }, byOf(request), key);
    if (!isRefusal(made)) return show(request, reply, { made });
    return made.refused === "shown-once" ? back(request, reply, {}, "before") : sendRefusal(request, reply, made);
  });
  app.post(`${PATH}/families/:id`, KEEPERS, (request: OrderRequest, reply) => {
    const form = readForm(MoveForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const move = { familyId: request.params.id, to: form.value.to };
    return back(request, reply, moveFamily(house, request.seat!.actorId, move, byOf(request)), "saved");
  });
  app.post(`${PATH}/link`, KEEPERS, (request, reply) => {
    const form = readForm(CodeForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, { code: form }) : sendRefusal(request, reply, form);
    const { key, code } = form.value;
    const made = renewFamilyLink(house, request.seat!.actorId, code, byOf(request), key);
    if (!isRefusal(made)) return show(request, reply, { made });
    if (made.refused === "shown-once") return back(request, reply, {}, "before");
    if (made.refused === "not-found")
      return show(request, reply, { code: { typed: {}, errors: { code: "wrong-code" } } });
    return sendRefusal(request, reply, made);
  });
}

/** The code of a family whose first one was lost: asked for by who signed in just now. */
function registerCode(app: FastifyInstance, house: MembersHouse, { show, back, byOf }: FundDesk): void {
  app.post(`${PATH}/code`, KEEPERS, (request, reply) => {
    const form = readForm(AnewForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { handle, actorId } = request.seat!;
    if (!isFresh(request.visitor!, house.clock.now()))
      return sendRefusal(request, reply, { refused: "sign-in-again", next: `/desk/${handle}/solidarity` });
    const made = renewFamilyCode(house, actorId, form.value.family, byOf(request), form.value.key);
    if (!isRefusal(made)) return show(request, reply, { made });
    return made.refused === "shown-once" ? back(request, reply, {}, "before") : sendRefusal(request, reply, made);
  });
}

function writeRules({ perOrderCents, roundsUp, monthlyPercent }: FundRules): Record<string, string> {
  const perOrder = perOrderCents === 0 ? "" : writeCents(perOrderCents);
  return { perOrder, roundsUp: roundsUp ? "on" : "", monthlyPercent: String(monthlyPercent) };
}

function writeCents(cents: number): string {
  return (cents / 100).toFixed(2).replace(".", ",");
}

function registerGift(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const path = `${PATH}/gift`;
  const householdIdOf = (request: FastifyRequest) =>
    householdOf(orm, request.seat!.actorId, request.visitor!.personId)?.id;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState | null) => {
    const { actorId, actorKind } = request.seat!;
    const householdId = householdIdOf(request);
    if (householdId === undefined || actorKind !== "gas") return sendRefusal(request, reply, { refused: "not-found" });
    const query = readForm(DoneQuery, request.method === "GET" ? request.query : {});
    const gift = loadGift(orm, actorId, householdId);
    const rules = loadRules(orm, actorId) ?? START_RULES;
    // Who never chose finds what the group proposes; nothing is given before they save.
    const { cents, roundsUp } = gift
      ? { cents: gift.centsPerOrder, roundsUp: gift.roundsUp }
      : { cents: rules.perOrderCents, roundsUp: rules.roundsUp };
    const stored = { amount: cents === 0 ? "" : writeCents(cents), roundsUp: roundsUp ? "on" : "" };
    const runs = listGiftRuns(orm, actorId, householdId, RUNS).map((run) => ({
      ...run,
      name: loadOrder(orm, actorId, run.orderId)?.name ?? "",
    }));
    const view = { runs, isSaved: "value" in query && query.value.done === "saved" };
    return sendPage(request, reply, giftPage(pageContext(request, reply), state ?? formOf(stored), view));
  };
  app.get(path, MEMBERS, (request, reply) => show(request, reply, null));
  app.post(path, MEMBERS, (request, reply) => {
    const form = readForm(GiftForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const centsPerOrder = readSignedAmount(form.value.amount);
    if (centsPerOrder === null || centsPerOrder < 0)
      return show(request, reply, { typed: form.typed, errors: { amount: "bad-amount" } });
    const householdId = householdIdOf(request);
    if (householdId === undefined) return sendRefusal(request, reply, { refused: "not-found" });
    const { actorId, handle } = request.seat!;
    chooseGift(wire, { actorId, householdId }, { centsPerOrder, roundsUp: form.value.roundsUp });
    return reply.redirect(`/desk/${handle}/solidarity/gift?done=saved`, 303);
  });
}

function registerLeaving(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/orders/:id/suspended";
  const placeOf = (request: OrderRequest) => {
    const { actorId } = request.seat!;
    const order = loadOrder(orm, actorId, request.params.id);
    const household = householdOf(orm, actorId, request.visitor!.personId);
    return order && household && takesBookings(order, wire.clock.now()) ? { order, household } : null;
  };
  const show = (request: OrderRequest, reply: FastifyReply, state: FormState) => {
    const place = placeOf(request);
    if (!place) return sendRefusal(request, reply, { refused: "not-found" });
    const { order, household } = place;
    const friendId = findSuspendedFriend(orm, order.actorId, household.id);
    const left = listHouseholdBookings(orm, order.id, household.id)
      .filter((one) => friendId !== undefined && one.friendId === friendId)
      .map((one): [number, number] => [one.lineNumber, one.quantityThousandths]);
    const view = { order, left: new Map(left), onceKey: makeKey() };
    return sendPage(request, reply, leavePage(pageContext(request, reply), state, view));
  };
  app.get(path, MEMBERS, (request: OrderRequest, reply) => show(request, reply, FRESH));
  app.post(path, MEMBERS, (request: OrderRequest, reply) => {
    const form = readForm(LeaveForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const { key: onceKey, line, quantity } = form.value;
    const thousandths = readQuantity(quantity);
    if (thousandths === null) return show(request, reply, { typed: form.typed, errors: { quantity: "not-a-number" } });
    const place = placeOf(request);
    if (!place) return sendRefusal(request, reply, { refused: "not-found" });
    const name = pageContext(request, reply).say("solidarity.leave.friend");
    const of = { ...keyOf(request), householdId: place.household.id, name, onceKey };
    const saved = leaveSuspended(wire, of, line, thousandths);
    if (isRefusal(saved)) return sendRefusal(request, reply, saved);
    return reply.redirect(`/desk/${request.params.handle}/orders/${request.params.id}/suspended`, 303);
  });
}

function registerLeft(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const path = "/desk/:handle/orders/:id/delivery/suspended";
  const back = (request: OrderRequest, reply: FastifyReply, done: object | Refusal) => {
    const { handle, id } = request.params;
    return isRefusal(done)
      ? sendRefusal(request, reply, done)
      : reply.redirect(`/desk/${handle}/orders/${id}/delivery/suspended`, 303);
  };
  app.get(path, HANDLERS, (request: OrderRequest, reply) => {
    const { actorId } = request.seat!;
    const order = loadOrder(orm, actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const view = {
      ...{ order, lines: listSuspended(orm, order.id), onceKey: makeKey(), passed: listPassed(orm, order.id) },
      names: new Map(listFamilies(orm, actorId).map(({ id, name }) => [id, name])),
      hasNext: listPresent(orm, order, wire.clock.now()).length > 0,
      isOpen: ["arrived", "delivering", "delivered"].includes(order.state),
    };
    return sendPage(request, reply, suspendedPage(pageContext(request, reply), view));
  });
  app.post(`${path}/give`, HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(GiveForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { key: onceKey, line: lineNumber, household, not } = form.value;
    const instead = household && not ? { instead: { householdId: household, not } } : {};
    return back(request, reply, giveSuspended(wire, keyOf(request), { lineNumber, onceKey, ...instead }));
  });
  app.post(`${path}/arrived`, HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(ArrivedForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return back(request, reply, takeBackPass(wire, keyOf(request), form.value.family));
  });
  app.post(`${path}/settle`, HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(SettleForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { line: lineNumber, household: householdId, to } = form.value;
    const line = { householdId, lineNumber };
    return back(request, reply, settleSuspended(wire, keyOf(request), line, to === "undo" ? null : to));
  });
}

function makeKey(): string {
  return encodeId(randomBytes(16));
}
