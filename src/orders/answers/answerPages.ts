// What the producer said, line by line beside what was asked, and what a person may answer. Pure.
import type { OwedLetter } from "../../activitypub/outboxListStore.ts";
import { timeTag } from "../../web/format.ts";
import { actionButton, postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import type { Counter, Dealing, DeliveryNote } from "../dealingStore.ts";
import type { Order } from "../order.ts";
import { seen } from "../orderPages.ts";
import { tellAmount } from "../wordsPages.ts";
import type { CounterVerdict } from "./counter.ts";

/** What the part shows. `counters`: all there were; `verdict`: of the one that waits; `contractHref`: null before anything was sent. */
export type AnswerView = {
  readonly order: Order;
  readonly dealing: Dealing;
  readonly counters: readonly Counter[];
  readonly verdict: CounterVerdict | null;
  readonly contractHref: string | null;
  /** What it wrote when it refused the last Offer; null where it wrote nothing. */
  readonly refusalNote: string | null;
  /** The letter that carries the last Offer; undefined where nothing is known of it. */
  readonly letter: OwedLetter | undefined;
};

/** Nothing before the order was sent. */
export function answersPart(c: PageContext, view: AnswerView): Html | "" {
  const { say } = c;
  const { offer, agreement, notes } = view.dealing;
  if (!offer) return "";
  return html`<h2>${say("orders.answer.title")}</h2>
    <p>${say("orders.answer.sent", { revision: offer.revision, total: c.format.money(offer.totalCents) })} ${timeTag(c.language, offer.sentAt, c.now)}${onItsWay(c, view.letter)}</p>
    ${offer.refusedFor === null ? "" : html`<p><span class="badge stop">${say("orders.answer.refused")}</span> ${say(`orders.reason.${offer.refusedFor}`)}</p>`}
    ${view.refusalNote === null ? "" : html`<blockquote>${view.refusalNote}</blockquote>`}
    ${agreement ? html`<p><span class="badge">${say(`orders.agreed.${agreement.status}`)}</span> ${say("orders.answer.agreed", { revision: agreement.revision, total: c.format.money(agreement.totalCents) })} ${timeTag(c.language, agreement.at, c.now)}</p>` : ""}
    ${agreement?.note ? html`<blockquote>${agreement.note}</blockquote>` : ""}
    ${!agreement && !view.dealing.counter && offer.refusedFor === null && view.order.state === "sent" ? html`<p class="empty">${say("orders.answer.none")}</p>` : ""}
    ${counterPart(c, view)}
    ${lineTable(c, view)}
    ${notes.map((note) => notePart(c, view.order, note))}
    ${view.contractHref ? html`<p><a href="${view.contractHref}">${say("orders.answer.contract")}</a></p>` : ""}`;
}

/** How far the message has come: so that nobody telephones to ask. */
function onItsWay(c: PageContext, letter: OwedLetter | undefined): Html | "" {
  if (!letter) return "";
  const { state, host, attempts, finishedAt, nextAt } = letter;
  const isFailing = attempts > 0 && (state === "pending" || state === "leased");
  const [name, at] = isFailing ? ["failing", nextAt] : [state === "leased" ? "pending" : state, finishedAt];
  const outbox = `/desk/${c.seat?.handle ?? ""}/outbox`;
  const more = state === "needs-human" || isFailing ? html` <a href="${outbox}">${c.say("orders.letter.see")}</a>` : "";
  return html`<br><small>${c.say(`orders.letter.${name}`, { host })} ${at === null || name === "pending" ? "" : timeTag(c.language, at, c.now)}${more}</small>`;
}

/** Asked, offered, agreed, said to be delivered: one row a line, only what there is. */
function lineTable(c: PageContext, { order, dealing, counters }: AnswerView): Html {
  const { say } = c;
  const { offer, agreement, counter, notes } = dealing;
  const shownCounter = counter ?? counters[0];
  const columns = (
    [
      ["asked", offer?.lines],
      ["countered", shownCounter?.lines],
      ["inForce", agreement?.lines],
      ["noted", notes[0]?.fulfilments],
    ] as const
  ).flatMap(([key, lines]) => (lines ? [{ key, byIri: new Map(lines.map((line) => [line.lineIri, line])) }] : []));
  const rows = order.lines
    .filter(({ goods }) => columns.some(({ byIri }) => byIri.has(goods.lineIri)))
    .map(({ goods }) => {
      const asked = offer?.lines.find(({ lineIri }) => lineIri === goods.lineIri)?.quantityThousandths ?? 0;
      const cells = columns.map(({ byIri }) => {
        const line = byIri.get(goods.lineIri);
        const quantity = line?.quantityThousandths ?? 0;
        const text = html`${tellAmount(c, quantity, goods)}<br><small>${c.format.money(line?.amountCents ?? 0)}</small>`;
        return html`<td class="number">${quantity === asked ? text : html`<strong>${text}</strong>`}</td>`;
      });
      return html`<tr><th scope="row">${goods.name}</th>${cells}</tr>`;
    });
  return html`<section class="scroll" tabindex="0" aria-label="${say("orders.answer.table")}"><table>
      <thead><tr><th scope="col">${say("orders.answer.product")}</th>${columns.map(({ key }) => html`<th scope="col" class="number">${say(`orders.column.${key}`)}</th>`)}</tr></thead>
      <tbody>${rows}</tbody></table></section>`;
}

/** A counter that waits, with its two answers; one that was settled, and how. */
function counterPart(c: PageContext, view: AnswerView): Html | "" {
  const { say } = c;
  const { counter } = view.dealing;
  if (!counter) {
    const [last] = view.counters;
    if (!last) return "";
    return html`<p>${say(`orders.counter.${last.state}`, { total: c.format.money(last.totalCents) })} ${last.settledAt === null ? "" : timeTag(c.language, last.settledAt, c.now)}</p>`;
  }
  const { order, verdict } = view;
  const isLate = counter.answerBy <= c.now;
  const takes = verdict?.lines && verdict.lines.length > 0 && !isLate;
  const why = verdict?.verdict === "ask" ? verdict.reasons : [];
  const base = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}`;
  return html`<div class="notice"><h3>${say("orders.counter.open", { total: c.format.money(counter.totalCents) })}</h3>
      ${counter.reason ? html`<p>${say(`orders.reason.${counter.reason}`)}</p>` : ""}
      <p>${say(isLate ? "orders.counter.late" : "orders.counter.answerBy")} ${timeTag(c.language, counter.answerBy, c.now)}</p>
      ${why.length > 0 ? html`<ul>${why.map((reason) => html`<li>${tellWhy(c, order, reason)}</li>`)}</ul>` : ""}
      ${takes ? actionButton(c, { action: `${base}/counter/take`, label: say("orders.act.takeCounter"), fields: seen(order) }) : html`<p>${say("orders.counter.cannotTake")}</p>`}
      <details><summary>${say("orders.ask.refuseCounter")}</summary><p>${say(view.dealing.agreement ? "orders.counter.refuseKeeps" : "orders.counter.refuseCancels")}</p>
        ${postForm(
          c,
          { action: `${base}/counter/refuse` },
          html`<input type="hidden" name="seen" value="${order.updatedAt}">
          <div class="field"><label for="f-reason-counter">${say("orders.run.reason")}</label><input id="f-reason-counter" name="reason" type="text" maxlength="500" required autocomplete="off"></div>
          <button type="submit" class="danger">${say("orders.act.refuseCounter")}</button>`,
        )}</details></div>`;
}

type Reasons = Extract<CounterVerdict, { verdict: "ask" }>["reasons"];

function tellWhy(c: PageContext, order: Order, reason: Reasons[number]): string {
  const line = "lineIri" in reason ? order.lines.find(({ goods }) => goods.lineIri === reason.lineIri) : undefined;
  const facts: Record<string, string> = { name: line?.goods.name ?? "" };
  if ("askedThousandths" in reason && line) facts.asked = tellAmount(c, reason.askedThousandths, line.goods);
  if ("minThousandths" in reason && line) facts.minimum = tellAmount(c, reason.minThousandths, line.goods);
  if ("missingCents" in reason) facts.missing = c.format.money(reason.missingCents);
  if ("dueCents" in reason) facts.due = c.format.money(reason.dueCents);
  if ("amountCents" in reason) facts.amount = c.format.money(reason.amountCents);
  return c.say(`orders.why.${reason.why}`, facts);
}

/** What the producer says it delivered, and whether the group agrees. */
function notePart(c: PageContext, order: Order, note: DeliveryNote): Html {
  const { say } = c;
  const total = note.fulfilments.reduce((sum, line) => sum + line.amountCents, 0);
  const base = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}`;
  const charges = note.charges.map(({ name, cents }) => html`<li>${name}: ${c.format.money(cents)}</li>`);
  const answer =
    note.answer === "accepted"
      ? html`<span class="badge">${say("orders.note.accepted")}</span>`
      : html`${note.answer === "disputed" ? html`<p><span class="badge wait">${say("orders.note.disputed")}</span></p>` : ""}
        ${postForm(
          c,
          { action: `${base}/note` },
          html`<input type="hidden" name="seen" value="${order.updatedAt}"><input type="hidden" name="document" value="${note.documentIri}">
          <div class="field"><label for="f-text-note">${say("orders.note.text")}</label><input id="f-text-note" name="text" type="text" maxlength="500" autocomplete="off"></div>
          <div class="actions"><button type="submit" name="answer" value="accept">${say("orders.note.accept")}</button>
            <button type="submit" class="danger" name="answer" value="dispute">${say("orders.note.dispute")}</button></div>`,
        )}`;
  return html`<div class="card"><h3>${say("orders.note.title", { total: c.format.money(total) })}</h3><p>${timeTag(c.language, note.at, c.now)}</p>
      ${charges.length > 0 ? html`<ul>${charges}</ul>` : ""}${answer}</div>`;
}
