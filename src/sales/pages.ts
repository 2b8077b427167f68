// What everybody sees of a producer's cycles: the page of one, the open ones of a producer, of a node. Pure: view -> HTML.

import { comparePrice, packageOf } from "../catalogs/product.ts";
import type { ReaderTerms } from "../catalogs/proposal.ts";
import { packagePriceFor } from "../catalogs/proposal.ts";
import { changeUnitPrice } from "../kernel/money.ts";
import { unitLabel } from "../kernel/units.ts";
import { timeTag } from "../web/format.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { tellDelivery, type Voice } from "./announcement.ts";
import type { Cycle, CycleLine, CycleState } from "./cycle.ts";

/** A producer as these pages name it. */
export type Producer = { readonly id: string; readonly handle: string; readonly name: string };

/** One cycle for one reader. `terms` null: no prices, because prices are for who has a pact. */
export type CycleView = {
  readonly producer: Producer;
  readonly cycle: Cycle;
  readonly lines: readonly CycleLine[];
  readonly terms: ReaderTerms | null;
};

/** The public page of a cycle. Says when it ends in words, without hurry, and how a group orders. */
export function cyclePage(c: PageContext, view: CycleView): View {
  const { producer, cycle, lines, terms } = view;
  const { say } = c;
  const href = `/${producer.handle}/cycles/${cycle.id}`;
  return {
    title: cycle.name,
    description: say("sales.page.description", { producer: producer.name, name: cycle.name }),
    ...(cycle.visibility === "public" ? { alternate: `${c.origin}${href}` } : {}),
    body: html`<p class="place"><a href="/${producer.handle}">${producer.name}</a> ${stateBadge(c, cycle.state)}</p>
      ${cycle.note ? html`<p class="lead">${cycle.note}</p>` : ""}
      ${cycleFacts(c, cycle)}
      <h2>${say("sales.page.goods")}</h2>
      ${lines.length === 0 ? html`<p class="empty">${say("sales.page.noLines")}</p>` : lineTable(c, lines, terms)}
      ${terms === null ? html`<p>${say("sales.page.noPrices", { producer: producer.name })}</p>` : ""}
      ${cycle.state === "open" ? howToOrder(c, producer) : ""}`,
  };
}

/** Until when, where the goods are handed over, the smallest order: the facts every page of a cycle shows. */
export function cycleFacts(c: PageContext, cycle: Cycle): Html {
  const { say, language, now } = c;
  const deliveries = cycle.deliveries.map(
    (delivery) => html`<dd>${tellDelivery(delivery, voiceIn(c))}<br>${delivery.place}</dd>`,
  );
  return html`<dl class="facts">
      ${cycle.openedAt === null && cycle.opensAt !== null ? html`<dt>${say("sales.facts.opens")}</dt><dd>${timeTag(language, cycle.opensAt, now)}</dd>` : ""}
      <dt>${say(cycle.endedAt === null ? "sales.facts.closes" : "sales.facts.closed")}</dt>
      <dd>${timeTag(language, cycle.closesAt, now)}</dd>
      ${cycle.cancelReason ? html`<dt>${say("sales.facts.reason")}</dt><dd>${cycle.cancelReason}</dd>` : ""}
      <dt>${say("sales.facts.delivery")}</dt>
      ${deliveries.length > 0 ? deliveries : html`<dd>${say("sales.note.noDelivery")}</dd>`}
      ${cycle.minimumOrderCents ? html`<dt>${say("sales.facts.minimum")}</dt><dd>${c.format.money(cycle.minimumOrderCents)}</dd>` : ""}
    </dl>`;
}

function lineTable(c: PageContext, lines: readonly CycleLine[], terms: ReaderTerms | null): Html {
  const { say } = c;
  const rows = lines.map((line) => {
    const { facts } = line.goods;
    return html`<tr><th scope="row">${facts.name}${facts.isVariableWeight ? html`<br><small>${say("sales.page.variableWeight")}</small>` : ""}</th>
        <td>${tellPackage(c, line)}</td>
        ${terms ? html`<td class="number">${c.format.money(packagePriceFor(facts, terms))}<br><small>${tellComparePrice(c, line, terms)}</small></td>` : ""}</tr>`;
  });
  return html`<section class="scroll" tabindex="0" aria-label="${say("sales.page.goods")}"><table>
      <thead><tr><th scope="col">${say("sales.page.product")}</th><th scope="col">${say("sales.page.package")}</th>
        ${terms ? html`<th scope="col" class="number">${say("sales.page.price")}</th>` : ""}</tr></thead>
      <tbody>${rows}</tbody></table></section>`;
}

/** "10 kg", "1 vasetto": what one orders at once. */
export function tellPackage(c: PageContext, line: CycleLine): string {
  const { quantityThousandths, unitCode } = packageOf(line.goods.facts);
  return `${c.format.quantity(quantityThousandths)} ${unitLabel(unitCode, quantityThousandths, c.language)}`;
}

function tellComparePrice(c: PageContext, { goods }: CycleLine, terms: ReaderTerms): string {
  const { priceTenThousandths } = goods.facts;
  const facts = {
    ...goods.facts,
    priceTenThousandths: changeUnitPrice(priceTenThousandths, terms.priceDeltaHundredthsPercent),
  };
  const price = comparePrice(facts);
  return price
    ? `${c.format.money(Math.round(price.priceTenThousandths / 100))}/${unitLabel(price.base, 1000, c.language)}`
    : "";
}

function howToOrder({ say }: PageContext, producer: Producer): Html {
  return html`<h2>${say("sales.how.title")}</h2>
    <p>${say("sales.how.group", { producer: producer.name })}</p>
    <p>${say("sales.how.alone", { producer: producer.name })}</p>`;
}

/** The open cycles of a producer, for its own page: a card each, or a sentence where there is none. */
export function openCyclesSection(c: PageContext, producer: Producer, cycles: readonly Cycle[]): Html {
  const { say } = c;
  return html`<section aria-labelledby="open-cycles"><h2 id="open-cycles">${say("sales.open.title")}</h2>
      ${
        cycles.length === 0
          ? html`<p class="empty">${say("sales.open.empty")}</p>`
          : cycleCards(
              c,
              cycles.map((cycle) => ({ producer, cycle })),
            )
      }
    </section>`;
}

/** `/{handle}/cycles` for people. */
export function openCyclesPage(c: PageContext, producer: Producer, cycles: readonly Cycle[]): View {
  return {
    title: c.say("sales.open.of", { producer: producer.name }),
    alternate: `${c.origin}${c.path}`,
    body: html`<p class="place"><a href="/${producer.handle}">${producer.name}</a></p>${openCyclesSection(c, producer, cycles)}`,
  };
}

/** Where the hashtag of an announcement leads: every open public cycle of this node. */
export function nodeOffersPage(c: PageContext, offers: readonly { producer: Producer; cycle: Cycle }[]): View {
  const { say } = c;
  return {
    title: say("sales.tag.title"),
    description: say("sales.tag.lead"),
    body: html`<p class="lead">${say("sales.tag.lead")}</p>
      ${offers.length === 0 ? html`<p class="empty">${say("sales.open.empty")}</p>` : cycleCards(c, offers)}`,
  };
}

function cycleCards(c: PageContext, offers: readonly { producer: Producer; cycle: Cycle }[]): Html {
  const cards = offers.map(
    ({ producer, cycle }) => html`<li class="card"><p class="kind">${producer.name}</p>
        <h3><a href="/${producer.handle}/cycles/${cycle.id}">${cycle.name}</a></h3>
        <p>${c.say("sales.open.until")} ${timeTag(c.language, cycle.closesAt, c.now)}</p></li>`,
  );
  return html`<ul class="cards">${cards}</ul>`;
}

/** The state in a word. */
export function stateBadge({ say }: PageContext, state: CycleState): Html {
  const tone = state === "open" ? "" : state === "cancelled" ? " stop" : " wait";
  return html`<span class="badge${tone}">${say(`sales.state.${state}`)}</span>`;
}

function voiceIn({ say, format }: PageContext): Voice {
  return { say, date: format.date, time: format.time, money: (cents) => format.money(cents) };
}
