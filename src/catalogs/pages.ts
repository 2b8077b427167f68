// The catalog as people see it: the producer's list with its quick changes, and what everybody may read.
import { instantOfRome, romeTime } from "../kernel/time.ts";
import { unitLabel } from "../kernel/units.ts";
import { actionButton } from "../web/forms.ts";
import { type Html, html } from "../web/html.ts";
import type { PageContext, View } from "../web/page.ts";
import { certificateState } from "./certificate.ts";
import { keeperNote } from "./keeping/pages.ts";
import { pictureUrl } from "./pictures/addresses.ts";
import { smallPicture } from "./pictures/pages.ts";
import { comparePrice, measureOf, type Product, type ProductFacts, packageOf } from "./product.ts";
import { isOut, isShort } from "./quick.ts";

/** "2,85 € / kg": the price as it is asked for, with VAT. */
export function priceText(c: PageContext, facts: ProductFacts): string {
  return `${c.format.unitPrice(facts.priceTenThousandths)} / ${unitLabel(facts.priceUnitCode, 1000, c.language)}`;
}

/** The price by the kilogram, litre or piece, where it says more than the price itself. */
export function compareText(c: PageContext, facts: ProductFacts): string {
  const compared = comparePrice(facts);
  if (!compared || compared.base === facts.priceUnitCode) return "";
  const price = c.format.money(Math.round(compared.priceTenThousandths / 100));
  return `${price} / ${unitLabel(compared.base, 1000, c.language)}`;
}

/** "10 kg", "1 vasetto": so much of a unit, in words. */
export function quantityText(c: PageContext, quantityThousandths: number, unitCode: string): string {
  return `${c.format.quantity(quantityThousandths)} ${unitLabel(unitCode, quantityThousandths, c.language)}`;
}

/** What of the catalog is listed, as its address says it. */
type ListQuery = {
  readonly search?: string | undefined;
  readonly show?: "all" | "offered" | "paused" | undefined;
  readonly category?: string | undefined;
};

export type CatalogView = {
  readonly handle: string;
  readonly query: ListQuery;
  readonly products: readonly Product[];
  readonly categories: readonly string[];
  /** Where the next page is; null on the last one. */
  readonly nextHref: string | null;
  readonly lastImport: { readonly id: string; readonly fileName: string; readonly at: number } | null;
  /** What was just done, in a sentence. */
  readonly notice: string | null;
  /** Who keeps the list; null: the producer itself. */
  readonly keeperName: string | null;
  /** Whether they sell here or only keep the list, and whether they may name who does. */
  readonly by: { readonly sells: boolean; readonly administers: boolean };
};

/** The producer's own list. */
export function catalogPage(c: PageContext, view: CatalogView): View {
  const { say } = c;
  const base = `/desk/${view.handle}/catalog`;
  const isFiltered = Boolean(view.query.search || view.query.category || (view.query.show ?? "all") !== "all");
  const rows = view.products.map((product) => productRow(c, base, product));
  return {
    title: say("catalogs.list.title"),
    body: html`${view.notice ? html`<div class="notice" role="status"><p>${view.notice}</p></div>` : ""}
      ${keeperNote(c, view.keeperName)}
      <p class="actions">
        <a role="button" href="${base}/new">${say("catalogs.list.add")}</a>
        ${view.products.length > 0 ? html`<a role="button" class="quiet" href="${base}/quick">${say("catalogs.quick.title")}</a>` : ""}
        ${view.products.length > 0 ? html`<a role="button" class="quiet" href="${base}/certificates">${say("catalogs.certificate.title")}</a>` : ""}
        <a role="button" class="quiet" href="${base}/import">${say("catalogs.list.import")}</a>
      </p>
      ${view.lastImport ? undoNote(c, base, view.lastImport) : ""}
      ${rows.length > 0 || isFiltered ? filters(c, base, view) : ""}
      ${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : html`<p class="empty">${say(isFiltered ? "catalogs.list.nothing" : "catalogs.list.empty")}</p>`}
      ${view.nextHref ? html`<p><a href="${view.nextHref}" rel="next">${say("catalogs.list.more")}</a></p>` : ""}
      ${view.by.sells ? html`<p><a href="${base}/open">${say("opendata.choice.title")}</a></p>` : ""}
      ${view.by.administers ? html`<p><a href="${base}/keeper">${say("catalogs.keeper.title")}</a></p>` : ""}
      ${
        rows.length > 0
          ? html`<h2>${say("catalogs.list.export")}</h2>
      <ul class="links">
        <li><a href="${base}/export?format=csv">${say("catalogs.list.exportCsv")}</a></li>
        <li><a href="${base}/export?format=gdxp">${say("catalogs.list.exportGdxp")}</a></li>
      </ul>`
          : ""
      }`,
  };
}

function undoNote(c: PageContext, base: string, { id, fileName, at }: NonNullable<CatalogView["lastImport"]>): Html {
  const { say } = c;
  return html`<details><summary>${say("catalogs.undo.summary", { file: fileName, when: c.format.dateTime(at) })}</summary>
      <p>${say("catalogs.undo.hint")}</p>
      ${actionButton(c, { action: `${base}/import/undo`, label: say("catalogs.undo.submit"), fields: { importId: id }, kind: "danger" })}
    </details>`;
}

function filters(c: PageContext, base: string, { query, categories }: CatalogView): Html {
  const { say } = c;
  const chips = (["all", "offered", "paused"] as const).map((show) =>
    chip(say(`catalogs.show.${show}`), addressOf(base, { ...query, show }), (query.show ?? "all") === show),
  );
  return html`${searchForm(c, base, query.search ?? "")}
      <ul class="chips">${chips}</ul>
      ${categoryChips(base, query, categories)}`;
}

/** One chip a category; a second press takes it off. Nothing where all stand in one. */
export function categoryChips(
  base: string,
  query: Record<string, string | undefined>,
  categories: readonly string[],
): Html | "" {
  if (categories.length < 2) return "";
  const kinds = categories.map((category) => {
    const isHere = query.category === category;
    return chip(category, addressOf(base, { ...query, category: isHere ? undefined : category }), isHere);
  });
  return html`<ul class="chips">${kinds}</ul>`;
}

/** A search that works without script; accents do not matter. */
export function searchForm(c: PageContext, action: string, search: string, hidden: Record<string, string> = {}): Html {
  const kept = Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="get" action="${action}" class="search no-print" role="search">
      ${kept}<label for="f-search">${c.say("catalogs.list.search")}</label>
      <input id="f-search" name="search" type="search" value="${search}" maxlength="100" autocomplete="off" enterkeyhint="search">
      <button type="submit" class="quiet">${c.say("catalogs.list.find")}</button>
    </form>`;
}

function chip(label: string, href: string, isHere: boolean): Html {
  return html`<li><a href="${href}"${isHere ? html` aria-current="true"` : ""}>${label}</a></li>`;
}

/** The list's address with this query. */
export function addressOf(base: string, query: Record<string, string | undefined>): string {
  const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== "" && value !== "all");
  const text = new URLSearchParams(said as [string, string][]).toString();
  return text === "" ? base : `${base}?${text}`;
}

function productRow(c: PageContext, base: string, product: Product): Html {
  const { say } = c;
  const { facts, slug } = product;
  const details = [priceText(c, facts), compareText(c, facts), stockText(c, facts)].filter(Boolean).join(" · ");
  return html`<li class="row" id="p-${slug}">${thumb(facts)}
      <div class="grow"><a href="${base}/product/${slug}">${facts.name}</a>
      ${facts.isActive ? "" : html` <span class="badge wait">${say("catalogs.paused")}</span>`}
      ${isOut(facts) ? html` <span class="badge stop">${say("catalogs.out")}</span>` : ""}
      ${isShort(facts) ? html` <span class="badge wait">${say("catalogs.short")}</span>` : ""}
      <small>${details}</small></div>
    </li>`;
}

function stockText(c: PageContext, { availableThousandths, saleUnitCode }: ProductFacts): string {
  if (availableThousandths === null) return "";
  return c.say("catalogs.stock", { quantity: quantityText(c, availableThousandths, saleUnitCode) });
}

/** Whose catalog it is, for everybody's pages. */
export type PublicProducer = {
  readonly handle: string;
  readonly name: string;
  readonly showsPrices: boolean;
  /** Who keeps its list; null: itself. */
  readonly keeperName: string | null;
};

/**
 * The section "what we offer" of a producer's public page: what everybody may know, never stock, and prices only where it shows them (PROTOCOL 3).
 * `hasMore` leads to the whole catalog. Empty text where the producer has no catalog yet.
 */
export function publicCatalogSection(
  c: PageContext,
  producer: PublicProducer,
  products: readonly Product[],
  hasMore: boolean,
): Html | "" {
  if (products.length === 0) return "";
  const { say } = c;
  return html`<h2>${say("catalogs.public.title")}</h2>
      ${listNotes(c, producer)}
      ${publicRows(c, producer, products)}
      ${hasMore ? html`<p><a href="/${producer.handle}/catalog">${say("catalogs.public.all")}</a></p>` : ""}`;
}

export function publicCatalogPage(
  c: PageContext,
  producer: PublicProducer,
  view: {
    products: readonly Product[];
    query: ListQuery;
    categories: readonly string[];
    nextHref: string | null;
    alternate: string;
  },
): View {
  const { say } = c;
  const { query } = view;
  const base = `/${producer.handle}/catalog`;
  const isFiltered = Boolean(query.search || query.category);
  const isEmpty = view.products.length === 0;
  return {
    title: say("catalogs.public.of", { name: producer.name }),
    ...(producer.showsPrices ? {} : { description: say("catalogs.public.prices") }),
    alternate: view.alternate,
    body: html`<p><a href="/${producer.handle}">${producer.name}</a></p>
      ${listNotes(c, producer)}
      ${isEmpty && !isFiltered ? "" : html`${searchForm(c, base, query.search ?? "")}${categoryChips(base, query, view.categories)}`}
      ${isEmpty ? html`<p class="empty">${say(isFiltered ? "catalogs.list.nothing" : "catalogs.public.empty")}</p>` : publicRows(c, producer, view.products)}
      ${view.nextHref ? html`<p><a href="${view.nextHref}" rel="next">${say("catalogs.list.more")}</a></p>` : ""}`,
  };
}

/** Who keeps the list, where it is not the producer, and who may see prices, where not everybody may. */
function listNotes(c: PageContext, { showsPrices, keeperName }: PublicProducer): Html {
  return html`${keeperNote(c, keeperName)}${showsPrices ? "" : html`<p>${c.say("catalogs.public.prices")}</p>`}`;
}

function publicPrices(c: PageContext, { showsPrices }: PublicProducer, facts: ProductFacts): string {
  return showsPrices ? [priceText(c, facts), compareText(c, facts)].filter(Boolean).join(" · ") : "";
}

function publicRows(c: PageContext, producer: PublicProducer, products: readonly Product[]): Html {
  // Once and not for each: the calendar costs as much as the rest of a row.
  const today = romeTime(c.now).date;
  const rows = products.map(
    ({
      facts,
      slug,
    }) => html`<li class="row">${thumb(facts)}<div class="grow"><a href="/${producer.handle}/catalog/${slug}">${facts.name}</a>
      <small>${[publicPrices(c, producer, facts), publicDetails(c, facts, today)].filter(Boolean).join(" · ")}</small></div></li>`,
  );
  return html`<ul class="rows">${rows}</ul>`;
}

/** The first picture of a product, small; nothing where it has none. */
function thumb({ images }: ProductFacts): Html | "" {
  const [first] = images;
  return first ? smallPicture(first.hash, first.alt) : "";
}

function publicDetails(c: PageContext, facts: ProductFacts, today: string): string {
  const kinds = facts.certifications.map(({ kind, validUntil }) => {
    const name = c.say(`catalogs.kind.${kind}`);
    // What has lapsed is said, never hidden: who buys may ask.
    return certificateState(validUntil, today) === "expired" ? c.say("catalogs.certificate.lapsed", { name }) : name;
  });
  return [packageText(c, facts), ...new Set(kinds), seasonText(c, facts.seasonMonths)].filter(Boolean).join(" · ");
}

/** The orderable package in words; "circa" where its weight varies. */
export function packageText(c: PageContext, facts: ProductFacts): string {
  const { quantityThousandths, unitCode } = packageOf(facts);
  const text = quantityText(c, quantityThousandths, unitCode);
  return facts.isVariableWeight ? c.say("catalogs.about", { quantity: text }) : text;
}

/** The months in words, or nothing for the whole year. */
export function seasonText(c: PageContext, months: readonly number[]): string {
  return months.length === 0 ? "" : c.format.list(months.map((month) => c.say(`catalogs.month.${month}`)));
}

function dayText(c: PageContext, date: string): string {
  const noon = instantOfRome({ date, time: "12:00" });
  return noon === null ? date : c.format.date(noon);
}

/** One product for everybody. */
export function publicProductPage(c: PageContext, producer: PublicProducer, product: Product, alternate: string): View {
  const { facts } = product;
  const { say } = c;
  const fact = (key: string, text: string) =>
    text ? html`<dt>${say(`catalogs.field.${key}`)}</dt><dd>${text}</dd>` : "";
  const certificates = facts.certifications.map(({ kind, body, operatorCode, validUntil }) =>
    [
      say(`catalogs.kind.${kind}`),
      body,
      operatorCode,
      validUntil &&
        say(certificateState(validUntil, romeTime(c.now).date) === "expired" ? "catalogs.expired" : "catalogs.until", {
          date: dayText(c, validUntil),
        }),
    ]
      .filter(Boolean)
      .join(", "),
  );
  const least = facts.supplierMinThousandths;
  const minimum = least === null ? null : measureOf(facts, least);
  return {
    title: facts.name,
    alternate,
    description: (facts.description || say("catalogs.public.of", { name: producer.name })).slice(0, 300),
    ...(facts.images[0] ? { picture: pictureUrl(facts.images[0].hash) } : {}),
    body: html`<p><a href="/${producer.handle}/catalog">${say("catalogs.public.of", { name: producer.name })}</a></p>
      ${facts.images.length === 0 ? "" : html`<ul class="gallery">${facts.images.map(({ hash, alt }) => html`<li><img src="${pictureUrl(hash)}" alt="${alt}" width="480" height="360" loading="lazy"></li>`)}</ul>`}
      ${facts.description
        .split("\n")
        .filter(Boolean)
        .map((line) => html`<p>${line}</p>`)}
      <dl class="facts">
        ${fact("package", packageText(c, facts))}
        ${fact("priceTenThousandths", publicPrices(c, producer, facts))}
        ${fact("supplierMinThousandths", minimum ? quantityText(c, minimum.quantityThousandths, minimum.unitCode) : "")}
        ${fact("seasonMonths", seasonText(c, facts.seasonMonths))}
        ${fact("certifications", c.format.list(certificates))}
        ${fact("origin", facts.origin)}
        ${fact("ingredients", facts.ingredients)}
        ${fact("storage", facts.storage)}
        ${fact("variants", c.format.list(facts.variants.filter(({ isActive }) => isActive).map(({ name }) => name)))}
      </dl>
      ${listNotes(c, producer)}`,
  };
}
