// A producer names who keeps its list, and who is named says yes or no: each in its own document. PROTOCOL 9, DOMAIN 2.4, ADR 0039.
import type { LocalActor } from "../../activitypub/actor.ts";
import { describeActor, isListed } from "../../activitypub/actors.ts";
import { MOST_KEPT } from "../../activitypub/document.ts";
import type { Recipient } from "../../activitypub/outbox.ts";
import { listActors, loadActor, loadRemoteActor, refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { listNamers } from "../../partners/keeperStore.ts";
import { listAllOpen } from "../../partners/pacts/pactStore.ts";
import type { Peer } from "../../partners/peer.ts";
import { tellProfile } from "../../partners/profileActions.ts";
import { listStandingOf, loadPeerName } from "../../partners/store.ts";
import { recordAudit } from "../../web/auditStore.ts";

/**
 * Whom a producer may name: the groups and networks of its pacts, follows and memberships, those of this node that may be listed, and
 * whoever it has named now. By name.
 */
export function listKeeperChoices(tx: Tx, actor: LocalActor): Peer[] {
  const followed = (["in", "out"] as const).flatMap((direction) => listStandingOf(tx, actor.id, direction));
  const here = listActors(tx).filter((one) => isListed(one) && one.retiredAt === null);
  const ids = [
    ...here.map(({ id }) => id),
    ...followed.filter(({ state }) => state === "accepted").map(({ peer }) => peer),
    ...listAllOpen(tx, actor.id).map(({ peer }) => peer),
    ...actor.memberOf,
  ];
  const known = [...new Set(ids)].map((id) => loadPeerName(tx, id));
  const fit = known.filter(({ id, kind }) => id !== actor.keptBy && (kind === "gas" || kind === "district"));
  const named = actor.keptBy === null ? [] : [loadPeerName(tx, actor.keptBy)];
  return [...fit, ...named].sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/**
 * Keeps the choice and owes the news of it to who knows the producer, and to both keepers; nothing changed, nothing is said. `keptBy`:
 * an IRI of `listKeeperChoices`; null: the producer itself. From the same moment who administers the former keeper of this node comes
 * no more into the list's desk; who administers the new one does once it has said yes. Refuses `no-such-actor`, `actor-retired`, `bad-request`.
 */
export function nameKeeper(wire: Wire, actorId: string, keptBy: string | null, byId: string): LocalActor | Refusal {
  const done = transact(wire.db, (tx) => {
    const before = loadActor(tx, actorId);
    if (before?.kind !== "producer") return { refused: "no-such-actor" } as const;
    if (before.keptBy === keptBy) return before;
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    if (keptBy !== null && !listKeeperChoices(tx, before).some(({ id }) => id === keptBy))
      return { refused: "bad-request" } as const;
    const now = wire.clock.now();
    const after = describeActor(tx, actorId, { keptBy }, now);
    if (isRefusal(after)) return after;
    tellProfile(wire, tx, after, now, recipientsOf(tx, [keptBy, before.keptBy]));
    const detail = `list kept by ${keptBy ?? "itself"}, before by ${before.keptBy ?? "itself"}`;
    recordAudit(tx, { what: "profile", actorId, byId, aboutId: null, detail: detail.slice(0, 500), at: now });
    return after;
  });
  wire.senders.forget(actorId);
  return done;
}

/** What a keeper says: that it keeps the list, that it does not, or nothing any more. */
export const KEEPER_ANSWERS = ["yes", "no", "nothing"] as const;
export type KeeperAnswer = (typeof KEEPER_ANSWERS)[number];

/**
 * A group or network says whether it keeps a producer's list, in its own document; the producer is told. Yes and no need the producer's
 * word, which may have gone meanwhile; to say nothing any more does not. The same once more is nothing. Refuses `not-found`,
 * `actor-retired`, `too-many-lists`.
 */
export function answerNamer(
  wire: Wire,
  { actorId, byId }: { readonly actorId: string; readonly byId: string },
  producerId: string,
  answer: KeeperAnswer,
): LocalActor | Refusal {
  const done = transact(wire.db, (tx) => {
    const before = loadActor(tx, actorId);
    if (before?.kind !== "gas" && before?.kind !== "district") return { refused: "not-found" } as const;
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    const keeps = said(before.keeps, producerId, answer === "yes");
    const keepsNot = said(before.keepsNot, producerId, answer === "no");
    if (keeps === before.keeps && keepsNot === before.keepsNot) return before;
    const isNamed = listNamers(tx, before).some(({ id }) => id === producerId);
    if (answer !== "nothing" && !isNamed) return { refused: "not-found" } as const;
    if (keeps.length > MOST_KEPT || keepsNot.length > MOST_KEPT)
      return { refused: "too-many-lists", most: MOST_KEPT } as const;
    const now = wire.clock.now();
    const after = describeActor(tx, actorId, { keeps, keepsNot }, now);
    if (isRefusal(after)) return after;
    tellProfile(wire, tx, after, now, recipientsOf(tx, [producerId]));
    // Who reads the producer reads its keeper with it; a producer of another node hears it and has its own node say so.
    const producer = loadActor(tx, producerId);
    if (producer?.goneAt === null && producer.keptBy === actorId) tellProfile(wire, tx, producer, now);
    const detail = `keeps the list of ${producerId}: ${answer}`;
    recordAudit(tx, { what: "profile", actorId, byId, aboutId: null, detail: detail.slice(0, 500), at: now });
    return after;
  });
  wire.senders.forget(actorId);
  return done;
}

/** The list with or without it; the very same list where nothing changes. */
function said(list: readonly string[], id: string, isIn: boolean): readonly string[] {
  if (list.includes(id) === isIn) return list;
  return isIn ? [...list, id] : list.filter((one) => one !== id);
}

/** Where those of other nodes are reached whom a change is about: they need not follow who made it. */
function recipientsOf(tx: Tx, ids: readonly (string | null)[]): Recipient[] {
  const remote = ids.map((id) => (id === null ? undefined : loadRemoteActor(tx, id)));
  return remote.flatMap((one) => (one ? [{ inbox: one.inbox, actorUri: one.id }] : []));
}
