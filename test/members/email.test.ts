// Another address to sign in with: proven at the new one, told to the old one, which takes it back for a week; and the resets by hand.
import { generateSync } from "otplib";
import t from "tap";
import { signInLink } from "../../src/members/actions.ts";
import { membersClockTasks } from "../../src/members/clockActions.ts";
import { resetPassword } from "../../src/members/credentials/passwordActions.ts";
import { resetSecondFactor } from "../../src/members/credentials/secondFactorActions.ts";
import { setEmailByHand } from "../../src/members/email/emailActions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { type MailSink, startMailSink } from "../tools/mailSink.ts";
import { buildMembers, FANO, ORIGIN, pathOf, setUpFano, signInAs, type TestHouse } from "./house.ts";

const DAY = 86_400_000;
const NEW = "gino.nuovo@posta.example";
const WORDS = "mandorla trave ottobre 7";

/** The link of the n-th mail, and whom it went to. */
async function linkOf(sink: MailSink, n: number): Promise<{ path: string; to: string | undefined }> {
  const { mail, recipients } = await sink.reach(n);
  return { path: pathOf(/https?:\S+/.exec(mail.text ?? "")![0]), to: recipients[0] };
}

function emailOf({ db }: TestHouse): unknown {
  return db.raw.prepare("SELECT email FROM people WHERE name = ?").pluck().get(FANO.personName);
}

t.test(
  "C9 C14 an address changes by the link at the new one; the old one is told and takes it back for a week, once",
  async (t) => {
    const sink = await startMailSink(t);
    const house = await buildMembers(t, { smtpUrl: sink.url });
    const gino = await setUpFano(house);
    const other = await signInAs(house, FANO.email);
    const asked = await gino.submit(await gino.get("/account/email"), "/account/email", { email: NEW });
    t.match(asked.body, /il link è partito/);
    t.equal(emailOf(house), FANO.email, "nothing yet");
    const prove = await linkOf(sink, 1);
    t.equal(prove.to, NEW);
    const page = await gino.get(prove.path);
    t.equal(emailOf(house), FANO.email, "looking at the link changes nothing");
    t.match((await gino.submit(page, prove.path)).body, /Indirizzo cambiato/);
    t.equal(emailOf(house), NEW);
    t.equal((await gino.get("/account")).status, 200, "the browser in hand goes on");
    t.match((await other.get("/account")).path, /^\/sign-in/, "the others are out");
    t.equal((await gino.get(prove.path)).status, 410, "once");
    const undo = await linkOf(sink, 2);
    t.equal(undo.to, FANO.email);
    await gino.submit(await gino.get("/account/password"), "/account/password", { password: WORDS });
    house.clock.at += 7 * DAY - 1000;
    const owner = house.browser();
    t.match((await owner.submit(await owner.get(undo.path), undo.path)).body, /Rimesso come prima/);
    t.equal(emailOf(house), FANO.email);
    t.equal(house.db.raw.prepare("SELECT count(*) FROM passwords").pluck().get(), 0, "what was made since is gone");
    t.match((await gino.get("/account")).path, /^\/sign-in/);
    t.equal((await owner.get(undo.path)).status, 410);
    const log = house.db.raw.prepare("SELECT what FROM audit_log WHERE what LIKE 'email%' ORDER BY id").pluck().all();
    t.same(log, ["email-asked", "email-changed", "email-undone"]);
  },
);

t.test(
  "C13 C14 a link of an hour ago, one asked for again, and the week gone by change nothing; a known address is not told",
  async (t) => {
    const sink = await startMailSink(t);
    const house = await buildMembers(t, { smtpUrl: sink.url });
    const gino = await setUpFano(house);
    insertPerson(house.db.orm, { id: "ada", name: "Ada", email: "ada@posta.example", createdAt: 0 });
    const ask = async (email: string) => gino.submit(await gino.get("/account/email"), "/account/email", { email });
    const known = await ask("ada@posta.example");
    t.match(known.body, /il link è partito/, "the same words");
    await ask(NEW);
    const first = await linkOf(sink, 1);
    t.equal(first.to, NEW, "to the known address nothing was sent");
    house.clock.at += 1000;
    await ask("gino.terzo@posta.example");
    const second = await linkOf(sink, 2);
    t.equal((await gino.get(first.path)).status, 410, "a newer one was asked for");
    t.equal((await gino.get(second.path)).status, 200);
    house.clock.at += 60 * 60_000;
    t.equal((await gino.get(second.path)).status, 410, "an hour later");
    t.equal((await gino.submit(await gino.get("/account/email"), "/account/email", { email: NEW })).status, 401);
    t.equal(emailOf(house), FANO.email);
  },
);

t.test("an address is changed by hand where no mail is sent", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const sent = await gino.submit(await gino.get("/account/email"), "/account/email", { email: NEW });
  t.match(sent.body, /person set-email/);
  t.same(setEmailByHand(house, FANO.email, NEW), { email: NEW });
  t.match(setEmailByHand(house, FANO.email, NEW), { refused: "no-such-person" });
  t.ok("url" in (await signInLink(house, NEW)));
});

t.test(
  "C15 a second factor and a password are reset by hand: sessions end, and who must have a second makes it at once",
  async (t) => {
    const house = await buildMembers(t);
    const gino = await setUpFano(house);
    await gino.submit(await gino.get("/account/password"), "/account/password", { password: WORDS });
    const page = await gino.get("/account/second-factor");
    const secret = (/<p class="copy">([A-Z2-7 ]+)<\/p>/.exec(page.body)?.[1] ?? "").replaceAll(" ", "");
    const code = generateSync({ secret, epoch: Math.floor(house.clock.at / 1000) });
    await gino.submit(page, "/account/second-factor", { code });
    t.match(resetSecondFactor(house, FANO.email), { reset: FANO.personName });
    t.match(resetSecondFactor(house, FANO.email), { refused: "already-so" });
    t.match(resetPassword(house, FANO.email), { reset: FANO.personName });
    t.match(resetPassword(house, "nessuno@posta.example"), { refused: "no-such-person" });
    t.match((await gino.get("/account")).path, /^\/sign-in/);
    const again = await signInAs(house, FANO.email);
    t.equal((await again.get("/desk/gas-fano/people")).path, "/account/second-factor");
  },
);

t.test(
  "C53 sessions unused for 30 days, or 90 days old, and changes of address of long ago are forgotten",
  async (t) => {
    const house = await buildMembers(t);
    await setUpFano(house);
    const { raw } = house.db;
    insertPerson(house.db.orm, { id: "ada", name: "Ada", email: "ada@posta.example", createdAt: 0 });
    insertSeat(house.db.orm, { personId: "ada", actorId: `${ORIGIN}/gas-fano`, role: "member", createdAt: 0 });
    const now = house.clock.at;
    raw.exec("DELETE FROM sessions");
    const session = raw.prepare(
      "INSERT INTO sessions (id_hash, person_id, device, created_at, seen_at) VALUES (?, 'ada', '', ?, ?)",
    );
    session.run("a".repeat(64), now - 40 * DAY, now - 30 * DAY - 1);
    session.run("b".repeat(64), now - 90 * DAY - 1, now);
    session.run("c".repeat(64), now - 89 * DAY, now - 29 * DAY);
    const change = raw.prepare(
      "INSERT INTO email_changes (id, person_id, new_email, asked_at) VALUES (?, 'ada', 'x', ?)",
    );
    change.run("old", now - 90 * DAY - 1);
    change.run("new", now - 89 * DAY);
    const forget = membersClockTasks(house, () => 0).find(({ name }) => name.startsWith("forget dead sessions"))!;
    await forget.run(now);
    t.same(raw.prepare("SELECT id_hash FROM sessions").pluck().all(), ["c".repeat(64)]);
    t.same(raw.prepare("SELECT id FROM email_changes").pluck().all(), ["new"]);
  },
);
