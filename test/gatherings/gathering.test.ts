// What may be done with a gathering, who may book when, and what its form takes.
import t from "tap";
import {
  isMoved,
  mayBook,
  mayRemove,
  reviseGathering,
  standingOf,
  stepGathering,
} from "../../src/gatherings/gathering.ts";
import { readGathering, writeGathering } from "../../src/gatherings/gatheringForm.ts";
import { evening } from "./evenings.ts";

const NOW = Date.UTC(2026, 10, 25, 9);
const { startsAt, endsAt } = evening();
const draft = evening({ state: "draft", sequence: 0, publishedAt: null });
const FREE = { left: 3, isWaitedFor: false };

t.test("a draft is published once, while it is still ahead", (t) => {
  t.match(stepGathering(draft, { state: "published" }, NOW), { state: "published", publishedAt: NOW, sequence: 1 });
  t.same(stepGathering(draft, { state: "published" }, startsAt), { refused: "gathering-over" });
  t.equal(stepGathering(evening(), { state: "published" }, NOW).sequence, 1, "said twice it is said once");
  t.end();
});

t.test("what was published is cancelled with its reason, and stays so", (t) => {
  const to = { state: "cancelled", reason: "neve" } as const;
  const cancelled = stepGathering(evening(), to, NOW);
  t.match(cancelled, { state: "cancelled", cancelReason: "neve", sequence: 2 });
  t.same(stepGathering(draft, to, NOW), { refused: "gathering-not-published" });
  t.same(stepGathering(evening(), to, endsAt), { refused: "gathering-over" });
  const standing = evening({ state: "cancelled", cancelReason: "neve" });
  t.same(stepGathering(standing, { state: "published" }, NOW), { refused: "gathering-cancelled" });
  t.same(reviseGathering(standing, evening(), NOW), { refused: "gathering-cancelled" });
  t.end();
});

t.test("what people may still come to is not taken away under them", (t) => {
  t.same(mayRemove(evening(), NOW), { refused: "gathering-running" });
  t.equal(mayRemove(evening(), endsAt), null);
  t.equal(mayRemove(draft, NOW), null);
  t.equal(mayRemove(evening({ state: "cancelled", cancelReason: "neve" }), NOW), null);
  t.end();
});

t.test(
  "one books until it begins, or until the hour that was said; not what is over, cancelled or open to all",
  (t) => {
    t.equal(mayBook(evening(), startsAt - 1), null);
    t.same(mayBook(evening(), startsAt), { refused: "booking-closed" });
    t.same(mayBook(evening({ closesAt: NOW }), NOW), { refused: "booking-closed" }, "the hour itself is too late");
    t.same(mayBook(evening(), endsAt), { refused: "gathering-over" });
    t.same(mayBook(evening({ takesBookings: false }), NOW), { refused: "not-taking" });
    t.same(mayBook(evening({ state: "cancelled", cancelReason: "neve" }), NOW), { refused: "gathering-cancelled" });
    t.end();
  },
);

t.test("whoever would come is told one thing: cancelled before over, over before closed, full before free", (t) => {
  const standing = (changes: Parameters<typeof evening>[0], queue = FREE, at = NOW) =>
    standingOf(evening(changes), queue, at);
  t.equal(standing({}), "open");
  t.equal(standing({}, { left: 0, isWaitedFor: false }), "full");
  t.equal(standing({}, { left: 2, isWaitedFor: true }), "full", "who waits for three places comes first");
  t.equal(standing({ takesBookings: false }), "open-door");
  t.equal(standing({ closesAt: NOW }), "closed");
  t.equal(standing({}, FREE, endsAt), "over");
  t.equal(standing({ state: "cancelled", cancelReason: "neve" }, FREE, endsAt), "cancelled");
  t.end();
});

t.test("another hour or another room is a move; other words are not", (t) => {
  t.ok(isMoved(evening(), evening({ startsAt: startsAt + 60_000 })));
  t.ok(isMoved(evening(), evening({ venue: "Centro civico" })));
  t.notOk(isMoved(evening(), evening({ content: "Portate due sedie.", capacity: 60 })));
  t.end();
});

const TYPED: Parameters<typeof readGathering>[0] = {
  kind: "evening",
  audience: "people",
  ...{ name: "Come  nasce un GAS", venue: "Sala della Pace", comune: "Fano", position: "43.8427, 13.0196" },
  ...{ startsAt: "2026-12-05T18:00", endsAt: "2026-12-05T20:00", takesBookings: true },
};

t.test("a form is read as it was meant, and shown again as it was read", (t) => {
  const read = readGathering({ ...TYPED, capacity: 6 });
  if ("errors" in read) return t.fail(JSON.stringify(read.errors));
  t.match(read.facts, {
    name: "Come nasce un GAS",
    startsAt,
    endsAt,
    latitude: 43.8427,
    longitude: 13.0196,
    capacity: 6,
  });
  const shown = Object.entries(writeGathering(read.facts)).filter(([, text]) => text !== "");
  t.same(readGathering({ ...TYPED, ...Object.fromEntries(shown), takesBookings: true, capacity: 6 }), read);
  t.match(readGathering({ ...TYPED, capacity: 6, takesBookings: false }), { facts: { capacity: null } });
  return t.end();
});

t.test("each field that does not hold says why", (t) => {
  const errorsOf = (changes: Partial<typeof TYPED>) => {
    const read = readGathering({ ...TYPED, ...changes });
    return "errors" in read ? read.errors : {};
  };
  t.same(errorsOf({ endsAt: "2026-12-05T18:00" }), { endsAt: "before-start" });
  t.same(errorsOf({ endsAt: "2027-02-05T18:00" }), { endsAt: "too-long-lasting" });
  t.same(errorsOf({ startsAt: "2027-03-28T02:30", endsAt: "2027-03-28T04:00" }), { startsAt: "hour-not-there" });
  t.same(errorsOf({ closesAt: "2026-12-06T10:00" }), { closesAt: "after-start" });
  t.same(errorsOf({ position: "a Fano" }), { position: "no-position" });
  t.same(errorsOf({ onlineUrl: "javascript:alert(1)" }), { onlineUrl: "not-an-address" });
  t.same(errorsOf({ venue: undefined, comune: undefined }), { venue: "required" });
  t.end();
});
