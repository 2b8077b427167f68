// Where a producer's desk begins: the day, read from orders, cycles, catalog and partners.
import type { FastifyInstance } from "fastify";
import type { Wire } from "../activitypub/wire.ts";
import { certificateState, gatherCertificates } from "../catalogs/certificate.ts";
import { listCurrentProducts, loadCatalog } from "../catalogs/store.ts";
import { instantOfRome, romeTime } from "../kernel/time.ts";
import { healthOf } from "../partners/hosts/health.ts";
import { readHost } from "../partners/hosts/hostStore.ts";
import { openRevision } from "../partners/pacts/pact.ts";
import { listPacts } from "../partners/pacts/pactStore.ts";
import { loadPeerName } from "../partners/store.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { buyerName, goodsOfOrders } from "./basisStore.ts";
import type { Cycle } from "./cycle.ts";
import { listReceived } from "./receivedStore.ts";
import { listCycles, loadCycle } from "./store.ts";
import { listClosing, listToAnswer, planDays } from "./today.ts";
import { type DayNotice, isGrave, type TodayView, todayPage } from "./todayPages.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };
const ORDERS_MAX = 2000;
const CYCLES_MAX = 100;
const PACTS_MAX = 200;
const PRODUCTS_MAX = 5000;

export function registerToday(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/today", SELLERS, (request, reply) => {
    const { actorId = "", handle = "" } = request.seat ?? {};
    const c = pageContext(request, reply);
    return sendPage(request, reply, todayPage(c, viewDay(wire, actorId, `/desk/${handle}`, c.now)));
  });
}

function viewDay(wire: Wire, actorId: string, desk: string, now: number): TodayView {
  const { orm } = wire.db;
  const states = ["received", "countered", "accepted", "confirmed", "shipped", "delivered"] as const;
  const found = listReceived(orm, actorId, { states, limit: ORDERS_MAX });
  const cycles = new Map<string, Cycle>(listCycles(orm, actorId, CYCLES_MAX, 0).map((cycle) => [cycle.id, cycle]));
  const cycleOf = (id: string): Cycle | null => {
    const cycle = cycles.get(id) ?? loadCycle(orm, actorId, id);
    if (cycle) cycles.set(id, cycle);
    return cycle ?? null;
  };
  const orders = found.map((order) => ({
    order,
    buyerName: buyerName(wire.db.orm, order.buyer),
    cycle: order.cycleId === null ? null : cycleOf(order.cycleId),
  }));
  const known = [...cycles.values()];
  const isToConfirm = ({ id, state, rules }: Cycle) =>
    state === "closed" && rules.confirms === "hand" && found.some(({ cycleId }) => cycleId === id);
  const hasCatalog = (loadCatalog(orm, actorId)?.totalItems ?? 0) > 0;
  return {
    toAnswer: listToAnswer(orders, now),
    toConfirm: known.filter(isToConfirm),
    days: planDays(orders, goodsOfOrders(orm, actorId, found), now),
    closing: listClosing(known, now),
    notices: [
      ...listMissed(known, desk, now),
      ...listLapsing(wire, actorId, desk, now),
      ...listPartnerNotices(wire, actorId, desk),
    ],
    start: !hasCatalog && found.length === 0 ? "catalog" : known.length === 0 && found.length === 0 ? "cycle" : null,
  };
}

/** Cycles that could not open because the node was down until after their closing. */
function listMissed(cycles: readonly Cycle[], desk: string, now: number): DayNotice[] {
  return cycles
    .filter(({ state, opensAt, closesAt }) => state === "draft" && opensAt !== null && closesAt <= now)
    .map(({ id, name }) => ({ key: "missed", facts: { name }, href: `${desk}/cycles/${id}`, isGrave: true }));
}

/** Certificates that have lapsed or soon will: told until they are renewed. */
function listLapsing({ db }: Wire, actorId: string, desk: string, now: number): DayNotice[] {
  const today = romeTime(now).date;
  const href = `${desk}/catalog/certificates`;
  return gatherCertificates(listCurrentProducts(db.orm, actorId, { limit: PRODUCTS_MAX })).flatMap(
    ({ kind, body, validUntil }): DayNotice[] => {
      const state = certificateState(validUntil, today);
      const at = validUntil === null ? null : instantOfRome({ date: validUntil, time: "12:00" });
      if (at === null || (state !== "soon" && state !== "expired")) return [];
      return [{ key: state, facts: { kind, body: body ?? "", at }, href, isGrave: state === "expired" }];
    },
  );
}

/** Partners whose node is in trouble, and pacts that wait for our word. */
function listPartnerNotices({ db: { orm }, clock, origin }: Wire, actorId: string, desk: string): DayNotice[] {
  const pacts = listPacts(orm, actorId, PACTS_MAX);
  const own = new URL(origin).host;
  const hosts = new Map(pacts.map(({ peer }) => [new URL(peer).host, loadPeerName(orm, peer).name]));
  const troubles = [...hosts].flatMap(([host, name]): DayNotice[] => {
    if (host === own) return [];
    const health = healthOf(readHost(orm, actorId, host, clock.now()));
    if (!isGrave(health)) return [];
    return [
      {
        key: health === "silent" ? "silent" : health === "other-version" ? "otherVersion" : "toVerify",
        facts: { name, host },
        href: `${desk}/partners`,
        isGrave: true,
      },
    ];
  });
  const proposals = pacts.filter(({ pact, party }) => (openRevision(pact)?.offeredBy ?? party) !== party);
  const asked = proposals.map(({ peer }): DayNotice => {
    return { key: "pact", facts: { name: loadPeerName(orm, peer).name }, href: `${desk}/partners`, isGrave: false };
  });
  return [...troubles, ...asked];
}
