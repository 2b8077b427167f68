// What a producer's node offers us, as lines of an order: the goods frozen, and rules to begin with. Pure.
import type { ForeignMeasure, MirroredProduct } from "../catalogs/readProposal.ts";
import { divideHalfUp } from "../kernel/money.ts";
import { convertQuantity, findUnit } from "../kernel/units.ts";
import type { Goods, LineRules, OrderLine } from "./order.ts";

/** Something an order can be opened on: a producer's open cycle, or (`cycleIri` null) a partner's whole catalog. */
export type Source = {
  readonly producerId: string;
  readonly cycleIri: string | null;
  readonly name: string;
  /** When the producer stops taking orders; null for a catalog, which does not end. Epoch ms. */
  readonly endsAt: number | null;
  readonly minimumCents: number | null;
  readonly deliveries: readonly { readonly startAt: number; readonly endAt: number; readonly place: string }[];
  /** Since when its producer has been saying two things of it under one number; null: it has not. Epoch ms. */
  readonly doubtedAt: number | null;
  readonly goods: readonly Goods[];
};

/** A product at one reader's conditions as goods of an order; null without a price for us, or in a unit we do not know. */
export function goodsOf(product: MirroredProduct & { readonly basedOn?: string | null }): Goods | null {
  const { id, packagePriceCents, basedOn = null } = product;
  const { unitCode, unitText, quantityThousandths } = product.package;
  if (packagePriceCents === null || unitCode === null || !findUnit(unitCode)) return null;
  return {
    lineIri: id,
    productIri: basedOn ?? id,
    name: product.name,
    text: product.text,
    unitCode,
    wireUnit: unitText,
    packageThousandths: quantityThousandths,
    packagePriceCents,
    supplierMinThousandths: inUnit(product.minimum, unitCode) ?? 0,
    availableThousandths: inUnit(product.available, unitCode),
    gramsPerUnit: gramsPerUnit(product.packageGrams, quantityThousandths),
    isVariableWeight: product.isVariableWeight,
    hasSeparateWeights: product.hasSeparateWeights ?? false,
    group: basedOn,
    ...(product.category ? { category: product.category } : {}),
    ...(product.picture ? { picture: product.picture } : {}),
    vatRatePercent: product.vatRatePercent ?? null,
  };
}

/** A unit of more than a tonne is none that households share: its weight is taken for nonsense. */
const UNIT_GRAMS_MAX = 1_000_000;

function gramsPerUnit(packageGrams: number | undefined, packageThousandths: number): number | null {
  if (packageGrams === undefined) return null;
  const grams = divideHalfUp(BigInt(packageGrams) * 1000n, BigInt(packageThousandths));
  return grams > 0 && grams <= UNIT_GRAMS_MAX ? grams : null;
}

function inUnit(measure: ForeignMeasure | null, unitCode: string): number | null {
  if (measure === null || measure.unitCode === null) return null;
  return convertQuantity(measure.quantityThousandths, measure.unitCode, unitCode);
}

/** Above this many kilograms (in thousandths) a package is taken for a crate that households share. */
const SHARED_FROM = 5000;

/** What a household may book of goods unless the GAS says otherwise: single units of a case, or the package as it is. */
export function startRules({ unitCode, packageThousandths, isVariableWeight }: Goods): LineRules {
  // A tin of 5 l or a bag of 500 g is not opened; a crate of kilograms is shared out. The wire says only how much is inside.
  const isCase = unitCode === "KGM" && packageThousandths > SHARED_FROM && packageThousandths % 1000 === 0;
  const stepThousandths = isCase ? 1000 : packageThousandths;
  return {
    stepThousandths,
    minThousandths: stepThousandths,
    maxThousandths: null,
    advisedMaxThousandths: null,
    orderMinThousandths: null,
    orderMaxThousandths: null,
    caseMode: isCase ? "warn" : "none",
    isCut: isVariableWeight,
  };
}

/** Goods chosen for an order, in order, each with its rules. */
export function linesOf(
  choices: readonly { goods: Goods; rules: LineRules | null }[],
  firstNumber: number,
): OrderLine[] {
  return choices.map(({ goods, rules }, place) => ({
    number: firstNumber + place,
    goods,
    rules: rules ?? startRules(goods),
    isOffered: true,
  }));
}
