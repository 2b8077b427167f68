// An order cycle, one thing at a time and in any order of things.
import fc from "fast-check";
import t from "tap";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import {
  activeLines,
  addLines,
  type Cycle,
  cancelCycle,
  checkPlan,
  closeCycle,
  confirmCycle,
  draftCycle,
  dueMove,
  editCycle,
  extendCycle,
  freezeCycle,
  isAnnounced,
  LINES_MAX,
  openCycle,
  type Plan,
  removeCycle,
  retellCycle,
  scheduleCycle,
  setAvailability,
  takesOrders,
  tellProgress,
  unscheduleCycle,
  withdrawLine,
} from "../../src/sales/cycle.ts";
import { DEFAULT_RULES, type Threshold } from "../../src/sales/saleRules.ts";
import { CLOSING, DAY, DEARER, draftOf, FARM, HONEY, HOUR, NOW, ORANGES, openOf, PLAN, sure } from "./cycles.ts";

const refusal = (result: unknown) => (isRefusal(result) ? result.refused : "accepted");
const PALLET: Threshold = { unitCode: "KGM", quantityThousandths: 800_000, whenMissed: "extend", extensionHours: 72 };
const rulesOf = (threshold: Threshold | null) => ({ ...DEFAULT_RULES, threshold });

t.test("a missed common minimum gives one extension, never into a delivery", async (t) => {
  const open = openOf({ rules: rulesOf(PALLET) });
  const longer = sure(extendCycle(open, CLOSING));
  t.match(longer, { state: "open", closesAt: CLOSING + 3 * DAY, extendedAt: CLOSING, sequence: 2, revision: 1 });
  t.equal(refusal(extendCycle(longer, CLOSING + 3 * DAY)), "already-extended");
  const [delivery] = PLAN.deliveries;
  const far = openOf({ rules: rulesOf({ ...PALLET, extensionHours: 700 }) });
  t.equal(sure(extendCycle(far, CLOSING)).closesAt, delivery!.startAt);
  t.equal(refusal(extendCycle(far, delivery!.startAt)), "no-time-left");
  t.equal(refusal(extendCycle(openOf(), CLOSING)), "already-extended");
});

t.test("a common minimum that was announced is lowered or dropped, never raised nor added", async (t) => {
  const open = openOf({ rules: rulesOf(PALLET) });
  const edit = (threshold: Threshold | null) => editCycle(open, { rules: rulesOf(threshold) }, NOW);
  t.match(edit({ ...PALLET, quantityThousandths: 600_000 }), { revision: 2 });
  t.match(edit(null), { rules: { threshold: null } });
  t.equal(refusal(edit({ ...PALLET, quantityThousandths: 900_000 })), "threshold-fixed");
  t.equal(refusal(editCycle(openOf(), { rules: rulesOf(PALLET) }, NOW)), "threshold-fixed");
});

t.test("progress is told without a new revision, unless what is left of a line must be read again", async (t) => {
  const progress = { collectedThousandths: 1, missingThousandths: 2, groupsCount: null };
  t.match(tellProgress(openOf(), progress, NOW + HOUR), { progress, toldAt: NOW + HOUR, sequence: 2, revision: 2 });
  const free = sure(withdrawLine(openOf(), 1, NOW));
  t.match(tellProgress(free, progress, NOW + HOUR), { sequence: 3, revision: 2 });
});

t.test("what one reader is shown otherwise is a new revision for all, and changes no line", async (t) => {
  const open = openOf();
  const told = retellCycle(open, NOW + HOUR);
  t.match(told, { sequence: 2, revision: 2 });
  t.same(told.lines, open.lines);
});

const late = { ...PLAN.deliveries[0]!, startAt: CLOSING + 20 * DAY, endAt: CLOSING + 20 * DAY + HOUR };

t.test("a draft is opened with its first announcement, and counts from one", async (t) => {
  t.notOk(isAnnounced(draftOf()));
  t.match(openOf(), { state: "open", revision: 1, sequence: 1, openedAt: NOW, lines: [{ number: 1 }, { number: 2 }] });
});

t.test("a cycle without lines is not opened nor scheduled", async (t) => {
  const empty = sure(draftCycle({ ...PLAN, opensAt: NOW + DAY }, "c", FARM, NOW));
  t.equal(refusal(openCycle(empty, "producer", NOW)), "no-lines");
  t.equal(refusal(scheduleCycle(empty, NOW)), "no-lines");
});

t.test("a plan that cannot be kept is refused with what is wrong", async (t) => {
  const wrongs: [Partial<Plan>, string][] = [
    [{ name: " " }, "bad-name"],
    [{ closesAt: NOW }, "closing-not-ahead"],
    [{ closesAt: NOW + 3 * 366 * DAY }, "closing-too-far"],
    [{ closesAt: CLOSING + 1 }, "no-moment"],
    [{ opensAt: CLOSING }, "opening-after-closing"],
    [{ deliveries: [{ ...late, endAt: late.startAt }] }, "delivery-backwards"],
    [{ deliveries: [{ ...late, startAt: CLOSING - HOUR }] }, "delivery-before-closing"],
    [{ deliveries: [{ ...late, place: "" }] }, "no-place"],
    [{ deliveries: Array.from({ length: 11 }, (_, i) => ({ ...late, number: i + 1 })) }, "too-many-deliveries"],
    [{ minimumOrderCents: -1 }, "bad-minimum"],
    [{ rules: { ...DEFAULT_RULES, answerHours: 0 } }, "bad-answer-hours"],
    [{ rules: rulesOf({ ...PALLET, quantityThousandths: 0 }) }, "bad-threshold"],
    [{ rules: rulesOf({ ...PALLET, extensionHours: 0 }) }, "bad-extension"],
  ];
  for (const [change, code] of wrongs) t.equal(refusal(checkPlan({ ...PLAN, ...change }, NOW)), code);
  t.equal(refusal(draftCycle({ ...PLAN, name: "" }, "c", FARM, NOW)), "bad-name");
  t.equal(checkPlan({ ...PLAN, deliveries: [] }, NOW), null, "where and when may still be open");
});

t.test("the closing minute itself is too late for an order", async (t) => {
  t.ok(takesOrders(openOf(), CLOSING - 1));
  t.notOk(takesOrders(openOf(), CLOSING));
});

t.test(
  "a scheduled cycle opens at its minute, or goes back to the drawer when the node slept through it",
  async (t) => {
    const scheduled = sure(scheduleCycle(draftOf({ opensAt: NOW + DAY }), NOW));
    t.equal(dueMove(scheduled, NOW + DAY - 1), null);
    t.equal(dueMove(scheduled, NOW + DAY), "open");
    t.equal(dueMove(scheduled, CLOSING), "miss");
    t.match(unscheduleCycle(scheduled, "clock", CLOSING), { state: "draft" });
    t.equal(refusal(scheduleCycle(draftOf(), NOW)), "opening-not-ahead");
    t.equal(refusal(editCycle(scheduled, { opensAt: null }, NOW)), "opening-not-ahead");
  },
);

t.test("the clock closes from the closing minute on, never before", async (t) => {
  t.equal(dueMove(openOf(), CLOSING - 1), null);
  t.equal(dueMove(openOf(), CLOSING), "close");
  t.equal(refusal(closeCycle(openOf(), "clock", CLOSING - 1)), "too-early");
  t.match(closeCycle(openOf(), "clock", CLOSING + DAY), { state: "closed", closesAt: CLOSING, endedAt: CLOSING + DAY });
});

t.test("an early close tells the real end to the minute, and nothing to fetch again", async (t) => {
  const closed = sure(closeCycle(openOf(), "producer", NOW + HOUR + 1234));
  t.match(closed, { state: "closed", closesAt: NOW + HOUR, revision: 1, sequence: 2 });
  t.equal(dueMove(closed, CLOSING), null);
});

t.test("a new date counts as an Update; new words or another minimum must also be fetched again", async (t) => {
  t.match(editCycle(openOf(), { closesAt: CLOSING + DAY }, NOW), { revision: 1, sequence: 2 });
  t.match(editCycle(openOf(), { deliveries: [late] }, NOW), { revision: 1, sequence: 2 });
  t.match(editCycle(openOf(), { name: "Agrumi" }, NOW), { revision: 2, sequence: 2 });
  t.match(editCycle(openOf(), { minimumOrderCents: null }, NOW), { revision: 2, sequence: 2 });
  const open = openOf();
  t.equal(editCycle(open, { name: open.name }, NOW), open, "the same plan again says nothing");
});

t.test("what was promised to partners does not become public afterwards, nor the other way round", async (t) => {
  t.equal(refusal(editCycle(openOf({ visibility: "partners" }), { visibility: "public" }, NOW)), "visibility-fixed");
  t.match(editCycle(draftOf(), { visibility: "partners" }, NOW), { visibility: "partners", sequence: 0 });
});

t.test("another price is a new line, and the old one keeps its own", async (t) => {
  const corrected = sure(addLines(openOf(), [DEARER], NOW));
  t.match(corrected, { revision: 2, sequence: 2 });
  t.match(corrected.lines[0], { number: 1, withdrawnAt: NOW, goods: { facts: { priceTenThousandths: 17_500 } } });
  t.match(corrected.lines[2], { number: 3, withdrawnAt: null, goods: { facts: { priceTenThousandths: 19_000 } } });
  const open = openOf();
  t.equal(addLines(open, [ORANGES], NOW), open, "the same goods again change nothing");
});

t.test("in a draft nobody has seen, a corrected line leaves nothing behind", async (t) => {
  const corrected = sure(addLines(draftOf(), [DEARER], NOW));
  t.match(corrected.lines, [
    { number: 1, goods: { facts: { sku: "MIE" } } },
    { number: 2, goods: { facts: { priceTenThousandths: 19_000 } } },
  ]);
  t.same(sure(withdrawLine(corrected, 2, NOW)).lines.length, 1);
});

t.test("a line is withdrawn but for the last one, and what there is can be told anew", async (t) => {
  const fewer = sure(withdrawLine(openOf(), 1, NOW));
  t.same(
    activeLines(fewer).map((line) => line.number),
    [2],
  );
  t.equal(refusal(withdrawLine(fewer, 2, NOW)), "last-line");
  t.equal(refusal(withdrawLine(fewer, 1, NOW)), "no-such-line");
  t.match(setAvailability(openOf(), new Map([[1, 80_000]]), NOW), {
    revision: 2,
    lines: [{ availableThousandths: 80_000 }, { availableThousandths: null }],
  });
  t.equal(refusal(setAvailability(fewer, new Map([[1, 0]]), NOW)), "no-such-line");
  const open = openOf();
  t.equal(setAvailability(open, new Map([[1, 1_500_000]]), NOW), open);
});

t.test("more lines than a cycle holds are refused whole", async (t) => {
  const many = Array.from({ length: LINES_MAX + 1 }, (_, i) => ({
    ...HONEY,
    goods: { ...HONEY.goods, productIri: `${FARM}/catalog/${i}` },
  }));
  t.equal(refusal(addLines(draftOf(), many, NOW)), "too-many-lines");
});

t.test("a cancelled cycle says why, takes nothing more, and may be removed once", async (t) => {
  t.equal(refusal(cancelCycle(openOf(), "producer", "  ", NOW)), "no-reason");
  const cancelled = sure(cancelCycle(openOf(), "producer", "grandine", NOW));
  t.match(cancelled, { state: "cancelled", cancelReason: "grandine", sequence: 2, endedAt: NOW });
  t.equal(refusal(addLines(cancelled, [DEARER], NOW)), "wrong-state");
  t.equal(refusal(editCycle(cancelled, { name: "x" }, NOW)), "wrong-state");
  t.equal(refusal(removeCycle(openOf(), NOW)), "wrong-state");
  const removed = sure(removeCycle(cancelled, NOW + 1));
  t.match(removed, { removedAt: NOW + 1, sequence: 3 });
  t.equal(refusal(removeCycle(removed, NOW)), "wrong-state");
});

t.test("a frozen cycle is closed and then confirmed, and a confirmed one is not called off", async (t) => {
  const frozen = sure(freezeCycle(openOf(), NOW));
  t.equal(dueMove(frozen, CLOSING), "close");
  const confirmed = sure(confirmCycle(sure(closeCycle(frozen, "producer", NOW)), "producer", NOW));
  t.match(confirmed, { state: "confirmed", sequence: 4 });
  t.equal(refusal(cancelCycle(confirmed, "producer", "grandine", NOW)), "wrong-state");
  t.equal(refusal(freezeCycle(confirmed, NOW)), "wrong-state");
  t.equal(refusal(confirmCycle(frozen, "producer", NOW)), "wrong-state");
});

t.test("at its closing an open cycle is edited no more, even before the clock has come by", async (t) => {
  const open = openOf();
  t.equal(refusal(editCycle(open, { closesAt: CLOSING + DAY }, CLOSING)), "wrong-state");
  t.equal(refusal(addLines(open, [DEARER], CLOSING)), "wrong-state");
  t.equal(refusal(withdrawLine(open, 1, CLOSING)), "wrong-state");
  t.equal(refusal(setAvailability(open, new Map(), CLOSING)), "wrong-state");
});

type Step = (cycle: Cycle, now: number) => Cycle | Refusal;

const lines = fc.constantFrom(ORANGES, HONEY, DEARER);
const number = fc.integer({ min: 1, max: 5 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>((cycle, now) => scheduleCycle(cycle, now)),
  fc.constant<Step>((cycle, now) => openCycle(cycle, "producer", now)),
  fc.constant<Step>((cycle, now) => freezeCycle(cycle, now)),
  fc.constant<Step>((cycle, now) => closeCycle(cycle, "producer", now)),
  fc.constant<Step>((cycle, now) => confirmCycle(cycle, "producer", now)),
  fc.constant<Step>((cycle, now) => cancelCycle(cycle, "producer", "grandine", now)),
  fc.constant<Step>((cycle, now) => removeCycle(cycle, now)),
  fc.constant<Step>((cycle, now) => {
    const due = dueMove(cycle, now);
    if (due === null) return cycle;
    if (due === "miss") return unscheduleCycle(cycle, "clock", now);
    return due === "open" ? openCycle(cycle, "clock", now) : closeCycle(cycle, "clock", now);
  }),
  fc
    .integer({ min: -5, max: 40 })
    .map<Step>((days) => (cycle, now) => editCycle(cycle, { closesAt: NOW + days * DAY }, now)),
  fc.array(lines, { maxLength: 3 }).map<Step>((wishes) => (cycle, now) => addLines(cycle, wishes, now)),
  number.map<Step>((one) => (cycle, now) => withdrawLine(cycle, one, now)),
  fc.tuple(number, fc.nat(9_000_000)).map<Step>(
    ([one, available]) =>
      (cycle, now) =>
        setAvailability(cycle, new Map([[one, available]]), now),
  ),
);
const stories = fc.array(fc.tuple(steps, fc.integer({ min: 0, max: 3 * 24 * 60 })), { maxLength: 40 });

t.test("whatever happens in whatever order, what others have seen of a cycle stays true", async () => {
  fc.assert(
    fc.property(stories, (story) => {
      let now = NOW;
      let cycle = draftOf({ opensAt: NOW + DAY });
      let openings = 0;
      for (const [step, minutes] of story) {
        now += minutes * 60_000;
        const next = step(cycle, now);
        if (isRefusal(next)) continue;
        if (next.state === "open" && cycle.state !== "open") openings += 1;
        checkStep(cycle, next);
        cycle = next;
      }
      return openings <= 1;
    }),
    { numRuns: 300 },
  );
});

const ORDER = ["draft", "scheduled", "open", "frozen", "closed", "confirmed", "cancelled"];

function checkStep(before: Cycle, after: Cycle): void {
  const must = (holds: boolean, says: string) => {
    if (!holds) throw new Error(`${says}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`);
  };
  must(after.revision <= Math.max(1, after.sequence), "a revision is told in an Update");
  if (!isAnnounced(before)) {
    must(after.sequence === (isAnnounced(after) ? 1 : 0), "nobody hears of a draft");
    return;
  }
  must(ORDER.indexOf(after.state) >= ORDER.indexOf(before.state), "an announced cycle never goes back");
  must(after.visibility === before.visibility && after.openedAt === before.openedAt, "who sees it stays");
  must(after === before || after.sequence === before.sequence + 1, "each change is one Update");
  must(after.revision >= before.revision, "a revision never falls");
  for (const [place, line] of before.lines.entries()) {
    const later = after.lines[place];
    must(later?.number === line.number && later.goods === line.goods, "a line keeps its number and its goods");
    must(line.withdrawnAt === null || later?.withdrawnAt === line.withdrawnAt, "a withdrawn line stays so");
  }
}
