// What people read of a piece of news, on Mastodon as on our pages. Pure.
import { html } from "hono/html";
import { type News, paragraphsOf } from "./news.ts";

/** The words of one language. */
type Say = (key: string, facts?: Record<string, unknown>) => string;

/** The text as HTML for the wire: title, paragraphs, one link, one hashtag. Everything typed by a person is escaped. */
export function writeContent({ title, text }: News, say: Say, url: string, tagUrl: string): string {
  const paragraphs = paragraphsOf(text).map((part) => html`<p>${lines(part)}</p>`);
  const link = html`<p><a href="${url}">${say("news.note.link")}</a> <a href="${tagUrl}" class="mention hashtag" rel="tag">#<span>GAS</span></a></p>`;
  return [html`<p><strong>${title}</strong></p>`, ...paragraphs, link].map(String).join("");
}

function lines(part: string) {
  return part.split("\n").map((line, n) => (n === 0 ? html`${line}` : html`<br>${line}`));
}
