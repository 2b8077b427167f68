import t from "tap";
import { nextState } from "../../../src/partners/follows/follow.ts";

t.test("a follow asked for twice waits once, and asked for again after an Accept stays accepted", async (t) => {
  t.equal(nextState(null, "asked"), "requested");
  t.equal(nextState("requested", "asked"), "requested");
  t.equal(nextState("accepted", "asked"), "accepted");
});

t.test("who was rejected or left may ask again", async (t) => {
  t.equal(nextState("rejected", "asked"), "requested");
  t.equal(nextState("ended", "asked"), "requested");
});

t.test("a follower can be removed after it was accepted", async (t) => {
  t.equal(nextState("accepted", "rejected"), "rejected");
});

t.test("an Accept of a follow that was undone or never asked changes nothing", async (t) => {
  t.match(nextState("ended", "accepted"), { refused: "no-such-follow" });
  t.match(nextState(null, "accepted"), { refused: "no-such-follow" });
  t.match(nextState("rejected", "accepted"), { refused: "no-such-follow" });
});
