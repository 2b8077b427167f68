// Which sources our networks reach, made to agree with what members and networks say now: found, followed, shown, given up. PROTOCOL 9.
import { listActors } from "../../activitypub/store.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { followActor, unfollow } from "../../partners/follows/followActions.ts";
import { loadPeerName } from "../../partners/store.ts";
import { noteClaims } from "../hub/claimStore.ts";
import type { NetworkCard } from "../index/networkIndex.ts";
import { isWalked, type Reach, reachSources } from "./reach.ts";
import { type Dues, NOTHING_DUE, newSource, RENEW_EVERY, type Source, soon } from "./source.ts";
import {
  deleteReach,
  listAllSources,
  listLinks,
  listLostSources,
  listReaches,
  listSources,
  loadReach,
  loadSource,
  markReach,
  type StoredReach,
  saveReach,
  saveSource,
} from "./store.ts";
import type { NetworkDesk } from "./visitActions.ts";

/** Ids of the networks of this node. */
export function listNetworks(tx: Tx): string[] {
  return listActors(tx)
    .filter(({ kind }) => kind === "district")
    .map(({ id }) => id);
}

/** Walks every network of this node over what is known, and keeps what changed. Nothing is fetched. */
export function matchReaches(desk: NetworkDesk): void {
  const { wire } = desk;
  const { orm } = wire.db;
  const known = new Map(listAllSources(orm).map((source) => [source.uri, source]));
  const networks = listNetworks(orm);
  if (networks.length === 0 && known.size === 0) return;
  const links = listLinks(orm);
  // A network that has closed reads and shows nothing any more.
  const gone = new Set(listActors(orm).flatMap(({ id, goneAt }) => (goneAt === null ? [] : id)));
  for (const groupId of networks) {
    const found = reachSources({
      groupId,
      members: gone.has(groupId) ? [] : desk.membersOf(orm, groupId).map(({ uri }) => uri),
      listedBy: (uri) => links.get(uri) ?? [],
      known: (uri) => known.get(uri) ?? null,
      isShutOut: (uri) => !URL.canParse(uri) || wire.isBlocked(new URL(uri).hostname),
    });
    for (const lost of keepReaches(desk, groupId, found)) giveUp(desk, lost);
  }
  transact(wire.db, (tx) => {
    const now = wire.clock.now();
    for (const uri of listLostSources(tx)) {
      const source = known.get(uri);
      if (source && !source.isDropDue) saveSource(tx, { ...source, ...NOTHING_DUE, isDropDue: true });
    }
    const wants = listWants(tx);
    for (const source of listAllSources(tx)) dressSource(tx, source, wants.get(source.uri) ?? NOBODY, now);
    noteClaims(tx, now);
  });
}

/** Writes what is new or other of a network's reaches. Gives those it no longer has. */
function keepReaches({ wire }: NetworkDesk, groupId: string, found: readonly Reach[]): StoredReach[] {
  const now = wire.clock.now();
  const before = new Map(listReaches(wire.db.orm, groupId).map((reach) => [reach.sourceUri, reach]));
  const changed = found.filter(({ uri, via, depth, standing }) => {
    const held = before.get(uri);
    return !held || held.via !== via || held.depth !== depth || held.standing !== standing;
  });
  if (changed.length > 0)
    transact(wire.db, (tx) => {
      for (const reach of changed) {
        if (!loadSource(tx, reach.uri)) saveSource(tx, newSource(reach.uri, now));
        saveReach(tx, groupId, reach, now);
      }
    });
  for (const { uri } of found) before.delete(uri);
  return [...before.values()];
}

/** The follow is taken back before the reach is forgotten: a crash between the two takes it back once more, which says nothing. */
function giveUp({ wire }: NetworkDesk, reach: StoredReach): void {
  if (reach.isFollowed) unfollow(wire, reach.actorId, reach.sourceUri);
  transact(wire.db, (tx) => deleteReach(tx, reach.actorId, reach.sourceUri));
}

/** What all our networks together want of a source: whether it is read at all, and the least depth at which it is reached. */
type Wants = { readonly isWanted: boolean; readonly depth: number | null };

const NOBODY: Wants = { isWanted: false, depth: null };

function listWants(tx: Tx): Map<string, Wants> {
  const wants = new Map<string, Wants>();
  for (const reach of listNetworks(tx).flatMap((id) => listReaches(tx, id))) {
    if (reach.standing !== "agreed") continue;
    const { isWanted, depth } = wants.get(reach.sourceUri) ?? NOBODY;
    const least = Math.min(depth ?? reach.depth, reach.depth);
    wants.set(reach.sourceUri, { isWanted: isWanted || !reach.isPaused, depth: least });
  }
  return wants;
}

/** Which parts of a source are read at all: those that somebody here wants and that it shows. */
function dressSource(tx: Tx, source: Source, { isWanted, depth }: Wants, now: number): void {
  const {
    uri,
    kind,
    isGone,
    isDiscoverable,
    isIndexable,
    membersIri,
    catalogIri,
    cyclesIri,
    eventsIri,
    statisticsIri,
  } = source;
  const wanted = isWanted && !isGone;
  const isNear = depth !== null && isWalked({ uri, via: "", depth, standing: "agreed" });
  const keep = (at: number | null, isRead: boolean) => (isRead ? (at ?? now) : null);
  const membersDueAt = keep(source.membersDueAt, wanted && kind === "district" && membersIri !== null && isNear);
  const isShown = wanted && isDiscoverable && isIndexable;
  const catalogDueAt = keep(source.catalogDueAt, isShown && catalogIri !== null);
  const cyclesDueAt = keep(source.cyclesDueAt, isShown && cyclesIri !== null);
  const eventsDueAt = keep(source.eventsDueAt, isShown && eventsIri !== null);
  // Who is wanted is looked at each day, also when nobody wanted it as it was read first.
  const actorDueAt =
    wanted && source.actorDueAt !== null
      ? Math.min(source.actorDueAt, soon(source, now, RENEW_EVERY.actor))
      : source.actorDueAt;
  // Figures are for who reads the network, and searched by nobody: being found by words is not asked.
  const statisticsDueAt = keep(source.statisticsDueAt, wanted && isDiscoverable && statisticsIri !== null);
  const dues: Dues = { actorDueAt, membersDueAt, catalogDueAt, cyclesDueAt, eventsDueAt, statisticsDueAt };
  const isOther = Object.entries(dues).some(([due, at]) => at !== source[due as keyof Dues]);
  if (isOther) saveSource(tx, { ...source, ...dues });
}

const FOLLOWS_AT_ONCE = 100;

/** Asks to follow whom a network reaches with both sides agreed: their news then come by themselves. */
export async function followReached({ wire }: NetworkDesk): Promise<void> {
  let left = FOLLOWS_AT_ONCE;
  for (const groupId of listNetworks(wire.db.orm))
    for (const { reach, source } of listSources(wire.db.orm, groupId)) {
      if (reach.isFollowed || reach.standing !== "agreed" || source.isGone || left-- <= 0) continue;
      const actor = await wire.senders.findActor(source.uri);
      if ("failed" in actor) continue;
      const followed = followActor(wire, groupId, actor);
      if (isRefusal(followed) && followed.refused !== "already-following") continue;
      transact(wire.db, (tx) => {
        if (loadReach(tx, groupId, source.uri)) markReach(tx, reach, { isFollowed: true });
      });
    }
}

/** Tells the index what each network is called and shows. `told` remembers what it was told last, so that nothing is said twice. */
export async function applyScopes({ wire, index }: NetworkDesk, told: Map<string, string>): Promise<void> {
  const { orm } = wire.db;
  const put = async (what: string, key: string, tell: () => Promise<void>) => {
    if (told.get(what) === key) return;
    await tell();
    told.set(what, key);
  };
  for (const groupId of listNetworks(orm)) {
    const shown = listSources(orm, groupId)
      .filter(({ reach, source }) => isShownBy(reach) && source.isDiscoverable && !source.isGone)
      .map(({ reach, source }) => ({ uri: source.uri, via: reach.via }));
    const uris = shown.map(({ uri }) => uri).sort();
    const vias = nameVias(
      orm,
      shown.filter(({ via }) => via !== groupId),
    );
    await put(groupId, JSON.stringify([uris, [...vias]]), () => index.scope(groupId, uris, vias));
  }
  // Last: who reads the index alone shows a network once there is something of it.
  const cards = listShownNetworks(orm);
  await put("networks", JSON.stringify(cards), () => index.saveNetworks(cards));
}

/** By source, the name of the network further down through which it is reached. */
function nameVias(tx: Tx, reached: readonly { readonly uri: string; readonly via: string }[]): Map<string, string> {
  const names = new Map([...new Set(reached.map(({ via }) => via))].map((via) => [via, loadPeerName(tx, via).name]));
  return new Map(reached.map(({ uri, via }) => [uri, names.get(via) ?? via]));
}

/** The networks of this node that have not closed. */
function listShownNetworks(tx: Tx): NetworkCard[] {
  return listActors(tx)
    .filter(({ kind, goneAt }) => kind === "district" && goneAt === null)
    .map(({ id, handle, name }) => ({ id, handle, name }));
}

function isShownBy({ standing, isPaused }: StoredReach): boolean {
  return standing === "agreed" && !isPaused;
}
