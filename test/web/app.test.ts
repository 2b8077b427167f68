// The web server's own promises: who may enter, whose forms count, what every answer carries, how it says no.
import assert from "node:assert/strict";
import t from "tap";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { buildHouse, MARTA } from "./house.ts";

t.test("C1 a route that says no policy, or one that cannot hold, is not registered", async (t) => {
  await buildHouse(t, {}, (app) => {
    t.throws(() => app.get("/nobody-said", () => "x"), /who may use it/);
    t.throws(() => app.get("/no-handle", { config: { policy: { seat: ["admin"] } } }, () => "x"), /who may use it/);
    t.throws(() => app.get("/:handle/x", { config: { policy: { seat: [] } } }, () => "x"), /who may use it/);
  });
});

t.test("C1 every route answers each role as its policy says, and a foreign desk is not there", async (t) => {
  const house = await buildHouse(t);
  const visitors = {
    nobody: house.browser(),
    marta: await house.signedIn("marta"),
    gino: await house.signedIn("gino"),
  };
  const expected: Record<string, Record<keyof typeof visitors, number>> = {
    "/try/x": { nobody: 200, marta: 200, gino: 200 },
    "/account": { nobody: 401, marta: 200, gino: 200 },
    "/desk/gas-fano/orders": { nobody: 401, marta: 200, gino: 200 },
    "/desk/gas-fano/people": { nobody: 401, marta: 404, gino: 200 },
    "/desk/gas-pesaro/people": { nobody: 401, marta: 404, gino: 404 },
    "/node": { nobody: 401, marta: 404, gino: 200 },
  };
  for (const [path, byVisitor] of Object.entries(expected)) {
    for (const [name, status] of Object.entries(byVisitor)) {
      const seen = await visitors[name as keyof typeof visitors].get(path, { accept: "application/json" });
      t.equal(seen.status, status, `${name} asks ${path}`);
    }
  }
  const urls = new Set(house.app.routeMatrix.map(({ url }) => url));
  t.ok(urls.has("/desk/:handle/orders") && urls.has("/language"), "the matrix knows the routes");
});

t.test("C44 a seat taken away closes the desk at the next request", async (t) => {
  const house = await buildHouse(t);
  const gino = await house.signedIn("gino");
  t.equal((await gino.get("/desk/gas-fano/people")).status, 200);
  house.people.set("gino", { ...house.people.get("gino")!, seats: [] });
  t.equal((await gino.get("/desk/gas-fano/people")).status, 404);
  house.people.delete("gino");
  t.equal((await gino.get("/account", { accept: "application/json" })).status, 401);
});

t.test("C4 a field the page does not have is refused", async (t) => {
  const house = await buildHouse(t);
  for (const extra of ["role", "balance", "price", "personId", "status", "__proto__", "constructor", "quantity.x"]) {
    const browser = house.browser();
    const seen = await browser.submit(await browser.get("/try/marta"), "/try/marta", { quantity: "1", [extra]: "9" });
    t.equal(seen.status, 400, extra);
  }
});

t.test("C5 a parameter given twice, or as an array, is refused", async (t) => {
  const house = await buildHouse(t);
  const browser = house.browser();
  const page = await browser.get("/try/marta");
  t.equal((await browser.submit(page, "/try/marta", { quantity: ["1", "-5"] })).status, 400);
  t.equal((await browser.submit(page, "/try/marta", { "quantity[]": "1" })).status, 400);
  t.equal((await browser.submit(page, "/try/marta", { quantity: "-5" })).status, 422);
  t.equal((await browser.submit(page, "/try/marta", { quantity: "1e2" })).status, 422);
});

t.test("C7 only a form of our own pages counts", async (t) => {
  const house = await buildHouse(t);
  const marta = await house.signedIn("marta");
  const page = await marta.get("/try/x");
  const status = async (headers: Record<string, string>, fields = {}) =>
    (await marta.submit(page, "/try/x", { quantity: "1", ...fields }, headers)).status;
  t.equal(await status({ origin: "https://evil.example" }), 403, "another origin");
  t.equal(await status({ origin: "null" }), 403, "a sandbox");
  t.equal(await status({ origin: "http://sub.localhost:8000" }), 403, "a subdomain");
  t.equal(await status({}, { _token: "x" }), 403, "a made-up token");
  t.equal(await status({ "content-type": "text/plain" }), 415, "a body no form sends");
  const stranger = house.browser();
  const theirs = /name="_token" value="([^"]*)"/.exec((await stranger.get("/try/x")).body)?.[1] ?? "";
  t.not(theirs, "");
  t.equal(await status({}, { _token: theirs }), 403, "somebody else's token");
  t.equal((await marta.get("/try/x?quantity=2&_method=POST")).status, 200, "GET changes nothing");
  t.equal((await marta.post("/try/x", "quantity=1", { "x-http-method-override": "GET" })).status, 403);
});

t.test("C8 on https the cookies are __Host-, Secure, HttpOnly and SameSite", async (t) => {
  const house = await buildHouse(t, { origin: "https://nodo.example" });
  const marta = await house.signedIn("marta");
  t.same([...marta.cookies.keys()], ["__Host-filiera-visit", "__Host-filiera"]);
  const browser = house.browser();
  const seen = await browser.get("/try/x");
  t.match(String(seen.headers["set-cookie"]), /^__Host-filiera-visit=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

t.test(
  "on http the cookie carries the port, so that two nodes on one machine do not sign each other out",
  async (t) => {
    const one = await buildHouse(t);
    const two = await buildHouse(t, { origin: "http://localhost:8001" });
    t.same([...(await one.signedIn("marta")).cookies.keys()], ["filiera-visit-8000", "filiera-8000"]);
    t.same([...(await two.signedIn("marta")).cookies.keys()], ["filiera-visit-8001", "filiera-8001"]);
  },
);

t.test("C9 a session id planted before sign-in is not the one after it", async (t) => {
  const house = await buildHouse(t);
  const marta = house.browser();
  marta.cookies.set("filiera-8000", "planted-by-somebody-else");
  await marta.submit(await marta.get("/try/marta"), "/try/marta", { quantity: "1" });
  t.not(marta.cookies.get("filiera-8000"), "planted-by-somebody-else");
  const first = marta.cookies.get("filiera-8000")!;
  await marta.submit(await marta.get("/try/marta"), "/try/marta", { quantity: "1" });
  const old = house.browser();
  old.cookies.set("filiera-8000", first);
  t.equal((await old.get("/account", { accept: "application/json" })).status, 401, "the first id is dead");
});

t.test("C9 a session ends after 30 days of rest, and after 90 days whatever happens", async (t) => {
  const house = await buildHouse(t);
  const day = 86_400_000;
  const ask = async (browser: Awaited<ReturnType<typeof house.signedIn>>) =>
    (await browser.get("/account", { accept: "application/json" })).status;
  const idle = await house.signedIn("marta");
  house.clock.at += 30 * day;
  t.equal(await ask(idle), 401, "30 days unused");
  const busy = await house.signedIn("gino");
  for (let days = 0; days < 80; days += 20) {
    house.clock.at += 20 * day;
    t.equal(await ask(busy), 200);
  }
  house.clock.at += 10 * day;
  t.equal(await ask(busy), 401, "90 days old");
});

t.test("C16 what a person writes is text wherever a page puts it", async (t) => {
  const house = await buildHouse(t);
  const nasty = `"><script>alert(1)</script><img src=x onerror='a'>`;
  house.people.set("marta", { ...house.people.get("marta")!, name: nasty });
  const { body } = await (await house.signedIn("marta")).get("/try/x");
  t.notMatch(body, /<script>alert|<img src=x/);
  t.match(body, /&lt;script&gt;alert\(1\)/);
});

t.test("C17 every answer carries the headers, errors and static files included", async (t) => {
  const house = await buildHouse(t, { origin: "https://nodo.example" });
  const browser = house.browser();
  for (const path of ["/try/x", "/nothing-here", "/broken", "/static/app.css", "/static/absent.css"]) {
    const { headers } = await browser.get(path);
    t.equal(
      headers["content-security-policy"],
      "default-src 'self';img-src 'self' data:;object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
      path,
    );
    t.equal(headers["strict-transport-security"], "max-age=31536000");
    t.equal(headers["x-content-type-options"], "nosniff");
    t.equal(headers["referrer-policy"], "same-origin");
    t.equal(headers["cross-origin-opener-policy"], "same-origin");
    t.match(headers["permissions-policy"], /geolocation=\(\)/);
    t.equal(headers.server, undefined);
    t.equal(headers["x-powered-by"], undefined);
  }
  t.equal((await browser.get("/%zz")).headers["x-content-type-options"], "nosniff");
});

t.test("C37 a private page is never stored; a public one without a form may be asked again", async (t) => {
  const house = await buildHouse(t, {}, (app) => {
    app.get("/plain", { config: { policy: { public: true } } }, () => "x");
  });
  t.equal((await (await house.signedIn("marta")).get("/account")).headers["cache-control"], "no-store");
  t.equal((await house.browser().get("/try/x")).headers["cache-control"], "no-store", "it sets a cookie");
  t.equal((await house.browser().get("/plain")).headers["cache-control"], "no-cache");
});

t.test("A8 A11 a database that is locked, full or failing is told as such, and to be tried again", async (t) => {
  for (const code of ["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_FULL", "SQLITE_IOERR_FSYNC", "ENOSPC", "EROFS"]) {
    const house = await buildHouse(t, {}, (app) =>
      app.get("/on-a-bad-disk", { config: { policy: { public: true } } }, () => {
        throw Object.assign(new Error("the disk"), { code });
      }),
    );
    const seen = await house.browser().get("/on-a-bad-disk", { accept: "application/json" });
    t.equal(seen.status, 503, code);
    t.match(JSON.parse(seen.body), { refused: "no-space" }, code);
  }
});

t.test("A9 who is signed in reads on while the disk is full", async (t) => {
  const house = await buildHouse(t);
  const marta = await house.signedIn("marta");
  house.clock.at += 3_600_000;
  t.teardown(() => setCrashTrap(null));
  let writes = 0;
  setCrashTrap((point) => {
    if (point !== "before-commit") return;
    writes += 1;
    throw Object.assign(new Error("the disk is full"), { code: "SQLITE_FULL" });
  });
  t.equal((await marta.get("/try/x")).status, 200);
  t.equal(writes, 1, "when the session was last used cannot be written");
});

t.test("C39 a bug says a short code and nothing of itself, to people and to machines", async (t) => {
  const house = await buildHouse(t);
  const page = await house.browser().get("/broken");
  t.equal(page.status, 500);
  t.match(page.body, /codice [2-9A-Z]{4}\)/);
  t.notMatch(page.body, /secret detail|Error|at .*\.ts/);
  const json = await house.browser().get("/broken", { accept: "application/json" });
  t.match(JSON.parse(json.body), { refused: "bug", message: /codice/ });
  t.notMatch(json.body, /secret detail/);
});

t.test("C31 C39 absent, too large, too many and wrong kinds are said in our words", async (t) => {
  const house = await buildHouse(t, { requestsPerMinute: 4 });
  const browser = house.browser();
  const absent = await browser.get("/nothing-here");
  t.equal(absent.status, 404);
  t.match(absent.body, /non è per te/);
  t.equal((await browser.post("/try/x", `quantity=${"1".repeat(300_000)}`)).status, 413);
  t.equal((await browser.post("/try/x", "x", { "content-type": "multipart/form-data; boundary=x" })).status, 415);
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) statuses.push((await browser.get("/try/x")).status);
  t.ok(statuses.includes(429), String(statuses));
});

t.test("the language follows the choice, then the browser, then the node", async (t) => {
  const house = await buildHouse(t);
  const browser = house.browser();
  t.match((await browser.get("/try/x")).body, /<html lang="it">/);
  t.match((await browser.get("/try/x", { "accept-language": "fr, en;q=0.8, it;q=0.5" })).body, /<html lang="en">/);
  const seen = await browser.submit(await browser.get("/try/x"), "/language", { language: "en" });
  t.equal(seen.path, "/try/x");
  t.match(seen.body, /<html lang="en">/);
});

t.test("C21 the language form leads back to a page of this node only", async (t) => {
  const house = await buildHouse(t);
  for (const back of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/..//evil.example",
  ]) {
    const browser = house.browser();
    const page = await browser.get("/try/x");
    t.equal((await browser.submit(page, "/language", { language: "en", back })).path, "/", back);
  }
});

t.test("C39 when the error page itself fails, the answer still says nothing of the bug", async (t) => {
  const house = await buildHouse(t, {}, (app) => {
    app.addHook("preHandler", async (request) => {
      // The page cannot be drawn: its frame asks for the visitor's language.
      const broken = { ...MARTA, sessionKey: "", signedInAt: 0 };
      Object.defineProperty(broken, "language", { get: () => assert.fail("a bug in the frame") });
      if (request.url === "/broken") request.visitor = broken;
    });
  });
  const seen = await house.browser().get("/broken");
  t.equal(seen.status, 500);
  t.match(JSON.parse(seen.body), { refused: "bug", code: /^[2-9A-Z]{4}$/ });
});

t.test("our style goes out compressed and is kept for a year", async (t) => {
  const house = await buildHouse(t);
  const page = await house.browser().get("/try/x", { "accept-encoding": "br" });
  const address = /href="(\/static\/pico\.css\?v=[\w-]+)"/.exec(page.body)?.[1] ?? "";
  const style = await house.browser().get(address, { "accept-encoding": "br, gzip" });
  t.equal(style.headers["content-encoding"], "br");
  t.equal(style.headers["cache-control"], "public, max-age=31536000, immutable");
  const overHttp = await house.browser().get(address, { "accept-encoding": "gzip, br;q=0" });
  t.equal(overHttp.headers["content-encoding"], "gzip");
  t.equal((await house.browser().get(address)).headers["content-encoding"], undefined);
});

t.test("B63 a page with a token is compressed for who comes from our own pages, and for nobody else", async (t) => {
  const house = await buildHouse(t);
  const seen = async (site: string | null) => {
    const header: Record<string, string> = site === null ? {} : { "sec-fetch-site": site };
    const page = await house.browser().get("/try/x", { "accept-encoding": "gzip", ...header });
    return page.headers["content-encoding"];
  };
  t.equal(await seen("same-origin"), "gzip");
  t.equal(await seen("none"), "gzip", "typed by hand");
  t.equal(await seen("cross-site"), undefined, "another site made the browser ask");
  t.equal(await seen("same-site"), undefined, "a neighbour under the same domain");
  t.equal(await seen(null), undefined, "a browser that does not say");
});
