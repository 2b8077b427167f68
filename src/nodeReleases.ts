// Whether a newer Filiera is out, and whether it closes a hole: asked of the feed that who looks after the node chose, once a day, or not at
// all. No node asks anybody by itself (ADR 0032).
import { readTarget } from "./activitypub/addresses.ts";
import type { Wire } from "./activitypub/wire.ts";
import { loadFact, saveFact } from "./db/facts.ts";
import { type Tx, transact } from "./db/transact.ts";
import { newsOf, type Release, readReleases } from "./exchange/releaseFeed.ts";
import type { ClockTask } from "./kernel/clock.ts";
import { isRefusal, type Refusal } from "./kernel/refusal.ts";
import type { MembersHouse } from "./members/actions.ts";
import { tellCarers } from "./members/notices/tellActions.ts";
import { VERSION } from "./nodeCare.ts";
import { recordAudit } from "./web/auditStore.ts";
import { HEALTH_PATH, type ReleaseNews } from "./web/nodeHealthPages.ts";

const FACT = "releases";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TYPES = ["application/atom+xml", "application/rss+xml", "application/xml", "text/xml"] as const;

/** What was read and when, as the fact keeps it. `url` "": nobody is asked. */
type Watch = {
  readonly url: string;
  readonly triedAt: number | null;
  readonly readAt: number | null;
  readonly error: string | null;
  readonly releases: readonly Release[];
};

const NONE: Watch = { url: "", triedAt: null, readAt: null, error: null, releases: [] };
/** Of a feed only what may be news is kept. */
const KEPT = 20;

function loadWatch(tx: Tx): Watch {
  const stored = loadFact(tx, FACT);
  return stored === undefined ? NONE : (JSON.parse(stored) as Watch);
}

/** What the page of the node's health shows of it. */
export function readReleaseNews(tx: Tx, running = VERSION): ReleaseNews {
  const { url, readAt, error, releases } = loadWatch(tx);
  return { url, readAt, error, ...newsOf(releases, running) };
}

/** Asks that feed from now on; "" asks nobody any more. Refuses `not-an-address`. */
export function chooseReleaseFeed(
  { db, clock, allowPrivate }: Pick<Wire, "db" | "clock" | "allowPrivate">,
  typed: string,
  byId: string,
): Refusal<"not-an-address"> | undefined {
  const target = typed === "" ? null : readTarget(typed, { allowPrivate });
  if (target !== null && isRefusal(target)) return { refused: "not-an-address" };
  transact(db, (tx) => {
    const url = target?.href ?? "";
    if (loadWatch(tx).url === url) return;
    saveFact(tx, FACT, JSON.stringify({ ...NONE, url }));
    const entry = { actorId: null, byId, aboutId: null, detail: url, at: clock.now() };
    recordAudit(tx, { what: "release-feed", ...entry });
  });
  return undefined;
}

/** Asks the feed once a day, if one was chosen, and writes once about each version that closes a hole. */
export function releaseClockTask(wire: Pick<Wire, "db" | "clock" | "fetchPage">, house: MembersHouse): ClockTask {
  return { name: "ask whether a newer version is out", everyMs: 60_000, run: (now) => askFeed(wire, house, now) };
}

async function askFeed(
  wire: Pick<Wire, "db" | "clock" | "fetchPage">,
  house: MembersHouse,
  now: number,
): Promise<void> {
  const watch = loadWatch(wire.db.orm);
  if (watch.url === "" || (watch.triedAt !== null && now - watch.triedAt < DAY)) return;
  // Asked once a day even if this process dies meanwhile.
  transact(wire.db, (tx) => saveFact(tx, FACT, JSON.stringify({ ...watch, triedAt: now })));
  const page = await wire.fetchPage(watch.url, TYPES);
  const read = "failed" in page ? { refused: page.detail } : readReleases(page.text);
  transact(wire.db, (tx) => {
    const before = loadWatch(tx);
    // Another feed was chosen while this one was read.
    if (before.url !== watch.url) return;
    const after: Watch = isRefusal(read)
      ? { ...before, error: read.refused.slice(0, 200) }
      : { ...before, error: null, readAt: now, releases: read.slice(0, KEPT) };
    saveFact(tx, FACT, JSON.stringify(after));
    const { security } = newsOf(after.releases, VERSION);
    if (security) tellOf(house, tx, security);
  });
}

function tellOf(house: MembersHouse, tx: Tx, { version, title, link }: Release): void {
  const { host } = new URL(house.origin);
  const facts = { version, running: VERSION, title, host, url: link ?? `${house.origin}${HEALTH_PATH}` };
  tellCarers(house, tx, {
    ...{ kind: "release", businessKey: `release:${version}` },
    write: (say) => ({ subject: say("node.releaseSubject", facts), text: say("node.releaseText", facts) }),
  });
}
