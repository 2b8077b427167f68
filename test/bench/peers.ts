// Other people's nodes in a process of their own: actors that can be asked for, inboxes that answer 202.
import { fork } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer } from "node:http";
import { startEvilPeer } from "../tools/evilPeer.ts";

const SLOW_MS = 10_000;

export type Peers = {
  readonly actors: readonly { readonly id: string; readonly keyId: string }[];
  /** One key for all of them: making one each takes seconds. */
  readonly privateKey: KeyObject;
  readonly close: () => void;
};

/** Starts a server on loopback with this many actors. */
export async function startActors(count: number): Promise<Peers> {
  const { answer, close } = await forkHere<{ actors: Peers["actors"]; pem: string }>(["--actors", String(count)]);
  return { actors: answer.actors, privateKey: createPrivateKey(answer.pem), close };
}

/**
 * Inboxes on this many hosts of loopback, `dead` of which nobody listens at; the dead are spread among the living. With
 * `isEverySecondSilent`, every second of the dead listens instead, and never says a word. `slow` of the living take ten seconds
 * for each answer.
 */
export async function startHosts(
  count: number,
  dead: number,
  isEverySecondSilent = false,
  slow = 0,
): Promise<{ inboxes: string[]; close: () => void }> {
  const { answer, close } = await forkHere<string[]>([
    "--hosts",
    String(count),
    String(dead),
    `${isEverySecondSilent}`,
    String(slow),
  ]);
  return { inboxes: answer, close };
}

function forkHere<Answer>(args: readonly string[]): Promise<{ answer: Answer; close: () => void }> {
  const child = fork(new URL(import.meta.url), [...args]);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the peers broke (exit ${code})`)));
    child.once("message", (answer) => resolve({ answer: answer as Answer, close: () => child.kill() }));
  });
}

async function serveActors(count: number): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKeyPem = publicKey.export({ type: "spki", format: "pem" });
  const peer = await startEvilPeer();
  const actors = Array.from({ length: count }, (_, number) => {
    const id = `${peer.origin}/a${number}`;
    const keyId = `${id}#main-key`;
    const context = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"];
    const names = {
      "@context": context,
      id,
      type: "Organization",
      preferredUsername: `a${number}`,
      name: `a${number}`,
    };
    const publicKey = { id: keyId, owner: id, publicKeyPem };
    peer.serve(`/a${number}`, { body: { ...names, inbox: `${id}/inbox`, outbox: `${id}/outbox`, publicKey } });
    peer.serve(`/a${number}/inbox`, { status: 202 });
    return { id, keyId };
  });
  process.send?.({ actors, pem: privateKey.export({ type: "pkcs8", format: "pem" }) });
}

async function serveHosts(count: number, dead: number, isEverySecondSilent: boolean, slow: number): Promise<void> {
  let port = 0;
  let slowLeft = slow;
  const inboxes: string[] = [];
  for (let number = 0; number < count; number++) {
    // All of 127.0.0.0/8 is loopback on Linux: an address each, so that each is a host of its own.
    const host = `127.0.${1 + Math.floor(number / 250)}.${1 + (number % 250)}`;
    const deadBefore = Math.floor((number * dead) / count);
    const isDead = Math.floor(((number + 1) * dead) / count) > deadBefore;
    const isSilent = isDead && isEverySecondSilent && deadBefore % 2 === 1;
    if (!isDead || isSilent) {
      const waitMs = !isSilent && slowLeft-- > 0 ? SLOW_MS : 0;
      const server = createServer((request, response) => {
        request.resume();
        const answer = () => response.writeHead(202).end();
        if (!isSilent) request.on("end", waitMs > 0 ? () => setTimeout(answer, waitMs) : answer);
      });
      await new Promise<void>((resolve) => server.listen(port, host, resolve));
      const address = server.address();
      if (port === 0 && typeof address === "object") port = address?.port ?? 0;
    }
    inboxes.push(`${host}/inbox`);
  }
  process.send?.(inboxes.map((inbox) => `http://${inbox.replace("/", `:${port}/`)}`));
}

// Whoever started us is gone.
if (process.argv[2]?.startsWith("--")) process.once("disconnect", () => process.exit());
if (process.argv[2] === "--actors") await serveActors(Number(process.argv[3]));
if (process.argv[2] === "--hosts") {
  const [, , , count, dead, isEverySecondSilent, slow] = process.argv;
  await serveHosts(Number(count), Number(dead), isEverySecondSilent === "true", Number(slow));
}
