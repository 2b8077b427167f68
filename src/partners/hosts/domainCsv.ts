// Lists of blocked domains in the format Mastodon exports and imports. Pure. EXPERIENCE 8.
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";

export type ListedDomain = { readonly domain: string; readonly reason: string };

const HEADER = ["#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate"];
const MOST_ROWS = 20_000;

/** Domains to block, as a CSV that Mastodon imports. */
export function writeDomainCsv(domains: readonly ListedDomain[]): string {
  return stringify([
    HEADER,
    ...domains.map(({ domain, reason }) => [domain, "suspend", "true", "true", calm(reason), "false"]),
  ]);
}

/**
 * The domains a CSV suspends, and how many rows say something milder or nothing readable (`left`). Reads Mastodon's format
 * with or without `#`, and a bare list of domains. Null when it is no such list.
 */
export function readDomainCsv(text: string): { readonly domains: ListedDomain[]; readonly left: number } | null {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true, to: MOST_ROWS });
  } catch {
    return null;
  }
  const names = (rows[0] ?? []).map((name) => name.replace(/^#/, "").toLowerCase());
  const hasHeader = names.includes("domain");
  const [domainAt, severityAt, reasonAt] = hasHeader
    ? [names.indexOf("domain"), names.indexOf("severity"), names.indexOf("public_comment")]
    : [0, -1, -1];
  const domains: ListedDomain[] = [];
  let left = 0;
  for (const row of hasHeader ? rows.slice(1) : rows) {
    const domain = (row[domainAt] ?? "").toLowerCase();
    const severity = severityAt < 0 ? "suspend" : (row[severityAt] ?? "suspend").toLowerCase();
    // Obfuscated entries ("exa***.com") name nobody.
    if (!/^[a-z0-9.-]+\.[a-z0-9-]+$/.test(domain) || severity !== "suspend") left += 1;
    else domains.push({ domain, reason: (reasonAt < 0 ? "" : (row[reasonAt] ?? "")).slice(0, 300) });
  }
  return domains.length === 0 && left > 0 && !hasHeader ? null : { domains, left };
}

/** A cell that a spreadsheet cannot take for a formula. */
function calm(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
