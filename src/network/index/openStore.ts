// Which engine keeps a network's index, opened when it is first needed: a node without a network has no such file.
import { join } from "node:path";
import type { IndexChanges, NetworkIndex } from "./networkIndex.ts";
import { openSqliteIndex } from "./sqliteStore.ts";

/** The way to the index of a node. */
export type IndexDoor = {
  /** The open index. Rejects while a PostgreSQL cannot be reached; the next call tries again. */
  readonly open: () => Promise<NetworkIndex>;
  readonly close: () => Promise<void>;
  /** What has become of what it shows since the start: by this it is known whether an answer made of it still holds. */
  readonly changes: IndexChanges;
};

/** `indexUrl`: postgres://...; null is the file index.sqlite in the data folder. Nothing is opened or made yet. */
export function indexAt({ dataFolder, indexUrl }: { dataFolder: string; indexUrl: string | null }): IndexDoor {
  let opening: Promise<NetworkIndex> | null = null;
  const { changes, watch } = countChanges();
  const openEngine = async () => {
    if (indexUrl === null) return watch(openSqliteIndex(join(dataFolder, "index.sqlite")));
    const { openPostgresIndex } = await import("./postgresStore.ts");
    return watch(await openPostgresIndex(indexUrl));
  };
  return {
    changes,
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

/** Counts what is written through an index. Counted once it is written, also in part: who asked before then has what was there before. */
function countChanges(): { changes: IndexChanges; watch: (index: NetworkIndex) => NetworkIndex } {
  let losses = 0;
  let gains = 0;
  let cleared = 0;
  const bySource = new Map<string, number>();
  const note = (isLoss: boolean, sourceIds: Iterable<string> = []) => {
    if (isLoss) losses += 1;
    else gains += 1;
    for (const sourceId of sourceIds) bySource.set(sourceId, losses + gains);
  };
  /** What failed may have been done in part. */
  const noting = async <T>(act: Promise<T>, sourceIds: Iterable<string>, isLoss: (done: T) => boolean | null) => {
    let told: boolean | null = true;
    try {
      const done = await act;
      told = isLoss(done);
      return done;
    } finally {
      if (told !== null) note(told, sourceIds);
    }
  };
  const byCount = (count: number) => (count > 0 ? true : null);
  const always = () => true;
  return {
    changes: {
      losses: () => losses,
      gains: () => gains,
      ofSource: (sourceId) => Math.max(cleared, bySource.get(sourceId) ?? 0),
    },
    watch: (index) => ({
      ...index,
      put: (entries) => noting(index.put(entries), new Set(entries.map((one) => one.sourceId)), () => false),
      keepOnly: (sourceId, kinds, ids) => noting(index.keepOnly(sourceId, kinds, ids), [sourceId], byCount),
      dropOld: (sourceId, kinds, before) => noting(index.dropOld(sourceId, kinds, before), [sourceId], byCount),
      remove: (sourceId, ids) => noting(index.remove(sourceId, ids), [sourceId], () => (ids.length > 0 ? true : null)),
      dropSource: (sourceId) => noting(index.dropSource(sourceId), [sourceId], always),
      scope: (groupId, sourceIds, vias) => noting(index.scope(groupId, sourceIds, vias), [], always),
      clear: async () => {
        await noting(index.clear(), [], always);
        cleared = losses + gains;
        bySource.clear();
      },
    }),
  };
}
