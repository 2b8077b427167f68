// The treasurer's and the member's desk, filled in and sent as a browser without script does.
import t, { type Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { transact } from "../../src/db/transact.ts";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import { topUp } from "../../src/ledger/moneyActions.ts";
import { chargeOrder } from "../../src/ledger/orderActions.ts";
import { loadBalance } from "../../src/ledger/store.ts";
import { signInLink } from "../../src/members/actions.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import type { Role } from "../../src/web/visitor.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { type Browser, openBrowser, type Seen } from "../web/browser.ts";
import { sure } from "./books.ts";

const FARM = "https://farm.example/agrumeto";
const DESK = "/desk/fano/money";

async function signIn(test: TestNode, name: string, actor: LocalActor, roles: readonly Role[]): Promise<Browser> {
  const { node, config, origin } = test;
  const email = `${name}@posta.example`;
  insertPerson(node.db.orm, { id: name, name, email, claimedEmail: email, nodeAdmin: false, createdAt: 0 });
  for (const role of roles) insertSeat(node.db.orm, { personId: name, actorId: actor.id, role, createdAt: 0 });
  const made = sure(await signInLink(membersHouse(config, node.db, node.wire.clock), email));
  const browser = openBrowser(node.app, origin);
  const { pathname } = new URL(made.url);
  await browser.submit(await browser.get(pathname), pathname);
  return browser;
}

/** A GAS with two treasurers, one of them a member too, and a member. */
async function startFano(t: Test) {
  const { nodes, clock } = await startNodes(t, ["one"]);
  const { node } = nodes.one;
  const gas = nodes.one.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const tina = await signIn(nodes.one, "tina", gas, ["treasurer", "member"]);
  const ugo = await signIn(nodes.one, "ugo", gas, ["treasurer"]);
  const marta = await signIn(nodes.one, "marta", gas, ["member"]);
  const admin = await signIn(nodes.one, "ada", gas, ["admin"]);
  const home = (person: string) => householdOf(node.db.orm, gas.id, person)?.id ?? "";
  const balance = (person: string) => loadBalance(node.db.orm, gas.id, { kind: "household", ref: home(person) });
  const charge = (orderId: string, cents: number, version = 1) =>
    transact(node.db, (tx) =>
      sure(
        chargeOrder(tx, {
          ...{ actorId: gas.id, orderId, producerId: FARM, version, at: clock.now(), personId: "tina" },
          charges: [{ householdId: home("marta"), cents }],
          ...{ payableCents: cents, roundingCents: 0, transportCents: 0, stockCents: 0 },
        }),
      ),
    );
  const broken = () => checkLedger(node.db.orm);
  return { node, clock, gas, tina, ugo, marta, admin, home, balance, charge, broken };
}

/** Opens a page with a form, fills it in and sends it. */
async function fill(browser: Browser, path: string, fields: Record<string, string>, action = path): Promise<Seen> {
  return browser.submit(await browser.get(path), action, fields);
}

t.test("a top-up by the treasurer stands on the member's own statement, and the CSV says the same", async (t) => {
  const { tina, marta, home, balance } = await startFano(t);
  const list = await tina.get(`${DESK}/households`);
  t.match(list.body, /marta/);
  const done = await fill(tina, `${DESK}/households/${home("marta")}/top-up`, {
    amount: "50,00",
    till: "bank",
    memo: "=1+1",
    valuedOn: "2026-11-20",
  });
  t.equal(done.path, `${DESK}/households/${home("marta")}?done=moved`);
  t.match(done.body, /Fatto: il movimento è scritto/);
  t.equal(balance("marta"), 5000);
  const own = await marta.get(DESK);
  t.equal(own.path, `${DESK}/statement`);
  t.match(own.body, /Ricarica/);
  t.match(own.body, /50,00/);
  t.match(own.body, /vale dal venerdì 20 novembre 2026/);
  t.notMatch(own.body, /\{\{|ledger\./);
  const file = await marta.get(`${DESK}/statement/lines.csv?from=2026-01-01&to=2026-12-31`);
  t.match(file.headers["content-type"], /text\/csv/);
  const whose = "GAS Fano;Conto famiglia: marta";
  const period = "Dal giovedì 1 gennaio 2026 al giovedì 31 dicembre 2026";
  t.equal(
    file.body,
    `\uFEFFGruppo;Conto;Data;Valuta;Tipo;Nota;Importo;Saldo\r\n${whose};;;All'inizio;${period};;0,00\r\n` +
      `${whose};2026-11-23;2026-11-20;Ricarica;'=1+1;50,00;50,00\r\n${whose};;;Alla fine;${period};;50,00\r\n`,
    "a note that looks like a formula cannot run",
  );
  t.match(
    (await tina.get(`${DESK}/accounts/bank/lines.csv`)).body,
    /;50,00;50,00/,
    "what lies in the bank is positive",
  );
});

t.test("a year on paper is whole, says whose it is and of which days, and is the household's alone", async (t) => {
  const { node, clock, gas, tina, marta, ugo, home } = await startFano(t);
  const act = { actorId: gas.id, memo: "", at: clock.now(), personId: "tina", ownHouseholdId: null };
  transact(node.db, (tx) => {
    for (let i = 0; i < 60; i++)
      sure(topUp(tx, { householdId: home("marta"), till: "bank", cents: 100 }, { ...act, businessKey: `n${i}` }));
  });
  const page = await marta.get(`${DESK}/statement?from=2026-01-01&to=2026-12-31`);
  t.match(page.body, /Dal giovedì 1 gennaio 2026 al giovedì 31 dicembre 2026/);
  t.match(page.body, /only-print">Qui ci sono solo gli ultimi 50 movimenti/);
  const link = /href="([^"]+)">Da stampare/.exec(page.body)?.[1] ?? "";
  const sheet = await marta.get(link.replaceAll("&amp;", "&"));
  t.equal(sheet.status, 200);
  for (const text of ["GAS Fano", "Conto famiglia: marta", "Dal giovedì 1 gennaio 2026", "All'inizio", "Alla fine"])
    t.ok(sheet.body.replaceAll("&#39;", "'").includes(text), text);
  t.equal(sheet.body.match(/<td[^>]*>Ricarica/g)?.length, 60, "not cut at a page of the desk");
  const pdf = await marta.get(`${DESK}/statement/lines.pdf`);
  t.match(pdf.headers["content-type"], /application\/pdf/);
  t.equal((await tina.get(`${DESK}/households/${home("marta")}/lines`)).status, 200);
  t.equal((await tina.get(`${DESK}/accounts/household/lines`)).status, 404);
  t.equal((await marta.get(`${DESK}/households/${home("marta")}/lines.pdf`)).status, 404);
  t.equal((await ugo.get(`${DESK}/statement/lines`)).status, 404);
});

t.test("A48 a money form sent twenty times counts once; the same key with another amount is refused", async (t) => {
  const { tina, home, balance } = await startFano(t);
  const path = `${DESK}/households/${home("marta")}/top-up`;
  const page = await tina.get(path);
  const wish = { amount: "10", till: "cash" };
  const answers = await Promise.all(Array.from({ length: 20 }, () => tina.submit(page, path, wish)));
  t.same(new Set(answers.map(({ status, path }) => `${status} ${path}`)).size, 1);
  t.equal(balance("marta"), 1000);
  t.equal((await tina.submit(page, path, { ...wish, amount: "11" })).status, 422);
  t.equal(balance("marta"), 1000);
});

t.test("what is no amount or no day is said beside its field, and what was typed stays", async (t) => {
  const { tina, home, balance } = await startFano(t);
  const path = `${DESK}/households/${home("marta")}/top-up`;
  for (const amount of ["", "0", "-5", "12,5o", "99999999999"]) {
    const seen = await fill(tina, path, { amount, till: "bank", valuedOn: "2027-01-01", memo: "resta" });
    t.equal(seen.status, 422, amount);
    t.match(seen.body, /resta/);
  }
  t.equal(balance("marta"), 0);
});

t.test("C3 a treasurer tops up their own household only with somebody else's word", async (t) => {
  const { tina, ugo, home, balance, broken } = await startFano(t);
  const path = `${DESK}/households/${home("tina")}`;
  t.match((await tina.get(path)).body, /È la tua famiglia/);
  const fields = { amount: "20", till: "bank", memo: "bonifico del 20" };
  const asked = await fill(tina, `${path}/top-up`, fields);
  t.match(asked.body, /Chiesto: ora una seconda persona deve approvare/);
  t.equal(balance("tina"), 0, "nothing moved yet");
  const mine = await tina.get(`${DESK}/requests`);
  t.notMatch(mine.body, /\/approved"/, "no button to approve what one asked");
  const list = await ugo.get(`${DESK}/requests`);
  const action = /action="([^"]*\/approved)"/.exec(list.body)?.[1] ?? "";
  await tina.submit(mine, action.replace("approved", "withdrawn"));
  t.equal((await ugo.submit(list, action)).status, 409, "what was taken back is decided");
  t.equal(balance("tina"), 0);
  await fill(tina, `${path}/top-up`, fields);
  const again = await ugo.get(`${DESK}/requests`);
  const approve = /action="([^"]*\/approved)"/.exec(again.body)?.[1] ?? "";
  t.match((await ugo.submit(again, approve)).body, /Approvato da ugo/);
  t.equal(balance("tina"), 2000);
  t.same(broken(), []);
});

t.test("C3 who asked for a refund cannot approve it, not even with a form of their own making", async (t) => {
  const { tina, ugo, admin, home, balance } = await startFano(t);
  const path = `${DESK}/households/${home("marta")}`;
  await fill(tina, `${path}/top-up`, { amount: "30", till: "bank" });
  t.equal((await fill(tina, `${path}/refund`, { amount: "30", till: "bank" })).status, 422, "a reason is asked for");
  await fill(tina, `${path}/refund`, { amount: "30", till: "bank", memo: "lascia il gruppo" });
  const mine = await tina.get(`${DESK}/requests`);
  const withdraw = /action="([^"]*\/withdrawn)"/.exec(mine.body)?.[1] ?? "";
  const approve = withdraw.replace("withdrawn", "approved");
  const hidden = /name="_token" value="([^"]*)"/.exec(mine.body)?.[1] ?? "";
  const forged = await tina.post(approve, new URLSearchParams({ _token: hidden, key: "a".repeat(26) }).toString());
  t.equal(forged.status, 409);
  t.equal(balance("marta"), 3000);
  const seen = await admin.get(`${DESK}/requests`);
  t.match(seen.body, /lascia il gruppo/);
  t.equal((await admin.get(`${DESK}/households`)).status, 404, "an administrator sees no balances");
  await admin.submit(seen, approve);
  t.equal(balance("marta"), 0);
  t.match((await ugo.get(`${DESK}/requests`)).body, /Approvato da ada/);
});

t.test("an order is charged, invoiced with a difference, paid with one transfer, settled by a decision", async (t) => {
  const { tina, charge, broken } = await startFano(t);
  charge("arance", 10_000);
  charge("limoni", 5000);
  const orders = await tina.get(`${DESK}/orders`);
  t.match(orders.body, /addebitato ai gasisti/);
  const form = `${DESK}/invoices/new?producer=${encodeURIComponent(FARM)}`;
  const invoice = {
    number: "7/A",
    issuedOn: "2026-11-22",
    total: "150,32",
    "order.arance": "100,32",
    "order.limoni": "50",
    "taxable.4": "144,54",
    "vat.4": "5,78",
  };
  const wrong = await fill(tina, form, { ...invoice, "order.limoni": "49" }, `${DESK}/invoices/new`);
  t.equal(wrong.status, 422);
  t.match(wrong.body, /mancano 1,00/);
  t.match(wrong.body, /value="7\/A"/);
  const kept = await fill(tina, form, invoice, `${DESK}/invoices/new`);
  t.match(kept.body, /la fattura è registrata/);
  t.match(kept.body, /il confronto con il consegnato è sul totale/);
  t.equal((await fill(tina, form, invoice, `${DESK}/invoices/new`)).status, 422, "the same number twice");
  const order = await tina.get(`${DESK}/orders/arance`);
  t.match(order.body, /più alta del consegnato di 0,32/);
  const pay = await tina.get(`${DESK}/pay`);
  t.match(pay.body, /150,32/);
  const transfer = { "pay.arance": "10032", "pay.limoni": "5000", till: "bank", memo: "CRO 4711" };
  const tomorrow = await tina.submit(pay, `${DESK}/pay`, { ...transfer, valuedOn: "2099-01-01" });
  t.equal(tomorrow.status, 422, "no transfer is of a day to come");
  const paid = await tina.submit(pay, `${DESK}/pay`, transfer);
  t.match(paid.body, /il pagamento è registrato/);
  t.match(paid.body, /Non c&#39;è niente da pagare|Non c'è niente da pagare/);
  t.match((await tina.get(`${DESK}/orders/limoni`)).body, /saldato/);
  t.match((await tina.get(`${DESK}/orders/arance`)).body, /pagato/);
  const settled = await tina.submit(await tina.get(`${DESK}/orders/arance`), `${DESK}/orders/arance/difference`);
  t.match(settled.body, /saldato/);
  t.match(
    (await tina.get(`${DESK}/orders?only=open`)).body,
    /Qui non c&#39;è niente da fare|Qui non c'è niente da fare/,
  );
  t.same(broken(), []);
});

t.test("the annual fee reaches each household once, whoever runs it again", async (t) => {
  const { tina, ugo, home, balance } = await startFano(t);
  const fields = { amount: "25", [`household.${home("marta")}`]: "on", [`household.${home("tina")}`]: "on" };
  const preview = await fill(tina, `${DESK}/fees`, fields);
  t.match(preview.body, /25,00.€ a 2 famiglie, 50,00.€ in tutto/);
  t.match(preview.body, /2 famiglie andranno sotto zero/);
  t.equal(balance("marta"), 0, "nothing is charged by looking");
  const done = await tina.submit(preview, `${DESK}/fees`);
  t.match(done.body, /Quota addebitata a 2 famiglie/);
  t.equal(balance("marta"), -2500);
  const again = await fill(ugo, `${DESK}/fees`, fields);
  t.match(again.body, /già addebitata prima: 2/);
  t.equal(balance("marta"), -2500);
  const next = await ugo.submit(await ugo.get(`${DESK}/fees?year=2027`), `${DESK}/fees`, { ...fields, year: "2027" });
  t.match((await ugo.submit(next, `${DESK}/fees`)).body, /Quota addebitata a 2 famiglie/);
  t.equal(balance("tina"), -5000);
});

t.test("orders stand with their four amounts and what differs, are found by a word, and go to print", async (t) => {
  const { tina, charge } = await startFano(t);
  charge("arance", 4000);
  charge("olio", 1500);
  const list = await tina.get(`${DESK}/orders`);
  t.match(list.body, /da pagare 40,00/);
  t.match(list.body, /<tfoot>.*55,00/s);
  const found = await tina.get(`${DESK}/orders?find=OLI%C3%92`);
  t.match(found.body, /olio/);
  t.notMatch(found.body, />arance</);
  const unpaid = await tina.get(`${DESK}/orders?only=differs`);
  t.match(unpaid.body, /Qui non c&#39;è niente da fare|Qui non c'è niente da fare/);
  const csv = await tina.get(`${DESK}/sheets/orders.csv`);
  t.match(csv.body, /arance;farm\.example\/agrumeto;[^;]*;;40,00;40,00;0,00;0,00;40,00;0,00/);
  t.match((await tina.get(`${DESK}/sheets/orders.pdf`)).headers["content-type"], /pdf/);
  t.equal((await tina.get(`${DESK}/sheets/secrets`)).status, 404);
});

t.test("the year's balance is read on the page, as CSV and as PDF", async (t) => {
  const { tina, home } = await startFano(t);
  await fill(tina, `${DESK}/households/${home("marta")}/top-up`, { amount: "10", till: "bank" });
  const year = await tina.get(`${DESK}/year`);
  t.match(year.body, /sheets\/balance\.pdf\?year=2026/);
  t.match((await tina.get(`${DESK}/sheets/balance?year=2026`)).body, /Bilancio 2026/);
  const csv = (await tina.get(`${DESK}/sheets/balance.csv?year=2026`)).body;
  t.match(csv, /Banca;Ricarica;10,00/);
  t.match(csv, /Banca;Fine;10,00/);
  t.match((await tina.get(`${DESK}/sheets/balance.pdf?year=2025`)).headers["content-type"], /pdf/);
});

t.test(
  "a member gives to the fund out of what they have, the treasurer grants from it, and never more than there is",
  async (t) => {
    const { tina, marta, home, balance } = await startFano(t);
    await fill(tina, `${DESK}/households/${home("marta")}/top-up`, { amount: "10", till: "bank" });
    t.equal((await fill(marta, `${DESK}/statement`, { amount: "10,01" }, `${DESK}/donate`)).status, 409);
    await fill(marta, `${DESK}/statement`, { amount: "4" }, `${DESK}/donate`);
    t.equal(balance("marta"), 600);
    const grant = `${DESK}/households/${home("marta")}/grant`;
    t.equal((await fill(tina, grant, { amount: "4,01" })).status, 409);
    await fill(tina, grant, { amount: "3" });
    t.equal(balance("marta"), 900);
    t.match((await tina.get(DESK)).body, /1,00/);
  },
);

t.test("a movement is reversed by two people, and the year's file has all of it, summing to zero", async (t) => {
  const { tina, ugo, home, balance, broken } = await startFano(t);
  await fill(tina, `${DESK}/households/${home("marta")}/top-up`, { amount: "10", till: "bank" });
  await fill(tina, `${DESK}/transfer`, { from: "opening", to: "cash", amount: "100", memo: "cassa di partenza" });
  await fill(tina, `${DESK}/movements/1`, { memo: "importo sbagliato" }, `${DESK}/movements/1/reverse`);
  t.equal(
    (await fill(ugo, `${DESK}/movements/1`, { memo: "importo sbagliato" }, `${DESK}/movements/1/reverse`)).status,
    409,
    "asked once is enough",
  );
  const list = await ugo.get(`${DESK}/requests`);
  await ugo.submit(list, /action="([^"]*\/approved)"/.exec(list.body)?.[1] ?? "");
  t.equal(balance("marta"), 0);
  t.match((await tina.get(`${DESK}/movements/1`)).body, /Stornato dal movimento 3/);
  const year = await tina.get(`${DESK}/year`);
  t.match(year.body, /Storno/);
  const file = (await tina.get(`${DESK}/year.csv`)).body;
  const raw = file
    .trim()
    .split("\r\n")
    .slice(1)
    .map((line) => Number(line.split(";")[8]?.replace(",", ".")));
  t.equal(raw.length, 6);
  t.equal(
    raw.reduce((sum, euros) => sum + Math.round(euros * 100), 0),
    0,
  );
  t.same(broken(), []);
});

t.test("money asks for a sign-in of the last half hour, and says where to go", async (t) => {
  const { tina, clock, home, balance } = await startFano(t);
  const path = `${DESK}/households/${home("marta")}/top-up`;
  const page = await tina.get(path);
  clock.advance({ minutes: 31 });
  const refused = await tina.submit(page, path, { amount: "10", till: "bank" });
  t.equal(refused.status, 401);
  const [, next = ""] = /href="\/sign-in\?again=1&amp;next=([^"]*)"/.exec(refused.body) ?? [];
  t.match((await tina.get(decodeURIComponent(next))).body, /name="amount" value="10"/, "and what was typed waits");
  t.match((await tina.get("/sign-in?again=1&next=/desk/fano/money")).path, /^\/sign-in/, "signed in, and yet asked");
  t.equal(balance("marta"), 0);
  t.equal((await tina.get(DESK)).status, 200, "looking is free");
});

t.test("C2 C45 the household, order, invoice and movement of another GAS are not there", async (t) => {
  const { tina } = await startFano(t);
  for (const path of [
    "households/abc",
    "households/abc/top-up",
    "orders/abc",
    "invoices/abc",
    "movements/99",
    "accounts/household",
  ])
    t.equal((await tina.get(`${DESK}/${path}`)).status, 404, path);
  t.equal((await tina.get(`${DESK}/accounts/producer`)).status, 404);
});
