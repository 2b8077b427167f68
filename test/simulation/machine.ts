// A node of the simulation: real rooms on a real file, no port and no timer, and a power switch at every crash point.
import { AsyncLocalStorage } from "node:async_hooks";
import Database from "better-sqlite3";
import { type Config, readConfig } from "../../src/config.ts";
import { restoreBackup, writeBackup } from "../../src/db/backup.ts";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { buildNode, type Node } from "../../src/node.ts";
import type { Air, Answerer } from "./air.ts";

/** Which machine the running code belongs to: one process holds them all. */
const inside = new AsyncLocalStorage<Machine>();

/** The power fails on the machine whose turn it is, at its n-th crash point from now. */
export function armCrashes(): void {
  setCrashTrap((name) => inside.getStore()?.passCrashPoint(name));
}

const COMMITS: ReadonlySet<string> = new Set(["before-commit", "before-group-commit"]);

function isFull(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code === "SQLITE_FULL";
}

export class Machine {
  readonly name: string;
  readonly config: Config;
  node: Node | null = null;
  crashes = 0;
  /** How often a backup was put back. */
  restores = 0;
  /** Where it died last, for the record of a failing seed. */
  lastCrash = "";
  readonly #clock: { now: () => number };
  readonly #air: Air;
  readonly #chance: () => number;
  readonly #backups: string[] = [];
  readonly #dead: Node["app"][] = [];
  #fuse = -1;
  /** How many more commits find the disk full. */
  #refusedCommits = 0;

  constructor(parts: {
    name: string;
    port: number;
    folder: string;
    clock: { now: () => number };
    air: Air;
    chance: () => number;
  }) {
    const { name, port, folder, clock, air, chance } = parts;
    this.name = name;
    this.#clock = clock;
    this.#air = air;
    this.#chance = chance;
    const origin = `http://127.0.0.1:${port}`;
    this.config = readConfig(
      [
        "--origin",
        origin,
        "--port",
        String(port),
        "--data",
        `${folder}/${name}`,
        "--allow-private",
        "--backup-time",
        "off",
      ],
      {},
    ).config;
  }

  get origin(): string {
    return this.config.origin;
  }

  get isUp(): boolean {
    return this.node !== null;
  }

  /** Up, or the running node when it is. A machine may die again while it starts. */
  async start(): Promise<Node | null> {
    if (this.node) return this.node;
    await inside.run(this, async () => {
      const made = await buildNode(this.config, {
        clock: this.#clock,
        chance: this.#chance,
        busyAfterMs: 0,
        // Its people act by the rooms' own functions. Making their pages' routes took half of each start, after every power cut.
        hasDesks: false,
        carrier: this.#air.carrierOf(this.origin),
      });
      this.node = made;
      try {
        await made.start();
      } catch (error) {
        if (this.node) throw error;
      }
    });
    return this.node;
  }

  async stop(): Promise<void> {
    const { node } = this;
    this.node = null;
    await node?.stop();
  }

  /** The power will fail at the n-th crash point from now. */
  lightFuse(crashPoints: number): void {
    this.#fuse = crashPoints;
  }

  /** The disk is full for the next commits. */
  fillDisk(commits: number): void {
    this.#refusedCommits = commits;
  }

  quench(): void {
    this.#fuse = -1;
    this.#refusedCommits = 0;
  }

  passCrashPoint(name: string): void {
    if (this.#refusedCommits > 0 && COMMITS.has(name)) {
      this.#refusedCommits--;
      throw new Database.SqliteError("database or disk is full", "SQLITE_FULL");
    }
    if (this.#fuse < 0 || !this.node || this.#fuse-- > 0) return;
    this.crash(name);
    throw new Error(`power failed at ${name}`);
  }

  /** Gone in the middle of whatever it was doing: what is not committed is lost, what runs on finds no database. */
  crash(where: string): void {
    const { node } = this;
    this.node = null;
    this.#fuse = -1;
    this.crashes++;
    this.lastCrash = where;
    node?.db.raw.close();
    if (node) this.#dead.push(node.app);
  }

  /** Takes the timers away of whoever died here: once the story is over, since a dead process does nothing at all. */
  async bury(): Promise<void> {
    for (const app of this.#dead.splice(0)) await app.close();
  }

  /** Runs something as this machine. What a dying machine throws is nobody's business; null then. */
  async act<T>(work: (node: Node) => T | Promise<T>): Promise<T | null> {
    const { node } = this;
    if (!node) return null;
    try {
      return await inside.run(this, async () => work(node));
    } catch (error) {
      if (this.node === node && !isFull(error)) throw error;
      return null;
    }
  }

  /** What its server says; null when it is down or dies meanwhile. */
  readonly answer: Answerer = async ({ method, url, headers, body }) => {
    const { node } = this;
    if (!node) return null;
    const { pathname, search } = new URL(url);
    const said = await this.act(() =>
      node.app.inject({
        method,
        url: `${pathname}${search}`,
        headers: { ...headers },
        ...(body ? { payload: body } : {}),
      }),
    );
    if (!said || this.node !== node) return null;
    const flat = Object.entries(said.headers).map(([key, value]) => [key, String(value)] as const);
    return { status: said.statusCode, headers: Object.fromEntries(flat), body: said.rawPayload };
  };

  /** Copies its data as `filiera backup` does. A machine that is down, or dies meanwhile, leaves no copy. */
  async backUp(): Promise<void> {
    const { dataFolder } = this.config;
    const folder = `${dataFolder}-backup-${this.#backups.length + 1}`;
    await this.act((node) => {
      writeBackup(node.db, dataFolder, folder);
      this.#backups.push(folder);
    });
  }

  /** The machine is lost: puts one of its backups back as `filiera restore` does. It is down then. */
  async putBack(drawn: (backups: readonly string[]) => string): Promise<{ readonly epoch: number }> {
    await this.stop();
    const { dataFolder, origin } = this.config;
    const restored = restoreBackup(drawn(this.#backups), dataFolder, origin, this.#clock.now());
    if (isRefusal(restored)) throw new Error(`refused: ${JSON.stringify(restored)}`);
    this.restores++;
    return restored;
  }

  get hasBackup(): boolean {
    return this.#backups.length > 0;
  }
}
