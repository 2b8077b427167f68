// What the rooms of a node bring together: every rule of the inbox, every task of the clock, every address. A new part adds its line here.
import { join } from "node:path";
import type { LocalActor } from "./activitypub/actor.ts";
import type { NewActor } from "./activitypub/actors.ts";
import type { InboxRule } from "./activitypub/inbox.ts";
import type { JsonObject } from "./activitypub/json.ts";
import type { OpenWire } from "./activitypub/openWire.ts";
import type { Wire } from "./activitypub/wire.ts";
import { announcedInboxRules } from "./catalogs/announced/activities.ts";
import { registerOffers } from "./catalogs/announced/routes.ts";
import { certificateClockTasks, type TellPeople } from "./catalogs/certificateActions.ts";
import { catalogsInboxRules } from "./catalogs/mirror/activities.ts";
import { mirroredAt } from "./catalogs/mirror/store.ts";
import { registerCatalogs } from "./catalogs/routes.ts";
import { loadCatalog } from "./catalogs/store.ts";
import type { Config } from "./config.ts";
import type { BackupKeeper } from "./db/backupKeeper.ts";
import { appendErasure } from "./db/erasureList.ts";
import type { Db, Tx } from "./db/transact.ts";
import { gatheringsInboxRules } from "./gatherings/activities.ts";
import { gatheringClockTasks } from "./gatherings/clockActions.ts";
import { gatheringLetters } from "./gatherings/letterActions.ts";
import { newsClockTasks } from "./gatherings/news/actions.ts";
import { renderMemberNews } from "./gatherings/news/publicRoutes.ts";
import { readOwnEvents } from "./gatherings/publicRoutes.ts";
import { registerGatherings } from "./gatherings/routes.ts";
import { trainingClockTasks, trainingLetters } from "./gatherings/training/actions.ts";
import { registerTraining } from "./gatherings/training/routes.ts";
import type { Clock, ClockTask } from "./kernel/clock.ts";
import type { Refusal } from "./kernel/refusal.ts";
import { standingOf } from "./ledger/creditActions.ts";
import * as OPENINGS from "./ledger/openingActions.ts";
import { registerLedger } from "./ledger/routes.ts";
import type { MembersHouse } from "./members/actions.ts";
import { membersClockTasks } from "./members/clockActions.ts";
import { answerLetters } from "./members/letters/answerActions.ts";
import { type LetterWriters, letterClockTasks } from "./members/letters/letterActions.ts";
import { tellCoordinators, tellSellers } from "./members/notices/tellActions.ts";
import { addMemberRoutes } from "./members/routes.ts";
import { loadPersonRow } from "./members/store.ts";
import { networkInboxRules } from "./network/activities.ts";
import { networkClockTasks } from "./network/clockActions.ts";
import { renderBudNote } from "./network/founding/budRoutes.ts";
import { foundingLetters } from "./network/founding/letterActions.ts";
import { registerFounding } from "./network/founding/routes.ts";
import type { IndexDoor } from "./network/index/openStore.ts";
import { findComune } from "./network/places/places.ts";
import { readingInboxRules } from "./network/reading/wakeActivities.ts";
import { registerNetwork } from "./network/routes.ts";
import { registerFigures } from "./network/statistics/publicRoutes.ts";
import { listAffairs, registerCare, tellOfReports, type WholeRead } from "./nodeCare.ts";
import { moneyDesk } from "./nodeDesks.ts";
import { chooseReleaseFeed, readReleaseNews, releaseClockTask } from "./nodeReleases.ts";
import { writeSheets } from "./nodeSheets.ts";
import { ordersListener } from "./orders/activities.ts";
import { listOpenOrderNames } from "./orders/bookStore.ts";
import { ordersClockTasks } from "./orders/clockActions.ts";
import { favouriteClockTasks } from "./orders/favourites/actions.ts";
import { starsOnList } from "./orders/favourites/routes.ts";
import type { HomeNote } from "./orders/memberRoutes.ts";
import { listProducersOf, namesOfBought } from "./orders/namesStore.ts";
import { orderNoticeTasks } from "./orders/notices/noticeActions.ts";
import { outsideClockTasks } from "./orders/outside/actions.ts";
import { registerOrders } from "./orders/routes.ts";
import { shiftClockTasks } from "./orders/shifts/actions.ts";
import { fundClockTasks, giftClockTasks } from "./orders/solidarity/fundActions.ts";
import { registerSolidarity } from "./orders/solidarity/routes.ts";
import { statisticsClockTasks } from "./orders/statistics/actions.ts";
import { readOwnStatistics } from "./orders/statistics/activities.ts";
import { registerStatistics } from "./orders/statistics/routes.ts";
import { supplierClockTasks, supplierLetters } from "./orders/suppliers/findActions.ts";
import { partnersInboxRules } from "./partners/activities.ts";
import { partnersClockTasks } from "./partners/clockActions.ts";
import { registerLeaving } from "./partners/leaving/routes.ts";
import { reportClockTasks } from "./partners/reports/reportActions.ts";
import { registerPartners } from "./partners/routes.ts";
import { threadClockTasks } from "./partners/threads/threadActions.ts";
import { onThreadChannel, type ThreadListener } from "./partners/threads/threadActivities.ts";
import { namesOfSold } from "./sales/basisStore.ts";
import { salesClockTasks } from "./sales/closingActions.ts";
import { salesListener } from "./sales/orderActivities.ts";
import { readOwnCycle, registerSales } from "./sales/routes.ts";
import { keptGoods } from "./sales/store.ts";
import { sharingClockTasks } from "./sharing/clockActions.ts";
import { holdForGroups } from "./sharing/holdActions.ts";
import { registerSharing } from "./sharing/routes.ts";
import type { buildWeb } from "./web/app.ts";
import { html } from "./web/html.ts";

/** How keepers of what was read elsewhere are told that something is new. */
export type KeeperBells = {
  readonly wakeOffers: () => void;
  readonly wakeMirrors: () => void;
  readonly wakeNetworks: (isTreeChanged: boolean) => void;
};

/** Every kind of activity that does something here. FEDERATION.md is compared with this list. `tell`: how who sells hears of orders. */
export function listInboxRules(wire: Wire, keepers: KeeperBells, tell: TellPeople | null = null): InboxRule[] {
  return [
    ...partnersInboxRules(wire),
    ...networkInboxRules(wire),
    ...gatheringsInboxRules(wire),
    ...catalogsInboxRules(keepers.wakeMirrors),
    ...announcedInboxRules(keepers.wakeOffers),
    ...readingInboxRules(keepers.wakeNetworks),
    ...listThreadListeners(wire, tell).map(onThreadChannel),
  ];
}

/** What the rooms that sell and buy hear and say about orders: by the inbox, and by what a restore finds again. */
function listThreadListeners(wire: Wire, tell: TellPeople | null): ThreadListener[] {
  return [salesListener(wire, tell, holdForGroups(wire)), ordersListener(wire)];
}

/** Everything that time brings. */
export function listClockTasks(
  { wire, tasks }: OpenWire,
  members: MembersHouse,
  keepers: readonly ClockTask[],
  chance: () => number,
): ClockTask[] {
  return [
    ...tasks,
    // Who closes leaves its networks before it says farewell.
    ...networkClockTasks(wire, tellCoordinators(members)),
    ...partnersClockTasks(wire),
    ...threadClockTasks({ wire, listeners: listThreadListeners(wire, tellSellers(members, "order-received")) }),
    ...salesClockTasks(wire, holdForGroups(wire)),
    ...ordersClockTasks(wire),
    ...sharingClockTasks(wire),
    ...supplierClockTasks({ wire }),
    ...keepers,
    ...orderNoticeTasks(members),
    ...favouriteClockTasks(members),
    ...outsideClockTasks(members),
    ...certificateClockTasks(wire, tellSellers(members, "certificate")),
    ...shiftClockTasks(members),
    ...statisticsClockTasks(wire, (place) => findComune(place)?.istat ?? null),
    ...gatheringClockTasks(members),
    ...giftClockTasks(members),
    ...fundClockTasks(members),
    ...reportClockTasks(wire, tellOfReports(members)),
    releaseClockTask(wire, members),
    ...trainingClockTasks(wire),
    ...newsClockTasks(wire),
    // What is an account's becomes a notice, which leaves at once.
    ...letterClockTasks(members, listLetterWriters(members), chance),
    ...membersClockTasks(members, chance),
  ];
}

/** How every kind of letter to people without an account is written. */
export function listLetterWriters(members: MembersHouse): LetterWriters {
  return {
    ...foundingLetters(members),
    ...answerLetters(members),
    ...trainingLetters(members),
    ...gatheringLetters(members),
    supplier: supplierLetters(members),
  };
}

/** What an actor of this node shows to that reader at an address of its own, without HTTP; null: nothing. For networks of this node. */
export function readOwnDocument(wire: Wire, iri: string, readerId: string): JsonObject | null {
  return readOwnCycle(wire, iri, readerId) ?? readOwnEvents(wire, iri) ?? readOwnStatistics(wire, iri);
}

/** What members read and are asked where they begin, besides their orders. */
const HOME_NOTES: HomeNote = (tx, c, actorId, personId) =>
  html`${renderMemberNews(tx, c, actorId)}${renderBudNote(tx, c, actorId, personId)}`;

type App = Awaited<ReturnType<typeof buildWeb>>;

/** What routes of the rooms need of the node. */
export type RoomParts = {
  readonly config: Config;
  readonly db: Db;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly index: IndexDoor;
  readonly members: MembersHouse;
  readonly care: { readonly keeper: BackupKeeper; readonly whole: WholeRead["state"] };
  readonly version: string;
  readonly clockOffset: OpenWire["clockOffset"];
  readonly createActor: (tx: Tx, wish: NewActor) => LocalActor | Refusal;
};

/** Every address of the rooms. */
export function registerRooms(app: App, parts: RoomParts): void {
  const { config, db, wire, clock, index, members, care, version, clockOffset, createActor } = parts;
  addMemberRoutes(app, members, {
    createActor,
    producersOf: listProducersOf,
    standingOf,
    openOrdersOf: listOpenOrderNames,
    openings: OPENINGS,
    sheetsOf: (actorId, language) => writeSheets(db, clock, actorId, language),
    keepErasure: (erasure) => appendErasure(config.dataFolder, erasure),
    fetchDocument: wire.fetchDocument,
    backups: care.keeper,
    backupFolder: join(config.dataFolder, "backups"),
    hasGoods: (tx, actorId) => (loadCatalog(tx, actorId)?.totalItems ?? 0) > 0,
  });
  registerCatalogs(app, {
    wire,
    dataFolder: config.dataFolder,
    keptGoods,
    starsOn: starsOnList(members.mailer !== null),
  });
  registerSales(app, wire, holdForGroups(wire));
  registerOffers(app, wire);
  registerOrders(app, wire, members, config.dataFolder, HOME_NOTES);
  registerSharing(app, wire);
  registerStatistics(app, wire, registerFigures(app, { wire, index }));
  registerSolidarity(app, wire, members);
  registerPartners(app, wire, {
    mirroredAt,
    // Whoever bought or sold on the thread knows its goods; on one node both may.
    linesOf: (...thread) => new Map([...namesOfSold(...thread), ...namesOfBought(...thread)]),
    personName: (tx, personId) => loadPersonRow(tx, personId)?.name,
    secret: config.secret,
  });
  registerLeaving(app, { wire, affairsOf: listAffairs });
  registerLedger(app, moneyDesk(db, clock, members));
  registerNetwork(app, wire, index);
  registerTraining(app, wire, members);
  registerFounding(app, { wire, index, house: members, makeActor: createActor });
  registerGatherings(app, { wire, house: members, dataFolder: config.dataFolder });
  registerCare(app, config, {
    ...{ db, ...care, version, clockOffset },
    releases: () => readReleaseNews(db.orm),
    chooseReleaseFeed: (url, byId) => chooseReleaseFeed(wire, url, byId),
  });
}
