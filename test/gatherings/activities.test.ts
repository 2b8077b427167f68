// What an actor says about its gatherings, word for word: the same files are read by whoever takes Events in (PROTOCOL 10, FEP-8a8e).
import t from "tap";
import {
  writeChange,
  writeEventDocument,
  writeEventsCollection,
  writePublication,
} from "../../src/gatherings/activities.ts";
import { evening } from "./evenings.ts";
import { matchesGolden } from "./golden.ts";

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
  matchesGolden(t, "collection", writeEventsCollection("https://g.example/fano", [evening(), other]));
  t.end();
});
