// After the set-up: what a new group or farm does next, each with where it is done and whether it is. Pure: view -> HTML. EXPERIENCE.md 2.11.
import { actionButton } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { statusBadge } from "../../web/parts.ts";
import type { BeginStep } from "./setup.ts";

/** One thing to do; `isDone` null where the node cannot tell. */
export type BeginLine = { readonly name: string; readonly href: string; readonly isDone: boolean | null };

/** The steps in their order, and an invitation to hand on. `goesOn`: where the first run stopped; null where it is over. */
export function beginPage(c: PageContext, steps: readonly BeginLine[], goesOn: BeginStep | null): View {
  const { say } = c;
  const isAllDone = steps.every(({ isDone }) => isDone !== false);
  const desk = `/desk/${c.seat?.handle ?? ""}`;
  const resume = goesOn
    ? html`<div class="notice"><p>${say("begin.stopped", { step: say(`setup.title.${goesOn}`) })}</p>
        <p><a role="button" href="${desk}/begin/${goesOn}">${say("begin.goOn")}</a></p></div>`
    : "";
  return {
    title: say(isAllDone ? "begin.doneTitle" : "begin.title"),
    body: html`${resume}<p class="lead">${say(isAllDone ? "begin.doneLead" : "begin.lead")}</p>
      <ul class="rows">${steps.map((step) => beginRow(c, step))}</ul>
      <h2>${say("begin.inviteTitle")}</h2><p>${say("begin.inviteLead")}</p>
      ${actionButton(c, { action: `${desk}/people/invite`, label: say("begin.invite"), fields: { role: "admin" } })}`,
  };
}

/** One thing to do, as a line of a list. */
export function beginRow({ say }: PageContext, { name, href, isDone }: BeginLine): Html {
  const badge =
    isDone === null ? "" : isDone ? statusBadge("good", say("begin.isDone")) : statusBadge("wait", say("begin.isLeft"));
  return html`<li class="row"><div><a href="${href}">${say(`begin.step.${name}`)}</a><small>${say(`begin.hint.${name}`)}</small></div>${badge}</li>`;
}
