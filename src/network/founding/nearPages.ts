// "Trova un GAS": who is near, whether there is room, and the way to the group's own page; where nobody has room, to be told. Pure. EXPERIENCE 2.9.
import { checkboxField, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, type Mood, statusBadge } from "../../web/parts.ts";
import { type Network, ways } from "../directory/pages.ts";
import type { FoundEntry } from "../index/networkIndex.ts";
import { drawComuni } from "../places/mapPages.ts";
import { COMUNI, type Comune, PROVINCES } from "../places/places.ts";
import { NEAR_KM } from "./seeking.ts";
import type { Seeker } from "./store.ts";

/** A group with the way to its own page of requests; "" where it says none. */
export type NearGroup = { readonly entry: FoundEntry; readonly way: string };

/** `comune` as it was typed, `place` what it names; `hasRoom`: a group near takes people in; `mayAsk`: the node can write to who asks. */
export type NearView = {
  readonly network: Network;
  readonly comune: string;
  readonly place: Comune | null;
  readonly groups: readonly NearGroup[];
  readonly hasRoom: boolean;
  readonly mayAsk: boolean;
};

const MOODS: Readonly<Record<"open" | "waiting" | "closed", Mood>> = { open: "good", waiting: "wait", closed: "plain" };

/** Groups by distance, each with its room; below, what to do where none has any. */
export function nearPage(c: PageContext, state: FormState, view: NearView): View {
  const { say } = c;
  const { network, place, groups } = view;
  const nearest = groups.filter(({ entry }) => (entry.distanceKm ?? 0) > NEAR_KM).slice(0, 2);
  const isFar = place !== null && groups.length > 0 && nearest.length > 0 && groups[0] === nearest[0];
  return {
    title: say("founding.near.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    description: say("founding.near.description", { name: network.name }),
    body: html`${ways(c, network, "near")}
      <p class="lead">${say("founding.near.lead")}</p>
      ${comuneForm(c, view)}
      ${view.comune !== "" && place === null ? html`<p class="found" role="status">${say("founding.near.unknown", { place: view.comune })}</p>` : ""}
      ${isFar ? html`<p class="found" role="status">${farSentence(c, place, nearest)}</p>` : ""}
      ${place && groups.length === 0 ? emptyState({ text: say("founding.near.nobody", { name: network.name }) }) : ""}
      ${groups.length > 0 ? html`<ul class="cards">${groups.map((group) => groupCard(c, group))}</ul>` : ""}
      ${place ? mapPart(c, network, groups, place) : ""}
      ${place && !view.hasRoom ? askPart(c, state, view, place) : ""}
      <p><a href="/${network.handle}/start${place ? `?${new URLSearchParams({ comune: place.name })}` : ""}">${say("founding.near.start")}</a></p>
      ${place ? html`<p><small>${say("directory.credit")}</small></p>` : ""}`,
  };
}

/** The list once more as a picture: the comuni of these groups and the one that was asked for, of the provinces we have the outlines of. */
function mapPart(c: PageContext, { handle }: Network, groups: readonly NearGroup[], here: Comune): Html | "" {
  const codes = [...new Set(groups.flatMap(({ entry }) => entry.place?.istat ?? []))];
  const named = PROVINCES.filter(({ code }) => [here.istat, ...codes].some((istat) => istat.startsWith(code)));
  // Two that do not touch would float: then all of the region is drawn.
  const provinces = named.length > 1 ? PROVINCES : named;
  const marks = codes.flatMap((code) => {
    const there = groups.filter(({ entry }) => entry.place?.istat === code).map(({ entry }) => entry);
    const name = there[0]?.place?.name ?? "";
    const params = new URLSearchParams({ kind: "gas", comune: name, km: "0" });
    const label = `${name}: ${c.format.list(there.map((one) => one.name))}`;
    return provinces.some((province) => code.startsWith(province.code))
      ? [{ code, label, href: `/${handle}/directory?${params}`, count: there.length }]
      : [];
  });
  if (marks.length === 0) return "";
  const isThere = provinces.some(({ code }) => here.istat.startsWith(code));
  return html`<h2>${c.say("founding.near.map")}</h2>
      <figure class="map-frame narrow-map">${drawComuni(provinces, marks, c.say("founding.near.map"), isThere ? here : undefined)}
      ${isThere ? html`<figcaption><small>${c.say("founding.near.here", { place: here.name })}</small></figcaption>` : ""}</figure>`;
}

function farSentence(c: PageContext, place: Comune, nearest: readonly NearGroup[]): string {
  const names = nearest.map(({ entry }) => c.say("directory.away", { place: entry.name, km: kmOf(c, entry) }));
  const facts = { place: place.name, km: NEAR_KM, nearest: c.format.list(names), count: names.length };
  return c.say("founding.near.far", facts);
}

function comuneForm(c: PageContext, { comune }: NearView): Html {
  return html`<form method="get" action="${c.path}" class="search wide-search no-print" role="search">
      <div><label for="comune">${c.say("directory.comune")}</label><input id="comune" name="comune" type="text" value="${comune}" maxlength="80" autocomplete="off" list="comuni">
      <datalist id="comuni">${COMUNI.map(({ name }) => html`<option value="${name}"></option>`)}</datalist></div>
      <button type="submit">${c.say("founding.near.find")}</button>
    </form>`;
}

/** What its page says of it, and no address of anybody. */
function groupCard(c: PageContext, { entry, way }: NearGroup): Html {
  const { say } = c;
  const { name, url, text, joining, place, distanceKm, contactAt, sourceId } = entry;
  const where = [place?.name, distanceKm === null ? undefined : say("founding.near.km", { km: kmOf(c, entry) })];
  const ask = say(joining === "open" ? "founding.near.ask" : "founding.near.askWaiting");
  const hasWay = way !== "" && (joining === "open" || joining === "waiting");
  return html`<li class="card">
      <h2><a href="${safeUrl(url)}">${name}</a></h2>
      <p class="place">${where.filter((part) => part !== undefined).join(" · ")}</p>
      ${text ? html`<p>${excerpt(text)}</p>` : ""}
      <p>${joining === null ? html`<small>${say("founding.near.silent")}</small>` : statusBadge(MOODS[joining], say(`founding.near.room.${joining}`))}</p>
      ${hasWay ? html`<p><a role="button" href="${safeUrl(way)}" rel="noopener" aria-label="${`${ask}: ${name}`}">${ask}</a></p>` : ""}
      <p class="place"><small>${say("directory.from", { host: new URL(sourceId).host })} <time datetime="${new Date(contactAt).toISOString()}">${c.format.moment(contactAt, c.now)}</time></small></p></li>`;
}

function askPart(c: PageContext, state: FormState, { network, mayAsk }: NearView, place: Comune): Html {
  const { say } = c;
  const title = html`<h2 id="tell">${say("founding.seek.title")}</h2>`;
  if (!mayAsk) return html`${title}<p>${say("founding.seek.noMail", { name: network.name })}</p>`;
  const label = (name: string) => say(`founding.seek.${name}`);
  const labels = Object.fromEntries(["name", "email", "consent"].map((name) => [name, label(name)]));
  return html`${title}<p>${say("founding.seek.lead", { comune: place.name, km: NEAR_KM })}</p>
      ${errorSummary(c, state, labels)}
      ${postForm(
        c,
        { action: c.path },
        html`<input type="hidden" name="comune" value="${place.name}">
          ${textField(c, state, { name: "name", label: label("name"), required: true, maxLength: 80, autocomplete: "name" })}
          ${textField(c, state, { name: "email", label: label("email"), hint: label("emailHint"), type: "email", required: true, maxLength: 254, autocomplete: "email" })}
          ${checkboxField(c, state, { name: "wantsToFound", label: label("wantsToFound"), hint: label("wantsToFoundHint") })}
          ${checkboxField(c, state, { name: "consent", label: say("founding.seek.consentLabel", { name: network.name }), hint: label("consentHint"), required: true })}
          <button type="submit">${label("send")}</button>`,
      )}`;
}

/** The same for every address. */
export function seekAskedPage(c: PageContext, network: Network): View {
  const { say } = c;
  return {
    title: say("founding.seek.askedTitle"),
    body: html`<p class="lead">${say("founding.seek.asked")}</p><p>${say("founding.seek.askedLater")}</p>
      <p><a href="/${network.handle}/near">${say("founding.near.title")}</a></p>`,
  };
}

/** What we keep of who opened the link in their mail: to confirm it, or to have it forgotten. */
export function seekerPage(c: PageContext, network: Network, seeker: Seeker): View {
  const { say } = c;
  const facts = { name: seeker.name, comune: seeker.comune, network: network.name, km: NEAR_KM };
  const isProven = seeker.provenAt !== null;
  return {
    title: say(isProven ? "founding.seek.provenTitle" : "founding.seek.proveTitle"),
    body: html`<p class="lead">${say(isProven ? "founding.seek.proven" : "founding.seek.prove", facts)}</p>
      ${isProven ? "" : postForm(c, { action: c.path }, html`<button type="submit">${say("founding.seek.confirm")}</button>`)}
      <p><a href="/${network.handle}/near?${new URLSearchParams({ comune: seeker.comune })}">${say("founding.seek.look")}</a></p>
      <h2>${say("founding.seek.forgetTitle")}</h2>
      <p>${say("founding.seek.forgetLead")}</p>
      ${postForm(c, { action: `${c.path}/forget` }, html`<button type="submit" class="quiet">${say("founding.seek.forget")}</button>`)}`,
  };
}

/** A link that leads to nothing any more, and where one asks again: it was used to forget, or it ran out. */
export function spentPage(c: PageContext, network: Network, way: "near" | "start"): View {
  const { say } = c;
  return {
    title: say("founding.spent.title"),
    status: 410,
    body: html`<p class="lead">${say("founding.spent.lead")}</p>
      <p><a role="button" href="/${network.handle}/${way}">${say(`founding.${way}.title`)}</a></p>`,
  };
}

export function forgottenPage(c: PageContext, network: Network): View {
  const { say } = c;
  return {
    title: say("founding.seek.forgottenTitle"),
    body: html`<p class="lead">${say("founding.seek.forgotten")}</p>
      <p><a href="/${network.handle}">${network.name}</a></p>`,
  };
}

function kmOf(c: PageContext, { distanceKm }: FoundEntry): string {
  return c.format.count(Math.round(distanceKm ?? 0));
}

function excerpt(text: string): string {
  return text.length <= 180 ? text : `${text.slice(0, 180).replace(/\s+\S*$/, "")} …`;
}
