// What happens to pictures of other nodes' products: fetched by this node, drawn anew, kept; tried again a few times, then left.
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { createKeeper, type Keeper } from "../keeperActions.ts";
import { storePicture } from "./actions.ts";
import { hashOfOwn } from "./addresses.ts";
import {
  countCopies,
  findCopies,
  forgetCopies,
  listDueCopies,
  type PictureCopy,
  settleCopy,
  wantCopy,
} from "./copyStore.ts";
import { type NamedElsewhere, pruneMedia } from "./pruneActions.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** So many pictures of others one of our groups keeps: those of some twenty farms. */
const COPIES_MAX = 2000;
const AT_ONCE = 4;
const TRIES = 5;
const KEEP_FOR = 400 * DAY;
/** Others' pictures are shown in lists and once opened, never whole on a wall. */
const COPY_SIDE = 600;

/** Wants copies of these pictures for one of ours; those of this node are at hand, and beyond the limit none is wanted. */
export function wantPictures(
  tx: Tx,
  wire: Pick<Wire, "origin">,
  actorId: string,
  urls: readonly (string | undefined)[],
  now: number,
): void {
  const foreign = new Set(urls.filter((url) => url !== undefined && hashOfOwn(url, wire.origin) === null));
  if (foreign.size === 0) return;
  const known = countCopies(tx, actorId);
  for (const url of [...foreign].slice(0, Math.max(0, COPIES_MAX - known))) wantCopy(tx, { actorId, url: url! }, now);
}

/** Where these pictures lie here, by their address: ours, or copies. Those we do not have are not in it. */
export function findPictures(tx: Tx, origin: string, actorId: string, urls: readonly string[]): Map<string, string> {
  const own = urls.flatMap((url): [string, string][] => {
    const hash = hashOfOwn(url, origin);
    return hash === null ? [] : [[url, hash]];
  });
  return new Map([...findCopies(tx, actorId, urls), ...own]);
}

/** Fetches what is wanted, some at a time, and forgets what nobody names any more. */
export function createPictureKeeper(
  wire: Wire,
  dataFolder: string,
  namedElsewhere: NamedElsewhere,
): Keeper & { readonly tasks: readonly ClockTask[] } {
  const keeper = createKeeper(async () => {
    const due = listDueCopies(wire.db.orm, wire.clock.now(), AT_ONCE);
    await Promise.all(due.map((copy) => fetchCopy(wire, dataFolder, copy)));
    return due.length > 0;
  });
  const forget = (now: number) => {
    const forgotten = transact(wire.db, (tx) => forgetCopies(tx, now - KEEP_FOR));
    if (forgotten > 0) pruneMedia(wire.db, dataFolder, now, namedElsewhere);
  };
  const tasks = [
    { name: "copy pictures", everyMs: 5000, run: keeper.refreshDue },
    { name: "forget old pictures", everyMs: DAY, run: forget },
  ];
  return { ...keeper, tasks };
}

async function fetchCopy(wire: Wire, dataFolder: string, copy: PictureCopy): Promise<void> {
  const found = await wire.fetchPicture(copy.url);
  const stored =
    "failed" in found ? null : await storePicture(wire, dataFolder, { id: copy.actorId }, found.bytes, COPY_SIDE);
  transact(wire.db, (tx) => {
    if (stored && !("refused" in stored)) return settleCopy(tx, copy, { hash: stored.hash, dueAt: null, failures: 0 });
    const failures = copy.failures + 1;
    // What is no picture today is none tomorrow.
    const isHopeless = stored?.refused === "unreadable-picture" || failures >= TRIES;
    const dueAt = isHopeless ? null : wire.clock.now() + MINUTE * 8 ** failures;
    settleCopy(tx, copy, { dueAt, failures });
  });
}
