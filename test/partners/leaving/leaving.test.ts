// Which step of a departure is due when.
import t from "tap";
import {
  closesBy,
  type Departure,
  dueStep,
  isNamed,
  lettersLeaveAt,
  phaseOf,
} from "../../../src/partners/leaving/leaving.ts";

const DAY = 86_400_000;
const START: Departure = { actorId: "a", decidedAt: 0, lettersAt: null, farewellAt: null, goneAt: null };
const FREE = { pacts: 0, orderLetters: 0, letters: 0 };

t.test("for a day after the decision nothing is due, whatever there is to end", async (t) => {
  t.equal(dueStep(START, { ...FREE, pacts: 2 }, DAY - 1), null);
  t.equal(phaseOf(START), "waiting");
  t.equal(dueStep(START, FREE, DAY), "begin");
  t.equal(lettersLeaveAt(START), DAY);
});

t.test("pacts end before anything else, and the farewell waits for their letters, three days at most", async (t) => {
  const begun = { ...START, lettersAt: DAY };
  t.equal(phaseOf(begun), "leaving");
  t.equal(dueStep(begun, { pacts: 1, orderLetters: 0, letters: 0 }, DAY), "end-pacts");
  const owing = { pacts: 0, orderLetters: 1, letters: 1 };
  t.equal(dueStep(begun, owing, 4 * DAY - 1), null);
  t.equal(dueStep(begun, owing, 4 * DAY), "say-farewell");
  t.equal(dueStep(begun, FREE, DAY), "say-farewell");
});

t.test(
  "the address closes once all letters arrived or were given up, fourteen days after the first at the latest",
  async (t) => {
    const told = { ...START, lettersAt: DAY, farewellAt: DAY };
    t.equal(dueStep(told, FREE, DAY), "close");
    const owing = { pacts: 0, orderLetters: 1, letters: 3 };
    t.equal(dueStep(told, owing, 15 * DAY - 1), null);
    t.equal(dueStep(told, owing, 15 * DAY), "close");
    t.equal(closesBy(told), 15 * DAY);
    const gone = { ...told, goneAt: 15 * DAY };
    t.equal(dueStep(gone, owing, 99 * DAY), null);
    t.equal(phaseOf(gone), "gone");
  },
);

t.test("the name is typed whole, in any case", async (t) => {
  t.ok(isNamed(" Fano ", "fano"));
  for (const typed of ["", "fan", "fano.example", "fano "]) t.equal(isNamed(typed, "fano"), typed.trim() === "fano");
});
