// How long one waits for the next sign-in link.
import t from "tap";
import { FORGET_MS, plainAddress, weighAsk } from "../../src/members/signIn.ts";

t.test("the first link goes at once, the next after 30 seconds, then the wait doubles", async (t) => {
  const first = weighAsk(undefined, 0);
  t.equal(first.mayWrite, true);
  t.equal(weighAsk(first.asks, 29_999).mayWrite, false);
  const second = weighAsk(first.asks, 30_000);
  t.equal(second.mayWrite, true);
  t.equal(weighAsk(second.asks, 30_000 + 59_999).mayWrite, false);
  t.equal(weighAsk(second.asks, 30_000 + 60_000).mayWrite, true);
});

t.test("an ask inside the wait does not lengthen it", async (t) => {
  const { asks } = weighAsk(undefined, 0);
  t.same(weighAsk(asks, 10_000).asks, asks);
});

t.test("the wait is never longer than a quarter of an hour, and an hour of quiet clears it", async (t) => {
  const eager = { count: 20, lastAt: 0 };
  t.equal(weighAsk(eager, 15 * 60_000).mayWrite, true);
  t.match(weighAsk(eager, FORGET_MS), { mayWrite: true, asks: { count: 1 } });
});

t.test("addresses compare without case and spaces", async (t) => {
  t.equal(plainAddress(" Gino@Posta.Example "), "gino@posta.example");
});
