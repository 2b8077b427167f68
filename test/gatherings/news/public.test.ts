// News for everybody: ticked by who speaks for a group, read by anybody at an address of its own, told to who follows, gone when it is over.
import t from "tap";
import { updateActor } from "../../../src/activitypub/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { changeNews, newsClockTasks, publishNews, removeNews } from "../../../src/gatherings/news/actions.ts";
import { TOLD_A_DAY_MAX } from "../../../src/gatherings/news/news.ts";
import { countToldSince, listNews } from "../../../src/gatherings/news/store.ts";
import { membersHouse } from "../../../src/node.ts";
import { sitDown } from "../../partners/desks.ts";
import { sure } from "../../sales/cycles.ts";
import { NO_NETWORK, startNodes } from "../../tools/nodes.ts";
import { openBrowser } from "../../web/browser.ts";

const { nodes, clock } = await startNodes(t, ["one"], { carrier: NO_NETWORK });
const { one } = nodes;
const { db, wire } = one.node;
const gas = one.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
const farm = one.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
const ada = await sitDown(one, "ada", "fano", "admin");
const DESK = "/desk/fano/news";
const AS = { accept: "application/activity+json" };
const NEWS = { title: "Mulino aperto", text: "Sabato alle 9.\n\nPortate i sacchi.", until: "2026-11-28" };
const PLAN = { ...NEWS, isPublic: true };
const BY = { actorId: gas.id, byId: "ada" };
const desk = { wire, house: membersHouse(one.config, db, clock) };
const stranger = openBrowser(one.node.app, one.origin, "127.0.2.9");
const told = (actorId = gas.id) =>
  db.raw
    .prepare("SELECT type FROM activities WHERE actor_id = ? AND id LIKE '%/activities/%' ORDER BY rowid")
    .pluck()
    .all(actorId);
const outbox = async () =>
  JSON.parse((await stranger.get("/fano/outbox?page=1", AS)).body).orderedItems as { type: string }[];
const pathOf = (body: string) => /href="(\/fano\/news\/[a-z2-7]{26})"/.exec(body)?.[1] ?? "";
const noteAt = () => db.raw.prepare("SELECT id FROM news_notes ORDER BY rowid DESC").pluck().get() as string;

t.test("B39 news is its members' alone, until it is ticked; then anybody reads it and its changes", async (t) => {
  const start = await ada.get(DESK);
  t.match(start.body, /Anche per chi ci segue/);
  t.notMatch(start.body, /name="public"[^>]*checked/, "off by itself");
  const made = await ada.submit(start, DESK, NEWS);
  const [, id = ""] = /news\/(\w{26})"/.exec(made.body) ?? [];
  t.notMatch((await stranger.get("/fano")).body, /Mulino aperto/);
  t.equal((await stranger.get(`/fano/news/${id}`)).status, 404);
  t.same(told(), []);
  const edit = `${DESK}/${id}`;
  await ada.submit(await ada.get(edit), edit, { ...NEWS, public: "on" });
  const path = pathOf((await stranger.get("/fano")).body);
  const page = await stranger.get(path);
  t.match(page.body, /<h1>Mulino aperto[\s\S]*Portate i sacchi/);
  t.match(page.body, 'href="/fano"', "and back to whose it is");
  const note = JSON.parse((await stranger.get(path, AS)).body);
  t.match(note, { type: "Note", id: `${one.origin}${path}`, attributedTo: gas.id, endTime: "2026-11-28T23:00:00Z" });
  t.match((await ada.get(DESK)).body, /la vedono tutti/);
  await ada.submit(await ada.get(edit), edit, { ...NEWS, public: "on" });
  t.same(told(), ["Create"], "nothing changed, nothing is said");
  clock.advance({ minutes: 1 });
  await ada.submit(await ada.get(edit), edit, { ...NEWS, title: "Mulino chiuso", public: "on" });
  t.match(JSON.parse((await stranger.get(path, AS)).body), {
    content: /Mulino chiuso/,
    updated: "2026-11-23T11:01:00Z",
  });
  t.same(
    (await outbox()).map(({ type }) => type),
    ["Update", "Create"],
    "among what else the group said to everybody",
  );
  await ada.submit(await ada.get(edit), edit, NEWS);
  t.same(told(), ["Create", "Update", "Delete"]);
  const gone = await stranger.get(path, AS);
  t.equal(gone.status, 410);
  t.match(JSON.parse(gone.body), { type: "Tombstone", id: note.id, formerType: /Note$/ });
  const left = await stranger.get(path);
  t.match([left.status, left.body], [410, /non c(?:'|&#39;)è più[\s\S]*href="\/fano"/]);
  const said = JSON.stringify(await outbox());
  t.notMatch(said, /Mulino|sacchi/, "what was taken back is not read in the outbox either");
  t.match(await outbox(), [{ type: "Delete" }]);
  t.match((await ada.get(DESK)).body, /Mulino aperto/, "members read on");
  t.match(
    (await ada.get("/desk/fano/audit")).body,
    /Mulino aperto: non più per tutti[\s\S]*Mulino aperto: per tutti/,
    "and who told it, and took it back, is written down",
  );
  await ada.submit(await ada.get(edit), edit, { ...NEWS, public: "on" });
  t.not(pathOf((await stranger.get("/fano")).body), path, "told anew it has a new address: the first is gone for ever");
  await ada.submit(await ada.get(edit), `${edit}/remove`);
  t.same(told(), ["Create", "Update", "Delete", "Create", "Delete"]);
  removeNews(wire, BY, id);
  t.same(told().length, 5, "taken away twice it is taken away once");
});

t.test("who follows is not flooded: so many pieces a day go out, and the next is refused with a reason", async (t) => {
  clock.advance({ days: 1, minutes: 5 });
  const plan = { ...PLAN, until: "2026-12-20" };
  for (let n = 0; n < TOLD_A_DAY_MAX; n++) removeNews(wire, BY, sure(publishNews(desk, BY, plan, false)).id);
  const before = told().length;
  const start = await ada.get(DESK);
  const more = await ada.submit(start, DESK, { ...NEWS, until: plan.until, public: "on" });
  t.match([more.status, more.body], [409, /Oggi sono già uscite 10 notizie/]);
  const own = sure(publishNews(desk, BY, { ...plan, isPublic: false }, false));
  t.match(changeNews(wire, BY, own.id, plan), { refused: "too-much-told" });
  t.equal(told().length, before);
  t.equal(listNews(db.orm, gas.id, 5).length, 1, "members are told as ever");
  clock.advance({ days: 1, minutes: 1 });
  t.equal(countToldSince(db.orm, gas.id, clock.at - 86_400_000), 0);
  sure(changeNews(wire, BY, own.id, plan));
  removeNews(wire, BY, own.id);
});

t.test("B34 what is hostile stays text on the page and in the Note", async (t) => {
  const made = sure(
    publishNews(desk, BY, { ...PLAN, title: "<img src=x onerror=1>", text: "<script>1</script>" }, false),
  );
  const path = `/fano/news/${noteAt()}`;
  for (const { body } of [await stranger.get(path), await stranger.get(path, AS), await stranger.get("/fano")])
    t.notMatch(body, /<img src=x|<script>1/);
  removeNews(wire, BY, made.id);
});

t.test("what is over is taken back once, after a restart too, and begins anew under another address", async (t) => {
  const before = told().length;
  const made = sure(publishNews(desk, BY, PLAN, false));
  const path = `/fano/news/${noteAt()}`;
  const [task] = newsClockTasks(wire);
  task!.run(clock.at);
  t.equal(told().length, before + 1, "not before its day is over");
  clock.advance({ days: 6 });
  t.equal((await stranger.get(path)).status, 410, "gone at the minute, whenever the clock turns");
  const early = (await stranger.get(path, AS)).body;
  t.notMatch((await stranger.get("/fano")).body, /Mulino aperto/);
  task!.run(clock.at);
  for (const again of newsClockTasks({ ...wire })) again.run(clock.at + 60_000);
  t.same(told().slice(before), ["Create", "Delete"]);
  t.same(JSON.parse((await stranger.get(path, AS)).body), JSON.parse(early), "the same tombstone before and after");
  sure(changeNews(wire, BY, made.id, { ...PLAN, until: "2026-12-05" }));
  t.same(told().slice(before), ["Create", "Delete", "Create"]);
  t.not(`/fano/news/${noteAt()}`, path);
  clock.advance({ days: 7 });
  sure(changeNews(wire, BY, made.id, { ...PLAN, until: "2026-12-12", isPublic: false }));
  t.same(told().slice(before), ["Create", "Delete", "Create", "Delete"], "changed before the clock came by");
  removeNews(wire, BY, made.id);
  t.same(told().length, before + 4);
});

t.test("a producer writes to who follows it from its own desk, and to nobody else's", async (t) => {
  const until = "2026-12-20";
  const piero = await sitDown(one, "piero", "mulino", "producer");
  const start = await piero.get("/desk/mulino/news");
  t.match(start.body, /Può leggerle chiunque/);
  t.notMatch(start.body, /name="(?:public|mail)"/, "there is nothing to choose");
  const made = await piero.submit(start, "/desk/mulino/news", { ...NEWS, until });
  const [, id = ""] = /news\/(\w{26})"/.exec(made.body) ?? [];
  t.match((await stranger.get("/mulino")).body, /Mulino aperto/);
  const edit = `/desk/mulino/news/${id}`;
  await piero.submit(await piero.get(edit), edit, { ...NEWS, until, text: "Domenica." });
  await piero.submit(await piero.get(edit), `${edit}/remove`);
  t.same(told(farm.id), ["Create", "Update", "Delete"]);
  t.equal((await piero.get(DESK)).status, 404);
  t.equal((await ada.get(edit)).status, 404);
  const past = await piero.submit(start, "/desk/mulino/news", { ...NEWS, until: "2026-12-01" });
  t.match([past.status, past.body], [422, /è già passato/]);
});

t.test(
  "who closes tells nothing new to everybody, takes back what it told, and says nothing once it is gone",
  async (t) => {
    const plan = { ...PLAN, until: "2026-12-20" };
    const made = sure(publishNews(desk, BY, plan, false));
    const other = sure(publishNews(desk, BY, plan, false));
    const path = `/fano/news/${noteAt()}`;
    transact(db, (tx) => updateActor(tx, gas.id, { retiredAt: clock.at }));
    t.match(publishNews(desk, BY, plan, false), { refused: "actor-retired", name: "GAS Fano" });
    const before = told().length;
    sure(changeNews(wire, BY, made.id, { ...plan, isPublic: false }));
    t.same(told().slice(before), ["Delete"]);
    transact(db, (tx) => updateActor(tx, gas.id, { goneAt: clock.at }));
    t.equal((await stranger.get(path)).status, 404);
    clock.advance({ days: 20 });
    for (const task of newsClockTasks(wire)) task.run(clock.at);
    t.equal(told().length, before + 1);
    t.equal(db.raw.prepare("SELECT count(*) FROM news_notes WHERE withdrawn_at IS NULL").pluck().get(), 0);
    t.equal(loadedTitle(other.id), NEWS.title);
  },
);

function loadedTitle(id: string): unknown {
  return db.raw.prepare("SELECT title FROM group_news WHERE id = ?").pluck().get(id);
}
