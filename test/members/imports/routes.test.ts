// A list of members and balances brought in by the desk: previewed, confirmed once, taken back while nobody used it.
import t from "tap";
import { transact } from "../../../src/db/transact.ts";
import { checkLedger } from "../../../src/ledger/checkStore.ts";
import { moveMoney } from "../../../src/ledger/moneyActions.ts";
import { placeInHousehold } from "../../../src/members/households/householdStore.ts";
import { forgetOpenImports } from "../../../src/members/imports/afterActions.ts";
import { insertPerson, insertSeat } from "../../../src/members/store.ts";
import { startMailSink } from "../../tools/mailSink.ts";
import type { Browser, Seen } from "../../web/browser.ts";
import { upload } from "../../web/uploads.ts";
import { buildMembers, ORIGIN, setUpFano, signInAs, type TestHouse } from "../house.ts";
import { letterTicks } from "../letterTicks.ts";

const GAS = `${ORIGIN}/gas-fano`;
const IMPORT = "/desk/gas-fano/people/import";
const LIST = [
  "Famiglia;Nome;E-mail;Telefono;Ruolo;Saldo",
  "Rossi;Anna;anna@posta.example;333 1234567;tesoreria;45,50",
  "Rossi;Bruno;;;;",
  ";Carla;carla@posta.example;;;-10,00",
  ";Dino;dino@posta.example;;;12,5o",
].join("\n");

const send = async (browser: Browser, text: string): Promise<Seen> =>
  upload(browser, await browser.get(IMPORT), IMPORT, { field: "file", name: "soci.csv", bytes: Buffer.from(text) });
const confirm = (browser: Browser, page: Seen, welcome = "later") => browser.submit(page, page.path, { welcome });
const rows = (house: TestHouse, query: string) => house.db.raw.prepare(query).all();
const balances = (house: TestHouse) =>
  rows(
    house,
    "SELECT h.name, (SELECT p.balance_cents FROM accounts a JOIN postings p ON p.account_id = a.id WHERE a.ref = h.id ORDER BY p.transaction_id DESC LIMIT 1) AS cents FROM households h WHERE h.left_at IS NULL ORDER BY h.name",
  );

t.test("a list is read, shown, and written at the yes: people, households, balances that sum to zero", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const page = await send(gino, LIST);
  t.match(page.body, /Riga 5: in «Saldo», «12,5o» non è un numero/);
  t.match(page.body, /3 da aggiungere, 0 già qui/);
  t.match(page.body, /2 saldi di partenza, in tutto 35,50/);
  t.same(rows(house, "SELECT count(*) AS n FROM people"), [{ n: 1 }], "nothing is written before the yes");
  const done = await confirm(gino, page);
  t.match(done.body, /3 persone aggiunte, 2 nuove famiglie, 2 saldi registrati/);
  t.same(balances(house), [
    { name: "Carla", cents: -1000 },
    { name: "Rossi", cents: 4550 },
  ]);
  t.same(checkLedger(house.db.orm), []);
  t.match(rows(house, "SELECT phone FROM people WHERE name = 'Anna'"), [{ phone: "333 1234567" }]);
  t.match((await gino.get("/desk/gas-fano/audit")).body, /Importati gasisti e saldi/);
  t.equal((await signInAs(house, "anna@posta.example")).cookies.size > 0, true, "who came with a list signs in");
});

t.test("the same list sent again, or its form sent twice, adds nobody and moves no balance twice", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const page = await send(gino, LIST);
  await confirm(gino, page);
  t.equal((await confirm(gino, page)).status, 404, "its form once more");
  const again = await send(gino, LIST);
  t.match(again.body, /0 da aggiungere, 3 già qui/);
  t.match(again.body, /ha già un saldo di partenza o dei movimenti/);
  t.match(again.body, /Qui non c&#39;è niente da aggiungere/);
  t.same(rows(house, "SELECT count(*) AS n FROM ledger_transactions"), [{ n: 2 }]);
});

t.test("a household that moved money already gets no opening: its sheet says the very balance it has", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const empty = LIST.replaceAll(/;[^;\n]*$/gm, ";").replace(/;$/m, ";Saldo");
  await confirm(gino, await send(gino, empty));
  const [carla] = rows(house, "SELECT id FROM households WHERE name = 'Carla'") as { id: string }[];
  const act = { actorId: GAS, businessKey: "k", memo: "", at: house.clock.now(), personId: null, ownHouseholdId: null };
  const wish = { kind: "top-up", householdId: carla!.id, till: "cash", cents: 5000 } as const;
  transact(house.db, (tx) => moveMoney(tx, wish, act));
  const page = await send(gino, "Nome;E-mail;Saldo\nCarla;carla@posta.example;50,00\nAnna;anna@posta.example;45,50");
  t.match(page.body, /Carla[\s\S]*ha già un saldo di partenza o dei movimenti/);
  await confirm(gino, page);
  t.match(balances(house), [{ name: "Carla", cents: 5000 }, { name: "Dino" }, { name: "Rossi", cents: 4550 }]);
  t.same(checkLedger(house.db.orm), []);
});

t.test("an import goes back whole while nobody used it, and what was used stays", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  await confirm(gino, await send(gino, LIST));
  await signInAs(house, "carla@posta.example");
  const start = await gino.get(IMPORT);
  const action = /action="([^"]*\/undo)"/.exec(start.body)?.[1] ?? "";
  const seen = await gino.submit(start, action, { sure: "on" });
  t.match(seen.body, /Annullate 2 righe; 1 restano/);
  t.same(balances(house), [{ name: "Carla", cents: -1000 }]);
  t.same(rows(house, "SELECT count(*) AS n FROM people WHERE name IN ('Anna', 'Bruno') OR phone IS NOT NULL"), [
    { n: 0 },
  ]);
  t.same(checkLedger(house.db.orm), [], "the opening stands with its mirror");
  t.equal((await gino.submit(start, action, { sure: "on" })).status, 404, "once");
  t.match((await send(gino, LIST)).body, /2 da aggiungere, 1 già qui/, "and the list may come again");
});

t.test("a household into which somebody was invited since keeps its people and its balance", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  await confirm(gino, await send(gino, LIST));
  const [rossi] = rows(house, "SELECT id FROM households WHERE name = 'Rossi'") as { id: string }[];
  insertPerson(house.db.orm, { id: "eva", name: "Eva", email: "eva@posta.example", createdAt: 0 });
  placeInHousehold(house.db.orm, GAS, "eva", rossi!.id);
  insertSeat(house.db.orm, { personId: "eva", actorId: GAS, role: "member", createdAt: 0 });
  const start = await gino.get(IMPORT);
  const action = /action="([^"]*\/undo)"/.exec(start.body)?.[1] ?? "";
  t.match((await gino.submit(start, action, { sure: "on" })).body, /Annullata una riga; 2 restano/);
  t.same(balances(house), [{ name: "Rossi", cents: 4550 }]);
});

t.test("the one who keeps the books brings in balances alone, and their own waits for somebody else", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  for (const [name, role] of [
    ["tea", "treasurer"],
    ["max", "cashier"],
  ] as const) {
    const email = `${name}@posta.example`;
    insertPerson(house.db.orm, { id: name, name, email, claimedEmail: email, createdAt: 0 });
    for (const one of ["member", role] as const)
      insertSeat(house.db.orm, { personId: name, actorId: GAS, role: one, createdAt: 0 });
  }
  const tea = await signInAs(house, "tea@posta.example");
  const page = await send(tea, "Nome;E-mail;Saldo\nTea;tea@posta.example;5\nMax;max@posta.example;7\nZoe;;9");
  t.match(page.body, /Riga 4, Zoe: non è ancora qui, e le persone le aggiunge chi amministra/);
  t.match((await confirm(tea, page)).body, /1 saldi registrati, 1 in attesa di una seconda persona/);
  t.same(balances(house), [
    { name: "max", cents: 700 },
    { name: "tea", cents: null },
  ]);
  t.equal((await (await signInAs(house, "max@posta.example")).get(IMPORT)).status, 404, "a cashier does not");
  house.clock.at += 31 * 60_000;
  const late = await send(tea, "Nome;E-mail;Saldo\nMax;max@posta.example;7");
  t.equal(late.status, 200);
  const stale = await send(tea, LIST);
  t.equal((await tea.post(stale.path, `digest=${"0".repeat(64)}`)).status, 403, "no token, no way");
});

t.test("an old sign-in writes nothing, and people who changed since are looked at anew", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const page = await send(gino, LIST);
  insertPerson(house.db.orm, { id: "carla", name: "Carla", claimedEmail: "carla@posta.example", createdAt: 0 });
  insertSeat(house.db.orm, { personId: "carla", actorId: GAS, role: "member", createdAt: 0 });
  t.equal((await confirm(gino, page)).status, 409, "she came in meanwhile");
  house.clock.at += 31 * 60_000;
  const stale = await confirm(gino, await gino.get(page.path));
  t.equal(stale.status, 401);
  t.match(stale.body, /serve un accesso degli ultimi 30 minuti/);
  t.same(rows(house, "SELECT count(*) AS n FROM households WHERE name = 'Rossi'"), [{ n: 0 }]);
});

t.test("columns nobody understands are asked about, and remembered for the next list", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const odd = "Chi;Boh;Euro\nAnna;anna@posta.example;3\n";
  const ask = await send(gino, odd);
  t.match(ask.path, /\/columns$/);
  const fields = { "column.0": "name", "column.1": "email", "column.2": "balance", hasHeader: "on" };
  const page = await gino.submit(ask, ask.path, fields);
  t.match(page.body, /Riga 2: Anna/);
  await confirm(gino, page);
  t.match((await send(gino, odd.replace("Anna;anna", "Bea;bea"))).body, /Riga 2: Bea/, "without asking");
  const empty = await gino.get(`${IMPORT}/template.csv`);
  t.match(empty.body, /Famiglia;Nome;E-mail;Telefono;Ruolo;Saldo/);
});

t.test(
  "C13 invitations go when somebody says so, and nobody here learns whose address is known elsewhere",
  async (t) => {
    const sink = await startMailSink(t);
    const house = await buildMembers(t, { smtpUrl: sink.url });
    const gino = await setUpFano(house);
    insertPerson(house.db.orm, {
      id: "dino",
      name: "Dino",
      email: "dino@posta.example",
      claimedEmail: "dino@posta.example",
      createdAt: 0,
    });
    const page = await send(gino, LIST.replace("12,5o", "12,50"));
    t.match(page.body, /4 da aggiungere, 0 già qui/, "an account elsewhere looks like nobody");
    await confirm(gino, page, "later");
    t.same(rows(house, "SELECT count(*) AS n FROM notice_queue"), [{ n: 0 }], "later means later");
    const start = await gino.get(IMPORT);
    t.match(start.body, /3 persone non sono ancora invitate/);
    t.match((await gino.submit(start, `${IMPORT}/welcome`)).body, /Scritto a 3 persone/);
    t.match(rows(house, "SELECT subject FROM notice_queue"), [
      { subject: "GAS Fano ti aspetta" },
      { subject: "GAS Fano ti aspetta" },
    ]);
    await letterTicks(house)();
    const { mail } = await sink.reach(1);
    t.match(mail.text, /\/invitation\//, "who has an account gets an invitation instead");
    t.notMatch((await gino.get(IMPORT)).body, /non sono ancora invitate/, "once");
  },
);

t.test("a list that nobody confirmed is forgotten after a day", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const page = await send(gino, LIST);
  house.clock.at += 25 * 60 * 60_000;
  await forgetOpenImports(house).run(house.clock.now());
  t.equal((await gino.get(page.path)).status, 404);
  t.same(rows(house, "SELECT count(*) AS n FROM member_imports WHERE bytes IS NOT NULL OR list IS NOT NULL"), [
    { n: 0 },
  ]);
});
