// Builds one node from a Config, and lists every way in: routes, inbox, clock.
import type { LocalActor } from "./activitypub/actor.ts";
import { createActor, isListed, type NewActor } from "./activitypub/actors.ts";
import type { Fetcher } from "./activitypub/guardedFetch.ts";
import type { InboxLimits } from "./activitypub/inboxLimits.ts";
import { lazyDoor } from "./activitypub/lazyDoor.ts";
import { type OpenWire, openWire } from "./activitypub/openWire.ts";
import { registerActivityPub } from "./activitypub/routes.ts";
import { listActors } from "./activitypub/store.ts";
import type { Wire } from "./activitypub/wire.ts";
import { createOfferKeeper } from "./catalogs/announced/actions.ts";
import { keepingClockTask } from "./catalogs/keeping/renewActions.ts";
import { createMirrorKeeper } from "./catalogs/mirror/actions.ts";
import { createPictureKeeper } from "./catalogs/pictures/copyActions.ts";
import type { Config } from "./config.ts";
import type { BackupKeeper } from "./db/backupKeeper.ts";
import { type Schedule, startSchedule } from "./db/clockwork.ts";
import { onceOnlyTasks } from "./db/onceOnly.ts";
import { unmarkInUse } from "./db/tail.ts";
import { type Db, type Tx, transact } from "./db/transact.ts";
import { listGatheringPictures } from "./gatherings/store.ts";
import type { Clock, ClockTask } from "./kernel/clock.ts";
import type { Refusal } from "./kernel/refusal.ts";
import { addAccessibilityRoutes } from "./members/accessibilityRoutes.ts";
import type { MembersHouse } from "./members/actions.ts";
import { ACTORS_NODE_ENTRY } from "./members/actorRoutes.ts";
import { noteDenial } from "./members/audit/auditActions.ts";
import { AUDIT_NODE_ENTRY } from "./members/audit/auditRoutes.ts";
import { noteSignIn } from "./members/credentials/secondFactorActions.ts";
import { tellSellers } from "./members/notices/tellActions.ts";
import { RETENTION_NODE_ENTRY } from "./members/privacy/retentionRoutes.ts";
import { findUnfinished } from "./members/setup/setupActions.ts";
import { loadPerson } from "./members/store.ts";
import { foundingClockTasks } from "./network/founding/clockActions.ts";
import { FOUNDING_NODE_ENTRIES } from "./network/founding/routes.ts";
import { type IndexDoor, indexAt } from "./network/index/openStore.ts";
import { listNetworkMembers } from "./network/membership/store.ts";
import { COMUNI } from "./network/places/places.ts";
import { NetworkReader } from "./network/reading/actions.ts";
import { supplyClockTasks } from "./network/statistics/supplyActions.ts";
import { openKeeper, readWhole, VERSION, type WholeRead } from "./nodeCare.ts";
import { openNodeData, refuseDamage } from "./nodeData.ts";
import { DESK_ENTRIES, findOwner, listActorSections } from "./nodeDesks.ts";
import { listClockTasks, listInboxRules, readOwnDocument, registerRooms } from "./nodeRooms.ts";
import { waitAfterRestore } from "./partners/leaving/actions.ts";
import { LEAVING_NODE_ENTRY } from "./partners/leaving/routes.ts";
import { PARTNERS_NODE_ENTRIES } from "./partners/routes.ts";
import { knowOrderObjects } from "./partners/threads/threadStore.ts";
import { readOwnCycle } from "./sales/routes.ts";
import { numberBeyondRestore } from "./sales/store.ts";
import { noteWaking } from "./sales/wakeStore.ts";
import { showActorPage } from "./web/actorPage.ts";
import { buildWeb, type WebOptions } from "./web/app.ts";
import { addHomeRoutes } from "./web/home.ts";
import { openMailer } from "./web/mail.ts";
import { NODE_HEALTH_ENTRY } from "./web/nodeHealthRoutes.ts";
import { RESERVED_HANDLES } from "./web/reserved.ts";
import { addSecurityTxt } from "./web/securityTxt.ts";

/** What the process or a test hands over besides the settings. */
export type NodeSetting = {
  readonly clock?: Clock;
  /** The biggest file that is read whole before anything is served. */
  readonly readAtStartBytes?: number;
  /** In [0, 1): jitter of retries. */
  readonly chance?: () => number;
  readonly logger?: NonNullable<WebOptions["logger"]>;
  readonly inboxLimits?: Partial<InboxLimits>;
  /** As in WebOptions. */
  readonly busyAfterMs?: number;
  /** As in WebOptions. */
  readonly hasDesks?: boolean;
  /** Carries the bytes in place of the network: nothing listens, and time passes only by `runDue`. For simulations. */
  readonly carrier?: Fetcher;
};

type App = Awaited<ReturnType<typeof buildWeb>>;

/** A node, built and not yet listening. */
export type Node = {
  readonly config: Config;
  readonly db: Db;
  readonly wire: Wire;
  readonly index: IndexDoor;
  readonly app: App;
  /** Listens; resolves with the address. */
  readonly start: () => Promise<string>;
  /** Runs what time owes now and delivers what is due; tests move the clock and call it. */
  readonly runDue: () => Promise<void>;
  /** What is wrong with a file too big to be read whole before the start (ADR 0024); null once it was read and found sound. */
  readonly damage: Promise<string | null>;
  /** Stops listening, finishes or releases what is in flight, closes the database. */
  readonly stop: () => Promise<void>;
};

/** What a node is to other nodes: the wire and the rooms that listen on it, without pages. */
export type NodeWire = {
  readonly open: OpenWire;
  readonly wire: Wire;
  readonly tasks: readonly ClockTask[];
  /** The index of the networks of this node, opened by who first needs it. */
  readonly index: IndexDoor;
  readonly reader: NetworkReader;
  /** Finishes or releases what is in flight. */
  readonly close: () => Promise<void>;
};

/** Opens the wire of a node on its data, for the server and for the command line. Nothing is fetched or sent yet. */
export function openNodeWire(config: Config, db: Db, clock: Clock, setting: NodeSetting = {}): NodeWire {
  const { chance = Math.random } = setting;
  const house = membersHouse(config, db, clock);
  const open = openWire({
    db,
    clock,
    origin: config.origin,
    secret: config.secret,
    allowPrivate: config.allowPrivate,
    chance,
    // The keepers below hear of an arrival only once something arrives, which is after this.
    rulesOf: (wire) =>
      listInboxRules(
        wire,
        {
          wakeOffers: () => offers.wake(),
          wakeMirrors: () => mirrors.wake(),
          wakeNetworks: (isTreeChanged) => reader.wake(isTreeChanged),
        },
        tellSellers(house, "order-received"),
      ),
    isOrderObject: knowOrderObjects(db),
    ...(setting.inboxLimits ? { limits: setting.inboxLimits } : {}),
    ...(setting.carrier ? { carrier: setting.carrier } : {}),
    tellBug: (what, activityId, error) => setting.logger?.error({ err: error, activityId }, what),
    tellStorage: (error) => {
      if (error === null) setting.logger?.info("arrivals and letters are written again");
      else setting.logger?.error({ err: error }, "arrivals and letters cannot be written; they are tried again");
    },
  });
  const offers = createOfferKeeper(open.wire, (iri, readerId) => readOwnCycle(open.wire, iri, readerId));
  const mirrors = createMirrorKeeper(open.wire);
  const pictures = createPictureKeeper(open.wire, config.dataFolder, listGatheringPictures);
  const index = indexAt(config);
  const reader = new NetworkReader({
    wire: open.wire,
    openIndex: index.open,
    membersOf: listNetworkMembers,
    readOwn: (iri, readerId) => readOwnDocument(open.wire, iri, readerId),
    tellFailure: (error) => setting.logger?.error({ err: error }, "a network's index cannot be written"),
  });
  const copies = [...offers.tasks, ...mirrors.tasks, ...pictures.tasks, keepingClockTask(open.wire)];
  const keepers = [...copies, ...reader.tasks, ...onceOnlyTasks(db)];
  const networks = [...foundingClockTasks(open.wire, house, index), ...supplyClockTasks(open.wire, index.open)];
  return {
    open,
    index,
    reader,
    wire: open.wire,
    tasks: listClockTasks(open, house, [...keepers, ...networks], chance),
    close: async () => {
      await offers.stop();
      await mirrors.stop();
      await pictures.stop();
      await reader.stop();
      await open.close();
      await index.close();
    },
  };
}

/** Builds a node. Throws ConfigError when its data belong to another origin, DataError when they are damaged. */
export async function buildNode(config: Config, setting: NodeSetting = {}): Promise<Node> {
  const clock = setting.clock ?? { now: Date.now };
  const db = openNodeData(config, clock);
  const whole = readWhole(config, refuseDamage(config, db, setting.readAtStartBytes), clock);
  transact(db, (tx) => {
    noteWaking(tx, clock.now());
    numberBeyondRestore(tx, clock.now());
    waitAfterRestore(tx, clock.now());
  });
  const { open, index, tasks, close } = openNodeWire(config, db, clock, setting);
  const keeper = openKeeper(config, db, clock, membersHouse(config, db, clock));
  const app = await buildApp(config, db, open, { keeper, whole: whole.state, index }, clock, setting);
  let running: Schedule | null = null;
  const tell = (task: string, error: unknown) =>
    setting.logger?.error({ task, error: String(error) }, "a clock task failed");
  return {
    config,
    db,
    wire: open.wire,
    index,
    app,
    start: async () => {
      const isHandDriven = setting.carrier !== undefined;
      if (isHandDriven) await app.ready();
      const address = isHandDriven ? config.origin : await app.listen({ host: config.host, port: config.port });
      running = startSchedule([...tasks, ...keeper.tasks], clock, tell, isHandDriven);
      open.relay.takeOver();
      return address;
    },
    runDue: async () => {
      await running?.runDue();
      await open.relay.drain();
    },
    damage: whole.end,
    stop: async () => {
      await whole.stop();
      await app.close();
      await running?.stop();
      await close();
      unmarkInUse(db);
      db.raw.pragma("wal_checkpoint(TRUNCATE)");
      db.raw.close();
    },
  };
}

/** Every address people and nodes can reach. */
async function buildApp(
  config: Config,
  db: Db,
  open: OpenWire,
  { index, ...care }: { keeper: BackupKeeper; whole: WholeRead["state"]; index: IndexDoor },
  clock: Clock,
  setting: NodeSetting,
): Promise<App> {
  const { wire, receiver } = open;
  const app = await openWeb(config, db, clock, setting);
  addHomeRoutes(app, {
    listActors: () => listPublicActors(db),
    unfinished: (person) => findUnfinished(db, person),
    nodeEntries: [
      ...[NODE_HEALTH_ENTRY, ...PARTNERS_NODE_ENTRIES, ACTORS_NODE_ENTRY, ...FOUNDING_NODE_ENTRIES],
      ...[AUDIT_NODE_ENTRY, RETENTION_NODE_ENTRY, LEAVING_NODE_ENTRY],
    ],
  });
  addSecurityTxt(app, config.securityContact);
  addAccessibilityRoutes(app, { db }, { contact: config.securityContact, version: VERSION });
  registerRooms(app, {
    ...{ config, db, wire, clock, index, care, version: VERSION, clockOffset: open.clockOffset },
    members: membersHouse(config, db, clock),
    createActor: (tx, wish) => makeActor(tx, wish, config, clock),
  });
  registerActivityPub(app, {
    wire,
    receiver,
    openDoor: lazyDoor(wire),
    nodeFacts: () => {
      const actors = listActors(db.orm).filter(({ kind, goneAt }) => kind !== "node" && goneAt === null);
      return {
        version: VERSION,
        actorCount: actors.length,
        kinds: [...new Set(actors.map((actor) => actor.kind))].sort(),
      };
    },
    showActor: (request, reply, actor) => showActorPage(request, reply, actor, listActorSections(wire)),
  });
  return app;
}

/** The web server with its frame and what each desk leads to, and no page of a room yet. */
function openWeb(config: Config, db: Db, clock: Clock, setting: NodeSetting): ReturnType<typeof buildWeb> {
  return buildWeb({
    db,
    origin: config.origin,
    secret: config.secret,
    clock,
    trustProxy: config.trustProxy,
    findPerson: (personId) => loadPerson(db.orm, personId),
    onSignIn: noteSignIn,
    producerOf: (kind, actorId, id) => findOwner(db, kind, actorId, id),
    onDenied: (denial) => noteDenial({ db, clock }, denial),
    deskEntries: DESK_ENTRIES,
    hasMail: config.smtpUrl !== null,
    language: config.language,
    placeNames: COMUNI.map(({ name }) => name),
    ...(setting.logger ? { logger: setting.logger } : {}),
    ...(setting.busyAfterMs === undefined ? {} : { busyAfterMs: setting.busyAfterMs }),
    hasDesks: setting.hasDesks ?? true,
  });
}

/** What the rooms of people need of this node; the command line uses the same. */
export function membersHouse(config: Config, db: Db, clock: Clock): MembersHouse {
  const { origin, secret, language, smtpUrl, mailFrom } = config;
  return { db, origin, secret, clock, language, mailer: openMailer(smtpUrl, mailFrom) };
}

/** Makes an actor here, with its keys, in the caller's transaction. */
export function makeActor(tx: Tx, wish: NewActor, { origin, secret }: Config, clock: Clock): LocalActor | Refusal {
  return createActor(tx, wish, { origin, secret, now: clock.now(), reserved: RESERVED_HANDLES });
}

function listPublicActors(db: Db): LocalActor[] {
  return listActors(db.orm).filter((actor) => actor.kind !== "node" && isListed(actor));
}
