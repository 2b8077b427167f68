// Who looks for a group, counted by where: never fewer than five together, and nobody in two figures; and when a list is a flood. Pure. SAFETY B38.
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

/** So many proven seekers are kept for one network. */
export const MOST_SEEKERS = 3000;
/** So many requests that nobody has proven: what comes after is a flood. */
const MOST_UNPROVEN = 1000;
/** So many unproven ones may come from one network address (a library, a mobile operator) and be of one mailbox. */
const MOST_FROM_THERE = 20;
const MOST_OF_MAILBOX = 3;

/** How many requests a network has: proven ones, others, and of these those from one network address and for one mailbox. */
export type Crowd = {
  readonly proven: number;
  readonly unproven: number;
  readonly fromThere: number;
  readonly ofMailbox: number;
};

/** Whether one more that nobody has proven yet is one too many, where so many proven ones are kept. */
export function isFlood({ proven, unproven, fromThere, ofMailbox }: Crowd, mostProven: number): boolean {
  const isFull = proven >= mostProven || unproven >= MOST_UNPROVEN;
  return isFull || fromThere >= MOST_FROM_THERE || ofMailbox >= MOST_OF_MAILBOX;
}

/** What of an asker a flood is told by: the network as a keyed hash, and the mailbox. */
export type Origin = { readonly fromHash: string; readonly local: string; readonly domain: string };

/** The mailbox behind a plain address: "anna+gas@posta.example" is anna's too. */
export function mailboxOf(email: string): { local: string; domain: string } {
  const at = email.lastIndexOf("@");
  return { local: email.slice(0, at).replace(/\+.*$/, ""), domain: email.slice(at + 1) };
}

/** The network that one household has of its operator: a whole IPv4 address, the first 64 bits of IPv6. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(":")) return mapped ?? address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const parts = (text: string) => (text === "" ? [] : text.split(":"));
  const ends = tail === undefined ? [] : parts(tail);
  const zeros = Math.max(0, 8 - parts(head).length - ends.length);
  const all = tail === undefined ? parts(head) : [...parts(head), ...Array<string>(zeros).fill("0"), ...ends];
  return `${all
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(":")}::/64`;
}
