// How people join a GAS from outside: what its page says, who asks, who is taken in. EXPERIENCE.md 2.9, SAFETY C13.

import { randomBytes } from "node:crypto";
import { refuseRetired } from "../../activitypub/store.ts";
import { keptMs } from "../../db/periods.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { encodeId } from "../../kernel/ids.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import type { Language, Say } from "../../web/words.ts";
import { inviteWithin, type MembersHouse } from "../actions.ts";
import { queueLetter } from "../letters/letterActions.ts";
import { queueNotice } from "../notices/noticeActions.ts";
import { listSeated } from "../seatStore.ts";
import { plainAddress } from "../signIn.ts";
import { loadActorName } from "../store.ts";
import {
  countWaiting,
  decideJoinRequest,
  deleteOldJoinRequests,
  findJoining,
  insertJoinRequest,
  isWaiting,
  type Joining,
  type JoinRequest,
  loadJoining,
  loadJoinRequest,
  saveJoining,
  takePlace,
} from "./joinStore.ts";

const DAY = 86_400_000;
/** So many may wait for one GAS: what comes after is a flood, or a group that should say that it is full. */
const WAITING_MAX = 300;

/** A GAS whose page is shown, and where its desk is. */
export type JoinPlace = { readonly actorId: string; readonly handle: string };

/** What somebody outside writes. Their consent is that they sent it. */
export type JoinWish = {
  readonly name: string;
  readonly email: string;
  readonly place: string;
  readonly message: string;
  readonly language: Language;
};

/** Says how a GAS takes people in. */
export function changeJoining(
  house: MembersHouse,
  { actorId, byId }: { readonly actorId: string; readonly byId: string | null },
  wish: Joining,
): void {
  const at = house.clock.now();
  transact(house.db, (tx) => {
    saveJoining(tx, actorId, wish, at);
    recordAudit(tx, { what: "joining", actorId, byId, aboutId: null, detail: "", at });
  });
}

/** Whether a group takes people in now: it says so, and does not close. */
export function takesPeople(tx: Tx, actorId: string): boolean {
  return loadJoining(tx, actorId).isOpen && refuseRetired(tx, actorId) === null;
}

/** How a group says to everybody that it takes people in; null where nobody ever said it. */
export function joiningStateOf(tx: Tx, actorId: string): "open" | "waiting" | "closed" | null {
  const chosen = findJoining(tx, actorId);
  if (!chosen) return null;
  if (!takesPeople(tx, actorId)) return "closed";
  return chosen.places === 0 ? "waiting" : "open";
}

/**
 * Keeps a request, and tells who administers. Asking twice is asking once, and nobody is told whether an address was known. Refuses
 * `not-found` where the GAS takes nobody, `join-full` where too many wait.
 */
export function askToJoin(house: MembersHouse, at: JoinPlace, wish: JoinWish): { asked: true } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    if (!takesPeople(tx, at.actorId)) return { refused: "not-found" };
    if (countWaiting(tx, at.actorId) >= WAITING_MAX) return { refused: "join-full" };
    const email = plainAddress(wish.email);
    if (isWaiting(tx, at.actorId, email)) return { asked: true };
    const id = encodeId(randomBytes(16));
    const { name, place, message, language } = wish;
    const asked = { id, actorId: at.actorId, name, email, place, message, language };
    insertJoinRequest(tx, { ...asked, state: "waiting", createdAt: now, decidedAt: null, decidedBy: null });
    const gas = loadActorName(tx, at.actorId) ?? "";
    const url = `${house.origin}/desk/${at.handle}/joining`;
    const admins = listSeated(tx, at.actorId).filter(({ seats }) => seats.some(({ role }) => role === "admin"));
    for (const { personId } of admins) {
      const write = (say: Say) => ({
        subject: say("people.mail.askedSubject", { gas }),
        text: say("people.mail.askedText", { gas, name, place, url }),
      });
      queueNotice(tx, house, { personId, kind: "join-asked", businessKey: `join:${id}`, write }, now);
    }
    return { asked: true };
  });
}

/** Who decides on which request. */
export type DecisionKey = { readonly actorId: string; readonly requestId: string; readonly byId: string };

/**
 * Takes somebody in: a place less, and an invitation to a member's seat for their address, written to them where the node sends mail and
 * shown to whoever approved. Refuses `not-found`, `already-decided`.
 */
export function approveJoining(
  house: MembersHouse,
  key: DecisionKey,
): { url: string; expiresAt: number; request: JoinRequest } | Refusal {
  return transact(house.db, (tx) => {
    const request = decide(tx, key, "approved", house.clock.now());
    if ("refused" in request) return request;
    takePlace(tx, key.actorId);
    const { actorId, byId } = key;
    const letter = { what: "approved", request: request.id } as const;
    return { ...inviteWithin(tx, house, { actorId, byId, role: "member", email: request.email, letter }), request };
  });
}

/** Says no, with a word by mail. Refuses `not-found`, `already-decided`. */
export function refuseJoining(house: MembersHouse, key: DecisionKey): { refusedId: string } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const request = decide(tx, key, "refused", now);
    if ("refused" in request) return request;
    queueLetter(tx, house, { actorId: key.actorId, kind: "join-refused", subjectId: request.id }, now);
    return { refusedId: request.id };
  });
}

function decide(tx: Tx, key: DecisionKey, state: "approved" | "refused", decidedAt: number): JoinRequest | Refusal {
  const request = loadJoinRequest(tx, key.actorId, key.requestId);
  if (!request) return { refused: "not-found" };
  if (request.state !== "waiting") return { refused: "already-decided" };
  decideJoinRequest(tx, request.id, { state, decidedAt, decidedBy: key.byId });
  const { actorId, byId } = key;
  recordAudit(tx, { what: `join-${state}`, actorId, byId, aboutId: null, detail: "", at: decidedAt });
  return request;
}

/** What time forgets: who was taken in or not, and, later, who waited in vain. */
export function forgetJoinRequests(house: MembersHouse): ClockTask {
  return {
    name: "forget old join requests",
    everyMs: DAY,
    run: (now) =>
      void transact(house.db, (tx) =>
        deleteOldJoinRequests(tx, now - keptMs(tx, "requests"), now - keptMs(tx, "waiting")),
      ),
  };
}
