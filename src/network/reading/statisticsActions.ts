// The months a group publishes, read for the sums of networks: each is fetched once, and what it takes back is forgotten. PROTOCOL 9.
import { readIris } from "../../activitypub/activityShape.ts";
import { transact } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { takeMonth } from "../statistics/actions.ts";
import type { Keys } from "../statistics/month.ts";
import { dropMonths, keepOnlyMonths, listMonthIris } from "../statistics/store.ts";
import { nextDay } from "./budget.ts";
import { isNotThere, readItem, readList } from "./readActivities.ts";
import { LOOK_AGAIN_AFTER, markLies, RENEW_EVERY, type Source, soon } from "./source.ts";
import type { PartResult, PartWork } from "./visitActions.ts";

/** Months of one source that are looked at, the newest first. */
const MOST_MONTHS = 240;
/** Refusals of a month that another day may not stand. */
const PASSING: readonly string[] = ["bad-proof", "month-not-over"];

/** The list of months, and each month that we do not hold. What is no longer listed is gone from the sums with this reading. */
export async function visitStatistics(work: PartWork): Promise<PartResult> {
  const { desk, source, now } = work;
  const { wire } = desk;
  const { uri, statisticsIri, statisticsEtag } = source;
  const list = await readList(work, statisticsIri ?? "", statisticsEtag);
  if ("isDaySpent" in list) return list;
  if ("failed" in list) {
    if (!isNotThere(list)) return list;
    const nextAt = soon(source, now, LOOK_AGAIN_AFTER);
    transact(wire.db, (tx) => dropMonths(tx, uri));
    return { change: { statisticsEtag: null }, nextAt };
  }
  const nextAt = soon(source, now, RENEW_EVERY.statistics);
  if ("isUnchanged" in list) {
    await desk.index.touch(uri, now);
    return { change: {}, nextAt };
  }
  const iris = [...new Set(readIris([...list.items]))].filter((iri) => isItsOwn(iri, source)).slice(0, MOST_MONTHS);
  // First what was taken back: it must not wait for what is new, nor for the index.
  if (list.isWhole) transact(wire.db, (tx) => keepOnlyMonths(tx, uri, iris));
  await desk.index.touch(uri, now);
  let actor = await wire.senders.findActor(uri);
  if ("failed" in actor) return actor;
  let isFresh = false;
  const held = new Set(listMonthIris(wire.db.orm, uri));
  let lies = 0;
  let lie: string | null = null;
  let isAllRead = true;
  for (const iri of iris.filter((one) => !held.has(one))) {
    const month = await readItem(work, iri);
    if (month === null) {
      isAllRead = false;
      continue;
    }
    if ("isDaySpent" in month)
      return { change: { lastError: "day-spent", retryAt: nextDay(source, now), statisticsEtag: null }, nextAt: now };
    if ("failed" in month) return month;
    const take = (keys: Keys) => transact(wire.db, (tx) => takeMonth(tx, uri, month.document, keys, now));
    let taken = take(actor.ed25519Keys);
    if (isRefusal(taken) && taken.refused === "bad-proof" && !isFresh) {
      // It may have taken another key since we last saw its document.
      actor = await wire.senders.findActor(uri, { fresh: true });
      if ("failed" in actor) return actor;
      isFresh = true;
      taken = take(actor.ed25519Keys);
    }
    if (!isRefusal(taken)) continue;
    isAllRead &&= !PASSING.includes(taken.refused);
    lies += 1;
    lie ??= `${taken.refused} ${iri}`.slice(0, 200);
  }
  const wholeSince = isAllRead && list.isWhole ? now : null;
  const mark = markLies(source, "statistics", { count: lies, first: lie }, { now, wholeSince });
  // A list that has not changed is not read: what may be had another day would never be.
  return { change: { ...mark, statisticsEtag: isAllRead ? list.etag : null }, nextAt };
}

function isItsOwn(iri: string, { uri }: Source): boolean {
  return iri.length <= 2048 && URL.canParse(iri) && new URL(iri).origin === new URL(uri).origin;
}
