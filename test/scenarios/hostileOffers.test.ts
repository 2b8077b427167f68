// A farm that would like to know who looks at its goods, and a stranger that passes on a farm's offers in its own words.
import t, { type Test } from "tap";
import { DOCUMENT, HUMAN } from "../../src/activitypub/context.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { listSecurityEvents } from "../../src/activitypub/store.ts";
import { listOtherOffers, noticeCycle } from "../../src/catalogs/announced/store.ts";
import { wantMirror } from "../../src/catalogs/mirror/actions.ts";
import { saveFollow } from "../../src/partners/store.ts";
import { golden } from "../catalogs/announced/golden.ts";
import { type EvilActor, type EvilPeer, startEvilPeer } from "../tools/evilPeer.ts";
import { startNodes } from "../tools/nodes.ts";
import { tell } from "../tools/tell.ts";
import { deskBrowser } from "../web/deskBrowser.ts";

/** The farm's documents of the golden files, as if it lived at `home`. */
function documents(home: string) {
  const move = (name: string): JsonObject => {
    const text = JSON.stringify(golden(name)).replaceAll("https://p.example", home);
    return { ...JSON.parse(text), "@context": name.startsWith("create") ? HUMAN : DOCUMENT };
  };
  return { note: move("create-note-with-pictures"), cycle: move("cycle-public"), lines: move("lines-public") };
}

/** A node with a group that follows a farm on another server; `change` is what the farm says otherwise than the golden files. */
async function stage(t: Test, overrides: JsonObject = {}) {
  const { nodes, clock, settle } = await startNodes(t, ["gas"]);
  const us = nodes.gas.addActor({ kind: "gas", handle: "gas", name: "GAS di prova" });
  const peers: EvilPeer[] = [];
  const startPeer = async () => {
    const peer = await startEvilPeer();
    peers.push(peer);
    return peer;
  };
  t.teardown(() => Promise.all(peers.map((peer) => peer.close())));
  const home = await startPeer();
  const farm = home.serveActor("p", { catalog: `${home.origin}/p/catalog`, ...overrides });
  const says = documents(home.origin);
  const publish = ({ cycle, lines }: Pick<typeof says, "cycle" | "lines">) => {
    home.serve("/p/cycles/c12", { body: cycle });
    home.serve("/p/cycles/c12/lines", { body: lines });
    const catalog = { type: "Collection", id: `${farm.id}/catalog`, attributedTo: farm.id, sequence: 1 };
    home.serve("/p/catalog", { body: { ...catalog, updated: "2026-11-02T08:00:00Z", items: lines.items } });
  };
  const { orm } = nodes.gas.node.db;
  const times = { createdAt: clock.now(), updatedAt: clock.now() };
  saveFollow(orm, {
    ...{ actorId: us.id, direction: "out", peer: farm.id, host: new URL(farm.id).host, state: "accepted" },
    ...{ followIri: `${us.id}#f`, inbox: `${farm.id}/inbox`, sharedInbox: null, ...times },
  });
  const send = (activity: JsonObject, from: EvilActor) =>
    tell(`${us.id}/inbox`, activity, { ...from, now: clock.now() });
  const copies = () => listOtherOffers(orm, us.id, Number.MAX_SAFE_INTEGER, 10);
  return { node: nodes.gas, us, clock, settle, startPeer, home, farm, says, publish, send, copies, orm };
}

/** What the stranger would like the offer to be. */
function cheapen({ cycle, note }: ReturnType<typeof documents>) {
  const changed = { ...(note.object as JsonObject), content: "Tutto gratis" };
  return { cycle: { ...cycle, name: "Tutto gratis", sequence: 99, revision: 99 }, note: changed };
}

type Says = (type: string, object: JsonObject | string, more?: JsonObject) => JsonObject;

/** Writes what the stranger says, each time under another name. */
function speakerOf(evil: EvilActor, to: string): Says {
  let n = 0;
  return (type, object, more = {}) => ({
    "@context": "https://www.w3.org/ns/activitystreams",
    ...{ type, id: `${evil.id}/a/${++n}`, actor: evil.id, object, to: [to], ...more },
  });
}

type Forging = {
  says: Says;
  evil: EvilActor;
  farm: EvilActor;
  documents: ReturnType<typeof documents>;
  boosted: string;
};

/** The farm's offer passed on: boosted, embedded, by link, as one's own, with a signature of linked data, in the farm's own bytes. */
function listForgeries({ says, evil, farm, documents: own, boosted }: Forging): JsonObject[] {
  const { cycle: cheap, note } = cheapen(own);
  const made = { created: "2026-11-02T08:00:00Z", signatureValue: "eA==" };
  const signature = { type: "RsaSignature2017", creator: `${evil.id}#main-key`, ...made };
  return [
    says("Announce", cheap),
    says("Announce", note),
    says("Announce", boosted),
    says("Announce", { ...own.note, object: note }),
    says("Create", note),
    says("Update", note),
    says("Update", { ...cheap, signature }),
    says("Update", cheap, { signature }),
    says("Add", cheap, { target: `${farm.id}/outbox` }),
    says("Create", { ...note, attributedTo: [evil.id, farm.id] }),
    { ...own.note, id: `${farm.id}/activities/1` },
    { ...own.note, id: `${farm.id}/activities/2`, object: note },
  ];
}

t.test(
  "B36 a picture that would count its viewers is loaded by nobody: not by us, not by any page of ours",
  async (t) => {
    const tracker = await startEvilPeer();
    t.teardown(() => tracker.close());
    const pixel = `${tracker.origin}/pixel.png?who=gas`;
    const image = { type: "Image", mediaType: "image/png", url: pixel, href: pixel };
    const html = `Arance <img src="${pixel}"> ![x](${pixel}) <b style="background:url(${pixel})">`;
    const s = await stage(t, { icon: image, image, name: html, summary: html });
    const lines = { ...s.says.lines };
    lines.items = (lines.items as JsonObject[]).map((line) => ({
      ...line,
      name: html,
      content: html,
      image: [image],
      icon: image,
    }));
    s.publish({ lines, cycle: { ...s.says.cycle, name: html, content: html, image: [image] } });
    const note = s.says.note.object as JsonObject;
    const told = {
      ...s.says.note,
      id: `${s.farm.id}/activities/1`,
      object: { ...note, content: html, attachment: [image], icon: image },
    };
    t.equal((await s.send(told, s.farm)).status, 202);
    const peer = await s.node.node.wire.senders.findActor(s.farm.id);
    if ("failed" in peer) throw new Error(peer.detail);
    wantMirror(s.orm, s.us.id, peer, s.clock.now());
    await s.settle();
    t.match(s.copies(), [{ copy: { lines: [{}, {}] } }], "the offer was read");

    const browser = await deskBrowser(s.node, ["gas"]);
    const [offer] = s.copies();
    const offerPage = /href="(\/desk\/gas\/offers\/[^"]+)"/.exec((await browser.get("/desk/gas/offers")).body)?.[1];
    t.ok(offer && offerPage, "the offer has its page");
    const pages = ["/desk/gas/offers", offerPage!, "/desk/gas/partners", "/desk/gas/mirrors", "/desk/gas", "/gas", "/"];
    let shown = "";
    for (const page of pages) {
      const { status, body } = await browser.get(page);
      t.ok(status < 400 || page === "/desk/gas", `${page}: ${status}`);
      // As text it may stand there, spelt out; no tag of ours names it.
      for (const [tag] of body.replaceAll(/ aria-label="[^"]*"/g, "").matchAll(/<[a-z][^>]*>/gi))
        t.notOk(tag.includes(tracker.origin), `${page}: ${tag}`);
      shown += body;
    }
    t.match(shown, "Arance", "the goods are shown");
    for (const { body } of s.home.hits)
      t.notOk(String(body).includes(tracker.origin), "what we send on does not name it");
    t.equal(tracker.connections(), 0, "and nobody ever asked for the picture");
  },
);

t.test(
  "B42 what a stranger passes on of a farm's offer, changed or old, moves nothing: only its origin is read",
  async (t) => {
    const s = await stage(t);
    s.publish(s.says);
    t.equal((await s.send({ ...s.says.note, id: `${s.farm.id}/activities/1` }, s.farm)).status, 202);
    await s.settle();
    const before = s.copies();
    t.match(before, [{ status: "open", copy: { name: /Agrumi/, lines: [{ name: /Navel/ }, { name: /Miele/ }] } }]);

    const stranger = await s.startPeer();
    const evil = stranger.serveActor("e");
    const boosted = stranger.serve("/copies/c12", { body: cheapen(s.says).cycle });
    const says = speakerOf(evil, s.us.id);
    for (const activity of listForgeries({ says, evil, farm: s.farm, documents: s.says, boosted })) {
      const { status } = await s.send(activity, evil);
      t.ok([202, 400, 401, 403].includes(status), `${activity.type}: ${status}`);
    }
    s.clock.advance({ hours: 2 });
    await s.settle();
    t.same(s.copies(), before);
    t.same(
      stranger.hits.filter(({ path }) => path !== "/e"),
      [],
      "its copies are not even looked at",
    );

    s.publish({ ...s.says, cycle: { ...s.says.cycle, sequence: 0, name: "Quello di ieri" } });
    await s.send(says("Update", { ...s.says.cycle, attributedTo: s.farm.id }), evil);
    s.clock.advance({ hours: 30 });
    await s.settle();
    t.match(
      s.copies(),
      [{ copy: { name: before[0]!.copy!.name } }],
      "nor does an older state at the origin undo a newer one",
    );
  },
);

t.test("B16 a farm that shows two groups two closings under one number is to be verified at both", async (t) => {
  const s = await stage(t);
  const other = s.node.addActor({ kind: "gas", handle: "altro", name: "L'altro GAS" });
  s.publish(s.says);
  // The farm knows who asks by the signature of the request.
  s.home.serve("/p/cycles/c12", ({ headers }) => {
    const isOther = JSON.stringify(headers).includes("/altro#");
    return { body: isOther ? { ...s.says.cycle, endTime: "2026-12-05T22:00:00Z" } : s.says.cycle };
  });
  t.equal((await s.send({ ...s.says.note, id: `${s.farm.id}/activities/1` }, s.farm)).status, 202);
  const { id: producerId } = s.farm;
  noticeCycle(s.orm, { actorId: other.id, producerId, cycleIri: `${producerId}/cycles/c12` }, null, s.clock.now());
  await s.settle();
  const all = [...s.copies(), ...listOtherOffers(s.orm, other.id, Number.MAX_SAFE_INTEGER, 10)];
  t.match(all, [{ doubtedAt: Number }, { doubtedAt: Number }]);
  t.match(listSecurityEvents(s.orm, 5), [{ code: "equivocation" }]);
  const browser = await deskBrowser(s.node, ["gas", "altro"]);
  for (const handle of ["gas", "altro"]) {
    const { body } = await browser.get(`/desk/${handle}/offers`);
    t.match(body, /badge stop">da verificare/);
    const page = new RegExp(`href="(/desk/${handle}/offers/[^"]+)"`).exec(body)?.[1];
    t.match((await browser.get(page ?? "")).body, /due cose diverse sotto lo stesso numero/);
  }
});
