// The forms of a group's settings: what a person typed as values, or which field does not hold. Pure.
import Type, { type Static } from "typebox";
import type { Refusal } from "../../kernel/refusal.ts";
import { MODIFIER_FIELDS, readModifiers, writeModifiers } from "../planning/modifierForm.ts";
import { type FormErrors, POLICY_FIELDS, readPolicies, writePolicies } from "../planning/policyForm.ts";
import type { Place, PlaceWish } from "./places.ts";
import { type GroupSettings, ORDERS_FIRST } from "./settings.ts";

/** What a form was made from (web/seen.ts). */
const SEEN = { seen: Type.Optional(Type.String({ maxLength: 40 })) };

export const PROFILE_FORM = Type.Object({
  ...SEEN,
  name: Type.String({ maxLength: 200 }),
  summary: Type.Optional(Type.String({ maxLength: 2000 })),
  place: Type.Optional(Type.String({ maxLength: 120 })),
  contact: Type.Optional(Type.String({ maxLength: 254 })),
  website: Type.Optional(Type.String({ maxLength: 300 })),
});

export const SETTINGS_FORM = Type.Object({
  ...SEEN,
  ordersFirst: Type.Enum([...ORDERS_FIRST]),
  ...POLICY_FIELDS,
  ...MODIFIER_FIELDS,
});

/** The settings a person typed. `before`: what the form does not show of modifiers is kept of it. */
export function readSettings(
  wish: Static<typeof SETTINGS_FORM>,
  before: GroupSettings,
): { settings: GroupSettings } | { errors: FormErrors } {
  const errors: FormErrors = {};
  const policies = readPolicies(wish, errors);
  if (policies.acceptShortPercent > 100) errors.acceptShortPercent = "too-big";
  const modifiers = readModifiers(wish, before.modifiers, errors);
  if (Object.keys(errors).length > 0) return { errors };
  return { settings: { ordersFirst: wish.ordersFirst, policies, modifiers } };
}

/** Settings as the form shows them. */
export function writeSettings({ ordersFirst, policies, modifiers }: GroupSettings): Record<string, string> {
  return { ordersFirst, ...writePolicies(policies), ...writeModifiers(modifiers) };
}

const Hour = Type.String({ maxLength: 10 });
export const PLACE_FORM = Type.Object({
  ...SEEN,
  name: Type.String({ maxLength: 200 }),
  address: Type.Optional(Type.String({ maxLength: 300 })),
  weekday: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 })),
  from: Type.Optional(Hour),
  until: Type.Optional(Hour),
});

/** The place a person typed; "9.30" is 09:30. Times that are none are left for checkPlace to refuse. */
export function readPlace(wish: Static<typeof PLACE_FORM>): PlaceWish {
  return {
    name: wish.name.replaceAll(/\s+/g, " "),
    address: wish.address ?? "",
    weekday: wish.weekday ?? null,
    fromTime: readHour(wish.from),
    untilTime: readHour(wish.until),
  };
}

function readHour(text: string | undefined): string | null {
  if (text === undefined) return null;
  const [, hour = "", minute = "00"] = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(text) ?? [];
  return hour === "" ? text : `${hour.padStart(2, "0")}:${minute}`;
}

/** A place as the form shows it. */
export function writePlace({ name, address, weekday, fromTime, untilTime }: Place): Record<string, string> {
  return {
    name,
    address,
    weekday: weekday === null ? "" : String(weekday),
    from: fromTime ?? "",
    until: untilTime ?? "",
  };
}

/** Which field a refused place is about, or null when it is about none. */
export function placeErrors({ refused }: Refusal): FormErrors | null {
  const [field, reason] = PLACE_REFUSALS[refused] ?? [];
  return field && reason ? { [field]: reason } : null;
}

const PLACE_REFUSALS: Readonly<Record<string, readonly [field: string, reason: string]>> = {
  "no-place": ["name", "required"],
  "place-taken": ["name", "place-taken"],
  "no-day": ["weekday", "required"],
  "no-time": ["from", "required"],
  "bad-time": ["from", "bad-hour"],
  "before-start": ["until", "before-start"],
};
