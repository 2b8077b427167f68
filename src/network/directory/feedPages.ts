// The lists of a network for others' software: Atom, RSS, JSON Feed and iCalendar; its calendar; the list that others show on their page.
import { Feed } from "feed";
import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import { sequenceOf } from "../../kernel/time.ts";
import { timeTag } from "../../web/format.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { assetUrl } from "../../web/staticFiles.ts";
import type { FoundEntry } from "../index/networkIndex.ts";
import type { Network } from "./pages.ts";

export const FEED_TYPES = {
  atom: "application/atom+xml; charset=utf-8",
  rss: "application/rss+xml; charset=utf-8",
  json: "application/feed+json; charset=utf-8",
} as const;
export type FeedFormat = keyof typeof FEED_TYPES;

/** RFC 5545. */
const MOST_SEQUENCE = 2 ** 31 - 1;

/** The lists that have a page, by its path: the same path with an ending is the feed. */
const LISTS = {
  offers: { title: "directory.offersTitle", description: "directory.offersDescription" },
  directory: { title: "directory.title", description: "directory.description" },
  calendar: { title: "opendata.calendar.title", description: "opendata.calendar.description" },
} as const;
export type FeedPath = keyof typeof LISTS;

/** A list of a network. */
export type FeedView = {
  readonly network: Network;
  readonly path: FeedPath;
  readonly entries: readonly FoundEntry[];
};

/** The list in that format. Nothing in it changes while the entries do not: its bytes are what its ETag is made of. */
export function writeFeed(c: PageContext, format: FeedFormat, { network, path, entries }: FeedView): string {
  const page = `${c.origin}/${network.handle}/${path}`;
  const title = c.say(LISTS[path].title, { name: network.name });
  const links = { atom: `${page}.atom`, rss: `${page}.rss`, json: `${page}.json` };
  const feed = new Feed({
    ...{ id: page, link: page, title, language: c.language, generator: "Filiera", feedLinks: links },
    description: c.say(LISTS[path].description, { name: network.name }),
    copyright: "",
    updated: new Date(Math.max(0, ...entries.map(changedAt))),
  });
  for (const entry of entries)
    feed.addItem({
      ...{
        id: entry.id,
        guid: entry.id,
        // Atom and RSS hand titles on as HTML, JSON Feed as text.
        title: format === "json" ? nameOf(c, entry) : String(html`${nameOf(c, entry)}`),
        link: safeUrl(entry.url),
        date: new Date(changedAt(entry)),
      },
      // Feed readers show HTML: our plain text must arrive as text.
      description: String(html`${describe(c, entry)}`),
      ...(entry.sourceName ? { author: [{ name: entry.sourceName, link: entry.sourceId }] } : {}),
    });
  return format === "atom" ? feed.atom1() : format === "rss" ? feed.rss2() : feed.json1();
}

function changedAt({ updatedAt, startsAt, readAt }: FoundEntry): number {
  return updatedAt ?? startsAt ?? readAt;
}

/** Its name, with the word for what was called off before it. */
function nameOf(c: PageContext, { name, isCancelled }: FoundEntry): string {
  return isCancelled ? c.say("opendata.calendar.cancelled", { name }) : name;
}

function describe(c: PageContext, { text, place, startsAt, endsAt, kind, sourceId }: FoundEntry): string {
  const closes = kind === "cycle" && endsAt !== null ? `${c.say("directory.until")} ${c.format.dateTime(endsAt)}` : "";
  const closing = kind === "event" && startsAt !== null ? c.format.dateTime(startsAt) : closes;
  const source = c.say("directory.source", { host: new URL(sourceId).host });
  return [closing, place?.name ?? "", text, source].filter((part) => part !== "").join(" · ");
}

/** When orders close, as a calendar that others subscribe to. */
export function writeClosings(c: PageContext, { network, path, entries }: FeedView): string {
  const calendar = startCalendar(c, network, path);
  for (const entry of entries) {
    if (entry.endsAt === null) continue;
    calendar.createEvent({
      // Written as it stands: a line break in a foreign address would begin a line of its own.
      id: safeUrl(entry.id),
      sequence: Math.min(entry.sequence ?? 0, MOST_SEQUENCE),
      stamp: new Date(changedAt(entry)),
      start: new Date(entry.endsAt),
      summary: c.say("directory.closes", { name: entry.name, who: entry.sourceName ?? new URL(entry.sourceId).host }),
      ...(entry.place ? { location: entry.place.name } : {}),
      url: safeUrl(entry.url),
    });
  }
  return calendar.toString();
}

function startCalendar(c: PageContext, network: Network, path: FeedPath) {
  const name = c.say(LISTS[path].title, { name: network.name });
  const calendar = ical({ name, method: ICalCalendarMethod.PUBLISH, ttl: 3600 });
  calendar.prodId({ company: "Filiera", product: "Filiera", language: c.language.toUpperCase() });
  return calendar;
}

/** Meetings from their beginning to their end, as a calendar that others subscribe to; what was called off says so. */
export function writeMeetings(c: PageContext, { network, path, entries }: FeedView): string {
  const calendar = startCalendar(c, network, path);
  for (const entry of entries) {
    const { startsAt, endsAt, place, text } = entry;
    if (startsAt === null || endsAt === null) continue;
    calendar.createEvent({
      id: safeUrl(entry.id),
      sequence: sequenceOf(changedAt(entry)),
      stamp: new Date(changedAt(entry)),
      start: new Date(startsAt),
      end: new Date(endsAt),
      summary: nameOf(c, entry),
      description: [text, entry.sourceName ?? ""].filter((part) => part !== "").join("\n"),
      status: entry.isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      ...(place ? { location: place.name } : {}),
      url: safeUrl(entry.url),
    });
  }
  return calendar.toString();
}

/** Where the same list is for other software, for the head of its page. */
export function feedAlternates(c: PageContext, network: Network, path: FeedPath): NonNullable<View["alternates"]> {
  const title = c.say(LISTS[path].title, { name: network.name });
  return (Object.keys(FEED_TYPES) as FeedFormat[]).map((format) => ({
    ...{ type: FEED_TYPES[format].split(";", 1)[0] ?? "", href: `/${network.handle}/${path}.${format}`, title },
  }));
}

/** Where the same list is for other software, for people. */
export function feedLinks(c: PageContext, { handle }: Network, path: FeedPath): Html {
  const endings = [
    { ending: "atom", label: "Atom" },
    { ending: "rss", label: "RSS" },
    { ending: "json", label: "JSON Feed" },
    ...(path === "directory"
      ? []
      : [{ ending: "ics", label: c.say(path === "offers" ? "directory.calendar" : "opendata.calendar.ics") }]),
  ];
  return html`<ul class="links">${endings.map(({ ending, label }) => html`<li><a href="/${handle}/${path}.${ending}">${label}</a></li>`)}</ul>`;
}

/** The lists that others show in a frame, by the path of their page. */
export const FRAMED = ["offers", "calendar"] as const;

/** Open orders or meetings to come as a whole small document, for a frame on somebody's page: no form, no script, no cookie. */
export function embedPage(c: PageContext, { network, path, entries }: FeedView): Html {
  const title = c.say(LISTS[path].title, { name: network.name });
  const rows = entries.map(
    (
      entry,
    ) => html`<li class="row"><div><a href="${safeUrl(entry.url)}" target="_blank" rel="noopener">${entry.isCancelled ? html`<s>${entry.name}</s>` : entry.name}</a>
        <small>${[entry.sourceName ?? "", entry.place?.name ?? ""].filter((part) => part !== "").join(" · ")}</small>
        ${framedTime(c, entry)}</div></li>`,
  );
  const none = html`<p>${c.say(path === "calendar" ? "directory.noMeetings" : "directory.noOffers")}</p>`;
  return html`<!doctype html>
<html lang="${c.language}">
  <head>
    <meta charset="utf-8">
    <title>${title}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="stylesheet" href="${assetUrl("pico.css")}">
    <link rel="stylesheet" href="${assetUrl("app.css")}">
  </head>
  <body>
    <main class="page"><h1>${title}</h1>
      ${rows.length === 0 ? none : html`<ul class="rows">${rows}</ul>`}
      <p><a href="/${network.handle}/${path}" target="_blank" rel="noopener">${c.say("directory.all")}</a></p>
    </main>
  </body>
</html>`;
}

/** Until when one orders; when a meeting begins, or that it does not. */
function framedTime(c: PageContext, { kind, startsAt, endsAt, isCancelled }: FoundEntry): Html | "" {
  if (kind !== "event")
    return endsAt === null
      ? ""
      : html`<small>${c.say("directory.until")} ${timeTag(c.language, endsAt, c.now)}</small>`;
  if (isCancelled) return html`<small>${c.say("directory.cancelled")}</small>`;
  return startsAt === null ? "" : html`<small>${timeTag(c.language, startsAt, c.now)}</small>`;
}
