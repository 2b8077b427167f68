// The fund's desk and a household's gift, filled in and sent as a browser without script does.
import t from "tap";
import { createKeyring } from "../../../src/activitypub/actors.ts";
import { createPost } from "../../../src/activitypub/outbox.ts";
import { noticeCycle, saveCopy } from "../../../src/catalogs/announced/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { moveMoney } from "../../../src/ledger/moneyActions.ts";
import { loadBalance } from "../../../src/ledger/store.ts";
import { householdOf, insertFriend } from "../../../src/members/households/householdStore.ts";
import { createOrder } from "../../../src/orders/actions.ts";
import { nameFamily } from "../../../src/orders/solidarity/familyActions.ts";
import { insertSuspendedFriend, listFamilies } from "../../../src/orders/solidarity/store.ts";
import { sitDown } from "../../partners/desks.ts";
import { startNodes } from "../../tools/nodes.ts";
import { openBrowser } from "../../web/browser.ts";
import { CYCLE, copyOf, GOODS, GROVE, makePact, PLAN, sure } from "../group.ts";

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
  const anew = await laura.submit(await laura.get(DESK), `${DESK}/code`, { family: family!.id });
  t.match(anew.body, /Codice per il servizio che segue la Famiglia/);
  t.equal((await laura.submit(await laura.get(DESK), `${DESK}/link`, { code })).status, 422, "the first opens nothing");
  clock.advance({ minutes: 40 });
  t.equal((await laura.submit(await laura.get(DESK), `${DESK}/code`, { family: family!.id })).status, 401);
  clock.advance({ minutes: -40 });
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

t.test("the counter keeps who is not there, until nobody is left or one comes after all", async (t) => {
  const rita = await sitDown(nodes.gas, "rita", "fano", "referente");
  const { db } = node;
  const house = { db, clock, origin, secret: Buffer.alloc(32), mailer: null, language: "it" } as const;
  for (const points of [4, 3]) sure(nameFamily(house, gas.id, { points, capCents: 0, service: "" }, "tina"));
  const trees = listFamilies(orm, gas.id).toSorted((a, b) => b.points - a.points);
  const orderId = leaveHoney();
  const path = `/desk/fano/orders/${orderId}/delivery/suspended`;
  let page = await rita.submit(await rita.get(path), `${path}/give`);
  for (const [i, { name }] of trees.entries()) {
    t.match(page.body, `Alla ${name}`);
    page = await rita.submit(page, `${path}/give`);
    t.match(page.body, new RegExp(`Non c&#39;erano[\\s\\S]*${name}`), "kept, whoever opens the page");
    if (i === trees.length - 1) t.match(page.body, /Nessun&#39;altra famiglia è qui/);
  }
  t.match((await rita.submit(page, `${path}/arrived`)).body, /Dai alla prossima famiglia/);
});

/** An order at its counter, in which marta's household left a jar of honey. Returns its id. */
function leaveHoney(): string {
  const { db } = node;
  const personIdOf = (name: string) =>
    String(db.raw.prepare("SELECT id FROM people WHERE name = ? COLLATE NOCASE").pluck().get(name));
  const personId = personIdOf("rita");
  const at = clock.now();
  const key = { actorId: gas.id, producerId: GROVE, cycleIri: CYCLE };
  transact(db, (tx) => {
    makePact(tx, gas.id);
    noticeCycle(tx, key, null, at);
    saveCopy(tx, key, { ...copyOf(GOODS), startsAt: at - 86_400_000, endsAt: at + 30 * 86_400_000 }, at, null);
  });
  const keyring = createKeyring(Buffer.alloc(32));
  const buying = { db, clock, keyring, post: createPost(db, keyring, () => {}) };
  const { id } = sure(
    createOrder(buying, {
      ...key,
      personId,
      plan: { ...PLAN, closesAt: at + 86_400_000 * 7, pickups: [] },
      lines: GOODS.map(({ id }) => ({
        lineIri: id,
        rules: {
          stepThousandths: 1000,
          minThousandths: 0,
          maxThousandths: null,
          advisedMaxThousandths: null,
          orderMinThousandths: null,
          orderMaxThousandths: null,
          caseMode: "none" as const,
          isCut: false,
        },
      })),
    }),
  );
  const householdId = householdOf(orm, gas.id, personIdOf("marta"))!.id;
  const friendId = insertFriend(orm, gas.id, householdId, "Spesa sospesa", at);
  insertSuspendedFriend(orm, gas.id, householdId, friendId);
  // As it stands once the goods are here: how they came is told elsewhere.
  db.raw.prepare("UPDATE orders SET state = 'delivering' WHERE id = ?").run(id);
  db.raw
    .prepare("INSERT INTO order_deliveries VALUES (?, ?, 2, ?, ?, 1000, NULL, NULL, 0)")
    .run(id, householdId, friendId, gas.id);
  return id;
}

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
