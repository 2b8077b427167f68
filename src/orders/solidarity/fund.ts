// How a fund is shared out without looking at who asks: by points under each family's cap, to the cent. And gifts, and whose turn it is. Pure.
import assert from "node:assert/strict";

/** What a family weighs: `points` 1 to 9, `capCents` the most of a month, `usedCents` what it was granted in that month already. */
export type Need = {
  readonly id: string;
  readonly points: number;
  readonly capCents: number;
  readonly usedCents: number;
};

/**
 * What each family gets of a fund, in cents: in proportion to its points, never beyond what its cap leaves, what that leaves over to the
 * others; single cents to the largest remainders, then by id. The order in which families stand changes nothing, nor does anything else
 * about them.
 */
export function allocateFund(fundCents: number, families: readonly Need[]): Map<string, number> {
  assert(Number.isSafeInteger(fundCents) && fundCents >= 0, "a fund is a sum of money");
  const granted = new Map<string, number>();
  let left = fundCents;
  let open = families
    .map(({ id, points, capCents, usedCents }) => ({ id, points, room: Math.max(0, capCents - usedCents) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  for (;;) {
    const sum = open.reduce((all, { points }) => all + points, 0);
    // Whoever's share is all it may get has it, and the rest is shared among the others.
    const full = open.filter(({ points, room }) => left * points >= room * sum);
    if (full.length === 0) break;
    for (const { id, room } of full) granted.set(id, room);
    left -= full.reduce((all, { room }) => all + room, 0);
    open = open.filter((one) => !full.includes(one));
  }
  const sum = open.reduce((all, { points }) => all + points, 0);
  const shares = open.map(({ id, points }) => ({
    id,
    whole: Math.floor((left * points) / sum),
    rest: (left * points) % sum,
  }));
  const cents = left - shares.reduce((all, { whole }) => all + whole, 0);
  const luckyFirst = shares.toSorted((a, b) => b.rest - a.rest || (a.id < b.id ? -1 : 1));
  for (const [i, { id, whole }] of luckyFirst.entries())
    granted.set(id, whole + (open.length > 0 && i < cents ? 1 : 0));
  return granted;
}

/** What a household gives with an order it was charged for, in cents: so much, and what lacks to a whole euro. */
export function giftOf(
  { centsPerOrder, roundsUp }: { readonly centsPerOrder: number; readonly roundsUp: boolean },
  chargedCents: number,
): number {
  return centsPerOrder + (roundsUp ? (100 - (chargedCents % 100)) % 100 : 0);
}

/** A family whose turn may come; `got`: how many goods left by others it had this month. */
export type Turn = { readonly id: string; readonly points: number; readonly got: number };

/** Whose turn it is: most points over what it had, then who had least, then by id. Null where there is nobody. */
export function nextFamily(families: readonly Turn[]): string | null {
  const [first] = families.toSorted(
    (a, b) => b.points - b.got - (a.points - a.got) || a.got - b.got || (a.id < b.id ? -1 : 1),
  );
  return first?.id ?? null;
}

/** Below so many families nobody outside is told how many there are. */
const FEW_FAMILIES = 5;
const TEN_EUROS = 1000;

/** What everybody may know of a fund: about how much it holds, and whether it helps families, in number only where they are many. */
export function publicFund(balanceCents: number, helped: number): { cents: number; families: number | "some" | null } {
  const cents = Math.max(0, Math.round(balanceCents / TEN_EUROS) * TEN_EUROS);
  return { cents, families: helped === 0 ? null : helped < FEW_FAMILIES ? "some" : helped };
}

/** Names that families go by. */
export const TREES: readonly string[] = [
  ...["Olmo", "Tiglio", "Quercia", "Acero", "Betulla", "Castagno", "Ciliegio", "Cipresso", "Faggio", "Fico"],
  ...["Frassino", "Gelso", "Ginepro", "Larice", "Leccio", "Mandorlo", "Melo", "Melograno", "Nespolo", "Nocciolo"],
  ...["Noce", "Olivo", "Ontano", "Pero", "Pesco", "Pino", "Pioppo", "Platano", "Prugno", "Rovere"],
  ...["Salice", "Sambuco", "Sorbo", "Sughera", "Susino", "Tasso", "Abete", "Agrifoglio", "Albicocco", "Alloro"],
  ...["Arancio", "Bagolaro", "Bosso", "Carpino", "Carrubo", "Cedro", "Corbezzolo", "Corniolo", "Giuggiolo", "Lentisco"],
];

/** "novembre 2026", of "2026-11". */
export function nameMonth(month: string, language: "it" | "en"): string {
  const shown = { month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language, shown).format(Date.parse(`${month}-15T12:00:00Z`));
}

/** A proposal is news in the first days of its month alone, from eight in the morning: what comes into a fund later waits for the next. */
export function isProposalTime({ date, time }: { readonly date: string; readonly time: string }): boolean {
  return Number(date.slice(8)) <= 3 && time >= "08:00";
}
