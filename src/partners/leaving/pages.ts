// The page on which an actor or the whole node is closed: what happens, what must be over before, how far it is, who was not reached. Pure.
import type { OwedLetter } from "../../activitypub/outboxListStore.ts";
import { timeTag } from "../../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { type Mood, notice, progressLine, statusBadge } from "../../web/parts.ts";
import { troubleOf } from "../hosts/health.ts";
import { domain } from "../pages.ts";
import { type Affair, closesBy, type Departure, lettersLeaveAt, type Phase, phaseOf } from "./leaving.ts";

export const NODE_LEAVING_PATH = "/node/leaving";
/** The pages of docs that say it all, with what is done at the machine. */
const GUIDE = "docs/LEAVING.md";
const MOODS: Readonly<Record<Phase, Mood>> = { waiting: "wait", leaving: "wait", gone: "plain" };

/** One actor with what it still has and how far it is; `departure` null: it works. */
export type ActorLeaving = {
  readonly name: string;
  readonly handle: string;
  readonly departure: Departure | null;
  readonly affairs: readonly Affair[];
  readonly pacts: number;
  readonly followers: number;
  readonly followed: number;
  readonly letters: { readonly total: number; readonly arrived: number };
  readonly unreached: readonly OwedLetter[];
};

/** `typed`: what must be typed to close it. `mayKeep`: nothing has left yet, and it is this page's to take back. */
export type LeavingView = {
  readonly base: string;
  readonly isNode: boolean;
  readonly name: string;
  readonly typed: string;
  readonly isDecided: boolean;
  readonly mayKeep: boolean;
  readonly actors: readonly ActorLeaving[];
  /** Of one actor: where it moved to, and where it was before; null on the node's page. */
  readonly moves: { readonly movedTo: string | null; readonly alsoKnownAs: string | null } | null;
};

export function leavingPage(c: PageContext, view: LeavingView, state: FormState): View {
  const { say } = c;
  const { name, isNode, isDecided } = view;
  const hasErrors = Object.keys(state.errors).length > 0;
  return {
    title: say(isNode ? "leaving.titleNode" : "leaving.title"),
    ...(hasErrors ? { status: 422 } : {}),
    body: html`<p class="lead">${say(isNode ? "leaving.leadNode" : "leaving.lead", { name })}</p>
      ${isDecided ? decided(c, view) : undecided(c, view, state)}
      ${isDecided ? "" : moving(c, view, state)}
      ${takeAlong(c, view)}`,
  };
}

function undecided(c: PageContext, view: LeavingView, state: FormState): Html {
  const { say } = c;
  const affairs = view.actors.flatMap((actor) => actor.affairs.map((affair) => ({ actor, affair })));
  return html`<h2>${say("leaving.close")}</h2>
    <ol>${["now", "after", "then", "forever"].map((step) => html`<li>${say(`leaving.happens.${step}`)}</li>`)}</ol>
    ${view.actors.map((actor) => ties(c, actor, view.isNode))}
    ${affairs.length > 0 ? openAffairs(c, view, affairs) : closeForm(c, view, state)}`;
}

function ties({ say, format }: PageContext, actor: ActorLeaving, isNamed: boolean): Html {
  const { pacts, followers, followed } = actor;
  const facts = { pacts: format.count(pacts), followers: format.count(followers), followed: format.count(followed) };
  return html`<p>${isNamed ? html`<strong>${actor.name}</strong>: ` : ""}${say("leaving.ties", facts)}</p>`;
}

/** What must come to its end first, each a link to where that is done. */
function openAffairs(
  { say }: PageContext,
  { isNode }: LeavingView,
  affairs: readonly { readonly actor: ActorLeaving; readonly affair: Affair }[],
): Html {
  const line = ({ actor, affair: { what, name, path } }: (typeof affairs)[number]) =>
    html`<li><a href="/desk/${actor.handle}/${path}">${say(`leaving.affair.${what}`, { name })}</a>${isNode ? html` <small>${actor.name}</small>` : ""}</li>`;
  return html`<div class="problems"><h3>${say("leaving.open", { count: affairs.length })}</h3>
    <p>${say("leaving.openHint")}</p><ul>${affairs.map(line)}</ul></div>`;
}

function closeForm(c: PageContext, view: LeavingView, state: FormState): Html {
  const { say } = c;
  const label = say(view.isNode ? "leaving.typeHost" : "leaving.typeHandle", { name: view.typed });
  const errors: FormState["errors"] = "name" in state.errors ? { name: state.errors.name! } : {};
  const shown = { errors, typed: { name: state.typed.name ?? "" } };
  return html`${errorSummary(c, shown, { name: label })}${postForm(
    c,
    { action: `${view.base}/retire` },
    html`${textField(c, shown, { name: "name", label, required: true, maxLength: 300 })}
      <button type="submit" class="danger">${say("leaving.retire", { name: view.name })}</button>`,
  )}`;
}

function decided(c: PageContext, view: LeavingView): Html {
  const { say } = c;
  const keep = view.mayKeep
    ? actionButton(c, { action: `${view.base}/keep`, label: say("leaving.keep"), kind: "quiet" })
    : "";
  return html`${view.actors.length === 0 ? notice(say("leaving.decidedEmpty")) : ""}
    ${view.actors.map((actor) => progress(c, actor))}${keep}`;
}

function progress(c: PageContext, actor: ActorLeaving): Html {
  const { say, language, now } = c;
  const { departure, letters, unreached } = actor;
  if (departure === null) return html``;
  const phase = phaseOf(departure);
  const at = { waiting: lettersLeaveAt(departure), leaving: closesBy(departure), gone: departure.goneAt ?? now }[phase];
  const line =
    phase === "waiting" || letters.total === 0
      ? ""
      : progressLine(say("leaving.letters", letters), { value: letters.arrived, max: letters.total });
  return html`<section class="card"><h2>${actor.name}</h2>
    <p>${statusBadge(MOODS[phase], say(`leaving.phase.${phase}`))}</p>
    <p>${say(`leaving.at.${phase}`)} ${timeTag(language, at, now)}. ${say(`leaving.says.${phase}`)}</p>
    ${line}
    ${unreached.length > 0 ? html`<h3>${say("leaving.unreached", { count: unreached.length })}</h3><ul>${unreached.map((letter) => unreachedLine(c, letter))}</ul>` : ""}</section>`;
}

function unreachedLine({ say }: PageContext, { host, state, lastError }: OwedLetter): Html {
  const isTried = state === "pending" || state === "leased";
  const trouble =
    lastError === null ? "" : html`: ${say(`partners.trouble.${troubleOf(lastError)}`)} <small>${lastError}</small>`;
  return html`<li>${domain(host)} (${say(isTried ? "leaving.stillTried" : "leaving.givenUp")})${trouble}</li>`;
}

function moving(c: PageContext, view: LeavingView, state: FormState): Html {
  const { say } = c;
  return html`<h2>${say("leaving.move")}</h2><p>${say("leaving.moveSame")}</p>
    <p>${say(view.isNode ? "leaving.moveNode" : "leaving.moveOther")} <code>${GUIDE}</code></p>
    ${view.moves === null ? "" : movingElsewhere(c, view.base, view.moves, state)}`;
}

/** The two halves of a move to another name: the new address says what it was, then the old one what it is. */
function movingElsewhere(
  c: PageContext,
  base: string,
  { movedTo, alsoKnownAs }: NonNullable<LeavingView["moves"]>,
  state: FormState,
): Html {
  const { say } = c;
  if (movedTo !== null)
    return notice(html`${say("leaving.movedAway")} <a href="${movedTo}">${movedTo}</a>. ${say("leaving.movedNext")}`);
  const form = (half: "former" | "target", kind: "quiet" | "danger") => {
    const label = say(`leaving.${half}.label`);
    const shown = { typed: { [half]: state.typed[half] ?? "" }, errors: state.errors };
    const errors =
      half in state.errors
        ? errorSummary(c, { ...shown, errors: { [half]: state.errors[half]! } }, { [half]: label })
        : "";
    return html`<h3>${say(`leaving.${half}.title`)}</h3><p>${say(`leaving.${half}.hint`)}</p>${errors}${postForm(
      c,
      { action: `${base}/${half}` },
      html`${textField(c, shown, { name: half, label, required: true, maxLength: 500 })}
        <button type="submit" class="${kind}">${say(`leaving.${half}.act`)}</button>`,
    )}`;
  };
  const said = alsoKnownAs === null ? "" : html`<p>${say("leaving.former.said")} <code>${alsoKnownAs}</code></p>`;
  return html`<p>${say("leaving.elsewhere")}</p>${said}${form("former", "quiet")}${form("target", "danger")}`;
}

function takeAlong({ say }: PageContext, { isNode }: LeavingView): Html {
  const link = isNode
    ? html`<a href="/node/health">${say("leaving.takeAll")}</a>`
    : html`<a href="/account/data">${say("leaving.takeOwn")}</a>`;
  return html`<h2>${say("leaving.take")}</h2><p>${say("leaving.takeHint")} ${link}</p>`;
}
