// The rest of the treasurer's pages: annual fee, transfers, requests, one movement, one account, the year. Pure: view -> HTML.
import { actionButton, type FormState, postForm, selectField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { ACCOUNT_KINDS, type AccountKind, type MovementKind, type Posting, shownCents } from "./movement.ts";
import { reasonForm } from "./orderPages.ts";
import { amount, dayOf, doneNotice, moneyErrors, moneyPath } from "./pages.ts";
import type { Year } from "./statement.ts";
import { OWN_KINDS } from "./wish.ts";

/** The annual fee: who has it already, who gets it. `households` of the year asked for. */
export function feesPage(
  c: PageContext,
  state: FormState,
  view: {
    year: number;
    households: readonly { id: string; name: string; isCharged: boolean }[];
    key: string;
    done: Html | "";
  },
): View {
  const { say } = c;
  const boxes = view.households.map(({ id, name, isCharged }, i) =>
    isCharged
      ? html`<li>${name} <span class="badge">${say("ledger.fees.charged")}</span></li>`
      : html`<li class="choice"><input type="checkbox" id="fee-${i}" name="household.${id}" value="on" checked><label for="fee-${i}">${name}</label></li>`,
  );
  const typed = { ...state, typed: { ...state.typed, year: String(view.year) } };
  return {
    title: say("ledger.fees.title", { year: view.year }),
    ...statusOf(state),
    body: html`${view.done}${moneyErrors(c, state)}<p class="lead">${say("ledger.fees.lead")}</p>
      ${postForm(
        c,
        { action: c.path },
        html`<input type="hidden" name="key" value="${view.key}"><input type="hidden" name="year" value="${String(view.year)}">
          ${textField(c, typed, { name: "amount", label: say("ledger.form.amount"), required: true, inputmode: "decimal", short: true, maxLength: 20 })}
          <fieldset><legend>${say("ledger.fees.households")}</legend><ul class="rows">${boxes}</ul></fieldset>
          <button type="submit">${say("ledger.act.feePreview")}</button>`,
      )}
      <form method="get" action="${c.path}" class="stack">
        <div class="field"><label for="which">${say("ledger.fees.other")}</label>
        <input id="which" name="year" type="text" value="${String(view.year)}" inputmode="numeric" class="short" maxlength="4"></div>
        <button type="submit" class="quiet">${say("ledger.statement.show")}</button></form>`,
  };
}

/** Before the fee is charged: each household with what it has and will have, and what it comes to. */
export function feePreviewPage(
  c: PageContext,
  view: {
    year: number;
    cents: number;
    households: readonly { id: string; name: string; balanceCents: number }[];
    key: string;
  },
): View {
  const { say } = c;
  const { year, cents, households } = view;
  const hidden = [
    ...Object.entries({
      key: view.key,
      year: String(year),
      amount: (cents / 100).toFixed(2).replace(".", ","),
      sure: "on",
    }),
    ...households.map(({ id }) => [`household.${id}`, "on"] as const),
  ];
  const rows = households.map(({ name, balanceCents }) => {
    const after = balanceCents - cents;
    return html`<li class="row"><div>${name}<small>${say("ledger.fees.now", { amount: c.format.money(balanceCents) })}</small></div>
        <div>${amount(c, after)}${after < 0 ? html` <span class="badge stop">${say("ledger.household.below")}</span>` : ""}</div></li>`;
  });
  const below = households.filter(({ balanceCents }) => balanceCents < cents).length;
  return {
    title: say("ledger.fees.preview", { year }),
    body: html`<p class="lead">${say("ledger.fees.previewLead", { count: households.length, cents, totalCents: cents * households.length })}</p>
      ${below > 0 ? html`<p>${say("ledger.fees.below", { count: below })}</p>` : ""}
      <ul class="rows">${rows}</ul>
      ${postForm(
        c,
        { action: c.path },
        html`${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button type="submit">${say("ledger.act.fee")}</button>`,
      )}
      <p><a href="${c.path}?year=${String(year)}">${say("ledger.fees.back")}</a></p>`,
  };
}

/** Money between the GAS's own accounts, a gift from outside, or where an account begins. */
export function transferPage(c: PageContext, state: FormState, view: { key: string; done: string | undefined }): View {
  const { say } = c;
  const own = OWN_KINDS.map((kind) => ({ value: kind as string, label: say(`ledger.account.${kind}`) }));
  const outside = { value: "outside", label: say("ledger.transfer.outside") };
  const begin = { value: "opening", label: say("ledger.account.opening") };
  const typed = { from: "cash", to: "bank", ...state.typed };
  return {
    title: say("ledger.transfer.title"),
    ...statusOf(state),
    body: html`${doneNotice(c, view.done)}${moneyErrors(c, state)}<p class="lead">${say("ledger.transfer.lead")}</p>
      ${postForm(
        c,
        { action: c.path },
        html`<input type="hidden" name="key" value="${view.key}">
          ${selectField(c, { ...state, typed }, { name: "from", label: say("ledger.transfer.from"), required: true, choices: [...own, outside, begin] })}
          ${selectField(c, { ...state, typed }, { name: "to", label: say("ledger.transfer.to"), required: true, choices: own })}
          ${textField(c, state, { name: "amount", label: say("ledger.form.amount"), required: true, inputmode: "decimal", short: true, maxLength: 20 })}
          ${textField(c, state, { name: "valuedOn", label: say("ledger.form.valuedOn"), hint: say("ledger.form.valuedOnHint"), type: "date" })}
          ${textField(c, state, { name: "memo", label: say("ledger.form.memo"), required: true, maxLength: 200 })}
          <button type="submit">${say("ledger.act.transfer")}</button>`,
      )}`,
  };
}

/** A request as the page shows it. */
export type RequestView = {
  readonly id: string;
  readonly kind: string;
  readonly what: string;
  readonly reason: string;
  readonly asker: string;
  readonly at: number;
  readonly isMine: boolean;
  readonly movementId: number | null;
  readonly decision: { readonly word: string; readonly by: string } | null;
};

/** What waits for a second person, and what was decided lately. */
export function requestsPage(
  c: PageContext,
  view: {
    waiting: readonly RequestView[];
    decided: readonly RequestView[];
    keyOf: () => string;
    done: string | undefined;
  },
): View {
  const { say } = c;
  const row = (
    request: RequestView,
  ) => html`<li class="row"><div><strong>${say(`ledger.request.${request.kind}`)}</strong> ${request.what}
        ${request.movementId === null ? "" : html`<a href="${moneyPath(c)}/movements/${String(request.movementId)}">${say("ledger.request.look")}</a>`}
        <small>${say("ledger.request.asked", { name: request.asker, day: c.format.date(request.at) })}: ${request.reason}</small>
        ${request.decision === null ? "" : html`<small>${say(`ledger.request.${request.decision.word}`, { name: request.decision.by })}</small>`}</div>
      ${request.decision === null ? html`<div class="actions">${deciding(c, request, view.keyOf)}</div>` : ""}</li>`;
  return {
    title: say("ledger.request.title"),
    body: html`${doneNotice(c, view.done)}<p class="lead">${say("ledger.request.lead")}</p>
      ${view.waiting.length === 0 ? html`<p class="empty">${say("ledger.request.none")}</p>` : html`<ul class="rows">${view.waiting.map(row)}</ul>`}
      ${view.decided.length === 0 ? "" : html`<h2>${say("ledger.request.lately")}</h2><ul class="rows">${view.decided.map(row)}</ul>`}`,
  };
}

function deciding(c: PageContext, { id, isMine, what }: RequestView, keyOf: () => string): Html[] {
  const button = (decision: string, kind: "plain" | "quiet") =>
    actionButton(c, {
      action: `${moneyPath(c)}/requests/${id}/${decision}`,
      label: c.say(`ledger.act.${decision}`),
      kind,
      describe: what,
      fields: { key: keyOf() },
    });
  return isMine ? [button("withdrawn", "quiet")] : [button("approved", "plain"), button("rejected", "quiet")];
}

/** One movement with its sides; `names` of the accounts in the order of the postings. */
export function movementPage(
  c: PageContext,
  state: FormState,
  view: {
    id: number;
    kind: MovementKind;
    at: number;
    valuedOn: string;
    memo: string;
    person: string | null;
    approvedBy: string | null;
    sides: readonly { posting: Posting; name: string }[];
    reverses: number | null;
    reversedBy: number | null;
    key: string;
    done: string | undefined;
  },
): View {
  const { say } = c;
  const link = (id: number | null, key: string) =>
    id === null
      ? ""
      : html`<p><a href="${moneyPath(c)}/movements/${String(id)}">${say(`ledger.movement.${key}`, { id })}</a></p>`;
  const fact = (name: string, value: string | Html | null) =>
    value === null || value === "" ? "" : html`<dt>${say(`ledger.movement.${name}`)}</dt><dd>${value}</dd>`;
  const canReverse = view.reverses === null && view.reversedBy === null;
  return {
    title: say("ledger.movement.title", { kind: say(`ledger.kind.${view.kind}`), id: view.id }),
    ...statusOf(state),
    body: html`${doneNotice(c, view.done)}${moneyErrors(c, state)}
      <dl class="facts">${fact("day", dayOf(c, view))}${fact("memo", view.memo)}${fact("person", view.person)}${fact("approvedBy", view.approvedBy)}</dl>
      ${link(view.reverses, "reverses")}${link(view.reversedBy, "reversedBy")}
      <ul class="rows">${view.sides.map(({ posting, name }) => html`<li class="row"><div>${say(`ledger.account.${posting.account.kind}`)}${name ? html`<small>${name}</small>` : ""}</div>${amount(c, shownCents(posting.account.kind, posting.cents))}</li>`)}</ul>
      ${canReverse ? html`<h2>${say("ledger.movement.reverse")}</h2>${reasonForm(c, state, { action: `${c.path}/reverse`, key: view.key })}` : ""}`,
  };
}

/** A year: what each kind of account had, what moved it, what it has. */
export function yearPage(c: PageContext, view: { year: number; facts: Year }): View {
  const { say } = c;
  const { openingByAccount, closingByAccount, parts } = view.facts;
  const sheet = `${moneyPath(c)}/sheets/balance`;
  const kinds = ACCOUNT_KINDS.filter((kind) => closingByAccount.has(kind));
  const money = (kind: AccountKind, cents: number, name: string) =>
    html`<td class="number" data-label="${say(`ledger.year.${name}`)}">${c.format.money(shownCents(kind, cents))}</td>`;
  const rows = kinds.map((kind) => {
    const lines = parts.filter(({ account }) => account === kind);
    const moves = lines.map(
      (part) =>
        html`<tr><th scope="row"><small>${say(`ledger.kind.${part.kind}`)}</small></th><td></td>${money(kind, part.cents, "moved")}<td></td></tr>`,
    );
    const sum = lines.reduce((total, { cents }) => total + cents, 0);
    return html`<tr><th scope="row">${say(`ledger.account.${kind}`)}</th>${money(kind, openingByAccount.get(kind) ?? 0, "opening")}${money(kind, sum, "moved")}${money(kind, closingByAccount.get(kind) ?? 0, "closing")}</tr>${moves}`;
  });
  return {
    title: say("ledger.year.title", { year: view.year }),
    body: html`<ul class="chips">${[view.year - 1, view.year + 1].map((year) => html`<li><a href="${c.path}?year=${String(year)}">${String(year)}</a></li>`)}</ul>
      <p class="lead">${say("ledger.year.lead")}</p>
      ${
        rows.length === 0
          ? html`<p class="empty">${say("ledger.statement.empty")}</p>`
          : html`<section class="scroll" tabindex="0" aria-label="${say("ledger.year.title", { year: view.year })}"><table class="stacks">
        <thead><tr><th scope="col">${say("ledger.year.account")}</th>${["opening", "moved", "closing"].map((name) => html`<th scope="col" class="number">${say(`ledger.year.${name}`)}</th>`)}</tr></thead>
        <tbody>${rows}</tbody></table></section>`
      }
      <p class="actions"><a href="${sheet}.pdf?year=${String(view.year)}">${say("ledger.year.pdf")}</a> <a href="${sheet}.csv?year=${String(view.year)}">${say("ledger.year.sheetCsv")}</a> <a href="${moneyPath(c)}/year.csv?year=${String(view.year)}">${say("ledger.year.csv")}</a></p>`,
  };
}

function statusOf(state: FormState): { status: number } | Record<string, never> {
  return Object.keys(state.errors).length > 0 ? { status: 422 } : {};
}
