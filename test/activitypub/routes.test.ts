// What anyone may ask a node without a signature: who is here, in the forms other servers look for.
import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import t from "tap";
import { startNodes } from "../tools/nodes.ts";

const SCHEMAS = "../shared/data/vectors/nodeinfo";
const AP = { accept: "application/activity+json" };

async function farmNode(t: import("tap").Test) {
  const { nodes } = await startNodes(t, ["farm"]);
  const mill = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino di prova" });
  const get = (url: string, headers: Record<string, string> = AP) => nodes.farm.node.app.inject({ url, headers });
  return { ...nodes.farm, mill, get, host: new URL(nodes.farm.origin).host };
}

for (const version of ["2.0", "2.1"] as const)
  t.test(
    `FEP-f1d5 NodeInfo ${version} fits its strict schema and names nobody`,
    { skip: existsSync(SCHEMAS) ? false : "the schemas are not here" },
    async (t) => {
      const { get } = await farmNode(t);
      const answer = await get(`/nodeinfo/${version}`);
      t.match(answer.headers["content-type"], new RegExp(`schema/${version}#`));
      const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(`${SCHEMAS}/${version}/schema.json`, "utf8"));
      const validate = new Ajv({ strict: false }).compile(schema);
      t.ok(validate(answer.json()), JSON.stringify(validate.errors));
      t.notMatch(answer.body, /mulino/i, "counts and kinds only");
    },
  );

t.test("FEP-2677 FEP-d556 a host leads to its instance actor, which is read unsigned", async (t) => {
  const { get, origin } = await farmNode(t);
  const { links } = (await get("/.well-known/nodeinfo")).json();
  const application = links.find(
    (link: { rel: string }) => link.rel === "https://www.w3.org/ns/activitystreams#Application",
  );
  t.equal(application?.href, `${origin}/actor`);
  const found = await get(`/.well-known/webfinger?resource=${encodeURIComponent(`${origin}/`)}`);
  t.match(found.json().links, [{ rel: "self", href: `${origin}/actor` }]);
  const actor = await get("/actor");
  t.match(actor, { statusCode: 200 });
  t.match(actor.json(), { type: "Application", id: `${origin}/actor`, hosts: [`${origin}/mulino`] });
});

t.test("WebFinger answers to the handle and to the actor's address, and to no stranger's", async (t) => {
  const { get, mill, host } = await farmNode(t);
  for (const resource of [`acct:mulino@${host}`, `acct:MULINO@${host}`, mill.id]) {
    const answer = await get(`/.well-known/webfinger?resource=${encodeURIComponent(resource)}`);
    t.equal(answer.statusCode, 200, resource);
    t.match(answer.json().links, [{ rel: "self", href: mill.id, type: "application/activity+json" }]);
  }
  for (const resource of [`acct:nessuno@${host}`, "acct:mulino@altro.example", ""])
    t.ok((await get(`/.well-known/webfinger?resource=${encodeURIComponent(resource)}`)).statusCode >= 400, resource);
});

t.test("FEP-844e an actor says which profile its node implements, and shows both its keys", async (t) => {
  const { get, mill, host } = await farmNode(t);
  const document = (await get("/mulino")).json();
  t.match(document, {
    webfinger: `mulino@${host}`,
    role: "producer",
    catalog: `${mill.id}/catalog`,
    generator: { implements: [{ href: "https://w3id.org/filiera#profile-1" }] },
    publicKey: { id: `${mill.id}#main-key`, owner: mill.id },
    assertionMethod: [{ id: `${mill.id}#ed25519-1`, type: "Multikey" }],
  });
  t.notMatch(JSON.stringify(document), /PRIVATE/);
});

t.test("an outbox is paged and lists what was said to everyone", async (t) => {
  const { get, mill } = await farmNode(t);
  t.match((await get("/mulino/outbox")).json(), {
    type: "OrderedCollection",
    totalItems: 0,
    first: `${mill.id}/outbox?page=1`,
  });
  t.match((await get("/mulino/outbox?page=1")).json(), { type: "OrderedCollectionPage", orderedItems: [] });
  for (const page of ["0", "-1", "1.5", "x", "99999999"])
    t.equal((await get(`/mulino/outbox?page=${page}`)).statusCode, 404);
  t.equal((await get("/nessuno/outbox")).statusCode, 404);
});

t.test("B58 no answer says which versions run here", async (t) => {
  const { get } = await farmNode(t);
  for (const url of ["/", "/mulino", "/nodeinfo/2.1", "/nothing-here", "/.well-known/nodeinfo"]) {
    const { headers, body } = await get(url);
    t.notOk(headers.server ?? headers["x-powered-by"], url);
    t.notMatch(body, /fastify|fedify|node\.js|\d+\.\d+\.\d+-/i, url);
  }
});
