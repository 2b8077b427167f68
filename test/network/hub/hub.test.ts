// The hub as other programs use it: GASdotto lists and gets, PortAlGas sends; and what a network's people do about it.
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import t from "tap";
import type { LocalActor } from "../../../src/activitypub/actor.ts";
import { updateActor } from "../../../src/activitypub/store.ts";
import { chooseOpen } from "../../../src/catalogs/open/actions.ts";
import { transact } from "../../../src/db/transact.ts";
import { readGdxp } from "../../../src/exchange/gdxp.ts";
import { makeHubToken, revokeHubToken, takePush } from "../../../src/network/hub/pushActions.ts";
import { listTokens } from "../../../src/network/hub/store.ts";
import { readSentLists } from "../../../src/network/hub/supplier.ts";
import { describeAndTell } from "../../../src/partners/profileActions.ts";
import { gdxpFolder, gdxpText, readOk } from "../../exchange/gdxpFiles.ts";
import { sitDown } from "../../partners/desks.ts";
import { sure } from "../../sales/cycles.ts";
import { startNodes } from "../../tools/nodes.ts";
import { claim, offer, takeIn } from "../reading/district.ts";

const VAT = "01234567897";
const OTHER_VAT = "12345678903";
const BY = "p1";

const { nodes, clock, settle } = await startNodes(t, ["des", "farm"]);
const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Distretto delle Due Valli" });
const mill = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano", place: "Fano" });
const farm = nodes.farm.addActor({ kind: "producer", handle: "podere", name: "Podere Alto", place: "Urbino" });
offer(nodes.farm, mill, "Farina di farro", "Farine");
offer(nodes.farm, farm, "Olio", "Condimenti");
for (const producer of [mill, farm]) {
  takeIn(nodes.des, des.id, producer.id);
  claim(nodes.farm, producer.id, [des.id]);
}
await settle();
const dina = await sitDown(nodes.des, "dina", "des", "district");

/** As Guzzle and curl ask: no cookie, no Accept that matters. */
const ask = (url: string, headers: Record<string, string> = {}) =>
  nodes.des.node.app.inject({ url, headers: { "user-agent": "GuzzleHttp/7", ...headers } });
const send = (token: string, payload: string | Buffer, type = "application/json") =>
  nodes.des.node.app.inject({ method: "POST", url: `/api/push/${token}`, payload, headers: { "content-type": type } });
const list = async () => JSON.parse((await ask("/api/list")).body);
const choose = async (producer: LocalActor, vatNumber: string, showsPrices: boolean) => {
  sure(chooseOpen(nodes.farm.node.wire, producer.id, { vatNumber, showsPrices }, BY));
  clock.advance({ days: 1 });
  await settle();
};
const made = () => sure(makeHubToken(nodes.des.node.wire, des.id, "PortAlGas di prova", BY)).token;
const supplierOf = (body: string) => JSON.parse(body).blocks[0].supplier;

t.test("a node without networks has a hub in which there is nobody", async (t) => {
  const { app } = nodes.farm.node;
  t.same((await app.inject({ url: "/api/list" })).json(), { count: 0, results: [] });
  t.equal((await app.inject({ url: `/api/get/${VAT}` })).statusCode, 404);
  t.equal((await app.inject({ url: "/api/get/fano" })).statusCode, 404);
});

t.test("B37 a producer without public prices or number is neither in the list nor behind its number", async (t) => {
  t.same(await list(), { count: 0, results: [] });
  await choose(mill, VAT, false);
  t.same(await list(), { count: 0, results: [] });
  t.equal((await ask(`/api/get/${VAT}`)).statusCode, 404);
  await choose(mill, "", true);
  t.same(await list(), { count: 0, results: [] });
});

t.test("a GASdotto that points its HUB_URL here lists and gets what a producer decided to show", async (t) => {
  await choose(mill, VAT, true);
  const { count, results } = await list();
  t.equal(count, 1);
  const sample = { id: 0, name: "", vat: "", locality: "", lastchange: "" };
  t.same(Object.keys(results[0]), Object.keys(sample), "the members of a hub's own list, and no other");
  t.match(results[0], { name: "Mulino del Piano", vat: VAT, locality: "Fano", lastchange: /^2026-11-2\d$/ });
  const file = await ask(`/api/get/${VAT}`);
  t.match(file.headers["content-type"], /^application\/json/);
  const read = readGdxp(file.body);
  t.match(read, { lists: [{ supplier: { name: "Mulino del Piano", vatNumber: VAT, locality: "Fano" }, badRows: [] }] });
  const supplier = supplierOf(file.body);
  t.match(supplier.products, [{ name: "Farina di farro", um: "Chili", orderInfo: { umPrice: 1.75 } }]);
  t.ok(Array.isArray(supplier.contacts), "GASdotto falls over without");
});

t.test("who says another's VAT number later waits: a coordinator decides whose it is, and that is kept", async (t) => {
  const path = "/desk/des/network/hub";
  const names = async () => (await list()).results.map(({ name, vat }: { name: string; vat: string }) => [name, vat]);
  const assign = async (subject: string, vat = VAT) =>
    (await dina.submit(await dina.get(path), `${path}/assign`, { vat, subject })).body;
  const before = (await list()).results[0].id;
  t.notMatch((await dina.get(path)).body, /Partite IVA contese/);
  await choose(farm, VAT, true);
  t.same(await names(), [["Mulino del Piano", VAT]], "the first to say it has it");
  t.equal(supplierOf((await ask(`/api/get/${VAT}`)).body).name, "Mulino del Piano");
  t.match((await dina.get(path)).body, /Partite IVA contese[\s\S]*Mulino del Piano[\s\S]*Podere Alto[\s\S]*aspetta/);
  await assign(des.id);
  await assign(farm.id, OTHER_VAT);
  t.same(await names(), [["Mulino del Piano", VAT]], "nobody gets a number that it does not say");
  t.match(await assign(farm.id), /non è sua, secondo chi coordina/);
  t.same(await names(), [["Podere Alto", VAT]]);
  t.equal(supplierOf((await ask(`/api/get/${VAT}`)).body).name, "Podere Alto");
  const audited = nodes.des.node.db.raw.prepare("SELECT detail, by_id FROM audit_log WHERE what = 'hub-vat-assigned'");
  t.match(audited.all(), [{ detail: `${VAT} ${farm.id}`, by_id: /./ }]);
  await choose(farm, "", false);
  t.same(await names(), [], "what was refused stays refused");
  await assign(mill.id);
  const { results } = await list();
  t.match(results, [{ name: "Mulino del Piano", id: before }], "a number in the list stays");
  t.notMatch((await dina.get(path)).body, /Partite IVA contese/);
});

t.test("who is no longer to be listed is in no answer from that moment, whatever was kept of them", async (t) => {
  const paths = [
    ...["/api/list", `/api/get/${VAT}`, "/des/open-data/groups.json", "/des/open-data/groups.csv"],
    ...["/des/statistics/places.json", "/des/directory.json"],
  ];
  const tellingOfIt = async () => {
    const bodies = await Promise.all(paths.map(async (path) => (await ask(path)).body));
    return paths.filter((_, n) => /Mulino del Piano|041013/.test(bodies[n] ?? ""));
  };
  const list = async (discoverable: boolean) => {
    transact(nodes.farm.node.db, (tx) => updateActor(tx, mill.id, { discoverable, updatedAt: clock.at }));
    sure(describeAndTell(nodes.farm.node.wire, mill.id, { summary: discoverable ? "Mugnai." : "Mugnai per pochi." }));
    await settle();
  };
  t.same(await tellingOfIt(), paths);
  await list(false);
  t.same(await tellingOfIt(), []);
  await list(true);
  clock.advance({ minutes: 1 });
  t.same(await tellingOfIt(), paths, "and is back within the minute");
});

t.test("what anybody fetches twice comes once", async (t) => {
  for (const url of ["/api/list", `/api/get/${VAT}`]) {
    const first = await ask(url);
    clock.advance({ minutes: 5 });
    const again = await ask(url, { "if-none-match": String(first.headers.etag) });
    t.match({ status: again.statusCode, body: again.body }, { status: 304, body: "" }, url);
    t.equal(again.headers["cache-control"], "public, max-age=300");
    t.equal(first.headers["access-control-allow-origin"], undefined);
  }
});

const DIALECTS = [
  ...["sample-filiera-order.json", "sample-gasdotto-booking.json", "sample-portalgas-booking.json"],
  ...["sample-portalgas-push.json", "sample-v0-dtd.xml", "sample-v0-gasistafelice.xml"],
  ...["readme-listino.json", "EsempioListino.anon.json", "gasdotto-gdxp.json", "gasdotto-gdxp2.json"],
];

t.test("every dialect there is can be sent, and comes back", { skip: gdxpFolder === null }, async (t) => {
  const token = made();
  for (const name of DIALECTS) {
    // The published files name nobody real: a number that is one stands in.
    const text = readFileSync(`${gdxpFolder}/${name}`, "utf8").replaceAll(/\b(?:0{11}|9876543210)\b/g, OTHER_VAT);
    const vat = /vatNumber"?[>:]\s*"?(\d{11})/.exec(text)?.[1] ?? "";
    const answer = await send(token, text);
    t.same([answer.statusCode, answer.json()], [200, { ok: true, lists: 1 }], name);
    const back = await ask(`/api/get/${vat}`);
    const supplier = supplierOf(back.body);
    t.ok(supplier.products.length > 0, name);
    t.match(supplier.note, /inviato da PortAlGas di prova, non verificato/);
    t.notMatch(back.body, /emailAddress|phoneNumber|bookingInfo|"phase"/, `${name}: what nobody gave us to show`);
    t.ok(
      supplier.products.every((product: { orderInfo: { umPrice: number } }) => product.orderInfo.umPrice > 0),
      `${name}: no price that is none`,
    );
  }
});

t.test("a list comes as a file of a form too, and without any type", async (t) => {
  const token = made();
  const text = gdxpText({ supplier: { name: "Orto", vatNumber: "00905811006" } });
  const form = `--x\r\nContent-Disposition: form-data; name="file"; filename="l.json"\r\n\r\n${text}\r\n--x--\r\n`;
  t.equal((await send(token, form, "multipart/form-data; boundary=x")).statusCode, 200);
  t.equal((await send(token, text, "application/x-www-form-urlencoded")).statusCode, 200);
  t.equal((await send(token, form, "multipart/form-data")).statusCode, 422, "a form without its boundary is no file");
});

t.test("a producer's own list goes before what others send, which comes back once it shows none", async (t) => {
  const token = made();
  t.equal((await send(token, gdxpText({ supplier: { name: "Altro nome" } }))).statusCode, 200);
  t.notMatch((await ask(`/api/get/${VAT}`)).body, /Altro nome/);
  t.notOk((await list()).results.some(({ name }: { name: string }) => name === "Altro nome"));
  await choose(mill, "", false);
  t.match((await ask(`/api/get/${VAT}`)).body, /Altro nome/);
  t.equal((await send(made(), gdxpText())).json().refused, "vat-of-another", "and is its sender's to replace");
});

t.test("C35 a revoked token pushes nothing any more, at once; what it sent is another's to replace", async (t) => {
  const page = await dina.get("/desk/des/network/hub");
  t.equal(page.status, 200);
  const after = await dina.submit(page, "/desk/des/network/hub/token", { name: "GASdotto & figli" });
  t.match(after.body, /GASdotto &amp; figli/);
  const token = /\/api\/push\/([a-z2-7]{26})/.exec(after.body)?.[1] ?? "";
  t.notMatch((await dina.get("/desk/des/network/hub")).body, new RegExp(token), "shown once");
  const mine = gdxpText({ supplier: { name: "Caseificio", vatNumber: "00743110157" } });
  t.equal((await send(token, mine)).statusCode, 200);
  const tokens = await dina.get("/desk/des/network/hub");
  const row = tokens.body.split('<li class="row">').find((one) => one.includes("GASdotto &amp; figli")) ?? "";
  const id = /name="id" value="([a-z2-7]{26})"/.exec(row)?.[1] ?? "";
  const revoked = await dina.submit(tokens, "/desk/des/network/hub/revoke", { id });
  t.match(revoked.body, /revocato/);
  const answer = await send(token, mine);
  t.same([answer.statusCode, answer.json().refused], [401, "hub-token"]);
  t.equal((await send(made(), mine)).statusCode, 200);
  const { wire } = nodes.des.node;
  const slow = made();
  const reading = takePush(wire, slow, Buffer.from(gdxpText({ supplier: { vatNumber: "00484960588" } })));
  const kept = listTokens(wire.db.orm, des.id).find(({ tokenHash }) => tokenHash === hash("sha256", slow));
  sure(revokeHubToken(wire, { actorId: des.id, id: kept?.id ?? "", byId: BY }));
  t.match(await reading, { refused: "hub-token" }, "not even what was being read");
  const again = await dina.get("/desk/des/network/hub");
  const gone = await dina.submit(again, "/desk/des/network/hub/remove", { vat: "00743110157" });
  t.notMatch(gone.body, /Caseificio/);
});

t.test("all or nothing: one supplier without number, name or price and none is kept", async (t) => {
  const token = made();
  const blocks = (second: object) => {
    const file = JSON.parse(gdxpText({ supplier: { name: "Primo", vatNumber: "00488410010" } }));
    file.blocks.push({ supplier: { ...file.blocks[0].supplier, vatNumber: "00159560366", ...second } });
    return JSON.stringify(file);
  };
  const free = { products: [{ name: "Ceci", um: "Chili", orderInfo: { umPrice: 0 } }] };
  for (const [second, why] of [
    [{ vatNumber: "" }, "no-vat"],
    [{ vatNumber: "11111111111" }, "no-vat"],
    [{ vatNumber: "00488410010" }, "same-vat"],
    [{ name: "" }, "no-name"],
    [{ products: [] }, "no-prices"],
    [free, "no-prices"],
  ] as const) {
    const { lists } = readOk(blocks(second));
    t.match(readSentLists(lists), { refused: "hub-list-unclear", why });
  }
  t.equal((await send(token, blocks(free))).statusCode, 422);
  t.equal((await ask("/api/get/00488410010")).statusCode, 404);
  t.match((await send(token, blocks({}))).json(), { ok: true, lists: 2 });
});

t.test("C57 C24 B23 a bomb pushed is refused, and nothing of it stays", async (t) => {
  const token = made();
  const xml = '<!DOCTYPE g [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><gdxp>&b;</gdxp>';
  for (const [what, bytes] of [
    ["a workbook", Buffer.from("PK\u0003\u0004".padEnd(2000, "x"))],
    ["a table", Buffer.from("nome;prezzo\nCeci;3")],
    ["a million brackets", Buffer.from(`{"a":${"[".repeat(1_000_000)}`)],
    ["entities in entities", Buffer.from(xml)],
    ["nothing", Buffer.alloc(0)],
  ] as const)
    t.equal((await send(token, bytes)).statusCode, 422, what);
  t.equal((await send(made(), Buffer.alloc(5 * 1024 * 1024 + 1, 0x20))).statusCode, 413);
  const stranger = await send("a".repeat(26), Buffer.alloc(6 * 1024 * 1024));
  t.equal(stranger.statusCode, 401, "without a token nothing is read at all");
});

t.test("C26 C54 a hostile name stays text in the answers and on the desk", async (t) => {
  const name = '=HYPERLINK("x") <b>Orto</b>';
  const text = gdxpText({ supplier: { name, vatNumber: "07643520567" } });
  t.equal((await send(made(), text)).statusCode, 200);
  const file = await ask("/api/get/07643520567");
  t.equal(file.headers["x-content-type-options"], "nosniff");
  t.notMatch((await dina.get("/desk/des/network/hub")).body, /<b>Orto/);
});

t.test("C31 who pushes faster than a program would is asked to wait, each token for itself", async (t) => {
  const [token, other] = [made(), made()];
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++) statuses.push((await send(token, "x")).statusCode);
  t.same(statuses.slice(-2), [429, 429]);
  t.equal((await send(other, "x")).statusCode, 422);
});
