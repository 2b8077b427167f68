// What a household will owe beside the goods for orders that come together, on its own pages and before it books. Pure.
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { writeModifiers } from "../planning/modifierForm.ts";
import type { Modifier } from "../planning/modifiers.ts";

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

/** On the page where one books: which costs all orders bear together, and how they are split. Nothing where there are none. */
export function sharedCostsNote(c: PageContext, costs: readonly Modifier[]): Html | "" {
  if (costs.length === 0) return "";
  const { say } = c;
  const rows = costs.map((cost) => {
    const { "modValue.1": value = "", "modUnit.1": unit = "" } = writeModifiers([cost]);
    const sign = cost.kind === "discount" ? "−" : "";
    const how = cost.target === undefined ? say(`orders.modifier.${cost.splitBy}`) : say("aggregates.for.household");
    return html`<li>${cost.name}: ${sign}${value} ${say(`orders.modifier.${unit}`)}, ${how}</li>`;
  });
  return html`<h2>${say("aggregates.own.title")}</h2><p>${say("aggregates.own.lead")}</p><ul>${rows}</ul>`;
}
