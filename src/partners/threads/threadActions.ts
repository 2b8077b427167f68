// Catching up with what partners keep of our orders: daily, and after a restore before anything is sent. Their signed copies,
// theirs and ours, bring back what was forgotten; nothing else does. PROTOCOL 6.6, SAFETY 6, A33 to A36.
import { actorUrls, type RemoteActor } from "../../activitypub/actor.ts";
import { isJsonObject, type JsonObject } from "../../activitypub/json.ts";
import { isOrderLaneHeld, openOrderLane } from "../../activitypub/laneStore.ts";
import { digestOf, verifyProof } from "../../activitypub/proof.ts";
import { listActors, loadActor, loadKeys, recordSecurityEvent } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { currentEpoch } from "../../db/facts.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { isOfPact, recallPactWords } from "../pacts/pactRecallActions.ts";
import { loadPactMessage } from "../pacts/pactStore.ts";
import type { MessageKind, ThreadMessage } from "./agreement.ts";
import { kindOf, readThreadMessage } from "./readAgreement.ts";
import { standingOf, type ThreadListener } from "./threadActivities.ts";
import { type ReadThreadItem, readThreadItem } from "./threadDocument.ts";
import { factsOf, isAnsweredBy, judge } from "./threadRules.ts";
import {
  keepThreadMessage,
  listForgotten,
  listThreadFacts,
  listThreadPeers,
  loadReading,
  loadThreadMessage,
  saveReading,
} from "./threadStore.ts";

/** What reading needs: the wire, and the rooms that take back what was forgotten. */
export type ThreadReader = { readonly wire: Wire; readonly listeners: readonly ThreadListener[] };

/** How a reading ended. `heard` and `recalled` count what was new: the partner's words and ours. */
type Reconciled =
  | { readonly isWhole: boolean; readonly heard: number; readonly recalled: number }
  | { readonly failed: string };

const DAY_MS = 86_400_000;
const RETRY_MS = 3_600_000;
/** While our letters are held, a partner that did not answer is asked again after this. */
const HELD_RETRY_MS = 60_000;
/** Walks of 50 pages each; what is left waits for the next time. */
const MOST_WALKS = 20;

/** Reads what one partner keeps of our threads with it, and takes up what we do not know. Never throws for the world. */
async function reconcileThreads(reader: ThreadReader, actorId: string, peer: string): Promise<Reconciled> {
  const { wire } = reader;
  const epoch = currentEpoch(wire.db.orm);
  const before = loadReading(wire.db.orm, actorId, peer);
  const found = { heard: 0, recalled: 0 };
  let cursor = before?.cursor ?? null;
  let isWhole = false;
  let failure: string | null = null;
  for (let walk = 0; walk < MOST_WALKS && !isWhole && failure === null; walk++) {
    const page = await readOnce(reader, actorId, peer, cursor);
    if ("failed" in page) failure = page.failed;
    else {
      found.heard += page.heard;
      found.recalled += page.recalled;
      isWhole = page.isWhole;
      if (page.cursor === cursor && !isWhole) failure = "no progress";
      failure = page.stop ?? failure;
      cursor = page.cursor;
    }
  }
  const now = wire.clock.now();
  transact(wire.db, (tx) => {
    const known = loadReading(tx, actorId, peer);
    const read = isWhole ? { epoch, readAt: now } : { epoch: known?.epoch ?? 0, readAt: known?.readAt ?? null };
    const releasedBy = isWhole ? null : (known?.releasedBy ?? null);
    saveReading(tx, { actorId, peer, cursor, ...read, triedAt: now, failure, releasedBy });
    openWhenAsked(tx, wire.origin, actorId);
  });
  return failure === null ? { isWhole, ...found } : { failed: failure };
}

type Walked = { isWhole: boolean; cursor: string | null; heard: number; recalled: number; stop: string | null };

/** One walk through the partner's list from `cursor`, its own time of the last thing we read. */
async function readOnce(
  reader: ThreadReader,
  actorId: string,
  peer: string,
  cursor: string | null,
): Promise<Walked | { failed: string }> {
  const { wire } = reader;
  const sender = await wire.senders.findActor(peer);
  if ("failed" in sender) return { failed: sender.detail };
  const { orderThreads = actorUrls(peer).orderThreads } = sender.document;
  if (typeof orderThreads !== "string" || !isOn(orderThreads, peer)) return { failed: "no orderThreads" };
  const query = cursor === null ? "" : `?${new URLSearchParams({ updatedAfter: cursor })}`;
  const list = await wire.fetchCollection(`${orderThreads}${query}`, actorId);
  if ("failed" in list) return { failed: list.detail };
  const walked: Walked = { isWhole: list.isWhole, cursor, heard: 0, recalled: 0, stop: null };
  const items = list.items.map(readThreadItem).filter((item) => item !== null);
  const ours = listOwnWords(wire.db.orm, actorId, items);
  for (const item of items) {
    for (const activity of item.activities) {
      if (activity.context !== item.thread || typeof activity.id !== "string") continue;
      if (isKnown(wire.db.orm, actorId, activity)) continue;
      if (activity.actor === actorId) walked.recalled += recallOwn(reader, actorId, sender, activity) ? 1 : 0;
      else if (activity.actor === peer)
        walked.heard += (await hearAgain(wire, actorId, sender, activity, ours)) ? 1 : 0;
    }
    // What a newer node says is read once this one is upgraded: until then the reading ends before it, and a person sees why.
    if (item.hasOtherVersion) return { ...walked, isWhole: false, stop: "other version" };
    walked.cursor = item.updated;
  }
  return walked;
}

/** What we ourselves said, by our own proof, among the partner's copies. */
function listOwnWords(tx: Tx, actorId: string, items: readonly ReadThreadItem[]): ThreadMessage[] {
  return items
    .flatMap(({ activities }) => activities)
    .filter((activity) => activity.actor === actorId && provenByOurs(tx, actorId, activity) !== null)
    .flatMap((activity) => {
      const message = readThreadMessage(activity);
      return "bad" in message ? [] : [message];
    });
}

/** Feeds a copy of the partner's words to the inbox, where every rule holds but the delivery's. */
async function hearAgain(
  wire: Wire,
  actorId: string,
  sender: RemoteActor,
  activity: JsonObject,
  ours: readonly ThreadMessage[],
): Promise<boolean> {
  const message = readThreadMessage(activity);
  const { outcome } = await wire.hear({
    activity,
    sender,
    receiver: loadActor(wire.db.orm, actorId) ?? null,
    bytes: Buffer.from(JSON.stringify(activity)),
    digest: digestOf(activity),
    receivedAt: wire.clock.now(),
    profile: "strict",
    isReread: true,
    isAnswered: !("bad" in message) && isAnsweredBy(message, ours),
  });
  return outcome === "applied";
}

function isKnown(tx: Tx, actorId: string, activity: JsonObject): boolean {
  const kept = loadThreadMessage(tx, actorId, String(activity.id));
  const isOfOrder = kept?.digest === digestOf(activity);
  return isOfOrder || loadPactMessage(tx, actorId, String(activity.id))?.digest === digestOf(activity);
}

/**
 * Takes back something we said and forgot: only with our own proof, only if the rules of the thread allow. A second text of
 * ours under the same number means that a clone of this node speaks: both stand in doubt (A36).
 */
function recallOwn(
  { wire, listeners }: ThreadReader,
  actorId: string,
  sender: RemoteActor,
  activity: JsonObject,
): boolean {
  const peer = sender.id;
  const message = readThreadMessage(activity);
  const kind = kindOf(activity);
  const now = wire.clock.now();
  return transact(wire.db, (tx) => {
    const provenBy = provenByOurs(tx, actorId, activity);
    const isTo = Array.isArray(activity.to) && activity.to[0] === peer;
    const refuse = (code: string) => {
      const detail = String(activity.id).slice(0, 200);
      recordSecurityEvent(tx, { at: now, code, host: new URL(peer).host, detail });
      return false;
    };
    if (provenBy === null || !isTo) return refuse("false-copy");
    if (isOfPact(tx, actorId, activity)) {
      const words = { actorId, peer: sender, activity, digest: digestOf(activity), provenBy, at: now };
      const recalled = recallPactWords(tx, words);
      if (isRefusal(recalled)) return refuse(recalled.refused);
      if (recalled) wire.wakeParked(activity);
      return recalled;
    }
    if ("bad" in message || kind === null) return refuse("false-copy");
    const known = listThreadFacts(tx, actorId, message.thread);
    if (known.some((one) => one.peer !== peer)) return refuse("not-owner");
    const digest = digestOf(activity);
    const verdict = judge(known, message, digest);
    const listener = listeners.find(({ says }) => (says as readonly MessageKind[]).includes(kind));
    if (verdict.verdict === "conflict") {
      listener?.suspect(tx, { actorId, peer, message, at: now });
      return refuse("conflict");
    }
    if (verdict.verdict === "early" || verdict.verdict === "foreign" || verdict.verdict === "repeated") return false;
    const name = { actorId, thread: message.thread, peer, direction: "out" } as const;
    const bytes = Buffer.from(JSON.stringify(activity));
    keepThreadMessage(tx, { ...name, ...factsOf(message, digest), bytes, provenBy, at: now });
    // What is outdone by later words of ours is kept as evidence and moves nothing.
    if (verdict.verdict !== "stale")
      listener?.recall(tx, { actorId, peer, message, digest, standing: standingOf(verdict), at: now });
    wire.wakeParked(activity);
    return true;
  });
}

function provenByOurs(tx: Tx, actorId: string, activity: JsonObject): string | null {
  const { proof } = activity;
  const keyId = isJsonObject(proof) ? proof.verificationMethod : null;
  const key = loadKeys(tx, actorId).find(({ id, algorithm }) => id === keyId && algorithm === "ed25519");
  return key && verifyProof(activity, key.publicKey) ? key.publicKey : null;
}

/** Which partners of an actor still have to be asked before its order letters leave; empty when they may. */
export function listUnasked(tx: Tx, origin: string, actorId: string): string[] {
  if (!isOrderLaneHeld(tx, actorId)) return [];
  const epoch = currentEpoch(tx);
  return (
    listThreadPeers(tx, actorId)
      .map(({ peer }) => peer)
      // Actors of this node were restored with it.
      .filter((peer) => !isOn(peer, origin))
      .filter((peer) => (loadReading(tx, actorId, peer)?.epoch ?? 0) < epoch)
  );
}

/** A person lets an actor's order letters leave although some partners did not answer. `by` says who. */
export function releaseOrderLane(tx: Tx, actorId: string, by: string, now: number): readonly string[] {
  const epoch = currentEpoch(tx);
  const skipped = listThreadPeers(tx, actorId)
    .map(({ peer }) => peer)
    .filter((peer) => (loadReading(tx, actorId, peer)?.epoch ?? 0) < epoch);
  for (const peer of skipped) {
    const { cursor = null, readAt = null, failure = null } = loadReading(tx, actorId, peer) ?? {};
    saveReading(tx, { actorId, peer, cursor, readAt, failure, epoch, triedAt: now, releasedBy: by });
  }
  openOrderLane(tx, actorId);
  return skipped;
}

function openWhenAsked(tx: Tx, origin: string, actorId: string): void {
  if (isOrderLaneHeld(tx, actorId) && listUnasked(tx, origin, actorId).length === 0) openOrderLane(tx, actorId);
}

/** What time brings to threads: a daily reading of each partner, and, after a restore, of all of them before we speak. */
export function threadClockTasks(reader: ThreadReader): ClockTask[] {
  return [
    {
      name: "read what partners keep of our orders",
      everyMs: 60_000,
      run: async (now) => {
        for (const { actorId, peer } of listDue(reader.wire, now)) await reconcileThreads(reader, actorId, peer);
      },
    },
  ];
}

/** Whom to read now. Actors with nobody to ask are let speak at once. */
function listDue({ db, origin }: Wire, now: number): { actorId: string; peer: string }[] {
  return transact(db, (tx) =>
    listActors(tx).flatMap(({ id: actorId }) => {
      openWhenAsked(tx, origin, actorId);
      const unasked = new Set(listUnasked(tx, origin, actorId));
      const known = listThreadPeers(tx, actorId);
      const forgotten = listForgotten(tx, actorId)
        .filter((peer) => !known.some((one) => one.peer === peer))
        .map((peer) => ({ peer, messages: 1 }));
      return [...known, ...forgotten]
        .filter(({ peer, messages }) => unasked.has(peer) || (messages > 0 && !isOn(peer, origin)))
        .filter(({ peer }) => isDue(loadReading(tx, actorId, peer), unasked.has(peer), now))
        .map(({ peer }) => ({ actorId, peer }));
    }),
  );
}

type Times = { readonly readAt: number | null; readonly triedAt: number };

function isDue(reading: Times | undefined, isHeld: boolean, now: number): boolean {
  if (!reading) return true;
  if (isHeld) return Math.abs(now - reading.triedAt) >= HELD_RETRY_MS || reading.triedAt > now;
  return now - (reading.readAt ?? 0) >= DAY_MS && now - reading.triedAt >= RETRY_MS;
}

function isOn(iri: string, owner: string): boolean {
  return URL.canParse(iri) && new URL(iri).origin === new URL(owner).origin;
}
