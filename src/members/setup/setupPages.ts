// The first half of the first run, a question a page, before anybody is here: language, address, kind, who, you. Pure: view -> HTML.
import { NETWORK_LEVELS } from "../../activitypub/actor.ts";
import { timeTag } from "../../web/format.ts";
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
import { type Mood, progressLine, statusBadge } from "../../web/parts.ts";
import { LANGUAGES, words } from "../../web/words.ts";
import { type AddressCheck, type BeginStep, placeOf, SETUP_STEPS, type SetupDraft, type SetupStep } from "./setup.ts";

export const ACTOR_KINDS = ["gas", "producer", "district"] as const;

/** What a page of the first half shows besides what was typed. `base` is the set-up link. */
export type SetupView = { readonly step: SetupStep; readonly base: string; readonly draft: SetupDraft };

/** The page of one step: where one is, the question, and the way back. */
export function setupPage(c: PageContext, state: FormState, view: SetupView): View {
  const { say } = c;
  const { step, base } = view;
  const before = SETUP_STEPS[SETUP_STEPS.indexOf(step) - 1];
  return {
    title: say(`setup.title.${step}`),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${stepLine(c, step)}<p class="lead">${say(`setup.lead.${step}`)}</p>
      ${QUESTIONS[step](c, state, view)}
      ${before ? html`<p><a href="${base}/${before}">${say("setup.back")}</a></p>` : ""}`,
  };
}

/** "Step 3 of 10", with how much of the way that is. */
export function stepLine({ say }: PageContext, step: SetupStep | BeginStep): Html {
  const { number, total } = placeOf(step);
  return progressLine(say("setup.progress", { number, total }), {
    value: step === "done" ? total : number - 1,
    max: total,
  });
}

const QUESTIONS: Record<SetupStep, (c: PageContext, state: FormState, view: SetupView) => Html> = {
  language: askLanguage,
  address: askAddress,
  kind: askKind,
  who: askWho,
  you: askYou,
};

function onward({ say }: PageContext): Html {
  return html`<button type="submit">${say("setup.next")}</button>`;
}

function askLanguage(c: PageContext, state: FormState): Html {
  const choices = LANGUAGES.map((language) => ({ value: language, label: words(language)("web.languageName") }));
  const field = { name: "language", label: c.say("setup.languageLabel"), required: true, choices };
  return postForm(c, { action: c.path }, html`${radioField(c, state, field)}${onward(c)}`);
}

const MOODS: Record<AddressCheck["outcome"], Mood> = {
  reached: "good",
  elsewhere: "stop",
  silent: "stop",
  unknown: "wait",
};

function askAddress(c: PageContext, _state: FormState, { draft }: SetupView): Html {
  const { say } = c;
  const check = draft.address ?? null;
  const facts = { host: new URL(c.origin).host };
  const found = check
    ? html`<dl class="facts stacked"><dt>${say("setup.address.tried")} ${timeTag(c.language, check.at, c.now)}</dt>
        <dd>${statusBadge(MOODS[check.outcome], say(`setup.address.is.${check.outcome}`))}</dd></dl>
      <p>${say(`setup.address.then.${check.outcome}`, facts)}</p>
      ${check.detail && check.outcome !== "reached" ? html`<p><code>${check.detail}</code></p>` : ""}`
    : "";
  const isTried = check !== null;
  return html`<p class="copy">${c.origin}</p><p>${say("setup.address.forever")}</p>${found}
    ${actionButton(c, { action: c.path, label: say(isTried ? "setup.address.again" : "setup.address.try"), fields: { act: "try" }, ...(isTried ? { kind: "quiet" } : {}) })}
    ${actionButton(c, { action: c.path, label: say(isTried ? "setup.next" : "setup.address.later"), fields: { act: "next" }, ...(isTried ? {} : { kind: "quiet" }) })}`;
}

function askKind(c: PageContext, state: FormState): Html {
  const { say } = c;
  const kinds = ACTOR_KINDS.map((kind) => ({
    value: kind,
    label: say(`web.kind.${kind}`),
    hint: say(`setup.kindHint.${kind}`),
  }));
  const levels = NETWORK_LEVELS.map((value) => ({ value, label: say(`web.level.${value}`) }));
  const level = { name: "level", label: say("setup.level"), hint: say("setup.levelHint"), choices: levels };
  return html`${errorSummary(c, state, { kind: say("setup.kindLabel"), level: say("setup.level") })}${postForm(
    c,
    { action: c.path },
    html`${radioField(c, state, { name: "kind", label: say("setup.kindLabel"), required: true, choices: kinds })}
      ${selectField(c, state, level)}${onward(c)}`,
  )}`;
}

function askWho(c: PageContext, state: FormState): Html {
  const { say } = c;
  const label = (name: string) => say(`setup.who.${name}`);
  const labels = Object.fromEntries(["name", "handle", "place", "contact"].map((name) => [name, label(name)]));
  const host = new URL(c.origin).host;
  return html`${errorSummary(c, state, labels)}${postForm(
    c,
    { action: c.path },
    html`${textField(c, state, { name: "name", label: label("name"), hint: label("nameHint"), required: true, maxLength: 100 })}
      ${textField(c, state, { name: "handle", label: label("handle"), hint: say("setup.who.handleHint", { host }), required: true, maxLength: 30 })}
      ${textField(c, state, { name: "place", label: label("place"), required: true, maxLength: 80, suggestions: c.placeNames })}
      ${textField(c, state, { name: "contact", label: label("contact"), hint: label("contactHint"), type: "email", maxLength: 254 })}
      ${onward(c)}`,
  )}`;
}

function askYou(c: PageContext, state: FormState, { draft: { who }, base }: SetupView): Html {
  const { say } = c;
  const label = (name: string) => say(`setup.you.${name}`);
  const made = who
    ? html`<dl class="facts"><dt>${say("setup.you.makes")}</dt><dd>${who.name}, ${who.place} <small>@${who.handle}@${new URL(c.origin).host}</small> <a href="${base}/who">${say("setup.you.change")}</a></dd></dl>`
    : "";
  return html`${made}${errorSummary(c, state, { personName: label("personName"), email: label("email") })}${postForm(
    c,
    { action: c.path },
    html`${textField(c, state, { name: "personName", label: label("personName"), required: true, maxLength: 80, autocomplete: "name" })}
      ${textField(c, state, { name: "email", label: label("email"), hint: label("emailHint"), type: "email", maxLength: 254, autocomplete: "email" })}
      <button type="submit">${label("submit")}</button>`,
  )}`;
}
