// A member's calendar: as a file that calendars subscribe to, and the part of the page that gives out its address.
import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import { actionButton } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import type { Say } from "../../web/words.ts";
import type { CalendarDate } from "./calendar.ts";

/** iCalendar (RFC 5545) of the dates. `deskUrl` leads to the group's desk, `stampAt` (epoch ms) is when it was written. */
export function writeCalendar(
  say: Say,
  dates: readonly CalendarDate[],
  view: { name: string; deskUrl: string; stampAt: number; nameOf: (producerId: string) => string },
): string {
  const calendar = ical({ name: view.name, method: ICalCalendarMethod.PUBLISH, ttl: 3600 });
  calendar.prodId({ company: "Filiera", product: "Filiera", language: "IT" });
  for (const { uid, kind, task, order, startAt, endAt, place, sequence, isCancelled, outside } of dates) {
    const producer = outside?.producer ?? view.nameOf(order.producerId);
    calendar.createEvent({
      ...{ id: uid, sequence, stamp: new Date(view.stampAt), start: new Date(startAt) },
      ...(endAt === null ? {} : { end: new Date(endAt) }),
      ...(place === "" ? {} : { location: place }),
      summary: say(`orders.calendar.${kind}`, { name: order.name, producer, task }),
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      url: outside?.url ?? (kind === "shift" ? `${view.deskUrl}/shifts` : `${view.deskUrl}/orders/${order.id}/book`),
    });
  }
  return calendar.toString();
}

/** Where the address is given out, renewed and taken away. `url` null: there is none. */
export function calendarPart(c: PageContext, url: string | null): Html {
  const { say } = c;
  const action = `${c.path}/calendar`;
  const stop = actionButton(c, { action: `${action}/stop`, label: say("orders.calendar.stop"), kind: "danger" });
  const renew = actionButton(c, { action, label: say("orders.calendar.renew"), kind: "quiet" });
  const make = actionButton(c, { action, label: say("orders.calendar.make"), kind: "quiet" });
  return html`<section id="calendar" class="no-print"><h2>${say("orders.calendar.title")}</h2><p>${say("orders.calendar.lead")}</p>${
    url === null
      ? make
      : html`<p class="copy">${url}</p><p>${say("orders.calendar.how")}</p><div class="actions">${renew}${stop}</div>`
  }</section>`;
}
