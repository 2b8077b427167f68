// What the product says, by key and language: Italian first, English complete. One JSON file per slice and language.
import { readdirSync, readFileSync } from "node:fs";
import i18next from "i18next";
import { formats } from "./format.ts";

export const LANGUAGES = ["it", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The sentence of a key ("members.signIn.title") with its facts. Plurals take the fact `count`. Not escaped. */
export type Say = (key: string, facts?: Record<string, unknown>) => string;

const FOLDER = new URL("./words/", import.meta.url);

/** The words of one slice and language, as its file has them. */
type Tree = { [key: string]: string | Tree };

/** Every sentence of a language: slice -> tree. The file words/it/members.json holds the keys "members...". */
export function readWords(language: Language): Record<string, Tree> {
  const folder = new URL(`${language}/`, FOLDER);
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return Object.fromEntries(
    files.map((file) => [file.slice(0, -".json".length), JSON.parse(readFileSync(new URL(file, folder), "utf8"))]),
  );
}

// HTML is escaped by the templates, mail text must not be: so never here.
const catalogue = i18next.createInstance({
  lng: "it",
  fallbackLng: "it",
  initAsync: false,
  interpolation: { escapeValue: false },
  resources: Object.fromEntries(LANGUAGES.map((language) => [language, { translation: readWords(language) }])),
});
catalogue.init();
// {{missingCents, money}}: an amount in cents, as the language writes euros.
catalogue.services.formatter?.add("money", (cents: number, language) =>
  formats(isLanguage(language) ? language : "it").money(cents),
);

// {{leftThousandths, quantity}}: a quantity in thousandths of its unit, without the unit.
catalogue.services.formatter?.add("quantity", (thousandths: number, language) =>
  formats(isLanguage(language) ? language : "it").quantity(thousandths),
);

const sayers: Record<Language, Say> = { it: makeSayer("it"), en: makeSayer("en") };

function makeSayer(language: Language): Say {
  const translate = catalogue.getFixedT(language);
  return (key, facts = {}) => translate(key, facts);
}

/** The sentences of one language. */
export function words(language: Language): Say {
  return sayers[language];
}

/** Tells a language of ours from any text. */
export function isLanguage(text: unknown): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** The first of our languages that an Accept-Language header asks for, by its weights. */
export function chooseLanguage(header: string | undefined, otherwise: Language): Language {
  const asked = (header ?? "")
    .split(",")
    .slice(0, 20)
    .map((part) => {
      const [tag = "", weight] = part.trim().split(";q=");
      return { language: tag.slice(0, 2).toLowerCase(), weight: weight === undefined ? 1 : Number(weight) || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const found = asked.find(({ language }) => isLanguage(language));
  return found && isLanguage(found.language) ? found.language : otherwise;
}
