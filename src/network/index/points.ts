// The points of the earth at which entries are. There are few (a comune has one), so "nearest first" is one question a point. Pure.

/** Where somebody asks, and how far they would go. */
export type Circle = { readonly latitude: number; readonly longitude: number; readonly km: number };

/** Eleven metres. */
const PER_DEGREE = 10_000;
const METRES_PER_DEGREE = 111_195;

/** A point as a term and a count write it: as texts, those further north come later. */
export function pointAt(latitude: number, longitude: number): string {
  return `${northOf(latitude)}:${Math.round((longitude + 180) * PER_DEGREE)}`;
}

function northOf(latitude: number): string {
  return String(Math.round((latitude + 90) * PER_DEGREE)).padStart(7, "0");
}

/** Between which two texts all points of the circle lie. */
export function bandAround({ latitude, km }: Circle): { readonly from: string; readonly to: string } {
  const high = (km * 1000) / METRES_PER_DEGREE + 1 / PER_DEGREE;
  // What comes after the colon are digits, which it comes after itself; to the poles there are seven of them.
  const edge = (at: number) => northOf(Math.max(-90, Math.min(90, at)));
  return { from: edge(latitude - high), to: `${edge(latitude + high)}::` };
}

/** A point and how many entries are there. */
export type Crowd = { readonly point: string; readonly count: number };

/** Points at one distance, as whole square metres; some are exactly as far as others. And how many entries are there together. */
export type Ring = { readonly metres2: number; readonly points: readonly string[]; readonly count: number };

/** The points within the circle, nearest first. Flat, right to 0.2 % within 100 km. */
export function ringsAround(circle: Circle, crowds: readonly Crowd[]): Ring[] {
  const rings = new Map<number, Crowd[]>();
  for (const crowd of crowds) {
    const metres2 = distance2(circle, crowd.point);
    if (metres2 > most(circle)) continue;
    const there = rings.get(metres2);
    if (there) there.push(crowd);
    else rings.set(metres2, [crowd]);
  }
  return [...rings]
    .map(([metres2, those]) => ({
      metres2,
      points: those.map(({ point }) => point),
      count: those.reduce((sum, { count }) => sum + count, 0),
    }))
    .sort((a, b) => a.metres2 - b.metres2);
}

/** How far a place is, squared; null where it has no point or is outside the circle. */
export function distanceOf(
  circle: Circle,
  place: { readonly latitude: number | null; readonly longitude: number | null } | null,
): number | null {
  if (!place || place.latitude === null || place.longitude === null) return null;
  const metres2 = distance2(circle, pointAt(place.latitude, place.longitude));
  return metres2 <= most(circle) ? metres2 : null;
}

function most({ km }: Circle): number {
  return (km * 1000) ** 2;
}

function distance2({ latitude, longitude }: Circle, point: string): number {
  const [north = 0, east = 0] = point.split(":").map(Number);
  const high = north / PER_DEGREE - 90 - latitude;
  const wide = (east / PER_DEGREE - 180 - longitude) * longitudeScale(latitude);
  return Math.floor((high * high + wide * wide) * METRES_PER_DEGREE ** 2);
}

/** How much narrower a degree of longitude is than one of latitude there; never so little that the poles reach everywhere. */
function longitudeScale(latitude: number): number {
  return Math.max(0.1, Math.cos((latitude * Math.PI) / 180));
}
