// The producer's desk: cycles in hand, a new one, its products, what can be done with it. Pure: view -> HTML.
import { type Product, packageOf } from "../catalogs/product.ts";
import { formatQuantity } from "../kernel/quantity.ts";
import { unitLabel } from "../kernel/units.ts";
import { timeTag } from "../web/format.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  postForm,
  radioField,
  selectField,
  textArea,
  textField,
} from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { clashBox, formStatus, seenField } from "../web/seen.ts";
import { activeLines, type Cycle, DELIVERIES_MAX, takesOrders } from "./cycle.ts";
import { cycleFacts, stateBadge, tellPackage } from "./pages.ts";
import { THRESHOLD_UNITS } from "./planForm.ts";

/** The list of cycles, those in hand first. `next` is the query of the following page. */
export function cyclesPage(c: PageContext, view: { cycles: readonly Cycle[]; next: string | null }): View {
  const { say } = c;
  const rows = view.cycles.map(
    (cycle) => html`<li class="row"><div><a href="${c.path}/${cycle.id}">${cycle.name}</a>
        <small>${say(cycle.endedAt === null ? "sales.facts.closes" : "sales.facts.closed")} ${timeTag(c.language, cycle.closesAt, c.now)}</small></div>
      ${stateBadge(c, cycle.state)}</li>`,
  );
  const [last] = view.cycles;
  return {
    title: say("sales.desk.title"),
    body: html`<p class="lead">${say("sales.desk.lead")}</p>
      <div class="actions"><a role="button" href="${c.path}/new">${say("sales.desk.new")}</a>
      ${last ? html`<a href="${c.path}/new?from=${last.id}">${say("sales.desk.newFromLast")}</a>` : ""}</div>
      ${rows.length === 0 ? html`<p class="empty">${say("sales.desk.empty")}</p>` : html`<ul class="rows">${rows}</ul>`}
      ${view.next ? html`<p><a href="${c.path}?${view.next}">${say("sales.desk.more")}</a></p>` : ""}`,
  };
}

/** A new cycle, or the plan of one. `cycle` null: new. `hidden` travels with the form. */
export function planPage(
  c: PageContext,
  state: FormState,
  view: { cycle: Cycle | null; hidden: Record<string, string> },
): View {
  const { say } = c;
  const { cycle, hidden } = view;
  const label = (name: string) => say(`sales.plan.${name}`);
  const names = ["name", "note", "visibility", "opensAt", "closesAt", "minimumOrder", ...RULE_NAMES];
  const slots = deliverySlots(state);
  const labels: Record<string, string> = Object.fromEntries(names.map((name) => [name, label(name)]));
  for (const number of slots)
    for (const part of ["start", "end", "place", "position"])
      labels[`${part}.${number}`] = say("sales.plan.slotField", { number, field: label(part) });
  const isAnnounced = cycle !== null && cycle.openedAt !== null;
  const whoSees = (["public", "partners"] as const).map((value) => ({
    value,
    label: say(`sales.visibility.${value}`),
    hint: say(`sales.visibility.${value}Hint`),
  }));
  const tell = (name: string, value: string) =>
    name === "visibility" ? say(`sales.visibility.${value}`) : tellRule(c, name, value);
  const fields = html`${cycle ? seenField(state) : ""}${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
    ${textField(c, state, { name: "name", label: label("name"), hint: label("nameHint"), required: true, maxLength: 200 })}
    ${textArea(c, state, { name: "note", label: label("note"), hint: label("noteHint"), rows: 3, maxLength: 2000 })}
    ${isAnnounced ? html`<input type="hidden" name="visibility" value="${cycle.visibility}">` : radioField(c, state, { name: "visibility", label: label("visibility"), required: true, choices: whoSees })}
    ${isAnnounced ? "" : textField(c, state, { name: "opensAt", label: label("opensAt"), hint: label("opensAtHint"), type: "datetime-local" })}
    ${textField(c, state, { name: "closesAt", label: label("closesAt"), hint: label("closesAtHint"), type: "datetime-local", required: true })}
    ${textField(c, state, { name: "minimumOrder", label: label("minimumOrder"), hint: label("minimumOrderHint"), inputmode: "decimal", short: true, maxLength: 20 })}
    ${rulesFields(c, state)}
    <h2>${label("deliveries")}</h2>
    ${slots.map((number) => deliveryFields(c, state, number))}
    <button type="submit">${say(cycle ? "sales.plan.save" : "sales.plan.create")}</button>`;
  return {
    title: say(cycle ? "sales.plan.editTitle" : "sales.plan.newTitle"),
    ...formStatus(state),
    body: html`${isAnnounced ? html`<p class="lead">${say("sales.plan.announcedLead")}</p>` : ""}
      ${clashBox(c, state, labels, tell)}${errorSummary(c, state, labels)}${postForm(c, { action: c.path }, fields)}`,
  };
}

const RULE_NAMES = ["answers", "confirms", "answerHours", "threshold", "thresholdUnit", "whenMissed", "extensionHours"];

/** The words of a chosen rule; undefined for what is told as it is written. */
function tellRule(c: PageContext, name: string, value: string): string | undefined {
  if (name === "thresholdUnit") return unitLabel(value, 2000, c.language);
  return ["answers", "confirms", "whenMissed"].includes(name) ? c.say(`sales.plan.${name}-${value}`) : undefined;
}

/** How orders are answered, and the common minimum: closed away, because most cycles go by what stands there. */
function rulesFields(c: PageContext, state: FormState): Html {
  const label = (name: string) => c.say(`sales.plan.${name}`);
  const choices = (name: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: label(`${name}-${value}`), hint: label(`${name}-${value}-hint`) }));
  const units = THRESHOLD_UNITS.map((value) => ({ value, label: unitLabel(value, 2000, c.language) }));
  const isOpen = RULE_NAMES.some((name) => state.errors[name]) || Boolean(state.typed.threshold);
  return html`<details${isOpen ? html` open` : ""}><summary>${label("rules")}</summary>
      ${radioField(c, state, { name: "answers", label: label("answers"), required: true, choices: choices("answers", ["automatic", "hand"]) })}
      ${radioField(c, state, { name: "confirms", label: label("confirms"), required: true, choices: choices("confirms", ["hand", "clock"]) })}
      ${textField(c, state, { name: "answerHours", label: label("answerHours"), hint: label("answerHoursHint"), inputmode: "numeric", short: true, maxLength: 3 })}
      ${textField(c, state, { name: "threshold", label: label("threshold"), hint: label("thresholdHint"), inputmode: "decimal", short: true, maxLength: 20 })}
      ${selectField(c, state, { name: "thresholdUnit", label: label("thresholdUnit"), required: true, choices: units })}
      ${radioField(c, state, { name: "whenMissed", label: label("whenMissed"), required: true, choices: choices("whenMissed", ["cancel", "extend"]) })}
      ${textField(c, state, { name: "extensionHours", label: label("extensionHours"), hint: label("extensionHoursHint"), inputmode: "numeric", short: true, maxLength: 3 })}
    </details>`;
}

/** The slots in use and one more to fill. */
function deliverySlots({ typed }: FormState): number[] {
  const used = Object.keys(typed).flatMap((name) => {
    const [, number] = /^(?:start|end|place|position)\.(\d+)$/.exec(name) ?? [];
    return number && typed[name] !== "" ? [Number(number)] : [];
  });
  const count = Math.min(DELIVERIES_MAX, Math.max(0, ...used) + 1);
  return Array.from({ length: count }, (_, i) => i + 1);
}

function deliveryFields(c: PageContext, state: FormState, number: number): Html {
  const label = (name: string) => c.say(`sales.plan.${name}`);
  return html`<fieldset><legend>${c.say("sales.plan.slot", { number })}</legend>
      ${textField(c, state, { name: `start.${number}`, label: label("start"), type: "datetime-local" })}
      ${textField(c, state, { name: `end.${number}`, label: label("end"), type: "datetime-local" })}
      ${textField(c, state, { name: `place.${number}`, label: label("place"), maxLength: 200 })}
      ${textField(c, state, { name: `position.${number}`, label: label("position"), hint: label("positionHint"), maxLength: 60 })}
    </fieldset>`;
}

/** One cycle with everything that can be done now. `state` keeps what was typed into the quantities or the reason. */
export function deskCyclePage(c: PageContext, state: FormState, cycle: Cycle): View {
  const { say } = c;
  const isEditable = cycle.state === "draft" || cycle.state === "scheduled" || takesOrders(cycle, c.now);
  const isMissed = cycle.state === "draft" && cycle.opensAt !== null && cycle.closesAt <= c.now;
  const handle = c.seat?.handle ?? "";
  return {
    title: cycle.name,
    ...formStatus(state),
    body: html`<p>${stateBadge(c, cycle.state)} ${say(`sales.visibility.${cycle.visibility}`)}</p>
      ${isMissed ? html`<div class="notice" role="status"><p>${say("sales.desk.missed")}</p></div>` : ""}
      ${clashBox(c, state, deskLabels(c, cycle))}${errorSummary(c, state, deskLabels(c, cycle))}
      ${cycleFacts(c, cycle)}
      <div class="actions">${mainActions(c, cycle)}
        ${isEditable ? html`<a href="${c.path}/edit">${say("sales.desk.edit")}</a>` : ""}
        ${cycle.openedAt === null ? "" : html`<a role="button" href="/desk/${handle}/sales?cycle=${cycle.id}">${say("sales.desk.orders")}</a><a href="/${handle}/cycles/${cycle.id}">${say("sales.desk.publicPage")}</a>`}
        <a href="/desk/${handle}/cycles/new?from=${cycle.id}">${say("sales.desk.copy")}</a></div>
      <h2>${say("sales.page.goods")}</h2>
      ${isEditable ? html`<p><a role="button" href="${c.path}/products">${say("sales.desk.choose")}</a></p>` : ""}
      ${linesForm(c, state, cycle, isEditable)}
      ${cancelForm(c, state, cycle)}`,
  };
}

function deskLabels(c: PageContext, cycle: Cycle): Record<string, string> {
  const lines = activeLines(cycle).map((line) => [`available.${line.number}`, line.goods.facts.name]);
  return { ...Object.fromEntries(lines), reason: c.say("sales.desk.reason") };
}

function mainActions(c: PageContext, cycle: Cycle): Html[] {
  const { say } = c;
  const button = (act: string, kind: "plain" | "quiet" | "danger" = "plain") =>
    actionButton(c, { action: `${c.path}/${act}`, label: say(`sales.act.${act}`), kind, fields: seen(cycle) });
  const isReady = activeLines(cycle).length > 0;
  if (cycle.state === "draft")
    return [
      ...(isReady && cycle.opensAt !== null ? [button("schedule")] : []),
      ...(isReady ? [button("open", cycle.opensAt === null ? "plain" : "quiet")] : []),
      button("discard", "danger"),
    ];
  if (cycle.state === "scheduled") return [button("open", "quiet"), button("unschedule", "quiet")];
  if (cycle.state === "open") return [button("freeze", "quiet"), button("close", "quiet")];
  if (cycle.state === "frozen") return [button("close", "quiet")];
  if (cycle.state === "closed") return [button("confirm")];
  return cycle.state === "cancelled" ? [button("remove", "danger")] : [];
}

/** The cycle as the person saw it, so that two hands do not overwrite each other. */
function seen(cycle: Cycle): Record<string, string> {
  return { seen: String(cycle.updatedAt) };
}

function linesForm(c: PageContext, state: FormState, cycle: Cycle, isEditable: boolean): Html {
  const { say } = c;
  const lines = activeLines(cycle);
  if (lines.length === 0) return html`<p class="empty">${say("sales.desk.noLines")}</p>`;
  if (!isEditable) {
    const rows = lines.map(
      (line) =>
        html`<li class="row">${line.goods.facts.name}<span>${tellPackage(c, line)}, ${c.format.money(packageOf(line.goods.facts).priceCents)}</span></li>`,
    );
    return html`<ul class="rows">${rows}</ul>`;
  }
  const withdrawals = lines.map(
    (line) => html`<li class="row"><span>${line.goods.facts.name}</span>
        ${actionButton(c, { action: `${c.path}/withdraw`, label: say("sales.act.withdraw"), kind: "quiet", describe: line.goods.facts.name, fields: { number: String(line.number), ...seen(cycle) } })}</li>`,
  );
  const fields = lines.map((line) => {
    const { facts } = line.goods;
    const package_ = say("sales.desk.lineHint", {
      package: tellPackage(c, line),
      price: c.format.money(packageOf(facts).priceCents),
      unit: unitLabel(facts.saleUnitCode, 2000, c.language),
    });
    return textField(c, state, {
      name: `available.${line.number}`,
      label: facts.name,
      hint: package_,
      inputmode: "decimal",
      short: true,
      maxLength: 20,
    });
  });
  return html`<p>${say("sales.desk.availableLead")}</p>
    ${postForm(c, { action: `${c.path}/available` }, html`${seenField(state)}${fields}<button type="submit">${say("sales.desk.saveAvailable")}</button>`)}
    <details><summary>${say("sales.desk.withdrawTitle")}</summary><p>${say("sales.desk.withdrawLead")}</p><ul class="rows">${withdrawals}</ul></details>`;
}

/** The quantities as their fields show them. */
export function typedAvailability(cycle: Cycle): Record<string, string> {
  const lines = activeLines(cycle).filter((line) => line.availableThousandths !== null);
  return Object.fromEntries(
    lines.map((line) => [`available.${line.number}`, formatQuantity(line.availableThousandths ?? 0).replace(".", ",")]),
  );
}

function cancelForm(c: PageContext, state: FormState, cycle: Cycle): Html | "" {
  const { say } = c;
  if (cycle.state !== "open" && cycle.state !== "frozen" && cycle.state !== "closed") return "";
  const field = { name: "reason", label: say("sales.desk.reason"), hint: say("sales.desk.reasonHint"), required: true };
  return html`<h2>${say("sales.desk.cancelTitle")}</h2><p>${say("sales.desk.cancelLead")}</p>
    ${postForm(
      c,
      { action: `${c.path}/cancel` },
      html`${seenField(state)}${textField(c, state, { ...field, maxLength: 500 })}
        <button type="submit" class="danger">${say("sales.act.cancel")}</button>`,
    )}`;
}

/** Products of the catalog to put into a cycle: those found, with those already in it marked. */
export function chooseProductsPage(
  c: PageContext,
  state: FormState,
  view: { cycle: Cycle; products: readonly Product[]; search: string; next: string | null },
): View {
  const { say } = c;
  const { cycle, products, search, next } = view;
  const back = c.path.replace(/\/products$/, "");
  const versionByProduct = new Map(activeLines(cycle).map(({ goods }) => [goods.productIri, goods.productVersion]));
  const rows = products.map((product) => productRow(c, state, product, versionByProduct.get(product.id)));
  const form = html`${seenField(state)}${rows}<button type="submit">${say("sales.choose.add")}</button>`;
  return {
    title: say("sales.choose.title"),
    ...formStatus(state),
    body: html`${clashBox(c, state, {})}<p class="lead">${say("sales.choose.lead", { name: cycle.name })}</p>
      <form method="get" role="search" class="stack">
        <div class="field"><label for="f-q">${say("sales.choose.search")}</label><input type="search" id="f-q" name="q" value="${search}" maxlength="100"></div>
        <button type="submit" class="quiet">${say("sales.choose.find")}</button></form>
      ${products.length === 0 ? html`<p class="empty">${say(search ? "sales.choose.noneFound" : "sales.choose.emptyCatalog")}</p>` : postForm(c, { action: c.path }, form)}
      ${next ? html`<p><a href="${c.path}?${next}">${say("sales.desk.more")}</a></p>` : ""}
      <p><a href="${back}">${say("sales.choose.back")}</a></p>`,
  };
}

function productRow(c: PageContext, state: FormState, product: Product, offeredVersion: number | undefined): Html {
  const { facts } = product;
  const { quantityThousandths, unitCode, priceCents } = packageOf(facts);
  const what = `${c.format.quantity(quantityThousandths)} ${unitLabel(unitCode, quantityThousandths, c.language)}, ${c.format.money(priceCents)}`;
  if (offeredVersion === product.version)
    return html`<p class="row"><span>${facts.name}<small>${what}</small></span><span class="badge">${c.say("sales.choose.already")}</span></p>`;
  const hint = offeredVersion === undefined ? what : `${what}. ${c.say("sales.choose.newer")}`;
  return checkboxField(c, state, { name: `product.${product.slug}`, label: facts.name, hint, required: true });
}
