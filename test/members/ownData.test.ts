// A person takes their data home, all of them and nobody else's; and leaves for good, with what they booked and paid left without a name.
import t from "tap";
import { PERSONAL_TABLES } from "../../src/members/privacy/dataMap.ts";
import { erasePerson, replayErasures } from "../../src/members/privacy/erasureActions.ts";
import { listBookedNames, listPersonRows } from "../../src/members/privacy/personDataStore.ts";
import { writePersonFile } from "../../src/members/privacy/personFile.ts";
import { insertPerson, insertSeat, loadPersonRow } from "../../src/members/store.ts";
import { words } from "../../src/web/words.ts";
import { canaryOf, findCanaries, MARK, plantPerson } from "./canaries.ts";
import { buildMembers, ORIGIN, setUpFano, signInAs, type TestHouse } from "./house.ts";

const GAS = `${ORIGIN}/gas-fano`;
const SETTLED = () => ({ balanceCents: 0, reservedCents: 0, depositCents: 0 });

function seat(house: TestHouse, id: string, name: string): string {
  const email = `${id}@posta.example`;
  insertPerson(house.db.orm, { id, name, email, claimedEmail: email, createdAt: 0 });
  insertSeat(house.db.orm, { personId: id, actorId: GAS, role: "member", createdAt: 0 });
  return email;
}

function fileOf({ db }: TestHouse, personId: string): string {
  const source = {
    describe: (key: string) => words("it")(`privacy.${key}`),
    rowsOf: (map: (typeof PERSONAL_TABLES)[number]) => listPersonRows(db, map, personId),
    names: () => listBookedNames(db, personId),
  };
  return [...writePersonFile({ origin: ORIGIN, personId, at: 0 }, source)].join("");
}

t.test("C51 the file has every column the data map promises, of this person, and not a word of another", async (t) => {
  const house = await buildMembers(t);
  plantPerson(house.db, "anna");
  plantPerson(house.db, "bruno");
  const text = fileOf(house, "anna");
  const { data } = JSON.parse(text) as { data: Record<string, { rows: Record<string, unknown>[] }> };
  const promised = PERSONAL_TABLES.filter(({ exported }) => exported.length > 0);
  t.same(Object.keys(data).sort(), promised.map(({ table }) => table).sort());
  for (const { table, exported, held } of promised) {
    t.equal(data[table]?.rows.length, 1, table);
    t.same(Object.keys(data[table]?.rows[0] ?? {}), [...exported], table);
    for (const column of held)
      t.notOk(text.includes(canaryOf("anna", table, column)), `${table}.${column} is held back`);
  }
  t.notOk(text.includes(`bruno`), "nothing of the other");
});

t.test("C51 two people of one household each have its bookings, and neither the other's name", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  seat(house, "marta", "Marta Rossi");
  seat(house, "piero", "Piero Neri");
  const home = house.db.raw
    .prepare("SELECT household_id FROM household_people WHERE person_id = 'marta'")
    .pluck()
    .get();
  house.db.raw.prepare("UPDATE household_people SET household_id = ? WHERE person_id = 'piero'").run(home);
  t.match(fileOf(house, "piero"), String(home));
  t.notMatch(fileOf(house, "marta"), /Piero|piero/);
});

t.test("C51 the file is taken by who signed in lately, and that is written down", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const marta = await signInAs(house, seat(house, "marta", "Marta Rossi"));
  const page = await marta.get("/account/data");
  t.match(page.body, /Scarica i miei dati/);
  const file = await marta.submit(page, "/account/data");
  t.equal(file.status, 200);
  t.match(JSON.parse(file.body), { format: "filiera-person/1", person: "marta" });
  t.match((await gino.get("/node/audit?only=export")).body, /Ha scaricato i suoi dati<\/strong> Marta Rossi/);
  house.clock.at += 30 * 60_000;
  t.equal((await marta.submit(page, "/account/data")).status, 401, "half an hour later one signs in again");
});

t.test(
  "C52 whoever is erased leaves no word but in the columns that the data map keeps, and the others stay as they were",
  async (t) => {
    const house = await buildMembers(t);
    const { db } = house;
    plantPerson(db, "anna");
    plantPerson(db, "bruno");
    const before = fileOf(house, "bruno");
    const desk = { ...house, standingOf: SETTLED, openOrdersOf: () => [], keepErasure: () => {} };
    t.same(erasePerson(desk, "anna", "anna"), { erased: "anna" });
    const kept = PERSONAL_TABLES.flatMap(({ table, erased, exported, held, plain }) => {
      const columns = [...exported, ...held, ...plain];
      if (erased === "row") return [];
      const gone = erased === "kept" ? [] : Object.values(erased).flat();
      return columns.filter((column) => !gone.includes(column)).map((column) => `${table}.${column}`);
    });
    t.same(
      findCanaries(db, "anna").filter((place) => !kept.includes(place)),
      [],
    );
    const free = ["people", "households", "friends", "baskets", "bookings", "passwords", "sessions", "notice_queue"];
    const texts = findCanaries(db, "anna").filter((place) =>
      /\.(name|email|note|subject|body|device|label)$/.test(place),
    );
    t.same(
      texts.filter((place) => free.includes(place.split(".")[0]!)),
      [],
    );
    t.equal(fileOf(house, "bruno"), before);
    t.ok(before.includes(MARK));
    t.match(loadPersonRow(db.orm, "anna"), { name: "Gasista che ha lasciato", email: null, claimedEmail: null });
  },
);

t.test(
  "C52 open bookings, an open account and the last who administers are said before anything happens",
  async (t) => {
    const open = { orders: ["Arance"], balanceCents: 0 };
    const house = await buildMembers(t, {
      openOrdersOf: () => open.orders,
      standingOf: () => ({ balanceCents: open.balanceCents, reservedCents: 0, depositCents: 0 }),
    });
    const gino = await setUpFano(house);
    t.match((await gino.get("/account/data")).body, /unica persona che amministra/);
    const marta = await signInAs(house, seat(house, "marta", "Marta Rossi"));
    const page = await marta.get("/account/data");
    t.match(page.body, /ancora aperte: Arance/);
    t.notMatch(page.body, /action="\/account\/erase"/);
    open.orders = [];
    open.balanceCents = -1250;
    t.match((await marta.get("/account/data")).body, /12,50/);
    open.balanceCents = 0;
    const ready = await marta.get("/account/data");
    open.balanceCents = 1;
    t.equal((await marta.submit(ready, "/account/erase", { sure: "on" })).status, 409, "what came between counts");
    t.match(loadPersonRow(house.db.orm, "marta"), { erasedAt: null });
    t.same(house.erasures, []);
  },
);

t.test("C52 who erases themselves is out at once, everywhere, and the list beside the database has them", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const email = seat(house, "marta", "Marta Rossi");
  const [phone, desk] = [await signInAs(house, email), await signInAs(house, email)];
  const page = await phone.get("/account/data");
  t.equal((await phone.submit(page, "/account/erase")).status, 422, "without the tick nothing happens");
  t.match((await phone.submit(page, "/account/erase", { sure: "on" })).body, /Account cancellato/);
  for (const browser of [phone, desk]) t.equal((await browser.get("/account")).path, "/sign-in?next=%2Faccount");
  t.match(house.erasures, [{ personId: "marta", at: house.clock.at }]);
  t.notMatch((await gino.get("/desk/gas-fano/people")).body, /Marta|lasciato/);
  t.match((await gino.get("/node/audit")).body, /Account cancellato/);
  t.notMatch((await gino.get("/node/audit")).body, /Marta Rossi/);
});

t.test("C52 who administers erases somebody of theirs alone; who looks after the node, anybody", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  seat(house, "marta", "Marta Rossi");
  const ada = await signInAs(house, seat(house, "ada", "Ada Verdi"));
  insertSeat(house.db.orm, { personId: "ada", actorId: GAS, role: "admin", createdAt: 0 });
  const raw = house.db.raw;
  raw
    .prepare("INSERT INTO actors (id, handle, kind, name, created_at, updated_at) VALUES ('x', 'x', 'gas', 'X', 0, 0)")
    .run();
  raw.prepare("INSERT INTO seats (person_id, actor_id, role, created_at) VALUES ('marta', 'x', 'member', 0)").run();
  const path = "/desk/gas-fano/people/marta";
  const asked = await ada.submit(await ada.get(path), `${path}/erase`, { sure: "on" });
  t.equal(asked.status, 409, "she sits elsewhere too");
  t.equal((await gino.submit(await gino.get(path), `${path}/erase`, { sure: "on" })).path, "/desk/gas-fano/people");
  t.ok(loadPersonRow(house.db.orm, "marta")?.erasedAt);
});

t.test("C52 on data from before it an erasure is done again, once", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  seat(house, "marta", "Marta Rossi");
  const list = [{ personId: "marta" }, { personId: "nessuno" }];
  t.equal(replayErasures(house, list, house.clock.at), 1);
  t.match(loadPersonRow(house.db.orm, "marta"), { name: "Gasista che ha lasciato", email: null });
  t.equal(replayErasures(house, list, house.clock.at), 0);
});
