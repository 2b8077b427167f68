// Notices by mail: once for each event whatever happens to the mail server or to us, and never against a person's choice.
import { createServer } from "node:net";
import t, { type Test } from "tap";
import { transact } from "../../src/db/transact.ts";
import { NOTICE_KINDS } from "../../src/members/notices/notice.ts";
import { chooseNotices, type Notice, noticeClockTasks, queueNotice } from "../../src/members/notices/noticeActions.ts";
import { countNotices } from "../../src/members/notices/noticeStore.ts";
import { insertPerson } from "../../src/members/store.ts";
import { startMailSink } from "../tools/mailSink.ts";
import { freePort } from "../tools/nodes.ts";
import { buildMembers } from "./house.ts";

const HOUR = 3_600_000;
const opened: Notice = {
  personId: "p1",
  kind: "order-opened",
  businessKey: "opened:o1",
  write: (say) => ({ subject: "Ordine aperto: arance", text: say("members.notices.order-opened") }),
};

/** A house with one person, and what the clock does there. */
async function start(t: Test, smtpUrl: string) {
  const house = await buildMembers(t, { smtpUrl });
  const email = "casa@posta.example";
  insertPerson(house.db.orm, { id: "p1", name: "Casa", email, claimedEmail: email, createdAt: 0 });
  const tell = (notice = opened) => transact(house.db, (tx) => queueNotice(tx, house, notice, house.clock.now()));
  const tick = async () => {
    for (const task of noticeClockTasks(house, () => 0.5)) await task.run(house.clock.now());
  };
  return { house, tell, tick, states: () => countNotices(house.db.orm) };
}

t.test("A46 an event told three times reaches a person once, with a way out of such mail", async (t) => {
  const sink = await startMailSink(t);
  const { house, tell, tick, states } = await start(t, sink.url);
  t.equal(tell(), true);
  t.equal(tell(), false);
  await tick();
  t.equal(tell(), false);
  await tick();
  t.same(states(), [{ state: "sent", n: 1 }]);
  t.equal(sink.received.length, 1);
  const { mail } = await sink.reach(1);
  t.equal(mail.subject, "Ordine aperto: arance");
  t.match(mail.text, /Si apre un ordine/);
  const raw = sink.received[0]!.raw;
  t.match(raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  const stop = /\/notices\/stop\/[\w.-]+/.exec(raw.replaceAll(/\r\n[ \t]/g, ""))![0];
  const asked = await house.app.inject(stop);
  t.equal(asked.statusCode, 200);
  t.equal(tell({ ...opened, businessKey: "opened:o2" }), true, "opening the link alone changes nothing");
  const oneTap = await house.app.inject({
    method: "POST",
    url: stop,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: "List-Unsubscribe=One-Click",
  });
  t.equal(oneTap.statusCode, 200);
  t.equal(tell({ ...opened, businessKey: "opened:o3" }), false);
});

t.test("A46 a mail server that is down for two days gets each notice once when it is back", async (t) => {
  const port = await freePort();
  const { house, tell, tick, states } = await start(t, `smtp://127.0.0.1:${port}`);
  tell();
  for (let hour = 0; hour < 48; hour += 3) {
    await tick();
    house.clock.at += 3 * HOUR;
  }
  t.same(states(), [{ state: "pending", n: 1 }]);
  const sink = await startMailSink(t, port);
  await tick();
  await tick();
  t.same(states(), [{ state: "sent", n: 1 }]);
  t.equal(sink.received.length, 1);
});

t.test("A46 a mail server that takes the text and never answers is not written to twice", async (t) => {
  let texts = 0;
  const server = createServer((socket) => {
    let inText = false;
    socket.write("220 posta\r\n");
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      const said = bytes.toString();
      if (inText && said.includes("\r\n.\r\n")) {
        texts++;
        socket.destroy();
      } else if (/^DATA/m.test(said)) {
        inText = true;
        socket.write("354 go on\r\n");
      } else if (!inText) socket.write("250 ok\r\n");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const { house, tell, tick, states } = await start(t, `smtp://127.0.0.1:${port}`);
  tell();
  await tick();
  house.clock.at += 5 * HOUR;
  await tick();
  t.same(states(), [{ state: "uncertain", n: 1 }]);
  t.equal(texts, 1);
});

t.test("a notice that a backup of last week still owed is not sent after the restore", async (t) => {
  const sink = await startMailSink(t);
  const { house, tell, tick, states } = await start(t, sink.url);
  tell();
  house.clock.at += 7 * 24 * HOUR;
  await tick();
  t.same(states(), [{ state: "failed", n: 1 }]);
  t.equal(sink.received.length, 0);
});

t.test("what a process was sending when it died is not sent again by the next one", async (t) => {
  const sink = await startMailSink(t);
  const { house, tell, tick, states } = await start(t, sink.url);
  tell();
  house.db.raw.exec("UPDATE notice_queue SET state = 'sending'");
  await tick();
  t.same(states(), [{ state: "uncertain", n: 1 }]);
  t.equal(sink.received.length, 0);
});

t.test("a person who switched a notice off, or has no address, is owed none; the other kinds still come", async (t) => {
  const sink = await startMailSink(t);
  const { house, tell } = await start(t, sink.url);
  chooseNotices(house, "p1", NOTICE_KINDS, new Set(["delivery"]));
  t.equal(tell(), false);
  t.equal(tell({ ...opened, kind: "delivery", businessKey: "d1" }), true);
  insertPerson(house.db.orm, { id: "p2", name: "Senza", email: null, claimedEmail: null, createdAt: 0 });
  t.equal(tell({ ...opened, personId: "p2" }), false);
});
