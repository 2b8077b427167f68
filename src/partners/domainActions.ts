// Which domains this node speaks with: rules an administrator makes, one by one or from a list.
import { isBlockedHost, normalizeHost, readBlocks } from "../activitypub/blocks.ts";
import { removeDomainRule, saveAllowlistMode, saveDomainRule } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import type { ListedDomain } from "./domainCsv.ts";
import { listFollowedHosts, listStandingFollowsOfHost, saveFollow } from "./store.ts";

/**
 * Blocks or allows a domain with its subdomains. A block ends its follows; pacts and running orders stay, for people to
 * decide (EXPERIENCE 8). Refuses `bad-domain`, `own-domain`.
 */
export function ruleDomain(
  wire: Wire,
  wish: { readonly domain: string; readonly rule: "block" | "allow"; readonly reason: string },
): { readonly domain: string } | Refusal {
  const domain = normalizeHost(wish.domain.trim().replace(/^\*\./, ""));
  if (!domain || !/[.:]/.test(domain)) return { refused: "bad-domain", domain: wish.domain };
  if (isBlockedHost(new URL(wire.origin).hostname, readBlocks([domain]))) return { refused: "own-domain", domain };
  transact(wire.db, (tx) => setDomainRule(tx, { ...wish, domain }, wire.clock.now()));
  return { domain };
}

/** Takes a rule away. Refuses `not-found`. */
export function dropDomainRule(wire: Wire, domain: string): Refusal | undefined {
  return transact(wire.db, (tx) => (removeDomainRule(tx, domain) ? undefined : { refused: "not-found" }));
}

/** In allowlist mode the node speaks only with allowed domains. */
export function chooseAllowlist(wire: Wire, isOn: boolean): void {
  transact(wire.db, (tx) => saveAllowlistMode(tx, isOn));
}

/** Blocks a whole list. Returns how many; our own domain and unreadable ones are left out. */
export function blockDomains(wire: Wire, domains: readonly ListedDomain[]): number {
  const own = new URL(wire.origin).hostname;
  return transact(wire.db, (tx) => {
    let blocked = 0;
    for (const { domain: written, reason } of domains) {
      const domain = normalizeHost(written);
      if (!domain || isBlockedHost(own, readBlocks([domain]))) continue;
      setDomainRule(tx, { domain, rule: "block", reason }, wire.clock.now());
      blocked += 1;
    }
    return blocked;
  });
}

/** Writes a rule for a domain in its one spelling; a block also ends the follows with it. */
export function setDomainRule(
  tx: Tx,
  wish: { readonly domain: string; readonly rule: "block" | "allow"; readonly reason: string },
  now: number,
): void {
  saveDomainRule(tx, { ...wish, createdAt: now });
  if (wish.rule === "allow") return;
  const blocks = readBlocks([wish.domain]);
  for (const host of listFollowedHosts(tx)) {
    if (!isBlockedHost(host, blocks)) continue;
    for (const follow of listStandingFollowsOfHost(tx, host)) {
      saveFollow(tx, { ...follow, state: "ended", updatedAt: now });
    }
  }
}
