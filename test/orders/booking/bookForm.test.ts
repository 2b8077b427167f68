import t from "tap";
import {
  type BookForm,
  bookingStep,
  outdatedLines,
  problemsOf,
  readAmount,
  readWishes,
  writeAmount,
  writeLine,
} from "../../../src/orders/booking/bookForm.ts";
import type { Booking } from "../../../src/orders/booking/booking.ts";
import { booking } from "../bookings.ts";
import { line, order } from "../oranges.ts";

const FRIEND = "z".repeat(26);

/** What a household sends: the fields as its page named them, and whatever button it pressed. */
function read(
  fields: Readonly<Record<string, string>>,
  {
    saved = [],
    lines = [line(1), line(2)],
    ...pressed
  }: Partial<BookForm> & { saved?: Booking[]; lines?: ReturnType<typeof line>[] } = {},
) {
  const groups: Record<"quantity" | "upto" | "remark" | "was", Record<string, string>> = {
    ...{ quantity: {}, upto: {}, remark: {}, was: {} },
  };
  for (const [name, text] of Object.entries(fields)) {
    const [group, number] = name.split(".") as [keyof typeof groups, string];
    // A field left empty is sent, and its value is none.
    if (text !== "") groups[group][number] = text;
  }
  const form: BookForm = { key: "k".repeat(26), ...groups, ...pressed };
  const { wishes, problems } = readWishes(order({ lines }), form, fields, saved);
  return { wishes, problems: [...problems] };
}

function wish(quantityThousandths: number, change: object = {}) {
  return { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "", ...change };
}

t.test("a quantity is read with comma or point, and a point never means thousands", async (t) => {
  t.equal(readAmount("1,5"), 1500);
  t.equal(readAmount("1.250"), 1250, "a kilo and a quarter");
  t.equal(readAmount("1,250"), 1250);
  t.equal(readAmount(" 12 "), 12_000);
  for (const text of ["", "-1", "due", "1,2,3", "1.250,5", "1.250.000"]) t.equal(readAmount(text), null, text);
  for (const amount of [0, 5, 1500, 2000, 12_345])
    t.equal(readAmount(writeAmount(amount)), amount, writeAmount(amount));
  t.equal(writeAmount(1500), "1,5");
});

t.test("a basket is read line by line, with up to how much and a remark", async (t) => {
  t.same(read({ "quantity.1": "5", "upto.1": "7,5", "remark.1": "mature", "quantity.2": "2" }), {
    wishes: [wish(5000, { toleranceThousandths: 2500, note: "mature" }), wish(2000, { lineNumber: 2 })],
    problems: [],
  });
  t.same(read({ "quantity.1": "5", "upto.1": "4" }).wishes, [wish(5000)], "up to less than one books is no tolerance");
});

t.test(
  "a quantity sent empty or as zero takes the booking back; a line the page did not show stays as saved",
  async (t) => {
    const saved = [booking("rossi", 3000), booking("rossi", 4000, { lineNumber: 2, note: "piccole" })];
    const second = wish(4000, { lineNumber: 2, note: "piccole" });
    t.same(read({ "quantity.1": "", "upto.1": "5" }, { saved }).wishes, [second]);
    t.same(read({ "quantity.1": "0" }, { saved }).wishes, [second]);
    t.same(read({}, { saved }).wishes, [wish(3000), second]);
    t.same(read({ "quantity.7": "5" }, { saved }).wishes, [wish(3000), second], "a line that the order has not");
  },
);

t.test("what is booked for a friend leaves the household's own booking of the same line alone", async (t) => {
  const saved = [booking("rossi", 3000), booking("rossi", 1000, { friendId: FRIEND })];
  t.same(read({ "quantity.1": "2" }, { saved, friend: FRIEND }).wishes, [wish(3000), wish(2000, { friendId: FRIEND })]);
  t.same(read({ "quantity.1": "2" }, { saved }).wishes, [wish(2000), wish(1000, { friendId: FRIEND })]);
});

t.test("what is no quantity is told of its line, and the line keeps what was saved", async (t) => {
  const saved = [booking("rossi", 3000)];
  const problems = [[1, { refused: "not-a-quantity" }]];
  t.same(read({ "quantity.1": "tre", "quantity.2": "1" }, { saved }), {
    wishes: [wish(3000), wish(1000, { lineNumber: 2 })],
    problems,
  });
  t.same(read({ "quantity.1": "3", "upto.1": "-5" }, { saved }), { wishes: [wish(3000)], problems });
});

t.test("the buttons move their own line by a step, from the minimum up and from below it to nothing", async (t) => {
  const lines = [line(1, {}, { stepThousandths: 500, minThousandths: 1500 }), line(2)];
  const quantity = (typed: string, pressed: Partial<BookForm>) =>
    read({ "quantity.1": typed, "quantity.2": "1" }, { lines, ...pressed }).wishes.map(
      (one) => one.quantityThousandths,
    );
  t.same(quantity("", { more: 1 }), [1500, 1000], "the first press books the minimum");
  t.same(quantity("2", { more: 1 }), [2500, 1000]);
  t.same(quantity("2", { less: 1 }), [1500, 1000]);
  t.same(quantity("1,5", { less: 1 }), [1000], "below the minimum only line 2 is left");
  t.same(quantity("2", { less: 2 }), [2000], "without a minimum, nothing is where the last step leads");
  t.same(
    read({ "quantity.1": "5", "upto.1": "7" }, { more: 1 }).wishes,
    [wish(6000, { toleranceThousandths: 1000 })],
    "up to how much stays where it was",
  );
});

t.test("a step is a whole package where bookings are whole packages", async (t) => {
  t.equal(bookingStep(line(1, {}, { caseMode: "multiple" })), 10_000);
  t.equal(bookingStep(line(1, {}, { caseMode: "warn" })), 1000);
  const lines = [line(1, {}, { caseMode: "multiple" })];
  t.same(read({ "quantity.1": "10" }, { lines, more: 1 }).wishes, [wish(20_000)]);
  t.same(read({ "quantity.1": "10" }, { lines, less: 1 }).wishes, []);
});

t.test("A50 a press adds to what is saved, whatever the page had shown", async (t) => {
  const saved = [booking("rossi", 3000)];
  const shown = { "quantity.1": "1", "was.1": "1" };
  t.same(read(shown, { saved, more: 1 }).wishes, [wish(4000)], "the other phone had made it three");
  t.same(read(shown, { saved, less: 1 }).wishes, [wish(2000)]);
  t.same(read(shown, { saved }).wishes, [wish(3000)], "nobody typed here");
  t.same(read({ "quantity.1": "", "was.1": "0" }, { more: 1 }).wishes, [wish(1000)]);
});

t.test("A50 a typed number counts as it stands, unless the line moved on meanwhile to something else", async (t) => {
  const saved = [booking("rossi", 3000)];
  t.same(read({ "quantity.1": "5", "was.1": "3" }, { saved }).wishes, [wish(5000)]);
  t.same(read({ "quantity.1": "5", "was.1": "3" }, { saved, more: 1 }).wishes, [wish(6000)], "typed, then pressed");
  const clash = { refused: "stale-version", storedThousandths: 3000, typedThousandths: 5000 };
  t.same(read({ "quantity.1": "5", "was.1": "1" }, { saved }), { wishes: [wish(3000)], problems: [[1, clash]] });
  t.same(read({ "quantity.1": "3", "was.1": "1" }, { saved }).problems, [], "both said the same");
  t.same(
    read({ "quantity.1": "5", "was.1": "1" }, { saved, drop: 1 }),
    { wishes: [wish(3000)], problems: [] },
    "let go",
  );
});

t.test("a remark and a tolerance that nobody touched never undo those of the other phone", async (t) => {
  const saved = [booking("rossi", 3000, { toleranceThousandths: 2000, note: "mature" })];
  const shown = { "quantity.1": "3", "upto.1": "", "remark.1": "", "was.1": "3" };
  const kept = wish(4000, { toleranceThousandths: 1000, note: "mature" });
  t.same(read(shown, { saved, more: 1 }).wishes, [kept], "up to how much stays where it was");
  t.match(read({ ...shown, "remark.1": "acerbe" }, { saved }).problems, [[1, { refused: "stale-version" }]]);
});

t.test("a line is written into its page so that it reads back as it is, and tells when it is outdated", async (t) => {
  const saved = [
    booking("rossi", 5000, { toleranceThousandths: 2500, note: "a~b" }),
    booking("rossi", 1500, { lineNumber: 2 }),
  ];
  t.same(saved.map(writeLine), ["5~7,5~a~b", "1,5"]);
  t.equal(writeLine(undefined), "0");
  t.same(outdatedLines({ was: { 1: "5~7,5~a~b", 2: "1", 3: "0" } }, saved), [2]);
  t.same(outdatedLines({ was: { 1: "0" }, friend: FRIEND }, saved), []);
});

t.test("a refused basket tells each line its reason, and no line what is about the whole", async (t) => {
  const few = { refused: "below-minimum", lineNumber: 1, minThousandths: 1500 };
  const step = { refused: "not-a-multiple", lineNumber: 2 };
  t.same(
    [...problemsOf({ refused: "bad-wishes", wishes: [few, step, { refused: "order-not-open" }] })],
    [
      [1, few],
      [2, step],
    ],
  );
  t.same([...problemsOf(few)], [[1, few]]);
  t.same([...problemsOf({ refused: "stale" })], []);
});
