// Whose a disputed VAT number is: a coordinator of a network that shows one of those who claim it decides. DOMAIN.md 6.4.
import { refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { assignTo, listClaims, listReachedBy } from "./claimStore.ts";

/**
 * Gives a VAT number to one of those that claim it; the others have it refused, until a coordinator decides otherwise. The number of a
 * producer that only another network of this node shows is that network's to decide on. Refuses `actor-retired`, `not-found`,
 * `vat-held-elsewhere` (vat).
 */
export function assignVat(
  wire: Pick<Wire, "db" | "clock">,
  { actorId, vat, subject, byId }: { actorId: string; vat: string; subject: string; byId: string },
): { assigned: true } | Refusal {
  return transact(wire.db, (tx) => {
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    const claims = listClaims(tx, vat);
    const isClaimed = claims.some((claim) => claim.subject === subject);
    if (!isClaimed || !listReachedBy(tx, subject).includes(actorId)) return { refused: "not-found" };
    const holder = claims.find(({ standing }) => standing === "holds");
    if (holder && holder.subject !== subject) {
      const shownBy = listReachedBy(tx, holder.subject);
      if (shownBy.length > 0 && !shownBy.includes(actorId)) return { refused: "vat-held-elsewhere", vat };
    }
    assignTo(tx, vat, subject);
    const detail = `${vat} ${subject}`;
    recordAudit(tx, { what: "hub-vat-assigned", actorId, byId, aboutId: null, detail, at: wire.clock.now() });
    return { assigned: true };
  });
}
