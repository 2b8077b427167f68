// Training as other nodes read it: an actor's paths as a Collection of Articles. Pure. PROTOCOL.md section 3.
import { html } from "hono/html";
import { actorUrls } from "../../activitypub/actor.ts";
import { DOCUMENT } from "../../activitypub/context.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { formatInstant } from "../../kernel/time.ts";
import type { PathModule } from "./training.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** What of a path is told. Times are epoch ms. */
type ShownPath = {
  readonly actorId: string;
  readonly slug: string;
  readonly name: string;
  readonly summary: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

function writeArticle({ actorId, slug, name, summary, createdAt, updatedAt }: ShownPath, parts: readonly PathModule[]) {
  const url = `${actorUrls(actorId).training}/${slug}`;
  const list = parts.length > 0 ? html`<ol>${parts.map((part) => html`<li>${part.name}</li>`)}</ol>` : "";
  const told = summary
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== "")
    .map((part) => html`<p>${part}</p>`);
  return {
    ...{ type: "Article", id: url, url, attributedTo: actorId, name },
    summary: String(html`<p>${summary.slice(0, 300)}</p>`),
    content: String(html`${told}${list}`),
    published: formatInstant(createdAt),
    updated: formatInstant(updatedAt),
    to: [PUBLIC],
  } satisfies JsonObject;
}

/** One path at its own address. */
export function writePathDocument(path: ShownPath, modules: readonly PathModule[]): JsonObject {
  return { "@context": [...DOCUMENT], ...writeArticle(path, modules) };
}

/** All paths that everybody may see, whole. */
export function writePathsCollection(actorId: string, paths: readonly ShownPath[]): JsonObject {
  const items = paths.map((path) => writeArticle(path, []));
  const id = actorUrls(actorId).training;
  return { "@context": [...DOCUMENT], type: "Collection", id, attributedTo: actorId, totalItems: items.length, items };
}
