// What a passkey is asked for, and what it answers: WebAuthn Level 3 as JSON, for one origin. Pure: times and challenges are arguments.
import Type, { type Static } from "typebox";
import { Check } from "typebox/schema";

/** A person's passkeys: one for each device they use, and some more. */
export const PASSKEYS_MAX = 10;
/** How long a challenge is good for, in ms. */
export const CHALLENGE_LIFE_MS = 5 * 60_000;
/** Ed25519, ES256, RS256 (COSE): what phones, computers and security keys have. */
export const ALGORITHMS = [-8, -7, -257];

/** Who shows it: the host of the node's own origin. Null where that is a number, for which browsers keep no passkeys. */
export function rpIdOf(origin: string): string | null {
  const { hostname } = new URL(origin);
  return /^[\d.]+$|^\[/.test(hostname) ? null : hostname;
}

/** A person as the chooser of their device names them; `id` is what it gives back, and says nothing to others. */
export type KeyOwner = { readonly id: string; readonly name: string; readonly label: string };

/**
 * What the browser is to make: a passkey that is found without a name being typed, opened by the person's finger, face or PIN, so that
 * it is two factors in one; no word about the maker of the device. `known`: those they have already.
 */
export function creationOptions(origin: string, challenge: string, owner: KeyOwner, known: readonly string[]): object {
  const rpId = rpIdOf(origin);
  return {
    challenge,
    rp: { id: rpId, name: `Filiera ${rpId}` },
    user: { id: encode(owner.id), name: owner.label, displayName: owner.name },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: known.map((id) => ({ type: "public-key", id })),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
    timeout: CHALLENGE_LIFE_MS,
  };
}

/** What the browser is to ask for: any passkey of this origin, opened by its person. */
export function requestOptions(origin: string, challenge: string): object {
  return { challenge, rpId: rpIdOf(origin), userVerification: "required", timeout: CHALLENGE_LIFE_MS };
}

const Bytes = Type.String({ pattern: "^[\\w-]+$", maxLength: 20_000 });
const Id = Type.String({ pattern: "^[\\w-]+$", maxLength: 1364 });
const credential = <R extends Parameters<typeof Type.Object>[0]>(response: R) =>
  Type.Object({
    id: Id,
    rawId: Id,
    type: Type.Literal("public-key"),
    response: Type.Object({ clientDataJSON: Bytes, ...response }),
  });
const Made = credential({ attestationObject: Bytes });
const Shown = credential({ authenticatorData: Bytes, signature: Bytes, userHandle: Type.Optional(Type.Unknown()) });
const ClientData = Type.Object({
  type: Type.String(),
  challenge: Bytes,
  crossOrigin: Type.Optional(Type.Boolean()),
});

/** A credential as a browser wrote it, with the challenge it answers. Nothing in it is proved yet. */
export type Written<C> = { readonly credential: C; readonly challenge: string };
export type MadeCredential = Static<typeof Made>;
export type ShownCredential = Static<typeof Shown>;

/** Reads what `navigator.credentials.create` gave, as JSON; null for everything else, and for what was made in a frame of another site. */
export function readMade(text: string): Written<MadeCredential> | null {
  const json = parse(text);
  return Check(Made, json) ? withChallenge(json) : null;
}

/** The same for `navigator.credentials.get`. */
export function readShown(text: string): Written<ShownCredential> | null {
  const json = parse(text);
  return Check(Shown, json) ? withChallenge(json) : null;
}

function withChallenge<C extends MadeCredential | ShownCredential>(credential: C): Written<C> | null {
  const said = parse(decode(credential.response.clientDataJSON));
  return Check(ClientData, said) && said.crossOrigin !== true ? { credential, challenge: said.challenge } : null;
}

/** Whether the passkey shown names this person as its owner. It must: it was found without a name being typed. */
export function isOwner({ response }: ShownCredential, personId: string): boolean {
  return response.userHandle === encode(personId);
}

/** Whether a counter goes on from the last one. Devices without one say 0 for ever; one that stands or falls was copied (WebAuthn 6.1.1). */
export function goesOn(last: number, said: number): boolean {
  return said > last || (said === 0 && last === 0);
}

/** Text as the base64url of its bytes. */
export function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}

/** The other way round. */
export function decode(bytes: string): string {
  return Buffer.from(bytes, "base64url").toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
