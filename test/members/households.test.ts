// Households: each member's seat comes with one, a database from before gets them, friends come and go.
import { readdirSync, readFileSync } from "node:fs";
import t from "tap";
import { openDatabase } from "../../src/db/open.ts";
import { isId } from "../../src/kernel/ids.ts";
import { acceptInvitation, invite } from "../../src/members/actions.ts";
import { addFriend, removeFriend, renameHousehold } from "../../src/members/households/householdActions.ts";
import {
  householdOf,
  listAllFriends,
  listFriends,
  listHouseholdPeople,
  listHouseholds,
  loadHousehold,
} from "../../src/members/households/householdStore.ts";
import { insertSeat } from "../../src/members/store.ts";
import { buildMembers, ORIGIN, setUpFano, type TestHouse } from "./house.ts";

const GAS = `${ORIGIN}/gas-fano`;

const SQUARE = { balanceCents: 0, reservedCents: 0, depositCents: 0 };

function welcome(house: TestHouse, name: string, role: "member" | "treasurer" = "member"): string {
  const { url } = invite(house, { actorId: GAS, role, email: null });
  const taken = acceptInvitation(house, url.split("/").at(-1)!, { name, email: null }, () => SQUARE);
  if ("refused" in taken) throw new Error(taken.refused);
  return taken.personId;
}

t.test("whoever takes a member's seat has a household of their own, listed among the people", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const marta = welcome(house, "Marta Verdi");
  const theirs = householdOf(house.db.orm, GAS, marta);
  t.match(theirs, { name: "Marta Verdi", actorId: GAS, joinedAt: house.clock.at, leftAt: null });
  t.ok(isId(theirs!.id));
  t.match((await gino.get("/desk/gas-fano/people")).body, /Famiglie[\s\S]*Marta Verdi/);
  t.match(loadHousehold(house.db.orm, GAS, theirs!.id), theirs!);
});

t.test("a seat that does not book brings no household, and a second member's seat no second one", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const treasurer = welcome(house, "Pia Neri", "treasurer");
  t.equal(householdOf(house.db.orm, GAS, treasurer), undefined);
  t.same(listHouseholds(house.db.orm, GAS), []);
  for (const createdAt of [1, 2])
    insertSeat(house.db.orm, { personId: treasurer, actorId: GAS, role: "member", createdAt });
  t.match(listHouseholds(house.db.orm, GAS), [{ name: "Pia Neri", joinedAt: 1 }]);
  t.match(listHouseholdPeople(house.db.orm, GAS), [{ personId: treasurer, name: "Pia Neri" }]);
});

t.test("a household has its name and its friends; one taken off is still known to old orders", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const { id: householdId } = householdOf(house.db.orm, GAS, welcome(house, "Marta Verdi"))!;
  const key = { actorId: GAS, householdId };
  t.match(renameHousehold(house, key, " Verdi e Bianchi "), { name: "Verdi e Bianchi" });
  t.match(renameHousehold(house, key, " "), { refused: "bad-name" });
  t.match(renameHousehold(house, { ...key, actorId: `${ORIGIN}/other` }, "X"), { refused: "not-found" });
  const added = addFriend(house, key, "Zia Ada");
  if ("refused" in added) return t.fail(added.refused);
  t.match((await gino.get("/desk/gas-fano/people")).body, /Verdi e Bianchi[\s\S]*Prenota anche per Zia Ada/);
  t.match(removeFriend(house, key, added.friendId), { removed: added.friendId });
  t.match(removeFriend(house, key, added.friendId), { refused: "not-found" });
  t.same(listFriends(house.db.orm, householdId), []);
  t.match(listAllFriends(house.db.orm, GAS), [{ name: "Zia Ada", isRemoved: true }]);
});

t.test("a household books for fifty friends at most", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const { id: householdId } = householdOf(house.db.orm, GAS, welcome(house, "Marta Verdi"))!;
  const key = { actorId: GAS, householdId };
  for (let n = 0; n < 50; n++) addFriend(house, key, `Amica ${n}`);
  t.match(addFriend(house, key, "Una di troppo"), { refused: "too-many-friends", limit: 50 });
});

t.test("a node from before households gets one for each member of each group", async (t) => {
  const db = openDatabase(":memory:");
  t.teardown(() => db.raw.close());
  const files = readdirSync("migrations").filter((name) => name.endsWith(".sql"));
  const own = files.findIndex((name) => name.endsWith("_households-and-friends.sql"));
  const apply = (name: string) => {
    for (const part of readFileSync(`migrations/${name}`, "utf8").split("--> statement-breakpoint")) db.raw.exec(part);
  };
  for (const name of files.slice(0, own)) apply(name);
  db.raw.exec(`INSERT INTO people (id, name, created_at) VALUES ('m', 'Marta', 1), ('a', 'Ada', 1), ('r', 'Rosa', 1);
    INSERT INTO actors (id, handle, kind, name, summary, place, created_at, updated_at)
      VALUES ('https://g/1', '1', 'gas', 'Uno', '', '', 1, 1), ('https://g/2', '2', 'gas', 'Due', '', '', 1, 1);
    INSERT INTO seats (person_id, actor_id, role, created_at) VALUES ('m', 'https://g/1', 'member', 5),
      ('m', 'https://g/1', 'admin', 5), ('m', 'https://g/2', 'member', 6), ('a', 'https://g/1', 'member', 7),
      ('r', 'https://g/1', 'referente', 8);`);
  db.raw.transaction(() => apply(files[own]!))();
  for (const name of files.slice(own + 1)) apply(name);
  t.match(listHouseholds(db.orm, "https://g/1"), [
    { name: "Ada", joinedAt: 7 },
    { name: "Marta", joinedAt: 5 },
  ]);
  const [martas] = listHouseholds(db.orm, "https://g/2");
  t.match(householdOf(db.orm, "https://g/2", "m"), martas!);
  t.ok(isId(martas!.id));
  t.equal(householdOf(db.orm, "https://g/1", "r"), undefined);
  t.same(db.raw.pragma("foreign_key_check"), []);
});
