// Nets over the earth, so that "within 20 km" is a handful of terms and the exact distance is asked of few. Pure.

/** A place and how far around it. */
type Circle = { readonly latitude: number; readonly longitude: number; readonly km: number };

/** A net: its cells are so many to a degree. */
type Grid = { readonly letter: string; readonly perDegree: number };
const SMALL: Grid = { letter: "q", perDegree: 10 };
const LARGE: Grid = { letter: "r", perDegree: 2 };
const LARGE_FROM_KM = 25;
const KM_PER_DEGREE = 111.195;
const MOST_KM = 300;

/** The cells a place lies in, one of each net. */
export function cellsAt(latitude: number, longitude: number): string[] {
  return [SMALL, LARGE].map((grid) => cellOf(grid, latitude, longitude));
}

function cellOf({ letter, perDegree }: Grid, latitude: number, longitude: number): string {
  return `${letter}:${Math.floor((latitude + 90) * perDegree)}:${Math.floor((longitude + 180) * perDegree)}`;
}

/** The cells that hold everything within so many km, and some that lies a little further. */
export function cellsAround({ latitude, longitude, km }: Circle): string[] {
  const radius = Math.min(km, MOST_KM);
  const grid = radius > LARGE_FROM_KM ? LARGE : SMALL;
  const high = radius / KM_PER_DEGREE;
  const wide = high / longitudeScale(latitude);
  const step = 1 / grid.perDegree;
  const stops = (middle: number, half: number) =>
    Array.from({ length: Math.ceil((2 * half) / step) + 1 }, (_, i) =>
      Math.min(middle - half + i * step, middle + half),
    );
  const cells = stops(latitude, high).flatMap((lat) => stops(longitude, wide).map((lon) => cellOf(grid, lat, lon)));
  return [...new Set(cells)];
}

/** How much narrower a degree of longitude is than one of latitude there; never so little that the poles ask for everything. */
function longitudeScale(latitude: number): number {
  return Math.max(0.1, Math.cos((latitude * Math.PI) / 180));
}

/**
 * What an engine needs for the exact distance, as numbers to bind: `metres2` of a place is
 * ((its latitude - latitude)^2 + (its longitude - longitude)^2 * scale2) * degree2. Flat, right to 0.2 % within 100 km.
 */
export function circleOf({ latitude, longitude, km }: Circle) {
  const scale2 = longitudeScale(latitude) ** 2;
  return { latitude, longitude, scale2, degree2: (KM_PER_DEGREE * 1000) ** 2, metres2: (km * 1000) ** 2 };
}
