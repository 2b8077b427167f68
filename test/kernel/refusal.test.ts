import t from "tap";
import { isRefusal } from "../../src/kernel/refusal.ts";

t.test("a refusal is told from a result by its code alone", async (t) => {
  t.ok(isRefusal({ refused: "order-not-open", orderId: "a" }));
  for (const result of [undefined, null, "refused", 7, {}, { refused: true }, []]) t.notOk(isRefusal(result));
});
