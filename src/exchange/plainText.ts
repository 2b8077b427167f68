// Text out of other people's files: entities, tags, line ends and stray blanks become plain text of bounded length.

/** The named entities that Italian lists use; everything else stays as written. */
const LETTERS = "a e i o u A E I O U"
  .split(" ")
  .flatMap((letter) => [
    [`${letter}grave`, `${letter}\u0300`.normalize("NFC")] as const,
    [`${letter}acute`, `${letter}\u0301`.normalize("NFC")] as const,
  ]);
export const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(LETTERS),
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", euro: "€", deg: "°", hellip: "…" },
  ...{ rsquo: "’", lsquo: "‘", ldquo: "“", rdquo: "”", laquo: "«", raquo: "»", ndash: "–", mdash: "—" },
  ...{ middot: "·", bull: "•", frac12: "½", frac14: "¼", frac34: "¾", times: "×", ccedil: "ç", uuml: "ü", ouml: "ö" },
};

/** One line of plain text: blanks collapsed, otherwise as `cleanText`. */
export function cleanLine(value: unknown, maxLength: number): string {
  return cleanText(value, maxLength).replace(/\s+/g, " ");
}

/** Plain text with its line ends as "\n": control characters gone, composed (NFC), ends trimmed, cut to length. */
export function cleanText(value: unknown, maxLength: number): string {
  const kept = boundedText(value, maxLength)
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "");
  return cutText(kept.normalize("NFC").trim(), maxLength);
}

/** One line of a foreign GDXP file, as `readText`. */
export function readLine(value: unknown, maxLength: number): string {
  return readText(value, maxLength).replace(/\s+/g, " ");
}

/** Text of a foreign GDXP file: entities decoded, tags dropped, the literal "None" of Gasista Felice emptied, cleaned. */
export function readText(value: unknown, maxLength: number): string {
  const plain = cleanText(dropTags(decodeEntities(boundedText(value, maxLength))), maxLength);
  return plain === "None" ? "" : plain;
}

/** How the texts of a file are read. */
export type Words = { line: typeof readLine; text: typeof readText };
/** Our own texts are plain already: reading entities out of them would change what a farmer wrote. */
export const OUR_WORDS: Words = { line: cleanLine, text: cleanText };
export const FOREIGN_WORDS: Words = { line: readLine, text: readText };

// Bounded before any pattern runs, so that a cell of megabytes costs nothing.
function boundedText(value: unknown, maxLength: number): string {
  const raw = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  return raw.slice(0, maxLength * 4);
}

/** The text cut to so many UTF-16 units without halving a character. */
function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return text
    .slice(0, maxLength)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd();
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,9}));/gi, (whole, decimal, hex, name) => {
    if (name) return NAMED_ENTITIES[name] ?? whole;
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? whole : String.fromCodePoint(point);
  });
}

// What is shown is escaped in any case; this only keeps "<br>" and "<p>" out of a reader's way.
function dropTags(text: string): string {
  return text.replace(/<br\s*\/?>|<\/p>/gi, "\n").replace(/<\/?[a-z][a-z0-9]{0,15}(?:\s[^<>]{0,300})?>/gi, "");
}
