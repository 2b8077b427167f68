// How people come to a GAS: what its public page says, the request, and the desk where requests are decided. Pure: view -> HTML.
import { timeTag } from "../../web/format.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  postForm,
  textArea,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, statusBadge, tabs } from "../../web/parts.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";
import { inviteBox } from "../peoplePages.ts";
import type { Joining, JoinRequest } from "./joinStore.ts";

/** The GAS as its public page knows it. */
type Group = { readonly handle: string; readonly name: string };

/** What the public page of a GAS says about joining; nothing where it takes nobody and says nothing. */
export function joinPart(
  c: PageContext,
  group: Group,
  joining: Joining,
  producers: readonly { readonly id: string; readonly name: string }[],
): Html | "" {
  const { say } = c;
  const { about, how, isOpen, places } = joining;
  const room =
    places === null ? "" : places === 0 ? say("people.join.waitingList") : say("people.join.places", { count: places });
  return html`${about ? html`<h2>${say("people.join.aboutTitle")}</h2>${paragraphs(about)}` : ""}
    ${
      producers.length > 0
        ? html`<h2>${say("people.join.buysFrom")}</h2><ul class="links">${producers.map(({ id, name }) => html`<li><a href="${id}">${name}</a></li>`)}</ul>`
        : ""
    }
    ${
      isOpen
        ? html`<h2>${say("people.join.title")}</h2>${how ? paragraphs(how) : ""}${room ? html`<p>${room}</p>` : ""}
      <p><a role="button" href="/${group.handle}/join">${say("people.join.ask")}</a></p>`
        : ""
    }`;
}

function paragraphs(text: string): Html[] {
  return text.split(/\n{2,}/).map((part) => html`<p class="kept-lines">${part}</p>`);
}

/** The request. What is asked is what the group needs to answer, and no more. */
export function joinPage(c: PageContext, state: FormState, group: Group, joining: Joining): View {
  const { say } = c;
  const label = (name: string) => say(`people.join.${name}`);
  const labels = Object.fromEntries(
    ["name", "email", "place", "message", "consent"].map((name) => [name, label(name)]),
  );
  return {
    title: say("people.join.pageTitle", { name: group.name }),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say(joining.places === 0 ? "people.join.leadWaiting" : "people.join.lead")}</p>
      ${errorSummary(c, state, labels)}
      ${postForm(
        c,
        { action: c.path },
        html`${textField(c, state, { name: "name", label: label("name"), required: true, maxLength: 80, autocomplete: "name" })}
          ${textField(c, state, { name: "email", label: label("email"), hint: label("emailHint"), type: "email", required: true, maxLength: 254, autocomplete: "email" })}
          ${textField(c, state, { name: "place", label: label("place"), hint: label("placeHint"), maxLength: 80, autocomplete: "address-level2" })}
          ${textArea(c, state, { name: "message", label: label("message"), hint: label("messageHint"), maxLength: 1000 })}
          ${checkboxField(c, state, { name: "consent", label: say("people.join.consentLabel", { name: group.name }), hint: label("consentHint"), required: true })}
          <button type="submit">${label("send")}</button>`,
      )}`,
  };
}

/** The same for whoever asks. */
export function askedPage(c: PageContext, group: Group): View {
  const { say } = c;
  return {
    title: say("people.join.askedTitle"),
    body: html`<p class="lead">${say("people.join.asked", { name: group.name })}</p>
      <p><a href="/${group.handle}">${say("people.join.back", { name: group.name })}</a></p>`,
  };
}

/** A group that takes nobody now, and the way to its page. */
export function closedPage(c: PageContext, group: Group): View {
  const { say } = c;
  return {
    title: say("people.join.closedTitle", { name: group.name }),
    status: 404,
    body: html`<p class="lead">${say("people.join.closed")}</p>
      <p><a href="/${group.handle}">${say("people.join.back", { name: group.name })}</a></p>`,
  };
}

/** The ways through the people of a desk. */
export function peopleTabs(c: PageContext, current: "people" | "joining" | "settings", waiting: number): Html {
  const { say } = c;
  const base = `/desk/${c.seat?.handle ?? ""}`;
  const way = (name: typeof current, path: string, label: string) => ({
    href: `${base}/${path}`,
    label,
    isCurrent: name === current,
  });
  return tabs(say("members.people.title"), [
    way("people", "people", say("members.people.title")),
    way(
      "joining",
      "joining",
      waiting > 0 ? say("people.joining.tabWaiting", { count: waiting }) : say("people.joining.tab"),
    ),
    way("settings", "joining/settings", say("people.joining.settingsTab")),
  ]);
}

/** Who asks to join, the longest waiting first. `made`: the invitation of who was just taken in. */
export function joiningPage(
  c: PageContext,
  view: {
    readonly requests: readonly JoinRequest[];
    readonly joining: Joining;
    readonly made: {
      readonly url: string;
      readonly expiresAt: number;
      readonly name: string;
      readonly isMailed: boolean;
    } | null;
  },
): View {
  const { say } = c;
  const { joining, made } = view;
  const waiting = view.requests.filter(({ state }) => state === "waiting");
  const decided = view.requests.filter(({ state }) => state !== "waiting");
  const empty = joining.isOpen
    ? emptyState({ text: say("people.joining.empty") })
    : emptyState({
        text: say("people.joining.closed"),
        action: { href: `${c.path.replace(/\/joining\/.*$/, "/joining")}/settings`, label: say("people.joining.open") },
      });
  return {
    title: say("people.joining.title"),
    body: html`${peopleTabs(c, "joining", waiting.length)}
      ${made ? html`${inviteBox(c, made, say(made.isMailed ? "people.joining.mailed" : "people.joining.notMailed", { name: made.name }))}` : ""}
      ${joining.places === null ? "" : html`<p>${say("people.join.places", { count: joining.places })}</p>`}
      ${waiting.length === 0 ? empty : html`<ul class="rows">${waiting.map((request, i) => waitingRow(c, request, i + 1))}</ul>`}
      ${decided.length === 0 ? "" : html`<h2>${say("people.joining.decided")}</h2><ul class="rows">${decided.map((request) => decidedRow(c, request))}</ul>`}`,
  };
}

function waitingRow(c: PageContext, request: JoinRequest, number: number): Html {
  const { say } = c;
  const base = `/desk/${c.seat?.handle ?? ""}/joining/${request.id}`;
  return html`<li class="row"><div><strong>${number}. ${request.name}</strong>${request.place ? html` · ${request.place}` : ""}
      <small><a href="mailto:${request.email}">${request.email}</a> · ${timeTag(c.language, request.createdAt, c.now)}</small>
      ${request.message ? html`<p class="kept-lines">${request.message}</p>` : ""}</div>
      <div class="actions">${actionButton(c, { action: `${base}/approve`, label: say("people.joining.approve"), describe: request.name })}
      ${actionButton(c, { action: `${base}/refuse`, label: say("people.joining.refuse"), describe: request.name, kind: "quiet" })}</div></li>`;
}

function decidedRow(c: PageContext, { name, state, decidedAt }: JoinRequest): Html {
  const isIn = state === "approved";
  return html`<li class="row"><div>${name} <small>${timeTag(c.language, decidedAt ?? 0, c.now)}</small></div>
      ${statusBadge(isIn ? "good" : "plain", c.say(isIn ? "people.joining.approved" : "people.joining.refused"))}</li>`;
}

/** How the GAS takes people in. */
export function joiningSettingsPage(
  c: PageContext,
  state: FormState,
  view: { waiting: number; isSaved: boolean },
): View {
  const { say } = c;
  const label = (name: string) => say(`people.joining.${name}`);
  const labels = Object.fromEntries(
    ["about", "showsProducers", "isOpen", "how", "places"].map((name) => [name, label(name)]),
  );
  return {
    title: say("people.joining.settingsTitle"),
    ...formStatus(state),
    body: html`${peopleTabs(c, "settings", view.waiting)}
      ${view.isSaved ? html`<div class="notice" role="status"><p>${say("people.person.saved")}</p></div>` : ""}
      ${clashBox(c, state, labels)}${errorSummary(c, state, labels)}
      ${postForm(
        c,
        { action: c.path },
        html`${seenField(state)}${textArea(c, state, { name: "about", label: label("about"), hint: label("aboutHint"), maxLength: 3000, rows: 6 })}
          ${checkboxField(c, state, { name: "showsProducers", label: label("showsProducers"), hint: label("showsProducersHint") })}
          ${checkboxField(c, state, { name: "isOpen", label: label("isOpen"), hint: label("isOpenHint") })}
          ${textArea(c, state, { name: "how", label: label("how"), hint: label("howHint"), maxLength: 3000 })}
          ${textField(c, state, { name: "places", label: label("places"), hint: label("placesHint"), inputmode: "numeric", short: true, maxLength: 4 })}
          <button type="submit">${label("save")}</button>`,
      )}
      <p><a href="/${c.seat?.handle ?? ""}">${label("see")}</a></p>`,
  };
}
