// What an actor says to everybody of its news, word for word. PROTOCOL 10.
import t, { type Test } from "tap";
import {
  writeChange,
  writeNewsDocument,
  writeNewsTombstone,
  writePublication,
  writeWithdrawal,
} from "../../../src/gatherings/news/activities.ts";
import { matchesGolden } from "../golden.ts";

const AT = Date.UTC(2026, 10, 23, 9);
const HOUR = 3_600_000;
const NEWS = {
  ...{ id: "bbbbbbbbbbbbbbbbbbbbbbbbbb", actorId: "https://g.example/fano", title: "Mulino <aperto>" },
  ...{ text: "Sabato alle 9.\n\nPortate i sacchi.", endsAt: Date.UTC(2026, 10, 28, 23), createdAt: AT, updatedAt: AT },
};
const NOTE = {
  ...{ id: "aaaaaaaaaaaaaaaaaaaaaaaaaa", actorId: NEWS.actorId, newsId: NEWS.id },
  ...{ publishedAt: AT, updatedAt: AT, withdrawnAt: null },
};
const TOLD = { note: NOTE, news: NEWS };
const LATER = { ...NOTE, updatedAt: AT + HOUR };
const keeps = (t: Test, name: string, json: unknown) => matchesGolden(t, name, json, "news");

t.test("news is a Note for everybody, with its end and without a name, in its Create and at its own address", (t) => {
  keeps(t, "create", writePublication(TOLD));
  keeps(t, "note", writeNewsDocument(TOLD));
  t.end();
});

t.test("a change is an Update of the Note; what others do not see is not told", (t) => {
  keeps(t, "update", writeChange(TOLD, { note: LATER, news: { ...NEWS, text: "Domenica alle 9." } }));
  t.match(writeChange(TOLD, { note: LATER, news: { ...NEWS, endsAt: NEWS.endsAt + HOUR } }), { type: "Update" });
  t.equal(writeChange(TOLD, { note: LATER, news: { ...NEWS, updatedAt: AT + HOUR } }), null);
  t.end();
});

t.test("what is withdrawn or over is a Tombstone, in its Delete and at its address, without a word of it", (t) => {
  keeps(t, "delete", writeWithdrawal({ ...NOTE, withdrawnAt: AT + HOUR }, AT + HOUR));
  keeps(t, "tombstone", writeNewsTombstone(NOTE, AT + HOUR));
  t.match(writeWithdrawal(NOTE, AT + HOUR), { object: { deleted: "2026-11-23T10:00:00Z" } });
  t.end();
});
