// News: what members read where they begin, what everybody reads, and the page where whoever speaks for an actor writes it. Pure.
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  postForm,
  textArea,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, statusBadge } from "../../web/parts.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";
import { lastDayOf, type News, paragraphsOf, type ToldNews } from "./news.ts";

const FIELDS = ["title", "text", "until", "public"] as const;

/** So many stand open; the others are folded below them. */
const OPEN_SHOWN = 2;

/** Whose news everybody reads, as these pages name it. */
export type Speaker = { readonly id: string; readonly handle: string; readonly name: string };

/** Whose desk it is: a group writes for its members and perhaps for others, whoever else for who follows it. `hasMail`: the node writes mail. */
export type NewsDeskView = { readonly isGroup: boolean; readonly hasMail: boolean };

/** A piece of news on its desk; `path`: where everybody reads it now, null: nowhere. */
export type DeskNews = { readonly news: News; readonly path: string | null };

/** At the head of a member's home; nothing where there is none. */
export function newsPart(c: PageContext, news: readonly News[]): Html | "" {
  return newsSection(
    c,
    news.map((one) => newsCard(c, one, html`${one.title}`, one.createdAt)),
  );
}

/** On an actor's own page; nothing where there is none. */
export function toldNewsPart(c: PageContext, { handle }: Speaker, told: readonly ToldNews[]): Html | "" {
  return newsSection(
    c,
    told.map(({ note, news }) =>
      newsCard(c, news, html`<a href="/${handle}/news/${note.id}">${news.title}</a>`, note.publishedAt),
    ),
  );
}

function newsSection({ say }: PageContext, items: readonly Html[]): Html | "" {
  if (items.length === 0) return "";
  const folded = items.slice(OPEN_SHOWN);
  const more =
    folded.length > 0
      ? html`<details><summary>${say("news.more", { count: folded.length })}</summary><ul class="cards">${folded}</ul></details>`
      : "";
  return html`<section aria-labelledby="news"><h2 id="news">${say("news.heading")}</h2><ul class="cards">${items.slice(0, OPEN_SHOWN)}</ul>${more}</section>`;
}

function newsCard(c: PageContext, { text }: News, title: Html, at: number): Html {
  return html`<li class="card"><h3>${title}</h3>${textOf(text)}<p><small>${c.format.date(at)}</small></p></li>`;
}

function textOf(text: string): Html[] {
  return paragraphsOf(text).map((part) => html`<p class="kept-lines">${part}</p>`);
}

/** `/{handle}/news/{id}` for people. */
export function toldNewsPage(c: PageContext, speaker: Speaker, { note, news }: ToldNews): View {
  const { say, format } = c;
  const day = format.date(note.publishedAt);
  const changed =
    format.date(note.updatedAt) === day
      ? ""
      : html` · ${say("news.public.changed", { date: format.date(note.updatedAt) })}`;
  return {
    title: news.title,
    description: news.text.replaceAll(/\s+/g, " ").slice(0, 300),
    alternate: `${c.origin}/${speaker.handle}/news/${note.id}`,
    body: html`<p class="place"><a href="/${speaker.handle}">${speaker.name}</a> · ${say("news.public.kind")}</p>
      ${textOf(news.text)}
      <p><small>${day}${changed}</small></p>`,
  };
}

/** The same once it was withdrawn, or is over: that it was there, and nothing of what it said. */
export function goneNewsPage({ say }: PageContext, { handle, name }: Speaker): View {
  return {
    title: say("news.public.goneTitle"),
    status: 410,
    body: html`<p class="lead">${say("news.public.gone", { name })}</p>
      <p><a role="button" href="/${handle}">${say("news.public.toActor", { name })}</a></p>`,
  };
}

/** Everything lately said, and the form of the next. */
export function newsPage(
  c: PageContext,
  state: FormState,
  view: NewsDeskView & { readonly listed: readonly DeskNews[] },
): View {
  const { say } = c;
  const base = `/desk/${c.seat?.handle ?? ""}/news`;
  const rows = view.listed.map(
    ({ news, path }) => html`<li class="row"><span><a href="${base}/${news.id}">${news.title}</a>
      <small>${say("news.untilDay", { date: c.format.date(news.endsAt - 1) })}</small></span>${badge(c, view, news, path)}</li>`,
  );
  const listed =
    rows.length > 0
      ? html`<ul class="rows">${rows}</ul>`
      : emptyState({ title: say("news.empty.title"), text: say(forWhom(view, "news.empty.text")) });
  const write =
    view.isGroup && view.hasMail ? checkboxField(c, state, { name: "mail", label: say("news.mailField") }) : "";
  return {
    title: say(forWhom(view, "news.title")),
    ...formStatus(state),
    body: html`<p class="lead">${say(forWhom(view, "news.lead"))}</p>${errorSummary(c, state, labelsOf(c))}
      ${postForm(c, { action: base }, html`${fields(c, state, view)}${write}<button type="submit">${say(forWhom(view, "news.publish"))}</button>`)}
      <h2>${say("news.listed")}</h2>${listed}`,
  };
}

function badge({ say, now }: PageContext, { isGroup }: NewsDeskView, { endsAt }: News, path: string | null): Html {
  if (endsAt <= now) return statusBadge("plain", say("news.over"));
  return statusBadge("good", say(isGroup && path !== null ? "news.shownToAll" : "news.shown"));
}

/** One of them, to be said better or taken away. */
export function oneNewsPage(
  c: PageContext,
  state: FormState,
  { news: { id, title }, path, ...view }: NewsDeskView & DeskNews,
): View {
  const { say } = c;
  const base = `/desk/${c.seat?.handle ?? ""}/news`;
  const shown = path === null ? "" : html`<p>${say("news.readAt")} <a href="${path}">${say("news.publicPage")}</a></p>`;
  return {
    title,
    ...formStatus(state),
    body: html`${clashBox(c, state, labelsOf(c))}${errorSummary(c, state, labelsOf(c))}${shown}
      ${postForm(c, { action: `${base}/${id}` }, html`${seenField(state)}${fields(c, state, view)}<button type="submit">${say("news.save")}</button>`)}
      ${actionButton(c, { action: `${base}/${id}/remove`, label: say("news.remove"), kind: "danger", describe: title })}
      <p><a href="${base}">${say("news.back")}</a></p>`,
  };
}

function fields(c: PageContext, state: FormState, { isGroup }: NewsDeskView): Html {
  const { say } = c;
  const toAll = { name: "public", label: say("news.field.public"), hint: say("news.publicHint") };
  return html`${textField(c, state, { name: "title", label: say("news.field.title"), required: true, maxLength: 120 })}
    ${textArea(c, state, { name: "text", label: say("news.field.text"), required: true, rows: 5, maxLength: 2000 })}
    ${textField(c, state, { name: "until", label: say("news.field.until"), hint: say("news.untilHint"), required: true, type: "date" })}
    ${isGroup ? checkboxField(c, state, toAll) : ""}`;
}

function labelsOf({ say }: PageContext): Record<string, string> {
  return Object.fromEntries(FIELDS.map((name) => [name, say(`news.field.${name}`)]));
}

/** What a group's desk says to its members, and another's to everybody. */
const TO_ALL = {
  "news.title": "news.titleToAll",
  "news.lead": "news.leadToAll",
  "news.publish": "news.publishToAll",
  "news.empty.text": "news.empty.textToAll",
} as const;

function forWhom({ isGroup }: NewsDeskView, key: keyof typeof TO_ALL): string {
  return isGroup ? key : TO_ALL[key];
}

/** A piece of news as its form shows it. */
export function typedOf(news: News, isPublic: boolean): Record<string, string> {
  return { title: news.title, text: news.text, until: lastDayOf(news), public: isPublic ? "on" : "" };
}
