// Memberships end with what people decide elsewhere: a domain that is blocked, a member or a network that closes. PROTOCOL 9, 11.
import t from "tap";
import { markRemoteActorGone } from "../../../src/activitypub/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { acceptMember } from "../../../src/network/membership/actions.ts";
import { loadAnnounced } from "../../../src/network/membership/announceStore.ts";
import { partingClockTasks } from "../../../src/network/membership/partingActions.ts";
import { listNetworkMembers } from "../../../src/network/membership/store.ts";
import { listSources } from "../../../src/network/reading/store.ts";
import { chooseAllowlist, ruleDomain } from "../../../src/partners/hosts/domainActions.ts";
import { retireActor } from "../../../src/partners/leaving/actions.ts";
import type { TestNode } from "../../tools/nodes.ts";
import { BY, done, meet, say, startValley, written } from "./valley.ts";

const DAY = 86_400_000;

const leavingOf = ({ node }: TestNode) => ({ wire: node.wire, affairsOf: () => [] });

async function startMembers(t: Parameters<typeof startValley>[0]) {
  const valley = await startValley(t);
  const { nodes, settle, district, gas, farm, ask } = valley;
  for (const [home, member] of [
    [nodes.farm, farm],
    [nodes.gas, gas],
  ] as const) {
    done(await ask(home, member));
    await settle();
    done(acceptMember(nodes.district.node.wire, { actorId: district.id, peer: member.id, byId: BY }));
    await settle();
  }
  return valley;
}

t.test("a member that closes leaves its networks; a network that closes is nowhere any more", async (t) => {
  const { nodes, clock, settle, district, gas, farm, atNetwork, atMember } = await startMembers(t);
  done(retireActor(leavingOf(nodes.farm), farm.id, { typed: "mulino", byId: null }));
  clock.advance({ hours: 23 });
  await settle();
  t.match(atNetwork(farm), { state: "member" }, "nothing leaves for a day");
  clock.advance({ hours: 1 });
  await settle();
  t.match([atNetwork(farm), atMember(nodes.farm, farm)], [{ state: "left" }, { state: "left" }]);
  t.match(written(nodes.farm, "Leave"), [{ object: district.id }]);

  done(retireActor(leavingOf(nodes.district), district.id, { typed: "valli", byId: null }));
  clock.advance({ days: 1 });
  await settle();
  t.match(atMember(nodes.gas, gas), { state: "left" });
  t.same((await meet(nodes.farm, gas.id)).document.memberOf, undefined);
  for (let minute = 0; minute < 2; minute++) {
    clock.advance({ minutes: 1 });
    await settle();
  }
  const { app, db } = nodes.district.node;
  for (const path of ["members", "directory", "offers.atom"])
    t.equal((await app.inject(`/valli/${path}`)).statusCode, 404, path);
  t.same(listSources(db.orm, district.id), [], "and it reads nobody any more");
});

t.test("who is on a blocked domain is member no longer, and what was announced of it is taken back", async (t) => {
  const { nodes, clock, settle, district, gas, farm, atNetwork } = await startMembers(t);
  const { wire, db } = nodes.district.node;
  const iri = say(nodes.farm, farm, "Mietitura aperta");
  await settle();
  t.match(loadAnnounced(db.orm, district.id, iri), { state: "announced" });
  chooseAllowlist(wire, true, null);
  const look = () => partingClockTasks(wire).map(({ run }) => run(clock.at));
  look();
  t.equal(listNetworkMembers(db.orm, district.id).length, 2, "not being on a list of allowed domains ends nothing");
  chooseAllowlist(wire, false, null);
  // All nodes of a test have one name, which nobody may block: the farm's goes by another.
  db.raw.prepare("UPDATE memberships SET host = 'male.example' WHERE peer = ?").run(farm.id);
  done(ruleDomain(wire, { domain: "male.example", rule: "block", reason: "Vendeva veleni." }, null));
  look();
  t.match(atNetwork(farm), { state: "removed", since: null });
  t.same(
    listNetworkMembers(db.orm, district.id).map(({ uri }) => uri),
    [gas.id],
  );
  await settle();
  t.match(loadAnnounced(db.orm, district.id, iri), { state: "undone" });
  t.match(written(nodes.district, "Remove"), [{ object: farm.id }]);
});

t.test("who says for a week that it is no more, and never said farewell, is member no longer", async (t) => {
  const { nodes, clock, district, gas, farm, atNetwork } = await startMembers(t);
  const { wire, db } = nodes.district.node;
  const look = (at: number) => partingClockTasks(wire).map(({ run }) => run(at));
  transact(db, (tx) => {
    markRemoteActorGone(tx, farm.id, clock.at);
    markRemoteActorGone(tx, farm.id, clock.at + 7 * DAY);
  });
  look(clock.at + 7 * DAY);
  t.match(atNetwork(farm), { state: "member" }, "its node may be back tomorrow");
  look(clock.at + 8 * DAY);
  t.match(atNetwork(farm), { state: "left", since: null });
  t.same(
    listNetworkMembers(db.orm, district.id).map(({ uri }) => uri),
    [gas.id],
  );
});
