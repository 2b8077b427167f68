// The catalogs we follow, as a group reads them: whose, how old, what and at which price.
import { unitLabel } from "../../kernel/units.ts";
import { timeTag } from "../../web/format.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { emptyState } from "../../web/parts.ts";
import { keeperNote } from "../keeping/pages.ts";
import { categoryChips, quantityText, searchForm, seasonText } from "../pages.ts";
import { smallPicture } from "../pictures/pages.ts";
import type { ForeignMeasure, MirroredProduct } from "../readProposal.ts";
import type { Mirror, MirrorItem } from "./store.ts";

/** A mirror with its producer's name, as that producer says it, and who keeps its list; null: itself. */
export type NamedMirror = { readonly mirror: Mirror; readonly name: string; readonly keeperName: string | null };

export function mirrorsPage(c: PageContext, handle: string, mirrors: readonly NamedMirror[]): View {
  const { say } = c;
  const rows = mirrors.map(
    ({ mirror, name }) => html`<li class="row"><div><a href="${mirrorHref(handle, mirror.producerId)}">${name}</a>
      <small>${new URL(mirror.producerId).host} · ${age(c, mirror)}</small></div></li>`,
  );
  return {
    title: say("catalogs.mirrors.title"),
    body:
      rows.length > 0
        ? html`<ul class="rows">${rows}</ul>`
        : emptyState({
            text: say("catalogs.mirrors.empty"),
            action: { href: `/desk/${handle}/partners`, label: say("catalogs.mirrors.toPartners") },
          }),
  };
}

/** Where one of our actors reads its copy of a producer's catalog. */
function mirrorHref(handle: string, producerId: string): string {
  return `/desk/${handle}/mirrors?producer=${encodeURIComponent(producerId)}`;
}

/** What a member marks on a list, drawn by the room whose marks they are: the form once, the producer's own, then each product's. */
export type ListStars = {
  readonly form: Html;
  readonly producer: Html;
  readonly of: (productIri: string, name: string) => Html;
};

export type MirrorView = {
  readonly handle: string;
  readonly named: NamedMirror;
  readonly items: readonly MirrorItem[];
  readonly query: { readonly search: string; readonly category: string };
  /** The kinds of all it holds. */
  readonly categories: readonly string[];
  readonly nextHref: string | null;
  /** The pictures this node holds, by the address their producer gave: the hash of each. */
  readonly pictures: ReadonlyMap<string, string>;
  readonly stars: ListStars | null;
};

export function mirrorPage(c: PageContext, view: MirrorView): View {
  const { handle, named, items, query, nextHref, pictures, stars } = view;
  const { say } = c;
  const { mirror, name, keeperName } = named;
  const { producerId } = mirror;
  const { search, category } = query;
  const isNarrowed = search !== "" || category !== "";
  const hasPrices = items.some(({ product }) => product.packagePriceCents !== null);
  return {
    title: say("catalogs.mirrors.of", { name }),
    body: html`<p><a href="/desk/${handle}/mirrors">${say("catalogs.mirrors.title")}</a></p>
      <p>${age(c, mirror)}</p>
      ${keeperNote(c, keeperName)}
      ${stars ? html`${stars.form}${stars.producer}` : ""}
      ${mirror.lastError === null ? "" : html`<p class="notice">${say("catalogs.mirrors.trouble", { when: mirror.dueAt === null ? "" : c.format.dateTime(mirror.dueAt) })}</p>`}
      ${items.length > 0 && !hasPrices ? html`<p class="notice">${say("catalogs.mirrors.noPrices")}</p>` : ""}
      ${items.length > 0 || isNarrowed ? narrowing(c, view) : ""}
      ${items.length > 0 ? html`<ul class="rows">${items.map((item) => itemRow(c, item, pictures, stars))}</ul>` : html`<p class="empty">${say(isNarrowed ? "catalogs.list.nothing" : "catalogs.mirrors.nothing")}</p>`}
      ${nextHref ? html`<p><a href="${nextHref}" rel="next">${say("catalogs.list.more")}</a></p>` : ""}
      <p><a href="/desk/${handle}/report?who=${encodeURIComponent(producerId)}">${say("partners.report.link")}</a></p>`,
  };
}

function narrowing(c: PageContext, { handle, named, query, categories }: MirrorView): Html {
  const base = `/desk/${handle}/mirrors`;
  const { producerId: producer } = named.mirror;
  const kept = { producer, ...(query.category === "" ? {} : { category: query.category }) };
  return html`${searchForm(c, base, query.search, kept)}${categoryChips(base, { producer, ...query }, categories)}`;
}

function age(c: PageContext, { fetchedAt }: Mirror): Html | string {
  if (fetchedAt === null) return c.say("catalogs.mirrors.notYet");
  return html`${c.say("catalogs.mirrors.copyOf")} ${timeTag(c.language, fetchedAt, c.now)}`;
}

function itemRow(
  c: PageContext,
  { itemId, product, isDoubtful }: MirrorItem,
  pictures: MirrorView["pictures"],
  stars: ListStars | null,
): Html {
  const hash = product.picture && pictures.get(product.picture.url);
  const { say } = c;
  const kinds = product.certifications.map((kind) => say(`catalogs.kind.${kind}`));
  const details = [packageOf(c, product), stock(c, product), ...kinds, seasonText(c, product.seasonMonths)];
  return html`<li class="row">${hash ? smallPicture(hash, product.picture?.alt ?? "") : ""}<div class="grow">${product.name}
      ${isDoubtful ? html` <span class="badge stop">${say("catalogs.mirrors.doubtful")}</span>` : ""}
      <small>${details.filter(Boolean).join(" · ")}</small>${(product.documents ?? []).map(({ url }, i) => html`<small><a href="${url}" rel="noopener noreferrer">${say("catalogs.certificate.document.at", { number: i + 1, host: new URL(url).host })}</a></small>`)}</div>
      ${product.packagePriceCents === null ? "" : html`<div class="number">${c.format.money(product.packagePriceCents)}<small>${perUnit(c, product)}</small></div>`}${stars?.of(itemId, product.name) ?? ""}
    </li>`;
}

function packageOf(c: PageContext, product: MirroredProduct): string {
  const text = measureText(c, product.package);
  const { packageGrams, isVariableWeight } = product;
  const about = isVariableWeight ? c.say("catalogs.about", { quantity: text }) : text;
  if (packageGrams === undefined) return about;
  const weight = measureText(c, { quantityThousandths: packageGrams, unitCode: "KGM", unitText: "kilogram" });
  return `${about}, ${c.say("catalogs.weighs", { weight })}`;
}

function stock(c: PageContext, { available }: MirroredProduct): string {
  return available ? c.say("catalogs.stock", { quantity: measureText(c, available) }) : "";
}

function perUnit(c: PageContext, { unitPrice }: MirroredProduct): string {
  if (!unitPrice) return "";
  const isOne = unitPrice.per.quantityThousandths === 1000;
  const per = isOne ? unitName(c, unitPrice.per) : measureText(c, unitPrice.per);
  return `${c.format.unitPrice(unitPrice.priceTenThousandths)} / ${per}`;
}

function measureText(c: PageContext, { quantityThousandths, unitCode, unitText }: ForeignMeasure): string {
  if (unitCode === null) return `${c.format.quantity(quantityThousandths)} ${unitText}`;
  // A wheel of cheese weighs kilograms, however its list counts.
  const isHeavy = unitCode === "GRM" && quantityThousandths >= 1_000_000;
  return isHeavy ? quantityText(c, quantityThousandths / 1000, "KGM") : quantityText(c, quantityThousandths, unitCode);
}

function unitName(c: PageContext, { unitCode, unitText }: ForeignMeasure): string {
  return unitCode === null ? unitText : unitLabel(unitCode, 1000, c.language);
}
