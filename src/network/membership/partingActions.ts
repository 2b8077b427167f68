// Memberships that end by what people decided elsewhere: with a domain that was blocked, with an actor of ours that closes. PROTOCOL 9, 11.
import { isBlockedHost, readBlocks } from "../../activitypub/blocks.ts";
import { listDomainRules, loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { lettersLeaveAt } from "../../partners/leaving/leaving.ts";
import { listDepartures } from "../../partners/leaving/store.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { endAtNetwork, leaveNetwork } from "./actions.ts";
import { type Membership, MOST_NETWORKS, stepMembership } from "./membership.ts";
import { claimMemberships } from "./postActivities.ts";
import {
  listMembershipRows,
  listStandingHosts,
  listStandingOfHost,
  listStandingWithGone,
  saveMembership,
} from "./store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Reading asks once more after a week whether who said 410 came back: a node set up wrongly for a day loses no members. */
const GONE_FOR = 8 * 24 * HOUR;
/** A whole network's followers hear of each: the rest waits for the next turn of the clock. */
const AT_ONCE = 50;

/** Looks once a minute whether something was decided by which memberships end. */
export function partingClockTasks(wire: Wire): ClockTask[] {
  return [
    { name: "end memberships with blocked domains", everyMs: MINUTE, run: (now) => endBlocked(wire, now) },
    { name: "end memberships with actors that are no more", everyMs: HOUR, run: (now) => endGone(wire, now) },
    { name: "end memberships of actors that close", everyMs: MINUTE, run: (now) => endClosing(wire, now) },
  ];
}

/** Only with what is blocked by name: who is merely not on the list of allowed domains may be on it tomorrow. */
function endBlocked(wire: Wire, now: number): void {
  const { orm } = wire.db;
  const rules = listDomainRules(orm).filter(({ rule }) => rule === "block");
  if (rules.length === 0) return;
  const blocks = readBlocks(rules.map(({ domain }) => domain));
  for (const host of listStandingHosts(orm))
    if (isBlockedHost(host, blocks))
      transact(wire.db, (tx) => {
        for (const half of listStandingOfHost(tx, host, AT_ONCE)) endWithBlocked(wire, tx, half, now);
      });
}

/** Nobody there is written to; who follows our network, or our actor, hears of it. */
function endWithBlocked(wire: Wire, tx: Tx, half: Membership, now: number): void {
  const { actorId, side, peer, inbox } = half;
  const after = stepMembership(half, side === "member" ? "left" : putOut(half), now);
  const own = loadActor(tx, actorId);
  if (isRefusal(after) || !own) return;
  if (side === "network") endAtNetwork(wire, tx, own, half, { ...after, reason: null, code: null });
  else {
    saveMembership(tx, after);
    if (half.state === "member") claimMemberships(wire, tx, actorId, { inbox, actorUri: peer }, now);
  }
  const what = side === "network" ? "member-removed" : "network-left";
  recordAudit(tx, { what, actorId, byId: null, aboutId: null, detail: peer, at: now });
}

/** Who says at its own address, and a week later still, that it is no more, although no farewell of it ever came. */
function endGone(wire: Wire, now: number): void {
  transact(wire.db, (tx) => {
    for (const half of listStandingWithGone(tx, now - GONE_FOR, AT_ONCE)) {
      const after = stepMembership(half, "gone", now);
      const own = loadActor(tx, half.actorId);
      if (isRefusal(after) || !own) continue;
      if (half.side === "network") endAtNetwork(wire, tx, own, half, after);
      else {
        saveMembership(tx, after);
        claimMemberships(wire, tx, half.actorId, { inbox: half.inbox, actorUri: half.peer }, now);
      }
    }
  });
}

/**
 * Before its farewell, which reaches only those networks that follow it, and before its address closes: after that nobody believes its
 * letters. A network that closes is heard by its members, whom it follows.
 */
function endClosing(wire: Wire, now: number): void {
  const { orm } = wire.db;
  for (const departure of listDepartures(orm)) {
    if (departure.lettersAt === null && now < lettersLeaveAt(departure)) continue;
    const { actorId } = departure;
    for (const { peer } of listMembershipRows(orm, actorId, "member", ["asked", "member"], 2 * MOST_NETWORKS))
      leaveNetwork(wire, { actorId, peer, byId: null });
  }
}

function putOut({ state }: Membership): "removed" | "rejected" {
  return state === "member" ? "removed" : "rejected";
}
