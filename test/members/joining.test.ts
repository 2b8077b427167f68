// From outside into a GAS: its public page, the request, the waiting list; and households that grow, part and leave.
import t from "tap";
import { invite, signInLink } from "../../src/members/actions.ts";
import { householdOf, loadHousehold } from "../../src/members/households/householdStore.ts";
import { forgetJoinRequests } from "../../src/members/joining/joinActions.ts";
import { loadJoining } from "../../src/members/joining/joinStore.ts";
import { insertPerson, insertSeat, loadPerson } from "../../src/members/store.ts";
import { startMailSink } from "../tools/mailSink.ts";
import { freePort } from "../tools/nodes.ts";
import type { Browser } from "../web/browser.ts";
import { buildMembers, ORIGIN, pathOf, setUpFano, type TestHouse } from "./house.ts";
import { letterTicks } from "./letterTicks.ts";

const GAS = `${ORIGIN}/gas-fano`;
const JOIN = "/gas-fano/join";
const DESK = "/desk/gas-fano";
const WISH = { name: "Laura Neri", email: "laura@posta.example", place: "Fano", message: "Siamo in 3.", consent: "on" };

async function open(gino: Browser, places = ""): Promise<void> {
  const path = `${DESK}/joining/settings`;
  await gino.submit(await gino.get(path), path, { isOpen: "on", how: "Il primo martedì.", places });
}

async function enter(house: TestHouse, id: string): Promise<Browser> {
  const made = await signInLink(house, `${id}@posta.example`);
  if ("refused" in made) throw new Error(made.refused);
  const browser = house.browser();
  await browser.submit(await browser.get(pathOf(made.url)), pathOf(made.url));
  return browser;
}

function addMember(house: TestHouse, id: string): void {
  const email = `${id}@posta.example`;
  insertPerson(house.db.orm, { id, name: id, email, claimedEmail: email, createdAt: 0 });
  insertSeat(house.db.orm, { personId: id, actorId: GAS, role: "member", createdAt: 0 });
}

t.test("a GAS that takes nobody has no form, one that does keeps the request and tells who administers", async (t) => {
  const sink = await startMailSink(t);
  const house = await buildMembers(t, { smtpUrl: sink.url });
  const gino = await setUpFano(house);
  const laura = house.browser();
  const closed = await laura.get(JOIN);
  t.equal(closed.status, 404);
  t.match(
    closed.body,
    /GAS Fano ora non accoglie[\s\S]*href="\/gas-fano"/,
    "a link of last week ends at the group's page",
  );
  await open(gino);
  const page = await laura.get(JOIN);
  const wrong = await laura.submit(page, JOIN, { ...WISH, email: "laura", consent: [] });
  t.equal(wrong.status, 422);
  t.match(wrong.body, /Laura Neri/, "what was typed stays");
  const asked = await laura.submit(page, JOIN, WISH);
  t.match(asked.body, /Richiesta mandata/);
  t.match((await gino.get(`${DESK}/joining`)).body, /1\. Laura Neri[\s\S]*Siamo in 3/);
  t.match(house.db.raw.prepare("SELECT kind, business_key FROM notice_queue").all(), [{ kind: "join-asked" }]);
});

t.test("C13 who asks twice, or with a member's address, sees what everybody sees", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  await open(gino);
  const ask = async (email: string) => {
    const browser = house.browser();
    const { status, body } = await browser.submit(await browser.get(JOIN), JOIN, { ...WISH, email });
    return { status, body };
  };
  const first = await ask(WISH.email);
  t.same(await ask(WISH.email.toUpperCase()), first);
  t.same(await ask("gino@posta.example"), first);
  t.equal(house.db.raw.prepare("SELECT count(*) FROM join_requests").pluck().get(), 2);
  for (let n = 0; n < 6; n += 1) await ask(`p${n}@posta.example`);
  t.equal((await ask("last@posta.example")).status, 429, "a flood is met with a wait");
});

t.test(
  "A46 who is taken in is invited by mail and a place is gone, who is not hears so, once the server takes mail",
  async (t) => {
    const port = await freePort();
    const house = await buildMembers(t, { smtpUrl: `smtp://127.0.0.1:${port}` });
    const tick = letterTicks(house);
    const gino = await setUpFano(house);
    await open(gino, "1");
    const laura = house.browser();
    await laura.submit(await laura.get(JOIN), JOIN, WISH);
    await laura.submit(await laura.get(JOIN), JOIN, { ...WISH, name: "Zeno", email: "zeno@posta.example" });
    const list = await gino.get(`${DESK}/joining`);
    const ids = [...list.body.matchAll(/joining\/(\w+)\/approve"/g)].map(([, id]) => id!);
    const approved = await gino.submit(list, `${DESK}/joining/${ids[0]}/approve`);
    t.match(approved.body, /data:image\/svg\+xml;base64,/);
    t.equal(loadJoining(house.db.orm, GAS).places, 0);
    t.match((await laura.get(JOIN)).body, /lista d&#39;attesa|lista d'attesa/);
    const again = await gino.submit(list, `${DESK}/joining/${ids[0]}/approve`);
    t.equal(again.status, 409, "decided once");
    await gino.submit(list, `${DESK}/joining/${ids[1]}/refuse`);
    await tick();
    const sink = await startMailSink(t, port);
    const refused = sink.refuseNext(450);
    await tick();
    await refused;
    await tick();
    await tick();
    const recipients = sink.received.flatMap((mail) => mail.recipients);
    t.same(recipients.toSorted(), [WISH.email, "zeno@posta.example"], "each once");
    const written = sink.received.find((mail) => mail.recipients.includes(WISH.email))?.mail.text ?? "";
    t.ok(written.includes(/http:\/\/localhost:8000\/invitation\/[\w-]{22}/.exec(approved.body)?.[0] ?? "none"));
    t.notMatch(
      house.db.raw.prepare("SELECT group_concat(facts) FROM letter_queue").pluck().get(),
      new RegExp(/invitation\/([\w-]{22})/.exec(approved.body)?.[1] ?? "none"),
      "no way in lies in the queue",
    );
    const path = pathOf(/http:\/\/localhost:8000\/invitation\/[\w-]{22}/.exec(approved.body)?.[0] ?? "");
    t.match((await laura.submit(await laura.get(path), path, { name: "Laura Neri" })).body, /Ciao Laura/);
    t.match(await signInLink(house, WISH.email), { url: /sign-in/ });
  },
);

t.test("C53 a request is forgotten three months after the answer, and after two years without one", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  await open(gino);
  const laura = house.browser();
  for (const email of [WISH.email, "zeno@posta.example"])
    await laura.submit(await laura.get(JOIN), JOIN, { ...WISH, email });
  const list = await gino.get(`${DESK}/joining`);
  const [id] = [...list.body.matchAll(/joining\/(\w+)\/refuse"/g)].map(([, found]) => found!);
  await gino.submit(list, `${DESK}/joining/${id}/refuse`);
  const left = (days: number) => {
    forgetJoinRequests(house).run(house.clock.at + days * 86_400_000);
    return house.db.raw.prepare("SELECT count(*) FROM join_requests").pluck().get();
  };
  t.same([left(89), left(91), left(729), left(731)], [2, 1, 1, 0]);
});

t.test("who lives together joins the household by its link, and leaves it for one of their own", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  addMember(house, "marta");
  addMember(house, "luca");
  const marta = await enter(house, "marta");
  const luca = await enter(house, "luca");
  const shared = householdOf(house.db.orm, GAS, "marta")!;
  const before = householdOf(house.db.orm, GAS, "luca")!;
  const page = await marta.get(`${DESK}/household`);
  const made = await marta.submit(page, `${DESK}/household/invite`);
  const path = pathOf(/http:\/\/localhost:8000\/invitation\/[\w-]{22}/.exec(made.body)?.[0] ?? "");
  await luca.submit(await luca.get(path), path);
  t.equal(householdOf(house.db.orm, GAS, "luca")?.id, shared.id);
  t.ok(loadHousehold(house.db.orm, GAS, before.id)?.leftAt, "the household nobody is in has left");
  await luca.submit(await luca.get(`${DESK}/household`), `${DESK}/household/name`, { name: "Via Arco 4" });
  t.match((await marta.get(`${DESK}/household`)).body, /Via Arco 4/);
  await luca.submit(await luca.get(`${DESK}/household`), `${DESK}/household/leave`);
  t.not(householdOf(house.db.orm, GAS, "luca")?.id, shared.id);
});

t.test("who leaves the GAS settles first; their books stay, their seats go", async (t) => {
  const standing = { balanceCents: -1250, reservedCents: 0, depositCents: 0 };
  const house = await buildMembers(t, { standingOf: () => standing });
  const gino = await setUpFano(house);
  addMember(house, "marta");
  const marta = await enter(house, "marta");
  const household = householdOf(house.db.orm, GAS, "marta")!;
  const page = await marta.get(`${DESK}/household`);
  const owed = await marta.submit(page, `${DESK}/household/quit`);
  t.equal(owed.status, 409);
  t.match(owed.body, /saldo -?−?\s?12,50/);
  t.equal((await gino.submit(await gino.get(`${DESK}/people/marta`), `${DESK}/people/marta/remove`)).status, 409);
  standing.balanceCents = 0;
  t.equal((await marta.submit(page, `${DESK}/household/quit`)).path, "/");
  t.same(loadPerson(house.db.orm, "marta")?.seats, []);
  t.ok(loadHousehold(house.db.orm, GAS, household.id)?.leftAt);
  t.equal((await marta.get(`${DESK}/household`)).status, 404);
});

t.test("C45 a household's invitation does not move anybody out of one that is not settled", async (t) => {
  const house = await buildMembers(t, { standingOf: () => ({ balanceCents: 500, reservedCents: 0, depositCents: 0 }) });
  await setUpFano(house);
  addMember(house, "marta");
  addMember(house, "luca");
  const luca = await enter(house, "luca");
  const own = householdOf(house.db.orm, GAS, "luca")!;
  const householdId = householdOf(house.db.orm, GAS, "marta")!.id;
  const path = pathOf(invite(house, { actorId: GAS, role: "member", email: null, householdId }).url);
  t.equal((await luca.submit(await luca.get(path), path)).status, 409);
  t.equal(householdOf(house.db.orm, GAS, "luca")?.id, own.id);
});
