// Pages of passwords and of the second factor: signing in with them, making them, taking them away. Pure: view -> HTML.
import { renderSVG } from "uqr";
import { actionButton, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";

/** Whatever the refusal, in its own sentence above the form. */
type Refused = { readonly sentence: string; readonly status: number } | null;

function refusedBox(refused: Refused): Html | "" {
  return refused
    ? html`<div class="problems" role="alert" tabindex="-1" autofocus><p>${refused.sentence}</p></div>`
    : "";
}

/** Address and password on one page, so that a password manager fills both. */
export function passwordSignInPage(c: PageContext, state: FormState, view: { next: string; refused: Refused }): View {
  const { say } = c;
  const label = (name: string) => say(`people.signIn.${name}`);
  return {
    title: say("members.signIn.title"),
    ...statusOf(state, view.refused),
    body: html`${refusedBox(view.refused)}${errorSummary(c, state, { email: say("members.signIn.email"), password: label("password") })}
      ${postForm(
        c,
        { action: "/sign-in/password" },
        html`<input type="hidden" name="next" value="${view.next}">
          ${textField(c, state, { name: "email", label: say("members.signIn.email"), type: "email", required: true, maxLength: 254, autocomplete: "username" })}
          ${textField(c, state, { name: "password", label: label("password"), type: "password", required: true, maxLength: 200, autocomplete: "current-password" })}
          <button type="submit">${label("enter")}</button>`,
      )}
      <p><a href="/sign-in?${new URLSearchParams({ next: view.next, again: "1" })}">${label("byLink")}</a></p>`,
  };
}

/** The second step. */
export function secondStepPage(
  c: PageContext,
  view: { next: string; refused: Refused; hasApp: boolean; hasPasskey: boolean },
): View {
  const { say } = c;
  const label = (name: string) => say(`people.second.${name}`);
  const state = { typed: {}, errors: {} };
  return {
    title: label("stepTitle"),
    ...statusOf(state, view.refused),
    body: html`${refusedBox(view.refused)}<p class="lead">${label(view.hasApp ? "stepLead" : "stepLeadPasskey")}</p>
      ${view.hasPasskey ? html`<p><a role="button" href="/sign-in/passkey?${new URLSearchParams({ next: view.next })}">${say("people.passkey.use")}</a></p>` : ""}
      ${postForm(
        c,
        { action: "/sign-in/second" },
        html`<input type="hidden" name="next" value="${view.next}">
          ${textField(c, state, { name: "code", label: label("code"), hint: label(view.hasApp ? "codeHint" : "codeHintBackup"), required: true, maxLength: 20, autocomplete: "one-time-code", short: true })}
          <button type="submit">${say("people.signIn.enter")}</button>`,
      )}
      <p>${label("stepLost")}</p>`,
  };
}

/** Sets, changes or drops the password. */
export function passwordPage(c: PageContext, state: FormState, view: { setAt: number | null }): View {
  const { say } = c;
  const label = (name: string) => say(`people.password.${name}`);
  const again =
    view.setAt === null
      ? ""
      : html`<h2>${label("dropTitle")}</h2><p>${label("dropLead")}</p>
      ${actionButton(c, { action: `${c.path}/drop`, label: label("drop"), kind: "danger" })}`;
  return {
    title: label("title"),
    ...statusOf(state, null),
    body: html`<p class="lead">${view.setAt === null ? label("lead") : say("people.password.since", { date: c.format.date(view.setAt) })}</p>
      ${errorSummary(c, state, { password: label("new") })}
      ${postForm(
        c,
        { action: c.path },
        html`${textField(c, state, { name: "password", label: label("new"), hint: label("hint"), type: "password", required: true, maxLength: 200, autocomplete: "new-password" })}
          <button type="submit">${label("save")}</button>`,
      )}
      ${again}
      <p><a href="/account">${say("people.second.back")}</a></p>`,
  };
}

/** Makes the second factor: scan, then prove it with a code. */
export function secondFactorSetupPage(
  c: PageContext,
  view: { secret: string; uri: string; dueAt: number | null; refused: Refused; hasPasskey: boolean },
): View {
  const { say } = c;
  const label = (name: string) => say(`people.second.${name}`);
  const code = Buffer.from(renderSVG(view.uri, { border: 2 })).toString("base64");
  const due =
    view.dueAt === null
      ? ""
      : view.dueAt > c.now
        ? html`<div class="notice"><p>${say("people.second.grace", { date: c.format.date(view.dueAt) })} <a href="/">${label("later")}</a></p></div>`
        : html`<div class="problems"><p>${label("due")}</p></div>`;
  return {
    title: label("title"),
    ...statusOf({ typed: {}, errors: {} }, view.refused),
    body: html`${due}${refusedBox(view.refused)}<p class="lead">${label("lead")}</p>
      ${view.hasPasskey ? passkeyStep(c) : ""}
      <h2>1. ${label("scanTitle")}</h2>
      <p>${label("scanLead")}</p>
      <p><img class="qr" src="data:image/svg+xml;base64,${code}" width="220" height="220" alt="${label("qr")}"></p>
      <p>${label("byHand")}</p><p class="copy">${view.secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}</p>
      <h2>2. ${label("proveTitle")}</h2>
      ${postForm(
        c,
        { action: "/account/second-factor" },
        html`${textField(c, { typed: {}, errors: {} }, { name: "code", label: label("code"), required: true, maxLength: 20, autocomplete: "one-time-code", short: true, inputmode: "numeric" })}
          <button type="submit">${label("confirm")}</button>`,
      )}
      <p><a href="/account">${label("back")}</a></p>`,
  };
}

/** Who has a passkey needs no app: it is the second step as it stands. */
function passkeyStep(c: PageContext): Html {
  const label = (name: string) => c.say(`people.second.${name}`);
  return html`<h2>${label("byPasskeyTitle")}</h2><p>${label("byPasskeyLead")}</p>
      ${actionButton(c, { action: "/account/second-factor/codes", label: label("byPasskey") })}
      <h2>${label("byAppTitle")}</h2>`;
}

/** It is on: how many backup codes are left, new ones, taking it away. */
export function secondFactorPage(
  c: PageContext,
  view: { codesLeft: number; mustHave: boolean; canAddApp: boolean },
): View {
  const { say } = c;
  const label = (name: string) => say(`people.second.${name}`);
  return {
    title: label("title"),
    body: html`<p class="lead">${label("isOn")}</p>
      <p>${say("people.second.codesLeft", { count: view.codesLeft })}</p>
      ${actionButton(c, { action: "/account/second-factor/codes", label: label("newCodes"), kind: "quiet" })}
      ${view.canAddApp ? html`<p><a href="/account/second-factor?app=1">${label("addApp")}</a></p>` : ""}
      <h2>${label("dropTitle")}</h2><p>${label(view.mustHave ? "dropMust" : "dropLead")}</p>
      ${actionButton(c, { action: "/account/second-factor/drop", label: label("drop"), kind: "danger" })}
      <p><a href="/account">${label("back")}</a></p>`,
  };
}

/** The backup codes, shown once; then one goes on to `onward`. */
export function backupCodesPage(c: PageContext, codes: readonly string[], onward = "/account"): View {
  const { say } = c;
  return {
    title: say("people.second.codesTitle"),
    body: html`<p class="lead">${say("people.second.codesLead")}</p>
      <ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
      <p>${say("people.second.codesHint")}</p>
      <p><a role="button" href="${onward}">${say("people.second.codesDone")}</a></p>`,
  };
}

function statusOf(state: FormState, refused: Refused): { status?: number } {
  if (refused) return { status: refused.status };
  return Object.keys(state.errors).length > 0 ? { status: 422 } : {};
}
