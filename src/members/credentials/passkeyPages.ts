// Pages of passkeys: signing in with one, making, listing and taking them away. Pure: view -> HTML.
import { timeTag } from "../../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { PASSKEYS_MAX } from "./passkey.ts";

/** Whatever the refusal, in its own sentence above the form. */
type Refused = { readonly sentence: string; readonly status: number } | null;

/** What static/passkey.js asks the device for; `again` is this page, for who waited too long. */
type Ceremony = {
  readonly kind: "create" | "get";
  readonly options: object;
  readonly again: string;
  readonly now: boolean;
};

/** One press, or none: the browser asks which passkey. Without script the other ways are named. */
export function passkeySignInPage(c: PageContext, view: { next: string; options: object; refused: Refused }): View {
  const { say } = c;
  const query = new URLSearchParams({ next: view.next });
  const form = postForm(
    c,
    { action: "/sign-in/passkey" },
    html`<input type="hidden" name="next" value="${view.next}">
      <input type="hidden" name="credential" value="">
      <button type="submit">${say("people.passkey.use")}</button>`,
  );
  const again = `/sign-in/passkey?${query}`;
  return {
    title: say("members.signIn.title"),
    script: "passkey.js",
    ...(view.refused ? { status: view.refused.status } : {}),
    body: html`${refusedBox(view.refused)}<p data-passkey-else>${say("people.passkey.elseSignIn")}</p>
      ${ceremonyBox(c, { kind: "get", options: view.options, again, now: view.refused === null }, form)}
      <p><a href="/sign-in?${query}&amp;again=1">${say("people.signIn.byLink")}</a></p>
      <p><a href="/sign-in/password?${query}">${say("people.signIn.byPassword")}</a></p>`,
  };
}

/** A passkey as its person sees it. */
export type PasskeyLine = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly usedAt: number | null;
};

/** What the browser is asked for; or `nameless`: the node's address is a number, `stale`: they sign in anew first, `full`: enough. */
export type Making = { readonly options: object } | "nameless" | "stale" | "full";

/** Their passkeys, and the form that makes one. */
export function passkeysPage(
  c: PageContext,
  state: FormState,
  view: { passkeys: readonly PasskeyLine[]; making: Making; refused: Refused },
): View {
  const { say } = c;
  const label = (name: string) => say(`people.passkey.${name}`);
  const hasErrors = Object.keys(state.errors).length > 0;
  return {
    title: label("title"),
    script: "passkey.js",
    ...(view.refused ? { status: view.refused.status } : hasErrors ? { status: 422 } : {}),
    body: html`${refusedBox(view.refused)}${errorSummary(c, state, { name: label("name") })}
      <p class="lead">${label("lead")}</p>
      ${view.passkeys.length > 0 ? html`<ul class="rows">${view.passkeys.map((line) => passkeyRow(c, line, view.making === "stale"))}</ul>` : ""}
      <h2>${label("makeTitle")}</h2>
      ${makingPart(c, state, view.making, "/account/passkeys")}
      <p><a href="/account">${say("people.second.back")}</a></p>`,
  };
}

/** The form that makes one, at that address; or why there is none. */
export function makingPart(c: PageContext, state: FormState, making: Making, action: string, again = action): Html {
  const { say } = c;
  if (making === "nameless") return html`<p>${say("people.passkey.nameless")}</p>`;
  if (making === "full") return html`<p>${say("people.passkey.full", { most: PASSKEYS_MAX })}</p>`;
  if (making === "stale")
    return html`<p>${say("people.passkey.stale")}</p>
      <p><a role="button" href="/sign-in?${new URLSearchParams({ next: again, again: "1" })}">${say("people.passkey.signInAgain")}</a></p>`;
  const form = postForm(
    c,
    { action },
    html`<input type="hidden" name="credential" value="">
      ${textField(c, state, { name: "name", label: say("people.passkey.name"), hint: say("people.passkey.nameHint"), required: true, maxLength: 60 })}
      <button type="submit">${say("people.passkey.make")}</button>`,
  );
  const ceremony = { kind: "create", options: making.options, again, now: false } as const;
  return html`<p data-passkey-else>${say("people.passkey.elseMake")}</p>${ceremonyBox(c, ceremony, form)}`;
}

function passkeyRow(c: PageContext, { id, name, createdAt, usedAt }: PasskeyLine, isStale: boolean): Html {
  const { say, language, now } = c;
  const used =
    usedAt === null
      ? say("people.passkey.neverUsed")
      : html`${say("people.passkey.used")} ${timeTag(language, usedAt, now)}`;
  const drop = actionButton(c, {
    action: "/account/passkeys/drop",
    label: say("people.passkey.drop"),
    describe: name,
    fields: { id },
    kind: "quiet",
  });
  return html`<li class="row">
      <div><strong>${name}</strong><small>${say("people.passkey.since", { date: c.format.date(createdAt) })}. ${used}</small></div>
      ${isStale ? "" : drop}
    </li>`;
}

/** Hidden until the script has seen that this browser can. */
function ceremonyBox(c: PageContext, { kind, options, again, now }: Ceremony, form: Html): Html {
  const { say } = c;
  return html`<div data-passkey="${kind}" data-options="${JSON.stringify(options)}" data-again="${again}"
        data-cancelled="${say("people.passkey.cancelled")}" data-already="${say("people.passkey.already")}"${now ? html` data-now` : ""} hidden>
      ${form}
      <p><output aria-live="polite"></output></p>
    </div>`;
}

function refusedBox(refused: Refused): Html | "" {
  return refused
    ? html`<div class="problems" role="alert" tabindex="-1" autofocus><p>${refused.sentence}</p></div>`
    : "";
}
