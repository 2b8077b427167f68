// Entries for tests and figures: what a few sources show, each with all it needs.
import type { Entry, EntryKind, EntryPlace } from "../../../src/network/index/networkIndex.ts";

export const NOW = Date.UTC(2026, 10, 22, 9);
export const DISTRICT = "https://d.example/d";
export const MILL = "https://mulino.example/mulino";
export const FARM = "https://orto.example/orto";

export const FANO: EntryPlace = { istat: "041013", name: "Fano", latitude: 43.8398, longitude: 13.0194 };
export const URBINO: EntryPlace = { istat: "041067", name: "Urbino", latitude: 43.7262, longitude: 12.6363 };
export const MACERATA: EntryPlace = { istat: "043023", name: "Macerata", latitude: 43.3007, longitude: 13.4534 };

/** An entry of that kind and name; whatever matters to a test is given. */
export function entryOf(kind: EntryKind, name: string, some: Partial<Entry> = {}): Entry {
  const sourceId = some.sourceId ?? MILL;
  return {
    id: `${sourceId}/${kind}/${name.toLowerCase().replaceAll(/\W+/g, "-")}`,
    sourceId,
    kind,
    name,
    text: "",
    url: sourceId,
    category: null,
    certifications: [],
    months: [],
    place: null,
    startsAt: null,
    endsAt: null,
    pack: null,
    packagePriceCents: null,
    joining: null,
    joinUrl: null,
    audience: null,
    isCancelled: false,
    isSearchable: true,
    updatedAt: null,
    readAt: NOW,
    ...some,
  };
}
