// Where somebody who found a hole writes: RFC 9116, never expired while the node runs, as the settings say.
import t from "tap";
import { readConfig } from "../../src/config.ts";
import { addSecurityTxt } from "../../src/web/securityTxt.ts";
import { buildHouse } from "./house.ts";

const DAY = 86_400_000;

async function read(t: Parameters<typeof buildHouse>[0], contact: string | null) {
  const house = await buildHouse(t, {}, (app) => addSecurityTxt(app, contact));
  const fetch = async () => {
    const { statusCode, headers, body } = await house.app.inject("/.well-known/security.txt");
    const fields = new Map(
      body
        .trimEnd()
        .split("\n")
        .map((line) => line.split(": ") as [string, string]),
    );
    return { statusCode, type: headers["content-type"], fields };
  };
  return { house, fetch };
}

t.test("C61 security.txt has the fields of RFC 9116 and expires half a year from when it is read", async (t) => {
  const { house, fetch } = await read(t, "sicurezza@gas.example");
  const { statusCode, type, fields } = await fetch();
  t.equal(statusCode, 200);
  t.equal(type, "text/plain; charset=utf-8");
  t.equal(fields.get("Contact"), "mailto:sicurezza@gas.example");
  t.match(fields.get("Canonical"), /\/\.well-known\/security\.txt$/);
  const left = () => Date.parse(fields.get("Expires") ?? "") - house.clock.now();
  t.ok(left() > 30 * DAY && left() < 366 * DAY, "less than a year, as the RFC asks");
  t.match(fields.get("Expires"), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

t.test("C61 without a contact it leads to the page about who answers; a page stands as it is", async (t) => {
  t.match((await (await read(t, null)).fetch()).fields.get("Contact"), /^https?:.*\/privacy$/);
  t.equal(
    (await (await read(t, "https://gas.example/sicurezza")).fetch()).fields.get("Contact"),
    "https://gas.example/sicurezza",
  );
});

t.test(
  "C61 C48 the contact is a setting; the sender of mail stands in for it, and nonsense does not start",
  async (t) => {
    const folder = t.testdir();
    const contact = (...flags: string[]) => readConfig(["--data", folder, ...flags], {}).config.securityContact;
    t.equal(contact(), null);
    t.equal(contact("--mail-from", "Nodo <nodo@gas.example>"), "nodo@gas.example");
    t.equal(
      contact("--mail-from", "nodo@gas.example", "--security-contact", "https://gas.example/x"),
      "https://gas.example/x",
    );
    t.throws(() => contact("--security-contact", "in piazza"), /FILIERA_SECURITY_CONTACT/);
  },
);
