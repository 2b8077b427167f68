// A group of forty-four households becomes two: asked, made, entered; and what both books say while people settle.
import t from "tap";
import { loadActorByHandle } from "../../../src/activitypub/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { topUp } from "../../../src/ledger/moneyActions.ts";
import { decideRequest, requestMovement } from "../../../src/ledger/requestActions.ts";
import { listBalances as balancesOf } from "../../../src/ledger/store.ts";
import { householdOf, placeInHousehold } from "../../../src/members/households/householdStore.ts";
import { changeJoining } from "../../../src/members/joining/joinActions.ts";
import { insertJoinRequest } from "../../../src/members/joining/joinStore.ts";
import { insertPerson, insertSeat } from "../../../src/members/store.ts";
import { answerBud, enterBud } from "../../../src/network/founding/budActions.ts";
import { findOpenBudding, listAnswers } from "../../../src/network/founding/budStore.ts";
import { membersHouse } from "../../../src/node.ts";
import { followActor } from "../../../src/partners/follows/followActions.ts";
import { listStandingOf } from "../../../src/partners/store.ts";
import { sitDown } from "../../partners/desks.ts";
import { startMailSink } from "../../tools/mailSink.ts";
import { startNodes } from "../../tools/nodes.ts";
import { done, meet } from "../membership/valley.ts";

const sink = await startMailSink(t);
const flags = ["--smtp-url", sink.url, "--mail-from", "nodo@fano.example"];
const { nodes, clock, settle } = await startNodes(t, ["home"], {}, flags);
const { home } = nodes;
const { db, wire } = home.node;
const group = home.addActor({ kind: "gas", handle: "fano", name: "GAS Fano", place: "Fano" });
const farm = home.addActor({ kind: "producer", handle: "mulino", name: "Mulino" });
const house = membersHouse(home.config, db, clock);
const admin = await sitDown(home, "ada", "fano", "admin");
const cura = await sitDown(home, "cura", "fano", "admin", true);
const people = Array.from({ length: 43 }, (_, i) => `m${i}`);
transact(db, (tx) => {
  for (const id of people) {
    insertPerson(tx, { id, name: `Famiglia ${id}`, nodeAdmin: false, createdAt: 0 });
    insertSeat(tx, { personId: id, actorId: group.id, role: "member", createdAt: 0 });
  }
});
const marta = await sitDown(home, "marta", "fano", "member");
const members = [...people, "marta"];
const homeOf = (personId: string, actorId = group.id) => householdOf(db.orm, actorId, personId)!.id;
const act = (actorId: string, businessKey: string) => ({
  ...{ actorId, businessKey, memo: "contanti", at: clock.at, personId: "ada", ownHouseholdId: null },
});
transact(db, (tx) => {
  for (const [i, id] of members.entries())
    done(topUp(tx, { householdId: homeOf(id), till: "cash", cents: 1000 + 37 * i }, act(group.id, `in:${id}`)));
});
done(followActor(wire, group.id, await meet(home, farm.id)));
await settle();
const sumOf = (actorId: string) =>
  balancesOf(db.orm, actorId, "household").reduce((sum, { balanceCents }) => sum + balanceCents, 0);
const total = sumOf(group.id);
const propose = { name: "GAS Metauro", comune: "Fossombrone", handle: "metauro" };
const answer = (byId: string, says: "yes" | "no", offersToRun = false) =>
  answerBud(house, { actorId: group.id, byId }, { says, offersToRun });

t.test(
  "a group of 44 is offered to become two, one of three is not; its households are asked on their home",
  async (t) => {
    const small = home.addActor({ kind: "gas", handle: "piccolo", name: "GAS Piccolo", place: "Fano" });
    insertSeat(db.orm, { personId: "ada", actorId: small.id, role: "admin", createdAt: 0 });
    t.match((await admin.get("/desk/piccolo/budding")).body, /La proposta si apre da 40 famiglie/);
    const page = await admin.get("/desk/fano/budding");
    t.match(page.body, /Siete in 44 famiglie/);
    t.equal((await admin.submit(page, "/desk/fano/budding", { ...propose, handle: "mulino" })).status, 422);
    t.equal((await admin.submit(page, "/desk/fano/budding", { ...propose, comune: "Atlantide" })).status, 422);
    t.match((await admin.submit(page, "/desk/fano/budding", propose)).body, /Ne mancano 5/);
    t.equal((await admin.post("/desk/fano/budding", "")).status, 403);
    t.match((await marta.get("/desk/fano/orders")).body, /La tua famiglia ci andrebbe\?/);
    const asked = await marta.get("/desk/fano/budding");
    t.notMatch(asked.body, /budding\/drop|Famiglia m/, "a member decides nothing and reads no other's answer");
    await marta.submit(asked, "/desk/fano/budding/answer", { says: "yes", offersToRun: "on" });
    t.notMatch((await marta.get("/desk/fano/orders")).body, /ci andrebbe/);
  },
);

t.test("it is made by who looks after the node, from five households on, for one who offered", async (t) => {
  const budding = findOpenBudding(db.orm, group.id)!;
  for (const id of people.slice(0, 3)) answer(id, "yes");
  answer("m9", "no");
  const path = `/node/hosting/bud/${budding.id}/make`;
  t.match((await cura.get("/node/hosting")).body, /Si crea da 5 famiglie/);
  answer("m3", "yes");
  const page = await cura.get("/node/hosting");
  t.equal((await cura.submit(page, path, { runner: "m0" })).status, 422, "m0 did not offer");
  t.equal((await admin.get("/node/hosting")).status, 404);
  const made = await cura.submit(page, path, { runner: "marta" });
  t.match(made.body, /Il gruppo nuovo c&#39;è/);
  t.equal((await cura.submit(page, path, { runner: "marta" })).status, 409, "once");
  await settle();
  const born = loadActorByHandle(db.orm, "metauro")!;
  t.match(born, { kind: "gas", place: "Fossombrone" });
  t.same(
    listStandingOf(db.orm, born.id, "out").map(({ peer }) => peer),
    [farm.id],
    "its producers are followed anew",
  );
  t.equal((await marta.get("/desk/metauro/people")).status, 200);
  t.equal((await cura.get("/desk/metauro/people")).status, 404);
});

t.test("a second proposal, open or dropped, leaves the first group's door and books open", async (t) => {
  const opened = async (wanted: RegExp | null) => {
    const page = await marta.get("/desk/fano/budding");
    t.match(page.body, /budding\/enter/, "who goes along may still enter");
    if (wanted) t.match(page.body, wanted);
    t.equal((await admin.get("/desk/fano/budding/balances")).status, 200);
    t.equal((await admin.get("/desk/fano/budding/balances-metauro.csv")).status, 200);
  };
  await opened(null);
  const page = await admin.get("/desk/fano/budding");
  await admin.submit(page, "/desk/fano/budding", { name: "GAS Cesano", comune: "Fano", handle: "cesano" });
  await opened(/GAS Cesano/);
  const second = findOpenBudding(db.orm, group.id)!;
  t.equal(second.handle, "cesano");
  const isOffered = () => listAnswers(db.orm, second.id).map(({ byId, offersToRun }) => [byId, offersToRun]);
  placeInHousehold(db.orm, group.id, "m6", homeOf("m5"));
  answer("m5", "yes", true);
  answer("m6", "yes");
  t.same(isOffered(), [["m5", true]], "another of the household takes no offer back");
  answer("m5", "yes");
  t.same(isOffered(), [["m5", false]], "who made it does");
  answer("m5", "yes", true);
  answer("m6", "no");
  t.same(isOffered(), [["m6", false]], "and so does a no");
  await admin.submit(await admin.get("/desk/fano/budding"), "/desk/fano/budding/drop");
  await opened(null);
  const entered = await marta.submit(await marta.get("/desk/fano/budding"), "/desk/fano/budding/enter");
  t.equal(entered.status, 200);
  t.ok(householdOf(db.orm, loadActorByHandle(db.orm, "metauro")!.id, "marta"), "and the door leads in");
});

t.test("a group of 44 becomes two and every cent is in one of the two ledgers", async (t) => {
  const budding = db.raw.prepare<[], { id: string }>("SELECT id FROM buddings WHERE state = 'made'").get()!;
  const born = loadActorByHandle(db.orm, "metauro")!;
  const going = ["marta", "m0", "m1", "m2", "m3"];
  t.match(enterBud(house, { buddingId: budding.id, personId: "m9" }), { refused: "not-found" });
  for (const personId of going) done(enterBud(house, { buddingId: budding.id, personId }));
  done(enterBud(house, { buddingId: budding.id, personId: "m0" }));
  t.equal(sumOf(group.id) + sumOf(born.id), total, "entering moves nothing");
  const csv = (await admin.get("/desk/fano/budding/balances.csv")).body;
  t.match(csv, /Famiglia m0/);
  t.notMatch(csv, /Famiglia m9/);
  t.equal((await marta.get("/desk/fano/budding/balances")).status, 404, "no treasurer there");
  t.match((await marta.get("/desk/metauro/budding/balances")).body, /Famiglia m0/, "she administers the new one");
  for (const personId of going) {
    const householdId = homeOf(personId);
    const { balanceCents: cents } = balancesOf(db.orm, group.id, "household").find(({ ref }) => ref === householdId)!;
    transact(db, (tx) => {
      const wish = { kind: "refund", from: "household", till: "cash", householdId, cents } as const;
      const asking = { actorId: group.id, personId: "ada", reason: "va in GAS Metauro", at: clock.at };
      const { id: requestId } = done(requestMovement(tx, wish, asking));
      const deciding = { actorId: group.id, requestId, decision: "approved", ownHouseholdId: null } as const;
      t.match(decideRequest(tx, { ...deciding, personId: "ada", reason: "", at: clock.at }), {
        refused: "second-person",
      });
      done(decideRequest(tx, { ...deciding, personId: "cura", reason: "", at: clock.at }));
      const there = homeOf(personId, born.id);
      done(topUp(tx, { householdId: there, till: "cash", cents }, act(born.id, `bud:${personId}`)));
    });
    t.equal(sumOf(group.id) + sumOf(born.id), total);
  }
  t.match((await admin.get("/desk/fano/budding/balances.csv")).body, /Famiglia m0[^\n]*0[,.]00/);
});

t.test("who waits for the old group and lives nearer to the new one reads of it once it takes people in", async (t) => {
  const born = loadActorByHandle(db.orm, "metauro")!;
  const wait = (id: string, place: string) =>
    insertJoinRequest(db.orm, {
      ...{ id: id.padEnd(26, "a"), actorId: group.id, name: id, email: `${id}@posta.example`, place, message: "" },
      ...{ language: "it", state: "waiting", createdAt: clock.at, decidedAt: null, decidedBy: null },
    });
  wait("lia", "Fossombrone");
  wait("ugo", "Fano");
  const letters = () => sink.received.filter(({ mail }) => /GAS nuovo/.test(mail.subject ?? ""));
  clock.advance({ hours: 2 });
  await settle();
  t.equal(letters().length, 0, "it takes nobody in yet");
  const joining = { isOpen: true, places: null, about: "", how: "", showsProducers: false };
  changeJoining(house, { actorId: born.id, byId: null }, joining);
  const refused = sink.refuseNext(450);
  clock.advance({ hours: 2 });
  await settle();
  await refused;
  t.equal(letters().length, 0, "the mail server could not take it");
  clock.advance({ hours: 2 });
  await settle();
  clock.advance({ hours: 2 });
  await settle();
  t.same(
    letters().map(({ recipients }) => recipients[0]),
    ["lia@posta.example"],
  );
  t.match(letters()[0]!.mail.text, /metauro\/join\?from=Fossombrone/);
  t.equal(loadActorByHandle(db.orm, "metauro")?.joining, "open", "and its document says so");
});
