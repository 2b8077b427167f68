// The page of an order that a group leads for others: who takes part, what each ordered, what there is for it, what to do next. Pure.
import { timeTag } from "../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, textArea, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, notice, statusBadge } from "../web/parts.ts";

/** One group of a shared order as its page shows it. Cents; null where nobody knows yet. */
export type GroupRow = {
  readonly name: string;
  /** Of the received order: `accepted`, `confirmed`, ... */
  readonly state: string;
  readonly orderedCents: number;
  readonly allottedCents: number | null;
  /** Why what it ordered is not in our order, as a sentence. */
  readonly problem: string | null;
  /** Where how far it may owe us is changed, if that is what it wants and who looks may; else null. */
  readonly limitHref: string | null;
  /** Its order, for who administers; null for the others. */
  readonly href: string | null;
};

/** What the page shows of an order that is shared. */
export type SharedFacts = {
  readonly cycleState: string;
  readonly freezesAt: number;
  readonly cycleHref: string | null;
  readonly moneyHref: string;
  readonly groups: readonly GroupRow[];
  /** Groups with a pact that could take part. */
  readonly partnersCount: number;
  /** How many wait for our word, now that we know what there is. */
  readonly toAnswer: number;
  readonly canStop: boolean;
  /** How many were just answered; null where nobody asked. */
  readonly answered: number | null;
};

/** An order that could be opened to other groups, or why it cannot. */
export type OpeningFacts = { readonly isOpen: boolean; readonly latest: number; readonly partnersCount: number };

type Head = { readonly orderName: string; readonly orderHref: string };

/** The form that opens an order to other groups; what it means stands above it. */
export function openingPage(c: PageContext, head: Head, facts: OpeningFacts, state: FormState): View {
  const { say } = c;
  const labels = { freezesAt: say("sharing.freezes"), credit: say("sharing.credit"), note: say("sharing.note") };
  const form = html`${errorSummary(c, state, labels)}${postForm(
    c,
    { action: c.path },
    html`${textField(c, state, { name: "freezesAt", label: labels.freezesAt, required: true, type: "datetime-local", hint: say("sharing.freezesHint", { latest: c.format.dateTime(facts.latest) }) })}
      ${textField(c, state, { name: "credit", label: labels.credit, required: true, inputmode: "decimal", short: true, hint: say("sharing.creditHint") })}
      ${textArea(c, state, { name: "note", label: labels.note, rows: 3, maxLength: 2000, hint: say("sharing.noteHint") })}
      <button type="submit">${say("sharing.open")}</button>`,
  )}`;
  return {
    title: say("sharing.title"),
    body: html`${wayBack(c, head)}<p class="lead">${say("sharing.lead")}</p>
      <p>${say("sharing.partners", { count: facts.partnersCount })}</p>
      ${facts.isOpen ? form : emptyState({ text: say("sharing.notYet"), action: { href: head.orderHref, label: head.orderName } })}`,
  };
}

/** A shared order with its groups. */
export function sharedPage(c: PageContext, head: Head, facts: SharedFacts): View {
  const { say } = c;
  const { groups, answered, toAnswer } = facts;
  return {
    title: say("sharing.title"),
    wide: true,
    body: html`${wayBack(c, head)}
      ${answered === null ? "" : notice(say("sharing.answered", { count: answered }))}
      <dl class="facts"><dt>${say("sharing.state")}</dt><dd>${say(`sales.state.${facts.cycleState}`)}</dd>
        <dt>${say("sharing.freezes")}</dt><dd>${timeTag(c.language, facts.freezesAt, c.now)}</dd></dl>
      ${toAnswer === 0 ? "" : answerPart(c, toAnswer)}
      ${problemPart(c, groups)}
      ${groups.length === 0 ? emptyState({ text: say("sharing.empty", { count: facts.partnersCount }) }) : groupTable(c, groups)}
      <p>${facts.cycleHref === null ? "" : html`<a href="${facts.cycleHref}">${say("sharing.cycle")}</a> · `}<a href="${facts.moneyHref}">${say("sharing.money")}</a></p>
      ${facts.canStop ? stopPart(c) : ""}`,
  };
}

function wayBack(_c: PageContext, { orderName, orderHref }: Head): Html {
  return html`<p class="place"><a href="${orderHref}">${orderName}</a></p>`;
}

function answerPart(c: PageContext, count: number): Html {
  const label = c.say("sharing.answer", { count });
  return html`<section class="card"><p>${c.say("sharing.answerLead")}</p>${actionButton(c, { action: `${c.path}/answer`, label })}</section>`;
}

/** What is not as it was asked, a sentence for each group: beside the sums it would be read by nobody on a phone. */
function problemPart({ say }: PageContext, groups: readonly GroupRow[]): Html | "" {
  const rows = groups.flatMap(({ name, problem, limitHref }) => {
    if (problem === null) return [];
    const link = limitHref === null ? "" : html` <a href="${limitHref}">${say("sharing.limit")}</a>`;
    return [html`<li><strong>${name}</strong><br>${problem}${link}</li>`];
  });
  return rows.length === 0 ? "" : html`<section class="card"><h2>${say("sharing.look")}</h2><ul>${rows}</ul></section>`;
}

function groupTable(c: PageContext, groups: readonly GroupRow[]): Html {
  const { say } = c;
  const money = (cents: number | null) => (cents === null ? "" : c.format.money(cents));
  const sumCell = (name: "ordered" | "allotted", text: string) =>
    html`<td class="number" data-label="${say(`sharing.${name}`)}">${text}</td>`;
  const row = (group: GroupRow) => {
    const isLess = group.allottedCents !== null && group.allottedCents !== group.orderedCents;
    return html`<tr><th scope="row">${group.href === null ? group.name : html`<a href="${group.href}">${group.name}</a>`}</th>
      <td data-label="${say("sharing.state")}">${statusBadge(isLess || group.problem !== null ? "wait" : "good", say(`sales.orderState.${group.state}`))}</td>
      ${sumCell("ordered", money(group.orderedCents))}${sumCell("allotted", money(group.allottedCents))}</tr>`;
  };
  const sum = (of: (group: GroupRow) => number) => c.format.money(groups.reduce((all, group) => all + of(group), 0));
  return html`<section class="scroll" tabindex="0" aria-label="${say("sharing.groups")}"><table class="stacks">
      <thead><tr><th scope="col">${say("sharing.group")}</th><th scope="col">${say("sharing.state")}</th>
        <th scope="col" class="number">${say("sharing.ordered")}</th><th scope="col" class="number">${say("sharing.allotted")}</th></tr></thead>
      <tbody>${groups.map(row)}</tbody>
      <tfoot><tr><th scope="row">${say("sharing.all")}</th><td></td>${sumCell(
        "ordered",
        sum(({ orderedCents }) => orderedCents),
      )}
        ${sumCell("allotted", groups.every(({ allottedCents }) => allottedCents === null) ? "" : sum(({ allottedCents }) => allottedCents ?? 0))}</tr></tfoot>
    </table></section>`;
}

function stopPart(c: PageContext): Html {
  const { say } = c;
  const body = html`${textArea(c, { typed: {}, errors: {} }, { name: "reason", label: say("sharing.reason"), required: true, rows: 2, maxLength: 500 })}
    <button type="submit" class="danger">${say("sharing.stop")}</button>`;
  return html`<details class="card"><summary>${say("sharing.stop")}</summary><p>${say("sharing.stopLead")}</p>${postForm(c, { action: `${c.path}/stop` }, body)}</details>`;
}
