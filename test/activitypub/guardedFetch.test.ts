import type { ServerResponse } from "node:http";
import { BlockList, createServer as createTcpServer } from "node:net";
import t from "tap";
import { isBlockedHost, readBlocks } from "../../src/activitypub/blocks.ts";
import {
  createFetcher,
  type Fetcher,
  type FetcherOptions,
  readRetryAfter,
  type Signer,
} from "../../src/activitypub/guardedFetch.ts";
import { bomb, type EvilPeer, endlessBody, redirectTo, silence, slowBody, startEvilPeer } from "../tools/evilPeer.ts";

const ACCEPT = { accept: "application/activity+json" };

type Teardown = { teardown(work: () => unknown): void };

function fetcherFor(t: Teardown, options: Partial<FetcherOptions> = {}): Fetcher {
  const fetcher = createFetcher({ allowPrivate: true, userAgent: "Filiera/test", ...options });
  t.teardown(() => fetcher.close());
  return fetcher;
}

async function peerFor(t: Teardown): Promise<EvilPeer> {
  const peer = await startEvilPeer();
  t.teardown(() => peer.close());
  return peer;
}

/** A signer that writes down what it was asked to sign. */
function notingSigner(): { sign: Signer; signed: string[] } {
  const signed: string[] = [];
  const sign: Signer = ({ method, url }) => {
    signed.push(`${method} ${url}`);
    return { signature: "s" };
  };
  return { sign, signed };
}

t.test("a document is fetched with our name, the wanted type, no compression and its signature", async (t) => {
  const peer = await peerFor(t);
  const { sign, signed } = notingSigner();
  const url = peer.serve("/p?x=1", { body: { id: "x" }, headers: { "x-two": "b" } });
  const answer = await fetcherFor(t).get(`${url}#fragment`, { ...ACCEPT, sign });
  t.match(answer, {
    ok: true,
    status: 200,
    url,
    headers: { "content-type": "application/activity+json", "x-two": "b" },
  });
  t.equal(answer.ok && answer.body.toString(), '{"id":"x"}');
  t.match(peer.hits[0], {
    method: "GET",
    path: "/p?x=1",
    headers: { accept: "application/activity+json", "accept-encoding": "identity", "user-agent": "Filiera/test" },
  });
  t.equal(peer.hits[0]?.headers.signature, "s");
  t.strictSame(signed, [`GET ${url}`]);
});

t.test("a delivery sends the frozen bytes as they are and reuses its connection", async (t) => {
  const peer = await peerFor(t);
  const url = peer.serve("/inbox", { status: 202 });
  const fetcher = fetcherFor(t);
  const bytes = Buffer.from('{"b":1, "a":"é"}');
  const headers = { "content-type": "application/activity+json" };
  for (let delivery = 0; delivery < 20; delivery++) {
    t.match(await fetcher.post(url, bytes, { headers }), { ok: true, status: 202 });
  }
  t.ok(peer.hits.every(({ body, method }) => method === "POST" && body.equals(bytes)));
  t.ok(peer.connections() <= 2, "a second one at most, where the first is still closing its answer");
});

t.test("A25 every status is an answer, not a failure", async (t) => {
  const peer = await peerFor(t);
  const fetcher = fetcherFor(t);
  for (const status of [200, 204, 304, 400, 401, 403, 404, 408, 410, 429, 500, 502, 503]) {
    const url = peer.serve(`/${status}`, { status });
    t.match(await fetcher.get(url, ACCEPT), { ok: true, status });
    t.match(await fetcher.post(url, Buffer.from("{}"), { headers: {} }), { ok: true, status });
  }
});

t.test("A27 an empty, HTML or 2xx answer without a receipt comes back as it is, for the outbox to judge", async (t) => {
  const peer = await peerFor(t);
  const fetcher = fetcherFor(t);
  const html = peer.serve("/html", { headers: { "content-type": "text/html" }, body: "<p>ok</p>" });
  const answer = await fetcher.post(html, Buffer.from("{}"), { headers: {} });
  t.match(answer, { ok: true, status: 200, headers: { "content-type": "text/html" } });
  t.equal(answer.ok && answer.body.toString(), "<p>ok</p>");
  const empty = await fetcher.post(peer.serve("/none", { status: 204 }), Buffer.from("{}"), { headers: {} });
  t.match(empty, { ok: true, status: 204 });
  t.equal(empty.ok && empty.body.length, 0);
});

t.test("A26 a delivery is never carried on to where a redirect points", async (t) => {
  const peer = await peerFor(t);
  const other = await peerFor(t);
  const fetcher = fetcherFor(t);
  for (const status of [301, 302, 303, 307, 308]) {
    for (const location of ["/elsewhere", `${other.origin}/inbox`, "http://10.0.0.1/", "/inbox"]) {
      const url = peer.serve("/inbox", redirectTo(location, status));
      const answer = await fetcher.post(url, Buffer.from("{}"), { headers: {} });
      t.match(answer, { ok: false, failure: "redirect", detail: `${status} to ${location}` });
    }
  }
  t.equal(other.connections(), 0);
  t.ok(peer.hits.every(({ path }) => path === "/inbox"));
});

t.test("a GET follows three redirects and no fourth, and knows where it ended", async (t) => {
  const peer = await peerFor(t);
  const fetcher = fetcherFor(t);
  for (let hop = 0; hop < 20; hop++) peer.serve(`/${hop}`, redirectTo(`/${hop + 1}`));
  const end = peer.serve("/20", { body: {} });
  t.match(await fetcher.get(`${peer.origin}/17`, ACCEPT), { ok: true, url: end });
  t.equal(peer.hits.length, 4);
  t.match(await fetcher.get(`${peer.origin}/0`, ACCEPT), { ok: false, failure: "redirect" });
  t.equal(peer.hits.length, 8, "B23 of 20 redirects 3 are followed");
  t.match(await fetcher.get(peer.serve("/loop", redirectTo("/loop")), ACCEPT), { ok: false, failure: "redirect" });
  t.match(await fetcher.get(peer.serve("/lost", { status: 302 }), ACCEPT), { ok: false, failure: "redirect" });
});

t.test(
  "B28 each hop is judged: a redirect to a private host, port, scheme or name sends no packet there",
  async (t) => {
    const peer = await peerFor(t);
    const fetcher = fetcherFor(t);
    for (const [location, failure] of [
      ["https://10.0.0.1/", "private-address"],
      ["https://169.254.169.254/latest/meta-data", "private-address"],
      ["https://[::ffff:127.0.0.1]/", "private-address"],
      ["https://intranet/", "private-address"],
      ["http://farm.example/", "url"],
      ["https://farm.example:6379/", "url"],
      ["https://u:p@farm.example/", "url"],
      ["file:///etc/passwd", "url"],
      ["data:application/activity+json,{}", "url"],
      ["gopher://farm.example/", "url"],
    ] as const) {
      t.match(await fetcher.get(peer.serve("/r", redirectTo(location)), ACCEPT), { ok: false, failure }, location);
    }
  },
);

t.test("B28 a public name that redirects to loopback reaches nothing there", async (t) => {
  const target = await peerFor(t);
  const fetcher = fetcherFor(t, { allowPrivate: false });
  t.match(await fetcher.get(`${target.origin}/secret`, ACCEPT), { ok: false, failure: "private-address" });
  t.match(await fetcher.post(`${target.origin}/inbox`, Buffer.from("{}"), { headers: {} }), {
    failure: "private-address",
  });
  t.equal(target.connections(), 0);
});

t.test("B28 a signature stays with the origin it was made for, even on the way back", async (t) => {
  const peer = await peerFor(t);
  const other = await peerFor(t);
  const { sign, signed } = notingSigner();
  const first = peer.serve("/a", redirectTo("/b"));
  const second = peer.serve("/b", redirectTo(`${other.origin}/c`));
  other.serve("/c", redirectTo(`${peer.origin}/d`));
  const last = peer.serve("/d", { body: {} });
  t.match(await fetcherFor(t).get(first, { ...ACCEPT, sign }), { ok: true, url: last });
  t.strictSame(signed, [`GET ${first}`, `GET ${second}`]);
  t.equal(other.hits[0]?.headers.signature, undefined);
  t.equal(peer.hits.at(-1)?.headers.signature, undefined);
});

t.test("B43 a blocked host is neither fetched from nor delivered to, nor reached by a redirect", async (t) => {
  const peer = await peerFor(t);
  const blocked = await peerFor(t);
  const blocks = readBlocks(["127.0.0.2"]);
  const fetcher = fetcherFor(t, { isBlocked: (host) => isBlockedHost(host, blocks) });
  const target = `http://127.0.0.2:${blocked.port}/p`;
  t.match(await fetcher.get(target, ACCEPT), { ok: false, failure: "blocked", detail: "127.0.0.2" });
  t.match(await fetcher.post(target, Buffer.from("{}"), { headers: {} }), { ok: false, failure: "blocked" });
  t.match(await fetcher.get(peer.serve("/r", redirectTo(target)), ACCEPT), { ok: false, failure: "blocked" });
  t.equal(blocked.connections(), 0, "0 packets");
});

t.test("B23 300 MB, an endless body and a lying length are cut at 1 MiB, and memory stays flat", async (t) => {
  const peer = await peerFor(t);
  const fetcher = fetcherFor(t);
  const huge = peer.serve("/huge", { ...endlessBody(), headers: { "content-length": String(300 * 1024 * 1024) } });
  const before = process.memoryUsage().rss;
  for (const url of [huge, peer.serve("/endless", endlessBody())]) {
    t.match(await fetcher.get(url, ACCEPT), { ok: false, failure: "too-large" });
  }
  t.ok(process.memoryUsage().rss - before < 20 * 1024 * 1024, "at most 20 MB more");
  t.match(await fetcher.get(peer.serve("/exact", { body: "x".repeat(1024 * 1024) }), ACCEPT), { ok: true });
  t.match(await fetcher.get(peer.serve("/one-more", { body: "x".repeat(1024 * 1024 + 1) }), ACCEPT), { ok: false });
  t.match(await fetcher.get(peer.serve("/small", { body: "12345" }), { ...ACCEPT, maxBytes: 4 }), { ok: false });
});

t.test("B23 a gzip or brotli bomb is refused unopened", async (t) => {
  const peer = await peerFor(t);
  const fetcher = fetcherFor(t);
  for (const encoding of ["gzip", "br"] as const) {
    const url = peer.serve(`/${encoding}`, bomb(encoding, 32 * 1024 * 1024));
    t.match(await fetcher.get(url, ACCEPT), { ok: false, failure: "encoding", detail: encoding });
  }
});

t.test("an endless answer to a delivery ends at 64 KiB, and the delivery counts", async (t) => {
  const peer = await peerFor(t);
  const answer = await fetcherFor(t).post(peer.serve("/inbox", endlessBody()), Buffer.from("{}"), { headers: {} });
  t.match(answer, { ok: true, status: 200 });
  t.ok(answer.ok && answer.body.length <= 64 * 1024);
});

t.test("headers beyond 16 KiB and bytes that are no HTTP are failures, not crashes", async (t) => {
  const peer = await peerFor(t);
  const fetcher = fetcherFor(t);
  const url = peer.serve("/h", { headers: { "x-long": "x".repeat(20_000) } });
  t.match(await fetcher.get(url, ACCEPT), { ok: false, failure: "too-large" });
  const noise = createTcpServer((socket) =>
    socket.on("data", () => socket.end("SSH-2.0-OpenSSH_9.2\r\n")).on("error", () => {}),
  );
  await new Promise<void>((resolve) => noise.listen(0, "127.0.0.1", resolve));
  t.teardown(() => noise.close());
  const { port } = noise.address() as { port: number };
  t.match(await fetcher.get(`http://127.0.0.1:${port}/`, ACCEPT), { ok: false, failure: "malformed" });
  t.match(await fetcher.get(`https://127.0.0.1:${port}/`, ACCEPT), { ok: false, failure: "tls" });
});

t.test("A23 slow and silent peers end at the deadline and do not slow the good ones", async (t) => {
  const slow = await peerFor(t);
  const good = await peerFor(t);
  const fetcher = fetcherFor(t, { deadlines: { getMs: 1500, postMs: 1500 } });
  const stuck = [slow.serve("/silence", silence), slow.serve("/drip", slowBody(50))];
  const started = performance.now();
  const waiting = Array.from({ length: 20 }, (_, index) =>
    fetcher.post(stuck[index % 2] ?? "", Buffer.from("{}"), { headers: {} }),
  );
  const inbox = good.serve("/inbox", { status: 202 });
  const times = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const answer = await fetcher.post(inbox, Buffer.from("{}"), { headers: {} });
      t.match(answer, { ok: true, status: 202 });
      return performance.now() - started;
    }),
  );
  t.ok(Math.max(...times) < 1000, "the good are served at once");
  for (const answer of await Promise.all(waiting)) t.match(answer, { ok: false, failure: "timeout" });
  t.ok(performance.now() - started < 8000, "the slow end at their deadline");
  t.match(await fetcher.get(stuck[1] ?? "", ACCEPT), { ok: false, failure: "timeout" });
});

/** A peer's page that hangs up on the first `times` who ask, and answers afterwards. */
function hangUp(times: number) {
  let asked = 0;
  return (response: ServerResponse) => {
    if (asked++ < times) response.destroy();
    else response.writeHead(200, { "content-type": "application/activity+json" }).end("{}");
  };
}

t.test("a GET whose peer hangs up before it answers is asked once more, and no third time", async (t) => {
  const peer = await peerFor(t);
  const fetcher = fetcherFor(t);
  t.match(await fetcher.get(peer.serve("/once", { write: hangUp(1) }), ACCEPT), { ok: true, status: 200 });
  t.equal(peer.hits.length, 2);
  t.match(await fetcher.get(peer.serve("/twice", { write: hangUp(2) }), ACCEPT), { ok: false, failure: "network" });
  t.equal(peer.hits.length, 4);
});

t.test(
  "a delivery whose peer hangs up is not sent again: it may have been read, and the outbox knows when to",
  async (t) => {
    const peer = await peerFor(t);
    const url = peer.serve("/inbox", { write: hangUp(1) });
    t.match(await fetcherFor(t).post(url, Buffer.from("{}"), { headers: {} }), { ok: false, failure: "network" });
    t.equal(peer.hits.length, 1);
  },
);

t.test("A22 a peer that hangs up, before or amid its answer, is a failure of the network", async (t) => {
  const peer = await peerFor(t);
  const fetcher = fetcherFor(t);
  const before = peer.serve("/before", { write: (response) => response.destroy() });
  t.match(await fetcher.get(before, ACCEPT), { ok: false, failure: "network" });
  const write = (response: ServerResponse) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
    setTimeout(() => response.destroy(), 20);
  };
  t.match(await fetcher.get(peer.serve("/amid", { write }), ACCEPT), { ok: false, failure: "network" });
});

t.test("a closed port is refused, a dead name is dns, each in its own word", async (t) => {
  const peer = await startEvilPeer();
  await peer.close();
  t.match(await fetcherFor(t).get(`${peer.origin}/`, ACCEPT), {
    ok: false,
    failure: "refused",
    detail: "ECONNREFUSED",
  });
  for (const code of ["ENOTFOUND", "ESERVFAIL", "ETIMEOUT"]) {
    const resolve = async () => {
      throw Object.assign(new Error(code), { code });
    };
    const answer = await fetcherFor(t, { resolve }).get("https://gone.example/", ACCEPT);
    t.match(answer, { ok: false, failure: "dns", detail: code }, "A28");
  }
  const resolve = async () => [{ address: "10.0.0.1", family: 4 }];
  const answer = await fetcherFor(t, { resolve, listOwn: () => new BlockList() }).get("https://a.example/", ACCEPT);
  t.match(answer, { ok: false, failure: "private-address" }, "A28 private");
});

t.test(
  "a delivery that waits behind busy connections ends at its own deadline, and the next one is sent",
  async (t) => {
    const peer = await peerFor(t);
    const url = peer.serve("/inbox", silence);
    const fetcher = fetcherFor(t, { deadlines: { getMs: 300, postMs: 300 } });
    const deliveries = Array.from({ length: 30 }, () => fetcher.post(url, Buffer.from("{}"), { headers: {} }));
    for (const answer of await Promise.all(deliveries)) t.match(answer, { ok: false, failure: "timeout" });
    peer.serve("/inbox", { status: 202 });
    t.match(await fetcher.post(url, Buffer.from("last"), { headers: {} }), { ok: true, status: 202 });
  },
);

t.test("a name that never resolves ends at the deadline", async (t) => {
  const fetcher = fetcherFor(t, { resolve: () => new Promise(() => {}), deadlines: { getMs: 100, postMs: 100 } });
  t.match(await fetcher.get("https://hang.example/", ACCEPT), { ok: false, failure: "timeout" });
  t.match(await fetcher.post("https://hang.example/", Buffer.from("{}"), { headers: {} }), { failure: "timeout" });
});

t.test("what a peer writes into a failure is printable and short", async (t) => {
  const peer = await peerFor(t);
  const location = `/${"x".repeat(400)}`;
  const answer = await fetcherFor(t).post(peer.serve("/i", redirectTo(location)), Buffer.from("{}"), { headers: {} });
  t.equal(answer.ok ? 0 : answer.detail.length, 200);
  const odd = await fetcherFor(t).get("https://a.example\u001b[31m/", ACCEPT);
  t.match(odd, { ok: false, failure: "url", url: "https://a.example?[31m/" });
});

t.test("A24 Retry-After is read as seconds or date, never beyond a day, nonsense not at all", async (t) => {
  const now = Date.parse("2026-11-22T10:00:00Z");
  t.equal(readRetryAfter({ "retry-after": "120" }, now), 120_000);
  t.equal(readRetryAfter({ "retry-after": "Sun, 22 Nov 2026 10:05:00 GMT" }, now), 300_000);
  t.equal(readRetryAfter({ "retry-after": "Sun, 22 Nov 2026 09:00:00 GMT" }, now), 0);
  t.equal(readRetryAfter({ "retry-after": "1000000000" }, now), 24 * 3600 * 1000);
  for (const text of ["", "soon", "-5 minutes ago, maybe"]) t.equal(readRetryAfter({ "retry-after": text }, now), null);
  t.equal(readRetryAfter({}, now), null);
});
