// The form of an aggregate's plan: what a person typed as values, or which field does not hold. Pure.
import Type, { type Static } from "typebox";
import { readLocalMinute, writeLocalMinute } from "../../kernel/localTime.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { MODIFIER_FIELDS, readModifiers, writeModifiers } from "../planning/modifierForm.ts";
import { readPickups, writePickups } from "../planning/planForm.ts";
import type { FormErrors } from "../planning/policyForm.ts";
import { Slot } from "../slots.ts";
import type { AggregatePlan } from "./plan.ts";

export const COST_KINDS = ["transport", "discount"] as const;
export const COST_TARGETS = ["order", "household"] as const;
export const COST_UNITS = ["euro", "percent", "perKg"] as const;
const Moment = Type.String({ maxLength: 30 });

/** `start.1`, `place.1` by the pickup's slot; the costs' fields by theirs. `order.ID`: an order that comes in. */
export const AGGREGATE_FIELDS = {
  name: Type.String({ maxLength: 200 }),
  opensAt: Type.Optional(Moment),
  closesAt: Moment,
  start: Type.Record(Slot, Moment),
  end: Type.Record(Slot, Moment),
  place: Type.Record(Slot, Type.String({ maxLength: 200 })),
  ...MODIFIER_FIELDS,
  // What all bear goes to whoever carries: it is no producer's, and about no product.
  modKind: Type.Record(Slot, Type.Enum([...COST_KINDS])),
  modFor: Type.Record(Slot, Type.Enum([...COST_TARGETS])),
  modUnit: Type.Record(Slot, Type.Enum([...COST_UNITS])),
};
const schema = Type.Object(AGGREGATE_FIELDS);

/** Orders that were ticked, by their id. */
export const CHOSEN_ORDERS = Type.Record(Type.String({ pattern: "^[a-z2-7]{26}$" }), Type.String({ maxLength: 10 }));

/** The plan a person typed, with every field that cannot be read. `before`: what keeps its id does so by its place in it. */
export function readAggregatePlan(
  wish: Static<typeof schema>,
  before: AggregatePlan | null,
): { plan: AggregatePlan } | { errors: FormErrors } {
  const errors: FormErrors = {};
  const moment = (field: string, text: string | undefined): number | null => {
    if (text === undefined) return null;
    const read = readLocalMinute(text);
    if (isRefusal(read)) errors[field] = read.refused;
    return isRefusal(read) ? null : read.at;
  };
  const plan: AggregatePlan = {
    name: wish.name.trim(),
    opensAt: moment("opensAt", wish.opensAt),
    closesAt: moment("closesAt", wish.closesAt) ?? 0,
    pickups: readPickups(wish, before?.pickups ?? [], moment, errors),
    costs: readModifiers(wish, before?.costs ?? [], errors),
  };
  return Object.keys(errors).length > 0 ? { errors } : { plan };
}

/** A plan as the form shows it. */
export function writeAggregatePlan({ name, opensAt, closesAt, pickups, costs }: AggregatePlan): Record<string, string> {
  return {
    ...{ name, opensAt: opensAt === null ? "" : writeLocalMinute(opensAt), closesAt: writeLocalMinute(closesAt) },
    ...writePickups(pickups),
    ...writeModifiers(costs),
  };
}
