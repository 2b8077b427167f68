// Starts, asks, kills and stops the homes of the demo: six processes that speak with us over a pipe, with each other over HTTP.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Language } from "../../src/web/words.ts";
import { CAST, HOME_KEYS, type HomeKey } from "./cast.ts";
import type { Answer, Question, Ready } from "./home.ts";
import type { Verbs } from "./verbs.ts";
import { SENTENCES } from "./words.ts";

type Verb = keyof Verbs;
type Wish<V extends Verb> = Parameters<Verbs[V]>[1];
type Gift<V extends Verb> = Awaited<ReturnType<Verbs[V]>>;

/** One running node. `start` again after `kill`; `stop` lets it finish what is in flight. */
export type HomeProcess = {
  readonly key: HomeKey;
  readonly origin: string;
  readonly folder: string;
  readonly pid: () => number;
  readonly isUp: () => boolean;
  /** Starts the process. Gives how many letters were waiting to leave when it opened. */
  readonly start: () => Promise<number>;
  readonly ask: <V extends Verb>(verb: V, wish: Wish<V>) => Promise<Gift<V>>;
  /** Resolves with the signal that ended the process. */
  readonly whenDead: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

export type Homes = Readonly<Record<HomeKey, HomeProcess>>;

/** As a node is installed (deploy/filiera.service): six of them share a machine that has better to do. */
const HEAP = ["--max-old-space-size=128", "--max-semi-space-size=2"];
/** Threads that worked once leave less behind. */
const ARENAS = { MALLOC_ARENA_MAX: "2" };
const STOP_MS = 10_000;

/** What all homes have in common. `program`: the file that each of them runs; `folder`: where their data are. */
export type Street = { readonly program: string; readonly folder: string; readonly language: Language };

/** Describes the homes; none runs yet. `ports` stand in the order of HOME_KEYS. */
export function listHomes(street: Street, ports: readonly number[]): Homes {
  const entries = HOME_KEYS.map((key, i) => [key, describeHome(key, street, ports[i]!)] as const);
  return Object.fromEntries(entries) as Record<HomeKey, HomeProcess>;
}

function describeHome(key: HomeKey, { program, folder, language }: Street, port: number): HomeProcess {
  const origin = `http://127.0.0.1:${port}`;
  const data = join(folder, CAST[key].folder);
  // Many nights go by in a minute: a copy of each, put back as a proof, would take longer than all the rest.
  const own = ["--origin", origin, "--port", String(port), "--data", data, "--language", language];
  const flags = [...own, "--allow-private", "--backup-time", "off"];
  const say = SENTENCES[language];
  const waiting = new Map<number, { verb: Verb; resolve: (gift: unknown) => void; reject: (error: Error) => void }>();
  let child: ChildProcess | null = null;
  let lastId = 0;

  const hear = (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("failed" in answer) asked?.reject(new Error(`${CAST[key].folder}, ${asked.verb}: ${answer.failed}`));
    else asked?.resolve(answer.gift);
  };
  const start = async (): Promise<number> => {
    // Nothing of our own environment: a home is set by its flags alone.
    const env = { PATH: process.env.PATH ?? "", ...ARENAS };
    const born = fork(program, flags, { env, execArgv: HEAP, serialization: "advanced" });
    child = born;
    born.once("exit", (code, signal) => {
      const error = new Error(say.ended(CAST[key].folder, String(signal ?? code)));
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
    const ended = once(born, "exit").then(() => Promise.reject(new Error(say.notStarted(CAST[key].folder))));
    const [ready] = (await Promise.race([once(born, "message"), ended])) as [Ready];
    born.on("message", hear);
    return ready.owed;
  };
  return {
    key,
    origin,
    folder: data,
    pid: () => child?.pid ?? 0,
    isUp: () => child !== null && child.exitCode === null && child.signalCode === null,
    start,
    ask: (verb, wish) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { verb, resolve: (gift) => resolve(gift as never), reject });
        child?.send({ id, verb, wish } satisfies Question, (error) => error && reject(error));
      }),
    whenDead: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return child?.signalCode ?? "";
      const [, signal] = await once(child, "exit");
      return String(signal);
    },
    stop: () => stopChild(child),
  };
}

async function stopChild(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  if (child.connected) child.disconnect();
  await ended;
  clearTimeout(force);
}

/** Six ports in a row from the base, each one that is taken replaced by a free one. */
export async function choosePorts(basePort: number): Promise<number[]> {
  const ports: number[] = [];
  for (let i = 0; i < HOME_KEYS.length; i++) ports.push(await freePort(basePort + i));
  return ports;
}

/** Whether every one of these ports can be listened on now. */
export async function areFree(ports: readonly number[]): Promise<boolean> {
  for (const port of ports) if ((await freePort(port)) !== port) return false;
  return true;
}

function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      wanted !== 0 && (error.code === "EADDRINUSE" || error.code === "EACCES") ? resolve(freePort(0)) : reject(error),
    );
    server.listen(wanted, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
