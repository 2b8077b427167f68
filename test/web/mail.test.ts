// Addresses the node may write to.
import t from "tap";
import { isMailAddress, openMailer } from "../../src/web/mail.ts";

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
  ];
  for (const bad of evil) t.notOk(isMailAddress(bad), JSON.stringify(bad));
});

t.test("without a mail server there is no mailer", async (t) => {
  t.equal(openMailer(null, null), null);
});
