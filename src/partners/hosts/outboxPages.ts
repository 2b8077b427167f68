// What this desk owes to others: what a person must verify, what fails, what waits, what arrived. Pure.
import type { OutboxPart, OwedLetter } from "../../activitypub/outboxListStore.ts";
import { timeTag } from "../../web/format.ts";
import { actionButton, checkboxField, FRESH, postForm, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { domain } from "../pages.ts";
import { troubleOf } from "./health.ts";

export type OutboxView = {
  readonly parts: readonly {
    readonly part: OutboxPart;
    readonly total: number;
    readonly letters: readonly OwedLetter[];
  }[];
  readonly mayDecide: boolean;
  /** Partners that have not answered since a restore, whose answers our order letters wait for. */
  readonly unasked: readonly string[];
};

export function outboxPage(c: PageContext, view: OutboxView): View {
  const { say } = c;
  const action = `/desk/${c.seat?.handle ?? ""}/outbox`;
  const waiting = view.parts.filter(({ part, total }) => total > 0 && part !== "delivered" && part !== "abandoned");
  const parts = view.parts
    .filter(({ total }) => total > 0)
    .map(
      ({ part, total, letters }) => html`<h2>${say(`partners.outbox.part.${part}`)} (${c.format.count(total)})</h2>
      ${part === "verify" ? html`<p>${say("partners.outbox.verifyLead")}</p>` : ""}
      <ul class="cards">${letters.map((letter) => letterCard(c, action, letter, view.mayDecide))}</ul>
      ${total > letters.length ? html`<p><small>${say("partners.outbox.more", { count: total - letters.length })}</small></p>` : ""}`,
    );
  return {
    title: say("partners.outbox.title"),
    body: html`<p class="lead">${say("partners.outbox.lead")}</p>
      ${view.unasked.length > 0 ? held(c, action, view) : ""}
      ${waiting.length === 0 ? html`<p class="notice">${say("partners.outbox.allDone")}</p>` : ""}
      ${waiting.length > 0 && view.mayDecide ? actionButton(c, { action: `${action}/retry`, label: say("partners.outbox.retryAll") }) : ""}
      ${parts}`,
  };
}

/** After a restore nothing of the order lane leaves until the partners were asked, or a person knows better. */
function held(c: PageContext, action: string, { unasked, mayDecide }: OutboxView): Html {
  const { say } = c;
  return html`<section class="problems"><h2>${say("partners.outbox.held.title")}</h2>
    <p>${say("partners.outbox.held.lead")}</p>
    <ul>${unasked.map((peer) => html`<li>${domain(new URL(peer).host)} <small>${peer}</small></li>`)}</ul>
    ${
      mayDecide
        ? postForm(
            c,
            { action: `${action}/release` },
            html`${checkboxField(c, FRESH, { name: "called", label: say("partners.outbox.held.confirm"), required: true })}
              <button type="submit">${say("partners.outbox.held.release")}</button>`,
          )
        : ""
    }</section>`;
}

function letterCard(c: PageContext, action: string, letter: OwedLetter, mayDecide: boolean): Html {
  const { say, language, now, format } = c;
  const { id, host, type, state, attempts, lastError, finishedAt, createdAt, nextAt } = letter;
  const isOver = state === "delivered" || state === "abandoned";
  return html`<li class="card"><h3>${tellType(c, type)} · ${domain(host)}</h3>
    <dl class="facts stacked"><dt>${say("partners.outbox.written")}</dt><dd>${timeTag(language, createdAt, now)}</dd>
      ${finishedAt === null ? "" : html`<dt>${say("partners.outbox.finished")}</dt><dd>${format.relative(finishedAt, now)}</dd>`}
      ${isOver || attempts === 0 ? "" : html`<dt>${say("partners.outbox.attempts")}</dt><dd>${format.count(attempts)}</dd>`}
      ${state === "pending" && attempts > 0 ? html`<dt>${say("partners.health.next")}</dt><dd>${format.relative(Math.max(nextAt, now), now)}</dd>` : ""}
      ${lastError === null ? "" : html`<dt>${say("partners.health.trouble")}</dt><dd>${state === "abandoned" ? "" : say(`partners.trouble.${troubleOf(lastError)}`)} <small>${lastError}</small></dd>`}
    </dl>
    ${isOver || state === "leased" || !mayDecide ? "" : acts(c, action, id)}</li>`;
}

/** What a letter says, in words; a type of another room stands as it is. */
function tellType({ say }: PageContext, type: string): string {
  return TYPES.includes(type) ? say(`partners.outbox.type.${type}`) : type;
}

const TYPES = [
  ...["Accept", "Add", "Announce", "Create", "Delete", "Flag", "Follow", "Invite", "Join", "Leave", "Move", "Offer"],
  ...["Reject", "Remove", "TentativeAccept", "TentativeReject", "Undo", "Update"],
];

function acts(c: PageContext, action: string, id: number): Html {
  const { say } = c;
  const fields = { id: String(id) };
  // Giving up asks why, because somebody else will wonder later.
  return html`<div class="actions">${actionButton(c, { action: `${action}/retry`, label: say("partners.health.retry"), fields, describe: String(id) })}</div>
    <details><summary>${say("partners.outbox.abandon")}</summary>${postForm(
      c,
      { action: `${action}/abandon` },
      html`<input type="hidden" name="id" value="${id}">
        ${textField(c, FRESH, { name: `reason-${id}`, label: say("partners.outbox.reason"), required: true, maxLength: 200 })}
        <button type="submit" class="danger">${say("partners.outbox.abandon")}</button>`,
    )}</details>`;
}
