// Who comes to a gathering, for its organiser alone: places, the waiting list, who was there. Pure: view -> HTML.
import { timeTag } from "../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, statusBadge } from "../web/parts.ts";
import type { Booking } from "./bookingStore.ts";
import { type Turnout, tellTurnout } from "./deskPages.ts";
import type { Gathering } from "./gathering.ts";
import { guestsField } from "./pages.ts";
import { listWaiting } from "./queue.ts";

/** The people of one gathering. `addresses` by booking, for who may read them; null for who may not. */
export type PeopleView = {
  readonly gathering: Gathering;
  readonly bookings: readonly Booking[];
  readonly turnout: Turnout;
  readonly addresses: ReadonlyMap<string, string> | null;
  readonly onceKey: (bookingId: string) => string;
  readonly state: FormState;
};

/** The list, with a tick for each that has a place; kept by the organiser's own phone, so that it works in a cellar. */
export function peoplePage(c: PageContext, view: PeopleView): View {
  const { gathering, bookings, turnout, state } = view;
  const { say } = c;
  const coming = bookings.filter((one) => one.state === "booked").toSorted(byName);
  const waiting = listWaiting(bookings);
  const there = bookings.filter(({ attendedAt }) => attendedAt !== null).length;
  const asked = bookings.filter((one) => one.state === "unproven").length;
  const isBad = Object.keys(state.errors).length > 0;
  return {
    title: say("gatherings.people.title"),
    kept: true,
    ...(isBad ? { status: 422 } : {}),
    body: html`<p class="place"><a href="/desk/${c.seat?.handle ?? ""}/gatherings/${gathering.id}">${gathering.name}</a> · ${timeTag(c.language, gathering.startsAt, c.now)}</p>
      <p class="lead">${tellTurnout(c, gathering, turnout)}${there === 0 ? "" : html`. ${say("gatherings.people.there", { count: there })}`}</p>
      ${coming.length === 0 ? emptyState({ text: say("gatherings.people.empty") }) : html`<ul class="rows">${coming.map((one) => personRow(c, view, one))}</ul>`}
      ${waiting.length === 0 ? "" : html`<h2>${say("gatherings.people.waiting")}</h2><ul class="rows">${waiting.map((one, i) => personRow(c, view, one, i + 1))}</ul>`}
      ${asked === 0 ? "" : html`<p>${say("gatherings.people.unproven", { count: asked })}</p>`}
      <p><a href="${c.path}.csv">${say("gatherings.people.csv")}</a></p>
      ${gathering.state === "published" && gathering.takesBookings && gathering.startsAt > c.now ? addPart(c, view) : ""}`,
  };
}

function byName(one: Booking, other: Booking): number {
  return one.name.localeCompare(other.name, "it");
}

function personRow(c: PageContext, view: PeopleView, booking: Booking, turn?: number): Html {
  const { say } = c;
  const { id, name, organisation, guests, attendedAt, email, personId } = booking;
  const address = view.addresses?.get(id);
  const facts = [
    organisation,
    guests > 0 ? say("gatherings.own.guests", { count: guests }) : "",
    email === null && personId === null ? say("gatherings.people.byHand") : "",
  ].filter((fact) => fact !== "");
  const isByHand = email === null && personId === null && attendedAt === null && view.gathering.endsAt > c.now;
  const off = {
    action: `${c.path}/${id}`,
    label: say("gatherings.people.takeOff"),
    kind: "quiet",
    describe: name,
  } as const;
  return html`<li class="row" id="b-${id}"><div>${turn === undefined ? "" : `${turn}. `}<strong>${name}</strong>
      ${attendedAt === null ? "" : statusBadge("good", say("gatherings.attended"))}
      <small>${facts.join(" · ")}${address ? html`${facts.length > 0 ? " · " : ""}<a href="mailto:${address}">${address}</a>` : ""}</small></div>
      <div class="actions">${isTicked(c, view.gathering) ? tick(c, view, booking) : ""}${isByHand ? actionButton(c, { ...off, fields: { act: "off" } }) : ""}</div></li>`;
}

/** Half a day before the door opens nobody is there. */
function isTicked({ now }: PageContext, { state, startsAt }: Gathering): boolean {
  return state === "published" && startsAt - now < 12 * 3_600_000;
}

function tick(c: PageContext, view: PeopleView, { id, name, attendedAt }: Booking): Html {
  const isThere = attendedAt !== null;
  const label = c.say(isThere ? "gatherings.people.untick" : "gatherings.people.tick");
  return postForm(
    c,
    { action: `${c.path}/${id}`, class: "inline", queue: { line: id, label: `${name}: ${label}` } },
    html`<input type="hidden" name="act" value="${isThere ? "untick" : "tick"}"><input type="hidden" name="key" value="${view.onceKey(id)}">
      <button type="submit" class="${isThere ? "quiet" : "plain"}" aria-label="${label}: ${name}">${label}</button>`,
  );
}

function addPart(c: PageContext, { state, gathering }: PeopleView): Html {
  const label = (name: string) => c.say(`gatherings.people.${name}`);
  const isOpen = Object.keys(state.errors).length > 0;
  const labels = { name: c.say("gatherings.book.name") };
  const { guests = "0" } = state.typed;
  return html`<details class="card"${isOpen ? html` open` : ""}><summary>${label("add")}</summary><p>${label("addLead")}</p>
      ${errorSummary(c, state, labels)}
      ${postForm(
        c,
        { action: c.path },
        html`${textField(c, state, { name: "name", label: labels.name, required: true, maxLength: 80 })}
          ${textField(c, state, { name: "organisation", label: c.say("gatherings.book.organisation"), maxLength: 120 })}
          ${guestsField(c, String(guests), gathering.capacity)}
          <button type="submit">${label("addSend")}</button>`,
      )}</details>`;
}
