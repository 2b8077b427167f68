// What a program that asks again and again is answered.
import Fastify from "fastify";
import t from "tap";
import { sendCached } from "../../src/web/cachedAnswer.ts";

t.test("what anybody fetches twice comes once, and comes again once it is another", async (t) => {
  let text = "uno";
  const app = Fastify();
  app.get("/plain", (request, reply) => sendCached(request, reply, { type: "text/plain", text, seconds: 60 }));
  app.get("/worded", (request, reply) => sendCached(request, reply, { type: "text/plain", text, isWorded: true }));
  t.teardown(() => app.close());
  const ask = (url: string, etag?: string) =>
    app.inject({ url, ...(etag ? { headers: { "if-none-match": etag } } : {}) });
  const first = await ask("/plain");
  t.equal(first.body, "uno");
  t.equal(first.headers["cache-control"], "public, max-age=60");
  t.equal(first.headers.vary, undefined, "the same for every language");
  const etag = String(first.headers.etag);
  const again = await ask("/plain", etag);
  t.same([again.statusCode, again.body, again.headers.etag], [304, "", etag]);
  text = "due";
  t.same((await ask("/plain", etag)).body, "due");
  const worded = await ask("/worded");
  t.equal(worded.headers["cache-control"], "public, max-age=300");
});

t.test("a cache shared by many gives nobody another reader's language", async (t) => {
  const app = Fastify();
  app.get("/plain", (request, reply) => sendCached(request, reply, { type: "text/plain", text: "1" }));
  // As pages choose it: the cookie before the header.
  app.get("/worded", (request, reply) => {
    const text = `${request.headers.cookie ?? request.headers["accept-language"]}`;
    return sendCached(request, reply, { type: "text/plain", text, isWorded: true });
  });
  t.teardown(() => app.close());
  const kept: { vary: string[]; sent: Record<string, string>; body: string }[] = [];
  /** A cache as RFC 9111 has it: keeps what is public, and gives it to whoever sends the same of what `Vary` names. */
  const fetchThrough = async (url: string, headers: Record<string, string>) => {
    const hit = kept.find(({ vary, sent }) => vary.every((name) => sent[name] === headers[name]));
    if (hit) return hit.body;
    const answer = await app.inject({ url, headers });
    const vary = String(answer.headers.vary ?? "").split(", ");
    if (/^public/.test(String(answer.headers["cache-control"]))) kept.push({ vary, sent: headers, body: answer.body });
    return answer.body;
  };
  t.equal(await fetchThrough("/worded", { "accept-language": "it" }), "it");
  t.equal(await fetchThrough("/worded", { "accept-language": "it", cookie: "language=en" }), "language=en");
  t.equal(await fetchThrough("/worded", { "accept-language": "en" }), "en");
  t.equal(await fetchThrough("/worded", { "accept-language": "it" }), "it");
  t.equal(kept.length, 2, "what hangs on a cookie is kept by its own reader alone");
  const plain = await app.inject({ url: "/plain", headers: { cookie: "language=en" } });
  t.equal(plain.headers["cache-control"], "public, max-age=300", "the same for everybody");
});
