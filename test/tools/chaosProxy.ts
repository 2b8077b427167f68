// A bad line between two nodes on loopback: each request meets one fault, by list or by seed. It forwards bytes, not sense.
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** What happens to one request. Bytes are counted from the first of its line, or of the answer's status line. */
export type Fault =
  | { readonly kind: "none" }
  /** The request waits before it goes on. */
  | { readonly kind: "delay"; readonly delayMs: number }
  /** The peer gets this many bytes of the request, then both sides lose the line. */
  | { readonly kind: "cut-request"; readonly atByte: number }
  /** The peer gets all and acts; the sender gets this many bytes of the answer, then loses the line. */
  | { readonly kind: "cut-answer"; readonly atByte: number }
  /** The peer gets all and acts; the sender hears nothing and loses the line. */
  | { readonly kind: "drop-answer" }
  /** The peer gets the request this many times at once; the sender hears the first answer. */
  | { readonly kind: "duplicate"; readonly times: number };

export type ChaosProxy = {
  readonly origin: string;
  readonly port: number;
  /** What happened so far, in the order of arrival. */
  readonly log: { readonly method: string; readonly path: string; readonly fault: Fault }[];
  close(): Promise<void>;
};

/** Gives the fault of the n-th request, from 0. */
export type FaultPlan = (index: number) => Fault;

/** Starts a proxy on a free port of 127.0.0.1 in front of `targetPort`. Each request has a connection of its own. */
export async function startChaosProxy(targetPort: number, plan: FaultPlan): Promise<ChaosProxy> {
  const log: ChaosProxy["log"] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request) => {
    const fault = plan(log.length);
    log.push({ method: request.method ?? "", path: request.url ?? "", fault });
    const bytes = await serialize(request);
    if (bytes) await forward(bytes, request.socket, targetPort, fault);
    request.socket.destroy();
  });
  server.on("connection", (socket) => {
    sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  return { origin: `http://127.0.0.1:${port}`, port, log, close };
}

/** The faults of a list, in order; afterwards a good line. */
export function listedFaults(...faults: readonly Fault[]): FaultPlan {
  return (index) => faults[index] ?? { kind: "none" };
}

/** Faults by chance, the same for the same seed; `share` of the requests (0 to 1) meet one. */
export function seededFaults(seed: number, share = 0.5): FaultPlan {
  return (index) => {
    const chance = randomFrom(seed + index * 7919);
    if (chance() >= share) return { kind: "none" };
    const faults: readonly Fault[] = [
      { kind: "delay", delayMs: Math.floor(chance() * 200) },
      { kind: "cut-request", atByte: Math.floor(chance() * 3000) },
      { kind: "cut-answer", atByte: Math.floor(chance() * 300) },
      { kind: "drop-answer" },
      { kind: "duplicate", times: 2 + Math.floor(chance() * 4) },
    ];
    return faults[Math.floor(chance() * faults.length)] ?? { kind: "none" };
  };
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function forward(bytes: Buffer, sender: Socket, targetPort: number, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case "none":
      return relay(await exchange(targetPort, bytes), sender);
    case "delay":
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      return relay(await exchange(targetPort, bytes), sender);
    case "cut-request":
      if (fault.atByte >= bytes.length) return relay(await exchange(targetPort, bytes), sender);
      return sendAndHangUp(targetPort, bytes.subarray(0, fault.atByte));
    case "cut-answer":
      return relay((await exchange(targetPort, bytes)).subarray(0, fault.atByte), sender);
    case "drop-answer":
      await exchange(targetPort, bytes);
      return;
    case "duplicate": {
      const answers = Array.from({ length: fault.times }, () => exchange(targetPort, bytes));
      await relay(await Promise.race(answers), sender);
      // The copies are part of the story: a test that goes on must not overtake them.
      await Promise.all(answers);
    }
  }
}

/** One request over a connection of its own; gives all bytes of the answer, none if there is none. */
function exchange(port: number, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks)));
  });
}

function sendAndHangUp(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes, () => socket.destroy()));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}

function relay(bytes: Buffer, sender: Socket): Promise<void> {
  return new Promise((resolve) => {
    sender.on("close", () => resolve());
    sender.end(bytes, () => resolve());
  });
}

/** The request as bytes again, of known length and asking for the connection to end; null if its sender hung up. */
async function serialize(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  const body = Buffer.concat(chunks);
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    if (/^(connection|transfer-encoding|content-length)$/i.test(name)) continue;
    lines.push(`${name}: ${request.rawHeaders[index + 1]}`);
  }
  if (request.method !== "GET") lines.push(`content-length: ${body.length}`);
  lines.push("connection: close");
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}
