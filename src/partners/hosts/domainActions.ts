// Which domains this node speaks with: rules an administrator makes, one by one or from a list.

import { isBlockedHost, normalizeHost, readBlocks } from "../../activitypub/blocks.ts";
import { removeDomainRule, saveAllowlistMode, saveDomainRule } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { listFollowedHosts, listStandingFollowsOfHost, saveFollow } from "../store.ts";
import type { ListedDomain } from "./domainCsv.ts";

/**
 * Blocks or allows a domain with its subdomains. A block ends its follows; pacts and running orders stay, for people to
 * decide (EXPERIENCE 8). Refuses `bad-domain`, `own-domain`.
 */
export function ruleDomain(
  wire: Pick<Wire, "db" | "clock" | "origin">,
  wish: { readonly domain: string; readonly rule: "block" | "allow"; readonly reason: string },
  byId: string | null,
): { readonly domain: string } | Refusal {
  const domain = normalizeHost(wish.domain.trim().replace(/^\*\./, ""));
  if (!domain || !/[.:]/.test(domain)) return { refused: "bad-domain", domain: wish.domain };
  if (isBlockedHost(new URL(wire.origin).hostname, readBlocks([domain]))) return { refused: "own-domain", domain };
  const at = wire.clock.now();
  transact(wire.db, (tx) => {
    setDomainRule(tx, { ...wish, domain }, at);
    note(tx, wish.rule === "block" ? "domain-blocked" : "domain-allowed", byId, domain, at);
  });
  return { domain };
}

/** Takes a rule away. Refuses `not-found`. */
export function dropDomainRule(
  wire: Pick<Wire, "db" | "clock">,
  domain: string,
  byId: string | null,
): Refusal | undefined {
  return transact(wire.db, (tx) => {
    if (!removeDomainRule(tx, domain)) return { refused: "not-found" };
    note(tx, "domain-freed", byId, domain, wire.clock.now());
    return undefined;
  });
}

/** In allowlist mode the node speaks only with allowed domains. */
export function chooseAllowlist(wire: Pick<Wire, "db" | "clock">, isOn: boolean, byId: string | null): void {
  transact(wire.db, (tx) => {
    saveAllowlistMode(tx, isOn);
    note(tx, "allowlist", byId, isOn ? "on" : "off", wire.clock.now());
  });
}

/** Blocks a whole list. Returns how many; our own domain and unreadable ones are left out. */
export function blockDomains(wire: Wire, domains: readonly ListedDomain[], byId: string): number {
  const own = new URL(wire.origin).hostname;
  return transact(wire.db, (tx) => {
    let blocked = 0;
    for (const { domain: written, reason } of domains) {
      const domain = normalizeHost(written);
      if (!domain || isBlockedHost(own, readBlocks([domain]))) continue;
      setDomainRule(tx, { domain, rule: "block", reason }, wire.clock.now());
      blocked += 1;
    }
    note(tx, "domains-listed", byId, String(blocked), wire.clock.now());
    return blocked;
  });
}

function note(
  tx: Tx,
  what: "domain-blocked" | "domain-allowed" | "domain-freed" | "domains-listed" | "allowlist",
  byId: string | null,
  detail: string,
  at: number,
): void {
  recordAudit(tx, { what, actorId: null, byId, aboutId: null, detail, at });
}

/** Writes a rule for a domain in its one spelling; a block also ends the follows with it. */
function setDomainRule(
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
