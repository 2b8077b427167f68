// Crowds: hundreds who hold a connection and say nothing, a long queue with many dead peers. Who behaves well is served.
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import t, { type Test } from "tap";
import { request } from "undici";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { createSigner } from "../../src/activitypub/signHttp.ts";
import { transact } from "../../src/db/transact.ts";
import { startEvilPeer } from "../tools/evilPeer.ts";
import { startNodes } from "../tools/nodes.ts";
import { startLongPages } from "./longPages.ts";

const SLOW = 400;
const VISITORS = 300;

/** Connections that begin a request and go on by one byte at a time. */
async function openSlowSockets(t: Test, port: number, count: number): Promise<{ closed: () => number }> {
  const beginnings = [
    "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ",
    `POST /fano/inbox HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/activity+json\r\ncontent-length: 5000\r\n\r\n{`,
  ];
  let closed = 0;
  const sockets: Socket[] = await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {}).on("close", () => closed++);
      socket.resume();
      return new Promise<Socket>((resolve) =>
        socket.once("connect", () => socket.write(beginnings[i % 2]!, () => resolve(socket))),
      );
    }),
  );
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write("a");
  }, 500);
  t.teardown(() => {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
  });
  return { closed: () => closed };
}

t.test(
  "B22 while 400 connections send a byte now and then, a good peer's letters and a page pass as before",
  async (t) => {
    const { nodes, clock } = await startNodes(t, ["gas"]);
    const us = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    const peer = await startEvilPeer();
    t.teardown(() => peer.close());
    const mill = peer.serveActor("mulino");
    const slow = await openSlowSockets(t, nodes.gas.config.port, SLOW);
    const tookMs: number[] = [];
    for (let number = 0; number < 20; number++) {
      const from = performance.now();
      const inbox = `${us.id}/inbox`;
      const id = `${mill.id}/likes/${number}`;
      const activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        id,
        type: "Like",
        actor: mill.id,
        object: us.id,
      };
      const body = Buffer.from(JSON.stringify(activity));
      const headers = { "content-type": "application/activity+json" };
      const signed = await createSigner(mill, "rfc9421", clock.now)({ method: "POST", url: inbox, headers, body });
      const answer = await request(inbox, { method: "POST", headers: { ...headers, ...signed }, body });
      await answer.body.dump();
      t.equal(answer.statusCode, 202);
      tookMs.push(performance.now() - from);
    }
    const page = await request(`${nodes.gas.origin}/fano`, { headers: { accept: "text/html" } });
    await page.body.dump();
    t.equal(page.statusCode, 200);
    t.ok(tookMs.sort((a, b) => a - b)[18]! < 2000, `p95 ${tookMs[18]} ms`);
    t.equal(slow.closed(), 0, "and they were all still there");
  },
);

t.test("B22 a connection that never finishes its headers or its body is closed at our deadline", async (t) => {
  const { nodes } = await startNodes(t, ["gas"]);
  const { server } = nodes.gas.node.app;
  t.ok(server.headersTimeout > 0 && server.headersTimeout <= 15_000, `headers ${server.headersTimeout}`);
  t.ok(server.requestTimeout > 0 && server.requestTimeout <= 60_000, `request ${server.requestTimeout}`);
  nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  // The same deadlines, a hundred times shorter, so that the test need not wait for them.
  server.headersTimeout = 150;
  server.requestTimeout = 300;
  const slow = await openSlowSockets(t, nodes.gas.config.port, 20);
  for (let i = 0; slow.closed() < 20 && i < 600; i++) await pause(100);
  t.equal(slow.closed(), 20);
});

t.test("A30 of 5,000 letters to 30 peers, 9 of them dead, every living peer gets all of its own first", async (t) => {
  const { nodes, clock } = await startNodes(t, ["farm"], { chance: () => 0.5 });
  const { node, addActor } = nodes.farm;
  const mill = addActor({ kind: "producer", handle: "mulino", name: "Mulino" });
  const peers = await Promise.all(Array.from({ length: 30 }, () => startEvilPeer()));
  t.teardown(() => Promise.all(peers.map((peer) => peer.close())));
  const [dead, living] = [peers.slice(0, 9), peers.slice(9)];
  for (const peer of living) peer.serve("/inbox", { status: 202 });
  await Promise.all(dead.map((peer) => peer.close()));
  const recipients = peers.map(({ origin }) => ({ inbox: `${origin}/inbox`, actorUri: null }));
  transact(node.db, (tx) => {
    for (let number = 0; number < 5000 / peers.length; number++) {
      const id = mintIri(mill, "activities");
      const activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        id,
        type: "Like",
        actor: mill.id,
        object: mill.id,
      };
      const letter = { from: mill, activity, lane: "social", thread: null, isPublic: false, isProven: false } as const;
      node.wire.post(tx, { ...letter, recipients, now: clock.now() });
    }
  });
  const before = process.memoryUsage().rss;
  const from = performance.now();
  await node.runDue();
  const seconds = (performance.now() - from) / 1000;
  const count = (sql: string) => Number(node.db.raw.prepare(`SELECT count(*) FROM outbox WHERE ${sql}`).pluck().get());
  const each = count("1") / peers.length;
  t.ok(each > 160);
  t.equal(count("state = 'delivered'"), living.length * each);
  for (const peer of living) t.equal(peer.hits.length, each);
  t.ok(count("attempts > 0 AND state = 'pending'") <= dead.length, "one probe of each dead peer");
  t.ok((living.length * each) / seconds >= 50, `${Math.round((living.length * each) / seconds)} a second`);
  t.ok(process.memoryUsage().rss - before < 256 * 1024 * 1024);
});

type Visit = { ask: () => Promise<void>; status: Promise<number> };

/**
 * A browser that has been here before: its connection stands. `ask` sends for the page and is over once the question is out; `status`
 * comes with the whole answer, 0 for none.
 */
function openVisit(port: number): Promise<Visit> {
  const write = (path: string, connection: string) =>
    `GET ${path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\naccept-encoding: gzip, br\r\nconnection: ${connection}\r\n\r\n`;
  const socket = connect(port, "127.0.0.1");
  let head = "";
  socket.on("data", (bytes) => {
    if (head.length < 12) head += bytes.toString("latin1", 0, 12);
  });
  const status = new Promise<number>((resolve) =>
    socket.on("error", () => {}).on("close", () => resolve(Number(head.slice(9, 12)))),
  );
  const ask = () => {
    head = "";
    return new Promise<void>((resolve) => socket.write(write("/long", "close"), () => resolve()));
  };
  return new Promise((resolve) => {
    socket.once("data", () => resolve({ ask, status }));
    socket.write(write("/", "keep-alive"));
  });
}

t.test("D2 300 who open a long page in the same moment all get it from a node with a heap of 96 MB", async (t) => {
  const { child, port } = await startLongPages(96);
  t.teardown(() => child.kill("SIGKILL"));
  const visits = await Promise.all(Array.from({ length: VISITORS }, () => openVisit(port)));
  // It stands still until all have asked, so that it finds them all in one turn of its loop.
  child.kill("SIGSTOP");
  await Promise.all(visits.map(({ ask }) => ask()));
  child.kill("SIGCONT");
  const statuses = await Promise.all(visits.map(({ status }) => status));
  t.same(new Set(statuses), new Set([200]));
  t.equal(child.exitCode, null);
  const [, resident] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  const megabytes = Math.round(Number(resident) / 1024);
  t.ok(megabytes < 400, `${megabytes} MB at most`);
});
