// Whose basket is still to be confirmed, as those who run an order see it, with a button to confirm for them. Pure.
import { actionButton } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import type { Basket } from "./bookingStore.ts";

/** A basket that is to be confirmed, and whose it is. */
export type ToConfirm = Pick<Basket, "householdId" | "version" | "totalCents"> & { readonly name: string };

/** "3 da confermare": each with what it comes to and, for who may book for others, its button; nothing where there is none. */
export function toConfirmPart(
  c: PageContext,
  { baskets, helps }: { readonly baskets: readonly ToConfirm[]; readonly helps: boolean },
): Html | "" {
  const { say } = c;
  if (baskets.length === 0) return "";
  const label = say("orders.confirm.act");
  const rows = baskets.map(({ householdId, version, totalCents, name }) => {
    const fields = { household: householdId, version: String(version) };
    const act = { action: `${c.path}/baskets/confirm`, label, kind: "quiet", describe: name, fields } as const;
    return html`<li class="row"><span>${name} <small>${c.format.money(totalCents)}</small></span>${helps ? actionButton(c, act) : ""}</li>`;
  });
  return html`<details class="card" id="to-confirm"><summary>${say("orders.confirm.count", { count: baskets.length })}</summary><p>${say("orders.confirm.explain")}</p><ul class="rows">${rows}</ul></details>`;
}
