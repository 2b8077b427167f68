// Parts that the pages of money share, and a treasurer's first page. Pure: view -> HTML.
import { errorSummary, type FormState, postForm, radioField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { type Days, TILLS } from "./moneyForm.ts";
import { type AccountKind, shownCents } from "./movement.ts";
import type { Statement, StatementLine } from "./statement.ts";

/** The address of the money pages of this desk. */
export function moneyPath(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/money`;
}

/** An amount with its sign told by more than colour. */
export function amount(c: PageContext, cents: number): Html {
  return html`<span class="number">${c.format.money(cents)}</span>`;
}

/** What each account of the GAS holds, what waits, and the way to everything else. */
export function overviewPage(
  c: PageContext,
  view: { balances: ReadonlyMap<AccountKind, number>; waiting: number; openOrders: number },
): View {
  const { say } = c;
  const base = moneyPath(c);
  const sum = (kind: AccountKind) => shownCents(kind, view.balances.get(kind) ?? 0);
  const kinds = ["bank", "cash", "solidarity", "fees", "transport", "stock", "rounding"] as const;
  const link = (path: string, key: string, hint: string) =>
    html`<li class="row"><div><a href="${base}/${path}">${say(`ledger.nav.${key}`)}</a><small>${hint}</small></div></li>`;
  return {
    title: say("ledger.overview.title"),
    body: html`<dl class="facts">
        <dt>${say("ledger.overview.credit")}</dt><dd>${amount(c, sum("household"))}</dd>
        <dt>${say("ledger.overview.owed")}</dt><dd>${amount(c, sum("producer"))}</dd>
        ${kinds.map((kind) => html`<dt><a href="${base}/accounts/${kind}">${say(`ledger.account.${kind}`)}</a></dt><dd>${amount(c, sum(kind))}</dd>`)}
        ${sum("deposit") === 0 ? "" : html`<dt>${say("ledger.account.deposit")}</dt><dd>${amount(c, sum("deposit"))}</dd>`}
      </dl>
      <ul class="rows ways">
        ${link("households", "households", say("ledger.nav.householdsHint"))}
        ${link("ask", "ask", say("ledger.nav.askHint"))}
        ${link("orders", "orders", say("ledger.nav.ordersHint", { count: view.openOrders }))}
        ${link("pay", "pay", say("ledger.nav.payHint"))}
        ${link("invoices", "invoices", say("ledger.nav.invoicesHint"))}
        ${link("requests", "requests", say("ledger.nav.requestsHint", { count: view.waiting }))}
        ${link("fees", "fees", say("ledger.nav.feesHint"))}
        ${link("transfer", "transfer", say("ledger.nav.transferHint"))}
        ${link("year", "year", say("ledger.nav.yearHint"))}
      </ul>`,
  };
}

/** A period's balances and lines. `orderName` puts an order's name to a line; `movementPath` null: lines lead nowhere. */
export function statementPart(
  c: PageContext,
  view: {
    statement: Statement;
    kind: AccountKind;
    days: Days;
    /** Where the whole period stands as a sheet, to which `.csv` and `.pdf` are added. */
    sheetPath: string;
    orderName: (orderId: string) => string | undefined;
    movementPath: string | null;
    /** What else the address of this page holds. */
    keep?: Record<string, string>;
  },
): Html {
  const { say } = c;
  const { statement, kind, days, keep = {} } = view;
  const shown = (cents: number) => amount(c, shownCents(kind, cents));
  const query = (more: Record<string, string>) =>
    String(
      new URLSearchParams({
        ...keep,
        ...(days.from ? { from: days.from } : {}),
        ...(days.to ? { to: days.to } : {}),
        ...more,
      }),
    );
  const lines = statement.lines.map((line) => statementLine(c, line, { ...view, shown }));
  return html`<section aria-labelledby="statement"><h2 id="statement">${say("ledger.statement.movements")}</h2>
      <p>${periodText(c, days)}</p>
      ${periodForm(c, days, keep)}
      <dl class="facts"><dt>${say("ledger.statement.opening")}</dt><dd>${shown(statement.openingCents)}</dd>
        <dt>${say("ledger.statement.closing")}</dt><dd>${shown(statement.closingCents)}</dd></dl>
      ${lines.length === 0 ? html`<p class="empty">${say("ledger.statement.empty")}</p>` : html`<ul class="rows amounts">${lines}</ul>`}
      ${statement.next === null ? "" : html`<p class="no-print"><a href="${c.path}?${query({ before: String(statement.next) })}">${say("ledger.statement.more")}</a></p><p class="only-print">${say("ledger.statement.onPaper", { count: lines.length })}</p>`}
      <p class="no-print actions"><a href="${view.sheetPath}?${query({})}">${say("ledger.statement.print")}</a> <a href="${view.sheetPath}.pdf?${query({})}">${say("ledger.statement.pdf")}</a> <a href="${view.sheetPath}.csv?${query({})}">${say("ledger.statement.csv")}</a></p></section>`;
}

/** The days of a statement in words: both ends, the last of them today where none was chosen. */
export function periodText(c: PageContext, { from, to }: Days): string {
  const until = to === "" ? c.format.date(c.now) : calendarDay(c, to);
  return from === ""
    ? c.say("ledger.statement.upTo", { to: until })
    : c.say("ledger.statement.fromTo", { from: calendarDay(c, from), to: until });
}

function statementLine(
  c: PageContext,
  line: StatementLine,
  view: {
    shown: (cents: number) => Html;
    orderName: (orderId: string) => string | undefined;
    movementPath: string | null;
  },
): Html {
  const { say } = c;
  const kind = say(`ledger.kind.${line.kind}`);
  const order = line.orderId === null ? undefined : view.orderName(line.orderId);
  const what = [order, line.memo].filter(Boolean).join(" · ");
  return html`<li class="row"><div>${view.movementPath ? html`<a href="${view.movementPath}/${line.id}">${kind}</a>` : html`<strong>${kind}</strong>`}
        ${line.reversedBy === null ? "" : html`<span class="badge stop">${say("ledger.statement.reversed")}</span>`}
        <small>${dayOf(c, line)}${what ? html` · ${what}` : ""}</small></div>
      <div>${view.shown(line.cents)}<small>${say("ledger.statement.balance")} ${view.shown(line.balanceCents)}</small></div></li>`;
}

/** A day of the calendar, "2026-11-21", in words. */
export function calendarDay(c: PageContext, day: string): string {
  // Noon: the same day in Rome, whatever the season.
  return c.format.date(Date.parse(`${day}T12:00:00Z`));
}

/** The day a movement was written and, where it is another, the day it counts for. */
export function dayOf(c: PageContext, { at, valuedOn }: { at: number; valuedOn: string }): Html {
  const written = c.format.date(at);
  const counted = calendarDay(c, valuedOn);
  const time = html`<time datetime="${new Date(at).toISOString()}">${written}</time>`;
  return written === counted ? time : html`${time} (${c.say("ledger.statement.valuedOn", { day: counted })})`;
}

function periodForm(c: PageContext, { from, to }: Days, keep: Record<string, string>): Html {
  const { say } = c;
  const state = { typed: { from, to }, errors: {} };
  return html`<details class="no-print"${from || to ? html` open` : ""}><summary>${say("ledger.statement.period")}</summary>
      <form method="get" action="${c.path}" class="stack">
        ${Object.entries(keep).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
        ${textField(c, state, { name: "from", label: say("ledger.statement.from"), type: "date" })}
        ${textField(c, state, { name: "to", label: say("ledger.statement.to"), type: "date" })}
        <button type="submit" class="quiet">${say("ledger.statement.show")}</button>
      </form></details>`;
}

/** A fields' prefix, so that several money forms can stand on one page. */
type MoneyFields = {
  readonly action: string;
  readonly key: string;
  readonly hidden?: Record<string, string>;
  readonly amountLabel: string;
  readonly hasTill?: boolean;
  readonly hasDay?: boolean;
  readonly memoLabel?: string;
  readonly memoHint?: string;
  readonly memoRequired?: boolean;
  readonly submit: string;
};

/** A form that moves an amount: amount, till, day, memo. `state` holds what was typed into it. */
export function moneyForm(c: PageContext, state: FormState, form: MoneyFields): Html {
  const { say } = c;
  const hidden = Object.entries({ key: form.key, ...form.hidden });
  return postForm(
    c,
    { action: form.action },
    html`${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      ${textField(c, state, { name: "amount", label: form.amountLabel, required: true, inputmode: "decimal", short: true, maxLength: 20 })}
      ${form.hasTill ? tillField(c, state) : ""}
      ${form.hasDay ? textField(c, state, { name: "valuedOn", label: say("ledger.form.valuedOn"), hint: say("ledger.form.valuedOnHint"), type: "date" }) : ""}
      ${textField(c, state, {
        name: "memo",
        label: form.memoLabel ?? say("ledger.form.memo"),
        maxLength: 200,
        ...(form.memoHint ? { hint: form.memoHint } : {}),
        ...(form.memoRequired ? { required: true } : {}),
      })}
      <button type="submit">${form.submit}</button>`,
  );
}

/** Where money goes in or out. */
function tillField(c: PageContext, state: FormState): Html {
  const choices = TILLS.map((till) => ({ value: till, label: c.say(`ledger.account.${till}`) }));
  const typed = state.typed.till ? state : { ...state, typed: { ...state.typed, till: "bank" } };
  return radioField(c, typed, { name: "till", label: c.say("ledger.form.till"), required: true, choices });
}

/** What does not hold in a money form. */
export function moneyErrors(c: PageContext, state: FormState): Html | "" {
  const names = [
    "amount",
    "till",
    "valuedOn",
    "memo",
    "limit",
    "year",
    "from",
    "to",
    "number",
    "issuedOn",
    "dueOn",
    "total",
    "how",
  ];
  return errorSummary(c, state, Object.fromEntries(names.map((name) => [name, c.say(`ledger.form.${name}`)])));
}

/** After a form: what became of it. */
export function doneNotice(c: PageContext, done: string | undefined): Html | "" {
  const known = ["moved", "asked", "set", "decided", "paid", "kept"];
  return done !== undefined && known.includes(done)
    ? html`<div class="notice" role="status"><p>${c.say(`ledger.done.${done}`)}</p></div>`
    : "";
}
