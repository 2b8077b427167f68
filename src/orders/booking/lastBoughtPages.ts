// "Repeat the last order": what was bought last time, with what is gone or costs otherwise now, to be ticked. Pure.
import { postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, statusBadge } from "../../web/parts.ts";
import type { Order } from "../order.ts";
import { tellAmount } from "../wordsPages.ts";
import { tellPrice } from "./bookLinePages.ts";
import type { AgainLine } from "./lastBought.ts";

/** The page; `when` is the closing of the order that would be repeated, epoch ms. */
export function againPage(
  c: PageContext,
  view: { order: Order; last: Pick<Order, "name" | "closesAt">; lines: readonly AgainLine[]; onceKey: string },
): View {
  const { say } = c;
  const { order, last, lines } = view;
  const back = c.path.replace(/\/again$/, "");
  const canTake = lines.some(({ line, isBooked }) => line && !isBooked);
  const lead = say("orders.again.lead", { name: last.name, when: c.format.date(last.closesAt) });
  const list = html`<ul class="rows">${lines.map((line) => againRow(c, line))}</ul>`;
  const body = canTake
    ? postForm(
        c,
        { action: c.path },
        html`<input type="hidden" name="key" value="${view.onceKey}">${list}<p class="actions"><button type="submit">${say("orders.again.take")}</button> <a href="${back}">${say("orders.again.back")}</a></p>`,
      )
    : html`${list}${emptyState({ text: say("orders.again.nothing"), action: { href: back, label: say("orders.again.back") } })}`;
  return { title: say("orders.again.title", { name: order.name }), body: html`<p class="lead">${lead}</p>${body}` };
}

function againRow(c: PageContext, again: AgainLine): Html {
  const { say } = c;
  const { name, before, beforeThousandths, line, quantityThousandths, isRepriced, isBooked } = again;
  const then = say("orders.again.then", { quantity: tellAmount(c, beforeThousandths, before.goods) });
  if (!line)
    return html`<li class="row"><span>${name}<small>${then}</small></span>${statusBadge("stop", say("orders.again.gone"))}</li>`;
  if (isBooked)
    return html`<li class="row"><span>${line.goods.name}<small>${then}</small></span>${statusBadge("good", say("orders.again.booked"))}</li>`;
  const id = `again-${line.number}`;
  const now = tellAmount(c, quantityThousandths, line.goods);
  const other =
    quantityThousandths === beforeThousandths ? "" : html`<small>${say("orders.again.now", { quantity: now })}</small>`;
  const price = isRepriced
    ? html`<small>${statusBadge("wait", say("orders.again.repriced"))} ${say("orders.again.prices", { before: tellPrice(c, before), now: tellPrice(c, line) })}</small>`
    : html`<small>${tellPrice(c, line)}</small>`;
  // What costs otherwise is not taken without a look.
  return html`<li class="row"><div class="choice"><input type="checkbox" id="${id}" name="line" value="${line.number}"${isRepriced ? "" : html` checked`}><label for="${id}">${line.goods.name}, ${now}<small>${then}</small>${other}${price}</label></div></li>`;
}
