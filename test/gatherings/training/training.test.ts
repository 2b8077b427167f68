// How far somebody is on a training path, and when they have learnt it.
import fc from "fast-check";
import t from "tap";
import {
  mayCertify,
  PASSING_SCORE,
  type PathModule,
  progressOf,
  readQuestions,
  type Step,
  scoreOf,
  slugOf,
  stepPath,
  writeQuestions,
} from "../../../src/gatherings/training/training.ts";

const moduleOf = (kind: PathModule["kind"], number: number): PathModule => ({
  ...{ number, kind, name: `${kind} ${number}`, content: "", gatheringId: null, questions: [] },
});
const five = [1, 2, 3, 4, 5].map((number) => moduleOf("lesson", number));
const at = (...numbers: number[]): Step[] => numbers.map((number) => ({ number, score: null }));

t.test("who attended four lessons of five has learnt it, who attended three is told which are missing", async (t) => {
  const rule = { requiredPercent: 80 };
  t.equal(mayCertify(progressOf(rule, five, at(1, 2, 4, 5))), null);
  const three = progressOf(rule, five, at(1, 2, 4));
  t.same(mayCertify(three), { refused: "not-finished", missing: "lesson 3, lesson 5" });
  t.equal(three.lessonsLeft, 1, "either of them is enough");
});

t.test(
  "what is read and answered is needed whole, whatever the lessons; too few right answers are no answer",
  async (t) => {
    const path = [moduleOf("reading", 1), ...[2, 3].map((n) => moduleOf("lesson", n)), moduleOf("question", 4)];
    const steps = [...at(1, 2, 3), { number: 4, score: PASSING_SCORE - 1 }];
    t.same(progressOf({ requiredPercent: 50 }, path, steps).missing, [{ number: 4, name: "question 4" }]);
    t.ok(progressOf({ requiredPercent: 50 }, path, [...at(1, 2), { number: 4, score: PASSING_SCORE }]).isFinished);
    t.notOk(progressOf({ requiredPercent: 1 }, [], []).isFinished, "an empty path teaches nobody");
  },
);

t.test("nobody is less far by doing more, and who did everything is through", async (t) => {
  const kinds = fc.array(fc.constantFrom("reading", "lesson", "question"), { minLength: 1, maxLength: 12 });
  const step = fc.record({
    number: fc.integer({ min: 1, max: 14 }),
    score: fc.option(fc.integer({ min: 0, max: 100 })),
  });
  fc.assert(
    fc.property(kinds, fc.array(step), step, fc.integer({ min: 1, max: 100 }), (all, steps, more, requiredPercent) => {
      const modules = all.map((kind, i) => moduleOf(kind as PathModule["kind"], i + 1));
      const before = progressOf({ requiredPercent }, modules, steps);
      const after = progressOf({ requiredPercent }, modules, [...steps, more]);
      t.ok(after.percent >= before.percent && after.lessonsLeft <= before.lessonsLeft);
      t.ok(!before.isFinished || after.isFinished);
      t.ok(progressOf({ requiredPercent }, modules, at(...modules.map(({ number }) => number))).isFinished);
    }),
    { numRuns: 200 },
  );
});

t.test(
  "questions are written as lines, read back the same, and refused where no answer is the right one",
  async (t) => {
    const text = "Chi paga?\n- nessuno\n* chi ordina\n\nQuanto?\n* il giusto\n- niente";
    const questions = readQuestions(text);
    if ("refused" in questions) return t.fail(questions.refused);
    t.same(questions[0], { ask: "Chi paga?", choices: ["nessuno", "chi ordina"], right: 1 });
    t.equal(writeQuestions(questions), text);
    t.equal(scoreOf({ questions }, [1, 1]), 50);
    t.equal(scoreOf({ questions }, [1, null]), 50);
    for (const bad of ["", "Chi?\n- a\n- b", "Chi?\n* a", "Chi?\n* a\n* b", "- a\n* b", "Chi?\na\n* b"])
      t.match(readQuestions(bad), { refused: "bad-questions" }, bad);
  },
);

t.test("the name of a path makes its address, and a path that was shown is closed, never hidden", async (t) => {
  t.equal(slugOf("  L'economia solidale: perché? "), "l-economia-solidale-perche");
  t.equal(slugOf("日本"), "");
  t.same(stepPath("draft", "published", 0), { refused: "no-modules" });
  t.equal(stepPath("published", "draft", 3), "published");
  t.equal(stepPath("published", "closed", 3), "closed");
});
