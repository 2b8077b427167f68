// What everybody sees of gatherings: an actor's list, one gathering with how one comes to it, one's own. Pure: view -> HTML.
import { wholePictureUrl } from "../catalogs/pictures/addresses.ts";
import { timeTag } from "../web/format.ts";
import { actionButton, postForm, selectField } from "../web/forms.ts";
import { type Html, html, safeUrl } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, listPages, notice, statusBadge } from "../web/parts.ts";
import { tellWhen, tellWhere } from "./announcement.ts";
import type { Booking } from "./bookingStore.ts";
import { describeEvent } from "./eventData.ts";
import type { Gathering, GatheringStanding } from "./gathering.ts";
import type { Material } from "./materialStore.ts";
import { GUESTS_MAX } from "./queue.ts";

/** Who organises, as these pages name it. */
export type Organiser = { readonly handle: string; readonly name: string };

/** One gathering for one visitor. */
export type GatheringView = {
  readonly organiser: Organiser;
  readonly gathering: Gathering;
  readonly standing: GatheringStanding;
  readonly materials: readonly Material[];
  /** The visitor's own booking, with their account. */
  readonly own: Booking | null;
  /** Whether they come from the link of a stranger's booking whose account had a place already. */
  readonly isYours: boolean;
  /** Whether who has no account can prove an address: the node writes mail. */
  readonly isMailed: boolean;
};

/** `/{handle}/events` for people. */
export function gatheringsPage(
  c: PageContext,
  view: { readonly organiser: Organiser; readonly coming: Sifted<Gathering>; readonly past: readonly Gathering[] },
): View {
  const { organiser, coming, past } = view;
  const { say } = c;
  const path = `/${organiser.handle}/events`;
  return {
    title: say("gatherings.of", { name: organiser.name }),
    description: say("gatherings.description", { name: organiser.name }),
    alternate: `${c.origin}${path}`,
    alternates: [
      { type: "application/atom+xml", href: `${path}.atom`, title: say("gatherings.of", { name: organiser.name }) },
      { type: "text/calendar", href: `${path}.ics`, title: say("gatherings.of", { name: organiser.name }) },
    ],
    body: html`<p class="place"><a href="/${organiser.handle}">${organiser.name}</a></p>
      ${coming.all === 0 ? emptyState({ text: say("gatherings.empty") }) : gatheringCards(c, organiser, coming.items)}
      ${listPages(c, coming)}
      <p>${say("gatherings.feeds")} <a href="${path}.ics">${say("gatherings.calendar")}</a> · <a href="${path}.atom">Atom</a></p>
      ${past.length === 0 ? "" : html`<h2>${say("gatherings.past")}</h2><ul class="rows">${past.map((one) => pastRow(c, organiser, one))}</ul>`}`,
  };
}

/** The next gatherings of an actor, for its own page; nothing where there is none. */
export function nextGatherings(c: PageContext, organiser: Organiser, coming: readonly Gathering[]): Html | "" {
  if (coming.length === 0) return "";
  const { say } = c;
  return html`<section aria-labelledby="gatherings"><h2 id="gatherings">${say("gatherings.title")}</h2>
      ${gatheringCards(c, organiser, coming)}
      <p><a href="/${organiser.handle}/events">${say("gatherings.all")}</a></p></section>`;
}

function gatheringCards(c: PageContext, { handle }: Organiser, gatherings: readonly Gathering[]): Html {
  const cards = gatherings.map(
    (
      one,
    ) => html`<li class="card"><p class="kind">${c.say(`gatherings.kind.${one.kind}`)}${one.audience === "officials" ? html` · ${c.say("gatherings.audience.officials")}` : ""}</p>
        <h3><a href="/${handle}/events/${one.id}">${one.name}</a></h3>
        <p>${timeTag(c.language, one.startsAt, c.now)}<br>${tellWhere(one, c)}</p>
        ${one.state === "cancelled" ? html`<p>${statusBadge("stop", c.say("gatherings.state.cancelled"))}</p>` : ""}</li>`,
  );
  return html`<ul class="cards">${cards}</ul>`;
}

function pastRow(c: PageContext, { handle }: Organiser, one: Gathering): Html {
  return html`<li class="row"><div><a href="/${handle}/events/${one.id}">${one.name}</a> <small>${c.format.date(one.startsAt)}</small></div></li>`;
}

/** `/{handle}/events/{id}` for people. */
export function gatheringPage(c: PageContext, view: GatheringView): View {
  const { organiser, gathering, materials } = view;
  const { say } = c;
  const path = `/${organiser.handle}/events/${gathering.id}`;
  const when = `${tellWhen(gathering, voiceIn(c))}, ${tellWhere(gathering, c)}`;
  return {
    title: gathering.name,
    description: [when, gathering.summary]
      .filter((text) => text !== "")
      .join(". ")
      .slice(0, 300),
    alternate: `${c.origin}${path}`,
    data: describeEvent(c.origin, organiser, gathering),
    body: html`<p class="place"><a href="/${organiser.handle}">${organiser.name}</a> · ${say(`gatherings.kind.${gathering.kind}`)}</p>
      ${gathering.state === "cancelled" ? notice(say("gatherings.standing.cancelled", { reason: gathering.cancelReason })) : ""}
      ${view.isYours ? notice(html`${say("gatherings.book.yours")} <a href="/account/gatherings">${say("gatherings.own.title")}</a>`) : ""}
      ${gathering.summary === "" ? "" : html`<p class="lead">${gathering.summary}</p>`}
      ${gatheringFacts(c, gathering, isIn(view.own))}
      ${gathering.picture === null ? "" : html`<p><img src="${wholePictureUrl(gathering.picture)}" alt="${gathering.pictureAlt ?? ""}" loading="lazy"></p>`}
      ${gathering.content.split(/\n{2,}/).map((part) => (part.trim() === "" ? "" : html`<p class="kept-lines">${part}</p>`))}
      ${comingPart(c, view)}
      ${materialsPart(c, path, materials, null)}
      <p><a href="/${organiser.handle}/events">${say("gatherings.allOf", { name: organiser.name })}</a> · <a href="/${organiser.handle}/events.ics">${say("gatherings.calendar")}</a></p>`,
  };
}

/** When, where and for whom. `isComing`: shown where one connects, too. */
export function gatheringFacts(c: PageContext, gathering: Gathering, isComing: boolean): Html {
  const { say } = c;
  const { startsAt, audience, capacity, closesAt, onlineUrl, takesBookings, latitude, longitude, state } = gathering;
  const showsLink = onlineUrl !== null && state === "published" && (isComing || !takesBookings);
  const map =
    latitude === null
      ? ""
      : html` <a href="https://www.openstreetmap.org/?mlat=${latitude}&amp;mlon=${longitude}#map=17/${latitude}/${longitude}" rel="noopener">${say("gatherings.onMap")}</a>`;
  return html`<dl class="facts">
      <dt>${say("gatherings.when")}</dt><dd>${tellWhen(gathering, voiceIn(c))}<br><small><time datetime="${new Date(startsAt).toISOString()}">${c.format.relative(startsAt, c.now)}</time></small></dd>
      <dt>${say("gatherings.where")}</dt><dd>${tellWhere(gathering, c)}${map}</dd>
      ${showsLink && onlineUrl !== null ? html`<dt>${say("gatherings.connect")}</dt><dd><a href="${safeUrl(onlineUrl)}" rel="noopener">${onlineUrl}</a></dd>` : ""}
      ${audience === "officials" ? html`<dt>${say("gatherings.forWhom")}</dt><dd>${say("gatherings.audience.officials")}</dd>` : ""}
      ${capacity === null ? "" : html`<dt>${say("gatherings.places")}</dt><dd>${c.format.count(capacity)}</dd>`}
      ${takesBookings && closesAt !== null ? html`<dt>${say("gatherings.bookUntil")}</dt><dd>${timeTag(c.language, closesAt, c.now)}</dd>` : ""}
    </dl>`;
}

/** How it stands, in a sentence, and the one thing to do. */
function comingPart(c: PageContext, view: GatheringView): Html | "" {
  const { gathering, standing, own, organiser } = view;
  const { say } = c;
  if (standing === "cancelled") return "";
  const action = `/${organiser.handle}/events/${gathering.id}/mine`;
  const mine =
    own && isIn(own)
      ? html`<p>${statusBadge(own.state === "booked" ? "good" : "wait", say(`gatherings.own.${own.state}`))} ${own.guests > 0 ? say("gatherings.own.guests", { count: own.guests }) : ""}</p>
        ${standing === "over" ? "" : actionButton(c, { action, label: say("gatherings.own.cancel"), fields: { act: "cancel" }, kind: "quiet", describe: gathering.name })}`
      : "";
  const sentence = html`<p>${say(`gatherings.standing.${standing}`)}</p>`;
  const isOpen = standing === "open" || standing === "full";
  return html`<section aria-labelledby="coming"><h2 id="coming">${say("gatherings.coming")}</h2>
      ${mine === "" || !isOpen ? sentence : ""}${mine}
      ${isOpen && mine === "" ? bookingWay(c, view, action) : ""}</section>`;
}

function bookingWay(c: PageContext, view: GatheringView, action: string): Html {
  const { say } = c;
  const { gathering, standing, organiser, isMailed } = view;
  const label = say(standing === "full" ? "gatherings.book.wait" : "gatherings.book.ask");
  if (c.visitor)
    return postForm(
      c,
      { action },
      html`<input type="hidden" name="act" value="book">${guestsField(c, "0", gathering.capacity)}<button type="submit">${label}</button>`,
    );
  const noMail = html`<p>${say("gatherings.book.noMail", { name: organiser.name })}</p><p><a href="/sign-in">${say("gatherings.book.signIn")}</a></p>`;
  if (!isMailed) return noMail;
  return html`<p><a role="button" href="/${organiser.handle}/events/${gathering.id}/book">${label}</a></p>`;
}

/** With how many others one comes: never more than there are places at all. */
export function guestsField(c: PageContext, typed: string, capacity: number | null): Html {
  const most = Math.min(GUESTS_MAX, capacity === null ? GUESTS_MAX : capacity - 1);
  const choices = Array.from({ length: most + 1 }, (_, guests) => ({
    value: String(guests),
    label: guests === 0 ? c.say("gatherings.book.alone") : c.say("gatherings.book.guestsChoice", { count: guests }),
  }));
  const state = { typed: { guests: typed }, errors: {} };
  return selectField(c, state, { name: "guests", label: c.say("gatherings.book.guests"), required: true, choices });
}

/** What is handed out. `token` travels with the links where it is the proof of a booking. */
export function materialsPart(
  c: PageContext,
  path: string,
  materials: readonly Material[],
  token: string | null,
): Html | "" {
  if (materials.length === 0) return "";
  const rows = materials.map(({ id, name, url, bytes, forWhom }) => {
    const query = token !== null && forWhom === "booked" ? `?b=${encodeURIComponent(token)}` : "";
    const href = url === null ? `${path}/materials/${id}${query}` : safeUrl(url);
    const size = url === null ? `PDF, ${c.format.count(Math.max(1, Math.round(bytes / 1024)))} kB` : new URL(url).host;
    return html`<li class="row"><div><a href="${href}" rel="noopener">${name}</a> <small>${size}</small></div></li>`;
  });
  return html`<h2>${c.say("gatherings.materials.title")}</h2><ul class="rows">${rows}</ul>`;
}

/** `/account/gatherings`: what one has booked and what is still ahead. */
export function ownGatheringsPage(
  c: PageContext,
  own: readonly { readonly booking: Booking; readonly gathering: Gathering; readonly organiser: Organiser }[],
): View {
  const { say } = c;
  const rows = own.map(({ booking, gathering, organiser }) => {
    const href = `/${organiser.handle}/events/${gathering.id}`;
    const state =
      gathering.state === "cancelled"
        ? statusBadge("stop", say("gatherings.state.cancelled"))
        : statusBadge(booking.state === "booked" ? "good" : "wait", say(`gatherings.own.${booking.state}`));
    const cancel = actionButton(c, {
      ...{ action: `${href}/mine`, label: say("gatherings.own.cancel"), kind: "quiet", describe: gathering.name },
      fields: { act: "cancel", from: "account" },
    });
    return html`<li class="row"><div><a href="${href}">${gathering.name}</a> ${state}
        <small>${timeTag(c.language, gathering.startsAt, c.now)} · ${tellWhere(gathering, c)} · ${organiser.name}</small></div>
        ${gathering.state === "cancelled" ? "" : cancel}</li>`;
  });
  return {
    title: say("gatherings.own.title"),
    body: html`<p class="lead">${say("gatherings.own.lead")}</p>
      ${rows.length === 0 ? emptyState({ text: say("gatherings.own.empty") }) : html`<ul class="rows">${rows}</ul>`}
      <p><a href="/account">${say("gatherings.own.back")}</a></p>`,
  };
}

function isIn(own: Booking | null): boolean {
  return own?.state === "booked" || own?.state === "waiting";
}

/** The page's own sentences and formats. */
export function voiceIn({ say, format }: PageContext) {
  return { say, date: format.date, time: format.time };
}
