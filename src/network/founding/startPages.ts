// "Fondare un GAS": ten steps that can be printed, the request that begins it, and the page on which it is followed to its end. Pure. DOMAIN.md 2.7.
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  postForm,
  radioField,
  textField,
} from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { type Mood, notice, progressLine, statusBadge } from "../../web/parts.ts";
import { monthName } from "../directory/itemPages.ts";
import { type Network, ways } from "../directory/pages.ts";
import type { FoundEntry } from "../index/networkIndex.ts";
import type { Comune } from "../places/places.ts";
import { FOUNDING_WISHES, type FoundingState, STEPS } from "./guide.ts";
import type { Founding } from "./store.ts";

/** `producers`: near the comune with something in season; null where no comune was named, or the index is away. */
export type GuideView = {
  readonly network: Network & { readonly id: string };
  readonly comune: string;
  readonly place: Comune | null;
  readonly producers: readonly FoundEntry[] | null;
  readonly month: number;
  readonly hasCharter: boolean;
};

const MOODS: Readonly<Record<FoundingState, Mood>> = { asked: "wait", agreed: "good", refused: "stop", made: "good" };
/** The step about producers near by, and the one about the network's charter. */
const [PRODUCERS_STEP, CHARTER_STEP] = [4, 9];

/** The guide, and the form at its end. */
export function guidePage(c: PageContext, state: FormState, view: GuideView): View {
  const { say } = c;
  const { network } = view;
  return {
    title: say("founding.start.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    description: say("founding.start.description", { name: network.name }),
    body: html`${ways(c, network, "start")}
      <p class="lead">${say("founding.start.lead", { name: network.name })} <a class="no-print" href="#ask">${say("founding.start.jump")}</a></p>
      ${comuneForm(c, view)}
      <ol class="guide">${STEPS.map((step) => stepPart(c, step, view))}</ol>
      <h2 id="ask">${say("founding.start.askTitle")}</h2>
      <p>${say("founding.start.askLead", { name: network.name })}</p>
      ${foundForm(c, state, view)}`,
  };
}

function comuneForm(c: PageContext, { comune, place }: GuideView): Html {
  return html`<form method="get" action="${c.path}" class="search wide-search no-print" role="search">
      <div><label for="comune">${c.say("founding.start.where")}</label><input id="comune" name="comune" type="text" value="${comune}" maxlength="80" autocomplete="off" list="comuni">
      <datalist id="comuni">${c.placeNames.map((name) => html`<option value="${name}"></option>`)}</datalist></div>
      <button type="submit">${c.say("founding.start.show")}</button>
    </form>
    ${comune !== "" && place === null ? html`<p class="found" role="status">${c.say("founding.near.unknown", { place: comune })}</p>` : ""}`;
}

function stepPart(c: PageContext, step: number, view: GuideView): Html {
  const { say } = c;
  const { handle } = view.network;
  const more =
    step === PRODUCERS_STEP
      ? producersPart(c, view)
      : step === CHARTER_STEP && view.hasCharter
        ? html`<p><a href="/${handle}/charter">${say("founding.start.charter")}</a></p>`
        : "";
  return html`<li><h2>${say(`founding.step.${step}.title`)}</h2>
      <p>${say(`founding.step.${step}.text`)}</p>
      <p class="does"><strong>${say("founding.start.does")}</strong> ${say(`founding.step.${step}.does`)}</p>${more}</li>`;
}

function producersPart(c: PageContext, { producers, place, month, network }: GuideView): Html | "" {
  const { say } = c;
  if (!place || producers === null) return "";
  const all = `/${network.handle}/directory?${new URLSearchParams({ kind: "producer", comune: place.name, km: "50" })}`;
  const facts = { comune: place.name, month: monthName(c, month), count: producers.length };
  if (producers.length === 0)
    return html`<p>${say("founding.start.noProducers", facts)} <a href="${all}">${say("founding.start.allProducers")}</a></p>`;
  return html`<p>${say("founding.start.producers", facts)}</p>
      <ul>${producers.map(({ name, url, place: where }) => html`<li><a href="${safeUrl(url)}">${name}</a>${where ? ` (${where.name})` : ""}</li>`)}</ul>
      <p><a href="${all}">${say("founding.start.allProducers")}</a></p>`;
}

function foundForm(c: PageContext, state: FormState, { network }: GuideView): Html {
  const { say } = c;
  const label = (name: string) => say(`founding.start.${name}`);
  const labels = Object.fromEntries(
    ["name", "email", "groupName", "comune", "wish", "consent"].map((name) => [name, label(name)]),
  );
  const wishes = FOUNDING_WISHES.map((value) => ({
    value,
    label: say(`founding.wish.${value}.label`),
    hint: say(`founding.wish.${value}.hint`, { name: network.name }),
  }));
  return html`${errorSummary(c, state, labels)}${postForm(
    c,
    { action: c.path },
    html`${textField(c, state, { name: "groupName", label: label("groupName"), hint: label("groupNameHint"), required: true, maxLength: 100 })}
      ${textField(c, state, { name: "comune", label: label("comune"), required: true, maxLength: 80, suggestions: c.placeNames })}
      ${radioField(c, state, { name: "wish", label: label("wish"), required: true, choices: wishes })}
      ${textField(c, state, { name: "name", label: label("name"), required: true, maxLength: 80, autocomplete: "name" })}
      ${textField(c, state, { name: "email", label: label("email"), hint: label("emailHint"), type: "email", required: true, maxLength: 254, autocomplete: "email" })}
      ${checkboxField(c, state, { name: "consent", label: say("founding.start.consentLabel", { name: network.name }), hint: label("consentHint"), required: true })}
      <button type="submit">${label("send")}</button>`,
  )}`;
}

/** The same for every address where there is mail; on a node without, the way to the founding's page. */
export function foundAskedPage(c: PageContext, network: Network, url: string | null): View {
  const { say } = c;
  const { name, handle } = network;
  const back = html`<p><a href="/${handle}">${name}</a></p>`;
  if (url === null)
    return {
      title: say("founding.start.askedTitle"),
      body: html`<p class="lead">${say("founding.start.asked", { name })}</p><p>${say("founding.start.askedMail")}</p>${back}`,
    };
  return {
    title: say("founding.start.askedKeepTitle"),
    body: html`<p class="lead">${say("founding.start.askedKeep", { name })}</p>
      <p class="copy">${url}</p><p><a role="button" href="${url}">${say("founding.start.open")}</a></p>${back}`,
  };
}

/** What a founder's page shows. `mayEnter`: the group is there, and nobody is in it yet; `isMailed`: the node writes to them. */
export type ProgressView = {
  readonly founding: Founding;
  readonly isSaved: boolean;
  readonly mayEnter: boolean;
  readonly isMailed: boolean;
};

/** A founding as its founder follows it: how it stands, which steps are done, and how it ends. */
export function progressPage(
  c: PageContext,
  network: Network & { readonly id: string },
  { founding, isSaved, mayEnter, isMailed }: ProgressView,
): View {
  const { say } = c;
  const { name, state, steps, wish } = founding;
  const how =
    state === "asked" && !isMailed ? "askedNoMail" : state === "agreed" && wish === "hosted" ? "agreedHosted" : state;
  const boxes = STEPS.map(
    (
      step,
    ) => html`<div class="choice"><input type="checkbox" id="step-${step}" name="steps" value="${step}"${steps.includes(step) ? html` checked` : ""}>
        <label for="step-${step}">${say(`founding.step.${step}.title`)}<small>${say(`founding.step.${step}.does`)}</small></label></div>`,
  );
  return {
    title: name,
    body: html`${isSaved ? notice(say("founding.progress.saved")) : ""}
      <p>${statusBadge(MOODS[state], say(`founding.state.${state}`))} ${say(`founding.progress.${how}`, { network: network.name })}</p>
      ${endPart(c, network, founding, mayEnter)}
      <h2>${say("founding.progress.steps")}</h2>
      ${progressLine(say("founding.progress.done", { done: steps.length, all: STEPS.length }), { value: steps.length, max: STEPS.length })}
      ${postForm(c, { action: c.path }, html`<fieldset class="field"><legend>${say("founding.progress.tick")}</legend>${boxes}</fieldset><button type="submit">${say("founding.progress.save")}</button>`)}
      <p><a href="/${network.handle}/start?${new URLSearchParams({ comune: founding.comune })}">${say("founding.progress.guide")}</a></p>
      ${state === "made" ? "" : forgetPart(c)}`,
  };
}

function forgetPart(c: PageContext): Html {
  const { say } = c;
  return html`<h2>${say("founding.seek.forgetTitle")}</h2><p>${say("founding.progress.forgetLead")}</p>
      ${postForm(c, { action: `${c.path}/forget` }, html`<button type="submit" class="quiet">${say("founding.progress.forget")}</button>`)}`;
}

/** What comes next: the door of the group where it is made, what to type where it shall have a node of its own, whom to ask after a no. */
function endPart(
  c: PageContext,
  network: Network & { readonly id: string },
  { state, wish, madeUri }: Founding,
  mayEnter: boolean,
): Html | "" {
  const { say } = c;
  const toNetwork = html`<p><a href="/${network.handle}">${say("founding.progress.network", { network: network.name })}</a></p>`;
  if (madeUri !== null) {
    const page = html`<a${mayEnter ? "" : html` role="button"`} href="${safeUrl(madeUri)}">${say("founding.progress.openGroup")}</a>`;
    if (!mayEnter) return html`<p>${page}</p>`;
    return html`<p>${say("founding.progress.enterLead")}</p>
      ${actionButton(c, { action: `${c.path}/enter`, label: say("founding.progress.enter") })}<p>${page}</p>`;
  }
  if (state === "refused") return toNetwork;
  if (wish === "hosted") return "";
  const { host } = new URL(network.id);
  const commands = ["npm ci", "FILIERA_ORIGIN=https://gas.example.org npm start"];
  return html`<h2>${say("founding.progress.ownTitle")}</h2><p>${say("founding.progress.ownLead")}</p>
      ${commands.map((command) => html`<p class="copy">${command}</p>`)}
      <p>${say("founding.progress.ownJoin", { name: network.name })}</p>
      <p class="copy">${`@${network.handle}@${host}`}</p>`;
}

/** How a network's desk asks for its word about one founding. */
export function decideButtons(c: PageContext, base: string, { id, name }: Founding): Html {
  const { say } = c;
  return html`<div class="actions">${actionButton(c, { action: `${base}/${id}/agree`, label: say("founding.desk.agree"), describe: name })}
      ${actionButton(c, { action: `${base}/${id}/refuse`, label: say("founding.desk.refuse"), describe: name, kind: "quiet" })}</div>`;
}
