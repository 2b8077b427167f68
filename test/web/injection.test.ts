// Texts that would like to be a part of a question to the database: at every route of a real node, in its path and its query.
import { createHash } from "node:crypto";
import t from "tap";
import { startNodes } from "../tools/nodes.ts";
import { deskBrowser } from "./deskBrowser.ts";

const TEXTS = [
  "'; DROP TABLE actors; --",
  '" OR 1=1 --',
  "%%%",
  "_' UNION SELECT sealed_private_key FROM actor_keys --",
  "name') ASC, (SELECT 1",
  "$.a')) OR ('1'='1",
  'NEAR("a" "b") OR *^',
  "1; PRAGMA writable_schema=ON",
  "\\'; ATTACH DATABASE '/tmp/x' AS x; --",
];
const NAMES = ["q", "sort", "order", "page", "after", "state", "filter", "uri", "thread", "updatedAfter", "from"];

t.test("C19 C31 whatever stands in an address, no route breaks, no table changes, no key is shown", async (t) => {
  const { nodes } = await startNodes(t, ["one"]);
  const { node } = nodes.one;
  for (const [kind, handle] of [
    ["gas", "gas-fano"],
    ["producer", "podere"],
  ] as const)
    nodes.one.addActor({ kind, handle, name: handle });
  const browser = await deskBrowser(nodes.one, ["gas-fano", "podere"]);
  const { raw } = node.db;
  const tables = () => raw.prepare("SELECT name, sql FROM sqlite_master ORDER BY name").all();
  const count = () => tables().length + Number(raw.prepare("SELECT count(*) FROM actors").pluck().get());
  const before = { schema: hash(tables()), rows: count() };
  const keys = raw.prepare("SELECT sealed_private_key FROM actor_keys").pluck().all().map(String);
  const routes = node.app.routeMatrix.filter(({ method, url }) => method === "GET" && url !== "/interact");
  for (const [i, { url }] of routes.entries()) {
    const text = TEXTS[i % TEXTS.length]!;
    const own = /^\/desk\/:handle\/catalog/.test(url) ? "podere" : "gas-fano";
    for (const handle of url.includes(":handle") ? [own, encodeURIComponent(text)] : [own]) {
      const path = url.replace(":handle", handle).replaceAll(/:\w+|\*/g, encodeURIComponent(text));
      const query = new URLSearchParams(NAMES.map((name, n) => [name, TEXTS[(i + n) % TEXTS.length]!]));
      const { status, body } = await browser.get(`${path}?${query}`);
      if (status >= 500) t.fail(`${status} at ${url} with ${text}`);
      if (keys.some((key) => body.includes(key))) t.fail(`a key at ${url}`);
    }
  }
  t.ok(routes.length > 40);
  t.same({ schema: hash(tables()), rows: count() }, before);
  t.equal(raw.pragma("integrity_check", { simple: true }), "ok");
});

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
