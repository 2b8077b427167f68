// Who looks for a group and who founds one, over real nodes with real mail: led to the nearest group, told once, hosted, forgotten.
import t from "tap";
import { loadActorByHandle } from "../../../src/activitypub/store.ts";
import { changeJoining } from "../../../src/members/joining/joinActions.ts";
import { listJoinRequests } from "../../../src/members/joining/joinStore.ts";
import { askNear } from "../../../src/network/founding/seekActions.ts";
import { findComune, findPlace } from "../../../src/network/places/places.ts";
import { membersHouse } from "../../../src/node.ts";
import { sitDown } from "../../partners/desks.ts";
import { startMailSink } from "../../tools/mailSink.ts";
import { startNodes } from "../../tools/nodes.ts";
import { openBrowser } from "../../web/browser.ts";
import { entryOf } from "../index/entries.ts";
import { claim, takeIn } from "../reading/district.ts";

const sink = await startMailSink(t);
const { nodes, clock, settle } = await startNodes(t, ["district", "gas"], {}, [
  ...["--smtp-url", sink.url, "--mail-from", "nodo@valli.example"],
]);
const district = nodes.district.addActor({ kind: "district", handle: "valli", name: "Distretto delle Valli" });
const full = nodes.gas.addActor({ kind: "gas", handle: "pergola", name: "GAS Pergola", place: "Pergola" });
const open = nodes.gas.addActor({ kind: "gas", handle: "arcevia", name: "GAS Arcevia", place: "Arcevia" });
const house = (name: "district" | "gas") => membersHouse(nodes[name].config, nodes[name].node.db, clock);
const dina = await sitDown(nodes.district, "dina", "valli", "district");
const cura = await sitDown(nodes.district, "cura", "valli", "member", true);
let homes = 1;
/** Everybody writes from home: what is asked counts for them alone. */
const visit = (at: "district" | "gas") => openBrowser(nodes[at].node.app, nodes[at].origin, `127.0.2.${homes++}`);
const joining = { about: "", how: "", showsProducers: false };
const linkIn = (text: string | undefined, start: string) => {
  const link = text?.match(new RegExp(`${start}[^\\s<"]+`))?.[0];
  if (!link) throw new Error(`no ${start} in: ${text}`);
  return new URL(link);
};
/** The text of the n-th letter (from 1) to an address, once it is there. */
async function letterTo(email: string, n = 1): Promise<string | undefined> {
  const theirs = () => sink.received.filter(({ recipients }) => recipients[0] === email);
  while (theirs().length < n) await sink.reach(sink.received.length + 1);
  return theirs()[n - 1]!.mail.text;
}
const letters = () => sink.received.map(({ mail, recipients }) => `${recipients[0]}: ${mail.subject}`);

for (const { id } of [full, open]) {
  takeIn(nodes.district, district.id, id);
  claim(nodes.gas, id, [district.id]);
}
changeJoining(house("gas"), { actorId: full.id, byId: null }, { ...joining, isOpen: true, places: 0 });
changeJoining(house("gas"), { actorId: open.id, byId: null }, { ...joining, isOpen: true, places: 3 });
await settle();
clock.advance({ hours: 25 });
await settle();

t.test("a visitor of Pergola is led to the nearest group that takes people, and to its own node", async (t) => {
  const anna = visit("district");
  const page = await anna.get("/valli/near?comune=PERGOLA");
  const places = [
    ...page.body.matchAll(
      /<h2><a [^>]*>([^<]*)<\/a><\/h2>[\s\S]*?<span class="badge[^"]*">(?:<span[^>]*>[^<]*<\/span>)?([^<]*)</g,
    ),
  ];
  t.same(
    places.map(([, name, room]) => [name, room]),
    [
      ["GAS Pergola", "lista d&#39;attesa"],
      ["GAS Arcevia", "posti liberi"],
    ],
  );
  t.notMatch(page.body, /mailto:|@posta/, "no address stands in the page");
  t.match(
    page.body,
    /Sulla mappa[\s\S]*map-here[\s\S]*<a href="\/valli\/directory\?[^"]*comune=Pergola[^"]*" aria-label="Pergola: GAS Pergola">/,
  );
  t.match(
    page.body,
    /<a href="[^"]*comune=Arcevia[^"]*" aria-label="Arcevia: GAS Arcevia">/,
    "also in the next province",
  );
  t.notMatch((await anna.get("/valli/near")).body, /Sulla mappa/, "no map of nobody");
  t.notMatch(page.body, /Avvisami quando/, "where there is room nobody needs to be told");
  const [way] = [...page.body.matchAll(/role="button" href="([^"]*arcevia\/join[^"]*)"/g)].map(([, href]) => href!);
  t.equal(way, `${open.id}/join?from=Pergola`);
  const { pathname, search } = new URL(way!);
  const ask = await visit("gas").get(pathname + search);
  t.match(ask.body, /name="place"[^>]*value="Pergola"/, "the comune is written already");
  const browser = visit("gas");
  await browser.submit(await browser.get("/arcevia/join?from=Pergola"), "/arcevia/join", {
    ...{ name: "Anna", email: "anna@posta.example", place: "Pergola", consent: "on" },
  });
  t.equal(listJoinRequests(nodes.gas.node.db.orm, open.id).length, 1);
  const kept = nodes.district.node.db.raw.prepare("SELECT count(*) FROM join_requests").pluck().get();
  t.equal(kept, 0, "the request is on the group's node alone");
  t.match((await anna.get("/valli/near?comune=Atlantide")).body, /non è tra i comuni/);
  t.notMatch((await visit("gas").get("/arcevia/join?from=%3Cscript%3E")).body, /<script>alert|value="<script>/);
});

t.test(
  "C13 who asks to be told reads the same for every address, counts only once proven, and is told once",
  async (t) => {
    const far = "/valli/near?comune=Ascoli+Piceno";
    const before = sink.received.length;
    const ask = async (email: string, fields = {}) => {
      const browser = visit("district");
      const sent = { name: "Bea", email, consent: "on", ...fields };
      return browser.submit(await browser.get(far), "/valli/near", { comune: "Ascoli Piceno", ...sent });
    };
    const refused = sink.refuseNext(450);
    const first = await ask("bea@posta.example");
    await settle();
    await refused;
    t.equal(sink.received.length, before, "not taken now");
    clock.advance({ minutes: 2 });
    await settle();
    const { mail } = await sink.reach(before + 1);
    const again = await ask("bea@posta.example");
    const main = (body: string) => body.slice(body.indexOf("<main"), body.indexOf("</main>"));
    t.equal(main(again.body), main(first.body));
    t.equal((await ask("bea@posta.example", { consent: "" })).status, 422);
    t.equal((await ask("non è")).status, 422);
    t.equal((await dina.get("/desk/valli/network/founding")).body.includes("Ascoli Piceno"), false, "not proven yet");
    const { pathname } = linkIn(mail.text, "http");
    const bea = visit("district");
    t.match((await bea.get(pathname)).body, /Confermi\?/);
    t.match((await bea.submit(await bea.get(pathname), pathname)).body, /Ti avvisiamo noi/);
    t.match((await dina.get("/desk/valli/network/founding")).body, /Ascoli Piceno e fino a 20 km[\s\S]*meno di 5/);
    t.notMatch((await dina.get("/desk/valli/network/founding")).body, /Bea|bea@/);
    t.equal(sink.received.length, before + 1, "one letter a day to one address");
    const index = await nodes.district.node.index.open();
    const id = "https://ascoli.example/gas";
    const place = findPlace("Ascoli Piceno");
    const joinUrl = `${id}/join`;
    await index.put([
      entryOf("gas", "GAS Ascoli", { id, sourceId: id, url: id, place, joining: "open", joinUrl, readAt: clock.at }),
    ]);
    await index.scope(district.id, [id, full.id, open.id]);
    const away = sink.refuseNext(421);
    clock.advance({ hours: 1 });
    await settle();
    await away;
    clock.advance({ minutes: 2 });
    await settle();
    const told = (await sink.reach(before + 2)).mail;
    t.match(told.text, /GAS Ascoli[\s\S]*ascoli\.example\/gas\/join\?from=Ascoli\+Piceno/);
    clock.advance({ hours: 2 });
    await settle();
    t.equal(sink.received.length, before + 2, "told once");
    const gone = await bea.submit(await bea.get(pathname), `${pathname}/forget`);
    t.match(gone.body, /non c&#39;è più nulla/);
    const spent = await bea.get(pathname);
    t.equal(spent.status, 410);
    t.match(spent.body, /href="\/valli\/near"[^>]*>Trova un GAS/, "and one may ask again");
    t.equal(nodes.district.node.db.raw.prepare("SELECT count(*) FROM seekers").pluck().get(), 0);
  },
);

t.test(
  "C47 C14 a founding becomes a hosted group: agreed by the network, made by who looks after the node, once",
  async (t) => {
    const { orm } = nodes.district.node.db;
    const before = sink.received.length;
    const carla = visit("district");
    const guide = await carla.get("/valli/start?comune=Pergola");
    t.equal(guide.body.match(/class="does"/g)?.length, 10);
    const form = { groupName: "GAS Cagli", wish: "hosted", name: "Carla", email: "carla@posta.example", consent: "on" };
    t.equal((await carla.submit(guide, "/valli/start", { ...form, comune: "Atlantide" })).status, 422);
    const asked = await carla.submit(guide, "/valli/start", { ...form, comune: "Cagli" });
    t.match(
      asked.body,
      /Aprilo: da quel momento Distretto delle Valli legge/,
      "nothing is said to be sent that is not",
    );
    await settle();
    const progress = linkIn(await letterTo("carla@posta.example"), "http").pathname;
    t.notMatch((await dina.get("/desk/valli/network/founding")).body, /GAS Cagli/, "not before the link is opened");
    await carla.get(progress);
    await settle();
    await sink.reach(before + 2);
    t.ok(letters().includes("dina@posta.example: Carla vuole fondare GAS Cagli"), "who coordinates is told");
    await carla.submit(await carla.get(progress), progress, { steps: ["1", "3"] });
    t.match((await carla.get(progress)).body, /2 passi su 10/);
    t.notMatch((await cura.get("/node/hosting")).body, /GAS Cagli/, "not before the network agrees");
    const desk = await dina.get("/desk/valli/network/founding");
    const agree = desk.body.match(/action="(\/desk\/valli\/network\/founding\/[a-z2-7]+\/agree)"/)![1]!;
    t.match((await dina.submit(desk, agree)).body, /d&#39;accordo/);
    const marked = [...desk.body.matchAll(/<a href="([^"]*)" aria-current/g)].map(([, href]) => href);
    t.notOk(marked.includes("/desk/valli/network"), "the menu does not mark the page of members");
    t.equal((await dina.submit(desk, agree)).status, 409, "decided once");
    t.equal((await dina.get("/node/hosting")).status, 404);
    const hosting = await cura.get("/node/hosting");
    const make = hosting.body.match(/action="(\/node\/hosting\/[a-z2-7]+\/make)"/)![1]!;
    t.equal((await cura.submit(hosting, make, { handle: "valli" })).status, 422, "the handle is taken");
    t.equal((await cura.submit(hosting, make, { handle: "node" })).status, 422, "or the node's own");
    const made = await cura.submit(hosting, make, { handle: "gas-cagli" });
    t.match(made.body, /A Carla arriva una mail/);
    t.equal((await cura.submit(hosting, make, { handle: "gas-cagli-2" })).status, 409, "made once");
    t.match(loadActorByHandle(orm, "gas-cagli"), { kind: "gas", name: "GAS Cagli", place: "Cagli" });
    const invitation = linkIn(made.body, `${nodes.district.origin}/invitation/`).pathname;
    await settle();
    t.equal(linkIn(await letterTo("carla@posta.example", 2), "http").origin, nodes.district.origin);
    nodes.district.node.db.raw.prepare("UPDATE invitations SET expires_at = ?").run(clock.at);
    t.equal((await carla.get(invitation)).status, 410, "the link that was shown has run out");
    const door = await carla.submit(await carla.get(progress), `${progress}/enter`);
    await carla.submit(door, door.path, { name: "Carla" });
    t.equal((await carla.get("/desk/gas-cagli/people")).status, 200, "Carla administers it");
    t.equal((await visit("district").get(invitation)).status, 410, "and nobody after her");
    t.match(
      (await carla.get("/")).body + (await carla.get("/account")).body,
      /begin|Continua/i,
      "and finds the first steps",
    );
    const end = await carla.get(progress);
    t.match(end.body, /Il gruppo c&#39;è/);
    t.notMatch(end.body, /start\/[^"]*\/enter/, "the door is open once");
    t.equal((await carla.post(`${progress}/enter`, "")).status, 403);
  },
);

t.test(
  "who founds with a node of their own is done once the group of that name is a member, and no other's",
  async (t) => {
    const carlo = visit("district");
    const guide = await carlo.get("/valli/start");
    await carlo.submit(guide, "/valli/start", {
      ...{ groupName: "GAS Cantiano", comune: "Cantiano", wish: "own-node", name: "Carlo" },
      ...{ email: "carlo@posta.example", consent: "on" },
    });
    await settle();
    await carlo.get(linkIn(await letterTo("carlo@posta.example"), "http").pathname);
    const state = () =>
      nodes.district.node.db.raw.prepare("SELECT state, made_uri FROM foundings WHERE comune = 'Cantiano'").get();
    clock.advance({ minutes: 1 });
    const other = nodes.gas.addActor({ kind: "gas", handle: "altro", name: "GAS Frontone", place: "Frontone" });
    takeIn(nodes.district, district.id, other.id);
    await nodes.district.node.wire.senders.findActor(other.id);
    clock.advance({ minutes: 20 });
    await settle();
    t.match(state(), { state: "asked" }, "another comune's group is another's");
    const rival = nodes.gas.addActor({ kind: "gas", handle: "rivale", name: "GAS del Catria", place: "Cantiano" });
    const asks = async (id: string, wanted: "asked" | "member") => {
      takeIn(nodes.district, district.id, id);
      if (wanted === "asked")
        nodes.district.node.db.raw
          .prepare("UPDATE memberships SET state = 'asked', since = NULL WHERE peer = ?")
          .run(id);
      await nodes.district.node.wire.senders.findActor(id);
      clock.advance({ minutes: 20 });
      await settle();
    };
    await asks(rival.id, "member");
    t.match(state(), { state: "asked" }, "while the network has not agreed nobody closes it");
    const desk = await dina.get("/desk/valli/network/founding");
    await dina.submit(desk, desk.body.match(/action="(\/desk\/valli\/network\/founding\/[a-z2-7]+\/agree)"/)![1]!);
    clock.advance({ minutes: 20 });
    await settle();
    t.match(state(), { state: "agreed" }, "another name of the same comune is another group");
    const own = nodes.gas.addActor({ kind: "gas", handle: "cantiano", name: "Gas  cantiano", place: "Cantiano" });
    await asks(own.id, "asked");
    t.match(state(), { state: "agreed" }, "who merely asks is no member");
    await asks(own.id, "member");
    t.same(state(), { state: "made", made_uri: own.id });
  },
);

t.test(
  "C13 a founding is taken back by who asked, its letter is owed until taken, and a full list tells nobody",
  async (t) => {
    const { raw } = nodes.district.node.db;
    const ask = async (email: string) => {
      const browser = visit("district");
      const { body } = await browser.submit(await browser.get("/valli/start"), "/valli/start", {
        ...{ groupName: "GAS Apecchio", comune: "Apecchio", wish: "hosted", name: "Pia", email, consent: "on" },
      });
      return body.slice(body.indexOf("<main"), body.indexOf("</main>"));
    };
    const written = () => sink.received.filter(({ recipients }) => recipients[0] === "pia@posta.example");
    const count = (where: string) => raw.prepare(`SELECT count(*) FROM foundings WHERE ${where}`).pluck().get();
    const refused = sink.refuseNext(450);
    await ask("Pia@posta.example");
    await settle();
    await refused;
    clock.advance({ minutes: 2 });
    await settle();
    await letterTo("pia@posta.example");
    await ask("pia@posta.example");
    await settle();
    t.equal(written().length, 1, "refused once, written a minute later, and once a day");
    clock.advance({ hours: 25 });
    await settle();
    t.equal(written().length, 1, "nobody asked again");
    const known = await ask("pia@posta.example");
    await settle();
    const text = await letterTo("pia@posta.example", 2);
    await ask(`${"İ".repeat(40)}@posta.example`);
    t.equal(count("comune = 'Apecchio'"), 1, "an address that grows when lowered is none");
    const columns = "name, istat, comune, wish, state, by_name, language, steps, created_at, written_at";
    const fill = raw.prepare(
      `INSERT INTO foundings (id, actor_id, by_email, opened_at, ${columns}) SELECT ? || id, actor_id, ? || by_email, 1, ${columns}
     FROM foundings WHERE by_email = 'pia@posta.example'`,
    );
    for (let i = 0; i < 100; i++) fill.run(`f${i}`, `f${i}`);
    t.equal(await ask("nuova@posta.example"), known, "a list that is full reads the same");
    t.equal(await ask("pia@posta.example"), known);
    t.equal(count("by_email LIKE 'nuova%'"), 0);
    raw.prepare("DELETE FROM foundings WHERE by_email LIKE 'f%pia@posta.example'").run();
    const { pathname } = linkIn(text, "http");
    t.match(text, /Se non eri tu/);
    const pia = visit("district");
    t.match((await pia.submit(await pia.get(pathname), `${pathname}/forget`)).body, /non c&#39;è più nulla/);
    t.equal(count("by_email = 'pia@posta.example'"), 0);
    t.equal((await pia.get(pathname)).status, 410);
  },
);

t.test("C45 who looks after the node makes one more actor for somebody else, and sees nothing of it", async (t) => {
  const page = await cura.get("/node/actors");
  t.equal((await dina.get("/node/actors")).status, 404);
  const form = { kind: "producer", level: "des", name: "Mulino", place: "Cagli", administrator: "other", email: "" };
  t.equal((await cura.submit(page, "/node/actors", { ...form, handle: "valli" })).status, 422);
  const made = await cura.submit(page, "/node/actors", { ...form, handle: "mulino" });
  t.match(made.body, /\/invitation\//);
  t.match(loadActorByHandle(nodes.district.node.db.orm, "mulino"), { kind: "producer" });
  t.equal((await cura.get("/desk/mulino/people")).status, 404, "no seat comes with looking after the node");
  const refused = sink.refuseNext(450);
  const theirs = { ...form, email: "ines@posta.example", handle: "frantoio", name: "Frantoio" };
  const { body } = await cura.submit(page, "/node/actors", theirs);
  await settle();
  await refused;
  clock.advance({ minutes: 5 });
  await settle();
  const written = linkIn(await letterTo("ines@posta.example"), "http").href;
  t.ok(body.includes(written), "by mail too, once the server takes it: the same link");
  const mine = await cura.submit(page, "/node/actors", { ...form, administrator: "me", handle: "orto", name: "Orto" });
  t.notMatch(mine.body, /\/invitation\//);
  const desk = await cura.get("/desk/orto/people");
  t.match(desk.body, /Passa a un altro[\s\S]*href="\/valli"[^>]*>Distretto delle Valli/, "and goes from desk to desk");
  t.notMatch((await dina.get("/desk/valli/network")).body, /Passa a un altro/, "who has one desk has nowhere to go");
});

t.test(
  "C13 nobody fills the list of who seeks from one network or under one mailbox, and nobody is told",
  async (t) => {
    const { raw } = nodes.district.node.db;
    const place = findComune("Ascoli Piceno")!;
    const ask = (email: string, address: string) =>
      askNear(house("district"), district.id, {
        ...{ name: "Rino", email, place, wantsToFound: false, address, language: "it" as const },
      });
    const count = (like: string) => raw.prepare("SELECT count(*) FROM seekers WHERE email LIKE ?").pluck().get(like);
    for (let i = 0; i < 25; i++) t.match(ask(`r${i}@posta.example`, `2001:db8:1:2::${i + 1}`), { asked: true });
    t.equal(count("r%@posta.example"), 20);
    t.match(ask("r0@posta.example", "2001:db8:1:2::1"), { asked: true, isFull: false });
    for (let i = 0; i < 5; i++) ask(`zoe+${i}@posta.example`, `192.0.2.${i}`);
    t.equal(count("zoe%"), 3);
    raw.prepare("UPDATE seekers SET proven_at = 1, from_hash = NULL WHERE email = 'r0@posta.example'").run();
    t.match(
      ask("r99@posta.example", "2001:db8:1:2::99"),
      { asked: true, isFull: false },
      "who is proven counts no more",
    );
    raw.prepare("DELETE FROM seekers WHERE name = 'Rino'").run();
    await settle();
    t.notOk(
      letters().some((letter) => letter.startsWith("r1@")),
      "nobody is written to who is gone",
    );
  },
);

t.test("what was never proven is forgotten in a week, everything in a year", async (t) => {
  const bruno = visit("district");
  const near = await bruno.get("/valli/near?comune=Sassocorvaro+Auditore");
  if (near.body.includes('action="/valli/near"'))
    await bruno.submit(near, "/valli/near", { name: "Bruno", email: "bruno@posta.example", consent: "on" });
  const count = (table: string) => nodes.district.node.db.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  t.equal(count("seekers"), 1);
  await settle();
  clock.advance({ days: 8 });
  await settle();
  t.equal(count("seekers"), 0);
  clock.advance({ days: 365 });
  await settle();
  t.equal(count("foundings"), 0);
});
