// The form of a cycle's plan: what a person typed as a plan, or which field does not hold; a plan as what a form shows. Pure.
import Type, { type Static } from "typebox";
import { formatDecimal, parseWrittenDecimal } from "../kernel/decimal.ts";
import { readLocalMinute, writeLocalMinute } from "../kernel/localTime.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { DELIVERIES_MAX, type Delivery, type Plan } from "./cycle.ts";
import { DEFAULT_RULES, type SaleRules } from "./saleRules.ts";

const Slot = Type.String({ pattern: "^(?:[1-9]|10)$" });
const Moment = Type.String({ maxLength: 30 });

/** What a common minimum is counted in. */
export const THRESHOLD_UNITS = ["KGM", "LTR", "H87"] as const;

function choice<A extends string, B extends string>(one: A, other: B) {
  return Type.Union([Type.Literal(one), Type.Literal(other)]);
}

/** `start`, `end`, `place`, `position` are by the delivery's number: `start.1`. */
export const PLAN_FORM = {
  name: Type.String({ maxLength: 200 }),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  visibility: Type.Union([Type.Literal("public"), Type.Literal("partners")]),
  opensAt: Type.Optional(Moment),
  closesAt: Moment,
  minimumOrder: Type.Optional(Type.String({ maxLength: 20 })),
  answers: Type.Optional(choice("automatic", "hand")),
  confirms: Type.Optional(choice("hand", "clock")),
  answerHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 336 })),
  threshold: Type.Optional(Type.String({ maxLength: 20 })),
  thresholdUnit: Type.Optional(Type.Enum(THRESHOLD_UNITS)),
  whenMissed: Type.Optional(choice("cancel", "extend")),
  extensionHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 744 })),
  start: Type.Record(Slot, Moment),
  end: Type.Record(Slot, Moment),
  place: Type.Record(Slot, Type.String({ maxLength: 200 })),
  position: Type.Record(Slot, Type.String({ maxLength: 60 })),
};

/** Field name -> why it does not hold; the words are `form.reason.<why>`. */
export type PlanErrors = Record<string, string>;

const schema = Type.Object(PLAN_FORM);
type Wish = Static<typeof schema>;

/** The plan a person typed, with every field that cannot be read. */
export function readPlan(wish: Wish): { plan: Plan & { rules: SaleRules } } | { errors: PlanErrors } {
  const errors: PlanErrors = {};
  const closesAt = readMoment("closesAt", wish.closesAt, errors);
  const opensAt = wish.opensAt === undefined ? null : readMoment("opensAt", wish.opensAt, errors);
  const minimumOrderCents = wish.minimumOrder === undefined ? null : readMoney(wish.minimumOrder, errors);
  const deliveries = readDeliveries(wish, errors);
  const rules = readRules(wish, errors);
  if (Object.keys(errors).length > 0) return { errors };
  const { name, note = "", visibility } = wish;
  return { plan: { name, note, visibility, opensAt, closesAt, minimumOrderCents, deliveries, rules } };
}

/** Which field a refused plan is about, or null when it is about none. */
export function planErrors({ refused, number }: Refusal): PlanErrors | null {
  const [field, reason] = PLAN_REFUSALS[refused] ?? [];
  return field && reason ? { [number === undefined ? field : `${field}.${number}`]: reason } : null;
}

const PLAN_REFUSALS: Readonly<Record<string, readonly [field: string, reason: string]>> = {
  "bad-name": ["name", "required"],
  "closing-not-ahead": ["closesAt", "not-ahead"],
  "closing-too-far": ["closesAt", "too-far"],
  "opening-not-ahead": ["opensAt", "not-ahead"],
  "opening-after-closing": ["opensAt", "after-closing"],
  "no-place": ["place", "required"],
  "delivery-backwards": ["end", "before-start"],
  "delivery-before-closing": ["start", "before-closing"],
  "bad-minimum": ["minimumOrder", "not-money"],
  "visibility-fixed": ["visibility", "fixed"],
  "bad-answer-hours": ["answerHours", "bad-format"],
  "bad-threshold": ["threshold", "not-a-number"],
  "bad-extension": ["extensionHours", "required"],
  "threshold-fixed": ["threshold", "only-lower"],
};

/** A plan as the form shows it. */
export function writePlan(plan: Plan): Record<string, string> {
  const { answers, confirms, answerHours, threshold } = plan.rules ?? DEFAULT_RULES;
  const typed: Record<string, string> = {
    name: plan.name,
    note: plan.note,
    visibility: plan.visibility,
    opensAt: plan.opensAt === null ? "" : writeLocalMinute(plan.opensAt),
    closesAt: writeLocalMinute(plan.closesAt),
    minimumOrder: plan.minimumOrderCents === null ? "" : formatDecimal(plan.minimumOrderCents, 2, 2).replace(".", ","),
    answers,
    confirms,
    answerHours: String(answerHours),
    threshold: threshold ? formatDecimal(threshold.quantityThousandths, 3).replace(".", ",") : "",
    thresholdUnit: threshold?.unitCode ?? "KGM",
    whenMissed: threshold?.whenMissed ?? "cancel",
    extensionHours: threshold?.extensionHours ? String(threshold.extensionHours) : "",
  };
  for (const { number, startAt, endAt, place, position } of plan.deliveries) {
    typed[`start.${number}`] = writeLocalMinute(startAt);
    typed[`end.${number}`] = writeLocalMinute(endAt);
    typed[`place.${number}`] = place;
    typed[`position.${number}`] = position
      ? `${formatDecimal(position.latitudeMicrodegrees, 6)}, ${formatDecimal(position.longitudeMicrodegrees, 6)}`
      : "";
  }
  return typed;
}

/** What is not asked for keeps its default. An empty threshold: the cycle asks for no common minimum. */
function readRules(wish: Wish, errors: PlanErrors): SaleRules {
  const { answers, confirms, answerHours } = { ...DEFAULT_RULES, ...wish };
  const base = { answers, confirms, answerHours };
  if (wish.threshold === undefined) return { ...base, threshold: null };
  const quantityThousandths = parseWrittenDecimal(wish.threshold, 3, ",");
  if (quantityThousandths === null || quantityThousandths <= 0) errors.threshold = "not-a-number";
  const { thresholdUnit: unitCode = "KGM", whenMissed = "cancel", extensionHours = 0 } = wish;
  if (whenMissed === "extend" && extensionHours === 0) errors.extensionHours = "required";
  const kept = whenMissed === "extend" ? extensionHours : 0;
  return {
    ...base,
    threshold: { unitCode, quantityThousandths: quantityThousandths ?? 0, whenMissed, extensionHours: kept },
  };
}

function readMoment(field: string, text: string, errors: PlanErrors): number {
  const read = readLocalMinute(text);
  if (!("refused" in read)) return read.at;
  errors[field] = read.refused;
  return 0;
}

function readMoney(text: string, errors: PlanErrors): number {
  const cents = parseWrittenDecimal(text, 2, ",");
  if (cents !== null && cents >= 0) return cents;
  errors.minimumOrder = "not-money";
  return 0;
}

/** A slot in which nothing was typed is no delivery; half a slot is an error where the rest is missing. */
function readDeliveries({ start, end, place, position }: Wish, errors: PlanErrors): Delivery[] {
  const numbers = Array.from({ length: DELIVERIES_MAX }, (_, i) => i + 1);
  return numbers.flatMap((number) => {
    const [from, to, where, point] = [start[number], end[number], place[number], position[number]];
    if (!from && !to && !where && !point) return [];
    for (const [field, text] of Object.entries({ start: from, end: to, place: where }))
      if (!text) errors[`${field}.${number}`] = "required";
    const startAt = from ? readMoment(`start.${number}`, from, errors) : 0;
    const endAt = to ? readMoment(`end.${number}`, to, errors) : 0;
    const at = point ? readPosition(point) : null;
    if (point && !at) errors[`position.${number}`] = "no-position";
    return [{ number, startAt, endAt, place: where ?? "", position: at }];
  });
}

/** "43.2986, 13.4533" as every map gives it. */
function readPosition(text: string): Delivery["position"] {
  const [, latitude = "", longitude = ""] = /^(-?\d{1,2}(?:\.\d+)?)[,;\s]+(-?\d{1,3}(?:\.\d+)?)$/.exec(text) ?? [];
  const latitudeMicrodegrees = parseWrittenDecimal(latitude, 6, ".");
  const longitudeMicrodegrees = parseWrittenDecimal(longitude, 6, ".");
  if (latitudeMicrodegrees === null || longitudeMicrodegrees === null) return null;
  if (Math.abs(latitudeMicrodegrees) > 90_000_000 || Math.abs(longitudeMicrodegrees) > 180_000_000) return null;
  return { latitudeMicrodegrees, longitudeMicrodegrees };
}
