// The form of transport, discounts and other costs, with the steps from which they change: what a person typed as values, or which
// field does not hold. Pure.
import Type, { type Static } from "typebox";
import { formatDecimal, parseWrittenDecimal } from "../../kernel/decimal.ts";
import { freeId, Slot, slots } from "../slots.ts";
import { checkModifier, type Measure, type Modifier, type ModifierValue, productKey, setsPrice } from "./modifiers.ts";

export const MODIFIER_KINDS = ["transport", "discount", "surcharge"] as const;
export const MODIFIER_UNITS = ["euro", "percent", "perKg", "newPrice"] as const;
export const MEASURES = ["head", "value", "weight", "quantity"] as const;
/** What it looks at and who bears it: the whole order, each household by itself, one product, one place of pickup. */
export const TARGETS = ["order", "household", "product", "pickup"] as const;
/** When something else comes than was booked: counted again, or kept as it was at closing. */
export const REDONE = ["again", "kept"] as const;

const Typed = Type.String({ maxLength: 20 });

/** By the modifier's slot. `modOn` "" : no steps; `modSteps`: a line a step, "100 = 15", from how much on and then how much. */
export const MODIFIER_FIELDS = {
  modName: Type.Record(Slot, Type.String({ maxLength: 100 })),
  modKind: Type.Record(Slot, Type.Enum(MODIFIER_KINDS)),
  modValue: Type.Record(Slot, Typed),
  modUnit: Type.Record(Slot, Type.Enum(MODIFIER_UNITS)),
  modSplit: Type.Record(Slot, Type.Enum(MEASURES)),
  modFor: Type.Record(Slot, Type.Enum(TARGETS)),
  modProduct: Type.Record(Slot, Type.String({ maxLength: 200 })),
  modPlace: Type.Record(Slot, Type.String({ maxLength: 200 })),
  modRedone: Type.Record(Slot, Type.Enum(REDONE)),
  modOn: Type.Record(Slot, Type.Enum(MEASURES)),
  modSteps: Type.Record(Slot, Type.String({ maxLength: 500 })),
};
const schema = Type.Object(MODIFIER_FIELDS);
type ModifierWish = Static<typeof schema>;
type Unit = (typeof MODIFIER_UNITS)[number];

/** A step starts at so much of its measure: decimals of a thousandth, a cent, a gram (of a kilogram), a head. */
const DIGITS: Readonly<Record<Measure, number>> = { quantity: 3, value: 2, weight: 3, head: 0 };
const STEP = /^([^\s=:]+)\s*[=:\s]\s*([^\s=:]+)$/;

/**
 * The modifiers a person typed; each field that cannot be read is put into `errors`. One that was there (by its slot in `before`)
 * keeps its id, and what the form does not show.
 */
export function readModifiers(
  wish: ModifierWish,
  before: readonly Modifier[],
  errors: Record<string, string>,
): Modifier[] {
  // Slots move up when one is emptied, ids do not: a new modifier must not take the name of one that stays.
  const used = new Set(before.map(({ id }) => id));
  const priced = new Set<string>();
  return slots().flatMap((number): Modifier[] => {
    const [name, text] = [wish.modName[number], wish.modValue[number]];
    if (!name && !text) return [];
    if (!name) errors[`modName.${number}`] = "required";
    const unit = wish.modUnit[number] ?? "euro";
    const scaled = text === undefined ? null : parseWrittenDecimal(text, digitsOf(unit), ",");
    // Below the first step a price may stay what it is.
    const isUsual = unit === "newPrice" && !text && wish.modOn[number] !== undefined;
    if (!isUsual && (scaled === null || scaled < 0)) errors[`modValue.${number}`] = text ? "not-a-number" : "required";
    const old = before[number - 1];
    const modifier: Modifier = {
      ...readSteps(wish, number, old, errors),
      ...readTarget(wish, number, old, errors),
      isRecomputedOnDelivery: readRedone(wish.modRedone[number], old),
      id: old?.id ?? freeId("m", used),
      name: name ?? "",
      kind: kindOf(wish.modKind[number] ?? "transport", unit),
      value: isUsual ? { priceTenThousandths: null } : valueIn(unit, scaled ?? 0),
      splitBy: wish.modSplit[number] ?? "value",
    };
    const bad = checkModifier(modifier)?.refused;
    if (bad === "bad-thresholds") errors[`modSteps.${number}`] ??= "not-rising";
    // A product or place that is missing is told by its own field.
    else if (bad && bad !== "bad-target" && name) errors[`modValue.${number}`] ??= "bad-format";
    const product =
      setsPrice(modifier) && modifier.target && "product" in modifier.target ? modifier.target.product : "";
    // Two prices of one product would both count.
    if (product !== "" && priced.has(productKey(product))) errors[`modProduct.${number}`] = "priced-twice";
    priced.add(productKey(product));
    return [modifier];
  });
}

/** A price is nobody's transport: what it changes is the producer's. */
function kindOf(kind: Modifier["kind"], unit: Unit): Modifier["kind"] {
  return unit === "newPrice" && kind === "transport" ? "discount" : kind;
}

function readRedone(redone: (typeof REDONE)[number] | undefined, old: Modifier | undefined): boolean {
  return redone === undefined ? (old?.isRecomputedOnDelivery ?? true) : redone === "again";
}

/** Nothing for the whole order; a product or a place is named as the order has it. A new price is always one product's. */
function readTarget(
  wish: ModifierWish,
  number: number,
  old: Modifier | undefined,
  errors: Record<string, string>,
): Pick<Modifier, "target"> {
  const target = wish.modUnit[number] === "newPrice" ? "product" : wish.modFor[number];
  if (target === undefined) return old?.target ? { target: old.target } : {};
  if (target === "household") return { target: { each: "household" } };
  if (target === "order") return {};
  if (target === "pickup") {
    const pickup = wish.modPlace[number]?.trim() ?? "";
    if (pickup === "") errors[`modPlace.${number}`] = "required";
    return { target: { pickup } };
  }
  const product = wish.modProduct[number]?.trim() ?? "";
  if (product === "") errors[`modProduct.${number}`] = "required";
  return { target: { product } };
}

type Steps = Pick<Modifier, "thresholdOn" | "thresholds">;

function readSteps(
  wish: ModifierWish,
  number: number,
  old: Modifier | undefined,
  errors: Record<string, string>,
): Steps {
  const [on = null, text = ""] = [wish.modOn[number], wish.modSteps[number]];
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  if (on === null && lines.length > 0) errors[`modOn.${number}`] = "required";
  if (on !== null && lines.length === 0) errors[`modSteps.${number}`] = "required";
  if (on === null || lines.length === 0) return { thresholdOn: null, thresholds: [] };
  const unit = wish.modUnit[number] ?? "euro";
  const isUntouched = old?.thresholdOn === on && unitOf(old.value) === unit && writeSteps(old) === lines.join("\n");
  if (isUntouched) return { thresholdOn: on, thresholds: old.thresholds };
  const thresholds = lines.flatMap((line) => readStep(line, on, unit) ?? []);
  if (thresholds.length < lines.length) errors[`modSteps.${number}`] = "bad-format";
  return { thresholdOn: on, thresholds };
}

function readStep(line: string, on: Measure, unit: Unit): Modifier["thresholds"][number] | null {
  const [, start = "", amount = ""] = STEP.exec(line) ?? [];
  // A reading that rounds would make two households of one and a half.
  const from = on === "head" && !/^\d+$/.test(start) ? null : parseWrittenDecimal(start, DIGITS[on], ",");
  const scaled = parseWrittenDecimal(amount, digitsOf(unit), ",");
  return from === null || scaled === null || scaled < 0 ? null : { from, value: valueIn(unit, scaled) };
}

/** Modifiers as the form shows them. */
export function writeModifiers(modifiers: readonly Modifier[]): Record<string, string> {
  const typed: Record<string, string> = {};
  for (const [i, modifier] of modifiers.entries()) {
    const { name, kind, value, splitBy, thresholdOn } = modifier;
    const fields = {
      ...{ modName: name, modKind: kind, modSplit: splitBy, modUnit: unitOf(value), modValue: written(value) },
      ...{ modOn: thresholdOn ?? "", modSteps: writeSteps(modifier) },
      ...{ ...writeTarget(modifier), modRedone: modifier.isRecomputedOnDelivery ? "again" : "kept" },
    };
    for (const [field, text] of Object.entries(fields)) typed[`${field}.${i + 1}`] = text;
  }
  return typed;
}

function writeTarget({ target }: Modifier): { modFor: (typeof TARGETS)[number]; modProduct: string; modPlace: string } {
  const [modProduct, modPlace] = ["", ""];
  if (target === undefined) return { modFor: "order", modProduct, modPlace };
  if ("each" in target) return { modFor: "household", modProduct, modPlace };
  if ("pickup" in target) return { modFor: "pickup", modProduct, modPlace: target.pickup };
  return { modFor: "product", modProduct: target.product, modPlace };
}

function writeSteps({ thresholdOn, thresholds }: Steps): string {
  const digits = thresholdOn === null ? 0 : DIGITS[thresholdOn];
  return thresholds
    .map(({ from, value }) => `${formatDecimal(from, digits).replace(".", ",")} = ${written(value)}`)
    .join("\n");
}

/** Two decimals: cents, hundredths of a percent, cents for a kilogram; four of a price. */
function digitsOf(unit: Unit): 2 | 4 {
  return unit === "newPrice" ? 4 : 2;
}

function valueIn(unit: Unit, scaled: number): ModifierValue {
  if (unit === "newPrice") return { priceTenThousandths: scaled };
  if (unit === "percent") return { hundredthsPercent: scaled };
  return unit === "perKg" ? { centsPerKg: scaled } : { cents: scaled };
}

function unitOf(value: ModifierValue): Unit {
  if ("priceTenThousandths" in value) return "newPrice";
  return "cents" in value ? "euro" : "hundredthsPercent" in value ? "percent" : "perKg";
}

function written(value: ModifierValue): string {
  const [scaled] = Object.values(value) as [number | null];
  return scaled === null ? "" : formatDecimal(scaled, digitsOf(unitOf(value)), 2).replace(".", ",");
}
