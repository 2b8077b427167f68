// Reading as it goes on: woken by letters and by the clock, in lanes that no slow source can fill, and from scratch when the index is gone.
import { setTimeout } from "node:timers/promises";
import { saveFact } from "../../db/facts.ts";
import { transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import type { NetworkIndex } from "../index/networkIndex.ts";
import { chooseSources, LANES } from "./lanes.ts";
import { type Source, spreadCatchUp } from "./source.ts";
import {
  countPaused,
  forgetAllCycles,
  INDEX_MADE_AT,
  listAllSources,
  listDueSources,
  loadSource,
  saveSource,
} from "./store.ts";
import { type NetworkDesk, NOTHING_READ, visitSource } from "./visitActions.ts";
import { applyScopes, followReached, listNetworks, matchReaches } from "./walkActions.ts";

const MINUTE = 60_000;
/** While many new sources are read, the walk over all of them waits for some more. */
const WALK_EVERY_MS = 200;

/** What the node gives. `openIndex` opens the index when it is first needed: a node without networks has none. */
export type ReaderParts = Omit<NetworkDesk, "isStopped" | "index"> & {
  readonly openIndex: () => Promise<NetworkIndex>;
  /** Hears what is no source's fault, as when the index cannot be written. */
  readonly tellFailure: (error: unknown) => void;
};

/** Keeps the index what the sources show. Nothing is opened or asked on a node without networks. */
export class NetworkReader {
  readonly #parts: ReaderParts;
  readonly #running = new Map<string, { source: Source; end: Promise<void> }>();
  readonly #told = new Map<string, string>();
  #desk: NetworkDesk | null = null;
  #isStopped = false;
  #isDirty = true;
  #isBroken = false;
  #matchAfter = 0;
  #membersKey = "";
  #ring: () => void = () => {};
  #draining: Promise<void> | null = null;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** What time brings. */
  readonly tasks: readonly ClockTask[] = [
    // Each time round: it costs a few looks at indices, and a lost wake waits no longer than that.
    { name: "read networks", everyMs: 0, run: () => this.readDue() },
    {
      name: "walk networks",
      everyMs: MINUTE,
      run: () => {
        // Domains may have been blocked since.
        this.#isDirty = true;
      },
    },
    // While a slow source is read others become due.
    { name: "start what became due", everyMs: 1000, run: () => this.#ring() },
  ];

  /** Called from inside a transaction that made something due; `isTreeChanged`: other sources may be reached now. */
  wake(isTreeChanged: boolean): void {
    this.#isDirty ||= isTreeChanged;
    setImmediate(() => void (this.#isStopped || this.#goOn().catch(this.#parts.tellFailure)));
  }

  /** Reads until nothing is due. Rejects when the index cannot be opened. */
  readDue(): Promise<void> {
    const { wire, membersOf } = this.#parts;
    const { orm } = wire.db;
    const members = listNetworks(orm).map((id) => `${id} ${membersOf(orm, id).map(({ uri }) => uri)}`);
    const key = `${members.join()} ${countPaused(orm)}`;
    this.#isDirty ||= key !== this.#membersKey;
    this.#membersKey = key;
    return this.#goOn();
  }

  /** Ends what is under way; what was cut off is read again after the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#ring();
    await this.#draining?.catch(() => {});
    await Promise.all([...this.#running.values()].map(({ end }) => end));
  }

  #goOn(): Promise<void> {
    this.#ring();
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    // Not before `#draining` is set, or it would be set for ever.
    await null;
    try {
      if (this.#desk === null && listNetworks(this.#parts.wire.db.orm).length === 0) return;
      this.#desk ??= await openDesk({ ...this.#parts, isStopped: () => this.#isStopped }, this.#parts.openIndex);
      this.#isBroken = false;
      while (!this.#isStopped) {
        const isTime = this.#running.size === 0 || performance.now() > this.#matchAfter;
        if (this.#isDirty && isTime) await this.#match(this.#desk);
        this.#startDue(this.#desk);
        if (this.#isBroken) break;
        if (this.#running.size === 0 && !this.#isDirty) return;
        const called = new Promise<void>((resolve) => {
          this.#ring = resolve;
        });
        await Promise.race([called, ...this.#nextWalk(), ...[...this.#running.values()].map(({ end }) => end)]);
      }
    } finally {
      this.#draining = null;
    }
  }

  /** When a walk that is owed may be made, though nothing that runs has ended by then: a silent source holds up nobody's walk. */
  #nextWalk(): Promise<void>[] {
    return this.#isDirty ? [setTimeout(this.#matchAfter - performance.now(), undefined, { ref: false })] : [];
  }

  /** Our own fault, as when the index cannot be written: nothing more is begun until the clock comes round. */
  #giveUp(error: unknown): void {
    this.#isBroken = true;
    this.#parts.tellFailure(error);
  }

  async #match(desk: NetworkDesk): Promise<void> {
    this.#isDirty = false;
    const startedAt = performance.now();
    matchReaches(desk);
    await applyScopes(desk, this.#told);
    await followReached(desk);
    const endedAt = performance.now();
    // A tenth of the time at most: the more sources there are, the more of them wait for one walk.
    this.#matchAfter = endedAt + Math.max(WALK_EVERY_MS, 10 * (endedAt - startedAt));
  }

  #startDue(desk: NetworkDesk): void {
    const { db, clock } = desk.wire;
    const running = this.#running;
    const due = listDueSources(db.orm, clock.now(), 20 * LANES.all).filter(({ uri }) => !running.has(uri));
    const atWork = [...running.values()].map(({ source }) => source);
    for (const source of chooseSources(due.map(asChoice), atWork)) {
      const end = visitSource(desk, source.uri)
        .then(
          (isTreeChanged) => {
            this.#isDirty ||= isTreeChanged;
          },
          (error) => this.#giveUp(error),
        )
        .finally(() => running.delete(source.uri));
      running.set(source.uri, { source, end });
    }
  }
}

async function openDesk(
  parts: Omit<NetworkDesk, "index">,
  openIndex: () => Promise<NetworkIndex>,
): Promise<NetworkDesk> {
  const index = await openIndex();
  // Made anew, or made by an earlier start that ended before it could say so here.
  if (index.wasMade || (await index.size()).sources === 0) readAllAgain(parts);
  else spreadOverdue(parts);
  return { ...parts, index };
}

/** What is only to be taken out of the index costs its node nothing: it waits for no lane of the slow and for no other reading of its host. */
function asChoice(source: Source): Source {
  return source.isDropDue ? { ...source, host: source.uri, failures: 0, tookMs: 0 } : source;
}

/** After an outage: what is overdue is read within minutes, not within a second. */
function spreadOverdue({ wire }: Pick<NetworkDesk, "wire">): void {
  const now = wire.clock.now();
  transact(wire.db, (tx) => {
    const due = listDueSources(tx, now, -1, true).filter(({ isDropDue }) => !isDropDue);
    for (const [uri, at] of spreadCatchUp(
      due.map((source) => ({ uri: source.uri, dueAt: source.retryAt })),
      now,
    )) {
      const source = loadSource(tx, uri);
      if (source) saveSource(tx, { ...source, retryAt: at });
    }
  });
}

/** Forgets what was read of every source, so that all of it is read now; what sources say of themselves stays known. */
export function readAllAgain({ wire }: Pick<NetworkDesk, "wire">): void {
  const now = wire.clock.now();
  transact(wire.db, (tx) => {
    saveFact(tx, INDEX_MADE_AT, String(now));
    forgetAllCycles(tx);
    const spent = { day: 0, pages: 0, items: 0, ms: 0 };
    for (const source of listAllSources(tx)) {
      const dueNow = (at: number | null) => (at === null ? null : now);
      const dues = {
        actorDueAt: now,
        catalogDueAt: dueNow(source.catalogDueAt),
        cyclesDueAt: dueNow(source.cyclesDueAt),
        eventsDueAt: dueNow(source.eventsDueAt),
        statisticsDueAt: dueNow(source.statisticsDueAt),
      };
      saveSource(tx, { ...source, ...NOTHING_READ, ...dues, retryAt: now, entries: 0, heard: {}, spent });
    }
  });
}
