import t from "tap";
import { startNodes } from "../tools/nodes.ts";
import { dataOf } from "./browser.ts";

t.test("one address gives people the page and nodes the document", async (t) => {
  const { nodes } = await startNodes(t, ["farm"]);
  const mill = nodes.farm.addActor({
    kind: "producer",
    handle: "mulino",
    name: "Mulino <di> prova",
    place: "Matelica",
    summary: "Farine & pane",
  });
  const { app } = nodes.farm.node;
  const page = await app.inject({ url: "/mulino", headers: { accept: "text/html" } });
  t.equal(page.statusCode, 200);
  t.match(page.headers["content-type"], /text\/html/);
  t.match(page.headers.vary, /accept/i);
  t.match(page.body, /Mulino &lt;di&gt; prova/, "text stays text");
  t.match(page.body, /Matelica/);
  t.match(page.body, `href="${mill.id}"`, "it leads to the document");
  const { host } = new URL(nodes.farm.origin);
  t.match(page.body, `<meta name="fediverse:creator" content="@mulino@${host}">`, "a preview says whose page it is");
  t.match(page.body, `<meta property="og:url" content="${mill.id}">`);
  t.same(dataOf(page.body), {
    ...{ "@context": "https://schema.org", "@type": "Organization", "@id": mill.id, url: mill.id },
    ...{ name: "Mulino <di> prova", description: "Farine & pane" },
    address: { "@type": "PostalAddress", addressLocality: "Matelica", addressCountry: "IT" },
  });
  const document = await app.inject({ url: "/mulino", headers: { accept: "application/activity+json" } });
  t.match(document.headers["content-type"], /activity\+json/);
  t.match(document.json(), { id: mill.id, name: "Mulino <di> prova", role: "producer", type: "Organization" });
});

t.test("C16 what somebody calls themselves ends no block of data and begins no script", async (t) => {
  const { nodes } = await startNodes(t, ["farm"]);
  const name = `</script><script>alert(1)</script><!-- "&amp;`;
  nodes.farm.addActor({ kind: "producer", handle: "mulino", name });
  const { body } = await nodes.farm.node.app.inject({ url: "/mulino", headers: { accept: "text/html" } });
  t.equal((dataOf(body) as { name: string }).name, name);
  t.equal(body.match(/<script/g)?.length, 1);
  t.notMatch(body, "<script>alert");
});

t.test("who does not live here gets the page that says so", async (t) => {
  const { nodes } = await startNodes(t, ["farm"]);
  for (const accept of ["text/html", "application/activity+json"]) {
    const answer = await nodes.farm.node.app.inject({ url: "/nessuno", headers: { accept } });
    t.equal(answer.statusCode, 404);
  }
});
