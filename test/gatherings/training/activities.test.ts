// What followers are told of a path, word for word. PROTOCOL 10.
import t, { type Test } from "tap";
import {
  type ToldPath,
  writePathDocument,
  writePathsCollection,
  writeTidings,
} from "../../../src/gatherings/training/activities.ts";
import type { TrainingPath } from "../../../src/gatherings/training/store.ts";
import type { PathModule } from "../../../src/gatherings/training/training.ts";
import { matchesGolden } from "../golden.ts";

const OPENED = Date.UTC(2026, 10, 23, 9);
const HOUR = 3_600_000;
const DRAFT: TrainingPath = {
  ...{ id: "aaaaaaaaaaaaaaaaaaaaaaaaaa", actorId: "https://r.example/rete", slug: "economia-solidale" },
  ...{ name: "Economia <solidale>", summary: "Come nasce un gruppo.\n\nUna sera & una cena.", forWhom: "officials" },
  ...{ hoursThousandths: 12_500, requiredPercent: 80, state: "draft", announcedAt: null, removedAt: null },
  ...{ createdAt: OPENED - 48 * HOUR, updatedAt: OPENED - HOUR },
};
const OPEN: TrainingPath = { ...DRAFT, state: "published", announcedAt: OPENED, updatedAt: OPENED };
const LESSON: PathModule = {
  ...{ number: 1, kind: "lesson", name: "Una sera insieme", content: "Si parla.", gatheringId: null, questions: [] },
};
const told = (path: TrainingPath, modules: readonly PathModule[] = [LESSON]): ToldPath => ({ path, modules });
const later = (change: Partial<TrainingPath>): TrainingPath => ({ ...OPEN, updatedAt: OPENED + HOUR, ...change });
const keeps = (t: Test, name: string, json: unknown) => matchesGolden(t, name, json, "training");

t.test("a path that opens is a Create of its Article, which says for whom, how long, and where one begins", (t) => {
  keeps(t, "create", writeTidings(told(DRAFT), told(OPEN)));
  keeps(t, "article", writePathDocument(told(OPEN)));
  keeps(t, "collection", writePathsCollection(OPEN.actorId, [told(OPEN), told({ ...OPEN, slug: "altro" }, [])]));
  t.equal(writeTidings(told(DRAFT), told({ ...DRAFT, name: "Altro nome" })), null, "a draft is nobody's to know");
  t.end();
});

t.test("a change is an Update, so is that it takes nobody in any more; what others do not see is not told", (t) => {
  keeps(t, "update", writeTidings(told(OPEN), told(later({ summary: "Altro." }))));
  keeps(t, "closed", writeTidings(told(OPEN), told(later({ state: "closed" }))));
  t.match(writeTidings(told(OPEN), told(later({}), [LESSON, { ...LESSON, number: 2 }])), { type: "Update" });
  t.equal(writeTidings(told(OPEN), told(later({ requiredPercent: 50 }))), null);
  const dated = { ...LESSON, gatheringId: "bbbbbbbbbbbbbbbbbbbbbbbbbb", content: "Si parla e si mangia." };
  t.equal(writeTidings(told(OPEN), told(later({}), [dated])), null, "when a lesson is, its Event tells");
  t.end();
});

t.test(
  "what is taken away is a Delete with a tombstone; one that was open before anybody was told is told once",
  (t) => {
    const gone = later({ removedAt: OPENED + HOUR });
    keeps(t, "delete", writeTidings(told(OPEN), told(gone, [])));
    t.match(writePathDocument(told(gone, [])), { type: "Tombstone", formerType: "Article" });
    const quiet = { ...OPEN, announcedAt: null };
    t.match(writeTidings(told(quiet), told(later({ name: "Nuovo" }))), { type: "Create" });
    t.end();
  },
);
