// What was written when the sign-in was over: it comes back to its person, in their browser, and nothing is sent by itself.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Test } from "tap";
import t from "tap";
import Type from "typebox";
import { sendRefusal } from "../../src/web/errors.ts";
import { actionButton, FRESH, postForm, selectField, textArea, textField } from "../../src/web/forms.ts";
import { html } from "../../src/web/html.ts";
import { pageContext, sendPage } from "../../src/web/page.ts";
import { readForm } from "../../src/web/readForm.ts";
import { takeUpload } from "../../src/web/readUpload.ts";
import { unsentForms } from "../../src/web/tables.ts";
import { forgetOldUnsent } from "../../src/web/unsent.ts";
import { isFresh } from "../../src/web/visitor.ts";
import type { Browser, Seen } from "./browser.ts";
import { buildHouse } from "./house.ts";

const SIGNED_IN = { policy: { signedIn: true } } as const;
const ORIGIN = "http://localhost:8000";
const HOUR = 3_600_000;
const Evening = Type.Object({
  title: Type.String({ maxLength: 200 }),
  text: Type.Optional(Type.String({ maxLength: 100_000 })),
  place: Type.Optional(Type.String()),
  who: Type.Optional(Type.Array(Type.String())),
  version: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
});

/** A page with a form of every kind of field, and what came through it. */
function addEvening(app: FastifyInstance, came: Record<string, unknown>[]): void {
  let stands = true;
  app.get("/evening", { config: SIGNED_IN }, (request, reply) => {
    if (!stands) return sendRefusal(request, reply, { refused: "not-found" });
    const c = pageContext(request, reply);
    const places = ["Fano", "Urbino"].map((value) => ({ value, label: value }));
    const who = ["anna", "bea", "carla"].map(
      (one) => html`<label><input type="checkbox" name="who" value="${one}"> ${one}</label>`,
    );
    const form = postForm(
      c,
      { action: "/evening" },
      html`<input type="hidden" name="version" value="7">
        ${textField(c, FRESH, { name: "title", label: "Titolo" })}
        ${textArea(c, FRESH, { name: "text", label: "Testo", rows: 4 })}
        ${selectField(c, { typed: { place: "Fano" }, errors: {} }, { name: "place", label: "Dove", choices: places })}
        ${who}<input type="password" name="password"><button type="submit">Manda</button>`,
    );
    const rows = ["3", "4"].map((row) => actionButton(c, { action: "/row", label: "Via", fields: { title: row } }));
    const upload = postForm(
      c,
      { action: "/sheet", upload: true },
      html`${textField(c, FRESH, { name: "title", label: "Titolo" })}<input type="file" name="file">`,
    );
    return sendPage(request, reply, { title: "Serata", body: html`${rows}${form}${upload}` });
  });
  app.post("/evening", { config: SIGNED_IN }, (request, reply) => {
    const form = readForm(Evening, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    came.push(form.value);
    return reply.redirect("/account", 303);
  });
  app.post("/row", { config: SIGNED_IN }, (_request, reply) => reply.redirect("/account", 303));
  app.post("/sheet", { config: { ...SIGNED_IN, upload: true } }, async (request, reply) => {
    const file = await takeUpload(request.body, "file");
    came.push({ file: "refused" in file ? file.refused : file.bytes.length });
    return reply.redirect("/account", 303);
  });
  const pay = (request: FastifyRequest, reply: FastifyReply) => {
    const c = pageContext(request, reply);
    const form = html`${textField(c, FRESH, { name: "amount", label: "Euro" })}<button type="submit">Paga</button>`;
    return sendPage(request, reply, { title: "Cassa", body: postForm(c, { action: "/pay" }, form) });
  };
  app.get("/pay", { config: SIGNED_IN }, pay);
  app.post("/pay", { config: SIGNED_IN }, (request, reply) => {
    if (!isFresh(request.visitor!, app.web.clock.now()))
      return sendRefusal(request, reply, { refused: "sign-in-again", next: "/pay" });
    came.push(request.body as Record<string, unknown>);
    return reply.redirect("/account", 303);
  });
  app.post("/secret", { config: { ...SIGNED_IN, secret: true } }, (_request, reply) => reply.redirect("/account", 303));
  app.post("/away", { config: SIGNED_IN }, (_request, reply) => {
    stands = false;
    return reply.redirect("/account", 303);
  });
}

async function buildEvening(t: Test) {
  const came: Record<string, unknown>[] = [];
  const house = await buildHouse(t, {}, (app) => addEvening(app, came));
  const session = `filiera-${8000}`;
  /** The session ends as it does elsewhere: the cookie leads to nobody. */
  const end = (browser: Browser) => void browser.cookies.set(session, "gone");
  const signIn = async (browser: Browser, person: string) => {
    browser.cookies.delete(session);
    const page = await browser.get(`/try/${person}`);
    await browser.submit(page, `/try/${person}`, { quantity: "1" });
  };
  const count = () => house.app.web.db.orm.select().from(unsentForms).all().length;
  return { ...house, came, end, signIn, count };
}

const FROM = { referer: `${ORIGIN}/evening` };
const SENTENCE = "Per sicurezza sei uscito. Rientra: quello che hai scritto è conservato.";
const WRITTEN = {
  title: "Cena d'autunno: perché no? «Più» & <più>",
  text: 'Prima riga,\nseconda "riga"\n\n  e <b>quarta</b>',
  place: "Urbino",
  who: ["anna", "carla"],
};
/** Where the button of a refusal's page leads. */
const nextOf = ({ body }: Seen) =>
  new URLSearchParams(/href="\/sign-in\?([^"]*)"/.exec(body)?.[1]?.replaceAll("&amp;", "&")).get("next") ?? "";

t.test("who was signed out while writing comes back to the form as they left it, and sends it", async (t) => {
  const { signedIn, came, end, signIn, count } = await buildEvening(t);
  const marta = await signedIn("marta");
  const page = await marta.get("/evening");
  end(marta);
  const refused = await marta.submit(page, "/evening", WRITTEN, FROM);
  t.equal(refused.status, 401);
  t.match(refused.body, SENTENCE);
  t.notMatch(refused.body, "autunno", "and shows it to nobody meanwhile");
  const next = nextOf(refused);
  t.match(next, /^\/unsent\/[a-z2-7]{26}$/);

  await signIn(marta, "marta");
  const back = await marta.get(next);
  t.equal(back.status, 200);
  t.same(came, [], "nothing is sent by itself");
  t.match(back.body, "Non è ancora stato inviato");
  t.match(back.body, 'value="Cena d&#39;autunno: perché no? «Più» &amp; &lt;più&gt;"');
  t.match(back.body, "\nPrima riga,\nseconda &quot;riga&quot;\n\n  e &lt;b&gt;quarta&lt;/b&gt;</textarea>");
  t.match(back.body, '<option value="Urbino" selected>');
  t.notMatch(back.body, '<option value="Fano" selected>');
  t.same(
    [...back.body.matchAll(/name="who" value="(\w+)" checked/g)].map(([, one]) => one),
    ["anna", "carla"],
  );
  t.equal((await marta.submit(back, "/evening", WRITTEN)).path, "/account");
  t.match(came, [{ ...WRITTEN, version: "7" }]);
  t.equal(count(), 0, "what went through is forgotten");
  t.equal((await marta.get(next)).status, 404);
});

t.test(
  "C7 another person at the same browser neither sees nor sends it, and its own person still finds it",
  async (t) => {
    const { signedIn, end, signIn } = await buildEvening(t);
    const marta = await signedIn("marta");
    const page = await marta.get("/evening");
    end(marta);
    const next = nextOf(await marta.submit(page, "/evening", WRITTEN, FROM));
    await signIn(marta, "gino");
    const seen = await marta.get(next);
    t.equal(seen.status, 404);
    t.notMatch(seen.body, "autunno");
    t.match(seen.body, "scritto in un altro browser o da un&#39;altra persona");
    // The page is still Marta's: it is not sent in his name, and not kept for him.
    const sent = await marta.submit(page, "/evening", WRITTEN, FROM);
    t.equal(sent.status, 403);
    t.notMatch(sent.body, "/unsent/");
    await signIn(marta, "marta");
    t.match((await marta.get(next)).body, "autunno");
  },
);

t.test("the same person in another browser, or with another's key, finds nothing", async (t) => {
  const { signedIn, end } = await buildEvening(t);
  const [marta, other] = [await signedIn("marta"), await signedIn("marta")];
  const page = await marta.get("/evening");
  end(marta);
  const next = nextOf(await marta.submit(page, "/evening", WRITTEN, FROM));
  t.equal((await other.get(next)).status, 404);
  other.cookies.set("filiera-unsent-8000", "A".repeat(43));
  t.equal((await other.get(next)).status, 404);
  t.equal((await other.get("/unsent/aaaaaaaaaaaaaaaaaaaaaaaaaa")).status, 404);
});

t.test("it waits for a day, five of them for each person, and the clock forgets them", async (t) => {
  const { app, clock, signedIn, end, signIn, count } = await buildEvening(t);
  const marta = await signedIn("marta");
  const page = await marta.get("/evening");
  end(marta);
  const nexts: string[] = [];
  for (const title of ["a", "b", "c", "d", "e", "f"]) {
    clock.at += 1;
    nexts.push(nextOf(await marta.submit(page, "/evening", { title }, FROM)));
  }
  t.equal(count(), 5);
  await signIn(marta, "marta");
  t.equal((await marta.get(nexts[0]!)).status, 404, "the oldest made room");
  t.equal((await marta.get(nexts[5]!)).status, 200);
  clock.at += 24 * HOUR;
  t.equal((await marta.get(nexts[5]!)).status, 404, "a day has passed");
  forgetOldUnsent(app.web.db.orm, clock.at);
  t.equal(count(), 0);
});

t.test(
  "what is too long, secret, or on a page nobody of ours drew is not kept, and the sentence says so",
  async (t) => {
    const { signedIn, browser, end, count } = await buildEvening(t);
    const marta = await signedIn("marta");
    const page = await marta.get("/evening");
    end(marta);
    const unkept = async (seen: Promise<Seen>) => {
      const { status, body } = await seen;
      t.equal(status, 401);
      t.match(body, "quello che hai scritto qui non si può conservare");
      t.equal(count(), 0);
    };
    await unkept(marta.submit(page, "/evening", { title: "x", text: "à".repeat(40_000) }, FROM));
    const token = /name="_token" value="([^"]*)"/.exec(page.body)?.[1] ?? "";
    await unkept(marta.post("/secret", String(new URLSearchParams({ _token: token, code: "123456" }))));
    await unkept(browser().post("/evening", "title=x"));
    await unkept(browser().post("/evening", String(new URLSearchParams({ _token: "A".repeat(200), title: "x" }))));
    // Another's name behind one's own token is no proof.
    await unkept(
      marta.post("/evening", String(new URLSearchParams({ _token: `${token.slice(0, 108)}gino`, title: "x" }))),
    );
  },
);

t.test("a password or a file is never kept, the rest is, and the page says what must be put in again", async (t) => {
  const { app, signedIn, end, signIn, came } = await buildEvening(t);
  const marta = await signedIn("marta");
  const page = await marta.get("/evening");
  end(marta);
  const first = await marta.submit(page, "/evening", { title: "Serata", password: "segretissima" }, FROM);
  t.match(first.body, "File e password non si conservano");
  const token = /name="_token" value="([^"]*)"/.exec(page.body)?.[1] ?? "";
  const part = (head: string, text: string) => `--xx\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
  const body = `${part('name="_token"', token)}${part('name="title"', "Foglio di novità")}${part('name="file"; filename="a.csv"', "a;b;c")}--xx--\r\n`;
  const second = await marta.post("/sheet", body, { ...FROM, "content-type": "multipart/form-data; boundary=xx" });
  t.equal(second.status, 401);
  t.match(second.body, SENTENCE);
  t.match(second.body, "File e password non si conservano");
  t.same(came, []);
  const bytes = app.web.db.orm.select().from(unsentForms).all();
  t.equal(bytes.length, 2);
  t.notOk(
    bytes.some(({ sealed }) => /segretissima|Serata|novit/.test(sealed.toString("latin1"))),
    "and all of it is sealed",
  );
  await signIn(marta, "marta");
  const back = await marta.get(nextOf(first));
  t.match(back.body, 'value="Serata"');
  t.notMatch(back.body, "segretissima");
  t.match((await marta.get(nextOf(second))).body, 'value="Foglio di novità"');
});

t.test("where the page is gone, what was written is shown, with one button that sends it", async (t) => {
  const { signedIn, end, signIn, came } = await buildEvening(t);
  const marta = await signedIn("marta");
  const page = await marta.get("/evening");
  await marta.post(
    "/away",
    String(new URLSearchParams({ _token: /name="_token" value="([^"]*)"/.exec(page.body)![1]! })),
  );
  end(marta);
  for (const from of [FROM, { referer: "https://evil.example/" }, {}] as Record<string, string>[]) {
    const next = nextOf(await marta.submit(page, "/evening", WRITTEN, from));
    await signIn(marta, "marta");
    const back = await marta.get(next);
    t.equal(back.status, 200);
    t.match(back.body, "La pagina in cui l&#39;avevi scritto nel frattempo è cambiata");
    t.match(back.body, "<li>Cena d&#39;autunno");
    t.notMatch(back.body, "<li>7</li>", "what no person typed is not shown");
    await marta.submit(back, "/evening", { who: WRITTEN.who, text: WRITTEN.text, title: WRITTEN.title });
    end(marta);
  }
  t.equal(came.length, 3);
  t.match(came[0], WRITTEN);
});

t.test("money asks for a fresh sign-in, and what was typed survives it, also twice", async (t) => {
  const { clock, signedIn, signIn, came } = await buildEvening(t);
  const marta = await signedIn("marta");
  clock.at += HOUR;
  const refused = await marta.submit(
    await marta.get("/pay"),
    "/pay",
    { amount: "12,40" },
    { referer: `${ORIGIN}/pay` },
  );
  t.equal(refused.status, 401);
  t.match(refused.body, "conservato per un giorno");
  const first = nextOf(refused);
  await signIn(marta, "marta");
  const back = await marta.get(first);
  t.match(back.body, /name="amount"[^>]* value="12,40"/);
  clock.at += HOUR;
  const again = await marta.submit(back, "/pay", { amount: "12,50" }, { referer: `${ORIGIN}${first}` });
  await signIn(marta, "marta");
  const last = await marta.get(nextOf(again));
  t.match(last.body, /name="amount"[^>]* value="12,50"/, "the page is the one of the first time");
  await marta.submit(last, "/pay", { amount: "12,50" });
  t.match(came, [{ amount: "12,50" }]);
});

t.test("C7 a form of the same person's earlier session is kept too, and waits for their own press", async (t) => {
  const { signedIn, signIn, came } = await buildEvening(t);
  const marta = await signedIn("marta");
  const page = await marta.get("/evening");
  await signIn(marta, "marta");
  const seen = await marta.submit(page, "/evening", WRITTEN, FROM);
  t.equal(seen.status, 403);
  t.match(seen.body, "sei entrato di nuovo");
  t.same(came, []);
  const [, next = ""] = /href="(\/unsent\/[a-z2-7]{26})"/.exec(seen.body) ?? [];
  t.match((await marta.get(next)).body, "autunno");
});

t.test(
  "a press without anything typed leads back to its page, a script hears JSON, and nothing is kept of either",
  async (t) => {
    const { signedIn, end, count } = await buildEvening(t);
    const marta = await signedIn("marta");
    const page = await marta.get("/evening");
    const token = /name="_token" value="([^"]*)"/.exec(page.body)?.[1] ?? "";
    end(marta);
    const pressed = await marta.post("/away", String(new URLSearchParams({ _token: token })), FROM);
    t.equal(nextOf(pressed), "/evening");
    const script = await marta.post("/evening", "title=x", { accept: "application/json", "x-form-token": token });
    t.same(JSON.parse(script.body), { refused: "signed-out", message: SENTENCE });
    t.equal(count(), 0);
  },
);

t.test(
  "a press of htmx after the sign-out puts the refusal in the page's place; of equal forms its own row comes back",
  async (t) => {
    const { signedIn, end, signIn } = await buildEvening(t);
    const marta = await signedIn("marta");
    const page = await marta.get("/evening");
    end(marta);
    const pressed = await marta.submit(page, "/row", { title: "4" }, { ...FROM, "hx-request-type": "partial" });
    t.equal(pressed.status, 401);
    t.equal(pressed.headers["hx-retarget"], "#main");
    await signIn(marta, "marta");
    const back = await marta.get(nextOf(pressed));
    const told = back.body.indexOf('id="unsent"');
    t.ok(told > back.body.indexOf('name="title" value="3"') && told < back.body.indexOf('name="title" value="4"'));
  },
);
