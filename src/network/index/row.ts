// An entry as a row of either engine, and back. Lengths are held here, so that nothing a source says can fill the disk. Pure.
import type { Entry, FoundEntry, Goods } from "./networkIndex.ts";
import { rankOf } from "./rank.ts";
import { countedOf, termsOf } from "./terms.ts";

/** What an engine keeps of an entry; `body` is everything else as JSON, without `readAt`: equal bodies are equal entries. */
export type Row = {
  readonly id: string;
  readonly sourceId: string;
  readonly rank: bigint;
  readonly endsAt: number | null;
  readonly body: string;
  readonly readAt: number;
};

/** A row found, with its source. `rank` as text: it is longer than a number holds. */
export type FoundRow = {
  readonly rank: string;
  readonly id: string;
  readonly sourceId: string;
  readonly sourceName: string | null;
  readonly contactAt: number;
  readonly via: string | null;
  readonly readAt: number;
  readonly body: string;
};

/** A row and how far it is from who asks, squared; null where that was not asked. */
export type PlacedRow = FoundRow & { readonly metres2: number | null };

const NAME_MAX = 300;
const TEXT_MAX = 2000;
const URL_MAX = 2000;
const SHORT_MAX = 100;
const LIST_MAX = 20;

export function toRow(given: Entry): Row {
  const entry = trim(given);
  const { id, sourceId, readAt, ...body } = entry;
  const { endsAt } = entry;
  return {
    id,
    sourceId,
    rank: rankOf(entry),
    endsAt,
    body: JSON.stringify(body),
    readAt,
  };
}

function trim(entry: Entry): Entry {
  const { name, text, url, category, certifications, months, place, keeperName } = entry;
  const list = certifications.slice(0, LIST_MAX).map((one) => cut(one, SHORT_MAX));
  return {
    ...entry,
    name: cut(name, NAME_MAX),
    ...(keeperName ? { keeperName: cut(keeperName, NAME_MAX) } : {}),
    text: cut(text, TEXT_MAX),
    url: cut(url, URL_MAX),
    category: cut(category ?? "", SHORT_MAX) || null,
    certifications: [...new Set(list)],
    months: months.filter((month) => month >= 1 && month <= 12).slice(0, 12),
    place: place && { ...place, name: cut(place.name, SHORT_MAX) },
  };
}

/** What both engines hold alike: no half of a character, and no sign that PostgreSQL has no text for. */
function cut(text: string, length: number): string {
  const short = text.replaceAll("\0", "").slice(0, length);
  return short.replace(/[\ud800-\udbff]$/, "").toWellFormed();
}

/** The entry a row was made of. */
function toEntry({ id, sourceId, readAt, body }: Pick<Row, "id" | "sourceId" | "readAt" | "body">): Entry {
  return { ...(JSON.parse(body) as Omit<Entry, "id" | "sourceId" | "readAt">), id, sourceId, readAt };
}

export function toFound(row: PlacedRow): FoundEntry {
  const { sourceName, contactAt, via, metres2 } = row;
  const distanceKm = metres2 === null ? null : Math.sqrt(metres2) / 1000;
  return { ...toEntry(row), sourceName, contactAt, via, distanceKm };
}

/** What the counts of a source's products say of them. */
export function toGoods(counts: readonly { readonly fact: string; readonly value: string }[]): Goods {
  const values = (fact: string) => counts.filter((count) => count.fact === fact).map(({ value }) => value);
  return {
    certifications: values("certification").sort(),
    categories: values("category").sort(),
    months: values("month")
      .map(Number)
      .sort((one, other) => one - other),
  };
}

/** What a row is found and counted by. */
export function keysOf(row: Pick<Row, "id" | "sourceId" | "readAt" | "body">) {
  const entry = toEntry(row);
  return { terms: termsOf(entry), counted: countedOf(entry), kind: entry.kind };
}
