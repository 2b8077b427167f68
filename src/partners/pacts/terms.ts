// What a pact says: the goods it is about, their price, the smallest order, delivery and who answers. Pure. PROTOCOL 7.

/** A role and its mailbox, never a member's name or address. */
export type Referent = { readonly name: string; readonly email: string };

/**
 * The terms of a pact. `catalogSubset` holds IRIs of the seller's catalog or of single products; money is in cents of
 * euro; `priceDeltaHundredthsPercent` changes every price (-500 = 5 % less); `leadDays` run from closing to delivery.
 */
export type Terms = {
  readonly catalogSubset: readonly string[];
  readonly priceDeltaHundredthsPercent: number;
  readonly minOrderCents: number;
  readonly deliveryCostCents: number;
  readonly leadDays: number;
  readonly referents: readonly Referent[];
};

export const TERMS_LIMITS = {
  subset: 200,
  referents: 10,
  nameLength: 100,
  leadDays: 365,
  cents: 100_000_000,
  /** Nobody sells below nothing, nor at more than double. */
  deltaHundredthsPercent: 10_000,
} as const;

/** What does not hold in these terms, by the name of the member; null when all holds. `seller` is the IRI that sells. */
export function findBadTerm(terms: Terms, seller: string): keyof Terms | null {
  const { catalogSubset, priceDeltaHundredthsPercent, minOrderCents, deliveryCostCents, leadDays, referents } = terms;
  const { origin } = new URL(seller);
  const areIris = catalogSubset.every((iri) => URL.canParse(iri) && new URL(iri).origin === origin);
  if (catalogSubset.length < 1 || catalogSubset.length > TERMS_LIMITS.subset || !areIris) return "catalogSubset";
  if (!isWithin(priceDeltaHundredthsPercent, -TERMS_LIMITS.deltaHundredthsPercent, TERMS_LIMITS.deltaHundredthsPercent))
    return "priceDeltaHundredthsPercent";
  if (!isWithin(minOrderCents, 0, TERMS_LIMITS.cents)) return "minOrderCents";
  if (!isWithin(deliveryCostCents, 0, TERMS_LIMITS.cents)) return "deliveryCostCents";
  if (!isWithin(leadDays, 0, TERMS_LIMITS.leadDays)) return "leadDays";
  return referents.length <= TERMS_LIMITS.referents && referents.every(isReferent) ? null : "referents";
}

/**
 * What does not hold in the terms of who leads an order for others: a group passes the producer's price on as it is, so that what it
 * charges and what it pays are one sum (PROTOCOL 8.1). Null for a producer, and when all holds.
 */
export function findBadBetween(seller: string | null, terms: Terms): keyof Terms | null {
  return seller === "gas" && terms.priceDeltaHundredthsPercent !== 0 ? "priceDeltaHundredthsPercent" : null;
}

const MAILBOX = /^[^\s@<>"(),:;\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

function isReferent({ name, email }: Referent): boolean {
  return name.trim() !== "" && name.length <= TERMS_LIMITS.nameLength && MAILBOX.test(email);
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
