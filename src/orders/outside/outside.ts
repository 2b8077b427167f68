// An order that people book elsewhere, on a sheet of their own: shown among ours with its link and its times, without bookings or money.
// DOMAIN.md 2.2 (GD#338). Pure.
import type { Refusal } from "../../kernel/refusal.ts";
import { sequenceOf } from "../../kernel/time.ts";
import type { CalendarDate } from "../calendar/calendar.ts";

/** Where and when its goods are handed out. Times are epoch ms. */
type OutsidePickup = { readonly place: string; readonly startAt: number; readonly endAt: number | null };

/** What whoever runs orders says of it. `producer`: whose goods, "" where nobody said; `url`: https, where it is booked. */
export type OutsidePlan = {
  readonly title: string;
  readonly producer: string;
  readonly url: string;
  readonly note: string;
  readonly closesAt: number;
  readonly pickup: OutsidePickup | null;
};

export type OutsideOrder = OutsidePlan & {
  readonly id: string;
  readonly actorId: string;
  /** When it was called off; it stays in calendars, crossed out. */
  readonly calledOffAt: number | null;
  /** When the group was told of it; null: not yet. */
  readonly toldAt: number | null;
  /** The closing of which people were last reminded; null: of none. */
  readonly remindedFor: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEAR = 366 * 24 * HOUR;
const URL_MAX = 1000;

/**
 * An address as a link may carry it: https, and without a name and password that would make it look like another's. Null for anything
 * else.
 */
export function readOutsideUrl(text: string): string | null {
  const typed = text.trim();
  if (typed.length > URL_MAX || !URL.canParse(typed)) return null;
  const url = new URL(typed);
  const isPlain = url.protocol === "https:" && url.username === "" && url.password === "" && url.hostname.includes(".");
  return isPlain && url.href.length <= URL_MAX ? url.href : null;
}

/** The site an address leads to, as people know it. */
export function siteOf({ url }: Pick<OutsidePlan, "url">): string {
  return new URL(url).hostname.replace(/^www\./, "");
}

/**
 * Why a plan cannot stand, or null: `bad-name`, `bad-note`, `bad-url`, `closing-not-ahead`, `closing-too-far`, `no-place`,
 * `delivery-backwards`, `delivery-before-closing`.
 */
export function checkOutside(plan: OutsidePlan, now: number): Refusal | null {
  const { title, producer, url, note, closesAt, pickup } = plan;
  if (title.trim() === "" || title.length > 200 || producer.length > 200) return { refused: "bad-name" };
  if (note.length > 2000) return { refused: "bad-note", limit: 2000 };
  if (readOutsideUrl(url) !== url) return { refused: "bad-url" };
  if (closesAt <= now) return { refused: "closing-not-ahead" };
  if (closesAt > now + YEAR) return { refused: "closing-too-far" };
  if (pickup === null) return null;
  if (pickup.place.trim() === "" || pickup.place.length > 200) return { refused: "no-place" };
  if (pickup.startAt < closesAt) return { refused: "delivery-before-closing" };
  return pickup.endAt !== null && pickup.endAt <= pickup.startAt ? { refused: "delivery-backwards" } : null;
}

/** Whether members may still book there. */
export function isOutsideOpen({ closesAt, calledOffAt }: OutsideOrder, now: number): boolean {
  return calledOffAt === null && now < closesAt;
}

/** Closing and pickup, for everybody of the group: who booked there is not known here. */
export function outsideDatesOf(orders: readonly OutsideOrder[], host: string): CalendarDate[] {
  return orders.flatMap((order) => {
    const { id, title: name, producer, url, closesAt, pickup, calledOffAt, updatedAt } = order;
    const facts = { order: { id, name, producerId: "" }, task: "", sequence: sequenceOf(updatedAt) };
    const shared = {
      ...facts,
      isCancelled: calledOffAt !== null,
      outside: { producer: producer || siteOf(order), url },
    };
    const closing: CalendarDate = {
      ...{ ...shared, uid: `${id}-closing@${host}`, kind: "closing", startAt: closesAt, endAt: null, place: "" },
    };
    if (!pickup) return [closing];
    const { place, startAt, endAt } = pickup;
    const uid = `${id}-pickup@${host}`;
    return [closing, { ...shared, uid, kind: "pickup", startAt, endAt: endAt ?? startAt + HOUR, place }];
  });
}
