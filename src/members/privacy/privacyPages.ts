// The page /privacy: what this node knows of people, read off the data map, in plain words. Pure: view -> HTML. EXPERIENCE 4, SAFETY 9.
import type { Periods } from "../../kernel/retention.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { PERSONAL_TABLES, type PersonalTable, PURPOSES } from "./dataMap.ts";
import { tellPeriods } from "./retentionPages.ts";

/** A group or farm of this node, which answers for the data of its people. */
export type Controller = { readonly handle: string; readonly name: string; readonly contact: string };

/** What is known, why, how long and who sees it; then what a person can do about it. */
export function privacyPage(c: PageContext, controllers: readonly Controller[], periods: Periods): View {
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
      ${PURPOSES.map((why) => purposePart(c, why, periods))}
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

/** What is kept equally long and seen by the same eyes is told together. */
function purposePart(c: PageContext, why: PersonalTable["why"], periods: Periods): Html {
  const { say } = c;
  const tables = PERSONAL_TABLES.filter((table) => table.why === why);
  const alike = [...Map.groupBy(tables, ({ kept, seen }) => `${kept} ${seen.join(" ")}`).values()];
  return html`<h2>${say(`privacy.why.${why}.title`)}</h2>
    <p>${say(`privacy.why.${why}.text`)}</p>
    <details><summary>${say("privacy.what")}</summary>
      <ul class="rows">${alike.map((group) => dataRow(c, group, periods))}</ul></details>`;
}

function dataRow({ say, format }: PageContext, tables: readonly PersonalTable[], periods: Periods): Html {
  const [first] = tables;
  const eyes = format.list((first?.seen ?? []).map((who) => say(`privacy.seen.${who}`)));
  const how = say(`privacy.kept.${first?.kept ?? "account"}`, tellPeriods(say, periods));
  const names = tables.map(({ table }) => html`<strong>${say(`privacy.data.${table}`)}</strong><br>`);
  return html`<li class="row"><div>${names}
      <small>${say("privacy.keptFor", { how })} ${say("privacy.seenBy", { who: eyes })}</small></div></li>`;
}
