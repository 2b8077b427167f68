// Who helps at a delivery: as many as are needed, until it begins, told the day before.
import t, { type Test } from "tap";
import { joinShift, planShift, shiftClockTasks, turnsOf } from "../../../src/orders/shifts/actions.ts";
import { orderShiftsPart, ownShiftsNote } from "../../../src/orders/shifts/notePages.ts";
import { formats } from "../../../src/web/format.ts";
import { openMailer } from "../../../src/web/mail.ts";
import type { PageContext } from "../../../src/web/page.ts";
import type { Seat } from "../../../src/web/visitor.ts";
import { words } from "../../../src/web/words.ts";
import { CLOSING, DAY, makeGroup } from "../group.ts";

const PICKUP = CLOSING + 4 * DAY;

const SEAT: Seat = {
  ...{
    actorId: "https://g.example/gas",
    handle: "gas",
    actorName: "GAS",
    actorKind: "gas",
    role: "member",
    producers: null,
  },
};
const PAGE: PageContext = {
  ...{
    say: words("it"),
    language: "it",
    format: formats("it"),
    now: 0,
    origin: "https://g.example",
    path: "/desk/gas/orders",
  },
  ...{ seat: SEAT, placeNames: [], formToken: () => "" },
  visitor: {
    ...{ personId: "", name: "", language: null, nodeAdmin: false, seats: [SEAT], sessionKey: "", signedInAt: 0 },
  },
};

/** A group with an open order, two members, and a task for one at its delivery. */
function askForHelp(t: Test) {
  const group = makeGroup(t);
  const order = group.open();
  for (const name of ["marta", "piero"]) group.addMember(name);
  const house = { db: group.db, clock: group.clock };
  const actorId = group.gas.id;
  const wish = { orderId: order.id, pickupId: "d1", task: "Scarico", needed: 1 };
  t.equal(planShift(house, actorId, wish), null);
  const read = () => turnsOf(group.db.orm, actorId, group.clock.at)[0];
  const shiftId = read()?.shifts[0]?.id ?? "";
  const join = (person: string, isComing = true) => joinShift(house, actorId, shiftId, person, isComing);
  return { group, house, actorId, wish, shiftId, read, join };
}

t.test("a shift takes as many as it needs, each once, and has room again when somebody signs off", async (t) => {
  const { join, read, house, shiftId } = askForHelp(t);
  t.equal(join("marta"), null);
  t.equal(join("marta"), null, "a double press");
  t.match(join("piero"), { refused: "shift-full" });
  t.equal(join("marta", false), null);
  t.equal(join("piero"), null);
  t.match(read(), {
    place: "Polisportiva",
    startAt: PICKUP,
    shifts: [{ task: "Scarico", people: [{ name: "piero" }] }],
  });
  t.match(joinShift(house, "https://altrove.example/g", shiftId, "marta", true), { refused: "not-found" });
});

t.test("needing more keeps who signed up, needing nobody takes the task away", async (t) => {
  const { join, read, house, actorId, wish } = askForHelp(t);
  join("marta");
  t.equal(planShift(house, actorId, { ...wish, task: " Scarico ", needed: 3 }), null);
  t.match(read()?.shifts, [{ needed: 3, people: [{ personId: "marta" }] }]);
  t.equal(planShift(house, actorId, { ...wish, needed: 0 }), null);
  t.same(read()?.shifts, []);
});

t.test("nobody signs up once the delivery has begun", async (t) => {
  const { join, group } = askForHelp(t);
  group.clock.at = PICKUP;
  t.match(join("marta"), { refused: "shift-past" });
});

t.test("what is needed at a pickup that is not there, or of nonsense, is refused", async (t) => {
  const { house, actorId, wish } = askForHelp(t);
  t.match(planShift(house, actorId, { ...wish, pickupId: "d9" }), { refused: "not-found" });
  for (const bad of [{ task: " " }, { needed: 51 }, { needed: -1 }])
    t.match(planShift(house, actorId, { ...wish, ...bad }), { refused: "bad-request" });
});

t.test("A46 who comes is written to once, the day before", async (t) => {
  const { group, join } = askForHelp(t);
  const { db, clock } = group;
  db.raw.prepare("UPDATE people SET email = id || '@posta.example'").run();
  join("marta");
  const mailer = openMailer("smtp://127.0.0.1:1", "nodo@gas.example");
  const [task] = shiftClockTasks({ db, clock, origin: "https://g.example", language: "it", mailer });
  const owed = () =>
    db.raw.prepare("SELECT person_id, subject FROM notice_queue WHERE business_key LIKE 'shift:%'").all();
  await task?.run(clock.at);
  t.same(owed(), [], "not a week before");
  clock.at = PICKUP - DAY / 2;
  await task?.run(clock.at);
  await task?.run(clock.at);
  t.match(owed(), [{ person_id: "marta", subject: /^Domani tocca a te: Scarico/ }]);
});

t.test(
  "at home one reads one's own shifts, on an order's page who is missing, until the delivery begins",
  async (t) => {
    const { join, read, group } = askForHelp(t);
    const turn = () => [read()!];
    const at = (personId: string, now = group.clock.at) => ({ ...PAGE, now, visitor: { ...PAGE.visitor!, personId } });
    t.equal(String(ownShiftsNote(at("marta"), turn())), "", "nothing signed up for");
    t.match(String(orderShiftsPart(at("marta"), turn())), /Scarico[\s\S]*manca 1 persona[\s\S]*\/desk\/gas\/shifts/);
    join("marta");
    t.match(String(ownShiftsNote(at("marta"), turn())), /Il tuo turno[\s\S]*Scarico[\s\S]*Polisportiva/);
    t.equal(String(ownShiftsNote(at("piero"), turn())), "");
    t.match(String(orderShiftsPart(at("marta"), turn())), /ci sei[\s\S]*al completo/);
    t.notMatch(String(orderShiftsPart(at("piero"), turn())), /ci sei/);
    for (const show of [ownShiftsNote, orderShiftsPart]) t.equal(String(show(at("marta", PICKUP), turn())), "");
  },
);
