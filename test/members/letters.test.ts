// Letters to people without an account: kept until the mail server takes them, never twice, written from how things stand as they leave.
import t, { type Test } from "tap";
import { actors } from "../../src/activitypub/tables.ts";
import { transact } from "../../src/db/transact.ts";
import { LETTER_KINDS, type LetterKind } from "../../src/members/letters/letter.ts";
import {
  type LetterWriters,
  letterClockTasks,
  queueLetter,
  type WriteLetter,
} from "../../src/members/letters/letterActions.ts";
import { isLetterOwed } from "../../src/members/letters/letterStore.ts";
import { startMailSink } from "../tools/mailSink.ts";
import { freePort } from "../tools/nodes.ts";
import { buildMembers, ORIGIN } from "./house.ts";

const HOUR = 3_600_000;

/** A house that owes letters about things of which `says` is what they say now. */
async function start(t: Test, smtpUrl: string, says: Record<string, string | Error>) {
  const house = await buildMembers(t, { smtpUrl });
  const told: WriteLetter = async ({ subjectId, facts }) => {
    const said = says[subjectId];
    if (said instanceof Error) throw said;
    return said === undefined ? null : { to: `${subjectId}@posta.example`, subject: said, text: facts.more ?? "" };
  };
  const write = { write: told };
  const writers = Object.fromEntries(LETTER_KINDS.map((kind) => [kind, write])) as LetterWriters;
  const actorId = `${ORIGIN}/rete`;
  const network = { id: actorId, handle: "rete", kind: "district", name: "Rete", place: "" } as const;
  house.db.orm
    .insert(actors)
    .values({ ...network, createdAt: 0, updatedAt: 0 })
    .run();
  const owe = (subjectId: string, kind: LetterKind = "seek", facts = {}) =>
    transact(house.db, (tx) => queueLetter(tx, house, { actorId, kind, subjectId, facts }, house.clock.now()));
  const tasks = () => letterClockTasks(house, writers, () => 0.5);
  const running = tasks();
  const tick = async (some = running) => {
    for (const task of some) await task.run(house.clock.now());
  };
  const states = () =>
    house.db.raw.prepare("SELECT subject_id, state FROM letter_queue ORDER BY id").raw().all() as string[][];
  return { house, owe, tick, tasks, states };
}

t.test("A46 a mail server that is away for ten days gets each letter once when it is back", async (t) => {
  const port = await freePort();
  const { house, owe, tick, states } = await start(t, `smtp://127.0.0.1:${port}`, { bea: "Confermi?" });
  owe("bea");
  owe("bea");
  t.same(states(), [["bea", "pending"]], "owed once");
  for (let day = 0; day < 10; day++) {
    await tick();
    house.clock.at += 24 * HOUR;
  }
  t.ok(isLetterOwed(house.db.orm, "seek", "bea"));
  const sink = await startMailSink(t, port);
  await tick();
  await tick();
  t.same(states(), [["bea", "sent"]]);
  t.equal(sink.received.length, 1);
  t.notOk(isLetterOwed(house.db.orm, "seek", "bea"));
  house.clock.at += 91 * 24 * HOUR;
  await tick();
  t.same(states(), []);
});

t.test("a letter says how things stand as it leaves, and nothing where there is nothing to say", async (t) => {
  const sink = await startMailSink(t);
  const says: Record<string, string | Error> = { gas: "La tua pagina" };
  const { house, owe, tick, states } = await start(t, sink.url, says);
  const refused = sink.refuseNext(450);
  owe("gas", "founding");
  await tick();
  await refused;
  says.gas = "Siamo d'accordo";
  owe("gas", "founding", { more: "nuova" });
  owe("gone");
  says.broken = new Error("out of order");
  owe("broken");
  house.clock.at += HOUR;
  await t.rejects(tick(), /out of order/, "whoever looks after the node reads of it");
  t.same(
    sink.received.map(({ mail }) => [mail.subject, mail.text?.trim()]),
    [["Siamo d'accordo", "nuova"]],
  );
  t.same(states(), [
    ["gas", "sent"],
    ["gone", "void"],
    ["broken", "pending"],
  ]);
});

t.test(
  "A46 what was being sent when the process died is not written again, and a refusal for ever ends it",
  async (t) => {
    const sink = await startMailSink(t);
    const { house, owe, tick, tasks, states } = await start(t, sink.url, { bea: "Confermi?", ugo: "Confermi?" });
    owe("bea");
    house.db.raw.prepare("UPDATE letter_queue SET state = 'sending'").run();
    owe("ugo");
    const refused = sink.refuseNext(550);
    await tick(tasks());
    await refused;
    house.clock.at += HOUR;
    await tick();
    t.same(states(), [
      ["bea", "uncertain"],
      ["ugo", "failed"],
    ]);
    t.equal(sink.received.length, 0);
  },
);
