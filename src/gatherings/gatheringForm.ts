// The form of a gathering: what a person typed as its facts, or which fields do not hold; the facts as a form shows them. Pure.
import Type, { type Static } from "typebox";
import { formatDecimal, parseWrittenDecimal } from "../kernel/decimal.ts";
import { readLocalMinute, writeLocalMinute } from "../kernel/localTime.ts";
import { GATHERING_AUDIENCES, GATHERING_KINDS, type GatheringFacts } from "./gathering.ts";

const Moment = Type.String({ maxLength: 30 });
const line = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

export const GATHERING_FORM = {
  kind: Type.Enum(GATHERING_KINDS),
  audience: Type.Enum(GATHERING_AUDIENCES),
  name: Type.String({ minLength: 3, maxLength: 200 }),
  summary: line(300),
  content: line(5000),
  startsAt: Moment,
  endsAt: Moment,
  venue: line(120),
  street: line(200),
  comune: line(80),
  position: line(60),
  onlineUrl: line(500),
  takesBookings: Type.Boolean(),
  capacity: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  closesAt: Type.Optional(Moment),
};

/** Field name -> why it does not hold; the words are `form.reason.<why>`. */
export type GatheringErrors = Record<string, string>;

const schema = Type.Object(GATHERING_FORM);
type Wish = Static<typeof schema>;

/** Longer than this it is no gathering but a season: each meeting of it is one. */
const LONGEST_MS = 31 * 86_400_000;

/** What a person typed as facts, or every field that does not hold. Text came trimmed and within its length (readForm). */
export function readGathering(wish: Wish): { readonly facts: GatheringFacts } | { readonly errors: GatheringErrors } {
  const errors: GatheringErrors = {};
  const startsAt = readMoment("startsAt", wish.startsAt, errors);
  const endsAt = readMoment("endsAt", wish.endsAt, errors);
  const closesAt = wish.closesAt === undefined ? null : readMoment("closesAt", wish.closesAt, errors);
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt) errors.endsAt = "before-start";
  if (startsAt !== null && endsAt !== null && endsAt - startsAt > LONGEST_MS) errors.endsAt = "too-long-lasting";
  if (startsAt !== null && closesAt !== null && closesAt > startsAt) errors.closesAt = "after-start";
  const position = wish.position === undefined ? null : readPosition(wish.position);
  if (wish.position !== undefined && !position) errors.position = "no-position";
  if (wish.onlineUrl !== undefined && !isWebAddress(wish.onlineUrl)) errors.onlineUrl = "not-an-address";
  const { kind, audience, takesBookings, capacity = null, onlineUrl = null } = wish;
  const { summary = "", content = "", venue = "", street = "", comune = "" } = wish;
  // Somebody must be able to get there.
  if (venue === "" && comune === "" && onlineUrl === null) errors.venue = "required";
  if (Object.keys(errors).length > 0 || startsAt === null || endsAt === null) return { errors };
  const name = wish.name.replaceAll(/\s+/g, " ");
  const when = { startsAt, endsAt, closesAt: takesBookings ? closesAt : null };
  const where = { venue, street, comune, onlineUrl, latitude: position?.[0] ?? null, longitude: position?.[1] ?? null };
  const places = { takesBookings, capacity: takesBookings ? capacity : null };
  return { facts: { kind, audience, name, summary, content, ...when, ...where, ...places } };
}

/** The facts as the form shows them. */
export function writeGathering(facts: GatheringFacts): Record<string, string> {
  const { kind, audience, name, summary, content, startsAt, endsAt, venue, street, comune, closesAt } = facts;
  return {
    ...{ kind, audience, name, summary, content, venue, street, comune },
    startsAt: writeLocalMinute(startsAt),
    endsAt: writeLocalMinute(endsAt),
    closesAt: closesAt === null ? "" : writeLocalMinute(closesAt),
    position: facts.latitude === null || facts.longitude === null ? "" : `${facts.latitude}, ${facts.longitude}`,
    onlineUrl: facts.onlineUrl ?? "",
    takesBookings: facts.takesBookings ? "on" : "",
    capacity: facts.capacity === null ? "" : String(facts.capacity),
  };
}

function readMoment(field: string, text: string, errors: GatheringErrors): number | null {
  const read = readLocalMinute(text);
  if (!("refused" in read)) return read.at;
  errors[field] = read.refused;
  return null;
}

/** "43.2986, 13.4533" as every map gives it: latitude and longitude in degrees, to the millionth. */
function readPosition(text: string): readonly [latitude: number, longitude: number] | null {
  const [, latitude = "", longitude = ""] = /^(-?\d{1,2}(?:\.\d+)?)[,;\s]+(-?\d{1,3}(?:\.\d+)?)$/.exec(text) ?? [];
  const [north, east] = [parseWrittenDecimal(latitude, 6, "."), parseWrittenDecimal(longitude, 6, ".")];
  if (north === null || east === null) return null;
  if (Math.abs(north) > 90_000_000 || Math.abs(east) > 180_000_000) return null;
  return [Number(formatDecimal(north, 6)), Number(formatDecimal(east, 6))];
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ["https:", "http:"].includes(url.protocol) && url.username === "" && !/\s/.test(text);
}
