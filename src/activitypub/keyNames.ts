// Keys under their full names, as software writes them whose own context does not know the short ones. Pure.
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

const SEC = "https://w3id.org/security#";
const LISTS = ["publicKey", "assertionMethod"];
const TEXTS = ["owner", "controller", "publicKeyPem", "publicKeyMultibase"];

/**
 * The document with its keys under the short names we read. Where both names are there the short one counts, and nothing
 * else of the document changes. What the key says of its owner is judged afterwards, as ever.
 */
export function shortenKeyNames(document: JsonObject): JsonObject {
  if (!LISTS.some((name) => isFull(document, name))) return document;
  const short = { ...document };
  for (const name of LISTS.filter((list) => isFull(document, list))) {
    const keys = document[SEC + name];
    short[name] = Array.isArray(keys) ? keys.map(shortenKey) : shortenKey(keys ?? null);
  }
  return short;
}

function isFull(object: JsonObject, name: string): boolean {
  return !Object.hasOwn(object, name) && Object.hasOwn(object, SEC + name);
}

function shortenKey(key: Json): Json {
  if (!isJsonObject(key)) return key;
  const short = { ...key };
  if (!Object.hasOwn(key, "id") && typeof key["@id"] === "string") short.id = key["@id"];
  for (const name of TEXTS.filter((text) => isFull(key, text))) short[name] = unwrap(key[SEC + name] ?? null);
  return short;
}

/** A text as itself, as `{"@value": ...}`, or the IRI of `{"id": ...}`. */
function unwrap(value: Json): Json {
  if (!isJsonObject(value)) return value;
  return value["@value"] ?? value.id ?? value["@id"] ?? null;
}
