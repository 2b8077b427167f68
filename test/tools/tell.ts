// Delivers an activity to an inbox over real HTTP, signed with the sender's RSA key, as other servers do.
import type { KeyObject } from "node:crypto";
import { request } from "undici";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { createSigner, type SignatureSpec } from "../../src/activitypub/signHttp.ts";

/** Who signs, at which time (epoch ms), in which spelling. */
export type Teller = {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly now: number;
  readonly spec?: SignatureSpec;
};

/** The status, and the word by which it was refused, if it was. */
export async function tell(
  inbox: string,
  activity: JsonObject,
  { keyId, privateKey, now, spec = "draft-cavage" }: Teller,
) {
  const body = Buffer.from(JSON.stringify(activity));
  const headers = { "content-type": "application/activity+json" };
  const sign = createSigner({ keyId, privateKey }, spec, () => now);
  const signed = await sign({ method: "POST", url: inbox, headers, body });
  const answer = await request(inbox, { method: "POST", headers: { ...headers, ...signed }, body });
  const said = (await answer.body.json().catch(() => ({}))) as { refused?: string };
  return { status: answer.statusCode, refused: said.refused ?? null };
}
