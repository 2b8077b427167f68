// Households and their money: the treasurer's list, one household, and a member's own statement. Pure: view -> HTML.
import { type FormState, postForm, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { listPages, listTools } from "../web/parts.ts";
import type { Credit } from "./creditActions.ts";
import { amount, doneNotice, moneyErrors, moneyForm, moneyPath } from "./pages.ts";

/** A household as the treasurer's list shows it, cents. */
export type HouseholdRow = {
  readonly id: string;
  readonly name: string;
  readonly hasLeft: boolean;
  readonly balanceCents: number;
  readonly reservedCents: number;
};

/** All households with their balances, and the limit that holds for all. */
export function householdsPage(
  c: PageContext,
  view: {
    sifted: Sifted<HouseholdRow>;
    limitCents: number;
    done: string | undefined;
    /** Others only take money: no statement, no limits. */
    isTreasurer: boolean;
  },
): View {
  const { say } = c;
  const rows = view.sifted.items.map(
    ({
      id,
      name,
      hasLeft,
      balanceCents,
      reservedCents,
    }) => html`<li class="row"><div><a href="${moneyPath(c)}/households/${id}${view.isTreasurer ? "" : "/top-up"}">${name}</a>
        ${hasLeft ? html`<span class="badge wait">${say("ledger.household.left")}</span>` : ""}
        ${reservedCents > 0 ? html`<small>${say("ledger.credit.reserved")} ${amount(c, reservedCents)}</small>` : ""}</div>
      <div>${amount(c, balanceCents)}${balanceCents < 0 ? html` <span class="badge stop">${say("ledger.household.below")}</span>` : ""}</div></li>`,
  );
  return {
    title: say("ledger.household.title"),
    body: html`${doneNotice(c, view.done)}
      ${listTools(c, view.sifted, { label: say("ledger.household.search"), chips: [{ name: "below", label: say("ledger.household.below") }] })}
      ${rows.length === 0 ? html`<p class="empty">${say("ledger.household.none")}</p>` : html`<ul class="rows">${rows}</ul>`}
      ${listPages(c, view.sifted)}
      ${view.isTreasurer ? html`<p><a href="/desk/${c.seat?.handle ?? ""}/people.csv">${say("people.csv.link")}</a> · <a href="/desk/${c.seat?.handle ?? ""}/people/import">${say("imports.link")}</a></p>` : ""}
      ${view.isTreasurer ? html`<p><a href="${moneyPath(c)}/ask">${say("ledger.ask.title")}</a></p>` : ""}
      ${view.isTreasurer ? limitPart(c, view.limitCents) : ""}`,
  };
}

function limitPart(c: PageContext, limitCents: number): Html {
  const { say } = c;
  return html`<h2>${say("ledger.limit.title")}</h2>
      <p>${say("ledger.limit.forAll", { amount: c.format.money(limitCents) })}</p>
      <p><a href="${moneyPath(c)}/limit">${say("ledger.limit.change")}</a></p>`;
}

/** What a household has, holds and may spend. */
function creditFacts(c: PageContext, credit: Credit): Html {
  const { say } = c;
  return html`<dl class="facts"><dt>${say("ledger.credit.balance")}</dt><dd>${amount(c, credit.balanceCents)}</dd>
      <dt>${say("ledger.credit.reserved")}</dt><dd>${amount(c, credit.reservedCents)}</dd>
      ${credit.limitCents === 0 ? "" : html`<dt>${say("ledger.credit.limit")}</dt><dd>${amount(c, credit.limitCents)}</dd>`}
      <dt>${say("ledger.credit.free")}</dt><dd>${amount(c, credit.freeCents)}</dd></dl>`;
}

/** What a treasurer can do about a household; each is a page of its own. */
export const HOUSEHOLD_FORMS = ["top-up", "grant", "deposit", "refund", "deposit-back"] as const;
export type HouseholdForm = (typeof HOUSEHOLD_FORMS)[number];

/** One household for the treasurer: credit, what can be done, statement. */
export function householdPage(
  c: PageContext,
  view: {
    id: string;
    name: string;
    credit: Credit;
    depositCents: number;
    isOwn: boolean;
    statement: Html;
    done: string | undefined;
  },
): View {
  const { say } = c;
  const base = `${moneyPath(c)}/households/${view.id}`;
  const forms = HOUSEHOLD_FORMS.filter((form) => form !== "deposit-back" || view.depositCents !== 0);
  const links = [...forms, ...(view.isOwn ? [] : (["limit"] as const))];
  return {
    title: view.name,
    body: html`${doneNotice(c, view.done)}
      ${creditFacts(c, view.credit)}
      ${view.depositCents === 0 ? "" : html`<p>${say("ledger.household.deposit", { amount: c.format.money(view.depositCents) })}</p>`}
      ${view.isOwn ? html`<div class="notice"><p>${say("ledger.household.own")}</p></div>` : ""}
      <ul class="chips" aria-label="${say("ledger.household.acts")}">${links.map((form) => html`<li><a href="${base}/${form}">${say(`ledger.household.${form}`)}</a></li>`)}</ul>
      ${view.statement}`,
  };
}

/** One thing to do about a household. */
export function householdFormPage(
  c: PageContext,
  state: FormState,
  view: { form: HouseholdForm; name: string; credit: Credit; isOwn: boolean; key: string },
): View {
  const { say } = c;
  const { form, isOwn } = view;
  const isBack = form === "refund" || form === "deposit-back";
  return {
    title: say("ledger.household.formTitle", { act: say(`ledger.household.${form}`), name: view.name }),
    ...statusOf(state),
    body: html`${moneyErrors(c, state)}
      ${isBack || isOwn ? html`<p class="lead">${say("ledger.household.secondPerson")}</p>` : ""}
      ${creditFacts(c, view.credit)}
      ${moneyForm(c, state, {
        action: c.path,
        key: view.key,
        amountLabel: say("ledger.form.amount"),
        hasTill: form !== "grant",
        hasDay: form === "top-up" || form === "deposit",
        memoRequired: isBack || isOwn,
        memoHint: say(isBack || isOwn ? "ledger.form.reasonHint" : "ledger.form.memoHint"),
        memoLabel: say(isBack || isOwn ? "ledger.form.reason" : "ledger.form.memo"),
        submit: say(isBack || isOwn ? "ledger.act.ask" : `ledger.act.${form}`),
      })}`,
  };
}

/** How far below zero: for one household (`name`), or for all that have no limit of their own. */
export function limitPage(
  c: PageContext,
  state: FormState,
  view: { name: string | null; limitCents: number; key: string },
): View {
  const { say } = c;
  const { name } = view;
  const amountText = c.format.money(view.limitCents);
  return {
    title: say("ledger.limit.title"),
    ...statusOf(state),
    body: html`${moneyErrors(c, state)}
      <p class="lead">${name === null ? say("ledger.limit.forAll", { amount: amountText }) : say("ledger.limit.forOne", { amount: amountText, name })}</p>
      ${postForm(
        c,
        { action: c.path },
        html`<input type="hidden" name="key" value="${view.key}">
          ${textField(c, state, { name: "limit", label: say("ledger.form.limit"), hint: say("ledger.limit.hint"), inputmode: "decimal", short: true, maxLength: 20 })}
          <button type="submit">${say("ledger.limit.set")}</button>`,
      )}`,
  };
}

/** A member's own money. `statement` null: who has no household here. */
export function ownPage(
  c: PageContext,
  view: {
    credit: Credit | null;
    statement: Html | "";
    /** That it is asked to pay. */
    asked: Html | "";
    state: FormState;
    key: string;
    fundCents: number;
    done: string | undefined;
  },
): View {
  const { say } = c;
  if (view.credit === null)
    return { title: say("ledger.own.title"), body: html`<p class="empty">${say("ledger.own.none")}</p>` };
  return {
    title: say("ledger.own.title"),
    ...statusOf(view.state),
    body: html`${doneNotice(c, view.done)}${moneyErrors(c, view.state)}${view.asked}
      <p class="lead">${say(view.credit.balanceCents < 0 ? "ledger.own.owing" : "ledger.own.lead")}</p>
      ${creditFacts(c, view.credit)}
      ${view.statement}
      <details${Object.keys(view.state.errors).length > 0 ? html` open` : ""}><summary>${say("ledger.own.donate")}</summary>
        <p>${say("ledger.own.donateLead", { amount: c.format.money(view.fundCents) })}</p><p><a href="/desk/${c.seat?.handle ?? ""}/solidarity/gift">${say("ledger.own.gift")}</a></p>
        ${moneyForm(c, view.state, { action: `${moneyPath(c)}/donate`, key: view.key, amountLabel: say("ledger.form.amount"), submit: say("ledger.act.donate") })}
      </details>`,
  };
}

function statusOf(state: FormState): { status: number } | Record<string, never> {
  return Object.keys(state.errors).length > 0 ? { status: 422 } : {};
}
