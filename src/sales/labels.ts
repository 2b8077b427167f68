// What stands on the labels of goods to hand over: one for each package, or one for each group. Never a member's name: the
// producer does not know any. Pure. EXPERIENCE 2.7.
import type { SheetGoods } from "./productionSheet.ts";

export const LABEL_WAYS = ["package", "group"] as const;
/** One label for each package, or one for all that a group has of a product. */
export type LabelWay = (typeof LABEL_WAYS)[number];

/** A hundred sheets; beyond that somebody has mistaken a number. */
export const LABELS_MAX = 2400;

/** What a group gets of one product: agreed quantities, thousandths of the goods' unit. */
export type LabelLine = {
  readonly goods: SheetGoods;
  readonly group: string;
  readonly pickup: string;
  readonly quantityThousandths: number;
};

/** A label before it is put into words: `number` of `of` where there are several of one line. */
export type PlannedLabel = LabelLine & { readonly number: number; readonly of: number };

/** How many labels there would be, whatever the limit. */
export function countLabels(lines: readonly LabelLine[], way: LabelWay): number {
  return lines.reduce((sum, line) => sum + partsOf(line, way), 0);
}

/** The labels, by product and then by group, so that who packs one product sticks them in a row. Nothing ordered, no label. */
export function planLabels(lines: readonly LabelLine[], way: LabelWay): PlannedLabel[] {
  const { compare } = new Intl.Collator("it");
  return lines
    .toSorted((a, b) => compare(a.goods.name, b.goods.name) || compare(a.group, b.group))
    .flatMap((line) => {
      const of = partsOf(line, way);
      return Array.from({ length: of }, (_, i) => ({
        ...line,
        number: i + 1,
        of,
        quantityThousandths: partOf(line, way, i),
      }));
    });
}

function partsOf({ goods, quantityThousandths }: LabelLine, way: LabelWay): number {
  if (quantityThousandths <= 0) return 0;
  return way === "group" ? 1 : Math.ceil(quantityThousandths / goods.packageThousandths);
}

// The last package holds what is left over.
function partOf({ goods, quantityThousandths }: LabelLine, way: LabelWay, i: number): number {
  if (way === "group") return quantityThousandths;
  return Math.min(goods.packageThousandths, quantityThousandths - i * goods.packageThousandths);
}

/** By what a field names the lot of these goods: the end of their address, in letters a field may have. */
export function lotKey(actorId: string, { lineIri }: SheetGoods): string {
  return lineIri
    .slice(actorId.length + 1)
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 150);
}
