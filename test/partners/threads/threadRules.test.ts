// What a message means after what is known of its thread: PROTOCOL 6.3, in every order in which messages can come.
import assert from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import {
  canBecome,
  isSameText,
  ORDER_STATUSES,
  type ThreadMessage,
  totalOf,
} from "../../../src/partners/threads/agreement.ts";
import {
  factsOf,
  isAnsweredBy,
  isWithdrawn,
  judge,
  type MessageFacts,
} from "../../../src/partners/threads/threadRules.ts";
import { ORANGES, SAID } from "../agreementArbitrary.ts";

const digestOf = (message: ThreadMessage, salt = "") =>
  Buffer.from(JSON.stringify([message, salt]))
    .toString("hex")
    .slice(-64)
    .padStart(64, "0");
const known = (...messages: ThreadMessage[]): MessageFacts[] =>
  messages.map((message) => factsOf(message, digestOf(message)));
const judged = (message: ThreadMessage, ...before: ThreadMessage[]) =>
  judge(known(...before), message, digestOf(message));

const offer = (revision: number, epoch = 1) => ({
  ...SAID.order,
  epoch,
  revision,
  offerIri: `https://g.example/g/activities/offer-${epoch}-${revision}`,
});
const [R1, R2, R3] = [offer(1), offer(2), offer(3)];
const answers = (order: typeof R1) => ({
  offerIri: order.offerIri,
  offerDigest: digestOf(order),
  revision: order.revision,
});
const accept = (order: typeof R1, sequence = order.revision, epoch = 1) => ({
  ...SAID.accepted,
  ...answers(order),
  epoch,
  sequence,
  acceptIri: `https://p.example/p/activities/accept-${order.epoch}-${order.revision}-${epoch}-${sequence}`,
});
const counter = (order: typeof R1, name = "counter") => ({
  ...SAID.countered,
  ...answers(order),
  answerIri: `https://p.example/p/activities/${name}-${order.revision}`,
});
const reject = (order: typeof R1) => ({
  ...SAID.rejected,
  objectIri: order.offerIri,
  objectDigest: digestOf(order),
  answerIri: `https://p.example/p/activities/reject-${order.revision}`,
});
const undo = (order: typeof R1, name = "undo") => ({
  ...SAID.withdrawn,
  offerIri: order.offerIri,
  offerDigest: digestOf(order),
  undoIri: `https://g.example/g/activities/${name}-${order.revision}`,
});
const refuseUndo = (taken: ReturnType<typeof undo>) => ({
  ...SAID.rejected,
  objectIri: taken.undoIri,
  objectDigest: digestOf(taken),
  answerIri: "https://p.example/p/activities/reject-undo",
});
const status = (sequence: number, word: (typeof ORDER_STATUSES)[number] = "confirmed", revision = 1) => ({
  ...SAID.status,
  epoch: 1,
  revision,
  sequence,
  status: word,
  updateIri: `https://p.example/p/activities/update-${sequence}-${word}`,
});
const note = (sequence: number) => ({
  ...SAID["delivery-note"],
  sequence,
  activityIri: `https://p.example/p/activities/note-${sequence}`,
});

t.test("the first order of a thread is new, and the same again is only that", async (t) => {
  t.same(judged(R1), { verdict: "fresh", movesStatus: true });
  t.same(judged(R1, R1), { verdict: "repeated" });
});

t.test("A20 an earlier revision that comes after a later one is stale and changes nothing", async (t) => {
  t.match(judged(R2, R1), { verdict: "fresh" });
  t.same(judged(R1, R3), { verdict: "stale" });
  t.same(judged(R2, R1, R3), { verdict: "stale" });
});

t.test("B16 another text under the same revision is a conflict, whether it has the same name or another", async (t) => {
  const otherName = { ...R1, offerIri: `${R1.offerIri}-b` };
  const otherText = { ...R1, lines: [{ ...ORANGES, amountCents: 1 }] };
  t.same(judged(otherName, R1), { verdict: "conflict", with: R1.offerIri });
  t.same(judged(otherText, R1), { verdict: "conflict", with: R1.offerIri });
});

t.test(
  "A33 the numbers of a restored node begin again in a new epoch, and the old ones are stale from then on",
  async (t) => {
    const again = offer(1, 2);
    t.match(judged(again, R1, R2), { verdict: "fresh" });
    t.same(judged(R3, R1, again), { verdict: "stale" });
  },
);

t.test("an answer waits for its order, and one to another text than ours is nobody's", async (t) => {
  t.same(judged(accept(R1)), { verdict: "early", before: R1.offerIri });
  t.same(judged(reject(R1)), { verdict: "early", before: R1.offerIri });
  t.match(judged(accept(R1), R1), { verdict: "fresh" });
  for (const answer of [accept(R1), counter(R1)])
    t.same(judged({ ...answer, offerDigest: "0".repeat(64) }, R1), { verdict: "foreign" });
  t.same(judged({ ...reject(R1), objectDigest: "0".repeat(64) }, R1), { verdict: "foreign" });
  t.same(judged({ ...accept(R1), revision: 2 }, R1), { verdict: "foreign" });
});

t.test("a revision is accepted or refused once: whoever says both, or both twice, is in conflict", async (t) => {
  t.match(judged(reject(R1), R1, accept(R1)), { verdict: "conflict" });
  t.match(judged(accept(R1), R1, reject(R1)), { verdict: "conflict" });
  t.match(judged({ ...accept(R1), acceptIri: "https://p.example/p/b" }, R1, accept(R1)), { verdict: "conflict" });
  t.match(judged({ ...reject(R1), answerIri: "https://p.example/p/b" }, R1, reject(R1)), { verdict: "conflict" });
});

t.test("one Agreement serves all revisions: a second one is a conflict", async (t) => {
  const second = { ...accept(R2), agreementIri: "https://p.example/p/agreements/78" };
  t.match(judged(second, R1, accept(R1), R2), { verdict: "conflict" });
  t.match(judged(accept(R2), R1, accept(R1), R2), { verdict: "fresh" });
});

t.test("an Accept of the last revision but one counts until the newer one is accepted, then it is stale", async (t) => {
  t.match(judged(accept(R1), R1, R2), { verdict: "fresh" });
  t.same(judged(accept(R1), R1, R2, accept(R2)), { verdict: "stale" });
});

t.test("A34 a restored seller may say its Accept again in its new epoch, for the same Agreement", async (t) => {
  t.match(judged(accept(R1, 1, 2), R1, accept(R1)), { verdict: "fresh" });
  const other = { ...accept(R1, 1, 2), agreementIri: "https://p.example/p/agreements/78" };
  t.match(judged(other, R1, accept(R1)), { verdict: "conflict" });
  t.match(judged(accept(R1), R1, accept(R1, 1, 2)), { verdict: "conflict" });
});

t.test(
  "a counter-draft counts once a revision, also after an Accept, and no more once something newer stands",
  async (t) => {
    t.match(judged(counter(R1), R1), { verdict: "fresh" });
    t.match(judged(counter(R1), R1, accept(R1)), { verdict: "fresh" });
    t.match(judged(counter(R1, "second"), R1, counter(R1)), { verdict: "conflict" });
    t.same(judged({ ...counter(R1, "second"), epoch: 1 }, R1, { ...counter(R1), epoch: 2 }), { verdict: "stale" });
    t.same(judged(counter(R1), R1, R2), { verdict: "stale" });
    t.same(judged(counter(R1), R1, reject(R1)), { verdict: "stale" });
    t.same(judged(counter(R1), R1, accept(R1), status(2)), { verdict: "stale" });
  },
);

t.test("statuses are ordered by the seller's own count; what they rest on must have come", async (t) => {
  t.same(judged(status(2), R1), { verdict: "early", before: SAID.status.agreementIri });
  t.same(judged(status(3, "confirmed", 2), R1, accept(R1), R2), { verdict: "early", before: SAID.status.agreementIri });
  t.match(judged(status(2), R1, accept(R1)), { verdict: "fresh" });
  t.same(judged(status(2), R1, accept(R1), status(3, "shipped")), { verdict: "stale" });
  t.match(judged(status(2, "cancelled"), R1, accept(R1), status(2)), { verdict: "conflict" });
  t.match(judged(status(1), R1, accept(R1)), { verdict: "conflict" }, "the Accept has that number");
});

t.test("an Accept that comes after later news of its Agreement gives the text, not the status", async (t) => {
  const before = [R1, accept(R1), R2, status(5, "cancelled")];
  t.same(judged(accept(R2, 2), ...before), { verdict: "fresh", movesStatus: false });
  t.same(judged(accept(R2, 6), ...before), { verdict: "fresh", movesStatus: true });
});

t.test(
  "I16 an Undo before its order is remembered: the order comes and finds it withdrawn, and so do later ones",
  async (t) => {
    t.match(judged(undo(R1)), { verdict: "fresh" });
    t.same(judged(R1, undo(R1)), { verdict: "withdrawn" });
    t.same(judged(R2, R1, undo(R1)), { verdict: "withdrawn" });
    t.same(judged(undo(R1, "again"), R1, undo(R1)), { verdict: "stale" });
    t.same(judged({ ...undo(R1), offerDigest: "0".repeat(64) }, R1), { verdict: "foreign" });
  },
);

t.test("an Undo that the seller refuses leaves the thread as it was", async (t) => {
  const taken = undo(R1);
  t.same(judged(refuseUndo(taken), R1), { verdict: "early", before: taken.undoIri });
  t.match(judged(refuseUndo(taken), R1, accept(R1), status(2), taken), { verdict: "fresh" });
  t.notOk(isWithdrawn(known(R1, taken, refuseUndo(taken))));
  t.match(judged(R2, R1, taken, refuseUndo(taken)), { verdict: "fresh" });
});

t.test("a delivery note replaces the one before by its own count, and answers are to the last one", async (t) => {
  const agreed = [R1, accept(R1)];
  t.same(judged(note(1), R1), { verdict: "early", before: SAID["delivery-note"].agreementIri });
  t.match(judged(note(1), ...agreed), { verdict: "fresh" });
  t.match(judged(note(2), ...agreed, note(1)), { verdict: "fresh" });
  t.same(judged(note(1), ...agreed, note(2)), { verdict: "stale" });
  t.match(judged({ ...note(1), activityIri: "https://p.example/p/b" }, ...agreed, note(1)), { verdict: "conflict" });
  const received = { ...SAID["note-accepted"], documentDigest: digestOf(note(1)) };
  t.same(judged(received, ...agreed), { verdict: "early", before: received.documentIri });
  t.match(judged(received, ...agreed, note(1)), { verdict: "fresh" });
  t.same(judged(received, ...agreed, note(1), note(2)), { verdict: "stale" });
  t.same(judged({ ...received, documentDigest: "0".repeat(64) }, ...agreed, note(1)), { verdict: "foreign" });
  const complaint = { ...SAID["note-disputed"], documentDigest: digestOf(note(1)) };
  t.match(judged(received, ...agreed, note(1), complaint), { verdict: "fresh" }, "one may complain and then accept");
});

/** Takes messages as they come: what is early waits, what is refused is forgotten. Gives what was taken. */
function takeAll(messages: readonly ThreadMessage[]): MessageFacts[] {
  const taken: MessageFacts[] = [];
  let waiting = [...messages];
  for (let progress = true; progress; ) {
    progress = false;
    const early: ThreadMessage[] = [];
    for (const message of waiting) {
      const { verdict } = judge(taken, message, digestOf(message));
      if (verdict === "early") early.push(message);
      else progress = true;
      if (verdict === "fresh" || verdict === "withdrawn") taken.push(factsOf(message, digestOf(message)));
    }
    waiting = early;
  }
  return taken;
}

t.test(
  "A20 in whatever order, and however often, a season's messages come, the same text and status are in force",
  async () => {
    const season = [
      R1,
      accept(R1),
      R2,
      counter(R2),
      R3,
      accept(R3, 2),
      status(3),
      status(4, "shipped"),
      note(1),
      note(2),
    ];
    const inForce = (taken: readonly MessageFacts[]) => ({
      text: taken.filter(({ kind }) => kind === "accepted").sort((one, other) => other.number - one.number)[0]?.subject,
      status: taken.filter(({ sequence }) => sequence !== null).sort((one, other) => other.sequence! - one.sequence!)[0]
        ?.status,
      note: Math.max(...taken.filter(({ kind }) => kind === "delivery-note").map(({ number }) => number)),
    });
    const straight = inForce(takeAll(season));
    assert.deepEqual(straight, { text: R3.offerIri, status: "shipped", note: 2 });
    const shuffled = fc.shuffledSubarray([...season, ...season], { minLength: season.length * 2 });
    fc.assert(fc.property(shuffled, (messages) => assert.deepEqual(inForce(takeAll(messages)), straight)));
  },
);

t.test("what is taken never holds two texts under one number", async () => {
  const pool = [
    ...[R1, R2, R3].flatMap((order) => [order, { ...order, offerIri: `${order.offerIri}-b` }]),
    ...[R1, R2, R3].flatMap((order) => [accept(order), accept(order, 9), counter(order), reject(order), undo(order)]),
    ...[2, 3].flatMap((n) => [status(n), status(n, "cancelled"), note(n)]),
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pool), { maxLength: 30 }), (messages) => {
      const names = takeAll(messages)
        .filter(({ number }) => number > 0)
        .map(({ kind, subject, epoch, number }) => `${kind} ${subject} ${epoch} ${number}`);
      assert.equal(new Set(names).size, names.length);
    }),
  );
});

t.test("I6 an agreement goes forward only, is cancelled until it is shipped, and ends once", async (t) => {
  const steps = ORDER_STATUSES.flatMap((from) =>
    ORDER_STATUSES.filter((to) => canBecome(from, to)).map((to) => `${from} ${to}`),
  );
  t.same(steps, [
    "accepted confirmed",
    "accepted shipped",
    "accepted delivered",
    "accepted closed",
    "accepted cancelled",
    "confirmed shipped",
    "confirmed delivered",
    "confirmed closed",
    "confirmed cancelled",
    "shipped delivered",
    "shipped closed",
    "delivered closed",
  ]);
});

t.test(
  "two texts are the same whatever the order of their lines, and differ by a cent, a gram or a unit",
  async (t) => {
    const [one, other] = SAID.order.lines;
    t.ok(isSameText([one!, other!], [other!, one!]));
    t.equal(totalOf([one!, other!]), 20_470);
    for (const change of [{ amountCents: 17_501 }, { quantityThousandths: 100_001 }, { unit: "one" }])
      t.notOk(isSameText([one!, other!], [{ ...one!, ...change }, other!]));
    t.notOk(isSameText([one!], [one!, other!]));
  },
);

t.test(
  "A34 what a restore finds again is answered when our own answer to it comes with it, on that thread",
  async (t) => {
    const taken = undo(R1);
    const document = SAID["delivery-note"];
    const cases: [ThreadMessage, ThreadMessage, boolean][] = [
      [R1, accept(R1), true],
      [R1, counter(R1), true],
      [R1, reject(R1), true],
      [R1, accept(R2), false],
      [R1, { ...accept(R1), thread: "https://g.example/g/threads/13" }, false],
      [taken, refuseUndo(taken), true],
      [taken, reject(R1), true],
      [taken, status(2, "cancelled"), true],
      [taken, status(2), false],
      [counter(R1), { ...R2, supersedes: R1.offerIri }, true],
      [counter(R1), undo(R1), true],
      [counter(R2), R1, false],
      [document, SAID["note-accepted"], true],
      [document, SAID["note-disputed"], true],
      [document, undo(R1), false],
      [status(2), R1, false],
    ];
    for (const [message, answer, isAnswered] of cases)
      t.equal(isAnsweredBy(message, [answer]), isAnswered, `${message.kind} ${answer.kind}`);
  },
);
