// What people do about memberships: ask, leave, take in, say no, put out; the charter, the level, who decides. Each one transaction.
import type { LocalActor, NetworkLevel, RemoteActor } from "../../activitypub/actor.ts";
import { describeActor } from "../../activitypub/actors.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { loadActor, refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { tellProfile } from "../../partners/profileActions.ts";
import type { AuditWhat } from "../../web/audit.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { orderUndoing } from "./announceStore.ts";
import { type Charter, reviseCharter, type ShownCharter } from "./charter.ts";
import { writeJoin, writeLeave } from "./letters.ts";
import { type Admission, insertCharter, levelOf, loadCharter, saveAdmission } from "./listStore.ts";
import {
  type Membership,
  MOST_MEMBERS,
  MOST_NETWORKS,
  MOST_REASON,
  mayJoin,
  mayReach,
  stepMembership,
} from "./membership.ts";
import { claimMemberships, postAnswer, postListing, postToPeer } from "./postActivities.ts";
import { countMemberships, listMembershipRows, loadMembership, saveMembership } from "./store.ts";

const DAY = 86_400_000;

/** One of our actors, the actor on the other side, and the person who acts; null: what a person decided elsewhere brings it about. */
export type MembershipKey = { readonly actorId: string; readonly peer: string; readonly byId: string | null };

/**
 * Asks a network to take our actor in, with the charter that its person has read and accepted (null: the network has none). Refuses
 * `no-such-actor`, `actor-retired`, `blocked`, `join-self`, `not-a-network`, `cannot-join`, `level-too-high`, `join-waiting`, `already-member`,
 * `too-many-networks`.
 */
export function joinNetwork(
  wire: Wire,
  { actorId, byId }: { readonly actorId: string; readonly byId: string },
  network: RemoteActor,
  charter: ShownCharter | null,
): Membership | Refusal {
  const { host, hostname } = new URL(network.id);
  if (wire.isBlocked(hostname)) return { refused: "blocked", host };
  return transact(wire.db, (tx) => {
    const now = wire.clock.now();
    const from = loadActor(tx, actorId);
    if (!from || from.kind === "node") return { refused: "no-such-actor" };
    const before = loadMembership(tx, actorId, "member", network.id);
    const no = refuseRetired(tx, actorId) ?? refuseToAsk(tx, from, network, before, charter, now);
    if (no) return no;
    const joinIri = mintIri(from, "activities");
    const accepted = charter
      ? { charterVersion: charter.version, charterDigest: charter.digest, charterText: charter.text }
      : { charterVersion: null, charterDigest: null, charterText: null };
    const fresh: Membership = {
      ...{ actorId, side: "member", peer: network.id, host, state: "asked", joinIri, inbox: network.inbox },
      ...{ ...accepted, reason: null, code: null, since: null, createdAt: now, updatedAt: now },
    };
    const asked = stepMembership(before ?? fresh, "asked", now);
    if (isRefusal(asked)) return asked;
    const half = { ...asked, ...accepted, joinIri, inbox: network.inbox, reason: null, code: null };
    saveMembership(tx, half);
    postToPeer(wire, tx, from, half, writeJoin({ id: joinIri, actor: actorId }, { network: network.id, charter }));
    note(tx, "network-asked", half, byId);
    return half;
  });
}

function refuseToAsk(
  tx: Tx,
  from: LocalActor,
  network: RemoteActor,
  before: Membership | undefined,
  charter: ShownCharter | null,
  now: number,
): Refusal | null {
  if (network.id === from.id) return { refused: "join-self" };
  if (network.kind !== "district" || network.level === null) return { refused: "not-a-network", name: network.name };
  const no = mayJoin(from, network.level);
  if (no) return no;
  // A day later the answer may have been lost: asking again harms nobody.
  if (before?.state === "asked" && now - before.updatedAt < DAY) return { refused: "join-waiting", name: network.name };
  if (before?.state === "member" && before.charterDigest === (charter?.digest ?? null))
    return { refused: "already-member", name: network.name };
  const taken = countMemberships(tx, from.id, "member", "member") + countMemberships(tx, from.id, "member", "asked");
  return !before && taken >= MOST_NETWORKS ? { refused: "too-many-networks", most: MOST_NETWORKS } : null;
}

/** Leaves a network, or takes the request back. Refuses `no-such-actor`, `no-such-membership`. */
export function leaveNetwork(wire: Wire, key: MembershipKey): Membership | Refusal {
  return changeHalf(wire, "member", key, (tx, from, half, now) => {
    const after = half.state === "left" ? { refused: "no-such-membership" } : stepMembership(half, "left", now);
    if (isRefusal(after)) return after as Refusal;
    saveMembership(tx, after);
    postToPeer(wire, tx, from, after, writeLeave({ id: mintIri(from, "activities"), actor: from.id }, half.peer));
    if (half.state === "member") claimMemberships(wire, tx, from.id, { inbox: half.inbox, actorUri: half.peer }, now);
    note(tx, "network-left", after, key.byId);
    return after;
  });
}

/** Takes in who asked. Refuses `no-such-actor`, `no-such-membership`, `network-full`, `level-too-high`. */
export function acceptMember(wire: Wire, key: MembershipKey): Membership | Refusal {
  return changeHalf(wire, "network", key, (tx, network, half, now) => {
    if (half.state !== "asked") return { refused: "no-such-membership" };
    if (countMemberships(tx, network.id, "network", "member") >= MOST_MEMBERS) return { refused: "network-full" };
    const stepped = stepMembership(half, "accepted", now);
    if (isRefusal(stepped)) return stepped;
    const after = { ...stepped, code: null };
    saveMembership(tx, after);
    postAnswer(wire, tx, network, after);
    postListing(wire, tx, network, after, "Add");
    note(tx, "member-accepted", after, key.byId);
    return after;
  });
}

/** Says no to who asked, with words that they read. Refuses `no-such-actor`, `no-such-membership`, `no-reason`. */
export function refuseMember(wire: Wire, key: MembershipKey, reason: string): Membership | Refusal {
  const said = reason.trim().slice(0, MOST_REASON);
  if (said === "") return { refused: "no-reason" };
  return changeHalf(wire, "network", key, (tx, network, half, now) => {
    const after = half.state === "asked" ? stepMembership(half, "rejected", now) : null;
    if (!after || isRefusal(after)) return { refused: "no-such-membership" };
    const refused = { ...after, reason: said, code: null };
    saveMembership(tx, refused);
    postAnswer(wire, tx, network, refused);
    note(tx, "member-refused", refused, key.byId);
    return refused;
  });
}

/**
 * Puts a member out. The reason stays here: everybody hears that it is no member, nobody why. Refuses `no-such-actor`,
 * `no-such-membership`, `no-reason`.
 */
export function removeMember(wire: Wire, key: MembershipKey, reason: string): Membership | Refusal {
  const kept = reason.trim().slice(0, MOST_REASON);
  if (kept === "") return { refused: "no-reason" };
  return changeHalf(wire, "network", key, (tx, network, half, now) => {
    const after = half.state === "member" ? stepMembership(half, "removed", now) : null;
    if (!after || isRefusal(after)) return { refused: "no-such-membership" };
    const removed = { ...after, reason: kept, code: null };
    endAtNetwork(wire, tx, network, half, removed);
    note(tx, "member-removed", removed, key.byId);
    return removed;
  });
}

/** Keeps that somebody is no member any more, says so, and has what was announced of it taken back. Inside the caller's transaction. */
export function endAtNetwork(wire: Wire, tx: Tx, network: LocalActor, before: Membership, after: Membership): void {
  saveMembership(tx, after);
  if (before.state !== "member") return;
  postListing(wire, tx, network, after, "Remove");
  orderUndoing(tx, network.id, after.peer, after.updatedAt);
}

/** Writes the network's charter anew; the versions before stay. Refuses `no-such-actor`, `no-charter-text`, `charter-too-long`. */
export function saveCharter(wire: Wire, actorId: string, text: string, byId: string): Charter | Refusal {
  return changeNetwork(wire, actorId, (tx, network, now) => {
    const before = loadCharter(tx, network.id) ?? null;
    const after = reviseCharter(before, text, now);
    if (isRefusal(after) || after === before) return after;
    insertCharter(tx, network.id, after);
    noteChange(tx, "charter", actorId, byId, String(after.version), now);
    return after;
  });
}

/**
 * Says how far the network reaches and who decides about requests. Refuses `no-such-actor`, `level-in-use` where a network that is in this
 * one, or one that this is in, would no longer fit.
 */
export function chooseNetwork(
  wire: Wire,
  actorId: string,
  wish: { readonly level: NetworkLevel; readonly admission: Admission },
  byId: string,
): LocalActor | Refusal {
  const chosen = changeNetwork(wire, actorId, (tx, network, now) => {
    const levels = (side: "network" | "member") =>
      listMembershipRows(tx, actorId, side, ["member", "asked"], MOST_MEMBERS)
        .map(({ peer }) => levelOf(tx, peer))
        .filter((level) => level !== null);
    const no = mayReach(wish.level, levels("network"), levels("member"));
    if (no) return no;
    saveAdmission(tx, actorId, wish.admission, now);
    noteChange(tx, "network-chosen", actorId, byId, `${wish.level} ${wish.admission}`, now);
    if (wish.level === network.level) return network;
    const after = describeActor(tx, actorId, { level: wish.level }, now);
    if (!isRefusal(after)) tellProfile(wire, tx, after, now);
    return after;
  });
  wire.senders.forget(actorId);
  return chosen;
}

function changeNetwork<T>(
  wire: Wire,
  actorId: string,
  change: (tx: Tx, network: LocalActor, now: number) => T | Refusal,
): T | Refusal {
  return transact(wire.db, (tx) => {
    const network = loadActor(tx, actorId);
    if (network?.kind !== "district") return { refused: "no-such-actor" };
    return change(tx, network, wire.clock.now());
  });
}

function changeHalf(
  wire: Wire,
  side: Membership["side"],
  { actorId, peer }: MembershipKey,
  change: (tx: Tx, actor: LocalActor, half: Membership, now: number) => Membership | Refusal,
): Membership | Refusal {
  return transact(wire.db, (tx) => {
    const actor = loadActor(tx, actorId);
    if (!actor) return { refused: "no-such-actor" };
    const half = loadMembership(tx, actorId, side, peer);
    return half ? change(tx, actor, half, wire.clock.now()) : { refused: "no-such-membership" };
  });
}

function note(tx: Tx, what: AuditWhat, { actorId, peer, updatedAt: at }: Membership, byId: string | null): void {
  recordAudit(tx, { what, actorId, byId, aboutId: null, detail: peer, at });
}

function noteChange(tx: Tx, what: AuditWhat, actorId: string, byId: string, detail: string, at: number): void {
  recordAudit(tx, { what, actorId, byId, aboutId: null, detail, at });
}
