// Where who administers a group writes its news, changes it and takes it away.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import type { TellingHouse } from "../notices/noticeActions.ts";
import { changeNews, publishNews, removeNews } from "./actions.ts";
import type { News, NewsPlan } from "./news.ts";
import { newsPage, oneNewsPage, typedOf } from "./pages.ts";
import { listNews, loadNews } from "./store.ts";

const PATH = "/desk/:handle/news";
const ADMINS = { config: { policy: { seat: ["admin"] as const } } };
const LISTED = 30;
const FIELDS = {
  title: Type.String({ minLength: 3, maxLength: 120 }),
  text: Type.String({ minLength: 1, maxLength: 2000 }),
  until: Type.String({ maxLength: 10 }),
};
const NewForm = Type.Object({ ...FIELDS, mail: Type.Boolean() });
const EditForm = Type.Object({ ...FIELDS, seen: Type.Optional(Type.String({ maxLength: 40 })) });
const Nothing = Type.Object({});
/** What the field of the day says to a plan that is refused. */
const DAYS: Readonly<Record<string, string>> = { "news-over": "not-ahead", "news-too-long": "too-far" };

type IdRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

/** Where a group's desk leads to its news. */
export const NEWS_DESK: readonly DeskEntry[] = [{ path: "news", label: "news.nav", kinds: ["gas"], roles: ["admin"] }];

/** Adds `/desk/{handle}/news`. */
export function registerNews(app: FastifyInstance, house: TellingHouse): void {
  const { orm } = house.db;
  const byOf = (request: FastifyRequest) => ({ actorId: request.seat!.actorId, byId: request.visitor!.personId });
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const view = { news: listNews(orm, request.seat!.actorId, LISTED), hasMail: house.mailer !== null };
    return sendPage(request, reply, newsPage(pageContext(request, reply), state, view));
  };
  const isGroup = (request: FastifyRequest) => request.seat!.actorKind === "gas";
  app.get(PATH, ADMINS, (request, reply) =>
    isGroup(request) ? show(request, reply, formOf({})) : sendRefusal(request, reply, { refused: "not-found" }),
  );
  app.post(PATH, ADMINS, (request, reply) => {
    if (!isGroup(request)) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(NewForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const made = publishNews(house, byOf(request), planOf(form.value), form.value.mail);
    if (!isRefusal(made)) return reply.redirect(`/desk/${request.seat!.handle}/news`, 303);
    const errors = errorsOf(made);
    return errors ? show(request, reply, { typed: form.typed, errors }) : sendRefusal(request, reply, made);
  });
  registerOne(app, house, byOf);
}

function registerOne(
  app: FastifyInstance,
  house: TellingHouse,
  byOf: (request: FastifyRequest) => { readonly actorId: string; readonly byId: string },
): void {
  const find = ({ seat, params }: IdRequest) => loadNews(house.db.orm, seat!.actorId, params.id);
  const show = (request: IdRequest, reply: FastifyReply, state: FormState, news: News) =>
    sendPage(request, reply, oneNewsPage(pageContext(request, reply), state, news));
  const done = (request: IdRequest, reply: FastifyReply) => reply.redirect(`/desk/${request.params.handle}/news`, 303);
  app.get(`${PATH}/:id`, ADMINS, (request: IdRequest, reply) => {
    const news = find(request);
    if (!news) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, savedForm(typedOf(news)), news);
  });
  app.post(`${PATH}/:id`, ADMINS, (request: IdRequest, reply) => {
    const news = find(request);
    if (!news) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(EditForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, form, news) : sendRefusal(request, reply, form);
    const clash = clashWith(typedOf(news), form.typed);
    if (clash) return show(request, reply, clash, news);
    const saved = changeNews(house, byOf(request), news.id, planOf(form.value));
    if (!isRefusal(saved)) return done(request, reply);
    const errors = errorsOf(saved);
    return errors ? show(request, reply, { typed: form.typed, errors }, news) : sendRefusal(request, reply, saved);
  });
  app.post(`${PATH}/:id/remove`, ADMINS, (request: IdRequest, reply) => {
    const form = readForm(Nothing, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    removeNews(house, byOf(request), request.params.id);
    return done(request, reply);
  });
}

function planOf({ title, text, until }: NewsPlan): NewsPlan {
  return { title: title.trim(), text: text.trim(), until };
}

function errorsOf({ refused }: Refusal): Record<string, string> | null {
  const reason = DAYS[refused];
  return reason ? { until: reason } : null;
}
