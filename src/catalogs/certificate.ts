// Certificates as a producer keeps them: one for many products, with a last day that is told of in time. Pure: today is an
// argument ("YYYY-MM-DD", Rome). DOMAIN.md 2.4.
import type { Certification } from "../exchange/priceList.ts";
import { addDays } from "../kernel/time.ts";
import type { Product, ProductFacts } from "./product.ts";

/** A certificate and the products that carry it. `key` names it in an address: what it says, so that a renewed one is another. */
export type Certificate = Certification & { readonly key: string; readonly products: readonly Product[] };

/** `undated` says no last day: nothing can be told of it. On its last day a certificate is still good. */
export type CertificateState = "valid" | "soon" | "expired" | "undated";

/** People are reminded so many days before the last one, and on it. */
const REMINDER_DAYS = [60, 30, 7, 0] as const;
type ReminderDays = (typeof REMINDER_DAYS)[number];
/** What lapsed before is no news: an old date in an imported list writes to nobody. */
const NEWS_DAYS = 3;

/** How it stands on that day. */
export function certificateState(validUntil: string | null, today: string): CertificateState {
  if (validUntil === null) return "undated";
  if (validUntil < today) return "expired";
  return validUntil <= addDays(today, REMINDER_DAYS[0]) ? "soon" : "valid";
}

/** Which reminder is due: the nearest of those whose day has come, also where the node slept over it. Null: none. */
export function dueReminder(validUntil: string | null, today: string): ReminderDays | null {
  if (validUntil === null || validUntil < addDays(today, -NEWS_DAYS)) return null;
  return REMINDER_DAYS.findLast((days) => validUntil <= addDays(today, days)) ?? null;
}

/** The certificates of a catalog, the next to lapse first, those without a day last. What is plainly conventional is none. */
export function gatherCertificates(products: readonly Product[]): Certificate[] {
  const all = products.flatMap((product) =>
    product.facts.certifications
      .filter(({ kind }) => kind !== "conventional")
      .map((one) => ({ ...one, key: keyOf(one), product })),
  );
  return [...Map.groupBy(all, ({ key }) => key).values()]
    .map((same) => {
      const { product: _, ...first } = same[0]!;
      return { ...first, products: [...new Set(same.map(({ product }) => product))] };
    })
    .sort((a, b) => ((a.validUntil ?? "9999") < (b.validUntil ?? "9999") ? -1 : 1));
}

/** The facts with that certificate as it is now; whatever else they say stays. */
export function renewIn(facts: ProductFacts, key: string, renewed: Omit<Certification, "kind">): ProductFacts {
  const certifications = facts.certifications.map((one) => (keyOf(one) === key ? { ...one, ...renewed } : one));
  return { ...facts, certifications };
}

function keyOf({ kind, body, operatorCode, validUntil }: Certification): string {
  return Buffer.from(JSON.stringify([kind, body, operatorCode, validUntil])).toString("base64url");
}
