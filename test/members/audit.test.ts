// What happened can be read afterwards: sign-ins, guesses, roles, closed doors; never a secret, never changed unseen.
import t from "tap";
import { membersClockTasks } from "../../src/members/clockActions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { checkAudit, recordAudit, recordKnock } from "../../src/web/auditStore.ts";
import { buildMembers, FANO, ORIGIN, setUpFano, signInAs, type TestHouse } from "./house.ts";

const LOG = "/desk/gas-fano/audit";
const GAS = `${ORIGIN}/gas-fano`;
const WORDS = "mandorla trave ottobre 7";
const YEAR = 365 * 86_400_000;

function addMarta(house: TestHouse): void {
  const email = "marta@posta.example";
  insertPerson(house.db.orm, { id: "marta", name: "Marta", email, claimedEmail: email, createdAt: 0 });
  insertSeat(house.db.orm, { personId: "marta", actorId: GAS, role: "member", createdAt: 0 });
}

t.test(
  "C41 who administers reads sign-ins, wrong passwords, roles, closed doors; no secret stands there",
  async (t) => {
    const house = await buildMembers(t);
    const gino = await setUpFano(house);
    addMarta(house);
    await gino.submit(await gino.get("/account/password"), "/account/password", { password: WORDS });
    const guess = house.browser();
    const wrong = { email: FANO.email, password: "una frase sbagliata" };
    await guess.submit(await guess.get("/sign-in/password"), "/sign-in/password", wrong);
    const marta = await signInAs(house, "marta@posta.example");
    t.equal((await marta.get(LOG)).status, 404, "a member does not read it");
    const person = "/desk/gas-fano/people/marta";
    await gino.submit(await gino.get(person), `${person}/roles`, { roles: ["member", "cashier"] });
    await gino.submit(await gino.get(person), `${person}/disable`);
    const { body } = await gino.get(LOG);
    for (const said of [
      /Accesso<\/strong> Gino/,
      /Password sbagliata<\/strong> qualcuno → Gino/,
      /Password cambiata/,
      /Ruoli<\/strong> Gino Bravi → Marta\s*<small>gasista, cassa<\/small>/,
      /Chiusura fuori/,
      /non sua<\/strong> Marta[\s\S]*GET \/desk\/:handle\/audit/,
    ])
      t.match(body, said);
    t.notMatch(body, /frase sbagliata|mandorla|@posta/);
    t.match((await gino.get(`${LOG}?find=marta`)).body, /Chiusura fuori/);
    t.notMatch((await gino.get(`${LOG}?find=nessuna`)).body, /<strong>Accesso/);
    const other = await signInAs(house, FANO.email);
    await other.submit(await other.get("/account"), "/sign-out");
    t.match((await gino.get(`${LOG}?only=sign-in`)).body, /È uscita<\/strong> Gino/);
    t.notMatch((await gino.get(`${LOG}?only=people`)).body, /<strong>Accesso<\/strong>/);
    t.same(checkAudit(house.db.orm), []);
  },
);

t.test("C41 C45 who administers one group reads nothing of another; who looks after the node reads both", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const at = house.clock.now();
  const entry = { byId: null, aboutId: null, detail: "altrove", at };
  recordAudit(house.db.orm, { what: "joining", actorId: `${ORIGIN}/gas-pesaro`, ...entry });
  t.notMatch((await gino.get(LOG)).body, /altrove/);
  t.match((await gino.get("/node/audit")).body, /altrove/);
});

t.test("C41 the log is read page by page", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  for (let n = 1; n <= 120; n += 1)
    recordAudit(house.db.orm, { what: "place", actorId: GAS, byId: null, aboutId: null, detail: `n${n}.`, at: n });
  t.match((await gino.get(LOG)).body, /n120\./);
  t.notMatch((await gino.get(LOG)).body, /n60\./);
  t.match((await gino.get(`${LOG}?only=settings&page=2`)).body, /n60\./);
  t.match((await gino.get(`${LOG}?page=99`)).body, /n1\./, "beyond the last page is the last");
});

t.test("C41 C26 the log goes home as a file, which is itself written down, and no entry of it can run", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  addMarta(house);
  const entry = { what: "place", actorId: GAS, byId: "marta", aboutId: null, detail: "=1+1", at: 0 } as const;
  for (let i = 0; i < 60; i++) house.db.orm.transaction((tx) => recordAudit(tx, entry));
  const link = /href="([^"]*audit\.csv[^"]*)"/.exec((await gino.get(`${LOG}?only=settings`)).body)?.[1] ?? "";
  const file = await gino.get(link.replaceAll("&amp;", "&"));
  t.match(file.headers["content-type"], /text\/csv/);
  t.match(file.headers["cache-control"], /no-store/);
  const rows = file.body.split("\r\n").filter((row) => row.includes("Marta"));
  t.equal(rows.length, 60, "not a page of it: all");
  t.match(rows[0], /1970-01-01 01:00;Impostazioni;[^;]+;Marta;;'=1\+1/);
  t.notMatch(file.body, /Accesso/, "narrowed as the page was");
  t.match((await gino.get(`${LOG}?only=export`)).body, /audit/);
  const marta = await signInAs(house, "marta@posta.example");
  t.equal((await marta.get(`${LOG}.csv`)).status, 404);
  t.equal((await gino.get("/node/audit.csv")).status, 200);
});

t.test("C41 a member reads what was done about them and by whom, and nothing about anybody else", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  addMarta(house);
  const person = "/desk/gas-fano/people/marta";
  await gino.submit(await gino.get(person), `${person}/roles`, { roles: ["member", "cashier"] });
  const marta = await signInAs(house, "marta@posta.example");
  t.match((await marta.get("/account")).body, /href="\/account\/audit"/);
  const { body } = await marta.get("/account/audit");
  t.match(body, /Ruoli<\/strong> Gino Bravi → Marta/);
  t.match(body, /Accesso<\/strong> Marta/);
  t.notMatch(body, /Accesso<\/strong> Gino/);
  const file = await marta.get("/account/audit.csv");
  t.match(file.body, /Ruoli;Gino Bravi;Marta/);
  t.notMatch(file.body, /Accesso;Gino/);
  t.match((await house.browser().get("/account/audit")).path, /^\/sign-in/);
});

t.test("C42 an entry that was changed or taken out behind the triggers' back is found", async (t) => {
  const { raw, orm } = (await buildMembers(t)).db;
  for (const at of [1, 2, 3])
    recordAudit(orm, { what: "roles", actorId: GAS, byId: "gino", aboutId: "marta", detail: "admin", at });
  t.throws(() => raw.prepare("UPDATE audit_log SET detail = 'x'").run(), /never changes/);
  t.throws(() => raw.prepare("DELETE FROM audit_log").run(), /a year/);
  t.throws(() => raw.prepare("INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log").run(), /never/);
  t.same(checkAudit(orm), []);
  const behind = (sql: string) => {
    raw.exec("SAVEPOINT behind; DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete");
    raw.exec(sql);
    const found = checkAudit(orm);
    raw.exec("ROLLBACK TO behind; RELEASE behind");
    return found.filter((line) => !line.startsWith("the trigger"));
  };
  t.match(behind("UPDATE audit_log SET detail = 'member' WHERE id = 2"), [/entry 2 was changed/]);
  t.match(behind("DELETE FROM audit_log WHERE id = 2"), [/entry 3 was changed, or one before it is missing/]);
  t.match(behind("DELETE FROM audit_log WHERE id = 3"), [/after 2 are missing/]);
  raw.exec("DROP TRIGGER audit_log_no_update");
  t.match(checkAudit(orm), [/the trigger audit_log_no_update is missing/]);
});

t.test("C53 an entry is forgotten after a year, and what is left still proves itself", async (t) => {
  const house = await buildMembers(t);
  const { orm, raw } = house.db;
  const start = house.clock.now();
  const note = (at: number) =>
    recordAudit(orm, { what: "place", actorId: GAS, byId: null, aboutId: null, detail: "", at });
  note(start);
  note(start + 1000);
  const ids = () => raw.prepare("SELECT id FROM audit_log").pluck().all();
  const forget = membersClockTasks(house, () => 0).find(({ name }) => name === "forget old audit entries")!;
  forget.run(start + 2 * YEAR);
  t.same(ids(), [1, 2], "a clock that runs ahead alone forgets nothing");
  note(start + YEAR + 500);
  forget.run(start + YEAR + 500);
  t.same(ids(), [2, 3]);
  t.same(checkAudit(orm), []);
});

t.test("C41 who knocks all the time is written down thirty times an hour and not more", async (t) => {
  const { orm, raw } = (await buildMembers(t)).db;
  const knock = (byId: string, at: number) =>
    recordKnock(orm, { what: "denied", actorId: null, byId, aboutId: null, detail: "GET /", at });
  for (let n = 0; n < 50; n += 1) knock("gino", 10_000);
  knock("ada", 10_000);
  t.equal(raw.prepare("SELECT count(*) FROM audit_log").pluck().get(), 31);
  knock("gino", 10_000 + 3_600_001);
  t.equal(raw.prepare("SELECT count(*) FROM audit_log").pluck().get(), 32, "an hour later it is news again");
});
