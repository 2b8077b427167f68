// The form of an order's plan and of its lines: what a person typed as values, or which field does not hold. Pure.
import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import { readLocalMinute, writeLocalMinute } from "../../kernel/localTime.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { readAmount, writeAmount } from "../booking/bookForm.ts";
import { startRules } from "../offering.ts";
import type { Goods, LineRules, OrderLine, Pickup } from "../order.ts";
import { freeId, Slot, slots } from "../slots.ts";
import { MODIFIER_FIELDS, readModifiers, writeModifiers } from "./modifierForm.ts";
import type { Plan } from "./plan.ts";
import { type FormErrors, POLICY_FIELDS, readPolicies, writePolicies } from "./policyForm.ts";

const Moment = Type.String({ maxLength: 30 });

/** `start.1`, `place.1` are by the pickup's slot; the modifiers' fields by theirs. */
export const PLAN_FIELDS = {
  name: Type.String({ maxLength: 200 }),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  opensAt: Type.Optional(Moment),
  closesAt: Moment,
  completesUntil: Type.Optional(Moment),
  ...POLICY_FIELDS,
  start: Type.Record(Slot, Moment),
  end: Type.Record(Slot, Moment),
  place: Type.Record(Slot, Type.String({ maxLength: 200 })),
  ...MODIFIER_FIELDS,
};
const schema = Type.Object(PLAN_FIELDS);
type PlanWish = Static<typeof schema>;

/** The plan a person typed, with every field that cannot be read. `before`: what the form does not show is kept of it. */
export function readPlan(wish: PlanWish, before: Plan | null): { plan: Plan } | { errors: FormErrors } {
  const errors: FormErrors = {};
  const moment = (field: string, text: string | undefined): number | null => {
    if (text === undefined) return null;
    const read = readLocalMinute(text);
    if (isRefusal(read)) errors[field] = read.refused;
    return isRefusal(read) ? null : read.at;
  };
  const plan: Plan = {
    ...{ name: wish.name, note: wish.note ?? "", policies: readPolicies(wish, errors) },
    opensAt: moment("opensAt", wish.opensAt),
    closesAt: moment("closesAt", wish.closesAt) ?? 0,
    completesUntil: wish.usesCompletion ? moment("completesUntil", wish.completesUntil) : null,
    pickups: readPickups(wish, before?.pickups ?? [], moment, errors),
    modifiers: readModifiers(wish, before?.modifiers ?? [], errors),
  };
  return Object.keys(errors).length > 0 ? { errors } : { plan };
}

/** A slot in which nothing was typed is no pickup. One that was there keeps its id, so that baskets that chose it still do. */
export function readPickups(
  { start, end, place }: Pick<PlanWish, "start" | "end" | "place">,
  before: readonly Pickup[],
  moment: (field: string, text: string | undefined) => number | null,
  errors: FormErrors,
): Pickup[] {
  const used = new Set(before.map(({ id }) => id));
  return slots().flatMap((number) => {
    const [from, to, where] = [start[number], end[number], place[number]];
    if (!from && !to && !where) return [];
    if (!from) errors[`start.${number}`] = "required";
    if (!where) errors[`place.${number}`] = "required";
    const id = before[number - 1]?.id ?? freeId("d", used);
    const startAt = moment(`start.${number}`, from) ?? 0;
    return [{ id, place: where ?? "", startAt, endAt: moment(`end.${number}`, to) }];
  });
}

/** A plan as the form shows it. */
export function writePlan(plan: Plan): Record<string, string> {
  const moment = (at: number | null) => (at === null ? "" : writeLocalMinute(at));
  const typed: Record<string, string> = {
    ...{ name: plan.name, note: plan.note },
    opensAt: moment(plan.opensAt),
    closesAt: moment(plan.closesAt),
    completesUntil: moment(plan.completesUntil),
    ...writePolicies(plan.policies),
  };
  return { ...typed, ...writePickups(plan.pickups), ...writeModifiers(plan.modifiers) };
}

/** Pickups as the form shows them. */
export function writePickups(pickups: readonly Pickup[]): Record<string, string> {
  const moment = (at: number | null) => (at === null ? "" : writeLocalMinute(at));
  const fields = pickups.map(({ place, startAt, endAt }, i) => ({
    [`place.${i + 1}`]: place,
    [`start.${i + 1}`]: moment(startAt),
    [`end.${i + 1}`]: moment(endAt),
  }));
  return Object.assign({}, ...fields);
}

/** Which field a refused plan is about, or null when it is about none. */
export function planErrors({ refused }: Refusal): FormErrors | null {
  const [field, reason] = PLAN_REFUSALS[refused] ?? [];
  return field && reason ? { [field]: reason } : null;
}

const PLAN_REFUSALS: Readonly<Record<string, readonly [field: string, reason: string]>> = {
  "bad-name": ["name", "required"],
  "bad-note": ["note", "too-long"],
  "closing-not-ahead": ["closesAt", "not-ahead"],
  "closing-too-far": ["closesAt", "too-far"],
  "closing-after-producers": ["closesAt", "after-producers"],
  "opening-not-ahead": ["opensAt", "not-ahead"],
  "opening-after-closing": ["opensAt", "after-closing"],
  "completion-before-closing": ["completesUntil", "before-closing"],
  "no-place": ["place.1", "required"],
  "delivery-backwards": ["end.1", "before-start"],
  "delivery-before-closing": ["start.1", "before-closing"],
};

const LineKey = Type.String({ pattern: "^[0-9a-f]{16}$" });
const Amount = Type.String({ maxLength: 20 });
export const CASE_MODES = ["none", "warn", "complete", "multiple"] as const;
const AMOUNTS = ["step", "min", "max", "advised", "orderMin", "orderMax"] as const;

/** `pick.KEY` and the rules of each line by `lineKey`. */
export const LINES_FORM = Type.Object({
  seen: Type.Integer({ minimum: 0 }),
  pick: Type.Record(LineKey, Type.String({ maxLength: 10 })),
  step: Type.Record(LineKey, Amount),
  min: Type.Record(LineKey, Amount),
  max: Type.Record(LineKey, Amount),
  advised: Type.Record(LineKey, Amount),
  orderMin: Type.Record(LineKey, Amount),
  orderMax: Type.Record(LineKey, Amount),
  case: Type.Record(LineKey, Type.Enum(CASE_MODES)),
  cut: Type.Record(LineKey, Type.String({ maxLength: 10 })),
});

/** What a line is called in a form's field: a hash of its name, which is too long for one. */
export function lineKey(lineIri: string): string {
  return createHash("sha256").update(lineIri).digest("hex").slice(0, 16);
}

/** A line chosen, with what households may book of it. */
type ChosenLine = { readonly lineIri: string; readonly rules: LineRules };

/** The chosen lines with their rules, with every field that cannot be read. */
export function readLines(
  form: Static<typeof LINES_FORM>,
  goods: readonly Goods[],
): { lines: ChosenLine[] } | { errors: FormErrors } {
  const errors: FormErrors = {};
  const lines = goods.flatMap(({ lineIri }): ChosenLine[] => {
    const key = lineKey(lineIri);
    if (!form.pick[key]) return [];
    const read = (field: (typeof AMOUNTS)[number]): number | null => {
      const text = form[field][key];
      const amount = text === undefined ? null : readAmount(text);
      if (text !== undefined && amount === null) errors[`${field}.${key}`] = "not-a-number";
      return amount;
    };
    const step = read("step");
    if (step === null || step === 0) errors[`step.${key}`] ??= "required";
    const rules: LineRules = {
      stepThousandths: step ?? 0,
      minThousandths: read("min") ?? 0,
      maxThousandths: read("max"),
      advisedMaxThousandths: read("advised"),
      orderMinThousandths: read("orderMin"),
      orderMaxThousandths: read("orderMax"),
      caseMode: form.case[key] ?? "none",
      isCut: Boolean(form.cut[key]),
    };
    if (rules.maxThousandths !== null && rules.maxThousandths < rules.minThousandths)
      errors[`max.${key}`] = "too-small";
    if (rules.orderMaxThousandths !== null && rules.orderMaxThousandths < (rules.orderMinThousandths ?? 0))
      errors[`orderMax.${key}`] = "too-small";
    return [{ lineIri, rules }];
  });
  return Object.keys(errors).length > 0 ? { errors } : { lines };
}

/** The choice as the form shows it: the order's lines with their rules, other goods with those to begin with. */
export function writeLines(lines: readonly OrderLine[], goods: readonly Goods[]): Record<string, string> {
  const byIri = new Map(lines.map((line) => [line.goods.lineIri, line]));
  const typed: Record<string, string> = {};
  for (const one of goods) {
    const [line, key] = [byIri.get(one.lineIri), lineKey(one.lineIri)];
    const rules = line?.rules ?? startRules(one);
    const amount = (value: number | null) => (value === null ? "" : writeAmount(value));
    if (line?.isOffered) typed[`pick.${key}`] = "on";
    if (rules.isCut) typed[`cut.${key}`] = "on";
    Object.assign(typed, {
      ...{ [`step.${key}`]: amount(rules.stepThousandths), [`min.${key}`]: amount(rules.minThousandths) },
      ...{ [`max.${key}`]: amount(rules.maxThousandths), [`advised.${key}`]: amount(rules.advisedMaxThousandths) },
      [`orderMin.${key}`]: amount(rules.orderMinThousandths),
      [`orderMax.${key}`]: amount(rules.orderMaxThousandths),
      [`case.${key}`]: rules.caseMode,
    });
  }
  return typed;
}
