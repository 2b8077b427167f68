// What does not add up is seen: each promise is broken by hand behind the triggers' back, and `checkOrders` says so.
import t from "tap";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { checkOrders } from "../../src/orders/checkStore.ts";
import { closeOrder } from "../../src/orders/closeActions.ts";
import { closeDelivery } from "../../src/orders/delivery/deliveryActions.ts";
import { makeGroup, NOW, sure } from "./group.ts";
import { makeGrove } from "./grove.ts";

const TRIGGERS = ["bookings_changed_in_time", "order_snapshots_stay", "order_moves_stay", "sent_offers_stay"];

/** Each breaks one promise of a delivered or (first column false) a sent order. */
const BREAKS: readonly (readonly [boolean, string, RegExp])[] = [
  [true, "UPDATE bookings SET quantity_thousandths = 20000", /^I1 .*booked now/],
  [true, "UPDATE order_snapshots SET content = replace(content, '10000', '20000') WHERE number = 1", /^I1 .*tampered/],
  [true, "UPDATE order_snapshots SET content = replace(content, '10000', '20000') WHERE number = 2", /^I2 .*tampered/],
  [true, "UPDATE order_agreements SET lines = replace(lines, '1750', '1')", /^I2 .*never sent/],
  [true, "UPDATE orders SET revision = 0, thread = NULL", /^I5 .*revision 1 was sent/],
  [true, "UPDATE orders SET state = 'open'", /^I6 .*its log ends at delivered/],
  [true, "UPDATE order_moves SET mover = 'producer' WHERE to_state = 'delivered'", /^I6 .*producer moved it/],
  [false, "DELETE FROM outbox", /^I8 .*neither owed nor answered/],
  [false, "UPDATE sent_offers SET offer_digest = '0'", /^I8 .*bytes .* not kept/],
  [false, "UPDATE reservations SET cents = cents + 1", /^I11 .*held for nothing/],
  [true, "UPDATE order_deliveries SET delivered_thousandths = 1", /^I12 .*changed after it was charged/],
  [true, "DROP TRIGGER sent_offers_keep", /the trigger sent_offers_keep is missing/],
  [true, "UPDATE bookings SET booked_at = booked_at + 100000000000", /^I14 .*younger/],
];

for (const [isDelivered, statement, says] of BREAKS)
  t.test(`${statement} is seen`, async (t) => {
    const group = makeGroup(t, { mustAddUp: false });
    const order = group.open();
    const who = group.addMember("marta");
    saveLimit(group.db.orm, { ...who, cents: 100_000, personId: "rita", setAt: NOW });
    const wish = { lineNumber: 1, friendId: null, quantityThousandths: 10_000, toleranceThousandths: 0, note: "" };
    sure(saveBasket(group.buying, { ...who, orderId: order.id, seenVersion: 0, wishes: [wish] }));
    const key = { ...group.keyOf(order), personId: "rita" };
    sure(closeOrder(group.buying, key));
    if (isDelivered) {
      await makeGrove(group).accept(order.id);
      sure(closeDelivery(group.buying, key));
    }
    t.same(checkOrders(group.db.orm), [], "before");
    for (const trigger of TRIGGERS) group.db.raw.exec(`DROP TRIGGER ${trigger}`);
    group.db.raw.exec(statement);
    const broken = checkOrders(group.db.orm).filter((line) => !TRIGGERS.some((name) => line.includes(name)));
    t.ok(
      broken.some((line) => says.test(line)),
      `${says} in ${JSON.stringify(broken)}`,
    );
  });
