// Settings as the command line has them.
import { existsSync } from "node:fs";
import t from "tap";
import { readConfig } from "../src/config.ts";

t.test("a bare --allow-private is a switch and leaves the flag after it alone", async (t) => {
  const folder = t.testdir();
  const read = (...flags: string[]) => readConfig(["--data", folder, ...flags], {});
  t.match(read("--allow-private", "--smtp-url", "smtp://127.0.0.1:1", "--mail-from", "a@b.example"), {
    config: { allowPrivate: true, smtpUrl: "smtp://127.0.0.1:1" },
    rest: [],
  });
  t.match(read("--allow-private", "false", "list"), { config: { allowPrivate: false }, rest: ["list"] });
  t.match(read("list", "--allow-private"), { config: { allowPrivate: true }, rest: ["list"] });
});

t.test("an index is kept in PostgreSQL only where its address is one", async (t) => {
  const read = (...flags: string[]) => readConfig(["--data", t.testdir(), ...flags], {}).config.indexUrl;
  t.equal(read(), null);
  t.equal(read("--index", "postgres://filiera@db.example/indice"), "postgres://filiera@db.example/indice");
  t.throws(() => read("--index", "mysql://db.example"), /FILIERA_INDEX must be like postgres/);
});

t.test("who only shows an index says where it is, has no secret to keep and makes no folder", async (t) => {
  const data = `${t.testdir()}/none`;
  const read = (...flags: string[]) => readConfig(["--data", data, "--index-reader", ...flags], {}).config;
  t.throws(() => read(), /say in FILIERA_INDEX in which/);
  t.match(read("--index", "postgres://db.example/indice"), { isIndexReader: true, secret: { length: 32 } });
  t.notOk(existsSync(data));
});
