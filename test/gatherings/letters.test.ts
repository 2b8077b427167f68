// Letters about bookings when the mail server is away, slow to decide, or takes one and does not say so.
import t from "tap";
import { letterClockTasks } from "../../src/members/letters/letterActions.ts";
import { membersHouse } from "../../src/node.ts";
import { listLetterWriters } from "../../src/nodeRooms.ts";
import { MailFailure } from "../../src/web/mail.ts";
import { ask, openHall } from "./hall.ts";

const hall = await openHall(t);
const { one, clock } = hall;
const sent: string[] = [];
let fault: "not-now" | "never" | "unknown" | null = null;
const mailer = {
  send: async ({ to, subject }: { to: string; subject: string }) => {
    if (to === "guasto@posta.example") throw new Error("a bug of ours");
    sent.push(subject);
    if (fault) throw new MailFailure(fault, fault);
  },
  close: () => {},
};
const house = { ...membersHouse(one.config, one.node.db, clock), mailer };
const [letters] = letterClockTasks(house, listLetterWriters(house), () => 1);
const run = () => letters!.run(clock.now());
const owed = () => one.node.db.raw.prepare("SELECT count(*) FROM letter_queue WHERE state = 'pending'").pluck().get();
const far = { startsAt: clock.at + 30 * 86_400_000, endsAt: clock.at + 30 * 86_400_000 + 3_600_000 };

t.test(
  "A46 a mail server that is away for a day gets each letter once it is back, one, and is not knocked at all the time",
  async (t) => {
    const gathering = hall.publish({ name: "Server assente", ...far });
    await ask(hall.stranger(), gathering, "ada@posta.example");
    fault = "not-now";
    await run();
    await run();
    t.equal(sent.length, 1, "tried once, then after a while");
    for (let hour = 0; hour < 24; hour += 1) {
      clock.advance({ hours: 1 });
      await run();
    }
    t.ok(sent.length < 35, `${sent.length} attempts`);
    fault = null;
    const before = sent.length;
    for (let hour = 0; hour < 12; hour += 1) {
      clock.advance({ hours: 1 });
      await run();
    }
    t.equal(sent.length, before + 1);
    t.equal(owed(), 0);
  },
);

t.test(
  "A46 a letter that may have been taken is not written twice, one that is refused for ever not again",
  async (t) => {
    const gathering = hall.publish({ name: "Chissà", ...far });
    for (const [n, end] of (["unknown", "never"] as const).entries()) {
      await ask(hall.stranger(), gathering, `p${n}@posta.example`);
      fault = end;
      const before = sent.length;
      for (let hour = 0; hour < 6; hour += 1) {
        await run();
        clock.advance({ hours: 1 });
      }
      t.equal(sent.length, before + 1, end);
    }
    t.equal(owed(), 0);
  },
);

t.test("a letter that breaks in here stops nobody else's, and is told to who runs the node", async (t) => {
  const gathering = hall.publish({ name: "Uno guasto", ...far });
  fault = null;
  for (const name of ["uno", "guasto", "due"]) await ask(hall.stranger(), gathering, `${name}@posta.example`);
  const before = sent.length;
  await t.rejects(async () => run(), /a bug of ours/);
  t.equal(sent.length, before + 2);
  t.equal(owed(), 1, "it is owed for later");
  const grown = await ask(hall.stranger(), gathering, `${"İ".repeat(40)}@posta.example`);
  t.equal(grown.status, 422, "an address is weighed as it is kept");
});
