// Passkeys: made, shown, copied, lost. A device of our own answers the options that stand in the pages.
import t, { type Test } from "tap";
import { signInLink } from "../../src/members/actions.ts";
import { goesOn, readShown, rpIdOf } from "../../src/members/credentials/passkey.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import type { Browser, Seen } from "../web/browser.ts";
import { type Authenticator, openAuthenticator, type Wrong } from "./authenticator.ts";
import { buildMembers, FANO, ORIGIN, pathOf, setUpFano, type TestHouse } from "./house.ts";

const MINUTE = 60_000;
const NAMES: Record<string, string> = { amp: "&", quot: '"', "#39": "'" };

/** The options in a page, as its script reads them. */
function optionsOf({ body }: Seen): object {
  const found = /data-options="([^"]*)"/.exec(body)?.[1];
  if (found === undefined) throw new Error("the page asks for no passkey");
  return JSON.parse(found.replaceAll(/&(amp|quot|#39);/g, (_, name: string) => NAMES[name]!));
}

async function enter(house: TestHouse, email = FANO.email): Promise<Browser> {
  const made = await signInLink(house, email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = house.browser();
  await browser.submit(await browser.get(pathOf(made.url)), pathOf(made.url));
  return browser;
}

function addMember(house: TestHouse, id: string): string {
  const email = `${id}@posta.example`;
  insertPerson(house.db.orm, { id, name: id, email, claimedEmail: email, createdAt: 0 });
  insertSeat(house.db.orm, { personId: id, actorId: `${ORIGIN}/gas-fano`, role: "member", createdAt: 0 });
  return email;
}

async function make(browser: Browser, device: Authenticator, wrong: Wrong = {}, name = "Telefono"): Promise<Seen> {
  const page = await browser.get("/account/passkeys");
  const credential = device.make(optionsOf(page), wrong);
  return browser.submit(page, "/account/passkeys", { credential, name });
}

async function show(house: TestHouse, device: Authenticator, wrong: Wrong = {}, browser = house.browser()) {
  const page = await browser.get("/sign-in/passkey?next=/account");
  const credential = device.show(optionsOf(page), wrong);
  return { ...(await browser.submit(page, "/sign-in/passkey", { credential })), browser, page, credential };
}

/** A group, its member Marta, and her phone with a passkey for it. */
async function buildMarta(t: Test) {
  // Nobody answers there: what is written waits in its row.
  const house = await buildMembers(t, { smtpUrl: "smtp://127.0.0.1:1" });
  await setUpFano(house);
  const email = addMember(house, "marta");
  const marta = await enter(house, email);
  const phone = openAuthenticator(ORIGIN);
  const made = await make(marta, phone);
  return { house, email, marta, phone, made };
}

t.test("C15 a passkey is made, named, listed, signs in without a name being typed, and is taken away", async (t) => {
  const { house, marta, phone, made } = await buildMarta(t);
  t.equal(made.status, 200);
  t.match(made.body, /<strong>Telefono<\/strong>/);
  t.match((await marta.get("/account")).body, /Ne hai una\./);
  const { browser, path, page } = await show(house, phone);
  t.equal(path, "/account");
  t.match(page.body, /data-passkey-else>Qui le passkey non vanno/, "who has no script is told the other ways");
  t.match(page.body, /href="\/sign-in\/password/);
  t.match((await browser.get("/account/passkeys")).body, /Usata <time/);
  const list = await browser.get("/account/passkeys");
  t.notMatch((await browser.submit(list, "/account/passkeys/drop", { id: phone.id })).body, /Telefono/);
  t.equal((await marta.get("/account")).path, "/sign-in?next=%2Faccount", "other devices sign in anew");
  t.equal((await show(house, phone)).status, 422, "it opens nothing any more");
});

t.test("C15 with one thing wrong a passkey is neither kept nor let in", async (t) => {
  const { house, email, phone } = await buildMarta(t);
  const wrongs: Record<string, Wrong> = {
    "another origin": { origin: "https://gas-fano.example" },
    "another host": { rpId: "gas-fano.example" },
    "another act": { type: "payment.get" },
    "a frame of another site": { crossOrigin: true },
    "nobody there": { isPresent: false },
    "nobody recognised": { isVerified: false },
    "a challenge of its own": { challenge: Buffer.from("a.b.c").toString("base64url") },
  };
  const marta = await enter(house, email);
  for (const [what, wrong] of Object.entries(wrongs)) {
    t.equal((await make(marta, openAuthenticator(ORIGIN), wrong)).status, 422, `made with ${what}`);
    t.equal((await show(house, phone, wrong)).status, 422, `shown with ${what}`);
  }
  t.equal((await show(house, phone, { isForged: true })).status, 422, "another key");
  t.equal(
    (await show(house, phone, { owner: Buffer.from("gino").toString("base64url") })).status,
    422,
    "another person",
  );
  t.equal((await show(house, openAuthenticator(ORIGIN))).status, 422, "one nobody made here");
  t.equal((await make(marta, phone)).status, 422, "one that is here already");
  t.equal(house.db.raw.prepare("SELECT count(*) FROM passkeys").pluck().get(), 1);
  t.equal((await show(house, phone)).path, "/account", "the right one still signs in");
});

t.test("C15 a challenge is good once, for five minutes, in the browser and for the act it was made for", async (t) => {
  const { house, marta, phone } = await buildMarta(t);
  const first = await show(house, phone);
  t.equal(first.path, "/account");
  await first.browser.submit(await first.browser.get("/account"), "/sign-out");
  const page = await first.browser.get("/sign-in/passkey");
  const again = await first.browser.submit(page, "/sign-in/passkey", { credential: first.credential });
  t.match(again.body, /È passato troppo tempo/, "the same answer a second time");
  const late = house.browser();
  const latePage = await late.get("/sign-in/passkey");
  house.clock.at += 5 * MINUTE + 1000;
  const lateAnswer = await late.submit(latePage, "/sign-in/passkey", { credential: phone.show(optionsOf(latePage)) });
  t.match(lateAnswer.body, /È passato troppo tempo/);
  t.equal(
    (await late.submit(lateAnswer, "/sign-in/passkey", { credential: phone.show(optionsOf(lateAnswer)) })).status,
    200,
    "the page that says so asks anew",
  );
  const [mine, other] = [house.browser(), house.browser()];
  const asked = await mine.get("/sign-in/passkey");
  const stolen = phone.show(optionsOf(asked));
  const elsewhere = await other.submit(await other.get("/sign-in/passkey"), "/sign-in/passkey", { credential: stolen });
  t.equal(elsewhere.status, 422, "in another browser");
  const making = optionsOf(await marta.get("/account/passkeys")) as { challenge: string };
  const mixed = await show(house, phone, { challenge: making.challenge }, marta);
  t.equal(mixed.status, 422, "the challenge of a new passkey signs nobody in");
});

t.test("C15 of two answers to one challenge at the same time one counts", async (t) => {
  const { house, phone } = await buildMarta(t);
  const browser = house.browser();
  const page = await browser.get("/sign-in/passkey");
  const credential = phone.show(optionsOf(page));
  const both = await Promise.all([1, 2].map(() => browser.submit(page, "/sign-in/passkey", { credential })));
  t.equal(house.db.raw.prepare("SELECT count(*) FROM sessions WHERE person_id = 'marta'").pluck().get(), 2, "one more");
  t.ok(both.some(({ status }) => status === 422));
});

t.test("C15 a copied passkey shows by its counter: it opens nothing, and its person is told", async (t) => {
  const { house, phone } = await buildMarta(t);
  t.equal((await show(house, phone, { counter: 40 })).path, "/account");
  for (const counter of [40, 39, 0])
    t.equal((await show(house, phone, { counter })).status, 422, `${counter} after 40`);
  const told = house.db.raw.prepare("SELECT count(*) FROM notice_queue WHERE body LIKE '%sembra una copia%'").pluck();
  t.equal(told.get(), 1, "once a day");
  t.equal((await show(house, phone, { counter: 41 })).path, "/account", "the right device goes on");
  t.same([goesOn(0, 0), goesOn(0, 1), goesOn(1, 1), goesOn(2, 1), goesOn(1, 0)], [true, true, false, false, false]);
});

t.test("C15 a passkey is the second step of who must have one, with backup codes; a link alone is half", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const other = await enter(house);
  const key = openAuthenticator(ORIGIN);
  const made = await make(gino, key);
  const codes = [...made.body.matchAll(/<code>([\w-]+)<\/code>/g)].map(([, code]) => code!);
  t.equal(codes.length, 10);
  t.equal((await gino.get("/account")).status, 200, "who made it stays in");
  t.equal((await other.get("/account")).path, "/sign-in?next=%2Faccount", "other devices do not");
  house.clock.at += 20 * 86_400_000;
  const half = await enter(house);
  t.match((await half.get("/account")).path, /^\/sign-in\/second/);
  const step = await half.get("/sign-in/second?next=/desk/gas-fano/people");
  t.match(step.body, /Usa la tua passkey/);
  const { path } = await show(house, key, {}, half);
  t.equal(path, "/account");
  t.equal((await half.get("/desk/gas-fano/people")).status, 200, "both steps in one");
  const lost = await enter(house);
  const page = await lost.get("/sign-in/second?next=/account");
  t.equal((await lost.submit(page, "/sign-in/second", { code: codes[0]! })).path, "/account", "without the device");
  const list = await lost.get("/account/passkeys");
  await lost.submit(list, "/account/passkeys/drop", { id: key.id });
  t.equal((await (await enter(house)).get("/account")).status, 200, "the last one takes the second step along");
  house.clock.at += 14 * 86_400_000;
  t.equal((await (await enter(house)).get("/desk/gas-fano/people")).path, "/account/second-factor", "to be made again");
});

t.test("C15 a member's passkey is a way in, and a second step only once they say so", async (t) => {
  const { house, email, marta, phone } = await buildMarta(t);
  t.equal((await (await enter(house, email)).get("/account")).status, 200, "the link alone still does");
  const page = await marta.get("/account/second-factor");
  const done = await marta.submit(page, "/account/second-factor/codes");
  t.match(done.body, /Codici di riserva/);
  t.match((await (await enter(house, email)).get("/account")).path, /^\/sign-in\/second/);
  const secret = house.db.raw.prepare("SELECT count(*) FROM second_factors WHERE confirmed_at IS NULL").pluck().get();
  t.equal(secret, 1, "the app's secret was shown on that page and never proved");
  const { generateSync } = await import("otplib");
  const shown = (/<p class="copy">([A-Z2-7 ]+)<\/p>/.exec(page.body)?.[1] ?? "").replaceAll(" ", "");
  const half = await enter(house, email);
  const step = await half.get("/sign-in/second");
  const code = generateSync({ secret: shown, epoch: Math.floor(house.clock.at / 1000) });
  t.equal((await half.submit(step, "/sign-in/second", { code })).status, 422, "so its codes open nothing");
  t.equal((await show(house, phone)).path, "/account");
});

t.test("C9 a passkey makes a sign-in fresh; making and dropping one asks for that", async (t) => {
  const { house, marta, phone } = await buildMarta(t);
  const page = await marta.get("/account/passkeys");
  const credential = openAuthenticator(ORIGIN).make(optionsOf(page));
  house.clock.at += 30 * MINUTE;
  t.match((await marta.get("/account/passkeys")).body, /serve un accesso degli ultimi 30 minuti/);
  t.equal((await marta.submit(page, "/account/passkeys", { credential, name: "Copia" })).status, 401);
  t.equal((await marta.submit(page, "/account/passkeys/drop", { id: phone.id })).status, 401);
  await show(house, phone, {}, marta);
  t.match((await marta.get("/account/passkeys")).body, /data-passkey="create"/);
});

t.test("C9 nobody takes another's passkey away, or signs in once shut out", async (t) => {
  const { house, phone } = await buildMarta(t);
  const gino = await enter(house);
  await make(gino, openAuthenticator(ORIGIN), {}, "Chiave");
  const list = await gino.get("/account/passkeys");
  t.equal((await gino.submit(list, "/account/passkeys/drop", { id: phone.id })).status, 404);
  house.db.raw.exec("UPDATE people SET disabled_at = 1 WHERE id = 'marta'");
  t.equal((await show(house, phone)).status, 422);
});

t.test("a person has ten passkeys at most, and each a name", async (t) => {
  const { house, marta, phone } = await buildMarta(t);
  t.equal((await make(marta, openAuthenticator(ORIGIN), {}, " ")).status, 422);
  for (let n = 1; n < 10; n += 1) {
    house.clock.at += MINUTE / 10;
    t.equal((await make(marta, openAuthenticator(ORIGIN), {}, `Chiave ${n}`)).status, 200);
  }
  t.match((await marta.get("/account/passkeys")).body, /Ne hai 10/);
  t.equal((await show(house, phone)).path, "/account");
});

t.test("what is no credential is refused without a word of why", async (t) => {
  for (const text of [
    "",
    "{}",
    "[]",
    "null",
    "x".repeat(5000),
    '{"id":"a","rawId":"a","type":"public-key","response":{}}',
  ])
    t.equal(readShown(text), null);
  const { house } = await buildMarta(t);
  const browser = house.browser();
  const page = await browser.get("/sign-in/passkey");
  for (const credential of ["", "{", "é"]) {
    const seen = await browser.submit(page, "/sign-in/passkey", { credential });
    t.equal(seen.status, 422);
    t.match(seen.body, /Questa passkey qui non vale/);
  }
});

t.test("where the node's address is a number there are no passkeys, and their page says why", async (t) => {
  t.same(["https://gas.example", "http://localhost:8000"].map(rpIdOf), ["gas.example", "localhost"]);
  t.same(["http://127.0.0.1:8000", "http://[::1]:8000"].map(rpIdOf), [null, null]);
  const house = await buildMembers(t, { origin: "http://127.0.0.1:8000" });
  const gino = await setUpFano(house);
  t.notMatch((await gino.get("/account")).body, /passkey/i);
  t.match((await gino.get("/account/passkeys")).body, /si raggiunge con un numero/);
  t.equal((await house.browser().get("/sign-in/passkey")).status, 404);
});
