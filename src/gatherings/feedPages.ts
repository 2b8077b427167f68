// An actor's gatherings for others' software: iCalendar and Atom. Nothing in them changes while the gatherings do not.
import { Feed } from "feed";
import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import { sequenceOf } from "../kernel/time.ts";
import { html } from "../web/html.ts";
import type { PageContext } from "../web/page.ts";
import { tellWhen, tellWhere } from "./announcement.ts";
import type { Gathering } from "./gathering.ts";
import { type Organiser, voiceIn } from "./pages.ts";

/** iCalendar (RFC 5545): what is cancelled stays, crossed out. */
export function writeGatheringCalendar(c: PageContext, organiser: Organiser, gatherings: readonly Gathering[]): string {
  const calendar = ical({
    name: c.say("gatherings.of", { name: organiser.name }),
    method: ICalCalendarMethod.PUBLISH,
    ttl: 3600,
  });
  calendar.prodId({ company: "Filiera", product: "Filiera", language: c.language.toUpperCase() });
  const { host } = new URL(c.origin);
  for (const one of gatherings)
    calendar.createEvent({
      id: `${one.id}-event@${host}`,
      sequence: sequenceOf(one.updatedAt),
      stamp: new Date(one.updatedAt),
      start: new Date(one.startsAt),
      end: new Date(one.endsAt),
      summary: one.name,
      description: describe(c, one),
      location: tellWhere(one, c),
      status: one.state === "cancelled" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      url: `${c.origin}/${organiser.handle}/events/${one.id}`,
    });
  return calendar.toString();
}

/** Atom (RFC 4287), the latest change first as it was told. */
export function writeGatheringFeed(c: PageContext, organiser: Organiser, gatherings: readonly Gathering[]): string {
  const page = `${c.origin}/${organiser.handle}/events`;
  const title = c.say("gatherings.of", { name: organiser.name });
  const feed = new Feed({
    ...{ id: page, link: page, title, language: c.language, generator: "Filiera", copyright: "" },
    feedLinks: { atom: `${page}.atom` },
    description: c.say("gatherings.description", { name: organiser.name }),
    updated: new Date(Math.max(0, ...gatherings.map(({ updatedAt }) => updatedAt))),
  });
  for (const one of gatherings)
    feed.addItem({
      ...{ id: `${page}/${one.id}`, guid: `${page}/${one.id}`, link: `${page}/${one.id}` },
      // The library says type="html" of a title too.
      title: String(html`${one.name}`),
      date: new Date(one.updatedAt),
      published: new Date(one.publishedAt ?? one.createdAt),
      // Feed readers show HTML: our plain text must arrive as text.
      description: String(html`${tellWhen(one, voiceIn(c))}, ${tellWhere(one, c)} · ${describe(c, one)}`),
      author: [{ name: organiser.name, link: `${c.origin}/${organiser.handle}` }],
    });
  return feed.atom1();
}

function describe(c: PageContext, { state, cancelReason, summary, content }: Gathering): string {
  if (state === "cancelled") return c.say("gatherings.note.cancelled", { reason: cancelReason });
  return [summary, content].filter((text) => text !== "").join("\n\n");
}
