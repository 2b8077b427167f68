// Stars on products: found again in the next order, told of once when they are back, and nobody else's business.
import t, { type Test } from "tap";
import { saveWantedMirror } from "../../src/catalogs/mirror/store.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { saveMuted } from "../../src/members/notices/noticeStore.ts";
import { changeFavourite, favouriteClockTasks } from "../../src/orders/favourites/actions.ts";
import { canBeHad, FAVOURITES_MAX, productsToHave } from "../../src/orders/favourites/favourite.ts";
import { listFavourites } from "../../src/orders/favourites/store.ts";
import { orderNoticeTasks } from "../../src/orders/notices/noticeActions.ts";
import { insertOrder, saveLine } from "../../src/orders/store.ts";
import { sitDown } from "../partners/desks.ts";
import { startNodes } from "../tools/nodes.ts";
import { CLOSING, GROVE, makeGroup, PLAN, sure } from "./group.ts";
import { line } from "./oranges.ts";

const HONEY = { productIri: `${GROVE}/catalog/2`, producerId: GROVE, name: "Miele" };
const ORANGES = { productIri: `${GROVE}/catalog/1`, producerId: GROVE, name: "Arance" };

t.test("a product can be had while its line is offered and something is left of it", async (t) => {
  const few = line(1, { productIri: "few", availableThousandths: 5000 });
  t.ok(canBeHad(few, 4999));
  t.notOk(canBeHad(few, 5000), "all of it is booked");
  t.notOk(canBeHad({ ...few, isOffered: false }, 0), "taken off the list");
  t.ok(canBeHad(line(2), 9_000_000), "as much as one likes");
  const lines = [few, line(2, { productIri: "many" })];
  t.same([...productsToHave(lines, new Map([[1, 5000]]))], ["many"]);
});

/** A group with Marta and Ada that writes mail; `tell` runs the clock's part and says what is owed since. */
function start(t: Test) {
  const group = makeGroup(t);
  const { db, clock } = group;
  const mailer = { send: async () => ({}) as never, close: () => {} } as never;
  const house = {
    db,
    clock,
    origin: "https://g.example",
    secret: Buffer.alloc(32, 7),
    language: "it",
    mailer,
  } as const;
  const [marta, ada] = [group.addMember("marta"), group.addMember("ada")];
  db.raw.exec("UPDATE people SET email = id || '@posta.example', claimed_email = id");
  const owed = db.raw.prepare("SELECT person_id AS who, kind, body FROM notice_queue ORDER BY id");
  let seen = 0;
  const tell = async () => {
    for (const { run } of favouriteClockTasks(house)) await run(clock.at);
    const all = owed.all() as { who: string; kind: string; body: string }[];
    const fresh = all.slice(seen);
    seen = all.length;
    return fresh;
  };
  return { group, house, marta, ada, tell };
}

t.test(
  "A46 who waits for a product is told once when an order has it, with all that is back in one mail",
  async (t) => {
    const { group, house, marta, ada, tell } = start(t);
    for (const product of [HONEY, ORANGES]) t.equal(changeFavourite(house, marta, product, "ask"), null);
    changeFavourite(house, ada, HONEY, "star");
    t.same(await tell(), [], "no order has it");
    const order = group.open();
    const honey = order.lines.find(({ goods }) => goods.name === "Miele")!;
    saveLine(group.db.orm, order.id, { ...honey, isOffered: false });
    t.match(await tell(), [{ who: "marta", kind: "favourite", body: /- Arance\n\n[\s\S]*book\?only=starred/ }]);
    saveLine(group.db.orm, order.id, { ...honey, isOffered: true });
    const [mail, ...more] = await tell();
    t.match(mail, { who: "marta", body: /- Miele/ }, "Ada put a star on it, and asked for nothing");
    t.notMatch(mail?.body, "Arance");
    t.same(more, []);
    t.same(await tell(), [], "once");
    t.same(
      listFavourites(group.db.orm, marta).map(({ name, askedAt }) => [name, askedAt]),
      [
        ["Arance", null],
        ["Miele", null],
      ],
      "the stars stay",
    );
  },
);

t.test("nobody is told who took it back, whose order is over, or who left the group", async (t) => {
  const { group, house, marta, ada, tell } = start(t);
  changeFavourite(house, marta, HONEY, "ask");
  changeFavourite(house, marta, HONEY, "unask");
  changeFavourite(house, marta, ORANGES, "unask");
  t.equal(listFavourites(group.db.orm, marta).length, 1, "taking back what was not asked makes no star");
  changeFavourite(house, ada, HONEY, "ask");
  group.open();
  group.clock.at = CLOSING;
  t.same(await tell(), [], "its hour has come");
  group.clock.at = CLOSING - 1;
  group.db.raw.prepare("UPDATE households SET left_at = 1 WHERE id = ?").run(ada.householdId);
  t.same(await tell(), []);
  t.equal(listFavourites(group.db.orm, ada)[0]?.askedAt, null);
});

t.test(
  "asking switches that mail on again, a star taken away takes the waiting with it, and there is an end",
  async (t) => {
    const { group, house, marta, tell } = start(t);
    saveMuted(group.db.orm, "marta", "favourite", true, 0);
    changeFavourite(house, marta, HONEY, "ask");
    changeFavourite(house, marta, ORANGES, "ask");
    changeFavourite(house, marta, ORANGES, "unstar");
    group.open();
    t.match(
      (await tell()).map(({ body }) => /- (\w+)\n/.exec(body)?.[1]),
      ["Miele"],
    );
    for (let i = 1; i < FAVOURITES_MAX; i++)
      t.equal(changeFavourite(house, marta, { ...ORANGES, productIri: `${GROVE}/catalog/x${i}` }, "star"), null);
    const refused = sure({ answer: changeFavourite(house, marta, ORANGES, "star") }).answer;
    t.match(refused, { refused: "too-many-favourites", limit: FAVOURITES_MAX });
    t.ok(isRefusal(refused));
    t.equal(changeFavourite(house, marta, HONEY, "star"), null, "what has one already is no more");
  },
);

t.test("A46 who follows a producer hears of its orders also with openings switched off, and never twice", async (t) => {
  const { group, house, marta, ada } = start(t);
  const { orm } = group.db;
  for (const name of ["marta", "ada"]) saveMuted(orm, name, "order-opened", true, 0);
  group.addMember("ugo");
  group.addMember("elsa");
  group.db.raw.exec("UPDATE people SET email = id || '@posta.example', claimed_email = id");
  const elsa = { personId: "elsa", actorId: group.gas.id };
  const whole = { productIri: GROVE, producerId: GROVE, name: "Agrumeto" };
  for (const who of [marta, elsa]) changeFavourite(house, who, whole, "ask");
  changeFavourite(house, ada, whole, "star");
  const told = async () => {
    for (const { run } of [...orderNoticeTasks(house), ...favouriteClockTasks(house)]) await run(group.clock.at);
    return group.db.raw.prepare("SELECT person_id, kind FROM notice_queue ORDER BY 1").raw().all() as string[][];
  };
  group.open();
  const kinds = [
    ["elsa", "order-opened"],
    ["marta", "favourite"],
    ["ugo", "order-opened"],
  ];
  t.same(await told(), kinds, "Ada put a star on it, and asked for nothing");
  t.same(await told(), kinds, "once");
  saveMuted(orm, "marta", "favourite", true, 0);
  changeFavourite(house, elsa, whole, "unask");
  saveMuted(orm, "elsa", "order-opened", true, 0);
  group.open({ name: "Un altro" });
  t.same(
    (await told()).filter(([name]) => name !== "ugo"),
    kinds.slice(0, 2),
    "who wants no more is not written to",
  );
});

t.test("a producer is followed from its list, found among the favourites, and left again", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"], {}, [
    "--smtp-url",
    "smtp://127.0.0.1:1",
    "--mail-from",
    "n@gas.example",
  ]);
  const { db } = nodes.gas.node;
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const mirror = { actorId: gas.id, producerId: GROVE, catalogIri: `${GROVE}/catalog`, termsKey: "" };
  saveWantedMirror(db.orm, mirror, clock.at);
  const marta = await sitDown(nodes.gas, "marta", "fano", "member");
  const rita = await sitDown(nodes.gas, "rita", "fano", "referente");
  const path = `/desk/fano/mirrors?producer=${encodeURIComponent(GROVE)}`;
  const list = await marta.get(path);
  t.match(list.body, "Scrivimi quando apre un suo ordine");
  t.notMatch((await rita.get(path)).body, "Scrivimi", "who books nothing follows nobody");
  const followed = await marta.submit(list, "/desk/fano/favourites", { ask: GROVE });
  t.equal(followed.path, path, "back to the list");
  t.match(followed.body, "Non scrivermi più dei suoi ordini");
  const mine = await marta.get("/desk/fano/favourites");
  t.match(mine.body, /Produttore[\s\S]*Adesso non ha ordini aperti[\s\S]*Non scrivermi più/);
  const left = await marta.submit(mine, "/desk/fano/favourites", { unask: GROVE });
  t.match(left.body, "Scrivimi quando apre un suo ordine");
  const facts = { actorId: gas.id, producerId: GROVE, cycleIri: null, thread: null, revision: 0, closedAt: null };
  const times = { createdAt: clock.at, updatedAt: clock.at, cancelReason: null, needsPerson: null };
  const closesAt = Math.floor(clock.at / 60_000) * 60_000 + 86_400_000;
  const open = { state: "open" as const, id: "o".repeat(26), lines: [line(1)], pickups: [] };
  const order = { ...PLAN, ...facts, ...times, ...open, closesAt };
  insertOrder(db.orm, order, { createdBy: null, madeFrom: null, recurrenceId: null });
  t.match((await marta.get("/desk/fano/favourites")).body, `href="/desk/fano/orders/${order.id}/book"`);
  const gone = await marta.submit(left, "/desk/fano/favourites", { unstar: GROVE });
  t.match(gone.body, "Ancora nessun preferito");
  const stranger = { ask: "https://altrove.example/x" };
  t.equal((await marta.submit(list, "/desk/fano/favourites", stranger)).status, 404, "only whose list the group reads");
});

t.test("C45 a star is put and taken away without script, filters the order, and no other person sees it", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"]);
  const { db } = nodes.gas.node;
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const marta = await sitDown(nodes.gas, "marta", "fano", "member");
  const ada = await sitDown(nodes.gas, "ada", "fano", "member");
  const rita = await sitDown(nodes.gas, "rita", "fano", "referente");
  const facts = { actorId: gas.id, producerId: GROVE, cycleIri: null, thread: null, revision: 0, closedAt: null };
  const times = { createdAt: clock.at, updatedAt: clock.at, cancelReason: null, needsPerson: null };
  const closesAt = Math.floor(clock.at / 60_000) * 60_000 + 86_400_000;
  const lines = [line(1), line(2, { name: "Miele", productIri: HONEY.productIri, availableThousandths: 0 })];
  const order = {
    ...PLAN,
    ...facts,
    ...times,
    closesAt,
    pickups: [],
    state: "open" as const,
    id: "o".repeat(26),
    lines,
  };
  insertOrder(db.orm, order, { createdBy: null, madeFrom: null, recurrenceId: null });
  const book = `/desk/fano/orders/${order.id}/book`;
  const page = await marta.get(book);
  t.match(page.body, /aria-label="Preferito: Miele"/);
  t.notMatch(page.body, "Avvisami", "a node without mail promises none");
  const starred = await marta.submit(page, `${book}/star`, { star: "2" });
  t.match([starred.status, starred.path], [200, `${book}#line-2`]);
  t.match(starred.body, /name="unstar" value="2" aria-pressed="true"/);
  const only = (await marta.get(`${book}?only=starred`)).body;
  t.match(only, "Miele");
  t.notMatch(only, "Arance");
  const list = await marta.get("/desk/fano/favourites");
  t.match(list.body, /Miele[\s\S]*Adesso non si prenota/);
  for (const other of [ada, rita]) t.notMatch((await other.get(book)).body, 'aria-pressed="true"');
  t.match((await ada.get("/desk/fano/favourites")).body, "Ancora nessun preferito");
  t.equal((await rita.get("/desk/fano/favourites")).status, 404, "stars are members'");
  const wrongs: Record<string, string>[] = [{ star: "9" }, { star: "x" }, {}, { star: "1", unstar: "1" }];
  for (const wrong of wrongs)
    t.ok([400, 404].includes((await marta.submit(page, `${book}/star`, wrong)).status), JSON.stringify(wrong));
  const unknown = await marta.submit(list, "/desk/fano/favourites", { star: "https://altrove.example/x" });
  t.equal(unknown.status, 404, "only what the group's lists hold");
  const gone = await marta.submit(list, "/desk/fano/favourites", { unstar: HONEY.productIri, back: "//male.example" });
  t.match([gone.path, gone.body], ["/desk/fano/favourites", /Ancora nessun preferito/]);
  t.equal(db.raw.prepare("SELECT count(*) FROM activities").pluck().get(), 0, "nothing left the node");
});
