// Prices and stock on a phone: one row a product, saved by itself and taken back by one tap; many prices by a percentage,
// looked at before anything changes. Pure: view -> HTML.
import { formatDecimal } from "../kernel/decimal.ts";
import { unitLabel } from "../kernel/units.ts";
import { actionButton, errorSummary, type FormState, postForm, selectField, textField } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { Sifted } from "../web/lists.ts";
import type { PageContext, View } from "../web/page.ts";
import { emptyState, listPages, listTools, notice, statusBadge } from "../web/parts.ts";
import { compareText } from "./pages.ts";
import type { Product, ProductFacts } from "./product.ts";
import { isOut, isShort, PRICE_STEPS, type PriceStep } from "./quick.ts";

/** What a cycle keeps of a product, whatever happens to the list: versions never change. */
type KeptGoods = { readonly href: string; readonly name: string; readonly facts: ProductFacts };
export type KeptByProduct = ReadonlyMap<string, readonly KeptGoods[]>;

/** How a row stands: as it is, just saved (and can be taken back), or not saved and why (`typed` is kept). */
export type RowState =
  | { readonly kind: "still" }
  | { readonly kind: "saved"; readonly isUndone: boolean }
  | {
      readonly kind: "wrong";
      readonly typed: { price: string; available: string };
      readonly reasons: readonly string[];
    };

const CHIPS = ["offered", "short", "out", "paused"] as const;

export type QuickView = {
  readonly base: string;
  readonly sifted: Sifted<Product>;
  readonly categories: readonly string[];
  readonly kept: KeptByProduct;
  readonly stateOf: (product: Product) => RowState;
  /** What was just done with many prices: how many, and what takes it back (null once it was taken back). */
  readonly many: { readonly count: number; readonly at: number | null } | null;
  readonly percent: FormState;
};

/** The whole list. `view.base` is the address of this page. */
export function quickPage(c: PageContext, view: QuickView): View {
  const { say } = c;
  const { base, sifted, many, percent } = view;
  const chips = CHIPS.map((name) => ({ name, label: say(`catalogs.quick.chip.${name}`) }));
  const isEmpty = sifted.all === 0 && sifted.find === "";
  const rows = sifted.items.map(
    (product) =>
      html`<li class="quick" id="p-${product.slug}">${quickRow(c, view, product, view.stateOf(product))}</li>`,
  );
  const catalog = base.replace(/\/quick$/, "");
  const nothing = isEmpty
    ? emptyState({
        text: say("catalogs.list.empty"),
        action: { href: `${catalog}/import`, label: say("catalogs.list.import") },
      })
    : emptyState({ text: say("catalogs.list.nothing") });
  return {
    title: say("catalogs.quick.title"),
    ...(Object.keys(percent.errors).length > 0 ? { status: 422 } : {}),
    enhanced: true,
    kept: true,
    body: html`<p><a href="${catalog}">${say("catalogs.editor.back")}</a></p>
      ${many ? manyDone(c, base, many) : ""}
      ${isEmpty ? "" : html`${percentForm(c, view)}${listTools(c, sifted, { label: say("catalogs.list.search"), chips })}`}
      ${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : nothing}
      ${listPages(c, sifted)}`,
  };
}

function manyDone(c: PageContext, base: string, { count, at }: NonNullable<QuickView["many"]>): Html {
  const { say } = c;
  if (at === null) return notice(say("catalogs.quick.manyUndone", { count }));
  const undo = actionButton(c, {
    action: `${base}/percent/undo`,
    label: say("catalogs.quick.undoMany"),
    fields: { at: String(at) },
    kind: "quiet",
  });
  return html`<div class="notice" role="status"><p>${say("catalogs.quick.manyDone", { count })}</p>${undo}</div>`;
}

/** What stands in a row: also the answer to a press on it. */
export function quickRow(
  c: PageContext,
  { base, kept }: Pick<QuickView, "base" | "kept">,
  product: Product,
  state: RowState,
): Html {
  const { say } = c;
  const { facts, slug, version } = product;
  const mark = c.language === "it" ? "," : ".";
  const typed = state.kind === "wrong" ? state.typed : quickFields(facts, mark);
  const field = (name: "price" | "available", label: string, unit: string) =>
    html`<div class="field"><label for="${name}-${slug}">${label} <small>${unit}</small></label>
      <input id="${name}-${slug}" class="short" type="text" name="${name}" inputmode="decimal" maxlength="20" autocomplete="off" enterkeyhint="done" value="${typed[name]}"${state.kind === "wrong" ? html` aria-invalid="true" aria-describedby="why-${slug}"` : ""}></div>`;
  const perPrice = say("catalogs.quick.perUnit", { unit: unitLabel(facts.priceUnitCode, 1000, c.language) });
  const press = (act: string, label: string, kind: string) =>
    html`<button type="submit" name="act" value="${act}" class="${kind}">${label}<span class="skip"> ${facts.name}</span></button>`;
  const out = isOut(facts)
    ? press("back", say("catalogs.quick.back"), "quiet")
    : press("out", say("catalogs.quick.out"), "quiet");
  return html`<div class="quick-name"><a href="${base.replace(/\/quick$/, "")}/product/${slug}">${facts.name}</a> ${badge(c, facts)}
      <small>${compareText(c, facts)}</small></div>
    ${postForm(
      c,
      {
        action: `${base}/${slug}`,
        class: "quick-form",
        press: { trigger: "submit", sync: "this:queue all", swap: "none" },
        // In a field without network it waits in the phone; of two words about one product the later counts.
        queue: { line: slug, label: facts.name, stays: true },
      },
      html`<input type="hidden" name="version" value="${version}">
      ${field("price", say("catalogs.field.priceTenThousandths"), perPrice)}
      ${field("available", say("catalogs.field.availableThousandths"), unitLabel(facts.saleUnitCode, 2000, c.language))}
      <div class="actions">${press("save", say("catalogs.quick.submit"), "plain")}${out}${facts.isActive ? "" : press("resume", say("catalogs.quick.resume"), "quiet")}<output data-said aria-live="polite"></output></div>`,
    )}
    ${said(c, base, product, state)}
    ${keptLines(c, kept.get(product.id) ?? [])}`;
}

/** What the two fields say of a product: typed anew, they change nothing. */
export function quickFields(
  { priceTenThousandths, availableThousandths }: ProductFacts,
  mark: "," | ".",
): { price: string; available: string } {
  const stored = (value: number | null, places: number) =>
    value === null ? "" : formatDecimal(value, places, places === 4 ? 2 : 0).replace(".", mark);
  return { price: stored(priceTenThousandths, 4), available: stored(availableThousandths, 3) };
}

function badge(c: PageContext, facts: ProductFacts): Html | "" {
  const { say } = c;
  if (!facts.isActive) return statusBadge("wait", say("catalogs.paused"));
  if (isOut(facts)) return statusBadge("stop", say("catalogs.out"));
  return isShort(facts) ? statusBadge("wait", say("catalogs.short")) : "";
}

function said(c: PageContext, base: string, { slug, version, facts }: Product, state: RowState): Html | "" {
  const { say } = c;
  if (state.kind === "still") return "";
  if (state.kind === "wrong")
    return html`<p class="wrong" id="why-${slug}" role="alert">${state.reasons.join(" ")}</p>`;
  if (state.isUndone) return html`<p class="quick-said" role="status">${say("catalogs.quick.undone")}</p>`;
  const undo = {
    action: `${base}/${slug}/undo`,
    label: say("catalogs.quick.undo"),
    describe: facts.name,
    fields: { version: String(version) },
  };
  return html`<div class="quick-said" role="status"><span>${say("catalogs.quick.saved")}</span>${actionButton(c, { ...undo, kind: "quiet" })}</div>`;
}

/** An open cycle goes on at the price it was opened with: said where a price is changed. */
function keptLines(c: PageContext, kept: readonly KeptGoods[]): Html | "" {
  if (kept.length === 0) return "";
  const items = kept.map(({ href, name, facts }) => {
    const price = `${c.format.unitPrice(facts.priceTenThousandths)} / ${unitLabel(facts.priceUnitCode, 1000, c.language)}`;
    return html`<small>${c.say("catalogs.quick.kept", { price })} <a href="${href}">${name}</a></small>`;
  });
  return html`<div class="quick-kept">${items}</div>`;
}

function percentForm(c: PageContext, { base, categories, percent }: QuickView): Html {
  const { say } = c;
  const isOpen = Object.keys(percent.errors).length > 0;
  const labels = { percent: say("catalogs.quick.percent") };
  return html`<details${isOpen ? html` open` : ""}><summary>${say("catalogs.quick.many")}</summary>
      ${errorSummary(c, percent, labels)}
      <form method="get" action="${base}/percent" class="stack" novalidate>${percentFields(c, percent, categories)}
        <button type="submit" class="quiet">${say("catalogs.quick.preview")}</button></form></details>`;
}

function percentFields(c: PageContext, state: FormState, categories: readonly string[]): Html {
  const { say } = c;
  const shown = { ...state, typed: { step: String(PRICE_STEPS[0]), ...state.typed } };
  const steps = PRICE_STEPS.map((step) => ({ value: String(step), label: c.format.money(step / 100) }));
  const kinds = [
    { value: "", label: say("catalogs.show.all") },
    ...categories.map((one) => ({ value: one, label: one })),
  ];
  return html`${textField(c, shown, { name: "percent", label: say("catalogs.quick.percent"), hint: say("catalogs.quick.percentHint"), inputmode: "decimal", short: true, required: true, maxLength: 10 })}
    ${categories.length > 1 ? selectField(c, shown, { name: "category", label: say("catalogs.field.category"), choices: kinds }) : ""}
    ${selectField(c, shown, { name: "step", label: say("catalogs.quick.step"), required: true, choices: steps })}`;
}

/** What a percentage would do, each price with its tick. `hidden` is what the percentage was. */
export function percentPage(
  c: PageContext,
  view: {
    readonly base: string;
    readonly percent: string;
    readonly steps: readonly PriceStep[];
    readonly hidden: Readonly<Record<string, string>>;
  },
): View {
  const { say } = c;
  const { base, percent, steps, hidden } = view;
  const rows = steps.map(({ product: { slug, version, facts }, before, after }) => {
    const unit = unitLabel(facts.priceUnitCode, 1000, c.language);
    return html`<li class="row"><div class="choice"><input type="checkbox" id="v-${slug}" name="version.${slug}" value="${version}" checked>
      <label for="v-${slug}">${facts.name}</label></div>
      <span class="amount"><s>${c.format.unitPrice(before)}</s> <strong>${c.format.unitPrice(after)}</strong> / ${unit}</span></li>`;
  });
  const fields = Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return {
    title: say("catalogs.quick.previewTitle", { percent }),
    body: html`<p><a href="${base}">${say("catalogs.quick.backToList")}</a></p>
      ${
        steps.length === 0
          ? emptyState({
              text: say("catalogs.quick.nothingChanges"),
              action: { href: base, label: say("catalogs.quick.backToList") },
            })
          : html`<p class="lead">${say("catalogs.quick.previewLead", { count: steps.length })}</p>
        ${postForm(c, { action: `${base}/percent` }, html`${fields}<ul class="rows">${rows}</ul><button type="submit">${say("catalogs.quick.apply")}</button>`)}`
      }`,
  };
}
