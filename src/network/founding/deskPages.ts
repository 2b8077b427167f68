// A network's desk for new groups: how many seek and where, who founds; and what whoever looks after the node has to make. Pure: view -> HTML.
import { inviteBox } from "../../members/peoplePages.ts";
import { timeTag } from "../../web/format.ts";
import { type FormState, idOf, postForm } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState, type Mood, statusBadge } from "../../web/parts.ts";
import { FEWEST_HOUSEHOLDS } from "./budding.ts";
import type { Budding } from "./budStore.ts";
import type { FoundingState } from "./guide.ts";
import { FEWEST_COUNTED, NEAR_KM, type SeekerCircle } from "./seeking.ts";
import { decideButtons } from "./startPages.ts";
import type { Founding } from "./store.ts";

const MOODS: Readonly<Record<FoundingState, Mood>> = { asked: "wait", agreed: "good", refused: "plain", made: "good" };
export const HOSTING_PATH = "/node/hosting";

/** `founders`: how many of all who seek would found a group; null: fewer than five. */
export type FoundingDeskView = {
  readonly circles: readonly SeekerCircle[];
  readonly founders: number | null;
  readonly foundings: readonly Founding[];
};

/** How many seek, never who; and who founds, whom the network answers. */
export function foundingDeskPage(c: PageContext, view: FoundingDeskView): View {
  const { say } = c;
  const handle = c.seat?.handle ?? "";
  const waiting = view.foundings.filter(({ state }) => state === "asked");
  const others = view.foundings.filter(({ state }) => state !== "asked");
  const list = (some: readonly Founding[]) => html`<ul class="rows">${some.map((one) => foundingRow(c, one))}</ul>`;
  return {
    title: say("founding.desk.title"),
    body: html`<p class="lead">${say("founding.desk.lead")}</p>
      <p><a href="/${handle}/near">${say("founding.near.title")}</a> · <a href="/${handle}/start">${say("founding.start.title")}</a></p>
      <h2>${say("founding.desk.asking", { count: waiting.length })}</h2>
      ${waiting.length === 0 ? html`<p class="empty">${say("founding.desk.nobody")}</p>` : list(waiting)}
      <h2>${say("founding.desk.seeking")}</h2>
      ${view.circles.length === 0 ? emptyState({ text: say("founding.desk.noSeekers") }) : html`<ul class="rows">${view.circles.map((circle) => circleRow(c, circle))}</ul>`}
      ${view.circles.length === 0 || view.founders === null ? "" : html`<p>${say("founding.desk.founders", { count: view.founders })}</p>`}
      <p><small>${say("founding.desk.counted", { fewest: FEWEST_COUNTED })}</small></p>
      ${others.length === 0 ? "" : html`<h2>${say("founding.desk.others")}</h2>${list(others)}`}`,
  };
}

function circleRow({ say }: PageContext, { comune, count }: SeekerCircle): Html {
  const where = say("founding.desk.around", { comune, km: NEAR_KM });
  return html`<li class="row"><div>${where}</div><div>${count === null ? say("founding.desk.few", { fewest: FEWEST_COUNTED }) : say("founding.desk.families", { count })}</div></li>`;
}

function foundingRow(c: PageContext, founding: Founding): Html {
  const { say, language, now } = c;
  const { name, comune, wish, state, steps, byName, byEmail, createdAt, madeUri } = founding;
  const base = `/desk/${c.seat?.handle ?? ""}/network/founding`;
  return html`<li class="row"><div><strong>${madeUri === null ? name : html`<a href="${safeUrl(madeUri)}">${name}</a>`}</strong> · ${comune}
      <small>${byName} · <a href="mailto:${byEmail}">${byEmail}</a> · ${timeTag(language, createdAt, now)}</small>
      <small>${say(`founding.wish.${wish}.short`)} · ${say("founding.desk.steps", { count: steps.length })}</small></div>
      ${state === "asked" ? decideButtons(c, base, founding) : statusBadge(MOODS[state], say(`founding.state.${state}`))}</li>`;
}

/** A group that waits to be made out of another: how many households go, who would administer it. */
export type BudToMake = {
  readonly budding: Budding;
  readonly groupName: string;
  readonly going: number;
  readonly runners: readonly { readonly personId: string; readonly name: string }[];
};

export type HostingView = {
  readonly toHost: readonly { readonly founding: Founding; readonly networkName: string; readonly handle: string }[];
  readonly buds: readonly BudToMake[];
  readonly made: {
    readonly url: string;
    readonly expiresAt: number;
    readonly name: string;
    readonly isMailed: boolean;
  } | null;
  /** The new group that was made out of another; null: none just now. */
  readonly bud: { readonly handle: string; readonly notFollowed: readonly string[] } | null;
};

/** What networks and groups have agreed on, for whoever looks after the node. `state` belongs to the form of `id`. */
export function hostingPage(c: PageContext, view: HostingView, form: { id: string; state: FormState } | null): View {
  const { say } = c;
  const { toHost, buds, made, bud } = view;
  return {
    title: say("founding.host.title"),
    ...(form ? { status: 422 } : {}),
    body: html`${made ? inviteBox(c, made, say(made.isMailed ? "founding.host.mailed" : "founding.host.handOn", { name: made.name })) : ""}
      ${bud ? budMade(c, bud) : ""}
      <p class="lead">${say("founding.host.lead")}</p>
      ${toHost.length + buds.length === 0 ? emptyState({ text: say("founding.host.nothing"), action: { href: "/node/actors", label: say("founding.further.nav") } }) : ""}
      ${toHost.map((one) => hostPart(c, one, form?.id === one.founding.id ? form.state : null))}
      ${buds.map((one) => budPart(c, one))}`,
  };
}

function hostPart(
  c: PageContext,
  { founding, networkName, handle }: HostingView["toHost"][number],
  state: FormState | null,
): Html {
  const { say, language, now } = c;
  const { id, name, comune, byName, decidedAt, createdAt } = founding;
  const field = `${idOf("handle")}-${id}`;
  const reason = state?.errors.handle;
  const typed = state ? String(state.typed.handle ?? "") : handle;
  const notes = [`${field}-hint`, ...(reason ? [`${field}-error`] : [])].join(" ");
  return html`<section class="card"><h2>${name}</h2>
      <p>${say("founding.host.agreed", { network: networkName, name: byName, comune })} ${timeTag(language, decidedAt ?? createdAt, now)}</p>
      ${postForm(
        c,
        { action: `${HOSTING_PATH}/${id}/make` },
        html`<div class="${reason ? "field bad" : "field"}"><label for="${field}">${say("setup.who.handle")}</label>
          <small class="hint" id="${field}-hint">${say("setup.who.handleHint", { host: new URL(c.origin).host })}</small>
          ${reason ? html`<small class="error" id="${field}-error" role="alert">${say(`form.reason.${reason}`)}</small>` : ""}
          <input id="${field}" name="handle" type="text" value="${typed}" maxlength="30" autocomplete="off" required aria-describedby="${notes}"${reason ? html` aria-invalid="true"` : ""}></div>
          <button type="submit" aria-label="${`${say("founding.host.make")}: ${name}`}">${say("founding.host.make")}</button>`,
      )}</section>`;
}

function budPart(c: PageContext, { budding, groupName, going, runners }: BudToMake): Html {
  const { say } = c;
  const { id, name, comune, handle } = budding;
  const isEnough = going >= FEWEST_HOUSEHOLDS;
  const facts = { group: groupName, comune, count: going };
  return html`<section class="card"><h2>${name}</h2>
      <p>${say("founding.host.bud", facts)} <small>${`@${handle}`}</small></p>
      ${
        !isEnough || runners.length === 0
          ? html`<p class="empty">${isEnough ? say("founding.host.noRunner") : say("founding.host.budFew", { fewest: FEWEST_HOUSEHOLDS })}</p>`
          : postForm(
              c,
              { action: `${HOSTING_PATH}/bud/${id}/make` },
              html`<fieldset class="field"><legend>${say("founding.host.runner")}</legend>${runners.map(
                ({ personId, name: person }, i) =>
                  html`<div class="choice"><input type="radio" id="runner-${id}-${i}" name="runner" value="${personId}"${i === 0 ? html` checked` : ""}><label for="runner-${id}-${i}">${person}</label></div>`,
              )}</fieldset>
              <button type="submit" aria-label="${`${say("founding.host.makeBud")}: ${name}`}">${say("founding.host.makeBud")}</button>`,
            )
      }</section>`;
}

function budMade(c: PageContext, { handle, notFollowed }: NonNullable<HostingView["bud"]>): Html {
  const { say } = c;
  return html`<div class="notice" role="status"><p>${say("founding.host.budMade")} <a href="/${handle}">${`@${handle}`}</a></p>
      ${notFollowed.length === 0 ? "" : html`<p>${say("founding.host.notFollowed")}</p><ul>${notFollowed.map((peer) => html`<li><a href="${safeUrl(peer)}">${peer}</a></li>`)}</ul>`}</div>`;
}
