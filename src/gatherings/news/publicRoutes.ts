// News as it is read: a group's by its members where they begin, what is for everybody at its own address and on its actor's page.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LocalActor } from "../../activitypub/actor.ts";
import {
  answerDocument,
  answerGone,
  answerNotFound,
  type DocumentAnswer,
  wantsActivityJson,
} from "../../activitypub/answer.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { sendRefusal } from "../../web/errors.ts";
import type { Html } from "../../web/html.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { findOrganiser } from "../publicRoutes.ts";
import { writeNewsDocument, writeNewsTombstone } from "./activities.ts";
import { goneNewsPage, newsPart, toldNewsPage, toldNewsPart } from "./pages.ts";
import { listShownNews, listToldNews, loadNews, loadNote } from "./store.ts";

const PUBLIC = { config: { policy: { public: true as const } } };

type NewsRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

/** Adds `/{handle}/news/{id}`: a page for people, a Note for machines; withdrawn or over, gone for both. */
export function registerPublicNews(app: FastifyInstance, { db, clock }: Pick<Wire, "db" | "clock">): void {
  app.get("/:handle/news/:id", PUBLIC, (request: NewsRequest, reply) => {
    const actor = findOrganiser(db.orm, request.params.handle);
    const note = actor && loadNote(db.orm, actor.id, request.params.id);
    const isMachine = wantsActivityJson(request.headers.accept);
    reply.header("vary", "accept");
    if (!actor || !note)
      return isMachine ? send(reply, answerNotFound()) : sendRefusal(request, reply, { refused: "not-found" });
    const news = loadNews(db.orm, actor.id, note.newsId);
    const isStanding = note.withdrawnAt === null && news !== undefined && news.endsAt > clock.now();
    if (isMachine) {
      if (!isStanding) return send(reply, answerGone(writeNewsTombstone(note, note.withdrawnAt ?? news!.endsAt)));
      const document = writeNewsDocument({ note, news });
      return send(reply, answerDocument(document, { ifNoneMatch: request.headers["if-none-match"] }));
    }
    const c = pageContext(request, reply);
    return sendPage(request, reply, isStanding ? toldNewsPage(c, actor, { note, news }) : goneNewsPage(c, actor));
  });
}

/** A group's news at the head of a member's home; "" where there is none. */
export function renderMemberNews(tx: Tx, c: PageContext, actorId: string): Html | "" {
  return newsPart(c, listShownNews(tx, actorId, c.now));
}

/** What an actor tells everybody, on its public page; "" where there is nothing. */
export function renderToldNews({ db }: Pick<Wire, "db">, c: PageContext, actor: LocalActor): Html | "" {
  return toldNewsPart(c, actor, listToldNews(db.orm, actor.id, c.now));
}

function send(reply: FastifyReply, { status, headers, body }: DocumentAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
