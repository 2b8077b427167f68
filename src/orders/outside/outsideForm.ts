// The form of an order that is booked elsewhere: what a person typed as values, or which field does not hold. Pure.
import Type, { type Static } from "typebox";
import { readLocalMinute, writeLocalMinute } from "../../kernel/localTime.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import type { FormErrors } from "../planning/policyForm.ts";
import { type OutsidePlan, readOutsideUrl } from "./outside.ts";

const Moment = Type.Optional(Type.String({ maxLength: 30 }));

export const OUTSIDE_FIELDS = {
  title: Type.String({ maxLength: 200 }),
  producer: Type.Optional(Type.String({ maxLength: 200 })),
  url: Type.String({ maxLength: 1000 }),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  closesAt: Type.String({ maxLength: 30 }),
  place: Type.Optional(Type.String({ maxLength: 200 })),
  startAt: Moment,
  endAt: Moment,
};
const schema = Type.Object(OUTSIDE_FIELDS);

/** The plan a person typed, with every field that cannot be read. Without place and hours nobody says where it is collected. */
export function readOutside(wish: Static<typeof schema>): { plan: OutsidePlan } | { errors: FormErrors } {
  const errors: FormErrors = {};
  const moment = (field: string, text: string | undefined): number | null => {
    if (text === undefined) return null;
    const read = readLocalMinute(text);
    if (isRefusal(read)) errors[field] = read.refused;
    return isRefusal(read) ? null : read.at;
  };
  const url = readOutsideUrl(wish.url);
  if (url === null) errors.url = "not-https";
  const { title, producer = "", note = "", place } = wish;
  const [closesAt, startAt, endAt] = [
    moment("closesAt", wish.closesAt) ?? 0,
    moment("startAt", wish.startAt),
    moment("endAt", wish.endAt),
  ];
  const hasPickup = place !== undefined || wish.startAt !== undefined || wish.endAt !== undefined;
  if (hasPickup && place === undefined) errors.place = "required";
  if (hasPickup && wish.startAt === undefined) errors.startAt = "required";
  if (Object.keys(errors).length > 0) return { errors };
  const pickup = hasPickup ? { place: place ?? "", startAt: startAt ?? 0, endAt } : null;
  return { plan: { title: title.trim(), producer: producer.trim(), url: url ?? "", note, closesAt, pickup } };
}

/** A plan as the form shows it. */
export function writeOutside({ title, producer, url, note, closesAt, pickup }: OutsidePlan): Record<string, string> {
  const moment = (at: number | null | undefined) => (at === null || at === undefined ? "" : writeLocalMinute(at));
  return {
    ...{ title, producer, url, note, closesAt: moment(closesAt) },
    ...{ place: pickup?.place ?? "", startAt: moment(pickup?.startAt), endAt: moment(pickup?.endAt) },
  };
}

/** Which field a refused plan is about, or null when it is about none. */
export function outsideErrors({ refused }: Refusal): FormErrors | null {
  const [field, reason] = REFUSALS[refused] ?? [];
  return field && reason ? { [field]: reason } : null;
}

const REFUSALS: Readonly<Record<string, readonly [field: string, reason: string]>> = {
  "bad-name": ["title", "required"],
  "bad-note": ["note", "too-long"],
  "bad-url": ["url", "not-https"],
  "closing-not-ahead": ["closesAt", "not-ahead"],
  "closing-too-far": ["closesAt", "too-far"],
  "no-place": ["place", "required"],
  "delivery-backwards": ["endAt", "before-start"],
  "delivery-before-closing": ["startAt", "before-closing"],
};
