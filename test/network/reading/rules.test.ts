// Properties of the rules by which a network reads its sources: what a day may cost, who is read next, how old is old.

import fc from "fast-check";
import t from "tap";
import { createMeter, DAILY_BUDGET, isSpent, leftOf, nextDay, spend } from "../../../src/network/reading/budget.ts";
import { freshnessOf, heardAt, isAwaited, isShown, listStaleParts } from "../../../src/network/reading/freshness.ts";
import { chooseSources, isSlow, LANES, type Waiting } from "../../../src/network/reading/lanes.ts";
import { sourcesPage } from "../../../src/network/reading/pages.ts";
import {
  DAY,
  dueAtOf,
  duePart,
  markLies,
  NO_MARK,
  newSource,
  retryAfter,
  type Source,
  shareOf,
  spreadCatchUp,
} from "../../../src/network/reading/source.ts";
import { formats } from "../../../src/web/format.ts";
import type { PageContext } from "../../../src/web/page.ts";
import { words } from "../../../src/web/words.ts";

const NOON = Date.UTC(2026, 10, 23, 12);
const times = fc.integer({ min: 0, max: 40 * DAY });

t.test("B24 whatever a source answers, a day's reading of it stays within its budget", async () => {
  const reading = fc.record({ at: times, pages: fc.nat(80), items: fc.nat(5000), ms: fc.nat(90_000) });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 20 }), (readings) => {
      let spent = newSource("https://a.example/a", 0).spent;
      const days = new Map<number, { pages: number; items: number }>();
      for (const { at, pages, items } of readings.toSorted((one, other) => one.at - other.at)) {
        const meter = createMeter(leftOf(spent, at), () => 0);
        for (let page = 0; page < pages && !isSpent(meter.left()); page++) {
          meter.addPage();
          meter.takeItems(Math.ceil(items / pages));
        }
        spent = spend(spent, meter.used(), at);
        const day = Math.floor(at / DAY);
        const sum = days.get(day) ?? { pages: 0, items: 0 };
        days.set(day, { pages: sum.pages + meter.used().pages, items: sum.items + meter.used().items });
      }
      for (const { pages, items } of days.values())
        if (pages > DAILY_BUDGET.pages || items > DAILY_BUDGET.items) return false;
      return true;
    }),
  );
});

t.test("time waited is counted while it passes, and a spent day goes on in the first hour of the next", async (t) => {
  let clock = 0;
  const meter = createMeter(DAILY_BUDGET, () => clock);
  clock = 59_999;
  t.notOk(isSpent(meter.left()));
  clock = 60_000;
  t.ok(isSpent(meter.left()));
  fc.assert(
    fc.property(fc.webUrl(), times, (uri, now) => {
      const next = nextDay({ uri }, now);
      return next > now && leftOf({ ...DAILY_BUDGET, day: Math.floor(now / DAY) }, next).pages === DAILY_BUDGET.pages;
    }),
  );
});

const waiting = fc.record({
  uri: fc.uuid(),
  host: fc.constantFrom(..."abcdefghijklmnop"),
  failures: fc.constantFrom(0, 0, 1, 9),
  tookMs: fc.constantFrom(10, 10, 60_000),
}) satisfies fc.Arbitrary<Waiting>;

t.test("a host is asked by one reading at a time, and no more than the lanes hold run at once", async () => {
  fc.assert(
    fc.property(fc.array(waiting), fc.array(waiting, { maxLength: 40 }), (due, first) => {
      const running = chooseSources(first, []);
      const all = [...running, ...chooseSources(due, running)];
      const slow = all.filter(isSlow).length;
      return new Set(all.map(({ host }) => host)).size === all.length && all.length <= LANES.all && slow <= LANES.slow;
    }),
  );
});

t.test("however many slow sources wait, one that never held us up starts at once while its host is free", async () => {
  fc.assert(
    fc.property(fc.array(waiting), fc.array(waiting), (due, before) => {
      const running = chooseSources(before.filter(isSlow), []);
      const quick: Waiting = { uri: "quick", host: "quick.example", failures: 0, tookMs: 0 };
      return chooseSources([...due.filter(isSlow), quick], running).includes(quick);
    }),
  );
});

t.test("a failing source is asked ever more seldom, after a month of silence still once a day", async (t) => {
  const silent = { uri: "https://a.example/a", okAt: NOON - 31 * DAY };
  const waits = [1, 2, 5, 12, 60].map((failures) => retryAfter({ ...silent, failures }, NOON) - NOON);
  t.same(
    waits.toSorted((one, other) => one - other),
    waits,
  );
  t.ok(waits.at(-1)! <= 1.2 * DAY);
  t.ok(waits[0]! < 2 * 60_000);
  t.ok(retryAfter({ ...silent, okAt: NOON, failures: 30 }, NOON) - NOON <= 1.2 * 6 * 3_600_000);
});

t.test("after an outage the overdue are spread over at most ten minutes, alike after every start", async (t) => {
  const due = Array.from({ length: 300 }, (_, n) => ({ uri: `https://s${n}.example/a`, dueAt: NOON - DAY }));
  const justNow = { uri: "https://now.example/a", dueAt: NOON - 1000 };
  const spread = spreadCatchUp([...due, justNow], NOON);
  t.equal(spread.size, 300, "what is due just now keeps its time");
  t.same(spread, spreadCatchUp(due, NOON));
  const seconds = new Map<number, number>();
  for (const at of spread.values()) {
    if (at < NOON || at >= NOON + 300_000) t.fail(`${at}`);
    seconds.set(Math.floor(at / 1000), (seconds.get(Math.floor(at / 1000)) ?? 0) + 1);
  }
  t.ok(Math.max(...seconds.values()) <= 8, "no second has a crowd");
});

t.test("names share out evenly", async (t) => {
  const shares = Array.from({ length: 1000 }, (_, n) => shareOf(`https://s${n}.example/a`));
  t.ok(shares.every((share) => share >= 0 && share < 1));
  for (let tenth = 0; tenth < 10; tenth++) {
    const within = shares.filter((share) => Math.floor(share * 10) === tenth).length;
    t.ok(within > 60 && within < 140, `${within} in tenth ${tenth}`);
  }
});

t.test("seven days without contact is stale, thirty is hidden, and what never answered is not shown", async (t) => {
  t.equal(freshnessOf(null, NOON), "never");
  t.equal(freshnessOf(NOON - 7 * DAY + 1, NOON), "fresh");
  t.equal(freshnessOf(NOON - 7 * DAY, NOON), "stale");
  t.equal(freshnessOf(NOON - 30 * DAY + 1, NOON), "stale");
  t.equal(freshnessOf(NOON - 30 * DAY, NOON), "hidden");
  t.notOk(isShown(null, NOON));
  t.notOk(isShown(NOON - 30 * DAY, NOON));
});

t.test("an actor's own document is read before anything else of it, and nothing before a failure's time", async (t) => {
  const source = newSource("https://a.example/a", NOON);
  const all = {
    ...{ actorDueAt: NOON, membersDueAt: NOON, catalogDueAt: NOON, cyclesDueAt: NOON },
    ...{ eventsDueAt: NOON, statisticsDueAt: NOON },
  };
  t.equal(duePart({ ...source, ...all }, NOON), "actor");
  t.equal(duePart({ ...source, ...all, actorDueAt: NOON + 1 }, NOON), "members");
  t.equal(duePart({ ...source, ...all, actorDueAt: null, catalogDueAt: NOON - 1 }, NOON), "catalog", "due longest");
  t.equal(duePart({ ...source, actorDueAt: null }, NOON), null);
  t.equal(dueAtOf({ ...source, ...all, retryAt: NOON + 5 }), NOON + 5);
  t.equal(dueAtOf({ ...source, actorDueAt: null }), null);
  t.equal(dueAtOf({ ...source, retryAt: NOON + 5, isDropDue: true }), 0, "what is to be taken out does not wait");
});

t.test("a coordinator is told who has not let the network follow it yet, and nothing where all is well", async (t) => {
  const c: PageContext = {
    ...{ say: words("it"), language: "it", format: formats("it"), now: NOON, origin: "https://d.example" },
    ...{ path: "/desk/d/sources", visitor: null, seat: null, placeNames: [], formToken: () => "" },
  };
  const source = { ...newSource("https://a.example/a", NOON), okAt: NOON, isDiscoverable: true, isIndexable: true };
  const shown = { source, standing: "agreed", depth: 1, isPaused: false, viaName: null } as const;
  const page = (isUnanswered: boolean) =>
    String(sourcesPage(c, { sources: [{ ...shown, isUnanswered }], total: 1, mayBlock: false }).body);
  t.match(page(true), /Non ha ancora accettato che la rete la segua/);
  t.notMatch(page(false), /class="warning"/);
});

t.test("what is shown is as old as the part it came with, whatever else its source answers", async (t) => {
  const heard = { actor: NOON, catalog: NOON - 9 * DAY };
  t.equal(heardAt("product", heard, NOON), NOON - 9 * DAY);
  t.equal(heardAt("producer", heard, NOON), NOON);
  t.equal(heardAt("event", heard, NOON), NOON, "of a part of which nothing is known, as old as the source");
  const source = { ...newSource("https://a.example/a", NOON), actorDueAt: NOON, catalogDueAt: NOON, okAt: NOON, heard };
  t.same(listStaleParts(source, NOON), [{ part: "catalog", at: NOON - 9 * DAY }]);
  t.same(listStaleParts({ ...source, catalogDueAt: null }, NOON), [], "nobody reads it any more");
  t.same(listStaleParts({ ...source, okAt: NOON - 9 * DAY }, NOON), [], "all of it is old, which is said already");
});

t.test("a mark is cleared by one whole reading of its own part that began after it, and by nothing less", async (t) => {
  const lie = { count: 2, first: "id https://b.example/x" };
  const clean = { count: 0, first: null };
  const marked = { ...NO_MARK, ...markLies(NO_MARK, "catalog", lie, { now: NOON, wholeSince: NOON }) };
  t.same(marked, { lies: 2, lie: lie.first, liePart: "catalog", lieAt: NOON });
  const later = NOON + DAY;
  t.same(markLies(marked, "catalog", clean, { now: later, wholeSince: null }), {}, "not all of it");
  t.same(markLies(marked, "catalog", clean, { now: later, wholeSince: NOON - DAY }), {}, "the lie was in this walk");
  t.same(markLies(marked, "members", clean, { now: later, wholeSince: later }), {}, "another part");
  t.same(markLies(marked, "members", lie, { now: later, wholeSince: later }), {}, "one mark at a time");
  t.same(markLies(marked, "catalog", clean, { now: later, wholeSince: later }), NO_MARK);
});

t.test(
  "a month is not counted while any source is half read, and who fails for a week is not waited for",
  async (t) => {
    const reach = { standing: "agreed", depth: 1, since: NOON, isPaused: false } as const;
    const farm = { ...newSource("https://a.example/a", NOON), kind: "producer", isIndexable: true } as const;
    const read = { ...farm, catalogIri: "https://a.example/a/catalog", heard: { actor: NOON, catalog: NOON } };
    const begun = { ...read, heard: { actor: NOON } };
    const network = { ...read, kind: "district", catalogIri: null, membersIri: "https://a.example/a/members" } as const;
    const awaits = (
      source: Source,
      change: Partial<typeof reach> | { standing: "unread" | "one-sided" } = {},
      now = NOON,
    ) => isAwaited(source, { ...reach, ...change }, 0, now);
    t.notOk(awaits(read));
    t.ok(awaits(newSource("https://a.example/a", NOON), { standing: "unread" }));
    t.ok(awaits(begun), "its list is had in part, or not at all");
    t.ok(awaits(network), "who its members are");
    for (const [source, change] of [
      [begun, { isPaused: true }],
      [{ ...begun, isGone: true }, {}],
      [begun, { standing: "one-sided" }],
      [{ ...begun, isIndexable: false }, {}],
      [network, { depth: 3 }],
    ] as const)
      t.notOk(awaits(source, change as Partial<typeof reach>), JSON.stringify(change));
    const failing = { ...begun, failures: 9 };
    t.ok(awaits(failing, {}, NOON + 7 * DAY));
    t.notOk(awaits(failing, {}, NOON + 8 * DAY));
    t.ok(isAwaited(failing, reach, NOON + 2 * DAY, NOON + 8 * DAY), "a week since the index was made anew");
    t.ok(awaits(begun, {}, NOON + 8 * DAY), "who does not fail is read sooner or later");
  },
);
