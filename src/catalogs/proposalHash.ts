// What a Proposal says, as one hash of all of it and one of the part that every reader is shown alike. SAFETY B16.
import { createHash } from "node:crypto";
import { canonicalize } from "../activitypub/jcs.ts";
import { isJsonObject, type JsonObject } from "../activitypub/json.ts";

/** Partners' prices and stock differ by right; under one `updated` nothing else may. */
const FOR_PARTNERS = ["reciprocal", "unitPrice", "to", "@context"];

/** SHA-256 in hex over the canonical JSON (RFC 8785). */
export function hashProposal(proposal: JsonObject): { hash: string; publicHash: string } {
  const { publishes } = proposal;
  const common = Object.fromEntries(Object.entries(proposal).filter(([name]) => !FOR_PARTNERS.includes(name)));
  if (isJsonObject(publishes)) {
    const { availableQuantity, ...shown } = publishes;
    common.publishes = shown;
  }
  return { hash: sha256(proposal), publicHash: sha256(common) };
}

function sha256(value: JsonObject): string {
  return createHash("sha256").update(canonicalize(value)).digest("hex");
}
