// A meeting that a source tells everybody of, as an entry of the index: whatever it says is a stranger's word. Pure. PROTOCOL 9, SAFETY B12, B34.
import { readId, readMember } from "../../activitypub/activityShape.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import { isOnOriginOf } from "../../catalogs/announced/announced.ts";
import { readForeignLine, readForeignText } from "../../catalogs/foreignText.ts";
import { parseInstant } from "../../kernel/time.ts";
import type { Entry, EntryPlace } from "../index/networkIndex.ts";
import { distanceKm, findPlace } from "../places/places.ts";
import { type ActorFacts, bareEntry } from "./entries.ts";
import { DAY } from "./source.ts";

/** Events of one source that are looked at: the soonest come first in its list. On its pages they are less than half a day's budget. */
export const MOST_EVENTS = 1000;
/** What is over since longer is shown nowhere. */
const FORGOTTEN_AFTER = 30 * DAY;
/** Longer is no meeting: a course is a row of them. */
const LONGEST = 92 * DAY;

const NAME_MAX = 200;
const TEXT_MAX = 1000;
const PLACE_MAX = 100;
const FAR_KM = 40;

type Point = { readonly latitude: number; readonly longitude: number };

/** Null for what is no Event, is not the source's own to tell, ends before it begins, or is long over. */
export function readEvent(json: Json, sourceId: string, facts: ActorFacts, now: number): Entry | null {
  if (!isJsonObject(json) || readMember(json, "type") !== "Event") return null;
  const id = readId(json);
  if (id === null || id.length > 2048 || !isOnOriginOf(id, sourceId)) return null;
  if (readId(readMember(json, "attributedTo")) !== sourceId) return null;
  const name = readForeignLine(json.name, NAME_MAX);
  const startsAt = readTime(json.startTime);
  const endsAt = readTime(json.endTime);
  if (name === "" || startsAt === null || endsAt === null) return null;
  if (endsAt <= startsAt || endsAt - startsAt > LONGEST || endsAt < now - FORGOTTEN_AFTER) return null;
  const { url, "filiera:audience": audience } = json;
  const isOwnPage = typeof url === "string" && url.length <= 2048 && isOnOriginOf(url, sourceId);
  const { place, venue } = readPlace(json.location);
  const body = readForeignText(json.content, TEXT_MAX) || readForeignText(json.summary, TEXT_MAX);
  // Software without places is told where it is in words too.
  const text = body.includes(venue) ? body : `${venue}\n${body}`;
  return {
    ...bareEntry(id, sourceId, facts, now),
    kind: "event",
    name,
    text: text.trim().slice(0, TEXT_MAX),
    url: isOwnPage ? url : id,
    ...(place === null ? {} : { place }),
    startsAt,
    endsAt,
    audience: audience === "people" || audience === "officials" ? audience : null,
    isCancelled: isCancelled(json),
    updatedAt: readTime(json.updated) ?? readTime(json.published),
  };
}

/** Mobilizon's word and Mastodon's, which says the same. */
function isCancelled({ eventStatus, status }: JsonObject): boolean {
  return status === "CANCELLED" || (typeof eventStatus === "string" && eventStatus.endsWith("EventCancelled"));
}

/** A comune we know, exactly where the source says it is if it says so; the hall and street are words of it. */
function readPlace(location: Json | undefined): { place: EntryPlace | null; venue: string } {
  if (!isJsonObject(location)) return { place: null, venue: "" };
  const address = isJsonObject(location.address) ? location.address : {};
  const comune = readForeignLine(address.addressLocality, PLACE_MAX);
  const street = readForeignLine(address.streetAddress, PLACE_MAX);
  const venue = [readForeignLine(location.name, PLACE_MAX), street].filter((part) => part !== "").join(", ");
  const found = comune === "" ? null : findPlace(comune);
  const point = readPoint(location);
  const isThere = point !== null && isNear(point, found);
  return { place: isThere && found ? { ...found, ...point } : found, venue };
}

/** Who says that it is in a comune is not on the map of another. */
function isNear(point: Point, found: EntryPlace | null): boolean {
  if (found?.latitude == null || found.longitude === null) return false;
  return distanceKm(point, { latitude: found.latitude, longitude: found.longitude }) <= FAR_KM;
}

function readPoint({ latitude, longitude }: JsonObject): Point | null {
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

function readTime(value: Json | undefined): number | null {
  return typeof value === "string" ? parseInstant(value) : null;
}
