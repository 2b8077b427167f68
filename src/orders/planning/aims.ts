// Costs and discounts that touch nobody as they stand: their product or place is not in the order, or a new price would have to count
// kilograms and litres together. Pure.

import type { Goods, Order } from "../order.ts";
import { productKey, setsPrice } from "./modifiers.ts";

/** `name`: the modifier's; `about`: the product or the place it names. */
export type Aimless = {
  readonly reason: "no-product" | "no-place" | "several-units";
  readonly name: string;
  readonly about: string;
};

/** The modifiers of an order that touch nobody, in their order. An order without lines yet has no product to miss. */
export function findAimless({ lines, pickups, modifiers }: Pick<Order, "lines" | "pickups" | "modifiers">): Aimless[] {
  const units = unitsByProduct(lines.map(({ goods }) => goods));
  const places = new Set(pickups.map(({ place }) => productKey(place)));
  return modifiers.flatMap((modifier): Aimless[] => {
    const { name, target } = modifier;
    if (target === undefined || "each" in target) return [];
    if ("pickup" in target)
      return places.has(productKey(target.pickup)) ? [] : [{ reason: "no-place", name, about: target.pickup }];
    const about = target.product;
    const known = units.get(productKey(about));
    if (!known) return lines.length === 0 ? [] : [{ reason: "no-product", name, about }];
    return setsPrice(modifier) && known.size > 1 ? [{ reason: "several-units", name, about }] : [];
  });
}

/** Units of all goods of a name, by `productKey`: two variants of one name may be sold by the kilogram and by the piece. */
export function unitsByProduct(goods: Iterable<Pick<Goods, "name" | "wireUnit">>): Map<string, ReadonlySet<string>> {
  const byName = Map.groupBy(goods, ({ name }) => productKey(name));
  return new Map([...byName].map(([name, own]) => [name, new Set(own.map(({ wireUnit }) => wireUnit))]));
}
