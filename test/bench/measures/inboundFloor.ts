// The least an inbox can do on this stack: Fastify, digest and RFC 9421 signature on node:crypto, JSON.parse, one row in an
// fsynced commit, of its own ("each") or shared with those that arrived meanwhile ("grouped"). No gate, no resolver, no
// effect: what an inbox cannot go below.
import { createHash, generateKeyPairSync, verify } from "node:crypto";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { hammer } from "../hammer.ts";
import { openScratch } from "../scratch.ts";
import { signPosts, writeFollow, writeSignatureBase } from "../signedPosts.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const { db, remove } = openScratch();
db.raw.exec("CREATE TABLE log (id INTEGER PRIMARY KEY, activity_uri TEXT NOT NULL, bytes BLOB NOT NULL) STRICT");
const insert = db.raw.prepare("INSERT INTO log (activity_uri, bytes) VALUES (?, ?)");

type Waiting = { readonly id: string; readonly bytes: Buffer; readonly done: () => void };
const waiting: Waiting[] = [];
const commit = db.raw.transaction((rows: readonly Waiting[]) => {
  for (const { id, bytes } of rows) insert.run(id, bytes);
});
function commitOne(id: string, bytes: Buffer): void {
  commit([{ id, bytes, done: () => {} }]);
}
function commitTogether(id: string, bytes: Buffer): Promise<void> {
  return new Promise((done) => {
    if (waiting.length === 0) {
      setImmediate(() => {
        const rows = waiting.splice(0);
        commit(rows);
        for (const row of rows) row.done();
      });
    }
    waiting.push({ id, bytes, done });
  });
}

const save = process.argv[2] === "each" ? commitOne : commitTogether;

const app = Fastify();
app.addContentTypeParser("application/activity+json", { parseAs: "buffer" }, (_request, body, done) =>
  done(null, body),
);
app.post("/inbox", async (request, reply) => {
  const body = request.body as Buffer;
  const { "signature-input": input, signature, "content-digest": digest } = request.headers as Record<string, string>;
  const base = writeSignatureBase(`${origin}/inbox`, digest ?? "", (input ?? "").slice(5));
  const bytes = Buffer.from((signature ?? "").slice(6, -1), "base64");
  const isWhole = digest === `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
  if (!isWhole || !verify("sha256", Buffer.from(base), publicKey, bytes)) return reply.code(401).send();
  const { id } = JSON.parse(body.toString()) as { id: string };
  await save(id, body);
  return reply.code(202).send();
});
await app.listen({ host: "127.0.0.1", port: 0 });
const { port } = app.server.address() as AddressInfo;
const origin = `http://127.0.0.1:${port}`;

const actor = "https://p.example/p";
const bodies = Array.from({ length: 2000 }, (_, number) => writeFollow(number, actor, `${origin}/g`));
const requests = await signPosts(bodies, { origin, path: "/inbox", keyId: `${actor}#main-key`, privateKey });
const load = { port, requests, repeat: true, connections: 64, warmUpMs: 2000, durationMs: 4000 };
const { perSecond } = await hammer(load, 202);
await app.close();
remove();
console.log(JSON.stringify({ value: perSecond }));
