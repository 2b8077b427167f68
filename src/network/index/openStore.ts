// Which engine keeps a network's index, opened when it is first needed: a node without a network has no such file.
import { join } from "node:path";
import type { NetworkIndex } from "./networkIndex.ts";
import { openSqliteIndex } from "./sqliteStore.ts";

/** The way to the index of a node. */
export type IndexDoor = {
  /** The open index. Rejects while a PostgreSQL cannot be reached; the next call tries again. */
  readonly open: () => Promise<NetworkIndex>;
  readonly close: () => Promise<void>;
};

/** `indexUrl`: postgres://...; null is the file index.sqlite in the data folder. Nothing is opened or made yet. */
export function indexAt({ dataFolder, indexUrl }: { dataFolder: string; indexUrl: string | null }): IndexDoor {
  let opening: Promise<NetworkIndex> | null = null;
  const openEngine = async () => {
    if (indexUrl === null) return openSqliteIndex(join(dataFolder, "index.sqlite"));
    const { openPostgresIndex } = await import("./postgresStore.ts");
    return openPostgresIndex(indexUrl);
  };
  return {
    open: () => {
      opening ??= openEngine().catch((error) => {
        opening = null;
        throw error;
      });
      return opening;
    },
    close: async () => {
      const opened = opening;
      opening = null;
      await opened?.then((index) => index.close()).catch(() => undefined);
    },
  };
}
