// Where whoever speaks for an actor writes its news, changes it and takes it away.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import type { ActorKind } from "../../web/visitor.ts";
import { changeNews, type NewsDesk, publishNews, removeNews } from "./actions.ts";
import type { News, NewsPlan } from "./news.ts";
import { type DeskNews, newsPage, oneNewsPage, typedOf } from "./pages.ts";
import { findStandingNote, listNews, loadNews } from "./store.ts";

const PATH = "/desk/:handle/news";
const SPEAKERS = { config: { policy: { seat: ["admin", "district", "producer"] as const } } };
const LISTED = 30;
const FIELDS = {
  title: Type.String({ minLength: 3, maxLength: 120 }),
  text: Type.String({ minLength: 1, maxLength: 2000 }),
  until: Type.String({ maxLength: 10 }),
  public: Type.Boolean(),
};
const NewForm = Type.Object({ ...FIELDS, mail: Type.Boolean() });
const EditForm = Type.Object({ ...FIELDS, seen: Type.Optional(Type.String({ maxLength: 40 })) });
const Nothing = Type.Object({});
/** What the field of the day says to a plan that is refused. */
const DAYS: Readonly<Record<string, string>> = { "news-over": "not-ahead", "news-too-long": "too-far" };

type IdRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type NewsForm = { readonly title: string; readonly text: string; readonly until: string; readonly public: boolean };

/** Where desks lead to their news. */
export const NEWS_DESK: readonly DeskEntry[] = [
  { path: "news", label: "news.nav", kinds: ["gas"], roles: ["admin"] },
  { path: "news", label: "news.nav", kinds: ["producer", "district"], roles: ["admin", "producer", "district"] },
];

/** Adds `/desk/{handle}/news`. */
export function registerNewsDesk(app: FastifyInstance, desk: NewsDesk): void {
  const { db, clock } = desk.wire;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const { actorId, actorKind } = request.seat!;
    const listed = listNews(db.orm, actorId, LISTED).map((news) => onDesk(request, news));
    const view = { listed, isGroup: actorKind === "gas", hasMail: desk.house.mailer !== null };
    return sendPage(request, reply, newsPage(pageContext(request, reply), state, view));
  };
  const onDesk = ({ seat }: FastifyRequest, news: News): DeskNews => {
    const note = news.endsAt > clock.now() ? findStandingNote(db.orm, news.id) : undefined;
    return { news, path: note ? `/${seat!.handle}/news/${note.id}` : null };
  };
  app.get(PATH, SPEAKERS, (request, reply) => show(request, reply, formOf({})));
  app.post(PATH, SPEAKERS, (request, reply) => {
    const form = readForm(NewForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const isWritten = form.value.mail && request.seat!.actorKind === "gas";
    const made = publishNews(desk, byOf(request), planOf(request, form.value), isWritten);
    if (!isRefusal(made)) return reply.redirect(`/desk/${request.seat!.handle}/news`, 303);
    const errors = errorsOf(made);
    return errors ? show(request, reply, { typed: form.typed, errors }) : sendRefusal(request, reply, made);
  });
  registerOne(app, desk, onDesk);
}

function registerOne(
  app: FastifyInstance,
  { wire, house }: NewsDesk,
  onDesk: (request: FastifyRequest, news: News) => DeskNews,
): void {
  const find = (request: IdRequest) => {
    const news = loadNews(wire.db.orm, request.seat!.actorId, request.params.id);
    return news && onDesk(request, news);
  };
  const typed = ({ news, path }: DeskNews, { seat }: IdRequest) => {
    const { public: isPublic = "", ...rest } = typedOf(news, path !== null);
    return isGroup(seat!.actorKind) ? { ...rest, public: isPublic } : rest;
  };
  const show = (request: IdRequest, reply: FastifyReply, state: FormState, found: DeskNews) => {
    const view = { ...found, isGroup: isGroup(request.seat!.actorKind), hasMail: house.mailer !== null };
    return sendPage(request, reply, oneNewsPage(pageContext(request, reply), state, view));
  };
  const done = (request: IdRequest, reply: FastifyReply) => reply.redirect(`/desk/${request.params.handle}/news`, 303);
  app.get(`${PATH}/:id`, SPEAKERS, (request: IdRequest, reply) => {
    const found = find(request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, savedForm(typed(found, request)), found);
  });
  app.post(`${PATH}/:id`, SPEAKERS, (request: IdRequest, reply) => {
    const found = find(request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(EditForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, form, found) : sendRefusal(request, reply, form);
    const clash = clashWith(typed(found, request), form.typed);
    if (clash) return show(request, reply, clash, found);
    const saved = changeNews(wire, byOf(request), found.news.id, planOf(request, form.value));
    if (!isRefusal(saved)) return done(request, reply);
    const errors = errorsOf(saved);
    return errors ? show(request, reply, { typed: form.typed, errors }, found) : sendRefusal(request, reply, saved);
  });
  app.post(`${PATH}/:id/remove`, SPEAKERS, (request: IdRequest, reply) => {
    const form = readForm(Nothing, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    removeNews(wire, byOf(request), request.params.id);
    return done(request, reply);
  });
}

function byOf(request: FastifyRequest): { readonly actorId: string; readonly byId: string } {
  return { actorId: request.seat!.actorId, byId: request.visitor!.personId };
}

function isGroup(kind: ActorKind): boolean {
  return kind === "gas";
}

/** Who has no members speaks to everybody. */
function planOf({ seat }: FastifyRequest, { title, text, until, public: isPublic }: NewsForm): NewsPlan {
  return { title, text, until, isPublic: isPublic || !isGroup(seat!.actorKind) };
}

function errorsOf({ refused }: Refusal): Record<string, string> | null {
  const reason = DAYS[refused];
  return reason ? { until: reason } : null;
}
