import { domainToUnicode } from "node:url";
import t from "tap";
import { fingerprintOf, readHostName } from "../../../src/partners/keys/fingerprint.ts";

t.test("a key reads aloud as eight groups of four, and another key sounds otherwise", async (t) => {
  const one = fingerprintOf("z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX");
  t.match(one, /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  t.not(one, fingerprintOf("z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH"));
});

t.test("B41 a domain of look-alike letters shows both its spellings", async (t) => {
  t.same(readHostName("xn--80ak6aa92e.com"), { shown: "аррӏе.com", ascii: "xn--80ak6aa92e.com" });
  t.same(readHostName("mulino.example"), { shown: "mulino.example", ascii: "mulino.example" });
  for (const host of [
    "xn--caff-8oa.example",
    "xn--bcher-kva.example:8443",
    "xn--fiq228c.xn--fiqs8s",
    "xn--wgv71a119e.jp",
  ])
    t.equal(readHostName(host).shown.replace(/:\d+$/, ""), domainToUnicode(host.replace(/:\d+$/, "")), host);
});

t.test("what is no punycode is shown as it is written", async (t) => {
  for (const host of ["xn--.example", "xn--!!.example", "xn--99999999999999.example"])
    t.same(readHostName(host).ascii, host);
});
