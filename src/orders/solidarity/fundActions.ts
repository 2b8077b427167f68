// The fund of a group: gifts that go with orders by their household's own choice, and what is shared out by points alone.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { listActors, loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { onceOnly } from "../../db/onceOnly.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { addDays, addMonths, romeTime } from "../../kernel/time.ts";
import { moveMoney } from "../../ledger/moneyActions.ts";
import { findByKey, findReversal, loadBalance } from "../../ledger/store.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { householdOf } from "../../members/households/householdStore.ts";
import { queueNotice } from "../../members/notices/noticeActions.ts";
import { listSeated } from "../../members/seatStore.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { formats } from "../../web/format.ts";
import { type Language, type Say, words } from "../../web/words.ts";
import { allocateFund, giftOf, isProposalTime, nameMonth } from "./fund.ts";
import {
  type DueGift,
  dropGift,
  type Family,
  type FundRules,
  grantedTo,
  insertGiftRun,
  listDueGifts,
  listFamilies,
  loadRules,
  START_RULES,
  saveGift,
  saveRules,
} from "./store.ts";

type Node = Pick<Wire, "db" | "clock">;

/** Orders charged longer ago bring no gift any more. */
const GIFTS_BACK_MS = 60 * 86_400_000;
const GIFTS_AT_ONCE = 200;

/** How the fund works from now on. */
export function chooseRules({ db, clock }: Node, actorId: string, rules: FundRules, byId: string): void {
  const at = clock.now();
  transact(db, (tx) => {
    saveRules(tx, actorId, rules, at);
    recordAudit(tx, { what: "fund-rules", actorId, byId, aboutId: null, detail: "", at });
  });
}

/** What a household gives with its next orders; nothing at all ends it. What was charged before the change brings nothing by it. */
export function chooseGift(
  { db, clock }: Node,
  place: { readonly actorId: string; readonly householdId: string },
  wish: { readonly centsPerOrder: number; readonly roundsUp: boolean },
): void {
  transact(db, (tx) => {
    const { actorId, householdId } = place;
    if (wish.centsPerOrder === 0 && !wish.roundsUp) return dropGift(tx, actorId, householdId);
    saveGift(tx, { ...place, ...wish, since: clock.now() });
  });
}

/**
 * Brings the gifts that go with charged orders: one for a household and an order, whatever is corrected of the charge later. Only what is
 * free of its credit is given: where that is too little the gift is skipped, and the household reads so.
 */
export function giftClockTasks(node: Pick<MembersHouse, "db" | "language">): ClockTask[] {
  const run = (now: number): void => {
    for (const due of listDueGifts(node.db.orm, now - GIFTS_BACK_MS, GIFTS_AT_ONCE)) giveDue(node, due, now);
  };
  return [{ name: "bring the gifts that go with orders", everyMs: 10 * 60_000, run }];
}

function giveDue({ db, language }: Pick<MembersHouse, "db" | "language">, due: DueGift, at: number): void {
  const { actorId, orderId, householdId } = due;
  const cents = giftOf(due, due.chargedCents);
  const wish = { kind: "donation", householdId, till: "bank", cents } as const;
  const memo = words(language)("solidarity.gift.memo", { order: due.orderName }).slice(0, 200);
  const businessKey = `gift:${orderId}:${householdId}`;
  transact(db, (tx) => {
    const given = moveMoney(tx, wish, { actorId, businessKey, memo, at, personId: null, ownHouseholdId: null });
    assert(!isRefusal(given) || given.refused === "credit-too-low", "a gift moves or the credit is too low");
    insertGiftRun(tx, { actorId, orderId, householdId, state: isRefusal(given) ? "skipped" : "given", cents, at });
  });
}

/**
 * On the first of the month whoever keeps the books of a group reads what its fund would share out: once, and only where there is something.
 * Each hour of the first days, so that a node that was away then tells it too.
 */
export function fundClockTasks(house: MembersHouse): ClockTask[] {
  const run = (now: number): void => {
    if (!house.mailer || !isProposalTime(romeTime(now))) return;
    for (const { id, kind, goneAt } of listActors(house.db.orm))
      if (kind === "gas" && goneAt === null) tellTreasurers(house, id, now);
  };
  return [{ name: "tell treasurers of the fund", everyMs: 3_600_000, run }];
}

function tellTreasurers(house: MembersHouse, actorId: string, now: number): void {
  transact(house.db, (tx) => {
    if (!listFamilies(tx, actorId).some(({ state, leftAt }) => state === "active" && leftAt === null)) return;
    const { month, fundCents, shares } = proposeShares(tx, actorId, now);
    const cents = shares.reduce((sum, share) => sum + share.cents, 0);
    const group = loadActor(tx, actorId);
    if (cents === 0 || !group) return;
    const write = (say: Say, language: Language) => {
      const { money } = formats(language);
      const facts = {
        group: group.name,
        month: nameMonth(month, language),
        fund: money(fundCents),
        total: money(cents),
      };
      const url = `${house.origin}/desk/${group.handle}/solidarity`;
      return { subject: say("solidarity.mail.subject", facts), text: say("solidarity.mail.text", { ...facts, url }) };
    };
    const treasurers = listSeated(tx, actorId).filter(({ seats }) => seats.some(({ role }) => role === "treasurer"));
    const notice = { kind: "fund", businessKey: `fund:${actorId}:${month}`, write } as const;
    for (const { personId } of treasurers) queueNotice(tx, house, { ...notice, personId }, now);
  });
}

/** A family with what the fund would grant it now. */
type Share = { readonly family: Family; readonly cents: number; readonly usedCents: number };

/**
 * What would be shared out in the month of `now`: the group's part of the fund, among the families that had nothing by it this month.
 * `stamp` names exactly this: whoever confirms, confirms what they saw.
 */
export type Proposal = {
  readonly month: string;
  readonly fundCents: number;
  readonly shares: readonly Share[];
  readonly stamp: string;
};

/** The proposal of this month. */
export function proposeShares(tx: Tx, actorId: string, now: number): Proposal {
  const month = romeTime(now).date.slice(0, 7);
  const first = `${month}-01`;
  const last = addDays(addMonths(first, 1), -1);
  const fundCents = loadBalance(tx, actorId, { kind: "solidarity" });
  const { monthlyPercent } = loadRules(tx, actorId) ?? START_RULES;
  const families = listFamilies(tx, actorId).filter(({ state, leftAt }) => state === "active" && leftAt === null);
  const open = families.filter(({ id }) => !nextKey(tx, actorId, month, id).isGranted);
  const used = new Map(open.map(({ id, householdId }) => [id, grantedTo(tx, actorId, householdId, first, last)]));
  const needs = open.map(({ id, points, capCents }) => ({ id, points, capCents, usedCents: used.get(id) ?? 0 }));
  const granted = allocateFund(Math.floor((Math.max(0, fundCents) * monthlyPercent) / 100), needs);
  const shares = open.map((family) => ({
    family,
    cents: granted.get(family.id) ?? 0,
    usedCents: used.get(family.id) ?? 0,
  }));
  const said = shares.map(({ family, cents }) => [family.id, cents]);
  const stamp = createHash("sha256")
    .update(JSON.stringify([month, fundCents, said]))
    .digest("hex")
    .slice(0, 32);
  return { month, fundCents, shares, stamp };
}

/** The first key under which a family has no grant of that month, or one that was reversed; `isGranted`: one stands. */
function nextKey(tx: Tx, actorId: string, month: string, familyId: string): { key: string; isGranted: boolean } {
  const first = `fund:${month}:${familyId}`;
  for (let time = 1; ; time++) {
    const key = time === 1 ? first : `${first}:${time}`;
    const known = findByKey(tx, actorId, key);
    if (!known) return { key, isGranted: false };
    if (findReversal(tx, known.id) === undefined) return { key, isGranted: true };
  }
}

/**
 * Grants what was proposed, family by family, all or nothing; `stamp` is of the proposal that was seen, `onceKey` of the form. Refuses
 * `stale-version` where it is another by now, `nobody-next` where nobody gets anything, `own-balance` where a family is the household of
 * who shares out.
 */
export function allocate(
  { db, clock }: Node,
  actorId: string,
  byId: string,
  form: { readonly stamp: string; readonly onceKey: string; readonly memo: string },
): { granted: number; cents: number } | Refusal {
  const at = clock.now();
  const once = { scope: byId, key: form.onceKey, request: [actorId, form.stamp], now: at };
  return transact(db, (tx) => onceOnly(tx, once, () => grantAll(tx, { actorId, byId, at }, form)));
}

function grantAll(
  tx: Tx,
  { actorId, byId, at }: { actorId: string; byId: string; at: number },
  { stamp, memo }: { stamp: string; memo: string },
): { granted: number; cents: number } | Refusal {
  const proposal = proposeShares(tx, actorId, at);
  if (proposal.stamp !== stamp) return { refused: "stale-version" };
  const shares = proposal.shares.filter(({ cents }) => cents > 0);
  if (shares.length === 0) return { refused: "nobody-next" };
  const ownHouseholdId = householdOf(tx, actorId, byId)?.id ?? null;
  // Asked before anything is written: all or nothing.
  if (proposal.shares.some(({ family }) => family.householdId === ownHouseholdId)) return { refused: "own-balance" };
  for (const { family, cents } of shares) {
    const { key: businessKey } = nextKey(tx, actorId, proposal.month, family.id);
    const wish = { kind: "grant", householdId: family.householdId, cents } as const;
    const done = moveMoney(tx, wish, { actorId, businessKey, memo, at, personId: byId, ownHouseholdId });
    assert(!isRefusal(done), "what was proposed is in the fund");
  }
  const cents = shares.reduce((sum, share) => sum + share.cents, 0);
  recordAudit(tx, { what: "fund-shared", actorId, byId, aboutId: null, detail: proposal.month, at });
  return { granted: shares.length, cents };
}
