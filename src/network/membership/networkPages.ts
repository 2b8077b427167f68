// A network's own desk: who asks, who is in, one member with what may be done about it, the charter, how far it reaches. Pure.
import { NETWORK_LEVELS, type NetworkLevel } from "../../activitypub/actor.ts";
import { domain } from "../../partners/pages.ts";
import type { Peer } from "../../partners/peer.ts";
import { timeTag } from "../../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, radioField, textArea } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { statusBadge, tabs } from "../../web/parts.ts";
import { clashBox, formStatus, seenField } from "../../web/seen.ts";
import { type Charter, MOST_CHARTER } from "./charter.ts";
import { type Membership, MOST_REASON } from "./membership.ts";
import { kindKey } from "./publicPages.ts";

/** A member or somebody who asks. `claims`: whether its own document says that it is in; null: we have no copy. */
export type ShownMember = {
  readonly peer: Peer;
  readonly half: Membership;
  readonly claims: boolean | null;
  readonly keptBack: number;
};

type NetworkTab = "members" | "charter" | "settings";

/** Who asks, who is in, who is no more. */
export function membersDeskPage(
  c: PageContext,
  view: {
    readonly asking: readonly ShownMember[];
    readonly members: readonly ShownMember[];
    readonly former: readonly ShownMember[];
    readonly total: number;
    readonly hasCharter: boolean;
  },
): View {
  const { say } = c;
  const list = (some: readonly ShownMember[]) => html`<ul class="rows">${some.map((one) => memberRow(c, one))}</ul>`;
  return {
    title: say("membership.desk.title"),
    body: html`${networkTabs(c, "members")}
      <p class="lead">${say("membership.desk.lead")}</p>
      ${view.hasCharter ? "" : html`<p class="notice"><a href="${networkPath(c)}/charter">${say("membership.desk.noCharter")}</a></p>`}
      ${view.asking.length === 0 ? "" : html`<section class="notice"><h2>${say("membership.desk.asking", { count: view.asking.length })}</h2>${list(view.asking)}</section>`}
      <h2>${say("membership.desk.members", { count: view.total })}</h2>
      ${view.members.length === 0 ? html`<p class="empty">${say("membership.desk.nobody")}</p>` : list(view.members)}
      ${view.former.length === 0 ? "" : html`<details><summary>${say("membership.desk.former")}</summary>${list(view.former)}</details>`}`,
  };
}

function memberRow(c: PageContext, { peer, half, claims, keptBack }: ShownMember): Html {
  const { say, language, now } = c;
  const marks = [
    half.state === "member" && claims === false ? statusBadge("wait", say("membership.desk.notClaimed")) : "",
    keptBack > 0 ? statusBadge("wait", say("membership.desk.keptBack", { count: keptBack })) : "",
    half.state === "member" || half.state === "asked"
      ? ""
      : statusBadge("plain", say(`membership.state.${half.state}`)),
  ];
  return html`<li class="row"><div><a href="${networkPath(c)}/member?peer=${encodeURIComponent(peer.id)}">${peer.name}</a>
      <small>${domain(peer.host)}${peer.kind ? html` · ${say(kindKey(peer))}` : ""} · ${timeTag(language, half.since ?? half.updatedAt, now)}</small> ${marks}</div></li>`;
}

/** One of them, with everything that may be done about it. */
export function memberDeskPage(c: PageContext, { peer, half, claims }: ShownMember, state: FormState): View {
  const { say, format } = c;
  const label = say("membership.desk.reason");
  const reason = (hint: string) =>
    textArea(c, state, { name: "reason", label, hint: say(hint), required: true, rows: 3, maxLength: MOST_REASON });
  const hidden = html`<input type="hidden" name="peer" value="${peer.id}">`;
  const act = (path: string, hint: string, button: string) =>
    postForm(
      c,
      { action: `${networkPath(c)}/${path}` },
      html`${hidden}${reason(hint)}<button type="submit" class="danger">${say(button)}</button>`,
    );
  const accepted =
    half.charterVersion === null
      ? say("membership.desk.noneAccepted")
      : html`<a href="/${c.seat?.handle ?? ""}/charter/${half.charterVersion}">${say("membership.desk.version", { version: half.charterVersion })}</a>`;
  return {
    title: peer.name,
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${networkTabs(c, "members")}${errorSummary(c, state, { reason: label })}
      <dl class="facts stacked">
        <dt>${say("membership.desk.state")}</dt><dd>${say(`membership.state.${half.state}`)}</dd>
        <dt>${say("membership.desk.address")}</dt><dd><a href="${safeUrl(peer.id)}" rel="noopener noreferrer">${peer.handle ? `@${peer.handle}` : peer.id}</a> ${domain(peer.host)}</dd>
        ${peer.kind ? html`<dt>${say("membership.desk.kind")}</dt><dd>${say(kindKey(peer))}</dd>` : ""}
        <dt>${say("membership.desk.accepted")}</dt><dd>${accepted}</dd>
        ${half.since === null ? "" : html`<dt>${say("membership.desk.since")}</dt><dd>${format.date(half.since)}</dd>`}
        ${half.state === "member" && claims !== null ? html`<dt>${say("membership.desk.claims")}</dt><dd>${say(claims ? "membership.desk.yes" : "membership.desk.notYet")}</dd>` : ""}
        ${half.reason === null ? "" : html`<dt>${label}</dt><dd class="kept-lines">${half.reason}</dd>`}
      </dl>
      ${
        half.state === "asked"
          ? html`${actionButton(c, { action: `${networkPath(c)}/accept`, label: say("membership.desk.accept"), fields: { peer: peer.id } })}
            <h2>${say("membership.desk.refuseTitle")}</h2>${act("refuse", "membership.desk.refuseHint", "membership.desk.refuse")}`
          : ""
      }
      ${half.state === "member" ? html`<h2>${say("membership.desk.removeTitle")}</h2>${act("remove", "membership.desk.removeHint", "membership.desk.remove")}` : ""}
      <p><a href="${networkPath(c)}">${say("membership.desk.back")}</a></p>`,
  };
}

/** The charter in force, its editor, the versions before. */
export function charterDeskPage(
  c: PageContext,
  state: FormState,
  current: Charter | null,
  versions: readonly Pick<Charter, "version" | "createdAt">[],
): View {
  const { say, format } = c;
  const label = say("membership.charter.text");
  const list = versions.map(
    ({ version, createdAt }) =>
      html`<li><a href="/${c.seat?.handle ?? ""}/charter/${version}">${say("membership.charter.version", { version, date: format.date(createdAt) })}</a></li>`,
  );
  return {
    title: say("membership.charter.title"),
    ...formStatus(state),
    body: html`${networkTabs(c, "charter")}<p class="lead">${say("membership.charter.lead")}</p>
      ${clashBox(c, state, { text: label })}${errorSummary(c, state, { text: label })}
      ${postForm(
        c,
        { action: `${networkPath(c)}/charter` },
        html`${seenField(state)}${textArea(c, state, { name: "text", label, hint: say("membership.charter.hint"), required: true, rows: 14, maxLength: MOST_CHARTER })}
        <button type="submit">${say(current ? "membership.charter.saveNew" : "membership.charter.save")}</button>`,
      )}
      ${list.length > 0 ? html`<h2>${say("membership.charter.versions")}</h2><ul>${list}</ul>` : ""}`,
  };
}

/** How far the network reaches, and who decides about requests. */
export function networkSettingsPage(c: PageContext, state: FormState): View {
  const { say } = c;
  const choice = (name: "level" | "admission", values: readonly string[], words: string) =>
    radioField(c, state, {
      name,
      label: say(`membership.settings.${name}`),
      required: true,
      choices: values.map((value) => ({
        value,
        label: say(`${words}.${value}`),
        hint: say(`membership.settings.hint.${value}`),
      })),
    });
  const labels = { level: say("membership.settings.level"), admission: say("membership.settings.admission") };
  const tell = (name: string, value: string) =>
    say(name === "level" ? `web.level.${value}` : `membership.settings.by.${value}`);
  return {
    title: say("membership.settings.title"),
    ...formStatus(state),
    body: html`${networkTabs(c, "settings")}
      ${clashBox(c, state, labels, tell)}${errorSummary(c, state, labels)}
      ${postForm(
        c,
        { action: `${networkPath(c)}/settings` },
        html`${seenField(state)}${choice("level", NETWORK_LEVELS satisfies readonly NetworkLevel[], "web.level")}
        ${choice("admission", ["person", "automatic"], "membership.settings.by")}
        <button type="submit">${say("membership.settings.save")}</button>`,
      )}`,
  };
}

function networkTabs(c: PageContext, current: NetworkTab): Html {
  const { say } = c;
  const way = (name: NetworkTab, path: string) => ({
    href: `${networkPath(c)}${path}`,
    label: say(`membership.tabs.${name}`),
    isCurrent: name === current,
  });
  return tabs(say("membership.desk.title"), [
    way("members", ""),
    way("charter", "/charter"),
    way("settings", "/settings"),
  ]);
}

function networkPath(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/network`;
}
