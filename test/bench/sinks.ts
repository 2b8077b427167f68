// Five servers that answer 202 to whatever arrives, in a process of their own.
import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const SERVERS = 5;

export type Sinks = { readonly origins: readonly string[]; readonly close: () => void };

/** Starts the servers on free ports of 127.0.0.1. */
export function startSinks(): Promise<Sinks> {
  const child = fork(new URL(import.meta.url), ["--sink"]);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the sinks broke (exit ${code})`)));
    child.once("message", (ports) => {
      const origins = (ports as number[]).map((port) => `http://127.0.0.1:${port}`);
      resolve({ origins, close: () => child.kill() });
    });
  });
}

if (process.argv[2] === "--sink") {
  process.once("disconnect", () => process.exit());
  const listening = Array.from({ length: SERVERS }, async () => {
    const server = createServer((request, response) => {
      request.resume().on("end", () => response.writeHead(202).end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  });
  process.send?.(await Promise.all(listening));
}
