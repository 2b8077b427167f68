// What an order's page says when its seller offers something else by now. Pure.
import { actionButton } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext } from "../web/page.ts";
import type { OfferChanges } from "./offerChanges.ts";

const NAMED = 8;

/** Nothing while our list stands as it was offered. `isLed`: another group leads it, and what it adds concerns us. */
export function offerChangePart(c: PageContext, base: string, changes: OfferChanges | null, isLed: boolean): Html | "" {
  const { say } = c;
  const [gone, other] = [changes?.gone ?? [], isLed ? (changes?.other ?? []) : []];
  if (gone.length === 0 && other.length === 0) return "";
  const named = (goods: OfferChanges["gone"]) => {
    const names = goods.slice(0, NAMED).map(({ name }) => name);
    return c.format.list(goods.length > NAMED ? [...names, "…"] : names);
  };
  const off =
    gone.length === 0
      ? ""
      : html`<p>${say("orders.offerChange.gone", { names: named(gone) })}</p>
        ${actionButton(c, { action: `${base}/lines/align`, label: say("orders.offerChange.align") })}`;
  const more =
    other.length === 0
      ? ""
      : html`<p>${say("orders.offerChange.other", { names: named(other) })} <a href="${base}/lines">${say("orders.lines.title")}</a></p>`;
  return html`<section class="card"><h2>${say("orders.offerChange.title")}</h2>${off}${more}</section>`;
}
