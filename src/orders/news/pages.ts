// News of a group: what members read where they begin, and the page where who administers writes it. Pure.
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
import { lastDayOf, type News } from "./news.ts";

const FIELDS = ["title", "text", "until"] as const;

/** So many stand open above the orders; the others are folded below them. */
const OPEN_SHOWN = 2;

/** At the head of a member's home; nothing where there is none. */
export function newsPart(c: PageContext, news: readonly News[]): Html | "" {
  if (news.length === 0) return "";
  const items = news.map(
    ({ title, text, createdAt }) => html`<li class="card"><h3>${title}</h3>
      ${paragraphs(text)}<p><small>${c.format.date(createdAt)}</small></p></li>`,
  );
  const folded = items.slice(OPEN_SHOWN);
  const more =
    folded.length > 0
      ? html`<details><summary>${c.say("news.more", { count: folded.length })}</summary><ul class="cards">${folded}</ul></details>`
      : "";
  return html`<section aria-labelledby="news"><h2 id="news">${c.say("news.heading")}</h2><ul class="cards">${items.slice(0, OPEN_SHOWN)}</ul>${more}</section>`;
}

function paragraphs(text: string): Html[] {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== "")
    .map((part) => html`<p>${part.trim()}</p>`);
}

/** Everything lately said, and the form of the next. `hasMail`: the node can write to people. */
export function newsPage(
  c: PageContext,
  state: FormState,
  view: { readonly news: readonly News[]; readonly hasMail: boolean },
): View {
  const { say } = c;
  const base = `/desk/${c.seat?.handle ?? ""}/news`;
  const badge = ({ endsAt }: News) =>
    endsAt > c.now ? statusBadge("good", say("news.shown")) : statusBadge("plain", say("news.over"));
  const rows = view.news.map(
    (one) => html`<li class="row"><span><a href="${base}/${one.id}">${one.title}</a>
      <small>${say("news.untilDay", { date: c.format.date(one.endsAt - 1) })}</small></span>${badge(one)}</li>`,
  );
  const listed =
    rows.length > 0
      ? html`<ul class="rows">${rows}</ul>`
      : emptyState({ title: say("news.empty.title"), text: say("news.empty.text") });
  const write = view.hasMail ? checkboxField(c, state, { name: "mail", label: say("news.mailField") }) : "";
  return {
    title: say("news.title"),
    ...formStatus(state),
    body: html`<p class="lead">${say("news.lead")}</p>${errorSummary(c, state, labelsOf(c))}
      ${postForm(c, { action: base }, html`${fields(c, state)}${write}<button type="submit">${say("news.publish")}</button>`)}
      <h2>${say("news.listed")}</h2>${listed}`,
  };
}

/** One of them, to be said better or taken away. */
export function oneNewsPage(c: PageContext, state: FormState, { id, title }: News): View {
  const { say } = c;
  const base = `/desk/${c.seat?.handle ?? ""}/news`;
  return {
    title,
    ...formStatus(state),
    body: html`${clashBox(c, state, labelsOf(c))}${errorSummary(c, state, labelsOf(c))}
      ${postForm(c, { action: `${base}/${id}` }, html`${seenField(state)}${fields(c, state)}<button type="submit">${say("news.save")}</button>`)}
      ${actionButton(c, { action: `${base}/${id}/remove`, label: say("news.remove"), kind: "danger", describe: title })}
      <p><a href="${base}">${say("news.back")}</a></p>`,
  };
}

function fields(c: PageContext, state: FormState): Html {
  const { say } = c;
  return html`${textField(c, state, { name: "title", label: say("news.field.title"), required: true, maxLength: 120 })}
    ${textArea(c, state, { name: "text", label: say("news.field.text"), required: true, rows: 5, maxLength: 2000 })}
    ${textField(c, state, { name: "until", label: say("news.field.until"), hint: say("news.untilHint"), required: true, type: "date" })}`;
}

function labelsOf({ say }: PageContext): Record<string, string> {
  return Object.fromEntries(FIELDS.map((name) => [name, say(`news.field.${name}`)]));
}

/** A piece of news as its form shows it. */
export function typedOf(news: News): Record<string, string> {
  return { title: news.title, text: news.text, until: lastDayOf(news) };
}
