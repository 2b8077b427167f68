// Training as others hear and read it: a path is an Article, told to followers when it is opened, changed, closed or taken away, and an
// actor's paths are a Collection of them. Nothing of who learns is in any. PROTOCOL.md sections 3 and 10.
import { html } from "hono/html";
import { actorUrls } from "../../activitypub/actor.ts";
import { DOCUMENT } from "../../activitypub/context.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { formatInstant } from "../../kernel/time.ts";
import { formats } from "../../web/format.ts";
import { LANGUAGES, type Language, words } from "../../web/words.ts";
import type { TrainingPath } from "./store.ts";
import type { PathModule } from "./training.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** A path as others are told of it, with its modules. */
export type ToldPath = { readonly path: TrainingPath; readonly modules: readonly PathModule[] };

/** The address of a path, which is its id too. */
export function articleIri({ actorId, slug }: Pick<TrainingPath, "actorId" | "slug">): string {
  return `${actorUrls(actorId).training}/${slug}`;
}

/**
 * The Article. Of its lessons only the names: each that has a date is a gathering, whose Event says when and where, and is told anew when
 * that changes; said here too it would be told twice.
 */
function writeArticle({ path, modules }: ToldPath): JsonObject {
  const { actorId, name, createdAt, updatedAt, announcedAt } = path;
  const url = articleIri(path);
  const tagUrl = `${new URL(actorId).origin}/tags/gas`;
  const contentMap: JsonObject = Object.fromEntries(
    LANGUAGES.map((language) => [language, writeContent(path, modules, language, tagUrl)]),
  );
  const publishedAt = announcedAt ?? createdAt;
  return {
    ...{ type: "Article", id: url, url, attributedTo: actorId, name },
    summary: writeSummary(path),
    content: contentMap.it ?? "",
    contentMap,
    published: formatInstant(publishedAt),
    ...(updatedAt > publishedAt ? { updated: formatInstant(updatedAt) } : {}),
    tag: [{ type: "Hashtag", name: "#GAS", href: tagUrl }],
    ...addresses(actorId),
  };
}

/** What software shows that makes a title, a summary and a link of an Article. */
function writeSummary(path: TrainingPath): string {
  const [first = ""] = path.summary.split(/\n{2,}/);
  const told = first.length > 300 ? `${first.slice(0, 299)}…` : first;
  return String(html`<p>${[tellStanding(path, "it"), told].filter((part) => part !== "").join(" ")}</p>`);
}

/** "Percorso di formazione aperto: per tutti, 12,5 ore." */
function tellStanding({ state, forWhom, hoursThousandths }: TrainingPath, language: Language): string {
  const say = words(language);
  const hours = formats(language).quantity(hoursThousandths);
  const facts = [
    say(`training.forWhom.${forWhom}`),
    ...(hoursThousandths > 0 ? [say("training.hours", { hours })] : []),
  ].join(", ");
  return state === "closed" ? say("training.isClosed") : say("training.note.open", { facts });
}

function writeContent(path: TrainingPath, modules: readonly PathModule[], language: Language, tagUrl: string): string {
  const say = words(language);
  const told = path.summary.split(/\n{2,}/).filter((part) => part.trim() !== "");
  const paragraphs = [tellStanding(path, language), ...told].map((part) => html`<p>${part}</p>`);
  const list = modules.length > 0 ? html`<ol>${modules.map((module) => html`<li>${module.name}</li>`)}</ol>` : "";
  const link = html`<p><a href="${articleIri(path)}">${say("training.note.link")}</a> <a href="${tagUrl}" class="mention hashtag" rel="tag">#<span>GAS</span></a></p>`;
  return [...paragraphs, list, link].map(String).join("");
}

/** One path at its own address; taken away, its tombstone. */
export function writePathDocument(told: ToldPath): JsonObject {
  const object = told.path.removedAt === null ? writeArticle(told) : writeTombstone(told.path);
  return { "@context": DOCUMENT, ...object };
}

/** All paths that everybody may see, whole. */
export function writePathsCollection(actorId: string, paths: readonly ToldPath[]): JsonObject {
  const id = actorUrls(actorId).training;
  const items = paths.map(writeArticle);
  return { "@context": DOCUMENT, type: "Collection", id, attributedTo: actorId, totalItems: items.length, items };
}

/** What followers are told once a path is as it is `after`; null where they would see no difference. */
export function writeTidings(before: ToldPath, after: ToldPath): JsonObject | null {
  const { path } = after;
  if (path.announcedAt === null) return null;
  if (path.removedAt !== null) return envelope("Delete", path, writeTombstone(path));
  if (before.path.announcedAt === null) return envelope("Create", path, writeArticle(after));
  const { updatedAt } = path;
  const said = JSON.stringify(writeArticle({ ...before, path: { ...before.path, updatedAt } }));
  return said === JSON.stringify(writeArticle(after)) ? null : envelope("Update", path, writeArticle(after));
}

function writeTombstone(path: TrainingPath): JsonObject {
  const deleted = formatInstant(path.removedAt ?? path.updatedAt);
  return { type: "Tombstone", id: articleIri(path), formerType: "Article", deleted };
}

function envelope(type: string, { actorId, updatedAt }: TrainingPath, object: JsonObject): JsonObject {
  const id = mintIri({ id: actorId }, "activities");
  const published = formatInstant(updatedAt);
  return { "@context": DOCUMENT, type, id, actor: actorId, published, ...addresses(actorId), object };
}

function addresses(actorId: string): JsonObject {
  return { to: [PUBLIC], cc: [`${actorId}/followers`] };
}
