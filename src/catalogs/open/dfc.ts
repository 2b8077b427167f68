// A product of ours as DFC's writer takes it: what everybody may know, a price only where its producer shows prices. Pure.
import type { LocalActor } from "../../activitypub/actor.ts";
import type { DfcProducer, DfcProduct } from "../../exchange/dfcWrite.ts";
import { type Product, packageOf } from "../product.ts";

export function dfcProducer({ id, name, summary, place, vatNumber }: LocalActor): DfcProducer {
  return { id, name, description: summary, city: place, vatNumber };
}

export function dfcProduct({ slug, facts }: Product, showsPrices: boolean): DfcProduct {
  const { name, description, sku, vatRatePercent, certifications } = facts;
  const { quantityThousandths, unitCode, priceCents } = packageOf(facts);
  return {
    ...{ slug, name, description, sku, unitCode, quantityThousandths },
    priceCents: showsPrices ? priceCents : null,
    vatRatePercent: showsPrices ? vatRatePercent : null,
    certifications: [...new Set(certifications.map(({ kind }) => kind))],
  };
}
