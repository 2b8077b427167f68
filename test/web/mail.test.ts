// Addresses the node may write to.
import t from "tap";
import { isMailAddress, openMailer } from "../../src/web/mail.ts";
import { startMailSink } from "../tools/mailSink.ts";

t.test("C29 one plain address passes, lists and line ends do not", async (t) => {
  for (const good of ["gino@posta.example", "g.b+gas@posta.example", "o'neill@x.it"]) t.ok(isMailAddress(good), good);
  const evil = [
    "a@b,c@d",
    "a@b c@d",
    "a@b\r\nBcc: c@d",
    "<a@b>",
    "a@b;c@d",
    '"a" <a@b>',
    "a@",
    "@b",
    "a",
    "group: a@b;",
    "a@b\u0000",
    `${"İ".repeat(40)}@x.it`,
  ];
  for (const bad of evil) t.notOk(isMailAddress(bad), JSON.stringify(bad));
});

t.test("without a mail server there is no mailer", async (t) => {
  t.equal(openMailer(null, null), null);
});

t.test("B36 a mail is plain text: markup in it loads no picture, and nothing is attached", async (t) => {
  const sink = await startMailSink(t);
  const mailer = openMailer(sink.url, "nodo@gas.example")!;
  t.teardown(() => mailer.close());
  const text = 'Arance <img src="http://evil.example/pixel.png"> ![x](http://evil.example/pixel.png)';
  await mailer.send({ to: "ada@posta.example", subject: text, text });
  const { mail, raw } = await sink.reach(1);
  t.match(raw, /^content-type: text\/plain/im);
  t.notMatch(raw, /text\/html|multipart/i);
  t.equal(mail.html, false);
  t.same(mail.attachments, []);
  t.equal(mail.text?.trim(), text);
});
