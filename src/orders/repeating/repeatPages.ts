// Orders that repeat: their list with what comes next, and the form that makes one repeat. Pure.
import {
  actionButton,
  errorSummary,
  type FormState,
  postForm,
  radioField,
  selectField,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { sentenceOf } from "../../web/refusals.ts";
import { previewOccurrences } from "./recurrence.ts";
import { isJoint, type JointTemplate, type Repeat } from "./recurrenceStore.ts";
import { ANCHORS, RHYTHMS } from "./repeatForm.ts";

const SHOWN_AHEAD = 3;

/** The list: each with its next dates and what can be done. */
export function repeatsPage(c: PageContext, repeats: readonly (Repeat & { readonly producerName: string })[]): View {
  const { say } = c;
  return {
    title: say("orders.repeat.title"),
    body: html`<p class="lead">${say("orders.repeat.lead")}</p>
      ${repeats.length === 0 ? html`<p class="empty">${say("orders.repeat.none")}</p>` : html`<ul class="cards wide">${repeats.map((repeat) => repeatCard(c, repeat))}</ul>`}
      ${repeats.filter(({ state }) => state === "active").length > 1 ? pauseForm(c) : ""}
      <p><a href="${c.path.replace(/\/repeats$/, "")}">${say("orders.book.back")}</a></p>`,
  };
}

/** A pause of all of them, with the day they go on. */
function pauseForm(c: PageContext): Html {
  const { say } = c;
  const fields = html`<p>${say("orders.repeat.pauseLead")}</p>${dayField(c, "all", "from", say("orders.repeat.from"))}${dayField(c, "all", "until", say("orders.repeat.pauseUntil"))}<button type="submit" class="quiet">${say("orders.repeat.pause")}</button>`;
  return html`<details class="card"><summary>${say("orders.repeat.pauseTitle")}</summary>${postForm(c, { action: `${c.path}/pause` }, fields)}</details>`;
}

/** A day to type, where several forms of a page ask for one: `of` tells its form from the others. From today, unless somebody says so. */
function dayField(c: PageContext, of: string, name: "from" | "until", label: string, hint = ""): Html {
  const id = `f-${name}-${of}`;
  const today = name === "from" ? new Date(c.now).toISOString().slice(0, 10) : "";
  const optional = hint === "" ? "" : html` <span class="optional">${c.say("form.optional")}</span>`;
  return html`<div class="field"><label for="${id}">${label}${optional}</label>${hint === "" ? "" : html`<small id="${id}-hint">${hint}</small>`}<input id="${id}" name="${name}" type="date" value="${today}"${hint === "" ? html` required` : html` aria-describedby="${id}-hint"`}></div>`;
}

function repeatCard(c: PageContext, repeat: Repeat & { readonly producerName: string }): Html {
  const { say } = c;
  const { id, rule, state, template, trouble } = repeat;
  const next = state === "active" ? previewOccurrences(rule, repeat.lastIndex, SHOWN_AHEAD) : [];
  const dates = next.map(
    ({ occurrence: { opensAt, closesAt }, suspension }) =>
      html`<li>${say("orders.repeat.dates", { opens: c.format.dateTime(opensAt), closes: c.format.dateTime(closesAt) })}${suspension ? html` <span class="badge wait">${say("orders.repeating.suspended")}</span>` : ""}</li>`,
  );
  const act = (name: string, kind: "quiet" | "danger") =>
    actionButton(c, {
      action: `${c.path}/${id}/${name}`,
      label: say(`orders.repeat.${name}`),
      kind,
      describe: template.name,
    });
  const suspend = html`${dayField(c, id, "from", say("orders.repeat.from"))}
    ${dayField(c, id, "until", say("orders.repeat.until"), say("orders.repeat.untilHint"))}
    <button type="submit" class="quiet">${say("orders.repeat.suspend")}</button>`;
  const joint = isJoint(repeat) ? repeat.template : null;
  const title = joint
    ? html`<a href="/desk/${c.seat?.handle ?? ""}/aggregates/${joint.aggregateId}">${template.name}</a>`
    : template.name;
  return html`<li class="card"><p class="kind">${joint ? say("aggregates.badge") : repeat.producerName}</p><h2>${title} <span class="${state === "active" ? "badge" : "badge wait"}">${say(`orders.repeating.${state}`)}</span></h2>
      ${trouble ? html`<p><strong>${say("orders.repeat.trouble")}</strong> ${sentenceOf({ refused: trouble }, say)}</p>` : ""}
      ${joint ? waitingPart(c, joint) : ""}
      ${dates.length > 0 ? html`<ul>${dates}</ul>` : ""}
      ${
        state === "ended"
          ? ""
          : html`<div class="actions"><a role="button" class="quiet" href="${c.path}/${id}/edit" aria-label="${say("orders.repeat.edit")}: ${template.name}">${say("orders.repeat.edit")}</a>${state === "suspended" ? act("resume", "quiet") : ""}${act("end", "danger")}</div>
        ${state === "active" ? html`<details><summary>${say("orders.repeat.suspendTitle")}</summary>${postForm(c, { action: `${c.path}/${id}/suspend` }, suspend)}</details>` : ""}`
      }</li>`;
}

/** Orders that the last one of several lacks, each with why. */
function waitingPart(c: PageContext, { waiting }: JointTemplate): Html | "" {
  if (waiting.length === 0) return "";
  const rows = waiting.map(({ name, refused }) => html`<li>${name}: ${sentenceOf({ refused }, c.say)}</li>`);
  return html`<p><strong>${c.say("aggregates.repeat.waiting")}</strong></p><ul>${rows}</ul>`;
}

/**
 * The form that makes an order repeat, or changes how a row does (then `isEdit`, with its name and place). `isJoint`: of several orders
 * run as one, which have their places from the last of them.
 */
export function repeatPage(
  c: PageContext,
  state: FormState,
  view: { readonly name: string; readonly isEdit: boolean; readonly isJoint: boolean },
): View {
  const { say } = c;
  const { name, isEdit, isJoint } = view;
  const label = (name: string) => say(`orders.rhythm.${name}`);
  const text = (name: string, more: object) => textField(c, state, { name, label: label(name), ...more });
  const number = { inputmode: "numeric", short: true, maxLength: 3 };
  const time = { short: true, maxLength: 5, hint: label("timeHint") };
  const choices = (values: readonly string[]) => values.map((value) => ({ value, label: label(value) }));
  const own = isEdit
    ? html`${text("name", { required: true, maxLength: 200 })}${isJoint ? "" : text("place", { maxLength: 200 })}`
    : "";
  const body = html`${own}${text("every", { ...number, required: true })}
    ${selectField(c, state, { name: "unit", label: label("unit"), required: true, choices: choices(RHYTHMS) })}
    ${radioField(c, state, { name: "anchor", label: label("anchor"), required: true, choices: choices(ANCHORS) })}
    ${text("startsOn", { type: "date", required: true })}${text("endsOn", { type: "date", hint: label("endsOnHint") })}
    ${text("openDays", { ...number, required: true })}${text("openTime", { ...time, required: true })}
    ${text("closeTime", { ...time, required: true })}
    ${text("deliverDays", number)}${text("deliverTime", time)}
    <button type="submit">${say(isEdit ? "orders.repeat.save" : "orders.repeat.make")}</button>`;
  const labels = Object.fromEntries(Object.keys(state.errors).map((name) => [name, label(name)]));
  return {
    title: say(isEdit ? "orders.repeat.editTitle" : `${isJoint ? "aggregates" : "orders"}.repeat.makeTitle`),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say(`${isJoint ? "aggregates" : "orders"}.repeat.${isEdit ? "editLead" : "makeLead"}`, { name })}</p>
      ${errorSummary(c, state, labels)}${postForm(c, { action: c.path }, body)}
      <p><a href="${c.path.replace(isEdit ? /\/[^/]+\/edit$/ : /\/repeat$/, "")}">${say(isEdit ? "orders.repeat.back" : isJoint ? "aggregates.backToOne" : "orders.report.back")}</a></p>`,
  };
}
