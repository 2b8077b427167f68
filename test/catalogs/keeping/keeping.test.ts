// Who keeps a producer's list: named by the producer, told to everybody, believed by nobody further than that.
import t from "tap";
import { readKeptBy } from "../../../src/activitypub/document.ts";
import { loadActor } from "../../../src/activitypub/store.ts";
import { listKeeperChoices, nameKeeper } from "../../../src/catalogs/keeping/actions.ts";
import { insertPerson, insertSeat, loadPerson } from "../../../src/members/store.ts";
import { loadKeeper } from "../../../src/partners/store.ts";
import { sure } from "../../sales/cycles.ts";
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
    t.match(loadKeeper(orm, farm.actor.id), { id: gas.id, name: "fano" });
    sure(nameKeeper(farm.wire, farm.actor.id, gas.id, "p1"));
    t.equal(farm.posted().length, 1, "the same once more is nothing");
    sure(nameKeeper(farm.wire, farm.actor.id, null, "p1"));
    t.equal(farm.posted().length, 2);
    t.equal(loadKeeper(orm, farm.actor.id), null);
  },
);

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

t.test("C2 who administers the keeper keeps that list as long as it is named, and has no seat there", async (t) => {
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
  t.same([keeps("ada"), keeps("rita")], [[farm.actor.id], []]);
  t.notOk(loadPerson(orm, "ada")?.seats.some(({ actorId }) => actorId === farm.actor.id));
  sure(nameKeeper(farm.wire, farm.actor.id, null, "p1"));
  t.same(keeps("ada"), []);
});

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
  t.match((await farmer.get("/valle/catalog")).body, /Il listino è tenuto da GAS Fano, come dice chi produce/);
  const clash = await farmer.submit(form, path, { keptBy: "" });
  t.match([clash.status, clash.body], [409, /GAS Fano/], "who saves second sees what the first saved");
  const ada = await deskBrowser(nodes.one, ["fano"], "ada");
  t.match((await ada.get("/")).body, /Listini che tenete per altri[\s\S]*\/desk\/valle\/catalog/);
  const list = await ada.get("/desk/valle/catalog");
  t.match([list.status, list.body], [200, /tenuto da GAS Fano/]);
  t.notMatch(list.body, /catalog\/(keeper|open)/, "what only the farm decides is not offered");
  t.equal((await ada.get(path)).status, 404);
  await farmer.submit(await farmer.get(path), path, { keptBy: "" });
  t.notMatch((await farmer.get("/valle/catalog")).body, /tenuto da/);
  t.equal((await ada.get("/desk/valle/catalog")).status, 404);
});
