// How somebody without an account books a place: the form, what it says to whoever sent it, and the page behind the letter's link. Pure.
import { checkboxField, errorSummary, type FormState, postForm, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { notice, statusBadge } from "../web/parts.ts";
import { tellWhen, tellWhere } from "./announcement.ts";
import type { Booking } from "./bookingStore.ts";
import type { Gathering, GatheringStanding } from "./gathering.ts";
import type { Material } from "./materialStore.ts";
import { gatheringFacts, guestsField, materialsPart, type Organiser, voiceIn } from "./pages.ts";

/** The form. What is asked is what the organiser needs, and no more. */
export function bookPage(
  c: PageContext,
  state: FormState,
  view: { readonly organiser: Organiser; readonly gathering: Gathering; readonly isFull: boolean },
): View {
  const { organiser, gathering, isFull } = view;
  const { say } = c;
  const label = (name: string) => say(`gatherings.book.${name}`);
  const labels = Object.fromEntries(["name", "email", "organisation", "consent"].map((name) => [name, label(name)]));
  const { guests = "0" } = state.typed;
  return {
    title: say("gatherings.book.title", { name: gathering.name }),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p>${tellWhen(gathering, voiceIn(c))}, ${tellWhere(gathering, c)}</p>
      <p class="lead">${label(isFull ? "leadWaiting" : "lead")}</p>
      ${errorSummary(c, state, labels)}
      ${postForm(
        c,
        { action: c.path },
        html`${textField(c, state, { name: "name", label: label("name"), required: true, maxLength: 80, autocomplete: "name" })}
          ${textField(c, state, { name: "email", label: label("email"), hint: label("emailHint"), type: "email", required: true, maxLength: 254, autocomplete: "email" })}
          ${textField(c, state, { name: "organisation", label: label("organisation"), hint: label("organisationHint"), maxLength: 120, autocomplete: "organization" })}
          ${guestsField(c, String(guests), gathering.capacity)}
          ${checkboxField(c, state, { name: "consent", label: say("gatherings.book.consentLabel", { name: organiser.name }), hint: label("consentHint"), required: true })}
          <button type="submit">${label(isFull ? "wait" : "send")}</button>`,
      )}
      <p><a href="/${organiser.handle}/events/${gathering.id}">${say("gatherings.book.back")}</a></p>`,
  };
}

/** The same for whoever asks. */
export function askedPage(c: PageContext, organiser: Organiser, gathering: Gathering): View {
  const { say } = c;
  return {
    title: say("gatherings.book.askedTitle"),
    body: html`<p class="lead">${say("gatherings.book.asked")}</p>
      <p><a href="/${organiser.handle}/events/${gathering.id}">${say("gatherings.book.back")}</a></p>`,
  };
}

/** What reads who said that it was not them. */
export function forgottenPage({ say }: PageContext): View {
  return {
    title: say("gatherings.book.forgottenTitle"),
    body: html`<p class="lead">${say("gatherings.book.forgotten")}</p>`,
  };
}

/** What the link in a letter opens: how the booking stands, and what can be done with it. */
export function bookingPage(
  c: PageContext,
  view: {
    readonly organiser: Organiser;
    readonly gathering: Gathering;
    readonly booking: Booking;
    readonly standing: GatheringStanding;
    readonly materials: readonly Material[];
    readonly token: string;
  },
): View {
  const { organiser, gathering, booking, standing, materials, token } = view;
  const { say } = c;
  const isIn = booking.state === "booked" || booking.state === "waiting";
  const href = `/${organiser.handle}/events/${gathering.id}`;
  return {
    title: gathering.name,
    body: html`<p class="place"><a href="/${organiser.handle}">${organiser.name}</a></p>
      ${standing === "cancelled" ? notice(say("gatherings.standing.cancelled", { reason: gathering.cancelReason })) : stateOf(c, booking)}
      ${gatheringFacts(c, gathering, booking.state === "booked")}
      ${actsOf(c, booking, standing)}
      ${isIn ? materialsPart(c, href, materials, token) : ""}
      ${gathering.removedAt === null ? html`<p><a href="${href}">${say("gatherings.book.back")}</a></p>` : ""}`,
  };
}

function stateOf(c: PageContext, { state, name, guests }: Booking): Html {
  const { say } = c;
  const moods = { booked: "good", waiting: "wait", unproven: "wait", cancelled: "plain" } as const;
  const more = guests > 0 ? ` ${say("gatherings.own.guests", { count: guests })}` : "";
  return html`<p class="lead">${say(`gatherings.booking.${state}`, { name })}${more}</p>
    <p>${statusBadge(moods[state], say(`gatherings.own.${state}`))}</p>`;
}

function actsOf(c: PageContext, { state }: Booking, standing: GatheringStanding): Html | "" {
  const { say } = c;
  if (standing === "cancelled") return "";
  if (standing === "over") return html`<p>${say("gatherings.standing.over")}</p>`;
  const act = (name: "prove" | "cancel", kind: "plain" | "quiet", label: string) =>
    postForm(
      c,
      { action: c.path, class: "inline" },
      html`<input type="hidden" name="act" value="${name}"><button type="submit" class="${kind}">${say(label)}</button>`,
    );
  if (state === "booked" || state === "waiting") return act("cancel", "quiet", "gatherings.own.cancel");
  if (standing !== "open" && standing !== "full") return html`<p>${say(`gatherings.standing.${standing}`)}</p>`;
  const label = state === "unproven" ? "gatherings.booking.confirm" : "gatherings.booking.again";
  return html`${standing === "full" ? html`<p>${say("gatherings.standing.full")}</p>` : ""}<div class="actions">${act("prove", "plain", label)}${state === "unproven" ? act("cancel", "quiet", "gatherings.booking.notMe") : ""}</div>`;
}
