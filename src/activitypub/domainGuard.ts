// Which domains we do not speak with: the block list, or, in allowlist mode, everyone who is not on the allow list.
import { loadFact } from "../db/facts.ts";
import type { Db } from "../db/transact.ts";
import { isBlockedHost, readBlocks } from "./blocks.ts";
import type { KeepStanding } from "./standingFacts.ts";
import { ALLOWLIST_FACT, listDomainRules } from "./store.ts";

export type DomainGuard = { readonly isBlocked: (host: string) => boolean };

/** Reads the rules again when someone changed them, here or from the command line; a block always wins. */
export function createDomainGuard(db: Db, keepStanding: KeepStanding): DomainGuard {
  const loadRules = keepStanding(() => {
    const rules = listDomainRules(db.orm);
    const domains = (rule: "block" | "allow") =>
      readBlocks(rules.filter((row) => row.rule === rule).map((row) => row.domain));
    const isAllowlist = loadFact(db.orm, ALLOWLIST_FACT) === "on";
    return { isAllowlist, blocks: domains("block"), allows: domains("allow") };
  });
  return {
    isBlocked: keepStanding((host) => {
      const { isAllowlist, blocks, allows } = loadRules("all");
      return isBlockedHost(host, blocks) || (isAllowlist && !isBlockedHost(host, allows));
    }),
  };
}
