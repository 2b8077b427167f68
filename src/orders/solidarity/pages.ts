// The pages of solidarity: the fund and the families by their trees, what a household gives and leaves, the counter of what was left. Pure.
import { unitLabel } from "../../kernel/units.ts";
import { inviteBox } from "../../members/peoplePages.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  FRESH,
  postForm,
  selectField,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, notice, statusBadge } from "../../web/parts.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";
import type { Order } from "../order.ts";
import { lineOf } from "../order.ts";
import { tellAmount } from "../wordsPages.ts";
import type { NamedFamily, NewCode, WayIn } from "./familyActions.ts";
import { nameMonth, type publicFund } from "./fund.ts";
import type { Proposal } from "./fundActions.ts";
import type { Family, GiftRun, Suspended } from "./store.ts";

/** Where the fund stands at the desk. */
function fundPath(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/solidarity`;
}

/** What the desk of the fund shows. `rules`, `family`, `code`: the states of its forms. `made`: a way in, shown once. */
export type FundView = {
  readonly proposal: Proposal;
  readonly families: readonly Family[];
  readonly rules: FormState;
  readonly family: FormState;
  readonly code: FormState;
  readonly made: NamedFamily | NewCode | WayIn | null;
  readonly done: string | undefined;
  /** The keys of the forms that count once. */
  readonly keys: { readonly share: string; readonly family: string; readonly code: string; readonly anew: string };
  /** Whether the visitor may move money. */
  readonly shares: boolean;
};

const FIELDS = ["perOrder", "roundsUp", "monthlyPercent", "points", "cap", "service", "code"] as const;

/** The fund, what it would grant this month, the families by their trees, and how it works. */
export function fundPage(c: PageContext, view: FundView): View {
  const { say, format } = c;
  const { proposal, families, rules, family, code, made, done, keys } = view;
  const labels = Object.fromEntries(FIELDS.map((name) => [name, say(`solidarity.form.${name}`)]));
  const state = [rules, family, code].find((one) => one.theirs || Object.keys(one.errors).length > 0) ?? rules;
  const open = families.filter(({ state: stage, leftAt }) => stage !== "ended" && leftAt === null).length;
  return {
    title: say("solidarity.title"),
    ...formStatus(state),
    body: html`<p class="lead">${say("solidarity.lead")}</p>
      ${clashBox(c, state, labels)}${errorSummary(c, state, labels)}
      ${made ? madeBox(c, made) : ""}
      ${done === "shared" || done === "saved" ? notice(say(`solidarity.done.${done}`)) : ""}
      ${done === "before" ? notice(say("refusal.shown-once")) : ""}
      <dl class="facts"><dt>${say("solidarity.fund")}</dt><dd><a href="/desk/${c.seat?.handle ?? ""}/money/accounts/solidarity">${format.money(proposal.fundCents)}</a></dd>
        <dt>${say("solidarity.families")}</dt><dd>${open}</dd></dl>
      ${proposalPart(c, view)}
      <h2>${say("solidarity.families")}</h2>
      ${families.length === 0 ? emptyState({ text: say("solidarity.noFamilies") }) : html`<ul class="rows">${families.map((one) => familyRow(c, one))}</ul>`}
      ${familyForm(c, family, keys.family)}
      ${codeForm(c, code, keys.code)}
      ${anewForm(c, families, keys.anew)}
      <h2>${say("solidarity.rules")}</h2>${rulesForm(c, rules)}`,
  };
}

/** A way in, shown once; beside it the code of a family, where it is new. */
function madeBox(c: PageContext, made: NamedFamily | NewCode | WayIn): Html {
  const { say } = c;
  const code =
    "code" in made
      ? html`<div class="notice" role="status"><h2>${say("solidarity.code.title", { name: made.name })}</h2><p class="copy">${made.code}</p><p>${say("solidarity.code.lead")}</p></div>`
      : "";
  const link = "link" in made ? made.link : made;
  return html`${code}${link ? inviteBox(c, link, say("solidarity.code.link", { name: made.name })) : ""}`;
}

/** What the fund would grant: trees, points and sums, and nothing of what anybody booked. */
function proposalPart(c: PageContext, { proposal, shares, keys }: FundView): Html {
  const { say, format } = c;
  const given = proposal.shares.filter(({ cents }) => cents > 0);
  const title = html`<h2>${say("solidarity.share.title", { month: nameMonth(proposal.month, c.language) })}</h2>`;
  if (given.length === 0) return html`${title}<p class="empty">${say("solidarity.share.nothing")}</p>`;
  const rows = given.map(
    ({ family, cents }) =>
      html`<li class="row"><div><strong>${family.name}</strong><small>${say("solidarity.points", { count: family.points })} · ${say("solidarity.cap", { cap: format.money(family.capCents) })}</small></div><span class="number">${format.money(cents)}</span></li>`,
  );
  const total = format.money(given.reduce((sum, { cents }) => sum + cents, 0));
  const hidden = html`<input type="hidden" name="key" value="${keys.share}"><input type="hidden" name="stamp" value="${proposal.stamp}">`;
  const button = html`<button type="submit">${say("solidarity.share.confirm", { total })}</button>`;
  return html`${title}<p>${say("solidarity.share.lead")}</p><ul class="rows">${rows}</ul>
    ${shares ? postForm(c, { action: `${fundPath(c)}/share` }, html`${hidden}${button}`) : html`<p>${say("solidarity.share.treasurer")}</p>`}`;
}

function familyRow(c: PageContext, family: Family): Html {
  const { say, format } = c;
  const { name, points, capCents, service, codeTail, id } = family;
  // A family whose household left has nothing to take up again: it can only be ended.
  const state = family.state !== "ended" && family.leftAt !== null ? "left" : family.state;
  const facts = [
    say("solidarity.points", { count: points }),
    say("solidarity.cap", { cap: format.money(capCents) }),
    service,
    say("solidarity.codeTail", { tail: codeTail }),
  ];
  const move = (to: Family["state"], kind: "quiet" | "danger") =>
    actionButton(c, {
      action: `${fundPath(c)}/families/${id}`,
      label: say(`solidarity.move.${to}`),
      describe: name,
      kind,
      fields: { to },
    });
  const badge =
    state === "active" ? "" : statusBadge(state === "paused" ? "wait" : "plain", say(`solidarity.state.${state}`));
  const other = state === "left" ? "" : state === "active" ? move("paused", "quiet") : move("active", "quiet");
  return html`<li class="row"><div><strong>${name}</strong> ${badge}<small>${facts.filter(Boolean).join(" · ")}</small></div>
      ${state === "ended" ? "" : html`<div class="actions">${other}</div><details><summary>${say("solidarity.end")}</summary><p>${say("solidarity.endLead")}</p>${move("ended", "danger")}</details>`}</li>`;
}

function familyForm(c: PageContext, state: FormState, onceKey: string): Html {
  const { say } = c;
  const label = (name: string) => say(`solidarity.form.${name}`);
  const isOpen = Object.keys(state.errors).length > 0;
  const points = Array.from({ length: 9 }, (_, i) => ({ value: String(i + 1), label: String(i + 1) }));
  const typed = { ...state, typed: { points: "5", ...state.typed } };
  const fields = html`<input type="hidden" name="key" value="${onceKey}">${textField(c, typed, { name: "service", label: label("service"), hint: label("serviceHint"), maxLength: 120 })}
    ${selectField(c, typed, { name: "points", label: label("points"), hint: label("pointsHint"), required: true, choices: points })}
    ${textField(c, typed, { name: "cap", label: label("cap"), hint: label("capHint"), required: true, inputmode: "decimal", short: true, maxLength: 20 })}
    <button type="submit">${say("solidarity.add")}</button>`;
  return html`<details${isOpen ? html` open` : ""}><summary>${say("solidarity.add")}</summary><p>${say("solidarity.addLead")}</p>
      ${postForm(c, { action: `${fundPath(c)}/families` }, fields)}</details>`;
}

function codeForm(c: PageContext, state: FormState, onceKey: string): Html {
  const { say } = c;
  const field = { name: "code", label: say("solidarity.form.code"), required: true, maxLength: 60 };
  return html`<details${state.errors.code ? html` open` : ""}><summary>${say("solidarity.renew")}</summary><p>${say("solidarity.renewLead")}</p>
      ${postForm(c, { action: `${fundPath(c)}/link` }, html`<input type="hidden" name="key" value="${onceKey}">${textField(c, state, field)}<button type="submit" class="quiet">${say("solidarity.renewButton")}</button>`)}</details>`;
}

/** Another code for a family whose first one was lost, by its tree. */
function anewForm(c: PageContext, families: readonly Family[], onceKey: string): Html | "" {
  const { say } = c;
  const open = families.filter(({ state, leftAt }) => state !== "ended" && leftAt === null);
  if (open.length === 0) return "";
  const choices = open.map(({ id, name, codeTail }) => ({
    value: id,
    label: `${name} (${say("solidarity.codeTail", { tail: codeTail })})`,
  }));
  const field = { name: "family", label: say("solidarity.form.family"), required: true, choices };
  return html`<details><summary>${say("solidarity.anew")}</summary><p>${say("solidarity.anewLead")}</p>
      ${postForm(c, { action: `${fundPath(c)}/code` }, html`<input type="hidden" name="key" value="${onceKey}">${selectField(c, FRESH, field)}<button type="submit" class="quiet">${say("solidarity.anewButton")}</button>`)}</details>`;
}

function rulesForm(c: PageContext, state: FormState): Html {
  const { say } = c;
  const label = (name: string) => say(`solidarity.form.${name}`);
  const fields = html`${seenField(state)}${textField(c, state, { name: "perOrder", label: label("perOrder"), hint: label("perOrderHint"), inputmode: "decimal", short: true, maxLength: 20 })}
    ${checkboxField(c, state, { name: "roundsUp", label: label("roundsUp"), hint: label("roundsUpHint"), required: true })}
    ${textField(c, state, { name: "monthlyPercent", label: label("monthlyPercent"), hint: label("monthlyPercentHint"), required: true, inputmode: "numeric", short: true, maxLength: 3 })}
    <button type="submit">${say("solidarity.saveRules")}</button>`;
  return postForm(c, { action: `${fundPath(c)}/rules` }, fields);
}

/** What a household gives with each order, and what became of the last ones. */
export function giftPage(
  c: PageContext,
  state: FormState,
  view: { readonly runs: readonly (GiftRun & { readonly name: string })[]; readonly isSaved: boolean },
): View {
  const { say, format } = c;
  const label = (name: string) => say(`solidarity.gift.${name}`);
  const rows = view.runs.map(
    ({ name, at, state: stage, cents }) =>
      html`<li class="row"><div><strong>${name}</strong> ${stage === "skipped" ? statusBadge("wait", label("skipped")) : ""}<small>${format.date(at)}</small></div><span class="number">${format.money(cents)}</span></li>`,
  );
  const fields = html`${textField(c, state, { name: "amount", label: label("amount"), hint: label("amountHint"), inputmode: "decimal", short: true, maxLength: 20 })}
    ${checkboxField(c, state, { name: "roundsUp", label: label("roundsUp"), hint: label("roundsUpHint"), required: true })}
    <button type="submit">${label("save")}</button>`;
  return {
    title: label("title"),
    ...formStatus(state),
    body: html`<p class="lead">${label("lead")}</p>
      ${view.isSaved ? notice(label("saved")) : ""}
      ${errorSummary(c, state, { amount: label("amount"), roundsUp: label("roundsUp") })}
      ${postForm(c, { action: c.path }, fields)}
      ${rows.length === 0 ? "" : html`<h2>${label("runs")}</h2><ul class="rows">${rows}</ul>`}
      <p><a href="/desk/${c.seat?.handle ?? ""}/money/statement">${say("ledger.statement.back")}</a></p>`,
  };
}

/** What a household leaves of an order for whoever needs it: what it left so far, and one more. */
export function leavePage(
  c: PageContext,
  state: FormState,
  view: { readonly order: Order; readonly left: ReadonlyMap<number, number>; readonly onceKey: string },
): View {
  const { say } = c;
  const { order, left, onceKey } = view;
  const label = (name: string) => say(`solidarity.leave.${name}`);
  const offered = order.lines.filter(({ isOffered }) => isOffered);
  const rows = [...left].map(([number, quantity]) => {
    const { goods } = lineOf(order, number);
    const back = { key: onceKey, line: String(number), quantity: "0" };
    return html`<li class="row"><div><strong>${goods.name}</strong><small>${tellAmount(c, quantity, goods)}</small></div>
      ${actionButton(c, { action: c.path, label: label("take"), describe: goods.name, kind: "quiet", fields: back })}</li>`;
  });
  const choices = offered.map(({ number, goods }) => ({
    value: String(number),
    label: `${goods.name} (${unitLabel(goods.unitCode, 2000, c.language)})`,
  }));
  const fields = html`<input type="hidden" name="key" value="${onceKey}">
    ${selectField(c, state, { name: "line", label: label("line"), required: true, choices })}
    ${textField(c, state, { name: "quantity", label: label("quantity"), hint: label("quantityHint"), required: true, inputmode: "decimal", short: true, maxLength: 20 })}
    <button type="submit">${label("save")}</button>`;
  return {
    title: label("title"),
    ...formStatus(state),
    body: html`<p class="place">${order.name}</p><p class="lead">${label("lead")}</p>
      ${errorSummary(c, state, { line: label("line"), quantity: label("quantity") })}
      ${rows.length === 0 ? "" : html`<h2>${label("left")}</h2><ul class="rows">${rows}</ul>`}
      ${offered.length === 0 ? "" : postForm(c, { action: c.path }, fields)}
      <p><a href="${c.path.replace(/\/suspended$/, "/book")}">${label("back")}</a></p>`,
  };
}

/** What an order's households left, line by line, with who gets it: the next tree, or nobody. */
export function suspendedPage(
  c: PageContext,
  view: {
    readonly order: Order;
    readonly lines: readonly Suspended[];
    readonly names: ReadonlyMap<string, string>;
    readonly onceKey: string;
    /** The families that were not there; whether one is left whose turn may come. */
    readonly passed: readonly string[];
    readonly hasNext: boolean;
    readonly isOpen: boolean;
  },
): View {
  const { say } = c;
  const { order, lines } = view;
  const label = (name: string) => say(`solidarity.counter.${name}`);
  const groups = [...Map.groupBy(lines, ({ lineNumber }) => lineNumber)].map(([number, some]) => {
    const { goods } = lineOf(order, number);
    const waiting = some.filter(({ state }) => state === null);
    const sum = waiting.reduce((all, { quantityThousandths }) => all + quantityThousandths, 0);
    const next = waiting.length > 0 && view.isOpen ? givePart(c, number, view) : "";
    return html`<li class="card"><h2>${goods.name}</h2><p>${waiting.length === 0 ? label("allGiven") : say("solidarity.counter.waiting", { count: waiting.length, quantity: tellAmount(c, sum, goods) })}</p>${next}
      <ul class="rows">${some.map((one) => leftRow(c, one, view))}</ul></li>`;
  });
  return {
    title: label("title"),
    body: html`<p class="place">${order.name}</p><p class="lead">${label("lead")}</p>
      ${passedPart(c, view)}
      ${groups.length === 0 ? emptyState({ text: label("empty") }) : html`<ul class="cards wide">${groups}</ul>`}
      <p><a href="${c.path.replace(/\/suspended$/, "")}">${label("back")}</a></p>`,
  };
}

/** Who was not there, each with a button for when they come after all. */
function passedPart(c: PageContext, { passed, names, isOpen }: Parameters<typeof suspendedPage>[1]): Html | "" {
  const { say } = c;
  if (passed.length === 0) return "";
  const rows = passed.map((family) => {
    const name = names.get(family) ?? "";
    const act = { action: `${c.path}/arrived`, label: say("solidarity.counter.arrived"), describe: name };
    return html`<li class="row"><div><strong>${name}</strong></div>${isOpen ? html`<div class="actions">${actionButton(c, { ...act, kind: "quiet", fields: { family } })}</div>` : ""}</li>`;
  });
  return html`<h2>${say("solidarity.counter.passed")}</h2><ul class="rows">${rows}</ul>`;
}

function givePart(c: PageContext, lineNumber: number, { onceKey, hasNext }: Parameters<typeof suspendedPage>[1]): Html {
  if (!hasNext) return html`<p>${c.say("solidarity.counter.nobody")}</p>`;
  const fields = { key: onceKey, line: String(lineNumber) };
  return actionButton(c, { action: `${c.path}/give`, label: c.say("solidarity.counter.give"), fields });
}

function leftRow(
  c: PageContext,
  one: Suspended,
  { order, names, onceKey, isOpen }: Parameters<typeof suspendedPage>[1],
): Html {
  const { say } = c;
  const { goods } = lineOf(order, one.lineNumber);
  const where = { line: String(one.lineNumber), household: one.householdId };
  const settle = (to: string) =>
    actionButton(c, {
      action: `${c.path}/settle`,
      label: say(`solidarity.counter.to.${to}`),
      describe: goods.name,
      kind: "quiet",
      fields: { ...where, to },
    });
  const another = actionButton(c, {
    action: `${c.path}/give`,
    label: say("solidarity.counter.another"),
    describe: goods.name,
    kind: "quiet",
    fields: { key: onceKey, ...where, not: one.givenTo ?? "" },
  });
  const acts =
    one.state === null
      ? html`${settle("returned")}${settle("kept")}`
      : html`${one.state === "given" ? another : ""}${settle("undo")}`;
  const said =
    one.state === "given"
      ? say("solidarity.counter.given", { name: names.get(one.givenTo ?? "") ?? "" })
      : say(`solidarity.counter.state.${one.state ?? "waiting"}`);
  return html`<li class="row"><div>${tellAmount(c, one.quantityThousandths, goods)}<small>${said}</small></div>${isOpen ? html`<div class="actions">${acts}</div>` : ""}</li>`;
}

/** What everybody may know of a group's fund. */
export function fundSection(c: PageContext, { cents, families }: ReturnType<typeof publicFund>): Html {
  const { say, format } = c;
  const helps =
    families === null
      ? ""
      : families === "some"
        ? say("solidarity.public.some")
        : say("solidarity.public.families", { count: families });
  return html`<section><h2>${say("solidarity.public.title")}</h2><p>${say("solidarity.public.lead", { amount: format.money(cents) })} ${helps}</p></section>`;
}
