// Certificates as a producer keeps them: one for many products, with a last day that is told of in time. Pure: today is an
// argument ("YYYY-MM-DD", Rome). DOMAIN.md 2.4.
import type { CertificateDocument, Certification } from "../exchange/priceList.ts";
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
      const document = same.find((one) => one.document)?.document;
      return {
        ...first,
        ...(document ? { document } : {}),
        products: [...new Set(same.map(({ product }) => product))],
      };
    })
    .sort((a, b) => ((a.validUntil ?? "9999") < (b.validUntil ?? "9999") ? -1 : 1));
}

/**
 * The facts with that certificate as it is now; whatever else they say stays. With a new last day it is another certificate: the
 * former one's document is not its own.
 */
export function renewIn(
  facts: ProductFacts,
  key: string,
  renewed: Omit<Certification, "kind" | "document">,
): ProductFacts {
  const certifications = facts.certifications.map(({ document, ...one }) => {
    const isIt = keyOf(one) === key;
    const isSameDay = !isIt || renewed.validUntil === one.validUntil;
    return { ...one, ...(isIt ? renewed : {}), ...(document && isSameDay ? { document } : {}) };
  });
  return { ...facts, certifications };
}

/** The facts with this document at that certificate; null: with none. */
export function withDocument(facts: ProductFacts, key: string, document: CertificateDocument | null): ProductFacts {
  const certifications = facts.certifications.map(({ document: former, ...one }) => {
    const now = keyOf(one) === key ? document : former;
    return { ...one, ...(now ? { document: now } : {}) };
  });
  return { ...facts, certifications };
}

/** Certificates as a form or a list says them, with the documents of those that were there before. */
export function keepDocuments(
  before: readonly Certification[],
  after: readonly Certification[],
): readonly Certification[] {
  const known = new Map(before.flatMap((one) => (one.document ? [[keyOf(one), one.document] as const] : [])));
  return after.map((one) => {
    const document = known.get(keyOf(one));
    return document ? { ...one, document } : one;
  });
}

/** Where everybody can get the document. */
export function documentUrl({ hash, type }: CertificateDocument): string {
  return `/media/${hash}.${type}`;
}

function keyOf({ kind, body, operatorCode, validUntil }: Omit<Certification, "document">): string {
  return Buffer.from(JSON.stringify([kind, body, operatorCode, validUntil])).toString("base64url");
}
