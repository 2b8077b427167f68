// A peer on loopback that does whatever a test tells it: any actor, document, redirect, bomb or silence. It counts hits.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** What came in, body included. */
export type Hit = {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
};

/**
 * What goes out. A `body` that is neither text nor bytes is sent as JSON, as `application/activity+json` unless `headers`
 * say otherwise. With `write` the answer is written by hand and `body` is ignored.
 */
export type Reply = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delayMs?: number;
  readonly write?: (response: ServerResponse) => void;
};

type Route = Reply | ((hit: Hit) => Reply | Promise<Reply>);

export type EvilActor = {
  readonly id: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly document: Record<string, unknown>;
};

export type EvilPeer = {
  readonly origin: string;
  readonly port: number;
  readonly hits: Hit[];
  /** TCP connections seen, also those that never sent a request. */
  connections(): number;
  /** Answers `path` (with query; without it any query) with this from now on. */
  serve(path: string, route: Route): string;
  /** Serves an actor with a fresh RSA key. `overrides` replace or add members of its document. */
  serveActor(handle: string, overrides?: Record<string, unknown>): EvilActor;
  close(): Promise<void>;
};

/** Starts a peer on a free port of 127.0.0.1. Unknown paths answer 404. Hand `close` to the test's teardown. */
export async function startEvilPeer(): Promise<EvilPeer> {
  const routes = new Map<string, Route>();
  const hits: Hit[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const hit = { method: request.method ?? "", path, headers: request.headers, body: await readAll(request) };
    hits.push(hit);
    const route = routes.get(path) ?? routes.get(path.split("?")[0] ?? "") ?? { status: 404 };
    sendReply(response, typeof route === "function" ? await route(hit) : route);
  });
  server.on("connection", (socket) => {
    connections++;
    sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  function serve(path: string, route: Route): string {
    routes.set(path, route);
    return origin + path;
  }
  function serveActor(handle: string, overrides: Record<string, unknown> = {}): EvilActor {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const id = `${origin}/${handle}`;
    const keyId = `${id}#main-key`;
    const publicKeyPem = publicKey.export({ type: "spki", format: "pem" });
    const document = {
      "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
      type: "Organization",
      id,
      preferredUsername: handle,
      name: handle,
      inbox: `${id}/inbox`,
      outbox: `${id}/outbox`,
      followers: `${id}/followers`,
      publicKey: { id: keyId, owner: id, publicKeyPem },
      ...overrides,
    };
    serve(`/${handle}`, { body: document });
    return { id, keyId, privateKey, document };
  }
  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  return { origin, port, hits, connections: () => connections, serve, serveActor, close };
}

/** A redirect to anywhere. */
export function redirectTo(location: string, status = 302): Reply {
  return { status, headers: { location } };
}

/** A body without end: 64 KiB at a time, as fast as the reader takes it. */
export function endlessBody(type = "application/activity+json"): Reply {
  const chunk = Buffer.alloc(64 * 1024, " ");
  const write = (response: ServerResponse) => {
    response.writeHead(200, { "content-type": type });
    const pour = () => {
      while (!response.destroyed && response.write(chunk)) {}
    };
    response.on("drain", pour);
    pour();
  };
  return { write };
}

/** Headers at once, then one byte each `everyMs`. */
export function slowBody(everyMs: number): Reply {
  const write = (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "application/activity+json" });
    const timer = setInterval(() => response.write(" "), everyMs);
    response.on("close", () => clearInterval(timer));
  };
  return { write };
}

/** Takes the request and never says a word. */
export const silence: Reply = { write: () => {} };

/** Few bytes on the wire, `bytes` once unpacked. */
export function bomb(encoding: "gzip" | "br", bytes: number): Reply {
  const zeros = Buffer.alloc(bytes, " ");
  const body = encoding === "gzip" ? gzipSync(zeros) : brotliCompressSync(zeros);
  return { headers: { "content-encoding": encoding, "content-type": "application/activity+json" }, body };
}

function sendReply(response: ServerResponse, reply: Reply): void {
  const { status = 200, headers = {}, body, delayMs = 0, write } = reply;
  if (delayMs > 0) {
    setTimeout(() => sendReply(response, { ...reply, delayMs: 0 }), delayMs);
    return;
  }
  if (write) {
    write(response);
    return;
  }
  const plain = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
  const bytes = plain ? Buffer.from(body ?? "") : Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/activity+json", ...headers }).end(bytes);
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The sender hung up: what came in is the hit.
  }
  return Buffer.concat(chunks);
}
