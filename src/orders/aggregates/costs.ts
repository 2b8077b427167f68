// What several orders bear together, split once over all their households: one transport, one sum, to the cent. Pure.
import { type Modifier, type ModifierSplit, type Part, splitModifiers } from "../planning/modifiers.ts";

/**
 * What the households take of one order. `booked`: as it was shared out, for costs that are kept; `delivered`: what they got, null
 * before anything came. An order that was called off, or was taken out, is not among them.
 */
export type OrderTaking = { readonly booked: readonly Part[]; readonly delivered: readonly Part[] | null };

/** Costs over all orders. `cents` is their sum and that of `shares`, by household; a discount is below zero. */
export type SharedCosts = {
  readonly cents: number;
  readonly shares: ReadonlyMap<string, number>;
  readonly splits: readonly ModifierSplit[];
};

/**
 * Splits each cost over everybody who takes something of any order: a household counts once, with all that it takes. `apart`: those who
 * take goods and have no part in the trip, such as other groups.
 */
export function shareCosts(
  costs: readonly Modifier[],
  takings: readonly OrderTaking[],
  apart: ReadonlySet<string> = new Set(),
): SharedCosts {
  const here = (parts: readonly Part[]) => parts.filter(({ householdId }) => !apart.has(householdId));
  const booked = joinParts(takings.map((taking) => here(taking.booked)));
  const delivered = joinParts(takings.map((taking) => here(taking.delivered ?? taking.booked)));
  const splits = splitModifiers(costs, booked, delivered);
  const shares = new Map<string, number>();
  for (const split of splits)
    for (const [householdId, cents] of split.shares) shares.set(householdId, (shares.get(householdId) ?? 0) + cents);
  return { cents: splits.reduce((sum, { cents }) => sum + cents, 0), shares, splits };
}

/** What each household takes of all orders, in the order of the households' names: whichever order is named first changes no cent. */
export function joinParts(lists: readonly (readonly Part[])[]): Part[] {
  const byHousehold = new Map<string, Part>();
  for (const { householdId, quantityThousandths, cents, grams } of lists.flat()) {
    const sum = byHousehold.get(householdId) ?? { householdId, quantityThousandths: 0, cents: 0, grams: 0 };
    byHousehold.set(householdId, {
      householdId,
      quantityThousandths: sum.quantityThousandths + quantityThousandths,
      cents: sum.cents + cents,
      grams: sum.grams + grams,
    });
  }
  return [...byHousehold.values()].sort((one, other) => (one.householdId < other.householdId ? -1 : 1));
}

/** By household, what a new split changes of what was charged before: those it does not change are not in it. */
export function differShares(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Map<string, number> {
  const households = [...new Set([...before.keys(), ...after.keys()])].sort();
  const rows = households.map((id) => [id, (after.get(id) ?? 0) - (before.get(id) ?? 0)] as const);
  return new Map(rows.filter(([, cents]) => cents !== 0));
}
