// After the set-up: what a new group or farm does next, each with where it is done and whether it is. Pure: view -> HTML. EXPERIENCE.md 2.11.
import { actionButton } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { statusBadge } from "../web/parts.ts";

/** One thing to do; `isDone` null where the node cannot tell. */
export type BeginStep = { readonly name: string; readonly href: string; readonly isDone: boolean | null };

/** The steps in their order, and an invitation to hand on. */
export function beginPage(c: PageContext, steps: readonly BeginStep[]): View {
  const { say } = c;
  const isAllDone = steps.every(({ isDone }) => isDone !== false);
  const people = `/desk/${c.seat?.handle ?? ""}/people`;
  return {
    title: say(isAllDone ? "begin.doneTitle" : "begin.title"),
    body: html`<p class="lead">${say(isAllDone ? "begin.doneLead" : "begin.lead")}</p>
      <ul class="rows">${steps.map((step) => stepRow(c, step))}</ul>
      <h2>${say("begin.inviteTitle")}</h2><p>${say("begin.inviteLead")}</p>
      ${actionButton(c, { action: `${people}/invite`, label: say("begin.invite"), fields: { role: "admin" } })}`,
  };
}

function stepRow({ say }: PageContext, { name, href, isDone }: BeginStep): Html {
  const badge =
    isDone === null ? "" : isDone ? statusBadge("good", say("begin.isDone")) : statusBadge("wait", say("begin.isLeft"));
  return html`<li class="row"><div><a href="${href}">${say(`begin.step.${name}`)}</a><small>${say(`begin.hint.${name}`)}</small></div>${badge}</li>`;
}
