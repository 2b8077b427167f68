// Which basket is to be confirmed: whatever was saved, changed and confirmed in whatever order.
import fc from "fast-check";
import t from "tap";
import type { BasketState } from "../../../src/orders/booking/booking.ts";
import { isToConfirm, remindsToConfirm, stateAfterSave } from "../../../src/orders/booking/confirming.ts";
import { ORDER_STATES } from "../../../src/orders/order.ts";
import { START_POLICIES } from "../../../src/orders/planning/plan.ts";

const HOUR = 3_600_000;
const asking = { policies: { ...START_POLICIES, asksToConfirm: true } };
const { asksToConfirm: _, ...older } = START_POLICIES;

t.test("whatever happened before, the last save alone says whether a basket is to be confirmed", async (t) => {
  const save = fc.record({ isEmpty: fc.boolean(), isFinal: fc.boolean() });
  fc.assert(
    fc.property(fc.array(save, { minLength: 1, maxLength: 12 }), (saves) => {
      const state = saves.reduce<BasketState | null>((now, one) => stateAfterSave(now, asking, one), null);
      const { isEmpty, isFinal } = saves.at(-1)!;
      t.equal(state, isEmpty ? "cancelled" : isFinal ? "confirmed" : "draft");
      t.equal(isToConfirm({ ...asking, state: "open" }, { state: state! }), state === "draft");
    }),
  );
});

t.test("where the group does not ask, every basket is confirmed, also one that was asked about before", async (t) => {
  const plain = [{ policies: START_POLICIES }, { policies: older }];
  for (const order of plain) {
    for (const before of [null, "draft", "confirmed", "cancelled"] as const)
      t.equal(stateAfterSave(before, order, { isEmpty: false, isFinal: false }), "confirmed");
    t.equal(isToConfirm({ ...order, state: "open" }, { state: "draft" }), false);
  }
});

t.test("a save moves no basket that is at the counter", async (t) => {
  t.equal(stateAfterSave("delivered", asking, { isEmpty: false, isFinal: true }), "delivered");
});

t.test("only while the order takes bookings something is to be confirmed", async (t) => {
  const at = ORDER_STATES.filter((state) => isToConfirm({ ...asking, state }, { state: "draft" }));
  t.same(at, ["open", "completing"]);
  t.equal(isToConfirm({ ...asking, state: "open" }, undefined), false);
});

t.test(
  "who left a basket is reminded in the last day, an hour after the last change, never after the closing",
  async (t) => {
    const closesAt = 100 * HOUR;
    const order = { ...asking, state: "open" as const, closesAt };
    const reminds = (at: number, updatedAt: number, state: BasketState = "draft") =>
      remindsToConfirm(order, { state, updatedAt }, at);
    t.equal(reminds(76 * HOUR - 1, 0), false, "two days before is too early");
    t.equal(reminds(76 * HOUR, 0), true);
    t.equal(reminds(90 * HOUR, 89 * HOUR + 1), false, "somebody is at it");
    t.equal(reminds(90 * HOUR, 89 * HOUR), true);
    t.equal(reminds(closesAt, 0), false);
    t.equal(reminds(90 * HOUR, 0, "confirmed"), false);
  },
);
