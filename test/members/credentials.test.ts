// Passwords and second factors: what is taken, what is guessed, what is spent, and who has to have one.
import fc from "fast-check";
import { generateSync } from "otplib";
import t from "tap";
import { signInLink } from "../../src/members/actions.ts";
import { judgePassword, weighTry } from "../../src/members/credentials/password.ts";
import { tryPassword as guessPassword } from "../../src/members/credentials/passwordActions.ts";
import type { Asks } from "../../src/members/signIn.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import type { Role } from "../../src/web/visitor.ts";
import type { Browser, Seen } from "../web/browser.ts";
import { buildMembers, FANO, ORIGIN, pathOf, setUpFano, type TestHouse } from "./house.ts";

const DAY = 86_400_000;
const WORDS = "mandorla trave ottobre 7";

async function enter(house: TestHouse, email = FANO.email, browser = house.browser()): Promise<Browser> {
  const made = await signInLink(house, email);
  if ("refused" in made) throw new Error(made.refused);
  await browser.submit(await browser.get(pathOf(made.url)), pathOf(made.url));
  return browser;
}

function seat(house: TestHouse, id: string, ...roles: Role[]): string {
  const email = `${id}@posta.example`;
  insertPerson(house.db.orm, { id, name: id, email, claimedEmail: email, createdAt: 0 });
  for (const role of roles)
    insertSeat(house.db.orm, { personId: id, actorId: `${ORIGIN}/gas-fano`, role, createdAt: 0 });
  return email;
}

async function setPassword(browser: Browser, password: string): Promise<Seen> {
  return browser.submit(await browser.get("/account/password"), "/account/password", { password });
}

async function tryPassword(house: TestHouse, email: string, password: string): Promise<Seen & { browser: Browser }> {
  const browser = house.browser();
  const page = await browser.get("/sign-in/password?next=/account");
  return { ...(await browser.submit(page, "/sign-in/password", { email, password })), browser };
}

function secretOf({ body }: Seen): string {
  return (/<p class="copy">([A-Z2-7 ]+)<\/p>/.exec(body)?.[1] ?? "").replaceAll(" ", "");
}

/** Switches the second step on; gives the secret and the backup codes. */
async function makeSecondFactor(house: TestHouse, browser: Browser): Promise<{ secret: string; codes: string[] }> {
  const page = await browser.get("/account/second-factor");
  const secret = secretOf(page);
  const done = await browser.submit(page, "/account/second-factor", { code: codeOf(house, secret) });
  return { secret, codes: [...done.body.matchAll(/<code>([\w-]+)<\/code>/g)].map(([, code]) => code!) };
}

function codeOf(house: TestHouse, secret: string): string {
  return generateSync({ secret, epoch: Math.floor(house.clock.at / 1000) });
}

t.test(
  "C11 a password is long, not everybody's, not one's own name; any character and a pasted phrase go",
  async (t) => {
    const known = { common: new Set(["password", "qwertyuiop", "ilovechocolate"]), personal: ["Marta", "fano"] };
    const judge = (typed: string) => judgePassword(typed, known);
    t.equal(judge("corta"), "too-short");
    t.equal(judge("è".repeat(11)), "too-short", "characters, not bytes");
    for (const typed of ["Password2026!", "passwordpassword", "12345password12345", "ilovechocolate", "abcdefghijklm"])
      t.equal(judge(typed), "too-common", typed);
    for (const typed of [
      "000000000000",
      "123456789012",
      "098765432109",
      "martamarta2026",
      "Marta fano 2026",
      "aaaaaaaaaaaaa",
    ])
      t.equal(judge(typed), "too-common", typed);
    for (const typed of [WORDS, "Però, che fòrmaggio!", "🧀🍞🍷 mercato coperto"]) t.equal(judge(typed), null, typed);
    t.equal(judge("x y".repeat(70)), "too-long");
  },
);

t.test("C11 a password is set, hashed, and signs in; others' devices end; it never comes back in a page", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const phone = await enter(house);
  t.match((await setPassword(gino, "password1234")).body, /tutti provano/);
  t.equal((await setPassword(gino, WORDS)).path, "/account");
  t.equal((await phone.get("/account")).path, "/sign-in?next=%2Faccount", "the other device is out");
  t.equal((await gino.get("/account")).status, 200, "this one is not");
  t.notMatch(JSON.stringify(house.db.raw.prepare("SELECT hex(hash), hex(salt) FROM passwords").all()), WORDS);
  const wrong = await tryPassword(house, FANO.email, "mandorla trave ottobre 8");
  t.equal(wrong.status, 422);
  t.notMatch(wrong.body, /ottobre 8/);
  t.equal((await tryPassword(house, FANO.email.toUpperCase(), WORDS)).path, "/account");
});

t.test("C13 a wrong password, no password and nobody look the same", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const none = seat(house, "marta", "member");
  await setPassword(gino, WORDS);
  const see = async (email: string) => {
    const { status, body } = await tryPassword(house, email, "un'altra frase lunga");
    return { status, body: body.replaceAll(email, "X").replaceAll(/name="_token" value="[^"]+"/g, "") };
  };
  const first = await see(FANO.email);
  t.same(await see(none), first);
  t.same(await see("nessuno@posta.example"), first);
});

t.test(
  "C12 who guesses waits longer and longer, whoever knows the password gets in once the wait is over",
  async (t) => {
    const house = await buildMembers(t);
    await setPassword(await setUpFano(house), WORDS);
    for (let n = 0; n < 5; n += 1) t.equal((await tryPassword(house, FANO.email, "una frase sbagliata")).status, 422);
    t.equal((await tryPassword(house, FANO.email, WORDS)).status, 429, "not even looked at");
    house.clock.at += 5_000;
    t.equal((await tryPassword(house, FANO.email, WORDS)).path, "/account");
  },
);

t.test(
  "C12 a thousand guesses at one account cost its owner nothing, elsewhere or once the wait is over",
  async (t) => {
    const house = await buildMembers(t);
    await setPassword(await setUpFano(house), WORDS);
    const from = (address: string, password: string, email = FANO.email) =>
      guessPassword(house, { email, password, address });
    let looked = 0;
    for (let n = 0; n < 1000; n += 1) {
      const tried = await from("203.0.113.9", `indovino ${n}`);
      if ("refused" in tried && tried.refused === "wrong-password") looked += 1;
      house.clock.at += 1000;
    }
    t.ok(looked <= 13, `${looked} of a thousand in a quarter of an hour were looked at`);
    t.match(await from("198.51.100.7", WORDS), { personId: /./ }, "the owner gets in at once from elsewhere");
    house.clock.at += 15 * 60_000;
    t.match(await from("203.0.113.9", WORDS), { personId: /./ }, "and from there once the longest wait is over");
  },
);

t.test("C12 guesses from many addresses at one account, all at once, shut nobody out", async (t) => {
  const house = await buildMembers(t);
  await setPassword(await setUpFano(house), WORDS);
  const many = Array.from({ length: 40 }, (_, n) =>
    guessPassword(house, { email: FANO.email, password: "una frase sbagliata", address: `203.0.113.${n}` }),
  );
  t.same(
    new Set((await Promise.all(many)).map((one) => JSON.stringify(one))),
    new Set(['{"refused":"wrong-password"}']),
  );
  const owner = { email: FANO.email, password: WORDS, address: "198.51.100.7" };
  t.match(await guessPassword(house, owner), { personId: /./ });
});

t.test("C12 one address that tries one password at every account is held up by its address", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const statuses: number[] = [];
  for (let n = 0; n < 24; n += 1)
    statuses.push((await tryPassword(house, seat(house, `socia${n}`, "member"), "password di tutti")).status);
  t.same(statuses.slice(0, 20), Array(20).fill(422));
  t.same(statuses.slice(20), Array(4).fill(429), "twenty a minute are looked at");
  t.equal((await gino.get("/account")).status, 200, "who is in stays in");
  t.match(await signInLink(house, FANO.email), { url: /sign-in/ }, "and the link goes on");
});

t.test("C12 no number of tries makes the wait longer than a quarter of an hour", async () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_600_000 }), { maxLength: 60 }), (steps) => {
      let asks: Asks | undefined;
      let now = 0;
      return steps.every((step) => {
        now += step;
        const tried = weighTry(asks, now);
        asks = tried.asks;
        return tried.waitMs >= 0 && tried.waitMs <= 15 * 60_000;
      });
    }),
  );
});

t.test("C15 the second step asks a code; each works once, half a minute early or late, and not later", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const { secret, codes } = await makeSecondFactor(house, gino);
  t.equal(codes.length, 10);
  t.equal((await gino.get("/account")).status, 200, "who made it stays in");
  const stored = house.db.raw
    .prepare("SELECT hex(sealed_secret) || (SELECT group_concat(code_hash) FROM backup_codes) FROM second_factors")
    .pluck()
    .get();
  t.notOk(
    String(stored).includes(Buffer.from(secret).toString("hex").toUpperCase()) || String(stored).includes(codes[0]!),
  );
  const step = async (code: string, browser?: Browser) => {
    const half = browser ?? (await enter(house));
    t.match((await half.get("/account")).path, /^\/sign-in\/second/, "nobody yet");
    const page = await half.get("/sign-in/second?next=/account");
    t.equal(page.status, 200);
    return half.submit(page, "/sign-in/second", { code });
  };
  const used = codeOf(house, secret);
  t.equal((await step(used)).status, 422, "the code that proved it is spent");
  house.clock.at += 30_000;
  const next = codeOf(house, secret);
  house.clock.at += 30_000;
  t.equal((await step(next)).path, "/account", "half a minute late");
  t.equal((await step(next)).status, 422, "and spent");
  const old = codeOf(house, secret);
  house.clock.at += 90_000;
  t.equal((await step(old)).status, 422, "too late");
  t.equal((await step(codes[3]!.toUpperCase())).path, "/account", "a backup code");
  t.equal((await step(codes[3]!)).status, 422, "once");
  t.equal((await step("")).status, 422);
});

t.test("C15 codes are not guessed: after five the next waits, and a first step alone is worth nothing", async (t) => {
  const house = await buildMembers(t);
  const { secret } = await makeSecondFactor(house, await setUpFano(house));
  house.clock.at += 60_000;
  const half = await enter(house);
  const page = await half.get("/sign-in/second");
  for (let n = 0; n < 5; n += 1) await half.submit(page, "/sign-in/second", { code: "000000" });
  t.equal((await half.submit(page, "/sign-in/second", { code: codeOf(house, secret) })).status, 429);
  t.equal((await half.get("/desk/gas-fano/people")).path.startsWith("/sign-in"), true);
  t.equal((await half.post("/account/language", "language=en", { accept: "application/json" })).status, 401);
  house.clock.at += 15 * 60_000;
  t.equal((await half.get("/sign-in/second")).path, "/sign-in", "after a quarter of an hour it begins anew");
});

t.test("C15 who administers or keeps the money has two weeks, then only the rest of the node", async (t) => {
  const house = await buildMembers(t);
  await setUpFano(house);
  const ada = await enter(house, seat(house, "ada", "admin", "member"));
  t.match((await ada.get("/")).body, /Fallo adesso/);
  t.equal((await ada.get("/desk/gas-fano/people")).status, 200, "within the grace");
  const marta = await enter(house, seat(house, "marta", "member"));
  t.notMatch((await marta.get("/")).body, /Fallo adesso/, "a member need not");
  house.clock.at += 14 * DAY;
  t.match((await ada.get("/desk/gas-fano/people")).body, /Rientra|Entra/, "to make it one signs in afresh");
  const fresh = await enter(house, "ada@posta.example");
  t.equal((await fresh.get("/desk/gas-fano/people")).path, "/account/second-factor");
  t.equal((await fresh.post("/desk/gas-fano/people/invite", "", { accept: "application/json" })).status, 403);
  t.equal((await fresh.get("/desk/gas-fano/household")).status, 200, "a member's own things go on");
  await makeSecondFactor(house, fresh);
  t.equal((await fresh.get("/desk/gas-fano/people")).status, 200);
});

t.test("C9 a password and a second factor change only within half an hour of signing in", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const page = await gino.get("/account/password");
  house.clock.at += 30 * 60_000;
  t.equal((await gino.submit(page, "/account/password", { password: WORDS })).status, 401);
  t.equal((await gino.get("/account/second-factor")).status, 401);
});

t.test("C9 dropping either ends the other devices", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  await setPassword(gino, WORDS);
  const { browser } = await tryPassword(house, FANO.email, WORDS);
  await gino.submit(await gino.get("/account/password"), "/account/password/drop");
  t.equal((await browser.get("/account")).path, "/sign-in?next=%2Faccount");
  t.equal((await tryPassword(house, FANO.email, WORDS)).status, 422);
  await makeSecondFactor(house, gino);
  await gino.submit(await gino.get("/account/second-factor"), "/account/second-factor/drop");
  t.equal((await (await enter(house)).get("/account")).status, 200, "the link alone again");
});

t.test("C15 who drops a second factor they must have gets no new two weeks without one", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  await makeSecondFactor(house, gino);
  const people = "/desk/gas-fano/people";
  t.equal((await gino.get(people)).status, 200);
  const drop = async () => gino.submit(await gino.get("/account/second-factor"), "/account/second-factor/drop");
  await drop();
  t.equal((await gino.get(people)).path, "/account/second-factor", "closed at once");
  t.equal((await gino.get(people)).path, "/account/second-factor", "looking at the page that makes one opens nothing");
  await makeSecondFactor(house, gino);
  t.equal((await gino.get(people)).status, 200);
});
