// What an actor tells everybody, for feed readers: who has no account in the fediverse follows it all the same.

import type { FastifyInstance, FastifyRequest } from "fastify";
import { Feed } from "feed";
import type { JsonObject } from "../../activitypub/json.ts";
import { listPublicActivities, loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { OPEN_LIMIT, sendCached } from "../../web/cachedAnswer.ts";
import { sendRefusal } from "../../web/errors.ts";
import { html, safeUrl } from "../../web/html.ts";
import { type PageContext, pageContext } from "../../web/page.ts";
import { type Post, pickPosts } from "./feed.ts";
import type { FollowedActor } from "./publicPages.ts";

const TYPES = {
  atom: "application/atom+xml; charset=utf-8",
  json: "application/feed+json; charset=utf-8",
} as const;
type Format = keyof typeof TYPES;

/** Farther back nobody reads: a cycle that changes all day is many activities and one post. */
const LOOKED_AT = 400;

/** Adds `/{handle}/feed.atom` and `.json`. */
export function registerActorFeeds(app: FastifyInstance, { db }: Pick<Wire, "db">): void {
  for (const format of Object.keys(TYPES) as Format[])
    app.get(`/:handle/feed.${format}`, OPEN_LIMIT, (request: FastifyRequest<{ Params: { handle: string } }>, reply) => {
      const actor = loadActorByHandle(db.orm, request.params.handle);
      if (!actor || actor.kind === "node" || actor.goneAt !== null)
        return sendRefusal(request, reply, { refused: "not-found" });
      const c = pageContext(request, reply);
      const said = listPublicActivities(db.orm, actor.id, LOOKED_AT, 0);
      const posts = pickPosts(
        said.map(({ json }) => JSON.parse(json) as JsonObject),
        c.language,
      );
      return sendCached(request, reply, {
        type: TYPES[format],
        text: writeFeed(c, format, actor, posts),
        isWorded: true,
      });
    });
}

/** Nothing in it changes while the posts do not: its bytes are what its ETag is made of. */
function writeFeed(c: PageContext, format: Format, actor: FollowedActor, posts: readonly Post[]): string {
  const { id, name } = actor;
  const feed = new Feed({
    ...{ id, link: id, title: name, language: c.language, generator: "Filiera", copyright: "" },
    feedLinks: { atom: `${id}/feed.atom`, json: `${id}/feed.json` },
    description: c.say("partners.remote.feedOf", { name }),
    updated: new Date(Math.max(0, ...posts.map(({ updatedAt }) => updatedAt))),
  });
  for (const post of posts)
    feed.addItem({
      ...{ id: post.id, guid: post.id, link: safeUrl(post.url) },
      // Atom hands titles on as HTML, JSON Feed as text.
      title: format === "json" ? post.title : String(html`${post.title}`),
      ...{ date: new Date(post.updatedAt), published: new Date(post.publishedAt), content: post.html },
      author: [{ name, link: id }],
    });
  return format === "atom" ? feed.atom1() : feed.json1();
}
