// The fund's desk and a household's gift, filled in and sent as a browser without script does.
import t from "tap";
import { transact } from "../../../src/db/transact.ts";
import { moveMoney } from "../../../src/ledger/moneyActions.ts";
import { loadBalance } from "../../../src/ledger/store.ts";
import { listFamilies } from "../../../src/orders/solidarity/store.ts";
import { sitDown } from "../../partners/desks.ts";
import { startNodes } from "../../tools/nodes.ts";
import { openBrowser } from "../../web/browser.ts";
import { sure } from "../group.ts";

const DESK = "/desk/fano/solidarity";
const { nodes, clock } = await startNodes(t, ["gas"]);
const { node, origin } = nodes.gas;
const { orm } = node.db;
const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
nodes.gas.addActor({ kind: "gas", handle: "pesaro", name: "GAS Pesaro" });
const tina = await sitDown(nodes.gas, "tina", "fano", "treasurer");
const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
const marta = await sitDown(nodes.gas, "marta", "fano", "member");
const ugo = await sitDown(nodes.gas, "ugo", "pesaro", "treasurer");
const stranger = openBrowser(node.app, origin);
const fill = (cents: number) =>
  transact(node.db, (tx) =>
    sure(
      moveMoney(
        tx,
        { kind: "donation", householdId: null, till: "bank", cents },
        {
          ...{ actorId: gas.id, businessKey: "festa", memo: "", at: clock.now() },
          personId: "tina",
          ownHouseholdId: null,
        },
      ),
    ),
  );

t.test("C54 C45 the families and the fund are the business of who keeps the books or administers", async (t) => {
  for (const path of [DESK, `${DESK}/rules`]) {
    t.not((await marta.get(path)).status, 200);
    t.notMatch((await stranger.get(path)).body, /Fondo di solidarietà/);
    t.not((await ugo.get(path)).status, 200, "C2 of another group");
  }
  t.notMatch((await stranger.get("/fano")).body, /Fondo di solidarietà/, "a group that has none says nothing");
});

t.test("a family has a tree, a code that is shown once and a link for its phone", async (t) => {
  const form = { service: "Sportello Aurora", points: "5", cap: "40" };
  const wrong = await laura.submit(await laura.get(DESK), `${DESK}/families`, { ...form, cap: "tanto" });
  t.equal(wrong.status, 422);
  const desk = await laura.get(DESK);
  const made = await laura.submit(desk, `${DESK}/families`, form);
  t.match(made.body, /Codice per il servizio che segue la Famiglia [A-Z]/);
  const [code = "", url = ""] = [...made.body.matchAll(/<p class="copy">([^<]+)</g)].map(([, text]) => text);
  t.match(code, /^[a-z2-7]{26}$/);
  t.notOk((await laura.get(DESK)).body.includes(code), "and never again");
  const again = await laura.submit(desk, `${DESK}/families`, form);
  t.match(again.body, /È già fatto: guarda nell&#39;elenco|È già fatto: guarda nell'elenco/, "A48 sent twice");
  t.notMatch(again.body, /class="copy"/);
  t.equal(listFamilies(orm, gas.id).length, 1);
  const phone = openBrowser(node.app, origin);
  const { pathname } = new URL(url);
  const door = await phone.get(pathname);
  t.match(door.body, /Qui vi chiameremo Famiglia/);
  t.notMatch(door.body, /name="(?:name|email)"/, "neither name nor address is asked");
  t.equal((await phone.submit(door, pathname)).status, 200);
  const [family] = listFamilies(orm, gas.id);
  t.match((await phone.get("/account")).body, family?.name ?? "?");
  const lost = await laura.submit(await laura.get(DESK), `${DESK}/link`, { code });
  t.match(lost.body, /\/invitation\//);
  t.match((await phone.get("/account")).path, /^\/sign-in/, "what was open on the lost phone has ended");
  t.equal((await laura.submit(await laura.get(DESK), `${DESK}/link`, { code: "boh" })).status, 422);
});

t.test(
  "C3 the treasurer shares out what the page shows, after a sign-in of the last half hour; who administers does not",
  async (t) => {
    fill(8000);
    const page = await tina.get(DESK);
    t.match(page.body, /40,00/);
    t.notMatch((await laura.get(DESK)).body, /solidarity\/share"/);
    clock.advance({ minutes: 40 });
    t.equal((await tina.submit(page, `${DESK}/share`)).status, 401);
    const [family] = listFamilies(orm, gas.id);
    const balance = () => loadBalance(orm, gas.id, { kind: "household", ref: family!.householdId });
    t.equal(balance(), 0);
    clock.advance({ minutes: -40 });
    const done = await tina.submit(page, `${DESK}/share`);
    t.match(done.body, /Fatto: il fondo è distribuito/);
    t.equal(balance(), 4000);
    await tina.submit(page, `${DESK}/share`);
    t.equal(balance(), 4000, "A48 sent twice");
  },
);

t.test("B38 everybody reads about how much the fund holds, once it has rules; no number of few families", async (t) => {
  const rules = { perOrder: "0,50", monthlyPercent: "40" };
  const saved = await tina.submit(await tina.get(DESK), `${DESK}/rules`, rules);
  t.match(saved.body, /Salvato/);
  const page = await stranger.get("/fano");
  t.match(page.body, /circa 40,00/);
  t.match(page.body, /alcune famiglie/);
});

t.test("a household finds what the group proposes, and gives nothing before it says so", async (t) => {
  const path = `${DESK}/gift`;
  const page = await marta.get(path);
  t.match(page.body, /name="amount"[^>]* value="0,50"/);
  t.equal(node.db.raw.prepare("SELECT count(*) FROM solidarity_gifts").pluck().get(), 0);
  t.equal((await marta.submit(page, path, { amount: "-1" })).status, 422);
  t.match((await marta.submit(page, path, { amount: "1,00", roundsUp: "on" })).body, /Salvato/);
  t.equal(node.db.raw.prepare("SELECT cents_per_order FROM solidarity_gifts").pluck().get(), 100);
  await marta.submit(page, path, { amount: "" });
  t.equal(node.db.raw.prepare("SELECT count(*) FROM solidarity_gifts").pluck().get(), 0);
});

t.test("the list of people, the log and the letters know the family by its tree alone", async (t) => {
  const people = await laura.get("/desk/fano/people.csv");
  t.match(people.body, /Famiglia/);
  t.notMatch(people.body, /Aurora/);
  const log = await laura.get("/desk/fano/audit");
  t.match(log.body, /Una famiglia col nome di un albero/);
  t.notMatch(log.body, /Sportello Aurora/);
  const letters = node.db.raw.prepare("SELECT json FROM activities").pluck().all() as string[];
  t.notOk(letters.some((body) => /Famiglia|Aurora/.test(String(body))));
});
