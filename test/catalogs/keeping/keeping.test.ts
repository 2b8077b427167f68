// Who keeps a producer's list: named by the producer, confirmed by the keeper; nobody else is told before both say so.
import t from "tap";
import { describeActor } from "../../../src/activitypub/actors.ts";
import { MOST_KEPT, readActor, readKeeps, readKeptBy } from "../../../src/activitypub/document.ts";
import type { Arrival } from "../../../src/activitypub/inbox.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { loadActor, markRemoteActorGone, saveRemoteActor } from "../../../src/activitypub/store.ts";
import type { Wire } from "../../../src/activitypub/wire.ts";
import { answerNamer, listKeeperChoices, nameKeeper } from "../../../src/catalogs/keeping/actions.ts";
import { keepingClockTask } from "../../../src/catalogs/keeping/renewActions.ts";
import { transact } from "../../../src/db/transact.ts";
import { insertPerson, insertSeat, loadPerson } from "../../../src/members/store.ts";
import { followActor } from "../../../src/partners/follows/followActions.ts";
import { keeperInboxRule } from "../../../src/partners/keeperActivities.ts";
import { listNamers, loadKeeper, loadNaming } from "../../../src/partners/keeperStore.ts";
import { claim, takeIn } from "../../network/reading/district.ts";
import { sure } from "../../sales/cycles.ts";
import { openOrderTown } from "../../scenarios/orderTown.ts";
import { startNodes } from "../../tools/nodes.ts";
import { deskBrowser } from "../../web/deskBrowser.ts";
import { addFollower, asRemote, openFarm } from "../farm.ts";

t.test(
  "who keeps a list is said in the producer's document from the moment it is named until it is taken back",
  async (t) => {
    const farm = openFarm(t);
    const { orm } = farm.wire.db;
    const gas = farm.addActor("fano", "gas");
    addFollower(farm, "https://g.example/g");
    const now = () => ({ ...farm, actor: loadActor(orm, farm.actor.id)! });
    t.equal("filiera:keptBy" in asRemote(now()).document, false);
    sure(nameKeeper(farm.wire, farm.actor.id, gas.id, "p1"));
    t.equal(readKeptBy(asRemote(now()).document), gas.id);
    t.match(farm.posted(), [{ activity: { type: "Update", object: { "filiera:keptBy": gas.id } } }]);
    t.match(loadNaming(orm, farm.actor.id), { keeper: { id: gas.id, name: "fano" }, said: null });
    t.equal(loadKeeper(orm, farm.actor.id), null, "nobody is shown as keeper who has not said yes");
    sure(nameKeeper(farm.wire, farm.actor.id, gas.id, "p1"));
    t.equal(farm.posted().length, 1, "the same once more is nothing");
    sure(nameKeeper(farm.wire, farm.actor.id, null, "p1"));
    t.equal(farm.posted().length, 2);
    t.equal(loadNaming(orm, farm.actor.id), null);
  },
);

t.test(
  "a group says yes, no, or nothing more of a list that names it, and each once more changes nothing",
  async (t) => {
    const farm = openFarm(t);
    const { orm } = farm.wire.db;
    const gas = farm.addActor("fano", "gas");
    const by = { actorId: gas.id, byId: "p1" };
    const say = (answer: "yes" | "no" | "nothing") => answerNamer(farm.wire, by, farm.actor.id, answer);
    t.match(say("yes"), { refused: "not-found" }, "nobody keeps a list that does not name it");
    sure(nameKeeper(farm.wire, farm.actor.id, gas.id, "p1"));
    t.same(
      listNamers(orm, gas).map(({ id }) => id),
      [farm.actor.id],
    );
    addFollower({ ...farm, actor: gas }, "https://g.example/g");
    const document = () => asRemote({ ...farm, actor: loadActor(orm, gas.id)! }).document;
    sure(say("yes"));
    t.equal(readKeeps(document(), farm.actor.id), "yes");
    t.match(loadKeeper(orm, farm.actor.id), { id: gas.id });
    t.match(farm.posted().at(-1), { activity: { type: "Update", object: { "filiera:keeps": [farm.actor.id] } } });
    const count = farm.posted().length;
    sure(say("yes"));
    t.equal(farm.posted().length, count);
    sure(say("no"));
    t.equal(readKeeps(document(), farm.actor.id), "no");
    t.same([loadKeeper(orm, farm.actor.id), loadNaming(orm, farm.actor.id)?.said], [null, "no"]);
    sure(say("nothing"));
    t.equal(readKeeps(document(), farm.actor.id), null);
    sure(say("yes"));
    sure(nameKeeper(farm.wire, farm.actor.id, null, "p1"));
    t.equal(loadKeeper(orm, farm.actor.id), null, "a yes alone is no keeper either");
    t.match(say("no"), { refused: "not-found" });
    sure(say("nothing"));
    t.same(loadActor(orm, gas.id)?.keeps, [], "a yes is taken back when nobody names it any more");
    t.match(answerNamer(farm.wire, { ...by, actorId: farm.actor.id }, gas.id, "yes"), { refused: "not-found" });
  },
);

t.test("B34 what another node says of the lists it keeps is read to a bound, and who says both says no", async (t) => {
  const [farm, other] = ["https://m.example/m", "https://m.example/n"];
  t.equal(readKeeps({ "filiera:keeps": farm }, farm), "yes");
  t.equal(readKeeps({ "filiera:keeps": [other, farm], "filiera:keepsNot": [farm] }, farm), "no");
  for (const keeps of [undefined, null, 7, { id: farm }, [[farm]], [other]])
    t.equal(readKeeps({ "filiera:keeps": keeps as never }, farm), null, JSON.stringify(keeps));
  const many = Array.from({ length: MOST_KEPT }, () => other);
  t.equal(readKeeps({ "filiera:keeps": [...many, farm] }, farm), null);
});

t.test(
  "a keeper of another node is asked each day, one that is silent each hour, one that is gone no more",
  async (t) => {
    const farm = openFarm(t);
    const { orm } = farm.wire.db;
    const id = "https://g.example/g";
    transact(farm.wire.db, (tx) => describeActor(tx, farm.actor.id, { keptBy: id }, 0));
    const asked: string[] = [];
    let isThere = false;
    let keeps = "https://m.example/m";
    const findActor = async (iri: string) => {
      asked.push(iri);
      if (!isThere) return { failed: "unreachable", detail: "" } as const;
      const document = {
        ...asRemote(farm).document,
        id: iri,
        inbox: `${iri}/inbox`,
        role: "gas",
        "filiera:keeps": keeps,
      };
      const found = readActor(document, farm.clock.now())!;
      saveRemoteActor(orm, found);
      return found;
    };
    const task = keepingClockTask({ ...farm.wire, senders: { findActor } as unknown as Wire["senders"] });
    const run = async (minutes: number) => {
      farm.clock.at += minutes * 60_000;
      await task.run(farm.clock.now());
      return asked.splice(0).length;
    };
    t.same([await run(0), await run(30), await run(31)], [1, 0, 1], "silent");
    isThere = true;
    t.same([await run(61), await run(61), await run(24 * 60)], [1, 0, 1], "there");
    addFollower(farm, "https://a.example/a");
    const told = farm.posted().length;
    keeps = farm.actor.id;
    t.equal(await run(25 * 60), 1);
    t.match(
      farm.posted().slice(told),
      [{ activity: { type: "Update", actor: farm.actor.id } }],
      "whose letter was lost",
    );
    t.equal(await run(25 * 60), 1);
    t.equal(farm.posted().length, told + 1, "the same once more is nothing");
    transact(farm.wire.db, (tx) => markRemoteActorGone(tx, id, farm.clock.now()));
    t.equal(await run(2 * 24 * 60), 0, "gone");
    t.equal(loadKeeper(orm, farm.actor.id), null);
  },
);

t.test(
  "C31 a keeper that changes its mind all day is told on a dozen times, and what it does not say never",
  async (t) => {
    const farm = openFarm(t);
    const { orm } = farm.wire.db;
    const id = "https://g.example/g";
    transact(farm.wire.db, (tx) => describeActor(tx, farm.actor.id, { keptBy: id }, 0));
    addFollower(farm, "https://a.example/a");
    const document = { ...asRemote(farm).document, id, inbox: `${id}/inbox`, role: "gas" };
    const sender = readActor(document, farm.clock.now())!;
    saveRemoteActor(orm, sender);
    const rule = keeperInboxRule(farm.wire);
    const hear = (object: JsonObject | string) => {
      const activity = { type: "Update", id: `${id}/u`, actor: id, object };
      const arrival = { activity, sender, receivedAt: farm.clock.now() } as unknown as Arrival;
      return transact(farm.wire.db, (tx) => rule.receive(tx, arrival));
    };
    const yes = { ...document, "filiera:keeps": [farm.actor.id] };
    t.same(
      [hear(document), hear(id), hear({ ...yes, id: "https://b.example/b" })],
      ["not-mine", "not-mine", "not-mine"],
    );
    for (let i = 0; i < 20; i++) hear(yes);
    t.equal(farm.posted().length, 12);
    farm.clock.at += 25 * 3_600_000;
    t.equal(hear(yes), "applied");
    t.equal(farm.posted().length, 13, "the next day it is heard again");
  },
);

t.test("nobody answers for more lists than one document holds", async (t) => {
  const farm = openFarm(t);
  const gas = farm.addActor("fano", "gas");
  const keeps = Array.from({ length: MOST_KEPT }, (_, i) => `https://m.example/${i}`);
  transact(farm.wire.db, (tx) => describeActor(tx, gas.id, { keeps }, 0));
  sure(nameKeeper(farm.wire, farm.actor.id, gas.id, "p1"));
  const by = { actorId: gas.id, byId: "p1" };
  t.match(answerNamer(farm.wire, by, farm.actor.id, "yes"), { refused: "too-many-lists", most: MOST_KEPT });
});

t.test("C2 a stranger of another node that names a group reaches nobody", async (t) => {
  const farm = openFarm(t);
  const { orm } = farm.wire.db;
  const gas = farm.addActor("fano", "gas");
  const id = "https://m.example/m";
  const document = { ...asRemote(farm).document, id, inbox: `${id}/inbox`, "filiera:keptBy": gas.id };
  const mill = readActor(document, farm.clock.now());
  saveRemoteActor(orm, mill!);
  t.same(listNamers(orm, gas), []);
  t.match(answerNamer(farm.wire, { actorId: gas.id, byId: "p1" }, id, "yes"), { refused: "not-found" });
  addFollower({ ...farm, actor: gas }, id);
  t.match(listNamers(orm, gas), [{ id }], "whom it has to do with it hears");
});

t.test("C2 nobody is named who is unknown here, another producer, or the producer itself", async (t) => {
  const farm = openFarm(t);
  const mill = farm.addActor("mulino", "producer");
  const gas = farm.addActor("fano", "gas");
  t.same(
    listKeeperChoices(farm.wire.db.orm, farm.actor).map(({ id }) => id),
    [gas.id],
  );
  for (const id of [mill.id, farm.actor.id, "https://g.example/g", "no address"])
    t.match(nameKeeper(farm.wire, farm.actor.id, id, "p1"), { refused: "bad-request" }, id);
  t.match(nameKeeper(farm.wire, gas.id, mill.id, "p1"), { refused: "no-such-actor" });
});

t.test("B34 what another node calls a keeper is an address of the net or nothing", async (t) => {
  const id = "https://m.example/m";
  const said = (keptBy: unknown) => readKeptBy({ id, "filiera:keptBy": keptBy as string });
  t.equal(said("https://g.example/g"), "https://g.example/g");
  const bad = [
    "http://127.0.0.1/x",
    "javascript:alert(1)",
    "https://g.example:8443/g",
    "g",
    id,
    7,
    {},
    ["https://g.example/g"],
  ];
  for (const keptBy of [...bad, `https://g.example/${"a".repeat(3000)}`, "https://g.example/\n", undefined])
    t.equal(said(keptBy), null, String(keptBy).slice(0, 40));
});

t.test(
  "C2 who administers the keeper keeps that list from its yes on as long as it is named, and has no seat there",
  async (t) => {
    const farm = openFarm(t);
    const { orm } = farm.wire.db;
    const gas = farm.addActor("fano", "gas");
    for (const [id, role] of [
      ["ada", "admin"],
      ["rita", "referente"],
    ] as const) {
      insertPerson(orm, { id, name: id, email: `${id}@x.example`, claimedEmail: `${id}@x.example`, createdAt: 0 });
      insertSeat(orm, { personId: id, actorId: gas.id, role, createdAt: 0 });
    }
    const keeps = (id: string) => loadPerson(orm, id)?.keeps?.map(({ actorId }) => actorId) ?? [];
    t.same(keeps("ada"), []);
    sure(nameKeeper(farm.wire, farm.actor.id, gas.id, "p1"));
    t.same(keeps("ada"), [], "being named is not enough");
    const say = (answer: "yes" | "no") =>
      sure(answerNamer(farm.wire, { actorId: gas.id, byId: "ada" }, farm.actor.id, answer));
    say("yes");
    t.same([keeps("ada"), keeps("rita")], [[farm.actor.id], []]);
    t.notOk(loadPerson(orm, "ada")?.seats.some(({ actorId }) => actorId === farm.actor.id));
    say("no");
    t.same(keeps("ada"), []);
    say("yes");
    sure(nameKeeper(farm.wire, farm.actor.id, null, "p1"));
    t.same(keeps("ada"), [], "nor is its yes, when it is not named");
  },
);

t.test("a farmer names the keeper on a page, reads it beside the list, and takes it back", async (t) => {
  const { nodes } = await startNodes(t, ["one"]);
  nodes.one.addActor({ kind: "producer", handle: "valle", name: "Valle" });
  const gas = nodes.one.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const farmer = await deskBrowser(nodes.one, ["valle"]);
  const path = "/desk/valle/catalog/keeper";
  const form = await farmer.get(path);
  t.match(form.body, /Noi stessi[\s\S]*GAS Fano/);
  const saved = await farmer.submit(form, path, { keptBy: gas.id });
  t.match(saved.body, /Torna a: Noi stessi/);
  t.match(saved.body, /Aspetta il suo sì/);
  t.notMatch((await farmer.get("/valle/catalog")).body, /tenuto da/);
  const clash = await farmer.submit(form, path, { keptBy: "" });
  t.match([clash.status, clash.body], [409, /GAS Fano/], "who saves second sees what the first saved");
  const ada = await deskBrowser(nodes.one, ["fano"], "ada");
  t.equal((await ada.get("/desk/valle/catalog")).status, 404, "before its yes it keeps nothing");
  const asks = await ada.get("/desk/fano/keeping");
  t.match(asks.body, /Aspettano la vostra parola[\s\S]*Valle dice che il suo listino lo tenete voi/);
  const yes = { producer: `${nodes.one.origin}/valle`, answer: "yes" };
  t.match((await ada.submit(asks, "/desk/fano/keeping", yes)).body, /Detto: lo tenete voi[\s\S]*Apri il listino/);
  t.equal((await ada.submit(asks, "/desk/fano/keeping", { ...yes, answer: "maybe" })).status, 400);
  t.equal((await ada.submit(asks, "/desk/fano/keeping", { ...yes, producer: "https://m.example/m" })).status, 404);
  t.match((await farmer.get(path)).body, /Ha detto di sì/);
  t.match((await farmer.get("/valle/catalog")).body, /Il listino è tenuto da GAS Fano: lo dicono sia chi produce/);
  t.match((await ada.get("/")).body, /Listini che tenete per altri[\s\S]*\/desk\/valle\/catalog/);
  const list = await ada.get("/desk/valle/catalog");
  t.match([list.status, list.body], [200, /tenuto da GAS Fano/]);
  t.notMatch(list.body, /catalog\/(keeper|open)/, "what only the farm decides is not offered");
  t.equal((await ada.get(path)).status, 404);
  await farmer.submit(await farmer.get(path), path, { keptBy: "" });
  t.notMatch((await farmer.get("/valle/catalog")).body, /tenuto da/);
  t.equal((await ada.get("/desk/valle/catalog")).status, 404);
});

t.test(
  "across nodes a keeper stands beside the list where one books from its yes on, until it is taken back",
  async (t) => {
    const town = await openOrderTown(t);
    const { farmHome, gasHome, farm, gas, clock, settle } = town;
    const order = town.openNewOrder();
    const referente = await deskBrowser(gasHome, ["fano"]);
    const farmer = await deskBrowser(farmHome, ["agrumeto"]);
    const later = async () => {
      for (let round = 0; round < 2; round++) {
        clock.advance({ minutes: 1 });
        await settle();
      }
    };
    const shown = async () => {
      const pages = [
        await referente.get(`/desk/fano/orders/${order.id}/book`),
        await referente.get(`/desk/fano/orders/${order.id}/edit`),
        await farmer.get("/agrumeto/catalog"),
      ];
      return pages.map(({ status, body }) => (status === 200 ? /tenuto da GAS Fano/.test(body) : status));
    };
    const form = await farmer.get("/desk/agrumeto/catalog/keeper");
    await farmer.submit(form, "/desk/agrumeto/catalog/keeper", { keptBy: gas.id });
    await later();
    t.same(await shown(), [false, false, false], "the producer alone says so");
    const asks = await referente.get("/desk/fano/keeping");
    t.match(asks.body, /Agrumeto Belvedere<\/a>[\s\S]*dice che il suo listino lo tenete voi/);
    const said = await referente.submit(asks, "/desk/fano/keeping", { producer: farm.id, answer: "yes" });
    await later();
    t.same(await shown(), [true, true, true], "both say so");
    t.match((await farmer.get("/desk/agrumeto/catalog/keeper")).body, /Ha detto di sì/);
    await referente.submit(said, "/desk/fano/keeping", { producer: farm.id, answer: "nothing" });
    await later();
    t.same(await shown(), [false, false, false], "taken back");
  },
);

t.test("on a third node and on a network's page a keeper goes minutes after it took its yes back", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas", "third"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "valle", name: "Valle" });
  const mill = nodes.gas.addActor({ kind: "producer", handle: "mulino", name: "Mulino" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const reader = nodes.third.addActor({ kind: "gas", handle: "urbino", name: "GAS Urbino" });
  const des = nodes.third.addActor({ kind: "district", handle: "des", name: "DES", level: "des" });
  const { wire, app, db } = nodes.third.node;
  for (const [home, { id }] of [[nodes.farm, farm] as const, [nodes.gas, mill] as const]) {
    takeIn(nodes.third, des.id, id);
    claim(home, id, [des.id]);
    const found = await wire.senders.findActor(id);
    if ("failed" in found) throw new Error(found.detail);
    sure(followActor(wire, reader.id, found));
  }
  const keeper = await nodes.farm.node.wire.senders.findActor(gas.id);
  if ("failed" in keeper) throw new Error(keeper.detail);
  sure(followActor(nodes.farm.node.wire, farm.id, keeper));
  const minutes = async () => {
    for (let round = 0; round < 4; round++) {
      clock.advance({ minutes: 1 });
      await settle();
    }
  };
  await minutes();
  sure(nameKeeper(nodes.farm.node.wire, farm.id, gas.id, "p1"));
  sure(nameKeeper(nodes.gas.node.wire, mill.id, gas.id, "p1"));
  await minutes();
  const say = (producerId: string, answer: "yes" | "no" | "nothing") =>
    sure(answerNamer(nodes.gas.node.wire, { actorId: gas.id, byId: "p1" }, producerId, answer));
  const stands = async (producerId: string) => {
    const url = `/des/at?source=${encodeURIComponent(producerId)}`;
    const { statusCode, body } = await app.inject({ url, headers: { accept: "text/html" } });
    t.equal(statusCode, 200);
    return [loadKeeper(db.orm, producerId)?.name ?? null, body.includes("Il listino è tenuto da GAS Fano")];
  };
  for (const [producer, where] of [[farm, "of another node"] as const, [mill, "of the keeper's own node"] as const]) {
    t.same(await stands(producer.id), [null, false], `${where}: before the yes`);
    say(producer.id, "yes");
    await minutes();
    t.same(await stands(producer.id), ["GAS Fano", true], `${where}: both say so`);
    say(producer.id, "nothing");
    await minutes();
    t.same(await stands(producer.id), [null, false], `${where}: taken back`);
  }
});
