// The product's form: everything a product may say, the daily things first, the rest folded away.
import { CASE_MODES, CERTIFICATION_KINDS } from "../exchange/priceList.ts";
import { UNITS } from "../kernel/units.ts";
import { VAT_RATES_PERCENT } from "../kernel/vat.ts";
import {
  actionButton,
  checkboxField,
  errorSummary,
  type FormState,
  postForm,
  selectField,
  textArea,
  textField,
} from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { TEXT_LIMITS } from "./check.ts";
import { compareText, packageText, priceText } from "./pages.ts";
import { picturesPart } from "./pictures/pages.ts";
import type { Product, ProductFacts } from "./product.ts";
import type { NUMBER_NAMES } from "./productForm.ts";

export type EditorView = {
  readonly handle: string;
  /** Null for a product that is not there yet. */
  readonly product: Product | null;
  readonly state: FormState;
  readonly categories: readonly string[];
  readonly notice: string | null;
  /** Former versions, newest first. */
  readonly history: readonly { version: number; facts: ProductFacts; cause: string; createdAt: number }[];
};

export function editorPage(c: PageContext, view: EditorView): View {
  const { say } = c;
  const { product, state, handle } = view;
  const base = `/desk/${handle}/catalog`;
  const action = product ? `${base}/product/${product.slug}` : `${base}/new`;
  return {
    title: product ? product.facts.name : say("catalogs.editor.newTitle"),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    ...(product ? { script: "photos.js" as const } : {}),
    body: html`<p><a href="${base}">${say("catalogs.editor.back")}</a></p>
      ${view.notice ? html`<div class="notice" role="status"><p>${view.notice}</p></div>` : ""}
      ${errorSummary(c, state, labels(c, state))}
      ${product ? html`<p>${[priceText(c, product.facts), compareText(c, product.facts), say("catalogs.editor.package", { package: packageText(c, product.facts) })].filter(Boolean).join(" · ")}</p>` : ""}
      ${postForm(
        c,
        { action },
        html`<input type="hidden" name="version" value="${product?.version ?? 0}">
      ${daily(c, view)}
      ${folded(c, state, "describe", DESCRIBE, describe(c, state))}
      ${folded(c, state, "units", UNIT_FIELDS, units(c, state))}
      ${folded(c, state, "ordering", ORDERING, ordering(c, state))}
      ${folded(c, state, "costs", COSTS, costs(c, state))}
      ${folded(c, state, "season", SEASON, season(c, state))}
      ${folded(c, state, "certifications", ["certKind.0"], certifications(c, state))}
      ${folded(c, state, "variants", ["variantName.0"], variants(c, state))}
      ${folded(c, state, "breakdown", ["partLabel.0"], breakdown(c, state))}
      <p><button type="submit">${say("catalogs.editor.submit")}</button></p>`,
      )}
      ${product ? below(c, base, view, product) : ""}`,
  };
}

const DESCRIBE = ["description", "ingredients", "origin", "storage", "sku"];
const UNIT_FIELDS = ["contentQuantity", "contentUnit", "priceUnitCode", "portionThousandths", "weightGrams"];
const ORDERING = [
  "orderUnitCode",
  "stepThousandths",
  "minThousandths",
  "advisedMaxThousandths",
  "maxThousandths",
  "caseThousandths",
  "caseMode",
  "supplierMinThousandths",
  "supplierStepThousandths",
  "globalMinThousandths",
  "alertAtThousandths",
];
const COSTS = ["depositCents", "transportTenThousandths"];
const SEASON = ["seasonMonths", "availableFrom", "availableTo"];

/** Labels of everything that may be wrong. */
function labels(c: PageContext, state: FormState): Record<string, string> {
  return Object.fromEntries(Object.keys(state.errors).map((name) => [name, labelOf(c, name)]));
}

function labelOf(c: PageContext, name: string): string {
  return c.say(`catalogs.field.${name.split(".", 1)[0]}`);
}

// Open where something is wrong, so that no error hides.
function folded(c: PageContext, state: FormState, group: string, names: readonly string[], body: Html): Html {
  const heads = names.map((name) => name.split(".", 1)[0]!.replace(/(Kind|Name|Label)$/, ""));
  const isOpen = Object.keys(state.errors).some(
    (error) => names.includes(error) || (names[0]!.includes(".") && heads.some((head) => error.startsWith(head))),
  );
  return html`<details${isOpen ? html` open` : ""}><summary>${c.say(`catalogs.group.${group}`)}</summary>${body}</details>`;
}

const number = (c: PageContext, state: FormState, name: (typeof NUMBER_NAMES)[number] | "contentQuantity"): Html =>
  textField(c, state, { name, label: labelOf(c, name), inputmode: "decimal", short: true, maxLength: 20 });

function unitSelect(c: PageContext, state: FormState, name: string, empty: string | null): Html {
  const known = UNITS.map(({ code, [c.language]: label }) => ({ value: code, label: label.one }));
  const choices = empty === null ? known : [{ value: "", label: empty }, ...known];
  return selectField(c, state, { name, label: labelOf(c, name), choices, required: empty === null });
}

function daily(c: PageContext, { state, categories }: EditorView): Html {
  const { say } = c;
  const vat = [
    { value: "", label: say("catalogs.noVat") },
    ...VAT_RATES_PERCENT.map((rate) => ({ value: String(rate), label: `${rate} %` })),
  ];
  return html`${textField(c, state, { name: "name", label: labelOf(c, "name"), required: true, maxLength: TEXT_LIMITS.name })}
      ${textField(c, state, { name: "priceTenThousandths", label: labelOf(c, "priceTenThousandths"), hint: say("catalogs.hint.price"), inputmode: "decimal", short: true, required: true, maxLength: 20 })}
      ${unitSelect(c, state, "saleUnitCode", null)}
      ${selectField(c, state, { name: "vatRatePercent", label: labelOf(c, "vatRatePercent"), choices: vat })}
      ${textField(c, state, { name: "availableThousandths", label: labelOf(c, "availableThousandths"), hint: say("catalogs.hint.available"), inputmode: "decimal", short: true, maxLength: 20 })}
      ${textField(c, state, { name: "category", label: labelOf(c, "category"), suggestions: categories, maxLength: TEXT_LIMITS.category })}
      ${checkboxField(c, state, { name: "isActive", label: labelOf(c, "isActive") })}`;
}

function describe(c: PageContext, state: FormState): Html {
  return html`${textArea(c, state, { name: "description", label: labelOf(c, "description"), maxLength: TEXT_LIMITS.description })}
      ${textArea(c, state, { name: "ingredients", label: labelOf(c, "ingredients"), hint: c.say("catalogs.hint.ingredients"), rows: 2, maxLength: TEXT_LIMITS.ingredients })}
      ${textField(c, state, { name: "origin", label: labelOf(c, "origin"), maxLength: TEXT_LIMITS.origin })}
      ${textField(c, state, { name: "storage", label: labelOf(c, "storage"), maxLength: TEXT_LIMITS.storage })}
      ${textField(c, state, { name: "sku", label: labelOf(c, "sku"), hint: c.say("catalogs.hint.sku"), short: true, maxLength: TEXT_LIMITS.sku })}`;
}

function units(c: PageContext, state: FormState): Html {
  const { say } = c;
  return html`${number(c, state, "contentQuantity")}
      ${unitSelect(c, state, "contentUnit", say("catalogs.noUnit"))}
      ${unitSelect(c, state, "priceUnitCode", say("catalogs.sameUnit"))}
      ${textField(c, state, { name: "portionThousandths", label: labelOf(c, "portionThousandths"), hint: say("catalogs.hint.portion"), inputmode: "decimal", short: true, maxLength: 20 })}
      ${checkboxField(c, state, { name: "isVariableWeight", label: labelOf(c, "isVariableWeight"), hint: say("catalogs.hint.variableWeight") })}
      ${checkboxField(c, state, { name: "hasSeparateWeights", label: labelOf(c, "hasSeparateWeights") })}
      ${number(c, state, "weightGrams")}`;
}

function ordering(c: PageContext, state: FormState): Html {
  const { say } = c;
  const modes = CASE_MODES.map((mode) => ({ value: mode, label: say(`catalogs.caseMode.${mode}`) }));
  return html`${unitSelect(c, state, "orderUnitCode", say("catalogs.sameUnit"))}
      ${number(c, state, "stepThousandths")}
      ${number(c, state, "minThousandths")}
      ${number(c, state, "advisedMaxThousandths")}
      ${number(c, state, "maxThousandths")}
      ${number(c, state, "caseThousandths")}
      ${selectField(c, state, { name: "caseMode", label: labelOf(c, "caseMode"), choices: modes, required: true })}
      ${number(c, state, "supplierMinThousandths")}
      ${number(c, state, "supplierStepThousandths")}
      ${number(c, state, "globalMinThousandths")}
      ${number(c, state, "alertAtThousandths")}`;
}

function costs(c: PageContext, state: FormState): Html {
  return html`${number(c, state, "depositCents")}${number(c, state, "transportTenThousandths")}`;
}

function season(c: PageContext, state: FormState): Html {
  const { say } = c;
  const typed = new Set([state.typed.seasonMonths ?? []].flat());
  const months = Array.from({ length: 12 }, (_, i) => String(i + 1)).map(
    (
      month,
    ) => html`<div class="choice"><input type="checkbox" id="month-${month}" name="seasonMonths" value="${month}"${typed.has(month) ? html` checked` : ""}>
      <label for="month-${month}">${say(`catalogs.month.${month}`)}</label></div>`,
  );
  return html`<fieldset class="field" id="f-seasonMonths"><legend>${labelOf(c, "seasonMonths")}</legend>${months}</fieldset>
      ${textField(c, state, { name: "availableFrom", label: labelOf(c, "availableFrom"), type: "date" })}
      ${textField(c, state, { name: "availableTo", label: labelOf(c, "availableTo"), type: "date" })}`;
}

/** How many rows a repeated group shows: those typed and one more to fill. */
function rowCount(state: FormState, head: string): number {
  const used = Object.entries(state.typed).filter(([name, text]) => name.startsWith(`${head}.`) && text !== "");
  return Math.min(50, Math.max(-1, ...used.map(([name]) => Number(name.split(".")[1]))) + 2);
}

function repeated(c: PageContext, state: FormState, head: string, legend: string, row: (i: number) => Html): Html {
  const groups = Array.from(
    { length: rowCount(state, head) },
    (_, i) => html`<fieldset class="field"><legend>${legend} ${i + 1}</legend>${row(i)}</fieldset>`,
  );
  return html`<p><small>${c.say("catalogs.hint.moreRows")}</small></p>${groups}`;
}

const part = (c: PageContext, state: FormState, head: string, i: number, decimal = false): Html =>
  textField(c, state, {
    name: `${head}.${i}`,
    label: labelOf(c, head),
    maxLength: 100,
    ...(decimal ? { inputmode: "decimal" as const, short: true } : {}),
  });

function certifications(c: PageContext, state: FormState): Html {
  const { say } = c;
  const none = { value: "", label: say("catalogs.noCertificate") };
  const kinds = [none, ...CERTIFICATION_KINDS.map((kind) => ({ value: kind, label: say(`catalogs.kind.${kind}`) }))];
  return repeated(
    c,
    state,
    "certKind",
    labelOf(c, "certifications"),
    (i) => html`${selectField(c, state, { name: `certKind.${i}`, label: labelOf(c, "certKind"), choices: kinds })}
      ${part(c, state, "certBody", i)}${part(c, state, "certCode", i)}
      ${textField(c, state, { name: `certUntil.${i}`, label: labelOf(c, "certUntil"), type: "date" })}`,
  );
}

function variants(c: PageContext, state: FormState): Html {
  return repeated(
    c,
    state,
    "variantName",
    labelOf(c, "variants"),
    (i) => html`${part(c, state, "variantName", i)}${part(c, state, "variantCode", i)}
      ${part(c, state, "variantPrice", i, true)}${part(c, state, "variantWeight", i, true)}
      ${part(c, state, "variantAvailable", i, true)}`,
  );
}

function breakdown(c: PageContext, state: FormState): Html {
  return repeated(
    c,
    state,
    "partLabel",
    labelOf(c, "priceBreakdown"),
    (i) => html`${part(c, state, "partLabel", i)}${part(c, state, "partAmount", i)}`,
  );
}

function below(c: PageContext, base: string, view: EditorView, product: Product): Html {
  const { say } = c;
  const path = `${base}/product/${product.slug}`;
  const version = String(product.version);
  return html`${picturesPart(c, path, product)}
      <h2>${say("catalogs.history.title")}</h2>
      <ul class="rows">${view.history.map((one) => html`<li class="row"><div>${priceText(c, one.facts)}<small>${say(`catalogs.cause.${one.cause}`)}, ${c.format.dateTime(one.createdAt)}</small></div></li>`)}</ul>
      <details><summary>${say("catalogs.remove.summary")}</summary>
        <p>${say("catalogs.remove.hint")}</p>
        ${actionButton(c, { action: `${path}/remove`, label: say("catalogs.remove.submit"), fields: { version }, kind: "danger" })}
      </details>`;
}
