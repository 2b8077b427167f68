// Strikes a server on loopback with ready-made requests from a process of its own, so that the striker's work is not measured.
import { fork } from "node:child_process";
import { connect } from "node:net";

export type Load = {
  readonly port: number;
  /** Whole HTTP/1.1 requests; sent in order, each once unless `repeat`. */
  readonly requests: readonly Buffer[];
  readonly repeat: boolean;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
};

/** What came back within the time measured. `statuses` counts answers, so that a rate of refusals is seen as such. */
export type Outcome = {
  readonly perSecond: number;
  /** Answers within the time measured. */
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly statuses: Readonly<Record<string, number>>;
};

/** Runs a load in a child process; fails unless all answers have the status `expected`. */
export function hammer(load: Load, expected: number): Promise<Outcome> {
  const child = fork(new URL(import.meta.url), ["--strike"], { serialization: "advanced" });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the hammer broke (exit ${code})`)));
    child.once("message", (message) => {
      const outcome = message as Outcome;
      const strange = Object.keys(outcome.statuses).filter((status) => status !== String(expected));
      if (strange.length > 0) reject(new Error(`unexpected answers: ${JSON.stringify(outcome.statuses)}`));
      else resolve(outcome);
      child.disconnect();
    });
    child.send(load);
  });
}

/** All connections at once, each with one request in flight, until the time or the requests are over. */
async function strike(load: Load): Promise<Outcome> {
  const started = performance.now();
  const from = started + load.warmUpMs;
  const until = from + load.durationMs;
  const statuses: Record<string, number> = {};
  const timesMs: number[] = [];
  let next = 0;
  let lastAt = from;
  const take = (): Buffer | undefined => {
    if (performance.now() >= until) return undefined;
    const index = next++;
    return load.requests[load.repeat ? index % load.requests.length : index];
  };
  const note = (status: string, sentAt: number) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    const now = performance.now();
    if (now < from || now > until) return;
    timesMs.push(now - sentAt);
    lastAt = now;
  };
  // An address each, as many visitors have: limits per address are part of the product and not what is measured.
  const addresses = Array.from({ length: load.connections }, (_, index) => `127.0.2.${index + 1}`);
  await Promise.all(addresses.map((localAddress) => keepAsking(load.port, localAddress, take, note)));
  timesMs.sort((one, other) => one - other);
  const at = (share: number) => timesMs[Math.floor(share * timesMs.length)] ?? 0;
  const count = timesMs.length;
  return { perSecond: count / ((lastAt - from) / 1000), count, p50Ms: at(0.5), p95Ms: at(0.95), statuses };
}

function keepAsking(
  port: number,
  localAddress: string,
  take: () => Buffer | undefined,
  note: (status: string, sentAt: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard: Buffer = Buffer.alloc(0);
    let sentAt = 0;
    const socket = connect({ port, host: "127.0.0.1", localAddress }, ask).setNoDelay(true);
    function ask(): void {
      const request = take();
      if (request === undefined) {
        socket.destroy();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    }
    socket.on("data", (chunk: Buffer) => {
      heard = heard.length === 0 ? chunk : Buffer.concat([heard, chunk]);
      const status = readWholeAnswer(heard);
      if (status === null) return;
      heard = Buffer.alloc(0);
      note(status, sentAt);
      ask();
    });
    socket.on("error", reject);
    socket.on("end", () => reject(new Error("the server hung up")));
  });
}

/** The status of an answer that has arrived whole; null while bytes are missing. */
function readWholeAnswer(heard: Buffer): string | null {
  const end = heard.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const head = heard.toString("latin1", 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined && heard.length < end + 4 + Number(length)) return null;
  const chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
  if (chunked && heard.toString("latin1", heard.length - 5) !== "0\r\n\r\n") return null;
  return head.slice(9, 12);
}

if (process.argv[2] === "--strike") {
  process.once("disconnect", () => process.exit());
  process.once("message", async (load) => {
    process.send?.(await strike(load as Load));
  });
}
