// What can happen to a place at a gathering, each thing one synchronous transaction: asked for, proven, taken, given back, ticked off.
import { randomBytes } from "node:crypto";
import { type Once, onceOnly } from "../db/onceOnly.ts";
import { type Db, type Tx, transact } from "../db/transact.ts";
import type { Clock } from "../kernel/clock.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { plainAddress } from "../members/signIn.ts";
import { isSpent, loadPersonByEmail, loadPersonRow, spendToken } from "../members/store.ts";
import { type Link, type LinkSigner, readLink } from "../web/linkTokens.ts";
import type { Language } from "../web/words.ts";
import {
  type Booking,
  changeBooking,
  countUnproven,
  deleteBooking,
  dropLetters,
  dropOldestUnproven,
  findBookingByEmail,
  findBookingOf,
  insertBooking,
  listBookings,
  loadBooking,
  oweLetterTo,
} from "./bookingStore.ts";
import { type Gathering, mayBook } from "./gathering.ts";
import { ASK_AGAIN_MS } from "./letter.ts";
import { nextPosition, settleQueue } from "./queue.ts";
import { findGathering, loadGathering } from "./store.ts";

/** What bookings need of the node. */
export type BookingHouse = { readonly db: Db; readonly clock: Clock };

/** What somebody without an account writes. Their consent is that they sent it. `guests`: with how many others they come. */
export type BookingWish = {
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly guests: number;
  readonly language: Language;
};

/** So many that are not proven are kept of one gathering: what comes after is a flood, and pushes out the oldest of them. */
const UNPROVEN_MAX = 1000;
/** Who does not follow the link in three days asks again. */
export const UNPROVEN_KEPT_MS = 3 * 86_400_000;

/**
 * Keeps what somebody asks and owes a letter to the address: the place is theirs to have once they follow its link. Asking twice is asking
 * once, and nobody is told whether an address was known (SAFETY C13): whatever stands in the way of a letter, the answer is the same. No
 * flood shuts a gathering: the link holds the wish, which needs no row once its letter has left. Refuses `not-found`,
 * `gathering-cancelled`, `gathering-over`, `not-taking`, `booking-closed`, `too-many-guests`.
 */
export function book({ db, clock }: BookingHouse, gatheringId: string, wish: BookingWish): { asked: true } | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    const gathering = findOpen(tx, gatheringId, wish.guests, now);
    if (isRefusal(gathering)) return gathering;
    const email = plainAddress(wish.email);
    const known = findBookingByEmail(tx, gathering.id, email);
    if (!known) {
      if (countUnproven(tx, gathering.id) >= UNPROVEN_MAX) dropOldestUnproven(tx, gathering.id);
      const made = { ...newBooking(gathering, wish, now), email };
      insertBooking(tx, made);
      oweLetterTo(tx, made, "prove", now);
      return { asked: true };
    }
    const isSettled = known.state === "booked" || known.state === "waiting";
    if (now - known.askedAt < ASK_AGAIN_MS && known.state !== "cancelled") return { asked: true };
    // What stands already is changed by who holds its link alone: anybody can write an address into a form.
    const change = isSettled ? {} : { ...asked(wish), state: "unproven" as const, position: null };
    changeBooking(tx, known.id, { ...change, askedAt: now });
    oweLetterTo(tx, known, isSettled ? standing(known) : "prove", now);
    return { asked: true };
  });
}

/** What the link in a letter carries: whose booking it is and, where it is still to be proven, what was asked. */
export function writeWish({ gatheringId, name, email, organisation, guests, language, state }: Booking): string {
  return state === "unproven" ? JSON.stringify([gatheringId, name, email, organisation, guests, language]) : "";
}

/** A link of ours with what it leads to. `isKept`: the booking stands in a row; else it is as it was asked for. */
export type BookingLink = {
  readonly booking: Booking;
  readonly gathering: Gathering;
  readonly isKept: boolean;
  readonly link: Link;
};

/** The booking that a link of ours names: while it is kept, and for three days in any case, as it was asked for. Refuses `link-spent`. */
export async function readBooking(
  house: BookingHouse & LinkSigner,
  token: string,
): Promise<BookingLink | Refusal<"link-spent">> {
  const now = house.clock.now();
  const link = await readLink(house, "gathering", token, now);
  if (isRefusal(link) || isSpent(house.db.orm, link.id)) return { refused: "link-spent" };
  const tx = house.db.orm;
  const kept = loadBooking(tx, link.subject);
  const asked = kept ? undefined : readWish(tx, link, now);
  const same = asked && findBookingByEmail(tx, asked.gatheringId, asked.email ?? "");
  const booking = kept ?? same ?? asked;
  const gathering = booking && findGathering(tx, booking.gatheringId);
  if (!booking || !gathering) return { refused: "link-spent" };
  return { booking, gathering, isKept: booking !== asked, link };
}

/** What was asked for, from the link itself: signed by us, it is as it was. */
function readWish(tx: Tx, { subject: id, next, issuedAt }: Link, now: number): Booking | undefined {
  if (!next.startsWith("[") || now - issuedAt >= UNPROVEN_KEPT_MS) return undefined;
  const wish = JSON.parse(next) as [string, string, string, string, number, Language];
  const [gatheringId, name, email, organisation, guests, language] = wish;
  const gathering = findGathering(tx, gatheringId);
  return gathering && { ...newBooking(gathering, { name, organisation, guests, language }, issuedAt), id, email };
}

/**
 * Who holds the link proves the address and takes the place, or their turn; of a booking given back, anew. Once it stands it stands.
 * Refuses `link-spent`, and as `book`.
 */
export async function proveBooking(house: BookingHouse & LinkSigner, token: string): Promise<Booking | Refusal> {
  const found = await readBooking(house, token);
  if (isRefusal(found)) return found;
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const { id, gatheringId, email } = found.booking;
    // Looked for anew: two clicks at once are one.
    const kept = loadBooking(tx, id) ?? findBookingByEmail(tx, gatheringId, email ?? "");
    if (!kept && found.isKept) return { refused: "link-spent" };
    const booking = kept ?? found.booking;
    if (booking.state === "booked" || booking.state === "waiting") return booking;
    const gathering = findOpen(tx, booking.gatheringId, booking.guests, now);
    if (isRefusal(gathering)) return gathering;
    if (!kept) insertBooking(tx, booking);
    const own = joinAccount(tx, booking);
    return own.state === "booked" || own.state === "waiting" ? own : takeTurn(tx, gathering, own, now);
  });
}

/**
 * Gives a place back; the next who waits has it. What was not proven is forgotten, its link with it, and comes back as it was. Refuses
 * `link-spent`, `gathering-over`.
 */
export async function cancelBooking(house: BookingHouse & LinkSigner, token: string): Promise<Booking | Refusal> {
  const found = await readBooking(house, token);
  if (isRefusal(found)) return found;
  const now = house.clock.now();
  const { booking, isKept, link } = found;
  return transact(house.db, (tx) => {
    const given = isKept ? giveBack(tx, booking.id, now) : booking;
    if (given && !isRefusal(given) && given.state === "unproven") spendToken(tx, link.id, link.expiresAt, now);
    return given ?? { refused: "link-spent" };
  });
}

/** A person of this node takes a place with one tap: their account is the proof. Refuses as `book`. */
export function bookForPerson(
  { db, clock }: BookingHouse,
  gatheringId: string,
  wish: { readonly personId: string; readonly guests: number; readonly language: Language },
): Booking | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    const gathering = findOpen(tx, gatheringId, wish.guests, now);
    const person = loadPersonRow(tx, wish.personId);
    if (isRefusal(gathering)) return gathering;
    if (!person || person.disabledAt !== null) return { refused: "not-found" };
    const { name, email } = person;
    const known =
      findBookingOf(tx, gathering.id, person.id) ??
      (email === null ? undefined : findBookingByEmail(tx, gathering.id, email));
    const account = { personId: person.id, email: null };
    if (known) changeBooking(tx, known.id, account);
    if (known?.state === "booked" || known?.state === "waiting") return { ...known, ...account };
    const typed = { name, organisation: known?.organisation ?? "", guests: wish.guests };
    const fresh = known ?? newBooking(gathering, { ...typed, language: person.language ?? wish.language }, now);
    const own = { ...fresh, ...typed, ...account };
    if (known) changeBooking(tx, known.id, typed);
    else insertBooking(tx, own);
    return takeTurn(tx, gathering, own, now);
  });
}

/** A person of this node gives their place back. Refuses `not-found`, `gathering-over`. */
export function cancelForPerson({ db, clock }: BookingHouse, gatheringId: string, personId: string): Booking | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    const booking = findBookingOf(tx, gatheringId, personId);
    return (booking && giveBack(tx, booking.id, now)) ?? { refused: "not-found" };
  });
}

/** Who organises writes down somebody who called. Refuses as `book`. */
export function bookByHand(
  { db, clock }: BookingHouse,
  at: { readonly actorId: string; readonly gatheringId: string },
  wish: Omit<BookingWish, "email">,
): Booking | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    if (!loadGathering(tx, at.actorId, at.gatheringId)) return { refused: "not-found" };
    const gathering = findOpen(tx, at.gatheringId, wish.guests, now);
    if (isRefusal(gathering)) return gathering;
    const made = newBooking(gathering, wish, now);
    insertBooking(tx, made);
    return takeTurn(tx, gathering, made, now);
  });
}

/** Takes somebody off the list who was written down by hand; who booked for themselves does so themselves. Refuses `not-found`, `gathering-over`. */
export function cancelByHand(
  { db, clock }: BookingHouse,
  key: { readonly actorId: string; readonly gatheringId: string; readonly bookingId: string },
): Booking | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    const booking = loadBooking(tx, key.bookingId);
    const isTheirs = booking?.actorId === key.actorId && booking.gatheringId === key.gatheringId;
    if (!booking || !isTheirs || booking.email !== null || booking.personId !== null) return { refused: "not-found" };
    return giveBack(tx, booking.id, now) ?? { refused: "not-found" };
  });
}

/**
 * Somebody was there, or was ticked by mistake. Ticked twice it is ticked once, and the first hand stays (SAFETY A48). Refuses
 * `not-found`, `bad-key`, `key-reused`.
 */
export function markAttended(
  { db, clock }: BookingHouse,
  tick: {
    readonly actorId: string;
    readonly gatheringId: string;
    readonly bookingId: string;
    readonly byId: string;
    readonly isThere: boolean;
    readonly onceKey: string;
  },
): { readonly isThere: boolean } | Refusal {
  const now = clock.now();
  const { actorId, gatheringId, bookingId, byId, isThere, onceKey } = tick;
  const once: Once = { scope: byId, key: onceKey, request: [gatheringId, bookingId, isThere], now };
  return transact(db, (tx) =>
    onceOnly(tx, once, () => {
      const booking = loadBooking(tx, bookingId);
      const isTheirs = booking?.actorId === actorId && booking.gatheringId === gatheringId;
      if (!booking || !isTheirs || booking.state === "unproven" || booking.state === "cancelled")
        return { refused: "not-found" };
      if (isThere && booking.attendedAt === null) changeBooking(tx, bookingId, { attendedAt: now, attendedBy: byId });
      if (!isThere) changeBooking(tx, bookingId, { attendedAt: null, attendedBy: null });
      return { isThere };
    }),
  );
}

/** Lets in who waits, as far as there is room, and owes them the news. In the caller's transaction. */
export function settleAt(tx: Tx, gathering: Gathering, now: number): void {
  if (gathering.state !== "published" || gathering.removedAt !== null || gathering.startsAt <= now) return;
  for (const id of settleQueue(gathering.capacity, listBookings(tx, gathering.id)).promote) letIn(tx, id, now);
}

function letIn(tx: Tx, id: string, now: number): void {
  changeBooking(tx, id, { state: "booked" });
  const booking = loadBooking(tx, id);
  if (booking) oweLetterTo(tx, booking, "free", now);
}

/** The gathering, if one more may come to it with so many others. */
function findOpen(tx: Tx, gatheringId: string, guests: number, now: number): Gathering | Refusal {
  const gathering = findGathering(tx, gatheringId);
  if (!gathering || gathering.publishedAt === null || gathering.removedAt !== null) return { refused: "not-found" };
  const refusal = mayBook(gathering, now);
  if (refusal) return refusal;
  const { capacity } = gathering;
  return capacity !== null && 1 + guests > capacity ? { refused: "too-many-guests", limit: capacity } : gathering;
}

/** Everybody stands in the queue for a moment: so nobody overtakes who waits already. */
function takeTurn(tx: Tx, gathering: Gathering, booking: Booking, now: number): Booking {
  const position = nextPosition(listBookings(tx, gathering.id));
  changeBooking(tx, booking.id, {
    ...{ state: "waiting", position, provenAt: now, cancelledAt: null, attendedAt: null, attendedBy: null },
    remindedAt: null,
  });
  settleAt(tx, gathering, now);
  const settled = loadBooking(tx, booking.id) ?? booking;
  // Not that a place came free: they have it, or wait.
  oweLetterTo(tx, settled, standing(settled), now);
  return settled;
}

function standing({ state }: Booking): "booked" | "waiting" {
  return state === "booked" ? "booked" : "waiting";
}

/** A proven address that an account signs in with makes the booking the account's; one that the account made before stands. */
function joinAccount(tx: Tx, booking: Booking): Booking {
  const person = booking.email === null ? undefined : loadPersonByEmail(tx, booking.email);
  if (booking.personId !== null || !person || person.disabledAt !== null) return booking;
  const own = findBookingOf(tx, booking.gatheringId, person.id);
  if (own && (own.state === "booked" || own.state === "waiting")) {
    deleteBooking(tx, booking.id);
    return own;
  }
  if (own) deleteBooking(tx, own.id);
  changeBooking(tx, booking.id, { personId: person.id });
  return { ...booking, personId: person.id };
}

function giveBack(tx: Tx, bookingId: string, now: number): Booking | Refusal | undefined {
  const booking = loadBooking(tx, bookingId);
  const gathering = booking && findGathering(tx, booking.gatheringId);
  if (!booking || !gathering) return undefined;
  if (booking.state === "cancelled") return booking;
  // An address nobody proved is forgotten at once: who says that it was not them leaves nothing here.
  if (booking.state === "unproven") {
    deleteBooking(tx, booking.id);
    return booking;
  }
  if (gathering.endsAt <= now) return { refused: "gathering-over" };
  const given = { state: "cancelled", cancelledAt: now, attendedAt: null } as const;
  changeBooking(tx, booking.id, given);
  dropLetters(tx, booking.id);
  settleAt(tx, gathering, now);
  return { ...booking, ...given };
}

function asked({ name, organisation, guests, language }: Omit<BookingWish, "email">) {
  return { name, organisation, guests, language };
}

function newBooking({ id, actorId }: Gathering, wish: Omit<BookingWish, "email">, now: number): Booking {
  return {
    ...{ id: encodeId(randomBytes(16)), gatheringId: id, actorId, personId: null, email: null, ...asked(wish) },
    ...{ state: "unproven", position: null, createdAt: now, askedAt: now, provenAt: null, cancelledAt: null },
    ...{ attendedAt: null, attendedBy: null, remindedAt: null },
  };
}
