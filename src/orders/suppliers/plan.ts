// What a list of suppliers would do, row by row, held against the suppliers the group knows already. Pure. DOMAIN.md 2.5.
import type { SupplierField } from "../../exchange/supplierColumns.ts";
import type { SupplierRow } from "../../exchange/supplierSheet.ts";

/** The problem of one with an address whom our letter did not reach. */
export const LETTER_FAILED = "letter-failed";

/** `kept`: only written down; `invited`: written to; `to-find`: being looked for; `followed`: on Filiera and followed. */
export const CONTACT_STATES = ["kept", "invited", "to-find", "not-found", "followed"] as const;
export type ContactState = (typeof CONTACT_STATES)[number];

/** What a list says of a supplier; what it does not say is "". */
export type SupplierFacts = Readonly<Record<SupplierField, string>>;
export type KnownContact = SupplierFacts & { readonly id: string; readonly state: ContactState };

/** A producer on Filiera: `names` are the addresses it answers to, in small letters; `vatNumber` "" where it says none. */
export type KnownProducer = { readonly id: string; readonly names: readonly string[]; readonly vatNumber: string };

/**
 * A row and what it does: `nothing` (all of it is known), `update` a contact's words, `follow` a producer that is known (`peer`), `find`
 * one by its address and then follow it, `invite` by a letter, `keep` as a contact.
 */
export type SupplierStep = {
  readonly row: SupplierRow;
  readonly does: "nothing" | "update" | "follow" | "find" | "invite" | "keep";
  readonly contactId: string | null;
  readonly peer: string | null;
};

/** `twice`: rows that speak of a supplier of an earlier row, `first`. */
export type SupplierPlan = {
  readonly steps: readonly SupplierStep[];
  readonly twice: readonly { readonly row: number; readonly name: string; readonly first: number }[];
};

/** What to do with each row. `hasMail`: the node sends letters. */
export function planSuppliers(
  rows: readonly SupplierRow[],
  contacts: readonly KnownContact[],
  producers: readonly KnownProducer[],
  hasMail: boolean,
): SupplierPlan {
  const steps: SupplierStep[] = [];
  const twice: SupplierPlan["twice"][number][] = [];
  for (const row of rows) {
    const first = steps.find((step) => isSameSupplier(step.row, row));
    if (first) twice.push({ row: row.row, name: row.name, first: first.row.row });
    else steps.push(planRow(row, contacts, producers, hasMail));
  }
  return { steps, twice };
}

function planRow(
  row: SupplierRow,
  contacts: readonly KnownContact[],
  producers: readonly KnownProducer[],
  hasMail: boolean,
): SupplierStep {
  const contact = contacts.find((one) => isSameSupplier(one, row));
  const producer = producers.find((one) => isProducer(one, row));
  const step = (does: SupplierStep["does"]): SupplierStep => ({
    ...{ row, does, contactId: contact?.id ?? null, peer: producer?.id ?? null },
  });
  const isSettled = contact?.state === "followed" || contact?.state === "to-find";
  if (producer && !isSettled) return step("follow");
  if (!contact) return step(row.address !== "" ? "find" : row.email !== "" && hasMail ? "invite" : "keep");
  // Said anew it is looked for once more, unless it is the address that led nowhere.
  if (row.address !== "" && !isSettled && plain(row.address) !== plain(contact.address)) return step("find");
  return step(saysMore(row, contact) ? "update" : "nothing");
}

/** The words of a contact with those of a row: what the row leaves empty stays. */
export function mergeFacts(before: SupplierFacts, row: SupplierFacts): SupplierFacts {
  const keep = (field: SupplierField) => (row[field] === "" ? before[field] : row[field]);
  return {
    ...{ name: keep("name"), email: keep("email"), phone: keep("phone"), website: keep("website") },
    ...{ place: keep("place"), vatNumber: keep("vatNumber"), address: keep("address") },
    ...{ referent: keep("referent"), note: keep("note") },
  };
}

function saysMore(row: SupplierFacts, contact: SupplierFacts): boolean {
  const after = mergeFacts(contact, row);
  return (Object.keys(after) as SupplierField[]).some((field) => after[field] !== contact[field]);
}

/** Two VAT numbers tell; without, an address or a mailbox that both have; without those, the name. */
function isSameSupplier(one: SupplierFacts, other: SupplierFacts): boolean {
  if (one.vatNumber !== "" && other.vatNumber !== "") return one.vatNumber === other.vatNumber;
  for (const field of ["address", "email"] as const)
    if (one[field] !== "" && other[field] !== "" && plain(one[field]) === plain(other[field])) return true;
  return plain(one.name) === plain(other.name) && (one.email === "" || other.email === "" || one.email === other.email);
}

function isProducer({ names, vatNumber }: KnownProducer, row: SupplierRow): boolean {
  if (row.address !== "" && names.includes(plain(row.address))) return true;
  return row.vatNumber !== "" && row.vatNumber === vatNumber;
}

/** How words are compared: without case, blanks more than one, and the "@" before a handle. */
export function plain(text: string): string {
  return text.trim().toLowerCase().replaceAll(/\s+/g, " ").replace(/^@/, "");
}
