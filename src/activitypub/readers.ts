// Who asks for a document: the actor behind the signature of a GET, or nobody. PROTOCOL section 3.
import type { Clock } from "../kernel/clock.ts";
import type { Senders } from "./senders.ts";
import { readSignature } from "./signatureHeaders.ts";
import { verifySignature } from "./verifySignature.ts";
import type { Wire } from "./wire.ts";

type Parts = {
  origin: string;
  clock: Clock;
  senders: Senders;
  isBlocked: (host: string) => boolean;
  allowPrivate: boolean;
};

/**
 * Reads the signature of a GET and finds its actor: the keyId up to its fragment, or, where the key lives at an address of
 * its own (GoToSocial), the actor above it. Anything wrong means an anonymous reader, who gets what everyone gets.
 */
export function createIdentifyReader({ origin, clock, senders, isBlocked }: Parts): Wire["identifyReader"] {
  return async ({ method, path, rawHeaders }) => {
    const headers = new Map<string, string[]>();
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!.toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), rawHeaders[i + 1]!]);
    }
    if (!headers.has("signature")) return null;
    const signature = readSignature({ method, path, origin, headers, body: Buffer.alloc(0), now: clock.now() });
    if ("refused" in signature || !URL.canParse(signature.keyId)) return null;
    const url = new URL(signature.keyId);
    if (isBlocked(url.hostname)) return null;
    url.hash = "";
    const actorIri = signature.keyId.includes("#") ? url.href : url.href.replace(/\/(main-key|publickey|key)\/?$/i, "");
    const found = await senders.findKey(actorIri, signature.keyId);
    if ("failed" in found || !verifySignature({ signature }, found.key)) return null;
    return found.actor;
  };
}
