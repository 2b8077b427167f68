// Asking households to pay: who is below zero and why, for the treasurer; what was asked of one, on its own page. Pure.
import { type FormState, postForm, textArea } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { notice } from "../../web/parts.ts";
import { amount, moneyErrors, moneyPath } from "../pages.ts";

/** A household below zero, with the causes in lines. `askedAt` epoch ms. */
export type DebtorRow = {
  readonly id: string;
  readonly name: string;
  readonly owedCents: number;
  readonly lines: readonly string[];
  readonly askedAt: number | null;
  readonly isToday: boolean;
};

/** The list, to tick, and the words on how to pay. */
export function askPage(
  c: PageContext,
  state: FormState,
  view: {
    readonly debtors: readonly DebtorRow[];
    readonly key: string;
    readonly done: { readonly asked: number; readonly written: number } | null;
  },
): View {
  const { say } = c;
  const { debtors, done } = view;
  const rows = html`<ul class="rows">${debtors.map((row, i) => debtorRow(c, row, i))}</ul>`;
  const fields = html`<input type="hidden" name="key" value="${view.key}">
      <fieldset><legend>${say("ledger.ask.who")}</legend>${rows}</fieldset>
      ${textArea(c, state, { name: "how", label: say("ledger.form.how"), hint: say("ledger.ask.howHint"), rows: 3, maxLength: 500 })}<button type="submit">${say("ledger.ask.send")}</button>`;
  // Of whom all were asked today nobody can be asked again.
  const body = debtors.every(({ isToday }) => isToday) ? rows : postForm(c, { action: c.path }, fields);
  const isWrong = Object.keys(state.errors).length > 0;
  return {
    title: say("ledger.ask.title"),
    ...(isWrong ? { status: 422 } : {}),
    body: html`${done ? notice(say("ledger.ask.done", { count: done.asked, written: done.written })) : ""}${moneyErrors(c, state)}
      <p class="lead">${say("ledger.ask.lead")}</p>
      ${debtors.length === 0 ? html`<p class="empty">${say("ledger.ask.none")}</p>` : body}
      <p><a href="${moneyPath(c)}/households?only=below">${say("ledger.ask.households")}</a></p>`,
  };
}

function debtorRow(c: PageContext, { id, name, owedCents, lines, askedAt, isToday }: DebtorRow, i: number): Html {
  const { say } = c;
  const head = isToday
    ? html`<div>${name} <span class="badge">${say("ledger.ask.today")}</span></div>`
    : html`<div class="choice"><input type="checkbox" id="ask-${i}" name="household.${id}" value="on" checked><label for="ask-${i}">${name}</label></div>`;
  const asked =
    askedAt === null || isToday ? "" : html`<small>${say("ledger.ask.last", { day: c.format.date(askedAt) })}</small>`;
  return html`<li class="row"><div>${head}${lines.map((line) => html`<small>${line}</small>`)}${asked}</div><div>${amount(c, owedCents)}</div></li>`;
}

/** On a household's own page: that it is asked to pay, what for, and how. */
export function askedPart(
  c: PageContext,
  ask: { readonly owedCents: number; readonly at: number; readonly how: string; readonly lines: readonly string[] },
): Html {
  const { say } = c;
  const facts = { day: c.format.date(ask.at), amount: c.format.money(ask.owedCents) };
  return html`<div class="notice"><p>${say("ledger.ask.own", facts)}</p>
      <ul>${ask.lines.map((line) => html`<li>${line}</li>`)}</ul>
      ${ask.how === "" ? "" : html`<p class="kept-lines">${say("ledger.ask.ownHow", { how: ask.how })}</p>`}</div>`;
}
