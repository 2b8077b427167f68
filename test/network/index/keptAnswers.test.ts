// Answers that are kept: how long, and what makes them old before their time.
import t from "tap";
import { keepAnswers } from "../../../src/network/index/keptAnswers.ts";

const MINUTE = 60_000;

function openKeeper() {
  const counts = { losses: 0, gains: 0, now: 0, made: 0 };
  const changes = { losses: () => counts.losses, gains: () => counts.gains, ofSource: () => 0 };
  const keep = keepAnswers<number>({ changes }, { now: () => counts.now });
  const ask = (state = "", name = "marche") =>
    keep(name, state, async () => {
      counts.made += 1;
      return counts.made;
    });
  return { counts, ask, keep };
}

t.test("who ask at once and within five minutes are answered by one look", async (t) => {
  const { counts, ask } = openKeeper();
  t.same(await Promise.all([ask(), ask(), ask()]), [1, 1, 1]);
  counts.now = 5 * MINUTE - 1;
  t.equal(await ask(), 1);
  t.equal(await ask("", "metauro"), 2, "each name for itself");
  counts.now = 5 * MINUTE;
  t.equal(await ask(), 3);
  counts.now = 0;
  t.equal(await ask(), 4, "a clock put back");
});

t.test("what is taken out is gone at once, what is added comes within half a minute", async (t) => {
  const { counts, ask } = openKeeper();
  await ask();
  counts.gains += 1;
  t.equal(await ask(), 1);
  counts.losses += 1;
  t.equal(await ask(), 2);
  counts.gains += 1;
  counts.now += MINUTE / 2;
  t.equal(await ask(), 3);
  t.equal(await ask("altro"), 4, "nor is anything kept of another state");
});

t.test("what is taken out while an answer is made is not in the next", async (t) => {
  const { counts, ask, keep } = openKeeper();
  const slow = keep("marche", "", async () => {
    counts.losses += 1;
    return 0;
  });
  t.equal(await slow, 0);
  t.equal(await ask(), 1);
});

t.test("a look that failed is not kept", async (t) => {
  const { ask, keep } = openKeeper();
  await t.rejects(
    keep("marche", "", () => Promise.reject(new Error("away"))),
    /away/,
  );
  t.equal(await ask(), 1);
});
