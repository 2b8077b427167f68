// What may be told of many households' purchases without telling anything of a few: which sums of a month leave a group, and which must
// not because another sum, a price or somebody's own part would give them away. Pure. SAFETY.md I20, B39, PROTOCOL.md section 3.

/** A sum is told where at least so many have part in it, or nobody has. */
export const SMALLEST = 5;
/** So many sellers: with two, each would know the other's part by taking off its own. */
const FEWEST_SELLERS = 3;
/** The largest part of a sum is at most so much of what whoever has the second largest knows to be others'. */
const LARGEST_PERCENT = 85;

/**
 * What one member (a household) took of one thing of one seller. `ordered` and `delivered` are thousandths of the cell's unit, whole
 * and not negative; `price` is cents for one thousandth, and `cents` what the delivered quantity cost.
 */
export type Share = {
  readonly member: string;
  readonly seller: string;
  readonly price: number;
  readonly ordered: number;
  readonly delivered: number;
  readonly cents: number;
};

/** Things of one kind and unit. Cells of a month have no share in common. */
export type Cell = { readonly key: string; readonly shares: readonly Share[] };

/** A cell that is told, in exact sums; `ordered` and `cents` are null where they would tell of a few. `lines`: how many shares. */
type ShownCell = {
  readonly key: string;
  readonly members: number;
  readonly lines: number;
  readonly ordered: number | null;
  readonly delivered: number;
  readonly cents: number | null;
};

/** A month as it is told. `isWithheld`: some cells are not in it; which and how many is not said. */
export type Shown = {
  readonly cells: readonly ShownCell[];
  readonly members: number;
  readonly sellers: number;
  readonly cents: number | null;
  readonly isWithheld: boolean;
};

/**
 * The month as it may be told, by key; null: there are too few to tell anything. Against whoever has all that is told, knows
 * every price, or is the household with the second largest part of a sum: what can be worked out is about five households at
 * least, or about nothing. Against whoever is one of the sellers, and takes what it sold itself off every sum: the same of what the
 * others sold, and no other seller's takings.
 *
 * 1. A cell is told where five have part in it and none of them has nearly all; so of what is left to each of its sellers. 2. What
 * was ordered is told where the difference to what came is five households' at least, or nobody's. 3. Where the total is told, what is
 * left of it when the cells are taken off must hold as a cell does: else the cell of the fewest is kept back too. 4. Euros need three
 * sellers, and prices that do not single out who bought the dearer thing.
 */
export function suppress(cells: readonly Cell[]): Shown | null {
  const all = sharesOf(cells);
  if (countOf(all, "member") < SMALLEST) return null;
  const open = cells.filter(isOpen);
  const isTotalOpen = isBlurredToAll(all, "cents");
  const kept = isTotalOpen ? keepNeighboursBack(cells, open) : open;
  const priced = kept.filter(tellsPrices);
  // The total is worth more than the euros of some cells: where both cannot be, those are left out.
  if (isTotalOpen)
    for (const some of [priced, []]) if (isTotalSafe(cells, kept, some)) return shownOf(cells, kept, some, true);
  return shownOf(cells, open, open.filter(tellsPrices), false);
}

function isOpen({ shares }: Cell): boolean {
  // How many have part in a cell is told too, and each seller knows its own.
  const areMany = leftovers(shares).every((left) => isNobodyOrMany(countOf(left, "member")));
  return areMany && isBlurredToAll(shares, "delivered") && isBlurredToAll(shares, "cents");
}

/** What these shares come to for whoever looks on: all of them; and for each seller, who takes its own off, those of the others. */
function leftovers(shares: readonly Share[]): readonly (readonly Share[])[] {
  const sellers = [...new Set(shares.map(({ seller }) => seller))];
  return [shares, ...sellers.map((own) => withoutSeller(shares, own))];
}

function withoutSeller(shares: readonly Share[], own: string): readonly Share[] {
  return shares.filter(({ seller }) => seller !== own);
}

function isBlurredToAll(shares: readonly Share[], amount: Amount): boolean {
  return leftovers(shares).every((left) => isBlurred(left, "member", amount));
}

/** Whether the euros of a cell may stand beside its quantity: they tell neither a seller's price nor who bought the dearer things. */
function tellsPrices({ shares }: Cell): boolean {
  return (
    isBlurred(shares, "seller", "cents") && leftovers(shares).every((left) => apartSizes(left).every(isNobodyOrMany))
  );
}

/** Takes the cell of the fewest away from what is told, until what the total tells of those that are not is told of enough. */
function keepNeighboursBack(cells: readonly Cell[], open: readonly Cell[]): readonly Cell[] {
  const hidden = sharesOf(cells.filter((cell) => !open.includes(cell)));
  if (isBlurredToAll(hidden, "cents")) return open;
  const [fewest] = [...open].sort(
    (a, b) => countOf(a.shares, "member") - countOf(b.shares, "member") || (a.key < b.key ? -1 : 1),
  );
  return keepNeighboursBack(
    cells,
    open.filter((cell) => cell !== fewest),
  );
}

/**
 * Whether the total may stand beside the cells. What has no euros of its own is what the total tells of; of a cell whose quantity is
 * told, somebody who knows its prices takes the quantity at one of them off, and is left with who paid another.
 */
function isTotalSafe(cells: readonly Cell[], kept: readonly Cell[], priced: readonly Cell[]): boolean {
  const rest = cells.filter((cell) => !priced.includes(cell));
  const sold = sharesOf(rest);
  if (!isBlurred(sold, "seller", "cents")) return false;
  if (!isRestSafe(rest, kept)) return false;
  return [...new Set(sold.map(({ seller }) => seller))].every((own) =>
    isRestSafe(
      rest.map(({ key, shares }) => ({ key, shares: withoutSeller(shares, own) })),
      kept,
    ),
  );
}

/** Whether what the total tells of cells without euros of their own, as one looks on them, tells of nobody's dearer things. */
function isRestSafe(rest: readonly Cell[], kept: readonly Cell[]): boolean {
  const isKept = ({ key }: Cell) => kept.some((cell) => cell.key === key);
  // What is withheld is told of enough people already, and nobody can take it off.
  if (sharesOf(rest.filter((cell) => !isKept(cell))).some(({ cents }) => cents > 0)) return true;
  const sizes = rest.filter(isKept).map(({ shares }) => apartSizes(shares));
  return sizes.every((each) => each.every(isNobodyOrMany)) || sizes.some((each) => each.every((n) => n >= SMALLEST));
}

/** For each price of these shares, nothing included: how many members got something at another. */
function apartSizes(shares: readonly Share[]): number[] {
  const got = shares.filter(({ delivered }) => delivered > 0);
  const prices = new Set([0, ...got.map(({ price }) => price)]);
  return [...prices].map((one) =>
    countOf(
      got.filter(({ price }) => price !== one),
      "member",
    ),
  );
}

function isNobodyOrMany(count: number): boolean {
  return count === 0 || count >= SMALLEST;
}

type Amount = "ordered" | "delivered" | "cents" | "difference";

/**
 * Whether a sum tells of enough: nobody has part in it, or enough have and the largest part cannot be guessed by whoever has the
 * second largest (the p % rule).
 */
function isBlurred(shares: readonly Share[], by: "member" | "seller", amount: Amount): boolean {
  const parts = new Map<string, number>();
  for (const share of shares) {
    const part = amount === "difference" ? Math.abs(share.ordered - share.delivered) : share[amount];
    if (part > 0) parts.set(share[by], (parts.get(share[by]) ?? 0) + part);
  }
  if (parts.size === 0) return true;
  if (parts.size < (by === "member" ? SMALLEST : FEWEST_SELLERS)) return false;
  const [largest = 0, ...others] = [...parts.values()].sort((a, b) => b - a);
  const known = largest + others.slice(1).reduce((sum, part) => sum + part, 0);
  return largest * 100 <= known * LARGEST_PERCENT;
}

function shownOf(cells: readonly Cell[], kept: readonly Cell[], priced: readonly Cell[], isTotalTold: boolean): Shown {
  const all = sharesOf(cells);
  const shown = kept.map((cell): ShownCell => {
    const { key, shares } = cell;
    const tellsOrdered = isBlurredToAll(shares, "difference") && isBlurredToAll(shares, "ordered");
    return {
      key,
      members: countOf(shares, "member"),
      lines: shares.length,
      ordered: tellsOrdered ? sumOf(shares, "ordered") : null,
      delivered: sumOf(shares, "delivered"),
      cents: priced.includes(cell) ? sumOf(shares, "cents") : null,
    };
  });
  return {
    cells: shown.sort((a, b) => (a.key < b.key ? -1 : 1)),
    members: countOf(all, "member"),
    sellers: countOf(all, "seller"),
    cents: isTotalTold ? sumOf(all, "cents") : null,
    isWithheld: kept.length < cells.length,
  };
}

function sharesOf(cells: readonly Cell[]): readonly Share[] {
  return cells.flatMap(({ shares }) => shares);
}

function countOf(shares: readonly Share[], by: "member" | "seller"): number {
  return new Set(shares.map((share) => share[by])).size;
}

function sumOf(shares: readonly Share[], amount: "ordered" | "delivered" | "cents"): number {
  return shares.reduce((sum, share) => sum + share[amount], 0);
}
