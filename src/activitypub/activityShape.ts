// Tolerant readers for what other software sends: scalar or array, IRI or object, short or full names. They return plain
// values and never throw; what they cannot read is absent. PROTOCOL sections 11 and 12.
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

const AS = "https://www.w3.org/ns/activitystreams#";
const VF = "https://w3id.org/valueflows/ont/vf#";
const NAMESPACES = [AS, "as:", VF, "vf:"];
const PUBLIC = new Set([`${AS}Public`, "as:Public", "Public"]);

/** The member of this name, whether it is written short (`to`), prefixed (`as:to`), in full, or as a keyword (`@id`). */
export function readMember(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const aliases = name === "id" || name === "type" ? [`@${name}`] : NAMESPACES.map((namespace) => namespace + name);
  const alias = aliases.find((alias) => Object.hasOwn(object, alias));
  return alias === undefined ? undefined : object[alias];
}

/** Every type of an object, by its short name (`Note`, `Agreement`); IRIs of other vocabularies stay whole. */
export function readTypes(object: JsonObject): string[] {
  return listOf(readMember(object, "type"))
    .filter((type) => typeof type === "string")
    .map((type) => {
      const namespace = NAMESPACES.find((namespace) => type.startsWith(namespace));
      return namespace === undefined ? type : type.slice(namespace.length);
    });
}

/** The first type of an object by its short name, or null. */
export function readType(object: JsonObject): string | null {
  return readTypes(object)[0] ?? null;
}

/** The IRIs behind a value: a string, an object's id, a Link's href, or an array of these. Others are left out. */
export function readIris(value: Json | undefined): string[] {
  return listOf(value).flatMap((item) => {
    if (typeof item === "string") return [item];
    if (!isJsonObject(item)) return [];
    const iri = readMember(item, "id") ?? readMember(item, "href");
    return typeof iri === "string" ? [iri] : [];
  });
}

/** The one IRI behind a value, as written (query strings and fragments belong to it); null when there is none or many. */
export function readId(value: Json | undefined): string | null {
  const iris = readIris(value);
  return iris.length === 1 ? iris[0]! : null;
}

/** Whether an activity or object is addressed to everyone, in any of the spellings of Public. */
export function isPublic(object: JsonObject): boolean {
  return ["to", "cc", "audience"].some((field) => readIris(readMember(object, field)).some((iri) => PUBLIC.has(iri)));
}

/**
 * The object embedded in an activity, or null when it is only named by its IRI, absent, or one of many. What an Undo takes
 * back was done by whoever undoes it, so an embedded activity without `actor` (activitypub-bot) gets the outer one.
 */
export function readObject(activity: JsonObject): JsonObject | null {
  const objects = listOf(readMember(activity, "object"));
  const [object] = objects;
  if (objects.length !== 1 || !isJsonObject(object)) return null;
  const actor = readMember(activity, "actor");
  const isOwnActivity = readType(activity) === "Undo" && actor !== undefined;
  return isOwnActivity && readMember(object, "actor") === undefined ? { ...object, actor } : object;
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
