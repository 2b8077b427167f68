// Peer: Fedify's sendActivity of a small Create to 200 inboxes on five servers, as it comes: RSA and Ed25519 keys, no queue.
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { Create, Note, Person } from "@fedify/fedify/vocab";
import { startSinks } from "../sinks.ts";

const INBOXES = 200;
const DURATION_MS = 4000;

const { origins, close } = await startSinks();
const keys = [await makeRsa2048(), await generateCryptoKeyPair("Ed25519")];
const federation = createFederation<void>({ kv: new MemoryKvStore(), allowPrivateAddress: true });
federation
  .setActorDispatcher("/{identifier}", (context, identifier) => new Person({ id: context.getActorUri(identifier) }))
  .setKeyPairsDispatcher(() => keys);
const context = federation.createContext(new URL("https://p.example/"), undefined);
const recipients = Array.from({ length: INBOXES }, (_, number) => {
  const origin = origins[number % origins.length]!;
  return { id: new URL(`${origin}/${number}`), inboxId: new URL(`${origin}/${number}/inbox`) };
});

let delivered = 0;
const started = performance.now();
for (let round = 0; performance.now() - started < DURATION_MS; round++) {
  const note = new Note({ id: new URL(`https://p.example/notes/${round}`), content: "Arance da mercoledì" });
  const create = new Create({
    id: new URL(`https://p.example/creates/${round}`),
    actor: context.getActorUri("p"),
    object: note,
  });
  await context.sendActivity({ identifier: "p" }, recipients, create);
  delivered += INBOXES;
}
const value = delivered / ((performance.now() - started) / 1000);
close();
console.log(JSON.stringify({ value }));

/** Fedify makes RSA keys of 4,096 bits, whose signatures cost eight times as much; the comparison is with 2,048. */
function makeRsa2048(): Promise<CryptoKeyPair> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}
