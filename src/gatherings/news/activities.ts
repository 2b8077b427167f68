// What an actor says to everybody of its news: a Note, told when it is published, changed and withdrawn. PROTOCOL.md section 10.
import { HUMAN } from "../../activitypub/context.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { formatInstant } from "../../kernel/time.ts";
import { LANGUAGES, words } from "../../web/words.ts";
import { writeContent } from "./announcement.ts";
import type { NewsNote, ToldNews } from "./news.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** The address of a piece of news that everybody may read, which is its id too. */
export function newsIri({ actorId, id }: Pick<NewsNote, "actorId" | "id">): string {
  return `${actorId}/news/${id}`;
}

/** The Note. The title stands in the text: what has a name or a summary becomes a warning elsewhere (PROTOCOL.md section 11). */
function writeNote({ note, news }: ToldNews): JsonObject {
  const { actorId, publishedAt, updatedAt } = note;
  const url = newsIri(note);
  const tagUrl = `${new URL(actorId).origin}/tags/gas`;
  const contentMap: JsonObject = Object.fromEntries(
    LANGUAGES.map((language) => [language, writeContent(news, words(language), url, tagUrl)]),
  );
  return {
    ...{ type: "Note", id: url, url, attributedTo: actorId, content: contentMap.it ?? "", contentMap },
    published: formatInstant(publishedAt),
    ...(updatedAt > publishedAt ? { updated: formatInstant(updatedAt) } : {}),
    endTime: formatInstant(news.endsAt),
    tag: [{ type: "Hashtag", name: "#GAS", href: tagUrl }],
    ...addresses(actorId),
  };
}

/** The Note as served at its own address. */
export function writeNewsDocument(told: ToldNews): JsonObject {
  return { "@context": HUMAN, ...writeNote(told) };
}

/** What is served there once it was withdrawn, or is over. */
export function writeNewsTombstone(note: NewsNote, deletedAt: number): JsonObject {
  return { "@context": HUMAN, ...writeTombstone(note, deletedAt) };
}

/** What is told when a piece of news becomes public. */
export function writePublication(told: ToldNews): JsonObject {
  return envelope("Create", told.note, told.note.publishedAt, writeNote(told));
}

/** What is told of a change; null where nobody elsewhere would see a difference. */
export function writeChange(before: ToldNews, after: ToldNews): JsonObject | null {
  const { updatedAt } = after.note;
  const said = JSON.stringify(writeNote({ ...before, note: { ...before.note, updatedAt } }));
  return said === JSON.stringify(writeNote(after)) ? null : envelope("Update", after.note, updatedAt, writeNote(after));
}

/** What is told when it stands no more. `now` epoch ms. */
export function writeWithdrawal(note: NewsNote, now: number): JsonObject {
  return envelope("Delete", note, now, writeTombstone(note, note.withdrawnAt ?? now));
}

function writeTombstone(note: NewsNote, deletedAt: number): JsonObject {
  const formerType = "https://www.w3.org/ns/activitystreams#Note";
  return { type: "Tombstone", id: newsIri(note), formerType, deleted: formatInstant(deletedAt) };
}

function envelope(type: string, { actorId }: NewsNote, at: number, object: JsonObject): JsonObject {
  const id = mintIri({ id: actorId }, "activities");
  const published = formatInstant(at);
  return { "@context": HUMAN, type, id, actor: actorId, published, ...addresses(actorId), object };
}

function addresses(actorId: string): JsonObject {
  return { to: [PUBLIC], cc: [`${actorId}/followers`] };
}
