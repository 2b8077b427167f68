// A group's orders through their pages alone, as forms without script: booking, clashes, the counter.
import t from "tap";
import { orderMoney } from "../../src/ledger/orderActions.ts";
import { listChargedTo } from "../../src/ledger/statementStore.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertSeat } from "../../src/members/store.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { closeOrder } from "../../src/orders/closeActions.ts";
import { markCollected } from "../../src/orders/delivery/deliveryActions.ts";
import { listPortions } from "../../src/orders/delivery/deliveryStore.ts";
import { writePortion } from "../../src/orders/handouts/actions.ts";
import { planOf } from "../../src/orders/planning/plan.ts";
import { writePlan } from "../../src/orders/planning/planForm.ts";
import { loadOrder } from "../../src/orders/store.ts";
import { cancelOrder } from "../../src/orders/withdrawActions.ts";
import { formats } from "../../src/web/format.ts";
import { upload } from "../web/uploads.ts";
import { openDesk } from "./orderDesk.ts";

t.test("what a member books by form is said to be booked, and is on disk", async (t) => {
  const { browser, shopping, addressOf } = await openDesk(t);
  const address = `${addressOf(shopping.open)}/book`;
  const page = await browser.get(address);
  t.match(page.body, /Prenotato: 3/, "what was there");
  const saved = await browser.submit(page, address, { "quantity.1": "4.5" });
  t.equal(saved.status, 200);
  t.match(saved.body, /Prenotato: 4,5 kg/);
  const more = await browser.submit(saved, address, { "quantity.1": "4,5", more: "1" });
  t.match(more.body, /Prenotato: 5 kg/, "a press adds one step");
});

t.test("a quantity that does not hold stands beside its line with what was typed, and nothing is saved", async (t) => {
  const { browser, shopping, addressOf } = await openDesk(t);
  const address = `${addressOf(shopping.open)}/book`;
  const refused = await browser.submit(await browser.get(address), address, { "quantity.1": "3,3" });
  t.equal(refused.status, 422);
  t.match(refused.body, /multipli di 0,5 kg: vuoi 3 kg o 3,5 kg/);
  t.match(refused.body, /value="3,3"/);
  t.match((await browser.get(address)).body, /Prenotato: 3 kg/);
});

t.test("of two phones of a household the slower one is shown both quantities", async (t) => {
  const { browser, shopping, addressOf } = await openDesk(t);
  const address = `${addressOf(shopping.open)}/book`;
  const [first, second] = [await browser.get(address), await browser.get(address)];
  await browser.submit(first, address, { "quantity.1": "2" });
  const clash = await browser.submit(second, address, { "quantity.1": "6" });
  t.equal(clash.status, 409);
  t.match(clash.body, /Nel frattempo/);
  t.match(clash.body, /Gino Bravi ha cambiato questa riga alle .*: là 2 kg, tu 6 kg/);
  t.match(clash.body, /value="6"/);
  t.match(
    (await browser.submit(clash, address, { "quantity.1": "6", mine: "1" })).body,
    /Prenotato: 6 kg/,
    "the choice",
  );
});

t.test("A50 presses of two phones add up, and the last save can be taken back", async (t) => {
  const { browser, shopping, addressOf } = await openDesk(t);
  const address = `${addressOf(shopping.open)}/book`;
  const [first, second] = [await browser.get(address), await browser.get(address)];
  await browser.submit(first, address, { "quantity.1": "3", more: "1" });
  const both = await browser.submit(second, address, { "quantity.1": "3", more: "1" });
  t.match(both.body, /Prenotato: 4 kg/);
  const version = /name="undo" value="(\d+)"/.exec(both.body)?.[1] ?? "";
  const undone = await browser.submit(both, address, { undo: version });
  t.match(undone.body, /Prenotato: 3,5 kg/);
  const stale = await browser.submit(undone, address, { undo: version });
  t.equal(stale.status, 409, "taken back already");
  const deeper = /name="undo" value="(\d+)"/.exec(undone.body)?.[1] ?? "";
  t.match((await browser.submit(undone, address, { undo: deeper })).body, /Prenotato: 3 kg/);
});

t.test("a press answers with its row and the bar, and a row that is refused holds no other up", async (t) => {
  const { browser, shopping, addressOf } = await openDesk(t);
  const address = `${addressOf(shopping.open)}/book`;
  const page = await browser.get(address);
  const htmx = { "hx-request": "true", "hx-request-type": "partial" };
  const tap = await browser.submit(page, address, { "quantity.1": "3", more: "1" }, htmx);
  t.equal(tap.status, 200);
  t.match(tap.body, /<hx-partial hx-target="#line-1"[\s\S]+hx-target="#minimum"/);
  t.match(tap.body, /Prenotato: 3,5 kg/);
  t.notMatch(tap.body, /line-2/);
  t.ok(Buffer.byteLength(tap.body) <= 4096, `${Buffer.byteLength(tap.body)} bytes`);
  const mixed = await browser.submit(
    page,
    address,
    { "quantity.1": "3,3", "quantity.2": "0", more: "2", key: "b".repeat(26) },
    htmx,
  );
  t.equal(mixed.status, 409, "line 1 moved on meanwhile");
  t.match(mixed.body, /id="line-2".*Prenotato: /s, "and line 2 is booked");
});

t.test("what is booked with several producers is changed in one place, in its own order", async (t) => {
  const { browser, shopping } = await openDesk(t);
  const mine = await browser.get("/desk/gas-fano/orders/mine");
  const action = `/desk/gas-fano/orders/${shopping.open}/book`;
  const changed = await browser.submit(mine, action, { "quantity.1": "3", more: "1" });
  t.match(changed.path, /orders\/mine#order-/);
  t.match(changed.body, /value="3,5"/);
  const pickups = await browser.get("/desk/gas-fano/pickups");
  t.match(pickups.body, /Agrumi di novembre/, "what is being handed out");
});

t.test("a calendar has a private address, which a new one or its owner's word makes worthless", async (t) => {
  const { node, browser } = await openDesk(t);
  const pickups = "/desk/gas-fano/pickups";
  const addressOf = (body: string) => new URL(/<p class="copy">([^<]*)/.exec(body)?.[1] ?? "http://none/").pathname;
  const first = addressOf((await browser.submit(await browser.get(pickups), `${pickups}/calendar`)).body);
  const read = (url: string) => node.app.inject({ url, headers: { accept: "text/calendar" } });
  const file = await read(first);
  t.match([file.statusCode, file.headers["content-type"]], [200, /text\/calendar/]);
  t.match(file.body, "SUMMARY:Ritiro: Agrumi di novembre");
  const page = await browser.submit(await browser.get(pickups), `${pickups}/calendar`);
  const second = addressOf(page.body);
  t.same([(await read(first)).statusCode, (await read(second)).statusCode], [410, 200], "renewed");
  await browser.submit(page, `${pickups}/calendar/stop`);
  t.equal((await read(second)).statusCode, 410, "taken away");
  t.equal((await read("/calendar/x")).statusCode, 410);
});

t.test("who comes after the closing is told what is safe", async (t) => {
  const { node, actorId, browser, shopping, addressOf } = await openDesk(t);
  const address = `${addressOf(shopping.open)}/book`;
  const page = await browser.get(address);
  closeOrder(node.wire, { actorId, orderId: shopping.open, personId: "gino" });
  const late = await browser.submit(page, address, { "quantity.1": "9" });
  t.equal(late.status, 409);
  t.match(late.body, /si è chiuso/);
  t.match(late.body, /è salva: un prodotto/);
});

t.test("several weights in one field are summed, and closing the delivery charges them", async (t) => {
  const { node, actorId, browser, shopping, addressOf } = await openDesk(t);
  const { orm } = node.db;
  const counter = `${addressOf(shopping.delivering)}/delivery`;
  const address = `${counter}/household/${shopping.householdId}`;
  const weighed = await browser.submit(await browser.get(address), `${counter}/portion`, { amount: "1,2 0,9" });
  t.equal(weighed.status, 200);
  const portion = listPortions(orm, shopping.delivering).find(
    ({ householdId }) => householdId === shopping.householdId,
  );
  t.equal(portion?.deliveredThousandths, 2100);
  t.same(portion?.weights, [1200, 900]);
  const closed = await browser.submit(await browser.get(counter), `${counter}/close`);
  t.equal(closed.status, 200);
  t.equal(loadOrder(orm, actorId, shopping.delivering)?.state, "delivered");
});

t.test("of a delivered order the member is shown what was charged, not what had been booked", async (t) => {
  const { node, actorId, browser, shopping, addressOf } = await openDesk(t);
  const counter = `${addressOf(shopping.delivering)}/delivery`;
  const own = householdOf(node.db.orm, actorId, "gino")!;
  const address = `${counter}/household/${own.id}`;
  await browser.submit(await browser.get(address), `${counter}/portion`, { amount: "2" });
  await browser.submit(await browser.get(counter), `${counter}/close`);
  const { body: past } = await browser.get("/desk/gas-fano/orders/history");
  const charged = listChargedTo(node.db.orm, { actorId, householdId: own.id }, [shopping.delivering]);
  const booked = loadBasket(node.db.orm, shopping.delivering, own.id)!.totalCents;
  const cents = charged.get(shopping.delivering)!;
  t.ok(cents < booked, "3 kg of 4 were handed out");
  const amountOf = (name: string) => new RegExp(`<dt>${name}</dt><dd>([^<]*)`).exec(past)?.[1];
  t.equal(amountOf("Addebitato"), formats("it").money(cents));
  t.equal(amountOf("Prenotato"), formats("it").money(booked), "beside it, for comparison");
  t.match(past, /Ritirati 2 kg su 3 kg prenotati/, "and why");
});

t.test("the delivery sheet comes to what closing charges: a sum entered at the counter counts once", async (t) => {
  const { node, actorId, browser, shopping, addressOf } = await openDesk(t);
  const counter = `${addressOf(shopping.delivering)}/delivery`;
  const address = `${counter}/household/${shopping.householdId}`;
  await browser.submit(await browser.get(address), `${address}/money`, { amount: "7,77", memo: "Pesato a mano" });
  const sheet = await browser.get(`${addressOf(shopping.delivering)}/reports/table`);
  await browser.submit(await browser.get(counter), `${counter}/close`);
  const { chargedCents } = orderMoney(node.db.orm, actorId, shopping.delivering);
  const [, totals = ""] = sheet.body.split("<tfoot>");
  t.match(totals, ((chargedCents ?? 0) / 100).toFixed(2).replace(".", ","));
  t.match(sheet.body, ">7,77<");
});

t.test("a product booked for oneself and for a friend is one product", async (t) => {
  const { browser, shopping, addressOf } = await openDesk(t);
  t.match(
    (await browser.get(`${addressOf(shopping.closed)}/book`)).body,
    /Prenotato e salvato, [^:]+:[^:]*: un prodotto/,
  );
});

t.test("after the closing the referente adds a product for a household, and the page says so", async (t) => {
  const { browser, shopping, addressOf, clock } = await openDesk(t);
  const address = addressOf(shopping.closed);
  clock.advance({ minutes: 10 });
  const fields = { household: shopping.householdId, line: "1", quantity: "7,5" };
  const done = await browser.submit(await browser.get(address), `${address}/late`, fields);
  t.equal(done.status, 200);
  const matrix = await browser.get(`${address}/matrix?by=household`);
  t.match(matrix.body, /Giulia Bartolini e famiglia <small>dopo la chiusura/);
  t.notMatch(matrix.body, "<input name=", "it is read, not written");
  t.match(done.body, /Prenotazione aggiunta o cambiata dopo la chiusura/);
  const wrong = await browser.submit(done, `${address}/late`, { ...fields, quantity: "7,3" });
  t.not(wrong.status, 200);
});

t.test("how an order repeats is changed on its form", async (t) => {
  const { browser } = await openDesk(t);
  const list = await browser.get("/desk/gas-fano/orders/repeats");
  const [, address = ""] = /href="([^"]+\/edit)"/.exec(list.body) ?? [];
  const form = await browser.get(address);
  t.match(form.body, /name="openDays"[^>]*value="7"/);
  const done = await browser.submit(form, address, {
    ...{
      name: "Agrumi del mese",
      place: "Piazza",
      anchor: "closing",
      startsOn: "2027-01-10",
      every: "1",
      unit: "month",
    },
    ...{ openDays: "7", openTime: "08:00", closeTime: "21:00", deliverDays: "6", deliverTime: "17:30" },
  });
  t.equal(done.path, "/desk/gas-fano/orders/repeats");
  t.match(done.body, /Agrumi del mese/);
  t.match(done.body, /21:00/);
  const wrong = await browser.submit(await browser.get(address), address, { name: "" });
  t.equal(wrong.status, 422);
});

t.test("A51 the table of weights goes out, comes back filled in, and changes nothing the second time", async (t) => {
  const { node, browser, shopping, addressOf } = await openDesk(t);
  const counter = `${addressOf(shopping.delivering)}/delivery`;
  const out = await browser.get(`${counter}/portions.csv`);
  const [head = "", ...rows] = out.body.trim().split("\r\n");
  const filled = rows.map((row) => row.split(";").with(5, "1,5 + 1").join(";"));
  for (const saved of [rows.length, 0]) {
    const page = await browser.get(`${counter}/portions`);
    const [, token = ""] = /data-token="([^"]+)"/.exec(page.body) ?? [];
    const file = `--x\r\nContent-Disposition: form-data; name="file"; filename="c.csv"\r\nContent-Type: text/csv\r\n\r\n${[head, ...filled].join("\r\n")}\r\n--x--\r\n`;
    const headers = { "content-type": "multipart/form-data; boundary=x", "x-form-token": token };
    const preview = await browser.post(`${counter}/portions`, file, headers);
    t.equal(preview.status, 200);
    t.equal(preview.body.match(/name="row\./g)?.length ?? 0, saved);
    if (saved > 0) t.match((await browser.submit(preview, `${counter}/portions/apply`)).body, `Salvati ${saved} pesi`);
  }
  const given = listPortions(node.db.orm, shopping.delivering).map(({ deliveredThousandths }) => deliveredThousandths);
  t.same(new Set(given), new Set([2500]));
});

t.test("an open page is told of others' bookings, and one's own or a closing draw it anew", async (t) => {
  const { node, actorId, browser, shopping, addressOf, clock } = await openDesk(t);
  const address = `${addressOf(shopping.open)}/book`;
  const { body } = await browser.get(address);
  const markOf = (page: string) => /id="live" hidden data-live="([^"]+)" data-mark="([^"]+)"/.exec(page)!.slice(1, 3);
  const [live = "", mark = ""] = markOf(body);
  const ask = (known: string) => browser.get(live, { "if-none-match": `"${known}"` });
  t.equal((await ask(mark)).status, 304);
  const key = { actorId, orderId: shopping.open, householdId: shopping.householdId, personId: "giulia" };
  const wish = { lineNumber: 1, friendId: null, quantityThousandths: 5000, toleranceThousandths: 0, note: "" };
  saveBasket(node.wire, { ...key, seenVersion: 1, wishes: [wish] });
  const news = await ask(mark);
  t.equal(news.status, 200);
  t.match(news.body, /<div id="facts-1">[\s\S]*<div class="field" id="minimum">|id="minimum"[\s\S]*id="facts-1"/);
  t.ok(Buffer.byteLength(news.body) <= 4096, `${Buffer.byteLength(news.body)} bytes`);
  t.notMatch(news.body, "Giulia", "who it was is nobody's business");
  t.equal((await ask(String(news.headers.etag).replaceAll('"', ""))).status, 304);
  const tap = await browser.submit(body === "" ? news : await browser.get(address), address, { "quantity.2": "1" });
  t.equal((await ask(mark)).status, 205, "what this household booked elsewhere");
  t.equal((await ask(markOf(tap.body)[1]!)).status, 304);
  clock.advance({ days: 1 });
  closeOrder(node.wire, { actorId, orderId: shopping.open, personId: "gino" });
  t.equal((await ask(markOf(tap.body)[1]!)).status, 205, "it has closed");
});

t.test(
  "C46 an open page of weights is told what another phone wrote, line by line, and what the household owes",
  async (t) => {
    const { node, actorId, browser, shopping, addressOf } = await openDesk(t);
    const counter = `${addressOf(shopping.delivering)}/delivery`;
    const who = { actorId, orderId: shopping.delivering, personId: "giulia" };
    insertSeat(node.db.orm, { personId: "giulia", actorId, role: "delivery", createdAt: 0 });
    const place = { householdId: shopping.householdId, lineNumber: 1, friendId: null };
    const own = { ...place, householdId: householdOf(node.db.orm, actorId, "gino")!.id };
    // The first weight of all begins the handing out, which is another page.
    writePortion(node.wire, who, { place: own, numbers: [3000], seenVersion: 0, isMeant: true });
    const page = await browser.get(`${counter}/household/${shopping.householdId}`);
    const byLine = await browser.get(`${counter}/line/1`);
    const spotOf = ({ body }: { body: string }) => /data-live="([^"]+)" data-mark="([^"]+)"/.exec(body)!.slice(1, 3);
    const ask = ([live = "", mark = ""]: string[]) => browser.get(live, { "if-none-match": `"${mark}"` });
    for (const one of [page, byLine]) t.equal((await ask(spotOf(one))).status, 304);
    writePortion(node.wire, who, { place, numbers: [1950], seenVersion: 0, isMeant: true });
    const news = await ask(spotOf(page));
    t.equal(news.status, 200);
    t.match(news.body, /id="w-1-[\s\S]*value="1,95"[\s\S]*Giulia[\s\S]*id="owes"/);
    t.match((await ask(spotOf(byLine))).body, /value="1,95"/);
    t.equal((await ask([spotOf(page)[0]!, String(news.headers.etag).replaceAll('"', "")])).status, 304);
    markCollected(node.wire, who, shopping.householdId, "delivered");
    t.equal((await ask(spotOf(page))).status, 205, "whoever came with the goods home is another page");
    const nowhere = spotOf(page)[0]!.replace(shopping.householdId, "a".repeat(26));
    t.equal((await ask([nowhere, ""])).status, 404);
  },
);

t.test(
  "C46 of two referenti who change one order the slower sees both, keeps what was typed, and decides",
  async (t) => {
    const { node, actorId, browser, shopping, addressOf } = await openDesk(t);
    const address = `${addressOf(shopping.draft)}/edit`;
    const [first, second] = [await browser.get(address), await browser.get(address)];
    const said = Object.entries(writePlan(planOf(loadOrder(node.db.orm, actorId, shopping.draft)!)));
    const fields = Object.fromEntries(said.filter(([, value]) => value !== ""));
    await browser.submit(first, address, { ...fields, name: "Agrumi di Rita" });
    const clash = await browser.submit(second, address, { ...fields, name: "Agrumi di Piero" });
    t.equal(clash.status, 409);
    t.match(clash.body, /qualcun altro ha salvato[\s\S]*là «Agrumi di Rita», tu «Agrumi di Piero»/);
    t.match(clash.body, /name="name"[^>]* value="Agrumi di Piero"/, "what was typed is kept");
    t.equal(loadOrder(node.db.orm, actorId, shopping.draft)?.name, "Agrumi di Rita", "and nothing was overwritten");
    const again = { ...fields, name: "Agrumi di Piero" };
    t.equal((await browser.submit(clash, address, again)).status, 200);
    t.equal(loadOrder(node.db.orm, actorId, shopping.draft)?.name, "Agrumi di Piero", "who has seen it decides");
  },
);

t.test(
  "C46 of two who choose an order's lines the slower sees both, line by line, and nothing typed is lost",
  async (t) => {
    const { node, actorId, browser, shopping, addressOf } = await openDesk(t);
    const address = `${addressOf(shopping.draft)}/lines`;
    const [first, second] = [await browser.get(address), await browser.get(address)];
    const key = /name="step\.([0-9a-f]{16})"/.exec(first.body)?.[1] ?? "";
    const steps = () => loadOrder(node.db.orm, actorId, shopping.draft)?.lines[0]?.rules.stepThousandths;
    const fields = { [`pick.${key}`]: "on", [`case.${key}`]: "none" };
    t.equal((await browser.submit(first, address, { ...fields, [`step.${key}`]: "2" })).status, 200);
    t.equal(steps(), 2000);
    const wrong = await browser.submit(second, address, { ...fields, [`step.${key}`]: "tanti" });
    t.equal(wrong.status, 422);
    const clash = await browser.submit(wrong, address, { ...fields, [`step.${key}`]: "3" });
    t.equal(clash.status, 409, "a mistake put right in between does not hide the other's change");
    t.match(clash.body, /qualcun altro ha salvato[\s\S]*là «2», tu «3»/);
    t.match(clash.body, new RegExp(`name="step\\.${key}"[^>]* value="3"`));
    t.equal(steps(), 2000);
    t.equal((await browser.submit(clash, address, { ...fields, [`step.${key}`]: "3" })).status, 200);
    t.equal(steps(), 3000);
    // A file only ticks: nothing of it is saved before somebody says so.
    const send = async (text: string) =>
      upload(browser, await browser.get(address), `${address}/file`, {
        field: "file",
        name: "l.csv",
        bytes: Buffer.from(text),
      });
    const chosen = await send("nome;prezzo;unità\nlimoni;2,00;kg\nMiele;8,00;pezzo\n");
    t.match(
      chosen.body,
      /Il file sceglie un prodotto[\s\S]*Una riga non è tra i prodotti offerti[\s\S]*<li>Miele<\/li>/,
    );
    t.equal([...chosen.body.matchAll(/name="pick\.[^>]* checked/g)].length, 1);
    t.equal(loadOrder(node.db.orm, actorId, shopping.draft)?.lines[0]?.isOffered, true);
    t.equal((await send("")).status, 422);
  },
);

t.test("C58 a household's history as a file holds its own lines and sums, and nobody's name but its own", async (t) => {
  const { node, actorId, browser, shopping } = await openDesk(t);
  cancelOrder(node.wire, { actorId, orderId: shopping.closed, personId: "gino" }, "gelata");
  const page = await browser.get("/desk/gas-fano/orders/history");
  t.match(page.body, 'href="/desk/gas-fano/orders/history.pdf"');
  const csv = await browser.get("/desk/gas-fano/orders/history.csv");
  t.match(csv.headers["content-disposition"], /^attachment; filename="history\.csv"/);
  t.match(csv.headers["cache-control"], "no-store");
  t.match(csv.body, /Agrumi, primo giro.*Arance Navel di prima scelta, cassetta.*;4;0;/);
  const pdf = await browser.get("/desk/gas-fano/orders/history.pdf");
  t.equal(pdf.headers["content-type"], "application/pdf");
  for (const name of ["Giulia", "Bartolini", "Anna", "posta.example"]) t.notMatch(csv.body, name);
});
