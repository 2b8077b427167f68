// The actors of a node for who looks after it, and the form for one more. Pure: view -> HTML.
import { type LocalActor, NETWORK_LEVELS } from "../activitypub/actor.ts";
import { errorSummary, type FormState, postForm, radioField, selectField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { statusBadge } from "../web/parts.ts";
import type { MadeActor } from "./actorActions.ts";
import { inviteBox } from "./peoplePages.ts";
import { ACTOR_KINDS } from "./setup/setupPages.ts";

export const NODE_ACTORS_PATH = "/node/actors";
export const ADMINISTRATORS = ["me", "other"] as const;

/** An actor with how many people can act for it. */
type ListedActor = { readonly actor: LocalActor; readonly keepers: number };

/** `made`: the one that was just made, with the invitation of who shall administer it. */
export type ActorsView = {
  readonly actors: readonly ListedActor[];
  readonly made: (MadeActor & { readonly isMailed: boolean }) | null;
  /** The whole node closes: nothing new begins here. */
  readonly isClosing: boolean;
};

export function actorsPage(c: PageContext, state: FormState, view: ActorsView): View {
  const { say } = c;
  const { made } = view;
  const invitation = made?.invitation;
  return {
    title: say("founding.further.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${made ? html`<p class="notice" role="status">${say("founding.further.made")} <a href="/${made.handle}">${`@${made.handle}`}</a></p>` : ""}
      ${invitation ? inviteBox(c, invitation, say(made?.isMailed ? "founding.further.mailed" : "founding.further.handOn")) : ""}
      <p class="lead">${say("founding.further.lead")}</p>
      <ul class="rows">${view.actors.map((one) => actorRow(c, one))}</ul>
      <h2>${say("founding.further.another")}</h2>
      ${view.isClosing ? html`<p class="empty">${say("founding.further.closing")}</p>` : actorForm(c, state)}`,
  };
}

function actorRow(c: PageContext, { actor, keepers }: ListedActor): Html {
  const { say } = c;
  const { handle, name, kind, level, place, retiredAt } = actor;
  const what = level === null ? say(`web.kind.${kind}`) : say(`web.level.${level}`);
  return html`<li class="row"><div><a href="/${handle}">${name}</a> <small>${what}${place ? html` · ${place}` : ""} · ${`@${handle}`}</small></div>
      <div>${keepers === 0 ? statusBadge("wait", say("founding.further.nobody")) : ""}${retiredAt === null ? "" : statusBadge("plain", say("founding.further.retired"))}</div></li>`;
}

function actorForm(c: PageContext, state: FormState): Html {
  const { say } = c;
  const label = (name: string) =>
    say(name === "kind" || name === "level" ? `founding.further.${name}` : `setup.who.${name}`);
  const who = say("founding.further.administrator");
  const labels = {
    ...Object.fromEntries(["kind", "level", "name", "handle", "place"].map((name) => [name, label(name)])),
    ...{ administrator: who, email: say("founding.further.email") },
  };
  const kinds = ACTOR_KINDS.map((kind) => ({
    value: kind,
    label: say(`web.kind.${kind}`),
    hint: say(`setup.kindHint.${kind}`),
  }));
  const levels = NETWORK_LEVELS.map((value) => ({ value, label: say(`web.level.${value}`) }));
  const administrators = ADMINISTRATORS.map((value) => ({
    value,
    label: say(`founding.further.who.${value}`),
    hint: say(`founding.further.whoHint.${value}`),
  }));
  return html`${errorSummary(c, state, labels)}${postForm(
    c,
    { action: NODE_ACTORS_PATH },
    html`${radioField(c, state, { name: "kind", label: label("kind"), required: true, choices: kinds })}
      ${selectField(c, state, { name: "level", label: label("level"), hint: say("setup.levelHint"), choices: levels })}
      ${textField(c, state, { name: "name", label: label("name"), hint: say("setup.who.nameHint"), required: true, maxLength: 100 })}
      ${textField(c, state, { name: "handle", label: label("handle"), hint: say("setup.who.handleHint", { host: new URL(c.origin).host }), required: true, maxLength: 30 })}
      ${textField(c, state, { name: "place", label: label("place"), required: true, maxLength: 80, suggestions: c.placeNames })}
      ${radioField(c, state, { name: "administrator", label: who, required: true, choices: administrators })}
      ${textField(c, state, { name: "email", label: labels.email, hint: say("founding.further.emailHint"), type: "email", maxLength: 254 })}
      <button type="submit">${say("founding.further.submit")}</button>`,
  )}`;
}
