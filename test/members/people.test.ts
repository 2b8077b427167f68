// Those who administer look after the people: roles given and taken, named producers, who is shut out.
import t from "tap";
import { signInLink } from "../../src/members/actions.ts";
import { insertPerson, insertSeat, loadPerson } from "../../src/members/store.ts";
import type { Role } from "../../src/web/visitor.ts";
import type { Browser } from "../web/browser.ts";
import { buildMembers, ORIGIN, pathOf, setUpFano, type TestHouse } from "./house.ts";

const GAS = `${ORIGIN}/gas-fano`;
const MILL = { id: "https://mulino.example/mulino", name: "Mulino" };
const DAIRY = { id: "https://casaro.example/casaro", name: "Casaro" };

/** A person with these seats at GAS Fano, signed in. */
async function seat(house: TestHouse, name: string, ...roles: Role[]): Promise<Browser> {
  const id = name.toLowerCase();
  const email = `${id}@posta.example`;
  insertPerson(house.db.orm, { id, name, email, claimedEmail: email, createdAt: 0 });
  for (const role of roles) insertSeat(house.db.orm, { personId: id, actorId: GAS, role, createdAt: 0 });
  return enter(house, email);
}

async function enter(house: TestHouse, email: string): Promise<Browser> {
  const made = await signInLink(house, email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = house.browser();
  await browser.submit(await browser.get(pathOf(made.url)), pathOf(made.url));
  return browser;
}

const PEOPLE = "/desk/gas-fano/people";

t.test("who administers finds a person without minding accents, and gives them a role", async (t) => {
  const house = await buildMembers(t, { producers: [MILL, DAIRY] });
  const gino = await setUpFano(house);
  await seat(house, "Nicolò", "member");
  const found = await gino.get(`${PEOPLE}?find=nicolo`);
  t.match(found.body, /Nicolò/);
  t.notMatch(found.body, /Gino Bravi<\/a>/);
  t.match((await gino.get(`${PEOPLE}?find=zeno`)).body, /Nessuno così/);
  const path = `${PEOPLE}/nicolò`;
  const page = await gino.get(encodeURI(path));
  const saved = await gino.submit(page, encodeURI(`${path}/roles`), {
    roles: ["member", "referente"],
    producers: [MILL.id],
  });
  t.match(saved.body, /Salvato/);
  t.match(loadPerson(house.db.orm, "nicolò")?.seats, [
    { role: "member", producers: null },
    { role: "referente", producers: [MILL.id] },
  ]);
});

t.test("C44 a role that is taken away is gone at the next request, and a new one is there", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const ada = await seat(house, "Ada", "admin");
  t.equal((await ada.get(PEOPLE)).status, 200);
  const change = async (...roles: Role[]) =>
    gino.submit(await gino.get(`${PEOPLE}/ada`), `${PEOPLE}/ada/roles`, { roles });
  await change("treasurer");
  t.equal((await ada.get(PEOPLE)).status, 404, "without the role");
  await change("treasurer", "admin");
  t.equal((await ada.get(PEOPLE)).status, 200, "with it again");
});

t.test("the last who administers keeps the role and cannot be shut out", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const [me] = house.db.raw.prepare("SELECT id FROM people").pluck().all() as string[];
  const path = `${PEOPLE}/${me}`;
  const page = await gino.get(path);
  t.notMatch(page.body, /Sospendi l/, "nobody is offered to shut themselves out");
  t.equal((await gino.submit(page, `${path}/roles`, { roles: ["member"] })).status, 409);
  t.equal((await gino.get(PEOPLE)).status, 200, "nothing changed");
  const ada = await seat(house, "Ada", "admin");
  const theirs = await ada.get(path);
  t.match((await ada.submit(theirs, `${path}/disable`)).body, /spetta a chi cura il nodo/);
});

t.test("C44 who is shut out is signed out everywhere, and comes back with the roles they had", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const marta = await seat(house, "Marta", "member", "cashier");
  const path = `${PEOPLE}/marta`;
  await gino.submit(await gino.get(path), `${path}/disable`);
  t.equal((await marta.get("/account")).path, "/sign-in?next=%2Faccount");
  t.match(await signInLink(house, "marta@posta.example"), { refused: "no-such-person" });
  t.match((await gino.get(PEOPLE)).body, /accesso sospeso/);
  const back = await gino.submit(await gino.get(path), `${path}/enable`);
  t.notMatch(back.body, /Non può entrare/);
  const again = await enter(house, "marta@posta.example");
  t.match((await again.get("/")).body, /cassa e gasista|gasista e cassa/);
});

t.test("C4 a role of another kind of actor, a producer nobody knows, a person of another group: refused", async (t) => {
  const house = await buildMembers(t, { producers: [MILL] });
  const gino = await setUpFano(house);
  await seat(house, "Marta", "member");
  insertPerson(house.db.orm, { id: "stranger", name: "Zeno", createdAt: 0 });
  const page = await gino.get(`${PEOPLE}/marta`);
  const send = (fields: Record<string, string | string[]>, path = `${PEOPLE}/marta/roles`) =>
    gino.submit({ ...page, body: page.body.replaceAll(`${PEOPLE}/marta/roles`, path) }, path, fields);
  t.equal((await send({ roles: ["producer"] })).status, 400);
  t.equal((await send({ roles: ["referente"], producers: [DAIRY.id] })).status, 400);
  t.equal((await send({ roles: ["member"], nodeAdmin: "on" })).status, 400);
  t.equal((await send({ roles: ["admin"] }, `${PEOPLE}/stranger/roles`)).status, 404);
  t.match(loadPerson(house.db.orm, "marta")?.seats, [{ role: "member" }]);
  t.equal(loadPerson(house.db.orm, "stranger")?.seats.length, 0);
});

t.test(
  "C54 the table of members has addresses for who administers, none for who keeps the books, and is written down",
  async (t) => {
    const house = await buildMembers(t);
    const gino = await setUpFano(house);
    const tina = await seat(house, "Tina", "treasurer");
    const marta = await seat(house, "=Marta", "member");
    const all = await gino.get("/desk/gas-fano/people.csv");
    t.match(all.body, /Nome;Famiglia;Ruoli;E-mail/);
    t.match(all.body, /tina@posta\.example/);
    t.match(all.body, /'=Marta/, "no text becomes a formula");
    const some = await tina.get("/desk/gas-fano/people.csv");
    t.match(some.body, /Nome;Famiglia;Ruoli\r\n/);
    t.notMatch(some.body, /@/);
    t.equal((await marta.get("/desk/gas-fano/people.csv")).status, 404);
    t.match((await gino.get("/desk/gas-fano/audit?only=export")).body, /Ha scaricato una tabella<\/strong> Tina/);
  },
);
