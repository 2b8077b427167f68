// The page where a person takes their data home or leaves for good, and the word of goodbye. Pure: view -> HTML.
import { postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";

/** How many rows of each table there are; `obstacle`: the sentence of what keeps them from leaving, null where nothing does. */
export type OwnData = {
  readonly counts: readonly { readonly table: string; readonly rows: number }[];
  readonly obstacle: string | null;
};

/** What is known, the file with all of it, and the way out. */
export function ownDataPage(c: PageContext, { counts, obstacle }: OwnData): View {
  const { say } = c;
  const rows = counts.map(
    ({ table, rows }) =>
      html`<li class="row"><span>${say(`privacy.data.${table}`)}</span> <span>${say("data.rows", { count: rows })}</span></li>`,
  );
  return {
    title: say("data.title"),
    body: html`<p class="lead">${say("data.lead")}</p>
      <ul class="rows">${rows}</ul>
      <h2>${say("data.downloadTitle")}</h2>
      <p>${say("data.download")}</p>
      ${postForm(c, { action: "/account/data" }, html`<button type="submit">${say("data.downloadSubmit")}</button>`)}
      <h2>${say("data.eraseTitle")}</h2>
      <p>${say("data.erase")}</p>
      ${obstacle === null ? html`<details><summary>${say("data.eraseAsk")}</summary>${sureForm(c, "/account/erase", say("data.eraseSubmit"))}</details>` : html`<div class="notice"><p>${obstacle}</p></div>`}
      <p><a href="/privacy">${say("data.more")}</a> · <a href="/account">${say("people.second.back")}</a></p>`,
  };
}

/** The form that erases somebody: a tick and a press, so that no slip does it. */
export function sureForm(c: PageContext, action: string, label: string): Html {
  const { say } = c;
  return postForm(
    c,
    { action },
    html`<div class="choice"><input type="checkbox" id="f-sure" name="sure" value="on" required><label for="f-sure">${say("data.sure")}<small>${say("data.sureHint")}</small></label></div>
      <button type="submit" class="danger">${label}</button>`,
  );
}

/** To somebody who is nobody here any more. */
export function goodbyePage(c: PageContext): View {
  const { say } = c;
  return {
    title: say("data.goodbyeTitle"),
    body: html`<p class="lead">${say("data.goodbye")}</p><p>${say("data.goodbyeBackups")}</p><p><a href="/">${say("web.error.start")}</a></p>`,
  };
}
