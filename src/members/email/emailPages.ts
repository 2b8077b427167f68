// The page where a person asks for another address, and those its links lead to. Pure: view -> HTML.
import { actionButton, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";

/** The form; `email` is the address now, null for none; `isSent`: a link is on its way. */
export function emailPage(c: PageContext, state: FormState, view: { email: string | null; isSent: boolean }): View {
  const { say } = c;
  const label = say("people.email.new");
  return {
    title: say("people.email.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${view.isSent ? html`<div class="notice" role="status"><p>${say("people.email.sent")}</p></div>` : ""}
      <p class="lead">${view.email === null ? say("people.email.none") : say("people.email.now", { email: view.email })}</p>
      <p>${say("people.email.lead")}</p>
      ${errorSummary(c, state, { email: label })}
      ${postForm(
        c,
        { action: "/account/email" },
        html`${textField(c, state, { name: "email", label, type: "email", required: true, maxLength: 254, autocomplete: "email" })}
          <button type="submit">${say("people.email.submit")}</button>`,
      )}
      <p><a href="/account">${say("people.second.back")}</a></p>`,
  };
}

/** The link was opened; a press of the button does it, so that mail scanners do not. */
export function emailLinkPage(c: PageContext, what: "prove" | "undo", email: string): View {
  const { say } = c;
  return {
    title: say(`people.email.${what}Title`),
    body: html`<p class="lead">${say(`people.email.${what}Lead`, { email })}</p>
      ${actionButton(c, { action: c.path, label: say(`people.email.${what}Submit`) })}`,
  };
}

/** It is done. */
export function emailDonePage(c: PageContext, what: "prove" | "undo"): View {
  const { say } = c;
  return {
    title: say(`people.email.${what}Done`),
    body: html`<p class="lead">${say(`people.email.${what}DoneLead`)}</p><p><a role="button" href="/account">${say("people.email.go")}</a></p>`,
  };
}
