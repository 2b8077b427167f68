// What people do who look for a group: see who is near, ask to be told, prove their address, be forgotten. SAFETY C13, B38.
import { randomBytes } from "node:crypto";
import { loadActor } from "../../activitypub/store.ts";
import { readForeignLine } from "../../catalogs/foreignText.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { queueLetter } from "../../members/letters/letterActions.ts";
import { isLetterOwed } from "../../members/letters/letterStore.ts";
import { plainAddress } from "../../members/signIn.ts";
import { readLink } from "../../web/linkTokens.ts";
import type { Language } from "../../web/words.ts";
import type { FoundEntry, NetworkIndex } from "../index/networkIndex.ts";
import { type Comune, comuneOf } from "../places/places.ts";
import { originOf } from "./letterActions.ts";
import { isFlood, MOST_SEEKERS, NEAR_KM } from "./seeking.ts";
import {
  deleteSeeker,
  findSeeker,
  insertSeeker,
  listUntold,
  listWaitingPlaces,
  loadSeeker,
  markTold,
  type Seeker,
  updateSeeker,
  weighSeekers,
} from "./store.ts";

const DAY = 86_400_000;
/** "The nearest are ..." looks so far. */
const FAR_KM = 300;
const TOLD_AT_ONCE = 50;

/** What somebody writes who looks for a group. Their consent is that they sent it. `address`: the network address they write from. */
export type SeekWish = {
  readonly address: string;
  readonly name: string;
  readonly email: string;
  readonly place: Comune;
  readonly wantsToFound: boolean;
  readonly language: Language;
};

/** The groups of a network nearest to a comune, nearest first, whether they take people in or not. */
export async function nearestGroups(
  index: NetworkIndex,
  groupId: string,
  { latitude, longitude }: Comune,
  now: number,
  limit: number,
): Promise<readonly FoundEntry[]> {
  const near = { latitude, longitude, km: FAR_KM };
  return (await index.search({ groupId, now, kinds: ["gas"], near, limit })).entries;
}

/** Whether somebody who lives there would go to that group: it is near, and says that it has places. */
export function takesNear({ joining, joinUrl, distanceKm }: FoundEntry): boolean {
  return joining === "open" && joinUrl !== null && distanceKm !== null && distanceKm <= NEAR_KM;
}

/**
 * Keeps who looks for a group, until they prove the address by the link that is owed to it. Asking again is asking once, and nobody is told
 * whether the address was known, not even where no more are kept (`isFull`); one letter a day at most goes to an address. Refuses `not-found`
 * where there is no such network or the node sends no mail.
 */
export function askNear(
  house: MembersHouse,
  networkId: string,
  wish: SeekWish,
): { asked: true; isFull: boolean } | Refusal {
  const network = loadActor(house.db.orm, networkId);
  if (!house.mailer || network?.kind !== "district" || network.goneAt !== null) return { refused: "not-found" };
  const isKept = transact(house.db, (tx) => keepSeeker(tx, house, networkId, wish));
  return { asked: true, isFull: !isKept };
}

function keepSeeker(
  tx: Tx,
  house: MembersHouse,
  actorId: string,
  { name, place, wantsToFound, language, address, ...wish }: SeekWish,
): boolean {
  const now = house.clock.now();
  const email = plainAddress(wish.email);
  const known = findSeeker(tx, actorId, email);
  const said = { istat: place.istat, comune: place.name, name, wantsToFound, language };
  if (!known) {
    const origin = originOf(house, { email, address });
    if (isFlood(weighSeekers(tx, actorId, origin), MOST_SEEKERS)) return false;
    const { fromHash } = origin;
    const id = encodeId(randomBytes(16));
    insertSeeker(tx, {
      ...{ id, actorId, email, ...said, askedAt: now, provenAt: null, toldAt: null, createdAt: now, fromHash },
    });
    queueLetter(tx, house, { actorId, kind: "seek", subjectId: id }, now);
    return true;
  }
  const isToWrite = now - known.askedAt >= DAY && !isLetterOwed(tx, "seek", known.id);
  // What is proven is changed by nobody but who holds the link; what is not is anybody's who knows the address.
  const change = { ...(known.provenAt === null ? said : {}), ...(isToWrite ? { askedAt: now } : {}) };
  if (Object.keys(change).length > 0) updateSeeker(tx, known.id, change);
  if (isToWrite) queueLetter(tx, house, { actorId, kind: "seek", subjectId: known.id }, now);
  return true;
}

/** Who a link is of. Changes nothing: mail scanners open links too. Refuses `link-spent`. */
export async function readSeeker(house: MembersHouse, networkId: string, token: string): Promise<Seeker | Refusal> {
  const link = await readLink(house, "seek", token, house.clock.now());
  if (isRefusal(link)) return link;
  const seeker = loadSeeker(house.db.orm, link.subject);
  return seeker?.actorId === networkId ? seeker : { refused: "link-spent" };
}

/** They hold the address they wrote: from now on they are counted and told. As often as one likes. Refuses `link-spent`. */
export async function proveSeeker(house: MembersHouse, networkId: string, token: string): Promise<Seeker | Refusal> {
  const seeker = await readSeeker(house, networkId, token);
  if (isRefusal(seeker) || seeker.provenAt !== null) return seeker;
  const provenAt = house.clock.now();
  const proof = { provenAt, fromHash: null };
  transact(house.db, (tx) => updateSeeker(tx, seeker.id, proof));
  return { ...seeker, ...proof };
}

/** Nothing of them is kept. Refuses `link-spent`, where it is so already too. */
export async function forgetSeeker(
  house: MembersHouse,
  networkId: string,
  token: string,
): Promise<{ forgotten: true } | Refusal> {
  const seeker = await readSeeker(house, networkId, token);
  if (isRefusal(seeker)) return seeker;
  transact(house.db, (tx) => deleteSeeker(tx, seeker.id));
  return { forgotten: true };
}

/** Tells everybody who waits, once, as soon as a group near them takes people in. */
export async function tellSeekers(house: MembersHouse, openIndex: () => Promise<NetworkIndex>): Promise<void> {
  const { db, clock } = house;
  const places = house.mailer ? listWaitingPlaces(db.orm) : [];
  if (places.length === 0) return;
  const index = await openIndex();
  for (const { actorId, istat } of places) {
    const comune = comuneOf(istat);
    const network = loadActor(db.orm, actorId);
    if (!comune || !network || network.goneAt !== null) continue;
    const group = (await nearestGroups(index, actorId, comune, clock.now(), 20)).find(takesNear);
    if (!group) continue;
    for (const seeker of listUntold(db.orm, actorId, istat, TOLD_AT_ONCE)) tellOne(house, seeker, group);
  }
}

/** Told is told together with the letter that is owed: neither without the other. */
function tellOne(house: MembersHouse, { id, actorId, comune }: Seeker, group: FoundEntry): void {
  const now = house.clock.now();
  const facts = {
    ...{ group: readForeignLine(group.name, 100), place: group.place?.name ?? comune },
    join: wayIn(group, comune),
  };
  transact(house.db, (tx) => {
    if (markTold(tx, id, now)) queueLetter(tx, house, { actorId, kind: "near", subjectId: id, facts }, now);
  });
}

/** The group's own page where one asks to join, which finds the comune written already. "" where it says none. */
export function wayIn({ joinUrl }: Pick<FoundEntry, "joinUrl">, comune: string): string {
  if (joinUrl === null || !URL.canParse(joinUrl)) return "";
  const url = new URL(joinUrl);
  url.searchParams.set("from", comune);
  return url.href;
}
