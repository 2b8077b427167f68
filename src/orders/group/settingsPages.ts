// What an administrator decides for the whole group: who we are, how new orders begin, where we hand out. Pure.
import type { LocalActor } from "../../activitypub/actor.ts";
import { timeTag } from "../../web/format.ts";
import {
  actionButton,
  errorSummary,
  type FormState,
  fileField,
  postForm,
  radioField,
  selectField,
  textArea,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, statusBadge, tabs } from "../../web/parts.ts";
import { clashBox, formStatus, namedFields, seenField, type TellValue } from "../../web/seen.ts";
import { policyFields, tellPolicy } from "../planning/policyPages.ts";
import type { Place } from "./places.ts";
import { ORDERS_FIRST } from "./settings.ts";

/** The pages of a group's settings, in their order; other actors have the first alone. */
const PARTS = ["profile", "orders", "places", "mail"] as const;
type SettingsPart = (typeof PARTS)[number];

/** Where a part stands. */
export function settingsPath(handle: string, part: SettingsPart): string {
  return `/desk/${handle}/settings${part === "profile" ? "" : `/${part}`}`;
}

/** The ways through the settings of a group. */
export function settingsTabs(c: PageContext, current: SettingsPart): Html | "" {
  const { handle = "", actorKind } = c.seat ?? {};
  if (actorKind !== "gas") return "";
  return tabs(
    c.say("group.tabs.label"),
    PARTS.map((part) => ({
      href: settingsPath(handle, part),
      label: c.say(`group.tabs.${part}`),
      isCurrent: part === current,
    })),
  );
}

/** A page of the settings: its tabs, what does not hold, its body. */
function settingsView(
  c: PageContext,
  part: SettingsPart,
  state: FormState,
  labels: Record<string, string>,
  body: Html,
  tell?: TellValue,
): View {
  return {
    title: c.say(`group.${part}.title`),
    ...formStatus(state),
    body: html`${settingsTabs(c, part)}<p class="lead">${c.say(`group.${part}.lead`)}</p>${clashBox(c, state, labels, tell)}${errorSummary(c, state, labels)}${body}`,
  };
}

/** Name, description, comune, contact and logo: everything everybody may see. */
export function profilePage(c: PageContext, state: FormState, actor: LocalActor): View {
  const { say } = c;
  const label = (name: string) => say(`group.profile.${name}`);
  const field = (name: string, maxLength: number, more: object = {}) =>
    textField(c, state, { name, label: label(name), hint: label(`${name}Hint`), maxLength, ...more });
  const fields = html`${seenField(state)}${field("name", 200, { required: true })}
    ${textArea(c, state, { name: "summary", label: label("summary"), hint: label("summaryHint"), rows: 6, maxLength: 2000 })}
    ${field("place", 120, { suggestions: c.placeNames })}
    ${field("contact", 254, { type: "email", inputmode: "email" })}
    ${field("website", 300, { type: "url", inputmode: "url" })}
    <button type="submit">${label("save")}</button>`;
  const labels = Object.fromEntries(
    ["name", "summary", "place", "contact", "website", "logo"].map((name) => [name, label(name)]),
  );
  return settingsView(
    c,
    "profile",
    state,
    labels,
    html`${postForm(c, { action: c.path.replace(/\/logo$/, "") }, fields)}
      ${websitePart(c, actor)}
      <h2>${label("logo")}</h2>${logoPart(c, state, actor)}
      <p><a href="/${actor.handle}">${label("see")}</a></p>`,
  );
}

/** Whether the site links back, and what to put there so that it does. */
function websitePart(c: PageContext, { handle, id, name, website, websiteProvenAt }: LocalActor): Html | "" {
  if (website === "") return "";
  const { say, language, now } = c;
  const action = `${settingsPath(handle, "profile")}/website`;
  const look = actionButton(c, { action, label: say("group.profile.websiteLook"), kind: "quiet" });
  const state =
    websiteProvenAt === null
      ? html`<p>${statusBadge("wait", say("group.profile.websiteUnproven"))} ${say("group.profile.websiteHow")}</p>
          <p><code>&lt;a rel="me" href="${id}"&gt;${name}&lt;/a&gt;</code></p>`
      : html`<p>${statusBadge("good", say("web.actor.verified"))} ${say("group.profile.websiteProven")} ${timeTag(language, websiteProvenAt, now)}</p>`;
  return html`<h2 id="website">${say("group.profile.websiteTitle")}</h2>${state}${look}`;
}

function logoPart(c: PageContext, state: FormState, { handle, icon, name }: LocalActor): Html {
  const { say } = c;
  const action = `${settingsPath(handle, "profile")}/logo`;
  const now = icon
    ? html`<p><img class="logo" src="/media/${icon}.jpg" alt="${say("group.profile.logoAlt", { name })}" width="96" height="96"></p>
      ${actionButton(c, { action: `${action}/remove`, label: say("group.profile.logoRemove"), kind: "quiet" })}`
    : html`<p class="empty">${say("group.profile.logoNone")}</p>`;
  return html`${now}${postForm(
    c,
    { action, upload: true },
    html`${fileField(c, state, { name: "logo", label: say("group.profile.logoFile"), hint: say("group.profile.logoHint"), required: true, accept: ".jpg,.jpeg,.png,.webp" })}
      <button type="submit" class="quiet">${say("group.profile.logoSave")}</button>`,
  )}`;
}

/** What members see first, and what new orders begin with. */
export function groupOrdersPage(c: PageContext, state: FormState): View {
  const { say } = c;
  const choices = ORDERS_FIRST.map((value) => ({
    value,
    label: say(`group.orders.first.${value}`),
    hint: say(`group.orders.firstHint.${value}`),
  }));
  const labels = Object.fromEntries(
    namedFields(state).map((name) => {
      const [head = "", number] = name.split(".");
      const label = head === "ordersFirst" ? say("group.orders.ordersFirst") : say(`orders.plan.${head}`);
      return [name, number ? say("orders.plan.slotField", { number, field: label }) : label];
    }),
  );
  const fields = html`${seenField(state)}${radioField(c, state, { name: "ordersFirst", label: say("group.orders.ordersFirst"), required: true, choices })}
    ${policyFields(c, state, true)}
    <button type="submit">${say("group.orders.save")}</button>`;
  const tell: TellValue = (name, value) =>
    name === "ordersFirst" ? say(`group.orders.first.${value}`) : tellPolicy(c, name, value);
  return settingsView(c, "orders", state, labels, postForm(c, { action: c.path }, fields), tell);
}

/** The usual places of pickup: those in use, a form for one more, those retired. */
export function placesPage(c: PageContext, places: readonly Place[], state: FormState): View {
  const { say } = c;
  const inUse = places.filter(({ retiredAt }) => retiredAt === null);
  const retired = places.filter(({ retiredAt }) => retiredAt !== null);
  const list = (some: readonly Place[]) => html`<ul class="cards">${some.map((place) => placeCard(c, place))}</ul>`;
  return settingsView(
    c,
    "places",
    state,
    placeLabels(c),
    html`${inUse.length === 0 ? emptyState({ text: say("group.places.empty") }) : list(inUse)}
      <h2>${say("group.places.add")}</h2>${placeForm(c, state, c.path, say("group.places.addButton"))}
      ${retired.length === 0 ? "" : html`<h2>${say("group.places.retired")}</h2>${list(retired)}`}`,
  );
}

/** One place to change. */
export function placePage(c: PageContext, place: Place, state: FormState): View {
  const { say } = c;
  const back = c.path.slice(0, c.path.lastIndexOf("/"));
  const view = settingsView(
    c,
    "places",
    state,
    placeLabels(c),
    html`${placeForm(c, state, c.path, say("group.places.save"))}<p><a href="${back}">${say("group.places.back")}</a></p>`,
    (name, value) => (name === "weekday" ? say(`group.weekday.${value}`) : undefined),
  );
  return { ...view, title: place.name };
}

function placeLabels(c: PageContext): Record<string, string> {
  return Object.fromEntries(
    ["name", "address", "weekday", "from", "until"].map((name) => [name, c.say(`group.places.${name}`)]),
  );
}

function placeCard(c: PageContext, place: Place): Html {
  const { say } = c;
  const action = `${settingsPath(c.seat?.handle ?? "", "places")}/${place.id}`;
  const isRetired = place.retiredAt !== null;
  return html`<li class="card"><h3>${isRetired ? place.name : html`<a href="${action}">${place.name}</a>`}</h3>
      ${place.address ? html`<p class="place">${place.address}</p>` : ""}
      <p>${tellUsual(c, place)}</p>
      ${isRetired ? statusBadge("plain", say("group.places.isRetired")) : ""}
      ${actionButton(c, { action: `${action}/${isRetired ? "restore" : "retire"}`, label: say(isRetired ? "group.places.restore" : "group.places.retire"), kind: "quiet", describe: place.name })}</li>`;
}

/** "Venerdì, dalle 18:00 alle 19:30", as the form and the card say it. */
function tellUsual(c: PageContext, { weekday, fromTime, untilTime }: Place): string {
  if (weekday === null || fromTime === null) return c.say("group.places.noDay");
  const day = c.say(`group.weekday.${weekday}`);
  return untilTime === null
    ? c.say("group.places.usualFrom", { day, from: fromTime })
    : c.say("group.places.usual", { day, from: fromTime, until: untilTime });
}

function placeForm(c: PageContext, state: FormState, action: string, button: string): Html {
  const { say } = c;
  const label = (name: string) => say(`group.places.${name}`);
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: say(`group.weekday.${day}`) }));
  const hour = { short: true, maxLength: 10, hint: label("hourHint") };
  return postForm(
    c,
    { action },
    html`${seenField(state)}${textField(c, state, { name: "name", label: label("name"), hint: label("nameHint"), required: true, maxLength: 200 })}
      ${textField(c, state, { name: "address", label: label("address"), hint: label("addressHint"), maxLength: 300 })}
      ${selectField(c, state, { name: "weekday", label: label("weekday"), hint: label("weekdayHint"), choices: [{ value: "", label: label("anyDay") }, ...days] })}
      ${textField(c, state, { name: "from", label: label("from"), ...hour })}
      ${textField(c, state, { name: "until", label: label("until"), ...hour })}
      <button type="submit">${button}</button>`,
  );
}
