// The administrator's verbs on a real folder, in this process: each says what it did, and destroys nothing that was not meant.
import { statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import t, { type Test } from "tap";
import { loadPausedAt } from "../../src/activitypub/pauseStore.ts";
import { addAccountVerbs } from "../../src/cli/accountVerbs.ts";
import { addCareVerbs } from "../../src/cli/careVerbs.ts";
import { type Desk, forScreen } from "../../src/cli/desk.ts";
import { addFederationVerbs } from "../../src/cli/federationVerbs.ts";
import { addNetworkVerbs } from "../../src/cli/networkVerbs.ts";
import { addPersonVerbs } from "../../src/cli/personVerbs.ts";
import { addSaleVerbs } from "../../src/cli/saleVerbs.ts";
import { readConfig } from "../../src/config.ts";
import type { Db } from "../../src/db/transact.ts";
import { makeActor } from "../../src/node.ts";
import { openNodeData } from "../../src/nodeData.ts";
import { insertReport } from "../../src/partners/reports/reportStore.ts";
import { words } from "../../src/web/words.ts";

function shell(t: Test) {
  const folder = t.testdir({ data: {} });
  const { config } = readConfig([], { FILIERA_DATA: join(folder, "data"), FILIERA_LANGUAGE: "en" });
  const clock = { now: Date.now };
  const db: Db = openNodeData(config, clock);
  t.teardown(() => db.raw.close());
  const gas = { kind: "gas", handle: "fano", name: "GAS Fano", place: "Fano" } as const;
  makeActor(db.orm, gas, config, clock);
  const told: string[] = [];
  const desk: Desk = { config, say: words("en"), tell: (text) => void told.push(text), db: () => db };
  /** What a line of the command line says, or the sentence it stops with. */
  const say = async (...argv: string[]): Promise<string> => {
    const program = new Command("filiera").exitOverride();
    for (const add of [
      addAccountVerbs,
      addCareVerbs,
      addFederationVerbs,
      addPersonVerbs,
      addSaleVerbs,
      addNetworkVerbs,
    ])
      add(program, desk);
    told.length = 0;
    try {
      await program.parseAsync(argv, { from: "user" });
      return told.join("\n");
    } catch (error) {
      return `NO ${(error as Error).message}`;
    }
  };
  return { db, say, folder };
}

t.test("people are added, given roles, shut out, reset and erased, the last only when it is meant", async (t) => {
  const { say } = shell(t);
  const ada = ["fano", "ada@posta.example"];
  t.match(await say("account", "create", ...ada, "Ada", "--role", "admin"), /Ada can sign in/);
  t.match(await say("account", "create", ...ada, "Ada", "--role", "district"), /^NO/, "no role of a group");
  await say("account", "create", "fano", "bea@posta.example", "Bea");
  t.match(await say("account", "disable", ...ada), /^NO/, "the last who administers stays");
  t.match(await say("account", "role", "fano", "bea@posta.example", "member", "admin"), /Bea: member, admin/);
  t.match(await say("account", "role", "fano", "zoe@posta.example", "member"), /^NO zoe@posta.example does not sit/);
  t.match(await say("account", "disable", ...ada), /Ada is out/);
  t.match(await say("account", "enable", ...ada), /Ada can come in again/);
  t.match(await say("account", "reset", ada[1]!), /^NO/, "there was nothing to reset");
  t.match(await say("account", "erase", ...ada), /With --confirm/);
  t.match(await say("account", "list", "fano"), /ada@posta/, "looked at, and nothing done");
  t.match(await say("account", "erase", ...ada, "--confirm"), /Ada was erased/);
  t.notMatch(await say("account", "list", "fano"), /ada@posta/);
});

t.test("domains are blocked, allowed and freed, and reports put aside, without a page", async (t) => {
  const { say, db } = shell(t);
  t.match(await say("federation", "block", "spam.example", "--reason", "spam"), /no longer speak with spam.example/);
  t.match(await say("federation", "allow", "buono.example"), /buono.example is allowed/);
  t.match(await say("federation", "list"), /block {2}spam.example {2}spam/);
  t.match(await say("federation", "free", "spam.example"), /speak with spam.example again/);
  t.match(await say("federation", "free", "spam.example"), /^NO/);
  t.match(await say("federation", "allowlist", "maybe"), /^NO/);
  t.match(await say("federation", "allowlist", "on"), /allowed domains alone/);
  t.match(await say("federation", "retry", "mulino.example"), /0/);
  const report = { sender: "https://a.example/a", actorId: null, personId: null, accused: null, host: "a.example" };
  insertReport(db.orm, { ...report, objects: "https://b.example/x", content: "not true", at: 0 });
  t.match(await say("reports", "list"), /1 {2}1970-01-01T00:00 {2}https:\/\/a.example\/a[\s\S]*not true/);
  t.match(await say("reports", "settle", "7"), /^NO There is no open report 7/);
  t.match(await say("reports", "settle", "1", "--block"), /the domain is blocked/);
  t.match(await say("block", "list"), /block {2}a.example/);
  const log = db.raw.prepare("SELECT what FROM audit_log ORDER BY id").pluck().all();
  t.match(log, ["domain-blocked", "domain-allowed", "domain-freed", "allowlist", "domain-blocked", "report-settled"]);
});

t.test("a node is paused and goes on again, with the days of both, and one nobody knows is not", async (t) => {
  const { say, db } = shell(t);
  t.match(await say("federation", "pause", "mulino.example"), /^NO mulino.example is no node we know/);
  db.raw.prepare("INSERT INTO peers (host, failures) VALUES ('mulino.example', 0)").run();
  t.match(await say("federation", "resume", "mulino.example"), /^NO/, "it was not paused");
  t.match(await say("federation", "pause", "mulino.example"), /mulino.example is paused: what waits stays untouched/);
  t.ok(loadPausedAt(db.orm, "mulino.example"));
  t.match(await say("federation", "resume", "mulino.example"), /mulino.example is resumed: what waited goes/);
  t.equal(loadPausedAt(db.orm, "mulino.example"), null);
  t.match(db.raw.prepare("SELECT what FROM audit_log ORDER BY id").pluck().all(), ["host-paused", "host-resumed"]);
});

t.test("who lost phone, password or mailbox is helped, and nobody else", async (t) => {
  const { say, db } = shell(t);
  await say("account", "create", "fano", "ada@posta.example", "Ada", "--role", "admin");
  for (const verb of ["reset-second-factor", "reset-password"])
    t.match(await say("person", verb, "zoe@posta.example"), /^NO/);
  t.match(await say("person", "reset-password", "ada@posta.example"), /^NO/, "there is none");
  t.match(await say("person", "set-email", "ada@posta.example", "ada"), /^NO/);
  t.match(await say("person", "set-email", "ada@posta.example", "ada@nuova.example"), /with ada@nuova.example now/);
  db.raw.exec("INSERT INTO passwords (person_id, salt, hash, set_at) SELECT id, x'00', x'00', 0 FROM people");
  t.match(await say("person", "reset-password", "ada@nuova.example"), /Ada has no password any more/);
});

t.test("a farm without orders lists none, answers none, and a node without networks reads none", async (t) => {
  const { say } = shell(t);
  t.equal(await say("sale", "list", "fano"), "");
  t.match(await say("sale", "answer", "fano", "urn:x", "--accept"), /^NO There is no order "urn:x"/);
  t.match(await say("sale", "list", "nessuno"), /^NO/);
  t.match(await say("network", "rebuild"), /Read 0 sources, 0 entries/);
});

t.test("the hour of the night, unused pictures, and everything in one file that is never written over", async (t) => {
  const { say, folder } = shell(t);
  t.match(await say("backup-hour", "3"), /^NO “3” is no hour/);
  t.match(await say("backup-hour", "02:15"), /every night at 02:15/);
  t.match(await say("backup-hour", "off"), /No copy at night/);
  t.match(await say("media", "prune"), /0 files are not needed/);
  t.match(await say("media", "prune", "--confirm"), /Removed 0 files/);
  t.match(await say("migrate"), /of the version/);
  const file = join(folder, "all.tar");
  t.match(await say("export", file), /Everything is in/);
  t.ok(statSync(file).size > 10_000);
  t.match(await say("export", file), /^NO .* exists/);
  t.match(await say("gdxp", "check", join(folder, "none.json")), /^NO/);
});

t.test("what other nodes wrote steers no terminal: no clipboard, no cursor, no line turned around", async (t) => {
  t.equal(forScreen("a\u001b]52;c;cm0=\u0007b\u009bc\u202ed\re"), "a\ufffd]52;c;cm0=\ufffdb\ufffdc\ufffdd\ufffde");
  t.equal(forScreen("Nicolò\n\t€ 3"), "Nicolò\n\t€ 3");
});
