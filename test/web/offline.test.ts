// What pages say to the script and worker of the browser, and how these two are served. Their work is shown in test/browser.
import { gzipSync } from "node:zlib";
import t from "tap";
import { html } from "../../src/web/html.ts";
import { sendPage } from "../../src/web/page.ts";
import { buildHouse } from "./house.ts";

const MINE = { config: { policy: { signedIn: true } } } as const;

t.test("C56 script and worker are small, the worker stands at the root and is asked for anew each time", async (t) => {
  const house = await buildHouse(t);
  const worker = await house.browser().get("/sw.js");
  t.equal(worker.headers["cache-control"], "no-cache");
  t.match(worker.headers["content-type"], "text/javascript");
  t.match(worker.headers["content-security-policy"], "default-src 'self'");
  const page = await (await house.signedIn("marta")).get("/account");
  const [, address = ""] = /src="(\/static\/app\.js\?v=[\w-]+)"/.exec(page.body) ?? [];
  const script = await house.browser().get(address);
  t.match(script.headers["cache-control"], "immutable");
  t.ok(gzipSync(script.body).length <= 6600, `${gzipSync(script.body).length} bytes`);
  t.notMatch(script.body, /^\s*(?:\/\/|\/\*\*.*\*\/$)/m, "its reasons stay at home");
});

t.test(
  "a page that asks to be kept names whose it is; who is not signed in has neither script nor worker",
  async (t) => {
    const house = await buildHouse(t, {}, (app) => {
      app.get("/kept", MINE, (request, reply) =>
        sendPage(request, reply, { title: "Banco", body: html`<p>600 pesi</p>`, kept: true }),
      );
    });
    const marta = await house.signedIn("marta");
    const kept = await marta.get("/kept");
    t.equal(kept.headers["x-filiera-keep"], "marta");
    t.match(kept.body, /<section id="net"[^>]+hidden[^>]+data-person="marta" data-token="[\w-]{20,}"/);
    t.equal((await marta.get("/account")).headers["x-filiera-keep"], undefined);
    const stranger = await house.browser().get("/offline");
    t.notMatch(stranger.body, "app.js");
    t.notMatch((await marta.get("/offline")).body, "marta", "what is shown without network is the same for everybody");
  },
);
