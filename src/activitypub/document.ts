// The JSON of an actor: ours to show, others' to read. Pure. PROTOCOL section 2, FEP-521a, 844e, 2c59.
import { html } from "hono/html";
import {
  type ActorKind,
  actorUrls,
  type LocalActor,
  NETWORK_LEVELS,
  type NetworkLevel,
  type RemoteActor,
  WIRE_TYPE,
} from "./actor.ts";
import { ACTOR, profileOf, READS, versionOf } from "./context.ts";
import { isPlainIri, readOrigin } from "./iri.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { writeWebsiteField } from "./website.ts";

type PublicKeys = { rsa: { id: string; pem: string }; ed25519: readonly { id: string; multibase: string }[] };

/** The document served at the actor's id, to anyone, unsigned requests included. */
export function writeActor(actor: LocalActor, keys: PublicKeys, hosts: readonly string[] = []): JsonObject {
  const { origin, host } = new URL(actor.id);
  const urls = actorUrls(actor.id);
  const base: JsonObject = {
    "@context": ACTOR as unknown as Json,
    type: WIRE_TYPE[actor.kind],
    id: actor.id,
    preferredUsername: actor.handle,
    webfinger: `${actor.handle}@${host}`,
    name: actor.name,
    summary: escapeText(actor.summary),
    url: actor.id,
    inbox: urls.inbox,
    outbox: urls.outbox,
    published: new Date(actor.createdAt).toISOString().replace(/\.\d+Z$/, "Z"),
    updated: new Date(actor.updatedAt).toISOString().replace(/\.\d+Z$/, "Z"),
    endpoints: { sharedInbox: `${origin}/inbox` },
    publicKey: { id: keys.rsa.id, owner: actor.id, publicKeyPem: keys.rsa.pem },
    assertionMethod: keys.ed25519.map((key) => ({
      type: "Multikey",
      id: key.id,
      controller: actor.id,
      publicKeyMultibase: key.multibase,
    })),
    generator: {
      type: "Application",
      id: `${origin}/actor`,
      implements: READS.map((version) => ({ href: profileOf(version), name: `Filiera ${version}` })),
    },
  };
  if (actor.kind === "node") return { ...base, hosts: [...hosts], manuallyApprovesFollowers: true };
  const facts = writeFacts(actor);
  return {
    ...base,
    ...(facts.length > 0 ? { attachment: facts } : {}),
    ...(actor.icon
      ? { icon: { type: "Image", mediaType: "image/jpeg", url: `${origin}/media/${actor.icon}.jpg` } }
      : {}),
    ...writeMoves(actor),
    // A network says how far it reaches; the others what they are.
    role: actor.level ?? actor.kind,
    followers: urls.followers,
    following: urls.following,
    manuallyApprovesFollowers: actor.approvesFollowers,
    discoverable: actor.discoverable,
    indexable: actor.indexable,
    ...(actor.kind === "producer" ? { catalog: urls.catalog, cycles: urls.cycles } : {}),
    ...(actor.kind === "district"
      ? { members: urls.members, "filiera:charter": urls.charter }
      : { orderThreads: urls.orderThreads }),
    ...writeWays(actor),
    ...(actor.memberOf.length > 0 ? { memberOf: [...actor.memberOf] } : {}),
  };
}

/** What stands beside its name, for people of whatever software. */
function writeFacts({ place, contact, website, vatNumber }: LocalActor): Json[] {
  const facts = [
    { name: "Comune", text: place },
    { name: "Contatto", text: contact },
    { name: "Partita IVA", text: vatNumber },
  ];
  const site = website === "" ? [] : [{ type: "PropertyValue", name: "Sito", value: writeWebsiteField(website) }];
  const told = facts
    .filter(({ text }) => text !== "")
    .map(({ name, text }) => ({ type: "PropertyValue", name, value: escapeText(text) }));
  return [...told, ...site];
}

/** Where its meetings are, its published figures if there are any, the way in for who looks for a group, and who keeps which list. */
function writeWays({ id, showsStatistics, joining, keptBy, keeps, keepsNot }: LocalActor): JsonObject {
  const urls = actorUrls(id);
  return {
    upcomingEvents: urls.events,
    ...(showsStatistics ? { "filiera:statistics": urls.statistics } : {}),
    ...(joining === null ? {} : { "filiera:joining": joining, "filiera:joinPage": urls.join }),
    ...(keptBy === null ? {} : { "filiera:keptBy": keptBy }),
    ...(keeps.length === 0 ? {} : { "filiera:keeps": [...keeps] }),
    ...(keepsNot.length === 0 ? {} : { "filiera:keepsNot": [...keepsNot] }),
  };
}

/**
 * Who keeps a producer's list, as its document says: another's plain https IRI of at most 2,048 bytes (or, where the producer
 * itself is on this machine, one of this machine). Null: it keeps it itself, or says nothing that holds.
 */
export function readKeptBy(document: JsonObject): string | null {
  const { id, "filiera:keptBy": keptBy } = document;
  if (typeof id !== "string" || typeof keptBy !== "string" || keptBy === id || !URL.canParse(id)) return null;
  const isOurMachine = new URL(id).protocol === "http:";
  return readOrigin(keptBy, isOurMachine) !== null && isPlainIri(keptBy) ? keptBy : null;
}

/** Lists of producers that one actor may keep, and as many again that it may say it does not. */
export const MOST_KEPT = 500;

/** What an actor's document says of a producer's list: that it keeps it, that it does not, or nothing. Who says both says no. */
export function readKeeps(document: JsonObject, producerId: string): "yes" | "no" | null {
  const names = (value: Json | undefined) => asList(value).slice(0, MOST_KEPT).includes(producerId);
  if (names(document["filiera:keepsNot"])) return "no";
  return names(document["filiera:keeps"]) ? "yes" : null;
}

/** Terms of FEP-7628 that ActivityStreams' own context leaves out. */
const MOVES: Json = {
  movedTo: { "@id": "as:movedTo", "@type": "@id" },
  alsoKnownAs: { "@id": "as:alsoKnownAs", "@type": "@id" },
};

/** Where an actor moved to, and where it was before. */
function writeMoves({ movedTo, alsoKnownAs }: LocalActor): JsonObject {
  if (movedTo === null && alsoKnownAs === null) return {};
  return {
    "@context": [...ACTOR, MOVES],
    ...(movedTo === null ? {} : { movedTo }),
    ...(alsoKnownAs === null ? {} : { alsoKnownAs: [alsoKnownAs] }),
  };
}

/** What stands at the address of an actor that closed, for ever. PROTOCOL 11. */
export function writeTombstone({ id, kind, goneAt }: LocalActor): JsonObject {
  const deleted = new Date(goneAt ?? 0).toISOString().replace(/\.\d+Z$/, "Z");
  return { "@context": ACTOR as unknown as Json, type: "Tombstone", id, formerType: WIRE_TYPE[kind], deleted };
}

/**
 * Another node's actor, or null when the document cannot speak for itself: no id, no inbox, or an inbox or key outside
 * its own origin (SAFETY B31). `document` is what its own origin answered at `id`.
 */
export function readActor(document: JsonObject, fetchedAt: number): RemoteActor | null {
  const { id, type, inbox } = document;
  if (typeof id !== "string" || !URL.canParse(id) || typeof inbox !== "string") return null;
  const { origin, host } = new URL(id);
  const isOurs = (iri: Json | undefined): iri is string =>
    typeof iri === "string" && URL.canParse(iri) && new URL(iri).origin === origin;
  if (!isOurs(inbox)) return null;
  const endpoints = isJsonObject(document.endpoints) ? document.endpoints : {};
  const publicKeys = asList(document.publicKey).flatMap((key) =>
    isJsonObject(key) && isOurs(key.id) && key.owner === id && typeof key.publicKeyPem === "string"
      ? [{ id: key.id, pem: key.publicKeyPem }]
      : [],
  );
  const ed25519Keys = asList(document.assertionMethod).flatMap((key) =>
    isJsonObject(key) && isOurs(key.id) && key.controller === id && typeof key.publicKeyMultibase === "string"
      ? [{ id: key.id, multibase: key.publicKeyMultibase }]
      : [],
  );
  const username = cleanLine(document.preferredUsername) || null;
  return {
    id,
    inbox,
    sharedInbox: isOurs(endpoints.sharedInbox) ? endpoints.sharedInbox : null,
    handle: cleanLine(document.webfinger) || (username && `${username}@${host}`),
    name: cut(cleanLine(document.name) || (username ?? host), 200),
    summary: typeof document.summary === "string" ? cut(document.summary, 5000) : "",
    kind: readKind(document),
    level: readLevel(document),
    type: typeof type === "string" ? type : String(asList(type)[0] ?? ""),
    document,
    publicKeys,
    ed25519Keys,
    isFiliera: readVersions(document).length > 0,
    fetchedAt,
  };
}

function readKind(document: JsonObject): ActorKind | null {
  if (readVersions(document).length === 0) return null;
  if (document.role === "gas" || document.role === "producer") return document.role;
  if (readLevel(document) !== null) return "district";
  return document.type === "Application" ? "node" : null;
}

function readLevel(document: JsonObject): NetworkLevel | null {
  if (readVersions(document).length === 0) return null;
  return NETWORK_LEVELS.find((level) => level === document.role) ?? null;
}

/** The versions of our protocol that an actor's node says it reads; none where it is other software. */
export function readVersions({ generator }: JsonObject): number[] {
  const names = asList(isJsonObject(generator) ? generator.implements : undefined).map((item) =>
    isJsonObject(item) ? item.href : item,
  );
  return names.map((name) => (typeof name === "string" ? versionOf(name) : null)).filter((version) => version !== null);
}

/** Whether an actor's node is one of ours of which we read no version: one of the two must be upgraded before they can trade. */
export function isOfOtherVersions(document: JsonObject): boolean {
  const versions = readVersions(document);
  return versions.length > 0 && !versions.some((version) => READS.includes(version));
}

function asList(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** `summary` and field values are HTML on the wire: our plain text must arrive as text. */
function escapeText(text: string): string {
  return String(html`${text}`);
}

/** One line as people may see it in any list: letters that turn text around, hide in it or break the line are none of a name. */
function cleanLine(value: Json | undefined): string {
  if (typeof value !== "string") return "";
  return value
    .toWellFormed()
    .replace(/\p{Cf}/gu, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…` : text;
}
