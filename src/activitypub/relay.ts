// Carries what the outbox owes: leases rows, sends their frozen bytes, writes how it went. One request in flight per host,
// live hosts first, so that dead peers never starve the others. PROTOCOL 13, SAFETY 5.
import { isStorageTrouble, type StorageNews } from "../db/storageTrouble.ts";
import { type Db, transact } from "../db/transact.ts";
import type { TellBug } from "./bugs.ts";
import { type Attempt, judge } from "./delivery.ts";
import { createOutboxStore, type DueHost, type LeasedRow, type OutboxStore, type Settlement } from "./outboxStore.ts";

const LEASE_MS = 60_000;
/** A request never outlives its lease: 15 s are needed before it starts. */
const REQUEST_MS = 15_000;
const ROWS_PER_LEASE = 16;
const HOSTS_AT_ONCE = 256;
/** Of these, hosts that failed last time: however many are dead, most places stay free for the living. */
const FAILING_AT_ONCE = 32;
/** In one turn of the event loop: with thousands of letters to hundreds of hosts, pages are answered in between. */
const HOSTS_A_TURN = 32;
const EXPIRY_EVERY_MS = 30_000;

/** How one row is sent: over HTTP, or to an actor of this same node. Throws for bugs and storage trouble, never for the world's failures. */
export type Send = (
  row: LeasedRow,
  spec: "rfc9421" | "draft-cavage",
) => Promise<{ attempt: Attempt; signatureSpec: string | null }>;

type RelayParts = {
  readonly db: Db;
  readonly clock: { now(): number };
  /** In [0, 1): jitter. */
  readonly chance: () => number;
  readonly send: Send;
  /** Groups the ends of many attempts into few commits. */
  readonly settleTogether: (settle: () => void) => Promise<void>;
  /** Nothing moves but by `drain`. */
  readonly isHandDriven?: boolean;
  readonly news: StorageNews;
  readonly tellBug: TellBug;
};

/** The one carrier of a node. It starts at once and looks for work each second and whenever it is woken. */
export class Relay {
  readonly #parts: RelayParts;
  readonly #store: OutboxStore;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #timer: NodeJS.Timeout | undefined;
  #failingInFlight = 0;
  #isStopped = false;
  #isScheduled = false;
  #lastExpiryAt = Number.NEGATIVE_INFINITY;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#store = createOutboxStore(parts.db);
    if (parts.isHandDriven) return;
    this.#timer = setInterval(() => this.wake(), 1000);
    this.#timer.unref();
  }

  /** Says that something may be due; cheap, safe inside a transaction. */
  wake(): void {
    if (this.#isScheduled || this.#isStopped || this.#parts.isHandDriven) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#claim();
    });
  }

  /** The node starts: whatever its last process held and never settled is due again at once. A peer takes a repeat once. */
  takeOver(): void {
    transact(this.#parts.db, () => this.#store.releaseExpired(this.#parts.clock.now(), Number.MAX_SAFE_INTEGER));
    this.wake();
  }

  /** Sends everything due at the clock's now and waits for it; for tests and the command line. */
  async drain(): Promise<void> {
    while (this.#claim() > 0 || this.#inFlight.size > 0) await Promise.all(this.#inFlight.values());
  }

  /** Takes nothing new, finishes what is in flight, releases the rest. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await Promise.allSettled(this.#inFlight.values());
  }

  /** Leases the due rows of hosts not in flight and starts carrying them. Gives the number of hosts. */
  #claim(): number {
    if (this.#isStopped || this.#inFlight.size >= HOSTS_AT_ONCE) return 0;
    const batches = this.#tryLease();
    for (const { host, rows } of batches) {
      const failing = host.failures > 0 ? 1 : 0;
      this.#failingInFlight += failing;
      const carried = this.#carry(host, rows)
        .catch((error: unknown) => this.#passStorageTrouble(error))
        .finally(() => {
          this.#failingInFlight -= failing;
          this.#inFlight.delete(host.host);
          this.wake();
        });
      this.#inFlight.set(host.host, carried);
    }
    if (batches.length === HOSTS_A_TURN) this.wake();
    return batches.length;
  }

  /** Nothing while the database cannot be written; the next tick asks again. */
  #tryLease(): { host: DueHost; rows: LeasedRow[] }[] {
    try {
      const batches = transact(this.#parts.db, () => this.#lease(this.#parts.clock.now()));
      // Where there was nothing to lease, nothing was written either.
      if (batches.length > 0) this.#parts.news.worked();
      return batches;
    } catch (error) {
      this.#passStorageTrouble(error);
      return [];
    }
  }

  #lease(now: number): { host: DueHost; rows: LeasedRow[] }[] {
    // Also when the clock went back: a lease must never outlive its holder for long.
    if (Math.abs(now - this.#lastExpiryAt) >= EXPIRY_EVERY_MS) {
      this.#store.releaseExpired(now);
      this.#lastExpiryAt = now;
    }
    const room = HOSTS_AT_ONCE - this.#inFlight.size;
    let failingRoom = FAILING_AT_ONCE - this.#failingInFlight;
    return this.#store
      .listDueHosts(now, room + this.#inFlight.size)
      .filter(({ host, failures }) => !this.#inFlight.has(host) && (failures === 0 || failingRoom-- > 0))
      .slice(0, Math.min(room, HOSTS_A_TURN))
      .map((host) => {
        const limit = host.failures > 0 ? 1 : ROWS_PER_LEASE;
        return { host, rows: this.#store.leaseRows(host.host, now, now + LEASE_MS, limit) };
      })
      .filter(({ rows }) => rows.length > 0);
  }

  /** Sends one host's rows one after the other; after a failure of the host the rest goes back unsent. */
  async #carry(host: DueHost, rows: readonly LeasedRow[]): Promise<void> {
    const { clock, settleTogether } = this.#parts;
    const settled: Promise<void>[] = [];
    const giveBack = (from: number) => {
      const unsent = rows.slice(from);
      if (unsent.length > 0) settled.push(settleTogether(() => this.#store.releaseRows(unsent, clock.now())));
    };
    let { failures } = host;
    for (const [i, row] of rows.entries()) {
      if (this.#isStopped || clock.now() > row.leaseUntil - REQUEST_MS) {
        giveBack(i);
        break;
      }
      const settlement = await this.#attempt(row, host, failures);
      settled.push(settleTogether(() => void this.#store.settle(settlement, clock.now())));
      failures = settlement.verdict.isHostFailing ? failures + 1 : 0;
      if (settlement.verdict.isHostFailing) {
        giveBack(i + 1);
        break;
      }
    }
    await Promise.all(settled);
    if (settled.length > 0) this.#parts.news.worked();
  }

  async #attempt(row: LeasedRow, host: DueHost, failures: number): Promise<Settlement> {
    const spec = host.signatureSpec ?? (host.isFiliera ? "rfc9421" : "draft-cavage");
    const { attempt, signatureSpec } = await this.#send(row, spec);
    const verdict = judge(row, attempt, failures + 1, this.#parts.clock.now(), this.#parts.chance());
    return { row, verdict, status: attempt.kind === "answer" ? attempt.status : null, signatureSpec };
  }

  /** One letter that cannot be sent is set aside with its cause, so that it holds up neither the others nor the process (A31). */
  async #send(row: LeasedRow, spec: "rfc9421" | "draft-cavage"): ReturnType<Send> {
    try {
      return await this.#parts.send(row, spec);
    } catch (error) {
      if (isStorageTrouble(error)) throw error;
      this.#parts.tellBug("a letter cannot be sent", row.activityId, error);
      const cause = (error instanceof Error ? error.message : String(error)).slice(0, 200);
      return { attempt: { kind: "unsendable", cause }, signatureSpec: null };
    }
  }

  /** An end that could not be written is no reason to die: the lease runs out, the row is sent again, the peer takes it once. */
  #passStorageTrouble(error: unknown): void {
    if (!isStorageTrouble(error)) throw error;
    this.#parts.news.failed(error);
  }
}
