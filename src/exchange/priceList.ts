// What any price list is read into and written from: a supplier, its products, and what a person should look at twice.
import { packagePrice } from "../kernel/money.ts";
import { type BaseCode, convertQuantity, pricePerBase } from "../kernel/units.ts";
import type { VatRatePercent } from "../kernel/vat.ts";

/** What one file may hold; EXPERIENCE.md section 7, SAFETY.md section 8. */
export const LIST_LIMITS = {
  bytes: 5 * 1024 * 1024,
  rows: 5000,
  columns: 200,
  cellLength: 10_000,
  /** A million euros, or ten million units: beyond it stands a slip of the keyboard. */
  priceTenThousandths: 10 ** 10,
  quantityThousandths: 10 ** 10,
} as const;

export const CERTIFICATION_KINDS = [
  "organic",
  "conversion",
  "self-declared",
  "participatory",
  "biodynamic",
  "dop",
  "igp",
  "conventional",
] as const;
export type CertificationKind = (typeof CERTIFICATION_KINDS)[number];

/** A certificate as its body issued it, kept by the producer's node: by the SHA-256 of its bytes. */
export type CertificateDocument = { readonly hash: string; readonly type: "pdf" | "jpg" };

/** A claim on how the product is made; `validUntil` is the last day, "YYYY-MM-DD". Lists that travel carry no `document`. */
export type Certification = {
  kind: CertificationKind;
  body: string | null;
  operatorCode: string | null;
  validUntil: string | null;
  document?: CertificateDocument;
};

/** How much one sale unit holds: a jar of 500 g, a crate of 10 kg, a cheese of about 1.2 kg. */
export type Content = { quantityThousandths: number; unitCode: string };

/** An axis of choice, "Taglia": S, M, L. */
export type Variant = { name: string; values: string[] };

/** A sum in cents or a share in hundredths of a percent. */
export type Amount = { cents: number } | { hundredthsPercent: number };

/** A cost or discount of the "GDXP 2" dialect: fixed (no thresholds) or by steps of price, quantity or weight (kg). */
export type Modifier = {
  kind: "shipping" | "discount";
  adds: boolean;
  fixed: Amount | null;
  thresholdOn: "price" | "quantity" | "weight" | null;
  thresholds: { fromThousandths: number; amount: Amount }[];
};

export const CASE_MODES = ["none", "warn", "complete", "multiple"] as const;
export type CaseMode = (typeof CASE_MODES)[number];

/** What was read, but wants a person's eye before it is confirmed. `value` is what the file said. */
export type Doubt = { doubt: DoubtCode; value?: string };
type DoubtCode =
  | "zero-price"
  | "sku-unusable"
  | "sku-repeated"
  | "package-price-ambiguous"
  | "content-guessed"
  | "content-unclear"
  | "unit-missing"
  | "unit-unknown"
  | "vat-unknown"
  | "vat-added"
  | "certification-unknown"
  | "text-shortened"
  | "vat-number-missing"
  | "vat-number-invalid"
  | "attachments-left-out"
  | "contacts-left-out"
  | "protocol-version-unknown";

/**
 * One product of a list (DOMAIN.md section 5). Quantities are thousandths of the **sale unit** (what one counts in an
 * order), prices ten-thousandths of a euro with VAT for one **price unit** (the same, or kilograms for a cheese sold by
 * the piece). `null` means the file does not say; texts it does not give are "".
 */
export type ListedProduct = {
  /** Row of the sheet as its program numbers it, or ordinal of the product in a GDXP file. From 1. */
  row: number;
  sku: string | null;
  name: string;
  description: string;
  ingredients: string;
  origin: string;
  storage: string;
  category: string;
  saleUnitCode: string;
  content: Content | null;
  isVariableWeight: boolean;
  hasSeparateWeights: boolean;
  priceTenThousandths: number;
  priceUnitCode: string;
  vatRatePercent: VatRatePercent | null;
  stepThousandths: number | null;
  minThousandths: number | null;
  advisedMaxThousandths: number | null;
  maxThousandths: number | null;
  caseThousandths: number | null;
  caseMode: CaseMode | null;
  supplierMinThousandths: number | null;
  supplierStepThousandths: number | null;
  globalMinThousandths: number | null;
  availableThousandths: number | null;
  alertAtThousandths: number | null;
  /** The total one group booked, in a GDXP booking only. */
  bookedThousandths: number | null;
  depositCents: number | null;
  transportTenThousandths: number | null;
  weightGrams: number | null;
  variants: Variant[];
  certifications: Certification[];
  /** Months 1-12, ascending; empty = all year. */
  seasonMonths: number[];
  availableFrom: string | null;
  availableTo: string | null;
  isActive: boolean;
  modifiers: Modifier[];
  doubts: Doubt[];
};

export type ContactKind = "phoneNumber" | "faxNumber" | "mobileNumber" | "emailAddress" | "webSite";

/** Who sells, or who wrote the file. A VAT number is a fact about them, never their identity (it may be shared). */
export type Party = {
  name: string;
  vatNumber: string | null;
  taxCode: string | null;
  street: string;
  locality: string;
  zipCode: string;
  contacts: { kind: ContactKind; value: string }[];
  note: string;
};

/** The order a GDXP file speaks of; dates are days in Italy, "YYYY-MM-DD". */
export type OrderBlock = {
  phase: "preorder" | "order" | "booking" | null;
  openDate: string | null;
  closeDate: string | null;
  deliveryDate: string | null;
};

/** A row that could not be read, and where; the other rows stand. `column` is the heading or the column's letter. */
export type BadRow = {
  refused: "bad-row";
  row: number;
  column: string;
  field: string;
  value: string;
  problem: "missing" | "not-a-number" | "negative" | "too-large" | "not-a-date" | "too-long" | "unreadable";
};

/** One supplier's list out of a file. A sheet names no supplier. */
export type PriceList = {
  supplier: Party | null;
  products: ListedProduct[];
  badRows: BadRow[];
  order: OrderBlock | null;
  modifiers: Modifier[];
  attachmentNames: string[];
  doubts: Doubt[];
};

/** A product of which nothing is known but its place, name and price: what every reader starts from. */
export function startProduct(row: number, name: string, priceTenThousandths: number, unitCode: string): ListedProduct {
  const ofList = { row, caseMode: null, bookedThousandths: null, variants: [], modifiers: [], doubts: [] };
  return { ...startGoods(name, priceTenThousandths, unitCode), ...ofList };
}

type Goods = Omit<ListedProduct, "row" | "caseMode" | "bookedThousandths" | "variants" | "modifiers" | "doubts">;

/** What a list and a catalog say of a product alike, where nothing is known but its name and price. */
export function startGoods(name: string, priceTenThousandths: number, unitCode: string): Goods {
  return {
    sku: null,
    name,
    description: "",
    ingredients: "",
    origin: "",
    storage: "",
    category: "",
    saleUnitCode: unitCode,
    content: null,
    isVariableWeight: false,
    hasSeparateWeights: false,
    priceTenThousandths,
    priceUnitCode: unitCode,
    vatRatePercent: null,
    stepThousandths: null,
    minThousandths: null,
    advisedMaxThousandths: null,
    maxThousandths: null,
    caseThousandths: null,
    supplierMinThousandths: null,
    supplierStepThousandths: null,
    globalMinThousandths: null,
    availableThousandths: null,
    alertAtThousandths: null,
    depositCents: null,
    transportTenThousandths: null,
    weightGrams: null,
    certifications: [],
    seasonMonths: [],
    availableFrom: null,
    availableTo: null,
    isActive: true,
  };
}

/** Whether a code can tell one product from another: not empty, "0" or "1" (all 72 of a real list were), 64 characters at most. */
export function isUsableSku(sku: string): boolean {
  return sku.length <= 64 && !/^[01]?$/.test(sku);
}

/**
 * The products with codes that name one of them only: an unusable code is taken away with a doubt, and so is one that
 * several products carry. A product without price gets its doubt too.
 */
export function settleProducts(products: readonly ListedProduct[]): ListedProduct[] {
  const uses = new Map<string, number>();
  for (const { sku } of products) if (sku) uses.set(sku, (uses.get(sku) ?? 0) + 1);
  return products.map((product) => {
    const doubts = [...product.doubts];
    if (product.priceTenThousandths === 0) doubts.push({ doubt: "zero-price" });
    if (product.sku === null || product.sku === "") return { ...product, sku: null, doubts };
    if (!isUsableSku(product.sku)) doubts.push({ doubt: "sku-unusable", value: product.sku });
    else if (uses.get(product.sku)! > 1) doubts.push({ doubt: "sku-repeated", value: product.sku });
    else return { ...product, doubts };
    return { ...product, sku: null, doubts };
  });
}

type Priced = Pick<ListedProduct, "saleUnitCode" | "content" | "priceTenThousandths" | "priceUnitCode">;

/** The price of one kilogram, litre or piece, in ten-thousandths of a euro; `null` where the content is not known. */
export function comparePrice(product: Priced): { base: BaseCode; priceTenThousandths: number } | null {
  const { content, priceTenThousandths, priceUnitCode, saleUnitCode } = product;
  if (content && priceUnitCode === saleUnitCode)
    return pricePerBase(priceTenThousandths, content.quantityThousandths, content.unitCode);
  return pricePerBase(priceTenThousandths, 1000, priceUnitCode);
}

/** The price of one sale unit in ten-thousandths of a euro (an estimate if the weight varies); `null` where unknown. */
export function priceSaleUnit(product: Priced): number | null {
  const { content, priceTenThousandths, priceUnitCode, saleUnitCode } = product;
  if (priceUnitCode === saleUnitCode) return priceTenThousandths;
  const held = content
    ? convertQuantity(content.quantityThousandths, content.unitCode, priceUnitCode)
    : convertQuantity(1000, saleUnitCode, priceUnitCode);
  return held === null ? null : packagePrice(held, priceTenThousandths);
}
