// The second half of the first run, at the desk of the first actor: key, mail, data, backup, done. Pure: view -> HTML. EXPERIENCE.md 2.11.
import { timeTag } from "../../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { statusBadge } from "../../web/parts.ts";
import { type Making, makingPart } from "../credentials/passkeyPages.ts";
import { inviteBox } from "../peoplePages.ts";
import { type BeginLine, beginRow } from "./beginPages.ts";
import type { BeginStep, FirstRun } from "./setup.ts";
import { stepLine } from "./setupPages.ts";

/** Whatever the refusal, in its own sentence above the question. */
type Refused = { readonly sentence: string; readonly status: number } | null;

/** What each step shows. `email`: the person's own, which signs in by link and with a password; `hasMail`: this node can write. */
export type BeginView =
  | {
      readonly step: "key";
      readonly email: string | null;
      readonly hasMail: boolean;
      readonly hasPassword: boolean;
      readonly passkeys: number;
      readonly making: Making;
    }
  | {
      readonly step: "mail";
      readonly hasMail: boolean;
      readonly email: string | null;
      readonly tried: FirstRun["mail"];
    }
  | { readonly step: "data"; readonly kind: "gas" | "producer" | "district" | "node" }
  | { readonly step: "backup"; readonly folder: string; readonly isOn: boolean }
  | {
      readonly step: "done";
      readonly link: { readonly url: string; readonly expiresAt: number } | null;
      readonly next: readonly BeginLine[];
    };

/** The page of one step. `before`: the step one can go back to; `refused`: why the press before came to nothing. */
export function beginStepPage(
  c: PageContext,
  state: FormState,
  view: BeginView,
  { before, refused }: { readonly before: BeginStep | undefined; readonly refused: Refused },
): View {
  const { say } = c;
  const status = refused?.status ?? (Object.keys(state.errors).length > 0 ? 422 : null);
  return {
    title: say(`setup.title.${view.step}`),
    ...(status === null ? {} : { status }),
    ...(view.step === "key" ? { script: "passkey.js" } : {}),
    body: html`${stepLine(c, view.step)}
      ${refused ? html`<div class="problems" role="alert" tabindex="-1" autofocus><p>${refused.sentence}</p></div>` : ""}
      <p class="lead">${say(`setup.lead.${view.step}`)}</p>
      ${bodyOf(c, state, view)}
      ${before ? html`<p><a href="${baseOf(c)}/${before}">${say("setup.back")}</a></p>` : ""}`,
  };
}

function bodyOf(c: PageContext, state: FormState, view: BeginView): Html {
  if (view.step === "key") return keyPart(c, state, view);
  if (view.step === "mail") return mailPart(c, view);
  if (view.step === "data") return dataPart(c, view);
  return view.step === "backup" ? backupPart(c, state, view) : donePart(c, view);
}

const deskOf = (c: PageContext) => `/desk/${c.seat?.handle ?? ""}`;
const baseOf = (c: PageContext) => `${deskOf(c)}/begin`;

/** The press that passes a step; what is left undone is left for later. */
function onward(c: PageContext, step: BeginStep, isDone: boolean): Html {
  const label = c.say(isDone ? "setup.next" : "setup.later");
  return actionButton(c, { action: `${baseOf(c)}/${step}/next`, label, ...(isDone ? {} : { kind: "quiet" }) });
}

function keyPart(c: PageContext, state: FormState, view: Extract<BeginView, { step: "key" }>): Html {
  const { say } = c;
  const hasLink = view.hasMail && view.email !== null;
  const isSafe = hasLink || view.passkeys > 0 || view.hasPassword;
  const ways = html`<ul class="rows">
      <li class="row"><div>${say("setup.key.link")}<small>${view.email === null ? say("setup.key.noAddress") : say(view.hasMail ? "setup.key.linkTo" : "setup.key.noMail", { email: view.email })}</small></div>${hasLink ? statusBadge("good", say("begin.isDone")) : ""}</li>
      <li class="row"><div>${say("people.passkey.title")}<small>${say("people.passkey.lead")}</small></div>${view.passkeys > 0 ? statusBadge("good", say("begin.isDone")) : ""}</li>
      ${view.email === null ? "" : html`<li class="row"><div>${say("people.password.title")}<small>${say("people.password.hint")}</small></div>${view.hasPassword ? statusBadge("good", say("begin.isDone")) : ""}</li>`}
    </ul>`;
  const password =
    view.email === null || view.hasPassword
      ? ""
      : html`<h2>${say("people.password.title")}</h2>${errorSummary(c, state, { password: say("people.password.new") })}
      ${postForm(
        c,
        { action: `${baseOf(c)}/key/password` },
        html`${textField(c, state, { name: "password", label: say("people.password.new"), hint: say("people.password.hint"), type: "password", required: true, maxLength: 200, autocomplete: "new-password" })}
          <button type="submit">${say("people.password.save")}</button>`,
      )}`;
  const passkey =
    view.passkeys > 0
      ? ""
      : html`<h2>${say("people.passkey.title")}</h2>${makingPart(c, state, view.making, `${baseOf(c)}/key/passkey`, `${baseOf(c)}/key`)}`;
  return html`${ways}${passkey}${password}
    ${isSafe ? "" : html`<div class="notice"><p>${say("setup.key.outside")}</p><p><code>npm run -s filiera -- sign-in-link ${say("members.signIn.noMailAddress")}</code></p></div>`}
    ${onward(c, "key", isSafe)}`;
}

function mailPart(c: PageContext, { hasMail, email, tried }: Extract<BeginView, { step: "mail" }>): Html {
  const { say, language, now } = c;
  if (!hasMail)
    return html`<div class="notice"><p>${say("setup.mail.none")}</p></div><p>${say("setup.mail.noneHint")}</p>${onward(c, "mail", true)}`;
  if (email === null)
    return html`<p>${say("setup.mail.noAddress")}</p><p><a href="/account/email">${say("people.email.change")}</a></p>${onward(c, "mail", false)}`;
  const isTaken = tried?.error === null;
  const how = tried
    ? html`<p>${statusBadge(isTaken ? "good" : "stop", say(isTaken ? "node.mailTaken" : "node.mailRefused"))} ${timeTag(language, tried.at, now)}</p>
      ${tried.error === null ? html`<p>${say("setup.mail.look", { email })}</p>` : html`<p><code>${tried.error}</code></p><p>${say("setup.mail.wrong")}</p>`}`
    : "";
  const press = {
    action: `${baseOf(c)}/mail/test`,
    label: say(tried ? "setup.mail.again" : "setup.mail.test", { email }),
  };
  return html`${how}${actionButton(c, { ...press, ...(isTaken ? { kind: "quiet" } : {}) })}${onward(c, "mail", isTaken)}`;
}

function dataPart(c: PageContext, { kind }: Extract<BeginView, { step: "data" }>): Html {
  const { say } = c;
  const what = kind === "producer" ? "producer" : kind === "gas" ? "gas" : "district";
  const href = { gas: "people/import", producer: "catalog/import", district: "sources" }[what];
  const sample =
    what === "district"
      ? ""
      : html`<h2>${say("setup.data.sampleTitle")}</h2><p>${say(`setup.data.sample.${what}`)}</p>
      <p><a href="${baseOf(c)}/sample.csv">${say("setup.data.download")}</a></p>`;
  return html`<h2>${say(`setup.data.ownTitle.${what}`)}</h2><p>${say(`setup.data.own.${what}`)}</p>
    <p><a role="button" href="${deskOf(c)}/${href}">${say(`setup.data.go.${what}`)}</a></p>
    ${sample}
    <p>${say("setup.data.comeBack")}</p>${onward(c, "data", true)}`;
}

function backupPart(c: PageContext, state: FormState, { folder, isOn }: Extract<BeginView, { step: "backup" }>): Html {
  const { say } = c;
  const field = { name: "time", label: say("node.nightTime"), hint: say("node.nightHint"), short: true };
  return html`<dl class="facts stacked"><dt>${say("setup.backup.folder")}</dt><dd><code>${folder}</code></dd></dl>
    <p>${say("setup.backup.away")}</p>
    ${errorSummary(c, state, { time: say("node.nightTime") })}
    ${postForm(
      c,
      { action: `${baseOf(c)}/backup/hour` },
      html`${textField(c, state, { ...field, required: true, maxLength: 5 })}<button type="submit">${say("setup.backup.save")}</button>`,
    )}
    ${onward(c, "backup", isOn)}`;
}

function donePart(c: PageContext, { link, next }: Extract<BeginView, { step: "done" }>): Html {
  const { say } = c;
  const invitation = link
    ? inviteBox(c, link, say("setup.done.linkHint"))
    : html`<p>${say("begin.inviteLead")}</p>${actionButton(c, { action: `${baseOf(c)}/done/invite`, label: say("begin.invite") })}`;
  return html`<p><a href="/${c.seat?.handle ?? ""}">${say("setup.done.page", { name: c.seat?.actorName ?? "" })}</a></p>
    <h2>${say("begin.inviteTitle")}</h2>${invitation}
    ${next.length > 0 ? html`<h2>${say("setup.done.next", { count: next.length })}</h2><ul class="rows">${next.map((line) => beginRow(c, line))}</ul>` : ""}
    ${actionButton(c, { action: `${baseOf(c)}/done/next`, label: say("setup.done.home") })}`;
}
