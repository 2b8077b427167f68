// Who has a place and who waits: whatever is booked, cancelled and freed in whatever order.
import fc from "fast-check";
import t from "tap";
import {
  countComing,
  GUESTS_MAX,
  listWaiting,
  nextPosition,
  placesLeft,
  type Queued,
  settleQueue,
} from "../../src/gatherings/queue.ts";

/** The bookings after those who got a place have it. */
function settle(capacity: number | null, bookings: readonly Queued[]): Queued[] {
  const { promote } = settleQueue(capacity, bookings);
  return bookings.map((one) => (promote.includes(one.id) ? { ...one, state: "booked" } : one));
}

/** One more asks for a place in earnest. */
function ask(bookings: readonly Queued[], id: string, guests = 0): Queued[] {
  return [...bookings, { id, state: "waiting", guests, position: nextPosition(bookings) }];
}

function cancel(bookings: readonly Queued[], id: string): Queued[] {
  return bookings.map((one) => (one.id === id ? { ...one, state: "cancelled" } : one));
}

const comingOf = (bookings: readonly Queued[]) =>
  bookings.filter(({ state }) => state === "booked").map(({ id }) => id);

t.test("of ten who want six places six have one, and the seventh gets the first that is free", (t) => {
  let bookings: Queued[] = [];
  for (let n = 1; n <= 10; n += 1) bookings = settle(6, ask(bookings, `p${n}`));
  t.same(comingOf(bookings), ["p1", "p2", "p3", "p4", "p5", "p6"]);
  t.equal(placesLeft(6, bookings), 0);
  bookings = settle(6, cancel(bookings, "p2"));
  t.same(comingOf(bookings), ["p1", "p3", "p4", "p5", "p6", "p7"]);
  t.same(
    listWaiting(bookings).map(({ id }) => id),
    ["p8", "p9", "p10"],
  );
  t.end();
});

t.test("who comes with three others needs four places, and nobody overtakes who waits for them", (t) => {
  let bookings = settle(5, ask(settle(5, ask([], "couple", 1)), "family", 3));
  t.same(comingOf(bookings), ["couple"], "three are left, four are needed");
  bookings = settle(5, ask(bookings, "alone"));
  t.same(comingOf(bookings), ["couple"], "who came later waits behind");
  t.same(comingOf(settle(6, bookings)), ["couple", "family"], "with one place more the family has room");
  t.same(comingOf(settle(null, bookings)), ["couple", "family", "alone"]);
  t.end();
});

t.test("where fewer places are left than were promised nobody is put out, and none is free", (t) => {
  const bookings = settle(null, ask(ask([], "one", 2), "other"));
  t.equal(placesLeft(2, bookings), 0);
  t.same(settleQueue(2, ask(bookings, "third")).promote, []);
  t.end();
});

type Act = { readonly kind: "ask"; readonly guests: number } | { readonly kind: "cancel"; readonly which: number };
const acts = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("ask" as const), guests: fc.integer({ min: 0, max: GUESTS_MAX }) }),
    fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(40) }),
  ),
  { maxLength: 40 },
);

function play(capacity: number, played: readonly Act[], check: (bookings: readonly Queued[]) => void): Queued[] {
  let bookings: Queued[] = [];
  for (const [n, act] of played.entries()) {
    if (act.kind === "ask") bookings = ask(bookings, `p${n}`, act.guests);
    else bookings = cancel(bookings, bookings[act.which % Math.max(1, bookings.length)]?.id ?? "");
    bookings = settle(capacity, bookings);
    check(bookings);
  }
  return bookings;
}

t.test("there are never more people than places, and no free place while the first who waits fits in", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), acts, (capacity, played) => {
      play(capacity, played, (bookings) => {
        if (countComing(bookings) > capacity) throw new Error("too many");
        const [first] = listWaiting(bookings);
        if (first && 1 + first.guests <= (placesLeft(capacity, bookings) ?? 0)) throw new Error("a place is empty");
      });
    }),
  );
  t.end();
});

t.test("whoever has a place asked before everybody who waits, and keeps it until they cancel", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), acts, (capacity, played) => {
      let had: string[] = [];
      play(capacity, played, (bookings) => {
        const waiting = listWaiting(bookings).map(({ position }) => position ?? 0);
        const last = Math.max(
          0,
          ...bookings.filter(({ state }) => state === "booked").map(({ position }) => position ?? 0),
        );
        if (waiting.some((position) => position < last)) throw new Error("overtaken");
        const gone = bookings.filter(({ state }) => state === "cancelled").map(({ id }) => id);
        const has = comingOf(bookings);
        if (had.some((id) => !has.includes(id) && !gone.includes(id))) throw new Error("put out");
        had = has;
      });
    }),
  );
  t.end();
});
