// Which host an id belongs to, read so narrowly that no two readers can disagree. SAFETY section 4, steps 4 and 6.
import { MAX_IRI_BYTES } from "./gateLimits.ts";

/**
 * The origin (`https://p.example`) of an id, actor or key id, or null when it is not a plain https IRI: no userinfo, no
 * port, lower-case ASCII host without trailing dot, no spaces, control characters or backslashes, at most 2,048 bytes. The
 * text itself must begin with its origin, so that spelling tricks never reach a URL parser's tolerance.
 * `allowPrivate` also admits http on loopback, with any port.
 */
export function readOrigin(iri: unknown, allowPrivate: boolean): string | null {
  if (typeof iri !== "string" || iri.length > MAX_IRI_BYTES || Buffer.byteLength(iri) > MAX_IRI_BYTES) return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (/[\u0000-\u0020\u007f-\u00a0\\]/.test(iri) || !URL.canParse(iri)) return null;
  const url = new URL(iri);
  if (!iri.startsWith(`${url.origin}/`) || url.hostname.endsWith(".")) return null;
  if (url.protocol === "https:" && url.port === "") return url.origin;
  return allowPrivate && url.protocol === "http:" && isLoopback(url.hostname) ? url.origin : null;
}

/** Whether an address is written in signs that every database and every list of lines holds: no control sign, no half of a character. */
export function isPlainIri(iri: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(iri);
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
