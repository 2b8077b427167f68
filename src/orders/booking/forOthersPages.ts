// On the page of an order: the way to who booked what, and booking for a household that did not. Pure.
import { unitLabel } from "../../kernel/units.ts";
import type { Household } from "../../members/households/householdStore.ts";
import { type FormState, postForm, selectField, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { type Order, takesBookings } from "../order.ts";
import type { Booking } from "./booking.ts";

/** `helps`: whether the visitor may book for others. */
export type BookedView = {
  readonly order: Order;
  readonly bookings: readonly Booking[];
  readonly households: readonly Household[];
  readonly helps: boolean;
};

/** The ways into the matrix, and for each household without a booking a way to book for it. */
export function bookedPart(c: PageContext, view: BookedView): Html {
  const { say } = c;
  const { order, bookings, households } = view;
  const isOpen = view.helps && takesBookings(order, c.now);
  const base = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}`;
  const ways =
    bookings.length === 0 && !isOpen
      ? ""
      : html`<div class="actions"><a role="button" class="quiet" href="${base}/matrix">${say("orders.counterDesk.products")}</a> <a role="button" class="quiet" href="${base}/matrix?by=household">${say("orders.counterDesk.households")}</a></div>`;
  return html`<h2>${say("orders.matrix.title")}</h2>${bookings.length === 0 ? html`<p class="empty">${say("orders.matrix.none")}</p>` : ""}${ways}${isOpen ? bookForPart(c, { base, bookings, households }) : ""}${lateForm(c, view)}`;
}

/** The households that booked nothing, each a link to its own page of the order. */
export function bookForPart(
  c: PageContext,
  view: Pick<BookedView, "bookings" | "households"> & { readonly base: string },
): Html | "" {
  const booked = new Set(view.bookings.map(({ householdId }) => householdId));
  const others = view.households.filter(({ id, leftAt }) => !booked.has(id) && leftAt === null);
  if (others.length === 0) return "";
  const links = others.map(({ id, name }) => html`<li><a href="${view.base}/book?household=${id}">${name}</a></li>`);
  return html`<details><summary>${c.say("orders.matrix.bookFor")}</summary><ul class="links">${links}</ul></details>`;
}

/** After the closing, while nothing of it was sent: one product for one household. */
function lateForm(c: PageContext, { order, households, helps }: BookedView): Html | "" {
  const { say } = c;
  if (!helps || order.state !== "closed") return "";
  const fresh: FormState = { typed: {}, errors: {} };
  const label = (name: string) => say(`orders.late.${name}`);
  const staying = households
    .filter(({ leftAt }) => leftAt === null)
    .map(({ id, name }) => ({ value: id, label: name }));
  const goods = order.lines.filter(({ isOffered }) => isOffered);
  const products = goods.map((line) => ({
    value: String(line.number),
    label: `${line.goods.name} (${unitLabel(line.goods.unitCode, 2000, c.language)})`,
  }));
  const body = html`<input type="hidden" name="seen" value="${order.updatedAt}">
    ${selectField(c, fresh, { name: "household", label: label("household"), required: true, choices: staying })}
    ${selectField(c, fresh, { name: "line", label: label("product"), required: true, choices: products })}
    ${textField(c, fresh, { name: "quantity", label: label("quantity"), hint: label("quantityHint"), inputmode: "decimal", short: true, required: true, maxLength: 20 })}
    <button type="submit" class="quiet">${label("save")}</button>`;
  const action = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}/late`;
  return html`<details class="card"><summary>${label("title")}</summary><p>${label("lead")}</p>${postForm(c, { action }, body)}</details>`;
}
