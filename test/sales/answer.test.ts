// What follows from an Offer: taken, left to a person, refused; and what a person's changes make of it.
import fc from "fast-check";
import t from "tap";
import { totalOf } from "../../src/partners/threads/agreement.ts";
import { type Circumstances, changeLines, checkLines, decide, mostOf } from "../../src/sales/answer.ts";
import { honey, oranges, termsWith } from "./orderArbitrary.ts";

const AS_USUAL: Circumstances = {
  terms: termsWith(500),
  answers: "automatic",
  minimumOrderCents: 15_000,
  counter: null,
  isClosed: false,
};
const faults = (...lines: Parameters<typeof checkLines>[0]) =>
  checkLines(lines, termsWith(500)).map(({ fault }) => fault);

t.test("each way in which a line can be wrong has its name", async (t) => {
  t.same(faults(oranges(100), honey(12)), []);
  t.same(faults({ ...oranges(100), lineIri: "https://p.example/p/cycles/c12/9" }), ["unknown-line"]);
  t.same(faults(oranges(100), oranges(20)), ["unknown-line"], "a line named twice");
  t.same(faults({ ...oranges(100), unit: "one" }), ["unit"]);
  t.same(faults(oranges(105)), ["not-multiple"]);
  t.same(faults({ ...oranges(100), quantityThousandths: 0 }), ["not-multiple"]);
  t.same(faults({ ...oranges(100), quantityThousandths: -10_000 }), ["not-multiple"]);
  t.same(faults(oranges(10)), ["below-minimum"]);
  t.same(faults(oranges(100, 17_499)), ["amount"]);
  t.same(faults(oranges(510)), ["not-available"]);
});

t.test("an Offer in which all holds is taken at once, unless the cycle answers by hand", async (t) => {
  t.same(decide([oranges(100)], AS_USUAL), { decision: "accept" });
  t.same(decide([oranges(100)], { ...AS_USUAL, answers: "hand" }), { decision: "wait", why: ["by-hand"] });
});

t.test("I12 an Offer with a mistake in one line is refused by the name of the mistake", async (t) => {
  t.same(decide([honey(1), oranges(100, 1)], AS_USUAL), { decision: "reject", reason: "amount" });
  t.same(decide([], AS_USUAL), { decision: "reject", reason: "below-minimum" });
});

t.test("I15 more than is left, or less than the smallest order, waits for the producer", async (t) => {
  t.same(decide([oranges(510)], AS_USUAL), { decision: "wait", why: ["not-available"] });
  t.same(decide([oranges(20)], AS_USUAL), { decision: "wait", why: ["minimum-order"] });
});

t.test("an answer that says what we proposed, or less, is taken, even after closing; more waits", async (t) => {
  const counter = { lines: [oranges(80), honey(2)], answerBy: 0, reason: null, whenSilent: "confirm" as const };
  const late = { ...AS_USUAL, terms: termsWith(0), counter, isClosed: true };
  t.same(decide([honey(2), oranges(80)], late), { decision: "accept" });
  t.same(decide([oranges(60)], late), { decision: "accept" });
  t.match(decide([oranges(90)], late), { decision: "wait" });
  t.match(decide([oranges(80, 1)], late), { decision: "reject", reason: "amount" });
});

t.test("an order of a product with variants, without saying which, waits for the producer", async (t) => {
  const terms = new Map([...termsWith(null)].map(([iri, line]) => [iri, { ...line, hasVariants: true }]));
  t.same(decide([oranges(100)], { ...AS_USUAL, terms }), { decision: "wait", why: ["variants"] });
});

t.test("a person gives less, or nothing, of a line: whole packages at the line's price", async (t) => {
  const ordered = [oranges(120), honey(3)];
  const wish = (kilograms: number) => [{ lineIri: oranges(1).lineIri, quantityThousandths: kilograms * 1000 }];
  t.same(changeLines(ordered, wish(100), termsWith(500), false), { lines: [oranges(100), honey(3)] });
  t.same(changeLines(ordered, wish(0), termsWith(500), false), { lines: [honey(3)] });
  t.match(changeLines(ordered, wish(95), termsWith(500), false), { faults: [{ fault: "not-multiple" }] });
  t.match(changeLines(ordered, wish(130), termsWith(500), false), { faults: [{ fault: "too-big" }] });
  t.match(changeLines(ordered, wish(110), termsWith(100), false), { faults: [{ fault: "not-available" }] });
  t.same(changeLines(ordered, wish(110), termsWith(100), true), { lines: [oranges(110), honey(3)] }, "said expressly");
});

t.test("what can be given of a line is what was ordered or the whole packages that are left", async (t) => {
  const terms = (free: number) => termsWith(free).get(oranges(1).lineIri);
  t.equal(mostOf(oranges(120), terms(500)), 120_000);
  t.equal(mostOf(oranges(120), terms(87)), 80_000);
  t.equal(mostOf(oranges(120), undefined), 120_000);
});

t.test(
  "whatever a person types, what is proposed holds line by line and never costs more than was ordered",
  async (t) => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: -5, max: 40 }), fc.nat(60), (crates, given, free) => {
        const ordered = [oranges((crates + 2) * 10)];
        const wishes = [{ lineIri: oranges(1).lineIri, quantityThousandths: given * 5000 }];
        const terms = termsWith(free * 10);
        const changed = changeLines(ordered, wishes, terms, false);
        if ("faults" in changed) return;
        t.ok(totalOf(changed.lines) <= totalOf(ordered));
        const wrong = checkLines(changed.lines, terms).filter(({ fault }) => fault !== "below-minimum");
        t.same(wrong, []);
      }),
      { numRuns: 200 },
    );
  },
);
