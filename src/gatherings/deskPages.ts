// The organiser's desk: what is prepared, a new gathering, one of them with what can be done with it. Pure: view -> HTML.
import { timeTag } from "../web/format.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  fileField,
  postForm,
  radioField,
  selectField,
  textArea,
  textField,
} from "../web/forms.ts";
import { type Html, html, safeUrl } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, listPages, listTools, type Mood, notice, problemBox, statusBadge } from "../web/parts.ts";
import { tellWhere } from "./announcement.ts";
import { GATHERING_AUDIENCES, GATHERING_KINDS, type Gathering } from "./gathering.ts";
import { GATHERING_FORM } from "./gatheringForm.ts";
import { MATERIAL_MEGABYTES } from "./materialActions.ts";
import type { Material } from "./materialStore.ts";
import { gatheringFacts } from "./pages.ts";

/** How many come and how many wait. */
export type Turnout = { readonly coming: number; readonly waiting: number };

/** The list, what is ahead first; `rows`: those on this page of it. */
export function deskListPage(
  c: PageContext,
  list: Sifted<Gathering>,
  rows: readonly { readonly gathering: Gathering; readonly turnout: Turnout }[],
): View {
  const { say } = c;
  const items = rows.map(
    ({ gathering, turnout }) => html`<li class="row"><div><a href="${c.path}/${gathering.id}">${gathering.name}</a>
        <small>${timeTag(c.language, gathering.startsAt, c.now)} · ${tellWhere(gathering, c)}</small>
        ${gathering.takesBookings && gathering.state !== "draft" ? html`<small>${tellTurnout(c, gathering, turnout)}</small>` : ""}</div>
      ${stateBadge(c, gathering)}</li>`,
  );
  return {
    title: say("gatherings.title"),
    body: html`<p class="lead">${say("gatherings.desk.lead")}</p>
      <div class="actions"><a role="button" href="${c.path}/new">${say("gatherings.desk.new")}</a></div>
      ${list.pages > 1 || list.find !== "" ? listTools(c, list, { label: say("gatherings.desk.find") }) : ""}
      ${list.all === 0 && list.find === "" ? emptyState({ text: say("gatherings.desk.empty") }) : html`<ul class="rows">${items}</ul>`}
      ${listPages(c, list)}`,
  };
}

/** "12 di 20, 3 in lista d'attesa". */
export function tellTurnout({ say }: PageContext, { capacity }: Gathering, { coming, waiting }: Turnout): string {
  const some =
    capacity === null
      ? say("gatherings.desk.coming", { count: coming })
      : say("gatherings.desk.comingOf", { coming, capacity });
  return waiting === 0 ? some : `${some}, ${say("gatherings.desk.waiting", { count: waiting })}`;
}

function stateBadge({ say, now }: PageContext, { state, endsAt }: Gathering): Html {
  if (state === "published" && endsAt <= now) return statusBadge("plain", say("gatherings.state.over"));
  const moods: Readonly<Record<Gathering["state"], Mood>> = { draft: "wait", published: "good", cancelled: "stop" };
  return statusBadge(moods[state], say(`gatherings.state.${state}`));
}

/** A new gathering, or the facts of one. `isStale`: another hand was faster; what was typed is kept. */
export function gatheringFormPage(
  c: PageContext,
  state: FormState,
  view: { readonly gathering: Gathering | null; readonly isStale: boolean; readonly isMailed: boolean },
): View {
  const { say } = c;
  const { gathering, isStale, isMailed } = view;
  const label = (name: string) => say(`gatherings.form.${name}`);
  const labels = Object.fromEntries(Object.keys(GATHERING_FORM).map((name) => [name, label(name)]));
  const back = gathering ? c.path.replace(/\/edit$/, "") : c.path.replace(/\/new$/, "");
  const isBad = Object.keys(state.errors).length > 0;
  const seen = gathering === null ? "" : html`<input type="hidden" name="seen" value="${gathering.updatedAt}">`;
  return {
    title: gathering === null ? label("titleNew") : label("titleEdit"),
    ...(isBad ? { status: 422 } : isStale ? { status: 409 } : {}),
    body: html`${isStale ? problemBox({ title: label("staleTitle"), text: label("stale"), entries: [{ href: back, label: label("staleSee"), reason: gathering?.name ?? "" }] }) : ""}
      ${errorSummary(c, state, labels)}
      ${gathering?.state === "published" ? notice(label("published")) : ""}
      ${postForm(c, { action: c.path }, html`${seen}${whatPart(c, state)}${wherePart(c, state)}${placesPart(c, state, isMailed)}<button type="submit">${label("save")}</button>`)}
      <p><a href="${back}">${label("back")}</a></p>`,
  };
}

function whatPart(c: PageContext, state: FormState): Html {
  const label = (name: string) => c.say(`gatherings.form.${name}`);
  const kinds = GATHERING_KINDS.map((value) => ({ value, label: c.say(`gatherings.kind.${value}`) }));
  const whom = GATHERING_AUDIENCES.map((value) => ({ value, label: c.say(`gatherings.audience.${value}`) }));
  return html`${textField(c, state, { name: "name", label: label("name"), required: true, maxLength: 200 })}
    ${selectField(c, state, { name: "kind", label: label("kind"), required: true, choices: kinds })}
    ${radioField(c, state, { name: "audience", label: label("audience"), required: true, choices: whom })}
    ${textField(c, state, { name: "startsAt", label: label("startsAt"), type: "datetime-local", required: true })}
    ${textField(c, state, { name: "endsAt", label: label("endsAt"), type: "datetime-local", required: true })}
    ${textField(c, state, { name: "summary", label: label("summary"), hint: label("summaryHint"), maxLength: 300 })}
    ${textArea(c, state, { name: "content", label: label("content"), hint: label("contentHint"), rows: 8, maxLength: 5000 })}`;
}

function wherePart(c: PageContext, state: FormState): Html {
  const label = (name: string) => c.say(`gatherings.form.${name}`);
  return html`<h2>${label("where")}</h2>
    ${textField(c, state, { name: "venue", label: label("venue"), hint: label("venueHint"), maxLength: 120 })}
    ${textField(c, state, { name: "street", label: label("street"), maxLength: 200, autocomplete: "off" })}
    ${textField(c, state, { name: "comune", label: label("comune"), maxLength: 80, suggestions: c.placeNames })}
    ${textField(c, state, { name: "position", label: label("position"), hint: label("positionHint"), maxLength: 60 })}
    ${textField(c, state, { name: "onlineUrl", label: label("onlineUrl"), hint: label("onlineUrlHint"), type: "url", maxLength: 500 })}`;
}

function placesPart(c: PageContext, state: FormState, isMailed: boolean): Html {
  const label = (name: string) => c.say(`gatherings.form.${name}`);
  return html`<h2>${label("places")}</h2>
    ${checkboxField(c, state, { name: "takesBookings", label: label("takesBookings"), hint: label(isMailed ? "takesBookingsHint" : "noMailHint") })}
    ${textField(c, state, { name: "capacity", label: label("capacity"), hint: label("capacityHint"), inputmode: "numeric", short: true, maxLength: 6 })}
    ${textField(c, state, { name: "closesAt", label: label("closesAt"), hint: label("closesAtHint"), type: "datetime-local" })}`;
}

/** One gathering with what can be done with it now. */
export function deskGatheringPage(
  c: PageContext,
  view: {
    readonly gathering: Gathering;
    readonly turnout: Turnout;
    readonly materials: readonly Material[];
    readonly reason: FormState;
    readonly material: FormState;
    readonly picture: FormState;
  },
): View {
  const { gathering, turnout, materials, reason, material, picture } = view;
  const { say } = c;
  const isBad = [reason, material, picture].some(({ errors }) => Object.keys(errors).length > 0);
  const base = baseOf(c, gathering);
  return {
    title: gathering.name,
    ...(isBad ? { status: 422 } : {}),
    body: html`<p class="place">${say(`gatherings.kind.${gathering.kind}`)} ${stateBadge(c, gathering)}</p>
      ${gathering.cancelReason === null ? "" : notice(say("gatherings.standing.cancelled", { reason: gathering.cancelReason }))}
      ${gathering.summary === "" ? "" : html`<p class="lead">${gathering.summary}</p>`}
      ${gatheringFacts(c, gathering, true)}
      ${peopleLink(c, gathering, turnout, base)}
      ${actsPart(c, gathering, base)}
      ${materialPart(c, gathering, { materials, state: material, base })}
      ${gathering.state === "cancelled" ? "" : picturePart(c, gathering, picture, base)}
      ${gathering.state === "published" && gathering.endsAt > c.now ? cancelPart(c, reason, base) : ""}
      <p><a href="/desk/${c.seat?.handle ?? ""}/gatherings">${say("gatherings.desk.back")}</a></p>`,
  };
}

function baseOf(c: PageContext, { id }: Gathering): string {
  return `/desk/${c.seat?.handle ?? ""}/gatherings/${id}`;
}

function peopleLink(c: PageContext, gathering: Gathering, turnout: Turnout, base: string): Html | "" {
  if (gathering.state === "draft" || (!gathering.takesBookings && turnout.coming + turnout.waiting === 0)) return "";
  return html`<p>${tellTurnout(c, gathering, turnout)}. <a href="${base}/people">${c.say("gatherings.people.see")}</a></p>`;
}

function actsPart(c: PageContext, gathering: Gathering, base: string): Html {
  const { say } = c;
  const { state, startsAt, endsAt, updatedAt, name } = gathering;
  const fields = { seen: String(updatedAt) };
  const publish = actionButton(c, {
    action: `${base}/publish`,
    label: say("gatherings.desk.publish"),
    fields,
    describe: name,
  });
  const remove = actionButton(c, {
    ...{ action: `${base}/remove`, label: say("gatherings.desk.remove"), fields, kind: "danger", describe: name },
  });
  const isRemovable = state !== "published" || endsAt <= c.now;
  return html`${state === "draft" ? html`<p>${say(startsAt > c.now ? "gatherings.desk.publishLead" : "gatherings.desk.tooLate")}</p>` : ""}
    <div class="actions">${state === "draft" && startsAt > c.now ? publish : ""}
      ${state === "cancelled" ? "" : html`<a href="${base}/edit">${say("gatherings.desk.edit")}</a>`}
      ${state === "draft" ? "" : html`<a href="/${c.seat?.handle ?? ""}/events/${gathering.id}">${say("gatherings.desk.public")}</a>`}
      ${isRemovable ? remove : ""}</div>`;
}

function cancelPart(c: PageContext, state: FormState, base: string): Html {
  const label = (name: string) => c.say(`gatherings.cancel.${name}`);
  return html`<details class="card"${Object.keys(state.errors).length > 0 ? html` open` : ""}><summary>${label("title")}</summary><p>${label("lead")}</p>
      ${postForm(c, { action: `${base}/cancel` }, html`${textField(c, state, { name: "reason", label: label("reason"), hint: label("reasonHint"), required: true, maxLength: 300 })}<button type="submit" class="danger">${label("send")}</button>`)}</details>`;
}

function materialPart(
  c: PageContext,
  gathering: Gathering,
  view: { readonly materials: readonly Material[]; readonly state: FormState; readonly base: string },
): Html {
  const { materials, state, base } = view;
  const label = (name: string, facts = {}) => c.say(`gatherings.materials.${name}`, facts);
  const rows = materials.map(({ id, name, url, forWhom }) => {
    const href = url === null ? `/${c.seat?.handle ?? ""}/events/${gathering.id}/materials/${id}` : safeUrl(url);
    // A draft is nobody's to see: its file is shown once it is published.
    const shown =
      url === null && gathering.state === "draft" ? html`${name}` : html`<a href="${href}" rel="noopener">${name}</a>`;
    const remove = {
      action: `${base}/materials/${id}/remove`,
      label: label("remove"),
      kind: "quiet",
      describe: name,
    } as const;
    return html`<li class="row"><div>${shown} <small>${label(forWhom)}</small></div>${actionButton(c, remove)}</li>`;
  });
  const whom = (["everybody", "booked"] as const).map((value) => ({ value, label: label(value) }));
  const typed = { typed: { forWhom: "everybody", ...state.typed }, errors: state.errors };
  const isOpen = Object.keys(state.errors).length > 0;
  return html`<section aria-labelledby="materials"><h2 id="materials">${label("title")}</h2>
      ${rows.length === 0 ? html`<p>${label("empty")}</p>` : html`<ul class="rows">${rows}</ul>`}
      <details class="card"${isOpen ? html` open` : ""}><summary>${label("add")}</summary>
      ${postForm(
        c,
        { action: `${base}/materials`, upload: true },
        html`${textField(c, typed, { name: "title", label: label("name"), required: true, maxLength: 120 })}
          ${fileField(c, typed, { name: "file", label: label("file"), hint: label("fileHint", { megabytes: MATERIAL_MEGABYTES }), accept: ".pdf" })}
          ${textField(c, typed, { name: "url", label: label("url"), type: "url", maxLength: 500 })}
          ${radioField(c, typed, { name: "forWhom", label: label("forWhom"), required: true, choices: whom })}
          <button type="submit">${label("save")}</button>`,
      )}</details></section>`;
}

function picturePart(c: PageContext, { picture, pictureAlt, name }: Gathering, state: FormState, base: string): Html {
  const label = (key: string) => c.say(`gatherings.picture.${key}`);
  const typed = { typed: { alt: pictureAlt ?? "", ...state.typed }, errors: state.errors };
  const remove = actionButton(c, {
    action: `${base}/picture/remove`,
    label: label("remove"),
    kind: "quiet",
    describe: name,
  });
  return html`<details class="card"${Object.keys(state.errors).length > 0 ? html` open` : ""}><summary>${label("title")}</summary>
      ${picture === null ? "" : html`<p><img src="/media/${picture}.jpg" alt="${pictureAlt ?? ""}" loading="lazy"></p>${remove}`}
      ${postForm(
        c,
        { action: `${base}/picture`, upload: true },
        html`${fileField(c, typed, { name: "picture", label: label("file"), accept: ".jpg,.jpeg,.png,.webp", required: true })}
          ${textField(c, typed, { name: "alt", label: label("alt"), hint: label("altHint"), required: true, maxLength: 200 })}
          <button type="submit">${label("save")}</button>`,
      )}</details>`;
}
