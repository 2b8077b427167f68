// Making an aggregate and its plan: which orders, one set of dates and places, what all bear together. Pure.
import {
  checkboxField,
  errorSummary,
  type FormState,
  postForm,
  selectField,
  textArea,
  textField,
} from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { clashBox, formStatus, namedFields, seenField } from "../../web/seen.ts";
import { MEASURES, REDONE } from "../planning/modifierForm.ts";
import { pickupFields } from "../planning/planPages.ts";
import { tellPolicy, usedSlots } from "../planning/policyPages.ts";
import { COST_KINDS, COST_TARGETS, COST_UNITS } from "./form.ts";

/** An order that could come in. */
export type JoinableOrder = { readonly id: string; readonly name: string; readonly producerName: string };

/** What the form of a plan is about. `joinable` null: the orders stand already. `isSaved`: others may change it too. */
export type PlanView = {
  readonly title: string;
  readonly lead: string;
  readonly joinable: readonly JoinableOrder[] | null;
  readonly isSaved: boolean;
  readonly places: readonly string[];
  readonly button: string;
  readonly backHref: string;
};

/** The form of a plan, new or saved. */
export function aggregatePlanPage(c: PageContext, state: FormState, view: PlanView): View {
  const { say } = c;
  const when = { type: "datetime-local" } as const;
  const plan = (name: string) => say(`orders.plan.${name}`);
  const body = html`${view.isSaved ? seenField(state) : ""}
    ${textField(c, state, { name: "name", label: say("aggregates.name"), required: true, maxLength: 200 })}
    ${view.joinable ? orderBoxes(c, state, view.joinable) : ""}
    <h2>${say("aggregates.dates")}</h2><p>${say("aggregates.datesLead")}</p>
    ${textField(c, state, { name: "opensAt", label: plan("opensAt"), hint: plan("opensAtHint"), ...when })}
    ${textField(c, state, { name: "closesAt", label: plan("closesAt"), required: true, ...when })}
    ${usedSlots(state, "place").map((number) => pickupFields(c, state, number, view.places))}
    <h2>${say("aggregates.costs")}</h2><p>${say("aggregates.costsLead")}</p>
    ${usedSlots(state, "modName").map((number) => costFields(c, state, number))}
    <button type="submit">${view.button}</button>`;
  const labels = labelsOf(c, namedFields(state));
  const isEmpty = view.joinable?.length === 0;
  return {
    title: view.title,
    ...formStatus(state),
    body: html`<p class="lead">${view.lead}</p>${clashBox(c, state, labels, (name, value) => tellPolicy(c, name, value))}${errorSummary(c, state, labels)}
      ${isEmpty ? html`<p class="empty">${say("aggregates.noneToJoin")}</p>` : postForm(c, { action: c.path }, body)}
      <p><a href="${view.backHref}">${say("aggregates.back")}</a></p>`,
  };
}

/** Orders to tick, each with its producer. */
export function orderBoxes(c: PageContext, state: FormState, orders: readonly JoinableOrder[]): Html {
  const wrong = state.errors.orders ? html`<p class="error" id="f-orders">${c.say("aggregates.chooseOne")}</p>` : "";
  return html`<fieldset><legend>${c.say("aggregates.which")}</legend>${wrong}${orders.map(
    ({ id, name, producerName }) =>
      checkboxField(c, state, { name: `order.${id}`, label: name, hint: producerName, required: true }),
  )}</fieldset>`;
}

function labelsOf(c: PageContext, names: readonly string[]): Record<string, string> {
  const labels = names.map((name) => {
    const [head = "", number] = name.split(".");
    const own = ["name", "orders"].includes(head) ? `aggregates.${head === "name" ? "name" : "which"}` : null;
    const label = c.say(own ?? `orders.plan.${head}`);
    return [name, number ? c.say("orders.plan.slotField", { number, field: label }) : label];
  });
  return Object.fromEntries(labels);
}

/** A cost, or a discount of who carries: what it is, how much, how it is split; the rest put away until it is wanted. */
function costFields(c: PageContext, state: FormState, number: number): Html {
  const { say } = c;
  const label = (name: string) => say(`orders.plan.${name}`);
  const choices = (values: readonly string[], head = "") =>
    values.map((value) => ({ value, label: say(`orders.modifier.${head}${value}`) }));
  const select = (name: string, text: string, its: ReturnType<typeof choices>, required = true) =>
    selectField(c, state, { name: `${name}.${number}`, label: text, required, choices: its });
  const kinds = COST_KINDS.map((value) => ({ value, label: say(`aggregates.kind.${value}`) }));
  const targets = COST_TARGETS.map((value) => ({ value, label: say(`aggregates.for.${value}`) }));
  const steps = [{ value: "", label: say("orders.modifier.noSteps") }, ...choices(MEASURES, "on-")];
  const isOpen = (names: readonly string[], usual: Readonly<Record<string, string>> = {}) =>
    names.some((name) => {
      const field = `${name}.${number}`;
      return state.errors[field] !== undefined || (state.typed[field] ?? "") !== (usual[name] ?? "");
    });
  const isKnown = Boolean(state.typed[`modName.${number}`]);
  const more = isKnown && isOpen(["modFor", "modRedone"], { modFor: "order", modRedone: "again" });
  return html`<fieldset><legend>${say("aggregates.cost", { number })}</legend>
      ${textField(c, state, { name: `modName.${number}`, label: label("modName"), maxLength: 100 })}
      ${select("modKind", label("modKind"), kinds)}
      ${textField(c, state, { name: `modValue.${number}`, label: label("modValue"), inputmode: "decimal", short: true, maxLength: 20 })}
      ${select("modUnit", label("modUnit"), choices(COST_UNITS))}
      ${select("modSplit", label("modSplit"), choices(MEASURES))}
      <details${more ? html` open` : ""}><summary>${label("modMore")}</summary>
        ${select("modFor", label("modFor"), targets)}${select("modRedone", label("modRedone"), choices(REDONE, "modRedone-"))}</details>
      <details${isOpen(["modOn", "modSteps"]) ? html` open` : ""}><summary>${label("steps")}</summary>
        ${select("modOn", label("modOn"), steps, false)}
        ${textArea(c, state, { name: `modSteps.${number}`, label: label("modSteps"), hint: label("modStepsHint"), rows: 3, maxLength: 500 })}</details></fieldset>`;
}
