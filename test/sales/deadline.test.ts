// In time or too late, by the moment an order came in and by how long this node was down.
import t from "tap";
import { addOutage, isTooLate } from "../../src/sales/deadline.ts";
import { CLOSING, DAY, HOUR } from "./cycles.ts";

const MINUTE = 60_000;

t.test("an order is in time until ten minutes after the closing", async (t) => {
  t.notOk(isTooLate(CLOSING, [], CLOSING + 10 * MINUTE - 1));
  t.ok(isTooLate(CLOSING, [], CLOSING + 10 * MINUTE));
});

t.test("an hour in which the node was down is given back, for two hours", async (t) => {
  const outages = [{ from: CLOSING - 30 * MINUTE, to: CLOSING + 30 * MINUTE }];
  t.notOk(isTooLate(CLOSING, outages, CLOSING + 30 * MINUTE));
  t.notOk(isTooLate(CLOSING, outages, CLOSING + 69 * MINUTE));
  t.ok(isTooLate(CLOSING, outages, CLOSING + 71 * MINUTE));
  const longAgo = [{ from: CLOSING - DAY, to: CLOSING - 3 * HOUR }];
  t.ok(isTooLate(CLOSING, longAgo, CLOSING + 10 * MINUTE));
});

t.test("outages older than two hours are forgotten", async (t) => {
  const old = { from: 0, to: HOUR };
  const recent = { from: CLOSING - HOUR, to: CLOSING };
  t.same(addOutage([old], recent, CLOSING), [recent]);
});
