// A network's desk for the hub: which programs may send lists, which lists they sent, the address that others set, and VAT numbers that
// more than one producer says. Pure.
import { timeTag } from "../../web/format.ts";
import { actionButton, errorSummary, type FormState, postForm, textField } from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { statusBadge } from "../../web/parts.ts";
import type { NamedClaim } from "./claimStore.ts";
import type { HubListHead, HubToken } from "./store.ts";

/** `made` is a token just made, shown this once; null: none. */
export type HubView = {
  readonly tokens: readonly HubToken[];
  readonly lists: readonly HubListHead[];
  /** By VAT number, who says it, the first first. */
  readonly disputes: ReadonlyMap<string, readonly NamedClaim[]>;
  readonly made: string | null;
  readonly state: FormState;
};

export const NAME_MAX = 80;

export function hubPage(c: PageContext, view: HubView): View {
  const { say } = c;
  const { tokens, lists, disputes, state } = view;
  const label = say("opendata.hub.name");
  return {
    title: say("opendata.hub.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${view.made === null ? "" : madeBox(c, view.made)}
      <p class="lead">${say("opendata.hub.lead")}</p>
      <dl class="facts stacked"><dt>HUB_URL</dt><dd class="copy">${c.origin}</dd>
        <dt>${say("opendata.hub.listAt")}</dt><dd><a href="/api/list">${c.origin}/api/list</a></dd></dl>
      <p>${say("opendata.hub.whoIsIn")}</p>
      ${disputes.size === 0 ? "" : html`<h2>${say("opendata.hub.disputes")}</h2><p>${say("opendata.hub.disputesLead")}</p>${[...disputes].map(([vat, claims]) => disputePart(c, vat, claims))}`}
      <h2>${say("opendata.hub.tokens")}</h2>
      <p>${say("opendata.hub.tokensLead")}</p>
      ${tokens.length === 0 ? "" : html`<ul class="rows">${tokens.map((token) => tokenRow(c, token))}</ul>`}
      ${errorSummary(c, state, { name: label })}
      ${postForm(
        c,
        { action: `${hubPath(c)}/token` },
        html`${textField(c, state, { name: "name", label, hint: say("opendata.hub.nameHint"), required: true, maxLength: NAME_MAX })}
        <button type="submit">${say("opendata.hub.make")}</button>`,
      )}
      <h2>${say("opendata.hub.lists")}</h2>
      ${lists.length === 0 ? html`<p class="empty">${say("opendata.hub.noLists")}</p>` : html`<ul class="rows">${lists.map((list) => listRow(c, list, tokens))}</ul>`}`,
  };
}

/** The one time the token is seen: with all that the other program needs. */
function madeBox(c: PageContext, token: string): Html {
  return html`<section class="notice" role="status"><h2>${c.say("opendata.hub.made")}</h2>
      <p>${c.say("opendata.hub.madeOnce")}</p>
      <p class="copy">${c.origin}/api/push/${token}</p></section>`;
}

function tokenRow(c: PageContext, token: HubToken): Html {
  const { say, language, now } = c;
  const { id, name, createdAt, usedAt, revokedAt } = token;
  const used =
    usedAt === null ? say("opendata.hub.unused") : html`${say("opendata.hub.used")} ${timeTag(language, usedAt, now)}`;
  const act =
    revokedAt === null
      ? actionButton(c, {
          ...{
            action: `${hubPath(c)}/revoke`,
            label: say("opendata.hub.revoke"),
            fields: { id },
            kind: "danger",
            describe: name,
          },
        })
      : statusBadge("plain", say("opendata.hub.revoked"));
  return html`<li class="row"><div>${name}<small>${say("opendata.hub.since")} ${timeTag(language, createdAt, now)} · ${used}</small></div><div>${act}</div></li>`;
}

function listRow(c: PageContext, list: HubListHead, tokens: readonly HubToken[]): Html {
  const { say, language, now } = c;
  const { vat, name, locality, products, sentAt, tokenId } = list;
  const by = tokens.find(({ id }) => id === tokenId)?.name ?? "";
  return html`<li class="row"><div><a href="/api/get/${vat}">${name}</a>
      <small>${[vat, locality].filter((part) => part !== "").join(" · ")} · ${say("opendata.hub.products", { count: products })}</small>
      <small>${say("opendata.hub.sentFrom", { name: by })} ${timeTag(language, sentAt, now)}</small></div>
      <div>${actionButton(c, { action: `${hubPath(c)}/remove`, label: say("opendata.hub.remove"), fields: { vat }, kind: "quiet", describe: name })}</div></li>`;
}

/** Who says the same number; whoever does not hold it may be given it, and a holder be confirmed while others wait. */
function disputePart(c: PageContext, vat: string, claims: readonly NamedClaim[]): Html {
  const { say, language, now } = c;
  const isOpen = claims.some(({ standing }) => standing === "claims");
  const rows = claims.map(({ subject, name, standing, since }) => {
    const shown = name || subject;
    const act =
      standing === "holds" && !isOpen
        ? ""
        : actionButton(c, {
            ...{ action: `${hubPath(c)}/assign`, label: say("opendata.hub.isIts"), fields: { vat, subject } },
            ...{ kind: "quiet", describe: `${shown}, ${vat}` },
          });
    return html`<li class="row"><div><a href="${safeUrl(subject)}" rel="noopener">${shown}</a>
      <small>${new URL(subject).host} · ${say("opendata.hub.saysSince")} ${timeTag(language, since, now)}</small>
      ${statusBadge(standing === "holds" ? "good" : standing === "claims" ? "wait" : "plain", say(`opendata.hub.standing.${standing}`))}</div><div>${act}</div></li>`;
  });
  return html`<h3>${vat}</h3><ul class="rows">${rows}</ul>`;
}

function hubPath(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/network/hub`;
}
