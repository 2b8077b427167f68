// The project speaks of itself alone and keeps its own manners: what no file may say, and how each begins.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import t from "tap";
import { ROOT, readSources, type Source } from "./source.ts";

const FOLDERS = ["src", "test", "scripts", "deploy", "docs", "migrations", ".ci"];
const TEXTS = [
  ".ts",
  ".js",
  ".json",
  ".md",
  ".css",
  ".sql",
  ".sh",
  ".yaml",
  ".yml",
  ".service",
  "file",
  ".conf",
  "run",
];
const HERE = "test/tidy/self.test.ts";

/** What a file must not say, where it may all the same, and why not. */
const BANS: readonly { word: RegExp; but?: RegExp; says: string }[] = [
  { word: /\b(?:TODO|FIXME|XXX|HACK)\b/, says: "leaves something undone" },
  { word: /(?<![\w.])\/(?:root|home|Users)\/\w/, says: "names a folder of one machine" },
  { word: /https?:\/\/[\w.-]*(?:registry|artifactory|verdaccio|nexus)[\w.-]*/i, says: "names a package host" },
  { word: /\.\.\/shared\b|["'`]shared\//, but: /^test\//, says: "reaches out of the repository" },
  { word: /-----BEGIN [A-Z ]*PRIVATE KEY/, but: /^test\//, says: "carries a secret key" },
  { word: /\bgassist[ae]\b/i, says: 'writes "gasista" with two s' },
  { word: /\.(?:only|todo)\(|\bt\.skip\(|\b(?:only|skip|todo): true\b/, but: /^(?!test\/)/, says: "leaves a test out" },
];

const BARRED_NAMES = /^(?:utils?|helpers?|manager|service|common|misc|index)\.[jt]s$/i;

t.test("no file says what is not the project's", async (t) => {
  const texts = readTexts();
  t.ok(texts.length > 0, "there are files to check");
  t.same(texts.filter(({ path }) => path !== HERE).flatMap(judgeWords), []);
});

t.test("every source file begins by saying what it is for, and its name is its subject", async (t) => {
  const sources = ["src", "test", "scripts"].flatMap((folder) => readSources(folder));
  t.same(sources.flatMap(judgeForm), []);
});

t.test("a word that is not ours, a file without a first line and a name without a subject are seen", async (t) => {
  const judged = (text: string, path = "src/kernel/a.ts") => judgeWords({ path, text }).length;
  for (const text of ["// TODO later", "const a = '/home/anna/data';", "see ../shared/DOMAIN.md", "una gassista"])
    t.equal(judged(text), 1, text);
  t.equal(judged("https://npm-registry.example/a"), 1);
  t.equal(judged("test.skip(`, t.skip('x')", "test/a.test.ts"), 1);
  t.equal(judged("{ skip: !exists && 'no data here' }", "test/a.test.ts"), 0);
  t.equal(judged("GET /homepage /workers https://a.example/root/x"), 0);
  t.match(judgeForm({ path: "src/kernel/a.ts", text: "export const a = 1;" }), [/first line/]);
  t.match(judgeForm({ path: "src/kernel/utils.ts", text: "// Things.\n" }), [/subject/]);
});

function readTexts(): Source[] {
  const root = readdirSync(ROOT, { withFileTypes: true });
  const loose = root.filter((entry) => entry.isFile() && entry.name !== "package-lock.json" && entry.name !== ".git");
  return [
    ...loose.map(({ name }) => ({ path: name, text: readFileSync(join(ROOT, name), "utf8") })),
    ...root.filter(({ name }) => FOLDERS.includes(name)).flatMap(({ name }) => readSources(name, TEXTS)),
  ];
}

function judgeWords({ path, text }: Source): string[] {
  return BANS.filter(({ word, but }) => word.test(text) && !but?.test(path)).map(({ word, says }) => {
    const line = text.split("\n").findIndex((one) => word.test(one)) + 1;
    return `${path}:${line} ${says}`;
  });
}

function judgeForm({ path, text }: Source): string[] {
  const [first = "", second = ""] = text.split("\n");
  // A test says what it is for by the names in it.
  const begins = path.endsWith(".test.ts") || (first.startsWith("#!") ? second : first).startsWith("// ");
  return [
    ...(begins ? [] : [`${path}: its first line does not say what it is for`]),
    ...(BARRED_NAMES.test(basename(path)) ? [`${path}: its name has not found its subject`] : []),
  ];
}
