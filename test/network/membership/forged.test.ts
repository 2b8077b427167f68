// Letters that nobody was entitled to write, from a peer that signs them properly: each follows the owner rules and changes nothing.
import t from "tap";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { transact } from "../../../src/db/transact.ts";
import { acceptMember } from "../../../src/network/membership/actions.ts";
import { loadAnnounced } from "../../../src/network/membership/announceStore.ts";
import { saveAdmission } from "../../../src/network/membership/listStore.ts";
import { MOST_ASKING_PER_HOST } from "../../../src/network/membership/membership.ts";
import {
  countMemberships,
  listMemberships,
  loadMembership,
  saveMembership,
} from "../../../src/network/membership/store.ts";
import { type EvilActor, startEvilPeer } from "../../tools/evilPeer.ts";
import { tell } from "../../tools/tell.ts";
import { BY, done, startValley } from "./valley.ts";

const { nodes, clock, settle, district, gas, farm, ask, atNetwork, atMember } = await startValley(t);
const peer = await startEvilPeer();
t.teardown(() => peer.close());
const AS = "https://www.w3.org/ns/activitystreams";
const FILIERA = {
  generator: { type: "Application", implements: [{ href: "https://w3id.org/filiera#profile-1", name: "Filiera 1" }] },
};
const mallory = peer.serveActor("mallory", { ...FILIERA, role: "gas" });
const fakeNetwork = peer.serveActor("rete", {
  ...{ ...FILIERA, type: "Group", role: "des", members: `${peer.origin}/rete/members` },
});
let count = 0;

/** The status, and the word by which the node that heard it has logged its refusal. */
async function send(inbox: string, from: EvilActor, letter: JsonObject) {
  const id = `${from.id}/letters/${count++}`;
  const said: JsonObject = { "@context": AS, id, actor: from.id, ...letter };
  const { status } = await tell(inbox, said, { ...from, now: clock.at });
  const home = Object.values(nodes).find(({ origin }) => inbox.startsWith(origin));
  const refused = home?.node.db.raw
    .prepare<[unknown], string | null>("SELECT refusal FROM inbox_log WHERE activity_id = ?")
    .pluck()
    .get(said.id);
  return { status, refused: refused ?? null };
}

const halves = () => ({
  network: nodes.district.node.db.raw.prepare("SELECT peer, state FROM memberships ORDER BY peer").all(),
  member: nodes.gas.node.db.raw.prepare("SELECT peer, state FROM memberships ORDER BY peer").all(),
});

t.before(async () => {
  done(await ask(nodes.gas, gas));
  await settle();
});

t.test("B12 an Accept by another than who was asked is refused, and the group is no member", async (t) => {
  const join = atMember(nodes.gas, gas)!.joinIri;
  const before = halves();
  const inbox = `${gas.id}/inbox`;
  const object = { type: "Join", id: join, actor: gas.id, object: district.id };
  t.same(await send(inbox, fakeNetwork, { type: "Accept", object }), { status: 403, refused: "not-owner" });
  t.same(await send(inbox, fakeNetwork, { type: "Reject", object: join }), { status: 403, refused: "not-owner" });
  t.same(halves(), before);
});

t.test("B12 an Accept of what was never asked makes nobody a member", async (t) => {
  const object = { type: "Join", id: `${gas.id}/activities/never`, actor: gas.id, object: fakeNetwork.id };
  const answer = await send(`${gas.id}/inbox`, fakeNetwork, { type: "Accept", object });
  t.same(answer, { status: 403, refused: "no-such-membership" });
  t.same(listMemberships(nodes.gas.node.db.orm, gas.id), []);
});

t.test("B12 Add and Remove count from the owner of the list alone", async (t) => {
  done(acceptMember(nodes.district.node.wire, { actorId: district.id, peer: gas.id, byId: BY }));
  await settle();
  t.match(atMember(nodes.gas, gas), { state: "member" });
  const before = halves();
  const inbox = `${gas.id}/inbox`;
  const target = `${district.id}/members`;
  for (const type of ["Add", "Remove"])
    t.same(await send(inbox, mallory, { type, object: gas.id, target }), { status: 403, refused: "not-owner" });
  const followers = { type: "Add", object: gas.id, target: `${mallory.id}/followers` };
  t.equal(
    (await send(inbox, mallory, followers)).status,
    202,
    "a list of another kind, as some servers tell of, is nothing to us",
  );
  const own = { type: "Add", object: gas.id, target: `${fakeNetwork.id}/members` };
  t.same(await send(inbox, fakeNetwork, own), { status: 403, refused: "no-such-membership" });
  const vague = peer.serveActor("vaga", { ...FILIERA, type: "Group", role: "des", members: "elenco" });
  const unnamed = { type: "Add", object: gas.id, target: "elenco" };
  t.same(await send(inbox, vague, unnamed), { status: 403, refused: "not-owner" });
  t.same(halves(), before);
});

t.test("B12 nobody leaves for another, by Leave or by Undo", async (t) => {
  const inbox = `${district.id}/inbox`;
  const join = atNetwork(gas)!.joinIri;
  t.equal((await send(inbox, mallory, { type: "Leave", object: district.id })).refused, "no-such-membership");
  t.same(await send(inbox, mallory, { type: "Undo", object: join }), { status: 403, refused: "not-owner" });
  t.equal((await send(inbox, mallory, { type: "Leave", actor: gas.id, object: district.id })).status, 400);
  t.match(atNetwork(gas), { state: "member" });
});

t.test("B12 a Join for another actor, and one of what is no GAS, farm or network, ask for nothing", async (t) => {
  const before = halves();
  const person = peer.serveActor("persona", { type: "Person" });
  const inbox = `${district.id}/inbox`;
  t.same(await send(inbox, person, { type: "Join", object: district.id }), { status: 403, refused: "cannot-join" });
  t.equal((await send(inbox, mallory, { type: "Join", actor: farm.id, object: district.id })).status, 400);
  const other = await send(`${gas.id}/inbox`, mallory, { type: "Join", object: district.id });
  t.equal(other.status, 202, "no group takes members in");
  t.same(halves(), before);
});

t.test("A19 a Join delivered five times at once is one request", async (t) => {
  const letter = { id: `${mallory.id}/letters/same`, type: "Join", object: district.id };
  await Promise.all([1, 2, 3, 4, 5].map(() => send(`${district.id}/inbox`, mallory, letter)));
  t.equal(countMemberships(nodes.district.node.db.orm, district.id, "network", "asked"), 1);
  const leave = { id: `${mallory.id}/letters/leave`, type: "Leave", object: district.id };
  await send(`${district.id}/inbox`, mallory, leave);
  await send(`${district.id}/inbox`, mallory, letter);
  t.match(loadMembership(nodes.district.node.db.orm, district.id, "network", mallory.id), { state: "left" });
});

t.test("A20 a Leave that overtakes its Join finds nothing to leave; said again after it, it counts", async (t) => {
  const late = peer.serveActor("tardi", { ...FILIERA, role: "gas" });
  const inbox = `${district.id}/inbox`;
  t.equal((await send(inbox, late, { type: "Leave", object: district.id })).refused, "no-such-membership");
  await send(inbox, late, { type: "Join", object: district.id });
  t.equal((await send(inbox, late, { type: "Leave", object: { id: district.id, type: "Group" } })).status, 202);
  t.match(loadMembership(nodes.district.node.db.orm, district.id, "network", late.id), { state: "left" });
});

t.test("B40 one host may have only so many requests waiting: the next is refused, those before stay", async (t) => {
  const { db } = nodes.district.node;
  const { host } = new URL(peer.origin);
  const model = loadMembership(db.orm, district.id, "network", mallory.id)!;
  transact(db, (tx) => {
    for (let i = 0; i < MOST_ASKING_PER_HOST; i++)
      saveMembership(tx, {
        ...model,
        peer: `${peer.origin}/x${i}`,
        joinIri: `${peer.origin}/x${i}/join`,
        state: "asked",
      });
  });
  const answer = await send(`${district.id}/inbox`, mallory, { type: "Join", object: district.id });
  t.same(answer, { status: 403, refused: "too-many-requests" });
  t.equal(countMemberships(db.orm, district.id, "network", "asked", host), MOST_ASKING_PER_HOST);
});

t.test("where nobody decides, a host that already fills its share waits for a person", async (t) => {
  const { db } = nodes.district.node;
  transact(db, (tx) => saveAdmission(tx, district.id, "automatic", clock.at));
  db.raw.prepare("UPDATE memberships SET state = 'member', since = 1 WHERE peer LIKE '%/x%'").run();
  const join = async (handle: string) => {
    const who = peer.serveActor(handle, { ...FILIERA, role: "gas" });
    await send(`${district.id}/inbox`, who, { type: "Join", object: district.id });
    return loadMembership(db.orm, district.id, "network", who.id)?.state;
  };
  t.equal(await join("finto"), "asked");
  db.raw.prepare("DELETE FROM memberships WHERE peer LIKE '%/x1'").run();
  t.equal(await join("vero"), "member");
});

t.test("B24 who is no member is not announced, whatever it posts", async (t) => {
  const to = [`${AS}#Public`];
  const note = { type: "Note", id: `${mallory.id}/notes/1`, attributedTo: mallory.id, content: "Io", to };
  t.equal((await send(`${nodes.district.origin}/inbox`, mallory, { type: "Create", to, object: note })).status, 202);
  t.equal(loadAnnounced(nodes.district.node.db.orm, district.id, note.id), undefined);
});
