// The part of a plan that is the same from order to order: how a group deals with minimum, cases and answers. What a person typed
// as values, or which field does not hold. Pure.
import Type, { type Static } from "typebox";
import { formatDecimal, parseWrittenDecimal } from "../../kernel/decimal.ts";
import { readAmount, writeAmount } from "../booking/bookForm.ts";
import type { Policies } from "../order.ts";

const Money = Type.String({ maxLength: 20 });

export const POLICY_FIELDS = {
  minimum: Type.Optional(Money),
  whenMinimumMissed: Type.Enum(["send", "ask", "cancel"]),
  whenCaseOpen: Type.Enum(["up", "down"]),
  allocation: Type.Enum(["proportional", "arrival", "equal"]),
  acceptShortPercent: Type.Integer({ minimum: 0, maximum: 100 }),
  sendBy: Type.Enum(["hand", "clock"]),
  usesCompletion: Type.Boolean(),
  skipsConfirmation: Type.Boolean(),
  usesArrival: Type.Boolean(),
  asksToConfirm: Type.Boolean(),
  autoClose: Type.Optional(Money),
  autoCloseKg: Type.Optional(Money),
};
const schema = Type.Object(POLICY_FIELDS);
type PolicyWish = Static<typeof schema>;
export type FormErrors = Record<string, string>;

/** The policies a person typed; what cannot be read is said in `errors`. */
export function readPolicies(wish: PolicyWish, errors: FormErrors): Policies {
  const money = (field: string, text: string | undefined): number | null => {
    if (text === undefined) return null;
    const cents = parseWrittenDecimal(text, 2, ",");
    if (cents === null || cents < 0) errors[field] = "not-money";
    return cents;
  };
  const kilograms = wish.autoCloseKg === undefined ? null : readAmount(wish.autoCloseKg);
  if (wish.autoCloseKg !== undefined && kilograms === null) errors.autoCloseKg = "not-a-number";
  const { whenMinimumMissed, whenCaseOpen, allocation, acceptShortPercent, sendBy, usesCompletion, usesArrival } = wish;
  return {
    ...{ whenMinimumMissed, whenCaseOpen, allocation, acceptShortPercent, sendBy, usesCompletion, usesArrival },
    minimumCents: money("minimum", wish.minimum),
    usesConfirmation: !wish.skipsConfirmation,
    asksToConfirm: wish.asksToConfirm,
    autoCloseCents: money("autoClose", wish.autoClose),
    // Grams are thousandths of a kilogram.
    autoCloseGrams: kilograms,
  };
}

/** Policies as the form shows them. */
export function writePolicies(policies: Policies): Record<string, string> {
  const money = (cents: number | null) => (cents === null ? "" : formatDecimal(cents, 2, 2).replace(".", ","));
  const flag = (is: boolean) => (is ? "on" : "");
  const { whenMinimumMissed, whenCaseOpen, allocation, sendBy } = policies;
  return {
    ...{ whenMinimumMissed, whenCaseOpen, allocation, sendBy },
    minimum: money(policies.minimumCents),
    acceptShortPercent: String(policies.acceptShortPercent),
    usesCompletion: flag(policies.usesCompletion),
    skipsConfirmation: flag(!policies.usesConfirmation),
    usesArrival: flag(policies.usesArrival),
    asksToConfirm: flag(policies.asksToConfirm === true),
    autoClose: money(policies.autoCloseCents),
    autoCloseKg: policies.autoCloseGrams === null ? "" : writeAmount(policies.autoCloseGrams),
  };
}
