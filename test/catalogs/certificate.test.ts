// Certificates as values: how they stand on a day, and which reminder is due.
import t from "tap";
import { certificateState, dueReminder } from "../../src/catalogs/certificate.ts";

t.test("a certificate is good on its last day, lapsed on the next, near for sixty days", async (t) => {
  const states = ["2026-10-31", "2026-11-01", "2026-12-31", "2027-01-01"].map((today) =>
    certificateState("2026-12-31", today),
  );
  t.same(states, ["valid", "soon", "soon", "expired"]);
  t.equal(certificateState(null, "2026-11-02"), "undated");
});

t.test(
  "a reminder is due sixty, thirty and seven days before and on the day, also where one was slept over",
  async (t) => {
    const due = (today: string) => dueReminder("2026-12-31", today);
    t.same(["2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01"].map(due), [null, 60, 60, 30]);
    t.same(["2026-12-23", "2026-12-24", "2026-12-31", "2027-01-02"].map(due), [30, 7, 0, 0]);
    t.equal(due("2027-02-01"), null, "what lapsed long ago is no news");
  },
);
