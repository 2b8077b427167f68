// Which domains we do not speak with: the block list, or, in allowlist mode, everyone who is not on the allow list.
import { loadFact } from "../db/facts.ts";
import type { Db } from "../db/transact.ts";
import { isBlockedHost, readBlocks } from "./blocks.ts";
import { ALLOWLIST_FACT, countDomainChanges, listDomainRules } from "./store.ts";

export type DomainGuard = { readonly isBlocked: (host: string) => boolean };

/** Reads the rules again when someone changed them, here or from the command line; a block always wins. */
export function createDomainGuard(db: Db): DomainGuard {
  // Prepared once: it is asked for each delivery, in and out.
  const dataVersion = db.raw.prepare("PRAGMA data_version").pluck();
  let seen = "";
  let isAllowlist = false;
  let blocks: ReadonlySet<string> = new Set();
  let allows: ReadonlySet<string> = new Set();
  const verdicts = new Map<string, boolean>();

  const refresh = () => {
    // data_version moves when another process commits, our own counter when this one changes a rule.
    const current = `${dataVersion.get()}:${countDomainChanges()}`;
    if (current === seen) return;
    const rules = listDomainRules(db.orm);
    const domains = (rule: "block" | "allow") =>
      readBlocks(rules.filter((row) => row.rule === rule).map((row) => row.domain));
    seen = current;
    isAllowlist = loadFact(db.orm, ALLOWLIST_FACT) === "on";
    blocks = domains("block");
    allows = domains("allow");
    verdicts.clear();
  };

  return {
    isBlocked: (host) => {
      refresh();
      const known = verdicts.get(host);
      if (known !== undefined) return known;
      const verdict = isBlockedHost(host, blocks) || (isAllowlist && !isBlockedHost(host, allows));
      if (verdicts.size >= 5000) verdicts.clear();
      verdicts.set(host, verdict);
      return verdict;
    },
  };
}
