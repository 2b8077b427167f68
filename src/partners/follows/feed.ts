// What an actor has told everybody, as it stands now, for who reads it without an account: each post once, the newest first. Pure.
import { readId, readMember, readObject, readType } from "../../activitypub/activityShape.ts";
import { isJsonObject, type JsonObject } from "../../activitypub/json.ts";
import { parseInstant } from "../../kernel/time.ts";

/** A post. `html` is our own writing, escaped as it was written. Times are epoch ms. */
export type Post = {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly html: string;
  readonly publishedAt: number;
  readonly updatedAt: number;
};

const POSTS = ["Note", "Article", "Event"];
const MOST_POSTS = 50;
const TITLE_MAX = 120;

/** `activities`: what the actor said publicly, the newest first. What was taken back since is nowhere; of a change the newest words stand. */
export function pickPosts(activities: readonly JsonObject[], language: string): Post[] {
  const seen = new Set<string>();
  const posts: Post[] = [];
  for (const activity of activities) {
    const id = readId(readMember(activity, "object"));
    if (id === null || seen.has(id)) continue;
    const object = readObject(activity);
    if (readType(activity) === "Delete") seen.add(id);
    const isPost = object !== null && POSTS.includes(readType(object) ?? "");
    if (!isPost) continue;
    seen.add(id);
    posts.push(readPost(id, object, language));
  }
  return posts.sort((one, other) => other.publishedAt - one.publishedAt).slice(0, MOST_POSTS);
}

function readPost(id: string, object: JsonObject, language: string): Post {
  const { url, name, content, contentMap, published, updated } = object;
  const inLanguage = isJsonObject(contentMap) ? contentMap[language] : undefined;
  const html = typeof inLanguage === "string" ? inLanguage : typeof content === "string" ? content : "";
  const publishedAt = timeOf(published) ?? 0;
  return {
    ...{ id, url: typeof url === "string" ? url : id, html },
    title: typeof name === "string" ? name : firstLine(html),
    ...{ publishedAt, updatedAt: timeOf(updated) ?? publishedAt },
  };
}

/** What our own writing escapes (web/html). */
const ESCAPED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** A Note has no name: what it begins with is its title. */
function firstLine(html: string): string {
  const [paragraph = ""] = html.split(/<\/p>|<br>/);
  const line = paragraph.replace(/<[^>]*>/g, "").replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ESCAPED[name] ?? "");
  return line.length > TITLE_MAX ? `${line.slice(0, TITLE_MAX - 1)}…` : line;
}

function timeOf(value: unknown): number | null {
  return typeof value === "string" ? parseInstant(value) : null;
}
