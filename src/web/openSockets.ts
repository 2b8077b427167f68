// Room for whoever speaks: of the connections that are open, those that say nothing go first when files run out. Else some hundred
// silent ones would shut the node to everybody, its own letters too (SAFETY A44).
import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** For the database, its copies, and the letters on their way: as many as hosts are written to at once, and some. */
const MOST_FOR_OURSELVES = 384;
/** Where nobody says how many files may be open. */
const FILES_UNKNOWN = 1024;

/** How many connections may be open at once, by how many files this process may open. */
export function mostConnections(files: number = readFileLimit()): number {
  return files - Math.min(MOST_FOR_OURSELVES, Math.ceil((files * 3) / 8));
}

function readFileLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? FILES_UNKNOWN : Number(soft);
  } catch {
    return FILES_UNKNOWN;
  }
}

/** Keeps at most so many connections: one more, and the one that has been silent longest is closed. Whoever waits for an answer stays. */
export function boundConnections(server: Server, most: number): void {
  // In the order in which they fell silent.
  const silent = new Set<Socket>();
  let open = 0;
  server.on("connection", (socket: Socket) => {
    open += 1;
    silent.add(socket);
    socket.once("close", () => {
      open -= 1;
      silent.delete(socket);
    });
    if (open <= most) return;
    const [longest] = silent;
    longest?.destroy();
  });
  server.on("request", ({ socket }: IncomingMessage, answer: ServerResponse) => {
    silent.delete(socket);
    answer.once("close", () => {
      if (!socket.destroyed) silent.add(socket);
    });
  });
}
