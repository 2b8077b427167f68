// The pieces every screen is built from, as the page /stile shows them. Pure: facts -> HTML; nothing here knows a trade.
import { type Html, html } from "./html.ts";
import { listQuery, type Sifted } from "./lists.ts";
import type { PageContext } from "./page.ts";

/** A way out of an empty page: a link that looks like a button. */
type WayOn = { readonly href: string; readonly label: string };

/** An empty place that teaches: what will be here, and the one thing to do. */
export function emptyState(empty: { readonly text: string; readonly title?: string; readonly action?: WayOn }): Html {
  const { text, title, action } = empty;
  return html`<div class="empty">${title ? html`<p><strong>${title}</strong></p>` : ""}<p>${text}</p>${
    action ? html`<p><a role="button" href="${action.href}">${action.label}</a></p>` : ""
  }</div>`;
}

/** How a thing stands, never by colour alone: a word says it, and a sign before it what went well or wrong. */
export type Mood = "good" | "wait" | "stop" | "plain";
const SIGNS: Readonly<Record<Mood, string>> = { good: "✓", wait: "", stop: "!", plain: "" };

/** A state in a word or two. */
export function statusBadge(mood: Mood, label: string): Html {
  const sign = SIGNS[mood] === "" ? "" : html`<span aria-hidden="true">${SIGNS[mood]} </span>`;
  return html`<span class="badge ${mood}">${sign}${label}</span>`;
}

/** The ways through one thing (an order's pages): links, one of them current. */
export function tabs(
  label: string,
  ways: readonly {
    readonly href: string;
    readonly label: string;
    readonly isCurrent: boolean;
    readonly count?: number;
  }[],
): Html {
  const tab = (way: (typeof ways)[number]) =>
    html`<li><a href="${way.href}"${way.isCurrent ? html` aria-current="page"` : ""}>${way.label}${way.count === undefined ? "" : html` <span class="count">${way.count}</span>`}</a></li>`;
  return html`<nav class="tabs no-print" aria-label="${label}"><ul>${ways.map(tab)}</ul></nav>`;
}

/** Chips that narrow what is shown: links, one of them current. */
export function chips(
  label: string,
  choices: readonly {
    readonly href: string;
    readonly label: string;
    readonly isCurrent: boolean;
    readonly count?: number;
  }[],
): Html {
  const chip = (choice: (typeof choices)[number]) =>
    html`<li><a href="${choice.href}"${choice.isCurrent ? html` aria-current="true"` : ""}>${capitalized(choice.label)}${choice.count === undefined ? "" : html` <span class="count">${choice.count}</span>`}</a></li>`;
  return html`<nav aria-label="${label}" class="no-print"><ul class="chips">${choices.map(chip)}</ul></nav>`;
}

/** "sotto zero" -> "Sotto zero": beside "Tutti" a chip begins as it does. */
function capitalized(label: string): string {
  return label.charAt(0).toLocaleUpperCase("it") + label.slice(1);
}

/**
 * Search and chips over a list that `sift` cut. `label` names what is searched ("Cerca un prodotto"); `chips` are shown in this
 * order after "all"; `keep` are other parameters of the address.
 */
export function listTools(
  c: PageContext,
  sifted: Sifted<unknown>,
  tools: {
    readonly label: string;
    readonly chips?: readonly { readonly name: string; readonly label: string }[];
    readonly keep?: Readonly<Record<string, string>>;
  },
): Html {
  const { say } = c;
  const { keep = {}, chips: names = [] } = tools;
  const hidden = Object.entries({ ...keep, ...(sifted.only === "" ? {} : { only: sifted.only }) });
  const all = {
    href: `${c.path}${listQuery(sifted, { only: "" }, keep)}`,
    label: say("web.list.all"),
    isCurrent: sifted.only === "",
    count: sifted.all,
  };
  const rest = names.map(({ name, label }) => ({
    href: `${c.path}${listQuery(sifted, { only: name }, keep)}`,
    label,
    isCurrent: sifted.only === name,
    count: sifted.counts.get(name) ?? 0,
  }));
  return html`<form method="get" action="${c.path}" class="search no-print" role="search">
      ${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      <label for="find">${tools.label}</label>
      <input id="find" name="find" type="search" value="${sifted.find}" maxlength="80" autocomplete="off" enterkeyhint="search">
      <button type="submit" class="quiet">${say("web.list.find")}</button>
    </form>
    ${rest.length > 0 ? chips(say("web.list.narrow"), [all, ...rest]) : ""}
    ${sifted.find === "" ? "" : html`<p class="found" role="status">${say("web.list.found", { count: sifted.total, find: sifted.find })} <a href="${c.path}${listQuery({ find: "", only: sifted.only }, {}, keep)}">${say("web.list.clear")}</a></p>`}`;
}

/** "Pagina 2 di 5" with the ways to its neighbours; nothing where all fits on one page. */
export function listPages(
  c: PageContext,
  sifted: Pick<Sifted<unknown>, "page" | "pages" | "find" | "only">,
  keep: Readonly<Record<string, string>> = {},
): Html | "" {
  const { page, pages } = sifted;
  if (pages <= 1) return "";
  const to = (target: number, label: string, rel: string) =>
    html`<a href="${c.path}${listQuery(sifted, { page: target }, keep)}" rel="${rel}">${label}</a>`;
  return html`<nav class="pages no-print" aria-label="${c.say("web.list.pages")}">
      ${page > 1 ? to(page - 1, c.say("web.list.before"), "prev") : html`<span></span>`}
      <span>${c.say("web.list.page", { page, pages })}</span>
      ${page < pages ? to(page + 1, c.say("web.list.after"), "next") : html`<span></span>`}
    </nav>`;
}

/**
 * `− [number] +`: two submit buttons and the number between them, for a form that knows `less`, `more` (the value is `number`)
 * and `{name}`. The caller gives the field its visible label, and hints and errors by their ids. At nothing the − stays where it
 * is and does nothing, so that the focus is not lost. `step` and `least`: by how much a press counts and the least there may be, in
 * thousandths, where the page tells what a press without network will come to; `price` ("cents/thousandths"): and what it will cost.
 */
export function stepper(step: {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** What the buttons send. */
  readonly number: number | string;
  readonly less: string;
  readonly more: string;
  readonly isEmpty: boolean;
  readonly isInvalid?: boolean;
  readonly describedBy?: string;
  readonly step?: number;
  readonly least?: number;
  readonly price?: string;
}): Html {
  const { id, name, value, number, less, more, isEmpty, isInvalid, describedBy } = step;
  const press = (act: "less" | "more", label: string, sign: string, isOff: boolean) =>
    html`<button type="submit" class="quiet" name="${act}" value="${number}" aria-label="${label}"${isOff ? html` aria-disabled="true"` : ""}>${sign}</button>`;
  const rule = step.step
    ? html` data-step="${step.step}"${step.least ? html` data-least="${step.least}"` : ""}${step.price ? html` data-price="${step.price}"` : ""}`
    : "";
  return html`<div class="stepper"${rule}>${press("less", less, "−", isEmpty)}<input type="text" id="${id}" name="${name}" inputmode="decimal" autocomplete="off" maxlength="20" value="${value}" placeholder="0"${describedBy ? html` aria-describedby="${describedBy}"` : ""}${isInvalid ? html` aria-invalid="true"` : ""}>${press("more", more, "+", false)}</div>`;
}

/** A sentence and its bar: "Mancano 3 kg per completare il collo (12 kg)". The bar says nothing that the sentence does not. */
export function progressLine(sentence: string, done: { readonly value: number; readonly max: number }): Html {
  const part = Math.max(0, Math.min(100, Math.round((100 * done.value) / Math.max(1, done.max))));
  return html`<p class="fact">${sentence}</p><progress max="100" value="${part}" aria-hidden="true"></progress>`;
}

/** A time as people say it and how far off it is; the script keeps the second part true while the page stays open. */
export function countdown(c: PageContext, at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${c.format.moment(at, c.now)}</time> <span class="far">(<time datetime="${iso}" data-relative>${c.format.relative(at, c.now)}</time>)</span>`;
}

/** Sums side by side, each under its name: credit, booked, in delivery. */
export function sums(
  c: PageContext,
  amounts: readonly { readonly label: string; readonly cents: number; readonly hint?: string }[],
): Html {
  return html`<dl class="sums">${amounts.map(({ label, cents, hint }) => html`<div><dt>${label}${hint ? html`<small>${hint}</small>` : ""}</dt><dd>${c.format.money(cents)}</dd></div>`)}</dl>`;
}

/** The one sticky element of a page: what it comes to, and one button. Stands last in its form. */
export function stickyBar(body: Html): Html {
  return html`<div class="bar" id="bar">${body}</div>`;
}

/** What does not hold, in a box that takes the focus; each entry a link to its place (`href` "#id"). */
export function problemBox(box: {
  readonly title: string;
  readonly text?: string;
  readonly entries?: readonly { readonly href: string; readonly label: string; readonly reason: string }[];
  /** Does not take the focus: it was there before. */
  readonly isOld?: boolean;
}): Html {
  const { title, text, entries = [], isOld } = box;
  return html`<div class="problems" role="alert" tabindex="-1"${isOld ? "" : html` autofocus`}><h2>${title}</h2>${text ? html`<p>${text}</p>` : ""}${
    entries.length > 0
      ? html`<ul>${entries.map(({ href, label, reason }) => html`<li><a href="${href}">${label}</a>: ${reason}</li>`)}</ul>`
      : ""
  }</div>`;
}

/** What went well, or what one should know. */
export function notice(body: Html | string): Html {
  return html`<div class="notice" role="status"><p>${body}</p></div>`;
}
