import t from "tap";
import { discoverActor, findFollowPage } from "../../src/activitypub/discover.ts";
import { createFetcher, type Fetcher } from "../../src/activitypub/guardedFetch.ts";
import { readHostInfo } from "../../src/activitypub/nodeinfo.ts";
import { readHandle, showHandle } from "../../src/activitypub/webfinger.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { type EvilPeer, endlessBody, type Hit, redirectTo, startEvilPeer } from "../tools/evilPeer.ts";
import { parseDocument } from "../tools/parseDocument.ts";

type Teardown = { teardown(work: () => unknown): void };

const OPTIONS = { parse: parseDocument, allowPrivate: true };
const JRD_TYPE = { "content-type": "application/jrd+json; charset=utf-8" };

async function stage(t: Teardown): Promise<{ p: EvilPeer; e: EvilPeer; fetcher: Fetcher }> {
  const fetcher = createFetcher({ allowPrivate: true, userAgent: "Filiera/test" });
  const [p, e] = await Promise.all([startEvilPeer(), startEvilPeer()]);
  t.teardown(() => Promise.all([fetcher.close(), p.close(), e.close()]));
  return { p, e, fetcher };
}

function hostOf(peer: EvilPeer): string {
  return `127.0.0.1:${peer.port}`;
}

function self(href: string, type = "application/activity+json"): Record<string, string> {
  return { rel: "self", type, href };
}

/** Serves one descriptor for whatever is asked. */
function serveJrd(peer: EvilPeer, subject: string | undefined, links: unknown, headers = JRD_TYPE): void {
  peer.serve("/.well-known/webfinger", { headers, body: { subject, links } });
}

t.test("a handle leads to its actor, and the actor back to its handle", async (t) => {
  const { p, fetcher } = await stage(t);
  const actor = p.serveActor("farm");
  serveJrd(p, `acct:farm@${hostOf(p)}`, [{ rel: "other" }, self(actor.id), self(actor.id, "application/ld+json")]);
  const handle = { name: "farm", host: hostOf(p) };
  for (const typed of [`@farm@${hostOf(p)}`, `farm@${hostOf(p)}`, `acct:farm@${hostOf(p)}`, ` @FARM@${hostOf(p)} `]) {
    t.match(await discoverActor(fetcher, typed, OPTIONS), { ok: true, actorUri: actor.id, handle }, typed);
  }
  t.match(p.hits[0], { path: `/.well-known/webfinger?resource=acct%3Afarm%40127.0.0.1%3A${p.port}` });
});

t.test("the address of an actor or of its profile leads to the actor too", async (t) => {
  const { p, fetcher } = await stage(t);
  const actor = p.serveActor("farm");
  p.serve("/@farm", { body: actor.document });
  serveJrd(p, `acct:farm@${hostOf(p)}`, [self(actor.id)]);
  for (const typed of [actor.id, `${p.origin}/@farm`]) {
    const found = await discoverActor(fetcher, typed, OPTIONS);
    t.match(found, {
      ok: true,
      actorUri: actor.id,
      handle: { name: "farm" },
      document: { inbox: `${actor.id}/inbox` },
    });
  }
  serveJrd(p, `acct:farm@${hostOf(p)}`, [self(`${p.origin}/other`)]);
  t.match(
    await discoverActor(fetcher, actor.id, OPTIONS),
    { ok: true, handle: null },
    "no handle without the way back",
  );
});

t.test("B32 a descriptor about somebody else is believed only if that host says so itself", async (t) => {
  const { p, e, fetcher } = await stage(t);
  const actor = p.serveActor("farm");
  serveJrd(e, `acct:farm@${hostOf(p)}`, [self(`${e.origin}/evil`)]);
  t.match(await discoverActor(fetcher, `@x@${hostOf(e)}`, OPTIONS), {
    ok: false,
    failure: "webfinger-foreign-subject",
  });
  serveJrd(p, `acct:farm@${hostOf(p)}`, [self(actor.id)]);
  const found = await discoverActor(fetcher, `@x@${hostOf(e)}`, OPTIONS);
  t.match(found, { ok: true, actorUri: actor.id, handle: { name: "farm", host: hostOf(p) } }, "E gained nothing");
  for (const subject of [undefined, "", "farm", `${p.origin}/farm`, "acct:", "acct:a@b@c", "acct:../x@e.example"]) {
    serveJrd(e, subject, [self(actor.id)]);
    const failed = await discoverActor(fetcher, `@x@${hostOf(e)}`, OPTIONS);
    t.match(failed, { ok: false, failure: "webfinger-foreign-subject" }, String(subject));
  }
});

t.test("B32 a host cannot claim an actor of another host, nor an address by alias alone", async (t) => {
  const { p, e, fetcher } = await stage(t);
  const actor = p.serveActor("farm");
  serveJrd(p, `acct:farm@${hostOf(p)}`, [self(actor.id)]);
  serveJrd(e, `acct:farm@${hostOf(e)}`, [self(actor.id)]);
  t.match(await discoverActor(fetcher, `@farm@${hostOf(e)}`, OPTIONS), { ok: false, failure: "webfinger-unconfirmed" });
  const body = {
    subject: `acct:other@${hostOf(e)}`,
    aliases: [`acct:farm@${hostOf(e)}`],
    links: [self(`${e.origin}/farm`)],
  };
  e.serve("/.well-known/webfinger", { headers: JRD_TYPE, body });
  const found = await discoverActor(fetcher, `@farm@${hostOf(e)}`, OPTIONS);
  t.match(found, { ok: false }, "the alias names nobody, the subject's actor does not exist");
  t.equal(e.hits.at(-1)?.path, "/farm");
});

t.test("a group whose addresses are on one host and whose actors are on another is found", async (t) => {
  const { p, e, fetcher } = await stage(t);
  const handle = { name: "farm", host: hostOf(p) };
  const actor = e.serveActor("farm", { webfinger: `farm@${hostOf(p)}` });
  serveJrd(p, `acct:farm@${hostOf(p)}`, [self(actor.id)]);
  serveJrd(e, `acct:farm@${hostOf(p)}`, [self(actor.id)]);
  t.match(await discoverActor(fetcher, `@farm@${hostOf(p)}`, OPTIONS), { ok: true, actorUri: actor.id, handle });
  t.match(await discoverActor(fetcher, actor.id, OPTIONS), { ok: true, actorUri: actor.id, handle });
});

t.test("FEP-2c59 an actor that calls itself otherwise is shown without a handle", async (t) => {
  const { p, fetcher } = await stage(t);
  const actor = p.serveActor("farm", { webfinger: `shop@${hostOf(p)}` });
  serveJrd(p, `acct:farm@${hostOf(p)}`, [self(actor.id)]);
  t.match(await discoverActor(fetcher, `@farm@${hostOf(p)}`, OPTIONS), { ok: true, actorUri: actor.id, handle: null });
});

t.test("B32 several actors under one handle are offered for choice, not chosen", async (t) => {
  const { p, fetcher } = await stage(t);
  const candidates = [`${p.origin}/u/farm`, `${p.origin}/c/farm`];
  serveJrd(
    p,
    `acct:farm@${hostOf(p)}`,
    candidates.map((href) => self(href)),
  );
  const found = await discoverActor(fetcher, `@farm@${hostOf(p)}`, OPTIONS);
  t.match(found, { ok: false, failure: "webfinger-several-actors", candidates });
});

t.test("B32 a descriptor of the wrong type, shape or size, or without an actor, is refused", async (t) => {
  const { p, fetcher } = await stage(t);
  const subject = `acct:farm@${hostOf(p)}`;
  const ask = () => discoverActor(fetcher, `@farm@${hostOf(p)}`, OPTIONS);
  for (const type of ["text/html", "application/xrd+xml", "text/plain", "application/octet-stream", ""]) {
    serveJrd(p, subject, [self(`${p.origin}/farm`)], { "content-type": type });
    t.match(await ask(), { ok: false, failure: "media-type" }, type);
  }
  for (const links of [7, "x", [7], [{ href: "x" }], [self(7 as never)], Array(101).fill(self(`${p.origin}/farm`))]) {
    serveJrd(p, subject, links);
    t.match(await ask(), { ok: false, failure: "webfinger-malformed" });
  }
  const evil = [
    "javascript:1",
    "https://10.0.0.1/farm",
    "http://farm.example/farm",
    "https://farm.example:22/",
    "/farm",
  ];
  for (const href of evil) {
    serveJrd(p, subject, [self(href)]);
    t.match(await ask(), { ok: false, failure: "webfinger-no-actor" }, href);
  }
  for (const links of [
    undefined,
    [],
    [self(`${p.origin}/farm`, "text/html")],
    [{ rel: "self", href: `${p.origin}/farm` }],
  ]) {
    serveJrd(p, subject, links);
    t.match(await ask(), { ok: false, failure: "webfinger-no-actor" });
  }
  p.serve("/.well-known/webfinger", endlessBody("application/jrd+json"));
  t.match(await ask(), { ok: false, failure: "too-large" }, "5 MB");
  p.serve("/.well-known/webfinger", { headers: JRD_TYPE, body: "<html>" });
  t.match(await ask(), { ok: false, failure: "unreadable" });
  p.serve("/.well-known/webfinger", { status: 404 });
  t.match(await ask(), { ok: false, failure: "status", detail: "404" });
  p.serveActor("farm", { inbox: undefined });
  serveJrd(p, subject, [self(`${p.origin}/farm`)]);
  t.match(await ask(), { ok: false, failure: "not-an-actor" });
});

t.test("B28 B32 WebFinger may be redirected to another public host, never to a private one", async (t) => {
  const { p, e, fetcher } = await stage(t);
  const actor = e.serveActor("farm");
  serveJrd(e, `acct:farm@${hostOf(p)}`, [self(actor.id)]);
  p.serve("/.well-known/webfinger", ({ path }: Hit) => redirectTo(`${e.origin}${path}`));
  t.match(await discoverActor(fetcher, `@farm@${hostOf(p)}`, OPTIONS), { ok: true, actorUri: actor.id });
  p.serve("/.well-known/webfinger", redirectTo("https://169.254.169.254/latest"));
  t.match(await discoverActor(fetcher, `@farm@${hostOf(p)}`, OPTIONS), { ok: false, failure: "private-address" });
});

t.test("B32 handles that climb, hide bytes or name no host are not even asked for", async (t) => {
  for (const text of [
    ...["", "@", "farm", "@farm", "@farm@", "@@farm.example", "a@b@c", "..@farm.example", "a..b@farm.example"],
    ...["../x@farm.example", "a/b@farm.example", "a%00@farm.example", "a\u0000@farm.example", "a b@farm.example"],
    ...["fàrm@farm.example", "a\u200b@farm.example", "a@farm.example/x", "a@farm.example?x", "a@farm.example#x"],
    ...[
      "a@u:p@farm.example",
      "a@farm.example\\x",
      "a@%66arm.example",
      `${"a".repeat(65)}@farm.example`,
      "-a@farm.example",
    ],
  ]) {
    t.ok(isRefusal(readHandle(text)), JSON.stringify(text));
  }
  t.strictSame(readHandle("acct:Farm@FARM.Example."), { name: "Farm", host: "farm.example" });
  t.strictSame(readHandle("@a@[::1]:8000"), { name: "a", host: "[::1]:8000" });
});

t.test("B26 B32 a handle on a private host sends no packet", async (t) => {
  const { p } = await stage(t);
  const shut = createFetcher({ allowPrivate: false, userAgent: "Filiera/test" });
  t.teardown(() => shut.close());
  for (const host of [hostOf(p), `localhost:${p.port}`, "10.0.0.1", "169.254.169.254", "0x7f.1", "[::1]", "intranet"]) {
    const found = await discoverActor(shut, `@farm@${host}`, { parse: parseDocument, allowPrivate: false });
    t.match(found, { ok: false, failure: "private-address" }, host);
  }
  t.equal(p.connections(), 0, "0 packets");
});

t.test("B32 a look-alike host shows its punycode beside its letters", async (t) => {
  const handle = readHandle("@farm@gаs.example");
  if (isRefusal(handle)) return t.fail("a Cyrillic letter is still a host");
  t.strictSame(showHandle(handle), { ascii: "@farm@xn--gs-7kc.example", unicode: "@farm@gаs.example" });
  t.strictSame(showHandle({ name: "farm", host: "gas.example" }), { ascii: "@farm@gas.example", unicode: null });
  t.strictSame(showHandle({ name: "a", host: "[::1]:8000" }), { ascii: "@a@[::1]:8000", unicode: null });
});

t.test("B33 NodeInfo informs about software and instance actor", async (t) => {
  const { p, fetcher } = await stage(t);
  const links = [
    { rel: "http://nodeinfo.diaspora.software/ns/schema/2.0", href: `${p.origin}/2.0` },
    { rel: "http://nodeinfo.diaspora.software/ns/schema/2.1", href: `${p.origin}/2.1` },
    { rel: "https://www.w3.org/ns/activitystreams#Application", href: `${p.origin}/actor` },
  ];
  p.serve("/.well-known/nodeinfo", { headers: { "content-type": "application/json" }, body: { links } });
  const software = { name: "filiera", version: "0.1.0" };
  const info = { version: "2.1", software, protocols: ["activitypub"], usage: { users: {} }, openRegistrations: false };
  const profile = 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"';
  p.serve("/2.1", { headers: { "content-type": profile }, body: info });
  t.strictSame(await readHostInfo(fetcher, hostOf(p), OPTIONS), { software, applicationUri: `${p.origin}/actor` });
});

t.test("B33 a giant, HTML, absent or foreign NodeInfo is ignored", async (t) => {
  const { p, e, fetcher } = await stage(t);
  const nothing = { software: null, applicationUri: null };
  const read = () => readHostInfo(fetcher, hostOf(p), OPTIONS);
  t.strictSame(await read(), nothing, "404");
  p.serve("/.well-known/nodeinfo", { headers: { "content-type": "text/html" }, body: "<p>" });
  t.strictSame(await read(), nothing);
  p.serve("/.well-known/nodeinfo", endlessBody("application/json"));
  t.strictSame(await read(), nothing);
  const rel = "http://nodeinfo.diaspora.software/ns/schema/2.1";
  const json = { "content-type": "application/json" };
  for (const href of [`${e.origin}/2.1`, "https://169.254.169.254/", "file:///etc/passwd", 7, null]) {
    const application = { rel: "https://www.w3.org/ns/activitystreams#Application", href };
    p.serve("/.well-known/nodeinfo", { headers: json, body: { links: [{ rel, href }, application, 7, null] } });
    t.strictSame(await read(), nothing, String(href));
  }
  t.equal(e.connections(), 0, "0 packets");
  p.serve("/.well-known/nodeinfo", { headers: json, body: { links: [{ rel, href: `${p.origin}/2.1` }] } });
  for (const body of [{}, { software: 7 }, { software: { name: {}, version: [] } }, [], "x"]) {
    p.serve("/2.1", { headers: json, body });
    t.strictSame(await read(), nothing, JSON.stringify(body));
  }
});

t.test("FEP-3b86 a visitor is sent to their own server to follow, by intent or OStatus", async (t) => {
  const { p, fetcher } = await stage(t);
  const actor = "https://farm.example/p?a=1&b=2";
  const find = () => findFollowPage(fetcher, `@marta@${hostOf(p)}`, actor, OPTIONS);
  const subscribe = { rel: "http://ostatus.org/schema/1.0/subscribe", template: "https://m.example/auth?uri={uri}" };
  serveJrd(p, `acct:marta@${hostOf(p)}`, [subscribe]);
  const encoded = encodeURIComponent(actor);
  t.strictSame(await find(), { ok: true, url: `https://m.example/auth?uri=${encoded}` });
  const intent = { rel: "https://w3id.org/fep/3b86/Follow", template: "https://m.example/f?o={object}&s={on-success}" };
  serveJrd(p, `acct:marta@${hostOf(p)}`, [subscribe, intent]);
  t.strictSame(await find(), { ok: true, url: `https://m.example/f?o=${encoded}&s=` });
  for (const template of [
    "javascript:alert('{uri}')",
    "http://m.example/?{uri}",
    "https://10.0.0.1/{uri}",
    "x",
    null,
  ]) {
    serveJrd(p, `acct:marta@${hostOf(p)}`, [{ ...subscribe, template }]);
    t.match(await find(), { ok: false, failure: "webfinger-no-actor" }, String(template));
  }
  t.match(await findFollowPage(fetcher, "marta", actor, OPTIONS), { ok: false, failure: "handle-unreadable" });
});
