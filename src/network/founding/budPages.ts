// A full group becomes two: what is proposed, what a household answers, what is left to settle afterwards. Pure: view -> HTML. DOMAIN.md 2.7.
import { moneyCell, numberColumn, type Sheet, textColumn } from "../../kernel/sheet.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  formOf,
  postForm,
  radioField,
  textField,
} from "../../web/forms.ts";
import { type Html, html, safeUrl } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { notice, statusBadge } from "../../web/parts.ts";
import type { BudBalance } from "./budActions.ts";
import { FEWEST_HOUSEHOLDS, FULL_HOUSEHOLDS, FULL_WAITING, mayBud } from "./budding.ts";
import type { BudAnswer, Budding } from "./budStore.ts";

/** Whom the new group must make a pact with anew. */
export type PactToRedo = { readonly id: string; readonly name: string };

/** One group's page. `mine`: the household of who looks; null for who has none. `budding`: the open one; `made`: the latest first. */
export type BudView = {
  readonly full: { readonly households: number; readonly waiting: number };
  readonly budding: Budding | null;
  readonly made: readonly { readonly budding: Budding; readonly newHandle: string; readonly mayEnter: boolean }[];
  readonly going: number;
  readonly staying: number;
  readonly mine: { readonly answer: BudAnswer | null } | null;
  readonly isAdmin: boolean;
  readonly keepsBooks: boolean;
  /** Where this group was born from another: its name, and the pacts that wait to be made. */
  readonly origin: {
    readonly budding: Budding;
    readonly name: string;
    readonly pacts: readonly PactToRedo[];
  } | null;
  readonly isSaved: boolean;
};

export function budPage(c: PageContext, state: FormState, view: BudView): View {
  const { say } = c;
  const { budding, origin } = view;
  return {
    title: say("founding.bud.title"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`${view.isSaved ? notice(say("founding.bud.saved")) : ""}
      ${origin ? originPart(c, view, origin) : html`<p class="lead">${say("founding.bud.lead")}</p>`}
      ${budding ? openPart(c, view, budding) : ""}
      ${view.made.map((one) => madePart(c, view, one))}
      ${view.isAdmin && !budding ? proposePart(c, state, view) : ""}
      ${!budding && view.made.length === 0 && !origin && !view.isAdmin ? html`<p class="empty">${say("founding.bud.nothing")}</p>` : ""}`,
  };
}

function pathOf(c: PageContext): string {
  return `/desk/${c.seat?.handle ?? ""}/budding`;
}

function openPart(c: PageContext, view: BudView, { name, comune }: Budding): Html {
  const { say } = c;
  const { going, staying, mine, isAdmin } = view;
  const left = FEWEST_HOUSEHOLDS - going;
  const count =
    left > 0 ? say("founding.bud.missing", { count: left }) : say("founding.bud.enough", { fewest: FEWEST_HOUSEHOLDS });
  return html`<h2>${name}</h2><p>${say("founding.bud.proposal", { name, comune })}</p>
      <ul>${[1, 2, 3].map((n) => html`<li>${say(`founding.bud.fact.${n}`)}</li>`)}</ul>
      <p>${say("founding.bud.counts", { going, staying })} ${count}</p>
      ${mine ? answerForm(c, mine.answer) : ""}
      ${
        isAdmin
          ? html`<div class="actions">${left > 0 ? "" : actionButton(c, { action: `${pathOf(c)}/ready`, label: say("founding.bud.ready") })}
            ${actionButton(c, { action: `${pathOf(c)}/drop`, label: say("founding.bud.drop"), kind: "quiet" })}</div>`
          : ""
      }`;
}

function answerForm(c: PageContext, answer: BudAnswer | null): Html {
  const { say } = c;
  const state = formOf({ says: answer?.says ?? "", offersToRun: answer?.offersToRun ? "on" : "" });
  const choices = (["yes", "no"] as const).map((value) => ({
    value,
    label: say(`founding.bud.says.${value}`),
    hint: say(`founding.bud.saysHint.${value}`),
  }));
  return html`<h2 id="answer">${say("founding.bud.yourAnswer")}</h2>${postForm(
    c,
    { action: `${pathOf(c)}/answer` },
    html`${radioField(c, state, { name: "says", label: say("founding.bud.question"), required: true, choices })}
      ${checkboxField(c, state, { name: "offersToRun", label: say("founding.bud.offers"), hint: say("founding.bud.offersHint") })}
      <button type="submit">${say(answer ? "founding.bud.change" : "founding.bud.answer")}</button>`,
  )}`;
}

function madePart(
  c: PageContext,
  { made, keepsBooks }: BudView,
  { budding, newHandle, mayEnter }: BudView["made"][number],
): Html {
  const { say } = c;
  const { name } = budding;
  // The one button enters the first of them that may be entered.
  const isNext = mayEnter && made.find((one) => one.mayEnter)?.budding.id === budding.id;
  const enter = isNext
    ? html`<p>${say("founding.bud.enterLead", { name })}</p>${actionButton(c, { action: `${pathOf(c)}/enter`, label: say("founding.bud.enter", { name }) })}`
    : "";
  return html`<h2>${name} ${statusBadge("good", say("founding.state.made"))}</h2>
      <p><a href="/${newHandle}">${say("founding.bud.see", { name })}</a></p>${enter}
      ${keepsBooks ? settlePart(c, budding) : ""}`;
}

/** What the table of one new group's balances is called in its address. */
export function balancesName({ handle }: Pick<Budding, "handle">): string {
  return `balances-${handle}`;
}

function settlePart(c: PageContext, budding: Budding): Html {
  const { say } = c;
  return html`<h2>${say("founding.bud.settleTitle")}</h2><p>${say("founding.bud.settle")}</p>
      <p><a href="${pathOf(c)}/${balancesName(budding)}">${say("founding.bud.balances")}</a></p>`;
}

function originPart(c: PageContext, { keepsBooks }: BudView, origin: NonNullable<BudView["origin"]>): Html {
  const { say } = c;
  const partners = `/desk/${c.seat?.handle ?? ""}/partners`;
  const { pacts, budding } = origin;
  return html`<p class="lead">${say("founding.bud.bornFrom", { name: origin.name })}</p>
      <h2>${say("founding.bud.pactsTitle")}</h2>
      <p>${say(pacts.length === 0 ? "founding.bud.noPacts" : "founding.bud.pacts")} <a href="${partners}">${say("founding.bud.partners")}</a></p>
      ${pacts.length === 0 ? "" : html`<ul class="rows">${pacts.map(({ id, name }) => html`<li class="row"><a href="${safeUrl(id)}">${name}</a></li>`)}</ul>`}
      ${keepsBooks ? settlePart(c, budding) : ""}`;
}

function proposePart(c: PageContext, state: FormState, { full, origin }: BudView): Html {
  const { say } = c;
  const facts = { ...full, fullHouseholds: FULL_HOUSEHOLDS, fullWaiting: FULL_WAITING };
  if (!mayBud(full)) return origin ? html`` : html`<p class="empty">${say("founding.bud.notFull", facts)}</p>`;
  const label = (name: string) => say(`founding.bud.${name}`);
  const handle = say("setup.who.handle");
  const labels = { name: label("name"), comune: label("comune"), handle };
  return html`<h2>${label("proposeTitle")}</h2><p>${say("founding.bud.full", facts)}</p>
      ${errorSummary(c, state, labels)}
      ${postForm(
        c,
        { action: pathOf(c) },
        html`${textField(c, state, { name: "name", label: labels.name, required: true, maxLength: 100 })}
          ${textField(c, state, { name: "comune", label: labels.comune, required: true, maxLength: 80, suggestions: c.placeNames })}
          ${textField(c, state, { name: "handle", label: handle, hint: say("setup.who.handleHint", { host: new URL(c.origin).host }), required: true, maxLength: 30 })}
          <button type="submit">${label("propose")}</button>`,
      )}`;
}

/** What a member reads on their way in while their household has not answered. */
export function budNote(c: PageContext, handle: string, { name, comune }: Pick<Budding, "name" | "comune">): Html {
  return html`<p class="notice">${c.say("founding.bud.note", { name, comune })} <a href="/desk/${handle}/budding#answer">${c.say("founding.bud.answer")}</a></p>`;
}

/** What stands in the books of both groups, for both treasurers. */
export function balancesSheet(
  c: Pick<PageContext, "say" | "language">,
  names: { readonly old: string; readonly made: string },
  balances: readonly BudBalance[],
): Sheet {
  const { say, language } = c;
  const label = (name: string) => say(`founding.bud.sheet.${name}`, names);
  const sum = (of: (one: BudBalance) => number) => moneyCell(balances.reduce((all, one) => all + of(one), 0));
  return {
    title: label("title"),
    lines: [label("line")],
    warnings: [],
    language,
    isWide: false,
    tables: [
      {
        heading: "",
        note: label("note"),
        columns: [
          textColumn(label("household")),
          ...["balance", "reserved", "deposit", "new"].map((name) => numberColumn(label(name))),
        ],
        rows: balances.map(({ name, old, newCents }) => [
          name,
          ...[old.balanceCents, old.reservedCents, old.depositCents].map(moneyCell),
          newCents === null ? null : moneyCell(newCents),
        ]),
        total: [
          label("total"),
          ...[sum(({ old }) => old.balanceCents), sum(({ old }) => old.reservedCents)],
          ...[sum(({ old }) => old.depositCents), sum(({ newCents }) => newCents ?? 0)],
        ],
      },
    ],
  };
}
