// The website of an actor: which addresses are one, and which pages link back.
import fc from "fast-check";
import t from "tap";
import { isSameSite, linksBack, readWebsite, writeWebsiteField } from "../../src/activitypub/website.ts";

const PUBLIC = { allowPrivate: false };
const PAGE = "https://www.gasfano.example/chi-siamo";
const US = "https://nodo.example/gas-fano";

t.test("an address as a person writes it is kept as https, and what leads nowhere public is none", async (t) => {
  for (const [typed, kept] of [
    ["", ""],
    ["  www.gasfano.example ", "https://www.gasfano.example/"],
    ["https://gasfano.example/chi-siamo#soci", "https://gasfano.example/chi-siamo"],
    ["http://gasfano.example", null],
    ["javascript:alert(1)", null],
    ["https://gino:segreto@gasfano.example", null],
    ["https://127.0.0.1/", null],
    ["https://10.0.0.8/", null],
    ["https://router/", null],
    ["https://gasfano.example:8443/", null],
    ["due parole", null],
    [`https://gasfano.example/${"a".repeat(400)}`, null],
  ] as const)
    t.equal(readWebsite(typed, PUBLIC), kept, typed);
});

t.test("a page links back by rel=me, however its tag is written", async (t) => {
  for (const page of [
    `<a rel="me" href="${US}">noi</a>`,
    `<p>x</p><A class=x HREF='${US}/' REL='nofollow me noopener'>noi</A>`,
    `<head><link rel=me href=${US}></head>`,
    `<a title="5 > 3" rel="me" href="${US}#su">noi</a>`,
    `5 < 6 <a\nrel="me"\nhref="${US}">noi</a>`,
  ])
    t.ok(linksBack(page, PAGE, US), page);
  t.ok(
    linksBack(`<a rel="me" href="/gas-fano">`, "https://nodo.example/", US),
    "a path is read from where the page stands",
  );
});

t.test("what no reader sees as its link does not speak for the page", async (t) => {
  for (const page of [
    "",
    `<a href="${US}">noi</a>`,
    `<a rel="me" href="${US}-due">altri</a>`,
    `<a rel="met" href="${US}">noi</a>`,
    `<!-- <a rel="me" href="${US}"> -->`,
    `<script>"<a rel='me' href='${US}'>"</script>`,
    `<textarea><a rel="me" href="${US}">`,
    `<<!-- -->a rel="me" href="${US}">`,
    `<a title='<a rel="me" href="${US}">' href="/">altro</a>`,
    `&lt;a rel="me" href="${US}"&gt;`,
    `<a href="/" href="${US}" rel="me">due indirizzi</a>`,
  ])
    t.notOk(linksBack(page, PAGE, US), page);
});

t.test("B23 no page of 1 MiB keeps the node busy", async (t) => {
  const mebibyte = 1024 * 1024;
  const before = process.cpuUsage();
  for (const piece of ["<a ", '<a "', "<a '\"", "<!--", "<script", "a", '<a x="', "<a rel=me href=/ ", "</script "])
    linksBack(piece.repeat(mebibyte / piece.length), PAGE, US);
  t.ok(process.cpuUsage(before).user < 4_000_000, "microseconds of nine such pages");
});

t.test("nothing that a page may hold makes reading it fail", async () => {
  const bits = fc.constantFrom(
    "<",
    ">",
    '"',
    "'",
    "a ",
    "link ",
    "rel=",
    "me",
    "href=",
    US,
    "<!--",
    "-->",
    "<script>",
    "=",
    "&amp;",
    "\u0000",
  );
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 60 }), (page) => typeof linksBack(page.join(""), PAGE, US) === "boolean"),
  );
});

t.test("a site may answer with or without www, and from nowhere else", async (t) => {
  t.ok(isSameSite("https://www.gasfano.example/", "https://gasfano.example/home"));
  t.notOk(isSameSite("https://corto.example/x", "https://gasfano.example/"));
  t.notOk(isSameSite("https://gasfano.example/", "senza senso"));
});

t.test("the field beside the name carries rel=me, and cannot end its own tag", async (t) => {
  t.equal(
    writeWebsiteField("https://www.gasfano.example/?a=1&b=%22"),
    '<a href="https://www.gasfano.example/?a=1&amp;b=%22" rel="me nofollow noopener noreferrer" target="_blank">gasfano.example?a=1&amp;b=%22</a>',
  );
});
