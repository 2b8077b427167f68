// The letters of a membership as JSON: Join, its answers, Leave, Add and Remove, what is announced. Pure. PROTOCOL 9, FEP-fe34.
import { html } from "hono/html";
import { readId, readMember, readObject, readType } from "../../activitypub/activityShape.ts";
import { actorUrls } from "../../activitypub/actor.ts";
import { DOCUMENT, HUMAN } from "../../activitypub/context.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import { readForeignText } from "../../catalogs/foreignText.ts";
import { formatInstant } from "../../kernel/time.ts";
import { MOST_REASON } from "./membership.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

type Letter = { readonly id: string; readonly actor: string };

/** The charter that a Join accepts: where that version stands, and the digest of its text. */
export type AcceptedCharter = { readonly iri: string; readonly digest: string };

/** Asks a network to take the actor in. `charter` null: the network has none. */
export function writeJoin(
  { id, actor }: Letter,
  { network, charter }: { readonly network: string; readonly charter: AcceptedCharter | null },
): JsonObject {
  // Not at the top: there a name with a prefix is no plain JSON to the gate (PROTOCOL 12).
  const instrument = charter ? { type: "Article", id: charter.iri, "filiera:charterDigest": charter.digest } : null;
  const accepted: JsonObject = instrument ? { instrument } : {};
  return { "@context": context(DOCUMENT), type: "Join", id, actor, object: network, ...accepted, to: [network] };
}

/** The charter that a Join says it accepts, null where it names none. */
export function readJoinCharter(join: JsonObject): AcceptedCharter | null {
  const instrument = readMember(join, "instrument");
  const iri = readId(instrument);
  const digest = isJsonObject(instrument) ? instrument["filiera:charterDigest"] : null;
  return iri !== null && typeof digest === "string" ? { iri, digest } : null;
}

/** A network's yes. The Join stands inside, as it came. */
export function writeJoinAccept({ id, actor }: Letter, join: { iri: string; member: string }): JsonObject {
  return { "@context": context(HUMAN), type: "Accept", id, actor, object: joinOf(join, actor), to: [join.member] };
}

/** A network's no, with a person's words or the code of the rule that said it. */
export function writeJoinReject(
  { id, actor }: Letter,
  join: { iri: string; member: string },
  why: { readonly reason: string | null; readonly code: string | null },
): JsonObject {
  return {
    "@context": context(DOCUMENT),
    type: "Reject",
    id,
    actor,
    object: joinOf(join, actor),
    ...(why.reason === null ? {} : { content: String(html`${why.reason}`) }),
    ...(why.code === null ? {} : { result: { type: "Object", "filiera:refusal": why.code } }),
    to: [join.member],
  };
}

/** Why a network said no, as plain text and as a code that a page may have words for; null where it does not say. */
export function readReason(reject: JsonObject): { reason: string | null; code: string | null } {
  const reason = readForeignText(readMember(reject, "content"), MOST_REASON);
  const result = readMember(reject, "result");
  const code = isJsonObject(result) ? result["filiera:refusal"] : null;
  const isCode = typeof code === "string" && /^[a-z][a-z-]{1,40}$/.test(code);
  return { reason: reason === "" ? null : reason, code: isCode ? code : null };
}

/** Leaves a network, or takes the request back. */
export function writeLeave({ id, actor }: Letter, network: string): JsonObject {
  return { "@context": context(HUMAN), type: "Leave", id, actor, object: network, to: [network] };
}

/**
 * A network's own word on who is in it: public, for who shows itself; to the member alone for who is not to be listed.
 */
export function writeListing(
  type: "Add" | "Remove",
  { id, actor }: Letter,
  { member, isListed }: { readonly member: string; readonly isListed: boolean },
): JsonObject {
  const { members, followers } = actorUrls(actor);
  const audience: JsonObject = isListed ? { to: [PUBLIC], cc: [followers, member] } : { to: [member] };
  return { "@context": context(HUMAN), type, id, actor, object: member, target: members, ...audience };
}

/** Shows a member's post to who follows the network: by its address, never as a copy. `at` is epoch ms. */
export function writeAnnounce({ id, actor }: Letter, objectIri: string, at: number): JsonObject {
  const { followers } = actorUrls(actor);
  const published = formatInstant(at);
  return {
    "@context": context(HUMAN),
    type: "Announce",
    id,
    actor,
    published,
    to: [PUBLIC],
    cc: [followers],
    object: objectIri,
  };
}

/** Takes an Announce back. It stands inside, because some servers keep no ids. */
export function writeUndoAnnounce({ id, actor }: Letter, announce: { iri: string; objectIri: string }): JsonObject {
  const { followers } = actorUrls(actor);
  const object = { type: "Announce", id: announce.iri, actor, object: announce.objectIri };
  return { "@context": context(HUMAN), type: "Undo", id, actor, to: [PUBLIC], cc: [followers], object };
}

/** The Join that an answer or an Undo is about: its address, and whom it says to have asked, where it stands inside. */
export function readAnsweredJoin(activity: JsonObject): {
  iri: string | null;
  member: string | null;
  network: string | null;
} {
  const embedded = readObject(activity);
  const isJoin = embedded !== null && readType(embedded) === "Join";
  return {
    iri: readId(readMember(activity, "object")),
    member: isJoin ? readId(readMember(embedded, "actor")) : null,
    network: isJoin ? readId(readMember(embedded, "object")) : null,
  };
}

const POSTS = ["Note", "Article", "Event"];

/**
 * The public post that a Create brings, if it is one to announce: a Note, an Article or an Event of the sender, on the sender's own
 * origin, for everybody by its own words and by the activity's. Null for everything else: an Announce of an Announce there is never.
 */
export function readPublicPost(
  create: JsonObject,
  senderId: string,
  isPublic: (object: JsonObject) => boolean,
): string | null {
  const post = readObject(create);
  if (post === null || !POSTS.includes(readType(post) ?? "")) return null;
  const iri = readId(post);
  const isTheirs =
    iri !== null &&
    iri.length <= 2048 &&
    URL.canParse(iri) &&
    new URL(iri).origin === new URL(senderId).origin &&
    readId(readMember(post, "attributedTo")) === senderId;
  return isTheirs && isPublic(create) && isPublic(post) ? iri : null;
}

/** A charter as it is served, one address a version: people read `content`, the digest is that of `source`. */
export function writeCharter(
  network: string,
  charter: { readonly version: number; readonly text: string; readonly digest: string; readonly createdAt: number },
  name: string,
): JsonObject {
  const { charter: base } = actorUrls(network);
  const content = charter.text.split(/\n{2,}/).map((part) => String(html`<p>${part}</p>`));
  return {
    "@context": context(DOCUMENT),
    type: "Article",
    id: `${base}/${charter.version}`,
    attributedTo: network,
    name,
    published: formatInstant(charter.createdAt),
    to: [PUBLIC],
    content: content.join(""),
    source: { content: charter.text, mediaType: "text/plain" },
    "filiera:charterDigest": charter.digest,
  };
}

function joinOf({ iri, member }: { iri: string; member: string }, network: string): JsonObject {
  return { type: "Join", id: iri, actor: member, object: network };
}

function context(value: readonly unknown[]): Json {
  return value as unknown as Json;
}

/** Whether a value is the members collection of that actor, by what its own document says or by our own spelling. */
export function isMembersOf(
  target: string | null,
  network: { readonly id: string; readonly document: JsonObject },
): boolean {
  const said = isJsonObject(network.document.members) ? readId(network.document.members) : network.document.members;
  return target !== null && target === said && URL.parse(target)?.origin === new URL(network.id).origin;
}
