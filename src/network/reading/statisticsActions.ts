// The months a group publishes, read for the sums of networks: each is fetched once, and what it takes back is forgotten. PROTOCOL 9.
import { readIris } from "../../activitypub/activityShape.ts";
import { transact } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { takeMonth } from "../statistics/actions.ts";
import { dropMonths, keepOnlyMonths, listMonthIris } from "../statistics/store.ts";
import { nextDay } from "./budget.ts";
import { isNotThere, readItem, readList } from "./readActivities.ts";
import { LOOK_AGAIN_AFTER, RENEW_EVERY, type Source, soon } from "./source.ts";
import type { PartResult, PartWork } from "./visitActions.ts";

/** Months of one source that are looked at, the newest first. */
const MOST_MONTHS = 240;

/** The list of months, and each month that we do not hold. What is no longer listed is gone from the sums with this reading. */
export async function visitStatistics(work: PartWork): Promise<PartResult> {
  const { desk, source, now } = work;
  const { wire } = desk;
  const { uri, statisticsIri, statisticsEtag } = source;
  const actor = await wire.senders.findActor(uri);
  if ("failed" in actor) return actor;
  const list = await readList(work, statisticsIri ?? "", statisticsEtag);
  if ("isDaySpent" in list) return list;
  if ("failed" in list) {
    if (!isNotThere(list)) return list;
    const nextAt = soon(source, now, LOOK_AGAIN_AFTER);
    return { change: { statisticsEtag: null }, nextAt, keep: (tx) => dropMonths(tx, uri) };
  }
  await desk.index.touch(uri, now);
  const nextAt = soon(source, now, RENEW_EVERY.statistics);
  if ("isUnchanged" in list) return { change: {}, nextAt };
  const iris = [...new Set(readIris([...list.items]))].filter((iri) => isItsOwn(iri, source)).slice(0, MOST_MONTHS);
  // First what was taken back: it must not wait for what is new.
  if (list.isWhole) transact(wire.db, (tx) => keepOnlyMonths(tx, uri, iris));
  const held = new Set(listMonthIris(wire.db.orm, uri));
  let lies = 0;
  let lie: string | null = null;
  for (const iri of iris.filter((one) => !held.has(one))) {
    const month = await readItem(work, iri);
    if (month === null) continue;
    if ("isDaySpent" in month)
      return { change: { lastError: "day-spent", retryAt: nextDay(source, now), statisticsEtag: null }, nextAt: now };
    if ("failed" in month) return month;
    const taken = transact(wire.db, (tx) => takeMonth(tx, uri, month.document, actor.ed25519Keys, now));
    if (!isRefusal(taken)) continue;
    lies += 1;
    lie ??= `${taken.refused} ${iri}`.slice(0, 200);
  }
  const told = lies === 0 ? {} : { lies, lie };
  return { change: { ...told, statisticsEtag: list.etag }, nextAt };
}

function isItsOwn(iri: string, { uri }: Source): boolean {
  return iri.length <= 2048 && URL.canParse(iri) && new URL(iri).origin === new URL(uri).origin;
}
