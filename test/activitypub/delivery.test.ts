import fc from "fast-check";
import t from "tap";
import { type Attempt, backoffMs, GIVE_UP_AFTER, judge } from "../../src/activitypub/delivery.ts";

const NOW = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const order = { lane: "order", attempts: 1, createdAt: NOW } as const;
const social = { lane: "social", attempts: 1, createdAt: NOW } as const;
const answered = (status: number, more: Partial<Extract<Attempt, { kind: "answer" }>> = {}): Attempt => ({
  kind: "answer",
  status,
  receipt: null,
  retryAfterMs: null,
  ...more,
});

t.test("A27 an order answered 200, 202 or 204 without a signed receipt is not delivered", async (t) => {
  for (const status of [200, 202, 204])
    t.match(judge(order, answered(status), 1, NOW, 0.5), { state: "pending", error: "no receipt" });
});

t.test(
  "an order is delivered by its receipt whatever the status says, and a conflict or a refusal goes to a person",
  async (t) => {
    t.match(judge(order, answered(202, { receipt: "stored" }), 1, NOW, 0.5), { state: "delivered", error: null });
    t.match(judge(order, answered(200, { receipt: "stale" }), 1, NOW, 0.5), { state: "delivered", error: "stale" });
    t.match(judge(order, answered(422, { receipt: "refused" }), 1, NOW, 0.5), {
      state: "needs-human",
      error: "refused",
    });
    t.match(judge(order, answered(409, { receipt: "conflict" }), 1, NOW, 0.5), { state: "needs-human" });
  },
);

t.test("A25 an order answered 400, 401, 403, 404 or 410 is tried again, and the host is not blamed", async (t) => {
  for (const status of [400, 401, 403, 404, 410])
    t.match(judge(order, answered(status), 1, NOW, 0.5), {
      state: "pending",
      isHostFailing: false,
      nextAt: NOW + 15_000,
    });
});

t.test("A42 an order in a version that the peer does not read waits, and says which version each reads", async (t) => {
  const verdict = judge(order, answered(400, { otherVersions: "1, 2" }), 1, NOW, 0.5);
  t.match(verdict, { state: "pending", error: "version: 1 here, 1, 2 there (HTTP 400)", isHostFailing: false });
});

t.test("a social letter ends with a 2xx, and is let go at 404 and 410", async (t) => {
  t.match(judge(social, answered(202), 1, NOW, 0.5), { state: "delivered" });
  for (const status of [404, 410]) t.match(judge(social, answered(status), 1, NOW, 0.5), { state: "abandoned" });
  t.match(judge(social, answered(403), 1, NOW, 0.5), { state: "pending" });
});

t.test("A24 a host that answers 5xx or 429 is left alone as long as it asks, at most a day", async (t) => {
  for (const status of [500, 502, 503, 429]) {
    const verdict = judge(order, answered(status, { retryAfterMs: 2 * HOUR }), 1, NOW, 0.5);
    t.match(verdict, { state: "pending", isHostFailing: true, hostNextAt: NOW + 2 * HOUR });
  }
  const greedy = judge(order, answered(503, { retryAfterMs: 10 ** 12 }), 1, NOW, 0.5);
  t.equal(greedy.hostNextAt, NOW + DAY);
});

t.test(
  "A24 nothing is given up before 14 days; then an order waits for a person and a social letter is let go",
  async (t) => {
    const failure: Attempt = { kind: "failure", failure: "timeout" };
    const almost = NOW + GIVE_UP_AFTER - 1;
    t.equal(judge({ ...order, attempts: 400 }, failure, 400, almost, 0.9).state, "pending");
    t.equal(judge({ ...order, attempts: 400 }, failure, 400, NOW + GIVE_UP_AFTER, 0.9).state, "needs-human");
    t.equal(judge({ ...social, attempts: 90 }, failure, 90, NOW + GIVE_UP_AFTER, 0.9).state, "abandoned");
  },
);

t.test("nothing is sent to a blocked domain: an order waits for a person, a social letter is let go", async (t) => {
  t.match(judge(order, { kind: "blocked" }, 1, NOW, 0.5), { state: "needs-human", error: "blocked" });
  t.match(judge(social, { kind: "blocked" }, 1, NOW, 0.5), { state: "abandoned", error: "blocked" });
});

t.test("waits double from 30 s with full jitter, never under a second, never over the cap of the lane", async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999999, noNaN: true }),
      (failures, chance) => {
        const span = Math.min(HOUR, 30_000 * 2 ** Math.min(failures - 1, 30));
        const wait = backoffMs(failures, "order", chance);
        return wait >= 1000 && wait <= span && backoffMs(failures, "social", chance) <= 6 * HOUR;
      },
    ),
  );
  t.equal(backoffMs(1, "order", 0.5), 15_000);
  t.equal(backoffMs(50, "order", 0.5), HOUR / 2);
});
