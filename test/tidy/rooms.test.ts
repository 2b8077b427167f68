// Holds the room table over every file, and shows that a broken rule is seen.
import t from "tap";
import { ENTRIES, isPure, judge, ROOMS, roomOf } from "./rooms.ts";
import { listFiles, mentionsOf, readSources } from "./source.ts";

const says = (path: string, text: string) => judge({ path, text }).map((violation) => violation.says);

t.test("every file keeps to its room", async (t) => {
  const sources = [...readSources("src"), ...readSources("test")].filter(({ path }) => !path.startsWith("test/tidy/"));
  t.ok(sources.filter(({ path }) => path.startsWith("src/")).length > 0, "there are files to check");
  for (const source of sources) {
    const broken = judge(source).map(({ path, line, says }) => `${path}:${line} ${says}`);
    if (broken.length > 0) t.fail(broken.join("\n"));
  }
  t.pass(`${sources.length} files checked`);
});

t.test("every folder of src/ is a room of the table, and every loose file one of the four entries", async (t) => {
  const known = new Set([...Object.keys(ROOMS), ...ENTRIES]);
  t.same(
    listFiles("src", [".ts"]).filter((path) => !known.has(roomOf(path) ?? "")),
    [],
  );
});

t.test("the table names only rooms, and no room reaches itself through others", async (t) => {
  const reach = (room: string, path: string[]): string[] =>
    path.includes(room)
      ? [[...path, room].join(" > ")]
      : ROOMS[room]!.imports.flatMap((next) => reach(next, [...path, room]));
  t.same(
    Object.values(ROOMS).flatMap(({ imports }) => imports.filter((name) => !(name in ROOMS))),
    [],
  );
  t.same(
    Object.keys(ROOMS).flatMap((room) => reach(room, [])),
    [],
  );
});

t.test("an import that the table does not allow is seen, in whatever form it is written", async (t) => {
  const forms = [
    'import { sell } from "../sales/actions.ts";',
    'import type { Sale } from "../sales/sale.ts";',
    'import { type Sale } from "../sales/sale.ts";',
    'export * from "../sales/sale.ts";',
    'export type { Sale } from "../sales/sale.ts";',
    'import "../sales/sale.ts";',
    'type Sale = import("../sales/sale.ts").Sale;',
    'const sales: typeof import("../sales/sale.ts") = null!;',
    'const sales = await import("../sales/sale.ts");',
    'const sales = require("../sales/sale.ts");',
    'new Worker(new URL("../sales/sale.ts", import.meta.url));',
    'import {\n  a,\n  // "quoted"\n  b,\n} from "../sales/sale.ts";',
  ];
  for (const text of forms)
    t.match(says("src/orders/store.ts", text), ["orders and sales never import each other"], text);
  t.match(says("src/kernel/money.ts", 'import "../db/open.ts";'), ["kernel may not import db"]);
  t.match(says("src/web/page.ts", 'import type { A } from "../members/store.ts";'), ["web may not import members"]);
  t.match(says("src/partners/store.ts", "await import(name);"), ["a computed import cannot be checked"]);
  t.match(says("src/partners/store.ts", 'import "../config.ts";'), ["partners may not import config"]);
  t.match(says("src/attic/box.ts", 'import "big.js";'), ['there is no room "attic" in the table']);
  t.match(says("test/orders/x.test.ts", 'import "../../src/sales/sale.ts";'), [/never import each other/]);
  t.match(says("test/sales/x.test.ts", 'import "../orders/town.ts";'), [/never import each other/]);
});

t.test("words in a comment or a string are no import", async (t) => {
  const text = [
    '// import "../sales/a.ts"',
    "const a = 'import \"../sales/b.ts\"';",
    "const b = `import('../sales/c.ts')`;",
  ];
  t.same(mentionsOf({ path: "src/orders/store.ts", text: text.join("\n") }), []);
});

t.test("C19 a package outside its files is seen, and a text that would become a query", async (t) => {
  t.match(says("src/catalogs/store.ts", 'import { Note } from "@fedify/vocab";'), [/@fedify belongs/]);
  t.same(says("src/catalogs/activities.ts", 'import { Note } from "@fedify/vocab";'), []);
  t.match(says("src/catalogs/actions.ts", 'import { eq } from "../db/drizzle.ts";'), [/drizzle belongs/]);
  t.match(says("src/catalogs/store.ts", 'import { eq } from "drizzle-orm";'), [/drizzle comes from/]);
  t.same(says("src/catalogs/mirrorStore.ts", 'import { eq } from "../db/drizzle.ts";'), []);
  t.match(says("src/catalogs/restore.ts", 'import { eq } from "../db/drizzle.ts";'), [/drizzle belongs/, /pure file/]);
  t.match(says("src/activitypub/bridge.ts", 'import type { FastifyInstance } from "fastify";'), [/fastify belongs/]);
  t.same(says("src/activitypub/routes.ts", 'import type { FastifyInstance } from "fastify";'), []);
  t.match(says("src/node.ts", 'import type { FastifyInstance } from "fastify";'), [/fastify belongs/]);
  t.match(says("src/web/session.ts", "const { HOME } = process.env;"), ["the environment is read by config.ts"]);
  t.match(says("src/db/open.ts", "sql.raw(name);"), [/sql\.raw/]);
});

t.test("a pure file that reaches for the world is seen", async (t) => {
  const impure = [
    'import { load } from "./store.ts";',
    'import type { Tx } from "../db/transact.ts";',
    'import { readFileSync } from "node:fs";',
    'import { randomBytes } from "node:crypto";',
    'import * as crypto from "node:crypto";',
    'import pino from "pino";',
    "const now = Date.now();",
    "const now = new Date();",
    "const now = Temporal.Now.instant();",
    "const dice = Math.random();",
    "const id = crypto.randomUUID();",
    "const here = process.cwd();",
    "setTimeout(close, 10);",
  ];
  for (const text of impure) t.equal(says("src/catalogs/price.ts", text).length, 1, text);
  t.same(says("src/catalogs/price.ts", 'import { createHash } from "node:crypto"; const then = new Date(at);'), []);
  t.ok(isPure("src/kernel/money.ts") && isPure("src/catalogs/price.ts") && isPure("src/activitypub/gate.ts"));
  t.notOk(
    isPure("src/catalogs/store.ts") ||
      isPure("src/web/page.ts") ||
      isPure("src/partners/pacts/pactStore.ts") ||
      isPure("src/config.ts"),
  );
});
