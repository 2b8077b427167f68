// An actor's feed over its own node: what everybody is told, and nothing that is for some.
import t from "tap";
import { renderSVG } from "uqr";
import { cancelGathering, publishGathering, removeGathering, saveGathering } from "../../../src/gatherings/actions.ts";
import type { Gathering } from "../../../src/gatherings/gathering.ts";
import { publishNews } from "../../../src/gatherings/news/actions.ts";
import { membersHouse } from "../../../src/node.ts";
import { factsOf } from "../../gatherings/hall.ts";
import { sure } from "../../sales/cycles.ts";
import { NO_NETWORK, startNodes } from "../../tools/nodes.ts";

t.test("who has no account reads what a group tells everybody, as it stands now", async (t) => {
  const { nodes, clock } = await startNodes(t, ["one"], { carrier: NO_NETWORK });
  const { node, config, addActor } = nodes.one;
  const gas = addActor({ kind: "gas", handle: "fano", name: "GAS & Fano" });
  const by = { actorId: gas.id, byId: "gino" };
  const read = async () =>
    JSON.parse((await node.app.inject({ url: "/fano/feed.json", headers: { "accept-language": "it" } })).body)
      .items as {
      title: string;
      url: string;
      content_html: string;
    }[];
  t.same(await read(), []);
  const plan = {
    title: "Pane <nuovo>",
    text: "Da sabato.",
    until: new Date(clock.at + 6 * 86_400_000).toISOString().slice(0, 10),
  };
  const desk = { wire: node.wire, house: membersHouse(config, node.db, clock) };
  sure(publishNews(desk, by, { ...plan, title: "Le chiavi", isPublic: false }, false));
  sure(publishNews(desk, by, { ...plan, isPublic: true }, false));
  const startsAt = clock.at + 3 * 86_400_000;
  const facts = { ...factsOf(), startsAt, endsAt: startsAt + 3_600_000 };
  const { id } = sure(saveGathering(node.wire, gas.id, facts, "gino")) as Gathering;
  t.equal((await read()).length, 1, "a draft is nobody's to read");
  clock.at += 60_000;
  sure(publishGathering(node.wire, { ...by, id }));
  const [evening, news] = await read();
  t.match(evening, { title: facts.name, url: `${gas.id}/events/${id}` });
  t.match(news, { title: "Pane <nuovo>", content_html: /Pane &lt;nuovo&gt;[\s\S]*Da sabato/ });
  clock.at += 60_000;
  sure(cancelGathering(node.wire, { ...by, id }, "neve"));
  t.match((await read())[0], { content_html: /neve/ }, "its newest words");
  const atom = await node.app.inject("/fano/feed.atom");
  t.match(atom.headers["content-type"], /atom\+xml/);
  t.match(atom.body, /<title>GAS &amp; Fano<\/title>/);
  t.match(atom.body, /Pane &(?:amp;)?lt;nuovo/);
  t.notMatch(atom.body, /Le chiavi|gino/, "what is for members stays with them");
  const again = await node.app.inject({
    url: "/fano/feed.atom",
    headers: { "if-none-match": String(atom.headers.etag) },
  });
  t.equal(again.statusCode, 304);
  clock.at += 60_000;
  sure(removeGathering(node.wire, { ...by, id }));
  t.same(
    (await read()).map(({ title }) => title),
    ["Pane <nuovo>"],
  );
  const page = await node.app.inject({ url: "/fano", headers: { accept: "text/html" } });
  t.match(page.body, /<link rel="alternate" type="application\/atom\+xml" href="\/fano\/feed.atom"[\s\S]*>JSON Feed</);
  const code = Buffer.from(/base64,([^"]*)" width="220"/.exec(page.body)?.[1] ?? "", "base64").toString();
  t.equal(
    code,
    renderSVG(gas.id, { border: 2 }),
    "a phone that looks at the page of somebody else's screen comes to it",
  );
  for (const path of ["/nessuno/feed.atom", "/actor/feed.json"])
    t.equal((await node.app.inject(path)).statusCode, 404, path);
});
