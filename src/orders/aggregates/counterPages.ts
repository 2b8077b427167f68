// The counter of several orders at once: one list of households, each with the orders it collects of. Pure.
import { type Html, html } from "../../web/html.ts";
import type { Sifted } from "../../web/lists.ts";
import type { PageContext, View } from "../../web/page.ts";
import { listPages, listTools, progressLine, statusBadge } from "../../web/parts.ts";
import type { Order } from "../order.ts";
import { stateBadge } from "../wordsPages.ts";

/** What a household collects of one order: how many portions, how many of them are given. */
type CounterPart = {
  readonly orderId: string;
  readonly producerName: string;
  readonly doneCount: number;
  readonly count: number;
  readonly isCollected: boolean;
};

/** A household over all orders. `cents`: what it owes for all of them, `sharedCents` of it for what all bear. */
export type CounterRow = {
  readonly householdId: string;
  readonly name: string;
  readonly parts: readonly CounterPart[];
  readonly doneCount: number;
  readonly count: number;
  readonly sharedCents: number;
  readonly cents: number;
};

/** `here`: orders with a counter; `waiting`: producers of whose goods nothing is shared out yet. */
export type CounterView = {
  readonly name: string;
  readonly list: Sifted<CounterRow>;
  /** Portions that are given, and all, whatever was searched. */
  readonly done: number;
  readonly all: number;
  readonly here: readonly (Pick<Order, "id" | "name" | "state"> & { readonly producerName: string })[];
  readonly waiting: readonly string[];
};

/** The list; every part leads to the household's page at that order's counter. */
export function jointCounterPage(
  c: PageContext,
  view: CounterView,
  back: { readonly href: string; readonly label: string },
): View {
  const { say } = c;
  const { list, here, waiting } = view;
  const desk = `/desk/${c.seat?.handle ?? ""}/orders`;
  const { done, all } = view;
  const counters = here.map(
    ({ id, name, state, producerName }) =>
      html`<li class="row"><span><a href="${desk}/${id}/delivery">${producerName}</a><small>${name}</small></span>${stateBadge(c, { state }, true)}</li>`,
  );
  const tools = listTools(c, list, {
    label: say("aggregates.counter.find"),
    chips: [{ name: "todo", label: say("aggregates.counter.todo") }],
  });
  const isNobody = list.all === 0 && list.find === "";
  return {
    title: say("aggregates.counter.title"),
    body: html`<p class="place">${view.name}</p>
      ${all > 0 ? progressLine(say("orders.counterDesk.progress", { done, all }), { value: done, max: all }) : ""}
      ${isNobody ? "" : tools}
      ${isNobody ? html`<p class="empty">${say("aggregates.counter.nobody")}</p>` : html`<h2 class="unseen">${say("orders.counterDesk.households")}</h2><ul class="cards">${list.items.map((row) => counterRow(c, desk, row))}</ul>${listPages(c, list)}`}
      ${waiting.length === 0 ? "" : html`<p>${say("aggregates.counter.waiting")} ${waiting.join(", ")}.</p>`}
      ${counters.length === 0 ? "" : html`<h2>${say("aggregates.counter.each")}</h2><ul class="rows">${counters}</ul>`}
      <p><a href="${back.href}">${back.label}</a></p>`,
  };
}

function counterRow(c: PageContext, desk: string, row: CounterRow): Html {
  const { say } = c;
  const parts = row.parts.map(({ orderId, producerName, doneCount, count, isCollected }) => {
    const is = isCollected
      ? statusBadge("good", say("aggregates.counter.collected"))
      : statusBadge(
          doneCount < count ? "wait" : "good",
          say("aggregates.counter.given", { done: doneCount, all: count }),
        );
    return html`<li><a href="${desk}/${orderId}/delivery/household/${row.householdId}">${producerName}</a> ${is}</li>`;
  });
  const shared =
    row.sharedCents === 0 ? "" : say("aggregates.counter.shared", { sum: c.format.money(row.sharedCents) });
  return html`<li class="card"><h3>${row.name}</h3><ul>${parts}</ul>
      <p><strong>${c.format.money(row.cents)}</strong>${shared === "" ? "" : html` <small>${shared}</small>`}</p></li>`;
}
