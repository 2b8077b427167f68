// What the desks and the public pages of a node lead to and need of more than one room: put together for node.ts and the command line.
import type { LocalActor } from "./activitypub/actor.ts";
import { loadActor, loadRemoteActor } from "./activitypub/store.ts";
import type { Wire } from "./activitypub/wire.ts";
import { OFFERS_DESK } from "./catalogs/announced/routes.ts";
import { renderCertificates } from "./catalogs/certificateRoutes.ts";
import { CATALOGS_DESK } from "./catalogs/deskRoutes.ts";
import { KEEPING_DESK } from "./catalogs/keeping/answerRoutes.ts";
import { renderPublicCatalog } from "./catalogs/routes.ts";
import type { Db } from "./db/transact.ts";
import { GATHERINGS_DESK } from "./gatherings/deskRoutes.ts";
import { renderToldNews } from "./gatherings/news/publicRoutes.ts";
import { NEWS_DESK } from "./gatherings/news/routes.ts";
import { renderGatherings } from "./gatherings/routes.ts";
import { TRAINING_DESK } from "./gatherings/training/deskRoutes.ts";
import { renderTraining } from "./gatherings/training/routes.ts";
import type { Clock } from "./kernel/clock.ts";
import type { MoneyDesk } from "./ledger/formActions.ts";
import { LEDGER_DESK } from "./ledger/routes.ts";
import { listGroupHouseholds } from "./members/households/groupStore.ts";
import {
  householdOf,
  listHouseholdPeople,
  listHouseholds,
  loadHousehold,
} from "./members/households/householdStore.ts";
import { renderJoining } from "./members/joining/joinRoutes.ts";
import { type Notice, type NoticeHouse, queueNotice } from "./members/notices/noticeActions.ts";
import { MEMBERS_DESK } from "./members/routes.ts";
import { loadPersonRow } from "./members/store.ts";
import { FOUNDING_DESK } from "./network/founding/routes.ts";
import { NETWORK_DESK, renderNetwork } from "./network/routes.ts";
import { orderBook } from "./orders/bookStore.ts";
import { SETTINGS_DESK } from "./orders/group/routes.ts";
import { ORDERS_DESK } from "./orders/memberRoutes.ts";
import { listProducersOf } from "./orders/namesStore.ts";
import { loadRepeat } from "./orders/repeating/recurrenceStore.ts";
import { SHIFTS_DESK } from "./orders/shifts/routes.ts";
import { renderFund, SOLIDARITY_DESK } from "./orders/solidarity/routes.ts";
import { renderFigures, STATISTICS_DESK } from "./orders/statistics/routes.ts";
import { loadOrderHead } from "./orders/store.ts";
import { followBox } from "./partners/follows/publicPages.ts";
import { LEAVING_DESK } from "./partners/leaving/routes.ts";
import { loadPact } from "./partners/pacts/pactStore.ts";
import { PARTNERS_DESK } from "./partners/routes.ts";
import { findThreadPeer } from "./partners/threads/threadStore.ts";
import { SALES_DESK } from "./sales/deskRoutes.ts";
import { renderOpenCycles } from "./sales/routes.ts";
import type { ActorSection } from "./web/actorPage.ts";
import type { DeskEntry } from "./web/page.ts";
import type { OwnedKind } from "./web/policy.ts";

/** What every desk leads to, room by room. */
export const DESK_ENTRIES: readonly DeskEntry[] = [
  ...ORDERS_DESK,
  ...SALES_DESK,
  ...CATALOGS_DESK,
  ...LEDGER_DESK,
  ...OFFERS_DESK,
  ...PARTNERS_DESK,
  ...MEMBERS_DESK,
  ...NEWS_DESK,
  ...SHIFTS_DESK,
  ...GATHERINGS_DESK,
  ...SOLIDARITY_DESK,
  ...NETWORK_DESK,
  ...STATISTICS_DESK,
  ...FOUNDING_DESK,
  ...TRAINING_DESK,
  ...KEEPING_DESK,
  ...SETTINGS_DESK,
  ...LEAVING_DESK,
];

/** Whose matter a thing of that actor is: the producer of an order, the peer of a pact or a contract. */
export function findOwner({ orm }: Db, kind: OwnedKind, actorId: string, name: string): string | undefined {
  if (kind === "pact") return loadPact(orm, actorId, name)?.peer;
  if (kind === "contract") return findThreadPeer(orm, actorId, name);
  return (kind === "order" ? loadOrderHead(orm, actorId, name) : loadRepeat(orm, actorId, name))?.producerId;
}

/** What the pages of money need to know of people, producers and orders, which are other rooms' matter. */
export function moneyDesk(db: Db, clock: Clock, house: NoticeHouse | null = null): MoneyDesk {
  return {
    db,
    clock,
    people: {
      households: (tx, actorId) => {
        const groups = new Set(listGroupHouseholds(tx, actorId).map(({ id }) => id));
        return listHouseholds(tx, actorId, true).map((one) => ({ ...one, isGroup: groups.has(one.id) }));
      },
      household: loadHousehold,
      householdOf: (tx, actorId, personId) => householdOf(tx, actorId, personId)?.id,
      producerName: (tx, _actorId, producerId) =>
        loadActor(tx, producerId)?.name ?? loadRemoteActor(tx, producerId)?.name,
      personName: (tx, personId) => loadPersonRow(tx, personId)?.name,
    },
    orders: orderBook,
    letters: house && {
      origin: house.origin,
      write: (tx, { actorId, householdId }, businessKey, letter) => {
        const people = listHouseholdPeople(tx, actorId).filter((one) => one.householdId === householdId);
        const owed = people.map(({ personId, name }) => {
          const write: Notice["write"] = (say, language) => letter(say, language, name);
          return queueNotice(tx, house, { personId, kind: "payment", businessKey, write }, clock.now());
        });
        return owed.filter(Boolean).length;
      },
    },
  };
}

/** What an actor's public page shows, room by room. */
export function listActorSections(wire: Wire): ActorSection<LocalActor>[] {
  return [
    (c, actor) => renderOpenCycles(wire, c, actor),
    (c, actor) => renderToldNews(wire, c, actor),
    (c, actor) => renderJoining(wire, listProducersOf, c, actor),
    (c, actor) => renderFund(wire, c, actor),
    (c, actor) => renderCertificates(wire, c, actor),
    (c, actor) => renderPublicCatalog(wire, c, actor),
    (c, actor) => renderFigures(c, actor),
    (c, actor) => renderGatherings(wire, c, actor),
    (c, actor) => renderNetwork(wire, c, actor),
    (c, actor) => renderTraining(wire, c, actor),
    (c, actor) => (actor.kind === "node" || actor.retiredAt !== null ? "" : followBox(c, actor)),
  ];
}
