// News of a group: written by who administers, read by its members until a day, told by mail where that is wished; what is not public, nowhere else.
import t from "tap";
import { changedAt, endOfNews, lastDayOf, paragraphsOf } from "../../../src/gatherings/news/news.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { sitDown } from "../../partners/desks.ts";
import { startNodes } from "../../tools/nodes.ts";

const NOON = Date.UTC(2026, 10, 23, 11);
const NEWS = { title: "Assemblea il 3", text: "Alle 21 al circolo.\n\nPortate le vostre idee.", until: "2026-11-25" };

t.test("a day is shown to its end by Rome's clocks, from today on and within a year", async (t) => {
  const today = endOfNews("2026-11-23", NOON);
  if (isRefusal(today)) return t.fail(today.refused);
  t.equal(today.endsAt, Date.UTC(2026, 10, 23, 23), "midnight in Rome");
  t.equal(lastDayOf(today), "2026-11-23");
  t.match(endOfNews("2026-11-22", NOON), { refused: "news-over" });
  t.match(endOfNews("2026-02-30", NOON), { refused: "news-over" });
  t.match(endOfNews("2027-11-24", NOON), { refused: "news-too-long" });
  t.notOk(isRefusal(endOfNews("2027-11-23", NOON)));
});

t.test("a text is told by its paragraphs, a change never in the second of the one before", async (t) => {
  t.same(paragraphsOf("\n\nUno\ndue \n \n\n tre\n"), ["Uno\ndue", "tre"]);
  t.equal(changedAt({ updatedAt: NOON }, NOON + 10), NOON + 1000);
  t.equal(changedAt({ updatedAt: NOON }, NOON + 5000), NOON + 5000);
});

t.test(
  "B39 C45 members read news until its day and by mail if wished; no other group and no other node ever does",
  async (t) => {
    const flags = ["--smtp-url", "smtp://127.0.0.1:1", "--mail-from", "nodo@gas.example"];
    const nobody = async () => ({ failed: "refused" }) as never;
    const carrier = { get: nobody, post: nobody, close: async () => {} };
    const { nodes, clock } = await startNodes(t, ["gas"], { carrier }, flags);
    const { db } = nodes.gas.node;
    nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    nodes.gas.addActor({ kind: "gas", handle: "pesaro", name: "GAS Pesaro" });
    const ada = await sitDown(nodes.gas, "ada", "fano", "admin");
    const marta = await sitDown(nodes.gas, "marta", "fano", "member");
    const elio = await sitDown(nodes.gas, "elio", "pesaro", "admin");
    const desk = "/desk/fano/news";
    const start = await ada.get(desk);
    t.match(start.body, /Ancora nessuna notizia/);
    const past = await ada.submit(start, desk, { ...NEWS, until: "2026-11-22" });
    t.match([past.status, past.body], [422, /è già passato/]);
    const made = await ada.submit(past, desk, { ...NEWS, mail: "on" });
    const id = /news\/(\w{26})"/.exec(made.body)?.[1] ?? "";
    const home = async () => (await marta.get("/desk/fano/orders")).body;
    t.match(await home(), /Assemblea il 3[\s\S]*<p class="kept-lines">Portate le vostre idee/);
    t.match(
      db.raw.prepare("SELECT person_id, kind, body FROM notice_queue").all(),
      [{ person_id: "marta", kind: "news", body: /Alle 21 al circolo[\s\S]*mercoledì 25|25 novembre/ }],
      "each member once",
    );
    t.equal((await elio.get(`/desk/pesaro/news/${id}`)).status, 404);
    t.equal((await marta.get(desk)).status, 404);
    t.notMatch((await elio.get("/desk/pesaro/news")).body, /Assemblea/);
    const page = await ada.get(`${desk}/${id}`);
    await ada.submit(page, `${desk}/${id}`, { ...NEWS, title: "Assemblea il 4" });
    t.match(await home(), /Assemblea il 4/);
    const clash = await ada.submit(page, `${desk}/${id}`, { ...NEWS, title: "Assemblea il 5" });
    t.match([clash.status, clash.body], [409, /Assemblea il 4/], "who saves second sees what the first saved");
    clock.advance({ days: 3 });
    t.notMatch(await home(), /Assemblea/, "its day is over");
    t.match((await ada.get(desk)).body, /finita/);
    await ada.submit(await ada.get(`${desk}/${id}`), `${desk}/${id}/remove`);
    t.match((await ada.get(desk)).body, /Ancora nessuna notizia/);
    t.equal(db.raw.prepare("SELECT count(*) FROM activities").pluck().get(), 0, "nothing left the node");
    t.match((await ada.get("/desk/fano/audit")).body, /Notizia/);
  },
);
