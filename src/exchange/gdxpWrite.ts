// GDXP out: v1 JSON as the documents, PortAlGas and GASdotto each can read it. DOMAIN.md sections 6.1 and 6.5.
import { formatDecimal } from "../kernel/decimal.ts";
import { divideIfSafe } from "../kernel/money.ts";
import { convertQuantity, unitLabel } from "../kernel/units.ts";
import type { Foreign } from "./foreignJson.ts";
import { writeExtension } from "./gdxpExtension.ts";
import { writeModifiers } from "./modifiers.ts";
import type { ListedProduct, Modifier, OrderBlock, Party } from "./priceList.ts";

/** What to write: who writes it, on which day, and one block per supplier. */
export type GdxpDocument = {
  createdOn: string;
  subject: Party;
  blocks: { supplier: Party; products: ListedProduct[]; modifiers: Modifier[]; order: OrderBlock | null }[];
};

/** The words GASdotto starts with, and the codes PortAlGas knows; other units go by their Italian plural. */
const UM_WORDS: Readonly<Record<string, string>> = {
  ...{ KGM: "Chili", LTR: "Litri", H87: "Pezzi" },
  ...{ GRM: "GR", HGM: "HG", DLT: "DL", MLT: "ML" },
};

/** The document as a GDXP 1.0 file. */
export function writeGdxp({ createdOn, subject, blocks }: GdxpDocument): string {
  const document = {
    // The documents and PortAlGas want text, the schema a number; GASdotto does not look.
    protocolVersion: "1.0",
    creationDate: createdOn,
    applicationSignature: "Filiera",
    subject: writeParty(subject),
    blocks: blocks.map((block) => ({ supplier: writeSupplier(block) })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function writeSupplier({ supplier, products, modifiers, order }: GdxpDocument["blocks"][number]): Foreign {
  // Both arrays always: GASdotto's importer falls over without them.
  const written = { ...writeParty(supplier), products: products.map(writeProduct) };
  const block = order && writeOrder(order);
  return {
    ...written,
    ...(modifiers.length > 0 && { transformations: writeModifiers(modifiers) }),
    // Where the documents and PortAlGas look, and where the schema and GASdotto look.
    ...(block && { orderInfo: block, order: block }),
  };
}

function writeOrder({ phase, ...dates }: OrderBlock): Foreign {
  const known = Object.entries(dates).filter(([, date]) => date !== null);
  return { phase: phase ?? "order", ...Object.fromEntries(known) };
}

function writeParty({ name, vatNumber, taxCode, street, locality, zipCode, contacts, note }: Party): Foreign {
  return {
    name,
    taxCode: taxCode ?? "",
    vatNumber: vatNumber ?? "",
    address: { street, locality, zipCode },
    contacts: contacts.map(({ kind, value }) => ({ type: kind, value })),
    ...(note !== "" && { note }),
  };
}

function writeProduct(product: ListedProduct): Foreign {
  const label = unitLabel(product.priceUnitCode, 2000, "it");
  return {
    name: product.name,
    um: UM_WORDS[product.priceUnitCode] ?? label[0]!.toUpperCase() + label.slice(1),
    category: product.category === "" ? "Non Specificato" : product.category,
    sku: product.sku ?? "",
    description: product.description,
    active: product.isActive,
    orderInfo: {
      packageQty: wholeCase(product),
      minQty: inPriceUnits(product, product.minThousandths),
      mulQty: inPriceUnits(product, product.stepThousandths),
      maxQty: inPriceUnits(product, product.advisedMaxThousandths),
      availableQty: inPriceUnits(product, product.availableThousandths),
      umPrice: Number(formatDecimal(product.priceTenThousandths, 4)),
      ...(product.vatRatePercent !== null && { vatRate: product.vatRatePercent }),
      shippingCost: Number(formatDecimal(product.transportTenThousandths ?? 0, 4)),
    },
    ...(product.bookedThousandths !== null && {
      bookingInfo: { totalQty: inPriceUnits(product, product.bookedThousandths) },
    }),
    ...(product.modifiers.length > 0 && { transformations: writeModifiers(product.modifiers) }),
    filiera: writeExtension(product),
  };
}

// GASdotto cuts 2.5 to 2, so a case that is no whole number of units is better not told; 1 means no case.
function wholeCase(product: ListedProduct): number {
  const quantity = inPriceUnits(product, product.caseThousandths);
  return Number.isInteger(quantity) && quantity > 1 ? quantity : 1;
}

// GDXP has one unit for price and quantities: a cheese sold by the piece and priced by the kilogram goes in kilograms.
function inPriceUnits(product: ListedProduct, quantityThousandths: number | null): number {
  const quantity = quantityThousandths ?? 0;
  if (product.saleUnitCode === product.priceUnitCode) return Number(formatDecimal(quantity, 3));
  const { content, saleUnitCode, priceUnitCode } = product;
  const each = content
    ? convertQuantity(content.quantityThousandths, content.unitCode, priceUnitCode)
    : convertQuantity(1000, saleUnitCode, priceUnitCode);
  const converted = each === null ? null : divideIfSafe(BigInt(quantity) * BigInt(each), 1000n);
  return Number(formatDecimal(converted ?? 0, 3));
}
