// An order that is booked elsewhere: its card among the others, marked as what it is, and the form behind it. Pure.
import { actionButton, errorSummary, type FormState, postForm, textArea, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { countdown, statusBadge } from "../../web/parts.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";
import { isOutsideOpen, type OutsideOrder, siteOf } from "./outside.ts";

const FIELDS = ["title", "producer", "url", "note", "closesAt", "place", "startAt", "endAt"] as const;

/** What members see: it leads away, and says so before anybody presses. `isBelow`: under a heading of its own. */
export function outsideCard(c: PageContext, order: OutsideOrder, isBelow: boolean): Html {
  const { say } = c;
  const { title, producer, url, note, closesAt, pickup } = order;
  return html`<li class="card"><p class="kind">${producer === "" ? say("orders.outside.elsewhere") : producer}</p>
    ${isBelow ? html`<h4>${title}</h4>` : html`<h3>${title}</h3>`}
    <p>${statusBadge("wait", say("orders.outside.badge"))}</p>
    <p>${say("orders.times.closes")} ${countdown(c, closesAt)}</p>
    <p>${pickup ? html`${say("orders.times.pickup")}: ${countdown(c, pickup.startAt)}, ${pickup.place}` : say("orders.times.noPickup")}</p>
    ${note === "" ? "" : html`<p>${note}</p>`}
    <p><a href="${url}" rel="noopener noreferrer external">${say("orders.outside.open", { site: siteOf(order) })}</a></p></li>`;
}

/** For who runs orders: those that are open or were lately, each a link to its form. */
export function outsideRunPart(c: PageContext, orders: readonly OutsideOrder[]): Html | "" {
  if (orders.length === 0) return "";
  const { say } = c;
  const base = `/desk/${c.seat?.handle ?? ""}/outside`;
  const badge = (order: OutsideOrder) => {
    if (order.calledOffAt !== null) return statusBadge("stop", say("orders.state.cancelled"));
    return isOutsideOpen(order, c.now)
      ? statusBadge("good", say("orders.state.open"))
      : statusBadge("plain", say("orders.state.closed"));
  };
  const rows = orders.map(
    (order) => html`<li class="row"><span><a href="${base}/${order.id}">${order.title}</a>
      <small>${[order.producer, siteOf(order), `${say("orders.times.closes")} ${c.format.dateTime(order.closesAt)}`].filter(Boolean).join(", ")}</small></span>${badge(order)}</li>`,
  );
  return html`<h2>${say("orders.outside.heading")}</h2><ul class="rows">${rows}</ul>`;
}

/** The form. `order` null: a new one. */
export function outsidePage(
  c: PageContext,
  state: FormState,
  view: { readonly order: OutsideOrder | null; readonly places: readonly string[] },
): View {
  const { say } = c;
  const { order, places } = view;
  const label = (name: string) => say(`orders.outside.${name}`);
  const labels = Object.fromEntries(FIELDS.map((name) => [name, label(name)]));
  const text = (name: (typeof FIELDS)[number], more: object = {}) =>
    textField(c, state, { name, label: label(name), ...more });
  const when = { type: "datetime-local" };
  const body = html`${order ? seenField(state) : ""}${text("title", { required: true, maxLength: 200 })}
    ${text("producer", { maxLength: 200, hint: label("producerHint") })}
    ${text("url", { required: true, maxLength: 1000, type: "url", inputmode: "url", hint: label("urlHint") })}
    ${textArea(c, state, { name: "note", label: label("note"), hint: label("noteHint"), rows: 3, maxLength: 2000 })}
    ${text("closesAt", { ...when, required: true })}
    ${text("place", { maxLength: 200, ...(places.length > 0 ? { suggestions: places } : {}) })}
    ${text("startAt", when)}${text("endAt", when)}
    <button type="submit">${label(order ? "save" : "make")}</button>`;
  const callOff = order
    ? html`<h2>${label("callOffTitle")}</h2><p>${label("callOffLead")}</p>${actionButton(c, {
        action: `${c.path}/call-off`,
        label: label("callOff"),
        kind: "danger",
        fields: { seen: String(order.updatedAt) },
      })}`
    : "";
  return {
    title: label(order ? "editTitle" : "newTitle"),
    ...formStatus(state),
    body: html`<p class="lead">${label("lead")}</p>${clashBox(c, state, labels)}${errorSummary(c, state, labels)}${postForm(c, { action: c.path }, body)}${callOff}
      <p><a href="/desk/${c.seat?.handle ?? ""}/orders">${say("orders.book.back")}</a></p>`,
  };
}
