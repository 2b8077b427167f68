// Letters about orders that were not taken, as people see them beside the order they are about: what came and why it changed
// nothing, and what of ours the other side did not take. Pure. PROTOCOL 6.6, SAFETY I4.
import type { RefusedLetter } from "../../activitypub/inboxStore.ts";
import { timeTag } from "../../web/format.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { troubleOf } from "../hosts/health.ts";
import type { Trouble } from "./troubleStore.ts";

/** Nothing where there is no trouble. `peerName`: who the other side is. */
export function troublePart(c: PageContext, { refused, undecided }: Trouble, peerName: string): Html | "" {
  const { say } = c;
  if (refused.length === 0 && undecided.length === 0) return "";
  const ours = undecided.map(
    ({ type, lastError, createdAt }) =>
      html`<li class="row"><span>${tellType(c, type)}: ${say(`partners.trouble.${troubleOf(lastError)}`)}</span><span>${timeTag(c.language, createdAt, c.now)}</span></li>`,
  );
  return html`<section class="problems"><h2>${say("partners.refused.title")}</h2>
    ${refused.length === 0 ? "" : html`<p>${say("partners.refused.lead", { name: peerName })}</p>${refusedList(c, refused, false)}`}
    ${ours.length === 0 ? "" : html`<p>${say("partners.refused.oursLead", { name: peerName })} <a href="/desk/${c.seat?.handle ?? ""}/outbox">${say("partners.outbox.nav")}</a></p><ul class="rows">${ours}</ul>`}</section>`;
}

/** What was refused lately, whoever sent it, for the page about partners; nothing where nothing was. */
export function newestRefusedPart(c: PageContext, refused: readonly RefusedLetter[]): Html | "" {
  const { say } = c;
  if (refused.length === 0) return "";
  return html`<h2>${say("partners.refused.title")}</h2><p>${say("partners.refused.allLead")}</p>${refusedList(c, refused, true)}`;
}

function refusedList(c: PageContext, refused: readonly RefusedLetter[], withHost: boolean): Html {
  const rows = refused.map(({ sender, type, refusal, receivedAt }) => {
    const from = withHost ? html` <small>${new URL(sender).host}</small>` : "";
    return html`<li class="row"><span>${tellType(c, type)}: ${tellWhy(c, refusal)}${from}</span><span>${timeTag(c.language, receivedAt, c.now)}</span></li>`;
  });
  return html`<ul class="rows">${rows}</ul>`;
}

function tellType({ say }: PageContext, type: string): string {
  return TYPES.includes(type) ? say(`partners.refused.type.${type}`) : type;
}

function tellWhy({ say }: PageContext, code: string): string {
  return CODES.includes(code) ? say(`partners.refused.why.${code}`) : say("partners.refused.why.other", { code });
}

const TYPES = ["Offer", "Accept", "TentativeAccept", "TentativeReject", "Reject", "Undo", "Create", "Update"];
const CODES = [
  "result-differs",
  "digest-differs",
  "note-differs",
  "conflict",
  "unreadable-order",
  "bad-proof",
  "not-owner",
  "wrong-party",
  "no-pact",
  "too-many-parked",
  "cannot-be-taken",
  "unknown-message",
];
