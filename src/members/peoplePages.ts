// The people of a group or farm for those who administer it: the list, one person with their roles, the invitation. Pure: view -> HTML.
import { renderSVG } from "uqr";
import { timeTag } from "../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, selectField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { listPages, listTools } from "../web/parts.ts";
import type { Role } from "../web/visitor.ts";
import { sureForm } from "./privacy/dataPages.ts";
import type { SeatedPerson } from "./seatStore.ts";
import type { HeldSeat } from "./seats.ts";

/** A household with the names of its people and of the friends it books for. */
export type HouseholdLine = { name: string; people: string[]; friends: string[] };

/** A producer a referente can be named for. */
export type KnownProducer = { readonly id: string; readonly name: string };

export type PeopleView = {
  readonly tabs: Html | "";
  readonly sifted: Sifted<SeatedPerson>;
  readonly households: readonly HouseholdLine[];
  readonly roles: readonly Role[];
  /** Shown once, to the one who made it. */
  readonly link: { readonly url: string; readonly expiresAt: number } | null;
};

/** Who sits at the desk, the households of a GAS, and the form to invite. */
export function peoplePage(c: PageContext, state: FormState, view: PeopleView): View {
  const { say } = c;
  const labels = { role: say("members.people.role"), email: say("members.people.email") };
  const choices = view.roles.map((role) => ({ value: role, label: say(`web.role.${role}`) }));
  const bad = Object.keys(state.errors).length > 0;
  const at = { ...c, path: baseOf(c) };
  return {
    title: say("members.people.title"),
    ...(bad ? { status: 422 } : {}),
    body: html`${view.tabs}${view.link ? inviteBox(c, view.link, say("members.people.madeHint")) : ""}${errorSummary(c, state, labels)}
      ${listTools(at, view.sifted, { label: say("people.list.search"), chips: view.roles.map((role) => ({ name: role, label: say(`web.role.${role}`) })) })}
      ${view.sifted.total === 0 ? html`<p class="empty">${say("people.list.nobody")}</p>` : html`<ul class="rows">${view.sifted.items.map((person) => personRow(c, person))}</ul>`}
      ${listPages(at, view.sifted)}
      <p><a href="/desk/${c.seat?.handle ?? ""}/begin">${say("begin.nav")}</a> · <a href="${baseOf(c)}.csv">${say("people.csv.link")}</a>${c.seat?.actorKind === "gas" ? html` · <a href="${baseOf(c)}/import">${say("imports.link")}</a>` : ""}</p>
      <details><summary>${say("imports.sheets.title")}</summary><p>${say("imports.sheets.lead")}</p>
        ${actionButton(c, { action: `${baseOf(c)}/sheets`, label: say("imports.sheets.submit"), kind: "quiet" })}</details>
      <h2 id="invite">${say("members.people.invite")}</h2>
      <p>${say("members.people.inviteLead")}</p>
      ${postForm(
        c,
        { action: `${baseOf(c)}/invite` },
        html`${selectField(c, state, { name: "role", label: labels.role, required: true, choices })}
          ${textField(c, state, { name: "email", label: labels.email, hint: say("members.people.emailHint"), type: "email", maxLength: 254 })}
          <button type="submit">${say("members.people.submit")}</button>`,
      )}
      ${householdList(c, view.households)}`,
  };
}

function baseOf(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/people`;
}

/** An invitation, shown once: the address to copy and its QR code, for a phone beside. */
export function inviteBox(c: PageContext, link: { url: string; expiresAt: number }, hint: string): Html {
  const { say } = c;
  const code = renderSVG(link.url, { border: 2 });
  return html`<div class="notice" role="status"><h2>${say("members.people.made")}</h2>
        <p>${hint} ${say("people.invite.expires")} ${timeTag(c.language, link.expiresAt, c.now)}</p>
        <p class="copy">${link.url}</p>
        <p><img class="qr" src="data:image/svg+xml;base64,${Buffer.from(code).toString("base64")}" width="220" height="220" alt="${say("people.invite.qr")}"></p></div>`;
}

function personRow(c: PageContext, person: SeatedPerson): Html {
  const { say, format } = c;
  const roles = format.list(person.seats.map(({ role }) => say(`web.role.${role}`)));
  return html`<li class="row"><div><a href="${baseOf(c)}/${person.personId}">${person.name}</a> <small>${roles}</small></div>
      ${person.disabledAt === null ? "" : html`<span class="badge stop">${say("people.person.isOut")}</span>`}</li>`;
}

function householdList(c: PageContext, households: readonly HouseholdLine[]): Html | "" {
  const { say, format } = c;
  if (households.length === 0) return "";
  const rows = households.map(({ name, people, friends }) => {
    const others = friends.length > 0 ? say("members.people.friends", { names: format.list(friends) }) : "";
    return html`<li class="row"><strong>${name}</strong> <span>${format.list(people)}${others && html` <small>${others}</small>`}</span></li>`;
  });
  return html`<h2>${say("members.people.households")}</h2>
    <p>${say("members.people.householdsLead")}</p>
    <ul class="rows">${rows}</ul>`;
}

/** One person: what they are here, what they may become, and shutting them out. */
export function personPage(
  c: PageContext,
  view: {
    readonly person: SeatedPerson;
    readonly roles: readonly Role[];
    readonly producers: readonly KnownProducer[];
    readonly isSelf: boolean;
    readonly isSaved: boolean;
  },
): View {
  const { say } = c;
  const { person } = view;
  return {
    title: person.name,
    body: html`${view.isSaved ? html`<div class="notice" role="status"><p>${say("people.person.saved")}</p></div>` : ""}
      ${person.disabledAt === null ? "" : html`<div class="problems"><p>${say("people.person.outSince")} ${timeTag(c.language, person.disabledAt, c.now)}</p></div>`}
      <dl class="facts"><dt>${say("members.account.email")}</dt><dd>${person.email ?? say("members.account.noEmail")}</dd>${person.phone === null ? "" : html`<dt>${say("imports.phone")}</dt><dd>${person.phone}</dd>`}</dl>
      <h2>${say("people.person.roles")}</h2>
      <p>${say("people.person.rolesLead")}</p>
      ${postForm(
        c,
        { action: `${c.path}/roles` },
        html`${roleChoices(c, person.seats, view.roles)}
          ${view.roles.includes("referente") && view.producers.length > 0 ? producerChoices(c, person.seats, view.producers) : ""}
          <button type="submit">${say("people.person.save")}</button>`,
      )}
      ${view.isSelf ? "" : shutOut(c, person)}
      ${view.isSelf ? "" : takeLeave(c, person)}
      ${view.isSelf ? "" : eraseAccount(c)}
      <p><a href="${baseOf(c)}">${say("people.person.back")}</a></p>`,
  };
}

function roleChoices(c: PageContext, held: readonly HeldSeat[], roles: readonly Role[]): Html {
  const { say } = c;
  const holds = (role: Role) => held.some((seat) => seat.role === role);
  const choices = roles.map((role) => {
    const hint = say(`people.roleHint.${role}`);
    // A member's seat is not taken away with a tick: who leaves settles first.
    if (role === "member" && holds(role))
      return html`<div class="choice held"><span>✓ ${say(`web.role.${role}`)}<small>${say("people.person.memberStays")}</small></span></div>`;
    return choice("roles", role, say(`web.role.${role}`), hint, holds(role));
  });
  return html`<fieldset class="field"><legend>${say("people.person.rolesLegend")}</legend>${choices}</fieldset>`;
}

function producerChoices(c: PageContext, held: readonly HeldSeat[], producers: readonly KnownProducer[]): Html {
  const { say } = c;
  const named = held.find(({ role }) => role === "referente")?.producers ?? [];
  const choices = producers.map(({ id, name }) => choice("producers", id, name, "", named.includes(id)));
  return html`<fieldset class="field" aria-describedby="producers-hint"><legend>${say("people.person.producers")}</legend>
      <small class="hint" id="producers-hint">${say("people.person.producersHint")}</small>${choices}</fieldset>`;
}

function choice(name: string, value: string, label: string, hint: string, isOn: boolean): Html {
  const id = `f-${name}-${value.replaceAll(/[^A-Za-z0-9]/g, "-")}`;
  return html`<div class="choice"><input type="checkbox" id="${id}" name="${name}" value="${value}"${isOn ? html` checked` : ""}>
      <label for="${id}">${label}${hint ? html`<small>${hint}</small>` : ""}</label></div>`;
}

function shutOut(c: PageContext, { disabledAt, name }: SeatedPerson): Html {
  const { say } = c;
  if (disabledAt !== null)
    return html`<h2>${say("people.person.enableTitle")}</h2><p>${say("people.person.enableLead")}</p>
      ${actionButton(c, { action: `${c.path}/enable`, label: say("people.person.enable"), describe: name })}`;
  return html`<h2>${say("people.person.disableTitle")}</h2><p>${say("people.person.disableLead")}</p>
      ${actionButton(c, { action: `${c.path}/disable`, label: say("people.person.disable"), describe: name, kind: "danger" })}`;
}

function eraseAccount(c: PageContext): Html {
  const { say } = c;
  return html`<h2>${say("data.personTitle")}</h2><p>${say("data.personLead")}</p>
      <details><summary>${say("data.personAsk")}</summary>${sureForm(c, `${c.path}/erase`, say("data.personSubmit"))}</details>`;
}

function takeLeave(c: PageContext, { name }: SeatedPerson): Html {
  const { say } = c;
  return html`<h2>${say("people.person.removeTitle")}</h2><p>${say("people.person.removeLead")}</p>
      <details><summary>${say("people.person.removeAsk")}</summary>${actionButton(c, { action: `${c.path}/remove`, label: say("people.person.remove"), describe: name, kind: "danger" })}</details>`;
}
