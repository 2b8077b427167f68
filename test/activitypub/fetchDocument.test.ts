import t from "tap";
import { type DocumentOptions, fetchDocument } from "../../src/activitypub/fetchDocument.ts";
import { createFetcher } from "../../src/activitypub/guardedFetch.ts";
import { type EvilPeer, redirectTo, startEvilPeer } from "../tools/evilPeer.ts";
import { parseDocument } from "../tools/parseDocument.ts";

type Teardown = { teardown(work: () => unknown): void };

/** A peer P, another host E, and the fetch of a document as the node does it. */
async function stage(t: Teardown): Promise<{
  p: EvilPeer;
  e: EvilPeer;
  read: (iri: string, options?: Partial<DocumentOptions>) => ReturnType<typeof fetchDocument>;
}> {
  const fetcher = createFetcher({ allowPrivate: true, userAgent: "Filiera/test" });
  const [p, e] = await Promise.all([startEvilPeer(), startEvilPeer()]);
  t.teardown(() => Promise.all([fetcher.close(), p.close(), e.close()]));
  const read = (iri: string, options: Partial<DocumentOptions> = {}) =>
    fetchDocument(fetcher, iri, { parse: parseDocument, ...options });
  return { p, e, read };
}

t.test("an actor served as ActivityPub at its own id is read", async (t) => {
  const { p, read } = await stage(t);
  const actor = p.serveActor("farm", {
    assertionMethod: [{ id: `${p.origin}/farm#ed`, controller: `${p.origin}/farm` }],
  });
  t.match(await read(actor.id, { forTrade: true }), {
    ok: true,
    url: actor.id,
    document: { id: actor.id, name: "farm" },
  });
  const other = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
  p.serve("/ld", { headers: { "content-type": other }, body: { id: `${p.origin}/ld`, type: "Note" } });
  t.match(await read(`${p.origin}/ld`), { ok: true });
  p.serve("/", { body: { id: p.origin, type: "Application" } });
  t.match(await read(p.origin), { ok: true }, "a host without the final slash is the same name");
});

t.test("B30 a document in any other media type is refused", async (t) => {
  const { p, read } = await stage(t);
  const document = { id: `${p.origin}/x`, type: "Note" };
  for (const type of [
    ...["text/plain", "text/html", "image/png", "application/json", "application/jrd+json", "application/activity"],
    ...["application/activity+json, text/html", "text/html; application/activity+json", ""],
  ]) {
    p.serve("/x", { headers: { "content-type": type }, body: document });
    t.match(await read(`${p.origin}/x`), { ok: false, failure: "media-type" }, type);
  }
});

t.test("B31 a document whose id is not the URL it came from is refused", async (t) => {
  const { p, e, read } = await stage(t);
  const at = `${p.origin}/x`;
  for (const id of [
    ...[`${e.origin}/x`, `${p.origin}/y`, `${p.origin}/x/`, `${p.origin}/X`, `${p.origin}/x#a`, `${p.origin}/x?a=1`],
    ...[at.replace("http", "HTTP"), "", null, 7, [at], { id: at }, undefined],
  ]) {
    p.serve("/x", { body: { type: "Note", id } });
    t.match(
      await read(at),
      { ok: false, failure: "id-mismatch", claimedId: typeof id === "string" ? id : null },
      String(id),
    );
  }
});

t.test("B31 an actor with an inbox, key or collection elsewhere is refused", async (t) => {
  const { p, e, read } = await stage(t);
  const id = `${p.origin}/farm`;
  const pem = "-----BEGIN PUBLIC KEY-----";
  for (const [overrides, detail] of [
    [{ inbox: `${e.origin}/inbox` }, "inbox"],
    [{ inbox: [`${p.origin}/inbox`] }, "inbox"],
    [{ inbox: 7 }, "inbox"],
    [{ outbox: `${e.origin}/outbox` }, "outbox"],
    [{ followers: { type: "Collection" } }, "followers"],
    [{ endpoints: { sharedInbox: `${e.origin}/inbox` } }, "endpoints.sharedInbox"],
    [{ publicKey: { id: `${e.origin}/farm#k`, owner: id, publicKeyPem: pem } }, "publicKey.id"],
    [{ publicKey: { id: `${id}#k`, owner: `${p.origin}/other`, publicKeyPem: pem } }, "publicKey.owner"],
    [
      {
        publicKey: [
          { id: `${id}#k`, owner: id },
          { id: `${e.origin}#k`, owner: id },
        ],
      },
      "publicKey.id",
    ],
    [{ publicKey: { owner: id, publicKeyPem: pem } }, "publicKey.id"],
    [{ assertionMethod: [{ id: `${e.origin}#k`, controller: id }] }, "publicKey.id"],
    [{ assertionMethod: [{ id: `${id}#k`, controller: `${e.origin}/farm` }] }, "publicKey.controller"],
    [{ attributedTo: `${e.origin}/boss` }, "attributedTo"],
    [{ attributedTo: [{ id: `${p.origin}/a` }, { type: "Person" }] }, "attributedTo"],
  ] as const) {
    p.serveActor("farm", overrides);
    t.match(await read(id), { ok: false, failure: "foreign-owner", detail }, JSON.stringify(overrides));
  }
});

t.test("B31 a profile page elsewhere is refused for trade, and tolerated for talk", async (t) => {
  const { p, e, read } = await stage(t);
  const actor = p.serveActor("farm", { url: [{ type: "Link", href: `${e.origin}/@farm` }] });
  t.match(await read(actor.id, { forTrade: true }), { ok: false, failure: "foreign-owner", detail: "url" });
  t.match(await read(actor.id), { ok: true });
});

t.test("B47 a redirect to another origin gives no document of the first, nor does E's copy of P's actor", async (t) => {
  const { p, e, read } = await stage(t);
  const victim = p.serveActor("farm");
  e.serve("/copy", { body: victim.document });
  t.match(await read(`${e.origin}/copy`), { ok: false, failure: "id-mismatch" });
  const moved = e.serve("/moved", redirectTo(victim.id));
  t.match(await read(moved), { ok: false, failure: "foreign-origin" });
  t.match(await read(moved, { acrossOrigins: true }), { ok: true, url: victim.id, document: { id: victim.id } });
  p.serve("/old", redirectTo("/farm"));
  t.match(await read(`${p.origin}/old`), { ok: true, url: victim.id }, "the key of the cache is the final URL");
  const evil = e.serveActor("evil");
  const lost = p.serve("/open-redirect", redirectTo(evil.id));
  t.match(await read(lost), { ok: false, failure: "foreign-origin" }, "B2 P's redirect to E makes E no P");
});

t.test("B47 neither a Link header nor an HTML page leads anywhere", async (t) => {
  const { p, e, read } = await stage(t);
  const evil = e.serveActor("evil");
  const link = `<${evil.id}>; rel="alternate"; type="application/activity+json"`;
  const context = `<${e.origin}/context>; rel="http://www.w3.org/ns/json-ld#context"`;
  const headers = { "content-type": "text/html", link: `${link}, ${context}` };
  const body = `<link rel="alternate" type="application/activity+json" href="${evil.id}">`;
  t.match(await read(p.serve("/page", { headers, body })), { ok: false, failure: "media-type" });
  const typed = { headers: { link: context }, body: { id: `${p.origin}/typed`, type: "Note" } };
  t.match(await read(p.serve("/typed", typed)), { ok: true });
  t.equal(e.connections(), 0, "0 packets");
});

t.test("an answer other than 200 and bytes that are no object are told apart", async (t) => {
  const { p, read } = await stage(t);
  const busy = p.serve("/busy", { status: 503, headers: { "retry-after": "30" } });
  t.match(await read(busy), { ok: false, failure: "status", status: 503, headers: { "retry-after": "30" } });
  t.match(await read(p.serve("/gone", { status: 410 })), { ok: false, failure: "status", status: 410 });
  t.match(await read(p.serve("/partial", { status: 206, body: {} })), { ok: false, failure: "status" });
  t.match(await read(p.serve("/list", { body: [] })), { ok: false, failure: "unreadable", status: 200 });
  t.match(await read(p.serve("/torn", { body: '{"id":' })), { ok: false, failure: "unreadable" });
  t.match(await read("https://10.0.0.1/x"), { ok: false, failure: "private-address", status: null });
});
