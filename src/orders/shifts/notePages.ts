// Shifts where people look anyway: one's own at the head of the home, those of an order on its page. Pure.
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { countdown, statusBadge } from "../../web/parts.ts";
import { missingOf, type Turn } from "./shift.ts";

/** The shifts somebody signed up for that are still ahead; nothing where there are none. */
export function ownShiftsNote(c: PageContext, turns: readonly Turn[]): Html | "" {
  const rows = turns
    .filter(({ startAt }) => startAt > c.now)
    .flatMap(({ startAt, place, orderName, shifts }) =>
      shifts
        .filter((shift) => isIn(c, shift))
        .map(
          ({ task }) =>
            html`<li><strong>${task}</strong>: ${countdown(c, startAt)}, ${place} <small>${orderName}</small></li>`,
        ),
    );
  if (rows.length === 0) return "";
  return html`<div class="notice" role="status"><h2>${c.say("shifts.yours", { count: rows.length })}</h2><ul>${rows}</ul><p>${shiftsLink(c)}</p></div>`;
}

/** Who is still missing at the deliveries of one order, and where one says that one comes; nothing where no help is asked for. */
export function orderShiftsPart(c: PageContext, turns: readonly Turn[]): Html | "" {
  const rows = turns
    .filter(({ startAt }) => startAt > c.now)
    .flatMap(({ startAt, shifts }) =>
      shifts.map((shift) => {
        const missing = missingOf(shift);
        const mine = isIn(c, shift) ? statusBadge("good", c.say("shifts.youCome")) : "";
        const badge =
          missing === 0
            ? statusBadge("plain", c.say("shifts.full"))
            : statusBadge("wait", c.say("shifts.missing", { count: missing }));
        return html`<li class="row"><span>${shift.task} <small>${countdown(c, startAt)}</small></span><span>${mine} ${badge}</span></li>`;
      }),
    );
  if (rows.length === 0) return "";
  return html`<section class="no-print"><h2>${c.say("shifts.title")}</h2><ul class="rows">${rows}</ul><p>${shiftsLink(c)}</p></section>`;
}

function isIn(c: PageContext, { people }: Turn["shifts"][number]): boolean {
  return people.some(({ personId }) => personId === c.visitor?.personId);
}

function shiftsLink(c: PageContext): Html {
  return html`<a href="/desk/${c.seat?.handle ?? ""}/shifts">${c.say("shifts.see")}</a>`;
}
