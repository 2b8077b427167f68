// How much anyone may knock: per address for strangers, per actor for proven partners, and how many at once in all.
// SAFETY 4, step 1. A fixed window with a refund, which no rate-limit package of ours offers.
import type { INBOX_LIMITS } from "./gateLimits.ts";

/** Bounds the tables here: when full, the oldest window is forgotten. */
const TABLE_LIMIT = 20_000;

export type InboxLimits = { readonly [Name in keyof typeof INBOX_LIMITS]: number };

type Window = { startedAt: number; used: number };

/** Seconds to wait when refused, or null when admitted. */
export type Knock = {
  readonly admitAddress: (address: string, now: number) => number | null;
  /** A proven partner pays from its own account and gives the address its token back. */
  readonly admitPartner: (actor: string, address: string, now: number) => number | null;
};

/** Counters of one node, in memory: a restart forgives. */
export function createKnock(
  limits: Pick<
    InboxLimits,
    "requestsPerAddress" | "requestsPerAddressWindowMs" | "requestsPerPartner" | "requestsPerPartnerWindowMs"
  >,
): Knock {
  const addresses = new Map<string, Window>();
  const partners = new Map<string, Window>();
  return {
    admitAddress: (address, now) =>
      take(addresses, address, limits.requestsPerAddress, limits.requestsPerAddressWindowMs, now),
    admitPartner: (actor, address, now) => {
      const refused = take(partners, actor, limits.requestsPerPartner, limits.requestsPerPartnerWindowMs, now);
      const paid = addresses.get(address);
      if (refused === null && paid && paid.used > 0) paid.used -= 1;
      return refused;
    },
  };
}

function take(table: Map<string, Window>, name: string, limit: number, windowMs: number, now: number): number | null {
  let window = table.get(name);
  if (!window || now - window.startedAt >= windowMs || now < window.startedAt) {
    if (!window && table.size >= TABLE_LIMIT) table.delete(table.keys().next().value!);
    window = { startedAt: now, used: 0 };
    table.set(name, window);
  }
  if (window.used >= limit) return Math.ceil((window.startedAt + windowMs - now) / 1000);
  window.used += 1;
  return null;
}
