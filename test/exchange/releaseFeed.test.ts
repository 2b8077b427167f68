// Feeds of releases: what is newer than what runs, and what closes a hole, from feeds of any host.
import fc from "fast-check";
import t from "tap";
import { compareVersions, newsOf, readReleases } from "../../src/exchange/releaseFeed.ts";

const entry = (title: string, link = "https://codice.example/r/1") =>
  `<entry><id>x</id><title>${title}</title><link rel="alternate" href="${link}"/><content type="html">&lt;b&gt;</content></entry>`;
const atom = (...entries: string[]) =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Filiera</title><link href="https://codice.example"/>${entries.join("")}</feed>`;
const read = (text: string) => {
  const releases = readReleases(text);
  if ("refused" in releases) throw new Error(releases.refused);
  return releases;
};

t.test(
  "the newest release and the newest that closes a hole are news, what is older or the same is none",
  async (t) => {
    const releases = read(
      atom(
        entry("v1.4.0"),
        entry("Filiera 1.5.1: listini più veloci"),
        entry("1.4.2 [SECURITY] firme"),
        entry("v1.5.2-rc.1"),
        entry("Auguri"),
      ),
    );
    t.same(
      releases.map(({ version, isSecurity }) => [version, isSecurity]),
      [
        ["1.5.1", false],
        ["1.4.2", true],
        ["1.4.0", false],
      ],
    );
    t.match(newsOf(releases, "1.4.0"), { newest: { version: "1.5.1" }, security: { version: "1.4.2" } });
    t.match(newsOf(releases, "1.4.2"), { newest: { version: "1.5.1" }, security: null });
    t.same(newsOf(releases, "1.5.1"), { newest: null, security: null });
  },
);

t.test("RSS is read too, and a version may stand in the link alone", async (t) => {
  const rss = `<rss version="2.0"><channel><item><title>Correzione (CVE-2026-12345)</title><link>https://codice.example/tag/v2.0.1</link></item></channel></rss>`;
  t.match(read(rss), [{ version: "2.0.1", isSecurity: true, link: "https://codice.example/tag/v2.0.1" }]);
});

t.test(
  "B26 what is no feed is refused, and a feed brings neither entities, nor scripts, nor endless titles",
  async (t) => {
    for (const text of ["", "{}", "<html></html>", "<feed>", `<!DOCTYPE feed [<!ENTITY a "b">]><feed>&a;</feed>`])
      t.match(readReleases(text), { refused: "not-a-feed" });
    const [odd] = read(atom(entry(`9.0.0 \u202e${"a".repeat(500)}`, "javascript:alert(1)")));
    t.equal(odd?.link, null);
    t.equal(odd?.title.length, 120);
    t.notMatch(odd?.title, /\u202e/);
    t.equal(read(atom(...Array.from({ length: 300 }, (_, i) => entry(`1.0.${i}`)))).length, 100);
  },
);

t.test("versions are compared by their numbers", async () => {
  const version = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999));
  fc.assert(
    fc.property(version, version, (a, b) => {
      const first = a.findIndex((n, i) => n !== b[i]);
      const expected = first < 0 ? 0 : Math.sign((a[first] ?? 0) - (b[first] ?? 0));
      return Math.sign(compareVersions(a.join("."), `${b.join(".")}-rc.1`)) === expected;
    }),
  );
});
