// The star beside a product, and the page of all a member has: what can be booked now, what they wait for. Pure.
import { postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState } from "../../web/parts.ts";
import { type Favourite, isProducerStar, type Stars } from "./favourite.ts";

/** The name of the form that every star of a page sends: none of them stands in the form of the bookings. */
const FORM = "stars";

/** The form itself, once a page, outside any other. */
export function starForm(c: PageContext, action: string, body: Html = html``, isPressed = false): Html {
  const press = { trigger: "submit", sync: "this:queue all", swap: "none" };
  return postForm(c, { action, id: FORM, class: "unseen", ...(isPressed ? { press } : {}) }, body);
}

/** The star of a product; `value` is how the form's address knows it. */
export function starButton(
  c: PageContext,
  { name, value, isOn }: { name: string; value: string; isOn: boolean },
): Html {
  const label = `${c.say("favourites.star")}: ${name}`;
  return html`<button type="submit" form="${FORM}" class="star" name="${isOn ? "unstar" : "star"}" value="${value}" aria-pressed="${String(isOn)}" aria-label="${label}">${isOn ? "★" : "☆"}</button>`;
}

/** Asks to be told once when it can be booked again, or takes that back. */
function askButton(c: PageContext, { name, value, isAsked }: { name: string; value: string; isAsked: boolean }): Html {
  const label = c.say(isAsked ? "favourites.unask" : "favourites.ask");
  const told = isAsked ? html`<small>${c.say("favourites.asked")}</small> ` : "";
  return html`${told}<button type="submit" form="${FORM}" class="quiet" name="${isAsked ? "unask" : "ask"}" value="${value}" aria-label="${label}: ${name}">${label}</button>`;
}

/** At the head of a producer's list: to be told of every order of its, or no more. */
export function followPart(
  c: PageContext,
  { name, producerId: value, isFollowed }: { name: string; producerId: string; isFollowed: boolean },
): Html {
  const label = c.say(isFollowed ? "favourites.unfollow" : "favourites.follow");
  const told = isFollowed ? html`<small>${c.say("favourites.following")}</small> ` : "";
  return html`<p>${told}<button type="submit" form="${FORM}" class="quiet" name="${isFollowed ? "unask" : "ask"}" value="${value}" aria-label="${label}: ${name}">${label}</button></p>`;
}

/** Beside a line of an order: the star, and where nothing is left of it the asking. A press draws it anew. */
export function lineStar(
  c: PageContext,
  { of, canAsk }: Stars,
  line: { readonly number: number; readonly name: string; readonly productIri: string; readonly isLeft: boolean },
): { readonly star: Html; readonly ask: Html | "" } {
  const { number, name, productIri, isLeft } = line;
  const mine = of.get(productIri);
  const value = String(number);
  const star = html`<span id="star-${number}">${starButton(c, { name, value, isOn: mine !== undefined })}</span>`;
  const asks = !isLeft && canAsk ? askButton(c, { name, value, isAsked: mine?.askedAt != null }) : "";
  return { star, ask: asks === "" ? "" : html`<p class="fact" id="ask-${number}">${asks}</p>` };
}

/** A favourite with where it can be booked now; null: nowhere. */
export type ShownFavourite = Favourite & {
  readonly producerName: string;
  readonly order: { readonly id: string; readonly name: string; readonly closesAt: number } | null;
};

/** Everything with a star. */
export function favouritesPage(c: PageContext, shown: readonly ShownFavourite[], canAsk: boolean): View {
  const { say } = c;
  const desk = `/desk/${c.seat?.handle ?? ""}`;
  const row = (one: ShownFavourite) => {
    const { name, productIri: value, producerName, order, askedAt } = one;
    const isWhole = isProducerStar(one);
    const now = order
      ? html`<a href="${desk}/orders/${order.id}/book${isWhole ? "" : "?only=starred"}">${say("favourites.now", { order: order.name, when: c.format.moment(order.closesAt, c.now) })}</a>`
      : html`<span>${say(isWhole ? "favourites.nothingOpen" : "favourites.notNow")}</span>`;
    if (isWhole) {
      const follow = canAsk ? followPart(c, { name, producerId: value, isFollowed: askedAt !== null }) : "";
      return html`<li class="row"><div class="grow"><strong>${name}</strong><small>${say("favourites.producer")}</small><p>${now}</p>${follow}</div>${starButton(c, { name, value, isOn: true })}</li>`;
    }
    const ask = !order && canAsk ? html`<p>${askButton(c, { name, value, isAsked: askedAt !== null })}</p>` : "";
    return html`<li class="row"><div class="grow"><strong>${name}</strong><small>${producerName}</small><p>${now}</p>${ask}</div>${starButton(c, { name, value, isOn: true })}</li>`;
  };
  const empty = emptyState({
    title: say("favourites.empty.title"),
    text: say("favourites.empty.text"),
    action: { href: `${desk}/orders`, label: say("favourites.toOrders") },
  });
  const list = html`${starForm(c, `${desk}/favourites`)}<ul class="rows">${shown.map(row)}</ul>`;
  return {
    title: say("favourites.title"),
    body: html`<p class="lead">${say("favourites.lead")}</p>${shown.length > 0 ? list : empty}
      <p><a href="${desk}/orders">${say("favourites.toOrders")}</a></p>`,
  };
}

/** The way to it, on the page where members begin. */
export function favouritesLink(c: PageContext): Html {
  return html`<p class="tight"><a href="/desk/${c.seat?.handle ?? ""}/favourites">★ ${c.say("favourites.title")}</a></p>`;
}
