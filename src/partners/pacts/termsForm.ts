// Terms of a pact as a person types them in a form, and back. Pure.
import { Type } from "typebox";
import { formatDecimal, parseWrittenDecimal } from "../../kernel/decimal.ts";
import { addDays, instantOfRome, isDate, romeTime } from "../../kernel/time.ts";
import { findBadTerm, type Referent, type Terms } from "./terms.ts";

/** The fields of the form. Money and percentages are typed with a comma or a point. */
export const TERMS_FIELDS = {
  subset: Type.Optional(Type.String({ maxLength: 10_000 })),
  delta: Type.Optional(Type.String({ maxLength: 10 })),
  minOrder: Type.Optional(Type.String({ maxLength: 15 })),
  deliveryCost: Type.Optional(Type.String({ maxLength: 15 })),
  leadDays: Type.Integer({ minimum: 0, maximum: 365 }),
  referents: Type.Optional(Type.String({ maxLength: 2000 })),
  lastDay: Type.Optional(Type.String({ maxLength: 10 })),
};

export type TypedTerms = {
  readonly subset?: string;
  readonly delta?: string;
  readonly minOrder?: string;
  readonly deliveryCost?: string;
  readonly leadDays: number;
  readonly referents?: string;
  readonly lastDay?: string;
};

/** The terms, or the fields that do not hold. `catalog` stands for the whole list; `now` is epoch ms. */
export function readTermsForm(
  typed: TypedTerms,
  { seller, catalog, now }: { seller: string; catalog: string; now: number },
): { readonly terms: Terms; readonly endsAt: number | null } | { readonly errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const amount = (name: "delta" | "minOrder" | "deliveryCost") => {
    const read = parseWrittenDecimal(typed[name] ?? "0", 2, ",");
    if (read === null) errors[name] = "not-a-number";
    return read ?? 0;
  };
  const terms: Terms = {
    catalogSubset: linesOf(typed.subset).length > 0 ? linesOf(typed.subset) : [catalog],
    priceDeltaHundredthsPercent: amount("delta"),
    minOrderCents: amount("minOrder"),
    deliveryCostCents: amount("deliveryCost"),
    leadDays: typed.leadDays,
    referents: linesOf(typed.referents).map(readReferent),
  };
  const endsAt = typed.lastDay ? endOfDay(typed.lastDay) : null;
  if (typed.lastDay && (endsAt === null || endsAt <= now)) errors.lastDay = "bad-format";
  const bad = Object.keys(errors).length === 0 ? findBadTerm(terms, seller) : null;
  if (bad) errors[FIELD_OF[bad]] = "bad-format";
  return Object.keys(errors).length > 0 ? { errors } : { terms, endsAt };
}

/** Terms as the form shows them again. */
export function showTermsForm(terms: Terms, endsAt: number | null, catalog: string): Record<string, string> {
  const comma = (scaled: number) => formatDecimal(scaled, 2, 2).replace(".", ",");
  const isWhole = terms.catalogSubset.length === 1 && terms.catalogSubset[0] === catalog;
  return {
    subset: isWhole ? "" : terms.catalogSubset.join("\n"),
    delta: comma(terms.priceDeltaHundredthsPercent),
    minOrder: comma(terms.minOrderCents),
    deliveryCost: comma(terms.deliveryCostCents),
    leadDays: String(terms.leadDays),
    referents: terms.referents.map(({ name, email }) => `${name}: ${email}`).join("\n"),
    lastDay: endsAt === null ? "" : addDays(romeTime(endsAt).date, -1),
  };
}

const FIELD_OF: Readonly<Record<keyof Terms, string>> = {
  catalogSubset: "subset",
  priceDeltaHundredthsPercent: "delta",
  minOrderCents: "minOrder",
  deliveryCostCents: "deliveryCost",
  leadDays: "leadDays",
  referents: "referents",
};

function linesOf(text: string | undefined): string[] {
  return (text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** "Referente agrumi: agrumi@gas.example". */
function readReferent(line: string): Referent {
  const cut = line.lastIndexOf(":");
  return { name: line.slice(0, Math.max(cut, 0)).trim(), email: line.slice(cut + 1).trim() };
}

/** The last day counts whole: the pact ends when the next one begins in Rome. */
function endOfDay(date: string): number | null {
  return isDate(date) ? instantOfRome({ date: addDays(date, 1), time: "00:00" }) : null;
}
