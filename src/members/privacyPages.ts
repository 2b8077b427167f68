// The page /privacy: what this node knows of people, read off the data map, in plain words. Pure: view -> HTML. EXPERIENCE 4, SAFETY 9.
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { PERSONAL_TABLES, type PersonalTable, PURPOSES } from "./dataMap.ts";

/** A group or farm of this node, which answers for the data of its people. */
export type Controller = { readonly handle: string; readonly name: string; readonly contact: string };

/** What is known, why, how long and who sees it; then what a person can do about it. */
export function privacyPage(c: PageContext, controllers: readonly Controller[]): View {
  const { say } = c;
  const groups = controllers.map(({ handle, name, contact }) => {
    const mail = contact === "" ? "" : html` <a href="mailto:${contact}">${contact}</a>`;
    return html`<li><a href="/${handle}">${name}</a>${mail}</li>`;
  });
  return {
    title: say("privacy.title"),
    description: say("privacy.lead"),
    body: html`<p class="lead">${say("privacy.lead")}</p>
      <h2>${say("privacy.whoTitle")}</h2>
      <p>${say("privacy.who")}</p>
      ${groups.length > 0 ? html`<ul>${groups}</ul>` : ""}
      <p>${say("privacy.host")}</p>
      ${PURPOSES.map((why) => purposePart(c, why))}
      <h2>${say("privacy.leavesTitle")}</h2>
      <p>${say("privacy.leaves")}</p>
      <h2>${say("privacy.rightsTitle")}</h2>
      <p>${say("privacy.rights")}</p>
      <p><a role="button" href="/account/data">${say("privacy.toData")}</a></p>
      <p>${say("privacy.complain")}</p>
      <h2>${say("privacy.cookiesTitle")}</h2>
      <p>${say("privacy.cookies")}</p>`,
  };
}

function purposePart(c: PageContext, why: PersonalTable["why"]): Html {
  const { say } = c;
  const rows = PERSONAL_TABLES.filter((table) => table.why === why).map((table) => dataRow(c, table));
  return html`<h2>${say(`privacy.why.${why}.title`)}</h2>
    <p>${say(`privacy.why.${why}.text`)}</p>
    <ul class="rows">${rows}</ul>`;
}

function dataRow({ say, format }: PageContext, { table, kept, seen }: PersonalTable): Html {
  const eyes = format.list(seen.map((who) => say(`privacy.seen.${who}`)));
  return html`<li class="row"><div><strong>${say(`privacy.data.${table}`)}</strong>
      <small>${say("privacy.keptFor", { how: say(`privacy.kept.${kept}`) })} ${say("privacy.seenBy", { who: eyes })}</small></div></li>`;
}
