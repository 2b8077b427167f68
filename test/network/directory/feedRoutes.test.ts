// A network's lists as others' software and others' pages take them.
import t from "tap";
import { NO_NETWORK, startNodes } from "../../tools/nodes.ts";
import { entryOf, MILL } from "../index/entries.ts";
import { fillValley } from "./valley.ts";

const { nodes, clock } = await startNodes(t, ["network"], { carrier: NO_NETWORK });
const { node, addActor } = nodes.network;
const network = addActor({ kind: "district", level: "des", handle: "metauro", name: "DES & Metauro" });
addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
await fillValley(await node.index.open(), network.id, clock.at);

const ask = (url: string, headers: Record<string, string> = {}) =>
  node.app.inject({ url, headers: { "accept-language": "it", ...headers } });

t.test("open orders come as Atom, RSS and JSON Feed, the next to close first, each with its source", async (t) => {
  const atom = await ask("/metauro/offers.atom");
  t.match(atom.headers["content-type"], /application\/atom\+xml/);
  t.match(atom.body, /<feed xmlns="http:\/\/www.w3.org\/2005\/Atom"/);
  t.ok(atom.body.indexOf("Mele d") < atom.body.indexOf("Farine di novembre"));
  t.notMatch(atom.body, /Ordine chiuso/);
  const rss = await ask("/metauro/offers.rss");
  t.match(rss.body, /<rss version="2.0"/);
  t.match(rss.body, /da mulino\.example/);
  const json = JSON.parse((await ask("/metauro/offers.json")).body);
  t.match(json, { version: /jsonfeed/, items: [{ title: "Mele d'autunno" }, { title: "Farine di novembre" }] });
  t.equal(JSON.parse((await ask("/metauro/directory.json")).body).items.length, 8);
});

t.test("closings come as a calendar with ids that stay", async (t) => {
  const { body, headers } = await ask("/metauro/offers.ics");
  t.match(headers["content-type"], /text\/calendar/);
  t.equal(body.match(/BEGIN:VEVENT/g)?.length, 2);
  t.match(body.replaceAll(/\r\n /g, ""), /SUMMARY:Chiude l'ordine Farine di novembre \(Mulino della Valle\)/);
});

t.test("a date that moved is newer than the one that people's calendars hold", async (t) => {
  const now = clock.at;
  const index = await node.index.open();
  const evening = { startsAt: now + 7_200_000, endsAt: now + 9_000_000, readAt: now };
  const put = (sequence: number, updatedAt: number) =>
    index.put([
      entryOf("cycle", "Farro", { startsAt: now, endsAt: now + 86_400_000, sequence, readAt: now }),
      entryOf("event", "Assemblea", { ...evening, updatedAt }),
    ]);
  const told = async () => {
    const bodies = [(await ask("/metauro/offers.ics")).body, (await ask("/metauro/calendar.ics")).body];
    return bodies.map((body) => Number(sequenceIn(body)));
  };
  await put(1, now);
  const before = await told();
  t.equal(before[0], 1);
  await put(2, now + 60_000);
  t.same(await told(), [2, before[1]! + 60]);
  await put(2 ** 40, now + 60_000);
  t.equal((await told())[0], 2 ** 31 - 1, "no more than calendars count");
  await index.remove(MILL, [`${MILL}/cycle/farro`, `${MILL}/event/assemblea`]);
});

/** The sequence of the one date that this test put there. */
function sequenceIn(body: string): string {
  const event = body.split("BEGIN:VEVENT").find((part) => /Farro \(|Assemblea/.test(part.replaceAll(/\r\n /g, "")));
  return /^SEQUENCE:(\d+)/m.exec(event ?? "")?.[1] ?? "";
}

t.test("a break of line in a foreign address writes nothing of its own into the calendar", async (t) => {
  const now = clock.at;
  const index = await node.index.open();
  const id = `${MILL}/c\r\nDESCRIPTION:Assemblea annullata`;
  const forged = entryOf("cycle", "Farro", { id, url: id, startsAt: now, endsAt: now + 86_400_000, readAt: now });
  await index.put([forged]);
  const { body } = await ask("/metauro/offers.ics");
  t.match(body, /Farro/);
  t.notMatch(body, /^DESCRIPTION/m);
  await index.remove(MILL, [id]);
});

t.test("B34 a hostile name stays text where readers take titles for HTML", async (t) => {
  const now = clock.at;
  const index = await node.index.open();
  const name = "<img src=x onerror=alert(1)>";
  const entry = entryOf("cycle", name, { startsAt: now, endsAt: now + 86_400_000, readAt: now });
  await index.put([entry]);
  for (const format of ["atom", "rss"]) {
    const { body } = await ask(`/metauro/offers.${format}`);
    t.match(body, "&lt;img src=x", format);
    t.notMatch(body, /<img/, format);
  }
  t.ok(JSON.parse((await ask("/metauro/offers.json")).body).items.some((one: { title: string }) => one.title === name));
  await index.remove(entry.sourceId, [entry.id]);
});

t.test("a list that has not changed is not sent again, though its reader asks later", async (t) => {
  for (const path of ["offers.atom", "offers.rss", "offers.json", "offers.ics", "directory.atom"]) {
    const first = await ask(`/metauro/${path}`);
    clock.at += 60_000;
    const again = await ask(`/metauro/${path}`, { "if-none-match": String(first.headers.etag) });
    t.match({ status: again.statusCode, body: again.body }, { status: 304, body: "" }, path);
    t.match(first.headers["cache-control"], /max-age=300/);
  }
});

t.test(
  "a comune shows the meetings of its district on its own page, with what was called off crossed out",
  async (t) => {
    const index = await node.index.open();
    const at = { startsAt: clock.at + 3_600_000, endsAt: clock.at + 7_200_000, readAt: clock.at };
    t.match((await ask("/embed/metauro/calendar")).body, /Nessun incontro in programma/);
    await index.put([
      entryOf("event", "Serata farine", at),
      entryOf("event", "Visita <b>al</b> mulino", { ...at, isCancelled: true }),
    ]);
    const { body, headers } = await ask("/embed/metauro/calendar");
    t.match(headers["content-security-policy"], /frame-ancestors \*/);
    t.match(body, /Serata farine<\/a>[\s\S]*?<time /);
    t.match(body, /<s>Visita &lt;b&gt;al&lt;\/b&gt; mulino<\/s>[\s\S]*?annullato/i);
    t.match(body, 'href="/metauro/calendar"');
    t.notMatch(body, /<form|<script|Mele/);
    await index.remove(MILL, [`${MILL}/event/serata-farine`, `${MILL}/event/visita-b-al-b-mulino`]);
  },
);

t.test("C38 the frames alone may stand on other pages: read only, without cookies, forms and scripts", async (t) => {
  const { headers, body } = await ask("/embed/metauro/offers");
  t.match(headers["content-security-policy"], /frame-ancestors \*/);
  t.match(headers["content-security-policy"], /default-src 'none'.*form-action 'none'/);
  t.equal(headers["x-frame-options"], undefined);
  t.equal(headers["set-cookie"], undefined);
  t.notMatch(body, /<form|<script/);
  t.match(body, /Mele d&#39;autunno/);
  const page = await ask("/metauro/offers");
  t.match(page.headers["content-security-policy"], /frame-ancestors 'none'/);
  for (const path of ["/metauro/offers.atom", "/metauro/open-data/groups.json", "/api/list"])
    t.match(
      (await ask(path)).headers,
      { "x-frame-options": "DENY", "cross-origin-resource-policy": "same-origin" },
      path,
    );
  t.match((await ask("/metauro/calendar")).body, /&lt;iframe src=&quot;[^&]*\/embed\/metauro\/calendar&quot;/);
  for (const path of ["offers", "calendar"]) t.equal((await ask(`/embed/gas-fano/${path}`)).statusCode, 404);
  t.equal((await ask("/gas-fano/offers.atom")).statusCode, 404);
});
