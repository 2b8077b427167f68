// How the notice of a partner's new key arrives, and the answer to ours. PROTOCOL 6.5.
import type { Arrival, InboxRule, Outcome } from "../../activitypub/inbox.ts";
import { readPublicKeyMultibase } from "../../activitypub/proof.ts";
import { replaceReceiptKey } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { expectedKey, findAbout, onOrderChannel, refuseUnproven } from "../pacts/pactActivities.ts";
import { readKeyNotice } from "../pacts/pactDocument.ts";
import { insertPactMessage, loadPact, loadPinnedKey, savePinnedKey } from "../pacts/pactStore.ts";
import { answerNotice, settleNotice } from "./keyActions.ts";

/** The rules of key notices. They stand before those of pacts: both read an Accept of a bare IRI. */
export function keyInboxRules(wire: Wire): InboxRule[] {
  return [
    onOrderChannel(["Update"], [null], (tx, arrival) => takeNotice(wire, tx, arrival)),
    onOrderChannel(["Accept"], [null], (tx, arrival) => takeNoticeAnswer(wire, tx, arrival)),
  ];
}

// Only the pinned key may name its successor, and only once: afterwards it proves nothing new.
function takeNotice(wire: Wire, tx: Tx, arrival: Arrival): Outcome {
  const { activity, sender, receiver, digest, bytes, receivedAt } = arrival;
  const key = readKeyNotice(activity, sender.id);
  if (!key || !receiver) return "not-mine";
  const iri = typeof activity.context === "string" ? activity.context : "";
  const held = loadPact(tx, receiver.id, iri);
  const pinned = loadPinnedKey(tx, receiver.id, sender.id);
  if (held?.peer !== sender.id || !pinned) return { refused: "unknown-pact" };
  const old = { owner: sender.id, keyId: pinned.keyId, multibase: pinned.multibase };
  const forged = refuseUnproven(arrival, old);
  if (forged) return forged;
  if (readPublicKeyMultibase(key.multibase) === null || key.multibase === pinned.multibase)
    return { refused: "bad-key" };
  const name = { actorId: receiver.id, peer: sender.id };
  savePinnedKey(tx, { ...name, keyId: key.keyId, multibase: key.multibase, pinnedBy: "notice", pinnedAt: receivedAt });
  replaceReceiptKey(tx, receiver.id, sender.id, key.multibase);
  const activityIri = String(activity.id);
  const kept = { actorId: receiver.id, activityIri, iri, sender: sender.id, kind: "notice" as const, number: 0 };
  insertPactMessage(tx, { ...kept, digest, bytes, provenBy: pinned.multibase, at: receivedAt });
  answerNotice(wire, tx, held, { iri: activityIri, digest });
  return "applied";
}

function takeNoticeAnswer(wire: Wire, tx: Tx, arrival: Arrival): Outcome {
  const found = findAbout(tx, arrival, "notice");
  if (!found) return "not-mine";
  const { activity, sender, digest, bytes, receivedAt } = arrival;
  const { held, receiver, about } = found;
  if (about.sender !== receiver.id) return { refused: "not-owner" };
  const key = expectedKey(tx, held);
  const forged = refuseUnproven(arrival, key);
  if (forged) return forged;
  if (activity.objectDigest !== about.digest) return { refused: "stale" };
  const kept = { actorId: receiver.id, activityIri: String(activity.id), iri: about.iri, sender: sender.id, number: 0 };
  insertPactMessage(tx, { ...kept, kind: "notice-answer", digest, bytes, provenBy: key.multibase, at: receivedAt });
  settleNotice(wire, tx, held, about);
  return "applied";
}
