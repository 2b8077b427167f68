// The one way in for an uploaded list of members: read off the main thread, within the limits of every sheet; and the list as we write it.
import { formatEuros } from "../kernel/money.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { writeCsv } from "./csvOut.ts";
import { MEMBER_WORDS, type MemberField, ROLE_WORDS } from "./memberColumns.ts";
import type { MemberOptions, MemberRow, MemberSheet } from "./memberSheet.ts";
import { type ReadLimits, readInWorker } from "./readPriceList.ts";

/** Reads the members of an XLSX, ODS, XLS or CSV, recognised by content. Refusals as `readPriceList`. */
export function readMembers(
  bytes: Uint8Array,
  filename: string,
  options: MemberOptions = {},
  limits?: ReadLimits,
): Promise<MemberSheet | Refusal> {
  return readInWorker<MemberSheet>("members", bytes, filename, options, limits);
}

const FIELDS = (Object.keys(MEMBER_WORDS) as MemberField[]).filter((field) => field !== "surname");

/** Members as CSV text under headings in the language, which `readMembers` reads back unchanged. */
export function writeMemberCsv(rows: readonly Omit<MemberRow, "row">[], language: "it" | "en"): string {
  const at = language === "it" ? 0 : 1;
  const lines = rows.map(({ household, name, email, phone, roles, balanceCents }) => [
    household ?? "",
    name,
    email ?? "",
    phone ?? "",
    roles.map((role) => ROLE_WORDS[role][at]).join(", "),
    balanceCents === null ? "" : { decimal: formatEuros(balanceCents) },
  ]);
  return writeCsv([FIELDS.map((field) => MEMBER_WORDS[field][language]), ...lines]);
}
