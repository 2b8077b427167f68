// From what a person typed, handle or address, to an actor; and from a visitor's handle to the page where they can follow.
import { isRefusal } from "../kernel/refusal.ts";
import { readTarget } from "./addresses.ts";
import { type FoundDocument, fetchDocument, type NoDocument, sameOrigin } from "./fetchDocument.ts";
import type { Fetcher, Signer } from "./guardedFetch.ts";
import type { JsonObject } from "./json.ts";
import {
  type DiscoverOptions,
  fetchJrd,
  type Handle,
  isSameHandle,
  readHandle,
  resolveHandle,
  type Undiscovered,
  undiscovered,
} from "./webfinger.ts";

/** An actor as its own origin describes it. `handle` is null where its WebFinger does not lead back to it. */
export type Discovered = {
  readonly ok: true;
  readonly actorUri: string;
  readonly document: JsonObject;
  readonly handle: Handle | null;
};

/**
 * Finds the actor behind "@name@host", "acct:name@host" or the https address of a profile or actor. `sign` signs the GET
 * of the actor, for hosts that ask for it. The document is checked as `fetchDocument` says; HTML is not searched for links.
 */
export async function discoverActor(
  fetcher: Fetcher,
  text: string,
  options: DiscoverOptions & { readonly sign?: Signer },
): Promise<Discovered | Undiscovered> {
  const typed = text.trim();
  if (/^https?:\/\//i.test(typed)) return discoverByUrl(fetcher, typed, options);
  const asked = readHandle(typed);
  if (isRefusal(asked)) return undiscovered("handle-unreadable", typed);
  const resolved = await resolveHandle(fetcher, asked, options);
  if (!resolved.ok) return resolved;
  const found = await fetchDocument(fetcher, resolved.actorUri, options);
  if (!found.ok) return undiscovered(found.failure, found.detail);
  if (!isActor(found.document)) return undiscovered("not-an-actor", found.url);
  // FEP-2c59: where the actor names its own address, only that one is shown.
  const claimed = claimHandle(found.document);
  const agreed = claimed === null || isSameHandle(claimed, resolved.handle);
  return { ok: true, actorUri: actorUri(found), document: found.document, handle: agreed ? resolved.handle : null };
}

async function discoverByUrl(
  fetcher: Fetcher,
  url: string,
  options: DiscoverOptions & { readonly sign?: Signer },
): Promise<Discovered | Undiscovered> {
  const found = await fetchTyped(fetcher, url, options);
  if (!found.ok) return undiscovered(found.failure, found.detail);
  if (!isActor(found.document)) return undiscovered("not-an-actor", found.url);
  return {
    ok: true,
    actorUri: actorUri(found),
    document: found.document,
    handle: await confirmHandle(fetcher, found.document, options),
  };
}

/** The address of an actor's profile page often answers with the actor, whose id is another address of the same host. */
async function fetchTyped(
  fetcher: Fetcher,
  url: string,
  options: DiscoverOptions & { readonly sign?: Signer },
): Promise<FoundDocument | NoDocument> {
  const found = await fetchDocument(fetcher, url, { ...options, acrossOrigins: true });
  if (found.ok || found.claimedId === null || !sameOrigin(found.claimedId, found.url)) return found;
  return fetchDocument(fetcher, found.claimedId, options);
}

/** The handle of an actor document, if WebFinger leads from it back to the actor; else null. */
async function confirmHandle(fetcher: Fetcher, document: JsonObject, options: DiscoverOptions): Promise<Handle | null> {
  const { id, preferredUsername } = document;
  const host = typeof id === "string" ? URL.parse(id)?.host : undefined;
  const name = typeof preferredUsername === "string" ? preferredUsername : "";
  const claimed = claimHandle(document) ?? readHandle(`${name}@${host ?? ""}`);
  if (isRefusal(claimed)) return null;
  const resolved = await resolveHandle(fetcher, claimed, options);
  return resolved.ok && resolved.actorUri === id ? resolved.handle : null;
}

const FOLLOW_RELS = [
  { rel: "https://w3id.org/fep/3b86/Follow", placeholder: "{object}" },
  { rel: "http://ostatus.org/schema/1.0/subscribe", placeholder: "{uri}" },
] as const;

/**
 * The page on a visitor's own server where they confirm that they follow `actor`: FEP-3b86's Follow intent, else OStatus
 * `subscribe`, both read from the WebFinger of the handle the visitor typed. Always an https address (loopback aside).
 */
export async function findFollowPage(
  fetcher: Fetcher,
  visitor: string,
  actor: string,
  options: DiscoverOptions,
): Promise<{ readonly ok: true; readonly url: string } | Undiscovered> {
  const handle = readHandle(visitor);
  if (isRefusal(handle)) return undiscovered("handle-unreadable", visitor);
  const jrd = await fetchJrd(fetcher, handle.host, handle, options);
  if (!jrd.ok) return jrd;
  for (const { rel, placeholder } of FOLLOW_RELS) {
    for (const link of jrd.descriptor.links ?? []) {
      // Mastodon's first releases of the intent put the template in href.
      const template = link.template ?? link.href;
      if (link.rel !== rel || !template?.includes(placeholder)) continue;
      const filled = template.replaceAll(placeholder, () => encodeURIComponent(actor)).replaceAll(/\{[^{}]*\}/g, "");
      const url = readTarget(filled, options);
      if (!isRefusal(url)) return { ok: true, url: url.href };
    }
  }
  return undiscovered("webfinger-no-actor", "no page to follow from");
}

function claimHandle(document: JsonObject): Handle | null {
  const claim = document.webfinger;
  const handle = typeof claim === "string" ? readHandle(claim) : null;
  return handle === null || isRefusal(handle) ? null : handle;
}

function isActor(document: JsonObject): boolean {
  return typeof document.inbox === "string" && typeof document.id === "string";
}

function actorUri({ document, url }: FoundDocument): string {
  const { id } = document;
  return typeof id === "string" ? id : url;
}
