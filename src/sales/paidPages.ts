// Whether a group has paid, as the farm notes it for itself. Pure.
import { timeTag } from "../web/format.ts";
import { actionButton } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext } from "../web/page.ts";
import { isToBePaid, type ReceivedOrder } from "./received.ts";

/** Paid or not, with the button for the other; nothing while no money is due. `path`: of the order's page. */
export function paidPart(c: PageContext, order: ReceivedOrder, path: string): Html | "" {
  if (!isToBePaid(order)) return "";
  const { say } = c;
  const { paidAt, updatedAt } = order;
  const told =
    paidAt === null ? say("sales.paid.not") : html`${say("sales.paid.since")} ${timeTag(c.language, paidAt, c.now)}`;
  const button = actionButton(c, {
    action: `${path}/paid`,
    label: say(paidAt === null ? "sales.paid.mark" : "sales.paid.unmark"),
    kind: "quiet",
    fields: { seen: String(updatedAt), paid: paidAt === null ? "yes" : "no" },
  });
  return html`<h2>${say("sales.paid.title")}</h2><p>${told}</p><div class="actions">${button}</div>`;
}
