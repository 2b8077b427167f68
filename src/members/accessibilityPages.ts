// The page /accessibility: the dichiarazione di accessibilità, with the address for feedback that it must have. Pure. EXPERIENCE 4.
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import type { Controller } from "./privacy/privacyPages.ts";

/** When the statement was last gone through with the pages before one's eyes. */
const REVIEWED_AT = Date.UTC(2026, 10, 23, 12);

const MEDIATOR = "https://www.agid.gov.it/it/agenzia/difensore-civico-digitale";
/** What does not meet the rules, each with its way round. */
const GAPS = ["documents", "pictures", "pdf", "passkeys"] as const;

export type AccessibilityView = {
  readonly version: string;
  readonly contact: string | null;
  /** Groups and farms that say an address of their own. */
  readonly groups: readonly Controller[];
};

/** How far it complies and how that is known, what does not, where to write, who decides if nobody answers. */
export function accessibilityPage(c: PageContext, { version, contact, groups }: AccessibilityView): View {
  const { say } = c;
  const addresses = groups.map(({ name, contact }) => html`<li>${name}: ${address(contact)}</li>`);
  return {
    title: say("access.title"),
    description: say("access.lead"),
    body: html`<p class="lead">${say("access.lead")}</p>
      <h2>${say("access.stateTitle")}</h2>
      <p>${say("access.state")}</p>
      <h2>${say("access.gapsTitle")}</h2>
      <ul>${GAPS.map((gap) => html`<li>${say(`access.gap.${gap}`)}</li>`)}</ul>
      <h2>${say("access.howTitle")}</h2>
      <p>${say("access.how", { version, date: c.format.date(REVIEWED_AT) })}</p>
      <h2>${say("access.feedbackTitle")}</h2>
      <p>${say("access.feedback")}</p>
      ${contact === null ? "" : html`<p>${say("access.keeper")} ${address(contact)}</p>`}
      ${addresses.length > 0 ? html`<ul>${addresses}</ul>` : ""}
      ${contact === null && addresses.length === 0 ? html`<p>${say("access.nobody")}</p>` : ""}
      <h2>${say("access.complainTitle")}</h2>
      <p>${say("access.complain")} <a href="${MEDIATOR}" rel="noopener noreferrer">${say("access.mediator")}</a></p>`,
  };
}

function address(contact: string): Html {
  const isWeb = /^https?:/.test(contact);
  const plain = contact.replace(/^mailto:/, "");
  return isWeb
    ? html`<a href="${contact}" rel="noopener noreferrer">${contact}</a>`
    : html`<a href="mailto:${plain}">${plain}</a>`;
}
