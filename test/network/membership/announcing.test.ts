// A district shows its members' posts to who follows it: each once, whatever comes twice or crashes, and no longer than it may. PROTOCOL 9.
import t from "tap";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { acceptMember, leaveNetwork } from "../../../src/network/membership/actions.ts";
import { announceClockTasks, MOST_ANNOUNCED_A_DAY } from "../../../src/network/membership/announceActions.ts";
import { countKeptBack, loadAnnounced } from "../../../src/network/membership/announceStore.ts";
import { followActor } from "../../../src/partners/follows/followActions.ts";
import { tell } from "../../tools/tell.ts";
import { BY, done, meet, say, startValley, unsay, written } from "./valley.ts";

const { nodes, clock, settle, district, gas, farm, ask } = await startValley(t);
const atDistrict = (iri: string) => loadAnnounced(nodes.district.node.db.orm, district.id, iri);
const announced = () => written(nodes.district, "Announce").map(({ object }) => object);
const heard = (type: string) =>
  nodes.gas.node.db.raw
    .prepare("SELECT count(*) FROM inbox_log WHERE type = ? AND sender = ?")
    .pluck()
    .get(type, district.id);

t.before(async () => {
  for (const [home, member] of [
    [nodes.farm, farm],
    [nodes.gas, gas],
  ] as const) {
    done(await ask(home, member));
    await settle();
    done(acceptMember(nodes.district.node.wire, { actorId: district.id, peer: member.id, byId: BY }));
    done(followActor(nodes.district.node.wire, district.id, await meet(nodes.district, member.id)));
  }
  done(followActor(nodes.gas.node.wire, gas.id, await meet(nodes.gas, district.id)));
  await settle();
});

t.test("a member's Note, Article or Event for everybody is announced by its address, once", async (t) => {
  const posts = ["Note", "Article", "Event"].map((type) => say(nodes.farm, farm, "Mietitura aperta", { type }));
  await settle();
  t.same(announced(), posts);
  t.match(written(nodes.district, "Announce")[0], { to: ["https://www.w3.org/ns/activitystreams#Public"] });
  t.equal(heard("Announce"), 3, "who follows the district hears of it");
});

t.test("what is for partners or followers alone is never announced, nor what is no post", async (t) => {
  const before = announced().length;
  say(nodes.farm, farm, "Solo per voi", { isPublic: false });
  say(nodes.farm, farm, "?", { type: "Question" });
  await settle();
  t.equal(announced().length, before);
});

t.test(
  "A19 a second Create of the same post, also by another name and after a crash, is announced no second time",
  async (t) => {
    const iri = say(nodes.farm, farm, "Farina nuova");
    await settle();
    const { wire, db } = nodes.farm.node;
    const [create] = written(nodes.farm, "Create").slice(-1);
    const signer = { ...wire.keyring.open(db.orm, farm.id, "rsa"), now: clock.at };
    await nodes.district.stop();
    await nodes.district.start();
    t.equal((await tell(`${nodes.district.origin}/inbox`, create!, signer)).status, 202);
    const again = { ...create!, id: `${farm.id}/activities/again` };
    t.equal((await tell(`${district.id}/inbox`, again, signer)).status, 202);
    t.equal(announced().filter((object) => object === iri).length, 1);
  },
);

t.test("B24 what a member says of somebody else's post, or of one elsewhere, is not announced", async (t) => {
  const { wire, db } = nodes.farm.node;
  const signer = { ...wire.keyring.open(db.orm, farm.id, "rsa"), now: clock.at };
  const to = ["https://www.w3.org/ns/activitystreams#Public"];
  const base = { "@context": "https://www.w3.org/ns/activitystreams", type: "Create", actor: farm.id, to };
  const before = announced().length;
  const objects: JsonObject[] = [
    { type: "Note", id: `${gas.id}/notes/x`, attributedTo: farm.id, content: "altrove", to },
    { type: "Note", id: `${farm.id}/notes/x`, content: "di nessuno", to },
    { type: "Note", id: `${farm.id}/notes/y`, attributedTo: [farm.id, gas.id], content: "di due", to },
  ];
  for (const [i, object] of objects.entries())
    await tell(`${district.id}/inbox`, { ...base, id: `${farm.id}/activities/b${i}`, object }, signer);
  const boost = { ...base, type: "Announce", id: `${farm.id}/activities/boost`, object: `${gas.id}/notes/1` };
  await tell(`${district.id}/inbox`, boost, signer);
  t.equal(announced().length, before, "an Announce of a member is no post of it: so no loop");
});

t.test("B24 one member that says too much in a day is not announced beyond the limit; the others are", async (t) => {
  clock.advance({ days: 1, hours: 1 });
  for (let i = 0; i < MOST_ANNOUNCED_A_DAY + 2; i++) say(nodes.farm, farm, `Avviso ${i}`);
  const other = say(nodes.gas, gas, "Assemblea venerdì");
  await settle();
  t.equal(countKeptBack(nodes.district.node.db.orm, district.id, farm.id, clock.at - 86_400_000), 2);
  t.match(atDistrict(other), { state: "announced" });
});

t.test("a post that its author takes away is announced no longer, and a stranger takes away nothing", async (t) => {
  const iri = say(nodes.gas, gas, "Rettifica");
  await settle();
  t.match(atDistrict(iri), { state: "announced" });
  unsay(nodes.farm, farm, iri);
  await settle();
  t.match(atDistrict(iri), { state: "announced" });
  unsay(nodes.gas, gas, iri);
  await settle();
  t.match(atDistrict(iri), { state: "undone" });
  const [undo] = written(nodes.district, "Undo").slice(-1);
  t.match(undo, { object: { type: "Announce", id: atDistrict(iri)?.announceIri, object: iri } });
  await settle();
  t.equal(heard("Undo"), 1);
});

t.test("a post that its author edits is announced no longer once it is not for everybody", async (t) => {
  const iri = say(nodes.gas, gas, "Bilancio");
  await settle();
  const { wire, db } = nodes.gas.node;
  const signer = { ...wire.keyring.open(db.orm, gas.id, "rsa"), now: clock.at };
  const edit = (id: string, to: string) =>
    tell(
      `${district.id}/inbox`,
      {
        ...{ "@context": "https://www.w3.org/ns/activitystreams", type: "Update", id: `${gas.id}/activities/${id}` },
        ...{ actor: gas.id, to: [to] },
        object: { type: "Note", id: iri, attributedTo: gas.id, content: "Bilancio 2026", to: [to] },
      },
      signer,
    );
  await edit("e1", "https://www.w3.org/ns/activitystreams#Public");
  t.match(atDistrict(iri), { state: "announced" });
  t.equal((await edit("e2", `${gas.id}/followers`)).status, 202);
  t.match(atDistrict(iri), { state: "undone" });
  t.match(written(nodes.district, "Undo").at(-1), { object: { type: "Announce", object: iri } });
});

t.test("who leaves is announced no longer: all is taken back, a piece at each turn, each once", async (t) => {
  const standing = () =>
    Number(
      nodes.district.node.db.raw
        .prepare("SELECT count(*) FROM network_announced WHERE member = ? AND state = 'announced'")
        .pluck()
        .get(farm.id),
    );
  const before = standing();
  t.ok(before > MOST_ANNOUNCED_A_DAY);
  const takenBack = () =>
    written(nodes.district, "Undo").filter(({ object }) => (object as JsonObject).type === "Announce").length;
  const undone = takenBack();
  done(leaveNetwork(nodes.farm.node.wire, { actorId: farm.id, peer: district.id, byId: BY }));
  await settle();
  t.equal(standing(), 0);
  t.equal(takenBack(), undone + before);
  for (const task of announceClockTasks(nodes.district.node.wire)) await task.run(clock.at);
  t.equal(takenBack(), undone + before);
  const late = say(nodes.farm, farm, "Dopo");
  await settle();
  t.equal(atDistrict(late), undefined);
});
