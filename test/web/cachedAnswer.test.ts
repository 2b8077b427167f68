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
  t.equal(worded.headers.vary, "accept-language");
  t.equal(worded.headers["cache-control"], "public, max-age=300");
});
