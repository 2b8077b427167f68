// Costs and discounts of the "GDXP 2" dialect, `theshold` spelled as it is on the wire. DOMAIN.md section 6.3.
import { formatDecimal } from "../kernel/decimal.ts";
import { formatEuros } from "../kernel/money.ts";
import { asArray, asRecord, type Foreign, own, readNumber } from "./foreignJson.ts";
import type { Amount, Modifier } from "./priceList.ts";

const MAX_STEPS = 100;

/** The modifiers of a supplier or product; what cannot be understood whole is left out. */
export function readModifiers(transformations: unknown): Modifier[] {
  return asArray(transformations).slice(0, MAX_STEPS).map(asRecord).flatMap(readModifier);
}

/** Modifiers as the dialect writes them. */
export function writeModifiers(modifiers: readonly Modifier[]): Foreign[] {
  return modifiers.map(({ kind, adds, fixed, thresholdOn, thresholds }) => ({
    type: kind,
    operation: adds ? "sum" : "sub",
    ...(fixed
      ? { fixed: writeAmount(fixed) }
      : {
          variable: {
            theshold_type: thresholdOn,
            thesholds: thresholds.map(({ fromThousandths, amount }) => ({
              theshold: formatDecimal(fromThousandths, 3),
              amount: writeAmount(amount),
            })),
          },
        }),
  }));
}

function readModifier(one: Foreign): Modifier[] {
  const [kind, operation] = [own(one, "type"), own(one, "operation")];
  if ((kind !== "shipping" && kind !== "discount") || (operation !== "sum" && operation !== "sub")) return [];
  const head = { kind, adds: operation === "sum" } as const;
  const fixed = readAmount(own(one, "fixed"));
  if (fixed) return [{ ...head, fixed, thresholdOn: null, thresholds: [] }];
  const variable = asRecord(own(one, "variable"));
  const on = own(variable, "theshold_type") ?? own(variable, "threshold_type");
  if (on !== "price" && on !== "quantity" && on !== "weight") return [];
  const written = asArray(own(variable, "thesholds") ?? own(variable, "thresholds")).slice(0, MAX_STEPS);
  const thresholds = written.map(asRecord).map((step) => ({
    fromThousandths: readNumber(own(step, "theshold") ?? own(step, "threshold"), 3),
    amount: readAmount(own(step, "amount")),
  }));
  const known = thresholds.filter((step): step is Modifier["thresholds"][number] => {
    return step.fromThousandths !== null && step.amount !== null;
  });
  if (known.length === 0 || known.length < thresholds.length) return [];
  return [{ ...head, fixed: null, thresholdOn: on, thresholds: known }];
}

function readAmount(value: unknown): Amount | null {
  const text = typeof value === "string" ? value.trim() : value;
  if (typeof text === "string" && text.endsWith("%")) {
    const hundredthsPercent = readNumber(text.slice(0, -1), 2);
    return hundredthsPercent === null ? null : { hundredthsPercent };
  }
  const cents = readNumber(text, 2);
  return cents === null ? null : { cents };
}

function writeAmount(amount: Amount): string {
  return "cents" in amount ? formatEuros(amount.cents) : `${formatDecimal(amount.hundredthsPercent, 2)}%`;
}
