// Peer: a plain Fedify inbox listener with its memory store, on node:http, for the requests that inboundFloor.ts takes. They
// carry an HTTP signature only, which costs Fedify least, and the sender's key is in memory after the first.
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createFederation, type DocumentLoader, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { getDocumentLoader } from "@fedify/fedify/runtime";
import { Follow, Person } from "@fedify/fedify/vocab";
import { hammer } from "../hammer.ts";
import { signPosts, writeFollow } from "../signedPosts.ts";

const REQUESTS = 4000;

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const actor = "https://p.example/p";
const actorDocument = {
  "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
  id: actor,
  type: "Person",
  preferredUsername: "p",
  inbox: `${actor}/inbox`,
  publicKey: { id: `${actor}#main-key`, owner: actor, publicKeyPem: publicKey.export({ type: "spki", format: "pem" }) },
};
const loadContext = getDocumentLoader();
const loadActor: DocumentLoader = async (url) => ({ contextUrl: null, document: actorDocument, documentUrl: url });

const federation = createFederation<void>({
  kv: new MemoryKvStore(),
  contextLoaderFactory: () => loadContext,
  documentLoaderFactory: () => loadActor,
  authenticatedDocumentLoaderFactory: () => loadActor,
});
const ownKeys = [await generateCryptoKeyPair("Ed25519")];
federation
  .setActorDispatcher("/{identifier}", (context, identifier) => {
    return new Person({ id: context.getActorUri(identifier), inbox: context.getInboxUri(identifier) });
  })
  .setKeyPairsDispatcher(() => ownKeys);
let heard = 0;
federation.setInboxListeners("/{identifier}/inbox").on(Follow, () => {
  heard++;
});

const server = createServer(async (request, response) => {
  const answer = await federation.fetch(await readRequest(request), { contextData: undefined });
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const origin = `http://127.0.0.1:${port}`;

async function readRequest(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return new Request(origin + request.url, { method: "POST", headers, body: Buffer.concat(chunks) });
}

const bodies = Array.from({ length: REQUESTS }, (_, number) => writeFollow(number, actor, `${origin}/g`));
const requests = await signPosts(bodies, { origin, path: "/g/inbox", keyId: `${actor}#main-key`, privateKey });
const load = { port, requests, repeat: false, connections: 16, warmUpMs: 1000, durationMs: 4000 };
const { perSecond } = await hammer(load, 202);
if (heard === 0) throw new Error("the listener heard nothing");
server.closeAllConnections();
server.close();
console.log(JSON.stringify({ value: perSecond }));
