// What people do who look for a group: see who is near, ask to be told, prove their address, be forgotten. SAFETY C13, B38.
import { randomBytes } from "node:crypto";
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActor } from "../../activitypub/store.ts";
import { readForeignLine } from "../../catalogs/foreignText.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { plainAddress } from "../../members/signIn.ts";
import { readLink } from "../../web/linkTokens.ts";
import type { Language } from "../../web/words.ts";
import type { FoundEntry, NetworkIndex } from "../index/networkIndex.ts";
import { type Comune, comuneOf } from "../places/places.ts";
import { signWay, writeMail, writeOnce } from "./mailActions.ts";
import { NEAR_KM } from "./seeking.ts";
import {
  countAllSeekers,
  deleteSeeker,
  findSeeker,
  insertSeeker,
  listUntold,
  listWaitingPlaces,
  loadSeeker,
  markTold,
  type Seeker,
  updateSeeker,
} from "./store.ts";

const DAY = 86_400_000;
/** "The nearest are ..." looks so far. */
const FAR_KM = 300;
/** So many are kept for one network: what comes after is a flood. */
const MOST_SEEKERS = 3000;
const TOLD_AT_ONCE = 50;

/** What somebody writes who looks for a group. Their consent is that they sent it. */
export type SeekWish = {
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
 * Keeps who looks for a group, until they prove the address by the link that is sent there. Asking again is asking once, and nobody is told
 * whether the address was known; one letter a day at most goes to an address. `delivery` settles once the mail server has answered.
 * Refuses `not-found` where there is no such network or the node sends no mail, `join-full`.
 */
export function askNear(
  house: MembersHouse,
  networkId: string,
  wish: SeekWish,
): { asked: true; delivery: Promise<void> } | Refusal {
  const now = house.clock.now();
  const network = loadActor(house.db.orm, networkId);
  if (!house.mailer || network?.kind !== "district" || network.goneAt !== null) return { refused: "not-found" };
  const kept = transact(house.db, (tx) => keepSeeker(tx, networkId, wish, now));
  if (isRefusal(kept)) return kept;
  // Begun once the answer is on its way: who asks hears it as soon for an address that is known.
  const answered = new Promise<void>((resolve) => setImmediate(resolve));
  const delivery = kept.isToWrite ? answered.then(() => writeProof(house, network, kept.seeker)) : answered;
  return { asked: true, delivery };
}

function keepSeeker(
  tx: Tx,
  actorId: string,
  { name, place, wantsToFound, language, ...wish }: SeekWish,
  now: number,
): { seeker: Seeker; isToWrite: boolean } | Refusal {
  const email = plainAddress(wish.email);
  const known = findSeeker(tx, actorId, email);
  const said = { istat: place.istat, comune: place.name, name, wantsToFound, language };
  if (!known) {
    if (countAllSeekers(tx, actorId) >= MOST_SEEKERS) return { refused: "join-full" };
    const id = encodeId(randomBytes(16));
    const seeker = { id, actorId, email, ...said, askedAt: now, provenAt: null, toldAt: null, createdAt: now };
    insertSeeker(tx, seeker);
    return { seeker, isToWrite: true };
  }
  // What is proven is changed by nobody but who holds the link; what is not is anybody's who knows the address.
  const isToWrite = now - known.askedAt >= DAY;
  const change = { ...(known.provenAt === null ? said : {}), ...(isToWrite ? { askedAt: now } : {}) };
  if (Object.keys(change).length > 0) updateSeeker(tx, known.id, change);
  return { seeker: { ...known, ...change }, isToWrite };
}

async function writeProof(house: MembersHouse, { handle, name }: LocalActor, seeker: Seeker): Promise<void> {
  const url = await signWay(house, "seek", { id: seeker.id, handle });
  await writeMail(house, seeker, "seek", { network: name, name: seeker.name, comune: seeker.comune, url });
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
  transact(house.db, (tx) => updateSeeker(tx, seeker.id, { provenAt }));
  return { ...seeker, provenAt };
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
    for (const seeker of listUntold(db.orm, actorId, istat, TOLD_AT_ONCE)) await tellOne(house, network, seeker, group);
  }
}

async function tellOne(house: MembersHouse, network: LocalActor, seeker: Seeker, group: FoundEntry): Promise<void> {
  if (!transact(house.db, (tx) => markTold(tx, seeker.id, house.clock.now()))) return;
  const facts = {
    ...{ name: seeker.name, network: network.name, group: readForeignLine(group.name, 100) },
    ...{ place: group.place?.name ?? seeker.comune, join: wayIn(group, seeker.comune) },
    url: await signWay(house, "seek", { id: seeker.id, handle: network.handle }),
  };
  await writeOnce(
    () => writeMail(house, seeker, "near", facts),
    () => transact(house.db, (tx) => updateSeeker(tx, seeker.id, { toldAt: null })),
  );
}

/** The group's own page where one asks to join, which finds the comune written already. "" where it says none. */
export function wayIn({ joinUrl }: Pick<FoundEntry, "joinUrl">, comune: string): string {
  if (joinUrl === null || !URL.canParse(joinUrl)) return "";
  const url = new URL(joinUrl);
  url.searchParams.set("from", comune);
  return url.href;
}
