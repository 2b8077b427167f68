// What can happen to a group's figures, each thing one synchronous transaction: it chooses to publish or not, a month leaves for ever, a
// month is taken back.
import type { LocalActor } from "../../activitypub/actor.ts";
import { listActors, loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { suppress } from "../../kernel/cells.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { describeAndTell } from "../../partners/profileActions.ts";
import { followerInboxes } from "../../partners/store.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { writeListUpdate, writeMonth } from "./activities.ts";
import { cellsOf, dueAtOf, openMonths, roundMonth, type ToldMonth } from "./month.ts";
import { insertWritten, listDelivered, listWritten, loadWritten, markRevoked } from "./store.ts";

/** The ISTAT code of the comune a group says it is in, six digits; null where that is none we know. */
export type IstatOf = (place: string) => string | null;

/** What publishing needs of the node. */
type Pen = Pick<Wire, "db" | "clock" | "post">;

const HOUR = 3_600_000;

/**
 * Whether a group publishes its months: its document says so at once, or no more, and its networks forget what they read. Refuses
 * `no-such-actor`, `actor-retired`.
 */
export function chooseStatistics(
  wire: Wire,
  { actorId, byId }: { readonly actorId: string; readonly byId: string },
  showsStatistics: boolean,
): LocalActor | Refusal {
  return describeAndTell(wire, actorId, { showsStatistics }, byId);
}

/** A month as it would leave now; null: there are too few to tell anything. */
export function previewMonth(tx: Tx, actorId: string, month: string): ToldMonth | null {
  return countMonth(tx, actorId, month).told;
}

/** Months that are over and settled leave by themselves, where the group publishes. */
export function statisticsClockTasks(pen: Pen, istatOf: IstatOf): ClockTask[] {
  return [{ name: "publish settled months", everyMs: HOUR, run: (now) => publishDue(pen, istatOf, now) }];
}

function publishDue(pen: Pen, istatOf: IstatOf, now: number): void {
  for (const actor of listActors(pen.db.orm)) {
    if (actor.kind !== "gas" || !actor.showsStatistics || actor.goneAt !== null || actor.retiredAt !== null) continue;
    const written = listWritten(pen.db.orm, actor.id).map(({ month }) => month);
    const due = openMonths(now, actor.createdAt, written).filter((month) => dueAtOf(month) <= now);
    // Each by itself: a group that begins has a year to count.
    for (const month of due.reverse())
      transact(pen.db, (tx) => publishMonth(pen, tx, actor, month, { istat: istatOf(actor.place), at: now }));
  }
}

function publishMonth(
  pen: Pen,
  tx: Tx,
  actor: LocalActor,
  month: string,
  facts: { readonly istat: string | null; readonly at: number },
): void {
  if (loadWritten(tx, actor.id, month)) return;
  const { told, orderIds } = countMonth(tx, actor.id, month);
  const document = told && writeMonth(actor, told, facts);
  // Of what told nothing the orders stay free: nobody could take two months of them apart.
  insertWritten(tx, actor.id, { month, document, createdAt: facts.at }, document ? orderIds : []);
  if (document) tellList(pen, tx, actor, facts.at);
}

function countMonth(tx: Tx, actorId: string, month: string): { told: ToldMonth | null; orderIds: string[] } {
  const orders = listDelivered(tx, actorId, month);
  const shown = suppress(cellsOf(orders));
  return { told: shown && roundMonth(month, orders.length, shown), orderIds: orders.map(({ id }) => id) };
}

/** Takes a published month back, for ever: its networks forget it, and it does not leave a second time. Refuses `not-found`, `no-such-actor`. */
export function revokeMonth(
  pen: Pen,
  { actorId, byId }: { readonly actorId: string; readonly byId: string },
  month: string,
): { readonly revoked: true } | Refusal {
  const now = pen.clock.now();
  return transact(pen.db, (tx): { revoked: true } | Refusal => {
    const actor = loadActor(tx, actorId);
    if (!actor) return { refused: "no-such-actor" };
    if (!loadWritten(tx, actorId, month)?.document) return { refused: "not-found" };
    markRevoked(tx, actorId, month, now);
    recordAudit(tx, { what: "statistics", actorId, byId, aboutId: null, detail: month, at: now });
    tellList(pen, tx, actor, now);
    return { revoked: true };
  });
}

/** Owes the word that the list is another to whoever follows the group. */
function tellList(pen: Pen, tx: Tx, from: LocalActor, now: number): void {
  const recipients = followerInboxes(tx, from.id);
  if (recipients.length === 0) return;
  const activity = writeListUpdate(from, now);
  const thread = null;
  pen.post(tx, { ...{ from, activity, lane: "social", thread, isPublic: true, isProven: false, recipients, now } });
}
