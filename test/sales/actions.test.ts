// What happens to a cycle on a real database, and what is owed to others in the same commit.
import t from "tap";
import { readerTerms } from "../../src/catalogs/activities.ts";
import { raiseEpoch } from "../../src/db/facts.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import {
  addLines,
  closeEarly,
  createCycle,
  discardDraft,
  editCycle,
  openCycle,
  removeCycle,
  scheduleCycle,
  setAvailability,
  unscheduleCycle,
  withdrawLine,
} from "../../src/sales/actions.ts";
import { cancelCycle, salesClockTasks } from "../../src/sales/closingActions.ts";
import type { Plan } from "../../src/sales/cycle.ts";
import { listAnnounced, listCycles, listOpen, loadCycle, numberBeyondRestore } from "../../src/sales/store.ts";
import { addFollower, addPact, introduce } from "../partners/standing.ts";
import { CLOSING, DAY, DEARER, HONEY, HOUR, NOW, ORANGES, PLAN, sure } from "./cycles.ts";
import { GAS, makeFarm } from "./farm.ts";

const MASTODON = "https://m.example/users/lucia";

function farmWithFriends(t: Parameters<typeof makeFarm>[0]) {
  const made = makeFarm(t);
  transact(made.db, (tx) => {
    addFollower(tx, made.farm.id, MASTODON);
    addPact(tx, GAS, made.farm.id, made.farm.id, { priceDeltaHundredthsPercent: -500 });
  });
  const start = (change: Partial<Plan> = {}) => {
    const cycle = sure(createCycle(made.desk, made.farm.id, { ...PLAN, ...change }, [ORANGES, HONEY]));
    return { actorId: made.farm.id, cycleId: cycle.id };
  };
  const runClock = async () => {
    for (const task of salesClockTasks(made.desk)) await task.run(made.clock.now());
  };
  return { ...made, start, runClock };
}

t.test("a draft is owed to nobody, and an opening to followers and partners, each inbox once", async (t) => {
  const { desk, start, owed, db } = farmWithFriends(t);
  const key = start();
  t.same(owed(), []);
  sure(openCycle(desk, { ...key, byId: "gino" }));
  t.match(db.raw.prepare("SELECT by_id, detail FROM audit_log ORDER BY id").all(), [
    { by_id: null, detail: /: draft$/ },
    { by_id: "gino", detail: /: draft → open$/ },
  ]);
  t.match(owed(), [
    { activity: { type: "Create", proof: {} }, inboxes: ["https://g.example/g/inbox", "https://m.example/inbox"] },
  ]);
});

t.test("a GAS that follows the farm and has a pact with it is told of an opening once", async (t) => {
  const { desk, start, owed, db, farm } = farmWithFriends(t);
  transact(db, (tx) => {
    addFollower(tx, farm.id, GAS);
    addFollower(tx, farm.id, "https://g.example/other");
    introduce(tx, GAS);
  });
  sure(openCycle(desk, start()));
  t.same(owed()[0]?.inboxes, ["https://g.example/inbox", "https://m.example/inbox"]);
});

t.test("B37 an opening for partners is owed to partners alone, and stands in no public outbox", async (t) => {
  const { desk, start, owed, db } = farmWithFriends(t);
  sure(openCycle(desk, start({ visibility: "partners" })));
  t.same(owed()[0]?.inboxes, ["https://g.example/g/inbox"]);
  t.equal(db.raw.prepare("SELECT is_public FROM activities").pluck().get(), 0);
});

t.test("a farm that sells to us is no partner of what we sell", async (t) => {
  const { desk, start, owed, db, farm } = farmWithFriends(t);
  transact(db, (tx) => addPact(tx, farm.id, "https://other.example/o", farm.id));
  sure(openCycle(desk, start({ visibility: "partners" })));
  t.same(owed()[0]?.inboxes, ["https://g.example/g/inbox"]);
  t.equal(readerTerms(db.orm, farm.id, "https://other.example/o"), null);
});

t.test("a partner's terms hold for the products its pact names", async (t) => {
  const { db, farm } = farmWithFriends(t);
  const terms = readerTerms(db.orm, farm.id, GAS);
  t.equal(terms?.priceDeltaHundredthsPercent, -500);
  t.ok(terms?.includes(`${farm.id}/catalog/nav10`));
  t.equal(readerTerms(db.orm, farm.id, MASTODON), null);
});

t.test("edits, an early close and a cancellation are each told once, in the commit that makes them", async (t) => {
  const { desk, clock, start, owed } = farmWithFriends(t);
  const key = start();
  sure(openCycle(desk, key));
  clock.at += HOUR;
  sure(editCycle(desk, key, { closesAt: CLOSING + DAY }));
  sure(addLines(desk, key, [DEARER]));
  sure(setAvailability(desk, key, new Map([[3, 80_000]])));
  sure(withdrawLine(desk, key, 2));
  sure(closeEarly(desk, key));
  sure(cancelCycle(desk, key, "grandine"));
  sure(removeCycle(desk, key));
  const said = owed().map(({ activity }) => `${activity.type} ${(activity.object as { type: string }).type}`);
  const update = ["Update Note", "Update Collection"];
  // The price of a line is not in the Note: its correction and its quantity change the stub alone.
  t.same(said, [
    "Create Note",
    ...update,
    "Update Collection",
    "Update Collection",
    ...update,
    ...update,
    ...update,
    "Delete Tombstone",
  ]);
  t.match(openCycle(desk, key), { refused: "not-found" }, "what is removed is not there");
});

t.test("a refused act is owed to nobody and leaves the cycle as it was", async (t) => {
  const { desk, start, owed, db } = farmWithFriends(t);
  const key = start();
  sure(openCycle(desk, key));
  const before = loadCycle(db.orm, key.actorId, key.cycleId);
  t.match(openCycle(desk, key), { refused: "wrong-state" });
  t.match(cancelCycle(desk, key, " "), { refused: "no-reason" });
  t.match(withdrawLine(desk, key, 9), { refused: "no-such-line" });
  t.same(loadCycle(db.orm, key.actorId, key.cycleId), before);
  t.equal(owed().length, 1);
});

t.test("of two hands at one cycle the slower is told, and nothing of hers is lost by surprise", async (t) => {
  const { desk, clock, start, db } = farmWithFriends(t);
  const key = start();
  const seenUpdatedAt = loadCycle(db.orm, key.actorId, key.cycleId)?.updatedAt ?? 0;
  clock.at += 1000;
  sure(editCycle(desk, { ...key, seenUpdatedAt }, { name: "Arance" }));
  t.match(editCycle(desk, { ...key, seenUpdatedAt }, { name: "Limoni" }), { refused: "stale-version" });
  t.equal(loadCycle(db.orm, key.actorId, key.cycleId)?.name, "Arance");
});

t.test("another producer's cycle is not there", async (t) => {
  const { desk, start } = farmWithFriends(t);
  const key = start();
  t.match(openCycle(desk, { ...key, actorId: GAS }), { refused: "not-found" });
  t.match(discardDraft(desk, { ...key, actorId: GAS }), { refused: "not-found" });
  t.match(createCycle(desk, GAS, PLAN, []), { refused: "not-found" });
});

t.test("the clock opens and closes at the minute, once", async (t) => {
  const { desk, clock, start, owed, runClock } = farmWithFriends(t);
  const opensAt = NOW + DAY;
  sure(scheduleCycle(desk, start({ opensAt })));
  clock.at = opensAt - 1;
  await runClock();
  t.equal(owed().length, 0);
  clock.at = opensAt;
  await runClock();
  await runClock();
  t.same(
    owed().map(({ activity }) => activity.type),
    ["Create"],
  );
  clock.at = CLOSING;
  await runClock();
  await runClock();
  t.match(owed().at(-1), { activity: { object: { cycleStatus: "closed", endTime: "2026-12-01T22:00:00Z" } } });
  t.equal(owed().length, 3);
});

t.test("a node that slept through the opening opens late, and closes late what ended meanwhile", async (t) => {
  const { desk, clock, start, owed, runClock, db, farm } = farmWithFriends(t);
  const first = start({ opensAt: NOW + DAY });
  sure(scheduleCycle(desk, first));
  const missed = start({ opensAt: NOW + DAY, closesAt: NOW + 2 * DAY, deliveries: [] });
  sure(scheduleCycle(desk, missed));
  clock.at = NOW + 3 * DAY;
  await runClock();
  t.match(loadCycle(db.orm, farm.id, first.cycleId), { state: "open", openedAt: NOW + 3 * DAY });
  t.match(loadCycle(db.orm, farm.id, missed.cycleId), { state: "draft", openedAt: null });
  t.equal(owed().length, 1, "nobody hears of an opening that is already over");
  clock.at = CLOSING + 3 * DAY;
  await runClock();
  t.match(loadCycle(db.orm, farm.id, first.cycleId), { state: "closed", closesAt: CLOSING });
});

t.test("a scheduled cycle can go back to the drawer, and a draft can be thrown away", async (t) => {
  const { desk, start, db, farm } = farmWithFriends(t);
  const key = start({ opensAt: NOW + DAY });
  sure(scheduleCycle(desk, key));
  t.match(discardDraft(desk, key), { refused: "wrong-state" });
  sure(unscheduleCycle(desk, key));
  t.notOk(isRefusal(discardDraft(desk, key)));
  t.equal(loadCycle(db.orm, farm.id, key.cycleId), undefined);
});

t.test("lists show each reader what is theirs to see", async (t) => {
  const { desk, start, db, farm } = farmWithFriends(t);
  const open = start();
  sure(openCycle(desk, open));
  const hidden = start({ visibility: "partners" });
  sure(openCycle(desk, hidden));
  start();
  const ids = (cycles: { id: string }[]) => cycles.map(({ id }) => id).sort();
  t.equal(listCycles(db.orm, farm.id, 10, 0).length, 3);
  t.equal(listCycles(db.orm, farm.id, 10, 2).length, 1);
  t.same(ids(listOpen(db.orm, null, ["public"], 10)), [open.cycleId]);
  t.same(ids(listAnnounced(db.orm, farm.id, ["public", "partners"], 10)), [open.cycleId, hidden.cycleId].sort());
  sure(closeEarly(desk, open));
  t.same(listOpen(db.orm, farm.id, ["public"], 10), []);
  t.same(ids(listAnnounced(db.orm, farm.id, ["public"], 10)), [open.cycleId]);
});

t.test(
  "I17 after a restore a cycle goes on beyond the numbers that were told since, once for each epoch",
  async (t) => {
    const { desk, start, db, clock } = farmWithFriends(t);
    const opened = start();
    const draft = start();
    sure(openCycle(desk, opened));
    const begin = () => transact(db, (tx) => numberBeyondRestore(tx, clock.now()));
    const numbers = ({ actorId, cycleId }: typeof opened) => {
      const { revision, sequence } = loadCycle(db.orm, actorId, cycleId)!;
      return [revision, sequence];
    };
    begin();
    t.same(numbers(opened), [1, 1], "an ordinary start");
    transact(db, (tx) => raiseEpoch(tx, 1));
    begin();
    begin();
    t.same(numbers(opened), [1001, 1001]);
    sure(openCycle(desk, draft));
    t.same(numbers(draft), [1001, 1001], "a draft may have been opened since the backup");
    transact(db, (tx) => raiseEpoch(tx, 3));
    begin();
    t.same(numbers(opened), [3001, 3001], "two epochs on");
  },
);

t.test(
  "I17 after a restore no line bears a number under which another may have been sold since the backup",
  async (t) => {
    const { desk, start, db, clock } = farmWithFriends(t);
    const [opened, draft] = [start(), start()];
    sure(openCycle(desk, opened));
    transact(db, (tx) => {
      raiseEpoch(tx, 1);
      numberBeyondRestore(tx, clock.now());
    });
    const numbers = (key: typeof opened) =>
      loadCycle(db.orm, key.actorId, key.cycleId)?.lines.map(({ number }) => number);
    sure(addLines(desk, opened, [DEARER]));
    t.same(numbers(opened), [1, 2, 1001], "the correction; what was told before keeps its number");
    sure(withdrawLine(desk, opened, 1001));
    t.same(numbers(opened), [1, 2, 1001]);
    t.same(numbers(draft), [1001, 1002]);
    sure(withdrawLine(desk, draft, 1001));
    t.same(numbers(draft), [1001], "nobody has seen the other");
    sure(openCycle(desk, draft));
    t.same(numbers(draft), [1001]);
    t.same(numbers(start()), [1, 2], "a cycle made since has an address of its own");
  },
);
