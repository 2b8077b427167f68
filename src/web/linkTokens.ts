// Signed one-time links (sign-in and the like): HS256, each kind with its own `typ`, for this node alone. jose is loaded at
// the first link: it costs 35 ms and 15 MB, and most starts of a node see none for hours.
import { hkdfSync, randomBytes } from "node:crypto";
import type { Refusal } from "../kernel/refusal.ts";

/** Who signs and for which node. `secret` is the node's. */
export type LinkSigner = { readonly origin: string; readonly secret: Buffer };

/** What a link says. `id` is to be spent once; times are epoch ms; `next` is where it leads. */
export type Link = {
  readonly id: string;
  readonly subject: string;
  readonly next: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
};

const ALGORITHM = "HS256";
/** What a link may be for. */
export type LinkKind =
  | "sign-in"
  | "stop-notices"
  | "calendar"
  | "passkey"
  | "email-prove"
  | "email-undo"
  | "seek"
  | "found"
  | "gathering"
  | "learn";

/** A token of `kind` for `subject`. RFC 7519; `jti` has 128 bits. */
export async function signLink(
  signer: LinkSigner,
  kind: LinkKind,
  link: { subject: string; next: string; now: number; lifeMs: number },
): Promise<string> {
  const { SignJWT } = await import("jose");
  return new SignJWT({ next: link.next, at: link.now })
    .setProtectedHeader({ alg: ALGORITHM, typ: `${kind}+jwt` })
    .setIssuer(signer.origin)
    .setAudience(`${signer.origin}/${kind}`)
    .setSubject(link.subject)
    .setJti(randomBytes(16).toString("base64url"))
    .setIssuedAt(Math.floor(link.now / 1000))
    .setExpirationTime(Math.floor((link.now + link.lifeMs) / 1000))
    .sign(keyOf(signer, kind));
}

/** Reads a token of `kind`. Whatever is wrong with it, the answer is `link-spent`: no oracle for whoever tries. */
export async function readLink(
  signer: LinkSigner,
  kind: LinkKind,
  token: string,
  now: number,
): Promise<Link | Refusal<"link-spent">> {
  // Readers of base64url skip what is none: a token with spaces in it would be another text for the same link.
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return { refused: "link-spent" };
  const { errors, jwtVerify } = await import("jose");
  try {
    const { payload } = await jwtVerify(token, keyOf(signer, kind), {
      algorithms: [ALGORITHM],
      typ: `${kind}+jwt`,
      issuer: signer.origin,
      audience: `${signer.origin}/${kind}`,
      currentDate: new Date(now),
      requiredClaims: ["exp", "iat", "jti", "sub", "at"],
    });
    const { jti = "", sub = "", exp = 0, next, at } = payload;
    if (typeof at !== "number") return { refused: "link-spent" };
    return { id: jti, subject: sub, next: typeof next === "string" ? next : "/", issuedAt: at, expiresAt: exp * 1000 };
  } catch (error) {
    if (error instanceof errors.JOSEError) return { refused: "link-spent" };
    throw error;
  }
}

// A key for each kind: a token of one can never pass for another, whatever its header says.
function keyOf({ secret }: LinkSigner, kind: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "", `filiera link ${kind}`, 32));
}
