// Who keeps a producer's list: the form by which it says so, and the sentence beside the list. Pure: view -> HTML.
import type { Naming } from "../../partners/keeperStore.ts";
import type { Peer } from "../../partners/peer.ts";
import { actionButton, type FormState, postForm, radioField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { statusBadge } from "../../web/parts.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";

/** "Il listino è tenuto da …": both say so. Empty where the producer keeps it itself, and until the other has said yes. */
export function keeperNote({ say }: PageContext, name: string | null | undefined): Html | "" {
  return name ? html`<p>${say("catalogs.keeper.note", { name })}</p>` : "";
}

export type KeepingView = {
  readonly handle: string;
  readonly choices: readonly Peer[];
  /** Who kept it until just now, by IRI, "" for the producer itself: the change can be taken back. Null: nothing was just changed. */
  readonly before: string | null;
  /** Whom it names now, and what that one has said; null: itself. */
  readonly naming: Naming | null;
};

export function keepingPage(c: PageContext, view: KeepingView, state: FormState): View {
  const { say } = c;
  const label = say("catalogs.keeper.who");
  const nameOf = (value: string) => {
    const peer = view.choices.find(({ id }) => id === value);
    return peer ? `${peer.name} (${peer.host})` : say("catalogs.keeper.self");
  };
  const choices = ["", ...view.choices.map(({ id }) => id)].map((value) => ({ value, label: nameOf(value) }));
  const action = `/desk/${view.handle}/catalog/keeper`;
  return {
    title: say("catalogs.keeper.title"),
    ...formStatus(state),
    body: html`${view.before === null ? "" : changedBox(c, action, nameOf(view.before), view.before, state)}
      <p class="lead">${say("catalogs.keeper.lead")}</p>
      ${view.naming ? saidLine(c, view.naming) : ""}
      ${clashBox(c, state, { keptBy: label }, (_, value) => nameOf(value))}
      ${postForm(
        c,
        { action },
        html`${seenField(state)}${radioField(c, state, { name: "keptBy", label, hint: say("catalogs.keeper.hint"), choices })}
        <button type="submit">${say("catalogs.keeper.save")}</button>`,
      )}
      <p>${say("catalogs.keeper.right")} <a href="/desk/${view.handle}/people">${say("catalogs.keeper.people")}</a></p>
      <p><a href="/desk/${view.handle}/catalog">${say("opendata.choice.back")}</a></p>`,
  };
}

/** What who was named has said, and what follows. */
function saidLine({ say }: PageContext, { keeper: { name }, said }: Naming): Html {
  const word = said ?? "waiting";
  return html`<p>${statusBadge(said === "yes" ? "good" : "wait", say(`catalogs.keeper.said.${word}`))} ${say(`catalogs.keeper.then.${word}`, { name })}</p>`;
}

function changedBox(
  { say, ...rest }: PageContext,
  action: string,
  name: string,
  before: string,
  state: FormState,
): Html {
  const fields = { keptBy: before, seen: String(state.seen ?? "") };
  const undo = actionButton({ say, ...rest }, { action, label: say("catalogs.keeper.undo", { name }), fields });
  return html`<div class="notice" role="status"><p>${say("catalogs.keeper.saved")}</p>${undo}</div>`;
}
