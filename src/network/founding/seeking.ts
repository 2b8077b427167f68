// Who looks for a group, counted by where: never fewer than five together, and nobody in two figures. Pure. SAFETY B38.
import { comuneOf, distanceKm } from "../places/places.ts";

/** "Near" for people who carry their shopping home. */
export const NEAR_KM = 20;
/** From so many on they are counted; fewer could be guessed by name. */
export const FEWEST_COUNTED = 5;

/** How many proven seekers a comune has, by ISTAT code. */
export type SeekerCount = { readonly istat: string; readonly count: number };

/** A comune and what lies around it, with how many seek there; `count` null: fewer than five. */
export type SeekerCircle = { readonly istat: string; readonly comune: string; readonly count: number | null };

/**
 * The seekers as circles that do not overlap, the fullest first: who is counted in one is in no other, so that no difference of two
 * figures tells of a village.
 */
export function drawCircles(counts: readonly SeekerCount[], km: number): SeekerCircle[] {
  const circles: SeekerCircle[] = [];
  let left = counts.filter(({ count }) => count > 0);
  while (left.length > 0) {
    // Of two that reach as many, the one where more live stands in the middle.
    const [fullest] = left
      .map(({ istat, count }) => {
        const inside = around(left, istat, km);
        return { istat, count, inside, sum: inside.reduce((all, one) => all + one.count, 0) };
      })
      .sort((a, b) => b.sum - a.sum || b.count - a.count || (a.istat < b.istat ? -1 : 1));
    if (!fullest) return circles;
    const { istat, inside, sum } = fullest;
    circles.push({ istat, comune: comuneOf(istat)?.name ?? istat, count: sum < FEWEST_COUNTED ? null : sum });
    left = left.filter((one) => !inside.includes(one));
  }
  return circles;
}

// A comune that we know no more is near itself alone.
function around(counts: readonly SeekerCount[], istat: string, km: number): readonly SeekerCount[] {
  const centre = comuneOf(istat);
  return counts.filter((one) => {
    if (one.istat === istat) return true;
    const there = comuneOf(one.istat);
    return centre !== undefined && there !== undefined && distanceKm(centre, there) <= km;
  });
}
