// The fields of how a group deals with an order: minimum, cases, answers, what is added to the goods. Pure.
import { checkboxField, type FormState, radioField, selectField, textArea, textField } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext } from "../../web/page.ts";
import { SLOTS } from "../slots.ts";
import { MEASURES, MODIFIER_KINDS, MODIFIER_UNITS, REDONE, TARGETS } from "./modifierForm.ts";

const HINTED = ["minimum", "completesUntil", "acceptShortPercent", "autoClose", "autoCloseKg"];

/**
 * The fields, each choice with its consequence in a sentence. `forAll`: not of one order but of all new ones, which have no
 * date for the phase of completion yet. `offered`: names of products and places a cost may be about, offered where one is typed.
 */
export function policyFields(c: PageContext, state: FormState, forAll = false, offered: Offered = NONE): Html {
  const { say } = c;
  const label = (name: string) => say(`orders.plan.${name}`);
  const text = (name: string, more: object = {}) =>
    textField(c, state, { name, label: label(name), hint: HINTED.includes(name) ? label(`${name}Hint`) : "", ...more });
  const choose = (name: string, values: readonly string[]) =>
    radioField(c, state, {
      name,
      label: label(name),
      required: true,
      choices: values.map((value) => ({
        value,
        label: label(`${name}-${value}`),
        hint: say(`orders.consequence.${name}-${value}`),
      })),
    });
  const check = (name: string) =>
    checkboxField(c, state, { name, label: label(name), hint: say(`orders.consequence.${name}`), required: true });
  const money = { inputmode: "decimal", short: true, maxLength: 20 };
  return html`<h2>${label("bookingTitle")}</h2>${check("asksToConfirm")}
    <h2>${label("minimumTitle")}</h2>${text("minimum", money)}${choose("whenMinimumMissed", ["ask", "send", "cancel"])}
    <h2>${label("casesTitle")}</h2>${choose("whenCaseOpen", ["down", "up"])}
    ${check("usesCompletion")}${forAll ? "" : text("completesUntil", { type: "datetime-local" })}
    <h2>${label("answerTitle")}</h2>${choose("sendBy", ["hand", "clock"])}
    ${text("acceptShortPercent", { inputmode: "numeric", short: true, maxLength: 3, required: true })}
    ${choose("allocation", ["proportional", "arrival", "equal"])}
    ${check("skipsConfirmation")}
    ${check("usesArrival")}
    ${forAll ? "" : html`<details${state.typed.autoClose || state.typed.autoCloseKg ? html` open` : ""}><summary>${label("autoTitle")}</summary>${text("autoClose", money)}${text("autoCloseKg", money)}</details>`}
    <details${state.typed["modName.1"] ? html` open` : ""}><summary>${label("modifiers")}</summary>${usedSlots(state, "modName").map((number) => modifierFields(c, state, number, offered))}</details>`;
}

type Offered = { readonly products: readonly string[]; readonly places: readonly string[] };
const NONE: Offered = { products: [], places: [] };

/** The words of a chosen policy or of a part of a modifier; undefined for what is told as it is written. */
export function tellPolicy(c: PageContext, name: string, value: string): string | undefined {
  const [head = ""] = name.split(".");
  if (["whenMinimumMissed", "whenCaseOpen", "sendBy", "allocation"].includes(head))
    return c.say(`orders.plan.${head}-${value}`);
  if (["modKind", "modUnit", "modSplit"].includes(head)) return c.say(`orders.modifier.${value}`);
  if (head === "modFor" || head === "modRedone") return c.say(`orders.modifier.${head}-${value}`);
  return head === "modOn" ? c.say(`orders.modifier.on-${value}`) : undefined;
}

/** The slots in use and one more to fill. */
export function usedSlots({ typed }: FormState, head: string): number[] {
  const numbers = Object.keys(typed).flatMap((name) =>
    name.startsWith(`${head}.`) && typed[name] !== "" ? [Number(name.slice(head.length + 1))] : [],
  );
  return Array.from({ length: Math.min(SLOTS, Math.max(0, ...numbers) + 1) }, (_, i) => i + 1);
}

function modifierFields(c: PageContext, state: FormState, number: number, offered: Offered): Html {
  const { say } = c;
  const label = (name: string) => say(`orders.plan.${name}`);
  const choices = (values: readonly string[]) =>
    values.map((value) => ({ value, label: say(`orders.modifier.${value}`) }));
  return html`<fieldset><legend>${say("orders.plan.modifier", { number })}</legend>
      ${textField(c, state, { name: `modName.${number}`, label: label("modName"), maxLength: 100 })}
      ${selectField(c, state, { name: `modKind.${number}`, label: label("modKind"), required: true, choices: choices(MODIFIER_KINDS) })}
      ${textField(c, state, { name: `modValue.${number}`, label: label("modValue"), inputmode: "decimal", short: true, maxLength: 20 })}
      ${selectField(c, state, { name: `modUnit.${number}`, label: label("modUnit"), required: true, hint: label("modUnitHint"), choices: choices(MODIFIER_UNITS) })}
      ${selectField(c, state, { name: `modSplit.${number}`, label: label("modSplit"), required: true, choices: choices(MEASURES) })}
      ${targetFields(c, state, number, offered)}${stepFields(c, state, number)}</fieldset>`;
}

/** What it looks at, and whether it is counted again when something else comes; put away until it is wanted. */
function targetFields(c: PageContext, state: FormState, number: number, offered: Offered): Html {
  const { say } = c;
  const [what, redone] = [`modFor.${number}`, `modRedone.${number}`];
  const named = [
    { field: "modProduct", suggestions: offered.products },
    { field: "modPlace", suggestions: [...new Set(offered.places)] },
  ];
  const { [what]: target = "order", [redone]: how = "again" } = state.typed;
  const isUsed = target !== "order" || how !== "again" || named.some(({ field }) => state.errors[`${field}.${number}`]);
  const choices = (head: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: say(`orders.modifier.${head}-${value}`) }));
  return html`<details${isUsed ? html` open` : ""}><summary>${say("orders.plan.modMore")}</summary>
      ${selectField(c, state, { name: what, label: say("orders.plan.modFor"), required: true, choices: choices("modFor", TARGETS) })}
      ${named.map(({ field, suggestions }) => textField(c, state, { name: `${field}.${number}`, label: say(`orders.plan.${field}`), hint: say(`orders.plan.${field}Hint`), maxLength: 200, ...(suggestions.length > 0 ? { suggestions } : {}) }))}
      ${selectField(c, state, { name: redone, label: say("orders.plan.modRedone"), required: true, choices: choices("modRedone", REDONE) })}</details>`;
}

/** From how much on a modifier is another; put away until it is wanted. */
function stepFields(c: PageContext, state: FormState, number: number): Html {
  const { say } = c;
  const [on, steps] = [`modOn.${number}`, `modSteps.${number}`];
  const isUsed = [on, steps].some((name) => state.typed[name] || state.errors[name]);
  const choices = [
    { value: "", label: say("orders.modifier.noSteps") },
    ...MEASURES.map((value) => ({ value, label: say(`orders.modifier.on-${value}`) })),
  ];
  return html`<details${isUsed ? html` open` : ""}><summary>${say("orders.plan.steps")}</summary>
      ${selectField(c, state, { name: on, label: say("orders.plan.modOn"), choices })}
      ${textArea(c, state, { name: steps, label: say("orders.plan.modSteps"), hint: say("orders.plan.modStepsHint"), rows: 3, maxLength: 500 })}</details>`;
}
