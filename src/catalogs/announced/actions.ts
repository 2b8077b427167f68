// What happens to our copies of announced cycles: they are read at their origin, at once when told, by the clock what was missed.

import type { ActorFailure } from "../../activitypub/senders.ts";
import { recordSecurityEvent } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { openRevision } from "../../partners/pacts/pact.ts";
import { findPact } from "../../partners/pacts/pactStore.ts";
import { createKeeper, type Keeper } from "../keeperActions.ts";
import { wantPictures } from "../pictures/copyActions.ts";
import { type ReadOwnCycle, readAnnounced } from "./activities.ts";
import type { CycleCopy } from "./announced.ts";
import { pricesDiffer, textsOf } from "./cycleTexts.ts";
import {
  type AnnouncedCycle,
  deleteAnnounced,
  deleteOldAnnounced,
  doubtCycle,
  findOtherTexts,
  keepTexts,
  listDueAnnounced,
  loadAnnounced,
  saveCopy,
  settleRead,
} from "./store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Open cycles are read again once a day: an Update may have been lost (PROTOCOL 9). */
const RENEW_EVERY = DAY;
const LONGEST_WAIT = 6 * HOUR;
const GIVE_UP_AFTER = 40;
const ABSENT_AFTER = 7;
const KEEP_FOR = 400 * DAY;
const AT_ONCE = 4;

/** Keeps the copies fresh. `readOwn` gives the cycles of producers on this node, which are asked without HTTP. */
export function createOfferKeeper(
  wire: Wire,
  readOwn: ReadOwnCycle,
): Keeper & { readonly tasks: readonly ClockTask[] } {
  const keeper = createKeeper(async () => {
    const due = listDueAnnounced(wire.db.orm, wire.clock.now(), AT_ONCE);
    await Promise.all(due.map((announced) => refreshAnnounced(wire, announced, readOwn)));
    return due.length > 0;
  });
  const forgetOld = (now: number) => void transact(wire.db, (tx) => deleteOldAnnounced(tx, now - KEEP_FOR));
  const tasks = [
    // Each time round: it costs one look at an index, and what a lost wake left behind waits no longer than that.
    { name: "read announced cycles", everyMs: 0, run: keeper.refreshDue },
    { name: "forget old offers", everyMs: DAY, run: forgetOld },
  ];
  return { ...keeper, tasks };
}

async function refreshAnnounced(wire: Wire, announced: AnnouncedCycle, readOwn: ReadOwnCycle): Promise<void> {
  const { failures, lastError } = announced;
  // Not due while we read: a notice that comes meanwhile makes it due again. After a crash it is due in a minute.
  const leaseAt = wire.clock.now() + MINUTE;
  transact(wire.db, (tx) => settleRead(tx, announced, { dueAt: leaseAt, failures, lastError }));
  const read = await readAnnounced(wire, announced, readOwn);
  transact(wire.db, (tx) => {
    const now = wire.clock.now();
    const still = loadAnnounced(tx, announced);
    if (!still) return;
    const isToldMore = still.dueAt !== leaseAt;
    if (isRefusal(read)) keepRefusal(tx, still, read.refused, now);
    else if ("failed" in read) keepFailure(tx, still, isGone(read, still), `${read.failed}: ${read.detail}`, now);
    else if (read.sequence < still.sequence) keepFailure(tx, still, false, "an older state", now);
    else {
      const isDoubtful = contradicts(tx, still, read);
      keepTexts(tx, announced, textsOf(read), now);
      if (isDoubtful) alarm(tx, still, now);
      if (isDoubtful && still.copy !== null) return keepFailure(tx, still, false, "another truth", now);
      saveCopy(tx, announced, read, now, isToldMore ? now : nextRead(read, now));
      if (isDoubtful) doubtCycle(tx, announced, now);
      const pictures = read.lines.map(({ picture }) => picture?.url);
      wantPictures(tx, wire, announced.actorId, pictures, now);
    }
  });
}

/** Whether anybody here was shown otherwise under the same numbers, or this reader at another price (SAFETY B16). */
function contradicts(tx: Tx, held: AnnouncedCycle, read: CycleCopy): boolean {
  if (findOtherTexts(tx, held, textsOf(read)).length > 0) return true;
  const { copy, fetchedAt, actorId, producerId } = held;
  if (copy === null || fetchedAt === null || copy.revision !== read.revision || !pricesDiffer(copy, read)) return false;
  const pact = findPact(tx, actorId, producerId);
  // Terms that change reach the two nodes at different moments: only under terms that stood long before are prices compared.
  return pact !== undefined && openRevision(pact.pact) === null && pact.updatedAt + HOUR < fetchedAt;
}

function alarm(tx: Tx, still: AnnouncedCycle, now: number): void {
  const { host } = new URL(still.producerId);
  doubtCycle(tx, still, now);
  // Asked again and again it says the same two things: one alarm is enough.
  if (still.doubtedAt !== null) return;
  recordSecurityEvent(tx, { at: now, code: "equivocation", host, detail: still.cycleIri.slice(0, 200) });
}

/** Gone for good, or not there for us for hours: taken off, or no longer for us, which sounds alike (PROTOCOL 3). */
function isGone({ failed, detail }: ActorFailure, { failures }: AnnouncedCycle): boolean {
  return failed === "gone" || (detail === "HTTP 404" && failures >= ABSENT_AFTER);
}

/** What is over is not read again by itself. */
function nextRead({ status, endsAt }: CycleCopy, now: number): number | null {
  if (status !== "open" && status !== "frozen") return null;
  return endsAt > now ? Math.min(now + RENEW_EVERY, endsAt + MINUTE) : now + RENEW_EVERY;
}

function keepFailure(tx: Tx, still: AnnouncedCycle, isOver: boolean, why: string, now: number): void {
  const failures = still.failures + 1;
  const lastError = why.slice(0, 200);
  const wait = Math.min(LONGEST_WAIT, MINUTE * 2 ** Math.min(failures - 1, 10));
  if (isOver) settleRead(tx, still, { status: "gone", dueAt: null, failures, lastError });
  else settleRead(tx, still, { dueAt: failures >= GIVE_UP_AFTER ? null : now + wait, failures, lastError });
}

/** A cycle of somebody else is none of the sender's offers: nothing of it stays. One we cannot read keeps its former copy. */
function keepRefusal(tx: Tx, still: AnnouncedCycle, code: string, now: number): void {
  const { host } = new URL(still.producerId);
  recordSecurityEvent(tx, { at: now, code, host, detail: still.cycleIri.slice(0, 200) });
  if (code === "not-owner") deleteAnnounced(tx, still);
  else settleRead(tx, still, { dueAt: null, failures: still.failures + 1, lastError: code });
}
