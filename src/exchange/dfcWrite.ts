// A producer's list in the words of the Data Food Consortium, as Open Food Network asks for it: context 1.16.0. DOMAIN.md section 7.
import { formatDecimal } from "../kernel/decimal.ts";
import { findUnit } from "../kernel/units.ts";

/** Who offers. `id` is its IRI; texts that are not said are "". */
export type DfcProducer = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly city: string;
  readonly vatNumber: string;
};

/** A product on offer: so much of a unit in one package; `priceCents` with VAT for it, null: not shown to everybody. */
export type DfcProduct = {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly sku: string | null;
  readonly unitCode: string;
  readonly quantityThousandths: number;
  readonly priceCents: number | null;
  readonly vatRatePercent: number | null;
  readonly certifications: readonly string[];
};

type Value = string | number | Node | readonly (string | Node)[];
type Node = { readonly [key: string]: Value };

const CONTEXT = "https://w3id.org/dfc/ontology/context/context_1.16.0.json";

/** The measures DFC has a word for; the etto goes as 100 grams, packages by their own words, the rest as pieces that are described. */
const UNITS: Readonly<Record<string, { word: string; times: number }>> = {
  KGM: { word: "Kilogram", times: 1 },
  GRM: { word: "Gram", times: 1 },
  HGM: { word: "Gram", times: 100 },
  LTR: { word: "Litre", times: 1 },
  DLT: { word: "Decilitre", times: 1 },
  CLT: { word: "Centilitre", times: 1 },
  MLT: { word: "Millilitre", times: 1 },
  H87: { word: "Piece", times: 1 },
  XBH: { word: "Bunch", times: 1 },
  XCR: { word: "Crate", times: 1 },
  XBX: { word: "Box", times: 1 },
  XJR: { word: "Jar", times: 1 },
  XBO: { word: "Bottle", times: 1 },
  XBG: { word: "Bag", times: 1 },
  XPK: { word: "Packet", times: 1 },
};

/** Certifications DFC has facets for; Italian bodies and our other kinds it has not. */
const FACETS: Readonly<Record<string, string>> = {
  organic: "dfc-f:Organic-EU",
  biodynamic: "dfc-f:BiodynamicLabel",
  participatory: "dfc-f:PGS",
  dop: "dfc-f:AOP_EU",
  igp: "dfc-f:IGP_EU",
};

/** The producer alone, with the addresses of what it offers. */
export function writeDfcEnterprise(producer: DfcProducer, products: readonly Pick<DfcProduct, "slug">[]): Node {
  return { "@context": CONTEXT, ...enterprise(producer, products) };
}

/** The producer and a page of its list: each product, its place in the list, and its offer where everybody may see a price. */
export function writeDfcCatalog(producer: DfcProducer, products: readonly DfcProduct[], next: string | null): Node {
  return {
    "@context": CONTEXT,
    "@graph": [enterprise(producer, products), ...products.flatMap((product) => writeProduct(producer, product))],
    ...(next === null ? {} : { next }),
  };
}

function enterprise(producer: DfcProducer, products: readonly Pick<DfcProduct, "slug">[]): Node {
  const { name, description, city, vatNumber } = producer;
  const address: Node = { "@type": "dfc-b:Address", "dfc-b:hasCity": city, "dfc-b:hasCountry": "Italia" };
  return {
    "@id": `${producer.id}/dfc/enterprise`,
    "@type": "dfc-b:Enterprise",
    "dfc-b:name": name,
    ...(description === "" ? {} : { "dfc-b:hasDescription": description }),
    ...(vatNumber === "" ? {} : { "dfc-b:VATnumber": vatNumber }),
    ...(city === "" ? {} : { "dfc-b:hasAddress": address }),
    "dfc-b:supplies": products.map(({ slug }) => idOf(producer, "product", slug)),
    "dfc-b:manages": products.map(({ slug }) => idOf(producer, "item", slug)),
  };
}

function writeProduct(producer: DfcProducer, product: DfcProduct): Node[] {
  const { slug, name, sku, priceCents, vatRatePercent, certifications } = product;
  const [productId, itemId, offerId] = (["product", "item", "offer"] as const).map((what) =>
    idOf(producer, what, slug),
  );
  const facets = certifications.flatMap((kind) => FACETS[kind] ?? []);
  const { quantity, note } = measure(product);
  const description = [product.description, note].filter((part) => part !== "").join("\n");
  const supplied: Node = {
    ...{ "@id": productId!, "@type": "dfc-b:SuppliedProduct", "dfc-b:name": name, "dfc-b:description": description },
    "dfc-b:hasQuantity": quantity,
    ...(facets.length > 0 ? { "dfc-b:hasCertification": facets } : {}),
  };
  const item: Node = {
    ...{ "@id": itemId!, "@type": "dfc-b:CatalogItem", "dfc-b:references": productId!, "dfc-b:sku": sku ?? slug },
    // What is left is for partners: to everybody it is as if there were no bound.
    "dfc-b:stockLimitation": -1,
    "dfc-b:managedBy": `${producer.id}/dfc/enterprise`,
    ...(priceCents === null ? {} : { "dfc-b:offeredThrough": offerId! }),
  };
  if (priceCents === null) return [supplied, item];
  const price: Node = {
    "@type": "dfc-b:Price",
    "dfc-b:value": Number(formatDecimal(priceCents, 2)),
    ...(vatRatePercent === null ? {} : { "dfc-b:VATrate": vatRatePercent }),
    "dfc-b:hasUnit": "dfc-m:Euro",
  };
  return [
    supplied,
    item,
    { "@id": offerId!, "@type": "dfc-b:Offer", "dfc-b:offers": itemId!, "dfc-b:hasPrice": price },
  ];
}

function measure({ unitCode, quantityThousandths }: DfcProduct): { quantity: Node; note: string } {
  const known = UNITS[unitCode];
  const { word, times } = known ?? { word: "Piece", times: 1 };
  return {
    quantity: {
      "@type": "dfc-b:QuantitativeValue",
      "dfc-b:value": Number(formatDecimal(quantityThousandths * times, 3)),
      "dfc-b:hasUnit": `dfc-m:${word}`,
    },
    note: known ? "" : (findUnit(unitCode)?.it.one ?? unitCode),
  };
}

function idOf({ id }: DfcProducer, what: "product" | "item" | "offer", slug: string): string {
  return `${id}/dfc/catalog_items#${what}-${slug}`;
}
