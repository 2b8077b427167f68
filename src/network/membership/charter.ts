// The charter of a network: what whoever joins accepts. Versions are kept; a text is known by its digest. Pure.
import { hash } from "node:crypto";
import { isJsonObject, type JsonObject } from "../../activitypub/json.ts";
import type { Refusal } from "../../kernel/refusal.ts";

/** A version of a charter. `digest` is the SHA-256 of the text's UTF-8, hexadecimal; `createdAt` epoch ms. */
export type Charter = {
  readonly version: number;
  readonly text: string;
  readonly digest: string;
  readonly createdAt: number;
};

/** A charter as another node shows it, where it stands, and which version that is. */
export type ShownCharter = Pick<Charter, "version" | "text" | "digest"> & { readonly iri: string };

/** Characters of a charter at most. */
export const MOST_CHARTER = 20_000;

/** The next version of a charter, or the same one where the text is the same. Refuses `no-charter-text`, `charter-too-long`. */
export function reviseCharter(
  before: Charter | null,
  typed: string,
  now: number,
): Charter | Refusal<"no-charter-text" | "charter-too-long"> {
  const text = typed.replaceAll("\r\n", "\n").trim();
  if (text === "") return { refused: "no-charter-text" };
  if (text.length > MOST_CHARTER) return { refused: "charter-too-long", most: MOST_CHARTER };
  if (before?.text === text) return before;
  return { version: (before?.version ?? 0) + 1, text, digest: digestOfCharter(text), createdAt: now };
}

export function digestOfCharter(text: string): string {
  return hash("sha256", text, "hex");
}

/**
 * A charter that another node serves, checked: its text has the digest it says, and it stands on the network's own origin. Refuses
 * `bad-charter`.
 */
export function readCharter(document: JsonObject, networkId: string): ShownCharter | Refusal<"bad-charter"> {
  const { id, attributedTo, source } = document;
  const text = isJsonObject(source) ? source.content : undefined;
  const digest = document["filiera:charterDigest"];
  const version = typeof id === "string" ? Number(/\/(\d{1,9})$/.exec(id)?.[1] ?? Number.NaN) : Number.NaN;
  const holds =
    typeof id === "string" &&
    URL.canParse(id) &&
    new URL(id).origin === new URL(networkId).origin &&
    attributedTo === networkId &&
    Number.isSafeInteger(version) &&
    version > 0 &&
    typeof text === "string" &&
    text.length <= MOST_CHARTER &&
    digestOfCharter(text) === digest;
  return holds ? { iri: id, version, text, digest: String(digest) } : { refused: "bad-charter" };
}
