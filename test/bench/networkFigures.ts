// The figures of a network: reading its sources, its pages, its index at several sizes on both engines.
import type { Figure } from "./figures.ts";

export const NETWORK_FIGURES: readonly Figure[] = [
  {
    name: "network-rebuild",
    says: "entries of 300 farms read and indexed from nothing, each farm on a host of its own",
    unit: "1/s",
    limit: "sqlite-commit-100",
    target: { value: 500 },
    command: ["networkReading.ts", "rebuild"],
  },
  {
    name: "network-letters",
    says: "signed digests of catalogs until what changed is in the index",
    unit: "1/s",
    limit: "rsa-sign",
    target: { value: 30 },
    command: ["networkReading.ts", "letters"],
  },
  {
    name: "network-catch-up",
    says: "reading 300 farms again after a day's outage, without the minutes over which it is spread",
    unit: "s",
    limit: null,
    target: { value: 60 },
    command: ["networkReading.ts", "catch-up"],
  },
  {
    name: "network-rss",
    says: "memory of a node that reads 300 farms, after all of the above",
    unit: "MB",
    limit: "node-rss",
    target: { value: 250 },
    isAsStarted: true,
    command: ["networkReading.ts", "rss"],
  },
  pageFigure("statistics", "statistics-page", "its page of figures, as it is kept for some minutes", 100),
  pageFigure("statisticsAnew", "statistics-anew", "the same page, gathered anew"),
  pageFigure("openData", "open-data-file", "its open data on demand as CSV"),
  pageFigure("calendar", "calendar-page", "its calendar of 3,000 meetings, a page", 30),
  pageFigure("calendarFile", "calendar-file", "the same for other calendars, iCalendar"),
];

function pageFigure(part: string, name: string, says: string, most?: number): Figure {
  return {
    name,
    says: `a region of 300 groups and three years of months: ${says}, p95`,
    ...{ unit: "ms", limit: "orders-page-new", part },
    ...(most === undefined ? {} : { target: { value: most } }),
    command: ["networkPages.ts"],
  };
}

export const INDEX_FIGURES: readonly Figure[] = [
  ...["sqlite", "postgres"].flatMap((engine) => [
    ...[10_000, 100_000, 1_000_000].flatMap((count) => indexFigures(engine, count)),
    ...[30, 3000].flatMap((sources) => indexFigures(engine, 100_000, sources)),
  ]),
  {
    name: "index-readers-postgres-100k",
    says: "D13 the same index of 100,000 offers, searched by two processes while a third fills it, 95th percentile",
    ...{ unit: "ms", limit: "index-search-postgres-100k", target: { value: 30 }, isAskedOnly: true },
    command: ["indexReaders.ts", "100000", "300"],
  },
];

/** What a network's index does with so many offers of so many sources; its target holds at a million. */
function indexFigures(engine: string, count: number, sources = 300): Figure[] {
  const size = `${engine}-${count / 1000}k${sources === 300 ? "" : `-of-${sources}`}`;
  const figure = (part: string, says: string, unit: string, limit: string | null, most?: number): Figure => ({
    name: `index-${part}-${size}`,
    says: `index of ${count.toLocaleString("en")} offers of ${sources.toLocaleString("en")} sources on ${engine}: ${says}`,
    ...{ unit, limit, part },
    ...(most === undefined ? {} : { target: { value: most } }),
    ...(count > 10_000 ? { isAskedOnly: true } : {}),
    command: ["networkIndex.ts", engine, String(count), String(sources)],
  });
  const page = `index-page-${size}`;
  return [
    figure("page", "the first page of everything, 95th percentile", "ms", null),
    figure("search", "a search, 95th percentile", "ms", page, 30),
    figure("near", "what is nearest within 20 km, 95th percentile", "ms", page, 30),
    figure(
      "worst",
      "the slowest of a dozen questions made to be slow (common words that never meet), median",
      "ms",
      page,
    ),
    figure("map", "the counts of the map, 95th percentile", "ms", page, 30),
    figure("fill", "offers taken in", "1/s", null),
    figure("disk", "what it takes of the disk", "MB", null),
    figure("memory", "memory of the process that asks, and of the server where there is one", "MB", null),
  ];
}
