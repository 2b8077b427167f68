import t from "tap";
import { describeActor } from "../../src/activitypub/actors.ts";
import { digestOf } from "../../src/activitypub/proof.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { MOST_PENDING_PER_HOST } from "../../src/partners/follows/follow.ts";
import { approveFollower, followActor, rejectFollower, unfollow } from "../../src/partners/follows/followActions.ts";
import { writeFollow } from "../../src/partners/follows/followActivities.ts";
import { countOpenReports, listOpenReports } from "../../src/partners/reports/reportStore.ts";
import {
  countFollows,
  followerInboxes,
  isFollowing,
  listFollowersHere,
  listFollows,
  loadFollow,
} from "../../src/partners/store.ts";
import { farmAndGas } from "./pair.ts";
import { exchange, hand, type Node } from "./town.ts";

const needsApproval = (node: Node, id: string, now: number) =>
  transact(node.wire.db, (tx) => describeActor(tx, id, { approvesFollowers: true }, now));

t.test("a GAS follows a farm that takes everyone: both know it, and news will reach the GAS's node once", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  t.match(followActor(gasNode.wire, gas.id, farmNode.describe(farm)), { state: "requested" });
  await exchange(everyone);
  t.equal(isFollowing(gasNode.wire.db.orm, gas.id, farm.id), true);
  t.same(listFollowersHere(gasNode.wire.db.orm, farm.id), [gas.id]);
  t.same(followerInboxes(farmNode.wire.db.orm, farm.id), [{ inbox: "https://g.example/inbox", actorUri: null }]);
});

t.test("a closed farm's follower waits for a person, and is let in", async (t) => {
  const { clock, farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  needsApproval(farmNode, farm.id, clock.at);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  t.same(followerInboxes(farmNode.wire.db.orm, farm.id), []);
  t.match(listFollows(farmNode.wire.db.orm, farm.id, "in", "requested", 10), [{ peer: gas.id }]);
  approveFollower(farmNode.wire, farm.id, gas.id);
  await exchange(everyone);
  t.equal(isFollowing(gasNode.wire.db.orm, gas.id, farm.id), true);
});

t.test("a follower can be turned away, also after it was let in, and may ask again", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  rejectFollower(farmNode.wire, farm.id, gas.id);
  await exchange(everyone);
  t.match(loadFollow(gasNode.wire.db.orm, gas.id, "out", farm.id), { state: "rejected" });
  t.same(followerInboxes(farmNode.wire.db.orm, farm.id), []);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  t.equal(isFollowing(gasNode.wire.db.orm, gas.id, farm.id), true);
});

t.test("an Undo ends the follow on both sides, said twice it is said once", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  unfollow(gasNode.wire, gas.id, farm.id);
  t.match(unfollow(gasNode.wire, gas.id, farm.id), { refused: "no-such-follow" });
  await exchange(everyone);
  t.match(loadFollow(farmNode.wire.db.orm, farm.id, "in", gas.id), { state: "ended" });
});

t.test("an Undo whose Follow has no actor is matched by who sends it, as activitypub-bot writes it", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  unfollow(gasNode.wire, gas.id, farm.id);
  const [row] = gasNode.owed();
  const undo = JSON.parse(row!.json);
  undo.object = { id: "https://g.example/g/another-id", type: "Follow", object: farm.id };
  await hand(gasNode, { ...row!, json: JSON.stringify(undo) }, farmNode, farm);
  t.match(loadFollow(farmNode.wire.db.orm, farm.id, "in", gas.id), { state: "ended" });
});

t.test("A20 an Undo that overtakes its Follow waits for it, and the follow ends", async (t) => {
  const { farmNode, gasNode, farm, gas } = farmAndGas(t);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  unfollow(gasNode.wire, gas.id, farm.id);
  const [follow, undo] = gasNode.owed();
  t.match(await hand(gasNode, undo!, farmNode, farm), { outcome: "parked" });
  await hand(gasNode, follow!, farmNode, farm);
  t.match(loadFollow(farmNode.wire.db.orm, farm.id, "in", gas.id), { state: "ended" });
});

t.test("A19 a Follow delivered five times at once is one follow and one Accept", async (t) => {
  const { farmNode, gasNode, farm, gas } = farmAndGas(t);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  const [row] = gasNode.owed();
  await Promise.all([1, 2, 3, 4, 5].map(() => hand(gasNode, row!, farmNode, farm)));
  t.equal(farmNode.owed().length, 1);
  t.equal(countFollows(farmNode.wire.db.orm, farm.id, "in", "accepted"), 1);
});

t.test("a second Follow of one who is in already is answered with an Accept again", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  gasNode.wire.db.raw.prepare("DELETE FROM follows").run();
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  t.equal(isFollowing(gasNode.wire.db.orm, gas.id, farm.id), true);
});

t.test("B13 an Accept by another actor of our Follow is refused", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  const eve = farmNode.add("producer", "eve");
  needsApproval(farmNode, farm.id, 0);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  approveFollower(farmNode.wire, farm.id, gas.id);
  const [row] = farmNode.owed();
  const forged = JSON.stringify({ ...JSON.parse(row!.json), id: `${eve.id}/activities/x`, actor: eve.id });
  const answer = await hand(farmNode, { ...row!, actorId: eve.id, json: forged }, gasNode, gas);
  t.match(answer, { status: 403, outcome: "refused" });
  t.equal(isFollowing(gasNode.wire.db.orm, gas.id, farm.id), false);
});

t.test("B12 a farewell ends the follows of the one who leaves, and of nobody else", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  const farewell = (id: string, object: string) => ({
    id: 0,
    actorId: gas.id,
    inbox: "https://p.example/inbox",
    lane: "social" as const,
    receiptKey: null,
    json: JSON.stringify({
      type: "Delete",
      id,
      actor: gas.id,
      object,
      to: ["https://www.w3.org/ns/activitystreams#Public"],
    }),
  });
  await hand(gasNode, farewell(`${gas.id}/activities/d1`, "https://g.example/other"), farmNode, farm);
  t.equal(countFollows(farmNode.wire.db.orm, farm.id, "in", "accepted"), 1);
  await hand(gasNode, farewell(`${gas.id}/activities/d2`, gas.id), farmNode, farm);
  t.equal(countFollows(farmNode.wire.db.orm, farm.id, "in", "accepted"), 0);
});

t.test("B40 one host may have only so many requests waiting: the next is refused, those before stay", async (t) => {
  const { clock, farmNode, gasNode, farm, gas } = farmAndGas(t);
  needsApproval(farmNode, farm.id, clock.at);
  const answers = [];
  for (let i = 0; i <= MOST_PENDING_PER_HOST; i++) {
    const id = `https://g.example/gas-${i}`;
    const sender = { ...gasNode.describe(gas), id };
    const activity = writeFollow({ id: `${id}/follow`, actor: id, peer: farm.id });
    const bytes = Buffer.from(JSON.stringify(activity));
    const rest = { receiver: farm, digest: digestOf(activity), receivedAt: clock.at, profile: "lenient" as const };
    answers.push(await farmNode.inbox.apply({ activity, sender, bytes, ...rest }));
  }
  t.equal(answers.filter(({ outcome }) => outcome === "applied").length, MOST_PENDING_PER_HOST);
  t.match(answers.at(-1), { outcome: "refused" });
  t.equal(countFollows(farmNode.wire.db.orm, farm.id, "in", "requested"), MOST_PENDING_PER_HOST);
});

t.test("B56 a Flag reaches a person; Move, Block and Invite change nothing", async (t) => {
  const { farmNode, gasNode, farm, gas, everyone } = farmAndGas(t);
  followActor(gasNode.wire, gas.id, farmNode.describe(farm));
  await exchange(everyone);
  const send = (type: string) =>
    hand(
      gasNode,
      {
        id: 0,
        actorId: gas.id,
        inbox: `${farm.id}/inbox`,
        lane: "social",
        receiptKey: null,
        json: JSON.stringify({
          type,
          id: `${gas.id}/activities/${type}`,
          actor: gas.id,
          object: farm.id,
          target: "https://e.example/e",
          content: "Offerta ingannevole",
          to: [farm.id],
        }),
      },
      farmNode,
      farm,
    );
  for (const type of ["Move", "Block", "Invite", "Question"])
    t.match(await send(type), { status: 202, outcome: "ignored" });
  t.equal(countOpenReports(farmNode.wire.db.orm), 0);
  t.match(await send("Flag"), { status: 202, outcome: "applied" });
  t.match(listOpenReports(farmNode.wire.db.orm, 10), [
    { sender: gas.id, objects: farm.id, content: "Offerta ingannevole" },
  ]);
  t.equal(countFollows(farmNode.wire.db.orm, farm.id, "in", "accepted"), 1);
});

t.test("a blocked domain cannot be followed, nor can an actor follow itself", async (t) => {
  const { farmNode, gasNode, farm, gas } = farmAndGas(t);
  gasNode.blocked.add("p.example");
  t.match(followActor(gasNode.wire, gas.id, farmNode.describe(farm)), { refused: "blocked" });
  t.match(followActor(gasNode.wire, gas.id, gasNode.describe(gas)), { refused: "follow-self" });
  t.ok(isRefusal(followActor(gasNode.wire, "https://g.example/nobody", farmNode.describe(farm))));
});
