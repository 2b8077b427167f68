// What a treasurer or a member wants done with money, and the postings it comes to. Pure.
import type { AccountKey, AccountKind, Posting, Till } from "./movement.ts";

/** Accounts of the GAS itself between which a treasurer moves money: a fee of the bank, the carrier's bill, cash to the bank. */
export const OWN_KINDS = ["cash", "bank", "fees", "solidarity", "transport", "stock", "rounding"] as const;
type OwnKind = (typeof OWN_KINDS)[number];

/**
 * Amounts in cents, positive but for `opening`, which is as people say it (what lies in the bank is positive, so is what a
 * household has to its credit).
 */
export type MoneyWish =
  | { readonly kind: "top-up"; readonly householdId: string; readonly till: Till; readonly cents: number }
  /** From a household's credit, or (null) from somebody outside. */
  | { readonly kind: "donation"; readonly householdId: string | null; readonly till: Till; readonly cents: number }
  | { readonly kind: "grant"; readonly householdId: string; readonly cents: number }
  | { readonly kind: "deposit"; readonly householdId: string; readonly till: Till; readonly cents: number }
  | {
      readonly kind: "refund";
      readonly householdId: string;
      readonly from: "household" | "deposit";
      readonly till: Till;
      readonly cents: number;
    }
  | { readonly kind: "transfer"; readonly from: OwnKind; readonly to: OwnKind; readonly cents: number }
  | { readonly kind: "opening"; readonly account: AccountKey; readonly cents: number };

/** The household whose balance a wish touches, if any. */
export function householdOfWish(wish: MoneyWish): string | null {
  if (wish.kind === "transfer") return null;
  if (wish.kind !== "opening") return wish.householdId;
  const { kind, ref = "" } = wish.account;
  return kind === "household" || kind === "deposit" ? ref : null;
}

/** The two postings of a wish. */
export function postingsOf(wish: MoneyWish): Posting[] {
  switch (wish.kind) {
    case "top-up":
      return between({ kind: wish.till }, household(wish.householdId), wish.cents);
    case "donation": {
      const from = wish.householdId === null ? { kind: wish.till } : household(wish.householdId);
      return between(from, { kind: "solidarity" }, wish.cents);
    }
    case "grant":
      return between({ kind: "solidarity" }, household(wish.householdId), wish.cents);
    case "deposit":
      return between({ kind: wish.till }, { kind: "deposit", ref: wish.householdId }, wish.cents);
    case "refund":
      return between({ kind: wish.from, ref: wish.householdId }, { kind: wish.till }, wish.cents);
    case "transfer":
      return between({ kind: wish.from }, { kind: wish.to }, wish.cents);
    case "opening": {
      const raw = IN_HAND.includes(wish.account.kind) ? -wish.cents : wish.cents;
      return between({ kind: "opening" }, wish.account, raw);
    }
  }
}

const IN_HAND: readonly AccountKind[] = ["cash", "bank", "stock"];

function household(ref: string): AccountKey {
  return { kind: "household", ref };
}

// Money leaves `from`, so it is owed less there (or, for a till, there is more of it to account for).
function between(from: AccountKey, to: AccountKey, cents: number): Posting[] {
  return [
    { account: from, cents: -cents },
    { account: to, cents },
  ];
}
