// What an actor says about its gatherings, word for word: the same files are read by whoever takes Events in (PROTOCOL 10, FEP-8a8e).
import t from "tap";
import { readJson } from "../../src/activitypub/jsonScan.ts";
import {
  EVENTS_PER_PAGE,
  readEventCursor,
  writeChange,
  writeEventDocument,
  writeEventsCollection,
  writeEventsPage,
  writePublication,
} from "../../src/gatherings/activities.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { evening } from "./evenings.ts";
import { matchesGolden } from "./golden.ts";

const FANO = "https://g.example/fano";
const LATER = Date.UTC(2026, 10, 24, 9);
const HASH = "50eed6b01f5d42c2ab43474a7ae34a71ab16b4312911d2fbee8f9bdd5ce67fcf";
const FOR_OFFICIALS = {
  audience: "officials",
  picture: HASH,
  pictureAlt: "La sala",
  onlineUrl: "https://meet.example/x",
} as const;

t.test("an Event says when, where and how to book, whole in its Create and at its own address", (t) => {
  matchesGolden(t, "event", writeEventDocument(evening()));
  matchesGolden(t, "create", writePublication(evening()));
  matchesGolden(t, "create-for-officials", writePublication(evening(FOR_OFFICIALS)));
  matchesGolden(
    t,
    "online",
    writeEventDocument(
      evening({ ...FOR_OFFICIALS, picture: null, venue: "", street: "", comune: "", latitude: null, longitude: null }),
    ),
  );
  t.end();
});

t.test(
  "a change is an Update with the Event anew, a cancellation too; what nobody elsewhere would see is not told",
  (t) => {
    const told = { sequence: 2, updatedAt: LATER };
    matchesGolden(t, "update", writeChange(evening(), evening({ ...told, venue: "Centro civico" })));
    matchesGolden(t, "update-for-officials", writeChange(evening(), evening({ ...told, ...FOR_OFFICIALS })));
    const cancelled = evening({ ...told, state: "cancelled", cancelReason: "neve" });
    matchesGolden(t, "cancel", writeChange(evening(), cancelled));
    t.equal(writeChange(evening(), evening({ ...told, capacity: 60 })), null, "how many places there are is ours");
    t.end();
  },
);

t.test("what was taken away is a tombstone, in its Delete and at its address", (t) => {
  const removed = evening({ removedAt: LATER, updatedAt: LATER, sequence: 3 });
  matchesGolden(t, "delete", writeChange(evening(), removed));
  matchesGolden(t, "tombstone", writeEventDocument(removed));
  t.end();
});

t.test("the collection holds the Events whole, for who comes to read", (t) => {
  const other = evening({
    id: "bbbbbbbbbbbbbbbbbbbbbbbbbb",
    name: "Pane e farine",
    takesBookings: false,
    startsAt: LATER + 86_400_000 * 30,
    endsAt: LATER + 86_400_000 * 31,
  });
  matchesGolden(t, "collection", writeEventsCollection(FANO, [evening(), other], 2));
  t.end();
});

const many = (count: number, facts: Parameters<typeof evening>[0] = {}) =>
  Array.from({ length: count }, (_, n) =>
    evening({ ...facts, id: `${"abcdefghij"[Math.floor(n / 10)]}${"abcdefghij"[n % 10]}`.padEnd(26, "a") }),
  );

t.test("more than a page holds is told on pages: the collection leads to the first, each to the next", (t) => {
  const all = many(EVENTS_PER_PAGE + 1);
  matchesGolden(t, "collection-paged", writeEventsCollection(FANO, all, 300));
  const first = writeEventsPage(FANO, all, "start");
  t.equal((first.orderedItems as unknown[]).length, EVENTS_PER_PAGE);
  const [, after = ""] = /^https:\/\/g\.example\/fano\/events\?after=(.+)$/.exec(String(first.next)) ?? [];
  const last = all[EVENTS_PER_PAGE - 1]!;
  t.same(readEventCursor(after), { startsAt: last.startsAt, id: last.id });
  t.equal(readEventCursor("start"), null);
  for (const wrong of ["", "x", `${last.startsAt}`, `-1.${last.id}`, `1.${last.id}a`])
    t.equal(readEventCursor(wrong), undefined, wrong);
  matchesGolden(t, "collection-page", writeEventsPage(FANO, all.slice(-1), after));
  t.end();
});

t.test("a page is one that any reader takes in, with as much of everything as the form lets through", (t) => {
  const full = many(EVENTS_PER_PAGE, { ...FOR_OFFICIALS, sequence: 2, updatedAt: LATER });
  t.equal((writeEventsCollection(FANO, full, EVENTS_PER_PAGE).orderedItems as unknown[]).length, EVENTS_PER_PAGE);
  t.notOk(isRefusal(readJson(Buffer.from(JSON.stringify(writeEventsPage(FANO, full, "start"))))));
  // Letters that need the most bytes.
  const long = many(EVENTS_PER_PAGE, { content: '"'.repeat(5000), summary: "\u4e00".repeat(300) });
  t.equal(writeEventsCollection(FANO, long, long.length).first, `${FANO}/events?after=start`, "too long for one page");
  const page = writeEventsPage(FANO, long, "start");
  const bytes = Buffer.byteLength(JSON.stringify(page));
  t.ok(bytes < 1024 * 1024, `${bytes} bytes`);
  const shown = (page.orderedItems as unknown[]).length;
  t.ok(shown > 0 && shown < EVENTS_PER_PAGE);
  t.match(page.next, new RegExp(`\\.${long[shown - 1]!.id}$`), "what did not fit is on the next");
  t.end();
});
