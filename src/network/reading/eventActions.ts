// The meetings a source tells everybody of, read for the index: one list, page by page, the soonest first. PROTOCOL 9.
import type { Entry } from "../index/networkIndex.ts";
import { nextDay } from "./budget.ts";
import { MOST_EVENTS, readEvent } from "./event.ts";
import { isNotThere, readList } from "./readActivities.ts";
import { LOOK_AGAIN_AFTER, RENEW_EVERY, soon } from "./source.ts";
import { knownFacts, type PartResult, type PartWork, UNKNOWN } from "./visitActions.ts";

/** The list as it is now: what is no longer in it is shown no longer. A node without such a list is asked again in a week. */
export async function visitEvents(work: PartWork): Promise<PartResult> {
  const { desk, source, now } = work;
  const { index } = desk;
  const { uri, eventsIri, eventsEtag } = source;
  const facts = await knownFacts(desk, uri);
  if (facts === null) return UNKNOWN;
  const list = await readList(work, eventsIri ?? "", eventsEtag, MOST_EVENTS);
  if ("isDaySpent" in list) return list;
  if ("failed" in list) {
    if (!isNotThere(list)) return list;
    await index.keepOnly(uri, ["event"], []);
    return { change: { eventsEtag: null }, nextAt: soon(source, now, LOOK_AGAIN_AFTER) };
  }
  await index.touch(uri, now);
  const nextAt = soon(source, now, RENEW_EVERY.events);
  if ("isUnchanged" in list) return { change: {}, nextAt };
  const events = new Map<string, Entry>();
  for (const item of list.items) {
    const event = readEvent(item, uri, facts, now);
    if (event !== null && events.size < MOST_EVENTS) events.set(event.id, event);
  }
  if (list.isWhole) await index.keepOnly(uri, ["event"], [...events.keys()]);
  await index.put([...events.values()]);
  const rest = list.isWhole ? {} : { lastError: "day-spent", retryAt: nextDay(source, now) };
  return { change: { eventsEtag: list.etag, ...rest }, nextAt: list.isWhole ? nextAt : now };
}
