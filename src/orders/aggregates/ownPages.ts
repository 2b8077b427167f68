// What a household will owe beside the goods for orders that come together, on its own pages. Pure.
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";

/** Costs that are not charged yet: of which aggregate, which they are, and the household's part as things are now. */
export type OwnCosts = { readonly name: string; readonly costs: readonly string[]; readonly cents: number };

/** A line for each; nothing where there is none. */
export function ownCostsPart(c: PageContext, own: readonly OwnCosts[]): Html | "" {
  if (own.length === 0) return "";
  const lines = own.map(({ name, costs, cents }) => {
    const facts = { name, costs: costs.join(", "), sum: c.format.money(cents) };
    return html`<p>${c.say("aggregates.own.line", facts)}</p>`;
  });
  return html`<h2>${c.say("aggregates.own.title")}</h2>${lines}`;
}
