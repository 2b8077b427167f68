// A member's household: who is in it, its name, inviting who lives there too, leaving it or the group. Pure: view -> HTML.
import { actionButton, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { inviteBox } from "../peoplePages.ts";

export type HouseholdView = {
  readonly name: string;
  readonly people: readonly { readonly personId: string; readonly name: string }[];
  readonly friends: readonly string[];
  readonly isSaved: boolean;
  /** Shown once, to the one who made it. */
  readonly link: { readonly url: string; readonly expiresAt: number } | null;
};

export function householdPage(c: PageContext, state: FormState, view: HouseholdView): View {
  const { say, format } = c;
  const base = `/desk/${c.seat?.handle ?? ""}/household`;
  const people = view.people.map(
    ({ personId, name }) =>
      html`<li class="row"><span>${name}${personId === c.visitor?.personId ? html` <span class="badge">${say("people.household.you")}</span>` : ""}</span></li>`,
  );
  return {
    title: say("people.household.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${view.isSaved ? html`<div class="notice" role="status"><p>${say("people.person.saved")}</p></div>` : ""}
      ${view.link ? inviteBox(c, view.link, say("people.household.madeHint")) : ""}
      <p class="lead">${say("people.household.lead")}</p>
      <h2>${say("people.household.people")}</h2>
      <ul class="rows">${people}</ul>
      ${view.friends.length > 0 ? html`<p>${say("people.household.friends", { names: format.list(view.friends) })}</p>` : ""}
      ${actionButton(c, { action: `${base}/invite`, label: say("people.household.invite"), kind: "quiet" })}
      <p><small>${say("people.household.inviteHint")}</small></p>
      <h2>${say("people.household.rename")}</h2>
      ${errorSummary(c, state, { name: say("people.household.name") })}
      ${postForm(
        c,
        { action: `${base}/name` },
        html`${textField(c, state, { name: "name", label: say("people.household.name"), required: true, maxLength: 200 })}
          <button type="submit">${say("people.household.saveName")}</button>`,
      )}
      ${view.people.length > 1 ? html`<h2>${say("people.household.leaveTitle")}</h2><p>${say("people.household.leaveLead")}</p>${actionButton(c, { action: `${base}/leave`, label: say("people.household.leave"), kind: "quiet" })}` : ""}
      <h2>${say("people.household.quitTitle")}</h2>
      <p>${say("people.household.quitLead")}</p>
      <details><summary>${say("people.household.quitAsk", { name: c.seat?.actorName ?? "" })}</summary>
        ${actionButton(c, { action: `${base}/quit`, label: say("people.household.quit"), kind: "danger" })}</details>`,
  };
}
