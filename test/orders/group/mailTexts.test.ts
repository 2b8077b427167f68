// A group's own words in its mails: what can be named, what cannot, and that no fact becomes a header or a text with braces.
import fc from "fast-check";
import t from "tap";
import {
  checkMailText,
  MAIL_KINDS,
  type MailFacts,
  ourMailText,
  renderMail,
} from "../../../src/orders/group/mailTexts.ts";
import { type OrderFacts, openedMail, type Voice } from "../../../src/orders/notices/noticeText.ts";
import { formats } from "../../../src/web/format.ts";
import { words } from "../../../src/web/words.ts";
import { sitDown } from "../../partners/desks.ts";
import { startNodes } from "../../tools/nodes.ts";

const FACTS: MailFacts = {
  ...{ name: "Marta", order: "Arance", producer: "Agrumeto", group: "GAS Fano", closes: "giovedì alle 20:00" },
  ...{ place: "Centro sociale", time: "18:00", details: "- Arance: 3 kg", link: "https://gas.example/x" },
};
const VOICE: Voice = { language: "it", say: words("it"), format: formats("it") };

function orderFacts(name: string, textOf: NonNullable<OrderFacts["textOf"]>): OrderFacts {
  const order = { name, note: "", closesAt: 0 };
  return {
    reader: "Marta",
    order,
    producer: "Agrumeto",
    group: "GAS Fano",
    pickups: [],
    url: "https://gas.example/x",
    textOf,
  };
}

t.test("our own text of every mail, in both languages, may be saved as it is", async (t) => {
  for (const kind of MAIL_KINDS)
    for (const language of ["it", "en"] as const)
      t.equal(checkMailText(kind, language, ourMailText(kind, language, words(language))), null, `${kind} ${language}`);
});

t.test("facts take the place of their names, spaces inside the braces or not", async (t) => {
  const text = { subject: "{ordine}: {chiusura}", body: "Cara { nome },\n\n{dettagli}\n\n{link}" };
  t.same(renderMail("it", text, FACTS), {
    subject: "Arance: giovedì alle 20:00",
    body: "Cara Marta,\n\n- Arance: 3 kg\n\nhttps://gas.example/x",
  });
});

t.test("an empty fact leaves no hole", async (t) => {
  const text = { subject: "x", body: "Ciao\n\n{dettagli}\n\nFine" };
  t.equal(renderMail("it", text, { ...FACTS, details: "" }).body, "Ciao\n\nFine");
});

t.test("C29 an order's name with line ends and a header of its own stays one line of the subject", async (t) => {
  const own = { subject: "Apre {ordine}", body: "{dettagli}" };
  const mail = openedMail(
    VOICE,
    orderFacts("Arance\r\nBcc: tutti@altrove.example", () => own),
  );
  t.equal(mail.subject, "Apre Arance Bcc: tutti@altrove.example");
});

t.test("C29 whatever a fact says, a subject has no control character and braces in facts name nothing", async () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (said) => {
      const text = { subject: "{ordine} {nome}", body: "{ordine}" };
      const { subject } = renderMail("it", text, { ...FACTS, order: said, name: "{link}" });
      return !/\p{Cc}/u.test(subject) && subject.endsWith("{link}");
    }),
  );
});

t.test("a text says what does not hold, and where", async (t) => {
  const good = { subject: "Ha chiuso", body: "{dettagli}" };
  const check = (change: Partial<typeof good>) => checkMailText("closed", "it", { ...good, ...change });
  t.equal(check({}), null);
  t.match(check({ subject: "a\nBcc: b" }), { refused: "subject-lines", field: "subject" });
  t.match(check({ subject: " " }), { refused: "no-subject" });
  t.match(check({ body: "{dettagli} {iban}" }), { refused: "unknown-fact", field: "body", fact: "{iban}" });
  t.match(check({ subject: "{dettagli}" }), { refused: "unknown-fact", field: "subject" });
  t.match(check({ body: "Ciao {nome}" }), { refused: "needs-details", fact: "{dettagli}" });
  t.match(check({ subject: "x".repeat(151) }), { refused: "text-too-long", field: "subject" });
  t.match(check({ body: `{dettagli}${"x".repeat(4000)}` }), { refused: "text-too-long", field: "body" });
  t.match(checkMailText("closed", "en", good), { refused: "unknown-fact" }, "an English text uses English names");
});

t.test("an administrator writes a text, sees what is wrong, and goes back to ours", async (t) => {
  const { nodes } = await startNodes(t, ["gas"]);
  nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  const path = "/desk/fano/settings/mail/closed";
  const text = { language: "it", subject: "Chiuso: {ordine}", body: "Ecco il tuo:\n\n{dettagli}", act: "save" };
  const page = await laura.get(`${path}?language=it`);
  t.match(page.body, /Ancora nessun ordine/);
  const wrong = await laura.submit(page, path, { ...text, body: "Niente" });
  t.equal(wrong.status, 422);
  t.match(wrong.body, /deve contenere i dettagli/);
  t.match(wrong.body, />Niente<\/textarea>/, "what was typed is kept");
  const saved = await laura.submit(page, path, text);
  t.match(saved.body, /Ora dice il testo vostro/);
  t.match((await laura.get("/desk/fano/settings/mail")).body, /testo vostro: italiano/);
  const reset = await laura.submit(saved, `${path}/reset`);
  t.match(reset.body, /Ora dice il testo di Filiera/);
  t.equal((await laura.get("/desk/fano/settings/mail/niente")).status, 404);
});
