// Who may be in a network and how a membership goes on, as one machine both sides keep. PROTOCOL 9.
import fc from "fast-check";
import t from "tap";
import { NETWORK_LEVELS } from "../../../src/activitypub/actor.ts";
import {
  claimsNetwork,
  MEMBERSHIP_STATES,
  type Membership,
  type MembershipEvent,
  mayJoin,
  mayReach,
  nextMembership,
  stepMembership,
} from "../../../src/network/membership/membership.ts";

const EVENTS: readonly MembershipEvent[] = ["asked", "accepted", "rejected", "left", "removed", "gone"];
const HALF: Membership = {
  ...{ actorId: "https://d.example/d", side: "network", peer: "https://g.example/g", host: "g.example" },
  ...{ state: "asked", joinIri: "https://g.example/g/activities/1", inbox: "https://g.example/g/inbox" },
  ...{ charterVersion: null, charterDigest: null, charterText: null, reason: null, code: null, since: null },
  ...{ createdAt: 0, updatedAt: 0 },
};

t.test("nobody becomes a member who has not asked, whatever the network says", async (t) => {
  for (const state of [null, "refused", "left", "removed"] as const)
    t.same(nextMembership(state, "accepted"), { refused: "no-such-membership" }, String(state));
  t.equal(nextMembership("asked", "accepted"), "member");
});

t.test("who asks again stays what it is while it is in, and begins anew once it is out", async (t) => {
  t.equal(nextMembership("member", "asked"), "member");
  for (const state of ["refused", "left", "removed"] as const) t.equal(nextMembership(state, "asked"), "asked");
});

t.test("whatever happens in whatever order, it is a member exactly while it has a since", async (t) => {
  const story = fc.array(fc.tuple(fc.constantFrom(...EVENTS), fc.nat({ max: 1000 })), { maxLength: 30 });
  fc.assert(
    fc.property(fc.constantFrom(...MEMBERSHIP_STATES), story, (state, events) => {
      let half: Membership = { ...HALF, state, since: state === "member" ? 0 : null };
      for (const [event, now] of events) {
        const after = stepMembership(half, event, now);
        if (!("refused" in after)) half = after as Membership;
        t.equal(half.since !== null, half.state === "member");
      }
    }),
    { numRuns: 200 },
  );
  t.pass();
});

t.test("said twice at once, every event is said once", async (t) => {
  for (const event of EVENTS)
    for (const state of MEMBERSHIP_STATES) {
      const once = nextMembership(state, event);
      if (typeof once !== "string" || event === "gone") continue;
      t.equal(nextMembership(once, event), once, `${event} in ${state}`);
    }
});

t.test("a chain of memberships always goes up: so no network is ever in one of its own", async (t) => {
  const network = fc.constantFrom(...NETWORK_LEVELS);
  fc.assert(
    fc.property(fc.array(network, { minLength: 2, maxLength: 8 }), (levels) => {
      const joins = levels.every(
        (level, i) => i === 0 || mayJoin({ kind: "district", level: levels[i - 1]! }, level) === null,
      );
      const isLoop = mayJoin({ kind: "district", level: levels.at(-1)! }, levels[0]!) === null;
      return !(joins && isLoop);
    }),
  );
  t.same(mayJoin({ kind: "district", level: "province" }, "province"), {
    refused: "level-too-high",
    level: "province",
  });
  t.same(mayJoin({ kind: null, level: null }, "des"), { refused: "cannot-join" });
  t.same(mayJoin({ kind: "node", level: null }, "region"), { refused: "cannot-join" });
  t.equal(mayJoin({ kind: "gas", level: null }, "region"), null);
});

t.test("a network rises or falls only as far as those in it and those it is in allow", async (t) => {
  t.equal(mayReach("province", ["des"], ["region"]), null);
  t.match(mayReach("des", ["des"], []), { refused: "level-in-use" });
  t.match(mayReach("region", [], ["region"]), { refused: "level-in-use" });
});

t.test("FEP-fe34 an actor's own half of a membership is what its document says, in every spelling", async (t) => {
  const network = "https://d.example/d";
  t.ok(claimsNetwork({ memberOf: network }, network));
  t.ok(claimsNetwork({ memberOf: ["https://x.example/x", { id: network }] }, network));
  for (const memberOf of [undefined, null, [], "https://d.example/other", [{ href: network }], 7])
    t.notOk(claimsNetwork({ memberOf }, network), JSON.stringify(memberOf));
});
