import t from "tap";
import { readDomainCsv, writeDomainCsv } from "../../../src/partners/hosts/domainCsv.ts";

const MASTODON = `#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
spam.example,suspend,true,true,"Offerte false, molte",false
loud.example,silence,false,false,,false
hid***.example,suspend,true,true,,true
`;

t.test(
  "a list exported by Mastodon is read: suspended domains are taken, milder and hidden ones are counted",
  async (t) => {
    t.same(readDomainCsv(MASTODON), { domains: [{ domain: "spam.example", reason: "Offerte false, molte" }], left: 2 });
  },
);

t.test("what we export reads back the same", async (t) => {
  const domains = [
    { domain: "spam.example", reason: 'dice "gratis", poi no' },
    { domain: "xn--caff-8oa.example", reason: "" },
  ];
  t.same(readDomainCsv(writeDomainCsv(domains)), { domains, left: 0 });
});

t.test("a bare list of domains is a list too, a text is none", async (t) => {
  t.match(readDomainCsv("one.example\nTWO.example\n"), {
    domains: [{ domain: "one.example" }, { domain: "two.example" }],
  });
  t.equal(readDomainCsv("cara Marta, ti scrivo"), null);
  t.equal(readDomainCsv('"one.example'), null);
});

t.test("a reason that a spreadsheet would take for a formula is made harmless", async (t) => {
  t.match(writeDomainCsv([{ domain: "a.example", reason: "=HYPERLINK(1)" }]), /'=HYPERLINK/);
});
