// What people read about a gathering, on Mastodon as on our pages: what, when, where, and a link. Pure.
import { html } from "hono/html";
import type { Gathering, GatheringFacts } from "./gathering.ts";

/** One language's sentences and formats, as `web` has them. Times are epoch ms. */
export type Voice = {
  readonly say: (key: string, facts?: Record<string, unknown>) => string;
  readonly date: (at: number) => string;
  readonly time: (at: number) => string;
};

/** The text as HTML for the wire: paragraphs, one link, one hashtag. Everything typed by a person is escaped. */
export function writeContent(gathering: Gathering, voice: Voice, url: string, tagUrl: string): string {
  const paragraphs = tellGathering(gathering, voice).map((text) => html`<p>${text}</p>`);
  const link = html`<p><a href="${url}">${voice.say("gatherings.note.link")}</a> <a href="${tagUrl}" class="mention hashtag" rel="tag">#<span>GAS</span></a></p>`;
  return [...paragraphs, link].map(String).join("");
}

/** When and where, as one paragraph. */
export function writeSummary(gathering: Gathering, voice: Voice): string {
  return String(html`<p>${tellWhenAndWhere(gathering, voice)}</p>`);
}

/** "sabato 5 dicembre 2026, dalle 18:00 alle 20:00, Sala della Pace, Fano". */
function tellWhenAndWhere(facts: GatheringFacts, voice: Voice): string {
  return [tellWhen(facts, voice), tellWhere(facts, voice)].join(", ");
}

/** The same as sentences, one a paragraph. */
function tellGathering(gathering: Gathering, voice: Voice): string[] {
  const { say } = voice;
  const { state, cancelReason, audience, summary, content, takesBookings } = gathering;
  if (state === "cancelled")
    return [say("gatherings.note.cancelled", { reason: cancelReason }), tellWhenAndWhere(gathering, voice)];
  return [
    tellWhenAndWhere(gathering, voice),
    ...(audience === "officials" ? [say("gatherings.note.officials")] : []),
    ...[summary, ...content.split(/\n{2,}/)].filter((text) => text.trim() !== ""),
    ...(takesBookings ? [say("gatherings.note.book")] : []),
  ];
}

/** "sabato 5 dicembre 2026, dalle 18:00 alle 20:00"; with both days where it ends on another. */
export function tellWhen({ startsAt, endsAt }: GatheringFacts, { say, date, time }: Voice): string {
  const facts = { date: date(startsAt), from: time(startsAt), to: time(endsAt) };
  if (date(startsAt) === date(endsAt)) return say("gatherings.note.oneDay", facts);
  return say("gatherings.note.twoDays", { ...facts, lastDate: date(endsAt) });
}

/** "Sala della Pace, via Roma 1, Fano"; "online" where there is no place to go to. */
export function tellWhere({ venue, street, comune, onlineUrl }: GatheringFacts, { say }: Pick<Voice, "say">): string {
  const place = [venue, street, comune].filter((part) => part !== "");
  return [...place, ...(onlineUrl === null ? [] : [say("gatherings.note.online")])].join(", ");
}
