// Text that another node wrote, as plain text: no markup, no direction tricks, no invisible letters, bounded. SAFETY B34.
import { createRequire } from "node:module";
import { cleanLine, NAMED_ENTITIES } from "../exchange/plainText.ts";

type SanitizeHtml = (
  dirty: string,
  options: { allowedTags: string[]; allowedAttributes: Record<string, never> },
) => string;
const require = createRequire(import.meta.url);
// Loaded with the first foreign text: at each start it would cost 65 ms and 19 MB.
let sanitizeHtml: SanitizeHtml | null = null;

/** One line: a name, a code. */
export function readForeignLine(value: unknown, maxLength: number): string {
  return typeof value === "string" ? cleanLine(dropInvisible(stripMarkup(value, maxLength)), maxLength) : "";
}

/** Several lines out of HTML: a paragraph or a break ends a line, everything else of the markup is dropped. */
export function readForeignText(value: unknown, maxLength: number): string {
  if (typeof value !== "string") return "";
  const lines = stripMarkup(
    value.slice(0, maxLength * 8).replace(/<br\s*\/?>|<\/(?:p|li|div|h\d)>/gi, "\n"),
    maxLength,
  );
  return lines
    .split("\n")
    .map((line) => cleanLine(dropInvisible(line), maxLength))
    .filter((line) => line !== "")
    .join("\n")
    .slice(0, maxLength);
}

// Bounded before it is parsed; a tag cut in half at the bound is dropped by the parser.
function stripMarkup(text: string, maxLength: number): string {
  sanitizeHtml ??= require("sanitize-html") as SanitizeHtml;
  const plain = sanitizeHtml(text.slice(0, maxLength * 8), { allowedTags: [], allowedAttributes: {} });
  return plain.replace(/&(amp|lt|gt|quot|apos);|&#39;/g, (entity, name) =>
    name ? NAMED_ENTITIES[name]! : entity && "'",
  );
}

// Format characters turn text around or hide in it: a name that looks like another's must not be made of them.
function dropInvisible(text: string): string {
  return text.replace(/\p{Cf}/gu, "");
}
