// Following from elsewhere: the little form on an actor's public page, and the way to the visitor's own server. Pure.
import { renderSVG } from "uqr";
import { errorSummary, type FormState, FRESH, textField } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";

export type FollowedActor = { readonly handle: string; readonly name: string; readonly id: string };

/** "Segui dal tuo account": a form without script or cookie, for the public page of an actor. */
export function followBox(c: PageContext, actor: FollowedActor, state: FormState = FRESH): Html {
  const { say } = c;
  const field = {
    name: "account",
    label: say("partners.remote.account"),
    hint: say("partners.remote.hint"),
    required: true,
  };
  return html`<section class="card"><h2>${say("partners.remote.title")}</h2>
    <p>${say("partners.remote.address")} <code>@${actor.handle}@${new URL(actor.id).host}</code></p>
    <form method="get" action="/interact" class="stack" novalidate>
      <input type="hidden" name="handle" value="${actor.handle}">
      ${textField(c, state, { ...field, maxLength: 300 })}
      <button type="submit">${say("partners.remote.submit")}</button>
    </form>
    <p>${say("partners.remote.feeds")} <a href="/${actor.handle}/feed.atom">Atom</a> · <a href="/${actor.handle}/feed.json">JSON Feed</a></p>
    <details><summary>${say("partners.remote.code")}</summary>
      <p><img class="qr" src="data:image/svg+xml;base64,${codeOf(actor.id)}" width="220" height="220" alt="${say("partners.remote.codeAlt", { name: actor.name })}"></p></details></section>`;
}

/** The address of the page, for a phone: on a door, a stall, a leaflet. */
function codeOf(address: string): string {
  return Buffer.from(renderSVG(address, { border: 2 })).toString("base64");
}

/** Where the visitor goes on: their own server's page, or the form again with what was wrong. */
export function interactPage(c: PageContext, actor: FollowedActor, state: FormState, url: string | null): View {
  const { say } = c;
  const label = say("partners.remote.account");
  return {
    title: say("partners.remote.pageTitle", { name: actor.name }),
    ...(url === null ? { status: 422 } : {}),
    body:
      url === null
        ? html`${errorSummary(c, state, { account: label })}${followBox(c, actor, state)}`
        : html`<p class="lead">${say("partners.remote.goOn", { host: new URL(url).host })}</p>
          <p><a role="button" href="${safeUrl(url)}" rel="noopener noreferrer">${say("partners.remote.go", { host: new URL(url).host })}</a></p>
          <p><a href="/${actor.handle}">${say("partners.remote.back", { name: actor.name })}</a></p>`,
  };
}

/** An address from elsewhere that leads to no actor we can follow. */
export function nobodyThere(c: PageContext, address: string, reason: string): View {
  const { say } = c;
  return {
    title: say("partners.remote.nobody"),
    status: 422,
    body: html`<p class="lead">${say(`form.reason.${reason}`)}: <code>${address}</code></p>`,
  };
}
