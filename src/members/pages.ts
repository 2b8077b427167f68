// Pages of the people of this node: sign-in, invitation, account, who sits at a desk. Pure: view -> HTML.

import { timeTag } from "../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, selectField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import type { Role } from "../web/visitor.ts";
import { LANGUAGES, words } from "../web/words.ts";

/** Asks for an address. `hasMail` false: the link comes from whoever looks after the node. */
export function signInPage(
  c: PageContext,
  state: FormState,
  view: { hasMail: boolean; next: string; hasPasskeys: boolean },
): View {
  const { say } = c;
  const labels = { email: say("members.signIn.email") };
  const form = html`${errorSummary(c, state, labels)}
    ${postForm(
      c,
      { action: "/sign-in" },
      html`<input type="hidden" name="next" value="${view.next}">
        ${textField(c, state, { name: "email", label: labels.email, hint: say("members.signIn.emailHint"), type: "email", required: true, maxLength: 254, autocomplete: "email" })}
        <button type="submit">${say("members.signIn.submit")}</button>`,
    )}`;
  return {
    title: say("members.signIn.title"),
    ...statusOf(state),
    body: html`<p class="lead">${say(view.hasMail ? "members.signIn.lead" : "members.signIn.noMail")}</p>
      ${view.hasMail ? form : html`<p><code>npm run -s filiera -- sign-in-link ${say("members.signIn.noMailAddress")}</code></p>`}
      ${view.hasPasskeys ? html`<p><a href="/sign-in/passkey?${new URLSearchParams({ next: view.next })}">${say("people.passkey.signIn")}</a></p>` : ""}
      <p><a href="/sign-in/password?${new URLSearchParams({ next: view.next })}">${say("people.signIn.byPassword")}</a></p>`,
  };
}

/** The same for every address. */
export function signInSentPage(c: PageContext): View {
  const { say } = c;
  return {
    title: say("members.signIn.sentTitle"),
    body: html`<p class="lead">${say("members.signIn.sent")}</p>
      <p>${say("members.signIn.sentHint")}</p>
      <p><a href="/sign-in">${say("members.signIn.again")}</a></p>`,
  };
}

/** The link was opened; a press of the button spends it, so that mail scanners do not. */
export function enterPage(c: PageContext): View {
  const { say } = c;
  return {
    title: say("members.enter.title"),
    body: html`<p class="lead">${say("members.enter.lead")}</p>
      ${postForm(c, { action: c.path }, html`<button type="submit">${say("members.enter.submit")}</button>`)}`,
  };
}

/** An invitation to a seat. Whoever is signed in takes it as themselves. */
export function invitationPage(
  c: PageContext,
  state: FormState,
  view: { actorName: string; role: Role; email: string | null; nameless?: string | undefined },
): View {
  const { say } = c;
  const labels = { name: say("members.invitation.name"), email: say("members.invitation.email") };
  const address =
    view.email === null
      ? textField(c, state, {
          name: "email",
          label: labels.email,
          hint: say("members.invitation.emailHint"),
          type: "email",
          maxLength: 254,
          autocomplete: "email",
        })
      : html`<p>${say("members.invitation.boundEmail", { email: view.email })}</p>`;
  const fields = view.nameless
    ? html`<p>${say("members.invitation.asTree", { name: view.nameless })}</p>`
    : c.visitor
      ? html`<p>${say("members.invitation.asYourself", { name: c.visitor.name })}</p>`
      : html`${textField(c, state, { name: "name", label: labels.name, required: true, maxLength: 80, autocomplete: "name" })}${address}`;
  return {
    title: say("members.invitation.title", { actor: view.actorName }),
    ...statusOf(state),
    body: html`<p class="lead">${say("members.invitation.lead", { role: say(`web.role.${view.role}`) })}</p>
      ${errorSummary(c, state, labels)}
      ${postForm(c, { action: c.path }, html`${fields}<button type="submit">${say("members.invitation.submit")}</button>`)}`,
  };
}

/** A live session as its person sees it. */
export type SessionLine = { key: string; device: string; seenAt: number; isThis: boolean };

export function accountPage(
  c: PageContext,
  view: {
    email: string | null;
    hasPassword: boolean;
    passkeys: number | null;
    sessions: SessionLine[];
    notices: Html | "";
  },
): View {
  const { say } = c;
  const choices = LANGUAGES.map((language) => ({ value: language, label: words(language)("web.languageName") }));
  const language = { typed: { language: c.language }, errors: {} };
  return {
    title: say("members.account.title"),
    body: html`<dl class="facts">
        <dt>${say("members.account.name")}</dt><dd>${c.visitor?.name}</dd>
        <dt>${say("members.account.email")}</dt><dd>${view.email ?? say("members.account.noEmail")} <a href="/account/email">${say("people.email.change")}</a></dd>
      </dl>
      <h2>${say("members.account.language")}</h2>
      ${postForm(
        c,
        { action: "/account/language" },
        html`${selectField(c, language, { name: "language", label: say("members.account.languageLabel"), required: true, choices })}
          <button type="submit">${say("members.account.saveLanguage")}</button>`,
      )}
      <h2>${say("people.signIn.howTitle")}</h2>
      <ul class="rows ways">
        <li class="row"><div><a href="/account/password">${say("people.password.title")}</a><small>${say(view.hasPassword ? "people.password.hasOne" : "people.password.hasNone")}</small></div></li>
        ${view.passkeys === null ? "" : html`<li class="row"><div><a href="/account/passkeys">${say("people.passkey.title")}</a><small>${view.passkeys === 0 ? say("people.passkey.hasNone") : say("people.passkey.has", { count: view.passkeys })}</small></div></li>`}
        <li class="row"><div><a href="/account/second-factor">${say("people.second.title")}</a><small>${say(c.visitor?.secondFactor?.isOn ? "people.second.hasOne" : "people.second.hasNone")}</small></div></li>
      </ul>
      <h2>${say("data.title")}</h2>
      <ul class="rows ways">
        <li class="row"><div><a href="/account/gatherings">${say("gatherings.own.title")}</a><small>${say("gatherings.own.lead")}</small></div></li>
        <li class="row"><div><a href="/account/audit">${say("audit.titleOwn")}</a><small>${say("audit.ownHint")}</small></div></li>
        <li class="row"><div><a href="/account/data">${say("data.accountLink")}</a><small>${say("data.accountHint")}</small></div></li>
        <li class="row"><div><a href="/account/learning">${say("training.own")}</a><small>${say("web.moreHint.training")}</small></div></li>
      </ul>
      ${view.notices}
      <h2>${say("members.account.sessions")}</h2>
      <p>${say("members.account.sessionsLead")}</p>
      <ul class="rows">${view.sessions.map((session) => sessionRow(c, session))}</ul>
      ${view.sessions.length > 1 ? actionButton(c, { action: "/account/sessions/end", label: say("members.account.endOthers"), fields: { session: "others" }, kind: "quiet" }) : ""}
      <h2>${say("members.account.leave")}</h2>
      ${actionButton(c, { action: "/sign-out", label: say("members.account.signOut") })}`,
  };
}

function sessionRow(c: PageContext, session: SessionLine): Html {
  const { say } = c;
  const device = session.device || say("members.account.unknownDevice");
  return html`<li class="row">
      <div><strong>${device}</strong>${session.isThis ? html` <span class="badge">${say("members.account.thisOne")}</span>` : ""}
      <small>${say("members.account.seen")} ${timeTag(c.language, session.seenAt, c.now)}</small></div>
      ${session.isThis ? "" : actionButton(c, { action: "/account/sessions/end", label: say("members.account.end"), describe: device, fields: { session: session.key }, kind: "quiet" })}
    </li>`;
}

function statusOf(state: FormState): { status?: number } {
  return Object.keys(state.errors).length > 0 ? { status: 422 } : {};
}
