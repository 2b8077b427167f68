// How much of each product one group may have: a field a product, empty where it is whatever there is. Pure: view -> HTML.
import { addressOf, quantityText, searchForm } from "../catalogs/pages.ts";
import type { Product } from "../catalogs/product.ts";
import type { Quota } from "../catalogs/quota.ts";

import { formatQuantity } from "../kernel/quantity.ts";
import { unitLabel } from "../kernel/units.ts";
import { errorSummary, type FormState, postForm, textField } from "../web/forms.ts";
import { html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";

/** A product of the list; `quota` as it stands, `sale` the same in thousandths of the sale unit, null where it was said in another unit. */
type QuotaRow = { readonly product: Product; readonly quota: Quota | null; readonly sale: number | null };

export type QuotaView = {
  readonly pactIri: string;
  readonly peerName: string;
  readonly rows: readonly QuotaRow[];
  readonly search: string;
  /** The first product's `after`, and that of the next page; null where there is none. */
  readonly after: string | null;
  readonly next: string | null;
  readonly isSaved: boolean;
};

/** The name of a product's field. */
export function quotaField(slug: string): string {
  return `most.${slug}`;
}

/** The page of one group's share of the list. */
export function quotasPage(c: PageContext, state: FormState, view: QuotaView): View {
  const { say } = c;
  const { pactIri, peerName, rows, search, after, next } = view;
  const base = c.path;
  const labels = Object.fromEntries(rows.map(({ product }) => [quotaField(product.slug), product.facts.name]));
  const stored = Object.fromEntries(
    rows.map(({ product, sale }) => [quotaField(product.slug), sale === null ? "" : written(sale)]),
  );
  const shown = { typed: { ...stored, ...state.typed }, errors: state.errors };
  const fields = rows.map(({ product, quota, sale }) => {
    const { name, saleUnitCode, availableThousandths } = product.facts;
    const inAll =
      availableThousandths === null
        ? say("sales.quota.enough")
        : say("sales.quota.inAll", { quantity: quantityText(c, availableThousandths, saleUnitCode) });
    const otherUnit = quota !== null && sale === null ? ` ${say("sales.quota.otherUnit")}` : "";
    const unit = say("sales.quota.unit", { unit: unitLabel(saleUnitCode, 2000, c.language) });
    return textField(c, shown, {
      name: quotaField(product.slug),
      label: name,
      hint: `${unit} ${inAll}${otherUnit}`,
      inputmode: "decimal",
      short: true,
      maxLength: 20,
    });
  });
  const hidden = html`<input type="hidden" name="iri" value="${pactIri}"><input type="hidden" name="search" value="${search}"><input type="hidden" name="after" value="${after ?? ""}">`;
  return {
    title: say("sales.quota.title", { name: peerName }),
    ...(Object.keys(state.errors).length > 0 ? { status: 422 } : {}),
    body: html`<p class="lead">${say("sales.quota.lead", { name: peerName })}</p>
      ${view.isSaved ? html`<p class="notice" role="status">${say("sales.quota.saved")}</p>` : ""}
      <p>${say("sales.quota.how")}</p>
      ${errorSummary(c, state, labels)}
      ${searchForm(c, base, search, { iri: pactIri })}
      ${
        rows.length === 0
          ? html`<p class="empty">${say(search ? "sales.choose.noneFound" : "sales.choose.emptyCatalog")}</p>`
          : postForm(
              c,
              { action: base },
              html`${hidden}${fields}<button type="submit">${say("sales.quota.save")}</button>`,
            )
      }
      ${next ? html`<p><a href="${addressOf(base, { iri: pactIri, search, after: next })}">${say("sales.desk.more")}</a></p>` : ""}
      <p><a href="${addressOf(base.replace(/quotas$/, "pact"), { iri: pactIri })}">${say("sales.quota.back")}</a></p>`,
  };
}

function written(thousandths: number): string {
  return formatQuantity(thousandths).replace(".", ",");
}
