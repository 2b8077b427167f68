// A pact as people read it: what it says, with whom, under which keys, and what they can do about it. Pure.
import { timeTag } from "../../web/format.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  FRESH,
  postForm,
  textArea,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { fingerprintOf } from "../keys/fingerprint.ts";
import { desk, domain, peerName } from "../pages.ts";
import type { Peer } from "../peer.ts";
import {
  isOpenForOrders,
  openRevision,
  type Pact,
  type PactKey,
  type Party,
  PROPOSAL_WAITS_DAYS,
  type Revision,
  revisionInForce,
} from "./pact.ts";

export type PactView = {
  readonly pact: Pact;
  readonly party: Party;
  readonly peer: Peer;
  readonly state: "proposed" | "live" | "refused" | "ended";
  readonly resumeAt: number | null;
  /** When our own proposal is taken back if nobody answers; null where none waits. */
  readonly withdrawnAt: number | null;
  /** The key pinned for the peer, and the one its own document shows today where it is another. */
  readonly pinned: PactKey | null;
  readonly shownNow: PactKey | null;
  /** When the peer's own node said that it is no more; null: it is there. */
  readonly goneAt: number | null;
  /** Where the peer moved to, as both its addresses say, with the key of the new one; null: it has not. */
  readonly movedTo: { readonly id: string; readonly name: string; readonly multibase: string } | null;
  readonly mayDecide: boolean;
};

/** One pact whole. */
export function pactPage(c: PageContext, view: PactView, state: FormState = FRESH): View {
  const { say } = c;
  const { pact, peer, party, mayDecide } = view;
  const inForce = revisionInForce(pact);
  const open = openRevision(pact);
  const other = view.shownNow && view.pinned && view.shownNow.multibase !== view.pinned.multibase;
  return {
    title: say("partners.pact.title", { name: peer.name }),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${peerName(c, peer)}</p>
      <p>${say(`partners.pact.side.${party}`)} <strong>${say(`partners.pacts.state.${view.state}`)}</strong></p>
      ${view.goneAt === null ? "" : html`<div class="problems"><p>${say("leaving.peer.gone", { date: c.format.date(view.goneAt) })}</p></div>`}
      ${view.movedTo === null ? "" : moved(c, peer, view.movedTo, mayDecide)}
      ${other ? html`<div class="problems"><h2>${say("partners.pact.otherKeyTitle")}</h2><p>${say("partners.pact.otherKey")}</p></div>` : ""}
      ${open ? proposal(c, view, open, state) : ""}
      ${inForce ? html`<h2>${say("partners.pact.inForce")}</h2>${termsList(c, inForce)}${halves(c, view)}` : ""}
      ${view.pinned ? html`<h2>${say("partners.pact.keys")}</h2>${fingerprints(c, view, inForce?.keys ?? open?.keys ?? [])}` : ""}
      ${mayDecide && (view.state === "live" || view.state === "proposed") ? endForm(c, view) : ""}`,
  };
}

/** A peer that moved: nothing moves with it before people on both sides have compared keys and made the pact anew. */
function moved(c: PageContext, peer: Peer, to: NonNullable<PactView["movedTo"]>, mayDecide: boolean): Html {
  const { say } = c;
  const propose = `${desk(c)}/propose?peer=${encodeURIComponent(to.id)}`;
  return html`<div class="notice"><h2>${say("leaving.peer.moved", { name: peer.name })}</h2>
    <p><code>${to.id}</code></p><p>${say("leaving.peer.movedHint", { name: to.name })}</p>
    <dl class="facts stacked"><dt>${say("leaving.peer.movedKey")}</dt><dd><code>${fingerprintOf(to.multibase)}</code></dd></dl>
    ${mayDecide ? html`<p><a role="button" href="${propose}">${say("leaving.peer.movedConfirm")}</a></p>` : ""}</div>`;
}

/** What waits for an answer: ours to give with a comparison, or the peer's. */
function proposal(c: PageContext, view: PactView, open: Revision, state: FormState): Html {
  const { say, language, now } = c;
  const { pact, party, mayDecide, withdrawnAt } = view;
  const isTheirs = open.offeredBy !== party;
  const isNew = revisionInForce(pact) === null;
  const hidden = html`<input type="hidden" name="iri" value="${pact.iri}"><input type="hidden" name="revision" value="${open.revision}">`;
  const compared = { name: "compared", label: say("partners.pact.compared"), required: true };
  const answer = html`${errorSummary(c, state, { compared: compared.label })}
    ${isNew ? html`<h3>${say("partners.pact.compareTitle")}</h3><p>${say("partners.pact.compareLead")}</p>${fingerprints(c, view, open.keys)}` : ""}
    ${postForm(c, { action: `${desk(c)}/pact/accept` }, html`${hidden}${isNew ? checkboxField(c, state, compared) : ""}<button type="submit">${say("partners.pact.accept")}</button>`)}
    ${actionButton(c, { action: `${desk(c)}/pact/refuse`, label: say("partners.pact.refuse"), fields: { iri: pact.iri, revision: String(open.revision) }, kind: "danger" })}`;
  const waiting = html`<p>${say("partners.pact.waitsForThem")}</p>
    ${withdrawnAt === null ? "" : html`<p>${say("partners.pact.withdrawnAt")} ${timeTag(language, withdrawnAt, now)}</p>`}`;
  const patience = isNew ? html`<p>${say("partners.pact.waitsForUs", { days: PROPOSAL_WAITS_DAYS })}</p>` : "";
  return html`<section class="card"><h2>${say(isNew ? "partners.pact.proposal" : "partners.pact.newTerms")}</h2>
    ${termsList(c, open)}
    ${isTheirs ? html`${patience}${mayDecide ? answer : ""}` : waiting}</section>`;
}

function termsList(c: PageContext, { terms, endsAt }: Revision): Html {
  const { say, format, language, now } = c;
  const percent = `${terms.priceDeltaHundredthsPercent > 0 ? "+" : ""}${format.quantity(terms.priceDeltaHundredthsPercent * 10)} %`;
  const people = terms.referents.map(
    ({ name, email }) => html`<div>${name}: <a href="mailto:${email}">${email}</a></div>`,
  );
  return html`<dl class="facts stacked">
    <dt>${say("partners.terms.subset")}</dt><dd>${terms.catalogSubset.map((iri) => html`<div>${iri.endsWith("/catalog") ? say("catalogs.public.all") : iri}</div>`)}</dd>
    <dt>${say("partners.terms.delta")}</dt><dd>${percent}</dd>
    <dt>${say("partners.terms.minOrder")}</dt><dd>${format.money(terms.minOrderCents)}</dd>
    <dt>${say("partners.terms.deliveryCost")}</dt><dd>${format.money(terms.deliveryCostCents)}</dd>
    <dt>${say("partners.terms.leadDays")}</dt><dd>${say("partners.terms.days", { count: terms.leadDays })}</dd>
    ${people.length > 0 ? html`<dt>${say("partners.terms.referents")}</dt><dd>${people}</dd>` : ""}
    ${endsAt === null ? "" : html`<dt>${say("partners.terms.until")}</dt><dd>${timeTag(language, endsAt, now)}</dd>`}
  </dl>`;
}

/** Both keys, for both people to read to each other by telephone, and the domain in both spellings. */
function fingerprints(c: PageContext, { pact, party, peer, pinned }: PactView, keys: readonly PactKey[]): Html {
  const { say } = c;
  const ownId = party === "buyer" ? pact.buyer : pact.seller;
  const ours = keys.find(({ owner }) => owner === ownId);
  const theirs = pinned ?? keys.find(({ owner }) => owner === peer.id);
  const key = (label: string, one: PactKey | undefined) =>
    one ? html`<dt>${label}</dt><dd><code>${fingerprintOf(one.multibase)}</code></dd>` : "";
  return html`<dl class="facts stacked"><dt>${say("partners.pact.domain")}</dt><dd>${domain(peer.host)}</dd>
    ${key(say("partners.pact.theirKey"), theirs)}${key(say("partners.pact.ourKey"), ours)}</dl>`;
}

function halves(c: PageContext, view: PactView): Html {
  const { say, language, now } = c;
  const { pact, party, peer, resumeAt, mayDecide } = view;
  if (view.state !== "live") return html``;
  const ours = pact.halves[party]?.status ?? "active";
  const theirs = pact.halves[party === "buyer" ? "seller" : "buyer"]?.status ?? "active";
  const suspend = html`${postForm(
    c,
    { action: `${desk(c)}/pact/suspend` },
    html`<input type="hidden" name="iri" value="${pact.iri}">
      ${textField(c, FRESH, { name: "until", label: say("partners.pact.suspendUntil"), hint: say("partners.pact.suspendHint"), type: "date", short: true })}
      <button type="submit" class="quiet">${say("partners.pact.suspend")}</button>`,
  )}`;
  const resume = actionButton(c, {
    action: `${desk(c)}/pact/resume`,
    label: say("partners.pact.resume"),
    fields: { iri: pact.iri },
  });
  const about = `iri=${encodeURIComponent(pact.iri)}`;
  const change = `${desk(c)}/terms?${about}`;
  const quotas =
    party === "seller" && c.seat?.actorKind === "producer"
      ? html`<a href="${desk(c)}/quotas?${about}">${say("partners.pact.quotas")}</a>`
      : "";
  return html`${
    isOpenForOrders(pact)
      ? ""
      : html`<div class="notice"><h2>${say("partners.pact.suspendedTitle")}</h2>
      ${ours === "suspended" ? html`<p>${say("partners.pact.suspendedByUs")} ${resumeAt === null ? "" : html`${say("partners.pact.resumesAt")} ${timeTag(language, resumeAt, now)}`}</p>` : ""}
      ${theirs === "suspended" ? html`<p>${say("partners.pact.suspendedByThem", { name: peer.name })}</p>` : ""}
      <p>${say("partners.pact.runningGoOn")}</p></div>`
  }
    ${mayDecide ? html`<div class="actions"><a href="${change}">${say("partners.pact.change")}</a>${quotas}${ours === "suspended" ? resume : ""}</div>${ours === "active" ? suspend : ""}` : ""}`;
}

function endForm(c: PageContext, { pact, party, state }: PactView): Html {
  const { say } = c;
  const open = openRevision(pact);
  if (state === "proposed" && open?.offeredBy !== party) return html``;
  const label = say(state === "live" ? "partners.pact.end" : "partners.pact.withdraw");
  return html`<h2>${label}</h2><p>${say("partners.pact.endLead")}</p>
    ${postForm(
      c,
      { action: `${desk(c)}/pact/end` },
      html`<input type="hidden" name="iri" value="${pact.iri}">
        ${checkboxField(c, FRESH, { name: "sure", label: say("partners.pact.endSure"), required: true })}
        <button type="submit" class="danger">${label}</button>`,
    )}`;
}

/** The form of a proposal, or of new terms. `about` goes along hidden: the peer, or the pact's IRI. */
export function termsPage(
  c: PageContext,
  view: {
    peer: Peer;
    about: Record<string, string>;
    action: string;
    isNew: boolean;
    keys: { theirs: string; ours: string } | null;
  },
  state: FormState,
): View {
  const { say } = c;
  const label = (name: string) => say(`partners.terms.${name}`);
  const names = ["subset", "delta", "minOrder", "deliveryCost", "leadDays", "referents", "lastDay"];
  const hidden = Object.entries(view.about).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const money = (name: string, hint: string) =>
    textField(c, state, {
      name,
      label: label(name),
      hint: say(`partners.terms.hint.${hint}`),
      short: true,
      inputmode: "decimal",
      maxLength: 15,
    });
  const fields = html`${hidden}
    ${money("delta", "delta")}${money("minOrder", "minOrder")}${money("deliveryCost", "deliveryCost")}
    ${textField(c, state, { name: "leadDays", label: label("leadDays"), hint: say("partners.terms.hint.leadDays"), short: true, inputmode: "numeric", required: true })}
    ${textArea(c, state, { name: "referents", label: label("referents"), hint: say("partners.terms.hint.referents"), rows: 2 })}
    ${textArea(c, state, { name: "subset", label: label("subset"), hint: say("partners.terms.hint.subset"), rows: 2, maxLength: 10_000 })}
    ${textField(c, state, { name: "lastDay", label: label("lastDay"), hint: say("partners.terms.hint.lastDay"), type: "date", short: true })}
    <button type="submit">${say(view.isNew ? "partners.pact.propose" : "partners.pact.proposeTerms")}</button>`;
  const { keys } = view;
  return {
    title: say(view.isNew ? "partners.pact.proposeTitle" : "partners.pact.changeTitle", { name: view.peer.name }),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say(view.isNew ? "partners.pact.proposeLead" : "partners.pact.changeLead")}</p>
      <p>${peerName(c, view.peer)}</p>
      ${errorSummary(c, state, Object.fromEntries(names.map((name) => [name, label(name)])))}
      ${postForm(c, { action: view.action }, fields)}
      ${
        keys
          ? html`<h2>${say("partners.pact.keys")}</h2><p>${say("partners.pact.readAloud")}</p><dl class="facts stacked">
        <dt>${say("partners.pact.theirKey")}</dt><dd><code>${fingerprintOf(keys.theirs)}</code></dd>
        <dt>${say("partners.pact.ourKey")}</dt><dd><code>${fingerprintOf(keys.ours)}</code></dd></dl>`
          : ""
      }`,
  };
}
