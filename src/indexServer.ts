// A process that shows networks out of an index which a node fills elsewhere, with nothing of its own on the disk (ADR 0031). Any number
// of them answer alike: whichever a proxy asks, and whichever of them is killed.
import type { Config } from "./config.ts";
import { migrateDatabase } from "./db/migrate.ts";
import { openDatabase } from "./db/open.ts";
import type { Clock } from "./kernel/clock.ts";
import { registerFeeds } from "./network/directory/feedRoutes.ts";
import { registerDirectory } from "./network/directory/routes.ts";
import { type IndexWindow, openPostgresWindow } from "./network/index/postgresStore.ts";
import { COMUNI } from "./network/places/places.ts";
import { buildWeb, type WebOptions } from "./web/app.ts";
import { openLog } from "./web/log.ts";

type App = Awaited<ReturnType<typeof buildWeb>>;

/** A server built and not yet listening. */
export type IndexServer = {
  readonly app: App;
  /** Listens; resolves with the address. */
  readonly start: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

const STOPS_WITHIN_MS = 10_000;

/** Builds the server of an index reader. It starts though the index is away: pages say so until it is there. */
export async function buildIndexServer(
  config: Config & { readonly indexUrl: string },
  setting: { readonly clock: Clock; readonly logger?: NonNullable<WebOptions["logger"]> },
): Promise<IndexServer> {
  const { origin, secret, trustProxy, language, host, port } = config;
  const { clock, logger } = setting;
  // Nobody is signed in here and nothing is kept: the frame of pages looks for sessions in an empty database.
  const db = openDatabase(":memory:");
  migrateDatabase(db, null);
  const app = await buildWeb({
    ...{ db, origin, secret, clock, trustProxy, language, deskEntries: [] },
    findPerson: () => undefined,
    placeNames: COMUNI.map(({ name }) => name),
    ...(logger ? { logger } : {}),
  });
  const door = windowAt(config.indexUrl);
  const house = { findNetwork: async (handle: string) => findNetwork(await door.open(), handle), index: door, clock };
  registerDirectory(app, house);
  registerFeeds(app, house);
  addHealth(app, door);
  return {
    app,
    start: () => app.listen({ host, port }),
    stop: async () => {
      await app.close();
      await door.close();
      db.raw.close();
    },
  };
}

type Door = { readonly open: () => Promise<IndexWindow>; readonly close: () => Promise<void> };

/** Opened when it is first asked for; after a failure the next who asks tries again. */
function windowAt(url: string): Door {
  let opening: Promise<IndexWindow> | null = null;
  return {
    open: () => {
      opening ??= openPostgresWindow(url).catch((error) => {
        opening = null;
        throw error;
      });
      return opening;
    },
    close: async () => {
      await opening?.then((index) => index.close()).catch(() => undefined);
    },
  };
}

/** Throws where no node has said yet which networks there are: a network is not "not here" because its node has not begun. */
async function findNetwork(index: IndexWindow, handle: string) {
  const networks = await index.listNetworks();
  if (networks.length === 0) throw new Error("the index shows no network yet");
  return networks.find((network) => network.handle === handle) ?? null;
}

/** `/livez` while the process runs, `/readyz` while the index answers: what a proxy asks before it sends anybody here. */
function addHealth(app: App, door: Door): void {
  const options = { config: { policy: { public: true as const }, rateLimit: false as const } };
  app.get("/livez", options, (_request, reply) => reply.header("cache-control", "no-store").send({ status: "alive" }));
  app.get("/readyz", options, async (request, reply) => {
    reply.header("cache-control", "no-store");
    try {
      const networks = await (await door.open()).listNetworks();
      if (networks.length > 0) return reply.send({ status: "ready" });
    } catch (error) {
      request.log.error({ err: error }, "the index did not answer");
    }
    return reply.code(503).send({ status: "not ready", reason: "index" });
  });
}

/** The life of such a process. Resolves once it listens. */
export async function serveIndex(config: Config & { readonly indexUrl: string }): Promise<void> {
  const logger = openLog();
  const server = await buildIndexServer(config, { clock: { now: Date.now }, logger });
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOPS_WITHIN_MS).unref();
    await server.stop();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  const address = await server.start();
  logger.info({ origin: config.origin, address }, `The index of ${config.origin} is shown at ${address}`);
}
