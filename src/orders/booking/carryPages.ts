// Bringing the bookings of the order before: what that means, on the page of the order, and what came of it. Pure.
import { actionButton } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { notice } from "../../web/parts.ts";

/** `can`: from which order, and of how many households; null: nothing to bring. `done`: what just came of it; null: nothing did. */
export function carryPart(
  c: PageContext,
  can: { readonly name: string; readonly count: number } | null,
  done: { readonly carried: number; readonly left: number } | null,
): Html | "" {
  const { say } = c;
  const told =
    done === null
      ? ""
      : notice(
          html`${say("orders.carry.done", { count: done.carried })}${done.left === 0 ? "" : html` ${say("orders.carry.left", { count: done.left })}`}`,
        );
  if (can === null) return told;
  const button = actionButton(c, { action: `${c.path}/carry`, label: say("orders.carry.act"), kind: "quiet" });
  return html`${told}<details class="card"><summary>${say("orders.carry.ask", { name: can.name })}</summary><p>${say("orders.carry.explain", { count: can.count })}</p>${button}</details>`;
}
