// Several processes show one index (ADR 0031): each alike, each to be killed, while the node fills it or makes it anew.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { request } from "node:http";
import pg from "pg";
import t, { type Test } from "tap";
import { readConfig } from "../src/config.ts";
import { buildIndexServer } from "../src/indexServer.ts";
import type { NetworkIndex } from "../src/network/index/networkIndex.ts";
import { fillValley } from "./network/directory/valley.ts";
import { freePort, NO_NETWORK, startNodes, type TestNode } from "./tools/nodes.ts";
import { lacksPostgres, startPostgres } from "./tools/postgres.ts";

type Answer = { readonly status: number; readonly body: string };
type Reader = { readonly port: number; readonly child: ChildProcess };

const ORIGIN = "https://regione.example";
const PAGES = ["directory", "search?find=mele", "offers", "map", "offers.json", "directory.atom"];

t.test("an index in PostgreSQL is shown by two readers", { skip: lacksPostgres() }, async (t) => {
  const postgres = startPostgres();
  t.teardown(() => postgres.stop());
  const readerUrl = await addReadingUser(postgres.url);
  const data = `${t.testdir()}/none`;
  const up = t;
  let network: TestNode | null = null as TestNode | null;
  const settings = ["--index-reader", "--index", readerUrl, "--origin", ORIGIN, "--data", data];

  await t.test("before a node has filled it a reader runs, is not ready and says so, and then is", async (t) => {
    const { config } = readConfig(settings, {});
    const server = await buildIndexServer({ ...config, indexUrl: readerUrl }, { clock: { now: Date.now } });
    t.teardown(() => server.stop());
    const statuses = async () => {
      const paths = ["/livez", "/readyz", "/marche/directory", "/marche/offers.json"];
      return Promise.all(paths.map(async (url) => (await server.app.inject({ url })).statusCode));
    };
    t.same(await statuses(), [200, 503, 503, 503]);
    network = await startNetwork(up, postgres.url);
    t.same(await statuses(), [200, 200, 200, 200]);
  });

  if (network === null) return;
  const { config, node, stop } = network;
  const index = await node.index.open();
  const [one, two] = await Promise.all([startReader(t, settings), startReader(t, settings)]);
  const both = async (path: string) => [await ask(one, path), await ask(two, path)] as const;

  await t.test("both answer alike what the index knows, and nothing that is the node's", (t) =>
    testAlike(t, both, data),
  );
  await t.test("while it is made anew they answer what is there so far, and in the end all of it", (t) =>
    testAnew(t, both, index, config.origin),
  );
  await t.test("one is killed and the node stops: the other answers as before", (t) => testKilled(t, one, two, stop));
});

type Both = (path: string) => Promise<readonly [Answer, Answer]>;

async function testAlike(t: Test, both: Both, data: string): Promise<void> {
  for (const path of PAGES) {
    const [first, second] = await both(`/marche/${path}`);
    t.equal(first.status, 200, path);
    t.same(second, first, path);
  }
  const [{ body }] = await both("/marche/search?find=mele");
  t.match(body, /Mele Perché no/);
  t.match(body, /attraverso DES Metauro/);
  t.match((await both("/marche/offers.json"))[0].body, `"home_page_url": "${ORIGIN}/marche/offers"`);
  for (const path of ["/marche", "/desk/marche/members", "/sign-in", "/pesaro/directory", "/marche/statistics"])
    t.same(
      (await both(path)).map(({ status }) => status),
      [404, 404],
      path,
    );
  t.notOk(existsSync(data), "nothing is kept");
}

async function testAnew(t: Test, both: Both, index: NetworkIndex, origin: string): Promise<void> {
  let isMaking = true;
  const making = (async () => {
    for (let round = 0; round < 3; round++) {
      await index.clear();
      await fillValley(index, `${origin}/marche`, Date.now());
    }
    isMaking = false;
  })();
  const statuses: number[] = [];
  while (isMaking)
    for (const path of PAGES) for (const { status } of await both(`/marche/${path}`)) statuses.push(status);
  await making;
  t.same(
    statuses.filter((status) => status !== 200),
    [],
    `all of ${statuses.length}`,
  );
  t.match((await both("/marche/search?find=mele"))[1].body, /Mele Perché no/);
}

async function testKilled(t: Test, one: Reader, two: Reader, stop: () => Promise<void>): Promise<void> {
  const before = await ask(two, "/marche/directory");
  one.child.kill("SIGKILL");
  await stop();
  await t.rejects(ask(one, "/marche/directory"));
  t.equal((await ask(two, "/readyz")).status, 200);
  t.same(withoutMoments(await ask(two, "/marche/directory")), withoutMoments(before));
}

async function startReader(t: Test, flags: readonly string[]): Promise<Reader> {
  const port = await freePort();
  const argv = ["src/main.ts", ...flags, "--port", String(port)];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (text) => String(text).includes("is shown at") && resolve());
    child.once("exit", (code) => reject(new Error(`the reader ended with ${code}`)));
  });
  return { port, child };
}

/** The node whose index it is. */
async function startNetwork(t: Test, url: string): Promise<TestNode> {
  const { nodes, settle } = await startNodes(t, ["network"], { carrier: NO_NETWORK }, ["--index", url]);
  const { node, addActor } = nodes.network;
  const network = addActor({ kind: "district", level: "region", handle: "marche", name: "Rete Marche", place: "" });
  await settle();
  await fillValley(await node.index.open(), network.id, Date.now());
  return nodes.network;
}

/** As docs/LARGE-NETWORK.md has it: a user who may read what the node's user makes, and no more. */
async function addReadingUser(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`CREATE ROLE filiera_reader LOGIN;
    ALTER DEFAULT PRIVILEGES FOR ROLE filiera GRANT USAGE ON SCHEMAS TO filiera_reader;
    ALTER DEFAULT PRIVILEGES FOR ROLE filiera GRANT SELECT ON TABLES TO filiera_reader`);
  await client.end();
  const readers = new URL(url);
  readers.username = "filiera_reader";
  return readers.href;
}

/** On a machine full of other work a process may say for a moment that it is too busy: then it is asked again. */
async function ask(reader: Reader, path: string): Promise<Answer> {
  for (;;) {
    const answer = await askOnce(reader, path);
    if (answer.status !== 503 || !answer.body.includes("molto occupato")) return answer;
  }
}

function askOnce({ port }: Reader, path: string): Promise<Answer> {
  const headers = { host: new URL(ORIGIN).host, accept: "text/html", "accept-language": "it" };
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text) => (body += text));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    asked.on("error", reject).end();
  });
}

/** A page says how long ago: it may be a minute later now. */
function withoutMoments({ status, body }: Answer): Answer {
  return { status, body: body.replaceAll(/<time.*?<\/time>/g, "") };
}
