// How people recognise a key and a domain: by short groups read aloud, and by both spellings of a name. Pure.
import { createHash } from "node:crypto";

/** The first 128 bits of the SHA-256 of a Multikey, as eight groups of four digits: "3f2a 91c0 ...". */
export function fingerprintOf(multibase: string): string {
  const hex = createHash("sha256").update(multibase).digest("hex").slice(0, 32);
  return hex.match(/.{4}/g)!.join(" ");
}

/** A host as people read it and as the network writes it; both are shown where they differ (look-alike letters). */
export type HostName = { readonly shown: string; readonly ascii: string };

/** Punycode parts as Unicode. What does not decode stays as it is. */
export function readHostName(host: string): HostName {
  const shown = host
    .split(".")
    .map((part) => (part.startsWith("xn--") ? (decodePunycode(part.slice(4)) ?? part) : part))
    .join(".");
  return { shown, ascii: host };
}

// RFC 3492, decoding only: 36 digits, initial bias 72, damping 700, skew 38, tmin 1, tmax 26.
function decodePunycode(text: string): string | null {
  const cut = text.lastIndexOf("-");
  const output = cut > 0 ? [...text.slice(0, cut)].map((letter) => letter.charCodeAt(0)) : [];
  let [code, bias, index] = [128, 72, 0];
  for (let at = cut > 0 ? cut + 1 : 0; at < text.length; ) {
    const before = index;
    let weight = 1;
    for (let k = 36; ; k += 36) {
      const digit = digitOf(text.charCodeAt(at++));
      if (digit === null) return null;
      index += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const length = output.length + 1;
    bias = adaptBias(index - before, length, before === 0);
    code += Math.floor(index / length);
    index %= length;
    if (code > 0x10ffff || !Number.isSafeInteger(index)) return null;
    output.splice(index++, 0, code);
  }
  return String.fromCodePoint(...output);
}

function digitOf(code: number): number | null {
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? code - 22 : null;
}

function adaptBias(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}
