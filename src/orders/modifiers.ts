// Costs and discounts on top of the goods: how much each comes to, and what of it every household bears.
// DOMAIN.md section 5 (Modifier). Pure.

/** A sum of money, a share of the goods' value (250 = 2.5 %), or so much for every kilogram. Never negative: `kind` has the sign. */
export type ModifierValue =
  | { readonly cents: number }
  | { readonly hundredthsPercent: number }
  | { readonly centsPerKg: number };

/** What a threshold looks at, and what a split goes by: thousandths of units, cents, grams, households that take something. */
export type Measure = "quantity" | "value" | "weight" | "head";

/**
 * A cost (`transport` goes to whoever carries, `surcharge` to the producer) or a `discount` of the producer. `value` holds
 * below the lowest threshold; from a threshold on, its own. `from` is in the measure's unit: thousandths, cents, grams, heads.
 */
export type Modifier = {
  readonly id: string;
  readonly name: string;
  readonly kind: "transport" | "discount" | "surcharge";
  readonly value: ModifierValue;
  readonly thresholdOn: Measure | null;
  readonly thresholds: readonly { readonly from: number; readonly value: ModifierValue }[];
  readonly splitBy: Measure;
  /** When other goods come than were booked: counted again on what came, or kept as it was at closing. */
  readonly isRecomputedOnDelivery: boolean;
};
