// What a group decides about an order and may change later, and why a plan cannot stand. Pure.
import type { Refusal } from "../../kernel/refusal.ts";
import type { LineRules, Order, Policies } from "../order.ts";

/** What the referente decides. */
export type Plan = Pick<
  Order,
  "name" | "note" | "opensAt" | "closesAt" | "completesUntil" | "pickups" | "policies" | "modifiers"
>;

const MINUTE = 60_000;
const YEAR = 366 * 1440 * MINUTE;
const PICKUPS_MAX = 20;
const MODIFIERS_MAX = 20;
/** No order of ours has more lines than a message carries (PROTOCOL.md section 13). */
export const LINES_MAX = 300;

/** How an order is dealt with unless the GAS says otherwise. */
export const START_POLICIES: Policies = {
  minimumCents: null,
  whenMinimumMissed: "ask",
  whenCaseOpen: "down",
  allocation: "proportional",
  acceptShortPercent: 100,
  sendBy: "hand",
  usesCompletion: false,
  usesConfirmation: true,
  usesArrival: false,
  asksToConfirm: false,
  autoCloseCents: null,
  autoCloseGrams: null,
};

/**
 * Why a plan cannot stand, or null: `bad-name`, `bad-note`, `no-moment` (a time finer than the minute), `closing-not-ahead`,
 * `closing-too-far`, `opening-after-closing`, `completion-before-closing`, `closing-after-producers` {endsAt}, `too-many-pickups`,
 * `no-place`, `delivery-backwards`, `delivery-before-closing`, `bad-policy` {policy}, `too-many-modifiers`. `endsAt`: when the
 * producer stops taking orders, null when it does not.
 */
export function checkPlan(plan: Plan, endsAt: number | null, now: number): Refusal | null {
  const { name, note, opensAt, closesAt, completesUntil } = plan;
  if (name.trim() === "" || name.length > 200) return { refused: "bad-name" };
  if (note.length > 2000) return { refused: "bad-note", limit: 2000 };
  const times = [closesAt, opensAt ?? 0, completesUntil ?? 0, ...plan.pickups.map(({ startAt }) => startAt)];
  if (times.some((at) => !Number.isSafeInteger(at) || at % MINUTE !== 0)) return { refused: "no-moment" };
  if (closesAt <= now) return { refused: "closing-not-ahead" };
  if (closesAt > now + YEAR) return { refused: "closing-too-far" };
  if (opensAt !== null && opensAt >= closesAt) return { refused: "opening-after-closing" };
  if (completesUntil !== null && completesUntil <= closesAt) return { refused: "completion-before-closing" };
  const lastMoment = plan.policies.usesCompletion ? (completesUntil ?? closesAt) : closesAt;
  if (endsAt !== null && lastMoment > endsAt) return { refused: "closing-after-producers", endsAt };
  if (plan.modifiers.length > MODIFIERS_MAX) return { refused: "too-many-modifiers", limit: MODIFIERS_MAX };
  return checkPickups(plan) ?? checkPolicies(plan.policies);
}

/** The plan alone. */
export function planOf(order: Order): Plan {
  const { name, note, opensAt, closesAt, completesUntil, pickups, policies, modifiers } = order;
  return { name, note, opensAt, closesAt, completesUntil, pickups, policies, modifiers };
}

/** Why rules cannot stand: `bad-rules` {rule}; null when they can. */
export function checkRules(rules: LineRules): Refusal | null {
  const bad = (rule: string): Refusal => ({ refused: "bad-rules", rule });
  const { stepThousandths, minThousandths, ...rest } = rules;
  if (!isAmount(stepThousandths) || stepThousandths === 0) return bad("stepThousandths");
  if (!isAmount(minThousandths)) return bad("minThousandths");
  const { caseMode: _, isCut: __, ...maxima } = rest;
  for (const [rule, amount] of Object.entries(maxima)) if (amount !== null && !isAmount(amount)) return bad(rule);
  if (rules.maxThousandths !== null && rules.maxThousandths < minThousandths) return bad("maxThousandths");
  return null;
}

function checkPickups({ pickups, closesAt }: Plan): Refusal | null {
  if (pickups.length > PICKUPS_MAX) return { refused: "too-many-pickups", limit: PICKUPS_MAX };
  if (new Set(pickups.map(({ id }) => id)).size !== pickups.length) return { refused: "bad-policy", policy: "pickups" };
  for (const { place, startAt, endAt } of pickups) {
    if (place.trim() === "" || place.length > 200) return { refused: "no-place" };
    if (endAt !== null && endAt <= startAt) return { refused: "delivery-backwards" };
    if (startAt < closesAt) return { refused: "delivery-before-closing" };
  }
  return null;
}

function checkPolicies(policies: Policies): Refusal | null {
  const { minimumCents, acceptShortPercent, autoCloseCents, autoCloseGrams } = policies;
  for (const [policy, amount] of Object.entries({ minimumCents, autoCloseCents, autoCloseGrams }))
    if (amount !== null && !isAmount(amount)) return { refused: "bad-policy", policy };
  const isShare = isAmount(acceptShortPercent) && acceptShortPercent <= 100;
  return isShare ? null : { refused: "bad-policy", policy: "acceptShortPercent" };
}

function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
