import fc from "fast-check";
import t from "tap";
import { isRefusal } from "../../src/kernel/refusal.ts";
import {
  amountOf,
  closingOf,
  dueMove,
  isBackward,
  lineOf,
  type Mover,
  moveOrder,
  ORDER_STATES,
  type Order,
  type OrderState,
  possibleMoves,
  simpleState,
  takesBookings,
} from "../../src/orders/order.ts";
import { CLOSING, goods, HOUR, line, OPENING, order, policies } from "./oranges.ts";

const MOVERS: readonly Mover[] = ["referente", "clock", "producer", "system"];
const FREE = policies({ usesConfirmation: false, usesArrival: false });

/** Every edge of machine A, with who may take it; in a GAS that uses no optional step but the completion. */
const EDGES = [
  "draft scheduled referente clock system",
  "draft open referente",
  "draft cancelled referente clock system",
  "scheduled draft referente clock",
  "scheduled open referente clock",
  "scheduled cancelled referente clock system",
  "open completing referente clock system",
  "open closed referente clock system",
  "open cancelled referente clock system",
  "completing closed referente clock system",
  "completing cancelled referente clock system",
  "closed open referente",
  "closed sent referente clock system",
  "closed cancelled referente clock system",
  "sent closed referente producer",
  "sent confirmed referente producer",
  "sent arrived referente",
  "sent delivering referente",
  "sent cancelled referente producer",
  "confirmed arrived referente",
  "confirmed delivering referente",
  "confirmed cancelled referente producer",
  "arrived delivering referente",
  "arrived cancelled referente",
  "delivering delivered referente",
  "delivered delivering referente",
  "delivered archived system",
];

/** A moment at which time stands in the way of no step from this state. */
function orderIn(state: OrderState, change: Partial<Order> = {}): { order: Order; now: number } {
  const base = order({ state, policies: FREE, ...change });
  if (state === "draft") return { order: { ...base, opensAt: CLOSING - HOUR }, now: OPENING };
  if (state === "scheduled") return { order: base, now: OPENING };
  if (state === "open") return { order: base, now: CLOSING };
  if (state === "completing") return { order: base, now: CLOSING + 24 * HOUR };
  return { order: { ...base, closesAt: CLOSING + HOUR, closedAt: CLOSING }, now: CLOSING };
}

t.test("of all moves by all movers exactly those of machine A are taken", async (t) => {
  const taken = ORDER_STATES.flatMap((from) =>
    ORDER_STATES.flatMap((to) => {
      // Time sends a missed order back to the drawer only after its closing.
      const isMissed = from === "scheduled" && to === "draft";
      const at = (mover: Mover) => {
        const { order, now } = orderIn(from);
        return moveOrder(order, to, mover, isMissed && mover === "clock" ? CLOSING : now, "perché sì", false);
      };
      const movers = MOVERS.filter((mover) => !isRefusal(at(mover)));
      return movers.length > 0 ? [`${from} ${to} ${movers.join(" ")}`] : [];
    }),
  );
  const sorted = (edges: readonly string[]) => edges.map((edge) => edge.split(" ").sort().join(" ")).sort();
  t.same(sorted(taken), sorted(EDGES));
});

t.test("whatever is tried, an order never leaves the table and terminal states absorb", async () => {
  const known = new Set(EDGES.map((edge) => edge.split(" ").slice(0, 2).join(" ")));
  const move = fc.record({
    to: fc.constantFrom(...ORDER_STATES),
    mover: fc.constantFrom(...MOVERS),
    hours: fc.nat(80),
  });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      let [now, current] = [OPENING - HOUR, order({ state: "draft", policies: FREE })];
      for (const { to, mover, hours } of moves) {
        now += hours * HOUR;
        const next = moveOrder(current, to, mover, now, "perché sì", false);
        if (isRefusal(next)) continue;
        if (!known.has(`${current.state} ${next.state}`)) return false;
        if ((next.closedAt === null) !== ["draft", "scheduled", "open", "completing"].includes(next.state))
          if (next.state !== "cancelled") return false;
        current = next;
      }
      return true;
    }),
  );
});

t.test("a step back and a cancellation say why, or nothing happens", async (t) => {
  const { order: closed, now } = orderIn("closed");
  for (const to of ["open", "cancelled"] as const) {
    t.same(moveOrder(closed, to, "referente", now), { refused: "no-reason" });
    t.same(moveOrder(closed, to, "referente", now, "   "), { refused: "no-reason" });
    t.same(moveOrder(closed, to, "referente", now, "x".repeat(501)), { refused: "no-reason" });
  }
  t.match(moveOrder(closed, "cancelled", "referente", now, " gelata "), { state: "cancelled", cancelReason: "gelata" });
  t.match(moveOrder(closed, "open", "referente", now, "manca Rita"), { state: "open", closedAt: null });
  t.same(
    [isBackward("closed", "open"), isBackward("open", "closed"), isBackward("archived", "open")],
    [true, false, false],
  );
});

t.test("a delivery is opened again only while its accounts are open", async (t) => {
  const { order: delivered, now } = orderIn("delivered");
  t.same(moveOrder(delivered, "delivering", "referente", now, "pesata errata"), { refused: "accounts-closed" });
  t.match(moveOrder(delivered, "delivering", "referente", now, "pesata errata", false), { state: "delivering" });
});

t.test("C6 a GAS that uses the optional steps cannot skip them", async (t) => {
  const used = { policies: policies({ usesConfirmation: true, usesArrival: true }) };
  const sent = orderIn("sent", used);
  t.same(moveOrder(sent.order, "arrived", "referente", sent.now), { refused: "step-not-skipped", step: "confirmed" });
  const confirmed = orderIn("confirmed", used);
  t.same(moveOrder(confirmed.order, "delivering", "referente", confirmed.now), {
    refused: "step-not-skipped",
    step: "arrived",
  });
  const open = orderIn("open", { policies: policies({ usesCompletion: false }) });
  t.match(moveOrder(open.order, "completing", "clock", open.now), { refused: "step-not-used" });
});

t.test("time opens, closes and ends the completion at the minute, never before", async (t) => {
  const scheduled = order({ state: "scheduled" });
  t.same(moveOrder(scheduled, "open", "clock", OPENING - 1), { refused: "too-early", at: OPENING });
  t.match(moveOrder(scheduled, "open", "clock", OPENING), { state: "open" });
  t.same(moveOrder(order(), "closed", "clock", CLOSING - 1), { refused: "too-early", at: CLOSING });
  t.match(moveOrder(order(), "closed", "referente", CLOSING - HOUR), { state: "closed", closedAt: CLOSING - HOUR });
  const byHand = order({ state: "completing", completesUntil: null });
  t.same(moveOrder(byHand, "closed", "clock", CLOSING + HOUR), { refused: "too-early", at: null });
  t.match(moveOrder(byHand, "closed", "referente", CLOSING + HOUR), { state: "closed", closedAt: CLOSING + HOUR });
  t.same(moveOrder(order(), "completing", "clock", CLOSING + 24 * HOUR), { refused: "completion-over" });
});

t.test("an order that offers nothing, or that would close at once, is not opened", async (t) => {
  const bare = order({ state: "draft", lines: [{ ...line(1), isOffered: false }] });
  t.same(moveOrder(bare, "open", "referente", OPENING), { refused: "no-lines" });
  t.same(moveOrder(order({ state: "draft" }), "open", "referente", CLOSING), { refused: "closing-not-ahead" });
  t.same(moveOrder(order({ state: "draft" }), "scheduled", "referente", OPENING), { refused: "opening-not-ahead" });
  const byHand = order({ state: "draft", opensAt: null });
  t.same(moveOrder(byHand, "scheduled", "referente", OPENING), { refused: "opening-not-ahead" });
});

t.test("moving on answers what a person was asked, but what is to verify stays to verify", async (t) => {
  const { order: sent, now } = orderIn("sent");
  t.match(moveOrder({ ...sent, needsPerson: "counter" }, "confirmed", "producer", now), { needsPerson: null });
  t.match(moveOrder({ ...sent, needsPerson: "to-verify" }, "confirmed", "producer", now), { needsPerson: "to-verify" });
});

t.test("the clock is told what is due, and leaves alone what waits for a person", async (t) => {
  t.equal(dueMove(order({ state: "scheduled" }), OPENING - 1), null);
  t.equal(dueMove(order({ state: "scheduled" }), OPENING), "open");
  t.equal(dueMove(order({ state: "scheduled" }), CLOSING), "miss");
  t.equal(dueMove(order(), CLOSING - 1), null);
  t.equal(dueMove(order(), CLOSING), "close");
  t.equal(dueMove(order({ state: "completing" }), CLOSING), null);
  t.equal(dueMove(order({ state: "completing" }), CLOSING + 24 * HOUR), "end-completion");
  const closed = order({ state: "closed", policies: policies({ sendBy: "clock" }) });
  t.equal(dueMove(closed, CLOSING), "send");
  t.equal(dueMove({ ...closed, needsPerson: "minimum" }, CLOSING), null);
  t.equal(dueMove(order({ state: "closed" }), CLOSING), null);
});

t.test("the simple view has five states while an order runs", async (t) => {
  const running = ORDER_STATES.filter((state) => !["draft", "scheduled", "cancelled"].includes(state));
  const shown = new Set(running.map((state) => simpleState({ state })));
  t.same([...shown], ["open", "closed", "delivering", "delivered", "archived"]);
  for (const state of ["draft", "scheduled", "cancelled"] as const) t.equal(simpleState({ state }), state);
});

t.test("the desk is offered only moves that would be taken", async (t) => {
  t.same(possibleMoves(order(), "referente", CLOSING - HOUR), ["completing", "closed", "cancelled"]);
  t.same(possibleMoves(order({ state: "archived" }), "referente", CLOSING), []);
});

t.test("bookings are taken until the closing minute, and while cases are completed until its end", async (t) => {
  t.same([takesBookings(order(), CLOSING - 1), takesBookings(order(), CLOSING)], [true, false]);
  const completing = order({ state: "completing" });
  t.same(
    [CLOSING, CLOSING + 24 * HOUR].map((now) => takesBookings(completing, now)),
    [true, false],
  );
  t.equal(takesBookings({ ...completing, completesUntil: null }, CLOSING * 2), true);
  t.equal(takesBookings(order({ state: "closed" }), OPENING), false);
});

t.test("I12 whole packages cost exactly their price, and an amount is rounded once, half away from zero", async (t) => {
  t.equal(amountOf(30_000, goods()), 5250);
  t.equal(amountOf(1003, goods({ packagePriceCents: 333, packageThousandths: 1000 })), 334);
  t.equal(amountOf(500, goods({ packagePriceCents: 1, packageThousandths: 1000 })), 1);
  t.equal(amountOf(500, goods({ packagePriceCents: -1, packageThousandths: 1000 })), -1);
  const ratio = {
    packagePriceCents: fc.integer({ min: -99_999, max: 99_999 }),
    packageThousandths: fc.integer({ min: 1, max: 50_000 }),
  };
  fc.assert(
    fc.property(fc.nat(10_000), fc.record(ratio), (packages, goods) => {
      const cents = amountOf(packages * goods.packageThousandths, goods);
      return cents === packages * goods.packagePriceCents;
    }),
  );
});

t.test("a line is found by its number, and a number without a line is a bug", async (t) => {
  t.equal(lineOf(order(), 1).goods.name, "Arance");
  t.throws(() => lineOf(order(), 9), /the order has a line 9/);
});

t.test(
  "an order says when it closes, and once it is closed when that was, which may be days before the hour",
  async (t) => {
    const now = CLOSING - 6 * 24 * HOUR;
    t.same(closingOf(order(), now), { word: "closes", at: CLOSING });
    t.same(closingOf(order(), CLOSING), { word: "closed", at: CLOSING }, "the clock has not come round yet");
    const early = moveOrder(order(), "closed", "referente", now);
    if (isRefusal(early)) throw new Error(early.refused);
    for (const state of ORDER_STATES.slice(ORDER_STATES.indexOf("closed")))
      t.same(closingOf({ ...early, state }, now + HOUR), { word: "closed", at: now }, state);
    const byHand = { ...order(), state: "completing", completesUntil: null } as const;
    t.same(closingOf(byHand, CLOSING), { word: "completes", at: null });
    t.equal(closingOf({ ...order(), state: "cancelled", closedAt: null }, now), null, "called off while it was open");
  },
);
