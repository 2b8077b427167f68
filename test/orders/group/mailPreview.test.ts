// The preview of a group's mails: every kind can be looked at, and none shows what a household really booked.
import t from "tap";
import { previewMail } from "../../../src/orders/group/mailPreview.ts";
import { MAIL_KINDS } from "../../../src/orders/group/mailTexts.ts";
import type { OrderFacts, Voice } from "../../../src/orders/notices/noticeText.ts";
import { formats } from "../../../src/web/format.ts";
import { words } from "../../../src/web/words.ts";
import { CLOSING, line } from "../oranges.ts";

const VOICES: Voice[] = (["it", "en"] as const).map((language) => ({
  ...{ language, say: words(language), format: formats(language) },
}));
const FACTS: OrderFacts = {
  reader: "Marta",
  order: { name: "Agrumi di dicembre", note: "", closesAt: CLOSING },
  ...{ producer: "Agrumeto", group: "GAS Fano", url: "https://gas.example/x" },
  pickups: [{ place: "Centro sociale", startAt: CLOSING }],
};
const LINES = [line(1), line(2, { name: "Limoni" }), line(3)];

t.test("every kind of mail can be looked at in both languages, and names the order", async (t) => {
  for (const voice of VOICES)
    for (const kind of MAIL_KINDS) {
      const { subject, text: body } = previewMail(voice, kind, FACTS, LINES);
      t.match(`${subject} ${body}`, "Agrumi di dicembre", `${kind} ${voice.language}`);
      t.notMatch(`${subject} ${body}`, /\{\{|undefined|NaN|orders\./, `${kind} ${voice.language}`);
    }
});

t.test("a closing shows two packages of two products as if booked; a change shows half of them coming", async (t) => {
  const closed = previewMail(VOICES[0]!, "closed", FACTS, LINES).text;
  t.match(closed, /Arance.*20/);
  t.match(closed, /Limoni.*20/);
  t.match(previewMail(VOICES[0]!, "changed", FACTS, LINES).text, /Arance.*10/);
});
