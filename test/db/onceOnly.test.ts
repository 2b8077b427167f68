// Forms that count once.
import t, { type Test } from "tap";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { onceOnly, onceOnlyTasks } from "../../src/db/onceOnly.ts";
import { openDatabase } from "../../src/db/open.ts";
import { transact } from "../../src/db/transact.ts";
import type { Refusal } from "../../src/kernel/refusal.ts";

const DAY = 86_400_000;
const KEY = "f7a0c1d2-form";

function makeDesk(t: Test) {
  const db = openDatabase(":memory:");
  migrateDatabase(db, null);
  t.teardown(() => db.raw.close());
  let times = 0;
  const send = (request: unknown, { scope = "marta", key = KEY, now = 0, answer = null as Refusal | null } = {}) =>
    transact(db, (tx) =>
      onceOnly(tx, { scope, key, request, now }, () => {
        times += 1;
        return answer ?? { paid: times };
      }),
    );
  return { db, send, times: () => times };
}

t.test("A48 the same form sent twenty times counts once and gets the same answer each time", async (t) => {
  const { send, times } = makeDesk(t);
  const answers = Array.from({ length: 20 }, () => send({ cents: 1000 }));
  t.same(new Set(answers.map((answer) => JSON.stringify(answer))), new Set(['{"paid":1}']));
  t.equal(times(), 1);
});

t.test("A48 the same key with another request is refused and changes nothing", async (t) => {
  const { send, times } = makeDesk(t);
  send({ cents: 1000 });
  t.same(send({ cents: 2000 }), { refused: "key-reused" });
  t.equal(times(), 1);
});

t.test("two people's forms may have the same key", async (t) => {
  const { send } = makeDesk(t);
  t.same([send({}), send({}, { scope: "ada" })], [{ paid: 1 }, { paid: 2 }]);
});

t.test("a refusal is not kept: the same form may be tried again", async (t) => {
  const { send } = makeDesk(t);
  t.same(send({}, { answer: { refused: "credit-too-low" } }), { refused: "credit-too-low" });
  t.same(send({}), { paid: 2 });
});

t.test("an effect that is undone takes its key with it", async (t) => {
  const { db, send } = makeDesk(t);
  const fail = () =>
    transact(db, (tx) => {
      onceOnly(tx, { scope: "marta", key: KEY, request: {}, now: 0 }, () => ({ paid: 9 }));
      throw new Error("the disk is full");
    });
  t.throws(fail);
  t.same(send({}), { paid: 1 });
});

t.test("a key is remembered for thirty days; what is no key is refused", async (t) => {
  const { db, send } = makeDesk(t);
  send({}, { now: DAY });
  const [task] = onceOnlyTasks(db);
  task!.run(31 * DAY);
  t.same(send({}, { now: 31 * DAY }), { paid: 1 });
  task!.run(31 * DAY + 1);
  t.same(send({}, { now: 31 * DAY + 1 }), { paid: 2 });
  t.same(send({}, { key: "short" }), { refused: "bad-key" });
});
