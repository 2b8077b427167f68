// A network shows its members' public posts to who follows it: each once, never too many of one, and no longer than it may. PROTOCOL 9.
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import {
  type Announced,
  countAnnouncedSince,
  insertAnnounced,
  listToUndo,
  loadAnnounced,
  markUndone,
} from "./announceStore.ts";
import { postAnnounce, postUndoAnnounce } from "./postActivities.ts";
import { listNetworksHere } from "./store.ts";

const DAY = 86_400_000;
/** Posts of one member that a network announces in a day: what one says more is kept back, so that nobody shouts the others down. */
export const MOST_ANNOUNCED_A_DAY = 20;
/** So many Announces are taken back at once; the rest waits for the next turn of the clock. */
const UNDONE_AT_ONCE = 50;

/** Announces a member's post, unless it was seen before or the member has said too much today. Inside the caller's transaction. */
export function announcePost(
  wire: Wire,
  tx: Tx,
  post: { readonly networkId: string; readonly member: string; readonly objectIri: string; readonly now: number },
): void {
  const { networkId: actorId, member, objectIri, now } = post;
  const network = loadActor(tx, actorId);
  // One transaction with the arrival, and a key of its own: neither a crash nor a second Create says it twice.
  if (!network || network.goneAt !== null || loadAnnounced(tx, actorId, objectIri)) return;
  const isTooMuch = countAnnouncedSince(tx, actorId, member, now - DAY) >= MOST_ANNOUNCED_A_DAY;
  const announceIri = isTooMuch ? null : postAnnounce(wire, tx, network, objectIri, now);
  const state = isTooMuch ? "over-limit" : "announced";
  insertAnnounced(tx, { actorId, objectIri, member, state, announceIri, at: now, undoAt: null });
}

/** A member took its post away: so do its networks here. False where none had announced it. Inside the caller's transaction. */
export function undoPost(
  wire: Wire,
  tx: Tx,
  post: { readonly member: string; readonly objectIri: string; readonly now: number },
): boolean {
  const announced = listNetworksHere(tx, post.member)
    .map((actorId) => loadAnnounced(tx, actorId, post.objectIri))
    .filter((row) => row?.state === "announced" && row.member === post.member);
  for (const row of announced) undo(wire, tx, row!, post.now);
  return announced.length > 0;
}

/** Takes back what stands announced of who has left, a piece at each turn. */
export function announceClockTasks(wire: Wire): ClockTask[] {
  const takeBack = (now: number) => {
    if (listToUndo(wire.db.orm, 1).length === 0) return;
    transact(wire.db, (tx) => {
      for (const row of listToUndo(tx, UNDONE_AT_ONCE)) undo(wire, tx, row, now);
    });
  };
  return [{ name: "take back what who left had announced", everyMs: 0, run: takeBack }];
}

function undo(wire: Wire, tx: Tx, { actorId, objectIri, announceIri }: Announced, now: number): void {
  markUndone(tx, actorId, objectIri);
  const network = loadActor(tx, actorId);
  if (network && announceIri !== null) postUndoAnnounce(wire, tx, network, { iri: announceIri, objectIri }, now);
}
