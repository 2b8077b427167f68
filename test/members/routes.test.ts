// People come in: set-up, sign-in by one-time link, invitation, sessions.
import t from "tap";
import { askSignIn, forgetOldLinks, invite, issueSetupLink, signInLink } from "../../src/members/actions.ts";
import { walkSetup } from "../tools/firstRun.ts";
import { startMailSink } from "../tools/mailSink.ts";
import { buildMembers, FANO, ORIGIN, pathOf, setUpFano, type TestHouse } from "./house.ts";

const ANSWERS_JSON = { accept: "application/json" };

async function linkFor(house: TestHouse, email = FANO.email): Promise<string> {
  const made = await signInLink(house, email);
  if ("refused" in made) throw new Error(made.refused);
  return pathOf(made.url);
}

t.test("the set-up page makes the first administrator and the first actor, and signs in", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const home = await gino.get("/");
  t.match(home.body, /Ciao Gino Bravi/);
  t.match(home.body, /GAS Fano/);
  t.equal((await gino.get("/desk/gas-fano/people")).status, 200);
});

t.test("C47 a set-up link works once, for an hour, and only while nobody is here", async (t) => {
  const house = await buildMembers(t);
  const first = issueSetupLink(house);
  const second = issueSetupLink(house);
  if ("refused" in first || "refused" in second) return t.fail("no link");
  const browser = house.browser();
  t.equal((await browser.get(pathOf(first.url))).status, 410, "a newer link ends the older");
  const page = await browser.get(pathOf(second.url));
  t.equal(page.status, 200);
  const language = `${pathOf(second.url)}/language`;
  house.clock.at += 60 * 60_000;
  t.equal((await browser.submit(page, language, { language: "en" })).status, 410, "an hour later");
  await setUpFano(house);
  t.match(issueSetupLink(house), { refused: "setup-done" });
  t.equal((await browser.submit(page, language, { language: "en" })).status, 410, "a second administrator");
  for (const path of ["/setup/x", "/setup/x/you"]) t.equal((await browser.get(path)).status, 410, path);
});

t.test("a set-up with mistakes changes nothing, says where, and keeps what was typed", async (t) => {
  const house = await buildMembers(t);
  const made = issueSetupLink(house);
  if ("refused" in made) return t.fail("no link");
  const browser = house.browser();
  const path = pathOf(made.url);
  const wrong = await walkSetup(browser, path, { ...FANO, handle: "GAS Fano" });
  t.equal(wrong.status, 422);
  t.match(wrong.body, /aria-describedby="f-handle-hint f-handle-error"/);
  t.match(wrong.body, /value="GAS Fano"/);
  t.match((await walkSetup(browser, path, { ...FANO, handle: "desk" })).body, /serve al nodo/);
  const nobody = await walkSetup(browser, path, { ...FANO, email: "a@b, c@d" });
  t.equal(nobody.status, 422);
  t.match(nobody.body, /non sembra un indirizzo e-mail/);
  t.equal((await walkSetup(browser, path, FANO)).path, "/desk/gas-fano/begin/key", "and then it works");
});

t.test("a sign-in link is opened without being spent, signs in once, and is then dead", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const path = await linkFor(house);
  const browser = house.browser();
  await house.browser().get(path);
  const page = await browser.get(path);
  t.match((await browser.submit(page, path)).body, /Ciao Gino/);
  const dead = await house.browser().get(path);
  t.equal(dead.status, 410);
  t.match(dead.body, /role="button" href="\/sign-in"/, "and it says where to ask for another");
});

t.test("C14 of two who use a link at once, one gets in", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const path = await linkFor(house);
  const browsers = [house.browser(), house.browser()];
  const pages = await Promise.all(browsers.map((browser) => browser.get(path)));
  const seen = await Promise.all(browsers.map((browser, i) => browser.submit(pages[i]!, path)));
  t.same(seen.map(({ status }) => status).sort(), [200, 410]);
});

t.test(
  "C14 a link is dead after 15 minutes, after a newer one was used, and when a letter of it changes",
  async (t) => {
    const house = await buildMembers(t);
    await setUpFano(house);
    const older = await linkFor(house);
    house.clock.at += 60_000;
    const newer = await linkFor(house);
    const browser = house.browser();
    await browser.submit(await browser.get(newer), newer);
    t.equal((await browser.get(older)).status, 410, "superseded");
    const late = await linkFor(house);
    house.clock.at += 15 * 60_000;
    t.equal((await browser.get(late)).status, 410, "expired");
    const sound = await linkFor(house);
    const [head, body, signature] = sound.split(".");
    t.equal((await browser.get(sound)).status, 200);
    t.equal((await browser.get(`${head}.${body}.${signature?.slice(0, -2)}AA`)).status, 410, "changed");
    const unsigned = Buffer.from('{"alg":"none","typ":"sign-in+jwt"}').toString("base64url");
    t.equal((await browser.get(`/sign-in/${unsigned}.${body}.`)).status, 410, "unsigned");
  },
);

t.test("C14 links of another node do not open this one, and nothing in clear is kept", async (t) => {
  const house = await buildMembers(t);
  const other = await buildMembers(t, { origin: "http://localhost:8001" });
  await setUpFano(house);
  await setUpFano(other);
  t.equal((await house.browser().get(await linkFor(other))).status, 410);
  const setup = issueSetupLink(await buildMembers(t));
  if ("refused" in setup) return t.fail("no link");
  const rows = JSON.stringify(house.db.raw.prepare("SELECT * FROM invitations, sessions").all());
  t.notMatch(rows, /setup\//);
});

t.test("C13 whether an address is known shows neither in the page nor in its status", async (t) => {
  const sink = await startMailSink(t);
  const house = await buildMembers(t, { smtpUrl: sink.url });
  await setUpFano(house);
  const ask = async (email: string) => {
    const browser = house.browser();
    const { status, body, headers } = await browser.submit(await browser.get("/sign-in"), "/sign-in", { email });
    return { status, body, headers: Object.keys(headers).sort() };
  };
  t.same(await ask("nobody@posta.example"), await ask(FANO.email));
  t.same(await ask(FANO.email), await ask(FANO.email), "and asking too often looks the same");
  t.same((await sink.reach(1)).recipients, [FANO.email]);
});

t.test("C13 the answer does not wait for the mail server", async (t) => {
  const house = await buildMembers(t, { smtpUrl: "smtp://127.0.0.1:1" });
  await setUpFano(house);
  const browser = house.browser();
  const page = await browser.get("/sign-in");
  t.equal((await browser.submit(page, "/sign-in", { email: FANO.email })).status, 200, "though no mail server answers");
});

t.test("C22 the link in a mail is of the configured origin, whatever Host was asked", async (t) => {
  const sink = await startMailSink(t);
  const house = await buildMembers(t, { smtpUrl: sink.url });
  await setUpFano(house);
  const browser = house.browser();
  const page = await browser.get("/sign-in?next=/account");
  await browser.submit(
    page,
    "/sign-in",
    { email: ` ${FANO.email.toUpperCase()} ` },
    { host: "evil.example", "x-forwarded-host": "evil.example" },
  );
  const { mail, raw } = await sink.reach(1);
  t.notMatch(raw, /evil/);
  t.match(mail.subject, "Il tuo link per entrare su localhost:8000");
  const url = /http:\S+/.exec(mail.text ?? "")?.[0] ?? "";
  t.ok(url.startsWith(`${ORIGIN}/sign-in/`));
  const fresh = house.browser();
  t.equal(
    (await fresh.submit(await fresh.get(pathOf(url)), pathOf(url))).path,
    "/account",
    "and leads where one was going",
  );
});

t.test("C29 an address or a name cannot add headers or recipients to a mail", async (t) => {
  const sink = await startMailSink(t);
  const house = await buildMembers(t, { smtpUrl: sink.url });
  const made = issueSetupLink(house);
  if ("refused" in made) return t.fail("no link");
  const admin = house.browser();
  const path = pathOf(made.url);
  const nasty = "Gino\tBcc: all@evil.example <b>x</b>";
  await walkSetup(admin, path, { ...FANO, personName: nasty });
  for (const email of [
    "a@b.example\r\nBcc: c@d.example",
    "a@b.example,c@d.example",
    "x <a@b.example>",
    "a@b.example c@d.example",
  ]) {
    const browser = house.browser();
    t.equal(
      (await browser.submit(await browser.get("/sign-in"), "/sign-in", { email })).status,
      422,
      JSON.stringify(email),
    );
  }
  const browser = house.browser();
  await browser.submit(await browser.get("/sign-in"), "/sign-in", { email: FANO.email });
  const { mail, recipients } = await sink.reach(1);
  t.same(recipients, [FANO.email]);
  t.notOk(mail.bcc);
  t.equal(sink.received.length, 1);
});

t.test("C12 asking again and again writes fewer and fewer mails, and locks nobody out", async (t) => {
  const sink = await startMailSink(t);
  const house = await buildMembers(t, { smtpUrl: sink.url });
  await setUpFano(house);
  const browser = house.browser();
  const page = await browser.get("/sign-in");
  for (let second = 0; second < 60; second += 10) {
    await browser.submit(page, "/sign-in", { email: FANO.email });
    house.clock.at += 10_000;
  }
  await house.app.close();
  t.equal(sink.received.length, 2, "at once, and after half a minute");
});

t.test("an invitation makes a person with that seat, once", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const made = await gino.submit(await gino.get("/desk/gas-fano/people"), "/desk/gas-fano/people/invite", {
    role: "member",
  });
  const path = pathOf(/http:\/\/localhost:8000\/invitation\/[\w-]{22}/.exec(made.body)?.[0] ?? "");
  const marta = house.browser();
  const page = await marta.get(path);
  t.match(page.body, /Ti aspettano: GAS Fano/);
  const home = await marta.submit(page, path, { name: "Marta", email: "marta@posta.example" });
  t.match(home.body, /Ciao Marta/);
  t.equal((await marta.get("/desk/gas-fano/people")).status, 404, "a member does not administer");
  t.equal((await house.browser().get(path)).status, 410);
  t.match((await gino.get("/desk/gas-fano/people")).body, /Marta/);
  t.match(await signInLink(house, "marta@posta.example"), { url: /sign-in/ });
});

t.test("C13 an invitation does not tell whose addresses are known, nor take one over", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const accept = async (email: string) => {
    const made = await gino.submit(await gino.get("/desk/gas-fano/people"), "/desk/gas-fano/people/invite", {
      role: "member",
    });
    const path = pathOf(/http:\/\/localhost:8000\/invitation\/[\w-]{22}/.exec(made.body)?.[0] ?? "");
    const browser = house.browser();
    const home = await browser.submit(await browser.get(path), path, { name: "Eva", email });
    const account = await browser.get("/account");
    return { status: home.status, path: home.path, shows: account.body.includes(`<dd>${email}</dd>`) };
  };
  t.same(await accept(FANO.email), await accept("eva@posta.example"));
  const owner = house.browser();
  const path = await linkFor(house);
  t.match((await owner.submit(await owner.get(path), path)).body, /Ciao Gino/, "the address is still Gino's");
});

t.test("C9 sessions are listed and ended one by one, or all the others", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const phone = house.browser();
  const path = await linkFor(house);
  await phone.submit(
    await phone.get(path),
    path,
    {},
    { "user-agent": "Mozilla/5.0 (Android 15; Mobile) Firefox/140.0" },
  );
  const account = await gino.get("/account");
  t.match(account.body, /Firefox, Android/);
  await gino.submit(account, "/account/sessions/end");
  t.equal((await phone.get("/account", ANSWERS_JSON)).status, 401);
  t.equal((await gino.get("/account", ANSWERS_JSON)).status, 200);
  const stranger = await gino.submit(account, "/account/sessions/end", { session: "0".repeat(64) });
  t.equal(stranger.status, 404);
});

t.test("C37 signing out ends the session on the server and clears what the browser kept", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const stolen = gino.cookies.get("filiera-8000")!;
  const page = await gino.get("/account");
  const answer = await house.app.inject({
    method: "POST",
    url: "/sign-out",
    headers: { origin: ORIGIN, cookie: `filiera-8000=${stolen}`, "content-type": "application/x-www-form-urlencoded" },
    payload: `_token=${/name="_token" value="([^"]*)"/.exec(page.body)?.[1]}`,
  });
  t.equal(answer.headers["clear-site-data"], '"cache"');
  t.equal((await gino.get("/account", ANSWERS_JSON)).status, 401);
});

t.test("C21 sign-in leads only to pages of this node", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  t.equal((await gino.get("/sign-in?next=//evil.example")).path, "/");
  t.equal((await gino.get("/sign-in?next=/account")).path, "/account");
  const asked = await house.browser().get("/desk/gas-fano/people?x=1");
  t.equal(asked.path, "/sign-in?next=%2Fdesk%2Fgas-fano%2Fpeople%3Fx%3D1");
});

t.test("the language a person saves follows them to other devices", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  await gino.submit(await gino.get("/account"), "/account/language", { language: "en" });
  const path = await linkFor(house);
  const phone = house.browser();
  t.match((await phone.submit(await phone.get(path), path)).body, /<html lang="en">/);
});

t.test("an hour's task forgets what is long over, and keeps what still holds", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const actorId = `${ORIGIN}/gas-fano`;
  invite(house, { actorId, role: "member", email: null });
  const count = (table: string) => house.db.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  const path = await linkFor(house);
  const browser = house.browser();
  await browser.submit(await browser.get(path), path);
  askSignIn(house, { email: FANO.email, address: "127.0.0.1", next: "/" });
  forgetOldLinks(house).run(house.clock.now());
  t.same(["invitations", "spent_tokens", "sign_in_asks"].map(count), [2, 1, 1]);
  house.clock.at += 50 * 86_400_000;
  forgetOldLinks(house).run(house.clock.now());
  t.same(["invitations", "spent_tokens", "sign_in_asks"].map(count), [0, 0, 0]);
});
