// Whether the websites of our actors link back to their pages here: looked at rarely, and shown as verified only while they do.

import { loadActor } from "../activitypub/store.ts";
import { isSameSite, linksBack } from "../activitypub/website.ts";
import { type DueWebsite, listDueWebsites, noteWebsite } from "../activitypub/websiteStore.ts";
import type { Wire } from "../activitypub/wire.ts";
import { transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";

type Looking = Pick<Wire, "db" | "clock" | "fetchPage">;

const DAY = 86_400_000;
const AT_ONCE = 5;
/** A site that links back is trusted for so long; one that does not is looked at again next day. */
const TRUSTED_MS = 7 * DAY;
/** So long may a site that did link back be silent before it counts as not linking. */
const SILENT_MS = 30 * DAY;

/** Looks at the websites that are due. */
export function websiteClockTask(wire: Looking): ClockTask {
  return { name: "see which websites link back", everyMs: 60_000, run: (now) => lookAtWebsites(wire, now) };
}

/** Looks at this actor's website as soon as the clock comes round. */
export function askAboutWebsite({ db, clock }: Pick<Wire, "db" | "clock">, actorId: string): void {
  transact(db, (tx) => {
    const actor = loadActor(tx, actorId);
    if (actor && actor.website !== "") noteWebsite(tx, actor, { websiteDueAt: clock.now() });
  });
}

async function lookAtWebsites(wire: Looking, now: number): Promise<void> {
  for (const site of listDueWebsites(wire.db.orm, now, AT_ONCE)) {
    // Looked at once even if this process dies meanwhile.
    transact(wire.db, (tx) => noteWebsite(tx, site, { websiteDueAt: now + DAY }));
    const isBack = await lookAt(wire, site);
    const at = wire.clock.now();
    transact(wire.db, (tx) => noteWebsite(tx, site, judge(site, isBack, at)));
  }
}

/** Whether the site links to the actor's page; null: it did not answer. */
async function lookAt(wire: Looking, { id, website }: DueWebsite): Promise<boolean | null> {
  const page = await wire.fetchPage(website);
  if ("failed" in page) return page.failed === "unreachable" ? null : false;
  return isSameSite(website, page.url) && linksBack(page.text, page.url, id);
}

function judge(
  { websiteProvenAt }: DueWebsite,
  isBack: boolean | null,
  at: number,
): { websiteDueAt: number; websiteProvenAt: number | null } {
  if (isBack) return { websiteDueAt: at + TRUSTED_MS, websiteProvenAt: at };
  const isStillTrusted = isBack === null && websiteProvenAt !== null && at - websiteProvenAt < SILENT_MS;
  return { websiteDueAt: at + DAY, websiteProvenAt: isStillTrusted ? websiteProvenAt : null };
}
