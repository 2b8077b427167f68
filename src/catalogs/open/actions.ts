// A producer decides what of its list everybody may see: its VAT number, its prices. Off until it says so. PROTOCOL 4, DOMAIN 6.4.
import type { LocalActor } from "../../activitypub/actor.ts";
import { describeActor } from "../../activitypub/actors.ts";
import { loadActor, refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { isVatNumber } from "../../kernel/vat.ts";
import { tellProfile } from "../../partners/profileActions.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { postDigest } from "../activities.ts";
import { loadCatalog, renewOffered, saveCatalogStep } from "../store.ts";

/** What of a producer everybody may see. `vatNumber`: eleven digits, or "" for none. */
export type OpenChoice = Pick<LocalActor, "vatNumber" | "showsPrices">;

/**
 * Keeps the choice and owes the news of it: the actor's document says the number, and a digest makes readers ask for the list again,
 * with prices or without. Nothing changed, nothing is said. Refuses `no-such-actor`, `actor-retired`, `bad-vat-number`.
 */
export function chooseOpen(
  wire: Wire,
  actorId: string,
  choice: OpenChoice,
  byId: string,
): LocalActor | Refusal<"bad-vat-number"> | Refusal {
  if (choice.vatNumber !== "" && !isVatNumber(choice.vatNumber)) return { refused: "bad-vat-number" };
  const done = transact(wire.db, (tx) => {
    const before = loadActor(tx, actorId);
    if (before?.kind !== "producer") return { refused: "no-such-actor" } as const;
    const { vatNumber, showsPrices } = choice;
    if (before.vatNumber === vatNumber && before.showsPrices === showsPrices) return before;
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    const now = wire.clock.now();
    const after = describeActor(tx, actorId, choice, now);
    if (isRefusal(after)) return after;
    if (before.vatNumber !== vatNumber) tellProfile(wire, tx, after, now);
    const former = loadCatalog(tx, actorId);
    if (former && before.showsPrices !== showsPrices) {
      // As every change of a catalog: a whole second of its own, so that who asks "since" is shown all of it anew.
      const updatedAt = Math.max(Math.floor(now / 1000) * 1000, former.updatedAt + 1000);
      renewOffered(tx, actorId, updatedAt);
      saveCatalogStep(tx, { actorId, updatedAt, sequence: former.sequence + 1, change: 0 });
      postDigest(wire, tx, after, now);
    }
    const detail = `vat ${vatNumber === "" ? "no" : "yes"}, prices ${showsPrices ? "yes" : "no"}`;
    recordAudit(tx, { what: "profile", actorId, byId, aboutId: null, detail, at: now });
    return after;
  });
  wire.senders.forget(actorId);
  return done;
}
