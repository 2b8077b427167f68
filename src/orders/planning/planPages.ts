// Making and changing an order: where it begins, its plan in plain sentences, its lines with their rules. Pure.

import { doubtBadge } from "../../catalogs/announced/pages.ts";
import { keeperNote } from "../../catalogs/keeping/pages.ts";
import { unitLabel } from "../../kernel/units.ts";
import { timeTag } from "../../web/format.ts";
import {
  checkboxField,
  errorSummary,
  type FormState,
  FRESH,
  fileField,
  postForm,
  selectField,
  textArea,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { notice, problemBox } from "../../web/parts.ts";
import { clashBox, formStatus, namedFields, seenField } from "../../web/seen.ts";
import type { Source } from "../offering.ts";
import type { Goods, Order } from "../order.ts";
import { tellPackage } from "../wordsPages.ts";
import { CASE_MODES, lineKey } from "./planForm.ts";
import { policyFields, tellPolicy, usedSlots } from "./policyPages.ts";

/** Where a new order can begin: open cycles, then partners' catalogs. */
export function sourcesPage(
  c: PageContext,
  sources: readonly (Omit<Source, "goods"> & { readonly producerName: string; readonly key: string })[],
): View {
  const { say } = c;
  const cards = sources.map(
    ({ name, producerName, endsAt, key, doubtedAt }) => html`<li class="card"><p class="kind">${producerName}</p>
      <h3><a href="${c.path}?source=${key}">${name === "" ? say("orders.new.catalog") : name}</a></h3>
      <p>${endsAt === null ? say("orders.new.always") : html`${say("orders.new.until")} ${timeTag(c.language, endsAt, c.now)}`}${doubtBadge(c, { doubtedAt })}</p></li>`,
  );
  return {
    title: say("orders.new.title"),
    body: html`<p class="lead">${say("orders.new.lead")}</p>
      ${cards.length === 0 ? html`<p class="empty">${say("orders.new.none")}</p>` : html`<ul class="cards">${cards}</ul>`}
      <h2>${say("orders.outside.heading")}</h2><p>${say("orders.outside.lead")}</p>
      <p><a role="button" class="quiet" href="${c.path.replace(/\/orders\/new$/, "/outside")}">${say("orders.outside.newTitle")}</a></p>`,
  };
}

/** The plan's form. `order` null: a new one. `isOpen`: it has opened, so that its opening stands. */
export function planPage(
  c: PageContext,
  state: FormState,
  view: {
    readonly title: string;
    readonly lead: string;
    /** Of who keeps the producer's list, where both say so. */
    readonly keeperName?: string | null;
    readonly hidden: Record<string, string>;
    /** It stands already, and others may change it. */
    readonly isSaved?: boolean;
    readonly isOpen: boolean;
    /** Names of the group's usual places, offered where one is typed. */
    readonly places: readonly string[];
    /** Names of its products, offered where a cost is about one. */
    readonly products: readonly string[];
    readonly button: string;
  },
): View {
  const { say } = c;
  const label = (name: string) => say(`orders.plan.${name}`);
  const text = (name: string, more: object = {}) =>
    textField(c, state, {
      name,
      label: label(name),
      hint: PLAN_HINTS.includes(name) ? c.say(`orders.plan.${name}Hint`) : "",
      ...more,
    });
  const when = { type: "datetime-local" };
  const body = html`${view.isSaved ? seenField(state) : ""}${Object.entries(view.hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
    ${text("name", { required: true, maxLength: 200 })}
    ${textArea(c, state, { name: "note", label: label("note"), rows: 3, maxLength: 2000 })}
    ${view.isOpen ? "" : text("opensAt", when)}
    ${text("closesAt", { ...when, required: true })}
    <h2>${label("pickups")}</h2>${usedSlots(state, "place").map((number) => pickupFields(c, state, number, view.places))}
    ${policyFields(c, state, false, { products: view.products, places: [...typedPlaces(state), ...view.places] })}
    <button type="submit">${view.button}</button>`;
  const labels = labelsOf(c, namedFields(state));
  return {
    title: view.title,
    ...formStatus(state),
    body: html`<p class="lead">${view.lead}</p>${keeperNote(c, view.keeperName)}${clashBox(c, state, labels, (name, value) => tellPolicy(c, name, value))}${errorSummary(c, state, labels)}${postForm(c, { action: c.path }, body)}`,
  };
}

/** The places this very form has. */
function typedPlaces({ typed }: FormState): string[] {
  return Object.entries(typed).flatMap(([name, value]) =>
    name.startsWith("place.") && typeof value === "string" && value !== "" ? [value] : [],
  );
}

const PLAN_HINTS = ["opensAt", "closesAt"];

function labelsOf(c: PageContext, names: readonly string[]): Record<string, string> {
  const labels = names.map((name) => {
    const [head = "", number] = name.split(".");
    const label = c.say(`orders.plan.${head}`);
    return [name, number ? c.say("orders.plan.slotField", { number, field: label }) : label];
  });
  return Object.fromEntries(labels);
}

/** A place with its hours. */
export function pickupFields(c: PageContext, state: FormState, number: number, places: readonly string[]): Html {
  const label = (name: string) => c.say(`orders.plan.${name}`);
  return html`<fieldset><legend>${c.say("orders.plan.pickup", { number })}</legend>
      ${textField(c, state, { name: `place.${number}`, label: label("place"), maxLength: 200, ...(places.length > 0 ? { suggestions: places, hint: label("placeHint") } : {}) })}
      ${textField(c, state, { name: `start.${number}`, label: label("start"), type: "datetime-local" })}
      ${textField(c, state, { name: `end.${number}`, label: label("end"), type: "datetime-local" })}</fieldset>`;
}

/** The choice of lines: each with a mark and, put away, its rules. */
export function linesPage(
  c: PageContext,
  state: FormState,
  view: {
    readonly order: Order;
    readonly goods: readonly Goods[];
    /** What a file just chose, or why it could not; null: no file was sent. */
    readonly file?: FileAnswer | null;
  },
): View {
  const { say } = c;
  const { order, goods, file = null } = view;
  const labels = Object.fromEntries(
    namedFields(state).map((name) => {
      const [head = "", key] = name.split(".");
      const one = goods.find(({ lineIri }) => lineKey(lineIri) === key);
      return [name, `${one?.name ?? ""}, ${say(`orders.rule.${head}`)}`];
    }),
  );
  const body = html`${seenField(state)}
    ${goods.map((one) => ruleFields(c, state, one))}
    <div class="bar"><p>${say("orders.lines.foot")}</p><button type="submit">${say("orders.lines.save")}</button></div>`;
  return {
    title: say("orders.lines.title"),
    ...(file && "problem" in file ? { status: file.status } : formStatus(state)),
    body: html`<p class="lead">${say("orders.lines.lead", { name: order.name })}</p>
      ${file ? fileAnswer(c, file) : ""}
      ${clashBox(c, state, labels, (name, value) => (name.startsWith("case.") ? say(`orders.case.${value}`) : undefined))}
      ${errorSummary(c, state, labels)}
      ${goods.length === 0 ? html`<p class="empty">${say("orders.lines.none")}</p>` : postForm(c, { action: c.path }, body)}
      ${goods.length === 0 ? "" : fileForm(c)}
      <p><a href="${c.path.replace(/\/lines$/, "")}">${say("orders.report.back")}</a></p>`,
  };
}

/** What came of a file: how many products it chose and what of it is not on offer, or why it could not be read. */
export type FileAnswer =
  | { readonly chosen: number; readonly unknown: readonly string[] }
  | { readonly status: number; readonly problem: string };

function fileAnswer(c: PageContext, file: FileAnswer): Html {
  const { say } = c;
  if ("problem" in file) return problemBox({ title: file.problem });
  const { chosen, unknown } = file;
  const rest =
    unknown.length === 0
      ? ""
      : html`<details><summary>${say("orders.lines.fileUnknown", { count: unknown.length })}</summary><ul>${unknown.map((name) => html`<li>${name}</li>`)}</ul></details>`;
  return html`${notice(say("orders.lines.fileChose", { count: chosen }))}${rest}`;
}

/** A list as a file, whose products are ticked; nothing is saved before a person says so. */
function fileForm(c: PageContext): Html {
  const { say } = c;
  const field = fileField(c, FRESH, {
    ...{ name: "file", label: say("orders.lines.file"), hint: say("orders.lines.fileHint"), required: true },
    accept: ".xlsx,.ods,.xls,.csv,.txt,.json,.xml,.gdxp",
  });
  const fields = html`${field}<button type="submit" class="quiet">${say("orders.lines.fileRead")}</button>`;
  return html`<details class="card"><summary>${say("orders.lines.fileTitle")}</summary>${postForm(c, { action: `${c.path}/file`, upload: true }, fields)}</details>`;
}

function ruleFields(c: PageContext, state: FormState, goods: Goods): Html {
  const { say } = c;
  const key = lineKey(goods.lineIri);
  const unit = unitLabel(goods.unitCode, 2000, c.language);
  const hint = say("orders.book.price", {
    price: c.format.money(goods.packagePriceCents),
    package: tellPackage(c, goods),
  });
  const amount = (name: string, required = false) =>
    textField(c, state, {
      name: `${name}.${key}`,
      label: `${say(`orders.rule.${name}`)} (${unit})`,
      inputmode: "decimal",
      short: true,
      maxLength: 20,
      required,
    });
  const isWrong = Object.keys(state.errors).some((name) => name.endsWith(`.${key}`));
  const modes = CASE_MODES.map((value) => ({ value, label: say(`orders.case.${value}`) }));
  return html`${checkboxField(c, state, { name: `pick.${key}`, label: goods.name, hint, required: true })}
    <details${isWrong ? html` open` : ""}><summary aria-label="${say("orders.lines.rules")}: ${goods.name}">${say("orders.lines.rules")}</summary>
      ${amount("step", true)}${amount("min")}${amount("max")}${amount("advised")}${amount("orderMin")}${amount("orderMax")}
      ${selectField(c, state, { name: `case.${key}`, label: say("orders.rule.case"), required: true, choices: modes })}
      ${checkboxField(c, state, { name: `cut.${key}`, label: say("orders.rule.cut"), required: true })}</details>`;
}
