// Who may act on an order, asked by the actions themselves: whatever page or verb sends them.
import t from "tap";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { createOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { closeOrder } from "../../src/orders/closeActions.ts";
import { closeDelivery, markArrived, startDelivery } from "../../src/orders/delivery/deliveryActions.ts";
import { saveRecurrence } from "../../src/orders/repeating/recurrenceActions.ts";
import type { Role } from "../../src/web/visitor.ts";
import { CYCLE, GROVE, type Group, makeGroup, NOW, PLAN, sure } from "./group.ts";

function seat(group: Group, personId: string, role: Role, producers: readonly string[] | null = null): string {
  insertPerson(group.db.orm, { id: personId, name: personId, createdAt: NOW });
  const stored = producers === null ? null : JSON.stringify(producers);
  insertSeat(group.db.orm, { personId, actorId: group.gas.id, role, producers: stored, createdAt: NOW });
  return personId;
}

t.test(
  "C3 a referente of other producers does nothing to this one's orders, who is named for it runs them",
  async (t) => {
    const group = makeGroup(t);
    const order = group.open();
    const { householdId } = group.addMember("ada");
    const other = seat(group, "olga", "referente", ["https://casaro.example/casaro"]);
    const named = seat(group, "nora", "referente", [GROVE]);
    const key = (personId: string) => ({ ...group.keyOf(order), personId });
    t.match(closeOrder(group.buying, key(other)), { refused: "not-found" });
    const wish = { producerId: GROVE, cycleIri: CYCLE, plan: PLAN, lines: [] };
    t.match(createOrder(group.buying, { actorId: group.gas.id, personId: other, ...wish }), { refused: "not-found" });
    const basket = { ...key(other), householdId, seenVersion: 0, wishes: [] };
    t.match(saveBasket(group.buying, basket), { refused: "not-yours" });
    const rule = { ...key(other), repeatId: null, rule: {} as Parameters<typeof saveRecurrence>[1]["rule"] };
    t.match(saveRecurrence(group.buying, rule), { refused: "not-found" });
    t.match(createOrder(group.buying, { actorId: group.gas.id, personId: named, ...wish }), { state: "draft" });
    t.match(closeOrder(group.buying, key(named)), { state: "cancelled" }, "nobody had booked");
  },
);

t.test("C3 a member, a cashier, a treasurer and a stranger run no order; who hands out does only that", async (t) => {
  const group = makeGroup(t);
  const order = group.open();
  group.addMember("ada");
  const key = (personId: string) => ({ ...group.keyOf(order), personId });
  const people = ["ada", seat(group, "cora", "cashier"), seat(group, "tea", "treasurer"), "nobody"];
  const dino = seat(group, "dino", "delivery");
  for (const person of [...people, dino])
    t.match(closeOrder(group.buying, key(person)), { refused: "not-found" }, person);
  sure(closeOrder(group.buying, key("rita")));
  for (const person of people) t.match(markArrived(group.buying, key(person)), { refused: "not-found" }, person);
  // Nothing was booked, so nothing was sent: they are let in, and the order's state says no.
  t.notMatch(markArrived(group.buying, key(dino)), { refused: "not-found" });
  t.notMatch(startDelivery(group.buying, key(dino)), { refused: "not-found" });
  t.match(closeDelivery(group.buying, key(dino)), { refused: "not-found" }, "charging is not theirs");
});
