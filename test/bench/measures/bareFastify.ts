// Fastify alone: a small JSON POST, parsed and answered with 202.
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { hammer } from "../hammer.ts";
import { writeFollow } from "../signedPosts.ts";

const app = Fastify();
app.post("/inbox", (_request, reply) => {
  reply.code(202).send();
});
await app.listen({ host: "127.0.0.1", port: 0 });
const { port } = app.server.address() as AddressInfo;
const body = writeFollow(1, "https://p.example/p", "https://g.example/g");
const head = `POST /inbox HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
const requests = [Buffer.concat([Buffer.from(head), body])];
const load = { port, requests, repeat: true, connections: 32, warmUpMs: 500, durationMs: 3000 };
const { perSecond } = await hammer(load, 202);
await app.close();
console.log(JSON.stringify({ value: perSecond }));
