// The words: complete in both languages, each one used, plurals whole, every refusal with its sentence.
import { readdirSync, readFileSync } from "node:fs";
import t from "tap";
import { AUDIT_WHATS } from "../../src/web/audit.ts";
import { REFUSALS, sentenceOf } from "../../src/web/refusals.ts";
import { chooseLanguage, LANGUAGES, readWords, words } from "../../src/web/words.ts";

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const texts = { it: flatten(readWords("it")), en: flatten(readWords("en")) };
const baseKeys = (language: "it" | "en") => new Set([...texts[language].keys()].map((key) => key.replace(PLURAL, "")));

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(`${folder}/${file}`, "utf8"));
}
const source = sourceFiles("src").join("\n");

t.test("what is said in Italian is said in English, and the other way round", async (t) => {
  t.same(
    [...baseKeys("it")].filter((key) => !baseKeys("en").has(key)),
    [],
    "missing in English",
  );
  t.same(
    [...baseKeys("en")].filter((key) => !baseKeys("it").has(key)),
    [],
    "missing in Italian",
  );
  t.ok(baseKeys("it").size > 20);
});

t.test("the same facts stand in both languages", async (t) => {
  const facts = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).sort();
  for (const key of baseKeys("it")) {
    const one = (language: "it" | "en") => texts[language].get(key) ?? texts[language].get(`${key}_other`) ?? "";
    t.same(facts(one("it")), facts(one("en")), key);
  }
});

t.test("a plural has every form its language asks for", async (t) => {
  for (const language of LANGUAGES) {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const plurals = [...texts[language].keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, ""));
    for (const key of new Set(plurals)) {
      const missing = needed.filter((form) => !texts[language].has(`${key}_${form}`));
      t.same(missing, [], `${language} ${key}`);
    }
  }
});

// Keys stand in the source as whole literals, or as a template whose head names their family: `refusal.${code}`.
const literals = new Set(
  [...source.matchAll(/["'`]([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9-]+)+)["'`]/g)].map(([, key]) => key),
);
const families = [...source.matchAll(/`([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9-]+)*\.)\$\{/g)].map(([, head]) => head!);

t.test("no sentence lies unused, and no key is said that has no sentence", async (t) => {
  const known = baseKeys("it");
  const unused = [...known].filter((key) => !literals.has(key) && !families.some((head) => key.startsWith(head)));
  t.same(unused, []);
  const said = [...source.matchAll(/\bsay\(\s*["'`]([^"'`$]+)["'`]/g)].map(([, key]) => key!);
  t.ok(said.length > 10);
  t.same(
    [...new Set(said)].filter((key) => !known.has(key)),
    [],
  );
  const slices = new Set(Object.keys(readWords("it")));
  const labels = [...source.matchAll(/\blabel: "([a-z][A-Za-z0-9]*\.[A-Za-z0-9.-]+)"/g)].map(([, key]) => key!);
  t.same(
    labels.filter((key) => slices.has(key.split(".")[0]!) && !known.has(key)),
    [],
  );
});

t.test("every refusal has its sentence in both languages", async (t) => {
  for (const code of Object.keys(REFUSALS)) {
    for (const language of LANGUAGES) t.ok(texts[language].has(`refusal.${code}`), `${language} ${code}`);
  }
  t.equal(
    sentenceOf({ refused: "unheard-of" }, words("en")),
    "This cannot be done now (unheard-of). Nothing has changed.",
  );
});

t.test("everything the log can say has its words in both languages", async (t) => {
  const whats = Object.entries(AUDIT_WHATS).flatMap(([kind, all]) => [
    `kind.${kind}`,
    ...all.map((one) => `what.${one}`),
  ]);
  for (const language of LANGUAGES)
    t.same(
      whats.filter((key) => !texts[language].has(`audit.${key}`)),
      [],
      language,
    );
});

t.test("a browser gets the language it asks for, if we speak it", async (t) => {
  t.equal(chooseLanguage("en-GB,en;q=0.9,it;q=0.8", "it"), "en");
  t.equal(chooseLanguage("de, it;q=0.4, en;q=0.7", "it"), "en");
  t.equal(chooseLanguage("de-AT", "it"), "it");
  t.equal(chooseLanguage(undefined, "en"), "en");
  t.equal(chooseLanguage("en;q=0, it;q=0.1", "en"), "it");
});
