// From a handle to an actor's id by WebFinger (RFC 7033), believed only when both of its hosts tell the same story.
import { domainToUnicode } from "node:url";
import Type, { type Static } from "typebox";
import { Check } from "typebox/schema";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { isLocalhostName, isLoopbackAddress, readTarget } from "./addresses.ts";
import { bareHost } from "./blocks.ts";
import { type NoDocument, type ReadJson, readMediaType } from "./fetchDocument.ts";
import type { Fetcher } from "./guardedFetch.ts";

/** A fediverse address. `host` is lower case and punycode, with its port only where that is not 443. */
export type Handle = { readonly name: string; readonly host: string };

export type DiscoverOptions = {
  /** Bytes to JSON under the limits of the inbound gate. */
  readonly parse: ReadJson;
  /** As in the configuration: hosts on loopback are then asked over http. */
  readonly allowPrivate: boolean;
};

/** Why a handle or URL leads to no actor. `candidates` are actor ids among which a person may choose. */
export type Undiscovered = {
  readonly ok: false;
  readonly failure:
    | "handle-unreadable"
    | "webfinger-malformed"
    | "webfinger-foreign-subject"
    | "webfinger-no-actor"
    | "webfinger-several-actors"
    | "webfinger-unconfirmed"
    | "not-an-actor"
    | NoDocument["failure"];
  readonly detail: string;
  readonly candidates: readonly string[];
};

const Jrd = Type.Object({
  subject: Type.Optional(Type.String({ maxLength: 2048 })),
  links: Type.Optional(
    Type.Array(
      Type.Object({
        rel: Type.String({ maxLength: 2048 }),
        type: Type.Optional(Type.Union([Type.String({ maxLength: 255 }), Type.Null()])),
        href: Type.Optional(Type.Union([Type.String({ maxLength: 2048 }), Type.Null()])),
        template: Type.Optional(Type.Union([Type.String({ maxLength: 2048 }), Type.Null()])),
      }),
      { maxItems: 100 },
    ),
  ),
});

/** A JSON Resource Descriptor, as far as we read it (RFC 7033 section 4.4). */
export type Jrd = Static<typeof Jrd>;

const JRD_BYTES = 64 * 1024;
const NAME = /^[a-z0-9_](?:[a-z0-9_.~-]{0,62}[a-z0-9_])?$/i;

/** Reads "@name@host", "name@host" or "acct:name@host". */
export function readHandle(text: string): Handle | Refusal<"handle-unreadable"> {
  const [name = "", host = "", ...rest] = text
    .trim()
    .replace(/^acct:|^@/i, "")
    .split("@");
  const url = rest.length === 0 && !/[/?#\\%\s]/.test(host) ? URL.parse(`https://${host}/`) : null;
  if (!NAME.test(name) || name.includes("..") || url === null || bareHost(url) === "") {
    return { refused: "handle-unreadable" };
  }
  return { name, host: url.hostname.replace(/\.+$/, "") + (url.port === "" ? "" : `:${url.port}`) };
}

/**
 * A handle as people should see it: the punycode form that cannot deceive, and the Unicode form where it differs. A page
 * that asks for trust shows both, since letters of other alphabets look alike (SAFETY test B32).
 */
export function showHandle({ name, host }: Handle): { readonly ascii: string; readonly unicode: string | null } {
  const port = /:\d+$/.exec(host)?.[0] ?? "";
  const domain = host.slice(0, host.length - port.length);
  const unicode = domainToUnicode(domain);
  const differs = unicode !== "" && unicode !== domain && !domain.startsWith("[");
  return { ascii: `@${name}@${host}`, unicode: differs ? `@${name}@${unicode}${port}` : null };
}

/** Whether two handles are one address: names without regard to case, hosts in their one spelling. */
export function isSameHandle(one: Handle, other: Handle): boolean {
  return one.host === other.host && one.name.toLowerCase() === other.name.toLowerCase();
}

/**
 * The actor a handle stands for, and the handle its own host calls it by. A descriptor that names another subject sends
 * us once to that subject's host, which must confirm; and where the actor lives on a host other than the handle's, that
 * host must name the same handle and the same actor. So nobody can claim an address or an actor that is not theirs.
 */
export async function resolveHandle(
  fetcher: Fetcher,
  asked: Handle,
  options: DiscoverOptions,
): Promise<{ readonly ok: true; readonly actorUri: string; readonly handle: Handle } | Undiscovered> {
  let jrd = await fetchJrd(fetcher, asked.host, asked, options);
  if (!jrd.ok) return jrd;
  let subject = readSubject(jrd.descriptor);
  if (subject === null) return undiscovered("webfinger-foreign-subject", jrd.descriptor.subject ?? "none");
  if (!isSameHandle(subject, asked)) {
    const claimed = subject;
    jrd = await fetchJrd(fetcher, claimed.host, claimed, options);
    if (!jrd.ok) return undiscovered("webfinger-foreign-subject", showHandle(claimed).ascii);
    subject = readSubject(jrd.descriptor);
    if (subject === null || !isSameHandle(subject, claimed)) {
      return undiscovered("webfinger-foreign-subject", showHandle(claimed).ascii);
    }
  }
  const actors = findActors(jrd.descriptor);
  const [actorUri] = actors;
  if (actorUri === undefined) return undiscovered("webfinger-no-actor", showHandle(subject).ascii);
  if (actors.length > 1) return undiscovered("webfinger-several-actors", showHandle(subject).ascii, actors);
  const url = readTarget(actorUri, options);
  if (isRefusal(url)) return undiscovered("webfinger-no-actor", actorUri);
  if (url.host !== subject.host) {
    const confirmed = await isConfirmed(fetcher, url.host, subject, actorUri, options);
    if (!confirmed) return undiscovered("webfinger-unconfirmed", actorUri);
  }
  return { ok: true, actorUri, handle: subject };
}

/** Fetches the descriptor of a handle from a host: JSON only, at most 64 KiB, redirects as the guard allows. */
export async function fetchJrd(
  fetcher: Fetcher,
  host: string,
  handle: Handle,
  { parse, allowPrivate }: DiscoverOptions,
): Promise<{ readonly ok: true; readonly descriptor: Jrd } | Undiscovered> {
  const url = new URL(`${originOf(host, allowPrivate)}/.well-known/webfinger`);
  url.searchParams.set("resource", `acct:${handle.name}@${handle.host}`);
  const answer = await fetcher.get(url.href, { accept: "application/jrd+json, application/json", maxBytes: JRD_BYTES });
  if (!answer.ok) return undiscovered(answer.failure, answer.detail);
  if (answer.status !== 200) return undiscovered("status", String(answer.status));
  const mediaType = readMediaType(answer.headers);
  if (mediaType !== "application/json" && !/^application\/[a-z.]+\+json$/.test(mediaType)) {
    return undiscovered("media-type", mediaType);
  }
  const json = parse(answer.body);
  if (isRefusal(json)) return undiscovered("unreadable", json.refused);
  if (!Check(Jrd, json)) return undiscovered("webfinger-malformed", "not as RFC 7033 says");
  return { ok: true, descriptor: json };
}

/** Where to ask a host: https, but http on the loopback of a district that runs on one machine. */
export function originOf(host: string, allowPrivate: boolean): string {
  const bare = host.startsWith("[") ? host.replace(/^\[|\](:\d+)?$/g, "") : host.replace(/:\d+$/, "");
  const local = isLocalhostName(bare) || isLoopbackAddress(bare);
  return `${allowPrivate && local ? "http" : "https"}://${host}`;
}

/** A failure of discovery, its detail cut and made printable: others wrote it. */
export function undiscovered(
  failure: Undiscovered["failure"],
  detail: string,
  candidates: readonly string[] = [],
): Undiscovered {
  return { ok: false, failure, detail: detail.slice(0, 200).replace(/[^\x20-\x7e]/g, "?"), candidates };
}

async function isConfirmed(
  fetcher: Fetcher,
  host: string,
  subject: Handle,
  actorUri: string,
  options: DiscoverOptions,
): Promise<boolean> {
  const jrd = await fetchJrd(fetcher, host, subject, options);
  if (!jrd.ok) return false;
  const said = readSubject(jrd.descriptor);
  const actors = findActors(jrd.descriptor);
  return said !== null && isSameHandle(said, subject) && actors.length === 1 && actors[0] === actorUri;
}

function readSubject({ subject }: Jrd): Handle | null {
  if (subject === undefined || !/^acct:/i.test(subject)) return null;
  const handle = readHandle(subject);
  return isRefusal(handle) ? null : handle;
}

/** Distinct ids of `self` links with an ActivityPub type. Some hosts list one actor once per media type. */
function findActors({ links = [] }: Jrd): string[] {
  const actors = new Set<string>();
  for (const { rel, type, href } of links) {
    if (rel !== "self" || !href || !type) continue;
    const mediaType = readMediaType({ "content-type": type });
    if (mediaType === "application/activity+json" || mediaType === "application/ld+json") actors.add(href);
  }
  return [...actors];
}
