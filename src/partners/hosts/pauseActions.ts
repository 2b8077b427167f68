// A person pauses what goes to a partner's node, until a person says otherwise. Nothing is lost, given up or taken back; what runs out
// meanwhile runs out, and is shown. EXPERIENCE 2.10.
import { loadPausedAt, loadWaitingOn, pauseHost, resumeHost } from "../../activitypub/pauseStore.ts";
import { loadPeer } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { refuseNewOrder } from "../pacts/pactStore.ts";

type Parts = Pick<Wire, "db" | "clock" | "origin">;

/** Sends that host nothing more until it is resumed. Refuses `own-domain`, `not-found` for one we never wrote to nor heard of. */
export function pausePartner({ db, clock, origin }: Parts, host: string, byId: string | null): Refusal | undefined {
  if (host === new URL(origin).host) return { refused: "own-domain", domain: host };
  return transact(db, (tx) => {
    if (!loadPeer(tx, host)) return { refused: "not-found" };
    if (pauseHost(tx, host, clock.now())) note(tx, "host-paused", byId, host, clock.now());
    return undefined;
  });
}

/** Sends it what waits, and what comes. Refuses `not-found` where it is not paused. */
export function resumePartner({ db, clock }: Parts, host: string, byId: string | null): Refusal | undefined {
  return transact(db, (tx) => {
    if (!resumeHost(tx, host, clock.now())) return { refused: "not-found" };
    note(tx, "host-resumed", byId, host, clock.now());
    return undefined;
  });
}

function note(tx: Tx, what: "host-paused" | "host-resumed", byId: string | null, detail: string, at: number): void {
  recordAudit(tx, { what, actorId: null, byId, aboutId: null, detail, at });
}

/** Why no order can open with this peer now; null when one can. Beside what its pact says: a paused node would not hear of it. */
export function refuseOpening(
  tx: Tx,
  actorId: string,
  peer: string,
): ReturnType<typeof refuseNewOrder> | "host-paused" {
  return refuseNewOrder(tx, actorId, peer) ?? (loadPausedAt(tx, new URL(peer).host) === null ? null : "host-paused");
}

/** A dealing whose other side is paused: since when, and what of ours waits. Times are epoch ms. */
export type Pause = {
  readonly host: string;
  readonly since: number;
  readonly letters: number;
  readonly oldestAt: number | null;
};

/** The pause of the peer of a dealing; null where there is none. `thread` null: nothing was said yet. */
export function readPause(
  tx: Tx,
  { actorId, thread, peer }: { readonly actorId: string; readonly thread: string | null; readonly peer: string },
): Pause | null {
  const { host } = new URL(peer);
  const since = loadPausedAt(tx, host);
  if (since === null) return null;
  return { host, since, ...(thread === null ? { letters: 0, oldestAt: null } : loadWaitingOn(tx, actorId, thread)) };
}
