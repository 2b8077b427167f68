// A group and a farm on nodes of their own join a district, leave it, are put out: over real HTTP with real signatures. PROTOCOL 9.
import t from "tap";
import { request } from "undici";
import { describeActor } from "../../../src/activitypub/actors.ts";
import { expireRemoteActor } from "../../../src/activitypub/store.ts";
import { transact } from "../../../src/db/transact.ts";
import {
  acceptMember,
  chooseNetwork,
  joinNetwork,
  leaveNetwork,
  refuseMember,
  removeMember,
  saveCharter,
} from "../../../src/network/membership/actions.ts";
import { claimsNetwork } from "../../../src/network/membership/membership.ts";
import { renewClockTasks } from "../../../src/network/membership/renewActions.ts";
import { listMemberships, listNetworkMembers, listNetworksHere } from "../../../src/network/membership/store.ts";
import { refuseUnread } from "../../tools/goldenShapes.ts";
import { BY, done, meet, startValley, written } from "./valley.ts";

const { nodes, clock, settle, district, gas, farm, ask, atNetwork, atMember } = await startValley(t);
refuseUnread(t, Object.values(nodes));
const wire = () => nodes.district.node.wire;
const key = (peer: string) => ({ actorId: district.id, peer, byId: BY });

async function getJson(url: string, headers: Record<string, string> = {}) {
  const answer = await request(url, { headers: { accept: "application/activity+json", ...headers } });
  const text = await answer.body.text();
  return { status: answer.statusCode, etag: String(answer.headers.etag ?? ""), json: text ? JSON.parse(text) : null };
}

t.test(
  "a group asks, a person of the district takes it in: both documents say so, and the list is public",
  async (t) => {
    done(await ask(nodes.gas, gas));
    await settle();
    t.match(atNetwork(gas), { state: "asked", since: null });
    t.same(listNetworkMembers(nodes.district.node.db.orm, district.id), []);
    t.same((await meet(nodes.district, gas.id)).document.memberOf, undefined, "nobody claims what was not granted");
    done(acceptMember(wire(), key(gas.id)));
    await settle();
    t.match(atMember(nodes.gas, gas), { state: "member", since: clock.at });
    t.same(listNetworkMembers(nodes.district.node.db.orm, district.id), [{ uri: gas.id, since: clock.at }]);
    t.same(listMemberships(nodes.gas.node.db.orm, gas.id), [{ uri: district.id, since: clock.at }]);
    t.ok(claimsNetwork((await meet(nodes.district, gas.id)).document, district.id));
    t.same(listNetworksHere(nodes.district.node.db.orm, gas.id), [district.id]);
    t.match(written(nodes.district, "Add"), [{ object: gas.id, target: `${district.id}/members` }]);
  },
);

t.test("the members collection answers anybody, page by page, and says when nothing has changed", async (t) => {
  const root = await getJson(`${district.id}/members`);
  t.match(root, { status: 200, json: { type: "OrderedCollection", totalItems: 1, attributedTo: district.id } });
  const page = await getJson(root.json.first);
  t.match(page.json, { type: "OrderedCollectionPage", partOf: `${district.id}/members`, orderedItems: [gas.id] });
  t.equal(page.json.next, undefined);
  t.equal((await getJson(root.json.first, { "if-none-match": page.etag })).status, 304);
  t.equal((await getJson(`${district.id}/members?page=0`)).status, 404);
  t.equal((await getJson(`${gas.id}/members`)).status, 404, "a group has none");
});

t.test("who asks a second time while it is in is answered again, and is in once", async (t) => {
  nodes.gas.node.db.raw.prepare("UPDATE memberships SET state = 'asked', since = NULL, updated_at = 0").run();
  done(await ask(nodes.gas, gas));
  await settle();
  t.match(atMember(nodes.gas, gas), { state: "member" });
  t.equal(listNetworkMembers(nodes.district.node.db.orm, district.id).length, 1);
  t.equal(written(nodes.district, "Add").length, 1, "the list has not changed");
  t.equal(written(nodes.district, "Accept").length, 2);
});

t.test("the charter is what was read: who accepted another version is told, and asks again", async (t) => {
  const before = await ask(nodes.farm, farm);
  t.match(before, { state: "asked", charterDigest: null });
  done(saveCharter(wire(), district.id, "Si coltiva senza veleni.\n\nSi dice il prezzo giusto.", BY));
  await settle();
  t.match(atMember(nodes.farm, farm), { state: "refused", code: "charter-changed", reason: null });
  done(await ask(nodes.farm, farm));
  await settle();
  const charter = await getJson(`${district.id}/charter/1`);
  t.match(charter, { status: 200, json: { type: "Article", attributedTo: district.id } });
  t.match(atNetwork(farm), { state: "asked", charterVersion: 1, charterDigest: charter.json["filiera:charterDigest"] });
  t.equal(atMember(nodes.farm, farm)?.charterText, "Si coltiva senza veleni.\n\nSi dice il prezzo giusto.");
  t.equal((await getJson(`${district.id}/charter/2`)).status, 404);
});

t.test("a person's no comes with their words, as plain text", async (t) => {
  t.match(refuseMember(wire(), key(farm.id), "  "), { refused: "no-reason" });
  done(refuseMember(wire(), key(farm.id), "Prima <b>conosciamoci</b>: venite alla riunione."));
  await settle();
  t.match(atMember(nodes.farm, farm), { state: "refused", reason: "Prima <b>conosciamoci</b>: venite alla riunione." });
  t.same(atNetwork(farm)?.state, "refused");
});

t.test("where the district takes everybody in, one it has turned away still waits for a person", async (t) => {
  done(chooseNetwork(wire(), district.id, { level: "des", admission: "automatic" }, BY));
  done(await ask(nodes.farm, farm));
  await settle();
  t.match(atNetwork(farm), { state: "asked" });
  done(acceptMember(wire(), key(farm.id)));
  await settle();
  t.match(atMember(nodes.farm, farm), { state: "member" });
});

t.test("who leaves is out on both sides, says it in its document, and may come back", async (t) => {
  done(leaveNetwork(nodes.gas.node.wire, { actorId: gas.id, peer: district.id, byId: BY }));
  t.match(leaveNetwork(nodes.gas.node.wire, { actorId: gas.id, peer: district.id, byId: BY }), {
    refused: "no-such-membership",
  });
  await settle();
  t.match(atNetwork(gas), { state: "left", since: null });
  t.same((await meet(nodes.district, gas.id)).document.memberOf, undefined);
  t.match(
    written(nodes.district, "Remove"),
    [{ object: gas.id }],
    "which reaches it after it has left, and holds nothing back",
  );
  done(await ask(nodes.gas, gas));
  await settle();
  t.match(atMember(nodes.gas, gas), { state: "member" }, "the district takes everybody in");
});

t.test("who is put out hears that it is out and not why; the reason stays with the district", async (t) => {
  t.match(removeMember(wire(), key(farm.id), ""), { refused: "no-reason" });
  done(removeMember(wire(), key(farm.id), "Vende come suo ciò che compra."));
  await settle();
  t.match(atMember(nodes.farm, farm), { state: "removed", reason: null });
  t.equal(atNetwork(farm)?.reason, "Vende come suo ciò che compra.");
  t.same((await meet(nodes.district, farm.id)).document.memberOf, undefined);
  t.notMatch(JSON.stringify(written(nodes.district, "Remove")), "compra");
});

t.test("who was put out comes back in by a person alone, whatever it withdraws or accepts meanwhile", async (t) => {
  const leave = async () => {
    done(leaveNetwork(nodes.farm.node.wire, { actorId: farm.id, peer: district.id, byId: BY }));
    await settle();
  };
  done(await ask(nodes.farm, farm));
  await settle();
  t.match(atNetwork(farm), { state: "asked" });
  await leave();
  t.match(atNetwork(farm), { state: "left" });
  const network = await meet(nodes.farm, district.id);
  done(joinNetwork(nodes.farm.node.wire, { actorId: farm.id, byId: BY }, network, null));
  await settle();
  t.match(atMember(nodes.farm, farm), { state: "refused", code: "charter-changed" });
  done(await ask(nodes.farm, farm));
  await settle();
  t.match(atNetwork(farm), { state: "asked" }, "though the district takes in whoever accepts the charter");
  done(acceptMember(wire(), key(farm.id)));
  await settle();
  await leave();
  done(await ask(nodes.farm, farm));
  await settle();
  t.match(atMember(nodes.farm, farm), { state: "member" }, "once a person has let it in, it is as everybody");
  await leave();
});

t.test("B38 who does not let itself be listed is in, and neither named nor counted in public", async (t) => {
  const shown = written(nodes.district, "Add").length;
  transact(nodes.farm.node.db, (tx) => describeActor(tx, farm.id, { discoverable: false }, clock.at));
  await meet(nodes.district, farm.id);
  done(await ask(nodes.farm, farm));
  await settle();
  t.match(atMember(nodes.farm, farm), { state: "member" });
  const { json } = await getJson(`${district.id}/members?page=1`);
  t.match(json, { totalItems: 1, orderedItems: [gas.id] });
  const [quiet] = written(nodes.district, "Add").slice(shown);
  t.match(quiet, { object: farm.id, to: [farm.id], cc: undefined });
});

t.test(
  "B38 a member that says it has changed is looked at again at once: who hides is gone from the list",
  async (t) => {
    const listed = async () => (await getJson(`${district.id}/members?page=1`)).json.orderedItems;
    const look = () => Promise.all(renewClockTasks(nodes.district.node.wire).map(({ run }) => run(clock.at)));
    transact(nodes.gas.node.db, (tx) => describeActor(tx, gas.id, { discoverable: false }, clock.at));
    await look();
    t.same(await listed(), [gas.id], "nobody has said anything yet");
    // What an Update of the actor does to our copy of it.
    transact(nodes.district.node.db, (tx) => expireRemoteActor(tx, gas.id));
    await look();
    t.same(await listed(), []);
  },
);

t.test(
  "a district of the same node as a province joins it by the same letters; it cannot come back down",
  async (t) => {
    const province = nodes.district.addActor({
      ...{ kind: "district", level: "province", handle: "provincia", name: "Rete della provincia" },
    });
    t.equal((await meet(nodes.gas, province.id)).document.role, "province");
    const asked = await ask(nodes.district, district, nodes.district, province);
    t.match(asked, { state: "asked" });
    await settle();
    done(acceptMember(wire(), { actorId: province.id, peer: district.id, byId: BY }));
    await settle();
    t.match(atMember(nodes.district, district, province), { state: "member" });
    t.match(await ask(nodes.district, province), { refused: "level-too-high" });
    t.match(chooseNetwork(wire(), province.id, { level: "des", admission: "person" }, BY), { refused: "level-in-use" });
    t.match(chooseNetwork(wire(), district.id, { level: "province", admission: "person" }, BY), {
      refused: "level-in-use",
    });
  },
);

t.test("a letter that was not sent before the node stopped leaves after its start, once", async (t) => {
  done(leaveNetwork(nodes.gas.node.wire, { actorId: gas.id, peer: district.id, byId: BY }));
  await nodes.gas.stop();
  await nodes.gas.start();
  await settle();
  t.match(atNetwork(gas), { state: "left" });
});
