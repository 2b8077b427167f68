// The comuni and provinces we know by name and place, and how far one is from another. Pure. Data and sources: README.md beside.

import { geoDistance } from "d3-geo";
import { foldText } from "../../kernel/foldText.ts";
import COMUNI_ROWS from "./comuni.json" with { type: "json" };
import PROVINCE_ROWS from "./provinces.json" with { type: "json" };
import SEAT_ROWS from "./seats.json" with { type: "json" };

/** A comune. Degrees of WGS84 of its seat; `istat` has six digits, of which the first three are its province's. */
export type Comune = {
  readonly istat: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
};

/** A province: `rings` are its outline and holes, points of [longitude, latitude], clockwise. */
export type Province = {
  readonly code: string;
  readonly sigla: string;
  readonly name: string;
  readonly rings: readonly (readonly (readonly [number, number])[])[];
};

/** What a place that somebody wrote may be: its comune where we know it, else its name alone. */
export type FoundPlace = {
  readonly istat: string | null;
  readonly name: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
};

export const COMUNI: readonly Comune[] = (COMUNI_ROWS as [string, string, number, number][]).map(
  ([istat, name, latitude, longitude]) => ({ istat, name, latitude, longitude }),
);

export const PROVINCES: readonly Province[] = PROVINCE_ROWS.map(({ rings, ...province }) => ({
  ...province,
  rings: rings.map((ring) => ring.split(" ").map((point) => point.split(",").map(Number) as [number, number])),
}));

/** The seats of all provinces of Italy, by sigla: beyond the Marche they are all we know. */
const SEATS: ReadonlyMap<string, Comune> = new Map(
  (SEAT_ROWS as [string, string, string, number, number][]).map(([sigla, istat, name, latitude, longitude]) => [
    sigla,
    { istat, name, latitude, longitude },
  ]),
);
const OURS: ReadonlySet<string> = new Set(PROVINCES.map(({ sigla }) => sigla));

const KM_PER_RADIAN = 6371;

const byName = new Map(
  [...SEATS.values(), ...COMUNI].flatMap((comune) => namesOf(comune).map((name) => [name, comune])),
);
const byIstat = new Map([...SEATS.values(), ...COMUNI].map((comune) => [comune.istat, comune]));

/** Bolzano/Bozen has two names, Reggio nell'Emilia one that nobody says. */
function namesOf({ name }: Comune): string[] {
  const all = [name, ...name.split("/"), name.replace(/ (?:nell'|di )/, " ")];
  return [...new Set(all.map(foldText))];
}

/** The comune of that name, however it is accented or written in capitals; a sigla or what follows a comma may stand behind it. */
export function findComune(text: string): Comune | undefined {
  const [name = ""] = text.split(/[,;(/]/);
  const words = foldText(name);
  return byName.get(words) ?? byName.get(words.replace(/ (pu|an|mc|fm|ap)$/, ""));
}

/** The seat of the province whose sigla stands behind a name we do not know, "Santarcangelo di Romagna (RN)"; of ours we know every comune. */
function seatBehind(text: string): Comune | undefined {
  const [, sigla = ""] = /\(\s*([A-Za-z]{2})\s*\)\s*$/.exec(text) ?? [];
  return OURS.has(sigla.toUpperCase()) ? undefined : SEATS.get(sigla.toUpperCase());
}

export function comuneOf(istat: string): Comune | undefined {
  return byIstat.get(istat);
}

export function provinceOf(code: string): Province | undefined {
  return PROVINCES.find((province) => province.code === code);
}

/** A place as somebody wrote it, with its code and point where we know them, or about where it is by its province; null for nothing. */
export function findPlace(text: string): FoundPlace | null {
  const name = text.trim();
  if (name === "") return null;
  const comune = findComune(name);
  if (comune) return { ...comune };
  const seat = seatBehind(name);
  return { istat: null, name, latitude: seat?.latitude ?? null, longitude: seat?.longitude ?? null };
}

type Point = { readonly latitude: number; readonly longitude: number };

/** Kilometres as the crow flies. */
export function distanceKm(a: Point, b: Point): number {
  return geoDistance([a.longitude, a.latitude], [b.longitude, b.latitude]) * KM_PER_RADIAN;
}

/** The comuni nearest to a point, itself among them. */
export function nearestComuni(point: Point, count: number): readonly Comune[] {
  const far = COMUNI.map((comune) => ({ comune, km: distanceKm(point, comune) }));
  return far
    .sort((a, b) => a.km - b.km)
    .slice(0, count)
    .map(({ comune }) => comune);
}
