// A full group becomes two: proposed by who administers it, answered by its households, made by whoever looks after the node. DOMAIN.md 2.7.
import { randomBytes } from "node:crypto";
import { loadActor, loadActorByHandle, refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId, isHandle } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { makeActorWithin } from "../../members/actorActions.ts";
import { listGroupHouseholds } from "../../members/households/groupStore.ts";
import {
  ensureHousehold,
  householdOf,
  listHouseholdPeople,
  listHouseholds,
  loadHousehold,
  placeInHousehold,
  saveHouseholdName,
} from "../../members/households/householdStore.ts";
import { countWaiting } from "../../members/joining/joinStore.ts";
import { queueNotice } from "../../members/notices/noticeActions.ts";
import { tellCarers } from "../../members/notices/tellActions.ts";
import { listSeated } from "../../members/seatStore.ts";
import { insertSeat } from "../../members/store.ts";
import { followActor } from "../../partners/follows/followActions.ts";
import { listStandingOf } from "../../partners/store.ts";
import type { AuditWhat } from "../../web/audit.ts";
import { recordAudit } from "../../web/auditStore.ts";
import type { Say } from "../../web/words.ts";
import type { Comune } from "../places/places.ts";
import { mayBud, refuseFew } from "./budding.ts";
import {
  type BudAnswer,
  type Budding,
  findOpenBudding,
  insertBudding,
  listAnswers,
  loadBudding,
  saveAnswer,
  saveNewHousehold,
  updateBudding,
} from "./budStore.ts";
import type { HostParts } from "./hostActions.ts";

/** Who of which group acts. */
export type BudKey = { readonly actorId: string; readonly byId: string };

/** What is proposed: how the new group is called, and where it meets. */
export type BudWish = { readonly name: string; readonly handle: string; readonly place: Comune };

/** How full a group is. */
export function weighGroup(tx: Tx, actorId: string): { households: number; waiting: number } {
  const families = listHouseholds(tx, actorId).length - listGroupHouseholds(tx, actorId).length;
  return { households: families, waiting: countWaiting(tx, actorId) };
}

/**
 * Asks every household whether it would go with a new group, and writes to everybody. Refuses `not-found`, `actor-retired`, `not-full`,
 * `bud-open` where one is asked about already, `bad-handle`, `handle-taken`.
 */
export function proposeBud(house: HostParts["house"], key: BudKey, wish: BudWish): Budding | Refusal {
  const now = house.clock.now();
  const { actorId, byId } = key;
  return transact(house.db, (tx) => {
    const group = loadActor(tx, actorId);
    if (group?.kind !== "gas") return { refused: "not-found" };
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    const full = weighGroup(tx, actorId);
    if (!mayBud(full)) return { refused: "not-full", ...full };
    if (findOpenBudding(tx, actorId)) return { refused: "bud-open" };
    if (!isHandle(wish.handle)) return { refused: "bad-handle", handle: wish.handle };
    if (loadActorByHandle(tx, wish.handle)) return { refused: "handle-taken", handle: wish.handle };
    const { name, handle, place } = wish;
    const budding: Budding = {
      ...{
        id: encodeId(randomBytes(16)),
        actorId,
        name,
        istat: place.istat,
        comune: place.name,
        handle,
        state: "open",
      },
      ...{ madeId: null, createdAt: now, createdBy: byId, endedAt: null, toldAt: null },
    };
    insertBudding(tx, budding);
    note(tx, "bud-proposed", budding, byId, now);
    const facts = { name, comune: place.name, group: group.name, url: `${house.origin}/desk/${group.handle}/budding` };
    tellMembers(house, tx, actorId, `bud:${budding.id}`, "budAsked", facts);
    return budding;
  });
}

/**
 * What a person says for their household; the last word counts, but an offer to run the group is withdrawn by who made it or by a no alone.
 * Refuses `not-found`, `bud-over`.
 */
export function answerBud(
  house: Pick<HostParts["house"], "db" | "clock">,
  key: BudKey,
  answer: { readonly says: "yes" | "no"; readonly offersToRun: boolean },
): { says: "yes" | "no" } | Refusal {
  const at = house.clock.now();
  return transact(house.db, (tx) => {
    const { actorId, byId } = key;
    const household = householdOf(tx, actorId, byId);
    if (!household || household.leftAt !== null) return { refused: "not-found" };
    const budding = findOpenBudding(tx, actorId);
    if (!budding) return { refused: "bud-over" };
    const known = listAnswers(tx, budding.id).find(({ householdId }) => householdId === household.id);
    // Somebody else of the household says yes once more: that is no word about who offered to run it.
    const isOthersOffer =
      known?.offersToRun && known.byId !== byId && householdOf(tx, actorId, known.byId)?.id === household.id;
    const offer =
      answer.says === "yes" && isOthersOffer
        ? { byId: known.byId, offersToRun: true }
        : { byId, offersToRun: answer.says === "yes" && answer.offersToRun };
    saveAnswer(tx, { buddingId: budding.id, actorId, householdId: household.id, says: answer.says, ...offer, at });
    return { says: answer.says };
  });
}

/** Lets the proposal go. Refuses `bud-over`. */
export function dropBud(house: Pick<HostParts["house"], "db" | "clock">, { actorId, byId }: BudKey): Budding | Refusal {
  const endedAt = house.clock.now();
  return transact(house.db, (tx) => {
    const budding = findOpenBudding(tx, actorId);
    if (!budding) return { refused: "bud-over" };
    updateBudding(tx, budding.id, { state: "dropped", endedAt });
    note(tx, "bud-dropped", budding, byId, endedAt);
    return budding;
  });
}

/** The households that would go along, of those that are with the group. */
export function listGoing(tx: Tx, { id, actorId }: Pick<Budding, "id" | "actorId">): BudAnswer[] {
  const here = new Set(listHouseholds(tx, actorId).map((household) => household.id));
  return listAnswers(tx, id).filter(({ says, householdId }) => says === "yes" && here.has(householdId));
}

/** Tells whoever looks after the node that enough households go along. Refuses `bud-over`, `too-few`. */
export function askToMake(house: HostParts["house"], { actorId }: BudKey): { asked: true } | Refusal {
  return transact(house.db, (tx) => {
    const budding = findOpenBudding(tx, actorId);
    if (!budding) return { refused: "bud-over" };
    const few = refuseFew(listGoing(tx, budding).length);
    if (few) return few;
    const facts = {
      name: budding.name,
      group: loadActor(tx, actorId)?.name ?? "",
      url: `${house.origin}/node/hosting`,
    };
    tellCarers(house, tx, {
      ...{ kind: "join-asked", businessKey: `bud-ready:${budding.id}` },
      write: (say) => ({
        subject: say("founding.mail.budToMakeSubject", facts),
        text: say("founding.mail.budToMakeText", facts),
      }),
    });
    return { asked: true };
  });
}

/**
 * Makes the new group, administered by one of those who offered; its producers are followed anew. No money, no order and no pact moves:
 * balances stay in the old books until people settle them, keys are compared by people. Refuses `not-found`, `bud-over`, `too-few`,
 * `no-runner` where that person did not offer, and what `createActor` refuses.
 */
export async function makeBud(
  parts: HostParts & { readonly wire: Wire },
  buddingId: string,
  runnerId: string,
  byId: string,
): Promise<{ handle: string; followed: number; notFollowed: readonly string[] } | Refusal> {
  const { house } = parts;
  const made = transact(house.db, (tx) => makeGroup(tx, parts, buddingId, runnerId, byId));
  if (isRefusal(made)) return made;
  const { from, to, handle } = made;
  const peers = listStandingOf(house.db.orm, from, "out").map(({ peer }) => peer);
  const notFollowed: string[] = [];
  for (const peer of peers) if (!(await followAnew(parts.wire, to, peer))) notFollowed.push(peer);
  return { handle, followed: peers.length - notFollowed.length, notFollowed };
}

function makeGroup(
  tx: Tx,
  { house, makeActor }: HostParts,
  buddingId: string,
  runnerId: string,
  byId: string,
): { from: string; to: string; handle: string } | Refusal {
  const now = house.clock.now();
  const budding = loadBudding(tx, buddingId);
  if (!budding) return { refused: "not-found" };
  if (budding.state !== "open") return { refused: "bud-over" };
  const going = listGoing(tx, budding);
  const few = refuseFew(going.length);
  if (few) return few;
  if (!going.some((answer) => answer.offersToRun && answer.byId === runnerId)) return { refused: "no-runner" };
  const { actorId, name, handle, comune } = budding;
  const wish = { kind: "gas" as const, handle, name, place: comune };
  const made = makeActorWithin(tx, house, wish, { administrator: { personId: runnerId }, byId }, makeActor);
  if (isRefusal(made)) return made;
  updateBudding(tx, buddingId, { state: "made", madeId: made.id, endedAt: now });
  note(tx, "bud-made", budding, byId, now);
  const group = loadActor(tx, actorId);
  const facts = { name, group: group?.name ?? "", url: `${house.origin}/desk/${group?.handle ?? ""}/budding` };
  const homes = new Set(going.map(({ householdId }) => householdId));
  const isGoing = (personId: string) => homes.has(householdOf(tx, actorId, personId)?.id ?? "");
  tellMembers(house, tx, actorId, `bud-made:${buddingId}`, "budMade", facts, isGoing);
  return { from: actorId, to: made.id, handle: made.handle };
}

async function followAnew(wire: Wire, actorId: string, peer: string): Promise<boolean> {
  const found = await wire.senders.findActor(peer);
  return !("failed" in found) && !isRefusal(followActor(wire, actorId, found));
}

/**
 * A person whose household said yes takes their seat in the new group, in the household of the same name there; in the old group nothing
 * changes. As often as one likes. Refuses `not-found`.
 */
export function enterBud(
  house: Pick<HostParts["house"], "db" | "clock">,
  { buddingId, personId }: { readonly buddingId: string; readonly personId: string },
): { handle: string } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const budding = loadBudding(tx, buddingId);
    const made = budding?.madeId ? loadActor(tx, budding.madeId) : undefined;
    if (!budding || !made) return { refused: "not-found" };
    const home = householdOf(tx, budding.actorId, personId);
    const answer = listGoing(tx, budding).find(({ householdId }) => householdId === home?.id);
    if (!home || !answer) return { refused: "not-found" };
    if (householdOf(tx, made.id, personId)) return { handle: made.handle };
    if (answer.newHouseholdId !== null) placeInHousehold(tx, made.id, personId, answer.newHouseholdId);
    const newHouseholdId = answer.newHouseholdId ?? ensureHousehold(tx, made.id, personId, now);
    if (answer.newHouseholdId === null) {
      saveHouseholdName(tx, newHouseholdId, home.name);
      saveNewHousehold(tx, buddingId, home.id, newHouseholdId);
    }
    insertSeat(tx, { personId, actorId: made.id, role: "member", createdAt: now });
    const entry = { actorId: made.id, byId: personId, aboutId: personId, detail: "", at: now };
    recordAudit(tx, { what: "bud-entered", ...entry });
    return { handle: made.handle };
  });
}

/** A household that went along: what stands in the books of both groups. */
export type BudBalance = {
  readonly name: string;
  readonly old: { readonly balanceCents: number; readonly reservedCents: number; readonly depositCents: number };
  /** Null where nobody of it has come yet. */
  readonly newCents: number | null;
};

/** What both treasurers settle by hand: refunds in the old books, top-ups in the new. `standingOf`: from the ledger. */
export function listBalances(
  tx: Tx,
  budding: Budding,
  standingOf: (tx: Tx, actorId: string, householdId: string) => BudBalance["old"],
): BudBalance[] {
  return listAnswers(tx, budding.id)
    .filter(({ says }) => says === "yes")
    .map(({ householdId, newHouseholdId }) => ({
      name: loadHousehold(tx, budding.actorId, householdId)?.name ?? "",
      old: standingOf(tx, budding.actorId, householdId),
      newCents:
        newHouseholdId === null || budding.madeId === null
          ? null
          : standingOf(tx, budding.madeId, newHouseholdId).balanceCents,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, "it"));
}

function tellMembers(
  house: HostParts["house"],
  tx: Tx,
  actorId: string,
  businessKey: string,
  what: "budAsked" | "budMade",
  facts: Record<string, string>,
  isMeant: (personId: string) => boolean = () => true,
): void {
  const homes = new Set(listHouseholdPeople(tx, actorId).map(({ personId }) => personId));
  const members = listSeated(tx, actorId).filter(({ personId }) => homes.has(personId) && isMeant(personId));
  const write = (say: Say) => ({
    subject: say(`founding.mail.${what}Subject`, facts),
    text: say(`founding.mail.${what}Text`, facts),
  });
  for (const { personId } of members)
    queueNotice(tx, house, { personId, kind: "join-asked", businessKey, write }, house.clock.now());
}

function note(tx: Tx, what: AuditWhat, { actorId, handle }: Budding, byId: string, at: number): void {
  recordAudit(tx, { what, actorId, byId, aboutId: null, detail: handle, at });
}
