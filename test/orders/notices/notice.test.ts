// What of an order's changes is news, for whom it still is, and when a closing is worth a reminder.
import t from "tap";
import { newsOf, remindsOf } from "../../../src/orders/notices/notice.ts";
import type { OrderState } from "../../../src/orders/order.ts";
import { CLOSING, HOUR, OPENING, order } from "../oranges.ts";

const move = (from: OrderState, to: OrderState, mover: "referente" | "producer" | "clock" = "clock") => ({
  ...{ from, to, mover, reason: null, at: OPENING },
});
const whatOf = (...args: Parameters<typeof newsOf>) => newsOf(...args).map(({ what }) => what);

t.test("an opening is news until its closing, and only the first", async (t) => {
  t.same(newsOf(move("draft", "open"), order(), OPENING), [{ what: "opened", businessKey: "opened:o" }]);
  t.same(whatOf(move("scheduled", "open"), order(), OPENING), ["opened"]);
  t.same(whatOf(move("closed", "open"), order(), OPENING), []);
  t.same(whatOf(move("draft", "open"), order({ closesAt: OPENING + HOUR }), OPENING + HOUR), []);
  t.same(whatOf(move("draft", "open"), order({ closesAt: OPENING + 90 * HOUR }), OPENING + 72 * HOUR + 1), []);
});

t.test("a closing is news as long as it is the one that counts", async (t) => {
  const closed = order({ state: "sent", closedAt: OPENING });
  t.same(newsOf(move("open", "closed"), closed, OPENING), [{ what: "closed", businessKey: `closed:o:${OPENING}` }]);
  t.same(whatOf(move("open", "closed"), { ...closed, closedAt: OPENING + HOUR }, OPENING), []);
  t.same(whatOf(move("open", "closed"), { ...closed, state: "cancelled", cancelReason: "-" }, OPENING), []);
});

t.test("what the producer says is news, what a person takes back is not", async (t) => {
  const sent = order({ state: "closed", revision: 2 });
  t.same(newsOf(move("sent", "closed", "producer"), sent, OPENING), [{ what: "refused", businessKey: "answered:o:2" }]);
  t.same(whatOf(move("sent", "closed", "referente"), sent, OPENING), []);
  const confirmed = order({ state: "confirmed", revision: 2 });
  t.same(whatOf(move("sent", "confirmed", "producer"), confirmed, OPENING), ["agreed"]);
  const again = { ...move("confirmed", "confirmed", "producer"), reason: "agreed-again" };
  t.same(whatOf(again, confirmed, OPENING), ["agreed"]);
  t.same(whatOf({ ...again, reason: "counter-taken" }, confirmed, OPENING), []);
});

t.test(
  "who decides is asked once for each question about a revision, except what a person asked themselves",
  async (t) => {
    const asked = order({ state: "sent", revision: 1, needsPerson: "counter" });
    t.same(newsOf(move("sent", "sent", "producer"), asked, OPENING), [
      { what: "asked", businessKey: "asked:o:1:counter" },
    ]);
    t.same(whatOf(move("sent", "sent"), { ...asked, needsPerson: "undo-asked" }, OPENING), []);
  },
);

t.test("an order called off is news unless nobody had seen it", async (t) => {
  const cancelled = order({ state: "cancelled", cancelReason: "grandine" });
  t.same(whatOf(move("open", "cancelled"), cancelled, OPENING), ["cancelled"]);
  t.same(whatOf(move("draft", "cancelled"), cancelled, OPENING), []);
});

t.test(
  "a closing is worth a reminder on its last day, when the order was open for more than a day and a half",
  async (t) => {
    const one = { closesAt: CLOSING };
    t.ok(remindsOf(one, OPENING, CLOSING - 24 * HOUR));
    t.notOk(remindsOf(one, OPENING, CLOSING - 24 * HOUR - 1));
    t.notOk(remindsOf(one, OPENING, CLOSING));
    t.notOk(remindsOf(one, CLOSING - 36 * HOUR, CLOSING - HOUR));
    t.ok(remindsOf(one, CLOSING - 36 * HOUR - 1, CLOSING - HOUR));
  },
);
