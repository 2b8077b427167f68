// Signs what leaves: RFC 9421 towards Filiera nodes, draft-cavage-12 towards everything else, on the exact bytes sent.
// Native because Fedify's signRequest imports the key and rebuilds the request at each call: 800 a second, not 3,800.
// Fedify's verifyRequest reads both in test/activitypub/signHttp.test.ts. ADR 0004.
import { createHash, sign } from "node:crypto";
import type { SigningKey } from "./actors.ts";
import type { SignableRequest, Signer } from "./guardedFetch.ts";

export type SignatureSpec = "rfc9421" | "draft-cavage";

/** A signer for the guarded fetch. `now` gives epoch ms; the key is the actor's RSA key. */
export function createSigner(key: SigningKey, spec: SignatureSpec, now: () => number): Signer {
  return (request) => (spec === "rfc9421" ? signRfc9421(request, key, now()) : signDraftCavage(request, key, now()));
}

/** RFC 9421 over method, target, authority and, with a body, its digest (RFC 9530). */
async function signRfc9421(
  { method, url, body }: SignableRequest,
  key: SigningKey,
  now: number,
): Promise<Record<string, string>> {
  const target = new URL(url);
  const digest = body && `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
  const covered: [string, string][] = [
    ["@method", method],
    ["@target-uri", target.href],
    ["@authority", target.host],
    ...(digest ? ([["content-digest", digest]] as [string, string][]) : []),
  ];
  const names = covered.map(([name]) => `"${name}"`).join(" ");
  const parameters = `(${names});created=${Math.floor(now / 1000)};keyid="${key.keyId}";alg="rsa-v1_5-sha256"`;
  const base = [...covered.map(([name, value]) => `"${name}": ${value}`), `"@signature-params": ${parameters}`].join(
    "\n",
  );
  const signature = await signRsa(base, key);
  return {
    ...(digest ? { "content-digest": digest } : {}),
    "signature-input": `sig1=${parameters}`,
    signature: `sig1=:${signature}:`,
  };
}

/** draft-cavage-http-signatures-12 with `date` and `digest` headers, as Mastodon, snac and Gancio read it. */
async function signDraftCavage(
  { method, url, body }: SignableRequest,
  key: SigningKey,
  now: number,
): Promise<Record<string, string>> {
  const target = new URL(url);
  const date = new Date(now).toUTCString();
  const digest = body && `SHA-256=${createHash("sha256").update(body).digest("base64")}`;
  const covered: [string, string][] = [
    ["(request-target)", `${method.toLowerCase()} ${target.pathname}${target.search}`],
    ["host", target.host],
    ["date", date],
    ...(digest ? ([["digest", digest]] as [string, string][]) : []),
  ];
  const names = covered.map(([name]) => name).join(" ");
  const signature = await signRsa(covered.map(([name, value]) => `${name}: ${value}`).join("\n"), key);
  return {
    date,
    ...(digest ? { digest } : {}),
    signature: `keyId="${key.keyId}",algorithm="rsa-sha256",headers="${names}",signature="${signature}"`,
  };
}

/** In the thread pool, so that a fan-out does not hold the event loop. */
function signRsa(base: string, key: SigningKey): Promise<string> {
  return new Promise((resolve, reject) => {
    sign("sha256", Buffer.from(base), key.privateKey, (error, signature) =>
      error ? reject(error) : resolve(signature.toString("base64")),
    );
  });
}
