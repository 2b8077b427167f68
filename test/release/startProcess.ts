// Starts a node as a process of its own, the way a person does, and waits until it is ready.
import { type ChildProcess, spawn } from "node:child_process";
import { get } from "node:http";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const READY_MS = 90_000;

/** A node that runs: where, what it has said so far, and how to stop it as a service manager does. */
export type RunningNode = {
  readonly origin: string;
  readonly said: () => string;
  /** Sends SIGTERM; resolves with the exit code, or the name of the signal that ended it. */
  readonly stop: () => Promise<number | string>;
};

/** Runs `command` in `cwd` with its data in `data`, on a free port of this machine. Throws when it does not get ready. */
export async function startProcess(
  command: readonly [string, ...string[]],
  cwd: string,
  data: string,
): Promise<RunningNode> {
  const port = await findFreePort();
  const origin = `http://localhost:${port}`;
  const [program, ...args] = command;
  const settings = { FILIERA_ORIGIN: origin, FILIERA_PORT: String(port), FILIERA_DATA: data };
  const { PATH, HOME } = process.env;
  const child = spawn(program, args, { cwd, env: { PATH, HOME, ...settings }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = watchEnd(child);
  const until = Date.now() + READY_MS;
  while ((await askStatus(port, "/readyz")) !== 200) {
    if (child.exitCode === null && child.signalCode === null && Date.now() < until) await pause(100);
    else {
      child.kill("SIGKILL");
      throw new Error(`${command.join(" ")} did not get ready:\n${said}`);
    }
  }
  return {
    origin,
    said: () => said,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** The status of a GET on this machine; 0 when nobody answers. */
export function askStatus(port: number | string, path: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = get({ host: "127.0.0.1", port, path, timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(0));
  });
}

function watchEnd(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
